/* The site file: what it may hold, and every fault of it. */
#include <check.h>

#include "judge_support.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define HEAD                                                                                                           \
  "editions: [{version: \"1.0\"}]\nparameters: {days: {default: 30, title: D}, limit: {as: duration, title: L},"       \
  " spaces: {default: [a], title: S}, owner: {default: \"etcd:etcd\", as: owner, title: O}, free: {title: F}, "        \
  "banned: {title: B}, shapes: {as: glob, title: S}}"
#define CONTROL                                                                                                        \
  "        fix: F\n        expect: {all: [{setting: kubelet.x, at-least: {param: days}}, {setting: kubelet.x, "        \
  "at-most: {param: limit}}, {setting: kubelet.y, none-of: {param: banned}, when-unset: pass}, "                       \
  "{setting: kubelet.y, none-of: {param: shapes}, when-unset: pass}]}\n"

static judge j;
static void setup(void) { judge_open_control(&j, HEAD, CONTROL); }
static void teardown(void) { judge_close(&j); }

static pl_site *read_site(const char *text) {
  return pl_site_read(j.arena, (pl_bytes){text, strlen(text)}, "site.yaml", &j.faults);
}

#define WAIVER "waivers:\n  - {key: k, scope: \"*\", reason: R, approver: A, expires: 2026-06-30}\n"

static const struct {
  const char *text, *faults;
} cases[] = {
    {"", ""},
    {WAIVER, ""},
    {"site: {name: north}\nwaivers: []\nparameters: {}\nsystem-namespaces: [kube-system]\napproved-agents: "
     "[falcon]\nstatements: []\n",
     ""},
    {"waiver: []\n", "site.yaml:1:1: unknown key waiver in site file; did you mean waivers?\n"},
    {"more: 1\nwaivers:\n  - {key: k, expires: soon, note: N}\nstatements:\n  - {about: k, date: soon}\n",
     "site.yaml:1:1: unknown key more in site file\nsite.yaml:3:29: unknown key note in waiver\n"
     "site.yaml:3:5: waiver must have scope\nsite.yaml:3:5: waiver must have reason\nsite.yaml:3:5: waiver must have "
     "approver\nsite.yaml:3:23: expires: not a date or UTC time like 2026-01-31 or 2026-01-31T00:00:00Z: soon\n"
     "site.yaml:5:5: statement must have says\nsite.yaml:5:5: statement must have text\nsite.yaml:5:5: statement must "
     "have by\nsite.yaml:5:22: date: not a date or UTC time like 2026-01-31 or 2026-01-31T00:00:00Z: soon\n"},
    {"waivers: {}\n", "site.yaml:1:10: waivers: expected a list, found a map\n"},
    {"waivers:\n  - {key: k, scope: \"*\", approver: A, expires: 2026-06-30}\n",
     "site.yaml:2:5: waiver must have reason\n"},
    {"waivers:\n  - {}\n", "site.yaml:2:5: waiver must have key\nsite.yaml:2:5: waiver must have scope\nsite.yaml:2:5: "
                           "waiver must have reason\n"
                           "site.yaml:2:5: waiver must have approver\nsite.yaml:2:5: waiver must have expires\n"},
    {"waivers:\n  - {key: k, scope: [], reason: R, approver: A, expires: 2026-06-30}\n",
     "site.yaml:2:5: scope: expected \"*\" or names of nodes\n"},
    {"waivers:\n  - {key: k, scope: [\"a-*\", b], reason: R, approver: A, expires: 2026-06-30T12:00:00Z}\n", ""},
    {"waivers:\n  - {key: k, scope: n, reason: \"\", approver: A, expires: 2026-06-30}\n",
     "site.yaml:2:32: reason: expected text, found an empty text\n"},
    {"waivers:\n  - {key: k, scope: n, reason: R, approver: A, expires: never}\n", "site.yaml:2:57: expires: "},
    {"waivers:\n  - {key: k, scope: n, reason: R, approver: A, expires: 2026-02-30}\n", "site.yaml:2:57: expires: "},
    {"waivers:\n  - {key: k, scope: n, reason: R, approver: A, expires: 20260630}\n", "site.yaml:2:57: "},
    {"waivers:\n  - {key: k, scope: n, reason: R, approver: A, expires: 2026-06-30, note: N}\n",
     "site.yaml:2:69: unknown key note in waiver\n"},
    {"statements:\n  - {about: k, says: pass, text: T, by: B, date: 2026-01-01}\n", ""},
    {"statements:\n  - {about: k, says: error, text: T, by: B, date: 2026-01-01}\n",
     "site.yaml:2:22: says of statement must be one of pass, fail, not-applicable, not \"error\"\n"},
    {"statements:\n  - {about: k, says: pass, text: T, by: B, date: soon}\n", "site.yaml:2:50: date: "},
    {"statements:\n  - {about: k, says: pass, text: T, by: B, date: 2026-01-01}\n  - {about: k, says: fail, text: T, "
     "by: B, date: 2026-01-01}\n",
     "site.yaml:3:5: two statements about k\n"},
    {"parameters: [days]\n", "site.yaml:1:13: parameters: expected a map of names, found a list\n"},
    {"system-namespaces: kube-system\n", "site.yaml:1:20: system-namespaces: expected a list, found text\n"},
    {"system-namespaces: [5]\n", "site.yaml:1:21: system-namespaces: expected text, found an integer\n"},
    {"site: {name: \"a\\u001b[1m\"}\n", "site.yaml:1:14: name: a control character in the text\n"},
};

START_TEST(faults_of_the_file) {
  const pl_site *site = read_site(cases[_i].text);
  ck_assert_msg(pl_starts(judge_faults(&j), cases[_i].faults), "%s not %s", judge_faults(&j), cases[_i].faults);
  ck_assert((site == NULL) == (*cases[_i].faults != '\0'));
  ck_assert((j.faults.total == 0) == (*cases[_i].faults == '\0'));
}
END_TEST

static const struct {
  const char *parameter, *fault;
} parameter_cases[] = {
    {"days: 60", ""},
    {"days: \"60\"", "site.yaml:1:20: parameter days: expected an integer, found text\n"},
    {"days: [60]", "site.yaml:1:20: parameter days: expected an integer, found a list\n"},
    {"dayz: 60", "site.yaml:1:14: no benchmark has a parameter dayz; did you mean days?\n"},
    {"limit: 300s", ""},
    {"limit: 300", "site.yaml:1:21: parameter limit: expected a duration, found an integer\n"},
    {"limit: 5 min", "site.yaml:1:21: parameter limit: not a duration: 5 min\n"},
    {"limit: [5m]", "site.yaml:1:21: parameter limit: expected a duration, found a list\n"},
    {"banned: [a, b]", ""},
    {"banned: a", "site.yaml:1:22: parameter banned: expected a list, found text\n"},
    {"shapes: [\"a*\"]", ""},
    {"shapes: \"a*\"", "site.yaml:1:22: parameter shapes: expected a list, found text\n"},
    {"shapes: [5]", "site.yaml:1:22: parameter shapes: expected a pattern, found an integer\n"},
    {"system-namespaces: [a]",
     "site.yaml:1:33: parameter system-namespaces: it stands beside `parameters`, not below\n"},
    {"spaces: [a, b]", ""},
    {"spaces: [a, 5]", "site.yaml:1:22: parameter spaces: expected a list of text, found an integer in it\n"},
    {"spaces: a", "site.yaml:1:22: parameter spaces: expected a list, found text\n"},
    {"owner: \"root:root\"", ""},
    {"owner: root", "site.yaml:1:21: parameter owner: expected USER:GROUP\n"},
    {"free: 5", ""},
    {"free: text", ""},
    {"free: {a: 1}", "site.yaml:1:20: parameter free: expected a value, found a map\n"},
};

START_TEST(parameters_have_the_type_of_their_default) {
  const pl_benchmark *benchmark = j.benchmark;
  const pl_site *site = read_site(pl_printf(j.arena, "parameters: {%s}\n", parameter_cases[_i].parameter));
  ck_assert_ptr_nonnull(site);
  bool good = pl_site_check(j.arena, site, &benchmark, 1, j.data, &j.faults);
  ck_assert_str_eq(judge_faults(&j), parameter_cases[_i].fault);
  ck_assert(good == (*parameter_cases[_i].fault == '\0'));
}
END_TEST

/* One site file serves runs of one benchmark too. */
START_TEST(parameters_of_a_benchmark_that_is_not_loaded_are_known) {
  const pl_site *site = read_site("parameters: {days: 60}\n");
  ck_assert(pl_site_check(j.arena, site, NULL, 0, j.data, &j.faults));
  site = read_site("parameters: {banned: [a], shapes: [a], limit: 5m}\n");
  ck_assert(pl_site_check(j.arena, site, NULL, 0, j.data, &j.faults));
  site = read_site("parameters: {days: text}\n");
  ck_assert(!pl_site_check(j.arena, site, NULL, 0, j.data, &j.faults));
}
END_TEST

START_TEST(a_site_is_read_as_written) {
  const pl_site *site =
      read_site("site: {name: north}\nparameters: {days: 7}\nsystem-namespaces: [kube-system]\n" WAIVER
                "statements: [{about: k, says: not-applicable, text: T, by: B, date: 2026-01-01}]\n");
  ck_assert_ptr_nonnull(site);
  ck_assert_str_eq(site->shown, "site.yaml");
  ck_assert_str_eq(site->name, "north");
  ck_assert_uint_eq(site->waiver_count, 1);
  ck_assert_str_eq(site->waivers[0].approver, "A");
  ck_assert_int_eq(site->waivers[0].expires, 1782864000); /* 2026-07-01T00:00:00Z: the day itself is included */
  ck_assert_int_eq(site->statements[0].says, PL_SAYS_NOT_APPLICABLE);
  ck_assert_int_eq(pl_site_parameter(site, "days")->integer, 7);
  ck_assert_ptr_eq(pl_site_parameter(site, "system-namespaces"), site->system_namespaces);
  ck_assert_ptr_null(pl_site_parameter(site, "approved-agents"));
  ck_assert_ptr_null(pl_site_parameter(site, "limit"));
  ck_assert_ptr_null(pl_site_parameter(NULL, "days"));
}
END_TEST

Suite *suite_site(void);
Suite *suite_site(void) {
  Suite *suite = suite_create("site");
  TCase *tests = tcase_create("site");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_loop_test(tests, faults_of_the_file, 0, (int)COUNT(cases));
  tcase_add_loop_test(tests, parameters_have_the_type_of_their_default, 0, (int)COUNT(parameter_cases));
  tcase_add_test(tests, parameters_of_a_benchmark_that_is_not_loaded_are_known);
  tcase_add_test(tests, a_site_is_read_as_written);
  suite_add_tcase(suite, tests);
  return suite;
}
