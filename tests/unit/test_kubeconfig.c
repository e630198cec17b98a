/* What facts tell of a kubeconfig, and what they must never tell. */
#include <check.h>

#include "plumbline/core/json.h"
#include "small_node.h"
#include "src/kube/credentials.h"

#define PATH "/etc/kubernetes/admin.conf"

static small_node *node;

static void setup(void) { node = small_node_new(); }
static void teardown(void) { small_node_free(node); }

static const char *fact_of(const char *text) {
  small_node_file(node, PATH, text);
  return pl_json_text(node->arena, pl_kubeconfig_fact(node->arena, small_node_host(node), PATH), false);
}

#define CONFIG(user)                                                                                                   \
  "apiVersion: v1\nkind: Config\ncurrent-context: main\n"                                                              \
  "clusters:\n- {name: c, cluster: {server: 'https://10.0.0.1:6443'}}\n- {name: d, cluster: {server: x}}\n"            \
  "contexts:\n- {name: other, context: {cluster: d, user: v}}\n- {name: main, context: {cluster: c, user: u}}\n"       \
  "users:\n- {name: v, user: {token: no}}\n- name: u\n  user: " user "\n"

static const struct {
  const char *user, *auth;
} users[] = {
    {"{client-certificate: /x.pem, client-key: /x.pem}", "[\"client-certificate\"]"},
    {"{token: hunter2}", "[\"token\"]"},
    {"{tokenFile: /run/token}", "[\"token-file\"]"},
    {"{username: a, password: hunter2}", "[\"basic\"]"},
    {"{exec: {command: aws, args: [hunter2]}}", "[\"exec\"]"},
    {"{auth-provider: {name: oidc, config: {id-token: hunter2}}}", "[\"auth-provider\"]"},
    {"{token: '', client-certificate: null}", "[]"},
    {"{}", "[]"},
    {"{token: hunter2, exec: {}}", "[\"token\",\"exec\"]"},
};

START_TEST(kinds_of_proof) {
  const char *fact = fact_of(pl_printf(node->arena, CONFIG("%s"), users[_i].user));
  char *wanted =
      pl_printf(node->arena, "{\"kind_ok\":true,\"server\":\"https://10.0.0.1:6443\",\"user\":\"u\",\"auth\":%s}",
                users[_i].auth);
  ck_assert_str_eq(fact, wanted);
  ck_assert_ptr_null(strstr(fact, "hunter2"));
}
END_TEST

START_TEST(another_kind_of_file) {
  ck_assert_str_eq(fact_of("kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n"),
                   "{\"kind_ok\":false,\"server\":null,\"user\":null,\"auth\":[]}");
}
END_TEST

START_TEST(what_is_no_yaml_is_unreadable) {
  const char *fact = fact_of("kind: [Config\ntoken: hunter2\n");
  ck_assert(pl_starts(fact, "{\"unreadable\":"));
  ck_assert_ptr_null(strstr(fact, "hunter2"));
}
END_TEST

START_TEST(a_certificate_that_is_none_is_said) {
  const char *fact = fact_of(CONFIG("{client-certificate-data: aGVsbG8=, client-key-data: aHVudGVyMg==}"));
  ck_assert_ptr_nonnull(strstr(fact, "\"auth\":[\"client-certificate-data\"]"));
  ck_assert_ptr_nonnull(strstr(fact, "\"certificate\":{\"unreadable\":"));
  ck_assert_ptr_null(strstr(fact, "aHVudGVyMg"));
}
END_TEST

START_TEST(an_absent_file_is_unreadable) {
  const pl_node *fact = pl_kubeconfig_fact(node->arena, small_node_host(node), "/none.conf");
  ck_assert_ptr_nonnull(pl_get(fact, "unreadable"));
}
END_TEST

START_TEST(no_certificate_no_facts_of_one) {
  small_node_file(node, "/a.crt", "hello\n");
  small_node_file(node, "/a.key", "hello\n");
  ck_assert_ptr_nonnull(pl_get(pl_certificate_fact(node->arena, small_node_host(node), "/a.crt"), "unreadable"));
  const char *why = pl_get_text(pl_certificate_fact(node->arena, small_node_host(node), "/a.key"), "unreadable", "");
  ck_assert_ptr_nonnull(strstr(why, "private key"));
}
END_TEST

Suite *suite_kubeconfig(void);
Suite *suite_kubeconfig(void) {
  Suite *suite = suite_create("kubeconfig");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, kinds_of_proof, 0, sizeof users / sizeof *users);
  tcase_add_test(tcase, another_kind_of_file);
  tcase_add_test(tcase, what_is_no_yaml_is_unreadable);
  tcase_add_test(tcase, a_certificate_that_is_none_is_said);
  tcase_add_test(tcase, an_absent_file_is_unreadable);
  tcase_add_test(tcase, no_certificate_no_facts_of_one);
  suite_add_tcase(suite, tcase);
  return suite;
}
