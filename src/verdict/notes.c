/* What the report says of the site file: what was used of it, and what needs a person's attention. */
#include "private.h"

static void add(const pl_site_index *index, pl_run *run, const char *text) {
  pl_push(index->arena, run->site_notes, run->site_note_count, run->site_note_capacity, text);
}

/* "; did you mean KEY?", or nothing. */
static const char *nearest(const pl_site_index *index, const char *key) {
  const char **names = pl_new_array(index->arena, const char *, pl_count(index->known) + 1);
  size_t count = 0;
  pl_each_member (member, index->known)
    names[count++] = member->key;
  return pl_nearest(index->arena, key, names);
}

/* Why nothing in this run can have the key, or NULL. */
static const char *not_judged(const pl_site_index *index, const char *key) {
  const pl_node *known = pl_get(index->known, key);
  if (!known)
    return pl_printf(index->arena, "no control of the benchmarks of this run has this key%s", nearest(index, key));
  return known->boolean ? NULL : "the control is not judged in this run";
}

static void note_waiver(const pl_site_index *index, pl_run *run, const pl_waiver_state *state) {
  const pl_waiver *waiver = state->waiver;
  const char *start =
      pl_printf(index->arena, "waiver of %s for %s until %s", waiver->key, state->scope, waiver->expires_text);
  const char *absent = not_judged(index, waiver->key);
  if (absent)
    add(index, run, pl_printf(index->arena, "%s: not used, %s", start, absent));
  if (!state->in_scope && !absent)
    return;
  if (state->expired)
    add(index, run, pl_printf(index->arena, "%s: expired, it does not apply", start));
  if (state->passes && !state->applied)
    add(index, run, pl_printf(index->arena, "%s: not needed any more, the control passes", start));
  else if (state->other && !state->applied)
    add(index, run,
        pl_printf(index->arena, "%s: not used, a waiver is for a FAIL and the verdict is %s", start,
                  pl_verdict_name(state->verdict)));
}

static void note_statement(const pl_site_index *index, pl_run *run, const pl_statement_state *state) {
  const pl_statement *said = state->statement;
  const char *absent = not_judged(index, said->about);
  const char *start =
      pl_printf(index->arena, "statement about %s by %s, %s: %s", said->about, said->by, said->date, said->text);
  if (absent)
    add(index, run, pl_printf(index->arena, "%s (not used, %s)", start, absent));
  else if (state->decided)
    add(index, run, pl_printf(index->arena, "%s (it decides)", start));
  else if (state->judged)
    add(index, run,
        pl_printf(index->arena, "%s (not used, the verdict is %s without it)", start, pl_verdict_name(state->verdict)));
}

/* ---- parameters ---- */

static void find_parameters(pl_arena *arena, const pl_expression *expression, pl_node *used) {
  if (!expression)
    return;
  for (size_t i = 0; i < expression->child_count; i++)
    find_parameters(arena, expression->children[i], used);
  if (expression->parameter)
    pl_object_set_boolean(arena, used, expression->parameter, true);
}

static void note_parameter(const pl_site_index *index, pl_run *run, const pl_benchmark *benchmark, const char *name) {
  const pl_node *value = pl_site_parameter(index->run->site, name), *standard = NULL;
  for (size_t i = 0; i < benchmark->parameter_count; i++)
    if (pl_equal(benchmark->parameters[i].name, name))
      standard = benchmark->parameters[i].default_value;
  if (value)
    add(index, run,
        pl_printf(index->arena, "parameter %s is %s by the site file (%s%s)", name, pl_show(index->arena, value),
                  standard ? "else " : "no default", standard ? pl_show(index->arena, standard) : ""));
}

static void find_in_control(pl_arena *arena, const pl_control *control, pl_node *used) {
  find_parameters(arena, control->expect, used);
  find_parameters(arena, control->letter, used);
  find_parameters(arena, control->applies, used);
  for (size_t i = 0; control->decide && i < control->decide->input_count; i++)
    find_parameters(arena, control->decide->inputs[i].subject, used);
}

static void note_parameters(const pl_site_index *index, pl_run *run, const pl_benchmark *benchmark) {
  pl_node *used = pl_node_object(index->arena);
  for (size_t i = 0; i < benchmark->control_count; i++)
    find_in_control(index->arena, &benchmark->controls[i], used);
  pl_each_member (member, used)
    note_parameter(index, run, benchmark, member->key);
}

void pl_site_notes(const pl_site_index *index, pl_run *run) {
  if (!index)
    return;
  for (size_t i = 0; i < index->run->site->waiver_count; i++)
    note_waiver(index, run, &index->waivers[i]);
  for (size_t i = 0; i < index->run->site->statement_count; i++)
    note_statement(index, run, &index->statements[i]);
  for (size_t i = 0; i < run->benchmark_count; i++)
    note_parameters(index, run, run->benchmarks[i].benchmark);
}
