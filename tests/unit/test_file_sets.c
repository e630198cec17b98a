/* The named sets of files, and what may be said when they are empty. */
#include <check.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "small_node.h"

#define ID          "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define UID         "20021741-bf93-4636-884b-034ff4063690"
#define HASH        "c18980a4fd9d9bd751bb2418ac6debad"
#define CERTIFICATE "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
#define KEY         "-----BEGIN RSA PRIVATE KEY-----\nREDACTED\n-----END RSA PRIVATE KEY-----\n"

static small_node *node;
static pl_node *facts;

static void setup(void) {
  node = small_node_new();
  facts = NULL;
}
static void teardown(void) { small_node_free(node); }

static const pl_node *set(const char *name) {
  if (!facts)
    facts = small_node_collect(node, NULL);
  const pl_node *found = pl_get(pl_get(facts, "file_sets"), name);
  ck_assert_msg(found != NULL, "no set %s", name);
  return found;
}

/* Paths with commas between, '!' in front when the set is not complete. */
static const char *paths(const char *name) {
  const pl_node *found = set(name);
  const char *text = pl_get_boolean(found, "complete", false) ? "" : "!";
  pl_each_item (path, pl_get(found, "paths")) {
    text = pl_printf(node->arena, "%s%s%s", text, strlen(text) > 1 ? "," : "", path->string.data);
    ck_assert_msg(pl_get(pl_get(facts, "files"), path->string.data) != NULL, "%s is not in files", path->string.data);
  }
  return text;
}

static const char *because(const char *name) { return pl_get_text(set(name), "because", "none"); }

static void kubelet(const char *flag, const char *other) {
  small_node_process(node, &(small_process){.pid = 9,
                                            .exe = "/usr/bin/kubelet",
                                            .argv = {"/usr/bin/kubelet", flag, other},
                                            .cgroup = "/system.slice/kubelet.service"});
}

static void apiserver(const char *a, const char *b, const char *c) {
  small_node_process(
      node,
      &(small_process){.pid = 30, .exe = "/usr/bin/kube-apiserver", .argv = {"/usr/bin/kube-apiserver", a, b, c}});
}

START_TEST(a_node_without_anything) {
  static const char *const names[] = {"kube-apiserver.manifest",
                                      "kube-scheduler.kubeconfig",
                                      "kubelet.config",
                                      "etcd.data-dir",
                                      "pki.all",
                                      "kubelet.unit",
                                      "kube-proxy.kubeconfig",
                                      "admin.kubeconfigs"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    ck_assert_msg(pl_equal(paths(names[i]), ""), "%s: %s", names[i], paths(names[i]));
  ck_assert_str_eq(because("kube-apiserver.manifest"), "no static pod runs kube-apiserver on this node");
  ck_assert_str_eq(because("kubelet.config"), "no kubelet on this node");
  ck_assert_str_eq(because("etcd.data-dir"), "no etcd on this node");
  ck_assert_str_eq(because("pki.all"), "neither the control plane nor etcd is on this node");
  ck_assert_str_eq(because("kube-proxy.kubeconfig"), "no kube-proxy on this node");
  ck_assert_str_eq(because("kubelet.unit"), "no kubelet on this node");
}
END_TEST

START_TEST(a_node_that_cannot_be_seen) {
  remove(pl_printf(node->arena, "%s/proc/1/ns/pid", node->path));
  ck_assert_str_eq(paths("kubelet.config"), "!");
  ck_assert_str_eq(paths("pki.keys"), "!");
  ck_assert_str_eq(paths("kube-apiserver.manifest"), "!");
  ck_assert(pl_get_boolean(set("kubelet.config"), "unobservable", false));
  ck_assert(pl_starts(because("kubelet.config"), "kubelet: proc shows neither"));
}
END_TEST

START_TEST(the_kubelets_files) {
  kubelet("--config=/etc/k.yaml", "--kubeconfig=/etc/k.conf");
  small_node_file(node, "/etc/k.yaml",
                  "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
                  "authentication: {x509: {clientCAFile: /etc/ca.crt}}\n");
  small_node_file(node, "/etc/systemd/system/kubelet.service", "[Service]\nExecStart=/usr/bin/kubelet\n");
  small_node_file(node, "/etc/systemd/system/kubelet.service.d/10-x.conf", "[Service]\n");
  small_node_file(node, "/usr/lib/systemd/system/kubelet.service.d/10-x.conf", "[Service]\n");
  ck_assert_str_eq(paths("kubelet.config"), "/etc/k.yaml");
  ck_assert_str_eq(paths("kubelet.kubeconfig"), "/etc/k.conf");
  ck_assert_str_eq(paths("kubelet.client-ca"), "/etc/ca.crt");
  ck_assert_str_eq(paths("kubelet.unit"),
                   "/etc/systemd/system/kubelet.service,/etc/systemd/system/kubelet.service.d/10-x.conf");
  ck_assert(pl_get_boolean(pl_get(pl_get(facts, "files"), "/etc/k.conf"), "absent", false));
}
END_TEST

START_TEST(a_unit_that_would_not_start_has_its_files_all_the_same) {
  kubelet(NULL, NULL);
  small_node_file(node, "/etc/systemd/system/kubelet.service",
                  "[Service]\nEnvironmentFile=/etc/gone.env\nExecStart=/usr/bin/kubelet $ARGS\n");
  ck_assert_str_eq(paths("kubelet.unit"), "/etc/systemd/system/kubelet.service");
}
END_TEST

START_TEST(a_kubelet_without_files) {
  kubelet(NULL, NULL);
  ck_assert_str_eq(paths("kubelet.config"), "");
  ck_assert_str_eq(because("kubelet.config"), "kubelet: it reads no configuration file");
  ck_assert_str_eq(because("kubelet.unit"), "no systemd unit starts the kubelet");
}
END_TEST

START_TEST(a_kubelet_that_would_be_refused) {
  kubelet("--config=/etc/k.yaml", NULL);
  small_node_file(node, "/etc/k.yaml", "kind: [x\n");
  ck_assert_str_eq(paths("kubelet.client-ca"), "!");
  ck_assert(pl_starts(because("kubelet.client-ca"), "kubelet: "));
}
END_TEST

START_TEST(a_bootstrap_kubeconfig_only_where_it_is) {
  kubelet("--kubeconfig=/etc/k.conf", "--bootstrap-kubeconfig=/etc/b.conf");
  ck_assert_str_eq(paths("kubelet.kubeconfig"), "/etc/k.conf");
  small_node_file(node, "/etc/b.conf", "");
  small_node *other = node;
  facts = NULL;
  pl_host_close(other->host);
  other->host = NULL;
  ck_assert_str_eq(paths("kubelet.kubeconfig"), "/etc/k.conf,/etc/b.conf");
}
END_TEST

START_TEST(manifests_whatever_they_are_called) {
  static const char pod[] = "kind: Pod\nmetadata: {name: a}\nspec: {containers: [{command: [kube-scheduler]}]}\n";
  kubelet("--pod-manifest-path=/srv/pods", NULL);
  small_node_file(node, "/srv/pods/one", pod);
  small_node_file(node, "/srv/pods/one.bak", pod);
  small_node_file(node, "/etc/kubernetes/manifests/kube-scheduler.yaml", pod);
  ck_assert_str_eq(paths("kube-scheduler.manifest"), "/srv/pods/one,/srv/pods/one.bak");
  ck_assert_str_eq(paths("etcd.manifest"), "");
}
END_TEST

START_TEST(a_component_without_a_manifest) {
  kubelet("--pod-manifest-path=/srv/pods", NULL);
  apiserver(NULL, NULL, NULL);
  ck_assert_str_eq(paths("kube-apiserver.manifest"), "");
  ck_assert_str_eq(because("kube-apiserver.manifest"),
                   "kube-apiserver runs on this node without a static pod manifest");
}
END_TEST

START_TEST(pki_by_content) {
  kubelet("--pod-manifest-path=/srv/pods", NULL);
  apiserver("--tls-cert-file=/srv/pki/server.pem", "--tls-private-key-file=/srv/pki/server-private.pem",
            "--service-account-key-file=/srv/pki/sa.pub");
  small_node_file(node, "/srv/pki/server.pem", CERTIFICATE);
  small_node_file(node, "/srv/pki/server-private.pem", KEY);
  small_node_file(node, "/srv/pki/both.pem", CERTIFICATE KEY);
  small_node_file(node, "/srv/pki/sa.pub", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
  small_node_file(node, "/srv/pki/etcd/ca.key", "anything");
  small_node_file(node, "/srv/pki/etcd/.hidden.crt", CERTIFICATE);
  ck_assert_int_eq(mkfifo(pl_printf(node->arena, "%s/srv/pki/fifo", node->path), 0600), 0);
  ck_assert_str_eq(paths("pki.certificates"), "/srv/pki/etcd/.hidden.crt,/srv/pki/server.pem");
  ck_assert_str_eq(paths("pki.keys"), "/srv/pki/both.pem,/srv/pki/etcd/ca.key,/srv/pki/server-private.pem");
  ck_assert_str_eq(paths("pki.all"),
                   "/srv/pki,/srv/pki/both.pem,/srv/pki/etcd,/srv/pki/etcd/.hidden.crt,/srv/pki/etcd/ca.key,"
                   "/srv/pki/fifo,/srv/pki/sa.pub,/srv/pki/server-private.pem,/srv/pki/server.pem");
  const pl_node *key = pl_get(pl_get(facts, "files"), "/srv/pki/server-private.pem");
  ck_assert_ptr_null(pl_get(key, "digest")); /* named as a key: never opened */
}
END_TEST

/* Whichever is named first: what lies in another, or is another by its link, is looked through once, in its place. */
START_TEST(pki_in_directories_within_others) {
  static const char *const orders[][3] = {
      {"--client-ca-file=/srv/pki/ca.crt", "--tls-cert-file=/srv/pki/a/b/b.crt", "--etcd-cafile=/srv/pki/a/a.crt"},
      {"--tls-cert-file=/srv/pki/a/b/b.crt", "--etcd-cafile=/srv/pki/a/a.crt", "--client-ca-file=/srv/pki/ca.crt"},
      {"--etcd-cafile=/srv/pki/a/a.crt", "--client-ca-file=/srv/pki/ca.crt", "--tls-cert-file=/srv/pki/a/b/b.crt"},
      {"--client-ca-file=/srv/pki/ca.crt", "--tls-cert-file=/srv/link/ca.crt", "--etcd-cafile=/srv/pki/a/a.crt"}};
  apiserver(orders[_i][0], orders[_i][1], orders[_i][2]);
  small_node_file(node, "/srv/pki/ca.crt", CERTIFICATE);
  small_node_file(node, "/srv/pki/a/a.crt", CERTIFICATE);
  small_node_file(node, "/srv/pki/a/b/b.crt", CERTIFICATE);
  small_node_file(node, "/srv/pki-other/c.crt", CERTIFICATE);
  small_node_link(node, "/srv/link", "pki");
  small_node_link(node, "/srv/pki/b", "a/b");
  ck_assert_str_eq(paths("pki.all"),
                   "/srv/pki,/srv/pki/a,/srv/pki/a/a.crt,/srv/pki/a/b,/srv/pki/a/b/b.crt,/srv/pki/b,/srv/pki/ca.crt");
}
END_TEST

START_TEST(pki_in_a_directory_with_other_things) {
  kubelet("--pod-manifest-path=/srv/pods", NULL);
  apiserver("--tls-cert-file=/etc/kubernetes/server.crt", "--tls-private-key-file=/etc/kubernetes/server.key", NULL);
  small_node_file(node, "/etc/kubernetes/server.crt", CERTIFICATE);
  small_node_file(node, "/etc/kubernetes/server.key", KEY);
  small_node_file(node, "/etc/kubernetes/other.crt", CERTIFICATE);
  small_node_file(node, "/etc/kubernetes/pki/ca.crt", CERTIFICATE);
  ck_assert_str_eq(paths("pki.certificates"), "/etc/kubernetes/pki/ca.crt,/etc/kubernetes/server.crt");
  ck_assert_str_eq(paths("pki.keys"), "/etc/kubernetes/server.key");
}
END_TEST

START_TEST(pki_beside_the_data_of_etcd) {
  kubelet("--pod-manifest-path=/srv/pods", NULL);
  small_node_process(node,
                     &(small_process){.pid = 30,
                                      .exe = "/usr/bin/etcd",
                                      .argv = {"/usr/bin/etcd", "--data-dir=/srv/etcd", "--wal-dir=/srv/wal/etcd",
                                               "--cert-file=/srv/etcd/server.crt", "--key-file=/srv/wal/server.key"}});
  small_node_file(node, "/srv/etcd/server.crt", CERTIFICATE);
  small_node_file(node, "/srv/etcd/member/snap/db", CERTIFICATE);
  small_node_file(node, "/srv/wal/server.key", KEY);
  small_node_file(node, "/srv/wal/etcd/0.wal", CERTIFICATE);
  ck_assert_str_eq(paths("pki.all"), "/srv/etcd/server.crt,/srv/wal/server.key");
}
END_TEST

START_TEST(one_directory_by_two_names) {
  kubelet("--pod-manifest-path=/srv/pods", NULL);
  apiserver("--tls-cert-file=/etc/kubernetes/ssl/a.crt", "--tls-private-key-file=/etc/kubernetes/ssl/a.key", NULL);
  small_node_file(node, "/etc/kubernetes/ssl/a.crt", CERTIFICATE);
  small_node_link(node, "/etc/kubernetes/pki", "ssl");
  ck_assert_str_eq(paths("pki.certificates"), "/etc/kubernetes/ssl/a.crt");
}
END_TEST

START_TEST(what_flags_name_is_not_there) {
  apiserver("--tls-cert-file=/etc/kubernetes/pki/none.crt", "--tls-private-key-file=/etc/kubernetes/pki/a.key", NULL);
  small_node_file(node, "/etc/kubernetes/pki/b.crt", CERTIFICATE);
  small_node_file(node, "/etc/kubernetes/pki/a.key", KEY);
  ck_assert_str_eq(paths("pki.certificates"), "!/etc/kubernetes/pki/b.crt");
  ck_assert_str_eq(because("pki.certificates"),
                   "/etc/kubernetes/pki/none.crt, which kube-apiserver is given, does not exist");
  ck_assert_str_eq(paths("pki.keys"), "/etc/kubernetes/pki/a.key");
  ck_assert(!pl_get_boolean(set("pki.all"), "complete", true));
}
END_TEST

START_TEST(a_key_s_link_into_nothing) {
  apiserver("--tls-cert-file=/etc/kubernetes/pki/b.crt", "--tls-private-key-file=/etc/kubernetes/pki/a.key", NULL);
  small_node_file(node, "/etc/kubernetes/pki/b.crt", CERTIFICATE);
  small_node_link(node, "/etc/kubernetes/pki/a.key", "/nowhere/a");
  ck_assert_str_eq(paths("pki.certificates"), "/etc/kubernetes/pki/b.crt");
  ck_assert_str_eq(paths("pki.keys"), "/etc/kubernetes/pki/a.key");
}
END_TEST

START_TEST(another_link_into_nothing_may_be_anything) {
  apiserver("--tls-cert-file=/etc/kubernetes/pki/a.crt", NULL, NULL);
  small_node_file(node, "/etc/kubernetes/pki/b.crt", CERTIFICATE);
  small_node_link(node, "/etc/kubernetes/pki/a.crt", "/nowhere/a");
  ck_assert_str_eq(paths("pki.certificates"), "!/etc/kubernetes/pki/b.crt");
  ck_assert_str_eq(paths("pki.keys"), "!");
}
END_TEST

START_TEST(pki_is_not_judged_on_workers) {
  kubelet("--pod-manifest-path=/srv/pods", NULL);
  small_node_file(node, "/etc/kubernetes/pki/ca.crt", CERTIFICATE);
  ck_assert_str_eq(paths("pki.all"), "");
}
END_TEST

START_TEST(cni_files) {
  kubelet(NULL, NULL);
  small_node_process(node, &(small_process){.pid = 20, .exe = "/usr/bin/containerd", .argv = {"/usr/bin/containerd"}});
  small_node_file(node, "/etc/containerd/config.toml",
                  "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".cni]\nconf_dir = \"/srv/cni\"\n");
  small_node_file(node, "/srv/cni/10-x.conflist", "{}");
  small_node_file(node, "/srv/cni/multus.d/multus.kubeconfig", "");
  small_node_file(node, "/srv/cni/.lock", "");
  small_node_file(node, "/etc/cni/net.d/87-podman.conflist", "{}");
  small_node_file(node, "/var/lib/cni/networks/lab/10.0.0.2", "");
  small_node_file(node, "/var/lib/cni/results/x", "");
  ck_assert_str_eq(
      paths("cni.files"),
      "/srv/cni/.lock,/srv/cni/10-x.conflist,/srv/cni/multus.d/multus.kubeconfig,/var/lib/cni/networks/lab/10.0.0.2");
}
END_TEST

START_TEST(cni_files_when_the_configuration_is_broken) {
  kubelet(NULL, NULL);
  small_node_process(node, &(small_process){.pid = 20, .exe = "/usr/bin/containerd", .argv = {"/usr/bin/containerd"}});
  small_node_file(node, "/etc/containerd/config.toml", "version = \n");
  small_node_file(node, "/etc/cni/net.d/a.conf", "{}");
  ck_assert_str_eq(paths("cni.files"), "!/etc/cni/net.d/a.conf");
  ck_assert(pl_starts(because("cni.files"), "containerd: "));
}
END_TEST

START_TEST(kube_proxy_with_a_config_map) {
  kubelet(NULL, NULL);
  small_node_process(node, &(small_process){.pid = 40,
                                            .exe = "/kube-proxy",
                                            .argv = {"kube-proxy", "--kubeconfig=/var/lib/kube-proxy/kubeconfig.conf"},
                                            .namespace = "pid:[4026532000]",
                                            .cgroup = "/kubepods/pod" UID "/" ID});
  small_node_bundle(node, ID, "kube-system", "kube-proxy-x", UID, "kube-proxy", "x/kube-proxy:v1.34.9",
                    "{\"destination\": \"/var/lib/kube-proxy\", \"type\": \"bind\", \"source\": "
                    "\"/var/lib/kubelet/pods/" UID "/volumes/kubernetes.io~configmap/kube-proxy\"}");
  ck_assert_str_eq(paths("kube-proxy.kubeconfig"), "");
  ck_assert_str_eq(because("kube-proxy.kubeconfig"),
                   "kube-proxy takes its kubeconfig from a ConfigMap volume (kube-proxy, pod kube-proxy-x)");
}
END_TEST

START_TEST(kube_proxy_with_a_file_of_the_host) {
  kubelet(NULL, NULL);
  small_node_process(node, &(small_process){.pid = 40,
                                            .exe = "/usr/bin/kube-proxy",
                                            .argv = {"/usr/bin/kube-proxy", "--kubeconfig=/etc/kp.conf"}});
  ck_assert_str_eq(paths("kube-proxy.kubeconfig"), "/etc/kp.conf");
}
END_TEST

START_TEST(admin_kubeconfigs_that_are_there) {
  kubelet(NULL, NULL);
  small_node_file(node, "/etc/kubernetes/super-admin.conf", "");
  ck_assert_str_eq(paths("admin.kubeconfigs"), "/etc/kubernetes/super-admin.conf");
}
END_TEST

START_TEST(globs_of_definitions) {
  small_node_file(node, "/etc/x/a.conf", "");
  small_node_file(node, "/etc/x/b.conf", "");
  const char *const globs[] = {"/etc/x/*.conf", "/etc/x/a.conf", "/none", "/none/*"};
  facts = small_node_collect(node, &(pl_collect_options){.globs = globs, .glob_count = 4});
  const pl_node *found = pl_get(facts, "globs");
  ck_assert_uint_eq(pl_count(pl_get(pl_get(found, "/etc/x/*.conf"), "paths")), 2);
  ck_assert_uint_eq(pl_count(pl_get(pl_get(found, "/etc/x/a.conf"), "paths")), 1);
  ck_assert_uint_eq(pl_count(pl_get(pl_get(found, "/none"), "paths")), 0);
  ck_assert(pl_get_boolean(pl_get(found, "/none/*"), "complete", false));
  ck_assert_str_eq(pl_get_text(pl_get(found, "/none/*"), "because", ""), "nothing matches /none/*");
  ck_assert(pl_get_boolean(pl_get(pl_get(facts, "files"), "/none"), "absent", false));
  ck_assert_str_eq(pl_get_text(pl_get(pl_get(facts, "files"), "/etc/x/b.conf"), "mode", ""), "0600");
}
END_TEST

Suite *suite_file_sets(void);
Suite *suite_file_sets(void) {
  Suite *suite = suite_create("file_sets");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, a_node_without_anything);
  tcase_add_test(tcase, a_node_that_cannot_be_seen);
  tcase_add_test(tcase, the_kubelets_files);
  tcase_add_test(tcase, a_unit_that_would_not_start_has_its_files_all_the_same);
  tcase_add_test(tcase, a_kubelet_without_files);
  tcase_add_test(tcase, a_kubelet_that_would_be_refused);
  tcase_add_test(tcase, a_bootstrap_kubeconfig_only_where_it_is);
  tcase_add_test(tcase, manifests_whatever_they_are_called);
  tcase_add_test(tcase, a_component_without_a_manifest);
  tcase_add_test(tcase, pki_by_content);
  tcase_add_loop_test(tcase, pki_in_directories_within_others, 0, 4);
  tcase_add_test(tcase, pki_in_a_directory_with_other_things);
  tcase_add_test(tcase, pki_beside_the_data_of_etcd);
  tcase_add_test(tcase, one_directory_by_two_names);
  tcase_add_test(tcase, what_flags_name_is_not_there);
  tcase_add_test(tcase, a_key_s_link_into_nothing);
  tcase_add_test(tcase, another_link_into_nothing_may_be_anything);
  tcase_add_test(tcase, pki_is_not_judged_on_workers);
  tcase_add_test(tcase, cni_files);
  tcase_add_test(tcase, cni_files_when_the_configuration_is_broken);
  tcase_add_test(tcase, kube_proxy_with_a_config_map);
  tcase_add_test(tcase, kube_proxy_with_a_file_of_the_host);
  tcase_add_test(tcase, admin_kubeconfigs_that_are_there);
  tcase_add_test(tcase, globs_of_definitions);
  suite_add_tcase(suite, tcase);
  return suite;
}
