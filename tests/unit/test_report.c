/* Reports from a run made of literals: well-formed whatever the texts hold, one outcome a case, counts that agree. */
#include <check.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stdio.h>

#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "plumbline/report/border.h"
#include "plumbline/report/report.h"

#define HOSTILE "a\x1b[31m<&]]>\x01\xff\xef\xbf\xbe\xe2\x80\xae\"'"

static pl_arena *arena;
static pl_run run;
static pl_run_benchmark part;
static pl_result results[7];
static pl_control controls[7];
static pl_benchmark benchmark;
static pl_edition edition = {.version = "1.12"};
static pl_observation seen = {.what = "kubelet readOnlyPort",
                              .value = HOSTILE,
                              .layer = "flag",
                              .where = "pid 7 argv[2]",
                              .overrides = "file /k.yaml:3 says 0",
                              .fallback = "10255",
                              .verdict = PL_FAIL};
static const pl_waiver_mark waiver = {
    .reason = "because", .approver = "A", .expires = "2027-01-01", .scope = "*", .note = "applies"};

static void add(size_t i, pl_verdict verdict, const char *section) {
  controls[i] = (pl_control){.key = "key",
                             .id = pl_printf(arena, "%s.%zu", section, i),
                             .title = "Title " HOSTILE,
                             .section = section,
                             .section_title = "Kubelet",
                             .benchmark = "cis-kubernetes",
                             .level = 1,
                             .why = "why",
                             .file = "x.yaml"};
  results[i] = (pl_result){.control = &controls[i],
                           .verdict = verdict,
                           .reason = "reason " HOSTILE,
                           .expected = "0",
                           .observations = &seen,
                           .observation_count = 1,
                           .duration_ns = 1234567,
                           .fix = "line 1\nline 2"};
  part.counts[verdict]++;
  run.counts[verdict]++;
}

static void setup(void) {
  arena = pl_arena_new();
  part = (pl_run_benchmark){.benchmark = &benchmark, .results = results, .count = 7};
  run = (pl_run){.arena = arena,
                 .benchmarks = &part,
                 .benchmark_count = 1,
                 .started = 1700000000,
                 .finished = 1700000001,
                 .definitions_digest = "d1"};
  benchmark =
      (pl_benchmark){.id = "cis-kubernetes", .title = "CIS", .edition = &edition, .edition_because = "asked for"};
  add(0, PL_PASS, "4.1");
  add(1, PL_FAIL, "4.1");
  add(2, PL_FAIL, "4.1");
  add(3, PL_ERROR, "4.2");
  add(4, PL_MANUAL, "4.2");
  add(5, PL_NOT_APPLICABLE, "4.2");
  add(6, PL_PASS, "4.2");
  results[2].waived = true;
  results[2].waiver = &waiver;
  part.waived = run.waived = 1;
  results[4].question = "Is it right?";
  results[6].letter = "fail";
  results[6].letter_because = "the words want a flag";
  pl_node *facts = pl_node_object(arena), *host = pl_node_object(arena);
  pl_object_set(arena, facts, "host", host);
  pl_object_set_text(arena, host, "node_name", "node-1");
  pl_node *rejected = pl_node_list(arena), *one = pl_node_object(arena);
  pl_object_set_integer(arena, one, "pid", 77);
  pl_object_set_text(arena, one, "component", "kubelet");
  pl_object_set_text(arena, one, "why", "only an argument says kubelet");
  pl_list_add(arena, rejected, one);
  pl_object_set(arena, facts, "rejected_processes", rejected);
  static const char components[] =
      "{\"kube-apiserver\": {\"state\": \"configured\", \"refused\": [{\"reason\": \"unknown flag: --x\", \"stage\": "
      "\"flags\", \"where\": \"/m.yaml argv[2]\"}], \"notes\": [\"y has no effect\"], \"others\": [{\"state\": "
      "\"running\", "
      "\"refused\": [{\"reason\": \"unknown flag: --z\"}], \"notes\": [\"y has no effect\"]}]}, \"kubelet\": "
      "{\"notes\": "
      "[\"y has no effect\"]}}";
  pl_object_set(arena, facts, "components",
                pl_json_read(arena, (pl_bytes){components, sizeof components - 1}, &pl_json_facts_limits, NULL, NULL));
  run.facts = facts;
}
static void teardown(void) { pl_arena_free(arena); }

static pl_bytes report(const char *format, const pl_report_options *options) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  pl_error error = {0};
  ck_assert_int_eq(pl_report_find(format)->write(out, &run, options, &error), 0);
  fclose(out);
  pl_bytes copy = {pl_strndup(arena, text, length), length};
  free(text);
  return copy;
}

static int count(xmlDocPtr document, const char *path) {
  xmlXPathContextPtr context = xmlXPathNewContext(document);
  xmlXPathObjectPtr found = xmlXPathEvalExpression((const xmlChar *)path, context);
  int number = found->nodesetval ? found->nodesetval->nodeNr : 0;
  xmlXPathFreeObject(found);
  xmlXPathFreeContext(context);
  return number;
}

static const struct {
  const char *path;
  int count;
} junit_paths[] = {
    {"/testsuites[not(@*)]/testsuite", 2},
    {"//testcase", 7},
    {"//testcase[failure]", 1},
    {"//testcase[error]", 1},
    {"//testcase[skipped]", 3},
    {"//testcase[count(failure|error|skipped) > 1]", 0},
    {"//testcase[@classname='node-1.cis-kubernetes.4.1']", 3},
    {"//testsuite[@id='0'][@tests='3'][@failures='1'][@errors='0'][@skipped='1']", 1},
    {"//testsuite[@id='1'][@tests='4'][@failures='0'][@errors='1'][@skipped='2']", 1},
    {"//testsuite[@timestamp='2023-11-14T22:13:20'][@hostname='node-1']", 2},
    {"//testcase[@time='0.001']", 7},
    {"//failure[@type='fail'][contains(., 'pid 7 argv[2]')]", 1},
    {"//error[@type='evidence-unavailable']", 1},
    {"//skipped[starts-with(@message, 'waived: waiver for * until 2027-01-01, approved by A: because')]", 1},
    {"//skipped[starts-with(@message, 'manual: Is it right?')]", 1},
    {"//skipped[starts-with(@message, 'not applicable: ')]", 1},
    {"//testsuite[properties and system-out and system-err]", 2},
};

START_TEST(junit_is_well_formed_and_counts) {
  pl_bytes text = report("junit", &(pl_report_options){0});
  xmlDocPtr document = xmlReadMemory(text.data, (int)text.length, "junit", NULL, XML_PARSE_NONET);
  ck_assert_msg(document != NULL, "%s", text.data);
  for (size_t i = 0; i < sizeof junit_paths / sizeof *junit_paths; i++)
    ck_assert_msg(count(document, junit_paths[i].path) == junit_paths[i].count, "%s: %d, not %d\n%s",
                  junit_paths[i].path, count(document, junit_paths[i].path), junit_paths[i].count, text.data);
  xmlFreeDoc(document);
}
END_TEST

START_TEST(junit_cuts_a_long_reason) {
  enum { LENGTH = 300000 };
  char *reason = pl_new_array(arena, char, LENGTH + 1);
  memset(reason, 'x', LENGTH);
  results[1].reason = reason;
  pl_bytes text = report("junit", &(pl_report_options){0});
  xmlDocPtr document = xmlReadMemory(text.data, (int)text.length, "junit", NULL, XML_PARSE_NONET);
  ck_assert_ptr_nonnull(document);
  ck_assert_int_eq(
      count(document, "//failure[starts-with(., 'reason: xxx')][contains(., 'x\n[cut; the JSON report has all]')]"), 1);
  xmlFreeDoc(document);
}
END_TEST

START_TEST(junit_of_nothing_holds_one_error) {
  run.benchmark_count = 0;
  memset(run.counts, 0, sizeof run.counts);
  pl_bytes text = report("junit", &(pl_report_options){0});
  xmlDocPtr document = xmlReadMemory(text.data, (int)text.length, "junit", NULL, XML_PARSE_NONET);
  ck_assert_int_eq(count(document, "//testcase/error[@type='nothing-judged']"), 1);
  xmlFreeDoc(document);
}
END_TEST

START_TEST(json_reads_back) {
  pl_bytes text = report("json", &(pl_report_options){0});
  pl_error error = {0};
  pl_node *root = pl_json_read(arena, text, &pl_json_document_limits, NULL, &error);
  ck_assert_msg(root != NULL, "%s", error.text);
  ck_assert_str_eq(pl_get_text(root, "schema", ""), "plumbline-report-1");
  ck_assert_int_eq(pl_get_integer(pl_get_path(root, "rejected_processes.[0]"), "pid", 0), 77);
  ck_assert_uint_eq(pl_count(pl_get(root, "remarks")), 3);
  ck_assert_str_eq(pl_get_text(pl_get_path(root, "remarks.[2]"), "kind", ""), "note");
  ck_assert_str_eq(pl_get_text(pl_get_path(root, "remarks.[2]"), "text", ""),
                   "kube-apiserver, kubelet: y has no effect");
  const pl_node *list = pl_get_path(root, "benchmarks.[0].results");
  ck_assert_uint_eq(pl_count(list), 7);
  ck_assert_str_eq(pl_get_text(list->list.items[5], "verdict", ""), "not-applicable");
  ck_assert(pl_get_boolean(list->list.items[2], "waived", false));
  ck_assert_str_eq(pl_get_text(list->list.items[6], "letter", ""), "fail");
  ck_assert_str_eq(pl_get_text(pl_get_path(list->list.items[0], "observations.[0]"), "default", ""), "10255");
  ck_assert_int_eq(pl_get_integer(pl_get(root, "summary"), "fail", 0), 2);
  ck_assert_int_eq(pl_get_integer(pl_get(root, "summary"), "exit_code", 0), 1);
}
END_TEST

START_TEST(text_shows_failures_first_and_no_control_bytes) {
  pl_bytes text = report("text", &(pl_report_options){0});
  ck_assert_ptr_null(memchr(text.data, '\x1b', text.length));
  ck_assert_ptr_null(strstr(text.data, "\xe2\x80\xae"));
  ck_assert_ptr_nonnull(strstr(text.data, "FAIL    4.1.1  Title a\\x1b[31m"));
  ck_assert(strstr(text.data, "\nFAIL ") < strstr(text.data, "\nERROR "));
  ck_assert(strstr(text.data, "\nERROR ") < strstr(text.data, "\nPASS "));
  ck_assert_ptr_nonnull(strstr(text.data, "  fix       line 1\n            line 2\n"));
  ck_assert_ptr_nonnull(strstr(text.data, "look-alike    pid 77 is no kubelet: only an argument says kubelet\n"));
  ck_assert_ptr_nonnull(strstr(
      text.data, "refused       kube-apiserver: unknown flag: --x (/m.yaml argv[2]); it would not start with that\n"));
  ck_assert_ptr_nonnull(strstr(text.data, "kube-apiserver: unknown flag: --z; it is running, so this changed"));
  ck_assert_ptr_nonnull(strstr(text.data, "note          kube-apiserver, kubelet: y has no effect\n"));
  ck_assert_ptr_nonnull(
      strstr(text.data, "note      the benchmark's letter alone would say fail: the words want a flag"));
  ck_assert_ptr_nonnull(strstr(
      text.data,
      "cis-kubernetes 1.12 on node-1: 2 pass, 2 fail, 1 error, 1 manual, 1 not-applicable (1 of the failures waived)"));
}
END_TEST

/* A command that was broken in two would run as two. */
START_TEST(commands_of_a_fix_stay_in_one_line) {
  const char *command =
      "kubectl get secrets --all-namespaces -o json | kubectl replace --namespace somewhere --filename - --force";
  results[1].fix =
      pl_printf(arena,
                "%s\nThis is a sentence that is long enough to be broken at the width of a terminal, which is "
                "a hundred columns.",
                command);
  pl_bytes text = report("text", &(pl_report_options){0});
  ck_assert_ptr_nonnull(strstr(text.data, pl_printf(arena, "  fix       %s\n            This is", command)));
  ck_assert_ptr_null(strstr(text.data, "which is a hundred columns."));
}
END_TEST

/* A name a line is enough: what counts is how many there are, and the last. */
static const struct {
  size_t count;
  const char *last, *shown;
} capability_cases[] = {{41, "CAP_CHECKPOINT_RESTORE", "capabilities all;"},
                        {38, "CAP_AUDIT_READ", "capabilities all;"},
                        {40, "CAP_CHECKPOINT_RESTORE", "capabilities CAP CAP "},
                        {37, "CAP_AUDIT_READ", "capabilities CAP CAP "},
                        {0, NULL, "capabilities none;"}};

START_TEST(all_capabilities_are_all_of_them) {
  pl_node *list = pl_node_list(arena), *vantage = pl_node_object(arena), *facts = pl_node_object(arena);
  for (size_t i = 0; i < capability_cases[_i].count; i++)
    pl_list_add_text(arena, list, i + 1 < capability_cases[_i].count ? "CAP" : capability_cases[_i].last);
  pl_object_set(arena, vantage, "capabilities", list);
  pl_object_set(arena, facts, "vantage", vantage);
  run.facts = facts;
  const pl_header_line *lines = NULL;
  size_t count = pl_header_lines(&run, &lines), at = 0;
  while (at < count && !pl_equal(lines[at].name, "vantage"))
    at++;
  ck_assert_uint_lt(at, count);
  ck_assert_msg(strstr(lines[at].value, capability_cases[_i].shown) != NULL, "%s", lines[at].value);
}
END_TEST

START_TEST(a_name_that_no_node_has_is_cut) {
  pl_node *facts = pl_node_object(arena), *host = pl_node_object(arena);
  char name[400];
  memset(name, 'n', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  run.facts = facts;
  pl_object_set(arena, facts, "host", host);
  ck_assert_str_eq(pl_run_node(&run), "unknown-node");
  pl_object_set_text(arena, host, "node_name", "");
  pl_object_set_text(arena, host, "hostname", name);
  ck_assert_uint_le(strlen(pl_run_node(&run)), 256);
  ck_assert(pl_ends(pl_run_node(&run), "nnn..."));
  name[253] = '\0';
  pl_object_set_text(arena, host, "node_name", name);
  ck_assert_str_eq(pl_run_node(&run), name);
}
END_TEST

START_TEST(text_obeys_its_options) {
  pl_bytes quiet = report("text", &(pl_report_options){.quiet = true});
  ck_assert_ptr_nonnull(strstr(quiet.data, "FAIL "));
  ck_assert_ptr_null(strstr(quiet.data, "PASS "));
  ck_assert_ptr_null(strstr(quiet.data, "vantage"));
  pl_bytes colour = report("text", &(pl_report_options){.colour = true});
  ck_assert_ptr_nonnull(strstr(colour.data, "\033[31mFAIL"));
  pl_bytes verbose = report("text", &(pl_report_options){.verbose = true});
  ck_assert(verbose.length > report("text", &(pl_report_options){0}).length);
}
END_TEST

START_TEST(a_full_disk_is_an_error) {
  for (const pl_report_format *format = pl_report_formats; format->name; format++) {
    FILE *out = fopen("/dev/full", "w");
    pl_error error = {0};
    ck_assert_int_eq(format->write(out, &run, &(pl_report_options){0}, &error), -1);
    ck_assert_int_ne(error.text[0], 0);
    fclose(out);
  }
}
END_TEST

/* Each byte by itself, and edge code points: nothing that XML or a terminal must not get leaves the border. */
START_TEST(every_byte_at_the_border) {
  for (int byte = 1; byte < 256; byte++) {
    char text[2] = {(char)byte, 0};
    const char *out = pl_border(arena, text, false);
    if (byte < 0x20 || byte >= 0x7f)
      ck_assert_str_eq(out, pl_printf(arena, "\\x%02x", byte));
    else
      ck_assert_str_eq(out, text);
  }
  ck_assert_str_eq(pl_border(arena, "a\nb", true), "a\nb");
  ck_assert_str_eq(pl_border(arena, "a\nb", false), "a\\x0ab");
  ck_assert_str_eq(pl_border(arena, "\xd8\x9c\xef\xbb\xbf", false), "\\xd8\\x9c\\xef\\xbb\\xbf");
  ck_assert_str_eq(pl_border(arena, "\xef\xbf\xbf", false), "\\xef\\xbf\\xbf");
  ck_assert_str_eq(pl_border(arena, "\xed\xa0\x80", false), "\\xed\\xa0\\x80");
  ck_assert_str_eq(pl_border(arena, "\xc3\xa9", false), "\xc3\xa9");
}
END_TEST

static const char *header_line(const char *name) {
  const pl_header_line *lines;
  size_t count = pl_header_lines(&run, &lines);
  for (size_t i = 0; i < count; i++)
    if (pl_equal(lines[i].name, name))
      return lines[i].value;
  return "none";
}

static void put_facts(const char *key, const char *json) {
  pl_bytes text = {json, strlen(json)};
  pl_object_set(arena, (pl_node *)(uintptr_t)run.facts, key,
                pl_json_read(arena, text, &pl_json_facts_limits, NULL, NULL));
}

START_TEST(lists_in_the_header_keep_their_order) {
  put_facts("platform", "{\"roles\": {\"worker\": true, \"etcd\": false, \"control-plane\": true, \"x\": 1}}");
  put_facts("vantage", "{\"capabilities\": [\"B\", 7, \"A\"], \"confinement\": {\"seccomp\": true, \"landlock\": 3, "
                       "\"missing\": [{\"what\": \"c\", \"why\": \"d\"}, {\"what\": \"a\"}]}}");
  ck_assert_ptr_nonnull(strstr(header_line("platform"), "; roles: worker, control-plane"));
  ck_assert_ptr_nonnull(strstr(header_line("vantage"), ", capabilities B A; process list"));
  ck_assert_str_eq(
      header_line("confined by"),
      "seccomp, Landlock ABI 3; without c (d); without a (?), when the node was read; unknown, when it was judged");
  put_facts("platform", "{\"roles\": {}}");
  put_facts("vantage", "{\"confinement\": {}}");
  ck_assert_ptr_nonnull(strstr(header_line("platform"), "; roles: none"));
  ck_assert_ptr_nonnull(strstr(header_line("vantage"), ", capabilities none; process list"));
  ck_assert_ptr_nonnull(strstr(header_line("confined by"), "nothing, when the node was read"));
}
END_TEST

/* What each of many components says twice stands once, behind their names. */
START_TEST(a_note_of_many_components_names_each_once) {
  pl_node *components = pl_node_object(arena);
  const char *names = "";
  for (int i = 0; i < 40; i++) {
    const char *name = pl_printf(arena, "c%d", i),
               *same = "{\"notes\": [\"same\", \"same\"], \"others\": [{\"notes\": [\"same\"]}]}";
    pl_object_set(arena, components, name,
                  pl_json_read(arena, (pl_bytes){same, strlen(same)}, &pl_json_facts_limits, NULL, NULL));
    names = pl_printf(arena, "%s%s%s", names, i ? ", " : "", name);
  }
  pl_object_set(arena, (pl_node *)(uintptr_t)run.facts, "components", components);
  ck_assert_str_eq(header_line("note"), pl_printf(arena, "%s: same", names));
}
END_TEST

START_TEST(joined_texts_have_a_limit) {
  pl_node *list = pl_node_list(arena);
  const char *item = pl_border(arena, pl_printf(arena, "%01023d", 0), false);
  for (size_t i = 0; i < PL_BORDER_BYTES_MAX / 1024; i++)
    pl_list_add(arena, list, pl_node_string(arena, item));
  ck_assert_uint_eq(strlen(pl_border_join(arena, list, ",")), PL_BORDER_BYTES_MAX - 1);
  pl_list_add(arena, list, pl_node_string(arena, "x"));
  const char *cut = pl_border_join(arena, list, ",");
  ck_assert_str_eq(cut + PL_BORDER_BYTES_MAX - 1, " [cut]");
  ck_assert_str_eq(pl_border_join(arena, pl_node_list(arena), ","), "");
}
END_TEST

Suite *suite_report(void);
Suite *suite_report(void) {
  Suite *suite = suite_create("report");
  TCase *tcase = tcase_create("formats");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, junit_is_well_formed_and_counts);
  tcase_add_test(tcase, junit_cuts_a_long_reason);
  tcase_add_test(tcase, junit_of_nothing_holds_one_error);
  tcase_add_test(tcase, json_reads_back);
  tcase_add_test(tcase, text_shows_failures_first_and_no_control_bytes);
  tcase_add_test(tcase, commands_of_a_fix_stay_in_one_line);
  tcase_add_loop_test(tcase, all_capabilities_are_all_of_them, 0, sizeof capability_cases / sizeof *capability_cases);
  tcase_add_test(tcase, a_name_that_no_node_has_is_cut);
  tcase_add_test(tcase, text_obeys_its_options);
  tcase_add_test(tcase, a_full_disk_is_an_error);
  tcase_add_test(tcase, every_byte_at_the_border);
  tcase_add_test(tcase, lists_in_the_header_keep_their_order);
  tcase_add_test(tcase, a_note_of_many_components_names_each_once);
  tcase_add_test(tcase, joined_texts_have_a_limit);
  suite_add_tcase(suite, tcase);
  return suite;
}
