/* Flags that OpenShift's builds take from a file of their own kind: its record in benchmarks/platforms/openshift.yaml.
 */
#include <check.h>

#include "small_node.h"

#define CONFIG "/etc/kubernetes/static-pod-resources/configmaps/config/config.yaml"
#define KEYS   "/etc/kubernetes/static-pod-resources/configmaps/sa-token-signing-certs"
#define HEADER "apiVersion: kubecontrolplane.config.openshift.io/v1\nkind: KubeAPIServerConfig\n"
#define BUILD  "openshift/kubernetes openshift-kube-apiserver/openshiftkubeapiserver/flags.go"

static small_node *node;

static void setup(void) { node = small_node_new(); }
static void teardown(void) { small_node_free(node); }

/* PROGRAM runs with these further words; CONFIG holds TEXT (NULL: there is no such file). */
static void start(const char *program, const char *text, const char *word, const char *other) {
  small_node_file(node, "/etc/os-release", "ID=rhcos\nOPENSHIFT_VERSION=4.20\n");
  if (text)
    small_node_file(node, CONFIG, text);
  small_node_process(node, &(small_process){.pid = 20,
                                            .exe = pl_printf(node->arena, "/usr/bin/%s", program),
                                            .started = 500,
                                            .argv = {program, "--openshift-config=" CONFIG, word, other}});
}

static const pl_node *component(const char *name) {
  pl_node *facts =
      small_node_collect(node, &(pl_collect_options){.kubernetes = "1.33.5", .platforms = small_node_platforms(node)});
  return pl_get(pl_get(facts, "components"), name);
}

/* "VALUE LAYER WHERE" of a setting. */
static const char *shown(const pl_node *component, const char *name) {
  const pl_node *entry = pl_get(pl_get(component, "settings"), name), *from = pl_get(entry, "from");
  const char *reason = pl_get_text(entry, "refused", pl_get_text(entry, "unreadable", NULL));
  return reason ? reason
                : pl_printf(node->arena, "%s %s %s", pl_node_show(node->arena, pl_get(entry, "value"), 400),
                            pl_get_text(from, "layer", "-"), pl_get_text(from, "where", "-"));
}

static const struct {
  const char *text, *word, *setting, *wanted;
} cases[] = {
    {"apiServerArguments: {profiling: ['false']}\n", NULL, "profiling", "false file " CONFIG ":3"},
    {"apiServerArguments: {profiling: ['false']}\n", "--profiling=true", "profiling", "false file " CONFIG ":3"},
    {"apiServerArguments: {}\n", "--profiling=false", "profiling", "false flag pid 20 argv[2]"},
    {"apiServerArguments: {profiling: []}\n", "--profiling=false", "profiling", "false flag pid 20 argv[2]"},
    {"", NULL, "profiling", "true default -"},
    /* keys are matched by case, and a misspelt one is another flag */
    {"APIServerArguments: {profiling: ['false']}\n", NULL, "profiling", "true default -"},
    {"apiServerArguments: {Profiling: ['false']}\n", NULL, "profiling", "true default -"},
    /* lists of the command line and of the file are one */
    {"apiServerArguments:\n  authorization-mode: [RBAC,\n    Node]\n", "--authorization-mode=Scope",
     "effective.authorizers", "Scope, RBAC, Node file " CONFIG ":5"},
    {"apiServerArguments: {authorization-mode: [Scope, SystemMasters, RBAC, Node]}\n", NULL, "effective.authorizers",
     "Scope, SystemMasters, RBAC, Node file " CONFIG ":3"},
    {"apiServerArguments: {authorization-mode: [Other]}\n", NULL, "effective.authorizers",
     "authorization-mode \"Other\" is not a valid mode"},
    {"apiServerArguments: {enable-admission-plugins: [image.openshift.io/ImagePolicy]}\n", NULL,
     "enable-admission-plugins", "image.openshift.io/ImagePolicy file " CONFIG ":3"},
    {"apiServerArguments: {enable-admission-plugins: [notopenshift.io/ImagePolicy]}\n", NULL,
     "enable-admission-plugins", "enable-admission-plugins plugin \"notopenshift.io/ImagePolicy\" is unknown"},
    /* from elsewhere in the file */
    {"servingInfo: {bindAddress: '127.0.0.1:7443'}\n", NULL, "bind-address", "127.0.0.1 file " CONFIG ":3"},
    {"servingInfo: {bindAddress: '127.0.0.1:7443'}\n", NULL, "secure-port", "7443 file " CONFIG ":3"},
    {"", NULL, "secure-port", "6443 default " BUILD},
    {"servingInfo: {minTLSVersion: VersionTLS13}\n", NULL, "tls-min-version", "VersionTLS13 file " CONFIG ":3"},
    {"servingInfo: {minTLSVersion: VersionTLS13}\napiServerArguments: {tls-min-version: [VersionTLS12]}\n", NULL,
     "tls-min-version", "VersionTLS12 file " CONFIG ":4"},
    {"servingInfo: {cipherSuites: [TLS_AES_128_GCM_SHA256,\n  TLS_AES_256_GCM_SHA384]}\n", NULL, "tls-cipher-suites",
     "TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384 file " CONFIG ":4"},
    {"servingInfo: {namedCertificates: [{certFile: /a, keyFile: /b, names: [x, z]}]}\n", NULL, "tls-sni-cert-key",
     "/a,/b:x,z file " CONFIG ":3"},
    {"auditConfig: {enabled: true, maximumFileRetentionDays: 30}\n", NULL, "audit-log-maxage", "30 file " CONFIG ":3"},
    {"auditConfig: {enabled: true}\n", NULL, "audit-log-path", "- default " BUILD},
    {"auditConfig: {enabled: false, maximumFileRetentionDays: 30}\n", NULL, "audit-log-maxage", "0 default -"},
    {"", NULL, "service-account-key-file", KEYS "/a.pub, " KEYS "/b.pub default " BUILD},
    {"serviceAccountPublicKeyFiles: [../sa-token-signing-certs/a.pub]\n", NULL, "service-account-key-file",
     KEYS "/a.pub file " CONFIG ":3"},
    {"admission: {pluginConfig: {PodSecurity: {configuration: {apiVersion: "
     "pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration, defaults: {enforce: restricted}}}}}\n",
     NULL, "effective.podSecurity.enforce", "restricted file " CONFIG},
};

START_TEST(a_setting_comes_from_where_the_build_takes_it) {
  small_node_file(node, KEYS "/a.pub", "");
  small_node_file(node, KEYS "/b.pub", "");
  small_node_link(node, KEYS "/c.pub", "a.pub");
  start("kube-apiserver", pl_printf(node->arena, "%s%s", HEADER, cases[_i].text), cases[_i].word, NULL);
  const pl_node *found = component("kube-apiserver");
  ck_assert_str_eq(pl_get_text(found, "arguments_unknown", "known"), "known");
  ck_assert_str_eq(shown(found, cases[_i].setting), cases[_i].wanted);
}
END_TEST

START_TEST(plugins_of_the_build_are_on_and_its_flags_and_gates_known) {
  start("kube-apiserver",
        HEADER "apiServerArguments: {feature-gates: [OnlyOpenShift=true], service-account-signing-key-file: [/k]}\n",
        NULL, NULL);
  const pl_node *found = component("kube-apiserver");
  const pl_node *list = pl_get(pl_get(pl_get(found, "settings"), "effective.admissionPlugins"), "value");
  bool restricted = false, pulled = false;
  pl_each_item (item, list) {
    restricted |= pl_equal(pl_text(item), "NodeRestriction");
    pulled |= pl_equal(pl_text(item), "AlwaysPullImages");
  }
  ck_assert(restricted && !pulled);
  pl_each_item (refused, pl_get(found, "refused")) {
    ck_assert_ptr_null(strstr(pl_get_text(refused, "reason", ""), "openshift-config"));
    ck_assert_ptr_null(strstr(pl_get_text(refused, "reason", ""), "OnlyOpenShift"));
  }
}
END_TEST

START_TEST(keys_that_there_are_not) {
  start("kube-apiserver", HEADER "apiserverArguments: {profiling: ['false']}\ngracefulTerminationDuration: 135\n", NULL,
        NULL);
  ck_assert_str_eq(pl_node_show(node->arena, pl_get(component("kube-apiserver"), "notes"), 400),
                   "anonymous requests are off because authorization-mode has AlwaysAllow, " CONFIG
                   ":3: apiserverArguments is no key that is known here and has no effect");
}
END_TEST

START_TEST(the_process_shows_its_own_words_only) {
  start("kube-apiserver", HEADER "apiServerArguments: {profiling: ['false']}\n", "--v=2", NULL);
  const pl_node *found = component("kube-apiserver"), *files = pl_get(found, "files");
  ck_assert_str_eq(pl_node_show(node->arena, pl_get(pl_get(found, "processes")->list.items[0], "argv"), 200),
                   "kube-apiserver, --openshift-config=(not shown), --v=2");
  ck_assert_str_eq(pl_get_text(files->list.items[files->list.count - 1], "role", ""), "arguments");
  ck_assert_str_eq(pl_get_text(files->list.items[files->list.count - 1], "path", ""), CONFIG);
  const pl_node *flags = pl_get(found, "flags");
  ck_assert_str_eq(pl_get_text(flags->list.items[1], "where", ""), "argv[2]");
  ck_assert_str_eq(pl_get_text(flags->list.items[2], "where", ""), CONFIG ":3");
}
END_TEST

#define UNKNOWN "effective flags not observable: it is given --openshift-config: " CONFIG

static const struct {
  const char *text, *wanted;
} unknowns[] = {
    {NULL, UNKNOWN ": does not exist"},
    {"", UNKNOWN ": it is no KubeAPIServerConfig of kubecontrolplane.config.openshift.io/v1"},
    {"apiVersion: v1\nkind: KubeAPIServerConfig\n",
     UNKNOWN ": it is no KubeAPIServerConfig of kubecontrolplane.config.openshift.io/v1"},
    {HEADER "apiServerArguments: [x]\n", UNKNOWN ": apiServerArguments: a map is wanted, not list"},
    {HEADER "apiServerArguments: {profiling: 'false'}\n", UNKNOWN ": --profiling: a list is wanted"},
    {HEADER "apiServerArguments: {profiling: [false]}\n", UNKNOWN ": --profiling: strings are wanted"},
    {HEADER "auditConfig: {policyConfiguration: {rules: []}}\n",
     UNKNOWN ": it has auditConfig.policyConfiguration, which is not followed"},
};

START_TEST(what_cannot_be_followed_is_said) {
  start("kube-apiserver", unknowns[_i].text, NULL, NULL);
  const pl_node *found = component("kube-apiserver");
  ck_assert_str_eq(pl_get_text(found, "arguments_unknown", "known"), unknowns[_i].wanted);
  ck_assert_uint_eq(pl_count(pl_get(found, "settings")), 0);
}
END_TEST

START_TEST(the_controller_manager_takes_no_flags_from_its_file) {
  start("kube-controller-manager",
        "apiVersion: kubecontrolplane.config.openshift.io/v1\nkind: KubeControllerManagerConfig\n"
        "extendedArguments: {use-service-account-credentials: ['true']}\n",
        "--profiling=false", "--feature-gates=OnlyOpenShift=true");
  const pl_node *found = component("kube-controller-manager");
  ck_assert_str_eq(shown(found, "profiling"), "false flag pid 20 argv[2]");
  ck_assert_str_eq(shown(found, "use-service-account-credentials"), "false default -");
  ck_assert_uint_eq(pl_count(pl_get(found, "refused")), 0);
}
END_TEST

START_TEST(without_such_a_record_its_flags_are_not_observable) {
  small_node_file(node, "/etc/os-release", "ID=other\n");
  small_node_process(node, &(small_process){.pid = 20,
                                            .exe = "/usr/bin/kube-apiserver",
                                            .started = 500,
                                            .argv = {"kube-apiserver", "--openshift-config=" CONFIG}});
  ck_assert_str_eq(pl_get_text(component("kube-apiserver"), "arguments_unknown", "known"),
                   "effective flags not observable: it is given --openshift-config, a file of OpenShift's");
}
END_TEST

Suite *suite_vendor_config(void);
Suite *suite_vendor_config(void) {
  Suite *suite = suite_create("vendor_config");
  TCase *tcase = tcase_create("openshift");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, a_setting_comes_from_where_the_build_takes_it, 0, sizeof cases / sizeof *cases);
  tcase_add_test(tcase, plugins_of_the_build_are_on_and_its_flags_and_gates_known);
  tcase_add_test(tcase, keys_that_there_are_not);
  tcase_add_test(tcase, the_process_shows_its_own_words_only);
  tcase_add_loop_test(tcase, what_cannot_be_followed_is_said, 0, sizeof unknowns / sizeof *unknowns);
  tcase_add_test(tcase, the_controller_manager_takes_no_flags_from_its_file);
  tcase_add_test(tcase, without_such_a_record_its_flags_are_not_observable);
  suite_add_tcase(suite, tcase);
  return suite;
}
