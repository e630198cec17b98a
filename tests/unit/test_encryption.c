/* Encryption at rest: which configurations are accepted, which provider writes, and that keys are never kept. */
#include <check.h>

#include "plumbline/core/json.h"
#include "plumbline/core/yaml.h"
#include "plumbline/kube/control_plane.h"
#include "settings_case.h"
#include "src/kube/encryption.h"

#define HEAD                    "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
#define KEY16                   "MDEyMzQ1Njc4OWFiY2RlZg=="
#define KEY32                   "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
#define AES                     "{aescbc: {keys: [{name: k1, secret: " KEY32 "}]}}"
#define KMS2                    "{kms: {apiVersion: v2, name: a, endpoint: 'unix:///k.sock'}}"
#define ENTRY(names, providers) "- {resources: [" names "], providers: [" providers "]}\n"

static pl_arena *arena;

static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

static int read_text(const char *text, const pl_encryption_rules *rules, pl_encryption *ret, pl_error *err) {
  const pl_node *node = pl_yaml_read(arena, (pl_bytes){text, strlen(text)}, PL_YAML_THEIRS, NULL, err);
  ck_assert_msg(node != NULL, "%s", err->text);
  return pl_encryption_read(arena, node, rules, ret, err);
}

static const pl_encryption_rules usual = {.minor = 34, .kms_v2 = true};

/* ---- what is refused ---- */

static const struct {
  const char *text, *reason;
} refused[] = {
    {"", "the file is empty"},
    {"[]", "the file is no object with apiVersion and kind"},
    {"kind: EncryptionConfiguration\n", "the file does not say its apiVersion"},
    {"apiVersion: v1\n", "the file does not say its kind"},
    {"apiVersion: apiserver.config.k8s.io/v1beta1\nkind: EncryptionConfiguration\n",
     "this version does not read kind EncryptionConfiguration of apiserver.config.k8s.io/v1beta1 here"},
    {HEAD, "resources: at least one entry is wanted"},
    {"apiVersion: v1\nkind: EncryptionConfig\nresources: []\n", "resources: at least one entry is wanted"},
    {HEAD "- {resources: [secrets], providers: [" AES "]}\nnosuch: 1\n", "line 5: unknown field \"nosuch\""},
    {HEAD "- {resources: [secrets], resources: [x], providers: []}\n",
     "line 4: the key \"resources[0].resources\" stands more than once"},
    {HEAD ENTRY("secrets", "{aescbc: {keys: [{name: k1, " KEY32 "}]}}"),
     "line 4: unknown field \"resources[0].providers[0].aescbc.keys[0].(not shown)\""},
    {HEAD "- {resources: [secrets], provider: []}\n", "line 4: unknown field \"resources[0].provider\""},
    {HEAD ENTRY("", AES), "resources[0].resources: at least one resource is wanted"},
    {HEAD ENTRY("secrets", ""), "resources[0].providers: at least one provider is wanted"},
    {HEAD ENTRY("Secrets", AES), "line 4: resources[0].resources names a resource that has capital letters"},
    {HEAD ENTRY("'*'", AES), "line 4: resources[0].resources names a resource that must be '*.' or '*.*'"},
    {HEAD ENTRY("apiserveripinfo", AES),
     "line 4: resources[0].resources names a resource that has no REST API and cannot be encrypted"},
    {HEAD ENTRY("events.events.k8s.io", AES),
     "line 4: resources[0].resources names a resource that is stored as 'events'"},
    {HEAD ENTRY("deployments.extensions", AES),
     "line 4: resources[0].resources names a resource that is of a group that is gone"},
    {HEAD ENTRY("'secrets.*'", AES),
     "line 4: resources[0].resources names a resource that is meant in all groups at once"},
    {HEAD ENTRY("secrets, secrets.", AES), "line 4: resources[0].resources names the same resource twice"},
    {HEAD ENTRY("secrets, '*.'", AES),
     "line 4: resources[0].resources names resources that a star in the same list covers"},
    {HEAD ENTRY("'*.*', pods", AES),
     "line 4: resources[0].resources names resources that a star in the same list covers"},
    {HEAD ENTRY("'*.'", AES) ENTRY("secrets", AES),
     "line 5: resources[1].resources names a resource that an earlier entry covers by a star"},
    {HEAD ENTRY("'*.*'", AES) ENTRY("a.b", AES),
     "line 5: resources[1].resources names a resource that an earlier entry covers by a star"},
    {HEAD ENTRY("'*.apps'", AES) ENTRY("'*.apps'", AES),
     "line 5: resources[1].resources names a resource that an earlier entry covers by a star"},
    {HEAD ENTRY("secrets", "{}"), "line 4: resources[0].providers[0] has an element without a provider"},
    {HEAD ENTRY("secrets", "{identity: null}"), "line 4: resources[0].providers[0] has an element without a provider"},
    {HEAD ENTRY("secrets", "{identity: {}, aescbc: {keys: []}}"),
     "line 4: resources[0].providers[0] has more than one provider in one element"},
    {HEAD ENTRY("secrets", "{aescbc: {keys: []}}"), "resources[0].providers[0]: at least one key is wanted"},
    {HEAD ENTRY("secrets", "{aesgcm: {keys: [{secret: " KEY32 "}]}}"),
     "line 4: resources[0].providers[0] has a key without a name"},
    {HEAD ENTRY("secrets", "{aesgcm: {keys: [{name: a}]}}"),
     "line 4: resources[0].providers[0] has a key without a secret"},
    {HEAD ENTRY("secrets", "{aesgcm: {keys: [{name: a, secret: AAAA}]}}"),
     "line 4: resources[0].providers[0] has a secret that is not 16, 24 or 32 bytes long"},
    {HEAD ENTRY("secrets", "{aescbc: {keys: [{name: a, secret: 'no-base64-but-32-bytes-in-length'}]}}"),
     "line 4: resources[0].providers[0] has a secret that is not base64"},
    {HEAD ENTRY("secrets", "{aescbc: {keys: [{name: a, secret: 'MDEyMzQ1Njc4 OWFiY2RlZg=='}]}}"),
     "line 4: resources[0].providers[0] has a secret that is not base64"},
    {HEAD ENTRY("secrets", "{secretbox: {keys: [{name: a, secret: " KEY16 "}]}}"),
     "line 4: resources[0].providers[0] has a secret that is not 32 bytes long"},
    {HEAD ENTRY("secrets", "{kms: {name: a, endpoint: 'unix:///k.sock'}}"),
     "line 4: resources[0].providers[0] is of v1, which needs --feature-gates=KMSv1=true"},
    {HEAD ENTRY("secrets", "{kms: {apiVersion: v3, name: a, endpoint: 'unix:///k.sock'}}"),
     "line 4: resources[0].providers[0] is of an apiVersion other than v1 and v2"},
    {HEAD ENTRY("secrets", "{kms: {apiVersion: v2, endpoint: 'unix:///k.sock'}}"),
     "line 4: resources[0].providers[0] has no name"},
    {HEAD ENTRY("secrets", "{kms: {apiVersion: v2, name: 'a:b', endpoint: 'unix:///k.sock'}}"),
     "line 4: resources[0].providers[0] has a ':' in its name"},
    {HEAD ENTRY("secrets", "{kms: {apiVersion: v2, name: a, endpoint: 'tcp://k'}}"),
     "line 4: resources[0].providers[0] has an endpoint that is no unix socket"},
    {HEAD ENTRY("secrets", "{kms: {apiVersion: v2, name: a, endpoint: 'unix:///k', timeout: 0s}}"),
     "line 4: resources[0].providers[0] has a timeout that is not above zero"},
    {HEAD ENTRY("secrets", "{kms: {apiVersion: v2, name: a, endpoint: 'unix:///k', timeout: 3}}"),
     "line 4: resources[0].providers[0].kms.timeout must be a duration such as 30s, not integer"},
    {HEAD ENTRY("secrets", "{kms: {apiVersion: v2, name: a, endpoint: 'unix:///k', cachesize: 5}}"),
     "line 4: resources[0].providers[0] has a cachesize, which v2 has not"},
    {HEAD ENTRY("secrets", KMS2 ", " KMS2), "line 4: resources[0].providers[1] has the name of another KMS provider"},
};

START_TEST(configurations_that_stop_the_apiserver) {
  pl_encryption encryption;
  pl_error err = {0};
  ck_assert_int_eq(read_text(refused[_i].text, &usual, &encryption, &err), -1);
  ck_assert_str_eq(err.text, refused[_i].reason);
}
END_TEST

START_TEST(kms_v1_where_it_is_let_in) {
  static const char text[] = HEAD ENTRY(
      "secrets", "{kms: {name: a, endpoint: 'unix:///k', cachesize: 5}}, {kms: {name: a, endpoint: 'unix:///k'}}");
  pl_encryption_rules rules = {.minor = 34, .kms_v1 = true};
  pl_encryption encryption;
  pl_error err = {0};
  ck_assert_msg(read_text(text, &rules, &encryption, &err) == 0, "%s", err.text);
  ck_assert(encryption.uses_kms_v1);
  pl_encryptor writer = pl_encryption_of(arena, &encryption, "secrets");
  ck_assert_str_eq(writer.label, "kms");
  ck_assert_str_eq(writer.kms_version, "v1");
  rules.reload = true;
  ck_assert_int_eq(read_text(text, &rules, &encryption, &err), -1);
  ck_assert_str_eq(err.text, "line 4: resources[0].providers[1] has the name of another KMS provider");
}
END_TEST

/* ---- who writes ---- */

static const struct {
  const char *entries, *resource, *label;
} writers[] = {
    {ENTRY("secrets", AES ", {identity: {}}"), "secrets", "aescbc:v1:k1"},
    {ENTRY("secrets", AES ", {identity: {}}"), "configmaps", "identity"},
    {ENTRY("secrets", "{identity: {}}, " AES), "secrets", "identity"},
    {ENTRY("secrets.", AES), "secrets", "aescbc:v1:k1"},
    {ENTRY("secrets.core", AES), "secrets", "identity"},
    {ENTRY("'*.'", AES), "secrets", "aescbc:v1:k1"},
    {ENTRY("'*.'", AES), "deployments.apps", "identity"},
    {ENTRY("'*.apps'", AES), "deployments.apps", "aescbc:v1:k1"},
    {ENTRY("'*.*'", AES), "widgets.example.com", "aescbc:v1:k1"},
    {ENTRY("secrets", KMS2) ENTRY("'*.'", AES) ENTRY("'*.*'", "{identity: {}}"), "secrets", "kms"},
    {ENTRY("secrets", KMS2) ENTRY("'*.'", AES) ENTRY("'*.*'", "{identity: {}}"), "pods", "aescbc:v1:k1"},
    {ENTRY("secrets", KMS2) ENTRY("'*.'", AES) ENTRY("'*.*'", "{identity: {}}"), "a.b", "identity"},
    {ENTRY("secrets", AES) ENTRY("secrets", "{identity: {}}"), "secrets", "aescbc:v1:k1"},
    {ENTRY("secrets", "{aesgcm: {keys: [{name: new, secret: " KEY32 "}, {name: old, secret: " KEY32 "}]}}"), "secrets",
     "aesgcm:v1:new"},
    {ENTRY("secrets", "{secretbox: {keys: [{name: s, secret: " KEY32 "}]}}"), "secrets", "secretbox:v1:s"},
};

START_TEST(the_first_provider_of_the_nearest_entry_writes) {
  pl_encryption encryption;
  pl_error err = {0};
  ck_assert_msg(read_text(pl_printf(arena, HEAD "%s", writers[_i].entries), &usual, &encryption, &err) == 0, "%s",
                err.text);
  ck_assert_str_eq(pl_encryption_of(arena, &encryption, writers[_i].resource).label, writers[_i].label);
}
END_TEST

START_TEST(without_a_file_everything_is_plain) {
  pl_encryptor writer = pl_encryption_of(arena, NULL, "secrets");
  ck_assert_str_eq(writer.provider, "identity");
  ck_assert_uint_eq(writer.line, 0);
}
END_TEST

START_TEST(length_of_the_key) {
  pl_encryption encryption;
  pl_error err = {0};
  const char *text = HEAD ENTRY("secrets", "{aescbc: {keys: [{name: a, secret: " KEY16 "}]}}");
  ck_assert_msg(read_text(text, &usual, &encryption, &err) == 0, "%s", err.text);
  pl_encryptor writer = pl_encryption_of(arena, &encryption, "secrets");
  ck_assert_int_eq(writer.key_bytes, 16);
  ck_assert_uint_eq(writer.line, 4);
}
END_TEST

/* A list of many resources is read in a time that follows its length. */
START_TEST(many_resources) {
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, 4 << 20);
  pl_buffer_text(&text, HEAD "- resources:\n");
  for (int i = 0; i < 100000; i++)
    pl_buffer_printf(&text, "  - r%d.example.com\n", i);
  pl_buffer_text(&text, "  providers: [{identity: {}}]\n");
  pl_encryption encryption;
  pl_error err = {0};
  ck_assert(!text.overflow);
  ck_assert_msg(read_text(text.data, &usual, &encryption, &err) == 0, "%s", err.text);
  ck_assert_str_eq(pl_encryption_of(arena, &encryption, "secrets").label, "identity");
}
END_TEST

/* ---- as settings and facts ---- */

#define FILE_PATH "/etc/kubernetes/enc.yaml"
#define LINE      "kube-apiserver --encryption-provider-config=" FILE_PATH

static settings_case *apiserver(int minor, const char *content, const char *line) {
  settings_case *c = settings_case_new(pl_apiserver_settings);
  if (content)
    settings_case_file(c, FILE_PATH, content);
  settings_case_run(c, minor, line);
  return c;
}

static const char *facts_of(const settings_case *c) {
  return pl_json_text(c->node->arena, pl_secrets_at_rest_facts(c->node->arena, &c->settings), false);
}

START_TEST(settings_lead_to_the_line_and_hold_no_key) {
  settings_case *c = apiserver(34,
                               HEAD "- resources: [secrets]\n  providers:\n  - aescbc:\n      keys:\n      - name: k1\n"
                                    "        secret: " KEY32 "\n",
                               LINE);
  ck_assert_str_eq(settings_case_value(c, "effective.encryption.secrets"), "\"aescbc:v1:k1\"");
  ck_assert_str_eq(settings_case_from(c, "effective.encryption.secrets"), "file " FILE_PATH ":6");
  ck_assert_str_eq(settings_case_value(c, "effective.encryption.configmaps"), "\"identity\"");
  ck_assert_str_eq(settings_case_value(c, "effective.encryption.kmsVersion"), "null");
  ck_assert_str_eq(settings_case_value(c, "effective.encryption.secretsKeyLengthOk"), "true");
  ck_assert_str_eq(facts_of(c), "{\"state\":\"configured\",\"file\":\"" FILE_PATH "\",\"provider\":\"aescbc\",\"writer\":"
                                "\"aescbc\",\"key_bytes\":32,\"endpoint\":null,\"resources\":[{\"resources\":"
                                "[\"secrets\"],\"provider\":\"aescbc\",\"line\":4}]}");
  ck_assert_ptr_null(strstr(settings_case_all(c), "MDEy"));
  ck_assert_ptr_null(strstr(settings_case_all(c), "0123456789abcdef"));
  settings_case_run(c, 34, LINE); /* what was wiped is read anew */
  ck_assert_str_eq(settings_case_value(c, "effective.encryption.secrets"), "\"aescbc:v1:k1\"");
  settings_case_free(c);
}
END_TEST

START_TEST(a_short_key_is_told) {
  settings_case *c = apiserver(34, HEAD ENTRY("secrets", "{aesgcm: {keys: [{name: a, secret: " KEY16 "}]}}"), LINE);
  ck_assert_str_eq(settings_case_value(c, "effective.encryption.secretsKeyLengthOk"), "false");
  settings_case_free(c);
}
END_TEST

START_TEST(what_is_refused_taints_all_it_feeds) {
  settings_case *c = apiserver(34, HEAD, LINE);
  ck_assert_str_eq(settings_case_value(c, "effective.encryption.secrets"), "null (refused)");
  ck_assert_str_eq(settings_case_value(c, "effective.encryption.kmsVersion"), "null (refused)");
  ck_assert_str_eq(settings_case_value(c, "profiling"), "true");
  ck_assert_ptr_nonnull(strstr(settings_case_refused(c), FILE_PATH ": resources: at least one entry is wanted"));
  ck_assert_str_eq(facts_of(c),
                   "{\"state\":\"refused\",\"because\":\"" FILE_PATH ": resources: at least one entry is wanted\","
                   "\"file\":\"" FILE_PATH "\",\"writer\":\"refused\",\"key_bytes\":null,\"endpoint\":null}");
  settings_case_free(c);
}
END_TEST

START_TEST(kms_v1_by_version_and_gate) {
  static const char text[] = HEAD ENTRY("secrets", "{kms: {name: a, endpoint: 'unix:///k'}}");
  static const struct {
    int minor;
    const char *gate, *value;
  } rows[] = {
      {27, "", "\"kms\""},
      {28, "", "\"kms\""},
      {29, "", "null (refused)"},
      {34, " --feature-gates=KMSv1=true", "\"kms\""},
      {0, "", "unreadable"},
      {28, " --feature-gates=KMSv1=false", "null (refused)"},
      {0, " --feature-gates=KMSv1=true", "\"kms\""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    settings_case *c = apiserver(rows[i].minor, text, pl_printf(arena, LINE "%s", rows[i].gate));
    ck_assert_msg(strcmp(settings_case_value(c, "effective.encryption.secrets"), rows[i].value) == 0, "row %zu: %s", i,
                  settings_case_value(c, "effective.encryption.secrets"));
    settings_case_free(c);
  }
}
END_TEST

START_TEST(no_file_and_a_file_that_is_not_there) {
  settings_case *c = apiserver(34, NULL, "kube-apiserver");
  ck_assert_str_eq(settings_case_value(c, "effective.encryption.secrets"), "\"identity\"");
  ck_assert_str_eq(
      facts_of(c),
      "{\"state\":\"none\",\"because\":\"--encryption-provider-config is not given\",\"file\":null,"
      "\"provider\":\"identity\",\"writer\":\"none\",\"key_bytes\":null,\"endpoint\":null}");
  settings_case_free(c);
  c = apiserver(34, NULL, LINE);
  ck_assert_str_eq(settings_case_value(c, "effective.encryption.secrets"), "null (refused)");
  settings_case_free(c);
  ck_assert_str_eq(pl_json_text(arena, pl_secrets_at_rest_facts(arena, NULL), false),
                   "{\"state\":\"absent\",\"because\":\"no kube-apiserver is known here\",\"file\":null,\"writer\":\"absent\","
                   "\"key_bytes\":null,\"endpoint\":null}");
}
END_TEST

Suite *suite_encryption(void);
Suite *suite_encryption(void) {
  Suite *suite = suite_create("encryption");
  TCase *tcase = tcase_create("encryption");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, configurations_that_stop_the_apiserver, 0, sizeof refused / sizeof *refused);
  tcase_add_test(tcase, kms_v1_where_it_is_let_in);
  tcase_add_loop_test(tcase, the_first_provider_of_the_nearest_entry_writes, 0, sizeof writers / sizeof *writers);
  tcase_add_test(tcase, without_a_file_everything_is_plain);
  tcase_add_test(tcase, length_of_the_key);
  tcase_add_test(tcase, many_resources);
  tcase_add_test(tcase, settings_lead_to_the_line_and_hold_no_key);
  tcase_add_test(tcase, a_short_key_is_told);
  tcase_add_test(tcase, what_is_refused_taints_all_it_feeds);
  tcase_add_test(tcase, kms_v1_by_version_and_gate);
  tcase_add_test(tcase, no_file_and_a_file_that_is_not_there);
  suite_add_tcase(suite, tcase);
  return suite;
}
