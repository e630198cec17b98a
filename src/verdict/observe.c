/* Observations of a result: each thing that was looked at, once. */
#include "plumbline/core/limits.h"
#include "private.h"

static const char *or_empty(const char *text) { return text ? text : ""; }

static void add(pl_judging *j, pl_observation observation) {
  pl_result *ret = j->result;
  pl_push(j->arena, ret->observations, ret->observation_count, ret->observation_capacity, observation);
}

/* What passes makes room for what does not. */
static bool replace_passing(pl_judging *j, const pl_observation *observation) {
  if (observation->verdict == PL_PASS)
    return false;
  while (j->replaceable > 0)
    if (j->result->observations[--j->replaceable].verdict == PL_PASS) {
      j->result->observations[j->replaceable] = *observation;
      return true;
    }
  return false;
}

/* It is there already: then it has the worse verdict of the two. */
static bool is_known(pl_judging *j, const char *key, const pl_observation *observation) {
  int64_t index = pl_get_integer(j->seen, key, -1);
  pl_observation *before = index >= 0 ? &j->result->observations[index] : NULL;
  if (!before || !pl_equal(before->what, observation->what))
    return false;
  before->verdict = pl_verdict_and(before->verdict, observation->verdict);
  return true;
}

void pl_observe(pl_judging *j, pl_observation observation) {
  if (!j->result)
    return;
  size_t count = j->result->observation_count;
  observation.premise = j->bare;
  const char *key = pl_printf(j->arena, "%s\n%s\n%s\n%s", or_empty(observation.what), or_empty(observation.value),
                              or_empty(observation.layer), or_empty(observation.where));
  if (!j->seen)
    j->seen = pl_node_object(j->arena);
  if (is_known(j, key, &observation))
    return;
  if (count < PL_OBSERVATIONS_MAX) {
    pl_object_set_integer(j->arena, j->seen, key, (int64_t)count);
    add(j, observation);
    j->replaceable = count + 1;
    return;
  }
  if (count == PL_OBSERVATIONS_MAX)
    add(j, (pl_observation){
               .what = "further observations",
               .verdict = PL_PASS,
               .value = pl_printf(j->arena, "left out, those that pass first: more than %d", PL_OBSERVATIONS_MAX)});
  replace_passing(j, &observation);
}

static const char *show(pl_arena *arena, const pl_node *value, size_t maximum) {
  if (!value || value->kind == PL_NULL)
    return "unset";
  if (value->kind == PL_STRING && value->string.length == 0)
    return "an empty text";
  if ((value->kind == PL_LIST || value->kind == PL_OBJECT) && pl_count(value) == 0)
    return value->kind == PL_LIST ? "an empty list" : "an empty map";
  return pl_node_show(arena, value, maximum);
}

const char *pl_show(pl_arena *arena, const pl_node *value) { return show(arena, value, PL_VALUE_TOLD); }
const char *pl_show_long(pl_arena *arena, const pl_node *value) { return show(arena, value, PL_VALUE_OBSERVED); }
