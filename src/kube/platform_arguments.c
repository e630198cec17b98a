/* Reads `arguments` and `supervisors` of a platform record. */
#include "platform_arguments.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct raw_arguments {
  pl_platform_arguments entry;
  const char *as;
  const pl_node *built_in;
} raw_arguments;

#define ENTRY(member) offsetof(raw_arguments, entry.member)
static const pl_field arguments_fields[] = {
    {"file", PL_FIELD_TEXT, ENTRY(file), false, NULL},
    {"option", PL_FIELD_TEXT, ENTRY(option), false, NULL},
    {"switch", PL_FIELD_TEXT, ENTRY(toggle), false, NULL},
    {"built-in", PL_FIELD_NODE, offsetof(raw_arguments, built_in), false, NULL},
    {"extra", PL_FIELD_TEXTS, ENTRY(extra), false, NULL},
    {"without", PL_FIELD_TEXTS, ENTRY(without), false, NULL},
    {"without-if-path", PL_FIELD_TEXT, ENTRY(without_if_path), false, NULL},
    {"unless", PL_FIELD_TEXTS, ENTRY(unless), false, NULL},
    {"if-path", PL_FIELD_TEXT, ENTRY(if_path), false, NULL},
    {"as", PL_FIELD_TEXT, offsetof(raw_arguments, as), false, NULL},
};

static const pl_field built_in_fields[] = {
    {"set", PL_FIELD_TEXT, offsetof(pl_platform_built_in, set), true, NULL},
    {"given", PL_FIELD_TEXT, offsetof(pl_platform_built_in, given), false, NULL},
    {"not-given", PL_FIELD_TEXT, offsetof(pl_platform_built_in, not_given), false, NULL},
    {"begins", PL_FIELD_TEXT, offsetof(pl_platform_built_in, begins), false, NULL},
    {"not-begins", PL_FIELD_TEXT, offsetof(pl_platform_built_in, not_begins), false, NULL},
    {"path", PL_FIELD_TEXT, offsetof(pl_platform_built_in, path), false, NULL},
    {"no-path", PL_FIELD_TEXT, offsetof(pl_platform_built_in, no_path), false, NULL},
    {"not-beside", PL_FIELD_TEXT, offsetof(pl_platform_built_in, not_beside), false, NULL},
};

typedef struct raw_supervisor {
  pl_platform_supervisor supervisor;
  const pl_node *appended;
} raw_supervisor;

static const pl_field appended_fields[] = {
    {"option", PL_FIELD_TEXT, offsetof(pl_platform_appended, option), true, NULL},
    {"given", PL_FIELD_TEXT, offsetof(pl_platform_appended, given), true, NULL},
    {"file", PL_FIELD_TEXT, offsetof(pl_platform_appended, file), true, NULL},
};

#define SUPERVISOR(member) offsetof(raw_supervisor, supervisor.member)
static const pl_field supervisor_fields[] = {
    {"programs", PL_FIELD_TEXTS, SUPERVISOR(programs), true, NULL},
    {"source", PL_FIELD_TEXT, SUPERVISOR(source), true, NULL},
    {"config", PL_FIELD_TEXT, SUPERVISOR(config), true, NULL},
    {"drop-ins", PL_FIELD_TEXT, SUPERVISOR(drop_ins), false, NULL},
    {"visible", PL_FIELD_BOOLEAN, SUPERVISOR(visible), false, NULL},
    {"option", PL_FIELD_TEXT, SUPERVISOR(option), false, NULL},
    {"variable", PL_FIELD_TEXT, SUPERVISOR(variable), false, NULL},
    {"letters", PL_FIELD_NODE, SUPERVISOR(letters), false, NULL},
    {"variables", PL_FIELD_NODE, SUPERVISOR(variables), false, NULL},
    {"defaults", PL_FIELD_NODE, SUPERVISOR(defaults), false, NULL},
    {"unknown-with", PL_FIELD_TEXTS, SUPERVISOR(unknown_with), false, NULL},
    {"options", PL_FIELD_TEXTS, SUPERVISOR(options), false, NULL},
    {"skips-unknown", PL_FIELD_TEXTS, SUPERVISOR(skips_unknown), false, NULL},
    {"appended", PL_FIELD_NODE, offsetof(raw_supervisor, appended), false, NULL},
};

bool pl_platform_is_map(const pl_node *node, const char *what, pl_faults *faults) {
  if (pl_is(node, PL_OBJECT))
    return true;
  pl_node_fault(faults, node, "%s must be a map", what);
  return false;
}

bool pl_platform_is_names(const pl_node *node, const char *what, pl_faults *faults) {
  bool good = !node || pl_platform_is_map(node, what, faults);
  pl_each_member (member, good ? node : NULL) {
    if (pl_text(member->value))
      continue;
    pl_node_fault(faults, member->value, "%s: %s must be a text", what, member->key);
    good = false;
  }
  return good;
}

static bool is_list(const pl_node *node, const char *what, pl_faults *faults) {
  if (!node || pl_is(node, PL_LIST))
    return true;
  pl_node_fault(faults, node, "%s must be a list", what);
  return false;
}

static bool read_built_in(pl_arena *arena, const pl_node *item, pl_platform_arguments *entry, pl_faults *faults) {
  pl_platform_built_in one = {.set = pl_text(item)};
  if (!one.set &&
      !pl_record_read(arena, item, "built-in argument", built_in_fields, COUNT(built_in_fields), &one, faults))
    return false;
  if (!strchr(one.set, '=')) {
    pl_node_fault(faults, item, "a built-in argument must be NAME=VALUE");
    return false;
  }
  pl_push(arena, entry->built_in, entry->built_in_count, entry->built_in_capacity, one);
  return true;
}

/* What AS has for the same component. */
static const pl_platform_arguments *find_as(const pl_platform *platform, const char *as, const char *component) {
  for (size_t i = 0; i < platform->argument_count; i++)
    if (strcmp(platform->arguments[i].process, as) == 0 && strcmp(platform->arguments[i].component, component) == 0)
      return &platform->arguments[i];
  return NULL;
}

static bool read_entry(pl_arena *arena, const char *program, const pl_member *member, pl_platform *platform,
                       pl_faults *faults) {
  raw_arguments raw = {0};
  bool good =
      pl_record_read(arena, member->value, "arguments", arguments_fields, COUNT(arguments_fields), &raw, faults);
  if (!good || !is_list(raw.built_in, "built-in", faults))
    return false;
  pl_each_item (item, raw.built_in)
    good = read_built_in(arena, item, &raw.entry, faults) && good;
  const pl_platform_arguments *as = raw.as ? find_as(platform, raw.as, member->key) : NULL;
  if (raw.as ? !as : !raw.entry.file == !raw.entry.built_in) {
    pl_node_fault(faults, member->value, "arguments need one of file, built-in and, naming a program above, as");
    return false;
  }
  pl_platform_arguments entry = as ? *as : raw.entry;
  entry.process = program;
  entry.component = member->key;
  pl_push(arena, platform->arguments, platform->argument_count, platform->argument_capacity, entry);
  return good;
}

bool pl_platform_read_arguments(pl_arena *arena, const pl_node *node, pl_platform *platform, pl_faults *faults) {
  bool good = !node || pl_platform_is_map(node, "arguments", faults);
  pl_each_member (program, good ? node : NULL) {
    bool map = pl_platform_is_map(program->value, program->key, faults);
    pl_each_member (member, map ? program->value : NULL)
      good = read_entry(arena, program->key, member, platform, faults) && good;
    good = good && map;
  }
  return good;
}

static bool read_supervisor(pl_arena *arena, const pl_node *item, pl_platform *platform, pl_faults *faults) {
  raw_supervisor raw = {0};
  pl_platform_supervisor *one = &raw.supervisor;
  bool good = pl_record_read(arena, item, "supervisor", supervisor_fields, COUNT(supervisor_fields), &raw, faults);
  good = pl_platform_is_names(one->letters, "letters", faults) && good;
  good = pl_platform_is_names(one->variables, "variables", faults) && good;
  good = pl_platform_is_names(one->defaults, "defaults", faults) && good;
  good = is_list(raw.appended, "appended", faults) && good;
  pl_each_item (entry, raw.appended) {
    pl_platform_appended appended = {0};
    good = pl_record_read(arena, entry, "appended", appended_fields, COUNT(appended_fields), &appended, faults) && good;
    pl_push(arena, one->appended, one->appended_count, one->appended_capacity, appended);
  }
  pl_push(arena, platform->supervisors, platform->supervisor_count, platform->supervisor_capacity, *one);
  return good;
}

bool pl_platform_read_supervisors(pl_arena *arena, const pl_node *node, pl_platform *platform, pl_faults *faults) {
  bool good = is_list(node, "supervisors", faults);
  pl_each_item (item, node)
    good = read_supervisor(arena, item, platform, faults) && good;
  return good;
}
