/* Benchmarks as files: editions, values by edition, faults of controls, and the choice of an edition. */
#include <check.h>

#include "judge_support.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define EDITIONS                                                                                                       \
  "editions:\n  - {version: \"1.9\", kubernetes: {from: 27, to: 27}}\n  - {version: \"1.10\", kubernetes: {from: 28, " \
  "to: 28}}\n"                                                                                                         \
  "  - {version: \"1.11.1\", kubernetes: {from: 29, to: 31}}\n  - {version: \"2.0\", kubernetes: {from: 34, to: "      \
  "35}}\n"                                                                                                             \
  "  - {version: \"2.0.1\"}"
#define SECTION "sections:\n  - id: \"1\"\n    title: S\n    controls:\n"
#define CONTROL(key, id)                                                                                               \
  "    - {key: " key ", id: " id                                                                                       \
  ", title: T, level: 1, automated: true, why: W, fix: F, expect: {setting: kubelet.x, is: 1}}\n"

static judge j;
static void teardown(void) { judge_close(&j); }

static void assert_faults(const char *expected) { ck_assert_str_eq(judge_faults(&j), expected); }

/* ---- faults of a control ---- */

static const struct {
  const char *control, *fault;
} control_cases[] = {
    {"        fix: F\n        expect: {setting: kubelet.x, is: 1}\n        titel: T\n",
     "s.yaml:13:9: unknown key titel in control; did you mean title?\n"},
    {"        fix: \"{x}\"\n        expect: {setting: kubelet.x, iss: 1}\n        titel: T\n",
     "s.yaml:13:9: unknown key titel in control; did you mean title?\n"
     "s.yaml:12:38: unknown key iss; did you mean is?\n"
     "s.yaml:11:14: fix: {x} is none of {path}, {where}, {value}, {restart}\n"},
    {"        fix: F\n        expect: {becaus: b, all: [{setting: kubelet.x, iss: 1}]}\n",
     "s.yaml:12:18: unknown key becaus; did you mean because?\ns.yaml:12:56: unknown key iss; did you mean is?\n"},
    {"        fix: F\n        decide: {input: {}, rows: []}\n",
     "s.yaml:12:18: unknown key input in decide; did you mean inputs?\ns.yaml:12:17: decide must have inputs\n"
     "s.yaml:12:35: rows: expected a list of at least one row\n"},
    {"        fix: F\n", "s.yaml:5:9: k: one of expect, decide and manual is missing\n"},
    {"        fix: F\n        expect: {setting: kubelet.x, is: 1}\n        manual: {question: Q?}\n",
     "s.yaml:5:9: k: more than one of expect, decide and manual\n"},
    {"        expect: {setting: kubelet.x, is: 1}\n", "s.yaml:5:9: k: no fix for edition 1.0\n"},
    {"        expect: {manual: Q?}\n", ""},
    {"        manual: {question: Q?}\n", ""},
    {"        manual: {quest: Q?}\n",
     "s.yaml:11:18: unknown key quest in manual\ns.yaml:11:17: manual must have question\n"},
    {"        fix: use {file}\n        expect: {setting: kubelet.x, is: 1}\n",
     "s.yaml:11:14: fix: {file} is none of {path}, {where}, {value}, {restart}\n"},
    {"        fix: use ${file} {where} {a b} {} {A}\n        expect: {setting: kubelet.x, is: 1}\n", ""},
    {"        fix: F\n        expect: {setting: kubelet.x, is: 1}\n        applies: {setting: kubelet.y, is: 1}\n",
     "s.yaml:13:18: applies: `because` is missing: the reason given when it does not apply\n"},
    {"        fix: F\n        expect: {setting: kubelet.x, is: 1}\n        applies: {not: {manual: Q?}, because: b}\n",
     "s.yaml:13:18: applies: whether a control applies cannot be a person's question\n"},
    {"        fix: F\n        expect: {setting: kubelet.x, is: 1}\n        letter: {expect: {setting: kubelet.x, is: "
     "2}}\n",
     "s.yaml:13:17: letter must have because\n"},
    {"        fix: F\n        expect: {setting: kubelet.x, is: 1}\n        references: {stig: [V-1, V-2], nsa: "
     "audit}\n",
     ""},
    {"        fix: F\n        expect: {setting: kubelet.x, is: 1}\n        references: {iso: [1]}\n",
     "s.yaml:13:22: unknown key iso in references\n"},
};

START_TEST(faults_of_controls) {
  judge_open_control(&j, NULL, control_cases[_i].control);
  assert_faults(control_cases[_i].fault);
}
END_TEST

static const struct {
  const char *sections, *fault;
} section_cases[] = {
    {SECTION CONTROL("a", "\"1.1\"") CONTROL("a", "\"1.2\""), "key a stands twice, also at "},
    {SECTION CONTROL("a", "\"1.1\"") CONTROL("b", "\"1.1\""),
     "s.yaml:6:7: b: id 1.1 of edition 1.0 is also that of a\n"},
    {SECTION CONTROL("A_b", "\"1.1\""), "s.yaml:5:7: key A_b: expected small letters, digits and dashes\n"},
    {SECTION CONTROL("1-1", "\"1.1\""), "s.yaml:5:7: key 1-1: expected small letters, digits and dashes\n"},
    {SECTION CONTROL("a", "5"), "s.yaml:5:20: id: expected text, found an integer\n"},
    {SECTION CONTROL("a", "[]"), "s.yaml:5:20: id: an empty list\n"},
    {SECTION "    - {key: a, id: \"1\", title: T, level: 3, automated: maybe, why: W, fix: F, expect: {setting: "
             "kubelet.x, is: 1}}\n",
     "s.yaml:5:42: level: expected 1 or 2\ns.yaml:5:56: automated: expected true or false\n"},
    {"sections: 5\n", "s.yaml:1:11: sections: expected a list, found an integer\n"},
    {"sections: []\nmore: 1\n", "s.yaml:2:1: unknown key more in section file\n"},
    {"sections:\n  - {id: \"1\", title: S, controls: {}}\n", "s.yaml:2:35: controls: expected a list, found a map\n"},
    {"sections: &a []\n", "s.yaml:1:11: "},
    {"sections: [\n", "s.yaml:2:1: "},
};

/* Not of each pair: of many the number would be the square. */
START_TEST(an_id_used_often_is_one_fault_each_time) {
  judge_open(&j, NULL, SECTION CONTROL("a", "\"1.1\"") CONTROL("b", "\"1.1\"") CONTROL("c", "\"1.1\""));
  assert_faults("s.yaml:6:7: b: id 1.1 of edition 1.0 is also that of a\n"
                "s.yaml:7:7: c: id 1.1 of edition 1.0 is also that of a\n");
}
END_TEST

START_TEST(faults_of_sections) {
  judge_open(&j, NULL, section_cases[_i].sections);
  ck_assert_ptr_null(j.benchmark);
  ck_assert_msg(strstr(judge_faults(&j), section_cases[_i].fault) != NULL, "%s not %s", judge_faults(&j),
                section_cases[_i].fault);
}
END_TEST

static const struct {
  const char *head, *fault;
} head_cases[] = {
    {"editions: []", "benchmark.yaml:4:11: editions: expected a list of 1 to 64 editions\n"},
    {"editions: [{version: \"1.0\"}, {version: \"1.0\"}]", "benchmark.yaml:4:30: edition 1.0 stands twice\n"},
    {"editions: [{version: new}]", "benchmark.yaml:4:12: edition new: a version is digits and dots\n"},
    {"editions: [{version: \"1.0\", kubernetes: {from: 5, to: 4}}]",
     "benchmark.yaml:4:41: kubernetes: a range of minors from 1 to 999 goes from the lower to the higher\n"},
    {"editions: [{version: \"1\", kubernetes: {from: 5, to: 6}}, {version: \"2\", kubernetes: {from: 6, to: 7}}]",
     "benchmark.yaml:4:58: editions 1 and 2 are both for some Kubernetes minors\n"},
    {"editions: [{version: \"1.0\"}]\nparameters: {a: {default: 5}}",
     "benchmark.yaml:5:17: parameter a must have title\n"},
    {"editions: [{version: \"1.0\"}]\nparameters: {a: {title: A, as: mode, default: 5}}",
     "benchmark.yaml:5:47: parameter a: default: expected a mode, found an integer\n"},
    {"editions: [{version: \"1.0\"}]\nparamters: {}",
     "benchmark.yaml:5:1: unknown key paramters in benchmark; did you mean parameters?\n"},
    {"editions: []\nparamters: {}\nconditions: {c: 5}",
     "benchmark.yaml:5:1: unknown key paramters in benchmark; did you mean parameters?\n"
     "benchmark.yaml:4:11: editions: expected a list of 1 to 64 editions\n"
     "benchmark.yaml:6:17: expected an expression, found an integer\n"},
};

START_TEST(faults_of_the_head) {
  judge_open(&j, head_cases[_i].head, SECTION CONTROL("a", "\"1.1\""));
  ck_assert_msg(strstr(judge_faults(&j), head_cases[_i].fault) != NULL, "%s not %s", judge_faults(&j),
                head_cases[_i].fault);
}
END_TEST

/* ---- values by edition ---- */

#define BY_EDITION(id, title)                                                                                          \
  "    - {key: a, id: " id ", title: " title                                                                           \
  ", level: 1, automated: true, why: W, fix: F, expect: {setting: kubelet.x, is: 1}}\n"

static const struct {
  const char *control, *fault;
} range_cases[] = {
    {BY_EDITION("{\"1.9-1.11\": a, \"2.0-\": b}", "T"), ""},
    {BY_EDITION("{\"1.12\": a}", "T"), "s.yaml:5:21: id: 1.12 names no edition or range of editions\n"},
    {BY_EDITION("{\"1.10-1.9\": a}", "T"), "s.yaml:5:21: id: 1.10-1.9 names no edition or range of editions\n"},
    {BY_EDITION("{\"1.9-1.10\": a, \"1.10-\": b}", "T"), "s.yaml:5:36: id: edition 1.10 is named twice\n"},
    {BY_EDITION("{\"1.9-\": a}", "{\"1.9\": T, \"1.11-\": U}"), "s.yaml:5:7: a: no title for edition 1.10\n"},
    {BY_EDITION("{\"1.11-\": a}", "{\"1.11-\": U}"), ""},
    {BY_EDITION("{\"1.9-\": a, x: b}", "T"), "s.yaml:5:32: id: x names no edition or range of editions\n"},
};

START_TEST(ranges_of_editions) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  judge_open(&j, EDITIONS, pl_printf(arena, "%s%s", SECTION, range_cases[_i].control));
  assert_faults(range_cases[_i].fault);
}
END_TEST

static const pl_benchmark *of(const char *edition, int minor) {
  pl_error err = {0};
  const pl_benchmark *ret = pl_benchmark_of(j.arena, j.definitions, edition, minor, &err);
  ck_assert_msg(ret != NULL, "%s", err.text);
  return ret;
}

START_TEST(each_edition_has_its_controls) {
  judge_open(
      &j, EDITIONS,
      SECTION
      "    - {key: a, id: {\"-1.10\": \"1.1\", \"1.11\": [\"1.1\", \"1.2\"], \"2.0\": \"1.10\"}, title: {\"-1.11\": "
      "Old, \"2.0\": New}, level: "
      "{\"-1.10\": 1, \"1.11-\": 2}, automated: true, why: W, fix: F, expect: {setting: kubelet.x, is: 1}}\n" CONTROL(
          "b", "\"1.9\""));
  ck_assert_msg(j.benchmark != NULL, "%s", judge_faults(&j));
  const pl_benchmark *first = of("1.9", 0), *third = of("1.11", 0), *fourth = of("2.0", 0);
  ck_assert_uint_eq(first->control_count, 2);
  ck_assert_str_eq(first->controls[0].title, "Old");
  ck_assert_int_eq(first->controls[0].level, 1);
  ck_assert_uint_eq(third->control_count, 3);
  ck_assert_str_eq(third->edition->version, "1.11.1");
  ck_assert_str_eq(third->controls[1].id, "1.2");
  ck_assert_str_eq(third->controls[1].key, "a");
  ck_assert_int_eq(third->controls[1].level, 2);
  ck_assert_str_eq(fourth->controls[0].id, "1.9");
  ck_assert_str_eq(fourth->controls[1].id, "1.10");
  ck_assert_str_eq(fourth->controls[1].title, "New");
}
END_TEST

START_TEST(a_range_of_the_shorter_name_covers_the_longer) {
  judge_open(&j, EDITIONS,
             SECTION "    - {key: a, id: {\"2.0\": \"1.1\"}, title: T, level: 1, automated: true, why: W, fix: F, "
                     "expect: {manual: Q?}}\n");
  ck_assert_uint_eq(of("2.0.1", 0)->control_count, 1);
  ck_assert_uint_eq(of("2.0", 0)->control_count, 1);
  ck_assert_uint_eq(of("1.9", 0)->control_count, 0);
  ck_assert_uint_eq(of("1.9", 0)->elsewhere.count, 1);
}
END_TEST

static const struct {
  const char *edition;
  int minor;
  const char *expected, *because;
  bool covers;
} choice_cases[] = {
    {NULL, 27, "1.9", "Kubernetes 1.27; the edition is for Kubernetes 1.27", true},
    {NULL, 28, "1.10", "Kubernetes 1.28; the edition is for Kubernetes 1.28", true},
    {NULL, 29, "1.11.1", "Kubernetes 1.29; the edition is for Kubernetes 1.29 to 1.31", true},
    {NULL, 31, "1.11.1", NULL, true},
    {NULL, 34, "2.0", NULL, true},
    {NULL, 35, "2.0", NULL, true},
    {NULL, 36, "2.0", "no edition covers Kubernetes 1.36; this one, for Kubernetes 1.34 to 1.35, is the nearest",
     false},
    {NULL, 26, "1.9", "no edition covers Kubernetes 1.26; this one, for Kubernetes 1.27, is the nearest", false},
    {NULL, 32, "1.11.1", NULL, false},
    {NULL, 33, "2.0", NULL, false},
    {NULL, 0, "2.0.1", "the newest edition, because the Kubernetes version of the node is not known", false},
    {"1.10", 28, "1.10", "asked for by --edition, which is for Kubernetes 1.28", true},
    {"1.10", 34, "1.10", "asked for by --edition, which is for Kubernetes 1.28; the node has 1.34", false},
    {"1.11", 0, "1.11.1", NULL, false},
    {"2.0", 34, "2.0", NULL, true},
    {"2", 34, "2.0.1", NULL, false},
};

START_TEST(the_edition_follows_the_version) {
  judge_open(&j, EDITIONS, SECTION CONTROL("a", "\"1.1\""));
  const pl_benchmark *benchmark = of(choice_cases[_i].edition, choice_cases[_i].minor);
  ck_assert_str_eq(benchmark->edition->version, choice_cases[_i].expected);
  ck_assert_int_eq(benchmark->edition_covers, choice_cases[_i].covers);
  if (choice_cases[_i].because)
    ck_assert_str_eq(benchmark->edition_because, choice_cases[_i].because);
}
END_TEST

START_TEST(an_unknown_edition_is_an_error) {
  pl_error err = {0};
  judge_open(&j, EDITIONS, SECTION CONTROL("a", "\"1.1\""));
  ck_assert_ptr_null(pl_benchmark_of(j.arena, j.definitions, "1.8", 27, &err));
  ck_assert_int_eq(err.kind, PL_ERR_USAGE);
  ck_assert_str_eq(err.text, "t has no edition 1.8; its editions are 1.9, 1.10, 1.11.1, 2.0, 2.0.1");
  ck_assert_ptr_null(pl_benchmark_of(j.arena, j.definitions, "", 27, &err));
  ck_assert_ptr_null(pl_benchmark_of(j.arena, j.definitions, "1.", 27, &err));
}
END_TEST

START_TEST(a_benchmark_without_ranges_covers_every_version) {
  judge_open(&j, NULL, SECTION CONTROL("a", "\"1.1\""));
  ck_assert(of(NULL, 36)->edition_covers);
  ck_assert_str_eq(of(NULL, 36)->edition_because, "the only edition");
}
END_TEST

/* ---- the benchmarks inside the binary ---- */

START_TEST(what_is_compiled_in_has_no_fault) {
  pl_error err = {0};
  judge_open(&j, NULL, SECTION CONTROL("a", "\"1.1\""));
  pl_data *data = pl_data_open(j.arena, NULL, false, &err);
  pl_texts ids = pl_definitions_ids(j.arena, data);
  ck_assert_uint_ge(ids.count, 1);
  for (size_t i = 0; i < ids.count; i++) {
    pl_definitions *set = pl_definitions_load(j.arena, data, ids.items[i], &j.faults);
    ck_assert_msg(set != NULL, "%s", judge_faults(&j));
    size_t count = 0;
    const pl_edition *editions = pl_definitions_editions(set, &count);
    for (size_t e = 0; e < count; e++)
      ck_assert_uint_gt(pl_benchmark_of(j.arena, set, editions[e].version, 0, &err)->control_count, 0);
    pl_definitions_free(set);
  }
  pl_data_close(data);
}
END_TEST

/* ---- one file by itself ---- */

static const struct {
  const char *text;
  bool good;
} alone_cases[] = {
    {SECTION CONTROL("a", "{\"1.9-\": \"1.1\", \"-1.8\": \"1.2\"}"), true},
    {SECTION "    - {key: a, id: \"1\", title: T, level: 1, automated: true, why: W, fix: F, applies: any-name, "
             "expect: {setting: kubelet.x, is: {param: p}}}\n",
     true},
    {SECTION CONTROL("a", "{\"1.9-1-2\": \"1.1\"}"), false},
    {SECTION CONTROL("a", "\"1.1\"") CONTROL("b", "\"1.1\""), false},
    {"id: a\ntitle: A\neditions: [{version: \"1\"}]\nfiles: [x.yaml]\n", true},
    {"id: a\ntitle: A\neditions: [{version: \"1\"}]\nfiles: [x.yaml]\nconditions: {c: {manual: \"\"}}\n", false},
    {"waivers: []\n", true},
    {"", true},
    {"waivers: [{key: a}]\n", false},
    {"- 5\n", false},
    {"nothing: known\n", false},
};

START_TEST(one_file_by_itself) {
  const char *text = alone_cases[_i].text;
  judge_open(&j, NULL, SECTION CONTROL("a", "\"1.1\""));
  bool good = pl_definitions_check_text(j.arena, (pl_bytes){text, strlen(text)}, "f.yaml", &j.faults);
  ck_assert_msg(good == alone_cases[_i].good, "%s: %s", text, judge_faults(&j));
  ck_assert((j.faults.total == 0) == good);
}
END_TEST

Suite *suite_load(void);
Suite *suite_load(void) {
  Suite *suite = suite_create("load");
  TCase *tests = tcase_create("load");
  tcase_add_checked_fixture(tests, NULL, teardown);
  tcase_add_loop_test(tests, faults_of_controls, 0, (int)COUNT(control_cases));
  tcase_add_test(tests, an_id_used_often_is_one_fault_each_time);
  tcase_add_loop_test(tests, faults_of_sections, 0, (int)COUNT(section_cases));
  tcase_add_loop_test(tests, faults_of_the_head, 0, (int)COUNT(head_cases));
  tcase_add_loop_test(tests, ranges_of_editions, 0, (int)COUNT(range_cases));
  tcase_add_test(tests, each_edition_has_its_controls);
  tcase_add_test(tests, a_range_of_the_shorter_name_covers_the_longer);
  tcase_add_loop_test(tests, the_edition_follows_the_version, 0, (int)COUNT(choice_cases));
  tcase_add_test(tests, an_unknown_edition_is_an_error);
  tcase_add_test(tests, a_benchmark_without_ranges_covers_every_version);
  tcase_add_test(tests, what_is_compiled_in_has_no_fault);
  tcase_add_loop_test(tests, one_file_by_itself, 0, (int)COUNT(alone_cases));
  suite_add_tcase(suite, tests);
  return suite;
}
