/* Files of arguments of components that are part of a program, as kubelite has them. */
#include <check.h>

#include "plumbline/core/limits.h"
#include "small_node.h"
#include "src/kube/argument_file.h"

#define ARGS "/var/snap/microk8s/current/args/"

static small_node *node;

static void setup(void) { node = small_node_new(); }
static void teardown(void) { small_node_free(node); }

static const char *const usual[] = {"A=/a", "B=b c", "AB=ab", NULL};

static pl_argument_file read_with(const char *text, const char *const *variables, bool known) {
  small_node_file(node, "/f", text);
  pl_argument_file_input input = {
      .host = small_node_host(node), .path = "/f", .program = "p", .environ = variables, .environ_known = known};
  while (variables && variables[input.environ_count])
    input.environ_count++;
  pl_node *record = pl_node_object(node->arena);
  pl_object_set_text(node->arena, record, "A", "/record");
  input.variables = record;
  pl_argument_file file;
  pl_argument_file_read(&input, &file);
  return file;
}

/* "[word:line] ..." without argv[0]. */
static const char *shown(const pl_argument_file *file) {
  const char *text = "";
  for (size_t i = 1; i < file->argc; i++)
    text = pl_printf(node->arena, "%s%s[%s:%u]", text, i > 1 ? " " : "", file->argv[i], file->places[i].line);
  return text;
}

static const struct {
  const char *text, *words;
} files[] = {
    {"", ""},
    {"\n  \n# --a\n  # --b\n", ""},
    {"--a=1\n--b", "[--a=1:1] [--b:2]"},
    {"\t--a=1 \r\n\n#x\n--b\n", "[--a=1:1] [--b:4]"},
    {"--a 1\n", "[--a:1] [1:1]"},
    {"--a  1", "[--a:1] [:1] [1:1]"}, /* each single space separates */
    {"--a=\"x y\" '--b'", "[--a=x:1] [y:1] [--b:1]"},
    {"--a=x #y", "[--a=x:1] [#y:1]"},
    {"\"#\"--a", "[#--a:1]"},
    {"--a=$A/x --b=${A}x", "[--a=/a/x:1] [--b=/ax:1]"},
    {"--a=$B", "[--a=b c:1]"}, /* what a variable holds is not split */
    {"--a=$AB,$A_,${NONE}.", "[--a=ab,,.:1]"},
    {"--a=$ --b=$/ --c=5$", "[--a=$:1] [--b=$/:1] [--c=5$:1]"},
    {"--a=${}x --b=${A", "[--a=x:1] [--b=A:1]"},
    {"--a=$1A --b=${*}x --c=$$A", "[--a=A:1] [--b=x:1] [--c=A:1]"},
};

START_TEST(a_file_is_read_as_kubelite_reads_it) {
  pl_argument_file file = read_with(files[_i].text, usual, true);
  ck_assert_ptr_null(file.unknown);
  ck_assert_str_eq(file.argv[0], "p");
  ck_assert_uint_eq(file.places[0].line, 0);
  ck_assert_str_eq(shown(&file), files[_i].words);
}
END_TEST

START_TEST(the_record_stands_in_for_an_environment_that_cannot_be_read) {
  pl_argument_file file = read_with("--a=$A", NULL, false);
  ck_assert_str_eq(shown(&file), "[--a=/record:1]");
  small_node_free(node);
  node = small_node_new();
  file = read_with("--a=$OTHER", NULL, false);
  ck_assert_str_eq(file.unknown, "/f names the variable OTHER, and the environment of its process cannot be read");
  ck_assert_uint_eq(file.argc, 0);
}
END_TEST

static char *line_of(size_t length) {
  char *text = pl_new_array(node->arena, char, length + 3);
  memset(text, 'x', length);
  memcpy(text + length, "\ny", 2);
  return text;
}

START_TEST(a_line_of_any_length_that_go_reads) {
  pl_argument_file file = read_with(line_of(65535), usual, true);
  ck_assert_ptr_null(file.unknown);
  ck_assert_uint_eq(file.argc, 3);
  small_node_free(node);
  node = small_node_new();
  file = read_with(line_of(65536), usual, true);
  ck_assert_str_eq(file.unknown, "/f:1: a line longer than its program reads");
}
END_TEST

/* The environment times the file would be gigabytes. */
START_TEST(variables_cannot_grow_for_ever) {
  static char value[100001] = "A=";
  memset(value + 2, 'x', sizeof value - 3);
  const char *const variables[] = {value, NULL};
  size_t fit = PL_CMDLINE_BYTES_MAX / 99998;
  pl_arena *arena = node->arena;
  const char *text = "$A";
  for (size_t i = 1; i < fit; i++)
    text = pl_printf(arena, "%s\n$A", text);
  text = pl_strdup(arena, text);
  ck_assert_ptr_null(read_with(text, variables, true).unknown);
  const char *more = pl_printf(arena, "%s\n$A", text);
  pl_arena *old = pl_arena_new();
  more = pl_strdup(old, more);
  small_node_free(node);
  node = small_node_new();
  pl_argument_file file = read_with(more, variables, true);
  ck_assert_ptr_nonnull(file.unknown);
  ck_assert_str_eq(file.unknown, pl_printf(old, "/f:%zu: its arguments are too long to be read whole", fit + 1));
  pl_arena_free(old);
}
END_TEST

START_TEST(what_is_not_text_or_not_there_is_not_known) {
  pl_argument_file_input input = {.host = small_node_host(node), .path = "/none", .program = "p"};
  pl_argument_file file;
  pl_argument_file_read(&input, &file);
  ck_assert_ptr_nonnull(strstr(file.unknown, "the file of its arguments: /none"));
  small_node_bytes(node, "/nul", "--a\0b", 5);
  input.path = "/nul";
  pl_argument_file_read(&input, &file);
  ck_assert_str_eq(file.unknown, "/nul: a NUL byte in the file of its arguments");
}
END_TEST

/* ---- the components of kubelite ---- */

static const pl_node *collect(const char *first, const char *second) {
  static const char *const variables[] = {"SNAP_DATA=/data", NULL};
  small_process process = {
      .pid = 20, .exe = "/kubelite", .started = 500, .environ = variables, .argv = {"/kubelite", first, second}};
  small_node_process(node, &process);
  return pl_get(small_node_collect(node, NULL), "components");
}

static const char *because_of(const pl_node *components, const char *path) {
  return pl_get_text(pl_get_path(components, path), "because", "");
}

START_TEST(gates_are_the_process_s) {
  small_node_file(node, ARGS "kubelet", "--read-only-port=0\n");
  small_node_file(node, ARGS "kube-controller-manager", "--profiling=false\n");
  small_node_file(node, ARGS "kube-apiserver",
                  "--profiling=false\n--feature-gates=RotateKubeletServerCertificate=false\n");
  const pl_node *components = collect(NULL, NULL);
  static const char *const names[] = {"kubelet", "kube-controller-manager"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const pl_node *settings = pl_get(pl_get(components, names[i]), "settings");
    const pl_node *gate = pl_get(settings, "featureGates.RotateKubeletServerCertificate");
    ck_assert_msg(!pl_get_boolean(gate, "value", true), "%s", names[i]);
    ck_assert_str_eq(pl_get_text(pl_get(gate, "from"), "where", ""), ARGS "kube-apiserver:2");
  }
}
END_TEST

START_TEST(settings_come_from_the_files) {
  small_node_file(node, ARGS "kubelet", "# x\n--client-ca-file=${SNAP_DATA}/ca.crt\n--read-only-port 0\n");
  small_node_mtime(node, ARGS "kubelet", SMALL_NODE_BOOT + 560);
  small_node_file(node, "/other", "--authorization-mode=RBAC\n");
  small_node_mtime(node, "/other", SMALL_NODE_BOOT + 561);
  const pl_node *components = collect("--apiserver-args-file=/other", NULL);
  const pl_node *kubelet = pl_get(components, "kubelet"), *apiserver = pl_get(components, "kube-apiserver");
  ck_assert_str_eq(pl_get_text(kubelet, "state", ""), "running");
  ck_assert_ptr_null(pl_get(kubelet, "arguments_unknown"));
  ck_assert_str_eq(pl_get_text(kubelet, "arguments_from", ""), ARGS "kubelet");
  const pl_node *settings = pl_get(kubelet, "settings");
  const pl_node *ca = pl_get(settings, "authentication.x509.clientCAFile"), *from = pl_get(ca, "from");
  ck_assert_str_eq(pl_get_text(ca, "value", ""), "/data/ca.crt");
  ck_assert_str_eq(pl_get_text(from, "layer", ""), "file");
  ck_assert_str_eq(pl_get_text(from, "where", ""), ARGS "kubelet:2");
  ck_assert_str_eq(pl_get_text(pl_get(settings, "authorization.mode"), "value", ""), "AlwaysAllow");
  const pl_node *flags = pl_get(kubelet, "flags");
  ck_assert_str_eq(pl_get_text(flags->list.items[1], "where", ""), ARGS "kubelet:3");
  ck_assert_uint_eq(pl_count(pl_get(kubelet, "not_yet_in_force")), 0);
  ck_assert_str_eq(pl_get_text(apiserver, "arguments_from", ""), "/other");
  ck_assert_uint_eq(pl_count(pl_get(apiserver, "not_yet_in_force")), 1);
  ck_assert_ptr_nonnull(strstr(pl_get_text(pl_get(components, "kube-scheduler"), "arguments_unknown", ""),
                               "the file of its arguments: " ARGS "kube-scheduler"));
}
END_TEST

static const struct {
  const char *option, *state, *because;
} switches[] = {
    {NULL, "running", "part of kubelite (pid 20)"},
    {"--start-control-plane", "running", "part of kubelite (pid 20)"},
    {"--start-control-plane=T", "running", "part of kubelite (pid 20)"},
    {"--start-control-plane=false", "absent", "no process, no static pod manifest, no unit"},
    {"--start-control-plane=no", "unobservable", "it may be part of kubelite (pid 20), whose configuration decides"},
};

START_TEST(a_switch_of_the_program_decides_what_is_in_it) {
  small_node_file(node, ARGS "kubelet", "--v=1\n");
  const pl_node *components = collect(switches[_i].option, NULL);
  ck_assert_str_eq(pl_get_text(pl_get(components, "kube-apiserver"), "state", ""), switches[_i].state);
  ck_assert_str_eq(because_of(components, "kube-apiserver"), switches[_i].because);
  ck_assert_str_eq(pl_get_text(pl_get(components, "kube-proxy"), "state", ""), "running");
}
END_TEST

START_TEST(the_last_switch_counts) {
  small_node_file(node, ARGS "kubelet", "--v=1\n");
  const pl_node *components = collect("--start-control-plane=true", "--start-control-plane=false");
  ck_assert_str_eq(pl_get_text(pl_get(components, "kube-scheduler"), "state", ""), "absent");
}
END_TEST

Suite *suite_argument_file(void);
Suite *suite_argument_file(void) {
  Suite *suite = suite_create("argument_file");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, a_file_is_read_as_kubelite_reads_it, 0, sizeof files / sizeof *files);
  tcase_add_test(tcase, the_record_stands_in_for_an_environment_that_cannot_be_read);
  tcase_add_test(tcase, a_line_of_any_length_that_go_reads);
  tcase_add_test(tcase, variables_cannot_grow_for_ever);
  tcase_add_test(tcase, what_is_not_text_or_not_there_is_not_known);
  tcase_add_test(tcase, gates_are_the_process_s);
  tcase_add_test(tcase, settings_come_from_the_files);
  tcase_add_loop_test(tcase, a_switch_of_the_program_decides_what_is_in_it, 0, sizeof switches / sizeof *switches);
  tcase_add_test(tcase, the_last_switch_counts);
  suite_add_tcase(suite, tcase);
  return suite;
}
