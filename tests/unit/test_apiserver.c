/* kube-apiserver beyond what the corpus of real configurations holds: provenance, what cannot be told, refusals. */
#include <check.h>

#include "plumbline/core/json.h"
#include "plumbline/kube/control_plane.h"
#include "settings_case.h"

#define API "kube-apiserver --etcd-servers=https://127.0.0.1:2379"
#define GOOD                                                                                                           \
  API " --service-account-issuer=https://x --service-account-key-file=/pki/sa.pub"                                     \
      " --service-account-signing-key-file=/pki/sa.key"
#define AUTHN                 "/etc/kubernetes/authn.yaml"
#define AUTHZ                 "/etc/kubernetes/authz.yaml"
#define ADMISSION             "/etc/kubernetes/admission.yaml"
#define POLICY                "/etc/kubernetes/audit.yaml"
#define CONFIG(version, kind) "apiVersion: apiserver.config.k8s.io/" version "\nkind: " kind "Configuration\n"

static settings_case *c;

static void setup(void) {
  c = settings_case_new(pl_apiserver_settings);
  settings_case_file(c, "/pki/sa.pub", "x");
  settings_case_file(c, "/pki/sa.key", "x");
}
static void teardown(void) { settings_case_free(c); }

static void run(int minor, const char *line) { settings_case_run(c, minor, line); }
static const char *value(const char *name) { return settings_case_value(c, name); }
static void file(const char *path, const char *content) { settings_case_file(c, path, content); }

/* ---- provenance ---- */

START_TEST(values_lead_back_to_arguments) {
  run(34, GOOD " --profiling --profiling=false --bind_address 10.0.0.1");
  ck_assert_str_eq(settings_case_refused(c), "");
  ck_assert_str_eq(settings_case_entry(c, "profiling"),
                   "{\"value\":false,\"from\":{\"layer\":\"flag\",\"where\":\"pid 8 argv[6]\"},\"default\":true}");
  ck_assert_str_eq(value("bind-address"), "\"10.0.0.1\"");
  ck_assert_str_eq(settings_case_from(c, "bind-address"), "flag pid 8 argv[7]");
  ck_assert_str_eq(settings_case_from(c, "effective.authorizers"), "default");
}
END_TEST

static const struct {
  int minor;
  const char *words, *setting, *wanted;
} beside[] = {
    {34, "--profiling=true", "profiling", "true"}, /* given, and the same */
    {34, "", "profiling", "nothing"},              /* it is the default */
    {0, "--profiling=false", "profiling", "nothing"},
    {99, "--profiling=false", "profiling", "nothing"},
    {35, "--audit-log-maxage=30", "audit-log-maxage", "0"},
    {36, "--audit-log-maxage=30", "audit-log-maxage", "366"},
    {34, "--advertise-address=10.0.0.1", "advertise-address", "nothing"}, /* the tables have none */
    {34, "--authorization-mode=RBAC", "authorization-mode", "[\"AlwaysAllow\"]"},
    {34, "--authorization-mode=RBAC", "effective.authorizers", "[\"AlwaysAllow\"]"},
    {34, "--anonymous-auth=false", "effective.anonymous.enabled", "true"},
    {34, "--kubelet-certificate-authority=/ca", "effective.kubelet.caFile", "\"\""},
    {34, "--enable-admission-plugins=EventRateLimit", "enable-admission-plugins", "[]"},
    {34, "--feature-gates=AllBeta=false", "feature-gates", "nothing"},
};

START_TEST(a_default_stands_beside_a_value) {
  run(beside[_i].minor, pl_printf(c->node->arena, GOOD " %s", beside[_i].words));
  ck_assert_str_eq(settings_case_default(c, beside[_i].setting), beside[_i].wanted);
}
END_TEST

START_TEST(the_default_set_of_plugins) {
  run(34, GOOD);
  const char *plain = value("effective.admissionPlugins");
  run(34, GOOD " --enable-admission-plugins=AlwaysPullImages --disable-admission-plugins=PodSecurity");
  ck_assert_str_eq(settings_case_default(c, "effective.admissionPlugins"), plain);
  ck_assert_str_ne(value("effective.admissionPlugins"), plain);
}
END_TEST

START_TEST(keys_that_lenient_readers_pass_over) {
  file("/policy.yaml",
       "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitstages: [Panic]\nrules:\n- level: Metadata\n  verb: [get]\n");
  run(34, GOOD " --authorization-mode=RBAC --audit-policy-file=/policy.yaml");
  ck_assert_str_eq(settings_case_notes(c), "/policy.yaml:3: omitstages is no key of this version and has no effect; "
                                           "/policy.yaml:6: rules[0].verb is no key of this version and has no effect");
}
END_TEST

START_TEST(a_manifest_is_a_layer_of_its_own) {
  c->layer = "manifest";
  run(34, GOOD " --anonymous-auth=false");
  ck_assert_str_eq(settings_case_from(c, "effective.anonymous.enabled"), "manifest pid 8 argv[5]");
}
END_TEST

START_TEST(paths_have_their_place_on_the_host) {
  pl_mapping mappings[] = {{.inside = "/pki", .outside = "/etc/kubernetes/pki"}};
  c->view = (pl_view){.container = true, .mappings = mappings, .count = 1};
  c->cwd = "/pki";
  file("/etc/kubernetes/pki/ca.crt", "x");
  run(34, GOOD " --client-ca-file=ca.crt --audit-log-path=/var/log/a --tls-cert-file=/other/x.crt");
  ck_assert_ptr_nonnull(
      strstr(settings_case_entry(c, "client-ca-file"), "\"host_path\":\"/etc/kubernetes/pki/ca.crt\""));
  ck_assert_ptr_nonnull(strstr(settings_case_entry(c, "tls-cert-file"), "\"host_path\":null"));
  ck_assert_ptr_nonnull(
      strstr(pl_json_text(c->node->arena, c->settings.files, false),
             "{\"role\":\"client-ca\",\"path\":\"/pki/ca.crt\",\"host_path\":\"/etc/kubernetes/pki/ca.crt\"}"));
}
END_TEST

/* ---- what cannot be told ---- */

START_TEST(a_file_that_cannot_be_reached_leaves_open_what_it_feeds) {
  c->view = (pl_view){.container = true};
  run(34, API " --authorization-config=" AUTHZ " --authentication-config=" AUTHN " --audit-policy-file=" POLICY
              " --audit-log-path=- --encryption-provider-config=/enc.yaml");
  static const char *const open[] = {"effective.authorizers",     "effective.anonymous.enabled",
                                     "effective.anonymous.paths", "effective.audit.backend",
                                     "effective.audit.policy",    "effective.encryption.secrets"};
  for (size_t i = 0; i < sizeof open / sizeof *open; i++)
    ck_assert_str_eq(value(open[i]), "unreadable");
  ck_assert_str_eq(value("profiling"), "true");
  ck_assert_ptr_nonnull(strstr(settings_case_entry(c, "effective.authorizers"), AUTHZ));
  ck_assert_str_eq(pl_get_text(pl_audit_facts(c->node->arena, &c->settings), "state", ""), "unreadable");
}
END_TEST

START_TEST(an_unknown_version_leaves_open_what_differs) {
  run(0, GOOD);
  ck_assert_str_eq(value("audit-log-maxage"), "unreadable");
  ck_assert_str_eq(value("tls-curve-preferences"), "unreadable");
  ck_assert_str_eq(value("profiling"), "true");
  ck_assert_str_eq(settings_case_refused(c), "");
  run(0, GOOD " --audit-log-maxage=30");
  ck_assert_str_eq(value("audit-log-maxage"), "30");
}
END_TEST

START_TEST(defaults_by_version) {
  static const struct {
    int minor;
    const char *age, *curves;
  } rows[] = {{26, "0", "nothing"}, {35, "0", "nothing"}, {36, "366", "[]"}, {40, "366", "[]"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    run(rows[i].minor, GOOD);
    ck_assert_str_eq(value("audit-log-maxage"), rows[i].age);
    ck_assert_str_eq(value("tls-curve-preferences"), rows[i].curves);
  }
}
END_TEST

START_TEST(flags_that_a_version_has_not) {
  run(34, GOOD " --nosuch=hunter2");
  ck_assert_str_eq(settings_case_refused(c), "unknown flag: --nosuch");
  ck_assert_ptr_null(strstr(settings_case_all(c), "hunter2"));
  run(37, GOOD " --nosuch=hunter2");
  ck_assert_str_eq(settings_case_refused(c), "");
  ck_assert_ptr_nonnull(strstr(settings_case_notes(c), "the flag --nosuch at pid 8 argv[5] is not in our tables"));
  run(32, GOOD " --cloud-provider=external");
  ck_assert_str_eq(settings_case_refused(c), "");
  run(33, GOOD " --cloud-provider=external");
  ck_assert_str_eq(settings_case_refused(c), "unknown flag: --cloud-provider");
  run(34, GOOD " hunter2");
  ck_assert_str_eq(settings_case_refused(c), "takes no arguments, but 1 of the words are no flags");
}
END_TEST

START_TEST(a_bad_value_marks_its_setting_only) {
  run(34, GOOD " --audit-log-maxage=30d --profiling=false");
  ck_assert_str_eq(value("audit-log-maxage"), "0 (refused)");
  ck_assert_str_eq(value("profiling"), "false");
  ck_assert_ptr_nonnull(strstr(settings_case_refused(c), "invalid argument \"30d\" for \"--audit-log-maxage\" flag"));
}
END_TEST

/* ---- anonymous requests ---- */

static const struct {
  const char *file, *flags, *enabled, *paths;
  int minor;
} anonymous[] = {
    {"anonymous: {enabled: true, conditions: [{path: /livez}]}\n", "", "true", "[\"/livez\"]", 34},
    {"anonymous: {}\n", "", "false", "[]", 34},
    {"anonymous: null\n", "", "true", "[]", 34},
    {"anonymous: {enabled: true}\n", " --authorization-mode=AlwaysAllow", "true", "[]", 34},
    {"", " --authorization-mode=AlwaysAllow", "false", "[]", 34},
    {"anonymous: {enabled: false}\n", " --anonymous-auth=false", "false (refused)", "[] (refused)", 34},
    {"anonymous: {enabled: yes, conditions: {}}\n", "", "true (refused)", "[] (refused)", 34},
    {"anonymous: {enabled: 'yes'}\n", "", "true (refused)", "[] (refused)", 34},
    {"anonymous: {enabled: false, conditions: [{path: /x}]}\n", "", "true (refused)", "[] (refused)", 34},
    {"anonymous: {enabled: false}\n", "", "true (refused)", "[] (refused)", 31},
    {"anonymous: {enabled: false}\n", " --feature-gates=AnonymousAuthConfigurableEndpoints=true", "false", "[]", 31},
    {"anonymous: {enabled: false}\n", "", "unreadable", "unreadable", 0},
};

START_TEST(anonymous_requests) {
  const char *version =
      anonymous[_i].minor == 31 ? CONFIG("v1beta1", "Authentication") : CONFIG("v1", "Authentication");
  file(AUTHN, pl_printf(c->node->arena, "%s%s", version, anonymous[_i].file));
  const char *mode = strstr(anonymous[_i].flags, "mode") ? "" : " --authorization-mode=RBAC";
  run(anonymous[_i].minor,
      pl_printf(c->node->arena, GOOD " --authentication-config=" AUTHN "%s%s", mode, anonymous[_i].flags));
  ck_assert_msg(strcmp(value("effective.anonymous.enabled"), anonymous[_i].enabled) == 0, "%d: %s %s", _i,
                value("effective.anonymous.enabled"), settings_case_refused(c));
  ck_assert_str_eq(value("effective.anonymous.paths"), anonymous[_i].paths);
}
END_TEST

START_TEST(versions_that_read_the_authentication_file) {
  file(AUTHN, CONFIG("v1", "Authentication") "anonymous: {enabled: false}\n");
  run(33, GOOD " --authorization-mode=RBAC --authentication-config=" AUTHN);
  ck_assert_str_eq(value("effective.anonymous.enabled"), "true (refused)");
  ck_assert_str_eq(settings_case_from(c, "effective.anonymous.enabled"), "default");
  run(34, GOOD " --authorization-mode=RBAC --authentication-config=" AUTHN);
  ck_assert_str_eq(value("effective.anonymous.enabled"), "false");
  ck_assert_str_eq(settings_case_from(c, "effective.anonymous.enabled"), "file " AUTHN ":3");
}
END_TEST

static const struct {
  const char *jwt, *reason;
} issuers[] = {
    {"issuer: {url: http://a, audiences: [x]}", "line 4: the issuer needs a URL of scheme https"},
    {"issuer: {url: 'https://u@a', audiences: [x]}", "line 4: the issuer's URL must have no user, query or fragment"},
    {"issuer: {url: https://a}", "line 4: the issuer has no audiences"},
    {"issuer: {url: https://a, audiences: [x, z]}", "line 4: audienceMatchPolicy must be MatchAny"},
    {"issuer: {url: https://a, audiences: [x]}", "line 4: claimMappings.username needs a claim or an expression"},
    {"issuer: {url: https://a, audiences: [x]}, claimMappings: {username: {claim: sub}}",
     "line 4: a claim needs a prefix, if only an empty one"},
    {"issuer: {url: https://a, audiences: [x]}, claimMappings: {username: {claim: sub, expression: x}}",
     "line 4: a claim mapping has a claim and an expression"},
    {"issuer: {url: https://a, audiences: [x]}, claimMappings: {username: {expression: x, prefix: p}}",
     "line 4: an expression takes no prefix"},
};

START_TEST(issuers_that_are_refused) {
  file(AUTHN, pl_printf(c->node->arena, CONFIG("v1", "Authentication") "jwt:\n- {%s}\n", issuers[_i].jwt));
  run(34, GOOD " --authentication-config=" AUTHN);
  ck_assert_str_eq(settings_case_refused(c), pl_printf(c->node->arena, AUTHN ": %s", issuers[_i].reason));
  ck_assert_str_eq(value("effective.jwtIssuers"), "null (refused)");
}
END_TEST

/* ---- authorization ---- */

#define HOOK "timeout: 3s, subjectAccessReviewVersion: v1, failurePolicy: Deny, connectionInfo: {type: InClusterConfig}"

static const struct {
  const char *authorizers, *value, *reason;
} authorizers[] = {
    {"[{type: Node, name: node}, {type: RBAC, name: rbac}]", "[\"Node\",\"RBAC\"]", ""},
    {"[{type: AlwaysAllow, name: alwaysallow}]", "[\"AlwaysAllow\"]", ""},
    {"[{type: Webhook, name: a, webhook: {" HOOK "}}, {type: RBAC, name: rbac}]", "[\"Webhook\",\"RBAC\"]", ""},
    {"[]", NULL, "authorizers: at least one is wanted"},
    {"[{type: rbac, name: rbac}]", NULL, "line 3: an authorizer is of a type that does not exist"},
    {"[{name: rbac}]", NULL, "line 3: an authorizer has no type"},
    {"[{type: RBAC, name: main}]", NULL, "line 3: an authorizer that is no webhook must be named like its type"},
    {"[{type: RBAC}]", NULL, "line 3: an authorizer has no name"},
    {"[{type: RBAC, name: rbac}, {type: RBAC, name: b}]", NULL, "line 3: an authorizer is of the type of another"},
    {"[{type: Webhook, name: a}]", NULL, "line 3: an authorizer of type Webhook has no webhook"},
    {"[{type: RBAC, name: rbac, webhook: {" HOOK "}}]", NULL, "line 3: an authorizer has a webhook and another type"},
    {"[{type: Webhook, name: a, webhook: {timeout: 31s}}]", NULL,
     "line 3: an authorizer has a timeout or time to live that is out of bounds or missing"},
    {"[{type: Webhook, name: a, webhook: {timeout: 3s, subjectAccessReviewVersion: v1, failurePolicy: Deny,"
     " connectionInfo: {type: KubeConfigFile, kubeConfigFile: /no.conf}}}]",
     NULL, "line 3: an authorizer names a kubeconfig that is no regular file"},
    {"[{type: Webhook, name: a, webhook: {timeout: 3s, subjectAccessReviewVersion: v1, failurePolicy: Deny,"
     " connectionInfo: {type: KubeConfigFile, kubeConfigFile: /pki/sa.pub}}}]",
     "[\"Webhook\"]", ""},
    {"[{type: Webhook, name: a, webhook: {timeout: null, subjectAccessReviewVersion: v1}}]", NULL,
     "line 3: authorizers[0].webhook.timeout must be a duration such as 30s, not null"},
};

START_TEST(authorizers_by_file) {
  file(AUTHZ,
       pl_printf(c->node->arena, CONFIG("v1", "Authorization") "authorizers: %s\n", authorizers[_i].authorizers));
  run(34, GOOD " --authorization-config=" AUTHZ);
  const char *reason = authorizers[_i].reason;
  ck_assert_str_eq(settings_case_refused(c), *reason ? pl_printf(c->node->arena, AUTHZ ": %s", reason) : "");
  ck_assert_str_eq(value("effective.authorizers"), authorizers[_i].value ? authorizers[_i].value : "null (refused)");
  if (authorizers[_i].value)
    ck_assert_str_eq(settings_case_from(c, "effective.authorizers"), "file " AUTHZ ":3");
}
END_TEST

START_TEST(the_file_by_version_and_gate) {
  static const struct {
    int minor;
    const char *gate, *value;
  } rows[] = {
      {29, "", "null (refused)"}, {29, " --feature-gates=StructuredAuthorizationConfiguration=true", "[\"RBAC\"]"},
      {30, "", "[\"RBAC\"]"},     {36, "", "[\"RBAC\"]"},
      {0, "", "unreadable"},
  };
  file(AUTHZ, CONFIG("v1alpha1", "Authorization") "authorizers: [{type: RBAC, name: rbac}]\n");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    run(rows[i].minor, pl_printf(c->node->arena, GOOD " --authorization-config=" AUTHZ "%s", rows[i].gate));
    ck_assert_str_eq(value("effective.authorizers"), rows[i].value);
  }
}
END_TEST

/* ---- admission ---- */

#define LIMITS "apiVersion: eventratelimit.admission.k8s.io/v1alpha1\nkind: Configuration\nlimits:\n"

static const struct {
  const char *admission, *limits, *flags, *value, *late;
} rate[] = {
    {NULL, NULL, "", "false", ""},
    {NULL, NULL, " --enable-admission-plugins=EventRateLimit", "false",
     "the admission plugin EventRateLimit is on without limits"},
    {"plugins: [{name: EventRateLimit, path: erl.yaml}]\n", LIMITS "- {type: Server, qps: 1, burst: 2}\n",
     " --enable-admission-plugins=EventRateLimit", "true", ""},
    {"plugins: [{name: EventRateLimit, path: erl.yaml}]\n", LIMITS "- {type: Server, qps: 1, burst: 2}\n", "", "false",
     ""},
    {"plugins: [{name: Other, path: erl.yaml}]\n", LIMITS "- {type: Server, qps: 1, burst: 2}\n",
     " --enable-admission-plugins=EventRateLimit", "false", "the admission plugin EventRateLimit is on without limits"},
    {"plugins: [{name: EventRateLimit, configuration: {apiVersion: eventratelimit.admission.k8s.io/v1alpha1, kind:"
     " Configuration, limits: [{type: User, qps: 5, burst: 5}]}}]\n",
     NULL, " --enable-admission-plugins=EventRateLimit", "true", ""},
    {"plugins: [{name: EventRateLimit, path: erl.yaml}]\n", LIMITS, " --enable-admission-plugins=EventRateLimit",
     "false (refused)", "/etc/kubernetes/erl.yaml: limits: must not be empty"},
    {"plugins: [{name: EventRateLimit, path: erl.yaml}]\n", LIMITS "- {type: server, qps: 1, burst: 2}\n",
     " --enable-admission-plugins=EventRateLimit", "false (refused)",
     "/etc/kubernetes/erl.yaml: line 4: a limit needs a known type, qps and burst above zero"},
};

START_TEST(limits_of_events) {
  if (rate[_i].admission)
    file(ADMISSION, pl_printf(c->node->arena, CONFIG("v1", "Admission") "%s", rate[_i].admission));
  if (rate[_i].limits)
    file("/etc/kubernetes/erl.yaml", rate[_i].limits);
  run(34, pl_printf(c->node->arena, GOOD "%s%s",
                    rate[_i].admission ? " --admission-control-config-file=" ADMISSION : "", rate[_i].flags));
  ck_assert_str_eq(settings_case_refused(c), "");
  ck_assert_str_eq(value("effective.eventRateLimit"), rate[_i].value);
  ck_assert_str_eq(settings_case_late(c), rate[_i].late);
}
END_TEST

#define LEVELS  "apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\n"
#define BY_PATH "plugins: [{name: PodSecurity, path: pss.yaml}]\n"

static const struct {
  const char *admission, *levels, *flags, *enforce, *exempt, *late;
} pod_security[] = {
    {NULL, NULL, "", "privileged", "[]", ""},
    {NULL, NULL, " --disable-admission-plugins=PodSecurity", "off", "[]", ""},
    {BY_PATH, LEVELS "defaults: {enforce: restricted}\n", "", "restricted", "[]", ""},
    {BY_PATH, LEVELS "defaults: {enforce: restricted}\n", " --disable-admission-plugins=PodSecurity", "off", "[]", ""},
    {BY_PATH, LEVELS "defaults: {warn: restricted}\n", "", "privileged", "[]", ""},
    {BY_PATH,
     LEVELS "defaults: {enforce: restricted, enforce-version: v1.34}\nexemptions: {namespaces: [kube-system, x]}\n", "",
     "restricted", "[\"kube-system\",\"x\"]", ""},
    {"plugins: [{name: Other, path: pss.yaml}]\n", LEVELS "defaults: {enforce: restricted}\n", "", "privileged", "[]",
     ""},
    {"plugins: [{name: PodSecurity, path: none.yaml, configuration: {apiVersion: "
     "pod-security.admission.config.k8s.io/v1,"
     " kind: PodSecurityConfiguration, defaults: {enforce: baseline}}}]\n",
     NULL, "", "baseline", "[]", ""},
    {BY_PATH, LEVELS "defaults: {enforce: Restricted}\n", "", "privileged (refused)", "[] (refused)",
     "/etc/kubernetes/pss.yaml: defaults.enforce: must be privileged, baseline or restricted"},
    {BY_PATH, LEVELS "defaults: {enforce: restricted, enforce-version: v1.034}\n", "", "privileged (refused)",
     "[] (refused)", "/etc/kubernetes/pss.yaml: defaults.enforce-version: must be latest or a version such as v1.34"},
    {BY_PATH, LEVELS "default: {enforce: restricted}\n", "", "privileged (refused)", "[] (refused)",
     "/etc/kubernetes/pss.yaml: line 3: unknown field \"default\""},
    {BY_PATH, LEVELS "exemptions: {namespaces: [a.b]}\n", "", "privileged (refused)", "[] (refused)",
     "/etc/kubernetes/pss.yaml: line 3: exemptions.namespaces holds what is no such name"},
    {BY_PATH, LEVELS "exemptions: {usernames: [a, a]}\n", "", "privileged (refused)", "[] (refused)",
     "/etc/kubernetes/pss.yaml: line 3: exemptions.usernames names the same twice"},
    {BY_PATH, "kind: PodSecurityConfiguration\n", "", "privileged (refused)", "[] (refused)",
     "/etc/kubernetes/pss.yaml: the file does not say its apiVersion"},
};

START_TEST(levels_of_pods) {
  if (pod_security[_i].admission)
    file(ADMISSION, pl_printf(c->node->arena, CONFIG("v1", "Admission") "%s", pod_security[_i].admission));
  if (pod_security[_i].levels)
    file("/etc/kubernetes/pss.yaml", pod_security[_i].levels);
  run(34, pl_printf(c->node->arena, GOOD "%s%s",
                    pod_security[_i].admission ? " --admission-control-config-file=" ADMISSION : "",
                    pod_security[_i].flags));
  ck_assert_str_eq(settings_case_refused(c), "");
  size_t word = strcspn(pod_security[_i].enforce, " ");
  ck_assert_str_eq(
      value("effective.podSecurity.enforce"),
      pl_printf(c->node->arena, "\"%.*s\"%s", (int)word, pod_security[_i].enforce, pod_security[_i].enforce + word));
  ck_assert_str_eq(value("effective.podSecurity.exemptNamespaces"), pod_security[_i].exempt);
  ck_assert_str_eq(settings_case_late(c), pod_security[_i].late);
}
END_TEST

START_TEST(plugins_of_an_unknown_version) {
  run(0, GOOD " --enable-admission-plugins=PodTopologyLabels,NoSuchPlugin");
  const char *plugins = value("effective.admissionPlugins");
  ck_assert_ptr_nonnull(strstr(plugins, "\"PodTopologyLabels\""));
  ck_assert_ptr_nonnull(strstr(plugins, "\"NamespaceLifecycle\""));
  ck_assert_ptr_null(strstr(plugins, "MutatingAdmissionPolicy"));
  ck_assert_ptr_nonnull(strstr(settings_case_notes(c), "NoSuchPlugin is not in our tables"));
  run(34, GOOD " --enable-admission-plugins=nodeRestriction");
  ck_assert_ptr_nonnull(strstr(value("effective.admissionPlugins"), "(refused)"));
}
END_TEST

/* ---- etcd, files, bounds ---- */

START_TEST(etcd_urls_without_tls) {
  static const struct {
    const char *flags, *value;
  } rows[] = {
      {"kube-apiserver --etcd-servers=https://a:1,unix:///run/x", "true"},
      {"kube-apiserver --etcd-servers=https://a:1,http://b:1", "false"},
      {"kube-apiserver --etcd-servers=https://a:1 --etcd-servers-overrides=/events#http://b:1;https://c:1", "false"},
      {"kube-apiserver --etcd-servers=https://a:1 --etcd-servers-overrides=/events#https://c:1", "true"},
      {"kube-apiserver --etcd-servers=HTTPS://a:1", "true"},
      {"kube-apiserver --etcd-servers=HTTP://a:1 --etcd-certfile=/c --etcd-keyfile=/k", "false"},
      {"kube-apiserver --etcd-servers=127.0.0.1:2379", "false"},
      {"kube-apiserver --etcd-servers=127.0.0.1:2379 --etcd-cafile=/ca", "true"},
      {"kube-apiserver", "null (refused)"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    run(34, rows[i].flags);
    ck_assert_str_eq(value("effective.etcdServersSecure"), rows[i].value);
  }
}
END_TEST

START_TEST(files_that_are_not_there) {
  run(34, GOOD " --client-ca-file=/no/ca.crt --token-auth-file=/no/tokens.csv");
  ck_assert_str_eq(settings_case_refused(c), "--client-ca-file: /no/ca.crt does not exist");
  ck_assert_str_eq(settings_case_late(c), "--token-auth-file: /no/tokens.csv does not exist");
  ck_assert_str_eq(value("client-ca-file"), "\"/no/ca.crt\"");
  run(34, GOOD " --tls-cert-file=/pki/sa.pub");
  ck_assert_str_eq(settings_case_refused(c), "--tls-private-key-file is missing beside --tls-cert-file");
}
END_TEST

static const struct {
  const char *flag, *reason;
} bounds[] = {
    {"--secure-port=0", "--secure-port 0 must be between 1 and 65535, inclusive"},
    {"--secure-port=65536", "--secure-port 65536 must be between 1 and 65535, inclusive"},
    {"--request-timeout=-1s", "--request-timeout can not be a negative value"},
    {"--max-requests-inflight=-1", "--max-requests-inflight can not be a negative value"},
    {"--goaway-chance=0.021", "--goaway-chance can not be less than 0 or greater than 0.02"},
    {"--goaway-chance=1", "--goaway-chance can not be less than 0 or greater than 0.02"},
    {"--storage-backend=etcd2", "--storage-backend invalid, allowed values: etcd3"},
    {"--tls-min-version=TLS1.3", "unknown tls version \"TLS1.3\""},
    {"--tls-cipher-suites=FOO", "Cipher suite FOO not supported or doesn't exist"},
    {"--service-account-max-token-expiration=59m",
     "the service-account-max-token-expiration must be between 1 hour and 2^32 seconds"},
    {"--strict-transport-security-directives=max-age",
     "--strict-transport-security-directives invalid, allowed values: max-age=expireTime, includeSubDomains, preload"},
    {"--service-cluster-ip-range=10.0.0.0", "--service-cluster-ip-range must contain at least one valid cidr"},
    {"--service-cluster-ip-range=10.0.0.0/8,10.1.0.0/16,::/64",
     "--service-cluster-ip-range must not contain more than two entries"},
    {"--audit-log-path=/a --audit-log-mode=never",
     "invalid audit log mode, allowed modes are \"batch,blocking,blocking-strict\""},
    {"--audit-log-path=/a --audit-log-version=v1", "invalid group version, allowed versions are [\"audit.k8s.io/v1\"]"},
    {"--encryption-provider-config-automatic-reload",
     "--encryption-provider-config-automatic-reload must be set with --encryption-provider-config"},
    {"--feature-gates=AnonymousAuthConfigurableEndpoints=false",
     "the feature gate AnonymousAuthConfigurableEndpoints is locked to true"},
    {"--feature-gates=Nosuch=true", "unrecognized feature gate: Nosuch"},
    {"--peer-ca-file=/pki/sa.pub", "peer-ca-file needs --feature-gates=UnknownVersionInteroperabilityProxy=true"},
};

START_TEST(values_out_of_bounds) {
  run(34, pl_printf(c->node->arena, GOOD " %s", bounds[_i].flag));
  ck_assert_str_eq(settings_case_refused(c), bounds[_i].reason);
}
END_TEST

START_TEST(bounds_that_hold) {
  run(34, GOOD " --goaway-chance=0.02 --secure-port=65535 --service-account-max-token-expiration=1h"
               " --service-cluster-ip-range=10.0.0.0/12,fd00::/108 --requestheader-allowed-names=a");
  ck_assert_str_eq(settings_case_refused(c), "");
}
END_TEST

/* ---- audit ---- */

#define METADATA "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n"

static const struct {
  const char *policy, *flags, *state, *highest, *backend;
} audits[] = {
    {METADATA, " --audit-log-path=/var/log/a", "active", "Metadata", "true"},
    {METADATA, " --audit-log-path=-", "active", "Metadata", "true"},
    {METADATA, " --audit-webhook-config-file=/pki/sa.pub", "active", "Metadata", "true"},
    {METADATA, "", "policy-only", "Metadata", "false"},
    {NULL, " --audit-log-path=/var/log/a", "none", NULL, "false"},
    {"kind: Policy\n", " --audit-log-path=/var/log/a", "unreadable", NULL, "true (refused)"},
    {"kind: Policy\n", "", "unreadable", NULL, "false"},
};

/* apiserver pkg/audit/policy/checker.go: the first rule that fits decides. */
static const struct {
  const char *rules, *highest;
} reached[] = {
    {"- level: Metadata\n- level: RequestResponse\n", "Metadata"},
    {"- level: None\n- level: Metadata\n", "None"},
    {"- level: None\n  users: [a]\n- level: Metadata\n", "Metadata"},
    {"- level: None\n  verbs: [get]\n- level: Metadata\n  users: []\n- level: Request\n", "Metadata"},
    {"- level: None\n  namespaces: [a]\n- level: Request\n", "Request"},
    {"- level: None\n  nonResourceURLs: ['*']\n- level: Request\n", "Request"},
    {"- level: Request\n  omitStages: [RequestReceived, ResponseStarted, ResponseComplete]\n", "None"},
    {"- level: Request\n  omitStages: [RequestReceived, ResponseStarted]\n", "Request"},
    {"- level: Request\nomitStages: [RequestReceived, ResponseStarted, ResponseComplete, Panic]\n", "None"},
};

START_TEST(the_highest_level_that_is_reached) {
  file(POLICY, pl_printf(c->node->arena, "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n%s", reached[_i].rules));
  run(34, GOOD " --audit-log-path=/var/log/a --audit-policy-file=" POLICY);
  ck_assert_str_eq(pl_get_text(pl_audit_facts(c->node->arena, &c->settings), "highest", ""), reached[_i].highest);
}
END_TEST

START_TEST(states_of_audit) {
  if (audits[_i].policy)
    file(POLICY, audits[_i].policy);
  run(34, pl_printf(c->node->arena, GOOD "%s%s", audits[_i].flags,
                    audits[_i].policy ? " --audit-policy-file=" POLICY : ""));
  const pl_node *facts = pl_audit_facts(c->node->arena, &c->settings);
  ck_assert_str_eq(pl_get_text(facts, "state", ""), audits[_i].state);
  if (audits[_i].highest)
    ck_assert_str_eq(pl_get_text(facts, "highest", ""), audits[_i].highest);
  ck_assert_str_eq(pl_get_text(pl_get(facts, "covers"), "secrets", ""), audits[_i].highest ? "Metadata" : "None");
  ck_assert_str_eq(value("effective.audit.backend"), audits[_i].backend);
}
END_TEST

START_TEST(levels_name_the_rule) {
  file(POLICY, METADATA);
  run(34, GOOD " --audit-policy-file=" POLICY);
  ck_assert_str_eq(value("effective.audit.level[get secrets]"), "\"Metadata\"");
  ck_assert_str_eq(settings_case_from(c, "effective.audit.level[get secrets]"), "file " POLICY ":4");
  ck_assert_str_eq(pl_get_text(pl_audit_facts(c->node->arena, NULL), "state", ""), "none");
}
END_TEST

Suite *suite_apiserver(void);
Suite *suite_apiserver(void) {
  Suite *suite = suite_create("apiserver");
  TCase *tcase = tcase_create("apiserver");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, values_lead_back_to_arguments);
  tcase_add_loop_test(tcase, a_default_stands_beside_a_value, 0, sizeof beside / sizeof *beside);
  tcase_add_test(tcase, the_default_set_of_plugins);
  tcase_add_test(tcase, keys_that_lenient_readers_pass_over);
  tcase_add_test(tcase, a_manifest_is_a_layer_of_its_own);
  tcase_add_test(tcase, paths_have_their_place_on_the_host);
  tcase_add_test(tcase, a_file_that_cannot_be_reached_leaves_open_what_it_feeds);
  tcase_add_test(tcase, an_unknown_version_leaves_open_what_differs);
  tcase_add_test(tcase, defaults_by_version);
  tcase_add_test(tcase, flags_that_a_version_has_not);
  tcase_add_test(tcase, a_bad_value_marks_its_setting_only);
  tcase_add_loop_test(tcase, anonymous_requests, 0, sizeof anonymous / sizeof *anonymous);
  tcase_add_test(tcase, versions_that_read_the_authentication_file);
  tcase_add_loop_test(tcase, issuers_that_are_refused, 0, sizeof issuers / sizeof *issuers);
  tcase_add_loop_test(tcase, authorizers_by_file, 0, sizeof authorizers / sizeof *authorizers);
  tcase_add_test(tcase, the_file_by_version_and_gate);
  tcase_add_loop_test(tcase, limits_of_events, 0, sizeof rate / sizeof *rate);
  tcase_add_loop_test(tcase, levels_of_pods, 0, sizeof pod_security / sizeof *pod_security);
  tcase_add_test(tcase, plugins_of_an_unknown_version);
  tcase_add_test(tcase, etcd_urls_without_tls);
  tcase_add_test(tcase, files_that_are_not_there);
  tcase_add_loop_test(tcase, values_out_of_bounds, 0, sizeof bounds / sizeof *bounds);
  tcase_add_test(tcase, bounds_that_hold);
  tcase_add_loop_test(tcase, states_of_audit, 0, sizeof audits / sizeof *audits);
  tcase_add_loop_test(tcase, the_highest_level_that_is_reached, 0, sizeof reached / sizeof *reached);
  tcase_add_test(tcase, levels_name_the_rule);
  suite_add_tcase(suite, tcase);
  return suite;
}
