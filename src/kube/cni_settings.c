/* Settings of a CNI's agent: its arguments, its environment, its files, its defaults; and which mode these make. */
#include "cni_settings.h"

#include "cni_files.h"
#include "plumbline/core/number.h"
#include "plumbline/kube/flags.h"

typedef struct reading {
  const pl_cni_settings_input *input;
  pl_flags flags;
  const char *flags_why; /* the command line cannot be told: the reason */
  pl_cni_document *documents;
} reading;

static pl_arena *arena_of(const reading *r) { return r->input->host->arena; }

static void parse_flags(reading *r) {
  const pl_cni *cni = r->input->cni;
  const pl_process *process = r->input->agent->watched->process;
  pl_flag_spec *specs = pl_new_array(arena_of(r), pl_flag_spec, cni->setting_count + cni->file_count + 1);
  size_t count = 0;
  for (size_t i = 0; i < cni->setting_count; i++)
    if (cni->settings[i].flag)
      specs[count++] = (pl_flag_spec){.name = cni->settings[i].flag,
                                      .kind = cni->settings[i].as == PL_CNI_BOOLEAN ? PL_FLAG_BOOLEAN : PL_FLAG_STRING};
  for (size_t i = 0; i < cni->file_count; i++)
    if (cni->files[i].flag)
      specs[count++] = (pl_flag_spec){.name = cni->files[i].flag, .kind = PL_FLAG_STRING};
  pl_error err = {0};
  if (process->argv_denied || process->argv_cut)
    r->flags_why = "its command line cannot be read whole";
  else if (pl_flags_parse(arena_of(r), process->argv, process->argc, specs, PL_FLAGS_PFLAG, &r->flags, &err) < 0)
    r->flags_why = pl_printf(arena_of(r), "its command line: %s", err.text);
}

/* ---- one setting ---- */

static const char *normal(const reading *r, const pl_cni_setting *setting, const char *text, const char **ret_why) {
  static const char *const yes[] = {"1", "t", "true", "y", "yes", "on", NULL};
  static const char *const no[] = {"0", "f", "false", "n", "no", "off", NULL};
  if (setting->as == PL_CNI_WORD)
    return pl_strndup(arena_of(r), text, strcspn(text, " \t"));
  if (setting->as != PL_CNI_BOOLEAN)
    return text;
  for (size_t i = 0; yes[i]; i++)
    if (pl_equal_nocase(text, yes[i]) || pl_equal_nocase(text, no[i]))
      return pl_equal_nocase(text, yes[i]) ? "true" : "false";
  *ret_why = "its value is no boolean";
  return NULL;
}

typedef struct found {
  const char *text, *layer, *where, *why;
} found;

static found by_flag(const reading *r, const pl_cni_setting *setting) {
  const pl_flag *flag = setting->flag ? pl_flags_last(&r->flags, setting->flag) : NULL;
  if (!flag)
    return (found){.why = setting->flag ? r->flags_why : NULL};
  return (found){.text = setting->as == PL_CNI_PRESENCE ? "set" : flag->value,
                 .layer = "flag",
                 .where = pl_printf(arena_of(r), "pid %d", r->input->agent->watched->process->pid)};
}

static found by_environment(const reading *r, const pl_cni_setting *setting) {
  const pl_cni_agent *agent = r->input->agent;
  const char *text = setting->environment ? pl_get_text(agent->environ, setting->environment, NULL) : NULL;
  if (!text)
    return (found){.why = setting->environment ? agent->environ_unread : NULL};
  return (found){.text = text, .layer = "environment", .where = pl_printf(arena_of(r), "%s", setting->environment)};
}

static found by_files(const reading *r, const pl_cni_setting *setting) {
  found ret = {0};
  for (size_t i = 0; setting->key && i < r->input->cni->file_count && !ret.text && !ret.why; i++) {
    const pl_cni_document *document = &r->documents[i];
    ret.text = pl_cni_document_value(document, arena_of(r), setting, &ret.why);
    ret.layer = "file";
    ret.where = document->file->format == PL_CNI_KEYS ? pl_printf(arena_of(r), "%s/%s", document->shown, setting->key)
                                                      : document->shown;
  }
  return ret;
}

/* Objects for the node itself go before the one for all: FelixConfiguration has both. */
static const pl_node *find_object(const reading *r, const char *kind) {
  const char *own = pl_printf(arena_of(r), "node.%s", r->input->node_name);
  const pl_node *ret = NULL;
  pl_each_item (object, pl_get(r->input->cluster, "custom_resources")) {
    const char *name = pl_get_text(object, "name", "");
    if (pl_equal(pl_get_text(object, "kind", NULL), kind) && (pl_equal(name, own) || !pl_starts(name, "node.")))
      ret = !ret || pl_equal(name, own) ? object : ret;
  }
  return ret;
}

/* An old snapshot tells nothing. */
static found by_cluster(const reading *r, const pl_cni_setting *setting) {
  const pl_node *object =
      setting->object && pl_cluster_fresh(r->input->cluster) ? find_object(r, setting->object) : NULL;
  return (found){.text = object ? pl_get_text(pl_get(object, "settings"), setting->member, NULL) : NULL,
                 .layer = "cluster",
                 .where =
                     object ? pl_printf(arena_of(r), "%s/%s", setting->object, pl_get_text(object, "name", "")) : NULL};
}

static found find(const reading *r, const pl_cni_setting *setting) {
  found (*const layers[])(const reading *, const pl_cni_setting *) = {by_flag, by_environment, by_files, by_cluster};
  for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
    found one = layers[i](r, setting);
    if (one.text || one.why)
      return one;
  }
  return (found){.text = setting->fallback, .layer = "default"};
}

static pl_node *setting_fact(const reading *r, const pl_cni_setting *setting) {
  pl_arena *arena = arena_of(r);
  pl_node *fact = pl_node_object(arena), *from = pl_node_object(arena);
  found one = find(r, setting);
  const char *text = one.text ? normal(r, setting, one.text, &one.why) : NULL;
  if (!text && one.why) {
    pl_object_set_text(arena, fact, "unreadable", one.why);
    return fact;
  }
  pl_object_set_text(arena, fact, "value", text);
  pl_object_set_text(arena, from, "layer", text ? one.layer : "default");
  pl_object_set_text(arena, from, "where", text ? one.where : NULL);
  pl_object_set(arena, fact, "from", from);
  return fact;
}

/* ---- the mode ---- */

static bool is_wanted(const pl_node *wanted, const char *text) {
  if (pl_text(wanted))
    return pl_equal_nocase(pl_text(wanted), text);
  pl_each_item (item, wanted)
    if (pl_equal_nocase(pl_text(item), text))
      return true;
  return false;
}

/* 1 it holds, 0 it does not, -1 that cannot be told: *RET_WHY. */
static int holds(const pl_cni_mode *mode, const pl_node *facts, const char **ret_why) {
  int ret = 1;
  pl_each_member (member, mode->when) {
    const pl_node *fact = pl_get(facts, member->key);
    const char *text = pl_get_text(fact, "value", NULL), *unreadable = pl_get_text(fact, "unreadable", NULL);
    if (unreadable) {
      ret = -1;
      *ret_why = unreadable;
    } else if (!text || !is_wanted(member->value, text)) {
      return 0;
    }
  }
  return ret;
}

static void find_mode(const pl_cni *cni, pl_cni_settings *ret) {
  for (size_t i = 0; i < cni->mode_count; i++) {
    int rc = holds(&cni->modes[i], ret->facts, &ret->why);
    if (rc == 0)
      continue;
    ret->mode = rc > 0 ? &cni->modes[i] : NULL;
    if (ret->mode)
      ret->why = NULL;
    return;
  }
  ret->why = "its configuration is none that is known";
}

void pl_cni_settings_read(const pl_cni_settings_input *input, pl_cni_settings *ret) {
  pl_arena *arena = input->host->arena;
  reading r = {.input = input};
  *ret = (pl_cni_settings){.facts = pl_node_object(arena)};
  parse_flags(&r);
  r.documents = pl_new_array(arena, pl_cni_document, input->cni->file_count + 1);
  for (size_t i = 0; i < input->cni->file_count; i++) {
    const pl_cni_file *file = &input->cni->files[i];
    const pl_flag *given = file->flag ? pl_flags_last(&r.flags, file->flag) : NULL;
    pl_cni_document_open(input, file, given ? given->value : NULL, &r.documents[i]);
  }
  for (size_t i = 0; i < input->cni->setting_count; i++)
    pl_object_set(arena, ret->facts, input->cni->settings[i].name, setting_fact(&r, &input->cni->settings[i]));
  for (size_t i = 0; i < input->cni->file_count; i++)
    pl_cni_document_close(&r.documents[i]);
  find_mode(input->cni, ret);
}
