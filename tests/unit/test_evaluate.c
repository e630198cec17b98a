/* From facts to results: files, instances, tables, fixes, letters, and facts of any shape. */
#include <check.h>
#include <stdio.h>

#include "judge_support.h"
#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define VANTAGE      "\"vantage\": {\"owners_trustworthy\": true, \"processes\": \"complete\"}"
#define FIX          "        fix: F\n"

static judge j;
static void teardown(void) { judge_close(&j); }

static void assert_result(const pl_result *result, pl_verdict verdict, const char *reason) {
  ck_assert_msg(result->verdict == verdict && (!reason || pl_equal(result->reason, reason)), "%s %s\n  not %s %s",
                pl_verdict_name(result->verdict), result->reason, pl_verdict_name(verdict), reason ? reason : "");
}

/* ---- files ---- */

typedef struct file_case {
  const char *leaf, *facts;
  pl_verdict verdict;
  const char *reason;
} file_case;

#define ROOT_0600                                                                                                      \
  "{\"type\": \"file\", \"mode\": \"0600\", \"uid\": 0, \"gid\": 0, \"owner\": \"root\", \"group\": \"root\"}"
#define BOB_4644                                                                                                       \
  "{\"type\": \"file\", \"mode\": \"4644\", \"uid\": 1000, \"gid\": 100, \"owner\": \"bob\", \"group\": \"users\"}"
#define A(entry) "\"files\": {\"/a\": " entry "}"

static const file_case file_cases[] = {
    {"file: /a, mode: \"0600\"", A(ROOT_0600), PL_PASS, "/a has mode 0600, as it must (0600 or stricter)."},
    {"file: /a, mode: \"0644\"", A(ROOT_0600), PL_PASS, NULL},
    {"file: /a, mode: \"0400\"", A(ROOT_0600), PL_FAIL, "/a has mode 0600; it must have mode 0400 or stricter."},
    {"file: /a, mode: \"0755\"", A(BOB_4644), PL_FAIL, "/a has mode 4644; it must have mode 0755 or stricter."},
    {"file: /a, mode: \"4755\"", A(BOB_4644), PL_PASS, NULL},
    {"file: /a, mode: \"0600\"", A("{\"absent\": true}"), PL_NOT_APPLICABLE, "there is no /a."},
    {"file: /a, mode: \"0600\"", A("{\"unreadable\": \"on nfs mount\"}"), PL_ERROR,
     "/a cannot be judged: on nfs mount."},
    {"file: /a, mode: \"0600\"", "\"files\": {}", PL_ERROR, "/a cannot be judged: it was not collected."},
    {"file: /a, mode: \"0600\"", "\"files\": 5", PL_ERROR, NULL},
    {"file: /a, mode: \"0600\"", "\"globs\": {\"/a\": {\"paths\": [], \"complete\": true}}", PL_NOT_APPLICABLE, NULL},
    {"file: /a, mode: \"0600\"", "\"globs\": {\"/a\": {\"paths\": [], \"complete\": false}}", PL_ERROR, NULL},
    {"file: /a, mode: \"0600\"", A("{\"type\": \"file\", \"mode\": \"rw\"}"), PL_ERROR, NULL},
    {"file: /a, mode: \"0600\"", A("{\"type\": \"file\", \"mode\": 384}"), PL_ERROR, NULL},
    {"file: /a, mode: \"0600\"", A("{\"mode\": \"0600\"}"), PL_ERROR, NULL},
    {"file: /a, mode: \"0600\"", A("{\"type\": \"link\", \"mode\": \"0777\"}"), PL_ERROR,
     "/a cannot be judged: it is a link that leads nowhere."},
    {"file: /a, owner: \"root:root\"", A(ROOT_0600), PL_PASS, "/a belongs to root:root, as it must."},
    {"file: /a, owner: \"0:0\"", A(ROOT_0600), PL_PASS, NULL},
    {"file: /a, owner: \"root:root\"", A(BOB_4644), PL_FAIL, "/a belongs to bob:users; it must belong to root:root."},
    {"file: /a, owner: \"bob:users\"", A(BOB_4644), PL_PASS, NULL},
    {"file: /a, owner: \"1000:users\"", A(BOB_4644), PL_PASS, NULL},
    {"file: /a, owner: \"bob:root\"", A(BOB_4644), PL_FAIL, NULL},
    {"file: /a, owner: \"root:root\"",
     A("{\"type\": \"file\", \"uid\": 5, \"gid\": 0, \"owner\": \"root\", \"group\": \"root\"}"), PL_FAIL, NULL},
    {"file: /a, owner: \"root:root\"", A("{\"type\": \"file\", \"owner\": \"root\", \"group\": \"root\"}"), PL_ERROR,
     NULL},
    {"file: /a, owner: \"etcd:etcd\"", A("{\"type\": \"file\", \"uid\": 0}"), PL_ERROR, NULL},
    {"file: /a, owner: \"etcd:etcd\"",
     A(ROOT_0600) ", \"host\": {\"accounts\": {\"users\": {\"etcd\": null}, \"groups\": {\"etcd\": null}}}", PL_FAIL,
     "/a belongs to root:root, and the node has no user etcd; it must belong to etcd:etcd."},
    {"file: /a, owner: \"etcd:etcd\"",
     A(ROOT_0600) ", \"host\": {\"accounts\": {\"users\": {\"etcd\": 101}, \"groups\": {\"etcd\": null}}}", PL_FAIL,
     "/a belongs to root:root, and the node has no group etcd; it must belong to etcd:etcd."},
    {"file: /a, owner: \"etcd:etcd\"", A(ROOT_0600) ", \"host\": {\"accounts\": {\"unreadable\": \"r\"}}", PL_ERROR,
     "/a cannot be judged: the node's accounts could not be read: r."},
    {"file: /a, owner: \"root:root\"", A(ROOT_0600) ", \"host\": {\"accounts\": {\"unreadable\": \"r\"}}", PL_PASS,
     NULL},
    {"file: /a, exists: true", A(ROOT_0600), PL_PASS, "/a is there, a file, as it must."},
    {"file: /a, exists: true", A("{\"absent\": true}"), PL_FAIL, "there is no /a; it must exist."},
    {"file: /a, exists: true", A("{\"type\": \"link\"}"), PL_FAIL, NULL},
    {"file: /a, exists: true, type: directory", A(ROOT_0600), PL_FAIL,
     "/a is there, a file; it must exist as a directory."},
    {"file: /a, mode: \"0600\", type: directory", A(ROOT_0600), PL_NOT_APPLICABLE, "/a is a file and no directory."},
    {"file: /a, mode: \"0600\", type: file", A(ROOT_0600), PL_PASS, NULL},
    {"file: /a, absent: true, type: directory", A(ROOT_0600), PL_PASS, NULL},
    {"file: /a, absent: true, type: file", A(ROOT_0600), PL_FAIL, NULL},
    {"file: /a, absent: true", A("{\"type\": \"link\"}"), PL_FAIL, NULL},
    {"file: /a, exists: true", "\"files\": {}", PL_ERROR, NULL},
    {"file: /a, absent: true", A("{\"absent\": true}"), PL_PASS, "there is no /a, as it must be."},
    {"file: /a, absent: true", A(ROOT_0600), PL_FAIL, "/a is there, a file; it must be absent."},
    {"file: /a, absent: true", A("{\"unreadable\": \"r\"}"), PL_ERROR, NULL},
    {"not: {file: /a, exists: true}", A("{\"absent\": true}"), PL_PASS, NULL},
    {"not: {file: /a, mode: \"0600\"}", A("{\"absent\": true}"), PL_NOT_APPLICABLE, NULL},
};

/* The expression of each case becomes a control of its own; their facts differ, so each is a run. */
START_TEST(one_file) {
  const file_case *one = &file_cases[_i];
  pl_auto_arena pl_arena *arena = pl_arena_new();
  judge_open_control(&j, NULL, pl_printf(arena, "        expect: {%s}\n" FIX, one->leaf));
  assert_result(judge_facts(&j, pl_printf(arena, "{" VANTAGE ", %s}", one->facts)), one->verdict, one->reason);
}
END_TEST

START_TEST(owners_that_cannot_be_trusted_are_not_judged) {
  judge_open_control(&j, NULL, "        expect: {file: /a, owner: \"root:root\"}\n" FIX);
  assert_result(judge_facts(&j, "{\"vantage\": {\"owners_trustworthy\": false}, " A(ROOT_0600) "}"), PL_ERROR,
                "/a cannot be judged: owners cannot be told from where the facts were collected.");
  assert_result(judge_facts(&j, "{" A(ROOT_0600) "}"), PL_ERROR, NULL);
}
END_TEST

#define SET(paths, complete, because)                                                                                  \
  "\"file_sets\": {\"pki.keys\": {\"paths\": " paths ", \"complete\": " complete ", \"because\": " because "}}"
#define TWO_FILES                                                                                                      \
  "\"files\": {\"/p/a.key\": " ROOT_0600 ", \"/p/b.key\": " BOB_4644                                                   \
  ", \"/p/d\": {\"type\": \"directory\", \"mode\": \"0755\"}}"

static const file_case set_cases[] = {
    {"mode: \"0600\"", SET("[\"/p/a.key\"]", "true", "null"), PL_PASS,
     "/p/a.key has mode 0600, as it must (0600 or stricter)."},
    {"mode: \"0600\"", SET("[\"/p/a.key\", \"/p/b.key\"]", "true", "null"), PL_FAIL,
     "/p/b.key has mode 4644; it must have mode 0600 or stricter."},
    {"mode: \"4777\"", SET("[\"/p/a.key\", \"/p/b.key\"]", "true", "null"), PL_PASS,
     "all 2 paths of pki.keys have mode 4777 or stricter, as they must."},
    {"mode: \"0600\"", SET("[\"/p/a.key\"]", "false", "\"permission denied\""), PL_ERROR,
     "the list of pki.keys is not complete: permission denied."},
    {"mode: \"0600\"", SET("[\"/p/b.key\"]", "false", "\"permission denied\""), PL_FAIL, NULL},
    {"mode: \"0600\"", SET("[]", "false", "\"permission denied\""), PL_ERROR, NULL},
    {"mode: \"0600\"", SET("[]", "true", "\"no PKI here\""), PL_NOT_APPLICABLE, "pki.keys: no PKI here."},
    {"mode: \"0600\", when-empty: pass", SET("[]", "true", "\"no PKI here\""), PL_PASS, NULL},
    {"mode: \"0600\", when-empty: fail", SET("[]", "true", "\"no PKI here\""), PL_FAIL, NULL},
    {"mode: \"0600\", when-empty: error", SET("[]", "true", "\"no PKI here\""), PL_ERROR, NULL},
    {"exists: true", SET("[]", "true", "\"no PKI here\""), PL_FAIL, NULL},
    {"absent: true", SET("[]", "true", "\"no PKI here\""), PL_PASS, NULL},
    {"absent: true", SET("[]", "false", "\"r\""), PL_ERROR, NULL},
    {"mode: \"0600\"", SET("[\"/p/gone\"]", "true", "null"), PL_ERROR, NULL},
    {"mode: \"0600\"", SET("[5]", "true", "null"), PL_ERROR, NULL},
    {"mode: \"0600\"", SET("[]", "1", "null"), PL_ERROR, NULL},
    {"mode: \"0600\"",
     "\"file_sets\": {\"pki.keys\": {\"paths\": [\"/p/a.key\"], \"complete\": true, \"unobservable\": true}}", PL_ERROR,
     NULL},
    {"mode: \"0600\"", "\"file_sets\": {\"pki.keys\": {\"unreadable\": \"r\"}}", PL_ERROR,
     "pki.keys cannot be told: r."},
    {"mode: \"0600\"", "\"file_sets\": []", PL_ERROR, "pki.keys cannot be told: it was not collected."},
    {"mode: \"0600\", type: file", SET("[\"/p/a.key\", \"/p/d\"]", "true", "null"), PL_PASS, NULL},
    {"mode: \"0600\", type: directory", SET("[\"/p/a.key\", \"/p/d\"]", "true", "null"), PL_FAIL,
     "/p/d has mode 0755; it must have mode 0600 or stricter."},
    {"mode: \"0600\", type: directory", SET("[\"/p/a.key\"]", "true", "null"), PL_NOT_APPLICABLE,
     "pki.keys of type directory: nothing of the kind is there."},
};

START_TEST(a_set_of_files) {
  const file_case *one = &set_cases[_i];
  pl_auto_arena pl_arena *arena = pl_arena_new();
  judge_open_control(&j, NULL, pl_printf(arena, "        expect: {files: pki.keys, %s}\n" FIX, one->leaf));
  assert_result(judge_facts(&j, pl_printf(arena, "{" VANTAGE ", " TWO_FILES ", %s}", one->facts)), one->verdict,
                one->reason);
}
END_TEST

START_TEST(a_path_of_a_set_that_is_gone_is_an_error) {
  judge_open_control(&j, NULL, "        expect: {files: pki.keys, mode: \"0600\"}\n" FIX);
  assert_result(judge_facts(&j, "{" SET("[\"/a\"]", "true", "null") ", " A("{\"absent\": true}") "}"), PL_ERROR,
                "/a belongs to pki.keys but is not there.");
}
END_TEST

START_TEST(depth_counts_from_what_the_pattern_fixes) {
  judge_open_control(&j, NULL, "        expect: {files: \"/d/**\", mode: \"0600\", max-depth: 1}\n" FIX);
  const char *facts = "{\"globs\": {\"/d/**\": {\"paths\": [\"/d/a\", \"/d/e/b\"], \"complete\": true}},"
                      " \"files\": {\"/d/a\": " ROOT_0600 ", \"/d/e/b\": " BOB_4644 "}}";
  assert_result(judge_facts(&j, facts), PL_PASS, NULL);
  ck_assert_uint_eq(j.run.benchmarks[0].results[0].observation_count, 1);
}
END_TEST

/* Five are named, the rest counted, all are observations. */
static const char *many_files(pl_arena *arena, size_t good, size_t bad) {
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, 16u << 20);
  pl_buffer_text(&text, "{\"file_sets\": {\"pki.keys\": {\"complete\": true, \"paths\": [");
  for (size_t i = 0; i < good + bad; i++)
    pl_buffer_printf(&text, "%s\"/p/%05zu\"", i ? ", " : "", i);
  pl_buffer_text(&text, "]}}, \"files\": {");
  for (size_t i = 0; i < good + bad; i++)
    pl_buffer_printf(&text, "%s\"/p/%05zu\": %s", i ? ", " : "", i, i < good ? ROOT_0600 : BOB_4644);
  pl_buffer_text(&text, "}}");
  return pl_buffer_take(&text, arena).data;
}

START_TEST(many_failing_files_are_counted) {
  judge_open_control(&j, NULL, "        expect: {files: pki.keys, mode: \"0600\"}\n" FIX);
  const pl_result *result = judge_facts(&j, many_files(j.arena, 3, 8));
  ck_assert_int_eq(result->verdict, PL_FAIL);
  ck_assert_ptr_nonnull(strstr(result->reason, "/p/00007 has mode 4644"));
  ck_assert_ptr_null(strstr(result->reason, "/p/00008"));
  ck_assert_msg(pl_ends(result->reason, " 3 more like this stand among the observations."), "%s", result->reason);
  ck_assert_uint_eq(result->observation_count, 11);
}
END_TEST

START_TEST(observations_are_capped_and_failures_kept) {
  judge_open_control(&j, NULL, "        expect: {files: pki.keys, mode: \"0600\"}\n" FIX);
  const pl_result *result = judge_facts(&j, many_files(j.arena, PL_OBSERVATIONS_MAX, 0));
  ck_assert_uint_eq(result->observation_count, PL_OBSERVATIONS_MAX);
  result = judge_facts(&j, many_files(j.arena, PL_OBSERVATIONS_MAX, 30));
  ck_assert_uint_eq(result->observation_count, PL_OBSERVATIONS_MAX + 1);
  ck_assert_str_eq(result->observations[PL_OBSERVATIONS_MAX].what, "further observations");
  size_t failing = 0;
  for (size_t i = 0; i < result->observation_count; i++)
    failing += result->observations[i].verdict == PL_FAIL;
  ck_assert_uint_eq(failing, 30);
}
END_TEST

/* ---- components ---- */

#define ANONYMOUS "        expect: {setting: kubelet.x, is: false}\n" FIX
#define APPLIES                                                                                                        \
  "        applies: {fact: components.kubelet.state, one-of: [running, configured], because: no kubelet runs here}\n"

static const file_case state_cases[] = {
    {ANONYMOUS, "\"components\": {\"kubelet\": {\"state\": \"absent\", \"because\": \"no process\"}}", PL_ERROR,
     "kubelet x cannot be told: kubelet is absent (no process)."},
    {ANONYMOUS, "\"components\": {\"kubelet\": {\"state\": \"unobservable\", \"because\": \"another PID namespace\"}}",
     PL_ERROR, "kubelet x cannot be told: kubelet cannot be observed (another PID namespace)."},
    {ANONYMOUS, "\"components\": {\"kubelet\": {}}", PL_ERROR,
     "kubelet x cannot be told: the state of kubelet was not collected."},
    {ANONYMOUS, "\"components\": {\"kubelet\": {\"state\": \"sleeping\"}}", PL_ERROR, NULL},
    {ANONYMOUS, "\"components\": {\"kubelet\": {\"unreadable\": \"r\"}}", PL_ERROR, "kubelet x cannot be told: r."},
    {ANONYMOUS, "\"components\": {\"kubelet\": {\"state\": \"running\", \"settings\": {\"unreadable\": \"r\"}}}",
     PL_ERROR, NULL},
    {ANONYMOUS, "\"components\": {\"kubelet\": {\"state\": \"configured\", \"settings\": {\"x\": {\"value\": false}}}}",
     PL_PASS, NULL},
    {ANONYMOUS,
     "\"components\": {\"kubelet\": {\"state\": \"configured\", \"settings\": {\"x\": {\"value\": false, \"refused\": "
     "\"bad\"}}}}",
     PL_ERROR, "kubelet x cannot be told: refused by the component: bad; it would not start with it."},
    {ANONYMOUS, "\"components\": []", PL_ERROR, NULL},
    {APPLIES ANONYMOUS, "\"components\": {\"kubelet\": {\"state\": \"absent\", \"because\": \"no process\"}}",
     PL_NOT_APPLICABLE, "No kubelet runs here (kubelet state is absent (no process))."},
    {APPLIES ANONYMOUS, "\"components\": {\"kubelet\": {\"state\": \"unobservable\", \"because\": \"hidden\"}}",
     PL_ERROR, "whether this applies cannot be told: kubelet state cannot be told: hidden."},
    {APPLIES ANONYMOUS, "\"components\": {}", PL_ERROR, NULL},
    {APPLIES ANONYMOUS,
     "\"components\": {\"kubelet\": {\"state\": \"running\", \"settings\": {\"x\": {\"value\": true}}}}", PL_FAIL,
     NULL},
    {"        applies: {not: {fact: components.kubelet.state, is: absent}, because: no kubelet}\n" ANONYMOUS,
     "\"components\": {\"kubelet\": {\"state\": \"unobservable\"}}", PL_ERROR, NULL},
    {"        applies: {not: {all: [{fact: platform.roles.etcd, is: false}, {fact: platform.roles.x, is: false}]}, "
     "because: neither}\n" ANONYMOUS,
     "\"platform\": {\"roles\": {\"etcd\": false, \"x\": false}}", PL_NOT_APPLICABLE,
     "Neither (platform.roles.etcd is false; platform.roles.x is false)."},
    {"        applies: {files: pki.keys, exists: true, because: no keys here}\n" ANONYMOUS,
     SET("[]", "true", "\"none\""), PL_NOT_APPLICABLE, "No keys here (pki.keys: none)."},
    {"        expect: {fact: platform.roles.etcd, is: true}\n" FIX, "\"platform\": {\"roles\": {\"etcd\": true}}",
     PL_PASS, "platform.roles.etcd is true, as it must be."},
    {"        expect: {fact: platform.roles.etcd, is: true}\n" FIX,
     "\"platform\": {\"roles\": {\"unreadable\": \"r\"}}", PL_ERROR, NULL},
    {"        expect: {fact: platform.roles.etcd, is: true}\n" FIX, "\"platform\": {\"roles\": null}", PL_FAIL,
     "platform.roles.etcd is unset; it must be true."},
    {"        expect: {fact: platform.roles.etcd, unset: true}\n" FIX, "\"platform\": {}", PL_ERROR, NULL},
    {"        expect: {fact: file_sets.pki.keys.complete, is: true}\n" FIX, SET("[]", "true", "null"), PL_PASS, NULL},
};

START_TEST(states_of_components) {
  const file_case *one = &state_cases[_i];
  pl_auto_arena pl_arena *arena = pl_arena_new();
  judge_open_control(&j, NULL, one->leaf);
  assert_result(judge_facts(&j, pl_printf(arena, "{%s}", one->facts)), one->verdict, one->reason);
}
END_TEST

START_TEST(what_was_overruled_is_shown) {
  judge_open_control(&j, NULL, ANONYMOUS);
  const pl_result *result = judge_facts(
      &j, judge_kubelet(
              &j, "{\"value\": false, \"from\": {\"layer\": \"flag\", \"where\": \"pid 7 argv[2]\"}, \"overridden\": ["
                  "{\"value\": true, \"from\": {\"layer\": \"default\"}},"
                  "{\"value\": true, \"from\": {\"layer\": \"file\", \"where\": \"/c.yaml\", \"line\": 4}}]}"));
  ck_assert_str_eq(result->observations[0].what, "kubelet x");
  ck_assert_str_eq(result->observations[0].value, "false");
  ck_assert_str_eq(result->observations[0].layer, "flag");
  ck_assert_str_eq(result->observations[0].where, "pid 7 argv[2]");
  ck_assert_str_eq(result->observations[0].overrides, "file /c.yaml:4 says true");
  ck_assert_str_eq(result->expected, "kubelet x must be false");
}
END_TEST

#define INSTANCE(pid, value)                                                                                           \
  "{\"state\": \"running\", \"processes\": [{\"pid\": " pid "}], \"settings\": {\"x\": {\"value\": " value "}}"

START_TEST(the_worst_of_several_instances_wins) {
  judge_open_control(&j, NULL, ANONYMOUS);
  const char *facts =
      "{\"components\": {\"kubelet\": " INSTANCE("7", "false") ", \"others\": [" INSTANCE("8", "true") "}]}}}";
  assert_result(judge_facts(&j, facts), PL_FAIL, "kubelet (pid 8) x is true; it must be false.");
  const pl_result *result = &j.run.benchmarks[0].results[0];
  ck_assert_uint_eq(result->observation_count, 2);
  ck_assert_str_eq(result->observations[0].what, "kubelet (pid 7) x");
  ck_assert_str_eq(result->expected, "kubelet (pid 7) x must be false");
}
END_TEST

static const char *instances(pl_arena *arena, size_t count) {
  const char *text = "{\"components\": {\"kubelet\": " INSTANCE("1", "false") ", \"others\": [";
  for (size_t i = 1; i < count; i++)
    text = pl_printf(arena, "%s%s" INSTANCE("%zu", "false") "}", text, i > 1 ? ", " : "", i + 1);
  return pl_printf(arena, "%s]}}}", text);
}

START_TEST(combinations_of_instances_are_capped) {
  judge_open_control(&j, NULL, ANONYMOUS);
  assert_result(judge_facts(&j, instances(j.arena, PL_INSTANCES_MAX)), PL_PASS, NULL);
  assert_result(judge_facts(&j, instances(j.arena, PL_INSTANCES_MAX + 1)), PL_ERROR,
                "only the first 64 combinations of instances were judged.");
}
END_TEST

START_TEST(two_components_are_combined) {
  judge_open_control(
      &j, NULL, "        expect: {setting: etcd.trusted-ca-file, differs-from: kube-apiserver.client-ca-file}\n" FIX);
  const char *facts =
      "{\"components\": {\"etcd\": {\"state\": \"running\", \"settings\": {\"trusted-ca-file\": {\"value\": \"/e\"}},"
      " \"others\": [{\"state\": \"running\", \"processes\": [{\"pid\": 3}], \"settings\": {\"trusted-ca-file\": "
      "{\"value\": \"/k\"}}}]},"
      "\"kube-apiserver\": {\"state\": \"running\", \"settings\": {\"client-ca-file\": {\"value\": \"/k\"}}}}}";
  assert_result(judge_facts(&j, facts), PL_FAIL,
                "etcd (pid 3) trusted-ca-file is /k; it must differ from kube-apiserver.client-ca-file (which is /k).");
}
END_TEST

#define TWO_CAS(etcd, api, more)                                                                                       \
  "{\"components\": {\"etcd\": {\"state\": \"running\", \"settings\": {\"a\": " etcd "}},"                             \
  "\"kube-apiserver\": {\"state\": \"running\", \"settings\": {\"b\": " api "}}}" more "}"
#define CERTIFICATES                                                                                                   \
  ", \"certificates\": {\"/host/e\": [{\"fingerprint\": \"11\", \"subject\": \"CN=e\"}],"                              \
  " \"/k\": [{\"fingerprint\": \"22\"}, {\"fingerprint\": \"33\", \"subject\": \"CN=s\"}],"                            \
  " \"/s\": [{\"fingerprint\": \"33\", \"subject\": \"CN=s\"}], \"/u\": {\"unreadable\": \"r\"}, \"/n\": []}"
#define VALUE(path) "{\"value\": \"" path "\"}"

static const struct {
  const char *facts;
  pl_verdict verdict;
  const char *reason;
} disjoint_cases[] = {
    {TWO_CAS("{\"value\": \"/e\", \"host_path\": \"/host/e\"}", VALUE("/k"), CERTIFICATES), PL_PASS, NULL},
    {TWO_CAS(VALUE("/s"), VALUE("/k"), CERTIFICATES), PL_FAIL,
     "etcd a is /s; it must share no certificate with kube-apiserver.b (both hold CN=s)."},
    {TWO_CAS(VALUE("/k"), VALUE("/k"), ""), PL_FAIL,
     "etcd a is /k; it must share no certificate with kube-apiserver.b (both are /k)."},
    {TWO_CAS(VALUE("/e"), VALUE("/k"), CERTIFICATES), PL_ERROR,
     "etcd a is /e, which cannot be judged: /e: its certificates were not collected."},
    {TWO_CAS(VALUE("/u"), VALUE("/k"), CERTIFICATES), PL_ERROR, "etcd a is /u, which cannot be judged: /u: r."},
    {TWO_CAS(VALUE("/n"), VALUE("/k"), CERTIFICATES), PL_ERROR, NULL},
    {TWO_CAS(VALUE(""), VALUE("/k"), CERTIFICATES), PL_FAIL, NULL},
    {TWO_CAS(VALUE("/k"), "{\"value\": null}", CERTIFICATES), PL_PASS, NULL},
    {TWO_CAS(VALUE("/k"), "{\"unreadable\": \"r\"}", CERTIFICATES), PL_ERROR,
     "etcd a is /k, which cannot be judged: kube-apiserver b: r."},
};

START_TEST(certificates_of_two_settings) {
  judge_open_control(&j, NULL, "        expect: {setting: etcd.a, disjoint-from: kube-apiserver.b}\n" FIX);
  assert_result(judge_facts(&j, disjoint_cases[_i].facts), disjoint_cases[_i].verdict, disjoint_cases[_i].reason);
}
END_TEST

START_TEST(files_newer_than_their_reader_are_told) {
  judge_open_control(&j, NULL, ANONYMOUS);
  const pl_result *result = judge_facts(
      &j, "{\"components\": {\"kubelet\": {\"state\": \"running\", \"settings\": {\"x\": {\"value\": false}},"
          " \"not_yet_in_force\": [{\"path\": \"/c.yaml\", \"why\": \"changed after the start\"}]}}}");
  assert_result(result, PL_PASS, NULL);
  ck_assert_str_eq(result->not_yet_in_force,
                   "What the running kubelet has read may differ (/c.yaml: changed after the start).");
  result = judge_facts(&j, judge_kubelet(&j, "{\"value\": false}"));
  ck_assert_ptr_null(result->not_yet_in_force);
  result = judge_facts(
      &j, "{\"components\": {\"kubelet\": {\"state\": \"running\", \"settings\": {\"x\": {\"value\": false}},"
          " \"others\": [{\"state\": \"running\", \"settings\": {\"x\": {\"value\": false}}, \"not_yet_in_force\": "
          "[{\"path\": \"/d.yaml\"}]}]}}}");
  ck_assert_str_eq(result->not_yet_in_force,
                   "What the running kubelet has read may differ (/d.yaml: it is newer than the process).");
}
END_TEST

/* ---- a machine that is no Kubernetes node ---- */

#define NONE(processes)                                                                                                \
  "{\"platform\": {\"name\": \"none\"}, \"vantage\": {\"processes\": \"" processes "\"}, " A(ROOT_0600) "}"

START_TEST(nothing_is_judged_where_there_is_no_kubernetes) {
  judge_open_control(&j, NULL, "        expect: {file: /a, mode: \"0600\"}\n" FIX);
  assert_result(judge_facts(&j, NONE("complete")), PL_NOT_APPLICABLE, "This is not a Kubernetes node.");
  ck_assert_int_eq(pl_run_exit_code(&j.run), 3);
  assert_result(judge_facts(&j, NONE("incomplete")), PL_ERROR, NULL);
  ck_assert_int_eq(pl_run_exit_code(&j.run), 3);
}
END_TEST

START_TEST(arguments_that_cannot_be_told_say_why) {
  judge_open_control(&j, NULL, "        expect: {setting: etcd.x, is: a}\n" FIX);
  assert_result(judge_facts(&j, "{\"components\": {\"etcd\": {\"state\": \"configured\", \"settings\": {}, "
                                "\"arguments_unknown\": \"its command starts /bin/sh\"}}}"),
                PL_ERROR, "etcd x cannot be told: its command starts /bin/sh.");
}
END_TEST

/* ---- letter, fix ---- */

START_TEST(the_letter_is_told_where_it_differs) {
  judge_open_control(
      &j, NULL,
      "        expect: {any: [{setting: kubelet.x, is: 0}, {manual: Is that enough?}]}\n"
      "        letter: {expect: {setting: kubelet.x, at-least: 30}, because: the text asks for 30}\n" FIX);
  const pl_result *result = judge_facts(&j, judge_kubelet(&j, "{\"value\": 0}"));
  assert_result(result, PL_PASS, NULL);
  ck_assert_str_eq(result->letter, "fail");
  ck_assert_str_eq(result->letter_because, "the text asks for 30");
  ck_assert_uint_eq(result->observation_count, 1);
  result = judge_facts(&j, judge_kubelet(&j, "{\"value\": 40}"));
  assert_result(result, PL_MANUAL, "Is that enough?");
  ck_assert_str_eq(result->letter, "pass");
  result = judge_facts(&j, judge_kubelet(&j, "{\"value\": \"forty\"}"));
  assert_result(result, PL_ERROR, NULL);
  ck_assert_ptr_null(result->letter);
}
END_TEST

START_TEST(the_letter_is_silent_where_it_agrees) {
  judge_open_control(&j, NULL,
                     "        expect: {setting: kubelet.x, is: 30}\n"
                     "        letter: {expect: {setting: kubelet.x, at-least: 30}, because: words}\n" FIX);
  ck_assert_ptr_null(judge_facts(&j, judge_kubelet(&j, "{\"value\": 30}"))->letter);
  ck_assert_str_eq(judge_facts(&j, judge_kubelet(&j, "{\"value\": 31}"))->letter, "pass");
}
END_TEST

START_TEST(a_fix_says_how_the_platform_does_it) {
  judge_open_control(&j, NULL,
                     "        expect: {setting: kubelet.x, is: 1}\n        fix: \"Set it, then: {restart}\"\n");
  const char *facts = judge_kubelet(&j, "{\"value\": 5, \"from\": {\"layer\": \"file\", \"where\": \"/c.yaml\"}}");
  ck_assert_str_eq(judge_facts(&j, facts)->fix, "Set it, then: systemctl restart kubelet");
  facts = pl_printf(j.arena, "{\"platform\": {\"fix\": \"In x.yaml\", \"restart\": \"snap restart x\"}, %s", facts + 1);
  ck_assert_str_eq(judge_facts(&j, facts)->fix, "Set it, then: snap restart x\nIn x.yaml");
}
END_TEST

#define FILLED "        fix: |\n          {path} {where} {value} ${HOME} {x y} {\n"

START_TEST(a_fix_holds_what_was_found) {
  judge_open_control(&j, NULL, "        expect: {setting: kubelet.x, is: 1}\n" FILLED);
  const pl_result *result = judge_facts(
      &j, judge_kubelet(&j, "{\"value\": 5, \"from\": {\"layer\": \"file\", \"where\": \"/c.yaml\", \"line\": 9}}"));
  ck_assert_str_eq(result->fix, "/c.yaml /c.yaml:9 5 ${HOME} {x y} {");
  result = judge_facts(
      &j, judge_kubelet(&j, "{\"value\": \"{path}\", \"from\": {\"layer\": \"flag\", \"where\": \"pid 7 argv[1]\"}}"));
  ck_assert_ptr_null(result->fix);
  ck_assert_ptr_null(judge_facts(&j, judge_kubelet(&j, "{\"value\": 1}"))->fix);
}
END_TEST

#define EACH_FILE                                                                                                      \
  "        expect: {files: kubelet.config, mode: \"0600\"}\n        fix: |\n          chmod 600 {path}\n          "    \
  "Then: {path}.\n"                                                                                                    \
  "          And that is it.\n"
#define WIDE(path) "\"" path "\": {\"type\": \"file\", \"mode\": \"0644\", \"owner\": \"root\", \"group\": \"root\"}"

START_TEST(a_fix_names_each_file_that_fails_as_a_word_of_the_shell) {
  judge_open_control(&j, NULL, EACH_FILE);
  const pl_result *result =
      judge_facts(&j, "{\"components\": {\"kubelet\": {\"state\": \"running\"}}, \"file_sets\": {\"kubelet.config\": "
                      "{\"complete\": true, \"paths\": [\"/a\", \"/ok\", \"/$(x) 'y'\\\\x0a\"]}}, \"files\": {" WIDE(
                          "/a") ", "
                                "\"/ok\": {\"type\": \"file\", \"mode\": \"0600\"}, " WIDE("/$(x) 'y'\\\\x0a") "}}");
  ck_assert_int_eq(result->verdict, PL_FAIL);
  ck_assert_str_eq(result->fix, "chmod 600 /a\nchmod 600 $'/$(x) \\x27y\\x27\\x0a'\nThen: /a.\n"
                                "Then: $'/$(x) \\x27y\\x27\\x0a'.\nAnd that is it.");
}
END_TEST

START_TEST(a_fix_counts_the_files_that_it_does_not_name) {
  judge_open_control(&j, NULL,
                     "        expect: {files: pki.keys, mode: \"0600\"}\n        fix: |\n          chmod 600 {path}\n"
                     "          See {path}.\n");
  const pl_result *result = judge_facts(&j, many_files(j.arena, 1, 20));
  ck_assert_ptr_nonnull(strstr(result->fix, "chmod 600 /p/00020\nSee /p/00001.\n"));
  result = judge_facts(&j, many_files(j.arena, 1, 22));
  ck_assert_ptr_nonnull(strstr(result->fix, "chmod 600 /p/00020\nThe same for 2 more.\nSee /p/00001.\n"));
  ck_assert_ptr_null(strstr(result->fix, "/p/00021"));
}
END_TEST

START_TEST(what_is_put_into_a_fix_is_not_looked_at_again) {
  judge_open_control(&j, NULL, "        expect: {setting: kubelet.x, is: a}\n" FILLED);
  const pl_result *result =
      judge_facts(&j, "{\"file_sets\": {\"kubelet.config\": {\"paths\": [\"/var/lib/kubelet/config.yaml\"]}}, "
                      "\"components\": {\"kubelet\": {\"state\": \"running\","
                      " \"settings\": {\"x\": {\"value\": \"{path}\", \"from\": {\"layer\": \"flag\", \"where\": \"pid "
                      "7 argv[1]\"}}}}}}");
  ck_assert_str_eq(result->fix, "/var/lib/kubelet/config.yaml pid 7 argv[1] {path} ${HOME} {x y} {");
}
END_TEST

START_TEST(a_question_fills_its_fix_from_what_it_shows) {
  judge_open_control(&j, NULL,
                     "        expect: {manual: Q?, show: [{files: pki.keys}, {setting: kubelet.x}]}\n        fix: "
                     "\"{where} {value}\"\n");
  ck_assert_str_eq(judge_facts(&j, judge_kubelet(&j, "{\"value\": 5, \"from\": {\"layer\": \"default\"}}"))->fix,
                   "default 5");
  ck_assert_str_eq(judge_facts(&j, judge_kubelet(&j, "{\"unreadable\": \"r\"}"))->fix, "not known not known");
}
END_TEST

START_TEST(a_fix_names_the_manifest_of_a_static_pod) {
  judge_open_control(&j, NULL, "        expect: {setting: etcd.x, is: a}\n        fix: \"{path}\"\n");
  const pl_result *result =
      judge_facts(&j, "{\"components\": {\"etcd\": {\"state\": \"running\", \"manifest\": \"/m/etcd.yaml\","
                      " \"settings\": {\"x\": {\"value\": null, \"from\": {\"layer\": \"default\"}}}}}}");
  ck_assert_str_eq(result->fix, "/m/etcd.yaml");
}
END_TEST

/* ---- questions and tables ---- */

START_TEST(a_question_shows_its_subjects) {
  judge_open_control(
      &j, NULL,
      "        manual:\n          question: Is it wanted?\n"
      "          show: [\"setting: kubelet.x\", {fact: platform.name}, {files: pki.keys}, {file: /a}]\n");
  const pl_result *result = judge_facts(
      &j, "{\"platform\": {\"name\": \"kubeadm\"}, \"components\": {\"kubelet\": {\"state\": \"running\", "
          "\"settings\": {\"x\": {\"value\": 5}}}}, " SET("[\"/p/a.key\"]", "true", "null") ", " TWO_FILES "}");
  assert_result(result, PL_MANUAL, "Is it wanted?");
  ck_assert_str_eq(result->question, "Is it wanted?");
  ck_assert_uint_eq(result->observation_count, 4);
  ck_assert_str_eq(result->observations[0].value, "5");
  ck_assert_str_eq(result->observations[1].value, "kubeadm");
  ck_assert_str_eq(result->observations[2].value, "mode 0600, owner root:root");
  ck_assert_str_eq(result->observations[3].value, "it was not collected");
}
END_TEST

#define TABLE                                                                                                          \
  "        decide:\n          inputs:\n            p: {fact: secrets_at_rest.provider, values: [none, aes, kms], "     \
  "when-missing: none}\n"                                                                                              \
  "            k: {fact: secrets_at_rest.protected, values: [true, false]}\n          rows:\n"                         \
  "            - {row: C-1, when: {p: none}, verdict: fail, because: secrets are stored in the clear}\n"               \
  "            - {row: C-2, when: {p: kms}, verdict: pass, because: a key service holds the key}\n"                    \
  "            - {row: C-3, when: {p: aes, k: true}, verdict: manual, because: Who may read the key?}\n"               \
  "            - {row: C-4, verdict: not-applicable, because: the rest}\n" FIX
#define AT_REST(p, k) "{\"secrets_at_rest\": {\"provider\": " p ", \"protected\": " k "}}"

static const struct {
  const char *facts;
  pl_verdict verdict;
  const char *row, *reason;
} table_cases[] = {
    {AT_REST("\"none\"", "true"), PL_FAIL, "C-1",
     "secrets are stored in the clear (secrets_at_rest.provider is none)."},
    {AT_REST("\"kms\"", "true"), PL_PASS, "C-2", NULL},
    {AT_REST("\"aes\"", "true"), PL_MANUAL, "C-3",
     "Who may read the key? (secrets_at_rest.provider is aes, secrets_at_rest.protected is true)."},
    {AT_REST("\"aes\"", "false"), PL_NOT_APPLICABLE, "C-4", "the rest."},
    {AT_REST("null", "true"), PL_FAIL, "C-1", NULL},
    {"{\"secrets_at_rest\": {\"protected\": true}}", PL_FAIL, "C-1", NULL},
    {AT_REST("\"rot13\"", "true"), PL_ERROR, NULL,
     "secrets_at_rest.provider cannot be told: rot13 is none of the values that the table knows."},
    {AT_REST("{\"unreadable\": \"r\"}", "true"), PL_ERROR, NULL, "secrets_at_rest.provider cannot be told: r."},
    {AT_REST("\"none\"", "{\"unreadable\": \"r\"}"), PL_FAIL, "C-1", NULL},
    {AT_REST("\"aes\"", "null"), PL_ERROR, NULL, NULL},
    {AT_REST("[\"aes\"]", "true"), PL_ERROR, NULL, NULL},
    {"{}", PL_FAIL, "C-1", NULL}, /* when-missing says what nothing means */
};

START_TEST(tables_decide_by_the_first_row) {
  judge_open_control(&j, NULL, TABLE);
  const pl_result *result = judge_facts(&j, table_cases[_i].facts);
  assert_result(result, table_cases[_i].verdict, table_cases[_i].reason);
  ck_assert_msg(pl_equal(result->row, table_cases[_i].row), "%s", result->row ? result->row : "no row");
}
END_TEST

/* Inputs that are expressions: whether they hold, by what the site file says. */
#define SPACES      "editions: [{version: \"1.0\"}]\nparameters: {spaces: {as: glob, title: ours%s}}"
#define SPACES_SAID ", default: [\"kube-*\"]"
#define HOLDS_TABLE                                                                                                    \
  "        decide:\n          inputs:\n            ours: {holds: {fact: pods, every: {of: ns, one-of: {param: "        \
  "spaces}}}, values: [true, false, unsaid]}\n          rows:\n"                                                       \
  "            - {row: R-1, when: {ours: false}, verdict: fail, because: a stranger}\n"                                \
  "            - {row: R-2, when: {ours: unsaid}, verdict: manual, because: Whose are they?}\n"                        \
  "            - {row: R-3, when: {ours: true}, verdict: pass, because: all ours}\n" FIX

static const struct {
  const char *standard, *site, *facts;
  pl_verdict verdict;
  const char *row, *reason;
} holds_cases[] = {
    {SPACES_SAID, NULL, "{\"pods\": [{\"ns\": \"kube-system\"}]}", PL_PASS, "R-3",
     "all ours (pods has 1, looked at one by one)."},
    {SPACES_SAID, NULL, "{\"pods\": [{\"ns\": \"kube-system\"}, {\"ns\": \"shop\", \"name\": \"web\"}]}", PL_FAIL,
     "R-1", "a stranger (pods has {ns: shop, name: web})."},
    {SPACES_SAID, "parameters: {spaces: [shop]}", "{\"pods\": [{\"ns\": \"shop\"}]}", PL_PASS, "R-3",
     "all ours (pods has 1, looked at one by one. The ns must be one of shop (site parameter spaces))."},
    {SPACES_SAID, NULL, "{\"pods\": [{\"ns\": null}]}", PL_ERROR, NULL, "pods has {ns: null}, its ns is not known."},
    {SPACES_SAID, NULL, "{\"pods\": {\"unreadable\": \"r\"}}", PL_ERROR, NULL, "pods cannot be told: r."},
    {SPACES_SAID, NULL, "{}", PL_ERROR, NULL, "pods cannot be told: it was not collected."},
    {"", NULL, "{\"pods\": []}", PL_MANUAL, "R-2", NULL},
};

START_TEST(tables_ask_whether_an_expression_holds) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  judge_open_control(&j, pl_printf(arena, SPACES, holds_cases[_i].standard), HOLDS_TABLE);
  ck_assert_msg(j.faults.total == 0, "%s", judge_faults(&j));
  if (holds_cases[_i].site)
    judge_site(&j, holds_cases[_i].site);
  const pl_result *result = judge_facts(&j, holds_cases[_i].facts);
  assert_result(result, holds_cases[_i].verdict, holds_cases[_i].reason);
  ck_assert_msg(pl_equal(result->row, holds_cases[_i].row), "%s", result->row ? result->row : "no row");
  ck_assert_uint_gt(result->observation_count + (holds_cases[_i].verdict == PL_MANUAL), 0);
  ck_assert_uint_eq(j.run.site_note_count, holds_cases[_i].site ? 1 : 0);
  if (holds_cases[_i].site)
    ck_assert_str_eq(j.run.site_notes[0], "parameter spaces is shop by the site file (else kube-*)");
}
END_TEST

/* ---- parameters ---- */

#define PARAMETERS                                                                                                     \
  "editions: [{version: \"1.0\"}]\nparameters: {days: {default: 30, title: days}, top: {as: duration, title: limit}}"

START_TEST(parameters_come_from_the_site_file) {
  judge_open_control(&j, PARAMETERS, "        expect: {setting: kubelet.x, at-least: {param: days}}\n" FIX);
  const char *facts = judge_kubelet(&j, "{\"value\": 40}");
  assert_result(judge_facts(&j, facts), PL_PASS, "kubelet x is 40, and it must be at least 30 (parameter days).");
  judge_site(&j, "parameters: {days: 90}\n");
  assert_result(judge_facts(&j, facts), PL_FAIL, "kubelet x is 40; it must be at least 90 (site parameter days).");
  ck_assert_uint_eq(j.run.site_note_count, 1);
  ck_assert_str_eq(j.run.site_notes[0], "parameter days is 90 by the site file (else 30)");
}
END_TEST

START_TEST(a_parameter_without_default_is_a_question) {
  judge_open_control(&j, PARAMETERS, "        expect: {setting: kubelet.x, at-most: {param: top}}\n" FIX);
  const char *facts = judge_kubelet(&j, "{\"value\": \"60s\"}");
  assert_result(judge_facts(&j, facts), PL_MANUAL, "kubelet x is 60s, and the site file does not say top (limit).");
  judge_site(&j, "parameters: {top: 1m}\n");
  assert_result(judge_facts(&j, facts), PL_PASS, NULL);
}
END_TEST

/* ---- facts of any shape ---- */

static const char *const shapes[] = {"null",
                                     "true",
                                     "5",
                                     "\"text\"",
                                     "[]",
                                     "{}",
                                     "[[[]]]",
                                     "{\"unreadable\": 5}",
                                     "{\"unreadable\": \"r\"}",
                                     "{\"value\": null}"};
static const char *const places[] = {
    "%s",
    "{\"components\": %s}",
    "{\"components\": {\"kubelet\": %s}}",
    "{\"components\": {\"kubelet\": {\"state\": %s}}}",
    "{\"components\": {\"kubelet\": {\"state\": \"running\", \"settings\": %s}}}",
    "{\"components\": {\"kubelet\": {\"state\": \"running\", \"others\": %s, \"settings\": {\"x\": {}}}}}",
    "{\"components\": {\"kubelet\": {\"state\": \"running\", \"settings\": {\"x\": %s}}}}",
    ("{\"components\": {\"kubelet\": {\"state\": \"running\", \"settings\": {\"x\": {\"from\": %s, \"overridden\": %s, "
     "\"refused\": \"r\"}}}}}"),
    "{\"files\": %s, \"file_sets\": %s}",
    "{\"files\": {\"/a\": %s}}",
    "{\"file_sets\": {\"pki.keys\": %s}}",
    "{\"file_sets\": {\"pki.keys\": {\"paths\": %s, \"complete\": %s}}}",
    "{\"platform\": %s, \"vantage\": %s}",
    "{\"certificates\": %s}",
};

START_TEST(no_shape_of_facts_is_taken_for_evidence) {
  judge_open_control(
      &j, NULL,
      "        expect: {any: [{setting: kubelet.x, is: true}, {file: /a, owner: \"root:root\"}, {files: pki.keys, "
      "mode: \"0600\"},\n"
      "          {setting: kubelet.x, disjoint-from: etcd.y}, {fact: platform.roles.etcd, is: true}]}\n" FIX);
  for (size_t place = 0; place < COUNT(places); place++)
    for (size_t shape = 0; shape < COUNT(shapes); shape++) {
      pl_auto_buffer pl_buffer facts;
      pl_buffer_init(&facts, 1u << 16);
      for (const char *c = places[place]; *c; c++)
        if (c[0] == '%' && c[1] == 's') {
          pl_buffer_text(&facts, shapes[shape]);
          c++;
        } else {
          pl_buffer_add(&facts, c, 1);
        }
      const pl_result *result = judge_facts(&j, facts.data);
      ck_assert_msg(result->verdict == PL_ERROR, "%s is %s: %s", facts.data, pl_verdict_name(result->verdict),
                    result->reason);
    }
}
END_TEST

START_TEST(ten_thousand_controls) {
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, PL_DOCUMENT_BYTES_MAX);
  pl_buffer_text(&text, "sections:\n  - id: \"1\"\n    title: S\n    controls:\n");
  for (size_t i = 0; i < 10000; i++)
    pl_buffer_printf(&text,
                     "    - {key: k%zu, id: \"1.%zu\", title: T, level: 1, automated: true, why: W, fix: F, expect: "
                     "{setting: kubelet.x, is: 1}}\n",
                     i, i);
  judge_open(&j, NULL, text.data);
  judge_facts(&j, judge_kubelet(&j, "{\"value\": 1}"));
  ck_assert_uint_eq(j.run.counts[PL_PASS], 10000);
}
END_TEST

Suite *suite_evaluate(void);
Suite *suite_evaluate(void) {
  Suite *suite = suite_create("evaluate");
  TCase *tests = tcase_create("evaluate");
  tcase_set_timeout(tests, 60);
  tcase_add_checked_fixture(tests, NULL, teardown);
  tcase_add_loop_test(tests, one_file, 0, (int)COUNT(file_cases));
  tcase_add_test(tests, owners_that_cannot_be_trusted_are_not_judged);
  tcase_add_loop_test(tests, a_set_of_files, 0, (int)COUNT(set_cases));
  tcase_add_test(tests, a_path_of_a_set_that_is_gone_is_an_error);
  tcase_add_test(tests, depth_counts_from_what_the_pattern_fixes);
  tcase_add_test(tests, many_failing_files_are_counted);
  tcase_add_test(tests, observations_are_capped_and_failures_kept);
  tcase_add_loop_test(tests, states_of_components, 0, (int)COUNT(state_cases));
  tcase_add_test(tests, what_was_overruled_is_shown);
  tcase_add_test(tests, the_worst_of_several_instances_wins);
  tcase_add_test(tests, combinations_of_instances_are_capped);
  tcase_add_test(tests, two_components_are_combined);
  tcase_add_loop_test(tests, certificates_of_two_settings, 0, (int)COUNT(disjoint_cases));
  tcase_add_test(tests, files_newer_than_their_reader_are_told);
  tcase_add_test(tests, nothing_is_judged_where_there_is_no_kubernetes);
  tcase_add_test(tests, arguments_that_cannot_be_told_say_why);
  tcase_add_test(tests, the_letter_is_told_where_it_differs);
  tcase_add_test(tests, the_letter_is_silent_where_it_agrees);
  tcase_add_test(tests, a_fix_holds_what_was_found);
  tcase_add_test(tests, a_fix_says_how_the_platform_does_it);
  tcase_add_test(tests, a_fix_names_each_file_that_fails_as_a_word_of_the_shell);
  tcase_add_test(tests, a_fix_counts_the_files_that_it_does_not_name);
  tcase_add_test(tests, what_is_put_into_a_fix_is_not_looked_at_again);
  tcase_add_test(tests, a_question_fills_its_fix_from_what_it_shows);
  tcase_add_test(tests, a_fix_names_the_manifest_of_a_static_pod);
  tcase_add_test(tests, a_question_shows_its_subjects);
  tcase_add_loop_test(tests, tables_decide_by_the_first_row, 0, (int)COUNT(table_cases));
  tcase_add_loop_test(tests, tables_ask_whether_an_expression_holds, 0, (int)COUNT(holds_cases));
  tcase_add_test(tests, parameters_come_from_the_site_file);
  tcase_add_test(tests, a_parameter_without_default_is_a_question);
  tcase_add_test(tests, no_shape_of_facts_is_taken_for_evidence);
  tcase_add_test(tests, ten_thousand_controls);
  suite_add_tcase(suite, tests);
  return suite;
}
