/* What the selected controls look at: paths for collection, settings for tests that every one of them is computed. */
#include "plumbline/benchmark/select.h"

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

static void add_control(names *found, const pl_control *control) {
  add_expression(found, control->applies);
  add_expression(found, control->expect);
  add_expression(found, control->letter);
  for (size_t i = 0; control->decide && i < control->decide->input_count; i++)
    add_expression(found, control->decide->inputs[i].subject);
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static pl_texts collect(pl_arena *arena, const pl_benchmark *const *benchmarks, size_t count, bool paths) {
  names found = {arena, pl_node_object(arena), paths};
  for (size_t b = 0; b < count; b++)
    for (size_t i = 0; i < benchmarks[b]->control_count; i++)
      add_control(&found, &benchmarks[b]->controls[i]);
  const char **items = NULL;
  size_t total = 0, capacity = 0;
  pl_each_member (member, found.seen)
    pl_push(arena, items, total, capacity, member->key);
  if (total)
    qsort(items, total, sizeof *items, by_text);
  return (pl_texts){items, total};
}

pl_texts pl_subject_paths(pl_arena *arena, const pl_benchmark *const *benchmarks, size_t count) {
  return collect(arena, benchmarks, count, true);
}

pl_texts pl_subject_settings(pl_arena *arena, const pl_benchmark *const *benchmarks, size_t count) {
  return collect(arena, benchmarks, count, false);
}
