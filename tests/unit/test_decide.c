/* Decision tables as they are read: every combination of the inputs has its row, and every row its combination. */
#include <check.h>

#include "judge_support.h"
#include "plumbline/core/limits.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define INPUTS       "inputs: {a: {fact: x.a, values: [one, two]}, b: {fact: x.b, values: [true, false]}}"
#define HOLDS(more)  "inputs: {a: {holds: {fact: x.a, is: 1}" more "}}"
#define PASS(when)   "{when: {" when "}, verdict: pass, because: P}"
#define FAIL(when)   "{when: {" when "}, verdict: fail, because: F}"

static const struct {
  const char *table, *fault;
} cases[] = {
    {INPUTS ", rows: [" PASS("a: one") ", {verdict: fail, because: F}]", NULL},
    {INPUTS ", rows: [" PASS("a: [one, two], b: true") ", " FAIL("b: false") "]", NULL},
    {INPUTS ", rows: [" PASS("a: one, b: true") "]", "no row decides 3 of the cases, such as: a is one, b is false"},
    {INPUTS ", rows: [" PASS("a: one") ", " FAIL("a: one, b: true") ", {verdict: fail, because: F}]",
     "this row can never be reached"},
    {INPUTS ", rows: [{verdict: pass, because: P}, " FAIL("a: one") "]", "this row can never be reached"},
    {INPUTS ", rows: [" PASS("a: one") ", " PASS("a: two") ", {verdict: fail, because: F}]",
     "this row can never be reached"},
    {INPUTS ", rows: [" PASS("c: one") "]", "when: there is no input c"},
    {INPUTS ", rows: [" PASS("a: three") "]", "a: three is not among the values of this input"},
    {INPUTS ", rows: [" PASS("a: [one, one]") "]", "a: one stands twice"},
    {INPUTS ", rows: [{when: {a: one}, verdict: maybe, because: P}]",
     "verdict of row must be one of pass, fail, error, manual, not-applicable, not \"maybe\""},
    {INPUTS ", rows: [{when: {a: one}, verdict: pass}]", "row must have because"},
    {INPUTS ", rows: []", "rows: expected a list of at least one row"},
    {"inputs: {}, rows: [" PASS("") "]", "inputs: expected a map of at least one input"},
    {"inputs: {a: {fact: x.a}}, rows: [" PASS("") "]", "input a must have values"},
    {HOLDS("") ", rows: [" PASS("a: true") ", " FAIL("a: false") "]", NULL},
    {HOLDS("") ", rows: [" PASS("a: true") "]", "no row decides 1 of the cases, such as: a is false"},
    {HOLDS(", values: [true, false, unsaid]") ", rows: [" PASS("a: true") ", " FAIL("a: false") "]",
     "no row decides 1 of the cases, such as: a is unsaid"},
    {HOLDS(", values: [true, unsaid]") ", rows: [" PASS("") "]",
     "input a: an expression is true or false, and may be unsaid"},
    {HOLDS(", values: [true, false, maybe]") ", rows: [" PASS("") "]",
     "input a: maybe is not among the values of this input"},
    {HOLDS(", fact: x.a") ", rows: [" PASS("") "]", "input a: `holds` stands without fact, setting and when-missing"},
    {"inputs: {a: {holds: {fact: x.a, isnt: 1}}}, rows: [" PASS("") "]", "unknown key isnt"},
    {"inputs: {a: {fact: x.a, values: []}}, rows: [" PASS("") "]", "input a: expected 1 to 64 values"},
    {"inputs: {a: {values: [1]}}, rows: [" PASS("") "]", "input a: expected one of fact, setting and holds"},
    {"inputs: {a: {fact: x.a, setting: kubelet.a, values: [1]}}, rows: [" PASS("") "]",
     "input a: expected one of fact, setting and holds"},
    {"inputs: {a: {setting: kublet.a, values: [1]}}, rows: [" PASS("") "]",
     "setting: no component is called kublet; did you mean kubelet?"},
    {"inputs: {a: {fact: x.a, values: [1, 2], when-missing: 3}}, rows: [" PASS("") "]",
     "input a: 3 is not among the values of this input"},
    {"inputs: {a: {fact: x.a, values: [1, [2]]}}, rows: [" PASS("") "]", "input a: expected a value, found a list"},
    {"inputs: {a: {setting: kubelet.a, values: [1, 2], when-missing: 2}}, rows: [{row: R-1, verdict: manual, because: "
     "Q?}]",
     NULL},
};

START_TEST(tables_are_whole) {
  judge j;
  pl_auto_arena pl_arena *arena = pl_arena_new();
  judge_open_control(&j, NULL, pl_printf(arena, "        fix: F\n        decide: {%s}", cases[_i].table));
  if (cases[_i].fault)
    ck_assert_msg(j.faults.total >= 1 && pl_equal(j.faults.items[0].text, cases[_i].fault), "%s not %s",
                  judge_faults(&j), cases[_i].fault);
  else
    ck_assert_msg(j.faults.total == 0, "%s", judge_faults(&j));
  judge_close(&j);
}
END_TEST

/* SIZE inputs of ten values each. */
static size_t faults_of(size_t inputs, size_t last) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  const char *text = "";
  for (size_t i = 0; i < inputs; i++)
    text =
        pl_printf(arena, "%s%si%zu: {fact: x.i%zu, values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}", text, i ? ", " : "", i, i);
  const char *values = "0";
  for (size_t i = 1; i < last; i++)
    values = pl_printf(arena, "%s, %zu", values, i);
  judge j;
  judge_open_control(&j, NULL,
                     pl_printf(arena,
                               "        fix: F\n        decide: {inputs: {%s, l: {fact: x.l, values: [%s]}}, rows: "
                               "[{verdict: pass, because: P}]}",
                               text, values));
  size_t ret = j.faults.total;
  if (ret)
    ck_assert_str_eq(j.faults.items[0].text, last > PL_DECIDE_VALUES_MAX
                                                 ? "input l: expected 1 to 64 values"
                                                 : "decide: more than 100000 combinations of inputs");
  judge_close(&j);
  return ret;
}

START_TEST(combinations_are_capped) {
  ck_assert_int_eq(PL_DECIDE_CASES_MAX, 100000);
  ck_assert_uint_eq(faults_of(4, 10), 0);
  ck_assert_uint_eq(faults_of(4, 11), 1);
}
END_TEST

START_TEST(values_are_capped) {
  ck_assert_uint_eq(faults_of(1, PL_DECIDE_VALUES_MAX), 0);
  ck_assert_uint_eq(faults_of(1, PL_DECIDE_VALUES_MAX + 1), 1);
}
END_TEST

/* The first row decides the one case, so that at the cap the others are faults of their own. */
START_TEST(rows_are_capped) {
  for (size_t rows = PL_DECIDE_ROWS_MAX; rows <= PL_DECIDE_ROWS_MAX + 1; rows++) {
    pl_auto_buffer pl_buffer text;
    pl_buffer_init(&text, 1u << 20);
    pl_buffer_text(&text, "        fix: F\n        decide: {inputs: {a: {fact: x.a, values: [1]}}, rows: [");
    for (size_t i = 0; i < rows; i++)
      pl_buffer_printf(&text, "%s{verdict: pass, because: B}", i ? ", " : "");
    pl_buffer_text(&text, "]}\n");
    judge j;
    judge_open_control(&j, NULL, text.data);
    ck_assert_uint_eq(j.faults.total, rows > PL_DECIDE_ROWS_MAX ? 1 : PL_DECIDE_ROWS_MAX - 1);
    ck_assert_str_eq(j.faults.items[0].text,
                     rows > PL_DECIDE_ROWS_MAX ? "decide: more than 1000 rows" : "this row can never be reached");
    judge_close(&j);
  }
}
END_TEST

START_TEST(inputs_are_capped) {
  for (size_t inputs = PL_DECIDE_INPUTS_MAX; inputs <= PL_DECIDE_INPUTS_MAX + 1; inputs++) {
    pl_auto_arena pl_arena *arena = pl_arena_new();
    const char *text = "";
    for (size_t i = 0; i < inputs; i++)
      text = pl_printf(arena, "%s%si%zu: {fact: x.i%zu, values: [0]}", text, i ? ", " : "", i, i);
    judge j;
    judge_open_control(
        &j, NULL,
        pl_printf(arena, "        fix: F\n        decide: {inputs: {%s}, rows: [{verdict: pass, because: P}]}", text));
    ck_assert_uint_eq(j.faults.total, inputs > PL_DECIDE_INPUTS_MAX);
    if (j.faults.total)
      ck_assert_str_eq(j.faults.items[0].text, "decide: more than 32 inputs");
    judge_close(&j);
  }
}
END_TEST

/* ---- tables at random, against a search of every case ---- */

enum { WIDTH = 3, VALUES = 3, CASES = 27, ROWS = 5, TABLES = 200 };

typedef struct table {
  unsigned masks[ROWS][WIDTH]; /* the values that a row allows, a bit each; all of them: it does not ask */
} table;

static unsigned next_random(unsigned *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 16;
}

static table random_table(unsigned *state) {
  table t;
  for (int row = 0; row < ROWS; row++)
    for (int input = 0; input < WIDTH; input++)
      t.masks[row][input] = next_random(state) % 2 ? (1u << VALUES) - 1 : 1 + next_random(state) % 6;
  return t;
}

static const char *table_text(pl_arena *arena, const table *t) {
  const char *text = "        fix: F\n        decide:\n          inputs: {";
  for (int input = 0; input < WIDTH; input++)
    text = pl_printf(arena, "%si%d: {fact: x.i%d, values: [0, 1, 2]}, ", text, input, input);
  text = pl_printf(arena, "%s}\n          rows:\n", text);
  for (int row = 0; row < ROWS; row++) {
    text = pl_printf(arena, "%s            - {verdict: pass, because: P, when: {", text);
    for (int input = 0; input < WIDTH; input++) {
      if (t->masks[row][input] == (1u << VALUES) - 1)
        continue;
      text = pl_printf(arena, "%si%d: [", text, input);
      for (int value = 0; value < VALUES; value++)
        if (t->masks[row][input] >> value & 1)
          text = pl_printf(arena, "%s%d, ", text, value);
      text = pl_printf(arena, "%s], ", text);
    }
    text = pl_printf(arena, "%s}}\n", text);
  }
  return text;
}

/* The first row for a case, ROWS: there is none. */
static int deciding(const table *t, int number) {
  int values[WIDTH] = {number / 9, number / 3 % 3, number % 3}, row = 0;
  for (; row < ROWS; row++) {
    bool allowed = true;
    for (int input = 0; input < WIDTH; input++)
      allowed = allowed && (t->masks[row][input] >> values[input] & 1);
    if (allowed)
      break;
  }
  return row;
}

START_TEST(every_case_is_accounted_for) {
  unsigned state = 1, whole = 0, faulty = 0;
  for (int i = 0; i < TABLES; i++) {
    pl_auto_arena pl_arena *arena = pl_arena_new();
    table t = random_table(&state);
    size_t open = 0, unreached = 0;
    bool reached[ROWS + 1] = {false};
    for (int number = 0; number < CASES; number++) {
      reached[deciding(&t, number)] = true;
      open += deciding(&t, number) == ROWS;
    }
    for (int row = 0; row < ROWS; row++)
      unreached += !reached[row];
    judge j;
    judge_open_control(&j, NULL, table_text(arena, &t));
    ck_assert_msg(j.faults.total == unreached + (open > 0), "%s%s", table_text(arena, &t), judge_faults(&j));
    if (open)
      ck_assert(pl_starts(j.faults.items[0].text,
                          pl_printf(arena, "no row decides %zu of the cases, such as: i0 is ", open)));
    whole += j.faults.total == 0;
    faulty += j.faults.total > 0;
    judge_close(&j);
  }
  ck_assert(whole > 5 && faulty > 5);
}
END_TEST

Suite *suite_decide(void);
Suite *suite_decide(void) {
  Suite *suite = suite_create("decide");
  TCase *tests = tcase_create("decide");
  tcase_set_timeout(tests, 60);
  tcase_add_loop_test(tests, tables_are_whole, 0, (int)COUNT(cases));
  tcase_add_test(tests, combinations_are_capped);
  tcase_add_test(tests, values_are_capped);
  tcase_add_test(tests, rows_are_capped);
  tcase_add_test(tests, inputs_are_capped);
  tcase_add_test(tests, every_case_is_accounted_for);
  suite_add_tcase(suite, tests);
  return suite;
}
