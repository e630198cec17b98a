/* Several instances of a component: a control is judged for each of them, and the worst wins. */
#include "plumbline/core/limits.h"
#include "private.h"

static void add_expression(const pl_expression *expression, bool settings_only, bool ret[PL_COMPONENTS_MAX]) {
  if (!expression)
    return;
  for (size_t i = 0; i < expression->child_count; i++)
    add_expression(expression->children[i], settings_only, ret);
  if (expression->component && (!settings_only || expression->kind == PL_EXPR_SETTING))
    ret[pl_component_index(expression->component)] = true;
  if (expression->other_component)
    ret[pl_component_index(expression->other_component)] = true;
}

void pl_components_of(const pl_control *control, bool settings_only, bool ret[PL_COMPONENTS_MAX]) {
  if (!settings_only)
    add_expression(control->applies, false, ret);
  add_expression(control->expect, settings_only, ret);
  for (size_t i = 0; control->decide && i < control->decide->input_count; i++)
    add_expression(control->decide->inputs[i].subject, settings_only, ret);
}

/* Instance number INDEX of a component: itself, then its `others`. */
static const pl_node *instance(const pl_node *component, size_t index) {
  const pl_node *others = pl_get(component, "others");
  return index == 0 ? component : others->list.items[index - 1];
}

static size_t instance_count(const pl_node *component) {
  const pl_node *others = pl_get(component, "others");
  return 1 + (pl_is(others, PL_LIST) ? others->list.count : 0);
}

typedef struct wheel {
  size_t counts[PL_COMPONENTS_MAX], at[PL_COMPONENTS_MAX];
} wheel;

static void start(pl_judging *j, const pl_control *control, wheel *ret) {
  bool named[PL_COMPONENTS_MAX] = {false};
  pl_components_of(control, false, named);
  for (size_t i = 0; i < PL_COMPONENTS_MAX && pl_component_names[i]; i++) {
    ret->counts[i] = named[i] ? instance_count(j->run->components[i]) : 1;
    ret->at[i] = 0;
    j->several[i] = ret->counts[i] > 1;
    j->instances[i] = j->run->components[i];
  }
}

/* How many there are, as far as they are judged. */
static size_t combinations(const wheel *w) {
  size_t count = 1;
  for (size_t i = 0; i < PL_COMPONENTS_MAX && pl_component_names[i] && count < PL_INSTANCES_MAX; i++)
    count *= w->counts[i];
  return count < PL_INSTANCES_MAX ? count : PL_INSTANCES_MAX;
}

static bool turn(pl_judging *j, wheel *w) {
  for (size_t i = 0; i < PL_COMPONENTS_MAX && pl_component_names[i]; i++) {
    if (w->counts[i] == 1)
      continue;
    w->at[i] = (w->at[i] + 1) % w->counts[i];
    j->instances[i] = instance(j->run->components[i], w->at[i]);
    if (w->at[i] > 0)
      return true;
  }
  return false;
}

pl_outcome pl_for_instances(pl_judging *j, const pl_control *control,
                            pl_outcome (*function)(pl_judging *, const pl_control *)) {
  wheel w = {0};
  size_t count = 0;
  bool more = true;
  start(j, control, &w);
  size_t wanted = combinations(&w);
  pl_outcome *parts = pl_new_array(j->arena, pl_outcome, wanted + (wanted == PL_INSTANCES_MAX));
  for (; more && count < PL_INSTANCES_MAX; more = turn(j, &w))
    parts[count++] = function(j, control);
  if (more)
    parts[count++] = pl_outcome_of(
        PL_ERROR, pl_printf(j->arena, "only the first %d combinations of instances were judged", PL_INSTANCES_MAX));
  const char *expected = parts[0].expected;
  bool joined = parts[0].joined;
  pl_outcome ret = pl_outcome_join(j->arena, false, parts, count);
  ret.expected = expected;
  ret.joined = joined;
  return ret;
}
