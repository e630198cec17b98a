/* etcd's settings beyond the corpus of real configurations: where values come from, TLS, URLs, what it refuses. */
#include <check.h>

#include "plumbline/core/json.h"
#include "settings_case.h"
#include "src/kube/etcd.h"

#define V34    304
#define V35    305
#define V36    306
#define CONFIG "/etc/etcd.yaml"

static settings_case *c;

static void setup(void) {
  c = settings_case_new(pl_etcd_settings);
  c->cwd = "/var/lib/run";
}
static void teardown(void) { settings_case_free(c); }
static void run(int minor, const char *line) { settings_case_run(c, minor, line); }
static const char *value(const char *name) { return settings_case_value(c, name); }
static const char *from(const char *name) { return settings_case_from(c, name); }
static const char *refused(void) { return settings_case_refused(c); }

static void run_with(const char *line, const char *variable) {
  const char *const variables[] = {"PATH=/bin", variable, NULL};
  c->environ = variables;
  run(V35, line);
  c->environ = NULL;
}

/* ---- flags and environment ---- */

START_TEST(a_flag_a_variable_or_the_default) {
  static const char *const variables[] = {
      "ETCD_NAME=n1", "ETCD_CLIENT_CERT_AUTH=1", "ETCD_CERT_FILE=", "ETCD_NO_SUCH=x", "ETCDCTL_KEY=k", NULL};
  c->environ = variables;
  run(V35, "etcd -trusted-ca-file=/ca.crt --key-file /k");
  ck_assert_str_eq(refused(), "");
  ck_assert_str_eq(value("name"), "\"n1\"");
  ck_assert_str_eq(from("name"), "environment pid 8 environment ETCD_NAME");
  ck_assert_str_eq(value("client-cert-auth"), "true");
  ck_assert_str_eq(from("trusted-ca-file"), "flag pid 8 argv[1]");
  ck_assert_str_eq(value("key-file"), "\"/k\"");
  ck_assert_str_eq(value("cert-file"), "\"\"");
  ck_assert_str_eq(from("cert-file"), "default");
  ck_assert_str_eq(value("effective.dataDir"), "\"/var/lib/run/n1.etcd\"");
  ck_assert_str_eq(settings_case_notes(c), "the variable ETCD_NO_SUCH is none of etcd's and has no effect");
}
END_TEST

START_TEST(a_default_stands_beside_a_value) {
  run(V35, "etcd --name=n1 --data-dir=/d --listen-client-urls=https://10.0.0.1:2379 --client-cert-auth");
  ck_assert_str_eq(settings_case_default(c, "name"), "\"default\"");
  ck_assert_str_eq(settings_case_default(c, "data-dir"), "\"n1.etcd\"");
  ck_assert_str_eq(settings_case_default(c, "listen-client-urls"), "[\"http://localhost:2379\"]");
  ck_assert_str_eq(settings_case_default(c, "client-cert-auth"), "false");
  ck_assert_str_eq(settings_case_default(c, "peer-client-cert-auth"), "nothing");
  run(0, "etcd --client-cert-auth");
  ck_assert_str_eq(settings_case_default(c, "client-cert-auth"), "nothing");
}
END_TEST

static const struct {
  const char *flags, *variable, *reason;
} layers[] = {
    {"--name=a", "ETCD_NAME=a",
     "conflicting environment variable ETCD_NAME is shadowed by the command-line flag --name"},
    {"--name=a",
     "ETCD_NAME=", "conflicting environment variable ETCD_NAME is shadowed by the command-line flag --name"},
    {"--name=a", "ETCD_NAMES=b", ""},
    {"", "ETCD_VERSION=3.5.30", ""},
    {"", "ETCD_HELP=yes", ""},
    {"", "ETCD_CLIENT_CERT_AUTH=yes", "invalid value for ETCD_CLIENT_CERT_AUTH: "},
    {"", "ETCD_LISTEN_PEER_URLS=ftp://a:1",
     "--listen-peer-urls: URL scheme must be http, https, unix, or unixs: ftp://a:1"},
    {"--no-such=1", "A=", "unknown flag: --no-such"},
};

START_TEST(what_flags_and_variables_make_of_each_other) {
  run_with(pl_printf(c->node->arena, "etcd%s%s", *layers[_i].flags ? " " : "", layers[_i].flags), layers[_i].variable);
  if (*layers[_i].reason)
    ck_assert_msg(pl_starts(refused(), layers[_i].reason), "%s", refused());
  else
    ck_assert_str_eq(refused(), "");
}
END_TEST

START_TEST(the_variable_of_the_version) {
  static const char *const variables[] = {"ETCD_VERSION=3.4.1", NULL};
  c->environ = variables;
  run(V34, "etcd");
  ck_assert_msg(pl_starts(refused(), "invalid value for ETCD_VERSION"), "%s", refused());
}
END_TEST

START_TEST(what_is_secret_is_not_kept) {
  static const char *const variables[] = {"ETCD_DISCOVERY_TOKEN=nobodyknows", NULL};
  c->environ = variables;
  run(V36, "etcd --discovery-password=nobodyknows");
  ck_assert_ptr_null(strstr(settings_case_all(c), "nobodyknows"));
  ck_assert_str_eq(value("discovery-password"), "{\"secret\":true,\"length\":11}");
  ck_assert_str_eq(value("discovery-token"), "{\"secret\":true,\"length\":11}");
}
END_TEST

START_TEST(an_environment_out_of_reach) {
  c->environ_unread = "no permission to read /proc/8/environ";
  run(V35, "etcd --cert-file=/c --key-file=/k --listen-client-urls=https://10.0.0.1:2379 --client-cert-auth"
           " --advertise-client-urls=https://10.0.0.1:2379");
  ck_assert_str_eq(value("cert-file"), "\"/c\"");
  ck_assert_str_eq(value("trusted-ca-file"), "unreadable");
  ck_assert_ptr_nonnull(strstr(settings_case_entry(c, "trusted-ca-file"), "no permission to read /proc/8/environ"));
  ck_assert_str_eq(value("data-dir"), "unreadable");
  ck_assert_ptr_nonnull(strstr(pl_json_text(c->node->arena, c->settings.files, false),
                               "{\"role\":\"data-dir\",\"unreadable\":\"no permission to read /proc/8/environ\"}"));
  /* whatever auto-tls is, a pair is given; and the flag alone asks for certificates */
  ck_assert_str_eq(value("effective.client.autoTLS"), "false");
  ck_assert_str_eq(value("effective.client.certRequired"), "true");
  ck_assert_str_eq(value("effective.peer.autoTLS"), "unreadable");
  ck_assert_str_eq(value("effective.peer.certRequired"), "unreadable");
  ck_assert_str_eq(value("effective.peer.plainHTTP"), "unreadable");
  run(V35, "etcd --cert-file=/c --key-file=/k --listen-client-urls=http://127.0.0.1:2379");
  ck_assert_str_eq(value("effective.client.plainHTTP"), "true");
  ck_assert_str_eq(value("effective.client.certRequired"), "unreadable");
}
END_TEST

START_TEST(an_environment_beside_a_file_does_not_matter) {
  c->environ_unread = "no permission";
  settings_case_file(c, CONFIG, "name: m\n");
  run(V35, "etcd --config-file=" CONFIG);
  ck_assert_str_eq(value("trusted-ca-file"), "\"\"");
  ck_assert_str_eq(value("name"), "\"m\"");
}
END_TEST

START_TEST(a_version_that_is_not_known) {
  run(0, "etcd --cert-file=/c --key-file=/k");
  ck_assert_str_eq(refused(), "");
  ck_assert_str_eq(value("cert-file"), "\"/c\"");
  ck_assert_str_eq(value("client-cert-auth"), "false");
}
END_TEST

/* ---- the configuration file ---- */

START_TEST(a_file_stands_alone) {
  static const char *const variables[] = {"ETCD_NAME=variable", NULL};
  c->environ = variables;
  settings_case_file(c, CONFIG,
                     "Name: n1\ndata-dir: /d\nclient-transport-security:\n  Cert-File: /c.crt\n  key-file: /c.key\n"
                     "  client-cert-auth: true\nlisten-client-urls: HTTPS://10.0.0.1:2379\nno-such: 1\n");
  run(V35, "etcd --config-file=" CONFIG " --name=flag --key-file=/flag.key");
  ck_assert_str_eq(refused(), "--cert-file: /c.crt does not exist; --key-file: /c.key does not exist");
  ck_assert_str_eq(value("name"), "\"n1\"");
  ck_assert_str_eq(from("name"), "file " CONFIG ":1");
  ck_assert_str_eq(from("cert-file"), "file " CONFIG ":4");
  ck_assert_str_eq(value("key-file"), "\"/c.key\"");
  ck_assert_ptr_nonnull(strstr(settings_case_entry(c, "key-file"), "\"host_path\":\"/c.key\""));
  ck_assert_str_eq(value("listen-client-urls"), "[\"https://10.0.0.1:2379\"]");
  ck_assert_str_eq(value("effective.client.certRequired"), "true");
  ck_assert_str_eq(value("effective.dataDir"), "\"/d\"");
  ck_assert_ptr_nonnull(strstr(settings_case_entry(c, "effective.dataDir"), "\"host_path\":\"/d\""));
  ck_assert_str_eq(
      settings_case_notes(c),
      CONFIG ":8: no-such is no key that is known here and has no effect; "
      "--key-file has no effect beside a configuration file; --name has no effect beside a configuration file; "
      "the variable ETCD_NAME has no effect beside a configuration file");
}
END_TEST

START_TEST(a_file_that_a_variable_names) {
  settings_case_file(c, CONFIG, "name: n1\n");
  run_with("etcd --name=flag", "ETCD_CONFIG_FILE=" CONFIG);
  ck_assert_str_eq(value("name"), "\"n1\"");
  ck_assert_str_eq(from("config-file"), "environment pid 8 environment ETCD_CONFIG_FILE");
}
END_TEST

static const struct {
  const char *text, *reason;
} files[] = {
    {"", ""},
    {"client-cert-auth: yes please\n", ""},
    {"client-transport-security: {client-cert-auth: 'true'}\n",
     "client-transport-security.client-cert-auth must be true or false, not string"},
    {"name: n\n", "name must be text, not boolean"},
    {"name: m\n", ""},
    {"name: 5\n", "name must be text, not integer"},
    {"- a\n", "the file is no object"},
    {"snapshot-count: -1\n", "snapshot-count must be"},
    {"cipher-suites: TLS_AES_128_GCM_SHA256\n", "cipher-suites must be a list"},
    {"listen-client-urls: localhost:2379\n", "URL scheme must be http, https, unix, or unixs: localhost:2379"},
    {"name: a\n name: b\n", ""},
};

START_TEST(files_that_etcd_takes_and_refuses) {
  settings_case_file(c, CONFIG, files[_i].text);
  run(V35, "etcd --config-file=" CONFIG);
  bool broken = strstr(files[_i].text, "\n name") != NULL, good = !broken && !*files[_i].reason;
  if (good)
    ck_assert_str_eq(refused(), "");
  else
    ck_assert_msg(pl_starts(refused(), CONFIG) && strstr(refused(), files[_i].reason), "%s", refused());
  ck_assert_int_eq(good, !strstr(value("client-cert-auth"), "(refused)"));
  ck_assert_int_eq(good, !strstr(settings_case_entry(c, "effective.client.certFile"), "refused"));
}
END_TEST

START_TEST(a_file_that_is_not_there) {
  run(V35, "etcd --config-file=/etc/none.yaml");
  ck_assert_msg(strstr(refused(), "/etc/none.yaml") != NULL, "%s", refused());
  ck_assert_ptr_nonnull(strstr(value("cert-file"), "(refused)"));
}
END_TEST

START_TEST(flags_beside_a_file_are_still_read) {
  settings_case_file(c, CONFIG, "name: m\n");
  run(V35, "etcd --config-file=" CONFIG " --listen-peer-urls=nonsense --client-cert-auth=maybe");
  ck_assert_ptr_nonnull(strstr(refused(), "--listen-peer-urls: URL scheme must be"));
  ck_assert_ptr_nonnull(strstr(refused(), "maybe"));
  ck_assert_str_eq(value("client-cert-auth"), "false");
}
END_TEST

/* ---- TLS ---- */

#define TLS  " --listen-client-urls=https://10.0.0.1:1 --advertise-client-urls=https://10.0.0.1:1"
#define PAIR TLS " --cert-file=/c --key-file=/k"
#define HTTP " --listen-client-http-urls=http://10.0.0.1:3"

static const struct {
  const char *flags, *automatic, *plain, *required, *certificate;
} clients[] = {
    {"", "false", "true", "null", "null"},
    {" --client-cert-auth", "false", "true", "null", "null"},
    {PAIR, "false", "false", "false", "\"/c\""},
    {PAIR " --client-cert-auth", "false", "false", "true", "\"/c\""},
    {PAIR " --trusted-ca-file=/ca", "false", "false", "true", "\"/c\""},
    {PAIR " --trusted-ca-file=/ca --client-cert-auth=false", "false", "false", "true", "\"/c\""},
    {PAIR " --auto-tls --trusted-ca-file=/ca", "false", "false", "true", "\"/c\""},
    {TLS " --auto-tls", "true", "false", "false", "\"/var/lib/run/default.etcd/fixtures/client/cert.pem\""},
    {TLS " --auto-tls --client-cert-auth --trusted-ca-file=/ca --data-dir=/d", "true", "false", "false",
     "\"/d/fixtures/client/cert.pem\""},
    {PAIR HTTP, "false", "true", "false", "\"/c\""},
    {" --listen-client-urls=unix://a,unixs://b --advertise-client-urls=http://10.0.0.1:1 --cert-file=/c --key-file=/k",
     "false", "true", "false", "\"/c\""},
};

START_TEST(what_clients_meet) {
  run(V35, pl_printf(c->node->arena, "etcd%s", clients[_i].flags));
  ck_assert_str_eq(value("effective.client.autoTLS"), clients[_i].automatic);
  ck_assert_str_eq(value("effective.client.plainHTTP"), clients[_i].plain);
  ck_assert_str_eq(value("effective.client.certRequired"), clients[_i].required);
  ck_assert_str_eq(value("effective.client.certFile"), clients[_i].certificate);
  if (pl_equal(clients[_i].automatic, "true")) {
    ck_assert_str_eq(value("client-cert-auth"), "false");
    ck_assert_str_eq(value("trusted-ca-file"), "\"\"");
  }
}
END_TEST

START_TEST(peers_have_settings_of_their_own) {
  run(V35, "etcd --listen-peer-urls=https://10.0.0.1:2 --initial-advertise-peer-urls=https://10.0.0.1:2"
           " --peer-cert-file=/pc --peer-key-file=pk --peer-trusted-ca-file=/pca");
  ck_assert_str_eq(value("effective.peer.certRequired"), "true");
  ck_assert_str_eq(from("effective.peer.certRequired"), "flag pid 8 argv[5]");
  ck_assert_str_eq(value("effective.peer.plainHTTP"), "false");
  ck_assert_str_eq(value("effective.peer.keyFile"), "\"pk\"");
  ck_assert_ptr_nonnull(strstr(settings_case_entry(c, "effective.peer.keyFile"), "\"host_path\":\"/var/lib/run/pk\""));
  ck_assert_str_eq(value("effective.client.certRequired"), "null");
}
END_TEST

static const struct {
  const char *flags, *reason;
} refusals[] = {
    {" --tls-min-version=TLS1.3 --tls-max-version=TLS1.2", "min version (TLS1.3) is greater than max version (TLS1.2)"},
    {" --tls-min-version=VersionTLS12", "unexpected TLS version (must be one of: TLS1.2, TLS1.3)"},
    {" --tls-min-version=TLS1.3 --cipher-suites=TLS_AES_128_GCM_SHA256",
     "cipher suites cannot be configured when only TLS1.3 is enabled"},
    {" --cipher-suites=TLS_NO_SUCH", "unexpected TLS cipher suite"},
    {" --cipher-suites=TLS_AES_128_GCM_SHA256,TLS_CHACHA20_POLY1305_SHA256", ""},
    {TLS, "a URL of listen-client-urls wants TLS, and neither --cert-file nor --key-file is given"},
    {TLS " --cert-file=/etc", "KeyFile and CertFile must both be present"},
    {TLS " --cert-file=/none.crt --key-file=/etc", "--cert-file: /none.crt does not exist"},
    {" --cert-file=/none.crt --key-file=/etc", ""},
    {" --listen-client-urls=http://127.0.0.1:1",
     "--advertise-client-urls is required when --listen-client-urls is set explicitly"},
    {" --heartbeat-interval=100 --election-timeout=499", "--election-timeout should be at least 5 times"},
    {" --heartbeat-interval=100 --election-timeout=500", ""},
    {" --election-timeout=50000", ""},
    {" --election-timeout=50001", "--election-timeout should be at least 5 times"},
    {" --heartbeat-interval=0", "--election-timeout should be at least 5 times"},
    {" --initial-cluster-state=old", "unexpected clusterState"},
    {" --discovery=http://d --initial-cluster=a=http://b:1", "multiple discovery or bootstrap flags are set"},
    {" --auto-compaction-mode=never", "unknown auto-compaction-mode"},
    {" --listen-peer-urls=http://example:1", "expected IP in URL for binding (http://example:1)"},
    {" --listen-peer-urls=http://localhost:1", ""},
    {" --initial-advertise-peer-urls=http://:1", "--initial-advertise-peer-urls must be \"host:port\""},
    {" --listen-metrics-urls=http://0.0.0.0:x", "--listen-metrics-urls: URL address does not have the form"},
};

START_TEST(what_etcd_refuses) {
  run(V35, pl_printf(c->node->arena, "etcd%s", refusals[_i].flags));
  if (*refusals[_i].reason)
    ck_assert_msg(pl_starts(refused(), refusals[_i].reason), "%s", refused());
  else
    ck_assert_str_eq(refused(), "");
}
END_TEST

/* ---- URLs ---- */

static const struct {
  const char *text, *urls; /* NULL: refused */
} urls[] = {
    {"", "[]"},
    {"http://b:1,http://a:1,http://b:1", "[\"http://a:1\",\"http://b:1\"]"},
    {" http://a:1 ,HTTPS://a:2\t", "[\"http://a:1\",\"https://a:2\"]"},
    {"unix://a/b,unixs:c", "[\"unix://a/b\",\"unixs:c\"]"},
    {"http://[::1]:2379", "[\"http://[::1]:2379\"]"},
    {"http://u:p@a:1", "[\"http://u:p@a:1\"]"},
    {"http://a:1/", NULL},
    {"http://a:1/p", NULL},
    {"http://a", NULL},
    {"http://a:b", NULL},
    {"a:1", NULL},
    {"http://a:1,", NULL},
    {"http://", NULL},
    {"https:", NULL},
};

START_TEST(urls_as_etcd_reads_them) {
  pl_error err = {0};
  const pl_node *list = pl_etcd_urls(c->node->arena, urls[_i].text, &err);
  ck_assert_msg((list != NULL) == (urls[_i].urls != NULL), "%s", urls[_i].text);
  ck_assert_int_eq(list == NULL, err.kind != PL_ERR_NONE);
  if (list)
    ck_assert_str_eq(pl_json_text(c->node->arena, list, false), urls[_i].urls);
}
END_TEST

START_TEST(what_of_urls_is_tls) {
  ck_assert(pl_etcd_url_is_tls("https://a:1"));
  ck_assert(pl_etcd_url_is_tls("unixs://a"));
  ck_assert(!pl_etcd_url_is_tls("http://https:1"));
  ck_assert(!pl_etcd_url_is_tls("unix://a"));
}
END_TEST

Suite *suite_etcd(void);
Suite *suite_etcd(void) {
  Suite *suite = suite_create("etcd");
  TCase *tcase = tcase_create("etcd");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, a_flag_a_variable_or_the_default);
  tcase_add_test(tcase, a_default_stands_beside_a_value);
  tcase_add_loop_test(tcase, what_flags_and_variables_make_of_each_other, 0, sizeof layers / sizeof *layers);
  tcase_add_test(tcase, the_variable_of_the_version);
  tcase_add_test(tcase, what_is_secret_is_not_kept);
  tcase_add_test(tcase, an_environment_out_of_reach);
  tcase_add_test(tcase, an_environment_beside_a_file_does_not_matter);
  tcase_add_test(tcase, a_version_that_is_not_known);
  tcase_add_test(tcase, a_file_stands_alone);
  tcase_add_test(tcase, a_file_that_a_variable_names);
  tcase_add_loop_test(tcase, files_that_etcd_takes_and_refuses, 0, sizeof files / sizeof *files);
  tcase_add_test(tcase, a_file_that_is_not_there);
  tcase_add_test(tcase, flags_beside_a_file_are_still_read);
  tcase_add_loop_test(tcase, what_clients_meet, 0, sizeof clients / sizeof *clients);
  tcase_add_test(tcase, peers_have_settings_of_their_own);
  tcase_add_loop_test(tcase, what_etcd_refuses, 0, sizeof refusals / sizeof *refusals);
  tcase_add_loop_test(tcase, urls_as_etcd_reads_them, 0, sizeof urls / sizeof *urls);
  tcase_add_test(tcase, what_of_urls_is_tls);
  suite_add_tcase(suite, tcase);
  return suite;
}
