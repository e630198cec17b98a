/* The command line: what is taken, and what each fault says. */
#include <check.h>

#include "../../src/cli/options.h"

static pl_arena *arena;
static pl_options options;
static pl_error error;

static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

static int read_line(const char *line) {
  char *argv[32] = {pl_strdup(arena, "plumbline")};
  const char *const *pieces;
  size_t count = *line ? pl_split(arena, line, ' ', &pieces) : 0;
  for (size_t i = 0; i < count; i++)
    argv[i + 1] = pl_strdup(arena, pieces[i]);
  error = (pl_error){0};
  return pl_options_read(arena, (int)count + 1, argv, &options, &error);
}

static const struct {
  const char *line, *message;
} faults[] = {
    {"--levle 1", "--levle: unknown option; did you mean --level?"},
    {"--level", "--level needs a value"},
    {"--level 3", NULL},
    {"--level x", NULL},
    {"--root=", "--root: DIR is empty"},
    {"--only ,", "--only: ID is empty"},
    {"--node ,,", "--node: NAME is empty"},
    {"--quiet=1", "--quiet does not take a value"},
    {"check -zq", "-z: unknown option"},
    {"check -qz", "-z: unknown option"},
    {"collect -o", "--output needs a value"},
    {"--re x", "--re: several options begin so"},
    {"version x", "version takes no operand"},
    {"help check list", "help takes one command"},
    {"explain 4.2.1 --only 4.2.1", "--only does not go with 'explain'"},
    {"--report xml", "--report xml: no such format; there are text, junit, json"},
    {"--report junit=", "--report junit=: a file name is missing after '='"},
    {"list --site s.yaml", "--site does not go with 'list'"},
    {"check -o x", "--output does not go with 'check'"},
    {"explain", "explain takes one control, by its id (4.2.1) or key (kubelet-anonymous-auth)"},
    {"explain 4.2.1 4.2.2", "explain takes one control, by its id (4.2.1) or key (kubelet-anonymous-auth)"},
    {"validate", "validate takes the files to check, or --benchmarks DIR"},
    {"--confine please", "--confine please: it is auto, require or off"},
    {"list --confine off", "--confine does not go with 'list'"},
    {"-q -v", "--quiet and --verbose exclude each other"},
    {"--facts f --root r", "--facts is the node; it does not go with --root or --proc"},
    {"--facts f --cluster c",
     "--cluster goes with collection, where it is held against the node; facts hold what it gave"},
    {"-z", "-z: unknown option"},
    {"--facts f --kubernetes 1.34",
     "--kubernetes goes with collection, where settings are computed; facts hold a version already"},
    {"--facts f --node a", "--node goes with collection; facts hold the node's name already"},
    {"--every 1h --cluster -", "--every reads --cluster again each time, and standard input only once"},
    {"--node a --node b", "--node: a node has one name"},
    {"--every -1s", "--every -1s: this is neither 0 nor a time of a second or more, such as 30m or 6h"},
    {"--every 999ms", "--every 999ms: this is neither 0 nor a time of a second or more, such as 30m or 6h"},
    {"--every 1h --facts f", "--every judges a node again; --facts stay as they are"},
    {"collect --every 1h", "--every does not go with 'collect'"},
    {"--sonobuoy results", "--sonobuoy results: give the directory from / on"},
    {"manifest", "manifest takes one of job|daemonset|cronjob|sonobuoy"},
    {"manifest pod", "manifest takes one of job|daemonset|cronjob|sonobuoy"},
    {"manifest job job", "manifest takes one of job|daemonset|cronjob|sonobuoy"},
    {"completion csh", "completion takes one of bash|zsh|fish"},
};

START_TEST(names_the_fault) {
  ck_assert_int_eq(read_line(faults[_i].line), -1);
  ck_assert_int_eq(error.kind, PL_ERR_USAGE);
  if (faults[_i].message)
    ck_assert_str_eq(error.text, faults[_i].message);
  else
    ck_assert_msg(pl_starts(error.text, "--level"), "%s", error.text);
}
END_TEST

START_TEST(checks_by_default) {
  ck_assert_int_eq(read_line(""), 0);
  ck_assert_int_eq(options.command, PL_COMMAND_CHECK);
  ck_assert_uint_eq(options.operands.count, 0);
  ck_assert_int_eq(read_line("cis-kubernetes --level 2"), 0);
  ck_assert_int_eq(options.command, PL_COMMAND_CHECK);
  ck_assert_str_eq(options.operands.items[0], "cis-kubernetes");
  ck_assert_int_eq(options.level, 2);
}
END_TEST

START_TEST(takes_every_option) {
  ck_assert_int_eq(read_line("check a b --root /r --proc=/p --node n --kubernetes 1.34 --cluster c --edition 1.12 "
                             "--only 1.1,4.2.1 --only x "
                             "--skip y --report junit=/o --report text --report json=- --exit-zero -v --site s"),
                   0);
  ck_assert_str_eq(options.root, "/r");
  ck_assert_str_eq(options.proc, "/p");
  ck_assert_str_eq(options.cluster, "c");
  ck_assert_uint_eq(options.only.count, 3);
  ck_assert_str_eq(options.only.items[1], "4.2.1");
  ck_assert_uint_eq(options.skip.count, 1);
  ck_assert_uint_eq(options.report_count, 3);
  ck_assert_str_eq(options.reports[0].target, "/o");
  ck_assert_ptr_null(options.reports[1].target);
  ck_assert_ptr_null(options.reports[2].target);
  ck_assert(options.exit_zero && options.verbose && !options.quiet);
  ck_assert_uint_eq(options.operands.count, 2);
}
END_TEST

START_TEST(reads_commands) {
  ck_assert_int_eq(read_line("collect -o out.json --site s.yaml"), 0);
  ck_assert_int_eq(options.command, PL_COMMAND_COLLECT);
  ck_assert_str_eq(options.output, "out.json");
  ck_assert_int_eq(read_line("explain 4.2.1 --facts -"), 0);
  ck_assert_str_eq(options.operands.items[0], "4.2.1");
  ck_assert_str_eq(options.facts, "-");
}
END_TEST

START_TEST(reads_what_is_for_pods) {
  ck_assert_int_eq(read_line("--every 0 --sonobuoy /tmp/results --report json"), 0);
  ck_assert_str_eq(options.every, "0");
  ck_assert_uint_eq(options.report_count, 2);
  ck_assert_str_eq(options.reports[1].format, "junit");
  ck_assert_str_eq(options.reports[1].target, "/tmp/results/plumbline.xml");
  ck_assert_int_eq(read_line("manifest job --node a --node b --network"), 0);
  ck_assert_int_eq(options.command, PL_COMMAND_MANIFEST);
  ck_assert_uint_eq(options.nodes.count, 2);
  ck_assert(options.network);
  ck_assert_int_eq(read_line("check --node a"), 0);
  ck_assert_str_eq(options.node, "a");
}
END_TEST

START_TEST(help_names_what_a_command_takes) {
  const char *check = pl_options_help(arena, PL_COMMAND_CHECK), *collect = pl_options_help(arena, PL_COMMAND_COLLECT);
  ck_assert_ptr_nonnull(strstr(check, "--report FORMAT[=FILE]"));
  ck_assert_ptr_null(strstr(collect, "--report"));
  ck_assert_ptr_nonnull(strstr(collect, "-o, --output FILE"));
  ck_assert_ptr_nonnull(strstr(pl_options_help(arena, PL_COMMAND_HELP), "explain 4.2.1"));
}
END_TEST

Suite *suite_options(void);
Suite *suite_options(void) {
  Suite *suite = suite_create("options");
  TCase *tcase = tcase_create("command line");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, names_the_fault, 0, sizeof faults / sizeof *faults);
  tcase_add_test(tcase, checks_by_default);
  tcase_add_test(tcase, takes_every_option);
  tcase_add_test(tcase, reads_commands);
  tcase_add_test(tcase, reads_what_is_for_pods);
  tcase_add_test(tcase, help_names_what_a_command_takes);
  suite_add_tcase(suite, tcase);
  return suite;
}
