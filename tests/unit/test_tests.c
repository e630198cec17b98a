/* Every test on every kind of value: the cases of tests/golden/tests.test, all in one run. */
#include <check.h>
#include <stdio.h>

#include "judge_support.h"

#define GOLDEN "tests/golden/tests.test"

typedef struct golden {
  unsigned line;
  const char *expression, *setting, *verdict, *reason;
} golden;

typedef struct goldens {
  golden *items;
  size_t count, capacity;
} goldens;

static const char *trim(pl_arena *arena, const char *text) {
  size_t start = strspn(text, " "), length = strlen(text);
  while (length > start && (text[length - 1] == ' ' || text[length - 1] == '\n'))
    length--;
  return pl_strndup(arena, text + start, length - start);
}

/* Fields are parted by " | ", since a value may hold a bare '|'. */
static golden read_case(pl_arena *arena, const char *text, unsigned line) {
  const char *fields[4] = {"", "", "", NULL};
  for (size_t i = 0; text && i < 4; i++) {
    const char *end = strstr(text, " | ");
    fields[i] = trim(arena, end ? pl_strndup(arena, text, (size_t)(end - text)) : text);
    text = end ? end + 3 : NULL;
  }
  return (golden){line, fields[0], fields[1], fields[2], fields[3]};
}

static goldens read_all(pl_arena *arena) {
  goldens ret = {0};
  char text[2048];
  FILE *in = fopen(GOLDEN, "r");
  ck_assert_msg(in != NULL, GOLDEN " is missing: the tests run in the top directory");
  for (unsigned line = 1; fgets(text, sizeof text, in); line++)
    if (text[0] != '#' && text[0] != '\n')
      pl_push(arena, ret.items, ret.count, ret.capacity, read_case(arena, text, line));
  fclose(in);
  return ret;
}

static const char *with_subject(pl_arena *arena, const char *text, const char *subject) {
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, 1u << 20);
  for (; *text; text++)
    if (*text == '@' && (text[1] == ',' || text[1] == ' '))
      pl_buffer_text(&out, subject);
    else
      pl_buffer_add(&out, text, 1);
  return pl_buffer_take(&out, arena).data;
}

/* One control a case, its setting xN. */
static void write_inputs(pl_arena *arena, const goldens *cases, const char **ret_sections, const char **ret_facts) {
  pl_auto_buffer pl_buffer sections, facts;
  pl_buffer_init(&sections, 4u << 20);
  pl_buffer_init(&facts, 4u << 20);
  pl_buffer_text(&sections, "sections:\n  - id: \"1\"\n    title: S\n    controls:\n");
  pl_buffer_text(&facts,
                 "{\"components\": {\"kubelet\": {\"state\": \"running\", \"settings\": {\"known\": {\"value\": 1}");
  for (size_t i = 0; i < cases->count; i++) {
    const char *subject = pl_printf(arena, "setting: kubelet.x%zu", i);
    pl_buffer_printf(
        &sections,
        "    - {key: k%zu, id: \"1.%zu\", title: T, level: 1, automated: true, why: W, fix: F,\n       expect: {%s}}\n",
        i, i, with_subject(arena, cases->items[i].expression, subject));
    if (!pl_equal(cases->items[i].setting, "-"))
      pl_buffer_printf(&facts, ", \"x%zu\": %s", i, cases->items[i].setting);
  }
  pl_buffer_text(&facts, "}}}}");
  *ret_sections = pl_buffer_take(&sections, arena).data;
  *ret_facts = pl_buffer_take(&facts, arena).data;
}

START_TEST(every_case_comes_out_as_written) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  const char *sections = NULL, *facts = NULL;
  goldens cases = read_all(arena);
  ck_assert_uint_ge(cases.count, 200);
  write_inputs(arena, &cases, &sections, &facts);
  judge j;
  judge_open(&j, NULL, sections);
  ck_assert_msg(j.benchmark != NULL, "%s", judge_faults(&j));
  judge_facts(&j, facts);
  size_t wrong = 0;
  for (size_t i = 0; i < cases.count; i++) {
    const golden *one = &cases.items[i];
    const pl_result *result = &j.run.benchmarks[0].results[i];
    const char *reason =
        one->reason ? with_subject(arena, one->reason, pl_printf(arena, "kubelet x%zu", i)) : result->reason;
    if (pl_equal(pl_verdict_name(result->verdict), one->verdict) && pl_equal(result->reason, reason))
      continue;
    wrong++;
    printf(GOLDEN ":%u: %s with %s\n  expected %s %s\n  found    %s %s\n", one->line, one->expression, one->setting,
           one->verdict, one->reason ? reason : "", pl_verdict_name(result->verdict), result->reason);
  }
  judge_close(&j);
  fflush(stdout);
  ck_assert_msg(wrong == 0, "%zu of %zu cases differ", wrong, cases.count);
}
END_TEST

/* Each test of the schema is among the cases, with an unset value and an unreadable one. */
START_TEST(no_test_is_left_out) {
  static const char *const keys[] = {
      "is:",       "is-not:",   "one-of:",         "none-of:",      "set:",           "unset:",
      "at-least:", "at-most:",  "contains:",       "contains-all:", "contains-none:", "subset-of:",
      "matches:",  "loopback:", "count-at-least:", "given:",        "every:"};
  pl_auto_arena pl_arena *arena = pl_arena_new();
  goldens cases = read_all(arena);
  for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
    const char *wanted = pl_printf(arena, "@, %s ", keys[k]);
    bool unset = false, unknown = false;
    for (size_t i = 0; i < cases.count; i++)
      if (pl_starts(cases.items[i].expression, wanted)) {
        unset = unset || strstr(cases.items[i].setting, "\"value\": null");
        unknown = unknown || pl_equal(cases.items[i].setting, "-") || strstr(cases.items[i].setting, "unreadable");
      }
    ck_assert_msg(unset && unknown, "%s lacks a case with an unset or an unknown value", keys[k]);
  }
}
END_TEST

Suite *suite_tests(void);
Suite *suite_tests(void) {
  Suite *suite = suite_create("tests");
  TCase *tests = tcase_create("tests");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, every_case_comes_out_as_written);
  tcase_add_test(tests, no_test_is_left_out);
  suite_add_tcase(suite, tests);
  return suite;
}
