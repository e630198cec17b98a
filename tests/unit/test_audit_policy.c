/* Audit policies: what is accepted, which rule a request falls under, what is really recorded. */
#include <check.h>

#include "plumbline/core/json.h"
#include "plumbline/core/yaml.h"
#include "src/kube/audit_policy.h"

#define HEAD "apiVersion: audit.k8s.io/v1\nkind: Policy\n"

static pl_arena *arena;

static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

static pl_node *document_of(const char *text) {
  pl_error err = {0};
  pl_node *node = pl_yaml_read(arena, (pl_bytes){text, strlen(text)}, PL_YAML_THEIRS, NULL, &err);
  ck_assert_msg(node != NULL, "%s", err.text);
  return node;
}

static pl_audit_policy policy_of(const char *rules, int minor) {
  pl_audit_policy policy = {0};
  pl_error err = {0};
  const char *text = pl_printf(arena, HEAD "%s", rules);
  ck_assert_msg(pl_audit_policy_read(arena, document_of(text), minor, &policy, &err) == 0, "%s: %s", rules, err.text);
  return policy;
}

/* ---- what is accepted ---- */

static const struct {
  const char *text, *reason;
  int minor;
} refused[] = {
    {"kind: Policy\nrules: [{level: None}]\n", "the policy is not of apiVersion audit.k8s.io/v1", 34},
    {"apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules: [{level: None}]\n",
     "the policy is not of apiVersion audit.k8s.io/v1", 34},
    {"apiVersion: audit.k8s.io/v1\nkind: Event\nrules: [{level: None}]\n", "the kind is not Policy", 34},
    {"", "the policy is not of apiVersion audit.k8s.io/v1", 34},
    {"[]\n", "the policy is not of apiVersion audit.k8s.io/v1", 34},
    {HEAD, "the policy has no rules", 34},
    {HEAD "rules: []\n", "the policy has no rules", 34},
    {HEAD "rules: {level: None}\n", "line 3: rules must be a list, not object", 34},
    {HEAD "rules: [none]\n", "line 3: rules[0] must be an object, not string", 34},
    {HEAD "rules: [{}]\n", "rules[0]: level is missing, line 3", 34},
    {HEAD "rules: [null]\n", "rules[0]: level is missing, line 3", 34},
    {HEAD "rules: [{level: metadata}]\n", "rules[0]: level that does not exist, line 3", 34},
    {HEAD "rules: [{level: None}, {level: None, verbs: get}]\n", "line 3: rules[1].verbs must be a list, not string",
     34},
    {HEAD "rules: [{level: None, users: [1]}]\n", "line 3: rules[0].users[0] must be text, not integer", 34},
    {HEAD "rules: [{level: None, nonResourceURLs: [healthz]}]\n",
     "rules[0].nonResourceURLs: must begin with '/' and have '*' at its end only, line 3", 34},
    {HEAD "rules: [{level: None, nonResourceURLs: ['/a*b']}]\n",
     "rules[0].nonResourceURLs: must begin with '/' and have '*' at its end only, line 3", 34},
    {HEAD "rules: [{level: None, nonResourceURLs: [/a], namespaces: [x]}]\n",
     "rules[0]: cannot apply to resources and to other URLs at once, line 3", 34},
    {HEAD "rules: [{level: None, resources: [{group: Apps}]}]\n",
     "rules[0].resources: a group that is no DNS name, line 3", 34},
    {HEAD "rules: [{level: None, resources: [{group: '*'}]}]\n",
     "rules[0].resources: a group that is no DNS name, line 3", 35},
    {HEAD "rules: [{level: None, resources: [{resourceNames: [a]}]}]\n",
     "rules[0].resources: resourceNames without resources, line 3", 34},
    {HEAD "rules: [{level: None, omitStages: [Received]}]\n", "rules[0]: a stage that does not exist, line 3", 34},
    {HEAD "omitStages: [x]\nrules: [{level: None}]\n", "omitStages: a stage that does not exist, line 3", 34},
};

START_TEST(policies_that_stop_the_apiserver) {
  pl_audit_policy policy;
  pl_error err = {0};
  const char *text = refused[_i].text;
  ck_assert_int_eq(pl_audit_policy_read(arena, document_of(text), refused[_i].minor, &policy, &err), -1);
  ck_assert_str_eq(err.text, refused[_i].reason);
}
END_TEST

START_TEST(what_is_tolerated) {
  policy_of("metadata: {name: x}\nrules: [{level: None, nosuch: 1}]\nother: 2\n", 34);
  policy_of("rules: [{level: None, resources: [{group: '*'}]}]\n", 36);
  policy_of("rules: [{level: None, resources: [{group: '*'}]}]\n", 0);
  policy_of("rules: [{level: None, level: Metadata, omitStages: [RequestReceived]}]\n", 27);
}
END_TEST

/* ---- which rule ---- */

static const char *const members[] = {"system:authenticated", "devs", NULL};

static const char *level_of(const char *rules, pl_audit_request request) {
  pl_audit_policy policy = policy_of(rules, 36);
  request.user = "alice";
  request.groups = members;
  return pl_audit_level_name(pl_audit_ask(&policy, &request).level);
}

#define RESOURCE(verb_, group_, resource_, sub, namespace_, name_)                                                     \
  { .verb = verb_, .group = group_, .resource = resource_, .subresource = sub, .namespace = namespace_, .name = name_ }
#define URL(path_)                                                                                                     \
  { .verb = "get", .group = "", .subresource = "", .namespace = "", .name = "", .path = path_ }

static const struct {
  const char *rules;
  pl_audit_request request;
  const char *level;
} asked[] = {
    {"rules: [{level: Request, verbs: [get]}]", RESOURCE("get", "", "pods", "", "x", ""), "Request"},
    {"rules: [{level: Request, verbs: [get]}]", RESOURCE("list", "", "pods", "", "x", ""), "None"},
    {"rules: [{level: Request, verbs: [get]}]", URL("/version"), "Request"},
    {"rules: [{level: Request, users: [bob]}, {level: Metadata}]", RESOURCE("get", "", "pods", "", "x", ""),
     "Metadata"},
    {"rules: [{level: Request, users: [bob, alice]}]", RESOURCE("get", "", "pods", "", "x", ""), "Request"},
    {"rules: [{level: Request, userGroups: [devs]}]", RESOURCE("get", "", "pods", "", "x", ""), "Request"},
    {"rules: [{level: Request, userGroups: [ops]}]", RESOURCE("get", "", "pods", "", "x", ""), "None"},
    {"rules: [{level: Request, namespaces: [x]}]", RESOURCE("get", "", "pods", "", "x", ""), "Request"},
    {"rules: [{level: Request, namespaces: [x]}]", RESOURCE("get", "", "nodes", "", "", ""), "None"},
    {"rules: [{level: Request, namespaces: ['']}]", RESOURCE("get", "", "nodes", "", "", ""), "Request"},
    {"rules: [{level: Request, namespaces: ['']}]", URL("/version"), "None"},
    {"rules: [{level: Request, resources: [{group: '', resources: [pods]}]}]",
     RESOURCE("create", "", "pods", "exec", "x", ""), "None"},
    {"rules: [{level: Request, resources: [{group: '', resources: [pods/exec]}]}]",
     RESOURCE("create", "", "pods", "exec", "x", ""), "Request"},
    {"rules: [{level: Request, resources: [{group: '', resources: [pods/*]}]}]",
     RESOURCE("create", "", "pods", "exec", "x", ""), "Request"},
    {"rules: [{level: Request, resources: [{group: '', resources: [pods/*]}]}]",
     RESOURCE("create", "", "pods", "", "x", ""), "Request"},
    {"rules: [{level: Request, resources: [{group: '', resources: ['*/exec']}]}]",
     RESOURCE("create", "", "pods", "exec", "x", ""), "Request"},
    {"rules: [{level: Request, resources: [{group: '', resources: ['*/exec']}]}]",
     RESOURCE("create", "", "pods", "", "x", ""), "None"},
    {"rules: [{level: Request, resources: [{group: '', resources: [pod/*]}]}]",
     RESOURCE("create", "", "pods", "", "x", ""), "None"},
    {"rules: [{level: Request, resources: [{group: '', resources: ['*']}]}]",
     RESOURCE("create", "", "pods", "exec", "x", ""), "Request"},
    {"rules: [{level: Request, resources: [{group: ''}]}]", RESOURCE("patch", "apps", "deployments", "", "x", ""),
     "None"},
    {"rules: [{level: Request, resources: [{group: '*'}]}]", RESOURCE("patch", "apps", "deployments", "", "x", ""),
     "Request"},
    {"rules: [{level: Request, resources: [{group: '', resources: [secrets], resourceNames: [a]}]}]",
     RESOURCE("get", "", "secrets", "", "x", "a"), "Request"},
    {"rules: [{level: Request, resources: [{group: '', resources: [secrets], resourceNames: [a]}]}]",
     RESOURCE("get", "", "secrets", "", "x", "b"), "None"},
    {"rules: [{level: Request, resources: [{group: ''}]}]", URL("/healthz"), "None"},
    {"rules: [{level: Request, nonResourceURLs: [/health*]}]", URL("/healthz"), "Request"},
    {"rules: [{level: Request, nonResourceURLs: [/healthz]}]", URL("/healthz/etcd"), "None"},
    {"rules: [{level: Request, nonResourceURLs: ['*']}]", URL("/healthz"), "Request"},
    {"rules: [{level: Request, nonResourceURLs: ['*']}]", RESOURCE("get", "", "pods", "", "x", ""), "None"},
};

START_TEST(the_first_rule_that_matches_decides) {
  ck_assert_msg(strcmp(level_of(asked[_i].rules, asked[_i].request), asked[_i].level) == 0, "%s: %s", asked[_i].rules,
                level_of(asked[_i].rules, asked[_i].request));
}
END_TEST

START_TEST(stages_of_policy_and_rule_add_up) {
  pl_audit_policy policy = policy_of("omitStages: [RequestReceived]\n"
                                     "rules: [{level: Metadata, omitStages: [Panic, RequestReceived]}]\n",
                                     34);
  pl_audit_request request = URL("/x");
  request.user = "alice";
  request.groups = members;
  pl_audit_answer answer = pl_audit_ask(&policy, &request);
  ck_assert_uint_eq(answer.omit_stages, PL_AUDIT_RECEIVED | PL_AUDIT_PANIC);
  ck_assert_uint_eq(answer.rule->line, 4);
}
END_TEST

/* ---- what is really recorded ---- */

#define SECRETS "resources: [{group: '', resources: [secrets]}]"
#define PODS    "resources: [{group: '', resources: [pods]}]"

static const struct {
  const char *rules, *thing, *covers, *least, *most;
} covered[] = {
    {"rules: [{level: Metadata}]", "secrets", "Metadata", "Metadata", "Metadata"},
    {"rules: [{level: Metadata}]", "serviceaccounts-token", "Metadata", "Metadata", "Metadata"},
    {"rules: [{level: None}]", "pods-exec", "None", "None", "None"},
    {"rules: [{level: Metadata, " PODS "}]", "secrets", "None", "None", "None"},
    {"rules: [{level: Metadata, " PODS "}]", "pods-write", "Metadata", "Metadata", "Metadata"},
    {"rules: [{level: Metadata, " PODS "}]", "pods-exec", "None", "None", "None"},
    /* some verbs */
    {"rules: [{level: Metadata, verbs: [get], " SECRETS "}]", "secrets", "mixed", "None", "Metadata"},
    {"rules: [{level: RequestResponse, verbs: [create]}, {level: Metadata}]", "secrets", "mixed", "Metadata",
     "RequestResponse"},
    {"rules: [{level: RequestResponse, verbs: [create]}, {level: Metadata}]", "pods-write", "Metadata", "Metadata",
     "RequestResponse"},
    {"rules: [{level: Request, verbs: [create]}]", "pods-exec", "mixed", "None", "Request"},
    /* some callers */
    {"rules: [{level: None, users: [bob]}, {level: Metadata}]", "secrets", "mixed", "None", "Metadata"},
    {"rules: [{level: None, userGroups: [devs]}, {level: Metadata}]", "pods-write", "mixed", "None", "Metadata"},
    {"rules: [{level: None, users: ['system:anonymous']}, {level: Metadata}]", "pods-write", "mixed", "None",
     "Metadata"},
    {"rules: [{level: None, users: ['system:serviceaccount:shop:bot']}, {level: Metadata}]", "secrets", "mixed", "None",
     "Metadata"},
    {"rules: [{level: None, userGroups: ['system:authenticated']}, {level: Metadata}]", "secrets", "None", "None",
     "None"},
    /* the system's own noise */
    {"rules: [{level: None, users: ['system:kube-scheduler']}, {level: Metadata}]", "secrets", "Metadata", "Metadata",
     "Metadata"},
    {"rules: [{level: None, users: ['system:kube-scheduler', bob]}, {level: Metadata}]", "secrets", "mixed", "None",
     "Metadata"},
    {"rules: [{level: None, userGroups: ['system:nodes']}, {level: Metadata}]", "secrets", "Metadata", "Metadata",
     "Metadata"},
    {"rules: [{level: None, users: ['system:serviceaccount:kube-system:gc'], namespaces: [a]}, {level: Metadata}]",
     "configmaps", "Metadata", "Metadata", "Metadata"},
    /* some namespaces, some names */
    {"rules: [{level: None, namespaces: [kube-system]}, {level: Metadata}]", "secrets", "mixed", "None", "Metadata"},
    {"rules: [{level: None, namespaces: [kube-system]}, {level: Metadata}]", "tokenreviews", "Metadata", "Metadata",
     "Metadata"},
    {"rules: [{level: None, resources: [{group: '', resources: [configmaps], resourceNames: [leader]}]},"
     " {level: Metadata}]",
     "configmaps", "mixed", "None", "Metadata"},
    {"rules: [{level: Metadata, resources: [{group: '', resources: [configmaps], resourceNames: [a]}, {group: '',"
     " resources: [secrets]}]}]",
     "secrets", "Metadata", "Metadata", "Metadata"},
    /* stages */
    {"omitStages: [RequestReceived]\nrules: [{level: Metadata}]", "secrets", "Metadata", "Metadata", "Metadata"},
    {"rules: [{level: Metadata, omitStages: [RequestReceived, ResponseComplete]}]", "pods-write", "None", "None",
     "None"},
    {"rules: [{level: Metadata, omitStages: [RequestReceived, ResponseComplete]}]", "pods-exec", "Metadata", "Metadata",
     "Metadata"},
    {"rules: [{level: Metadata, omitStages: [RequestReceived, ResponseComplete, ResponseStarted]}]", "pods-exec",
     "None", "None", "None"},
    /* groups of APIs */
    {"rules: [{level: Metadata, resources: [{group: apps}]}]", "deployments-write", "Metadata", "Metadata", "Metadata"},
    {"rules: [{level: Metadata, resources: [{group: certificates.k8s.io}]}]", "certificatesigningrequests", "Metadata",
     "Metadata", "Metadata"},
    {"rules: [{level: Metadata, resources: [{group: '', resources: ['*/proxy']}]}]", "services-proxy", "Metadata",
     "Metadata", "Metadata"},
    {"rules: [{level: Metadata, resources: [{group: '', resources: [pods/portforward]}]}]", "pods-portforward",
     "Metadata", "Metadata", "Metadata"},
    {"rules: [{level: Metadata, resources: [{group: '', resources: [pods/*]}]}]", "pods-proxy", "Metadata", "Metadata",
     "Metadata"},
};

START_TEST(coverage) {
  pl_audit_policy policy = policy_of(covered[_i].rules, 34);
  const pl_node *facts = pl_audit_coverage(arena, &policy);
  const char *thing = covered[_i].thing;
  ck_assert_str_eq(pl_get_text(pl_get(facts, "covers"), thing, ""), covered[_i].covers);
  ck_assert_str_eq(pl_get_text(pl_get(facts, "least"), thing, ""), covered[_i].least);
  ck_assert_str_eq(pl_get_text(pl_get(facts, "most"), thing, ""), covered[_i].most);
}
END_TEST

START_TEST(no_policy_covers_nothing) {
  const pl_node *covers = pl_get(pl_audit_coverage(arena, NULL), "covers");
  ck_assert_uint_eq(pl_count(covers), 11);
  pl_each_member (member, covers)
    ck_assert_str_eq(pl_text(member->value), "None");
}
END_TEST

Suite *suite_audit_policy(void);
Suite *suite_audit_policy(void) {
  Suite *suite = suite_create("audit_policy");
  TCase *tcase = tcase_create("audit_policy");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, policies_that_stop_the_apiserver, 0, sizeof refused / sizeof *refused);
  tcase_add_test(tcase, what_is_tolerated);
  tcase_add_loop_test(tcase, the_first_rule_that_matches_decides, 0, sizeof asked / sizeof *asked);
  tcase_add_test(tcase, stages_of_policy_and_rule_add_up);
  tcase_add_loop_test(tcase, coverage, 0, sizeof covered / sizeof *covered);
  tcase_add_test(tcase, no_policy_covers_nothing);
  suite_add_tcase(suite, tcase);
  return suite;
}
