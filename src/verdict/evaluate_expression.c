/* Expressions. A negation is pushed down to the leaves (the algebra obeys De Morgan), so that each sentence says what
 * must hold. */
#include "private.h"

/* The definition's own reason speaks when no part had one. */
static pl_outcome with_because(pl_outcome outcome, const pl_expression *expression) {
  if (expression->because && !outcome.because) {
    outcome.because = expression->because;
    outcome.because_said = false;
  }
  return outcome;
}

static pl_outcome judge_list(pl_judging *j, const pl_expression *expression, bool negated) {
  bool any = (expression->kind == PL_EXPR_ANY) != negated;
  pl_outcome *parts = pl_new_array(j->arena, pl_outcome, expression->child_count + 1);
  for (size_t i = 0; i < expression->child_count; i++)
    parts[i] = pl_judge_expression(j, expression->children[i], negated);
  pl_outcome ret = pl_outcome_join(j->arena, any, parts, expression->child_count);
  bool alternatives = any && !j->bare && expression->child_count > 1; /* bare, sentences say what does hold */
  if (alternatives && ret.verdict == PL_FAIL && ret.sentence_count > 1)
    ret.sentences[0] = pl_printf(j->arena, "none of these holds: %s", ret.sentences[0]);
  return ret;
}

static pl_outcome judge_when(pl_judging *j, const pl_expression *expression, bool negated) {
  bool bare = j->bare;
  j->bare = true; /* what a condition asks for is not what the control wants */
  pl_outcome condition = pl_judge_expression(j, expression->children[0], false);
  j->bare = bare;
  if (condition.verdict == PL_PASS || condition.verdict == PL_FAIL)
    return pl_judge_expression(j, expression->children[condition.verdict == PL_PASS ? 1 : 2], negated);
  pl_outcome ret = pl_outcome_of(PL_ERROR, NULL);
  for (size_t i = 0; i < condition.sentence_count; i++)
    pl_outcome_add(&ret, pl_printf(j->arena, "what is wanted hangs on this: %s", condition.sentences[i]));
  return ret;
}

pl_place pl_show_subjects(pl_judging *j, const pl_expression *expression) {
  pl_place ret = {0};
  for (size_t i = 0; i < expression->child_count; i++) {
    const pl_expression *subject = expression->children[i];
    pl_place place = {0};
    if (subject->kind == PL_EXPR_FILES)
      pl_show_files(j, subject);
    else
      place = pl_show_value(j, subject);
    if (!ret.value)
      ret = place;
  }
  return ret;
}

static pl_outcome judge_manual(pl_judging *j, const pl_expression *expression) {
  pl_outcome ret = pl_outcome_of(PL_MANUAL, expression->question);
  ret.question = expression->question;
  ret.place = pl_show_subjects(j, expression);
  return ret;
}

pl_outcome pl_judge_expression(pl_judging *j, const pl_expression *expression, bool negated) {
  switch (expression->kind) {
  case PL_EXPR_ALL:
  case PL_EXPR_ANY:
    return with_because(judge_list(j, expression, negated), expression);
  case PL_EXPR_NOT:
    return with_because(pl_judge_expression(j, expression->children[0], !negated), expression);
  case PL_EXPR_WHEN:
    return with_because(judge_when(j, expression, negated), expression);
  case PL_EXPR_MANUAL:
    return with_because(judge_manual(j, expression), expression);
  case PL_EXPR_FILES:
    return pl_judge_files(j, expression, negated);
  case PL_EXPR_SETTING:
  case PL_EXPR_FACT:
    break;
  }
  return pl_judge_value(j, expression, negated);
}
