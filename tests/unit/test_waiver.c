/* Waivers and statements at a result: when they apply, and what is told of those that do not. */
#include <check.h>

#include "judge_support.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define HEAD         "editions: [{version: \"1.0\"}, {version: \"2.0\"}]"
#define CONTROL                                                                                                        \
  "        fix: F\n        expect: {any: [{setting: kubelet.x, is: 1}, {all: [{setting: kubelet.x, is: 2}, {manual: "  \
  "Enough?}]}]}\n"                                                                                                     \
  "      - {key: old, id: {\"1.0\": \"1.2\"}, title: T, level: 1, automated: true, why: W, fix: F, expect: {setting: " \
  "kubelet.x, is: 1}}"

static judge j;
static void setup(void) { judge_open_control(&j, HEAD, CONTROL); }
static void teardown(void) { judge_close(&j); }

static const pl_result *judge_value(const char *value) {
  return judge_facts(&j, pl_printf(j.arena,
                                   "{\"host\": {\"node_name\": \"cp-1\"}, \"components\": {\"kubelet\": {\"state\": "
                                   "\"running\", \"settings\": {\"x\": %s}}}}",
                                   value));
}

#define WAIVER(key, scope, expires)                                                                                    \
  "  - {key: " key ", scope: " scope ", reason: R, approver: A, expires: " expires "}\n"
#define FAILS   "{\"value\": 5}"
#define PASSES  "{\"value\": 1}"
#define ASKS    "{\"value\": 2}"
#define UNKNOWN "{\"unreadable\": \"r\"}"

/* The run is at 2026-01-01T00:00:00Z. MARK NULL: the result shows no waiver; NOTE NULL: the run has no note. */
static const struct {
  const char *waivers, *value;
  bool waived;
  const char *mark, *note;
} cases[] = {
    {WAIVER("k", "\"*\"", "2026-01-01"), FAILS, true, "applies", NULL},
    {WAIVER("k", "cp-1", "2027-01-01"), FAILS, true, "applies", NULL},
    {WAIVER("k", "[worker-1, \"cp-*\"]", "2027-01-01"), FAILS, true, "applies", NULL},
    {WAIVER("k", "\"cp-?\"", "2027-01-01"), FAILS, true, "applies", NULL},
    {WAIVER("k", "\"CP-*\"", "2027-01-01"), FAILS, false, NULL, NULL},
    {WAIVER("k", "\"worker-*\"", "2027-01-01"), FAILS, false, NULL, NULL},
    {WAIVER("k", "\"*\"", "2025-12-31"), FAILS, false, "expired",
     "waiver of k for * until 2025-12-31: expired, it does not apply"},
    {WAIVER("k", "\"*\"", "2026-01-01T00:00:00Z"), FAILS, false, "expired",
     "waiver of k for * until 2026-01-01T00:00:00Z: expired, it does not apply"},
    {WAIVER("k", "\"*\"", "2026-01-01T00:00:01Z"), FAILS, true, "applies", NULL},
    {WAIVER("k", "\"*\"", "2027-01-01"), PASSES, false, "now passes",
     "waiver of k for * until 2027-01-01: not needed any more, the control passes"},
    {WAIVER("k", "\"*\"", "2027-01-01"), UNKNOWN, false, "does not apply to ERROR",
     "waiver of k for * until 2027-01-01: not used, a waiver is for a FAIL and the verdict is ERROR"},
    {WAIVER("k", "\"*\"", "2027-01-01"), ASKS, false, "does not apply to MANUAL",
     "waiver of k for * until 2027-01-01: not used, a waiver is for a FAIL and the verdict is MANUAL"},
    {WAIVER("kk", "\"*\"", "2027-01-01"), FAILS, false, NULL,
     "waiver of kk for * until 2027-01-01: not used, no control of the benchmarks of this run has this key; did you "
     "mean "
     "k?"},
    {WAIVER("something-else", "\"*\"", "2027-01-01"), FAILS, false, NULL,
     "waiver of something-else for * until 2027-01-01: not used, no control of the benchmarks of this run has this "
     "key"},
    {WAIVER("old", "\"*\"", "2027-01-01"), FAILS, false, NULL,
     "waiver of old for * until 2027-01-01: not used, the control is not judged in this run"},
    {WAIVER("k", "\"*\"", "2025-01-01") WAIVER("k", "cp-1", "2027-01-01"), FAILS, true, "applies",
     "waiver of k for * until 2025-01-01: expired, it does not apply"},
    {WAIVER("k", "cp-1", "2027-01-01") WAIVER("k", "\"*\"", "2025-01-01"), FAILS, true, "applies",
     "waiver of k for * until 2025-01-01: expired, it does not apply"},
};

START_TEST(waivers_at_a_result) {
  judge_site(&j, pl_printf(j.arena, "waivers:\n%s", cases[_i].waivers));
  const pl_result *result = judge_value(cases[_i].value);
  ck_assert_int_eq(result->waived, cases[_i].waived);
  ck_assert_msg(pl_equal(result->waiver ? result->waiver->note : NULL, cases[_i].mark), "%s",
                result->waiver ? result->waiver->note : "none");
  ck_assert_uint_eq(j.run.site_note_count, cases[_i].note ? 1 : 0);
  if (cases[_i].note)
    ck_assert_str_eq(j.run.site_notes[0], cases[_i].note);
  ck_assert_uint_eq(j.run.waived, cases[_i].waived);
  ck_assert_uint_eq(j.run.benchmarks[0].waived, cases[_i].waived);
}
END_TEST

START_TEST(a_waiver_hides_nothing) {
  judge_site(&j, "waivers:\n" WAIVER("k", "\"*\"", "2027-01-01"));
  const pl_result *result = judge_value(FAILS);
  ck_assert_int_eq(result->verdict, PL_FAIL);
  ck_assert_uint_eq(j.run.counts[PL_FAIL], 1);
  ck_assert_str_eq(result->fix, "F");
  ck_assert_str_eq(result->waiver->reason, "R");
  ck_assert_str_eq(result->waiver->approver, "A");
  ck_assert_str_eq(result->waiver->expires, "2027-01-01");
  ck_assert_str_eq(result->waiver->scope, "*");
  ck_assert_int_eq(pl_run_exit_code(&j.run), 0);
}
END_TEST

START_TEST(an_unnamed_node_is_in_the_scope_of_everything_only) {
  judge_site(&j, "waivers:\n" WAIVER("k", "[\"**\", \"?*\"]", "2027-01-01"));
  const char *facts = judge_kubelet(&j, FAILS);
  ck_assert(!judge_facts(&j, facts)->waived);
  judge_site(&j, "waivers:\n" WAIVER("k", "\"*\"", "2027-01-01"));
  ck_assert(judge_facts(&j, facts)->waived);
}
END_TEST

START_TEST(a_long_scope_is_cut_where_it_is_told) {
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, 1u << 20);
  pl_buffer_text(&text, "waivers:\n  - {key: k, reason: R, approver: A, expires: 2027-01-01, scope: [cp-1");
  for (int i = 0; i < 1000; i++)
    pl_buffer_printf(&text, ", worker-%03d", i);
  pl_buffer_text(&text, "]}\n");
  judge_site(&j, text.data);
  const pl_result *result = judge_value(FAILS);
  ck_assert(result->waived);
  ck_assert(pl_starts(result->waiver->scope, "cp-1, worker-000, worker-001, "));
  ck_assert(pl_ends(result->waiver->scope, " and more"));
  ck_assert_uint_lt(strlen(result->waiver->scope), 2100);
}
END_TEST

START_TEST(a_deselected_control_uses_no_waiver) {
  pl_error err = {0};
  const char *skip = "k";
  judge_site(&j, "waivers:\n" WAIVER("k", "\"*\"", "2027-01-01"));
  pl_benchmark *one = pl_benchmark_of(j.arena, j.definitions, "1.0", 0, &err);
  pl_selection selection = {.skip = {&skip, 1}};
  ck_assert_int_eq(pl_select(j.arena, &one, 1, &selection, &err), 0);
  j.benchmark = one;
  judge_value(FAILS);
  ck_assert_uint_eq(j.run.site_note_count, 1);
  ck_assert_str_eq(j.run.site_notes[0],
                   "waiver of k for * until 2027-01-01: not used, the control is not judged in this run");
}
END_TEST

#define STATEMENT(says)                                                                                                \
  "statements:\n  - {about: k, says: " says ", text: the provider does, by: B, date: 2026-01-01}\n"

static const struct {
  const char *says, *value;
  pl_verdict verdict;
  const char *note;
} statement_cases[] = {
    {STATEMENT("pass"), ASKS, PL_PASS, "statement about k by B, 2026-01-01: the provider does (it decides)"},
    {STATEMENT("fail"), ASKS, PL_FAIL, "statement about k by B, 2026-01-01: the provider does (it decides)"},
    {STATEMENT("not-applicable"), ASKS, PL_NOT_APPLICABLE,
     "statement about k by B, 2026-01-01: the provider does (it decides)"},
    {STATEMENT("pass"), FAILS, PL_FAIL,
     "statement about k by B, 2026-01-01: the provider does (not used, the verdict is FAIL without it)"},
    {STATEMENT("pass"), UNKNOWN, PL_ERROR,
     "statement about k by B, 2026-01-01: the provider does (not used, the verdict is ERROR without it)"},
    {STATEMENT("fail"), PASSES, PL_PASS,
     "statement about k by B, 2026-01-01: the provider does (not used, the verdict is PASS without it)"},
};

START_TEST(a_statement_answers_a_question_only) {
  judge_site(&j, statement_cases[_i].says);
  const pl_result *result = judge_value(statement_cases[_i].value);
  bool decides = pl_equal(statement_cases[_i].value, ASKS);
  ck_assert_int_eq(result->verdict, statement_cases[_i].verdict);
  ck_assert_uint_eq(j.run.counts[statement_cases[_i].verdict], 1);
  ck_assert_uint_eq(j.run.site_note_count, 1);
  ck_assert_str_eq(j.run.site_notes[0], statement_cases[_i].note);
  ck_assert((result->statement != NULL) == decides);
  if (!decides)
    return;
  ck_assert_str_eq(result->statement, "the provider does (B, 2026-01-01)");
  ck_assert_str_eq(result->reason, "The site file answers the question: the provider does (B, 2026-01-01)");
  ck_assert((result->fix != NULL) == (result->verdict == PL_FAIL));
}
END_TEST

#define LETTER                                                                                                         \
  "        fix: F\n        expect: {any: [{setting: kubelet.x, is: 1}, {manual: \"Enough?\"}]}\n"                      \
  "        letter: {expect: {setting: kubelet.x, is: 2}, because: B}"

/* The letter is told where it comes out otherwise than the statement, and never of a control that does not apply. */
static const struct {
  const char *says, *letter;
} letter_cases[] = {{"pass", NULL}, {"fail", "pass"}, {"not-applicable", NULL}};

START_TEST(a_statement_is_held_against_the_letter) {
  judge_close(&j);
  judge_open_control(&j, NULL, LETTER);
  ck_assert_str_eq(judge_value(ASKS)->letter, "pass");
  judge_site(&j, pl_printf(j.arena, "statements:\n  - {about: k, says: %s, text: T, by: B, date: 2026-01-01}\n",
                           letter_cases[_i].says));
  const pl_result *result = judge_value(ASKS);
  ck_assert_msg(pl_equal(result->letter, letter_cases[_i].letter), "%s", result->letter ? result->letter : "none");
  ck_assert((result->letter_because != NULL) == (letter_cases[_i].letter != NULL));
}
END_TEST

START_TEST(a_failing_statement_can_be_waived) {
  judge_site(&j, STATEMENT("fail") "waivers:\n" WAIVER("k", "\"*\"", "2027-01-01"));
  const pl_result *result = judge_value(ASKS);
  ck_assert_int_eq(result->verdict, PL_FAIL);
  ck_assert(result->waived);
}
END_TEST

Suite *suite_waiver(void);
Suite *suite_waiver(void) {
  Suite *suite = suite_create("waiver");
  TCase *tests = tcase_create("waiver");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_loop_test(tests, waivers_at_a_result, 0, (int)COUNT(cases));
  tcase_add_test(tests, a_waiver_hides_nothing);
  tcase_add_test(tests, an_unnamed_node_is_in_the_scope_of_everything_only);
  tcase_add_test(tests, a_long_scope_is_cut_where_it_is_told);
  tcase_add_test(tests, a_deselected_control_uses_no_waiver);
  tcase_add_loop_test(tests, a_statement_answers_a_question_only, 0, (int)COUNT(statement_cases));
  tcase_add_loop_test(tests, a_statement_is_held_against_the_letter, 0, (int)COUNT(letter_cases));
  tcase_add_test(tests, a_failing_statement_can_be_waived);
  suite_add_tcase(suite, tests);
  return suite;
}
