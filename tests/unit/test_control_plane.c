/* kube-controller-manager, kube-scheduler and kube-proxy beyond the corpus of real configurations. */
#include <check.h>

#include "settings_case.h"
#include "src/kube/addresses.h"

#define SCHEDULER_FILE "/etc/kubernetes/sched.yaml"
#define SCHEDULER_HEAD "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
#define PROXY_FILE     "/var/lib/kube-proxy/config.conf"
#define PROXY_HEAD     "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n"

static settings_case *c;

static void begin(settings_function function) { c = settings_case_new(function); }
static void teardown(void) { settings_case_free(c); }
static void run(int minor, const char *line) { settings_case_run(c, minor, line); }
static const char *value(const char *name) { return settings_case_value(c, name); }
static const char *from(const char *name) { return settings_case_from(c, name); }

/* ---- kube-controller-manager ---- */

static void setup_manager(void) { begin(pl_controller_manager_settings); }

static const struct {
  int minor;
  const char *flags, *reason;
} managers[] = {
    {34, "", ""},
    {34, "--controllers=*,-ttl,-csrsigning,bootstrap-signer-controller", ""},
    {34, "--controllers=nosuch", "\"nosuch\" is not in the list of known controllers"},
    {27, "--controllers=bootstrap-signer-controller",
     "\"bootstrap-signer-controller\" is not in the list of known controllers"},
    {37, "--controllers=nosuch", ""},
    {0, "--controllers=nosuch", ""},
    {30, "--cloud-provider=aws", ""},
    {31, "--cloud-provider=aws", "built-in cloud providers are disabled, and \"aws\" is not external"},
    {34, "--cloud-provider=external", ""},
    {34, "--leader-elect-resource-lock=endpoints", "resourceLock value must be \"leases\""},
    {34, "--leader-elect-resource-lock=endpoints --leader-elect=false", ""},
    {34, "--service-cluster-ip-range=a,b,c", "--service-cluster-ip-range can not contain more than two entries"},
    {34, "--cluster-signing-kubelet-serving-cert-file=/a",
     "--cluster-signing-kubelet-serving-cert-file and --cluster-signing-kubelet-serving-key-file go together"},
    {34,
     "--cluster-signing-cert-file=/a --cluster-signing-legacy-unknown-cert-file=/a"
     " --cluster-signing-legacy-unknown-key-file=/b",
     "cannot specify --cluster-signing-{cert,key}-file and other --cluster-signing-*-file flags at the same time"},
    {34, "--secure-port=0 --tls-min-version=nonsense", ""},
    {34, "--secure-port=70000", "--secure-port 70000 must be between 0 and 65535, inclusive"},
    {34, "--volume-host-cidr-denylist=10.0.0.0/8", "unknown flag: --volume-host-cidr-denylist"},
    {30, "--volume-host-cidr-denylist=10.0.0.0/8", ""},
    {34, "--enable-leader-migration=true --leader-migration-config=/a", ""},
    {34, "--controller-shutdown-timeout=5s", "unknown flag: --controller-shutdown-timeout"},
    {35, "--controller-shutdown-timeout=5s", ""},
};

START_TEST(what_the_manager_refuses) {
  run(managers[_i].minor, pl_printf(c->node->arena, "kube-controller-manager %s", managers[_i].flags));
  ck_assert_str_eq(settings_case_refused(c), managers[_i].reason);
}
END_TEST

static const struct {
  int minor;
  const char *gates, *value;
} gates[] = {
    {34, "", "true"},
    {34, "--feature-gates=RotateKubeletServerCertificate=false", "false"},
    {34, "--feature-gates=kube:RotateKubeletServerCertificate=false", "false"},
    {34, "--feature-gates=AllBeta=false", "false"},
    {34, "--feature-gates=AllBeta=false,RotateKubeletServerCertificate=true", "true"},
    {34, "--feature-gates=AllAlpha=false", "true"},
    {34, "--feature-gates=RotateKubeletServerCertificate=true --feature-gates=RotateKubeletServerCertificate=false",
     "false"},
    {0, "", "true"},
};

START_TEST(the_gate_of_serving_certificates) {
  run(gates[_i].minor, pl_printf(c->node->arena, "kube-controller-manager %s", gates[_i].gates));
  ck_assert_str_eq(value("featureGates.RotateKubeletServerCertificate"), gates[_i].value);
  ck_assert_str_eq(settings_case_refused(c), "");
}
END_TEST

START_TEST(a_gate_with_the_component_before_1_31) {
  run(30, "kube-controller-manager --feature-gates=kube:RotateKubeletServerCertificate=false");
  ck_assert_str_eq(settings_case_refused(c), "unrecognized feature gate: kube:RotateKubeletServerCertificate");
  ck_assert_str_eq(from("featureGates.RotateKubeletServerCertificate"), "default");
  run(34, "kube-controller-manager --feature-gates=RotateKubeletServerCertificate=false");
  ck_assert_str_eq(from("featureGates.RotateKubeletServerCertificate"), "flag pid 8 argv[1]");
}
END_TEST

/* ---- kube-scheduler ---- */

static void setup_scheduler(void) { begin(pl_scheduler_settings); }

START_TEST(the_file_goes_over_defaults_and_under_election_flags) {
  settings_case_file(c, SCHEDULER_FILE,
                     SCHEDULER_HEAD "enableProfiling: false\nclientConnection:\n  kubeconfig: /s.conf\n  qps: 12.5\n"
                                    "leaderElection:\n  leaseDuration: 90s\n  renewDeadline: 1m\n");
  run(34,
      "kube-scheduler --config=" SCHEDULER_FILE " --profiling --kubeconfig=/k.conf --leader-elect-lease-duration=2m");
  ck_assert_str_eq(settings_case_refused(c), "");
  ck_assert_str_eq(value("enableProfiling"), "false");
  ck_assert_str_eq(from("enableProfiling"), "file " SCHEDULER_FILE ":3");
  ck_assert_str_eq(value("enableContentionProfiling"), "false");
  ck_assert_str_eq(value("clientConnection.kubeconfig"), "\"/s.conf\"");
  ck_assert_ptr_nonnull(strstr(settings_case_entry(c, "clientConnection.kubeconfig"), "\"host_path\":\"/s.conf\""));
  ck_assert_str_eq(value("clientConnection.qps"), "12.5");
  ck_assert_str_eq(value("leaderElection.leaseDuration"), "\"2m0s\"");
  ck_assert_str_eq(from("leaderElection.leaseDuration"), "flag pid 8 argv[4]");
  ck_assert_str_eq(value("leaderElection.renewDeadline"), "\"1m0s\"");
  ck_assert_str_eq(settings_case_notes(c), "--kubeconfig has no effect beside a configuration file; --profiling has no "
                                           "effect beside a configuration file");
}
END_TEST

static const struct {
  int minor;
  const char *text, *reason;
} schedulers[] = {
    {34, SCHEDULER_HEAD "enableprofiling: false\n", "line 3: unknown field \"enableprofiling\""},
    {34, SCHEDULER_HEAD "profiles: [{plugins: {score: {enabled: [{nam: x}]}}}]\n",
     "line 3: unknown field \"profiles[0].plugins.score.enabled[0].nam\""},
    {34, SCHEDULER_HEAD "enableProfiling: 'no'\n", "line 3: enableProfiling must be true or false, not string"},
    {34, SCHEDULER_HEAD "leaderElection: {leaseDuration: null}\n",
     "line 3: leaderElection.leaseDuration must be a duration such as 30s, not null"},
    {34, SCHEDULER_HEAD "parallelism: 0\n", "parallelism: should be an integer value greater than zero"},
    {34, SCHEDULER_HEAD "percentageOfNodesToScore: 101\n", "percentageOfNodesToScore: not in valid range [0-100]"},
    {34, SCHEDULER_HEAD "podInitialBackoffSeconds: 20\n",
     "podInitialBackoffSeconds must be above zero and podMaxBackoffSeconds not below it"},
    {34, SCHEDULER_HEAD "profiles: [{schedulerName: a}, {schedulerName: a}]\n",
     "line 3: a profile has the schedulerName of another"},
    {34, SCHEDULER_HEAD "profiles: [{schedulerName: a}, {}]\n", "line 3: a profile has no schedulerName"},
    {34, "kind: KubeSchedulerConfiguration\n", "the file does not say its apiVersion"},
    {29, "apiVersion: kubescheduler.config.k8s.io/v1beta3\nkind: KubeSchedulerConfiguration\n",
     "this version does not read kind KubeSchedulerConfiguration of kubescheduler.config.k8s.io/v1beta3 here"},
    {28, "apiVersion: kubescheduler.config.k8s.io/v1beta3\nkind: KubeSchedulerConfiguration\nhealthzBindAddress: x\n",
     NULL},
    {27, "apiVersion: kubescheduler.config.k8s.io/v1beta2\nkind: KubeSchedulerConfiguration\nenableProfiling: false\n",
     NULL},
};

START_TEST(scheduler_files_that_are_refused) {
  settings_case_file(c, SCHEDULER_FILE, schedulers[_i].text);
  run(schedulers[_i].minor, "kube-scheduler --config=" SCHEDULER_FILE " --leader-elect=false");
  const char *reason = schedulers[_i].reason;
  ck_assert_str_eq(settings_case_refused(c), reason ? pl_printf(c->node->arena, SCHEDULER_FILE ": %s", reason) : "");
  if (reason) {
    ck_assert_str_eq(value("enableProfiling"), "true (refused)");
    ck_assert_str_eq(value("leaderElection.leaderElect"), "false");
    ck_assert_str_eq(value("bind-address"), "\"0.0.0.0\"");
  }
}
END_TEST

START_TEST(election_is_looked_at_with_a_file_only) {
  settings_case_file(c, SCHEDULER_FILE, SCHEDULER_HEAD);
  run(34, "kube-scheduler --leader-elect-lease-duration=1s");
  ck_assert_str_eq(settings_case_refused(c), "");
  run(34, "kube-scheduler --config=" SCHEDULER_FILE " --leader-elect-lease-duration=1s");
  ck_assert_str_eq(value("leaderElection.leaseDuration"), "\"1s\" (refused)");
}
END_TEST

START_TEST(a_flag_without_effect_must_still_be_one) {
  settings_case_file(c, SCHEDULER_FILE, SCHEDULER_HEAD);
  run(34, "kube-scheduler --config=" SCHEDULER_FILE " --profiling=no");
  ck_assert_ptr_nonnull(strstr(settings_case_refused(c), "invalid argument \"no\" for \"--profiling\" flag"));
  ck_assert_str_eq(value("enableProfiling"), "true");
}
END_TEST

START_TEST(a_scheduler_file_out_of_reach) {
  c->view = (pl_view){.container = true};
  run(34, "kube-scheduler --config=" SCHEDULER_FILE);
  ck_assert_str_eq(value("enableProfiling"), "unreadable");
  ck_assert_str_eq(value("bind-address"), "\"0.0.0.0\"");
}
END_TEST

/* ---- kube-proxy ---- */

static void setup_proxy(void) { begin(pl_proxy_settings); }

static const struct {
  const char *flags, *metrics, *health, *reason;
} proxy_flags[] = {
    {"", "\"127.0.0.1:10249\"", "\"0.0.0.0:10256\"", ""},
    {"--metrics-bind-address=10.0.0.1", "\"10.0.0.1:10249\"", "\"0.0.0.0:10256\"", ""},
    {"--metrics-bind-address=::1", "\"[::1]:10249\"", "\"0.0.0.0:10256\"", ""},
    {"--metrics-bind-address=", "\"127.0.0.1:10249\"", "\"0.0.0.0:10256\"", ""},
    {"--metrics-port=1234", "\"127.0.0.1:10249\"", "\"0.0.0.0:10256\"", ""},
    {"--healthz-port=0", "\"127.0.0.1:10249\"", "\"\"", ""},
    {"--metrics-port=0", "\"\" (refused)", "\"0.0.0.0:10256\"", "metricsBindAddress: \"\" must be IP:port"},
    {"--metrics-bind-address=1.2.3.4:0", "\"1.2.3.4:0\" (refused)", "\"0.0.0.0:10256\"",
     "metricsBindAddress: \"1.2.3.4:0\" must be a valid IP and a valid port"},
    {"--metrics-bind-address=localhost:10249", "\"localhost:10249\" (refused)", "\"0.0.0.0:10256\"",
     "invalid argument \"localhost:10249\" for \"--metrics-bind-address\" flag: no IP address with or without a port"},
    {"--bind-address=::", "\"127.0.0.1:10249\"", "\"0.0.0.0:10256\"", ""},
    {"--bind-address=node1", "\"127.0.0.1:10249\"", "\"0.0.0.0:10256\"",
     "invalid argument \"node1\" for \"--bind-address\" flag: no IP address; bindAddress: not a valid textual "
     "representation of an IP address"},
    {"--proxy-mode=userspace", "\"127.0.0.1:10249\"", "\"0.0.0.0:10256\"",
     "mode: must be iptables,ipvs,nftables or blank"},
    {"--nodeport-addresses=10.0.0.0", "\"127.0.0.1:10249\"", "\"0.0.0.0:10256\"",
     "nodePortAddresses: must be a valid CIDR"},
    {"--nodeport-addresses=primary", "\"127.0.0.1:10249\"", "\"0.0.0.0:10256\"", ""},
    {"--cluster-cidr=10.0.0.0/16,fd00::/48", "\"127.0.0.1:10249\"", "\"0.0.0.0:10256\"", ""},
};

START_TEST(proxy_addresses_by_flag) {
  run(34, pl_printf(c->node->arena, "kube-proxy %s", proxy_flags[_i].flags));
  ck_assert_str_eq(settings_case_refused(c), proxy_flags[_i].reason);
  ck_assert_str_eq(value("metricsBindAddress"), proxy_flags[_i].metrics);
  ck_assert_str_eq(value("healthzBindAddress"), proxy_flags[_i].health);
}
END_TEST

static const struct {
  const char *text, *metrics, *health, *reason;
} proxy_files[] = {
    {"", "\"127.0.0.1:10249\"", "\"0.0.0.0:10256\"", ""},
    {"bindAddress: '::'\n", "\"[::1]:10249\"", "\"[::]:10256\"", ""},
    {"bindAddress: '::'\nmetricsBindAddress: 127.0.0.1\n", "\"127.0.0.1:10249\"", "\"[::]:10256\"", ""},
    {"metricsBindAddress: 0.0.0.0:10249\n", "\"0.0.0.0:10249\"", "\"0.0.0.0:10256\"", ""},
    {"metricsBindAddress: ':10249'\n", "\":10249\" (refused)", "\"0.0.0.0:10256\"",
     "metricsBindAddress: \":10249\" must be a valid IP and a valid port"},
    {"metricsBindAddress: [a]\n", "\"127.0.0.1:10249\" (refused)", "\"0.0.0.0:10256\" (refused)",
     PROXY_FILE ": line 3: metricsBindAddress must be text, not list"},
    {"conntrack: {min: many}\n", "\"127.0.0.1:10249\" (refused)", "\"0.0.0.0:10256\" (refused)",
     PROXY_FILE ": line 3: conntrack.min must be an integer of 32 bits, not string"},
    {"featureGates: {Nosuch: true}\n", "\"127.0.0.1:10249\"", "\"0.0.0.0:10256\"", "unrecognized feature gate: Nosuch"},
    {"featureGates: {A: 1}\n", "\"127.0.0.1:10249\" (refused)", "\"0.0.0.0:10256\" (refused)",
     PROXY_FILE ": line 3: featureGates.A must be true or false, not integer"},
    {"metricsbindaddress: 0.0.0.0\n", "\"127.0.0.1:10249\"", "\"0.0.0.0:10256\"", ""},
};

START_TEST(proxy_addresses_by_file) {
  settings_case_file(c, PROXY_FILE, pl_printf(c->node->arena, PROXY_HEAD "%s", proxy_files[_i].text));
  run(34, "kube-proxy --config=" PROXY_FILE " --metrics-bind-address=10.9.9.9");
  ck_assert_str_eq(settings_case_refused(c), proxy_files[_i].reason);
  ck_assert_str_eq(value("metricsBindAddress"), proxy_files[_i].metrics);
  ck_assert_str_eq(value("healthzBindAddress"), proxy_files[_i].health);
}
END_TEST

START_TEST(keys_of_a_proxy_file_that_there_are_not) {
  settings_case_file(c, PROXY_FILE, PROXY_HEAD "metricsbindAddress: 0.0.0.0\nconntrack: {Min: 1}\nwinkernel: {x: 1}\n");
  run(34, "kube-proxy --config=" PROXY_FILE);
  ck_assert_str_eq(settings_case_notes(c),
                   PROXY_FILE ":3: metricsbindAddress is no key of this version and has no effect; " PROXY_FILE
                              ":4: conntrack.Min is no key of this version and has no effect");
}
END_TEST

/* Those of the file's type follow bindAddress, those of flags do not. */
static const struct {
  int minor;
  const char *text, *flags, *setting, *wanted;
} proxy_defaults[] = {
    {34, "metricsBindAddress: 0.0.0.0:1\n", "", "metricsBindAddress", "\"127.0.0.1:10249\""},
    {34, "bindAddress: '::'\nmetricsBindAddress: '[::]:1'\n", "", "metricsBindAddress", "\"[::1]:10249\""},
    {34, "bindAddress: '::'\n", "", "metricsBindAddress", "nothing"},
    {0, "metricsBindAddress: 0.0.0.0:1\n", "", "metricsBindAddress", "nothing"},
    {34, NULL, "--bind-address=:: --metrics-bind-address=10.0.0.1", "metricsBindAddress", "\"127.0.0.1:10249\""},
};

START_TEST(proxy_defaults_beside_values) {
  const char *text = proxy_defaults[_i].text;
  if (text)
    settings_case_file(c, PROXY_FILE, pl_printf(c->node->arena, PROXY_HEAD "%s", text));
  run(proxy_defaults[_i].minor,
      pl_printf(c->node->arena, "kube-proxy %s", text ? "--config=" PROXY_FILE : proxy_defaults[_i].flags));
  ck_assert_str_eq(settings_case_default(c, proxy_defaults[_i].setting), proxy_defaults[_i].wanted);
}
END_TEST

START_TEST(the_name_of_the_node) {
  settings_case_file(c, PROXY_FILE, PROXY_HEAD "hostnameOverride: Node-A\nclientConnection: {kubeconfig: k.conf}\n");
  c->cwd = "/srv";
  run(34, "kube-proxy --config=" PROXY_FILE);
  ck_assert_str_eq(value("hostnameOverride"), "\"Node-A\"");
  ck_assert_str_eq(value("clientConnection.kubeconfig"), "\"k.conf\"");
  ck_assert_ptr_nonnull(strstr(settings_case_entry(c, "clientConnection.kubeconfig"), "\"host_path\":\"/srv/k.conf\""));
  run(34, "kube-proxy --config=" PROXY_FILE " --hostname-override=Node-B");
  ck_assert_str_eq(value("hostnameOverride"), "\"node-b\"");
  ck_assert_str_eq(from("hostnameOverride"), "flag pid 8 argv[2]");
}
END_TEST

START_TEST(a_proxy_file_that_is_not_there) {
  run(34, "kube-proxy --config=" PROXY_FILE);
  ck_assert_str_eq(value("metricsBindAddress"), "\"127.0.0.1:10249\" (refused)");
  ck_assert_ptr_nonnull(strstr(settings_case_refused(c), PROXY_FILE));
}
END_TEST

/* ---- addresses ---- */

START_TEST(addresses_as_go_takes_them) {
  static const struct {
    const char *text;
    pl_address_family family;
  } rows[] = {
      {"1.2.3.4", PL_IPV4},
      {"001.002.3.4", PL_IPV4},
      {"0.0.0.0", PL_IPV4},
      {"1.2.3", PL_NO_ADDRESS},
      {"1.2.3.4.5", PL_NO_ADDRESS},
      {"256.1.1.1", PL_NO_ADDRESS},
      {"1.2.3.", PL_NO_ADDRESS},
      {"", PL_NO_ADDRESS},
      {"::1", PL_IPV6},
      {"::ffff:1.2.3.4", PL_IPV6},
      {"1.2.3.4 ", PL_NO_ADDRESS},
      {"00000000000000000000000001.1.1.1", PL_IPV4},
      {"fe80::1%eth0", PL_NO_ADDRESS},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    ck_assert_msg(pl_address_family_of(rows[i].text) == rows[i].family, "%s", rows[i].text);
}
END_TEST

START_TEST(networks_and_ports) {
  static const struct {
    const char *text, *host, *port;
  } rows[] = {
      {"a:1", "a", "1"},     {":1", "", "1"},       {"[::1]:2", "::1", "2"},  {"a:", "a", ""},
      {"::1:2", NULL, NULL}, {"[::1]", NULL, NULL}, {"[::1]2:3", NULL, NULL}, {"a", NULL, NULL},
      {"[a:1", NULL, NULL},  {"a]:1", NULL, NULL},  {"[[a]:1", NULL, NULL},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *host = NULL, *port = NULL;
    bool good = pl_split_host_port(c->node->arena, rows[i].text, &host, &port);
    ck_assert_msg(good == (rows[i].host != NULL), "%s", rows[i].text);
    if (good) {
      ck_assert_str_eq(host, rows[i].host);
      ck_assert_str_eq(port, rows[i].port);
    }
  }
  ck_assert(pl_is_cidr(c->node->arena, "10.0.0.0/8"));
  ck_assert(pl_is_cidr(c->node->arena, "fd00::/128"));
  ck_assert(!pl_is_cidr(c->node->arena, "10.0.0.0/33"));
  ck_assert(!pl_is_cidr(c->node->arena, "fd00::/129"));
  ck_assert(!pl_is_cidr(c->node->arena, "10.0.0.0/"));
  ck_assert(!pl_is_cidr(c->node->arena, "10.0.0.0/-1"));
  ck_assert(!pl_is_cidr(c->node->arena, "10.0.0.0"));
}
END_TEST

static TCase *add_case(Suite *suite, const char *name, void (*setup)(void)) {
  TCase *tcase = tcase_create(name);
  tcase_add_checked_fixture(tcase, setup, teardown);
  suite_add_tcase(suite, tcase);
  return tcase;
}

Suite *suite_control_plane(void);
Suite *suite_control_plane(void) {
  Suite *suite = suite_create("control_plane");
  TCase *manager = add_case(suite, "kube-controller-manager", setup_manager);
  tcase_add_loop_test(manager, what_the_manager_refuses, 0, sizeof managers / sizeof *managers);
  tcase_add_loop_test(manager, the_gate_of_serving_certificates, 0, sizeof gates / sizeof *gates);
  tcase_add_test(manager, a_gate_with_the_component_before_1_31);
  TCase *scheduler = add_case(suite, "kube-scheduler", setup_scheduler);
  tcase_add_test(scheduler, the_file_goes_over_defaults_and_under_election_flags);
  tcase_add_loop_test(scheduler, scheduler_files_that_are_refused, 0, sizeof schedulers / sizeof *schedulers);
  tcase_add_test(scheduler, election_is_looked_at_with_a_file_only);
  tcase_add_test(scheduler, a_flag_without_effect_must_still_be_one);
  tcase_add_test(scheduler, a_scheduler_file_out_of_reach);
  TCase *proxy = add_case(suite, "kube-proxy", setup_proxy);
  tcase_add_loop_test(proxy, proxy_addresses_by_flag, 0, sizeof proxy_flags / sizeof *proxy_flags);
  tcase_add_loop_test(proxy, proxy_addresses_by_file, 0, sizeof proxy_files / sizeof *proxy_files);
  tcase_add_test(proxy, keys_of_a_proxy_file_that_there_are_not);
  tcase_add_loop_test(proxy, proxy_defaults_beside_values, 0, sizeof proxy_defaults / sizeof *proxy_defaults);
  tcase_add_test(proxy, the_name_of_the_node);
  tcase_add_test(proxy, a_proxy_file_that_is_not_there);
  tcase_add_test(proxy, addresses_as_go_takes_them);
  tcase_add_test(proxy, networks_and_ports);
  return suite;
}
