/* Command lines: how pflag and Go's flag package split them, and what the occurrences of a flag amount to. */
#include <check.h>

#include "plumbline/core/json.h"
#include "plumbline/kube/flags.h"

static const pl_flag_spec specs[] = {
    {.name = "text", .kind = PL_FLAG_STRING},
    {.name = "on", .kind = PL_FLAG_BOOLEAN},
    {.name = "number", .kind = PL_FLAG_INTEGER, .min = INT32_MIN, .max = INT32_MAX},
    {.name = "wide", .kind = PL_FLAG_INTEGER},
    {.name = "span", .kind = PL_FLAG_DURATION},
    {.name = "share", .kind = PL_FLAG_REAL},
    {.name = "slice", .kind = PL_FLAG_SLICE},
    {.name = "array", .kind = PL_FLAG_ARRAY},
    {.name = "map", .kind = PL_FLAG_MAP},
    {.name = "gates", .kind = PL_FLAG_GATES},
    {.name = "pair", .kind = PL_FLAG_PAIR},
    {.name = "labels", .kind = PL_FLAG_LABELS},
    {.name = "thresholds", .kind = PL_FLAG_THRESHOLDS},
    {.name = "headers", .kind = PL_FLAG_HEADERS},
    {.name = "taints", .kind = PL_FLAG_TAINTS},
    {.name = "ip", .kind = PL_FLAG_IP},
    {.name = "version", .kind = PL_FLAG_OPTIONAL},
    {.name = "v", .kind = PL_FLAG_INTEGER},
    {.name = "h", .kind = PL_FLAG_BOOLEAN},
    {.name = "hidden", .kind = PL_FLAG_HEADERS, .secret = true},
    {.name = "old", .kind = PL_FLAG_STRING, .added = 20, .removed = 30},
    {.name = NULL},
};

static pl_arena *arena;

static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

/* The words of LINE, a space between each; "''" is an empty word. */
static size_t words_of(const char *line, const char *const **ret) {
  size_t count = pl_split(arena, pl_printf(arena, "program %s", line), ' ', ret);
  const char **words = (const char **)(uintptr_t)*ret;
  for (size_t i = 0; i < count; i++)
    if (strcmp(words[i], "''") == 0)
      words[i] = "";
  return *line ? count : 1;
}

/* "name=value@index ... | stray ..." or the error. */
static const char *split(const char *line, pl_flag_dialect dialect) {
  const char *const *argv;
  size_t argc = words_of(line, &argv);
  pl_flags flags;
  pl_error err = {0};
  int result = pl_flags_parse(arena, argv, argc, specs, dialect, &flags, &err);
  const char *text = "";
  for (size_t i = 0; i < flags.count; i++)
    text = pl_printf(arena, "%s%s%s=%s@%zu%s", text, *text ? " " : "", flags.items[i].name, flags.items[i].value, flags.items[i].index,
                     flags.items[i].spec ? "" : "?");
  for (size_t i = 0; i < flags.stray_count; i++)
    text = pl_printf(arena, "%s%s[%s]", text, *text ? " " : "", flags.stray[i]);
  return result < 0 ? pl_printf(arena, "%s%s%s", text, *text ? " " : "", err.text) : text;
}

static const struct {
  const char *line, *wanted;
} pflag_lines[] = {
    {"", ""},
    {"--text=a --text b", "text=a@1 text=b@2"},
    {"--text=", "text=@1"},
    {"--text --on", "text=--on@1"}, /* the next word, whatever it is */
    {"--text=a=b", "text=a=b@1"},
    {"--on --on=false", "on=true@1 on=false@2"},
    {"--on false", "on=true@1 [false]"},
    {"--version --version=raw", "version=true@1 version=raw@2"},
    {"''", "[]"},
    {"-", "[-]"},
    {"run --on", "on=true@2 [run]"},
    {"--on -- --text", "on=true@1 [--text]"},
    {"--te_xt=1", "te-xt=1@1?"},
    {"--unknown value --on", "unknown=value@1? on=true@3"},
    {"--unknown --on", "unknown=true@1? on=true@2"},
    {"--unknown", "unknown=true@1?"},
    {"--TEXT=a", "TEXT=a@1?"},
    {"--text", "flag needs an argument: --text"},
    {"--on --text", "on=true@1 flag needs an argument: --text"},
    {"--=a", "bad flag syntax: argv[1]"},
    {"---text=a", "bad flag syntax: argv[1]"},
    {"-v 2", "v=2@1"},
    {"-v2", "v=2@1"},
    {"-v=2", "v=2@1"},
    {"-v=", "v==@1"},
    {"-hv2", "h=true@1 v=2@1"},
    {"-h", "h=true@1"},
    {"-v", "flag needs an argument: 'v'"},
    {"-text=a", "unknown shorthand flag: 't'"},
};

START_TEST(pflag_splits) { ck_assert_str_eq(split(pflag_lines[_i].line, PL_FLAGS_PFLAG), pflag_lines[_i].wanted); }
END_TEST

static const struct {
  const char *line, *wanted;
} go_lines[] = {
    {"", ""},
    {"-text=a --text=b", "text=a@1 text=b@2"},
    {"-text a", "text=a@1"},
    {"-on false --text=a", "on=true@1 [false] [--text=a]"}, /* the first word that is no flag ends them */
    {"-on=false", "on=false@1"},
    {"-on -- --text=a", "on=true@1 [--text=a]"},
    {"a --on", "[a] [--on]"},
    {"''", "[]"},
    {"-", "[-]"},
    {"-te_xt=a", "te_xt=a@1?"},
    {"-text", "flag needs an argument: -text"},
    {"---text=a", "bad flag syntax: argv[1]"},
    {"-=a", "bad flag syntax: argv[1]"},
};

START_TEST(go_splits) { ck_assert_str_eq(split(go_lines[_i].line, PL_FLAGS_GO), go_lines[_i].wanted); }
END_TEST

static const pl_flag_spec *spec_of(const char *name) {
  const pl_flag_spec *spec = specs;
  while (strcmp(spec->name, name) != 0)
    spec++;
  return spec;
}

/* Value of the first flag's name over the whole line, as JSON, or the error. */
static const char *value(const char *line) {
  const char *const *argv;
  size_t argc = words_of(line, &argv);
  pl_flags flags;
  pl_error err = {0};
  ck_assert_int_eq(pl_flags_parse(arena, argv, argc, specs, PL_FLAGS_PFLAG, &flags, &err), 0);
  pl_node *node;
  const pl_flag *last;
  if (pl_flags_value(arena, &flags, spec_of(flags.items[0].name), &node, &last, &err) < 0)
    return pl_strdup(arena, err.text);
  ck_assert_ptr_nonnull(last);
  return node ? pl_json_text(arena, node, false) : "nothing";
}

static const struct {
  const char *line, *wanted;
} values[] = {
    {"--text=a --text=b", "\"b\""},
    {"--on=T", "true"},
    {"--on=0", "false"},
    {"--number=010", "8"},
    {"--number=0x10", "16"},
    {"--number=1_000", "1000"},
    {"--number=-1", "-1"},
    {"--wide=9223372036854775807", "9223372036854775807"},
    {"--span=5m", "\"5m0s\""},
    {"--span=0", "\"0s\""},
    {"--share=5", "5"},
    {"--share=0.5", "\"0.5\""},
    {"--slice=a,b --slice=c", "[\"a\",\"b\",\"c\"]"},
    {"--slice=", "[]"},
    {"--slice=\"a,b\",c", "[\"a,b\",\"c\"]"},
    {"--slice=\"a\"\"b\"", "[\"a\\\"b\"]"},
    {"--slice=\"\",\"\"\"\",\"\"\"a\"", "[\"\",\"\\\"\",\"\\\"a\"]"},
    {"--slice=a,", "[\"a\",\"\"]"},
    {"--array=a,b --array=c", "[\"a,b\",\"c\"]"},
    {"--map=a=1,b=2 --map=b=3", "{\"a\":\"1\",\"b\":\"3\"}"},
    {"--map=a=b=c,,", "{\"a\":\"b=c\"}"},
    {"--map=", "{}"},
    {"--gates=A=true,B=f", "{\"A\":true,\"B\":false}"},
    {"--gates=A=true --gates=A=false", "{\"A\":false}"},
    {"--pair=a=1,b=2", "{\"a\":\"1,b=2\"}"},
    {"--labels=a,b=1", "{\"a\":\"\",\"b\":\"1\"}"},
    {"--thresholds=memory.available<1Gi,nodefs.available<5%", "{\"memory.available\":\"1Gi\",\"nodefs.available\":\"5%\"}"},
    {"--headers=a:1,a:2,b:c:d", "{\"a\":[\"1\",\"2\"],\"b\":[\"c:d\"]}"},
    {"--taints=a=b:NoSchedule,c:NoExecute", "[{\"key\":\"a\",\"value\":\"b\",\"effect\":\"NoSchedule\"},{\"key\":\"c\",\"effect\":\"NoExecute\"}]"},
    {"--taints=a:NoSchedule --taints=b:NoSchedule", "[{\"key\":\"b\",\"effect\":\"NoSchedule\"}]"},
    {"--taints=", "null"},
    {"--taints=a:NoSchedule-", "null"},
    {"--ip=::", "\"::\""},
    {"--ip=", "nothing"},
    {"--version", "\"true\""},
    {"--on=yes", "invalid argument \"yes\" for \"--on\" flag: "},
    {"--number=2147483648", "invalid argument \"2147483648\" for \"--number\" flag: "},
    {"--number=2147483647", "2147483647"},
    {"--number=1e3 --number=1", "invalid argument \"1e3\" for \"--number\" flag: "},
    {"--number=", "invalid argument \"\" for \"--number\" flag: "},
    {"--span=300", "invalid argument \"300\" for \"--span\" flag: "},
    {"--share=x", "invalid argument \"x\" for \"--share\" flag: "},
    {"--slice=a\"b", "invalid argument \"a\"b\" for \"--slice\" flag: parse error: bare \" in non-quoted-field"},
    {"--slice=\"a", "invalid argument \"\"a\" for \"--slice\" flag: parse error: extraneous or missing \" in quoted-field"},
    {"--slice=\"a\"b", "invalid argument \"\"a\"b\" for \"--slice\" flag: parse error: extraneous or missing \" in quoted-field"},
    {"--map=a", "invalid argument \"a\" for \"--map\" flag: malformed pair, expect string=string"},
    {"--gates=A", "invalid argument \"A\" for \"--gates\" flag: malformed pair, expect string=bool"},
    {"--gates=A=maybe", "invalid argument \"A=maybe\" for \"--gates\" flag: invalid value of A: maybe"},
    {"--thresholds=a=b", "invalid argument \"a=b\" for \"--thresholds\" flag: malformed pair, expect string<string"},
    {"--taints=a", "invalid argument \"a\" for \"--taints\" flag: invalid taint spec: a"},
    {"--taints=a:Never", "invalid argument \"a:Never\" for \"--taints\" flag: invalid taint effect: Never"},
    {"--taints=-a:NoExecute", "invalid argument \"-a:NoExecute\" for \"--taints\" flag: invalid taint spec: -a:NoExecute"},
    {"--taints=a:NoExecute,a:NoExecute", "invalid argument \"a:NoExecute,a:NoExecute\" for \"--taints\" flag: duplicated taints"},
    {"--hidden=hunter2", "invalid argument for \"--hidden\" flag: malformed pair, expect string:string"},
    {"--ip=1.2.3", "invalid argument \"1.2.3\" for \"--ip\" flag: \"1.2.3\" is not a valid IP address"},
};

START_TEST(values_of_flags) {
  const char *got = value(values[_i].line), *wanted = values[_i].wanted;
  if (pl_starts(wanted, "invalid"))
    ck_assert_msg(pl_starts(got, wanted), "%s: %s", values[_i].line, got);
  else
    ck_assert_str_eq(got, wanted);
}
END_TEST

START_TEST(absent_flag_has_no_value) {
  const char *const *argv;
  size_t argc = words_of("--on", &argv);
  pl_flags flags;
  pl_node *node = pl_node_null(arena);
  const pl_flag *last = flags.items;
  ck_assert_int_eq(pl_flags_parse(arena, argv, argc, specs, PL_FLAGS_PFLAG, &flags, NULL), 0);
  ck_assert_int_eq(pl_flags_value(arena, &flags, spec_of("text"), &node, &last, NULL), 0);
  ck_assert_ptr_null(node);
  ck_assert_ptr_null(last);
  ck_assert_ptr_null(pl_flags_last(&flags, "text"));
  ck_assert_ptr_eq(pl_flags_last(&flags, "on"), &flags.items[0]);
}
END_TEST

START_TEST(gates_are_told_by_their_last_occurrence) {
  const char *const *argv;
  size_t argc = words_of("--gates=A=true,kube:B=f --on --gates=\tA\t=false,C=true", &argv);
  pl_flags flags;
  ck_assert_int_eq(pl_flags_parse(arena, argv, argc, specs, PL_FLAGS_PFLAG, &flags, NULL), 0);
  const pl_node *places = pl_flags_gates(arena, &flags, "gates");
  ck_assert_int_eq(pl_get_integer(places, "A", -1), 2);
  ck_assert_int_eq(pl_get_integer(places, "kube:B", -1), 0);
  ck_assert_int_eq(pl_get_integer(places, "C", -1), 2);
  ck_assert_uint_eq(pl_count(places), 3);
  ck_assert_ptr_eq(pl_flags_gate(&flags, "gates", "A", false), &flags.items[2]);
  ck_assert_ptr_eq(pl_flags_gate(&flags, "gates", "B", true), &flags.items[0]);
  ck_assert_ptr_null(pl_flags_gate(&flags, "gates", "B", false));
  ck_assert_ptr_null(pl_flags_gate(&flags, "gates", "D", true));
  ck_assert_ptr_null(pl_flags_gate(&flags, "gates", "", true));
}
END_TEST

START_TEST(versions_of_flags) {
  const pl_flag_spec *old = spec_of("old"), *text = spec_of("text");
  ck_assert(!pl_flag_known(old, 19));
  ck_assert(pl_flag_known(old, 20));
  ck_assert(pl_flag_known(old, 29));
  ck_assert(!pl_flag_known(old, 30));
  ck_assert(pl_flag_known(old, 0));
  ck_assert(pl_flag_known(text, 1));
}
END_TEST

Suite *suite_flags(void);
Suite *suite_flags(void) {
  Suite *suite = suite_create("flags");
  TCase *tcase = tcase_create("flags");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, pflag_splits, 0, sizeof pflag_lines / sizeof *pflag_lines);
  tcase_add_loop_test(tcase, go_splits, 0, sizeof go_lines / sizeof *go_lines);
  tcase_add_loop_test(tcase, values_of_flags, 0, sizeof values / sizeof *values);
  tcase_add_test(tcase, absent_flag_has_no_value);
  tcase_add_test(tcase, gates_are_told_by_their_last_occurrence);
  tcase_add_test(tcase, versions_of_flags);
  suite_add_tcase(suite, tcase);
  return suite;
}
