/* Configuration of containerd and CRI-O: where CNI, data and state are. */
#include <check.h>

#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "small_node.h"
#include "src/kube/runtime_config.h"

#define CONFIG  "/etc/containerd/config.toml"
#define V2(dir) "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".cni]\nconf_dir = \"" dir "\"\n"
#define V3(dir) "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.cni]\nconf_dir = \"" dir "\"\n"

static small_node *node;
static pl_runtime runtime;

static void setup(void) { node = small_node_new(); }
static void teardown(void) { small_node_free(node); }

static void containerd_of(const char *version, const char *cwd, const char *const *argv) {
  pl_runtime_input input = {.host = small_node_host(node),
                            .config = CONFIG,
                            .argv = argv,
                            .argv_where = "pid 7",
                            .cwd = cwd,
                            .version = version,
                            .major = version ? *version - '0' : 0};
  while (argv && argv[input.argc])
    input.argc++;
  pl_containerd_read(&input, &runtime);
}

static void containerd(int major, const char *const *argv) {
  containerd_of(major ? pl_printf(node->arena, "%d.0.0", major) : NULL, NULL, argv);
}

static const char *cni(void) { return runtime.cni_count ? runtime.cni_directories[0] : "none"; }

static const char *setting(const char *name) {
  const pl_node *value = pl_settings_value(&runtime.settings, name);
  return value ? pl_node_show(node->arena, value, 200) : "none";
}

START_TEST(defaults_without_a_file) {
  containerd(0, NULL);
  ck_assert_str_eq(cni(), "/etc/cni/net.d");
  ck_assert_str_eq(runtime.cni_from, "default");
  ck_assert_str_eq(runtime.root, "/var/lib/containerd");
  ck_assert_str_eq(runtime.state, "/run/containerd");
  ck_assert_ptr_null(runtime.why);
  ck_assert_str_eq(pl_get_text(pl_get_path(runtime.settings.values, "root.from"), "layer", ""), "default");
}
END_TEST

static const struct {
  const char *text, *directory;
} versions[] = {
    {"[plugins.cri.cni]\nconf_dir = \"/one\"\n", "/one"},
    {"version = 1\n[plugins.cri.cni]\nconf_dir = \"/one\"\n", "/one"},
    {V2("/two"), "/two"},
    {V3("/three"), "/three"},
    {"version = 2\n[plugins.cri.cni]\nconf_dir = \"/one\"\n", "/etc/cni/net.d"},
    {"version = 3\n[plugins.\"io.containerd.grpc.v1.cri\".cni]\nconf_dir = \"/two\"\n", "/etc/cni/net.d"},
    {"version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".cni]\nconf_dir = \"\"\n", "/etc/cni/net.d"},
    {"version = 4\n[plugins.'io.containerd.cri.v1.runtime'.cni]\nconf_dir = \"/four\"\n", "/four"},
    {"version = 5\n[plugins.'io.containerd.cri.v1.runtime'.cni]\nconf_dir = \"/five\"\n", "/etc/cni/net.d"},
};

START_TEST(each_version_has_its_own_plugin_name) {
  small_node_file(node, CONFIG, versions[_i].text);
  containerd(0, NULL);
  ck_assert_msg(pl_equal(cni(), versions[_i].directory), "%s: %s", versions[_i].text, cni());
}
END_TEST

START_TEST(values_have_their_place) {
  small_node_file(node, CONFIG,
                  "version = 2\nroot = \"/data\"\nstate = "
                  "\"/state\"\n[plugins.\"io.containerd.grpc.v1.cri\".cni]\nconf_dir = \"/two\"\n");
  containerd(0, NULL);
  ck_assert_str_eq(runtime.root, "/data");
  ck_assert_str_eq(runtime.state, "/state");
  const pl_node *from = pl_get_path(runtime.settings.values, "root.from");
  ck_assert_str_eq(pl_get_text(from, "where", ""), CONFIG);
  ck_assert_int_eq(pl_get_integer(from, "line", 0), 2);
  ck_assert_str_eq(runtime.cni_from, CONFIG);
}
END_TEST

START_TEST(imports_are_read_breadth_first) {
  small_node_file(node, CONFIG, "imports = [\"a.toml\", \"/etc/more/*.toml\"]\n" V3("/main"));
  small_node_file(node, "/etc/containerd/a.toml", "imports = [\"b.toml\", \"a.toml\"]\nroot = \"/from-a\"\n" V3("/a"));
  small_node_file(node, "/etc/containerd/b.toml", V3("/b"));
  small_node_file(node, "/etc/more/1.toml", "version = 3\nroot = \"/from-1\"\n");
  small_node_file(node, "/etc/more/2.toml", V3("/more"));
  small_node_file(node, "/etc/more/3.conf", V3("/no"));
  containerd(2, NULL);
  ck_assert_str_eq(cni(), "/b");
  ck_assert_str_eq(runtime.root, "/from-1");
  ck_assert_uint_eq(pl_count(runtime.settings.files), 5);
}
END_TEST

/* Measured: `containerd --config F config dump` of 1.6.20; containerd pull requests 9746, 9834 and 9835. */
static const struct {
  const char *version, *directory;
} patterns[] = {
    {"1.6.20~ds1-1+deb12u3", "/cwd"},
    {"1.6.29", "/cwd"},
    {"1.6.30", "/beside"},
    {"1.7.15", "/cwd"},
    {"1.7.16", "/beside"},
    {"1.7.24~ds1", "/beside"},
    {"2.0.0", "/beside"},
};

START_TEST(relative_patterns_by_version) {
  small_node_file(node, CONFIG, "imports = [\"d/*.toml\"]\n" V2("/main"));
  small_node_file(node, "/etc/containerd/d/a.toml", V2("/beside"));
  small_node_file(node, "/srv/d/a.toml", V2("/cwd"));
  containerd_of(patterns[_i].version, "/srv", NULL);
  ck_assert_msg(pl_equal(cni(), patterns[_i].directory), "%s: %s", patterns[_i].version, cni());
  ck_assert_ptr_null(runtime.why);
}
END_TEST

/* containerd 1.6 reads a file of version 3 as one of version 2, 1.7 does not start with it. */
START_TEST(versions_of_the_file_by_version) {
  small_node_file(node, CONFIG, "version = 3\n");
  containerd_of("1.6.20~ds1-1+deb12u3", NULL, NULL);
  ck_assert_ptr_null(runtime.why);
  containerd_of("1.7.24~ds1", NULL, NULL);
  ck_assert_str_eq(runtime.why, CONFIG ": containerd 1.7.24~ds1 has no version 3 of its configuration");
  containerd_of("2.0.0", NULL, NULL);
  ck_assert_ptr_null(runtime.why);
  containerd_of(NULL, NULL, NULL);
  ck_assert_ptr_null(runtime.why);
}
END_TEST

START_TEST(relative_patterns_of_an_unknown_version) {
  small_node_file(node, CONFIG, "imports = [\"d/*.toml\"]\n" V2("/main"));
  containerd(0, NULL);
  ck_assert_str_eq(runtime.why, CONFIG ": what the import d/*.toml is relative to depends on containerd's version, "
                                       "which is not known");
}
END_TEST

START_TEST(names_of_another_version) {
  small_node_file(node, CONFIG, "imports = [\"x.toml\"]\n" V2("/two"));
  small_node_file(node, "/etc/containerd/x.toml", "[plugins.cri.cni]\nconf_dir = \"/one\"\n");
  containerd(1, NULL);
  ck_assert_str_eq(runtime.why, "/etc/containerd/x.toml: plugins.cri is no plugin of version 2");
  containerd(2, NULL);
  ck_assert_ptr_null(runtime.why);
  ck_assert_str_eq(cni(), "/one");
}
END_TEST

#define RUNTIMES                                                                                                       \
  "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runsc]\nruntime_type = "                    \
  "\"io.containerd.runsc.v1\"\n"

START_TEST(a_later_file_replaces_the_plugin_up_to_1_7) {
  small_node_file(node, CONFIG, "imports = [\"x.toml\"]\n" V2("/two"));
  small_node_file(node, "/etc/containerd/x.toml", RUNTIMES);
  containerd(1, NULL);
  ck_assert_str_eq(cni(), "/etc/cni/net.d");
  ck_assert_str_eq(setting("containerd.runtimes.runsc.runtime_type"), "io.containerd.runsc.v1");
  containerd(2, NULL);
  ck_assert_str_eq(cni(), "/two");
  ck_assert_str_eq(setting("containerd.runtimes.runsc.runtime_type"), "io.containerd.runsc.v1");
}
END_TEST

START_TEST(runtimes_with_a_directory_of_their_own) {
  small_node_file(
      node, CONFIG,
      V2("/two") "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.a]\ncni_conf_dir = \"/own\"\n"
                 "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.b]\ncni_conf_dir = \"\"\n"
                 "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.c]\ncni_conf_dir = \"/two\"\n");
  containerd(0, NULL);
  ck_assert_uint_eq(runtime.cni_count, 2);
  ck_assert_str_eq(runtime.cni_directories[1], "/own");
}
END_TEST

START_TEST(flags_beat_the_file) {
  small_node_file(node, CONFIG, "version = 2\nroot = \"/data\"\n");
  small_node_file(node, "/etc/other.toml", "version = 2\nroot = \"/other\"\nstate = \"/s\"\n");
  containerd(0, (const char *const[]){"containerd", "-c", "/etc/other.toml", "--root=/flag", NULL});
  ck_assert_str_eq(runtime.root, "/flag");
  ck_assert_str_eq(runtime.state, "/s");
  ck_assert_str_eq(pl_get_text(pl_get_path(runtime.settings.values, "root.from"), "layer", ""), "flag");
}
END_TEST

START_TEST(what_cannot_be_read_is_said) {
  small_node_file(node, CONFIG, "version = \n");
  containerd(0, NULL);
  ck_assert_ptr_nonnull(runtime.why);
  ck_assert_str_eq(cni(), "/etc/cni/net.d");
  small_node_file(node, "/etc/two.toml", "version = 2\nimports = [\"/etc/none.toml\"]\n");
  containerd(0, (const char *const[]){"containerd", "--config", "/etc/two.toml", NULL});
  ck_assert_ptr_nonnull(strstr(runtime.why, "/etc/none.toml"));
}
END_TEST

static void write_imports(int files) {
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, 1 << 20);
  pl_buffer_text(&text, "version = 2\nimports = [\"");
  for (int i = 1; i < files; i++) {
    char *name = pl_printf(node->arena, "/etc/containerd/i%03d.toml", i);
    small_node_file(node, name, "version = 2\n");
    pl_buffer_printf(&text, "%s\", \"", name);
  }
  pl_buffer_text(&text, "\"]\n");
  small_node_file(node, CONFIG, text.data);
}

START_TEST(imports_are_capped) {
  write_imports(PL_IMPORTS_MAX);
  containerd(0, NULL);
  ck_assert_ptr_null(runtime.why);
  ck_assert_uint_eq(pl_count(runtime.settings.files), PL_IMPORTS_MAX);
}
END_TEST

START_TEST(one_import_too_many) {
  write_imports(PL_IMPORTS_MAX + 1);
  containerd(0, NULL);
  ck_assert_str_eq(runtime.why, "more than 256 imported files");
  ck_assert_uint_eq(pl_count(runtime.settings.files), PL_IMPORTS_MAX);
}
END_TEST

START_TEST(credentials_stay_where_they_are) {
  small_node_file(
      node, CONFIG,
      V2("/two") "[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"r\".auth]\npassword = \"hunter2\"\n");
  containerd(0, NULL);
  ck_assert_ptr_null(strstr(pl_json_text(node->arena, runtime.settings.values, false), "hunter2"));
}
END_TEST

/* "DEFAULT: NAME type shim binary config, ..." with "-" for what is null. */
static const char *handlers(bool of_crio) {
  static const char *const names[] = {"name", "type", "shim", "binary", "config"};
  const pl_node *facts = pl_runtime_handler_facts(node->arena, &runtime, of_crio);
  if (pl_get(facts, "unreadable"))
    return "unreadable";
  const char *text = pl_printf(node->arena, "%s:", pl_get_text(facts, "default", "-"));
  pl_each_item (handler, pl_get(facts, "handlers")) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
      text = pl_printf(node->arena, "%s %s", text, pl_get_text(handler, names[i], "-"));
    text = pl_printf(node->arena, "%s,", text);
  }
  return text;
}

#define TABLE(plugin, name) "[plugins.\"" plugin "\".containerd." name "]\n"
#define TWO(name)           TABLE("io.containerd.grpc.v1.cri", name)
#define THREE(name)         TABLE("io.containerd.cri.v1.runtime", name)
#define RUNC_HANDLER        "runc io.containerd.runc.v2 containerd-shim-runc-v2 - -,"
#define RUNSC_HANDLER       "runsc io.containerd.runsc.v1 containerd-shim-runsc-v1 - -,"
#define RUNSC               "runtime_type = \"io.containerd.runsc.v1\"\n"

/* What containerd 1.6 makes of its files is measured in tests/nodes/containerd.py; for what it drops before a dump, and
 * for 2: containerd 1.6 pkg/cri/config/config.go; 2 internal/cri/config, plugins/cri/runtime/plugin.go. */
static const struct {
  const char *version, *text, *handlers;
} handler_cases[] = {
    {NULL, "", "runc: " RUNC_HANDLER},
    {"1.7.1", "version = 2\n" TWO("runtimes.runsc") RUNSC, "runc: " RUNSC_HANDLER},
    {"1.7.1", "version = 2\n" TWO("runtimes.runc.options") "BinaryName = \"/r\"\n", "runc: runc - - /r -,"},
    {"1.7.1", "version = 2\n" TWO("default_runtime") RUNSC,
     "default: " RUNC_HANDLER " default io.containerd.runsc.v1 containerd-shim-runsc-v1 - -,"},
    {"1.7.1", "version = 2\n" TWO("untrusted_workload_runtime") RUNSC,
     "runc: " RUNC_HANDLER " untrusted io.containerd.runsc.v1 containerd-shim-runsc-v1 - -,"},
    {"2.0.0", "version = 2\n" TWO("default_runtime") RUNSC, "runc: " RUNC_HANDLER},
    {"2.0.0", "version = 2\n" TWO("runtimes.runsc") RUNSC, "runc: " RUNC_HANDLER " " RUNSC_HANDLER},
    {"2.0.0", "version = 2\n" THREE("runtimes.runsc") RUNSC, "runc: " RUNC_HANDLER " " RUNSC_HANDLER},
    {"2.1.0", "version = 3\n" THREE("runtimes.runc.options") "BinaryName = \"/r\"\n" TWO("runtimes.runsc") RUNSC,
     "runc: runc io.containerd.runc.v2 containerd-shim-runc-v2 /r -,"},
    {"2.3.0", "version = 3\n" TWO("runtimes.runsc") RUNSC, "runc: " RUNC_HANDLER " " RUNSC_HANDLER},
    {"2.3.0",
     "version = 4\n[plugins.\"io.containerd.cri.v1.runtime\".containerd]\n"
     "default_runtime_name = \"kata\"\n" THREE(
         "runtimes.kata") "runtime_type = \"io.containerd.kata-qemu.v2\"\nruntime_path = \"/opt/kata/shim\"\n"
                          "options = {ConfigPath = \"/opt/kata/qemu.toml\"}\n",
     "kata: " RUNC_HANDLER " kata io.containerd.kata-qemu.v2 /opt/kata/shim - "
     "/opt/kata/qemu.toml,"},
    {"2.0.0", "version = 3\n" THREE("runtimes.own") "runtime_type = \"/opt/shim\"\n",
     "runc: " RUNC_HANDLER " own /opt/shim /opt/shim - -,"},
    {"2.0.0", "version = \n", "unreadable"},
};

START_TEST(handlers_of_containerd) {
  if (*handler_cases[_i].text)
    small_node_file(node, CONFIG, handler_cases[_i].text);
  containerd_of(handler_cases[_i].version, NULL, NULL);
  ck_assert_str_eq(handlers(false), handler_cases[_i].handlers);
}
END_TEST

static const char *const *crio_environ;

static void crio_of(const char *version, const char *const *argv) {
  pl_runtime_input input = {.host = small_node_host(node),
                            .config = "/etc/crio/crio.conf",
                            .argv = argv,
                            .argv_where = "pid 7",
                            .environ = crio_environ,
                            .version = version};
  while (argv && argv[input.argc])
    input.argc++;
  while (crio_environ && crio_environ[input.environ_count])
    input.environ_count++;
  pl_crio_read(&input, &runtime);
}

static void crio(const char *const *argv) { crio_of(NULL, argv); }

START_TEST(drop_ins_of_cri_o_are_capped) {
  for (int i = 0; i < PL_IMPORTS_MAX + _i; i++)
    small_node_file(node, pl_printf(node->arena, "/etc/crio/crio.conf.d/%03d.conf", i), "[crio]\n");
  crio((const char *const[]){"crio", NULL});
  ck_assert_str_eq(runtime.why ? runtime.why : "", _i ? "more than 256 drop-ins in /etc/crio/crio.conf.d" : "");
  ck_assert_uint_eq(pl_count(runtime.settings.files), PL_IMPORTS_MAX);
}
END_TEST

START_TEST(crio_files_by_name) {
  small_node_file(node, "/etc/crio/crio.conf", "[crio]\nroot = \"/data\"\n[crio.network]\nnetwork_dir = \"/first\"\n");
  small_node_file(node, "/etc/crio/crio.conf.d/20-b.conf", "[crio.network]\nnetwork_dir = \"/last\"\n");
  small_node_file(node, "/etc/crio/crio.conf.d/10-a.conf",
                  "[crio.network]\nnetwork_dir = \"/middle\"\n[crio.runtime]\ndefault_runtime = \"crun\"\n"
                  "[crio.runtime.runtimes.kata]\nruntime_type = \"vm\"\n");
  crio(NULL);
  ck_assert_str_eq(cni(), "/last");
  ck_assert_str_eq(runtime.cni_from, "/etc/crio/crio.conf.d/20-b.conf");
  ck_assert_str_eq(runtime.root, "/data");
  ck_assert_str_eq(runtime.state, "/run/containers/storage");
  ck_assert_str_eq(setting("runtime.runtimes.kata.runtime_type"), "vm");
  ck_assert_str_eq(setting("runtime.default_runtime"), "crun");
}
END_TEST

START_TEST(crio_flags_and_defaults) {
  crio(NULL);
  ck_assert_str_eq(cni(), "/etc/cni/net.d");
  small_node_file(node, "/opt/d/x.conf", "[crio.network]\nnetwork_dir = \"/file\"\n");
  crio((const char *const[]){"crio", "--config-dir", "/opt/d", NULL});
  ck_assert_str_eq(cni(), "/file");
  crio((const char *const[]){"crio", "--config-dir", "/opt/d", "--cni-config-dir=/flag", NULL});
  ck_assert_str_eq(cni(), "/flag");
}
END_TEST

/* The file that CRI-O's packages bring (cri-o/packaging templates/latest/cri-o/bundle/10-crio.conf, shortened). */
#define SHIPPED                                                                                                        \
  "[crio.runtime]\ndefault_runtime = \"crun\"\n[crio.runtime.runtimes.crun]\nruntime_path = "                          \
  "\"/usr/libexec/crio/crun\"\n"                                                                                       \
  "runtime_root = \"/run/crun\"\n[crio.runtime.runtimes.runc]\nruntime_path = \"/usr/libexec/crio/runc\"\n"
#define KATA                                                                                                           \
  "[crio.runtime.runtimes.kata]\nruntime_type = \"vm\"\nruntime_path = \"/usr/bin/containerd-shim-kata-v2\"\n"         \
  "runtime_config_path = \"/etc/kata.toml\"\n"

/* crio.conf(5); pkg/config/config.go: UpdateFromDropInFile, ValidateDefaultRuntime, ValidateRuntimes. */
static const struct {
  const char *version, *drop_in, *later, *option, *variable, *handlers;
} crio_handler_cases[] = {
    {"1.31.0", NULL, NULL, NULL, NULL, "crun: crun oci - - -,"},
    {"1.30.9", NULL, NULL, NULL, NULL, "runc: runc oci - - -,"},
    {NULL, NULL, NULL, NULL, NULL, "-:"},
    {NULL, SHIPPED, NULL, NULL, NULL,
     "crun: crun oci - /usr/libexec/crio/crun -, runc oci - /usr/libexec/crio/runc -,"},
    {"1.30.9", SHIPPED KATA, NULL, NULL, NULL,
     "crun: runc oci - /usr/libexec/crio/runc -, crun oci - /usr/libexec/crio/crun -, kata vm "
     "/usr/bin/containerd-shim-kata-v2 - /etc/kata.toml,"},
    {"1.31.0", SHIPPED, "[crio.runtime.runtimes.runc]\nruntime_config_path = \"/c\"\n", NULL, NULL,
     "crun: crun oci - /usr/libexec/crio/crun -, runc oci - - /c,"},
    {"1.31.0", SHIPPED, "[crio.runtime]\ndefault_runtime = \"\"\n", NULL, NULL,
     "crun: crun oci - /usr/libexec/crio/crun -, runc oci - /usr/libexec/crio/runc -,"},
    {"1.31.0", SHIPPED, NULL, "--default-runtime=runc", "CONTAINER_DEFAULT_RUNTIME=crun",
     "runc: crun oci - /usr/libexec/crio/crun -, runc oci - /usr/libexec/crio/runc -,"},
    {"1.31.0", SHIPPED, NULL, NULL, "CONTAINER_DEFAULT_RUNTIME=runc",
     "runc: crun oci - /usr/libexec/crio/crun -, runc oci - /usr/libexec/crio/runc -,"},
    {"1.31.0", SHIPPED, "[crio.runtime.runtimes.slow]\ninherit_default_runtime = true\n", NULL, NULL,
     "crun: crun oci - /usr/libexec/crio/crun -, runc oci - /usr/libexec/crio/runc -, slow oci - "
     "/usr/libexec/crio/crun -,"},
    {"1.31.0", "[crio.runtime\n", NULL, NULL, NULL, "unreadable"},
    {"1.31.0", NULL, NULL, "--config=/etc/none.conf", NULL, "unreadable"},
    {"1.31.0", NULL, NULL, "--config=", NULL, "crun: crun oci - - -,"},
};

START_TEST(handlers_of_crio) {
  const char *option = crio_handler_cases[_i].option, *variable = crio_handler_cases[_i].variable;
  if (crio_handler_cases[_i].drop_in)
    small_node_file(node, "/etc/crio/crio.conf.d/10-crio.conf", crio_handler_cases[_i].drop_in);
  if (crio_handler_cases[_i].later)
    small_node_file(node, "/etc/crio/crio.conf.d/20-site.conf", crio_handler_cases[_i].later);
  crio_environ = (const char *const[]){variable, NULL};
  crio_of(crio_handler_cases[_i].version, (const char *const[]){"crio", option, NULL});
  crio_environ = NULL;
  ck_assert_str_eq(handlers(true), crio_handler_cases[_i].handlers);
}
END_TEST

START_TEST(crio_walks_its_drop_ins) {
  small_node_file(node, "/etc/crio/crio.conf.d/b/10.conf", "[crio.network]\nnetwork_dir = \"/below\"\n");
  small_node_file(node, "/etc/crio/crio.conf.d/b.conf", "[crio.network]\nnetwork_dir = \"/beside\"\n");
  small_node_file(node, "/etc/crio/crio.conf.d/a", "[crio]\nroot = \"/data\"\n");
  small_node_file(node, "/etc/crio/crio.conf.d/c", "[crio]\nroot = \"\"\n");
  crio(NULL);
  ck_assert_str_eq(cni(), "/beside");
  ck_assert_str_eq(runtime.root, "/data");
}
END_TEST

Suite *suite_container_runtime(void);
Suite *suite_container_runtime(void) {
  Suite *suite = suite_create("container_runtime");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, defaults_without_a_file);
  tcase_add_loop_test(tcase, each_version_has_its_own_plugin_name, 0, sizeof versions / sizeof *versions);
  tcase_add_test(tcase, values_have_their_place);
  tcase_add_test(tcase, imports_are_read_breadth_first);
  tcase_add_loop_test(tcase, relative_patterns_by_version, 0, sizeof patterns / sizeof *patterns);
  tcase_add_test(tcase, versions_of_the_file_by_version);
  tcase_add_test(tcase, relative_patterns_of_an_unknown_version);
  tcase_add_test(tcase, names_of_another_version);
  tcase_add_test(tcase, a_later_file_replaces_the_plugin_up_to_1_7);
  tcase_add_test(tcase, runtimes_with_a_directory_of_their_own);
  tcase_add_test(tcase, flags_beat_the_file);
  tcase_add_test(tcase, what_cannot_be_read_is_said);
  tcase_add_loop_test(tcase, drop_ins_of_cri_o_are_capped, 0, 2);
  tcase_add_test(tcase, imports_are_capped);
  tcase_add_test(tcase, one_import_too_many);
  tcase_add_test(tcase, credentials_stay_where_they_are);
  tcase_add_loop_test(tcase, handlers_of_containerd, 0, sizeof handler_cases / sizeof *handler_cases);
  tcase_add_test(tcase, crio_files_by_name);
  tcase_add_loop_test(tcase, handlers_of_crio, 0, sizeof crio_handler_cases / sizeof *crio_handler_cases);
  tcase_add_test(tcase, crio_walks_its_drop_ins);
  tcase_add_test(tcase, crio_flags_and_defaults);
  suite_add_tcase(suite, tcase);
  return suite;
}
