/* Observations of a result: each thing that was looked at, once. */
#include "plumbline/core/limits.h"
#include "private.h"

enum { FEW = 64 };

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

static const char *key_of(pl_arena *arena, const pl_observation *observation) {
  return pl_printf(arena, "%s\n%s\n%s\n%s", or_empty(observation->what), or_empty(observation->value),
                   or_empty(observation->layer), or_empty(observation->where));
}

static void remember(pl_judging *j, size_t index) {
  const char *key = key_of(j->arena, &j->result->observations[index]);
  pl_object_put(j->arena, j->seen, key, pl_node_integer(j->arena, (int64_t)index));
}

static bool is_same(const pl_observation *a, const pl_observation *b) {
  return pl_equal(a->what, b->what) && pl_equal(or_empty(a->value), or_empty(b->value)) &&
         pl_equal(or_empty(a->layer), or_empty(b->layer)) && pl_equal(or_empty(a->where), or_empty(b->where));
}

/* Few are compared one by one, many are known by their key. */
static pl_observation *find_same(pl_judging *j, const pl_observation *observation) {
  pl_result *result = j->result;
  if (result->observation_count >= FEW) {
    int64_t index = pl_get_integer(j->seen, key_of(j->arena, observation), -1);
    bool same = index >= 0 && is_same(&result->observations[index], observation);
    return same ? &result->observations[index] : NULL;
  }
  for (size_t i = 0; i < result->observation_count; i++)
    if (is_same(&result->observations[i], observation))
      return &result->observations[i];
  return NULL;
}

/* It is there already: then it has the worse verdict of the two. */
static bool is_known(pl_judging *j, const pl_observation *observation) {
  pl_observation *before = find_same(j, observation);
  if (before)
    before->verdict = pl_verdict_and(before->verdict, observation->verdict);
  return before != NULL;
}

static void add_known(pl_judging *j, const pl_observation *observation) {
  add(j, *observation);
  if (j->result->observation_count < FEW)
    return;
  size_t index = j->seen ? j->result->observation_count - 1 : 0;
  if (!j->seen)
    j->seen = pl_node_object(j->arena);
  for (; index < j->result->observation_count; index++)
    remember(j, index);
}

void pl_observe(pl_judging *j, pl_observation observation) {
  if (!j->result)
    return;
  size_t count = j->result->observation_count;
  observation.premise = j->bare;
  if (is_known(j, &observation))
    return;
  if (count < PL_OBSERVATIONS_MAX) {
    add_known(j, &observation);
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
