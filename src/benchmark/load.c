/* A benchmark's files: benchmark.yaml, then the section files that it names, in that order. */
#include "plumbline/core/limits.h"
#include "plumbline/core/yaml.h"
#include "private.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
static const char top[] = "benchmarks/", head_file[] = "/benchmark.yaml";

typedef struct benchmark_record {
  const char *id, *title;
  const pl_node *editions, *parameters, *conditions;
  pl_texts files;
} benchmark_record;

static const pl_field benchmark_fields[] = {
    {.key = "id", .kind = PL_FIELD_TEXT, .offset = offsetof(benchmark_record, id), .required = true},
    {.key = "title", .kind = PL_FIELD_TEXT, .offset = offsetof(benchmark_record, title), .required = true},
    {.key = "editions", .kind = PL_FIELD_NODE, .offset = offsetof(benchmark_record, editions), .required = true},
    {.key = "files", .kind = PL_FIELD_TEXTS, .offset = offsetof(benchmark_record, files), .required = true},
    {.key = "parameters", .kind = PL_FIELD_NODE, .offset = offsetof(benchmark_record, parameters)},
    {.key = "conditions", .kind = PL_FIELD_NODE, .offset = offsetof(benchmark_record, conditions)},
};

pl_texts pl_definitions_ids(pl_arena *arena, pl_data *data) {
  const char **items = NULL;
  size_t count = 0, capacity = 0;
  for (const char *const *name = pl_data_names(data, top); *name; name++) {
    size_t length = strlen(*name);
    const char *folder = *name + sizeof top - 1;
    if (!pl_ends(*name, head_file) || length <= sizeof top - 1 + sizeof head_file - 1)
      continue;
    const char *id = pl_strndup(arena, folder, length - (sizeof top - 1) - (sizeof head_file - 1));
    if (!strchr(id, '/'))
      pl_push(arena, items, count, capacity, id);
  }
  return (pl_texts){items, count};
}

static pl_definitions *new_definitions(pl_arena *arena) {
  pl_definitions *set = pl_new(arena, pl_definitions);
  set->arena = arena;
  set->keys = pl_node_object(arena);
  set->ids = pl_node_object(arena);
  return set;
}

void pl_definitions_free(pl_definitions *definitions) {
  if (!definitions)
    return;
  for (size_t i = 0; i < definitions->regex_count; i++)
    pl_regex_free(definitions->regexes[i]);
  definitions->regex_count = 0;
}

static void read_conditions(pl_reader *r, const pl_node *object) {
  if (object && object->kind != PL_OBJECT)
    pl_node_fault(r->faults, object, "conditions: expected a map of names, found %s", pl_kind_phrase(object->kind));
  pl_each_member (member, object) {
    pl_condition condition = {member->key, pl_read_expression(r, member->value)};
    if (condition.expression)
      pl_push(r->arena, r->set->conditions, r->set->condition_count, r->set->condition_capacity, condition);
  }
}

static bool read_head(pl_reader *r, const pl_node *root, const char *id, benchmark_record *ret) {
  bool sound = pl_record_read(r->arena, root, "benchmark", benchmark_fields, COUNT(benchmark_fields), ret, r->faults);
  r->set->id = ret->id ? pl_read_text(r, pl_get(root, "id"), "id") : NULL;
  r->set->title = ret->title ? pl_read_text(r, pl_get(root, "title"), "title") : NULL;
  if (id && ret->id && !pl_equal(ret->id, id))
    pl_node_fault(r->faults, pl_get(root, "id"), "id: %s stands in the folder %s", ret->id, id);
  if (ret->editions)
    pl_read_editions(r, ret->editions);
  pl_read_parameters(r, ret->parameters);
  read_conditions(r, ret->conditions);
  return sound;
}

static void check_unnamed(pl_reader *r, pl_data *data, const char *folder, const benchmark_record *record) {
  for (const char *const *name = pl_data_names(data, folder); *name; name++) {
    const char *file = *name + strlen(folder);
    bool named = pl_equal(file, head_file + 1);
    for (size_t i = 0; i < record->files.count && !named; i++)
      named = pl_equal(record->files.items[i], file);
    if (!named)
      pl_fault_add(r->faults, pl_data_shown(data, *name), 0, 0, "benchmark.yaml does not name this file");
  }
}

static void check_parameters(pl_reader *r, const char *file) {
  for (size_t i = 0; i < r->set->parameter_count; i++) {
    const pl_parameter *parameter = &r->set->parameters[i];
    pl_error err = {0};
    if (parameter->default_value && pl_operand_fits(parameter->default_value, parameter->as, &err) != 0)
      pl_fault_add(r->faults, file, parameter->line, parameter->column, "parameter %s: default: %s", parameter->name,
                   err.text);
  }
}

/* Of a section nothing is kept but texts, and copies of operands: its tree may go once all have been read, if the texts
 * stay. */
static void read_section_file(pl_reader *r, pl_arena *scratch, const pl_data *data, const char *name) {
  r->proved = pl_data_is_compiled_in(data, name);
  const pl_node *section = pl_data_document(r->proved ? scratch : r->arena, data, name, r->faults);
  if (section)
    pl_read_sections(r, section);
}

static void forget_trees(pl_definitions *set) {
  set->keys = set->ids = NULL;
  for (size_t i = 0; i < set->control_count; i++)
    set->controls[i]->node = NULL;
}

pl_definitions *pl_definitions_load(pl_arena *arena, pl_data *data, const char *id, pl_faults *faults) {
  pl_reader r = {.arena = arena, .faults = faults, .set = new_definitions(arena)};
  size_t before = faults->total;
  const char *folder = pl_printf(arena, "%s%s/", top, id), *name = pl_printf(arena, "%s%s%s", top, id, head_file);
  benchmark_record record = {0};
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  const pl_node *root = pl_data_document(arena, data, name, faults);
  if (root && read_head(&r, root, id, &record)) {
    for (size_t i = 0; i < record.files.count; i++)
      read_section_file(&r, scratch, data, pl_printf(arena, "%s%s", folder, record.files.items[i]));
    check_unnamed(&r, data, folder, &record);
    if (faults->total == before)
      check_parameters(&r, pl_data_shown(data, name));
  }
  forget_trees(r.set);
  if (faults->total == before)
    return r.set;
  pl_definitions_free(r.set);
  return NULL;
}

const pl_parameter *pl_declared_parameters(pl_arena *arena, pl_data *data, const char *id, size_t *ret_count) {
  pl_faults unwanted;
  pl_faults_init(&unwanted, arena);
  pl_reader r = {.arena = arena, .faults = &unwanted, .set = new_definitions(arena), .alone = true};
  const pl_node *root = pl_data_document(arena, data, pl_printf(arena, "%s%s%s", top, id, head_file), &unwanted);
  pl_read_parameters(&r, pl_get(root, "parameters"));
  *ret_count = r.set->parameter_count;
  return r.set->parameters;
}

const char *pl_definitions_id(const pl_definitions *definitions) { return definitions->id; }
const char *pl_definitions_title(const pl_definitions *definitions) { return definitions->title; }
const pl_edition *pl_definitions_editions(const pl_definitions *definitions, size_t *ret_count) {
  *ret_count = definitions->edition_count;
  return definitions->editions;
}

/* ---- one file by itself ---- */

static bool has_any(const pl_node *root, const char *const *keys) {
  for (; *keys; keys++)
    if (pl_get(root, *keys))
      return true;
  return false;
}

bool pl_definitions_check_text(pl_arena *arena, pl_bytes text, const char *file, pl_faults *faults) {
  static const char *const of_sections[] = {"sections", NULL}, *const of_benchmark[] = {"editions", "files", NULL};
  pl_reader r = {.arena = arena, .faults = faults, .set = new_definitions(arena), .alone = true};
  size_t before = faults->total;
  benchmark_record record = {0};
  const pl_node *root = pl_yaml_read_ours(arena, text, file, faults);
  if (!root)
    return false;
  if (has_any(root, of_sections))
    pl_read_sections(&r, root);
  else if (has_any(root, of_benchmark)) {
    r.alone = false;
    read_head(&r, root, NULL, &record);
  } else {
    pl_site_read_root(arena, root, file, faults);
  }
  pl_definitions_free(r.set);
  return faults->total == before;
}
