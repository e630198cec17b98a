/* Decision tables: the first row that matches what was found decides. */
#include "private.h"

typedef struct seen_input {
  const char *text; /* its value, one of the declared ones; NULL: not known */
  const char *trouble;
  pl_looked looked;
  const char *told; /* of an expression: what it found */
  pl_place place;
} seen_input;

static const char *value_text(pl_judging *j, const pl_node *value) {
  if (!value || value->kind == PL_LIST || value->kind == PL_OBJECT || value->kind == PL_NULL)
    return NULL;
  return value->kind == PL_STRING ? pl_text(value) : pl_show(j->arena, value);
}

/* Whether an expression holds. Its own observations are those of the input. */
static seen_input look_whether(pl_judging *j, const pl_decide_input *input) {
  static const char *const texts[PL_VERDICT_COUNT] = {[PL_PASS] = "true", [PL_FAIL] = "false", [PL_MANUAL] = "unsaid"};
  bool bare = j->bare;
  j->bare = true;
  pl_outcome outcome = pl_judge_expression(j, input->subject, false);
  j->bare = bare;
  seen_input ret = {.looked = {.what = input->name}, .text = texts[outcome.verdict], .place = outcome.place};
  ret.told = pl_outcome_text(j->arena, &outcome);
  if (!ret.text || !pl_texts_have(input->values, ret.text)) {
    ret.trouble = *ret.told ? ret.told : "it does not apply";
    ret.text = NULL;
  }
  return ret;
}

static seen_input look(pl_judging *j, const pl_decide_input *input) {
  if (input->holds)
    return look_whether(j, input);
  seen_input ret = {.looked = pl_look(j, input->subject)};
  bool nothing = ret.looked.trouble ? ret.looked.missing : !ret.looked.value || ret.looked.value->kind == PL_NULL;
  if (nothing && input->when_missing)
    ret.text = input->when_missing;
  else if (ret.looked.trouble)
    ret.trouble = ret.looked.trouble;
  else if ((ret.text = value_text(j, ret.looked.value)) == NULL || !pl_texts_have(input->values, ret.text)) {
    ret.trouble =
        pl_printf(j->arena, "%s is none of the values that the table knows", pl_show(j->arena, ret.looked.value));
    ret.text = NULL;
  }
  return ret;
}

/* 1 it matches, 0 it does not, -1 that hangs on an input that is not known. */
static int matches(const pl_decide_row *row, const seen_input *inputs) {
  int ret = 1;
  for (size_t i = 0; i < row->condition_count; i++) {
    const seen_input *input = &inputs[row->conditions[i].input];
    if (!input->text)
      ret = -1;
    else if (!pl_texts_have(row->conditions[i].values, input->text))
      return 0;
  }
  return ret;
}

static pl_verdict verdict_of(const char *token) {
  for (int verdict = 0; verdict < PL_VERDICT_COUNT; verdict++)
    if (pl_equal(pl_verdict_token((pl_verdict)verdict), token))
      return (pl_verdict)verdict;
  return PL_ERROR;
}

static void observe_all(pl_judging *j, const pl_decide *decide, const seen_input *inputs, pl_verdict verdict) {
  for (size_t i = 0; i < decide->input_count; i++) {
    const pl_looked *looked = &inputs[i].looked;
    if (decide->inputs[i].holds)
      continue;
    const char *value = inputs[i].trouble ? inputs[i].trouble : inputs[i].text;
    pl_observe(j, (pl_observation){.what = looked->what,
                                   .value = value,
                                   .layer = looked->layer,
                                   .where = looked->where,
                                   .overrides = looked->overrides,
                                   .fallback = pl_default_text(j->arena, looked->entry),
                                   .verdict = inputs[i].trouble ? PL_ERROR : verdict});
  }
}

static const char *without_stop(pl_judging *j, const char *text) {
  return pl_ends(text, ".") ? pl_strndup(j->arena, text, strlen(text) - 1) : text;
}

/* A state fact is quoted with what it rests on. */
static const char *one_evidence(pl_judging *j, const seen_input *input) {
  const pl_looked *looked = &input->looked;
  if (input->told)
    return without_stop(j, input->told);
  bool rests = !looked->component && looked->where && pl_equal(looked->layer, "fact");
  return pl_printf(j->arena, "%s is %s%s%s", looked->what, input->text, rests ? ": " : "", rests ? looked->where : "");
}

/* The inputs that the row speaks of, as evidence. */
static const char *evidence(pl_judging *j, const pl_decide_row *row, const seen_input *inputs) {
  const char *text = "";
  for (size_t i = 0; i < row->condition_count; i++) {
    const seen_input *input = &inputs[row->conditions[i].input];
    text = pl_printf(j->arena, "%s%s%s", text, *text ? ", " : "", one_evidence(j, input));
  }
  return *text ? pl_printf(j->arena, " (%s)", text) : "";
}

static pl_outcome decided(pl_judging *j, const pl_decide_row *row, const seen_input *inputs) {
  pl_outcome ret =
      pl_outcome_of(verdict_of(row->verdict), pl_printf(j->arena, "%s%s", row->because, evidence(j, row, inputs)));
  ret.row = row->row;
  ret.because = row->because;
  ret.because_said = true;
  if (ret.verdict == PL_MANUAL)
    ret.question = row->because;
  const seen_input *first = row->condition_count ? &inputs[row->conditions[0].input] : NULL;
  if (first)
    ret.place = first->told ? first->place : pl_place_of(j, &first->looked);
  return ret;
}

static pl_outcome undecided(pl_judging *j, const pl_decide *decide, const seen_input *inputs) {
  pl_outcome ret = pl_outcome_of(PL_ERROR, NULL);
  for (size_t i = 0; i < decide->input_count; i++)
    if (inputs[i].trouble)
      pl_outcome_add(&ret, inputs[i].told ? without_stop(j, inputs[i].trouble)
                                          : pl_printf(j->arena, "%s cannot be told: %s", inputs[i].looked.what,
                                                      inputs[i].trouble));
  return ret;
}

/* The phrase for a reader: what the passing rows want. */
static const char *expected(pl_judging *j, const pl_decide *decide) {
  const char *text = NULL;
  for (size_t i = 0; i < decide->row_count; i++)
    if (pl_equal(decide->rows[i].verdict, "pass"))
      text = text ? pl_printf(j->arena, "%s; or %s", text, decide->rows[i].because) : decide->rows[i].because;
  return text;
}

pl_outcome pl_judge_decide(pl_judging *j, const pl_decide *decide) {
  seen_input *inputs = pl_new_array(j->arena, seen_input, decide->input_count + 1);
  for (size_t i = 0; i < decide->input_count; i++)
    inputs[i] = look(j, &decide->inputs[i]);
  size_t row = 0;
  while (row < decide->row_count && matches(&decide->rows[row], inputs) == 0)
    row++;
  bool known = row < decide->row_count && matches(&decide->rows[row], inputs) > 0;
  pl_outcome ret = known ? decided(j, &decide->rows[row], inputs) : undecided(j, decide, inputs);
  ret.expected = expected(j, decide);
  observe_all(j, decide, inputs, ret.verdict);
  pl_show_subjects(j, decide->show);
  return ret;
}
