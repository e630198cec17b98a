/* A leaf whose subject is a value: a setting or another fact. */
#include "private.h"

const pl_node *pl_operand_of(pl_judging *j, const pl_expression *leaf) {
  const pl_node *site = leaf->parameter ? pl_site_parameter(j->run->site, leaf->parameter) : NULL;
  return site ? pl_operand_escaped(j->arena, site) : leaf->operand;
}

const char *pl_missing_parameter(pl_judging *j, const pl_expression *leaf) {
  const char *title = leaf->parameter_title ? pl_printf(j->arena, " (%s)", leaf->parameter_title) : "";
  return pl_printf(j->arena, "the site file does not say %s%s", leaf->parameter, title);
}

/* Components say "" by default where they have no value; given explicitly it is told as it stands. */
static const pl_node *worth_showing(const pl_looked *looked) {
  bool empty = pl_is(looked->value, PL_STRING) && looked->value->string.length == 0;
  return empty && (!looked->layer || pl_equal(looked->layer, "default")) ? NULL : looked->value;
}

/* "kubelet readOnlyPort is 10255 (file, /var/lib/kubelet/config.yaml:9)" */
static const char *found_text(pl_judging *j, const pl_looked *looked) {
  const char *layer = pl_equal(looked->layer, "fact") ? NULL : looked->layer;
  const char *value = pl_show(j->arena, worth_showing(looked));
  if (!layer && !looked->where)
    return pl_printf(j->arena, "%s is %s", looked->what, value);
  return pl_printf(j->arena, "%s is %s (%s%s%s)", looked->what, value, layer ? layer : "",
                   layer && looked->where ? ", " : "", looked->where ? looked->where : "");
}

static bool is_comparison(pl_test test) {
  return test == PL_TEST_IS || test == PL_TEST_IS_NOT || test == PL_TEST_ONE_OF || test == PL_TEST_NONE_OF;
}

static bool holds_empty_text(const pl_node *operand) {
  if (pl_is(operand, PL_STRING))
    return operand->string.length == 0;
  pl_each_item (item, operand)
    if (pl_is(item, PL_STRING) && item->string.length == 0)
      return true;
  return false;
}

/* An empty text says nothing, unless the definition asks for just that. An empty list says nothing where the component
   would fill it, or where "every item" or "nothing but" would hold of it for lack of items. */
static bool counts_as_unset(const pl_expression *leaf, const pl_node *operand, const pl_node *value) {
  if (!value || value->kind == PL_NULL)
    return true;
  if (!pl_is_unset(value))
    return false;
  if (value->kind == PL_STRING)
    return !(is_comparison(leaf->test) && holds_empty_text(operand));
  return leaf->every || leaf->test == PL_TEST_SET || leaf->test == PL_TEST_UNSET || leaf->test == PL_TEST_GIVEN ||
         leaf->test == PL_TEST_SUBSET_OF;
}

static pl_verdict test_every(const pl_tested *in, const char **ret_note) {
  const pl_node *list = in->looked->value;
  const char *failing = NULL;
  pl_verdict verdict = PL_PASS;
  if (list->kind != PL_LIST) {
    *ret_note = pl_printf(in->judging->arena, "expected a list, found %s", pl_kind_phrase(list->kind));
    return PL_ERROR;
  }
  pl_each_item (item, list) {
    const char *note = NULL;
    pl_verdict one = pl_is(item, PL_NULL) ? PL_ERROR : pl_test_value(in, item, &note);
    verdict = pl_verdict_and(verdict, one);
    if (one == PL_FAIL && !failing)
      failing = pl_printf(in->judging->arena, "unlike %s", pl_show(in->judging->arena, item));
    else if (one == PL_ERROR && verdict == PL_ERROR)
      *ret_note = note ? note : "an item of the list is null";
  }
  if (verdict == PL_FAIL)
    *ret_note = failing;
  return verdict;
}

static pl_verdict test_leaf(const pl_tested *in, const char **ret_note) {
  if (counts_as_unset(in->leaf, in->operand, in->looked->value))
    return pl_test_unset(in);
  return in->leaf->every ? test_every(in, ret_note) : pl_test_value(in, in->looked->value, ret_note);
}

/* The end of the sentence: what was wanted. */
static const char *wanted_text(pl_judging *j, const pl_expression *leaf, pl_verdict verdict, const char *phrase,
                               const char *note) {
  const char *subject = leaf->every ? "every item" : "it", *extra = note ? pl_printf(j->arena, " (%s)", note) : "";
  if (verdict == PL_ERROR)
    return note ? pl_printf(j->arena, ", which cannot be judged: %s", note) : ", which cannot be judged";
  if (verdict == PL_PASS && (leaf->test == PL_TEST_IS || leaf->test == PL_TEST_UNSET || leaf->test == PL_TEST_SET))
    return ", as it must be";
  if (verdict == PL_PASS)
    return pl_printf(j->arena, ", and %s must %s%s", subject, phrase, extra);
  return pl_printf(j->arena, "; %s must %s%s", subject, phrase, extra);
}

static void observe(pl_judging *j, const pl_looked *looked, pl_verdict verdict, const char *trouble) {
  const char *value = pl_show_long(j->arena, worth_showing(looked));
  if (trouble)
    value = looked->value && !pl_is(looked->value, PL_NULL) ? pl_printf(j->arena, "%s (%s)", value, trouble) : trouble;
  pl_observe(j, (pl_observation){.what = looked->what,
                                 .value = value,
                                 .layer = looked->layer,
                                 .where = looked->where,
                                 .overrides = looked->overrides,
                                 .fallback = pl_default_text(j->arena, looked->entry),
                                 .verdict = verdict});
}

/* "shop/web-1" of a record that has names. */
static const char *name_of(pl_judging *j, const pl_node *record) {
  const char *name = pl_get_text(record, "name", NULL), *space = pl_get_text(record, "namespace", NULL);
  return name && space ? pl_printf(j->arena, "%s/%s", space, name) : name;
}

static void observe_record(pl_judging *j, const pl_looked *looked, const char *name, const pl_node *record,
                           pl_verdict verdict, const char *trouble) {
  pl_looked one = *looked;
  one.what = name ? pl_printf(j->arena, "%s %s", looked->what, name) : looked->what;
  one.value = record;
  observe(j, &one, verdict, trouble);
}

static bool holds_records(const pl_node *value) {
  if (pl_is(value, PL_LIST))
    return value->list.count > 0 && pl_is(value->list.items[0], PL_OBJECT);
  return pl_is(value, PL_OBJECT) && value->object.count > 0 && pl_is(value->object.members[0].value, PL_OBJECT);
}

/* Facts that are many records (pods, kubeconfigs) are many observations: a person reads them one by one. */
static void observe_records(pl_judging *j, const pl_looked *looked) {
  pl_each_item (item, looked->value)
    observe_record(j, looked, name_of(j, item), item, PL_MANUAL, NULL);
  pl_each_member (member, looked->value)
    observe_record(j, looked, member->key, member->value, PL_MANUAL, NULL);
}

pl_place pl_show_value(pl_judging *j, const pl_expression *leaf) {
  const pl_place nowhere = {0};
  pl_looked looked = pl_look(j, leaf);
  if (!looked.trouble && holds_records(looked.value)) {
    observe_records(j, &looked);
    return pl_place_of(j, &looked);
  }
  observe(j, &looked, PL_MANUAL, looked.trouble);
  return looked.trouble ? nowhere : pl_place_of(j, &looked);
}

static pl_outcome undecided(pl_judging *j, const pl_expression *leaf, const pl_looked *looked) {
  const char *missing = pl_missing_parameter(j, leaf);
  pl_outcome ret = pl_outcome_of(PL_MANUAL, pl_printf(j->arena, "%s, and %s", found_text(j, looked), missing));
  ret.question = pl_printf(j->arena, "Is %s good enough for %s here?", pl_show(j->arena, looked->value), looked->what);
  ret.place = pl_place_of(j, looked);
  observe(j, looked, PL_MANUAL, NULL);
  return ret;
}

static pl_outcome in_trouble(pl_judging *j, const pl_looked *looked) {
  observe(j, looked, PL_ERROR, looked->trouble);
  return pl_outcome_of(PL_ERROR, pl_printf(j->arena, "%s cannot be told: %s", looked->what, looked->trouble));
}

static pl_outcome judge(pl_judging *j, const pl_expression *leaf, const pl_tested *in, const char *phrase,
                        bool negated) {
  const char *note = NULL;
  pl_verdict verdict = test_leaf(in, &note);
  if (negated)
    verdict = pl_verdict_not(verdict);
  bool full = !j->bare || verdict == PL_ERROR;
  const char *tail = full ? wanted_text(j, leaf, verdict, phrase, note) : "";
  const char *because =
      leaf->because && !j->bare && verdict != PL_ERROR ? pl_printf(j->arena, ": %s", leaf->because) : "";
  pl_outcome ret = pl_outcome_of(verdict, pl_printf(j->arena, "%s%s%s", found_text(j, in->looked), tail, because));
  ret.because_said = *because != '\0';
  if (verdict != PL_PASS)
    ret.place = pl_place_of(j, in->looked);
  observe(j, in->looked, verdict, verdict == PL_ERROR ? note : NULL);
  return ret;
}

/* ---- every record of a list, by one of its members ---- */

static pl_verdict test_record(const pl_tested *in, const pl_node *record, const char **ret_note) {
  const pl_node *value = pl_get(record, in->leaf->member);
  if (!pl_is_unset(value))
    return pl_test_value(in, value, ret_note);
  *ret_note = pl_printf(in->judging->arena, "its %s is not known", in->leaf->member);
  return PL_ERROR;
}

/* "isolation.pods has {namespace: shop, name: web-1, source: /run/x}" */
static void tell_record(pl_judging *j, const pl_looked *looked, const pl_node *record, const char *note,
                        pl_outcome *ret) {
  const char *shown = pl_node_show(j->arena, record, PL_VALUE_SHOWN);
  pl_outcome_add(ret, pl_printf(j->arena, "%s has %s%s%s", looked->what, shown, note ? ", " : "", note ? note : ""));
}

/* What the site file says instead of the default is told, in place of the last record where there are many. */
static void quote_site(pl_judging *j, const pl_expression *leaf, const char *phrase, pl_outcome *ret) {
  if (!leaf->parameter || !pl_site_parameter(j->run->site, leaf->parameter))
    return;
  if (ret->sentence_count == PL_SENTENCES_MAX) {
    ret->sentence_count--;
    ret->more++;
  }
  pl_outcome_add(ret, pl_printf(j->arena, "The %s must %s", leaf->member, phrase));
}

static pl_outcome judge_records(pl_judging *j, const pl_tested *in, const char *phrase, bool negated) {
  const pl_node *list = in->looked->value;
  pl_outcome ret = pl_outcome_of(PL_PASS, NULL);
  if (!pl_is(list, PL_LIST))
    return pl_outcome_of(PL_ERROR, pl_printf(j->arena, "%s is no list", in->looked->what));
  pl_outcome *by_verdict = pl_new_array(j->arena, pl_outcome, PL_VERDICT_COUNT);
  pl_each_item (record, list) {
    const char *note = NULL;
    pl_verdict one = test_record(in, record, &note);
    ret.verdict = pl_verdict_and(ret.verdict, one);
    tell_record(j, in->looked, record, one == PL_ERROR ? note : NULL, &by_verdict[one]);
    observe_record(j, in->looked, name_of(j, record), record, one, one == PL_ERROR ? note : NULL);
  }
  pl_verdict verdict = ret.verdict;
  if (verdict == PL_PASS)
    pl_outcome_add(&ret, pl_printf(j->arena, "%s has %zu, looked at one by one", in->looked->what, pl_count(list)));
  else
    ret = by_verdict[verdict];
  ret.verdict = negated ? pl_verdict_not(verdict) : verdict;
  quote_site(j, in->leaf, phrase, &ret);
  return ret;
}

pl_outcome pl_judge_value(pl_judging *j, const pl_expression *leaf, bool negated) {
  pl_looked looked = pl_look(j, leaf);
  const pl_node *operand = pl_operand_of(j, leaf);
  pl_tested in = {j, leaf, operand, &looked};
  const char *phrase = pl_phrase(j, leaf, operand, negated);
  pl_outcome ret = looked.trouble                ? in_trouble(j, &looked)
                   : leaf->parameter && !operand ? undecided(j, leaf, &looked)
                   : leaf->member                ? judge_records(j, &in, phrase, negated)
                                                 : judge(j, leaf, &in, phrase, negated);
  ret.because = leaf->because;
  const char *each = leaf->member ? pl_printf(j->arena, "%s of each of ", leaf->member) : "every item of ";
  ret.expected = pl_printf(j->arena, "%s%s must %s", leaf->every ? each : "", looked.what, phrase);
  return ret;
}
