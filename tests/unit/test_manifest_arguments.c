/* Command lines and environment of containers, from their manifests. */
#include <check.h>

#include "plumbline/core/limits.h"
#include "plumbline/core/yaml.h"
#include "src/kube/manifest_arguments.h"

static pl_arena *arena;

static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

static pl_manifest_arguments arguments_of(const char *container, const char *component) {
  pl_error err = {0};
  char *text = pl_printf(arena, "--- %s", container); /* what begins with '{' would be JSON */
  const pl_node *node = pl_yaml_read(arena, (pl_bytes){text, strlen(text)}, PL_YAML_THEIRS, NULL, &err);
  ck_assert_msg(node != NULL, "%s", err.text);
  pl_manifest_arguments arguments;
  pl_manifest_arguments_read(arena, node, pl_component_find(component), &arguments);
  return arguments;
}

static const char *joined(const pl_manifest_arguments *arguments) {
  const char *text = "";
  for (size_t i = 0; i < arguments->argc; i++)
    text = pl_printf(arena, "%s%s%s", text, i ? "|" : "", arguments->argv[i]);
  return text;
}

static const struct {
  const char *container, *argv, *unknown;
} cases[] = {
    {"{command: [etcd, --a], args: [--b=c]}", "etcd|--a|--b=c", NULL},
    {"{args: [--b=c]}", "etcd|--b=c", NULL},
    {"{command: [/go-runner, --log-file=/x, /usr/bin/etcd, --a]}", "/usr/bin/etcd|--a", NULL},
    {"{command: [hyperkube, etcd, --a]}", "etcd|--a", NULL},
    {"{command: [etcd, '--n=$(NAME)'], env: [{name: NAME, value: x}]}", "etcd|--n=x", NULL},
    {"{command: [etcd, '$(A)-$(B)'], env: [{name: A, value: '1'}, {name: B, value: '$(A)2'}]}", "etcd|1-12", NULL},
    {"{command: [etcd, '$$(NAME) $x $(NONE) $('], env: [{name: NAME, value: x}]}", "etcd|$(NAME) $x $(NONE) $(", NULL},
    {"{command: [etcd, '--n=$(IP)'], env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}",
     "etcd|--n=$(IP)", "its arguments use $(IP), whose value the manifest alone does not tell"},
    {"{command: [etcd, '--u=$(URL)'], env: [{name: IP, valueFrom: {}}, {name: URL, value: 'http://$(IP)'}]}",
     "etcd|--u=$(URL)", "its arguments use $(URL), whose value the manifest alone does not tell"},
    {"{command: [etcd], env: [{name: IP, valueFrom: {}}, {name: URL, value: 'http://$(IP)'}]}", "etcd", NULL},
    {"{command: [/bin/sh, -c, 'exec etcd --a']}", "etcd",
     "its command starts /bin/sh, which starts etcd in a way that the manifest alone does not tell"},
};

START_TEST(command_lines) {
  pl_manifest_arguments arguments = arguments_of(cases[_i].container, "etcd");
  ck_assert_str_eq(joined(&arguments), cases[_i].argv);
  ck_assert_ptr_null(arguments.argv[arguments.argc]);
  ck_assert_msg(pl_equal(arguments.unknown, cases[_i].unknown), "%s: %s", cases[_i].container, arguments.unknown);
}
END_TEST

START_TEST(environment) {
  pl_manifest_arguments arguments = arguments_of(
      "{command: [etcd], env: [{name: A, value: b}, {name: C}, {value: x}, {name: D, valueFrom: {}}]}", "etcd");
  ck_assert_uint_eq(arguments.environ_count, 2);
  ck_assert_str_eq(arguments.environ[0], "A=b");
  ck_assert_str_eq(arguments.environ[1], "C=");
}
END_TEST

START_TEST(growth_is_bounded) {
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, 1 << 20);
  pl_buffer_text(&text, "{command: [etcd, '$(V20)'], env: [{name: V0, value: aaaaaaaaaaaaaaaa}");
  for (int i = 1; i <= 20; i++)
    pl_buffer_printf(&text, ", {name: V%d, value: '$(V%d)$(V%d)'}", i, i - 1, i - 1);
  pl_buffer_text(&text, "]}");
  pl_manifest_arguments arguments = arguments_of(text.data, "etcd");
  for (size_t i = 0; i < arguments.argc; i++)
    ck_assert_uint_le(strlen(arguments.argv[i]), 64u << 10);
  ck_assert_ptr_nonnull(arguments.unknown);
}
END_TEST

/* Short references must not make the command line endless. */
START_TEST(what_variables_amount_to_is_bounded) {
  enum { VALUE = 60000 };
  pl_auto_buffer pl_buffer text;
  char *value = pl_alloc(arena, VALUE + 1);
  memset(value, 'x', VALUE);
  pl_buffer_init(&text, 1 << 20);
  pl_buffer_printf(&text, "{env: [{name: A, value: %s}], command: [etcd", value);
  for (int i = 0; i < (int)(PL_CMDLINE_BYTES_MAX / VALUE) + _i; i++)
    pl_buffer_text(&text, ", $(A)");
  pl_buffer_text(&text, "]}");
  pl_manifest_arguments arguments = arguments_of(text.data, "etcd");
  ck_assert_str_eq(arguments.unknown ? arguments.unknown : "",
                   _i ? "its arguments use $(...), whose value the manifest alone does not tell" : "");
}
END_TEST

Suite *suite_manifest_arguments(void);
Suite *suite_manifest_arguments(void) {
  Suite *suite = suite_create("manifest_arguments");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, what_variables_amount_to_is_bounded, 0, 2);
  tcase_add_loop_test(tcase, command_lines, 0, sizeof cases / sizeof *cases);
  tcase_add_test(tcase, environment);
  tcase_add_test(tcase, growth_is_bounded);
  suite_add_tcase(suite, tcase);
  return suite;
}
