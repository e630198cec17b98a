/*
 * What an audit policy records of the things a benchmark asks for (CIS 3.2.2).
 *
 * Each thing stands for requests that anyone may make: some verbs on a resource. For each of them the rules are
 * followed in order, as the apiserver does. A rule for everyone decides and ends the search. A rule for callers that
 * are parts of the system itself (the scheduler, kubelets, controllers in kube-system) is their noise and counts for
 * nothing. A rule for some other callers, some namespaces or some names gives its level to part of the requests, the
 * rest going on. A request of which every stage is left out is not recorded at all.
 *
 * "mixed": some of the requests are recorded and some are not; of what has secrets in its content also that they are
 * recorded at different levels. Otherwise `covers` is the least that is recorded. `least` and `most` stand beside it.
 */
#include "src/kube/audit_policy.h"

typedef struct thing {
  const char *name, *group, *resource, *subresource;
  bool namespaced, long_running, confidential; /* what is sent should not stand in a log */
  const char *const *verbs;
} thing;

static const char *const all_verbs[] = {
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", NULL};
static const char *const write_verbs[] = {"create", "update", "patch", "delete", "deletecollection", NULL};
static const char *const create_verbs[] = {"create", NULL};
static const char *const connect_verbs[] = {"create", "get", NULL}; /* SPDY posts, WebSocket gets */
static const char *const proxy_verbs[] = {"get", "create", "update", "patch", "delete", NULL};

static const thing things[] = {
    {"secrets", "", "secrets", "", true, false, true, all_verbs},
    {"configmaps", "", "configmaps", "", true, false, true, all_verbs},
    {"tokenreviews", "authentication.k8s.io", "tokenreviews", "", false, false, true, create_verbs},
    {"pods-write", "", "pods", "", true, false, false, write_verbs},
    {"deployments-write", "apps", "deployments", "", true, false, false, write_verbs},
    {"pods-exec", "", "pods", "exec", true, true, false, connect_verbs},
    {"pods-portforward", "", "pods", "portforward", true, true, false, connect_verbs},
    {"pods-proxy", "", "pods", "proxy", true, true, false, proxy_verbs},
    {"services-proxy", "", "services", "proxy", true, true, false, proxy_verbs},
    {"certificatesigningrequests", "certificates.k8s.io", "certificatesigningrequests", "", false, false, false,
     write_verbs},
    {"serviceaccounts-token", "", "serviceaccounts", "token", true, false, true, create_verbs},
};

/* ---- whom a rule is for ---- */

static const char *const system_users[] = {"system:apiserver",
                                           "system:kube-controller-manager",
                                           "system:kube-scheduler",
                                           "system:kube-proxy",
                                           "system:unsecured",
                                           "system:node-problem-detector",
                                           "kubelet",
                                           "cloud-provider",
                                           NULL};

static bool is_system_user(const char *name) {
  return pl_in(name, system_users) || pl_starts(name, "system:node:") ||
         pl_starts(name, "system:serviceaccount:kube-system:");
}

static bool is_system_group(const char *name) {
  return pl_equal(name, "system:nodes") || pl_equal(name, "system:serviceaccounts:kube-system");
}

static bool all_of(const pl_node *list, bool (*test)(const char *)) {
  pl_each_item (item, list)
    if (!pl_text(item) || !test(pl_text(item)))
      return false;
  return pl_count(list) > 0;
}

typedef enum reach { FOR_THE_SYSTEM, FOR_SOME, FOR_ALL } reach;

/* A blank is no name of a namespace or object that a rule could mean. */
static reach reach_of(const pl_node *rule, const pl_audit_request *request) {
  const pl_node *users = pl_get(rule, "users"), *groups = pl_get(rule, "userGroups");
  if (all_of(users, is_system_user) || all_of(groups, is_system_group))
    return FOR_THE_SYSTEM;
  bool everyone = pl_count(users) == 0 && (pl_count(groups) == 0 || pl_list_has(groups, "system:authenticated"));
  pl_audit_request ordinary = *request;
  ordinary.namespace = request->namespace ? request->namespace : " ";
  ordinary.name = " ";
  return everyone && pl_audit_rule_matches(rule, &ordinary) ? FOR_ALL : FOR_SOME;
}

/* ---- what is recorded ---- */

typedef struct levels {
  bool any;
  pl_audit_level least, most;
} levels;

static void add_level(levels *seen, pl_audit_level level) {
  if (!seen->any || level < seen->least)
    seen->least = level;
  if (!seen->any || level > seen->most)
    seen->most = level;
  seen->any = true;
}

static pl_audit_level recorded(const pl_audit_policy *policy, const pl_node *rule, bool long_running) {
  unsigned stages = PL_AUDIT_RECEIVED | PL_AUDIT_COMPLETE | (long_running ? PL_AUDIT_STARTED : 0);
  return stages & ~pl_audit_rule_stages(policy, rule) ? pl_audit_rule_level(rule) : PL_AUDIT_NONE;
}

static void follow(const pl_audit_policy *policy, const thing *t, const char *verb, levels *seen) {
  pl_audit_request request = {.verb = verb,
                              .group = t->group,
                              .resource = t->resource,
                              .subresource = t->subresource,
                              .namespace = t->namespaced ? NULL : ""};
  bool long_running = t->long_running || strcmp(verb, "watch") == 0;
  pl_each_item (rule, policy->rules) {
    if (!pl_audit_rule_matches(rule, &request))
      continue;
    reach whom = reach_of(rule, &request);
    if (whom == FOR_THE_SYSTEM)
      continue;
    add_level(seen, recorded(policy, rule, long_running));
    if (whom == FOR_ALL)
      return;
  }
  add_level(seen, PL_AUDIT_NONE);
}

pl_node *pl_audit_coverage(pl_arena *arena, const pl_audit_policy *policy) {
  pl_node *covers = pl_node_object(arena), *least = pl_node_object(arena), *most = pl_node_object(arena);
  for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
    const thing *t = &things[i];
    levels seen = {0};
    for (const char *const *verb = t->verbs; policy && *verb; verb++)
      follow(policy, t, *verb, &seen);
    bool mixed = t->confidential ? seen.least != seen.most : seen.least == PL_AUDIT_NONE && seen.most != PL_AUDIT_NONE;
    pl_object_set_text(arena, covers, t->name, mixed ? "mixed" : pl_audit_level_name(seen.least));
    pl_object_set_text(arena, least, t->name, pl_audit_level_name(seen.least));
    pl_object_set_text(arena, most, t->name, pl_audit_level_name(seen.most));
  }
  pl_node *facts = pl_node_object(arena);
  pl_object_set(arena, facts, "covers", covers);
  pl_object_set(arena, facts, "least", least);
  pl_object_set(arena, facts, "most", most);
  return facts;
}
