/* Loads the records of benchmarks/cni/. */
#include "plumbline/kube/cni.h"

#define FOLDER       "benchmarks/cni/"
#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *const pl_cni_config_names[] = {"on", "off", "partial", "by-link", "third-party", "none", "unknown", NULL};
const char *const pl_cni_policies_names[] = {"enforced", "optional", "none", NULL};
const char *const pl_cni_carrier_names[] = {"nothing", "wireguard", "ipsec", NULL};
static const char *const format_names[] = {"keys", "yaml", "json", "lines", NULL};
static const char *const as_names[] = {"text", "boolean", "presence", "word", NULL};

typedef struct raw_cni {
  pl_cni cni;
  const pl_node *files, *settings, *modes;
} raw_cni;

#define CNI(member) offsetof(raw_cni, cni.member)
static const pl_field cni_fields[] = {
    {"cni", PL_FIELD_TEXT, CNI(name), true, NULL},
    {"title", PL_FIELD_TEXT, CNI(title), true, NULL},
    {"order", PL_FIELD_INTEGER, CNI(order), true, NULL},
    {"plugins", PL_FIELD_TEXTS, CNI(plugins), true, NULL},
    {"ipam", PL_FIELD_TEXTS, CNI(ipam), false, NULL},
    {"chained", PL_FIELD_BOOLEAN, CNI(chained), false, NULL},
    {"agents", PL_FIELD_TEXTS, CNI(agents), false, NULL},
    {"namespaces", PL_FIELD_TEXTS, CNI(namespaces), false, NULL},
    {"needs-agent", PL_FIELD_BOOLEAN, CNI(needs_agent), false, NULL},
    {"policies", PL_FIELD_ENUM, CNI(policies), true, pl_cni_policies_names},
    {"encryption", PL_FIELD_BOOLEAN, CNI(encryption), true, NULL},
    {"links", PL_FIELD_TEXTS, CNI(links), false, NULL},
    {"link-names", PL_FIELD_TEXTS, CNI(link_names), false, NULL},
    {"link-tells", PL_FIELD_BOOLEAN, CNI(link_tells), false, NULL},
    {"annotations", PL_FIELD_TEXTS, CNI(annotations), false, NULL},
    {"files", PL_FIELD_NODE, offsetof(raw_cni, files), false, NULL},
    {"settings", PL_FIELD_NODE, offsetof(raw_cni, settings), false, NULL},
    {"modes", PL_FIELD_NODE, offsetof(raw_cni, modes), false, NULL},
};

static const pl_field file_fields[] = {
    {"format", PL_FIELD_ENUM, offsetof(pl_cni_file, format), true, format_names},
    {"flag", PL_FIELD_TEXT, offsetof(pl_cni_file, flag), false, NULL},
    {"path", PL_FIELD_TEXT, offsetof(pl_cni_file, path), true, NULL},
    {"volumes", PL_FIELD_TEXTS, offsetof(pl_cni_file, volumes), false, NULL},
    {"optional", PL_FIELD_BOOLEAN, offsetof(pl_cni_file, optional), false, NULL},
};

static const pl_field setting_fields[] = {
    {"flag", PL_FIELD_TEXT, offsetof(pl_cni_setting, flag), false, NULL},
    {"environment", PL_FIELD_TEXT, offsetof(pl_cni_setting, environment), false, NULL},
    {"key", PL_FIELD_TEXT, offsetof(pl_cni_setting, key), false, NULL},
    {"default", PL_FIELD_TEXT, offsetof(pl_cni_setting, fallback), false, NULL},
    {"object", PL_FIELD_TEXT, offsetof(pl_cni_setting, object), false, NULL},
    {"member", PL_FIELD_TEXT, offsetof(pl_cni_setting, member), false, NULL},
    {"as", PL_FIELD_ENUM, offsetof(pl_cni_setting, as), false, as_names},
    {"any-case", PL_FIELD_BOOLEAN, offsetof(pl_cni_setting, any_case), false, NULL},
};

static const pl_field mode_fields[] = {
    {"mode", PL_FIELD_TEXT, offsetof(pl_cni_mode, mode), true, NULL},
    {"when", PL_FIELD_NODE, offsetof(pl_cni_mode, when), false, NULL},
    {"config", PL_FIELD_ENUM, offsetof(pl_cni_mode, config), true, pl_cni_config_names},
    {"by", PL_FIELD_ENUM, offsetof(pl_cni_mode, by), false, pl_cni_carrier_names},
    {"unsure", PL_FIELD_BOOLEAN, offsetof(pl_cni_mode, unsure), false, NULL},
    {"because", PL_FIELD_TEXT, offsetof(pl_cni_mode, because), false, NULL},
};

static bool is_a(const pl_node *node, pl_kind kind, const char *what, pl_faults *faults) {
  if (!node || node->kind == kind)
    return node != NULL;
  pl_node_fault(faults, node, "%s must be a %s", what, kind == PL_LIST ? "list" : "map");
  return false;
}

static void read_files(pl_arena *arena, const pl_node *files, pl_cni *ret, pl_faults *faults) {
  pl_each_item (item, is_a(files, PL_LIST, "files", faults) ? files : NULL) {
    pl_cni_file file = {0};
    if (pl_record_read(arena, item, "file", file_fields, COUNT(file_fields), &file, faults))
      pl_push(arena, ret->files, ret->file_count, ret->file_capacity, file);
  }
}

static void read_settings(pl_arena *arena, const pl_node *settings, pl_cni *ret, pl_faults *faults) {
  pl_each_member (member, is_a(settings, PL_OBJECT, "settings", faults) ? settings : NULL) {
    pl_cni_setting setting = {.name = member->key};
    bool good =
        pl_record_read(arena, member->value, "setting", setting_fields, COUNT(setting_fields), &setting, faults);
    if (good && !setting.object != !setting.member)
      pl_node_fault(faults, member->value, "object and member belong together");
    if (good)
      pl_push(arena, ret->settings, ret->setting_count, ret->setting_capacity, setting);
  }
}

static bool has_setting(const pl_cni *cni, const char *name) {
  for (size_t i = 0; i < cni->setting_count; i++)
    if (strcmp(cni->settings[i].name, name) == 0)
      return true;
  return false;
}

static void check_condition(const pl_member *member, const pl_cni *cni, pl_faults *faults) {
  if (!has_setting(cni, member->key))
    pl_node_fault(faults, member->value, "when: there is no setting %s", member->key);
  bool texts = pl_text(member->value) || pl_is(member->value, PL_LIST);
  pl_each_item (item, member->value)
    texts = texts && pl_text(item);
  if (!texts)
    pl_node_fault(faults, member->value, "when: expected a text or a list of texts, in quotes where it is a boolean");
}

static void read_modes(pl_arena *arena, const pl_node *modes, pl_cni *ret, pl_faults *faults) {
  pl_each_item (item, is_a(modes, PL_LIST, "modes", faults) ? modes : NULL) {
    pl_cni_mode mode = {0};
    if (!pl_record_read(arena, item, "mode", mode_fields, COUNT(mode_fields), &mode, faults))
      continue;
    if (is_a(mode.when, PL_OBJECT, "when", faults))
      pl_each_member (member, mode.when)
        check_condition(member, ret, faults);
    pl_push(arena, ret->modes, ret->mode_count, ret->mode_capacity, mode);
  }
}

static bool read_cni(pl_arena *arena, const pl_node *node, pl_cni *ret, pl_faults *faults) {
  raw_cni raw = {0};
  size_t before = faults->total;
  if (!pl_record_read(arena, node, "CNI", cni_fields, COUNT(cni_fields), &raw, faults))
    return false;
  *ret = raw.cni;
  read_files(arena, raw.files, ret, faults);
  read_settings(arena, raw.settings, ret, faults);
  read_modes(arena, raw.modes, ret, faults);
  if (ret->encryption != (ret->mode_count > 0))
    pl_node_fault(faults, node, "modes belong to a CNI that can encrypt, and to no other");
  return faults->total == before;
}

static int by_order(const void *a, const void *b) {
  const pl_cni *x = a, *y = b;
  return x->order != y->order ? (x->order > y->order) - (x->order < y->order) : strcmp(x->name, y->name);
}

pl_cnis *pl_cnis_load(pl_arena *arena, pl_data *data, pl_faults *faults) {
  pl_cnis *cnis = pl_new(arena, pl_cnis);
  for (const char *const *name = pl_data_names(data, FOLDER); *name; name++) {
    pl_cni cni;
    const pl_node *node = pl_data_document(arena, data, *name, faults);
    if (node && read_cni(arena, node, &cni, faults))
      pl_push(arena, cnis->items, cnis->count, cnis->capacity, cni);
  }
  if (cnis->count)
    qsort(cnis->items, cnis->count, sizeof *cnis->items, by_order);
  return cnis;
}
