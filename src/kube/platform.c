/* Loads the platform records of benchmarks/platforms/. */
#include "platform_arguments.h"
#include "platform_builds.h"

#define FOLDER "benchmarks/platforms/"

typedef struct raw_platform {
  const char *platform, *title, *fix, *restart;
  int control_plane_taint;
  int64_t order;
  bool kine;
  const pl_node *detect, *embeds, *may_embed, *arguments, *supervisors, *builds, *variables, *layout;
  pl_texts agents, system_namespaces;
} raw_platform;

static const char *const taint_names[] = {"", "default", "none", NULL};

static const pl_field platform_fields[] = {
    {"platform", PL_FIELD_TEXT, offsetof(raw_platform, platform), true, NULL},
    {"title", PL_FIELD_TEXT, offsetof(raw_platform, title), true, NULL},
    {"order", PL_FIELD_INTEGER, offsetof(raw_platform, order), true, NULL},
    {"detect", PL_FIELD_NODE, offsetof(raw_platform, detect), true, NULL},
    {"embeds", PL_FIELD_NODE, offsetof(raw_platform, embeds), false, NULL},
    {"may-embed", PL_FIELD_NODE, offsetof(raw_platform, may_embed), false, NULL},
    {"agents", PL_FIELD_TEXTS, offsetof(raw_platform, agents), false, NULL},
    {"arguments", PL_FIELD_NODE, offsetof(raw_platform, arguments), false, NULL},
    {"supervisors", PL_FIELD_NODE, offsetof(raw_platform, supervisors), false, NULL},
    {"builds", PL_FIELD_NODE, offsetof(raw_platform, builds), false, NULL},
    {"variables", PL_FIELD_NODE, offsetof(raw_platform, variables), false, NULL},
    {"fix", PL_FIELD_TEXT, offsetof(raw_platform, fix), false, NULL},
    {"restart", PL_FIELD_TEXT, offsetof(raw_platform, restart), false, NULL},
    {"control-plane-taint", PL_FIELD_ENUM, offsetof(raw_platform, control_plane_taint), false, taint_names},
    {"kine", PL_FIELD_BOOLEAN, offsetof(raw_platform, kine), false, NULL},
    {"layout", PL_FIELD_NODE, offsetof(raw_platform, layout), true, NULL},
    {"system-namespaces", PL_FIELD_TEXTS, offsetof(raw_platform, system_namespaces), false, NULL},
};

static const pl_field test_fields[] = {
    {"path", PL_FIELD_TEXTS, offsetof(pl_platform_test, path), false, NULL},
    {"absent", PL_FIELD_TEXTS, offsetof(pl_platform_test, absent), false, NULL},
    {"glob", PL_FIELD_TEXT, offsetof(pl_platform_test, glob), false, NULL},
    {"os-release", PL_FIELD_NODE, offsetof(pl_platform_test, os_release), false, NULL},
    {"process", PL_FIELD_TEXT, offsetof(pl_platform_test, process), false, NULL},
    {"unit", PL_FIELD_TEXT, offsetof(pl_platform_test, unit), false, NULL},
    {"component", PL_FIELD_TEXT, offsetof(pl_platform_test, component), false, NULL},
};

typedef struct raw_layout {
  pl_layout layout;
  const pl_node *units, *traces;
} raw_layout;

#define LAYOUT(member) offsetof(raw_layout, layout.member)
static const pl_field layout_fields[] = {
    {"manifests", PL_FIELD_TEXTS, LAYOUT(manifests), false, NULL},
    {"pki", PL_FIELD_TEXTS, LAYOUT(pki), false, NULL},
    {"admin-kubeconfigs", PL_FIELD_TEXTS, LAYOUT(admin_kubeconfigs), false, NULL},
    {"cni", PL_FIELD_TEXTS, LAYOUT(cni), false, NULL},
    {"cni-state", PL_FIELD_TEXTS, LAYOUT(cni_state), false, NULL},
    {"kubelet-root", PL_FIELD_TEXT, LAYOUT(kubelet_root), false, NULL},
    {"kubelet-config", PL_FIELD_TEXT, LAYOUT(kubelet_config), false, NULL},
    {"kubelet-kubeconfig", PL_FIELD_TEXT, LAYOUT(kubelet_kubeconfig), false, NULL},
    {"containerd-config", PL_FIELD_TEXT, LAYOUT(containerd_config), false, NULL},
    {"containerd-state", PL_FIELD_TEXT, LAYOUT(containerd_state), false, NULL},
    {"crio-config", PL_FIELD_TEXT, LAYOUT(crio_config), false, NULL},
    {"data-store", PL_FIELD_TEXTS, LAYOUT(data_store), false, NULL},
    {"etcd-snapshots", PL_FIELD_TEXTS, LAYOUT(etcd_snapshots), false, NULL},
    {"units", PL_FIELD_NODE, offsetof(raw_layout, units), false, NULL},
    {"traces", PL_FIELD_NODE, offsetof(raw_layout, traces), false, NULL},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A list of texts, or one text, as the value of a map whose keys are names. */
static bool read_names(pl_arena *arena, const pl_member *member, pl_texts *ret, pl_faults *faults) {
  pl_node *record = pl_node_object(arena);
  record->source = member->value->source;
  pl_object_set(arena, record, "names", member->value);
  static const pl_field field = {"names", PL_FIELD_TEXTS, 0, true, NULL};
  return pl_record_read(arena, record, member->key, &field, 1, ret, faults);
}

static bool read_test(pl_arena *arena, const pl_node *item, pl_platform *platform, pl_faults *faults) {
  pl_platform_test test = {0};
  if (!pl_record_read(arena, item, "test", test_fields, COUNT(test_fields), &test, faults))
    return false;
  if (pl_count(item) == 0) {
    pl_node_fault(faults, item, "an empty test would hold on every node");
    return false;
  }
  if (test.os_release && !pl_platform_is_map(test.os_release, "os-release", faults))
    return false;
  pl_push(arena, platform->tests, platform->test_count, platform->test_capacity, test);
  return true;
}

static bool read_tests(pl_arena *arena, const pl_node *detect, pl_platform *platform, pl_faults *faults) {
  if (!pl_is(detect, PL_LIST) || pl_count(detect) == 0) {
    pl_node_fault(faults, detect, "detect must be a list of tests");
    return false;
  }
  bool good = true;
  pl_each_item (item, detect)
    good = read_test(arena, item, platform, faults) && good;
  return good;
}

static bool read_embeds(pl_arena *arena, const pl_node *embeds, bool perhaps, pl_platform *platform,
                        pl_faults *faults) {
  bool good = !embeds || pl_platform_is_map(embeds, perhaps ? "may-embed" : "embeds", faults);
  pl_each_member (member, embeds) {
    pl_platform_embeds entry = {.process = member->key, .perhaps = perhaps};
    good = read_names(arena, member, &entry.components, faults) && good;
    pl_push(arena, platform->embeds, platform->embed_count, platform->embed_capacity, entry);
  }
  return good;
}

static bool read_names_map(pl_arena *arena, const pl_node *map, const char *what, pl_platform_names_map *ret,
                           pl_faults *faults) {
  bool good = !map || pl_platform_is_map(map, what, faults);
  pl_each_member (member, map) {
    pl_platform_names entry = {.component = member->key};
    good = read_names(arena, member, &entry.names, faults) && good;
    pl_push(arena, ret->items, ret->count, ret->capacity, entry);
  }
  return good;
}

static bool read_layout(pl_arena *arena, const pl_node *node, pl_layout *ret, pl_faults *faults) {
  raw_layout raw = {0};
  bool good = pl_record_read(arena, node, "layout", layout_fields, COUNT(layout_fields), &raw, faults) &&
              read_names_map(arena, raw.units, "units", &raw.layout.units, faults) &&
              read_names_map(arena, raw.traces, "traces", &raw.layout.traces, faults);
  *ret = raw.layout;
  return good;
}

static bool read_platform(pl_arena *arena, const pl_node *node, pl_platform *ret, pl_faults *faults) {
  raw_platform raw = {0};
  if (!pl_record_read(arena, node, "platform", platform_fields, COUNT(platform_fields), &raw, faults))
    return false;
  *ret = (pl_platform){.name = raw.platform,
                       .title = raw.title,
                       .fix = raw.fix,
                       .restart = raw.restart,
                       .order = raw.order,
                       .control_plane_taint = raw.control_plane_taint ? taint_names[raw.control_plane_taint] : NULL,
                       .kine = raw.kine,
                       .variables = raw.variables,
                       .agents = raw.agents,
                       .system_namespaces = raw.system_namespaces};
  bool good = read_tests(arena, raw.detect, ret, faults);
  good = read_embeds(arena, raw.embeds, false, ret, faults) && good;
  good = read_embeds(arena, raw.may_embed, true, ret, faults) && good;
  good = pl_platform_read_arguments(arena, raw.arguments, ret, faults) && good;
  good = pl_platform_read_supervisors(arena, raw.supervisors, ret, faults) && good;
  good = pl_platform_read_builds(arena, raw.builds, ret, faults) && good;
  good = pl_platform_is_names(raw.variables, "variables", faults) && good;
  return read_layout(arena, raw.layout, &ret->layout, faults) && good;
}

static int by_order(const void *a, const void *b) {
  const pl_platform *x = a, *y = b;
  return x->order != y->order ? (x->order > y->order) - (x->order < y->order) : strcmp(x->name, y->name);
}

static void load_one(pl_arena *arena, pl_data *data, const char *name, pl_platforms *platforms, pl_faults *faults) {
  pl_platform platform;
  const pl_node *node = pl_data_document(arena, data, name, faults);
  if (node && read_platform(arena, node, &platform, faults))
    pl_push(arena, platforms->items, platforms->count, platforms->capacity, platform);
}

pl_platforms *pl_platforms_load(pl_arena *arena, pl_data *data, pl_faults *faults) {
  pl_platforms *platforms = pl_new(arena, pl_platforms);
  for (const char *const *name = pl_data_names(data, FOLDER); *name; name++)
    load_one(arena, data, *name, platforms, faults);
  if (platforms->count)
    qsort(platforms->items, platforms->count, sizeof *platforms->items, by_order);
  return platforms;
}

const pl_platform *pl_platforms_find(const pl_platforms *platforms, const char *name) {
  for (size_t i = 0; platforms && i < platforms->count; i++)
    if (strcmp(platforms->items[i].name, name) == 0)
      return &platforms->items[i];
  return NULL;
}

static const pl_texts *find_names(const pl_platform_names_map *map, const char *component) {
  for (size_t i = 0; i < map->count; i++)
    if (strcmp(map->items[i].component, component) == 0)
      return &map->items[i].names;
  return NULL;
}

pl_texts pl_platform_traces(const pl_platform *platform, const char *component) {
  const pl_texts *given = platform ? find_names(&platform->layout.traces, component) : NULL;
  return given ? *given : (pl_texts){NULL, 0};
}

pl_texts pl_platform_unit_names(pl_arena *arena, const pl_platform *platform, const char *component) {
  const pl_texts *given = platform ? find_names(&platform->layout.units, component) : NULL;
  if (given)
    return *given;
  const char **name = pl_new_array(arena, const char *, 1);
  name[0] = pl_printf(arena, "%s.service", component);
  return (pl_texts){name, 1};
}
