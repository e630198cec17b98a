/* Which processes are components of the node, and what their state is. */
#include <check.h>
#include <stdio.h>

#include "small_node.h"
#include "src/kube/recognition.h"

#define ID              "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define UID             "20021741-bf93-4636-884b-034ff4063690"
#define HASH            "c18980a4fd9d9bd751bb2418ac6debad"
#define OTHER_NAMESPACE "pid:[4026532496]"
#define POD(uid)        "/kubepods/besteffort/pod" uid "/" ID

static small_node *node;
static pl_node *facts;

static void setup(void) {
  node = small_node_new();
  facts = NULL;
}
static void teardown(void) { small_node_free(node); }

static const pl_node *component(const char *name) {
  if (!facts)
    facts = small_node_collect(node, NULL);
  return pl_get(pl_get(facts, "components"), name);
}

static const char *state(const char *name) { return pl_get_text(component(name), "state", "none"); }
static const char *because(const char *name) { return pl_get_text(component(name), "because", "none"); }

/* Reason for which PID is listed as rejected, NULL when it is not. */
static const char *rejected(int pid) {
  component("kubelet");
  pl_each_item (entry, pl_get(facts, "rejected_processes")) {
    if (pl_get_integer(entry, "pid", 0) == pid)
      return pl_get_text(entry, "why", "");
  }
  return NULL;
}

static void kubelet(void) {
  small_node_process(node, &(small_process){.pid = 9,
                                            .exe = "/usr/bin/kubelet",
                                            .argv = {"/usr/bin/kubelet", "--v=2"},
                                            .cgroup = "/system.slice/kubelet.service"});
}

static const struct {
  const char *what;
  small_process process;
  const char *why; /* NULL: it is the kubelet */
} processes[] = {
    {"by path", {.exe = "/usr/bin/kubelet", .argv = {"/usr/bin/kubelet"}}, NULL},
    {"by name", {.exe = "/opt/bin/kubelet", .argv = {"kubelet", "--v=2"}}, NULL},
    {"with a version in its name", {.exe = "/usr/bin/kubelet1.34", .argv = {"/usr/bin/kubelet"}}, NULL},
    {"replaced on disk", {.exe = "/usr/bin/kubelet (deleted)", .argv = {"kubelet"}}, NULL},
    {"hyperkube", {.exe = "/hyperkube", .argv = {"/hyperkube", "kubelet", "--v=2"}}, NULL},
    {"another program", {.exe = "/usr/bin/sleep", .argv = {"kubelet", "600"}}, "its executable is /usr/bin/sleep"},
    {"a shell", {.exe = "/bin/bash", .argv = {"bash", "-c", "x", "kubelet", "--v=2"}}, "only an argument says kubelet"},
    {"a title", {.exe = "/bin/perl", .argv = {"kubelet --v=2"}}, "only an argument says kubelet"},
    {"a nested container",
     {.exe = "/usr/bin/kubelet", .argv = {"kubelet"}, .namespace = OTHER_NAMESPACE, .cgroup = "/docker/" ID},
     "it runs in a PID namespace of its own, outside the pods of this node"},
    {"another name", {.exe = "/usr/bin/kubelet", .argv = {"mine"}}, "it runs /usr/bin/kubelet, but calls itself mine"},
    {"no name", {.exe = "/usr/bin/kubelet", .argv = {NULL}}, "it runs /usr/bin/kubelet, but its command line is empty"},
    {"etcd's proxy",
     {.exe = "/usr/bin/etcd", .argv = {"etcd", "grpc-proxy", "start"}},
     "it is etcd grpc-proxy, which is not the etcd of a cluster"},
    {"etcd's gateway",
     {.exe = "/usr/bin/etcd", .argv = {"/usr/bin/etcd", "gateway", "start"}},
     "it is etcd gateway, which is not the etcd of a cluster"},
    {"no executable", {.argv = {"kubelet"}}, "it calls itself kubelet, but its executable cannot be read"},
};

START_TEST(what_a_process_is) {
  small_process process = processes[_i].process;
  process.pid = 50;
  small_node_process(node, &process);
  const char *why = rejected(50);
  ck_assert_msg(pl_equal(why, processes[_i].why), "%s: %s", processes[_i].what, why);
  ck_assert_msg(pl_equal(state("kubelet"), "running") == !processes[_i].why, "%s: %s", processes[_i].what,
                state("kubelet"));
}
END_TEST

START_TEST(other_programs_are_not_even_listed) {
  small_node_process(
      node, &(small_process){.pid = 50, .exe = "/usr/bin/kubelet-exporter", .argv = {"kubelet-exporter", "x"}});
  small_node_process(node, &(small_process){.pid = 51, .exe = "/usr/bin/etcdctl", .argv = {"etcdctl", "--etcd"}});
  small_node_process(node, &(small_process){.pid = 52, .argv = {NULL}});
  small_node_process(node, &(small_process){.pid = 53,
                                            .exe = "/bin/containerd-shim-runc-v2",
                                            .argv = {"/bin/containerd-shim-runc-v2", "-address", "/run/containerd"}});
  for (int pid = 50; pid <= 53; pid++)
    ck_assert_ptr_null(rejected(pid));
  ck_assert_str_eq(state("kubelet"), "absent");
  ck_assert_str_eq(state("containerd"), "absent");
}
END_TEST

START_TEST(a_workload_is_no_component) {
  kubelet();
  small_node_process(node, &(small_process){.pid = 50,
                                            .exe = "/kube-apiserver",
                                            .argv = {"kube-apiserver"},
                                            .namespace = OTHER_NAMESPACE,
                                            .cgroup = POD(UID)});
  small_node_bundle(node, ID, "shop", "web-1", UID, "web", "x:1", NULL);
  ck_assert_str_eq(rejected(50), "it is a workload in pod shop/web-1");
  ck_assert_str_eq(state("kube-apiserver"), "absent");
  ck_assert_str_eq(because("kube-apiserver"),
                   "no process of this node's own (pid 50: it is a workload in pod shop/web-1), "
                   "no static pod manifest, no unit");
}
END_TEST

START_TEST(a_container_whose_network_is_not_known_may_be_one) {
  kubelet();
  small_node_process(node, &(small_process){.pid = 50,
                                            .exe = "/usr/local/bin/etcd",
                                            .argv = {"etcd"},
                                            .namespace = OTHER_NAMESPACE,
                                            .cgroup = "/docker/" ID});
  ck_assert_str_eq(state("etcd"), "unobservable");
  ck_assert_str_eq(because("etcd"), "pid 50: it runs in a container, and whether in the node's network cannot be read");
}
END_TEST

START_TEST(a_system_pod_is_one) {
  kubelet();
  small_node_process(node, &(small_process){.pid = 50,
                                            .exe = "/usr/local/bin/kube-proxy",
                                            .argv = {"/usr/local/bin/kube-proxy"},
                                            .namespace = OTHER_NAMESPACE,
                                            .cgroup = POD(UID)});
  small_node_bundle(node, ID, "kube-system", "kube-proxy-x", UID, "kube-proxy", "registry.k8s.io/kube-proxy:v1.33.2",
                    NULL);
  ck_assert_str_eq(state("kube-proxy"), "running");
  ck_assert_str_eq(because("kube-proxy"), "pid 50");
  ck_assert_str_eq(pl_get_text(component("kube-proxy"), "version", ""), "1.33.2");
  const pl_node *process = pl_get(component("kube-proxy"), "processes")->list.items[0];
  ck_assert_str_eq(pl_get_text(pl_get(process, "pod"), "name", ""), "kube-proxy-x");
}
END_TEST

START_TEST(a_pod_made_from_a_file_is_the_clusters) {
  kubelet();
  small_node_process(node, &(small_process){.pid = 50,
                                            .exe = "/usr/local/bin/etcd",
                                            .argv = {"etcd"},
                                            .namespace = OTHER_NAMESPACE,
                                            .cgroup = POD(HASH)});
  ck_assert_str_eq(state("etcd"), "running");
  ck_assert(pl_get_boolean(component("etcd"), "static_pod", false));
}
END_TEST

START_TEST(a_pod_that_nothing_names_proves_nothing) {
  kubelet();
  small_node_process(node, &(small_process){.pid = 50,
                                            .exe = "/usr/local/bin/kube-proxy",
                                            .argv = {"kube-proxy"},
                                            .namespace = OTHER_NAMESPACE,
                                            .cgroup = POD(UID)});
  ck_assert_str_eq(rejected(50), "the namespace of its pod " UID " cannot be told");
  ck_assert_str_eq(state("kube-proxy"), "unobservable");
  ck_assert_str_eq(because("kube-proxy"), "pid 50: the namespace of its pod " UID " cannot be told");
}
END_TEST

START_TEST(a_node_inside_a_container_is_another_node) {
  kubelet();
  small_node_process(node, &(small_process){.pid = 50,
                                            .exe = "/usr/local/bin/etcd",
                                            .argv = {"etcd"},
                                            .namespace = OTHER_NAMESPACE,
                                            .cgroup = "/docker/" ID "/kubelet" POD(HASH)});
  ck_assert_str_eq(rejected(50), "its pod belongs to another node, one that runs in a container here");
  ck_assert_str_eq(state("etcd"), "absent");
}
END_TEST

START_TEST(seen_from_inside_such_a_node_it_is_this_one) {
  small_node_file(node, "/proc/1/cgroup", "0::/docker/" ID "/init.scope\n");
  small_node_process(node, &(small_process){.pid = 9,
                                            .exe = "/usr/bin/kubelet",
                                            .argv = {"/usr/bin/kubelet"},
                                            .cgroup = "/docker/" ID "/kubelet.slice"});
  small_node_process(node, &(small_process){.pid = 50,
                                            .exe = "/usr/local/bin/etcd",
                                            .argv = {"etcd"},
                                            .namespace = OTHER_NAMESPACE,
                                            .cgroup = "/docker/" ID "/kubelet" POD(HASH)});
  ck_assert_str_eq(state("kubelet"), "running");
  ck_assert_str_eq(state("etcd"), "running");
}
END_TEST

START_TEST(several_real_ones) {
  kubelet();
  small_node_process(node, &(small_process){.pid = 50, .exe = "/opt/kubelet", .argv = {"kubelet"}});
  small_node_process(node, &(small_process){.pid = 51, .exe = "/opt/kubelet", .argv = {"kubelet"}, .parent = 50});
  ck_assert_str_eq(because("kubelet"), "pid 9");
  const pl_node *others = pl_get(component("kubelet"), "others");
  ck_assert_uint_eq(pl_count(others), 1); /* a child before it became something else is not one more */
  ck_assert_str_eq(pl_get_text(others->list.items[0], "arguments_from", ""), "pid 50");
}
END_TEST

START_TEST(without_processes_nothing_is_absent) {
  small_node *bare = small_node_new();
  remove(pl_printf(bare->arena, "%s/proc/1/ns/pid", bare->path));
  pl_node *seen = small_node_collect(bare, NULL);
  ck_assert_str_eq(pl_get_text(pl_get_path(seen, "components.etcd"), "state", ""), "unobservable");
  ck_assert_str_eq(pl_get_text(pl_get(seen, "vantage"), "processes", ""), "unobservable");
  ck_assert_ptr_nonnull(pl_get(pl_get(seen, "pods"), "unreadable"));
  ck_assert_ptr_nonnull(pl_get_path(seen, "platform.roles.worker.unreadable"));
  ck_assert_str_eq(pl_get_text(pl_get(seen, "platform"), "name", ""), "unknown");
  small_node_free(bare);
}
END_TEST

START_TEST(a_kubelet_proves_whose_processes_these_are) {
  small_node *kind = small_node_new();
  remove(pl_printf(kind->arena, "%s/proc/1/ns/pid", kind->path));
  small_node_link(kind, "/proc/1/ns/pid", OTHER_NAMESPACE);
  small_node_process(
      kind, &(small_process){.pid = 9, .exe = "/usr/bin/kubelet", .argv = {"kubelet"}, .namespace = OTHER_NAMESPACE});
  pl_node *seen = small_node_collect(kind, NULL);
  ck_assert_str_eq(pl_get_text(pl_get_path(seen, "components.kubelet"), "state", ""), "running");
  ck_assert_str_eq(pl_get_text(pl_get_path(seen, "components.cri-o"), "state", ""), "absent");
  ck_assert_str_eq(pl_get_text(pl_get(seen, "vantage"), "processes", ""), "complete");
  small_node_free(kind);
}
END_TEST

static void without_namespaces(int pid) { remove(pl_printf(node->arena, "%s/proc/%d/ns/pid", node->path, pid)); }

START_TEST(a_tree_without_namespaces) {
  kubelet();
  small_node_process(node, &(small_process){.pid = 50, .exe = "/etcd", .argv = {"etcd"}, .cgroup = "/docker/" ID});
  without_namespaces(1);
  without_namespaces(9);
  without_namespaces(50);
  ck_assert_str_eq(state("kubelet"), "running");
  ck_assert_str_eq(rejected(50), "its PID namespace cannot be read");
}
END_TEST

START_TEST(a_process_without_a_namespace_among_others) {
  kubelet();
  without_namespaces(9);
  ck_assert_str_eq(rejected(9), "its PID namespace cannot be read");
  ck_assert_str_eq(state("kubelet"), "unobservable");
}
END_TEST

#define APISERVER                                                                                                      \
  "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver, namespace: kube-system}\n"                              \
  "spec: {containers: [{name: kube-apiserver, image: 'x/kube-apiserver:v1.34.9', command: [kube-apiserver, "           \
  "--profiling=false]}]}\n"

START_TEST(a_manifest_without_a_process_is_configured) {
  small_node_process(node,
                     &(small_process){.pid = 9,
                                      .exe = "/usr/bin/kubelet",
                                      .argv = {"/usr/bin/kubelet", "--pod-manifest-path=/etc/kubernetes/manifests"}});
  small_node_file(node, "/etc/kubernetes/manifests/kube-apiserver.yaml", APISERVER);
  ck_assert_str_eq(state("kube-apiserver"), "configured");
  ck_assert_str_eq(because("kube-apiserver"),
                   "no process, but static pod manifest /etc/kubernetes/manifests/kube-apiserver.yaml");
  ck_assert_str_eq(pl_get_text(component("kube-apiserver"), "version", ""), "1.34.9");
  const pl_node *profiling = pl_get(pl_get(component("kube-apiserver"), "settings"), "profiling");
  ck_assert_str_eq(pl_get_text(pl_get(profiling, "from"), "layer", ""), "manifest");
  ck_assert_str_eq(state("kube-scheduler"), "absent");
}
END_TEST

START_TEST(a_unit_without_a_process_is_configured) {
  small_node_file(node, "/etc/systemd/system/kubelet.service", "[Service]\nExecStart=/usr/bin/kubelet --v=2\n");
  ck_assert_str_eq(state("kubelet"), "configured");
  ck_assert_str_eq(because("kubelet"), "no process, but unit kubelet.service");
  ck_assert_str_eq(pl_get_text(component("kubelet"), "arguments_from", ""), "kubelet.service");
}
END_TEST

START_TEST(a_masked_unit_or_one_of_something_else_is_nothing) {
  small_node_link(node, "/etc/systemd/system/kubelet.service", "/dev/null");
  small_node_file(node, "/etc/systemd/system/etcd.service", "[Service]\nExecStart=/bin/true\n");
  ck_assert_str_eq(state("kubelet"), "absent");
  ck_assert_str_eq(because("kubelet"), "no process, no static pod manifest, no unit");
  ck_assert_str_eq(state("etcd"), "absent");
}
END_TEST

START_TEST(a_unit_may_start_it_by_something_else) {
  static const char *const lines[] = {"/bin/bash -c \"GOMAXPROCS=2 /usr/bin/etcd --name=x\"", "/usr/local/bin/etcd-start.sh",
                                      "/usr/bin/docker run --net=host quay.io/coreos/etcd:v3.5.21"};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    facts = NULL;
    small_node_file(node, "/etc/systemd/system/etcd.service", pl_printf(node->arena, "[Service]\nExecStart=%s\n", lines[i]));
    ck_assert_msg(pl_equal(state("etcd"), "unobservable"), "%s: %s", lines[i], because("etcd"));
    ck_assert_ptr_nonnull(strstr(because("etcd"), "but unit etcd.service starts "));
  }
}
END_TEST

START_TEST(the_pods_system_namespaces) {
  pl_texts none = {NULL, 0};
  const char *const names[] = {"a", "b"};
  pl_texts two = {names, 2};
  ck_assert(pl_is_system_namespace(&none, "kube-system"));
  ck_assert(!pl_is_system_namespace(&none, "kube-system2"));
  ck_assert(pl_is_system_namespace(&two, "b"));
  ck_assert(!pl_is_system_namespace(&two, "kube-system"));
}
END_TEST

START_TEST(look_alikes_are_capped) {
  for (int pid = 100; pid < 100 + PL_LOOK_ALIKES_MAX + 1; pid++)
    small_node_process(node, &(small_process){.pid = pid, .exe = "/bin/sh", .argv = {"sh", "kubelet"}});
  component("kubelet");
  ck_assert_uint_eq(pl_count(pl_get(facts, "rejected_processes")), PL_LOOK_ALIKES_MAX);
}
END_TEST

/* COUNT processes called kube-proxy in a pod of NAMESPACE. */
static void proxies(int pod, const char *namespace, int pid, int count) {
  const char *uid = pl_printf(node->arena, "20021741-bf93-4636-884b-%012d", pod),
             *id = pl_printf(node->arena, "%064d", pod);
  const char *cgroup = pl_printf(node->arena, "/kubepods/besteffort/pod%s/%s", uid, id);
  small_node_bundle(node, id, namespace, pl_printf(node->arena, "p-%d", pod), uid, "c", "x:1", NULL);
  for (int i = 0; i < count; i++)
    small_node_process(
        node, &(small_process){.pid = pid + i, .exe = "/kube-proxy", .argv = {"kube-proxy"}, .cgroup = cgroup});
}

START_TEST(a_pod_cannot_crowd_out_a_component) {
  kubelet();
  proxies(1, "shop", 100, 600);
  proxies(2, "kube-system", 800, 1);
  ck_assert_str_eq(state("kube-proxy"), "running");
  ck_assert_str_eq(because("kube-proxy"), "pid 800");
  ck_assert_uint_eq(pl_count(pl_get(facts, "rejected_processes")), PL_POD_CANDIDATES_MAX + 1);
  ck_assert_str_eq(state("kubelet"), "running");
  ck_assert_str_eq(state("etcd"), "absent"); /* the list of processes is whole */
}
END_TEST

/* Where the one that counts comes too late, it is not known what it is; it is never absent. */
START_TEST(many_pods_may_hide_one_but_not_deny_it) {
  kubelet();
  for (int pod = 1; pod <= PL_PODS_CANDIDATES_MAX + 8; pod++)
    proxies(pod, "shop", 100 + 10 * pod, 2);
  proxies(900, "kube-system", 5000, 1);
  bool hidden = strcmp(state("kube-proxy"), "unobservable") == 0;
  ck_assert_str_eq(because("kube-proxy"),
                   hidden ? "pid 5000: pods run more programs of this name than are looked at" : "pid 5000");
  ck_assert(hidden || strcmp(state("kube-proxy"), "running") == 0);
  ck_assert_str_eq(state("kubelet"), "running");
}
END_TEST

Suite *suite_components(void);
Suite *suite_components(void) {
  Suite *suite = suite_create("components");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, what_a_process_is, 0, sizeof processes / sizeof *processes);
  tcase_add_test(tcase, other_programs_are_not_even_listed);
  tcase_add_test(tcase, a_workload_is_no_component);
  tcase_add_test(tcase, a_container_whose_network_is_not_known_may_be_one);
  tcase_add_test(tcase, a_system_pod_is_one);
  tcase_add_test(tcase, a_pod_made_from_a_file_is_the_clusters);
  tcase_add_test(tcase, a_pod_that_nothing_names_proves_nothing);
  tcase_add_test(tcase, a_node_inside_a_container_is_another_node);
  tcase_add_test(tcase, seen_from_inside_such_a_node_it_is_this_one);
  tcase_add_test(tcase, several_real_ones);
  tcase_add_test(tcase, without_processes_nothing_is_absent);
  tcase_add_test(tcase, a_kubelet_proves_whose_processes_these_are);
  tcase_add_test(tcase, a_tree_without_namespaces);
  tcase_add_test(tcase, a_process_without_a_namespace_among_others);
  tcase_add_test(tcase, a_manifest_without_a_process_is_configured);
  tcase_add_test(tcase, a_unit_without_a_process_is_configured);
  tcase_add_test(tcase, a_masked_unit_or_one_of_something_else_is_nothing);
  tcase_add_test(tcase, a_unit_may_start_it_by_something_else);
  tcase_add_test(tcase, the_pods_system_namespaces);
  tcase_add_test(tcase, look_alikes_are_capped);
  tcase_add_test(tcase, a_pod_cannot_crowd_out_a_component);
  tcase_add_test(tcase, many_pods_may_hide_one_but_not_deny_it);
  tcase_set_timeout(tcase, 30);
  suite_add_tcase(suite, tcase);
  return suite;
}
