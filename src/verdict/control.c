/* One control: does it apply, what is found, what does the benchmark's letter say. */
#include <time.h>

#include "private.h"

static const char *capitalised(pl_arena *arena, const char *text) {
  char *copy = pl_strdup(arena, text);
  if (*copy >= 'a' && *copy <= 'z')
    *copy = (char)(*copy - 'a' + 'A');
  return copy;
}

static const char *joined(pl_arena *arena, const pl_outcome *outcome) {
  const char *text = "";
  for (size_t i = 0; i < outcome->sentence_count; i++)
    text = pl_printf(arena, "%s%s%s", text, i ? "; " : "", outcome->sentences[i]);
  return text;
}

/* "No kubelet runs here (kubelet state is absent)". */
static pl_outcome not_applicable(pl_judging *j, const pl_control *control, const pl_outcome *applies) {
  const char *because = applies->because ? applies->because : control->applies->because;
  const char *evidence = joined(j->arena, applies),
             *text = capitalised(j->arena, because ? because : "it does not apply here");
  return pl_outcome_of(PL_NOT_APPLICABLE, *evidence ? pl_printf(j->arena, "%s (%s)", text, evidence) : text);
}

/* PASS: judge. Else the outcome is that of the control. */
static pl_outcome judge_applies(pl_judging *j, const pl_control *control) {
  if (!control->applies)
    return pl_outcome_of(PL_PASS, NULL);
  j->bare = true;
  pl_outcome applies = pl_judge_expression(j, control->applies, false);
  j->bare = false;
  if (applies.verdict == PL_PASS)
    return applies;
  if (applies.verdict == PL_FAIL || applies.verdict == PL_NOT_APPLICABLE)
    return not_applicable(j, control, &applies);
  return pl_outcome_of(PL_ERROR,
                       pl_printf(j->arena, "whether this applies cannot be told: %s", joined(j->arena, &applies)));
}

static pl_outcome judge_whole(pl_judging *j, const pl_control *control) {
  pl_outcome applies = judge_applies(j, control);
  if (applies.verdict != PL_PASS)
    return applies;
  pl_outcome ret =
      control->decide ? pl_judge_decide(j, control->decide) : pl_judge_expression(j, control->expect, false);
  if (ret.because && !ret.because_said && (ret.verdict == PL_PASS || ret.verdict == PL_FAIL))
    pl_outcome_add(&ret, capitalised(j->arena, ret.because));
  return ret;
}

static pl_outcome judge_letter(pl_judging *j, const pl_control *control) {
  pl_outcome applies = judge_applies(j, control);
  return applies.verdict == PL_PASS ? pl_judge_expression(j, control->letter, false) : applies;
}

/* ---- a node that is no Kubernetes node ---- */

/* Nothing is judged there. That it is none must be proved, and only a whole process list proves it. */
static void clamp_to_platform(const pl_judging *j, pl_outcome *outcome) {
  const pl_node *platform = pl_get(j->run->facts, "platform"), *vantage = pl_get(j->run->facts, "vantage");
  bool judged = outcome->verdict == PL_PASS || outcome->verdict == PL_FAIL || outcome->verdict == PL_MANUAL;
  if (!judged || !pl_equal(pl_get_text(platform, "name", NULL), "none"))
    return;
  bool proved = pl_equal(pl_get_text(vantage, "processes", NULL), "complete");
  *outcome = proved ? pl_outcome_of(PL_NOT_APPLICABLE, "This is not a Kubernetes node")
                    : pl_outcome_of(PL_ERROR, "no sign of Kubernetes was found, but not all processes could be seen");
}

/* ---- filling the result ---- */

static const char *add_text(pl_arena *arena, const char *text, const char *joint, const char *more) {
  if (!text || !more)
    return text ? text : more;
  return strlen(text) < PL_VALUE_SHOWN ? pl_printf(arena, "%s%s%s", text, joint, more) : text;
}

static const char *newer_files(pl_arena *arena, const pl_node *component) {
  const char *text = NULL;
  pl_each_item (item, pl_get(component, "not_yet_in_force"))
    text = add_text(arena, text, "; ",
                    pl_printf(arena, "%s: %s", pl_get_text(item, "path", "?"),
                              pl_get_text(item, "why", "it is newer than the process")));
  return text;
}

static const char *not_yet_text(pl_arena *arena, const char *name, const pl_node *component) {
  const char *text = newer_files(arena, component);
  pl_each_item (other, pl_get(component, "others"))
    text = add_text(arena, text, "; ", newer_files(arena, other));
  return text ? pl_printf(arena, "What the running %s has read may differ (%s).", name, text) : NULL;
}

static const char *not_yet_in_force(const pl_judging *j, const pl_control *control) {
  bool named[PL_COMPONENTS_MAX] = {false};
  const char *text = NULL;
  pl_components_of(control, true, named);
  for (size_t i = 0; i < PL_COMPONENTS_MAX && pl_component_names[i]; i++)
    if (named[i])
      text = add_text(j->arena, text, " ", not_yet_text(j->arena, pl_component_names[i], j->run->components[i]));
  return text;
}

static void fill_letter(pl_judging *j, const pl_control *control, pl_result *ret) {
  if (!control->letter || ret->verdict == PL_NOT_APPLICABLE)
    return;
  j->result = NULL;
  pl_outcome outcome = pl_for_instances(j, control, judge_letter);
  clamp_to_platform(j, &outcome);
  pl_verdict letter = outcome.verdict;
  if ((letter != PL_PASS && letter != PL_FAIL) || letter == ret->verdict)
    return;
  ret->letter = pl_verdict_token(letter);
  ret->letter_because = control->letter_because;
}

static int64_t now_ns(void) {
  struct timespec now = {0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The fix, and of a setting how such things are changed on this platform. */
static const char *fix_of(pl_judging *j, const pl_control *control, const pl_outcome *outcome) {
  const pl_node *platform = pl_get(j->run->facts, "platform");
  const char *here = pl_get_text(platform, "fix", NULL), *restart = pl_get_text(platform, "restart", NULL);
  const char *fix = pl_fill_fix(j->arena, control->fix, &outcome->place, restart, outcome->unnamed);
  bool no_file = outcome->place.where && !outcome->place.path;
  return here && (no_file || outcome->place.setting) ? pl_printf(j->arena, "%s\n%s", fix, here) : fix;
}

static void fill(pl_judging *j, const pl_control *control, const pl_outcome *outcome, pl_result *ret) {
  ret->verdict = outcome->verdict;
  ret->reason = pl_outcome_text(j->arena, outcome);
  ret->expected = outcome->expected;
  ret->question = outcome->verdict == PL_MANUAL ? outcome->question : NULL;
  ret->row = outcome->row;
  if (control->fix && (outcome->verdict == PL_FAIL || outcome->verdict == PL_MANUAL))
    ret->fix = fix_of(j, control, outcome);
  if (outcome->verdict == PL_PASS || outcome->verdict == PL_FAIL || outcome->verdict == PL_MANUAL)
    ret->not_yet_in_force = not_yet_in_force(j, control);
}

void pl_judge_control(pl_arena *arena, const pl_view_of_facts *run, const pl_control *control, pl_result *ret) {
  int64_t begun = now_ns();
  *ret = (pl_result){.control = control};
  pl_judging j = {.arena = arena, .run = run, .result = ret};
  pl_outcome outcome = pl_for_instances(&j, control, judge_whole);
  clamp_to_platform(&j, &outcome);
  fill(&j, control, &outcome, ret);
  fill_letter(&j, control, ret);
  ret->duration_ns = now_ns() - begun;
}
