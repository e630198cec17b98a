/* Pods on a node: their names by bundle, log directory or volume, and the mounts of their containers. */
#include <check.h>

#include "small_node.h"
#include "src/kube/mappings.h"
#include "src/kube/pods.h"

#define ID    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PAUSE "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define UID   "20021741-bf93-4636-884b-034ff4063690"
#define HASH  "c18980a4fd9d9bd751bb2418ac6debad"

static small_node *node;
static pl_pass pass;
static pl_bundles bundles;
static pl_pods pods;

static void setup(void) {
  node = small_node_new();
  pass = (pl_pass){0};
  bundles = (pl_bundles){0};
}
static void teardown(void) {
  pl_bundles_close(&bundles);
  pl_pass_close(&pass);
  small_node_free(node);
}

static void container(int pid, const char *uid, const char *id) {
  small_node_process(node, &(small_process){.pid = pid,
                                            .exe = "/app",
                                            .argv = {"/app"},
                                            .cgroup = pl_printf(node->arena, "/kubepods/pod%s/%s", uid, id)});
}

static void read_pods(void) {
  pl_pass_read(small_node_host(node), NULL, &pass);
  pl_bundles_init(&bundles, small_node_host(node), "/run/containerd", "/run/containers/storage");
  pl_pods_read(small_node_host(node), &pass, &bundles, "/var/lib/kubelet", &pods);
}

static void is(size_t index, const char *namespace, const char *name, const char *source) {
  ck_assert_uint_lt(index, pods.count);
  const pl_pod *pod = &pods.items[index];
  ck_assert_msg(pl_equal(pod->namespace, namespace), "namespace %s", pod->namespace);
  ck_assert_msg(pl_equal(pod->name, name), "name %s", pod->name);
  ck_assert_str_eq(pod->source, source);
}

#define BUNDLE(id) "/run/containerd/io.containerd.runtime.v2.task/k8s.io/" id "/config.json"

START_TEST(by_bundle_of_any_of_its_containers) {
  container(10, UID, PAUSE);
  container(11, UID, ID);
  container(12, UID, ID);
  small_node_bundle(node, ID, "shop", "web-1", UID, "web", "x:1", NULL);
  read_pods();
  ck_assert_uint_eq(pods.count, 1);
  is(0, "shop", "web-1", BUNDLE(ID));
  ck_assert(!pods.items[0].from_file);
  ck_assert_ptr_eq(pl_pods_find(&pods, UID), &pods.items[0]);
  ck_assert_ptr_null(pl_pods_find(&pods, HASH));
  ck_assert_ptr_null(pl_pods_find(&pods, NULL));
}
END_TEST

START_TEST(by_crio) {
  container(10, UID, ID);
  small_node_file(node, "/run/containers/storage/overlay-containers/" ID "/userdata/config.json",
                  "{\"annotations\": {\"io.kubernetes.pod.namespace\": \"shop\", \"io.kubernetes.pod.name\": \"web\", "
                  "\"kubernetes.io/config.source\": \"file\"}}");
  read_pods();
  is(0, "shop", "web", "/run/containers/storage/overlay-containers/" ID "/userdata/config.json");
  ck_assert(pods.items[0].from_file);
}
END_TEST

START_TEST(by_log_directory) {
  container(10, UID, ID);
  small_node_file(node, "/var/log/pods/shop_web-1_" UID "/web/0.log", "");
  small_node_file(node, "/var/log/pods/z_b_c_" UID "/x", "");
  read_pods();
  is(0, "shop", "web-1", "/var/log/pods/shop_web-1_" UID);
}
END_TEST

START_TEST(two_log_directories_name_nothing) {
  container(10, UID, ID);
  small_node_file(node, "/var/log/pods/shop_web-1_" UID "/web/0.log", "");
  small_node_file(node, "/var/log/pods/kube-system_web-1_" UID "/web/0.log", "");
  read_pods();
  is(0, NULL, NULL, "its cgroup alone");
}
END_TEST

START_TEST(by_service_account_volume) {
  container(10, UID, ID);
  small_node_file(node, "/var/lib/kubelet/pods/" UID "/volumes/kubernetes.io~projected/kube-api-access-x/namespace",
                  "shop");
  small_node_file(node, "/var/lib/kubelet/pods/" UID "/volumes/kubernetes.io~projected/a/namespace", "kube-system");
  read_pods();
  is(0, "shop", NULL, "/var/lib/kubelet/pods/" UID "/volumes/kubernetes.io~projected/kube-api-access-x/namespace");
}
END_TEST

/* What is there instead may be anything, and a link may lead anywhere. */
START_TEST(a_namespace_is_a_name) {
#define VOLUME "/var/lib/kubelet/pods/" UID "/volumes/kubernetes.io~projected/kube-api-access-x"
  static const char *const others[] = {"../../etc", "Shop",
                                       "shop shop", "",
                                       "-shop",     "0123456789012345678901234567890123456789012345678901234567890123"};
  container(10, UID, ID);
  small_node_file(node, VOLUME "/namespace", others[_i]);
  read_pods();
  is(0, NULL, NULL, "its cgroup alone");
}
END_TEST

START_TEST(a_namespace_of_another_place) {
  container(10, UID, ID);
  small_node_file(node, "/etc/passwd", "root");
  small_node_file(node, VOLUME "/other", "");
  small_node_link(node, VOLUME "/namespace", _i ? "../../../../../../../../../etc/passwd" : "/etc/passwd");
  read_pods();
  is(0, NULL, NULL, "its cgroup alone");
}
END_TEST

START_TEST(by_nothing) {
  container(10, UID, ID);
  small_node_file(node, BUNDLE(ID), "{\"annotations\": ");
  read_pods();
  is(0, NULL, NULL, "its cgroup alone");
  pl_node *entry = pl_pods_facts(node->arena, &pods, NULL, NULL)->list.items[0];
  ck_assert_int_eq(pl_get(entry, "namespace")->kind, PL_NULL);
}
END_TEST

START_TEST(static_pods_by_their_uid) {
  container(10, HASH, ID);
  read_pods();
  ck_assert(pods.items[0].from_file);
}
END_TEST

START_TEST(not_the_nodes_processes) {
  container(10, UID, ID);
  read_pods();
  ck_assert_str_eq(pl_get_text(pl_pods_facts(node->arena, &pods, NULL, "why"), "unreadable", ""), "why");
}
END_TEST

/* ---- pods that only a bundle shows ---- */

#define CRIO(id) "/run/containers/storage/overlay-containers/" id "/userdata/"
#define TASK(id) "/run/containerd/io.containerd.runtime.v2.task/k8s.io/" id "/"

static const struct {
  const char *pid; /* what the runtime wrote down; NULL: nothing */
  bool of_the_node, live;
} written[] = {
    {"10", true, true},   {"10\n", true, true},         {"11", true, false},       {"", true, false},
    {"0", true, false},   {"-10", true, false},         {"10/../10", true, false}, {"./10", true, false},
    {"1e1", true, false}, {NULL, true, false},          {"11", false, true}, /* where the processes are not the node's
                                                                                the bundle alone tells */
    {NULL, false, true},  {"99999999999", true, false},
};

START_TEST(a_bundle_without_a_cgroup_lives_as_long_as_its_process) {
  small_node_process(node, &(small_process){.pid = 10, .exe = "/usr/bin/qemu", .argv = {"qemu"}});
  small_node_bundle(node, ID, "shop", "vm-1", UID, "web", "x:1", NULL);
  if (written[_i].pid)
    small_node_file(node, TASK(ID) "init.pid", written[_i].pid);
  read_pods();
  ck_assert_uint_eq(pods.count, 0);
  pl_pods_add_bundles(small_node_host(node), &pass, &bundles, written[_i].of_the_node, &pods);
  ck_assert_uint_eq(pods.count, written[_i].live);
  ck_assert(pods.bundles_listed);
  if (written[_i].live)
    is(0, "shop", "vm-1", BUNDLE(ID));
}
END_TEST

START_TEST(a_bundle_of_crio_without_a_cgroup) {
  small_node_process(node, &(small_process){.pid = 10, .exe = "/usr/bin/qemu", .argv = {"qemu"}});
  small_node_file(node, CRIO(ID) "config.json",
                  "{\"annotations\": {\"io.kubernetes.pod.namespace\": \"shop\", \"io.kubernetes.pod.name\": \"vm-1\", "
                  "\"kubernetes.io/config.source\": \"file\", \"io.kubernetes.pod.uid\": \"" UID "\"}}");
  small_node_file(node, CRIO(ID) "pidfile", "10");
  read_pods();
  pl_pods_add_bundles(small_node_host(node), &pass, &bundles, true, &pods);
  ck_assert_uint_eq(pods.count, 1);
  is(0, "shop", "vm-1", CRIO(ID) "config.json");
  ck_assert(pods.items[0].from_file);
}
END_TEST

/* By its UID, or, where the bundle does not tell that, by its name. */
START_TEST(a_pod_that_its_cgroup_shows_is_not_there_twice) {
  container(10, UID, ID);
  small_node_bundle(node, ID, "shop", "web-1", UID, "web", "x:1", NULL);
  small_node_file(node, TASK(PAUSE) "config.json",
                  _i ? "{\"annotations\": {\"io.kubernetes.cri.sandbox-namespace\": \"shop\", "
                       "\"io.kubernetes.cri.sandbox-name\": \"web-1\"}}"
                     : "{\"annotations\": {\"io.kubernetes.cri.sandbox-namespace\": \"a\", "
                       "\"io.kubernetes.cri.sandbox-uid\": \"" UID "\"}}");
  small_node_file(node, TASK(PAUSE) "init.pid", "10");
  read_pods();
  pl_pods_add_bundles(small_node_host(node), &pass, &bundles, true, &pods);
  ck_assert_uint_eq(pods.count, 1);
}
END_TEST

START_TEST(no_bundles_and_broken_ones_are_no_pods) {
  small_node_file(node, TASK(ID) "config.json", "{\"annotations\": ");
  small_node_file(node, TASK(ID) "init.pid", "1");
  small_node_link(node, TASK(PAUSE) "config.json", "/etc/hostname");
  read_pods();
  pl_pods_add_bundles(small_node_host(node), &pass, &bundles, false, &pods);
  ck_assert_uint_eq(pods.count, 0);
  ck_assert_ptr_nonnull(bundles.why);
}
END_TEST

/* ---- the pod that we run in ---- */

static const struct {
  const char *cgroup, *mountinfo, *mounts; /* of our own process */
  bool live, own;
} ours[] = {
    {"0::/kubepods/burstable/pod" UID "/" ID "\n", "", "mnt:[2]", true, true},
    {"9:x:/\n1:name=systemd:/kubepods.slice/kubepods-pod20021741_bf93_4636_884b_034ff4063690.slice/x\n", "", "mnt:[2]",
     true, true},
    {"0::/\n", "20 1 8:1 /var/lib/kubelet/pods/" UID "/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw\n", "mnt:[2]", true,
     true},
    {"0::/\n", "20 1 8:1 /var/lib/kubelet/pods/" UID "/etc-hosts /elsewhere rw - ext4 /dev/sda1 rw\n", "mnt:[2]", true,
     false},
    {"0::/user.slice\n", "", "mnt:[2]", true, false},
    {"0::/kubepods/pod20021741-bf93-4636-884b-034ff4063691/x\n", "", "mnt:[2]", true, false},
    {"0::/kubepods/burstable/pod" UID "/" ID "\n", "", "mnt:[1]", true, false}, /* nsenter into the node's mounts */
    {"0::/kubepods/burstable/pod" UID "/" ID "\n", "", "mnt:[2]", false, false},
};

START_TEST(our_own_pod) {
  container(10, UID, ID);
  small_node_file(node, "/proc/self/cgroup", ours[_i].cgroup);
  small_node_file(node, "/proc/self/mountinfo", ours[_i].mountinfo);
  small_node_link(node, "/proc/self/ns/mnt", ours[_i].mounts);
  read_pods();
  small_node_host(node)->live = ours[_i].live;
  pl_pods_mark_own(small_node_host(node), &pass, &pods);
  ck_assert_uint_eq(pods.count, 1);
  ck_assert_int_eq(pods.items[0].own, ours[_i].own);
}
END_TEST

/* ---- mounts ---- */

static const char *host_path(const pl_view *view, const char *path) {
  const char *found = pl_view_host_path(view, path, NULL);
  return found ? found : "none";
}

START_TEST(mounts_of_a_bundle) {
  small_node_bundle(node, ID, "shop", "web-1", UID, "web", "x:1",
                    "{\"destination\": \"/etc/kubernetes/pki/\", \"source\": \"/srv/pki\", \"type\": \"bind\"}, "
                    "{\"destination\": \"/proc\", \"source\": \"proc\", \"type\": \"proc\"}, "
                    "{\"destination\": \"/x\", \"source\": \"/y\", \"options\": [\"rbind\", \"ro\"]}, "
                    "{\"destination\": \"/tmp\", \"source\": \"/z\", \"type\": \"tmpfs\"}, "
                    "{\"destination\": \"a\", \"source\": \"/z\", \"type\": \"bind\"}");
  read_pods();
  const pl_bundle *bundle = pl_bundles_with_mounts(&bundles, ID);
  ck_assert_uint_eq(bundle->mount_count, 2);
  ck_assert_ptr_eq(bundle, pl_bundles_with_mounts(&bundles, ID));
  ck_assert_uint_eq(bundle->mount_count, 2);
  ck_assert_ptr_eq(bundle, pl_bundles_find(&bundles, ID));
  ck_assert_ptr_null(pl_bundles_with_mounts(&bundles, PAUSE));
  ck_assert_ptr_null(pl_bundles_find(&bundles, PAUSE));
  ck_assert_ptr_null(pl_bundles_find(&bundles, NULL));
  const pl_view *view = pl_view_of_container(small_node_host(node), bundle, NULL, NULL);
  ck_assert_str_eq(host_path(view, "/etc/kubernetes/pki/ca.crt"), "/srv/pki/ca.crt");
  ck_assert_str_eq(host_path(view, "/x"), "/y");
  ck_assert_str_eq(host_path(view, "/etc/kubernetes/other"), "none");
}
END_TEST

/* Whichever is asked first, both say the same. */
START_TEST(a_bundle_says_the_same_with_its_mounts) {
  const char *limits =
      _i ? "\"linux\": {\"resources\": {\"memory\": {\"limit\": 4096}, \"cpu\": {\"quota\": 5, \"period\": 10}}}, "
         : "";
  small_node_file(node, BUNDLE(ID),
                  pl_printf(node->arena,
                            "{%s\"mounts\": [{\"destination\": \"/x\", \"source\": \"/y\", \"type\": \"bind\"}], "
                            "\"annotations\": {\"io.kubernetes.cri.sandbox-name\": \"web\"}}",
                            limits));
  read_pods();
  const pl_bundle *found = pl_bundles_find(&bundles, ID);
  ck_assert_str_eq(found->pod_name, "web");
  ck_assert_uint_eq(found->mount_count, 0);
  ck_assert_int_eq(found->limits.memory, _i ? 4096 : PL_LIMIT_UNKNOWN);
  ck_assert_int_eq(found->limits.cpu, _i ? 500 : PL_LIMIT_UNKNOWN);
  for (int again = 0; again < 2; again++) {
    ck_assert_ptr_eq(found, pl_bundles_with_mounts(&bundles, ID));
    ck_assert_uint_eq(found->mount_count, 1);
    ck_assert_str_eq(found->mounts[0].outside, "/y");
  }
}
END_TEST

START_TEST(volumes_of_a_manifest) {
  small_node_file(
      node, "/m/a.yaml",
      "kind: Pod\nmetadata: {name: etcd}\nspec:\n  containers:\n  - command: [etcd]\n    volumeMounts:\n"
      "    - {name: pki, mountPath: /etc/kubernetes/pki}\n    - {name: data, mountPath: /data, subPath: etcd}\n"
      "    - {name: tmp, mountPath: /tmp}\n    - {name: pki, mountPath: /e, subPathExpr: $(X)}\n"
      "  volumes:\n  - {name: pki, hostPath: {path: /srv/pki}}\n  - {name: data, hostPath: {path: /var/lib}}\n"
      "  - {name: tmp, emptyDir: {}}\n");
  pl_manifests manifests = {0};
  pl_manifests_read(small_node_host(node), "/m", &manifests);
  const pl_view *view = pl_view_of_container(small_node_host(node), NULL, &manifests.items[0], NULL);
  ck_assert_str_eq(host_path(view, "/etc/kubernetes/pki/ca.crt"), "/srv/pki/ca.crt");
  ck_assert_str_eq(host_path(view, "/data/member"), "/var/lib/etcd/member");
  ck_assert_str_eq(host_path(view, "/tmp/x"), "none");
  ck_assert_str_eq(host_path(view, "/e"), "none");
}
END_TEST

START_TEST(mounts_of_a_process) {
  static const char mounts[] =
      "30 1 0:99 / / rw - overlay overlay rw\n"
      "31 30 8:1 /var/lib/kubelet/pods/" UID
      "/volumes/kubernetes.io~configmap/kube-proxy /var/lib/kube-proxy ro - ext4 /dev/sda1 rw\n"
      "32 30 8:1 / /host ro - ext4 /dev/sda1 rw\n"
      "33 30 0:77 / /tmp rw - tmpfs tmpfs rw\n";
  small_node_process(node, &(small_process){.pid = 10,
                                            .exe = "/kube-proxy",
                                            .argv = {"kube-proxy"},
                                            .mountinfo = mounts,
                                            .cgroup = "/kubepods/pod" UID "/" ID});
  read_pods();
  ck_assert_uint_eq(pass.candidate_count, 1);
  const pl_view *view = pl_view_of_container(small_node_host(node), NULL, NULL, &pass.candidates[0]);
  const char *path = host_path(view, "/var/lib/kube-proxy/config.conf"), *name = NULL;
  ck_assert_str_eq(path, "/var/lib/kubelet/pods/" UID "/volumes/kubernetes.io~configmap/kube-proxy/config.conf");
  ck_assert_str_eq(host_path(view, "/host/etc/passwd"), "/etc/passwd");
  ck_assert_str_eq(host_path(view, "/tmp/x"), "none");
  ck_assert_str_eq(host_path(view, "/bin/sh"), "none");
  ck_assert_str_eq(pl_api_volume(node->arena, path, &name), "ConfigMap");
  ck_assert_str_eq(name, "kube-proxy");
  ck_assert_ptr_null(pl_api_volume(node->arena, "/etc/kubernetes/pki/ca.crt", &name));
  ck_assert(pl_has_own_root(small_node_host(node), &pass, &pass.candidates[0]));
}
END_TEST

START_TEST(a_namespace_of_mounts_is_not_yet_another_root) {
  small_node_process(
      node,
      &(small_process){.pid = 10,
                       .exe = "/usr/bin/kubelet",
                       .argv = {"kubelet"},
                       .mountinfo = "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n21 20 0:9 / /tmp rw - tmpfs tmpfs rw\n"});
  read_pods();
  ck_assert(!pl_has_own_root(small_node_host(node), &pass, &pass.candidates[0]));
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

Suite *suite_pods(void);
Suite *suite_pods(void) {
  Suite *suite = suite_create("pods");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, by_bundle_of_any_of_its_containers);
  tcase_add_test(tcase, by_crio);
  tcase_add_test(tcase, by_log_directory);
  tcase_add_test(tcase, two_log_directories_name_nothing);
  tcase_add_test(tcase, by_service_account_volume);
  tcase_add_loop_test(tcase, a_namespace_is_a_name, 0, 6);
  tcase_add_loop_test(tcase, a_namespace_of_another_place, 0, 2);
  tcase_add_test(tcase, by_nothing);
  tcase_add_test(tcase, static_pods_by_their_uid);
  tcase_add_test(tcase, not_the_nodes_processes);
  tcase_add_loop_test(tcase, a_bundle_without_a_cgroup_lives_as_long_as_its_process, 0, COUNT(written));
  tcase_add_test(tcase, a_bundle_of_crio_without_a_cgroup);
  tcase_add_loop_test(tcase, a_pod_that_its_cgroup_shows_is_not_there_twice, 0, 2);
  tcase_add_test(tcase, no_bundles_and_broken_ones_are_no_pods);
  tcase_add_loop_test(tcase, our_own_pod, 0, COUNT(ours));
  tcase_add_test(tcase, mounts_of_a_bundle);
  tcase_add_loop_test(tcase, a_bundle_says_the_same_with_its_mounts, 0, 2);
  tcase_add_test(tcase, volumes_of_a_manifest);
  tcase_add_test(tcase, mounts_of_a_process);
  tcase_add_test(tcase, a_namespace_of_mounts_is_not_yet_another_root);
  suite_add_tcase(suite, tcase);
  return suite;
}
