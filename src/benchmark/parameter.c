/* Parameters of a benchmark: what a site may decide for itself. */
#include "private.h"

typedef struct record {
  const char *title;
  const pl_node *default_value;
  int as;
} record;

static const char *const as_names[] = {
    [PL_AS_NATURAL] = "value",   [PL_AS_DURATION] = "duration", [PL_AS_QUANTITY] = "quantity",
    [PL_AS_INTEGER] = "integer", [PL_AS_MODE] = "mode",         [PL_AS_TEXT] = "text",
    [PL_AS_GLOB] = "glob",       [PL_AS_OWNER] = "owner",       NULL};

static const pl_field fields[] = {
    {.key = "title", .kind = PL_FIELD_TEXT, .offset = offsetof(record, title), .required = true},
    {.key = "default", .kind = PL_FIELD_NODE, .offset = offsetof(record, default_value)},
    {.key = "as", .kind = PL_FIELD_ENUM, .offset = offsetof(record, as), .names = as_names},
};

static void add(pl_reader *r, const pl_member *member) {
  record read = {NULL, NULL, PL_AS_NATURAL};
  pl_error err = {0};
  const char *what = pl_printf(r->arena, "parameter %s", member->key);
  if (!pl_record_read(r->arena, member->value, what, fields, sizeof fields / sizeof *fields, &read, r->faults))
    return;
  pl_read_text(r, pl_get(member->value, "title"), "title");
  pl_parameter parameter = {.name = member->key,
                            .title = read.title,
                            .as = (pl_compare_as)read.as,
                            .line = member->line,
                            .column = member->column};
  if (!pl_is(read.default_value, PL_NULL))
    parameter.default_value = read.default_value;
  if (parameter.default_value && pl_operand_fits(parameter.default_value, parameter.as, &err) != 0)
    pl_node_fault(r->faults, read.default_value, "%s: default: %s", what, err.text);
  pl_push(r->arena, r->set->parameters, r->set->parameter_count, r->set->parameter_capacity, parameter);
}

void pl_read_parameters(pl_reader *r, const pl_node *object) {
  if (object && object->kind != PL_OBJECT)
    pl_node_fault(r->faults, object, "parameters: expected a map of names, found %s", pl_kind_phrase(object->kind));
  pl_each_member (member, object)
    add(r, member);
}

pl_parameter *pl_find_parameter(const pl_definitions *set, const char *name) {
  for (size_t i = 0; i < set->parameter_count; i++)
    if (pl_equal(set->parameters[i].name, name))
      return &set->parameters[i];
  return NULL;
}
