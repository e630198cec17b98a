/* Waivers and statements of the site file at one result. Neither hides what was found. */
#include "private.h"

static const pl_verdict verdict_of[] = {
    [PL_SAYS_PASS] = PL_PASS, [PL_SAYS_FAIL] = PL_FAIL, [PL_SAYS_NOT_APPLICABLE] = PL_NOT_APPLICABLE};

/* A statement answers what would be a person's question, nothing else. */
void pl_apply_statement(pl_site_index *index, pl_result *result) {
  int64_t position = index ? pl_get_integer(index->statement_of, result->control->key, -1) : -1;
  if (position < 0)
    return;
  pl_statement_state *state = &index->statements[position];
  const pl_statement *statement = state->statement;
  state->judged = true;
  state->verdict = result->verdict;
  if (result->verdict != PL_MANUAL)
    return;
  state->decided = true;
  result->verdict = verdict_of[statement->says];
  result->statement = pl_printf(index->arena, "%s (%s, %s)", statement->text, statement->by, statement->date);
  result->reason = pl_printf(index->arena, "The site file answers the question: %s", result->statement);
  if (result->verdict != PL_FAIL)
    result->fix = NULL;
  bool agrees = pl_equal(result->letter, pl_verdict_token(result->verdict));
  if (agrees || result->verdict == PL_NOT_APPLICABLE)
    result->letter = result->letter_because = NULL;
}

static int rank(const pl_waiver_state *state, pl_verdict verdict) {
  return !state->in_scope ? 0 : state->expired ? 1 : verdict == PL_FAIL ? 3 : 2;
}

static const char *note(pl_arena *arena, const pl_waiver_state *state, pl_verdict verdict) {
  if (state->expired)
    return "expired";
  if (verdict == PL_FAIL)
    return "applies";
  return verdict == PL_PASS ? "now passes" : pl_printf(arena, "does not apply to %s", pl_verdict_name(verdict));
}

static void record(pl_waiver_state *state, pl_verdict verdict) {
  state->applied = state->applied || (verdict == PL_FAIL && !state->expired);
  state->passes = state->passes || verdict == PL_PASS;
  state->other = state->other || (verdict != PL_PASS && verdict != PL_FAIL);
  state->verdict = verdict;
}

/* Of several that name the control, the one that applies is shown, else the one that says most. */
void pl_apply_waivers(pl_site_index *index, pl_result *result) {
  const pl_waiver_state *best = NULL;
  const pl_node *positions = index ? pl_get(index->waivers_of, result->control->key) : NULL;
  pl_each_item (item, positions) {
    pl_waiver_state *state = &index->waivers[item->integer];
    if (!state->in_scope)
      continue;
    record(state, result->verdict);
    if (!best || rank(state, result->verdict) > rank(best, result->verdict))
      best = state;
  }
  if (!best)
    return;
  pl_waiver_mark *mark = pl_new(index->arena, pl_waiver_mark);
  *mark = (pl_waiver_mark){best->waiver->reason, best->waiver->approver, best->waiver->expires_text, best->scope,
                           note(index->arena, best, result->verdict)};
  result->waiver = mark;
  result->waived = result->verdict == PL_FAIL && !best->expired;
}
