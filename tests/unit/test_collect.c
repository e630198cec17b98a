/* A node as a whole: what facts hold, what they never hold, and what cannot lead them astray. */
#include <check.h>
#include <stdio.h>
#include <sys/stat.h>

#include "plumbline/core/json.h"
#include "small_node.h"

#define ID        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HASH      "c18980a4fd9d9bd751bb2418ac6debad"
#define UID       "20021741-bf93-4636-884b-034ff4063690"
#define MANIFESTS "/etc/kubernetes/manifests"

static small_node *node;
static pl_node *facts;

static void setup(void) {
  node = small_node_new();
  facts = NULL;
}
static void teardown(void) { small_node_free(node); }

static const pl_node *component(const char *name) {
  if (!facts)
    facts = small_node_collect(node, &(pl_collect_options){.now = 1700000000, .version = "9.8.7"});
  return pl_get(pl_get(facts, "components"), name);
}

static const char *text(const pl_node *fact, const char *key) { return pl_get_text(fact, key, "none"); }

static void kubelet(const char *const *argv) {
  small_process process = {
      .pid = 9, .exe = "/usr/bin/kubelet", .started = 100, .cgroup = "/system.slice/kubelet.service"};
  process.argv[0] = "/usr/bin/kubelet";
  for (size_t i = 0; argv && argv[i]; i++)
    process.argv[i + 1] = argv[i];
  small_node_process(node, &process);
}

static void apiserver_pod(const char *manifest_words, const char *const *argv) {
  small_process process = {.pid = 30,
                           .exe = "/usr/local/bin/kube-apiserver",
                           .started = 200,
                           .namespace = "pid:[4026532000]",
                           .cgroup = "/kubepods/burstable/pod" HASH "/" ID};
  for (size_t i = 0; argv[i]; i++)
    process.argv[i] = argv[i];
  small_node_process(node, &process);
  small_node_bundle(node, ID, "kube-system", "kube-apiserver-Lab1", HASH, "kube-apiserver",
                    "registry.k8s.io/kube-apiserver:v1.34.9", NULL);
  small_node_file(
      node, MANIFESTS "/kube-apiserver.yaml",
      pl_printf(
          node->arena,
          "apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver, namespace: kube-system}\nspec:\n  containers:\n"
          "  - {name: kube-apiserver, image: 'registry.k8s.io/kube-apiserver:v1.34.9', command: [%s]}\n",
          manifest_words));
}

START_TEST(everything_has_its_place) {
  static const char *const keys[] = {"tool",
                                     "vantage",
                                     "host",
                                     "platform",
                                     "components",
                                     "rejected_processes",
                                     "files",
                                     "file_sets",
                                     "globs",
                                     "certificates",
                                     "kubeconfigs",
                                     "pods",
                                     "cluster",
                                     "isolation",
                                     "cni",
                                     "audit",
                                     "secrets_at_rest",
                                     "kernel",
                                     "agents",
                                     "workloads",
                                     "sandboxes",
                                     "volumes",
                                     "swap",
                                     "etcd_data",
                                     "etcd_snapshots"};
  kubelet(NULL);
  component("kubelet");
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    ck_assert_msg(pl_get(facts, keys[i]) != NULL, "no %s", keys[i]);
  ck_assert_uint_eq(pl_count(facts), sizeof keys / sizeof *keys);
  ck_assert_str_eq(text(pl_get(facts, "tool"), "collected_at"), "2023-11-14T22:13:20Z");
  ck_assert_str_eq(text(pl_get(facts, "tool"), "version"), "9.8.7");
  ck_assert_str_eq(text(pl_get(facts, "vantage"), "mode"), "captured");
}
END_TEST

START_TEST(facts_read_back_are_the_same) {
  kubelet((const char *const[]){"--v=2", "--unknown=\x01\xff", NULL});
  small_node_file(node, "/etc/cni/net.d/we\\ird\x01.conf", "{}");
  component("kubelet");
  const char *written = pl_json_text(node->arena, facts, true);
  pl_error err = {0};
  const pl_node *read =
      pl_json_read(node->arena, (pl_bytes){written, strlen(written)}, &pl_json_facts_limits, NULL, &err);
  ck_assert_msg(read != NULL, "%s", err.text);
  ck_assert(pl_node_equal(facts, read));
}
END_TEST

START_TEST(the_node_has_a_name) {
  small_node_file(node, "/etc/hostname", "Lab1\n");
  kubelet(NULL);
  component("kubelet");
  ck_assert_str_eq(text(pl_get(facts, "host"), "hostname"), "Lab1");
  ck_assert_str_eq(text(pl_get(facts, "host"), "node_name"), "lab1");
  ck_assert_str_eq(text(pl_get(facts, "host"), "boot_time"), "2001-09-09T01:46:40Z");
}
END_TEST

START_TEST(the_kubelets_override_is_its_name) {
  small_node_file(node, "/etc/hostname", "lab1\n");
  small_node_file(node, "/proc/sys/kernel/hostname", "container\n");
  kubelet((const char *const[]){"--hostname-override=Node-7", NULL});
  component("kubelet");
  ck_assert_str_eq(text(pl_get(facts, "host"), "node_name"), "node-7");
  ck_assert_str_eq(
      text(pl_get(small_node_collect(node, &(pl_collect_options){.node_name = "given"}), "host"), "node_name"),
      "given");
}
END_TEST

START_TEST(the_kubelets_directory_may_be_given_with_a_slash_at_its_end) {
  small_node_file(node, "/proc/1/mountinfo",
                  "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
                  "30 20 8:1 / /srv/kubelet/pods/u/volumes/kubernetes.io~local-volume/pv rw - ext4 /dev/sda1 rw\n");
  small_node_file(node, "/srv/kubelet/pods/u/keep", "");
  kubelet((const char *const[]){"--root-dir=/srv//kubelet/", NULL});
  component("kubelet");
  ck_assert_uint_eq(pl_count(pl_get(pl_get(facts, "volumes"), "items")), 1);
}
END_TEST

START_TEST(machine_ids_are_hashed) {
  small_node_file(node, "/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  component("kubelet");
  const char *id = text(pl_get(facts, "host"), "machine_id");
  ck_assert_uint_eq(strlen(id), 64);
  ck_assert_ptr_null(strstr(pl_json_text(node->arena, facts, false), "0123456789abcdef0123456789abcdef"));
}
END_TEST

START_TEST(secrets_in_command_lines_are_not_kept) {
  static const char *const variables[] = {"PASSWORD=hunter2", NULL};
  small_node_process(node, &(small_process){.pid = 9,
                                            .exe = "/usr/bin/kubelet",
                                            .environ = variables,
                                            .argv = {"/usr/bin/kubelet", "--v=2", "--secret-token=hunter2", "--another",
                                                     "hunter2", "hunter2", "--event-qps", "7", "-x", "hunter2"}});
  small_node_process(node,
                     &(small_process){.pid = 50, .exe = "/bin/sh", .argv = {"kubelet --token=hunter2", "hunter2"}});
  const pl_node *process = pl_get(component("kubelet"), "processes")->list.items[0];
  const char *all = pl_json_text(node->arena, facts, false);
  ck_assert_ptr_null(strstr(all, "hunter2"));
  ck_assert_str_eq(
      pl_json_text(node->arena, pl_get(process, "argv"), false),
      "[\"/usr/bin/kubelet\",\"--v=2\",\"--secret-token=(not shown)\",\"--another\",\"(not shown)\",\"(not shown)\","
      "\"--event-qps\",\"7\",\"(not shown)\",\"(not shown)\"]");
  pl_each_item (flag, pl_get(component("kubelet"), "flags")) {
    bool known = pl_get_boolean(flag, "known", false);
    ck_assert_msg(known == (pl_text(pl_get(flag, "value")) != NULL), "%s", text(flag, "name"));
  }
}
END_TEST

START_TEST(what_a_component_wrote_over_its_name_is_not_kept) {
  small_node_process(node, &(small_process){.pid = 9,
                                            .exe = "/usr/bin/kubelet",
                                            .argv = {"/usr/bin/kubelet --token=hunter2 /usr/bin/kubelet", "--v=2"}});
  const pl_node *process = pl_get(component("kubelet"), "processes")->list.items[0];
  ck_assert_str_eq(pl_json_text(node->arena, pl_get(process, "argv"), false), "[\"/usr/bin/kubelet\",\"--v=2\"]");
  ck_assert_ptr_null(strstr(pl_json_text(node->arena, facts, false), "hunter2"));
}
END_TEST

START_TEST(a_running_process_beats_its_manifest) {
  kubelet((const char *const[]){"--pod-manifest-path=" MANIFESTS, NULL});
  apiserver_pod("kube-apiserver, --profiling=false, --audit-log-maxage=7",
                (const char *const[]){"kube-apiserver", "--profiling=true", NULL});
  const pl_node *fact = component("kube-apiserver");
  ck_assert_str_eq(text(fact, "state"), "running");
  ck_assert_str_eq(text(fact, "arguments_from"), "pid 30");
  ck_assert_str_eq(text(fact, "manifest"), MANIFESTS "/kube-apiserver.yaml");
  const pl_node *profiling = pl_get(pl_get(fact, "settings"), "profiling");
  ck_assert(pl_get_boolean(profiling, "value", false));
  bool noted = false;
  pl_each_item (note, pl_get(fact, "notes")) {
    noted = noted ||
            pl_equal(pl_text(note), MANIFESTS "/kube-apiserver.yaml and the running process differ in --profiling, "
                                              "--audit-log-maxage; the process is judged");
  }
  ck_assert(noted);
  ck_assert_str_eq(text(pl_get(facts, "host"), "node_name"), "Lab1"); /* as the pod is called */
}
END_TEST

START_TEST(the_same_in_another_order_is_no_difference) {
  kubelet((const char *const[]){"--pod-manifest-path=" MANIFESTS, NULL});
  apiserver_pod("kube-apiserver, --profiling=false, --audit-log-maxage=7",
                (const char *const[]){"kube-apiserver", "--audit-log-maxage", "7", "--profiling=false", NULL});
  pl_each_item (note, pl_get(component("kube-apiserver"), "notes"))
    ck_assert_msg(!strstr(note->string.data, "differ"), "%s", note->string.data);
}
END_TEST

#define KUBELET_CONFIG                                                                                                 \
  "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication: {x509: {clientCAFile: "      \
  "/etc/ca.crt}}\n"

/* The kubelet was started 100 seconds after the machine. */
static size_t not_in_force(int64_t config_mtime) {
  kubelet((const char *const[]){"--config=/etc/k.yaml", "--kubeconfig=/etc/k.conf", NULL});
  small_node_file(node, "/etc/k.yaml", KUBELET_CONFIG);
  small_node_file(node, "/etc/k.conf", "");
  small_node_file(node, "/etc/ca.crt", "");
  small_node_mtime(node, "/etc/k.yaml", config_mtime);
  return pl_count(pl_get(component("kubelet"), "not_yet_in_force"));
}

START_TEST(configuration_older_than_the_process) { ck_assert_uint_eq(not_in_force(SMALL_NODE_BOOT + 100), 0); }
END_TEST

START_TEST(configuration_newer_than_the_process) {
  ck_assert_uint_eq(not_in_force(SMALL_NODE_BOOT + 102), 1);
  const pl_node *entry = pl_get(component("kubelet"), "not_yet_in_force")->list.items[0];
  ck_assert_str_eq(text(entry, "path"), "/etc/k.yaml");
  ck_assert_str_eq(text(entry, "why"),
                   "changed at 2001-09-09T01:48:22Z, after pid 9 was started at 2001-09-09T01:48:20Z");
}
END_TEST

START_TEST(a_unit_with_other_flags_than_its_process) {
  small_node_file(node, "/etc/systemd/system/kubelet.service", "[Service]\nExecStart=/usr/bin/kubelet --v=3\n");
  kubelet((const char *const[]){"--v=2", NULL});
  const pl_node *entries = pl_get(component("kubelet"), "not_yet_in_force");
  ck_assert_uint_eq(pl_count(entries), 1);
  ck_assert_str_eq(text(entries->list.items[0], "path"), "/etc/systemd/system/kubelet.service");
  ck_assert_str_eq(text(entries->list.items[0], "why"), "differs from the running process in --v");
  ck_assert(pl_list_has(pl_get(component("kubelet"), "notes"),
                        "kubelet.service and the running process differ in --v; the process is judged"));
}
END_TEST

START_TEST(a_rival_s_name_is_escaped) {
  kubelet((const char *const[]){"--pod-manifest-path=" MANIFESTS, NULL});
  apiserver_pod("kube-apiserver", (const char *const[]){"kube-apiserver", NULL});
  small_node_file(node, MANIFESTS "/z\x1b[1m",
                  "kind: Pod\nmetadata: {name: kube-apiserver, namespace: kube-system}\nspec: {containers: [{name: "
                  "kube-apiserver, command: [kube-apiserver]}]}\n");
  const pl_node *entries = pl_get(component("kube-apiserver"), "not_yet_in_force");
  ck_assert_uint_eq(pl_count(entries), 1);
  ck_assert_str_eq(text(entries->list.items[0], "path"), MANIFESTS "/z\\x1b[1m");
}
END_TEST

START_TEST(files_in_the_containers_own_file_system) {
  kubelet((const char *const[]){"--pod-manifest-path=" MANIFESTS, NULL});
  small_node_file(node, "/etc/policy.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n");
  apiserver_pod("kube-apiserver", (const char *const[]){"kube-apiserver", "--audit-policy-file=/etc/policy.yaml",
                                                        "--audit-log-path=-", NULL});
  component("kube-apiserver");
  ck_assert_str_eq(text(pl_get(facts, "audit"), "state"), "unreadable");
}
END_TEST

/* A capture without the process's fd says nothing of what it has open. */
START_TEST(what_a_shipper_has_open_may_not_be_known) {
  kubelet(NULL);
  small_node_file(node, "/etc/policy.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n");
  small_node_process(node, &(small_process){.pid = 31,
                                            .exe = "/usr/bin/kube-apiserver",
                                            .argv = {"/usr/bin/kube-apiserver", "--audit-policy-file=/etc/policy.yaml",
                                                     "--audit-log-path=/var/log/audit.log"}});
  small_node_process(node, &(small_process){.pid = 32, .exe = "/opt/fluent-bit", .argv = {"/opt/fluent-bit"}});
  component("kube-apiserver");
  const pl_node *stream = pl_get_path(facts, "agents.audit_stream");
  ck_assert_str_eq(text(stream, "state"), "visible");
  ck_assert_msg(strstr(text(stream, "because"), "can see it, and what it has open cannot be read: ") != NULL, "%s",
                text(stream, "because"));
}
END_TEST

START_TEST(versions_of_the_platform) {
  kubelet((const char *const[]){"--pod-manifest-path=" MANIFESTS, NULL});
  apiserver_pod("kube-apiserver", (const char *const[]){"kube-apiserver", NULL});
  component("kubelet");
  const pl_node *platform = pl_get(facts, "platform");
  ck_assert_str_eq(text(platform, "kubernetes_version"), "1.34.9");
  ck_assert_int_eq(pl_get_integer(platform, "kubernetes_minor", 0), 34);
  ck_assert(pl_starts(text(platform, "version_from"), "kube-apiserver: image "));
  ck_assert_str_eq(text(platform, "name"), "generic");
  ck_assert(pl_get_boolean(pl_get(platform, "roles"), "control-plane", false));
  ck_assert(!pl_get_boolean(pl_get(platform, "roles"), "etcd", true));
  ck_assert(pl_get_boolean(pl_get(platform, "roles"), "worker", false));
  ck_assert_str_eq(text(platform, "roles_because"), "kubelet (pid 9), kube-apiserver (pid 30)");
  const pl_node *given = pl_get(small_node_collect(node, &(pl_collect_options){.kubernetes = "v1.33.1"}), "platform");
  ck_assert_str_eq(text(given, "kubernetes_version"), "1.33.1");
  ck_assert_int_eq(pl_get_integer(given, "kubernetes_minor", 0), 33);
}
END_TEST

START_TEST(hostile_files_where_configuration_is_expected) {
  kubelet((const char *const[]){"--config=/etc/k.yaml", NULL});
  small_node_file(node, "/etc/passwd", "");
  ck_assert_int_eq(mkfifo(pl_printf(node->arena, "%s/etc/k.yaml", node->path), 0600), 0);
  small_node_link(node, "/etc/hostname", "/etc/hostname");
  small_node_link(node, "/etc/machine-id", "../../../../../../etc/passwd");
  small_node_link(node, "/etc/containerd", "/proc/1/cwd/etc");
  small_node_link(node, MANIFESTS, "/etc/kubernetes/manifests/x");
  small_node_file(node, "/run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
                  "{\"annotations\": [[[[");
  small_node_process(node,
                     &(small_process){.pid = 60, .exe = "/x", .argv = {"x"}, .cgroup = "/kubepods/pod" UID "/" ID});
  ck_assert_str_eq(text(component("kubelet"), "state"), "running");
  ck_assert_str_eq(text(pl_get(facts, "host"), "machine_id"), "none");
}
END_TEST

START_TEST(this_machine) {
  pl_error err = {0};
  pl_host *host = pl_host_open(node->arena, &(pl_host_options){.root = "/"}, &err);
  ck_assert_msg(host != NULL, "%s", err.text);
  pl_collect_options options = {.platforms = small_node_platforms(node)};
  pl_collection *collection = pl_collect_processes(node->arena, host, &options);
  const int *fds;
  size_t count = pl_collect_roots(collection, &fds);
  for (size_t i = 0; i < count; i++)
    ck_assert_int_ge(fds[i], 0);
  ck_assert_ptr_nonnull(pl_get(pl_collect_facts(collection), "vantage"));
  pl_host_close(host);
}
END_TEST

Suite *suite_collect(void);
Suite *suite_collect(void) {
  Suite *suite = suite_create("collect");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, everything_has_its_place);
  tcase_add_test(tcase, facts_read_back_are_the_same);
  tcase_add_test(tcase, the_node_has_a_name);
  tcase_add_test(tcase, the_kubelets_override_is_its_name);
  tcase_add_test(tcase, the_kubelets_directory_may_be_given_with_a_slash_at_its_end);
  tcase_add_test(tcase, machine_ids_are_hashed);
  tcase_add_test(tcase, secrets_in_command_lines_are_not_kept);
  tcase_add_test(tcase, what_a_component_wrote_over_its_name_is_not_kept);
  tcase_add_test(tcase, a_running_process_beats_its_manifest);
  tcase_add_test(tcase, the_same_in_another_order_is_no_difference);
  tcase_add_test(tcase, configuration_older_than_the_process);
  tcase_add_test(tcase, configuration_newer_than_the_process);
  tcase_add_test(tcase, a_unit_with_other_flags_than_its_process);
  tcase_add_test(tcase, a_rival_s_name_is_escaped);
  tcase_add_test(tcase, files_in_the_containers_own_file_system);
  tcase_add_test(tcase, what_a_shipper_has_open_may_not_be_known);
  tcase_add_test(tcase, versions_of_the_platform);
  tcase_add_test(tcase, hostile_files_where_configuration_is_expected);
  tcase_add_test(tcase, this_machine);
  suite_add_tcase(suite, tcase);
  return suite;
}
