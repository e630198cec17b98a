/* Which controls are judged, and what they need of the node. */
#include <check.h>

#include "judge_support.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CONTROL(key, id, level, expect)                                                                                \
  "      - {key: " key ", id: \"" id "\", title: T, level: " level                                                     \
  ", automated: true, why: W, fix: F, expect: " expect "}\n"

static const char sections[] = "sections:\n  - id: \"1.1\"\n    title: S\n    controls:\n" CONTROL(
    "one", "1.1.1", "1", "{file: /etc/b, mode: \"0600\"}")
    CONTROL("two", "1.1.2", "2", "{files: \"/etc/a/*\", mode: \"0600\"}") CONTROL(
        "ten", "1.1.10", "1",
        "{files: pki.keys, mode: \"0600\"}") "  - id: \"4.2\"\n    title: K\n    controls:\n" CONTROL("anonymous",
                                                                                                      "4.2.1", "1",
                                                                                                      "{all: "
                                                                                                      "[{setting: "
                                                                                                      "kubelet.a, is: "
                                                                                                      "1}, {setting: "
                                                                                                      "etcd.b, "
                                                                                                      "differs-from: "
                                                                                                      "kubelet.c}]}")
        CONTROL("port", "4.2.2", "2",
                "{when: {setting: kubelet.a, is: 1}, then: {file: /etc/b, exists: true}, else: {manual: Q?, show: "
                "[\"file: /etc/0\"]}}") "      - {key: late, id: {\"2.0\": \"4.2.3\"}, title: T, level: 1, automated: "
                                        "true, why: W, expect: {manual: Q?, show: [\"file: /etc/late\"]}}\n";

static judge j;
static pl_benchmark *benchmark;

static void setup(void) {
  pl_error err = {0};
  judge_open(&j, "editions: [{version: \"1.0\"}, {version: \"2.0\"}]", sections);
  ck_assert_msg(j.benchmark != NULL, "%s", judge_faults(&j));
  benchmark = pl_benchmark_of(j.arena, j.definitions, "1.0", 0, &err);
}
static void teardown(void) { judge_close(&j); }

static pl_texts words(const char *text) {
  pl_texts ret = {NULL, 0};
  if (*text)
    ret.count = pl_split(j.arena, text, ' ', &ret.items);
  return ret;
}

static const struct {
  int level;
  const char *only, *skip, *kept;
} cases[] = {
    {0, "", "", "one two ten anonymous port"},
    {1, "", "", "one ten anonymous"},
    {2, "", "", "one two ten anonymous port"},
    {0, "1.1.1", "", "one"},
    {0, "1.1", "", "one two ten"},
    {0, "4", "", "anonymous port"},
    {0, "port 1.1.2", "", "two port"},
    {1, "port 1.1.1", "", "one"},
    {1, "port", "", ""},
    {0, "", "4.2", "one two ten"},
    {0, "1.1", "ten", "one two"},
    {0, "one", "one", ""},
};

START_TEST(levels_names_and_sections) {
  pl_error err = {0};
  pl_selection selection = {cases[_i].level, words(cases[_i].only), words(cases[_i].skip)};
  ck_assert_int_eq(pl_select(j.arena, &benchmark, 1, &selection, &err), 0);
  const char *kept = "";
  for (size_t i = 0; i < benchmark->control_count; i++)
    kept = pl_printf(j.arena, "%s%s%s", kept, i ? " " : "", benchmark->controls[i].key);
  ck_assert_str_eq(kept, cases[_i].kept);
  ck_assert_uint_eq(benchmark->deselected, 5 - benchmark->control_count);
  for (size_t i = 0; i < 5; i++)
    ck_assert_ptr_nonnull(benchmark->controls[i].key);
}
END_TEST

static const struct {
  const char *only, *skip, *text;
} unknown_cases[] = {
    {"anonymus", "", "no control or section is called anonymus; did you mean anonymous?"},
    {"", "1.1.11", "no control or section is called 1.1.11; did you mean 1.1.1?"},
    {"1.1.", "", "no control or section is called 1.1.; did you mean 1.1.1?"},
    {"", "", NULL},
    {"late", "", "edition 1.0 of t does not hold late, other editions do"},
    {"9.9.9.9", "", "no control or section is called 9.9.9.9"},
};

START_TEST(unknown_names_are_refused) {
  pl_error err = {0};
  pl_selection selection = {0, words(unknown_cases[_i].only), words(unknown_cases[_i].skip)};
  int status = pl_select(j.arena, &benchmark, 1, &selection, &err);
  ck_assert_int_eq(status, unknown_cases[_i].text ? -1 : 0);
  if (!unknown_cases[_i].text)
    return;
  ck_assert_int_eq(err.kind, PL_ERR_USAGE);
  ck_assert_str_eq(err.text, unknown_cases[_i].text);
  ck_assert_uint_eq(benchmark->control_count, 5);
}
END_TEST

static void assert_texts(pl_texts found, const char *expected) {
  const char *text = "";
  for (size_t i = 0; i < found.count; i++)
    text = pl_printf(j.arena, "%s%s%s", text, i ? " " : "", found.items[i]);
  ck_assert_str_eq(text, expected);
}

START_TEST(paths_are_those_of_all_editions_and_settings_those_of_one_control) {
  assert_texts(pl_subject_paths(j.arena, &j.definitions, 1), "/etc/0 /etc/a/* /etc/b /etc/late");
  ck_assert_str_eq(benchmark->controls[3].key, "anonymous");
  assert_texts(pl_subject_settings(j.arena, &benchmark->controls[3]), "etcd.b kubelet.a kubelet.c");
  assert_texts(pl_subject_settings(j.arena, &benchmark->controls[4]), "kubelet.a");
  assert_texts(pl_subject_settings(j.arena, &benchmark->controls[0]), "");
}
END_TEST

Suite *suite_select(void);
Suite *suite_select(void) {
  Suite *suite = suite_create("select");
  TCase *tests = tcase_create("select");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_loop_test(tests, levels_names_and_sections, 0, (int)COUNT(cases));
  tcase_add_loop_test(tests, unknown_names_are_refused, 0, (int)COUNT(unknown_cases));
  tcase_add_test(tests, paths_are_those_of_all_editions_and_settings_those_of_one_control);
  suite_add_tcase(suite, tests);
  return suite;
}
