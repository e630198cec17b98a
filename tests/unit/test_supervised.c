/* What k3s starts its components with: its files, its unit, variables, and what is built in. */
#include <check.h>

#include "plumbline/core/limits.h"
#include "small_node.h"

#define CONFIG   "/etc/rancher/k3s/config.yaml"
#define DATA     "/var/lib/rancher/k3s"
#define DROP_INS DATA "/agent/etc/kubelet.conf.d/"

static small_node *node;

static void setup(void) { node = small_node_new(); }
static void teardown(void) { small_node_free(node); }

/* A k3s started by a unit with these words and variables (NULL: none), at second 500. */
static void k3s(const char *role, const char *words, const char *variables) {
  const char *unit = pl_printf(node->arena, "/etc/systemd/system/k3s%s.service", strcmp(role, "agent") ? "" : "-agent");
  small_node_file(node, "/etc/hostname", "Node1\n");
  small_node_file(node, unit,
                  pl_printf(node->arena,
                            "[Service]\nEnvironmentFile=-/etc/k3s.env\nExecStart=/usr/local/bin/k3s %s %s\n", role,
                            words ? words : ""));
  if (variables)
    small_node_file(node, "/etc/k3s.env", variables);
  small_process process = {.pid = 20,
                           .exe = "/usr/local/bin/k3s",
                           .started = 500,
                           .cgroup = pl_printf(node->arena, "/system.slice/%s", pl_basename(unit)),
                           .argv = {pl_printf(node->arena, "/usr/local/bin/k3s %s", role)}};
  small_node_process(node, &process);
}

static pl_node *facts(void) {
  return small_node_collect(node,
                            &(pl_collect_options){.kubernetes = "1.33.5", .platforms = small_node_platforms(node)});
}

/* "VALUE LAYER WHERE" of a setting, "component.key". */
static const char *setting(const pl_node *facts, const char *component, const char *name) {
  const pl_node *entry = pl_get(pl_get(pl_get(pl_get(facts, "components"), component), "settings"), name);
  const pl_node *from = pl_get(entry, "from");
  const char *value = pl_node_show(node->arena, pl_get(entry, "value"), 200);
  return entry ? pl_printf(node->arena, "%s %s %s", value, pl_get_text(from, "layer", "-"),
                           pl_get_text(from, "where", "-"))
               : "none";
}

static const char *unknown(const pl_node *facts, const char *component) {
  return pl_get_text(pl_get(pl_get(facts, "components"), component), "arguments_unknown", "known");
}

static const char *state(const pl_node *facts, const char *component) {
  return pl_get_text(pl_get(pl_get(facts, "components"), component), "state", "-");
}

#define BUILT_IN " flag built into k3s server"

/* Source of each: pkg/daemons/control/server.go, pkg/util/args.go, pkg/configfilearg/parser.go. */
static const struct {
  const char *config, *drop_in, *words, *variables, *component, *setting, *wanted;
} cases[] = {
    {NULL, NULL, NULL, NULL, "kube-apiserver", "anonymous-auth", "false" BUILT_IN},
    {NULL, NULL, NULL, NULL, "kube-apiserver", "authorization-mode", "Node, RBAC" BUILT_IN},
    {NULL, NULL, NULL, NULL, "kube-controller-manager", "use-service-account-credentials", "true" BUILT_IN},
    {NULL, NULL, NULL, NULL, "kube-scheduler", "bind-address", "127.0.0.1" BUILT_IN},
    {NULL, NULL, NULL, NULL, "kube-proxy", "metricsBindAddress", "127.0.0.1:10249 default -"},
    {NULL, NULL, NULL, NULL, "kubelet", "hostnameOverride", "node1" BUILT_IN},
    {NULL, NULL, NULL, NULL, "kubelet", "authorization.mode", "Webhook" BUILT_IN},
    /* The file, its forms, and its drop-ins. */
    {"kube-apiserver-arg: anonymous-auth=true\n", NULL, NULL, NULL, "kube-apiserver", "anonymous-auth",
     "true file " CONFIG ":1"},
    {"kube-apiserver-arg:\n- profiling=true\n- --anonymous-auth=true\n", NULL, NULL, NULL, "kube-apiserver",
     "anonymous-auth", "true file " CONFIG ":3"},
    {"cluster-domain: example.org\n", NULL, NULL, NULL, "kube-apiserver", "service-account-issuer",
     "https://kubernetes.default.svc.example.org" BUILT_IN},
    {"kube-apiserver-arg: [anonymous-auth]\n", NULL, NULL, NULL, "kube-apiserver", "anonymous-auth",
     "true file " CONFIG ":1"},
    {"kube-apiserver-arg: [profiling=true]\n", "kube-apiserver-arg: [anonymous-auth=true]\n", NULL, NULL,
     "kube-apiserver", "profiling", "false" BUILT_IN},
    {"kube-apiserver-arg: [profiling=true]\n", "kube-apiserver-arg+: [anonymous-auth=true]\n", NULL, NULL,
     "kube-apiserver", "profiling", "true file " CONFIG ":1"},
    {"kube-apiserver-arg: [profiling=true]\n", "kube-apiserver-arg+: [anonymous-auth=true]\n", NULL, NULL,
     "kube-apiserver", "anonymous-auth", "true drop-in " CONFIG ".d/10.yaml:1"},
    {"kube-apiserver-args: [profiling=true]\n", NULL, NULL, NULL, "kube-apiserver", "profiling", "false" BUILT_IN},
    {"kube-controller-arg: [profiling=true]\n", NULL, NULL, NULL, "kube-controller-manager", "profiling",
     "true file " CONFIG ":1"},
    /* NAME+= and NAME-=: beside what is built in. */
    {"kube-apiserver-arg: [enable-admission-plugins=AlwaysPullImages]\n", NULL, NULL, NULL, "kube-apiserver",
     "enable-admission-plugins", "AlwaysPullImages file " CONFIG ":1"},
    {"kube-apiserver-arg: ['enable-admission-plugins+=AlwaysPullImages']\n", NULL, NULL, NULL, "kube-apiserver",
     "enable-admission-plugins", "NodeRestriction, AlwaysPullImages file " CONFIG ":1"},
    {"kube-apiserver-arg: ['enable-admission-plugins-=AlwaysPullImages']\n", NULL, NULL, NULL, "kube-apiserver",
     "enable-admission-plugins", "AlwaysPullImages, NodeRestriction" BUILT_IN},
    /* The command line comes after the files, in one value after the other; variables count where nothing is given. */
    {"kube-apiserver-arg: [anonymous-auth=true]\n", NULL, "--kube-apiserver-arg anonymous-auth=false", NULL,
     "kube-apiserver", "anonymous-auth", "false flag k3s.service argv[2]"},
    {NULL, NULL, "--cluster-init --kube-apiserver-arg=--anonymous-auth=true", NULL, "kube-apiserver", "anonymous-auth",
     "true flag k3s.service argv[3]"},
    {NULL, NULL, "--data-dir=/srv/k3s", NULL, "kube-scheduler", "clientConnection.kubeconfig",
     "/srv/k3s/server/cred/scheduler.kubeconfig" BUILT_IN},
    {"data-dir: /srv/k3s\n", NULL, NULL, "K3S_DATA_DIR=/srv/other\n", "kube-scheduler", "clientConnection.kubeconfig",
     "/srv/k3s/server/cred/scheduler.kubeconfig" BUILT_IN},
    {NULL, NULL, NULL, "K3S_DATA_DIR=/srv/other\n", "kube-scheduler", "clientConnection.kubeconfig",
     "/srv/other/server/cred/scheduler.kubeconfig" BUILT_IN},
    {"kube-apiserver-arg: [anonymous-auth=true]\n", NULL, "-c /etc/other.yaml", NULL, "kube-apiserver",
     "anonymous-auth", "false" BUILT_IN},
    {NULL, NULL, "--node-name named", NULL, "kubelet", "hostnameOverride", "named" BUILT_IN},
    /* Conditions. */
    {"secrets-encryption: true\n", NULL, NULL, NULL, "kube-apiserver", "encryption-provider-config-automatic-reload",
     "true" BUILT_IN},
    {"secrets-encryption: false\n", NULL, NULL, NULL, "kube-apiserver", "encryption-provider-config-automatic-reload",
     "false default -"},
    {"kube-apiserver-arg: [authorization-config=/a.yaml]\n", NULL, NULL, NULL, "kube-apiserver", "authorization-mode",
     " default -"},
    {NULL, NULL, NULL, NULL, "kube-apiserver", "etcd-servers", "unix://kine.sock" BUILT_IN},
    {"kube-apiserver-arg: [feature-gates=RotateKubeletServerCertificate=false]\n", NULL, NULL, NULL,
     "kube-controller-manager", "featureGates.RotateKubeletServerCertificate", "false file " CONFIG ":1"},
    {"disable-apiserver: true\nkube-apiserver-arg: [feature-gates=RotateKubeletServerCertificate=false]\n", NULL, NULL,
     NULL, "kube-controller-manager", "featureGates.RotateKubeletServerCertificate", "true default -"},
    {"datastore-endpoint: mysql://u:secret@tcp(db)/k\n", NULL, NULL, NULL, "kube-apiserver", "etcd-servers",
     "unix://kine.sock" BUILT_IN},
    {NULL, NULL, NULL, "K3S_DATASTORE_ENDPOINT=https://a:2379\nK3S_DATASTORE_CAFILE=/ca\n", "kube-apiserver",
     "etcd-servers", "https://a:2379" BUILT_IN},
    {NULL, NULL, NULL, "K3S_DATASTORE_ENDPOINT=https://a:2379\nK3S_DATASTORE_CAFILE=/ca\n", "kube-apiserver",
     "etcd-cafile", "/ca" BUILT_IN},
};

START_TEST(each_layer) {
  if (cases[_i].config)
    small_node_file(node, CONFIG, cases[_i].config);
  if (cases[_i].drop_in)
    small_node_file(node, CONFIG ".d/10.yaml", cases[_i].drop_in);
  small_node_file(node, CONFIG ".d/99.txt", "kube-apiserver-arg: [anonymous-auth=true]\n");
  k3s("server", cases[_i].words, cases[_i].variables);
  pl_node *all = facts();
  ck_assert_str_eq(unknown(all, cases[_i].component), "known");
  ck_assert_str_eq(setting(all, cases[_i].component, cases[_i].setting), cases[_i].wanted);
}
END_TEST

/* What keeps the options from being known, and so every flag: nothing is guessed then. */
static const struct {
  const char *config, *words, *why;
} unknowns[] = {
    {"kube-apiserver-arg: [", NULL, CONFIG},
    {"- a\n", NULL, CONFIG ": no map of options"},
    {NULL, "--config=https://x/config.yaml", "its configuration is at https://x/config.yaml"},
    {NULL, "--rootless", "it is given --rootless"},
    {NULL, "--kube-apiserver-arg=$UNSET{", "known"},
};

START_TEST(what_cannot_be_told) {
  if (unknowns[_i].config)
    small_node_file(node, CONFIG, unknowns[_i].config);
  k3s("server", unknowns[_i].words, NULL);
  const char *why = unknown(facts(), "kube-apiserver");
  ck_assert_msg(strstr(why, unknowns[_i].why) != NULL, "%s", why);
}
END_TEST

START_TEST(without_a_unit_nothing_is_known) {
  small_process process = {.pid = 20, .exe = "/usr/local/bin/k3s", .argv = {"/usr/local/bin/k3s server"}};
  small_node_process(node, &process);
  pl_node *all = facts();
  ck_assert_str_eq(unknown(all, "kubelet"),
                   "it is part of k3s server (pid 20): effective flags not observable: it hides its "
                   "command line, and no unit tells it");
  ck_assert_str_eq(state(all, "etcd"), "unobservable");
}
END_TEST

START_TEST(another_units_process) {
  small_node_file(node, "/etc/systemd/system/own.service", "[Service]\nExecStart=/opt/wrapper k3s server\n");
  small_process process = {.pid = 20,
                           .exe = "/usr/local/bin/k3s",
                           .cgroup = "/system.slice/own.service",
                           .argv = {"/usr/local/bin/k3s server"}};
  small_node_process(node, &process);
  ck_assert_ptr_nonnull(strstr(unknown(facts(), "kube-apiserver"), "own.service starts something else"));
}
END_TEST

START_TEST(a_version_newer_than_the_tables) {
  k3s("server", NULL, NULL);
  pl_collect_options options = {.kubernetes = "1.99.0", .platforms = small_node_platforms(node)};
  pl_node *all = small_node_collect(node, &options);
  const pl_node *notes = pl_get_path(all, "components.kube-scheduler.notes");
  ck_assert_uint_ge(pl_count(notes), 1);
  ck_assert_str_eq(pl_text(notes->list.items[pl_count(notes) - 1]),
                   "Kubernetes 1.99 is newer than what is known of it: flags and defaults are those of 1.36");
}
END_TEST

START_TEST(what_is_not_started) {
  small_node_file(node, CONFIG, "disable-scheduler: true\ndisable-kube-proxy: true\ndisable-apiserver: false\n");
  k3s("server", NULL, NULL);
  pl_node *all = facts();
  ck_assert_str_eq(state(all, "kube-scheduler"), "absent");
  ck_assert_str_eq(state(all, "kube-proxy"), "absent");
  ck_assert_str_eq(state(all, "kube-apiserver"), "running");
  ck_assert_str_eq(state(all, "etcd"), "absent");
}
END_TEST

START_TEST(etcd_where_it_was_once_started) {
  small_node_file(node, DATA "/server/db/etcd/member/wal/0.wal", "");
  small_node_file(node, DATA "/server/db/etcd/config",
                  "data-dir: " DATA "/server/db/etcd\nclient-transport-security: {client-cert-auth: true}\n");
  k3s("server", NULL, NULL);
  pl_node *all = facts();
  ck_assert_str_eq(state(all, "etcd"), "running");
  ck_assert_str_eq(setting(all, "etcd", "client-cert-auth"), "true file " DATA "/server/db/etcd/config");
  ck_assert_str_eq(setting(all, "kube-apiserver", "etcd-servers"), "https://127.0.0.1:2379" BUILT_IN);
  ck_assert(!pl_get_boolean(pl_get(all, "platform"), "kine", true));
}
END_TEST

START_TEST(whether_etcd_was_started_cannot_be_told) {
  small_node_link(node, DATA "/server/db", "db");
  k3s("server", NULL, NULL);
  pl_node *all = facts();
  ck_assert_str_eq(state(all, "etcd"), "unobservable");
  const char *unknown = pl_get_text(pl_get_path(all, "components.kube-apiserver"), "arguments_unknown", "");
  ck_assert_msg(strstr(unknown, "whether " DATA "/server/db/etcd/member/wal is there cannot be told") != NULL, "%s",
                unknown);
  ck_assert(!pl_is(pl_get(pl_get(all, "platform"), "kine"), PL_BOOLEAN));
}
END_TEST

/* From 1.32 on the kubelet reads a directory, into which what kubelet-arg names is copied. */
START_TEST(the_kubelet_of_a_directory) {
  small_node_file(node, DROP_INS "00-k3s-defaults.conf",
                  "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
                  "authorization: {mode: Webhook}\n");
  small_node_mtime(node, DROP_INS "00-k3s-defaults.conf", SMALL_NODE_BOOT + 530);
  small_node_file(node, "/own.yaml", "authorization: {mode: AlwaysAllow}\n");
  small_node_file(node, CONFIG, "kubelet-arg: [config=/own.yaml, protect-kernel-defaults=true]\n");
  small_node_mtime(node, CONFIG, SMALL_NODE_BOOT + 502);
  k3s("agent", NULL, NULL);
  pl_node *all = facts();
  ck_assert_str_eq(setting(all, "kubelet", "authorization.mode"), "Webhook drop-in " DROP_INS "00-k3s-defaults.conf");
  ck_assert_str_eq(setting(all, "kubelet", "protectKernelDefaults"), "true file " CONFIG ":1");
  const pl_node *drift = pl_get_path(all, "components.kubelet.not_yet_in_force");
  ck_assert_uint_eq(pl_count(drift), 1);
  ck_assert_str_eq(pl_get_text(drift->list.items[0], "path", ""), CONFIG);
  ck_assert_str_eq(state(all, "kube-proxy"), "unobservable");
}
END_TEST

/* Source: pkg/agent/config/config.go, ensureNodeID. */
START_TEST(a_node_name_with_an_id) {
  small_node_file(node, CONFIG, "with-node-id: true\n");
  small_node_file(node, "/etc/rancher/node/id", "0a1b2c3d\n");
  k3s("server", NULL, NULL);
  ck_assert_str_eq(setting(facts(), "kubelet", "hostnameOverride"), "node1-0a1b2c3d" BUILT_IN);
}
END_TEST

START_TEST(a_node_name_whose_id_is_not_there) {
  k3s("server", "--with-node-id", NULL);
  ck_assert_ptr_nonnull(
      strstr(unknown(facts(), "kubelet"), "it is given --with-node-id, and /etc/rancher/node/id cannot be read"));
}
END_TEST

static const char *notes(const pl_node *facts, const char *component) {
  return pl_node_show(node->arena, pl_get(pl_get(pl_get(facts, "components"), component), "notes"), 400);
}

START_TEST(options_that_there_are_not) {
  small_node_file(
      node, CONFIG,
      "kube-apiserver-args: [anonymous-auth=true]\nkube-apiserver-arg+: [profiling=true]\nd: /var/lib/rancher/k3s\n");
  k3s("server", NULL, NULL);
  ck_assert_str_eq(notes(facts(), "kube-apiserver"),
                   "kube-apiserver-args at " CONFIG
                   ":1 is no option of k3s server that is known here: it has no effect");
}
END_TEST

START_TEST(options_that_an_agent_has_not) {
  small_node_file(node, CONFIG, "Kubelet-arg: [max-pods=3]\n");
  k3s("agent", NULL, NULL);
  ck_assert_str_eq(notes(facts(), "kubelet"),
                   "Kubelet-arg at " CONFIG
                   ":1 is no option of k3s agent that is known here: it would not start with it");
}
END_TEST

/* Gates are those of the process: where one was given is told, whoever was given it. */
START_TEST(a_shared_gate_has_its_place) {
  small_node_file(node, CONFIG,
                  "kube-apiserver-arg: [feature-gates=RotateKubeletServerCertificate=false]\n"
                  "kube-controller-manager-arg: [feature-gates=AllAlpha=false]\n");
  k3s("server", NULL, NULL);
  const pl_node *all = facts();
  ck_assert_str_eq(setting(all, "kube-controller-manager", "featureGates.RotateKubeletServerCertificate"),
                   "false file " CONFIG ":1");
  ck_assert_str_eq(setting(all, "kubelet", "featureGates.RotateKubeletServerCertificate"), "false file " CONFIG ":1");
  ck_assert_str_eq(setting(all, "kubelet", "featureGates.AllAlpha"), "false file " CONFIG ":2");
}
END_TEST

#define ELSEWHERE "/srv/k3s"

START_TEST(the_layout_follows_the_data_directory) {
  small_node_file(node, ELSEWHERE "/server/cred/admin.kubeconfig", "");
  small_node_file(node, "/root/admin.yaml", "");
  small_node_link(node, "/etc/rancher/k3s/k3s.yaml", "/root/admin.yaml");
  small_node_file(node, DATA "/server/cred/admin.kubeconfig", ""); /* left behind */
  small_node_file(node, ELSEWHERE "/server/tls/x.crt", "");
  small_node_file(node, CONFIG, "data-dir: " ELSEWHERE "\n");
  k3s("server", "--write-kubeconfig=/root/admin.yaml", NULL);
  const pl_node *all = facts(), *sets = pl_get(all, "file_sets");
  ck_assert_str_eq(pl_node_show(node->arena, pl_get_path(pl_get(sets, "admin.kubeconfigs"), "paths"), 200),
                   "/etc/rancher/k3s/k3s.yaml, /root/admin.yaml, " ELSEWHERE "/server/cred/admin.kubeconfig");
  const char *pki = pl_node_show(node->arena, pl_get(pl_get(sets, "pki.all"), "paths"), 2000);
  ck_assert_msg(strstr(pki, ELSEWHERE "/server/tls/x.crt") != NULL, "%s", pki);
}
END_TEST

/* RKE2 starts its kubelet anew: that one is started at all shows below the data directory. */
START_TEST(traces_follow_the_data_directory) {
  small_node_file(node, "/usr/lib/systemd/system/rke2-server.service",
                  "[Service]\nExecStart=/usr/local/bin/rke2 server\n");
  small_node_file(node, "/etc/rancher/rke2/config.yaml", "data-dir: /srv/rke2\n");
  small_node_file(node, "/srv/rke2/agent/kubelet.kubeconfig", "");
  small_node_process(node, &(small_process){.pid = 20,
                                            .exe = "/usr/local/bin/rke2",
                                            .cgroup = "/system.slice/rke2-server.service",
                                            .argv = {"/usr/local/bin/rke2 server"}});
  const pl_node *all = facts();
  ck_assert_str_eq(state(all, "kubelet"), "unobservable");
  ck_assert_str_eq(pl_get_text(pl_get_path(all, "components.kubelet"), "because", "-"),
                   "no process was seen, but /srv/rke2/agent/kubelet.kubeconfig shows that RKE2 starts one");
}
END_TEST

static void write_options(size_t count) {
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, 1 << 20);
  pl_buffer_text(&text, "kube-apiserver-arg:\n");
  for (size_t i = 0; i < count; i++)
    pl_buffer_printf(&text, "- a%zu=b\n", i);
  small_node_file(node, CONFIG, text.data);
  k3s("server", NULL, NULL);
}

START_TEST(options_are_capped) {
  write_options(PL_OPTIONS_MAX - 3 + (size_t)_i); /* and three defaults */
  const char *reason = unknown(facts(), "kube-apiserver");
  ck_assert_msg(strstr(reason, _i ? "more than 4096 options" : "known") != NULL, "%s", reason);
}
END_TEST

Suite *suite_supervised(void);
Suite *suite_supervised(void) {
  Suite *suite = suite_create("supervised");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, each_layer, 0, sizeof cases / sizeof *cases);
  tcase_add_loop_test(tcase, what_cannot_be_told, 0, sizeof unknowns / sizeof *unknowns);
  tcase_add_test(tcase, without_a_unit_nothing_is_known);
  tcase_add_test(tcase, another_units_process);
  tcase_add_test(tcase, a_version_newer_than_the_tables);
  tcase_add_test(tcase, what_is_not_started);
  tcase_add_test(tcase, etcd_where_it_was_once_started);
  tcase_add_test(tcase, whether_etcd_was_started_cannot_be_told);
  tcase_add_test(tcase, the_kubelet_of_a_directory);
  tcase_add_test(tcase, a_node_name_with_an_id);
  tcase_add_test(tcase, a_node_name_whose_id_is_not_there);
  tcase_add_test(tcase, options_that_there_are_not);
  tcase_add_test(tcase, options_that_an_agent_has_not);
  tcase_add_test(tcase, a_shared_gate_has_its_place);
  tcase_add_test(tcase, the_layout_follows_the_data_directory);
  tcase_add_test(tcase, traces_follow_the_data_directory);
  tcase_add_loop_test(tcase, options_are_capped, 0, 2);
  suite_add_tcase(suite, tcase);
  return suite;
}
