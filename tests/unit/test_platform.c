/* Platform records: how they are read, and which one fits a node. */
#include <check.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "small_node.h"
#include "supervise.h"

static pl_arena *arena;
static char *directory;
static pl_faults faults;

static void setup(void) {
  arena = pl_arena_new();
  directory = make_tree();
  mkdir(pl_printf(arena, "%s/platforms", directory), 0755);
  pl_faults_init(&faults, arena);
}

static void teardown(void) {
  remove_tree(directory);
  pl_arena_free(arena);
}

static void record(const char *name, const char *text) {
  int fd = open(pl_printf(arena, "%s/platforms/%s.yaml", directory, name), O_WRONLY | O_CREAT, 0600);
  ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
  close(fd);
}

/* The data stay open as long as the test runs: the records' texts are copies. */
static pl_platforms *load(void) {
  pl_error err = {0};
  pl_data *data = pl_data_open(arena, directory, false, &err);
  ck_assert_msg(data != NULL, "%s", err.text);
  pl_platforms *platforms = pl_platforms_load(arena, data, &faults);
  pl_data_close(data);
  return platforms;
}

START_TEST(a_record_in_full) {
  record("x", "platform: x\ntitle: X\norder: 5\nkine: true\n"
              "detect:\n  - path: /a\n  - {path: [/b, /c], os-release: {id: talos}}\n  - process: x server\n"
              "embeds: {x server: [kubelet, kube-apiserver], x agent: kubelet}\nmay-embed: {x agent: etcd}\n"
              "arguments: {x server: {kubelet: {file: /f, option: o}, kube-apiserver: {file: /g, switch: s}}}\n"
              "variables: {A: /a}\nagents: x agent\n"
              "layout:\n  manifests: [/m]\n  kubelet-root: /k\n  units: {kubelet: [x.service, y.service]}\n"
              "  traces: {etcd: /t}\nsystem-namespaces: [kube-system, x-system]\n");
  pl_platforms *platforms = load();
  ck_assert_uint_eq(faults.total, 0);
  const pl_platform *x = pl_platforms_find(platforms, "x");
  ck_assert_ptr_nonnull(x);
  ck_assert_uint_eq(x->test_count, 3);
  ck_assert_uint_eq(x->tests[1].path.count, 2);
  ck_assert_str_eq(pl_get_text(x->tests[1].os_release, "id", ""), "talos");
  ck_assert_str_eq(x->tests[2].process, "x server");
  ck_assert_uint_eq(pl_platform_traces(x, "etcd").count, 1);
  ck_assert_uint_eq(pl_platform_traces(x, "kubelet").count, 0);
  ck_assert_uint_eq(pl_platform_traces(NULL, "etcd").count, 0);
  ck_assert_uint_eq(x->embed_count, 3);
  ck_assert_str_eq(x->embeds[1].components.items[0], "kubelet");
  ck_assert(!x->embeds[1].perhaps);
  ck_assert(x->embeds[2].perhaps);
  ck_assert_str_eq(x->agents.items[0], "x agent");
  ck_assert_uint_eq(x->argument_count, 2);
  ck_assert_str_eq(x->arguments[0].process, "x server");
  ck_assert_str_eq(x->arguments[0].component, "kubelet");
  ck_assert_str_eq(x->arguments[0].option, "o");
  ck_assert_ptr_null(x->arguments[0].toggle);
  ck_assert_str_eq(x->arguments[1].file, "/g");
  ck_assert_str_eq(x->arguments[1].toggle, "s");
  ck_assert_str_eq(pl_get_text(x->variables, "A", ""), "/a");
  ck_assert(x->kine);
  ck_assert_str_eq(x->layout.kubelet_root, "/k");
  ck_assert_uint_eq(pl_platform_unit_names(arena, x, "kubelet").count, 2);
  ck_assert_str_eq(pl_platform_unit_names(arena, x, "etcd").items[0], "etcd.service");
  ck_assert_str_eq(x->system_namespaces.items[1], "x-system");
  ck_assert_ptr_null(pl_platforms_find(platforms, "y"));
}
END_TEST

START_TEST(records_go_by_order_then_name) {
  static const char text[] = "title: T\ndetect: [{path: /a}]\nlayout: {}\n";
  record("a", pl_printf(arena, "platform: a\norder: 9\n%s", text));
  record("b", pl_printf(arena, "platform: b\norder: 1\n%s", text));
  record("c", pl_printf(arena, "platform: c\norder: 1\n%s", text));
  pl_platforms *platforms = load();
  ck_assert_uint_eq(platforms->count, 3);
  ck_assert_str_eq(platforms->items[0].name, "b");
  ck_assert_str_eq(platforms->items[1].name, "c");
  ck_assert_str_eq(platforms->items[2].name, "a");
}
END_TEST

#define RECORD "platform: x\norder: 1\ntitle: t\ndetect: [{path: /a}]\nlayout: {}\n"

static const struct {
  const char *text, *fault;
} bad[] = {
    {"platform: x\norder: 1\ntitle: t\ndetect: []\nlayout: {}\n", "detect must be a list of tests"},
    {"platform: x\norder: 1\ntitle: t\ndetect: [{}]\nlayout: {}\n", "an empty test would hold on every node"},
    {"platform: x\norder: 1\ntitle: t\ndetect: [{pth: /a}]\nlayout: {}\n", "pth"},
    {"platform: x\norder: 1\ntitle: t\ndetect: [{path: /a}]\nlayout: {manifest: [/a]}\n", "manifests"},
    {"platform: x\ntitle: t\ndetect: [{path: /a}]\nlayout: {}\n", "order"},
    {"platform: x\norder: 1\ntitle: t\ndetect: [{path: /a}]\nlayout: {units: [a]}\n", "units must be a map"},
    {"platform: x\norder: 1\ntitle: t\ndetect: [{path: /a}]\nlayout: {traces: [a]}\n", "traces must be a map"},
    {"platform: x\norder: 1\ntitle: t\ndetect: [{path: /a}]\nlayout: {}\narguments: [a]\n", "arguments must be a map"},
    {"platform: x\norder: 1\ntitle: t\ndetect: [{path: /a}]\nlayout: {}\narguments: {p: a}\n", "p must be a map"},
    {"platform: x\norder: 1\ntitle: t\ndetect: [{path: /a}]\nlayout: {}\narguments: {p: {kubelet: {option: o}}}\n",
     "arguments need one of file, built-in and"},
    {"platform: x\norder: 1\ntitle: t\ndetect: [{path: /a}]\nlayout: {}\nvariables: {A: [b]}\n",
     "variables: A must be a text"},
    {RECORD "arguments: {p: {kubelet: {file: /f, built-in: [a=b]}}}\n", "arguments need one of"},
    {RECORD "arguments: {p: {kubelet: {as: q}}}\n", "naming a program above"},
    {RECORD "arguments: {p: {kubelet: {built-in: a=b}}}\n", "built-in must be a list"},
    {RECORD "arguments: {p: {kubelet: {built-in: [a]}}}\n", "a built-in argument must be NAME=VALUE"},
    {RECORD "arguments: {p: {kubelet: {built-in: [{set: a=b, gvien: c}]}}}\n", "gvien"},
    {RECORD "supervisors: {p: 1}\n", "supervisors must be a list"},
    {RECORD "supervisors: [{programs: [p], config: /c}]\n", "source"},
    {RECORD "supervisors: [{programs: [p], source: s, config: /c, letters: [c]}]\n", "letters must be a map"},
    {RECORD "supervisors: [{programs: [p], source: s, config: /c, defaults: {a: [b]}}]\n",
     "defaults: a must be a text"},
    {"platform: x\norder: 1\ntitle: t\ndetect: [{os-release: talos}]\nlayout: {}\n", "os-release must be a map"},
    {"platform: [x\n", ""},
};

START_TEST(faults_are_reported_and_the_record_left_out) {
  record("x", bad[_i].text);
  pl_platforms *platforms = load();
  ck_assert_ptr_null(pl_platforms_find(platforms, "x"));
  ck_assert_uint_ge(faults.total, 1);
  ck_assert_msg(strstr(faults.items[0].text, bad[_i].fault) != NULL, "%s", faults.items[0].text);
  ck_assert_ptr_nonnull(strstr(faults.items[0].file, "x.yaml"));
}
END_TEST

START_TEST(the_compiled_in_records_are_good) {
  small_node *node = small_node_new();
  pl_platforms *platforms = small_node_platforms(node);
  static const char *const names[] = {"kubeadm",   "kubespray",  "k3s",   "rke2",         "k0s", "microk8s", "kind",
                                      "openshift", "microshift", "talos", "bottlerocket", "eks", "eks-al2",  "gke",
                                      "aks",       "flatcar",    NULL};
  for (size_t i = 0; names[i]; i++)
    ck_assert_msg(pl_platforms_find(platforms, names[i]) != NULL, "%s", names[i]);
  const pl_platform *last = &platforms->items[platforms->count - 1];
  ck_assert_str_eq(last->name, "generic");
  small_node_free(node);
}
END_TEST

/* ---- which one fits ---- */

static const char *detected(small_node *node, const char **ret_evidence) {
  const pl_node *platform = pl_get(small_node_collect(node, &(pl_collect_options){.platforms = load()}), "platform");
  ck_assert_uint_eq(faults.total, 0);
  const pl_node *evidence = pl_get(platform, "evidence");
  *ret_evidence = pl_count(evidence) ? pl_text(evidence->list.items[0]) : NULL;
  return pl_get_text(platform, "name", NULL);
}

static void kubelet(small_node *node) {
  small_node_process(node, &(small_process){.pid = 9, .exe = "/usr/bin/kubelet", .argv = {"/usr/bin/kubelet"}});
}

static const struct {
  const char *test, *path, *content, *name;
} tests[] = {
    {"{path: /a}", "/a", "", "x"},
    {"{path: [/a, /b]}", "/a", "", "unknown"},
    {"{absent: /b, path: /a}", "/a", "", "x"},
    {"{absent: /a}", "/a", "", "unknown"},
    {"{glob: '/opt/x-*/bin'}", "/opt/x-1/bin", "", "x"},
    {"{os-release: {id: talos}}", "/etc/os-release", "NAME=x\nID=talos\n", "x"},
    {"{os-release: {id: talos, version_id: '2'}}", "/etc/os-release", "ID='talos'\nVERSION_ID=\"1\"\n", "unknown"},
    {"{unit: x.service}", "/etc/systemd/system/x.service", "[Service]\nExecStart=/bin/x\n", "x"},
    {"{component: kubelet}", "/a", "", "x"},
    {"{component: etcd}", "/a", "", "unknown"},
};

START_TEST(tests_on_a_node) {
  small_node *node = small_node_new();
  kubelet(node);
  small_node_file(node, tests[_i].path, tests[_i].content);
  record("x", pl_printf(arena, "platform: x\ntitle: t\norder: 1\ndetect: [%s]\nlayout: {}\n", tests[_i].test));
  const char *evidence, *name = detected(node, &evidence);
  ck_assert_msg(pl_equal(name, tests[_i].name), "%s: %s", tests[_i].test, name);
  small_node_free(node);
}
END_TEST

START_TEST(a_program_and_its_first_argument) {
  small_node *node = small_node_new();
  kubelet(node);
  small_node_process(node,
                     &(small_process){.pid = 20, .exe = "/usr/local/bin/k3s", .argv = {"/usr/local/bin/k3s server"}});
  record("k3s", "platform: k3s\ntitle: t\norder: 1\ndetect: [{process: k3s server}]\nlayout: {}\n");
  const char *evidence;
  ck_assert_str_eq(detected(node, &evidence), "k3s");
  ck_assert_str_eq(evidence, "process k3s server");
  small_node_free(node);
}
END_TEST

START_TEST(another_argument_or_a_pod_is_not_the_program) {
  small_node *node = small_node_new();
  kubelet(node);
  small_node_process(node, &(small_process){.pid = 20, .exe = "/usr/local/bin/k3s", .argv = {"k3s", "ctr"}});
  small_node_process(node, &(small_process){.pid = 21,
                                            .exe = "/bin/k3s",
                                            .argv = {"k3s", "server"},
                                            .cgroup = "/kubepods/pod20021741-bf93-4636-884b-034ff4063690"});
  record("k3s", "platform: k3s\ntitle: t\norder: 1\ndetect: [{process: k3s server}]\nlayout: {}\n");
  const char *evidence;
  ck_assert_str_eq(detected(node, &evidence), "unknown");
  small_node_free(node);
}
END_TEST

static const char k3s[] =
    "platform: k3s\ntitle: t\norder: 1\nkine: true\ndetect: [{process: k3s server}, {path: /k3s}]\n"
    "layout: {units: {kubelet: []}}\n"
    "embeds: {k3s server: [kubelet, kube-apiserver]}\nmay-embed: {k3s server: [etcd]}\n";

static void k3s_server(small_node *node) {
  small_node_process(node,
                     &(small_process){.pid = 20, .exe = "/usr/local/bin/k3s", .argv = {"/usr/local/bin/k3s server"}});
}

static const char *state(const pl_node *facts, const char *component) {
  return pl_get_text(pl_get_path(facts, pl_printf(arena, "components.%s", component)), "state", "");
}

START_TEST(what_leaves_a_trace_is_not_absent) {
  small_node *node = small_node_new();
  small_node_process(node, &(small_process){.pid = 9, .exe = "/usr/bin/kubelet", .argv = {"/usr/bin/kubelet"}});
  small_node_file(node, "/x/etcd.crt", "");
  record("x", "platform: x\ntitle: X\norder: 1\ndetect: [{path: /x}]\n"
              "layout: {manifests: [], traces: {etcd: [/none, /x/etcd.crt], kube-apiserver: /x/other}}\n");
  const pl_node *facts = small_node_collect(node, &(pl_collect_options){.platforms = load()});
  ck_assert_str_eq(state(facts, "etcd"), "unobservable");
  ck_assert_str_eq(pl_get_text(pl_get_path(facts, "components.etcd"), "because", ""),
                   "no process was seen, but /x/etcd.crt shows that X starts one");
  ck_assert_str_eq(state(facts, "kube-apiserver"), "absent");
  small_node_free(node);
}
END_TEST

START_TEST(what_a_program_embeds_runs_with_flags_that_cannot_be_observed) {
  small_node *node = small_node_new();
  k3s_server(node);
  record("k3s", k3s);
  const pl_node *facts = small_node_collect(node, &(pl_collect_options){.platforms = load()});
  const pl_node *fact = pl_get_path(facts, "components.kubelet");
  ck_assert_str_eq(state(facts, "kubelet"), "running");
  ck_assert_str_eq(pl_get_text(fact, "because", ""), "part of k3s server (pid 20)");
  ck_assert_str_eq(pl_get_text(fact, "arguments_unknown", ""),
                   "it is part of k3s server (pid 20): effective flags not observable");
  ck_assert_uint_eq(pl_count(pl_get(fact, "settings")), 0);
  ck_assert_str_eq(pl_get_text(pl_get(fact, "processes")->list.items[0], "exe", ""), "/usr/local/bin/k3s");
  ck_assert_str_eq(state(facts, "etcd"), "unobservable");
  ck_assert_str_eq(pl_get_text(pl_get_path(facts, "components.etcd"), "because", ""),
                   "it may be part of k3s server (pid 20), whose configuration decides");
  ck_assert_str_eq(state(facts, "cri-o"), "absent");
  ck_assert_str_eq(pl_get_text(pl_get_path(facts, "platform.kine"), "unreadable", ""),
                   "kube-apiserver: it is part of k3s server (pid 20): effective flags not observable");
  ck_assert(pl_get_path(facts, "platform.roles.control-plane")->boolean);
  small_node_free(node);
}
END_TEST

static const struct {
  const char *agents, *manifest, *apiserver, *proxy;
} agents[] = {
    {"", NULL, "unobservable", "unobservable"},
    {"agents: [x server]\n", NULL, "unobservable", "unobservable"},
    {"agents: [x agent]\n", NULL, "absent", "unobservable"},
    {"agents: [x agent]\n",
     "kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec: {containers: [{name: a, command: "
     "[kube-apiserver]}]}\n",
     "configured", "unobservable"},
};

START_TEST(an_agent_has_no_control_plane_but_what_a_static_pod_starts) {
  small_node *node = small_node_new();
  small_node_process(node, &(small_process){.pid = 20, .exe = "/bin/x", .argv = {"/bin/x", "agent"}});
  if (agents[_i].manifest)
    small_node_file(node, "/m/a.yaml", agents[_i].manifest);
  record("x", pl_printf(arena,
                        "platform: x\ntitle: t\norder: 1\ndetect: [{process: x agent}]\n%s"
                        "layout: {manifests: [/m]}\nembeds: {x agent: kubelet, x server: kube-apiserver}\n"
                        "may-embed: {x agent: kube-proxy}\n",
                        agents[_i].agents));
  const pl_node *facts = small_node_collect(node, &(pl_collect_options){.platforms = load()});
  ck_assert_str_eq(state(facts, "kubelet"), "running");
  ck_assert_str_eq(state(facts, "kube-apiserver"), agents[_i].apiserver);
  ck_assert_str_eq(state(facts, "kube-proxy"), agents[_i].proxy);
  small_node_free(node);
}
END_TEST

START_TEST(a_program_in_a_container_of_its_own_is_another_node) {
  small_node *node = small_node_new();
  kubelet(node);
  small_node_process(
      node,
      &(small_process){.pid = 20, .exe = "/bin/k3s", .namespace = "pid:[4026532999]", .argv = {"/bin/k3s", "server"}});
  record("k3s", k3s);
  const char *evidence;
  ck_assert_str_eq(detected(node, &evidence), "unknown");
  small_node_free(node);
}
END_TEST

START_TEST(what_runs_decides_before_what_was_left_behind) {
  small_node *node = small_node_new();
  small_node_file(node, "/rke2", "");
  k3s_server(node);
  record("k3s", k3s);
  record("rke2", "platform: rke2\ntitle: t\norder: 0\ndetect: [{path: /rke2}]\nlayout: {}\n");
  const char *evidence;
  ck_assert_str_eq(detected(node, &evidence), "k3s");
  ck_assert_str_eq(evidence, "process k3s server");
  small_node_free(node);
}
END_TEST

START_TEST(a_program_of_several_components_that_is_not_seen_leaves_them_open) {
  small_node *node = small_node_new();
  small_node_file(node, "/k3s", "");
  record("k3s", k3s);
  const pl_node *facts = small_node_collect(node, &(pl_collect_options){.platforms = load()});
  ck_assert_str_eq(state(facts, "kubelet"), "unobservable");
  ck_assert_str_eq(pl_get_text(pl_get_path(facts, "components.kubelet"), "because", ""),
                   "kubelet would be part of k3s server, of which no process was seen");
  ck_assert_str_eq(pl_get_text(pl_get(facts, "platform"), "name", ""), "k3s");
  small_node_free(node);
}
END_TEST

static const struct {
  const char *servers;
  bool kine;
} stores[] = {{"--etcd-servers=unix:///run/kine.sock", true},
              {"--etcd-servers=https://127.0.0.1:2379", false},
              {"--etcd-servers=unix:///run/kine.sock,https://10.0.0.1:2379", false}};

START_TEST(kine_is_what_the_api_server_says) {
  small_node *node = small_node_new();
  small_node_file(node, "/k3s", "");
  small_node_process(node, &(small_process){.pid = 9,
                                            .exe = "/usr/bin/kube-apiserver",
                                            .argv = {"/usr/bin/kube-apiserver", stores[_i].servers}});
  record("k3s", k3s);
  const pl_node *facts = small_node_collect(node, &(pl_collect_options){.platforms = load()});
  const pl_node *kine = pl_get_path(facts, "platform.kine");
  ck_assert(pl_is(kine, PL_BOOLEAN));
  ck_assert_int_eq(kine->boolean, stores[_i].kine);
  small_node_free(node);
}
END_TEST

static const struct {
  const char *start;
  bool own;
} starts[] = {{"/bin/sup", false}, {"/usr/bin/kubelet", true}};

START_TEST(a_supervisor_s_unit_is_not_the_kubelet_s) {
  small_node *node = small_node_new();
  small_node_file(node, "/k3s", "");
  small_node_file(node, "/etc/systemd/system/sup.service",
                  pl_printf(arena, "[Service]\nExecStart=%s\n", starts[_i].start));
  small_node_process(node, &(small_process){.pid = 9,
                                            .exe = "/usr/bin/kubelet",
                                            .cgroup = "/system.slice/sup.service",
                                            .argv = {"/usr/bin/kubelet"}});
  record("k3s", k3s);
  const pl_node *facts = small_node_collect(node, &(pl_collect_options){.platforms = load()});
  const char *unit = pl_get_text(pl_get_path(facts, "components.kubelet"), "unit", NULL);
  ck_assert(pl_equal(unit, starts[_i].own ? "sup.service" : NULL));
  ck_assert_uint_eq(pl_count(pl_get(pl_get(pl_get(facts, "file_sets"), "kubelet.unit"), "paths")), starts[_i].own);
  small_node_free(node);
}
END_TEST

START_TEST(nothing_of_kubernetes_is_no_platform) {
  small_node *node = small_node_new();
  small_node_file(node, "/etc/kubernetes/leftover", "");
  record("x", "platform: x\ntitle: t\norder: 1\ndetect: [{path: /etc/kubernetes/leftover}]\nlayout: {}\n");
  const char *evidence;
  ck_assert_str_eq(detected(node, &evidence), "none");
  small_node_free(node);
}
END_TEST

Suite *suite_platform(void);
Suite *suite_platform(void) {
  Suite *suite = suite_create("platform");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, a_record_in_full);
  tcase_add_test(tcase, records_go_by_order_then_name);
  tcase_add_loop_test(tcase, faults_are_reported_and_the_record_left_out, 0, sizeof bad / sizeof *bad);
  tcase_add_test(tcase, the_compiled_in_records_are_good);
  tcase_add_loop_test(tcase, tests_on_a_node, 0, sizeof tests / sizeof *tests);
  tcase_add_test(tcase, a_program_and_its_first_argument);
  tcase_add_test(tcase, another_argument_or_a_pod_is_not_the_program);
  tcase_add_test(tcase, what_leaves_a_trace_is_not_absent);
  tcase_add_test(tcase, what_a_program_embeds_runs_with_flags_that_cannot_be_observed);
  tcase_add_loop_test(tcase, an_agent_has_no_control_plane_but_what_a_static_pod_starts, 0,
                      sizeof agents / sizeof *agents);
  tcase_add_test(tcase, a_program_in_a_container_of_its_own_is_another_node);
  tcase_add_test(tcase, what_runs_decides_before_what_was_left_behind);
  tcase_add_test(tcase, a_program_of_several_components_that_is_not_seen_leaves_them_open);
  tcase_add_loop_test(tcase, kine_is_what_the_api_server_says, 0, sizeof stores / sizeof *stores);
  tcase_add_loop_test(tcase, a_supervisor_s_unit_is_not_the_kubelet_s, 0, sizeof starts / sizeof *starts);
  tcase_add_test(tcase, nothing_of_kubernetes_is_no_platform);
  suite_add_tcase(suite, tcase);
  return suite;
}
