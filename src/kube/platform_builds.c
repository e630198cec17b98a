/* Reads `builds` of a platform record. */
#include "platform_builds.h"

#include "platform_arguments.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct raw_build {
  pl_platform_build build;
  const pl_node *taken;
} raw_build;

#define BUILD(member) offsetof(raw_build, build.member)
static const pl_field build_fields[] = {
    {"flags", PL_FIELD_TEXTS, BUILD(flags), false, NULL},
    {"any-gate", PL_FIELD_BOOLEAN, BUILD(any_gate), false, NULL},
    {"modes", PL_FIELD_TEXTS, BUILD(modes), false, NULL},
    {"plugin-domain", PL_FIELD_TEXT, BUILD(plugin_domain), false, NULL},
    {"config", PL_FIELD_TEXT, BUILD(config), false, NULL},
    {"source", PL_FIELD_TEXT, BUILD(source), false, NULL},
    {"api-version", PL_FIELD_TEXT, BUILD(api_version), false, NULL},
    {"kind", PL_FIELD_TEXT, BUILD(kind), false, NULL},
    {"fields", PL_FIELD_TEXTS, BUILD(fields), false, NULL},
    {"arguments", PL_FIELD_TEXT, BUILD(arguments), false, NULL},
    {"unless-given", PL_FIELD_NODE, offsetof(raw_build, taken), false, NULL},
    {"admission", PL_FIELD_TEXT, BUILD(admission), false, NULL},
    {"plugins", PL_FIELD_TEXTS, BUILD(plugins), false, NULL},
    {"unknown-with", PL_FIELD_TEXTS, BUILD(unknown_with), false, NULL},
};

/* In the order of pl_platform_part. */
static const char *const part_names[] = {"", "host", "port", "path", "path-or-directory", "pairs", NULL};

static const pl_field taken_fields[] = {
    {"set", PL_FIELD_TEXT, offsetof(pl_platform_taken, set), true, NULL},
    {"from", PL_FIELD_TEXT, offsetof(pl_platform_taken, from), true, NULL},
    {"part", PL_FIELD_ENUM, offsetof(pl_platform_taken, part), false, part_names},
    {"when", PL_FIELD_TEXT, offsetof(pl_platform_taken, when), false, NULL},
    {"default", PL_FIELD_TEXTS, offsetof(pl_platform_taken, fallback), false, NULL},
};

static bool read_taken(pl_arena *arena, const pl_node *list, pl_platform_build *build, pl_faults *faults) {
  bool good = !list || pl_is(list, PL_LIST);
  if (!good)
    pl_node_fault(faults, list, "unless-given must be a list");
  pl_each_item (item, list) {
    pl_platform_taken one = {0};
    good = pl_record_read(arena, item, "flag", taken_fields, COUNT(taken_fields), &one, faults) && good;
    pl_push(arena, build->taken, build->taken_count, build->taken_capacity, one);
  }
  return good;
}

static bool read_build(pl_arena *arena, const pl_member *member, pl_platform *platform, pl_faults *faults) {
  raw_build raw = {0};
  bool good = pl_record_read(arena, member->value, "build", build_fields, COUNT(build_fields), &raw, faults);
  const pl_platform_build *build = &raw.build;
  if (good && build->config && (!build->source || !build->api_version || !build->kind || !build->arguments)) {
    pl_node_fault(faults, member->value, "config needs source, api-version, kind and arguments beside it");
    good = false;
  }
  good = read_taken(arena, raw.taken, &raw.build, faults) && good;
  raw.build.component = member->key;
  pl_push(arena, platform->builds, platform->build_count, platform->build_capacity, raw.build);
  return good;
}

bool pl_platform_read_builds(pl_arena *arena, const pl_node *node, pl_platform *platform, pl_faults *faults) {
  bool good = !node || pl_platform_is_map(node, "builds", faults);
  pl_each_member (member, good ? node : NULL)
    good = read_build(arena, member, platform, faults) && good;
  return good;
}

const pl_platform_build *pl_platform_build_of(const pl_platform *platform, const char *component) {
  for (size_t i = 0; platform && i < platform->build_count; i++)
    if (strcmp(platform->builds[i].component, component) == 0)
      return &platform->builds[i];
  return NULL;
}

bool pl_platform_build_has_flag(const pl_platform_build *build, const char *name) {
  return build && (pl_texts_have(build->flags, name) || (build->config && pl_equal(build->config, name)));
}
