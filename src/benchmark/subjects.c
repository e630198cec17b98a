/* What controls look at: the paths of all editions for collection, the settings of one for its explanation. */
#include "plumbline/benchmark/select.h"

#include "private.h"

typedef struct names {
  pl_arena *arena;
  pl_node *seen; /* an object, as a set */
  bool paths;
} names;

static void add(names *found, const char *text) {
  if (!pl_get(found->seen, text))
    pl_object_set_boolean(found->arena, found->seen, text, true);
}

static void add_expression(names *found, const pl_expression *expression) {
  if (!expression)
    return;
  for (size_t i = 0; i < expression->child_count; i++)
    add_expression(found, expression->children[i]);
  if (found->paths && expression->kind == PL_EXPR_FILES && !expression->named_set)
    add(found, expression->files);
  if (!found->paths && expression->kind == PL_EXPR_SETTING)
    add(found, pl_printf(found->arena, "%s.%s", expression->component, expression->key));
  if (!found->paths && expression->other_key)
    add(found, pl_printf(found->arena, "%s.%s", expression->other_component, expression->other_key));
}

static void add_decide(names *found, const pl_decide *decide) {
  for (size_t i = 0; decide && i < decide->input_count; i++)
    add_expression(found, decide->inputs[i].subject);
  if (decide)
    add_expression(found, decide->show);
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static pl_texts sorted(const names *found) {
  const char **items = NULL;
  size_t total = 0, capacity = 0;
  pl_each_member (member, found->seen)
    pl_push(found->arena, items, total, capacity, member->key);
  if (total)
    qsort(items, total, sizeof *items, by_text);
  return (pl_texts){items, total};
}

static void add_variants(names *found, const pl_variants *variants) {
  for (size_t i = 0; i < variants->count; i++)
    add_expression(found, variants->items[i].value);
}

static void add_source(names *found, const pl_control_source *source) {
  add_variants(found, &source->applies);
  add_variants(found, &source->expect);
  add_variants(found, &source->manual);
  for (size_t i = 0; i < source->letter.count; i++)
    add_expression(found, ((const pl_letter *)source->letter.items[i].value)->expect);
  for (size_t i = 0; i < source->decide.count; i++)
    add_decide(found, source->decide.items[i].value);
}

pl_texts pl_subject_paths(pl_arena *arena, pl_definitions *const *definitions, size_t count) {
  names found = {arena, pl_node_object(arena), true};
  for (size_t d = 0; d < count; d++)
    for (size_t i = 0; i < definitions[d]->control_count; i++)
      add_source(&found, definitions[d]->controls[i]);
  return sorted(&found);
}

pl_texts pl_subject_settings(pl_arena *arena, const pl_control *control) {
  names found = {arena, pl_node_object(arena), false};
  add_expression(&found, control->applies);
  add_expression(&found, control->expect);
  add_expression(&found, control->letter);
  add_decide(&found, control->decide);
  return sorted(&found);
}
