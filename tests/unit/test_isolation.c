/* Isolation of the control plane: what is a workload, what keeps workloads off, and what no worker should have. */
#include <check.h>

#include "plumbline/core/json.h"
#include "small_node.h"
#include "src/kube/isolation.h"

static small_node *node;
static pl_collection collection;
static pl_platform platform;

static void setup(void) {
  node = small_node_new();
  platform = (pl_platform){.title = "a platform"};
  collection = (pl_collection){.arena = node->arena, .platform = &platform, .node_name = "node1"};
  collection.list = (pl_process_list){.of_the_node = true, .complete = true};
  collection.pods.index = pl_node_object(node->arena);
  for (int i = 0; i < PL_COMPONENT_COUNT; i++)
    collection.components[i] = (pl_component){.spec = &pl_component_specs[i], .state = PL_COMPONENT_ABSENT};
}
static void teardown(void) { small_node_free(node); }

static pl_node *json(const char *text) {
  pl_node *value = pl_json_read(node->arena, (pl_bytes){text, strlen(text)}, &pl_json_document_limits, NULL, NULL);
  ck_assert_ptr_nonnull(value);
  return value;
}

static pl_pod *pod(const char *uid, const char *namespace, const char *name) {
  pl_pods *pods = &collection.pods;
  pl_pod one = {.uid = uid, .namespace = namespace, .name = name, .source = "a test"};
  pl_object_set_integer(node->arena, pods->index, uid, (int64_t)pods->count);
  pl_push(node->arena, pods->items, pods->count, pods->capacity, one);
  return &pods->items[pods->count - 1];
}

/* The member NAME of the fact, as it is shown. */
static const char *isolation(const char *name, const char *roles) {
  const pl_node *fact = pl_isolation_facts(&collection, roles ? json(roles) : pl_node_object(node->arena));
  return pl_node_show(node->arena, pl_get(fact, name), 4096);
}

/* ---- pods ---- */

START_TEST(our_own_pod_is_no_workload) {
  collection.host = small_node_host(node);
  pod("u1", "audit", "plumbline-1")->own = true;
  ck_assert_str_eq(isolation("api_pods", NULL), "");
  ck_assert_str_eq(isolation("odd_pods", NULL), "");
  pod("u2", "audit", "plumbline-2");
  ck_assert_ptr_nonnull(strstr(isolation("api_pods", NULL), "plumbline-2"));
  ck_assert_ptr_null(strstr(isolation("api_pods", NULL), "plumbline-1"));
}
END_TEST

START_TEST(static_pods_are_no_workloads) {
  pod("u1", "kube-system", "etcd-node1")->from_file = true;
  pod("u2", "kube-system", "own-thing-node1")->from_file = true;
  pod("u3", "kube-system", NULL)->from_file = true;
  ck_assert_str_eq(isolation("api_pods", NULL), "");
  const char *odd = isolation("odd_pods", NULL);
  ck_assert_ptr_nonnull(strstr(odd, "a static pod without a manifest in the kubelet's directory"));
  ck_assert_ptr_nonnull(strstr(odd, "a static pod that is no part of a control plane that is known"));
  ck_assert_ptr_nonnull(strstr(odd, "a static pod whose name nothing tells"));
}
END_TEST

START_TEST(a_static_pod_with_its_manifest_is_not_odd) {
  pl_manifest manifest = {.namespace = "kube-system", .name = "etcd"};
  collection.manifests = (pl_manifests){.items = &manifest, .count = 1};
  pod("u1", "kube-system", "etcd-node1")->from_file = true;
  ck_assert_str_eq(isolation("odd_pods", NULL), "");
  collection.node_name = "node2"; /* whose name is no part of the pod's */
  ck_assert_str_ne(isolation("odd_pods", NULL), "");
}
END_TEST

START_TEST(a_pod_without_a_name_says_why) {
  pod("u1", NULL, NULL)->unnamed = "/var/log/pods cannot be listed";
  ck_assert_ptr_nonnull(strstr(isolation("api_pods", NULL), "not known (/var/log/pods cannot be listed)"));
}
END_TEST

#define SNAPSHOT(state)                                                                                                \
  "{\"state\": \"" state                                                                                               \
  "\", \"node\": \"node1\", \"kinds\": {\"Pod\": 3}, \"nodes\": [{\"name\": \"node1\"}], \"pods\": ["                  \
  "{\"namespace\": \"shop\", \"name\": \"web\", \"uid\": \"u1\", \"static\": false, \"phase\": \"Running\", "          \
  "\"owner_kind\": \"ReplicaSet\", \"owner_name\": \"web\"}, "                                                         \
  "{\"namespace\": \"shop\", \"name\": \"done\", \"uid\": \"u2\", \"static\": false, \"phase\": \"Succeeded\"}, "      \
  "{\"namespace\": \"kube-system\", \"name\": \"proxy\", \"uid\": \"u3\", \"static\": false, \"phase\": \"Running\", " \
  "\"owner_kind\": \"DaemonSet\"}]}"

START_TEST(a_snapshot_stands_in_where_pods_cannot_be_listed) {
  collection.list = (pl_process_list){.because = "another PID namespace"};
  ck_assert_str_eq(isolation("pods_listed", NULL), "unlisted");
  collection.cluster = json(SNAPSHOT("stale"));
  ck_assert_str_eq(isolation("pods_listed", NULL), "unlisted");
  collection.cluster = json(SNAPSHOT("fresh"));
  ck_assert_str_eq(isolation("pods_listed", NULL), "snapshot");
  const char *pods = isolation("api_pods", NULL);
  ck_assert_ptr_nonnull(strstr(pods, "name: web"));
  ck_assert_ptr_null(strstr(pods, "name: done"));
  collection.pods.bundles_listed = true;
  ck_assert_str_eq(isolation("pods_listed", NULL), "bundles");
}
END_TEST

START_TEST(owners_that_are_no_add_ons_are_odd) {
  collection.cluster = json(SNAPSHOT("fresh"));
  pod("u1", "shop", "web");
  pod("u3", "kube-system", "proxy");
  pod("u9", "shop", "unknown-to-the-snapshot");
  const char *odd = isolation("odd_pods", NULL);
  ck_assert_ptr_nonnull(strstr(odd, "a pod of ReplicaSet web, which is no add-on that is known"));
  ck_assert_ptr_null(strstr(odd, "proxy"));
  ck_assert_ptr_null(strstr(odd, "u9"));
}
END_TEST

/* ---- the role ---- */

static const struct {
  const char *roles, *role;
} roles[] = {
    {"{\"control-plane\": true, \"etcd\": true, \"worker\": true}", "control-plane"},
    {"{\"control-plane\": false, \"etcd\": true, \"worker\": true}", "etcd"},
    {"{\"control-plane\": false, \"etcd\": false, \"worker\": true}", "worker"},
    {"{\"control-plane\": false, \"etcd\": false, \"worker\": false}", "none"},
    {"{\"control-plane\": {\"unreadable\": \"why\"}, \"etcd\": false, \"worker\": true}", "{unreadable: why}"},
    {"{\"etcd\": false, \"worker\": true}", "{unreadable: it was not collected}"},
};

START_TEST(the_role_is_known_only_when_those_above_are_ruled_out) {
  collection.host = small_node_host(node);
  ck_assert_str_eq(isolation("role", roles[_i].roles), roles[_i].role);
}
END_TEST

/* ---- taints ---- */

#define NODES(state, taints, more)                                                                                     \
  "{\"state\": \"" state                                                                                               \
  "\", \"taken_at\": \"noon\", \"node\": \"node1\", \"nodes\": [{\"name\": \"node1\", \"taints\": [" taints "]}" more  \
  "]}"
#define TAINT(key, effect) "{\"key\": \"" key "\", \"effect\": \"" effect "\"}"
#define ROLE               "node-role.kubernetes.io/control-plane"
#define OTHER              ", {\"name\": \"node2\"}"

static const struct {
  const char *cluster, *habit, *evidence;
} taints[] = {
    {NODES("fresh", TAINT(ROLE, "NoSchedule"), OTHER), NULL, "snapshot"},
    {NODES("fresh", TAINT("a", "NoExecute") "," TAINT("CriticalAddonsOnly", "NoExecute"), OTHER), NULL, "snapshot"},
    {NODES("stale", TAINT(ROLE, "NoSchedule"), OTHER), NULL, "snapshot-stale"},
    {NODES("fresh", TAINT(ROLE, "NoSchedule"), ""), NULL, "snapshot"},
    {NODES("fresh", TAINT(ROLE, "PreferNoSchedule"), OTHER), "default", "missing"},
    {NODES("fresh", TAINT("node-role.kubernetes.io/control-plane2", "NoSchedule"), OTHER), "default", "chosen"},
    {NODES("fresh", TAINT("node.kubernetes.io/unschedulable", "NoSchedule"), OTHER), "default", "missing"},
    {NODES("fresh", TAINT("dedicated", "PreferNoSchedule"), OTHER), "default", "missing"},
    {NODES("fresh", TAINT("node-role.kubernetes.io/controlplane", "NoSchedule"), OTHER), NULL, "snapshot"},
    {NODES("fresh", "", OTHER), "default", "missing"},
    {NODES("stale", "", OTHER), "default", "missing-stale"},
    {NODES("fresh", "", ""), "default", "single-node"},
    {NULL, "default", "default"},
    {NULL, "none", "schedulable"},
    {NULL, NULL, "unknown"},
};

START_TEST(what_keeps_workloads_off) {
  const char *because = NULL;
  collection.cluster = taints[_i].cluster ? json(taints[_i].cluster) : NULL;
  platform.control_plane_taint = taints[_i].habit;
  ck_assert_str_eq(pl_taint_evidence(&collection, &because), taints[_i].evidence);
  ck_assert_ptr_nonnull(because);
}
END_TEST

static const struct {
  const char *value, *evidence;
} flags[] = {{"[" TAINT(ROLE, "NoSchedule") "]", "flag"},
             {"[" TAINT(ROLE, "PreferNoSchedule") "]", "default"},
             {"[]", "default"}};

START_TEST(a_flag_counts_before_the_platform) {
  const char *because = NULL;
  pl_instance instance = {0}, *instances[] = {&instance};
  pl_settings_init(&instance.settings, node->arena);
  pl_settings_put(&instance.settings, "registerWithTaints", json(flags[_i].value), "flag", "argv", 0);
  collection.components[PL_KUBELET] =
      (pl_component){.spec = &pl_component_specs[PL_KUBELET], .instances = instances, .count = 1};
  platform.control_plane_taint = "default";
  ck_assert_str_eq(pl_taint_evidence(&collection, &because), flags[_i].evidence);
}
END_TEST

static const struct {
  const char *program, *argument, *evidence;
} untainted[] = {
    {"k0s controller", "--no-taints", "schedulable"}, {"k0s controller", "--no-taints=true", "schedulable"},
    {"k0s controller", "--single", "schedulable"},    {"k0s controller", "--no-taints=false", "default"},
    {"k3s server", "--no-taints", "default"},         {"k0s controller", "no-taint", "default"},
};

START_TEST(k0s_taints_unless_it_is_told_not_to) {
  const char *because = NULL, *argv[] = {"k0s", untainted[_i].argument, NULL};
  pl_process process = {.argv = argv, .argc = 2};
  pl_program program = {.name = untainted[_i].program, .process = &process};
  collection.pass = (pl_pass){.programs = &program, .program_count = 1};
  platform.control_plane_taint = "default";
  ck_assert_str_eq(pl_taint_evidence(&collection, &because), untainted[_i].evidence);
  collection.pass = (pl_pass){0};
}
END_TEST

/* ---- credentials ---- */

static const char *stray(void) {
  collection.host = small_node_host(node);
  return pl_node_show(node->arena, pl_stray_credentials(&collection), 4096);
}

START_TEST(nothing_is_stray_where_nothing_is) { ck_assert_str_eq(stray(), ""); }
END_TEST

START_TEST(keys_need_only_be_there) {
  small_node_file(node, "/etc/kubernetes/pki/ca.key", "CANARY");
  small_node_file(node, "/etc/kubernetes/pki/etcd/ca.key", "");
  small_node_file(node, "/etc/kubernetes/pki/ca.crt", "");
  const char *found = stray();
  ck_assert_ptr_nonnull(strstr(found, "name: /etc/kubernetes/pki/ca.key, kind: key, power: full"));
  ck_assert_ptr_nonnull(strstr(found, "/etc/kubernetes/pki/etcd/ca.key"));
  ck_assert_ptr_null(strstr(found, "ca.crt"));
  ck_assert_ptr_null(strstr(found, "CANARY"));
}
END_TEST

START_TEST(keys_are_where_the_platform_has_them) {
  static const char *const directories[] = {"/var/lib/rancher/k3s/server/tls"};
  platform.layout.pki = (pl_texts){directories, 1};
  small_node_file(node, "/etc/kubernetes/pki/ca.key", "");
  small_node_file(node, "/var/lib/rancher/k3s/server/tls/ca.key", "");
  const char *found = stray();
  ck_assert_ptr_null(strstr(found, "/etc/kubernetes/pki"));
  ck_assert_ptr_nonnull(strstr(found, "/var/lib/rancher/k3s/server/tls/ca.key"));
}
END_TEST

START_TEST(a_key_that_leads_nowhere_cannot_be_told) {
  small_node_link(node, "/etc/kubernetes/pki/sa.key", "sa.key");
  ck_assert_ptr_nonnull(strstr(stray(), "name: /etc/kubernetes/pki/sa.key, kind: key, power: null"));
}
END_TEST

#define KUBECONFIG(user)                                                                                               \
  "kind: Config\ncurrent-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"                          \
  "clusters: [{name: k, cluster: {server: 'https://x'}}]\nusers: [{name: u, user: {" user "}}]\n"

START_TEST(a_kubeconfig_without_a_certificate_is_of_unknown_power) {
  small_node_file(node, "/root/.kube/config", KUBECONFIG("token: CANARY"));
  small_node_file(node, "/home/ann/.kube/config", "{");
  const char *found = stray();
  ck_assert_ptr_nonnull(strstr(found, "name: /root/.kube/config, kind: kubeconfig, power: unknown"));
  ck_assert_ptr_nonnull(strstr(found, "name: /home/ann/.kube/config, kind: kubeconfig, power: unknown"));
  ck_assert_ptr_null(strstr(found, "CANARY"));
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

Suite *suite_isolation(void);
Suite *suite_isolation(void) {
  Suite *suite = suite_create("isolation");
  TCase *tcase = tcase_create("isolation");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, our_own_pod_is_no_workload);
  tcase_add_test(tcase, static_pods_are_no_workloads);
  tcase_add_test(tcase, a_static_pod_with_its_manifest_is_not_odd);
  tcase_add_test(tcase, a_pod_without_a_name_says_why);
  tcase_add_test(tcase, a_snapshot_stands_in_where_pods_cannot_be_listed);
  tcase_add_test(tcase, owners_that_are_no_add_ons_are_odd);
  tcase_add_loop_test(tcase, the_role_is_known_only_when_those_above_are_ruled_out, 0, COUNT(roles));
  tcase_add_loop_test(tcase, what_keeps_workloads_off, 0, COUNT(taints));
  tcase_add_loop_test(tcase, a_flag_counts_before_the_platform, 0, COUNT(flags));
  tcase_add_loop_test(tcase, k0s_taints_unless_it_is_told_not_to, 0, COUNT(untainted));
  tcase_add_test(tcase, nothing_is_stray_where_nothing_is);
  tcase_add_test(tcase, keys_need_only_be_there);
  tcase_add_test(tcase, keys_are_where_the_platform_has_them);
  tcase_add_test(tcase, a_key_that_leads_nowhere_cannot_be_told);
  tcase_add_test(tcase, a_kubeconfig_without_a_certificate_is_of_unknown_power);
  suite_add_tcase(suite, tcase);
  return suite;
}
