/* Faults of expressions: each rule of the format, with the message and the place. */
#include <check.h>

#include "judge_support.h"
#include "plumbline/core/limits.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct fault_case {
  const char *expression, *fault; /* FAULT NULL: none */
} fault_case;

static const fault_case cases[] = {
    {"{setting: kubelet.x, is: true}", NULL},
    {"{setting: kubelet.x}", "12:17: a test is missing (is, one-of, at-least, mode, ...)"},
    {"{setting: kubelet.x, is: 1, at-least: 2}", "12:17: two tests, is and at-least: put them under `all`"},
    {"{setting: kubelet.x, iss: 1}", "12:38: unknown key iss; did you mean is?"},
    {"{setting: kubelet.x, is: 1, when_unset: pass}", "12:45: unknown key when_unset; did you mean when-unset?"},
    {"{setting: kublet.x, is: 1}", "12:27: setting: no component is called kublet; did you mean kubelet?"},
    {"{setting: kubelet, is: 1}", "12:27: setting: expected COMPONENT.KEY, found kubelet"},
    {"{setting: kubelet., is: 1}", "12:27: setting: expected COMPONENT.KEY, found kubelet."},
    {"{setting: 5, is: 1}", "12:27: setting: expected text, found an integer"},
    {"{fact: a..b, is: 1}", "12:24: fact: a..b is no path"},
    {"{fact: components.kublet.state, is: a}",
     "12:24: fact: expected components.NAME.KEY with a known component, found components.kublet.state"},
    {"{fact: platform.name, is: a}", NULL},
    {"{setting: kubelet.x, fact: y, is: 1}", "12:17: both setting and fact: an expression has one of them"},
    {"{is: 1}", "12:17: an expression has one of: all, any, not, when, manual, setting, fact, file, files"},
    {"[]", "12:17: expected an expression, found a list"},
    {"5", "12:17: expected an expression, found an integer"},
    {"nobody", "12:17: no condition nobody is declared in benchmark.yaml"},

    {"{file: /etc/a, mode: \"0600\"}", NULL},
    {"{file: [a], mode: \"0600\"}", "12:24: file: expected text, found a list"},
    {"{files: 5, mode: \"0600\"}", "12:25: files: expected text, found an integer"},
    {"{file: etc/a, mode: \"0600\"}", "12:24: file: etc/a: an absolute path is expected (a set is said by `files`)"},
    {"{file: \"/etc/*\", mode: \"0600\"}", "12:24: file: /etc/*: one path is expected (a glob is said by `files`)"},
    {"{file: /etc/../a, mode: \"0600\"}",
     "12:24: file: /etc/../a: a path without \".\", \"..\", double or final slashes is expected"},
    {"{file: /etc/, mode: \"0600\"}",
     "12:24: file: /etc/: a path without \".\", \"..\", double or final slashes is expected"},
    {"{files: /etc//a, mode: \"0600\"}",
     "12:25: files: /etc//a: a path without \".\", \"..\", double or final slashes is expected"},
    {"{files: pki.key, mode: \"0600\"}",
     "12:25: files: pki.key: no set of files is called that; did you mean pki.keys?"},
    {"{files: pki.keys, mode: \"0600\", type: file, max-depth: 2, when-empty: fail}", NULL},
    {"{files: \"/etc/cni/**\", owner: \"root:root\"}", NULL},
    {"{file: /etc/a, mode: 600}", "12:38: mode: expected a mode, found an integer"},
    {"{file: /etc/a, mode: \"0900\"}", "12:38: mode: not an octal mode: 0900"},
    {"{file: /etc/a, owner: root}", "12:39: owner: expected USER:GROUP"},
    {"{file: /etc/a, owner: \"a:b:c\"}", "12:39: owner: expected USER:GROUP"},
    {"{file: /etc/a, exists: false}", "12:40: exists: expected true"},
    {"{file: /etc/a, is: 1}", "12:36: is is no test for this subject"},
    {"{setting: kubelet.x, mode: \"0600\"}", "12:44: mode is no test for this subject"},
    {"{setting: kubelet.x, is: 1, type: file}", "12:51: type goes with file and files only"},
    {"{file: /etc/a, mode: \"0600\", max-depth: 1}", "12:17: when-empty and max-depth go with a set or a glob only"},
    {"{files: pki.keys, mode: \"0600\", max-depth: 0}", "12:60: max-depth: expected an integer from 1 to 16"},
    {"{files: pki.keys, mode: \"0600\", max-depth: 17}", "12:60: max-depth: expected an integer from 1 to 16"},
    {"{files: pki.keys, mode: \"0600\", max-depth: 16}", NULL},
    {"{files: pki.keys, mode: \"0600\", type: socket}", "12:55: type: socket is not known"},
    {"{files: pki.keys, mode: \"0600\", when-empty: passs}",
     "12:61: when-empty: passs is not known; did you mean pass?"},

    {"{setting: kubelet.x, is-not: 1}", "12:17: this test must say `when-unset: pass` or `when-unset: fail`"},
    {"{setting: kubelet.x, none-of: [1]}", "12:17: this test must say `when-unset: pass` or `when-unset: fail`"},
    {"{setting: kubelet.x, contains-none: [a]}", "12:17: this test must say `when-unset: pass` or `when-unset: fail`"},
    {"{setting: kubelet.x, every: {is-not: 1}}", "12:17: this test must say `when-unset: pass` or `when-unset: fail`"},
    {"{setting: kubelet.x, is-not: 1, when-unset: maybe}", "12:61: when-unset: maybe is not known"},
    {"{setting: kubelet.x, is: 1, when-unset: pass}",
     "12:57: when-unset: what this test says of an unset value is fixed"},
    {"{setting: kubelet.x, subset-of: [a], when-unset: pass}", NULL},
    {"{setting: kubelet.x, subset-of: [a]}", NULL},

    {"{setting: kubelet.x, is: null}", "12:42: is: expected a value, found null (unset: true says that)"},
    {"{setting: kubelet.x, is: [a, [b]]}", "12:42: is: expected a value, found a list"},
    {"{setting: kubelet.x, one-of: []}", "12:46: one-of: expected a list of at least one value, found an empty list"},
    {"{setting: kubelet.x, one-of: a}", "12:46: one-of: expected a list of at least one value, found text"},
    {"{setting: kubelet.x, one-of: [a, 1]}", "12:46: one-of: a list of values holds both text and an integer"},
    {"{setting: kubelet.x, one-of: [a, null]}", "12:46: one-of: a list of values holds null"},
    {"{setting: kubelet.x, set: false}", "12:43: set: expected true"},
    {"{setting: kubelet.x, unset: yes}", "12:45: unset: expected true"},
    {"{setting: kubelet.x, loopback: 1}", "12:48: loopback: expected true"},
    {"{setting: kubelet.x, given: maybe}", "12:45: given: expected true or false"},
    {"{setting: kubelet.x, at-least: \"30\"}", "12:48: at-least: expected an integer, found text"},
    {"{setting: kubelet.x, at-least: 5m, as: duration}", NULL},
    {"{setting: kubelet.x, at-least: 5 minutes, as: duration}", "12:48: at-least: not a duration: 5 minutes"},
    {"{setting: kubelet.x, at-least: 5, as: duration}", "12:48: at-least: expected a duration, found an integer"},
    {"{setting: kubelet.x, at-least: a, as: text}", "12:48: at-least: text has no order"},
    {"{setting: kubelet.x, at-least: 5, as: time}", "12:55: as: time is not known"},
    {"{setting: kubelet.x, set: true, as: integer}", "12:43: set takes no `as`"},
    {"{setting: kubelet.x, matches: a, as: integer}", "12:47: matches compares text only"},
    {"{setting: kubelet.x, count-at-least: 0}", "12:54: count-at-least: expected an integer from 1 on"},
    {"{setting: kubelet.x, matches: \"a(\"}",
     "12:47: matches: not a regular expression: missing closing parenthesis at offset 2"},
    {"{setting: kubelet.x, matches: 5}", "12:47: matches: expected text, found an integer"},
    {"{setting: kubelet.x, differs-from: etcd.y}", NULL},
    {"{setting: kubelet.x, differs-from: y}", "12:52: differs-from: y is no setting (COMPONENT.KEY)"},
    {"{fact: platform.name, disjoint-from: etcd.y}", "12:54: disjoint-from is no test for this subject"},
    {"{fact: platform.name, given: true}", "12:46: given is no test for this subject"},
    {"{setting: kubelet.x, every: {loopback: true}}", NULL},
    {"{setting: kubelet.x, every: {set: true}}", "12:51: set cannot be said of every item"},
    {"{setting: kubelet.x, every: {}}", "12:45: every: expected one test"},
    {"{setting: kubelet.x, every: {is: 1, one-of: [1]}}", "12:45: every: expected one test"},
    {"{setting: kubelet.x, every: {iz: 1}}", "12:45: every: expected one test"},
    {"{setting: kubelet.x, is: 1, every: {is: 1}}", "12:17: the test stands inside `every`, not beside it"},

    {"{setting: kubelet.x, at-least: {param: days}}", NULL},
    {"{setting: kubelet.x, at-least: {param: dayz}}", "12:56: param: no parameter dayz is declared in benchmark.yaml"},
    {"{setting: kubelet.x, at-least: {param: 5}}", "12:56: param: expected the name of a parameter"},
    {"{setting: kubelet.x, matches: {param: days}}", "12:55: matches takes no parameter"},
    {"{setting: kubelet.x, at-most: {param: limit}}", NULL},
    {"{setting: kubelet.x, at-most: {param: limit}, as: quantity}",
     "12:55: param: limit is compared as a duration elsewhere"},
    {"{file: /a, mode: {param: days}}",
     "12:42: mode: the default of parameter days: expected a mode, found an integer"},
    {"{setting: kubelet.x, one-of: {param: days}}",
     "12:54: one-of: the default of parameter days: expected a list of at least one value, found an integer"},

    {"{all: []}", "12:23: all: expected a list of at least one expression"},
    {"{any: {}}", "12:23: any: expected a list of at least one expression"},
    {"{any: [{setting: kubelet.x, is: 1}], becaus: b}", "12:54: unknown key becaus; did you mean because?"},
    {"{not: {setting: kubelet.x, is: 1}}", NULL},
    {"{not: []}", "12:23: expected an expression, found a list"},
    {"{when: {setting: kubelet.x, is: 1}, then: {manual: Q?}}", "12:17: when: `else` is missing"},
    {"{when: {setting: kubelet.x, is: 1}, then: {manual: Q?}, else: {manual: R?}, because: b}", NULL},
    {"{manual: Is it?, show: [\"setting: kubelet.x\", {fact: a.b}, \"files: pki.all\"]}", NULL},
    {"{manual: \"\"}", "12:26: manual: expected text, found an empty text"},
    {"{manual: Is it?, show: all}", "12:40: show: expected a list"},
    {"{manual: Is it?, show: [kubelet.x]}",
     "12:41: show: expected `setting: COMPONENT.KEY`, `fact: PATH`, `file: PATH` or `files: SET`"},
    {"{manual: Is it?, show: [\"setting: kublet.x\"]}",
     "12:41: setting: no component is called kublet; did you mean kubelet?"},
    {"{setting: kubelet.x, is: 1, because: \"a\\u001bb\"}",
     "12:54: because: a line break or control character in the text"},
};

#define HEAD                                                                                                           \
  "editions: [{version: \"1.0\"}]\nparameters: {days: {default: 30, title: D}, limit: {default: 5m, as: duration, "    \
  "title: L}}\n"

START_TEST(each_fault_has_its_place) {
  judge j;
  pl_auto_arena pl_arena *arena = pl_arena_new();
  judge_open_control(&j, HEAD, pl_printf(arena, "        fix: F\n        expect: %s", cases[_i].expression));
  const char *expected = cases[_i].fault ? pl_printf(arena, "s.yaml:%s\n", cases[_i].fault) : "";
  ck_assert_msg(pl_equal(judge_faults(&j), expected), "%s\n  gives    %s  expected %s", cases[_i].expression,
                judge_faults(&j), expected);
  ck_assert((j.benchmark == NULL) == (cases[_i].fault != NULL));
  judge_close(&j);
}
END_TEST

START_TEST(all_faults_are_told_at_once) {
  judge j;
  judge_open_control(&j, NULL,
                     "        fix: F\n        expect:\n          all:\n            - {setting: kublet.x, is: 1}\n"
                     "            - {setting: kubelet.x, one-of: []}\n            - {file: a, mode: 600}\n");
  ck_assert_uint_eq(j.faults.total, 3);
  judge_close(&j);
}
END_TEST

START_TEST(conditions_are_shared_by_name) {
  judge j;
  judge_open_control(
      &j,
      "editions: [{version: \"1.0\"}]\nconditions:\n  on: {setting: kubelet.x, is: true, because: it is off}\n"
      "  both: {all: [on, {setting: kubelet.y, is: true}], because: one is off}\n",
      "        fix: F\n        applies: both\n        expect: on\n");
  ck_assert_msg(j.benchmark != NULL, "%s", judge_faults(&j));
  const pl_control *control = &j.benchmark->controls[0];
  ck_assert_int_eq(control->applies->kind, PL_EXPR_ALL);
  ck_assert_ptr_eq(control->applies->children[0], control->expect);
  judge_close(&j);
}
END_TEST

/* `all` of the condition nine (itself 9 parts) as often as TIMES, and of ONES that has no parts below it. */
static size_t faults_of_parts(size_t times, size_t ones) {
  judge j;
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, 1u << 20);
  pl_buffer_text(&text, "        fix: F\n        expect: {all: [");
  for (size_t i = 0; i < times + ones; i++)
    pl_buffer_printf(&text, "%s%s", i ? ", " : "", i < times ? "nine" : "one");
  pl_buffer_text(&text, "]}\n");
  judge_open_control(&j,
                     "editions: [{version: \"1.0\"}]\nconditions:\n  one: {setting: kubelet.x, is: 1}\n  nine: {all: "
                     "[one, one, one, {not: one}, {not: one}, one]}\n",
                     text.data);
  size_t faults = j.faults.total;
  if (faults)
    ck_assert_str_eq(j.faults.items[0].text, "more than 1000 parts, those of named conditions included");
  judge_close(&j);
  return faults;
}

START_TEST(what_an_expression_grows_to_is_capped) {
  ck_assert_int_eq(PL_EXPRESSION_PARTS_MAX, 1000);
  ck_assert_uint_eq(faults_of_parts(111, 0), 0); /* with the outer one a thousand */
  ck_assert_uint_eq(faults_of_parts(111, 1), 1);
}
END_TEST

START_TEST(conditions_come_before_their_use) {
  judge j;
  judge_open_control(&j, "editions: [{version: \"1.0\"}]\nconditions:\n  a: {not: b}\n  b: {manual: Q?}\n",
                     "        fix: F\n        expect: b\n");
  ck_assert_str_eq(judge_faults(&j), "benchmark.yaml:6:12: no condition b is declared in benchmark.yaml\n");
  judge_close(&j);
}
END_TEST

START_TEST(a_leaf_is_read_as_written) {
  judge j;
  judge_open_control(&j, NULL,
                     "        fix: F\n        expect: {setting: kube-apiserver.a.b, every: {at-most: 5m}, as: "
                     "duration, because: B}\n");
  const pl_expression *leaf = j.benchmark->controls[0].expect;
  ck_assert_int_eq(leaf->kind, PL_EXPR_SETTING);
  ck_assert_str_eq(leaf->component, "kube-apiserver");
  ck_assert_str_eq(leaf->key, "a.b");
  ck_assert(leaf->every);
  ck_assert_int_eq(leaf->test, PL_TEST_AT_MOST);
  ck_assert_int_eq(leaf->as, PL_AS_DURATION);
  ck_assert_str_eq(leaf->because, "B");
  ck_assert_uint_eq(leaf->line, 12);
  judge_close(&j);
}
END_TEST

Suite *suite_expression(void);
Suite *suite_expression(void) {
  Suite *suite = suite_create("expression");
  TCase *tests = tcase_create("expression");
  tcase_add_loop_test(tests, each_fault_has_its_place, 0, (int)COUNT(cases));
  tcase_add_test(tests, all_faults_are_told_at_once);
  tcase_add_test(tests, conditions_are_shared_by_name);
  tcase_add_test(tests, what_an_expression_grows_to_is_capped);
  tcase_add_test(tests, conditions_come_before_their_use);
  tcase_add_test(tests, a_leaf_is_read_as_written);
  suite_add_tcase(suite, tests);
  return suite;
}
