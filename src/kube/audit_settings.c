/*
 * Whether kube-apiserver records anything, and at which level.
 * Source: k8s.io/apiserver pkg/server/options/audit.go.
 */
#include "plumbline/kube/control_plane.h"
#include "src/kube/apiserver.h"
#include "src/kube/audit_policy.h"

#define BACKEND "effective.audit.backend"
#define POLICY  "effective.audit.policy"

/* Requests of an ordinary user that stand for a kind each: the names of the settings effective.audit.level[NAME]. */
static const struct probe {
  const char *name, *verb, *group, *resource, *subresource, *namespace, *path;
} probes[] = {
    {"create pods", "create", "", "pods", "", "default", NULL},
    {"create pods/exec", "create", "", "pods", "exec", "default", NULL},
    {"create pods/portforward", "create", "", "pods", "portforward", "default", NULL},
    {"create pods/proxy", "create", "", "pods", "proxy", "default", NULL},
    {"create services/proxy", "create", "", "services", "proxy", "default", NULL},
    {"create tokenreviews.authentication.k8s.io", "create", "authentication.k8s.io", "tokenreviews", "", "", NULL},
    {"get /healthz", "get", "", NULL, "", "", "/healthz"},
    {"get /metrics", "get", "", NULL, "", "", "/metrics"},
    {"get secrets", "get", "", "secrets", "", "default", NULL},
    {"list nodes", "list", "", "nodes", "", "", NULL},
    {"patch deployments.apps", "patch", "apps", "deployments", "", "default", NULL},
    {"update configmaps", "update", "", "configmaps", "", "kube-system", NULL},
};

static void put_levels(pl_flag_run *run, const pl_config_file *file, const pl_audit_policy *policy) {
  static const char *const groups[] = {"system:authenticated", NULL};
  for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
    const struct probe *p = &probes[i];
    pl_audit_request request = {.verb = p->verb,
                                .group = p->group,
                                .resource = p->resource,
                                .subresource = p->subresource,
                                .namespace = p->namespace,
                                .name = "",
                                .path = p->path,
                                .user = "alice",
                                .groups = groups};
    pl_audit_answer answer = pl_audit_ask(policy, &request);
    pl_config_put(run, file, pl_printf(run->arena, "effective.audit.level[%s]", p->name),
                  pl_node_string(run->arena, pl_audit_level_name(answer.level)), answer.rule ? answer.rule->line : 0);
  }
}

/* ---- flags ---- */

static void check_batch(pl_flag_run *run, const char *plugin) {
  const char *mode = pl_printf(run->arena, "audit-%s-mode", plugin);
  static const char *const modes[] = {"batch", "blocking", "blocking-strict", NULL};
  static const char *const sizes[] = {"buffer-size", "max-size", NULL};
  if (!pl_in(pl_flag_text(run, mode), modes))
    pl_flag_refuse(run, "validation", mode,
                   "invalid audit %s mode, allowed modes are \"batch,blocking,blocking-strict\"", plugin);
  for (const char *const *size = sizes; pl_equal(pl_flag_text(run, mode), "batch") && *size; size++) {
    const char *name = pl_printf(run->arena, "audit-%s-batch-%s", plugin, *size);
    if (pl_flag_integer(run, name, 1) <= 0)
      pl_flag_refuse(run, "validation", name, "--%s must be a positive number", name);
  }
}

static void check_output(pl_flag_run *run, const char *plugin) {
  const char *version = pl_printf(run->arena, "audit-%s-version", plugin);
  const char *batch = pl_printf(run->arena, "audit-%s-truncate-max-batch-size", plugin);
  const char *event = pl_printf(run->arena, "audit-%s-truncate-max-event-size", plugin);
  int64_t event_size = pl_flag_integer(run, event, 1);
  check_batch(run, plugin);
  if (event_size <= 0 || pl_flag_integer(run, batch, event_size) < event_size)
    pl_flag_refuse(run, "validation", event, "--%s must be positive and not above --%s", event, batch);
  if (!pl_equal(pl_flag_text(run, version), "audit.k8s.io/v1"))
    pl_flag_refuse(run, "validation", version, "invalid group version, allowed versions are [\"audit.k8s.io/v1\"]");
}

static void check_log(pl_flag_run *run) {
  static const char *const formats[] = {"legacy", "json", NULL};
  static const char *const bounds[] = {"audit-log-maxage", "audit-log-maxbackup", "audit-log-maxsize", NULL};
  check_output(run, "log");
  if (!pl_in(pl_flag_text(run, "audit-log-format"), formats))
    pl_flag_refuse(run, "validation", "audit-log-format",
                   "invalid audit log format, allowed formats are \"legacy,json\"");
  for (const char *const *name = bounds; *name; name++)
    if (pl_flag_integer(run, *name, 0) < 0)
      pl_flag_refuse(run, "validation", *name, "--%s can't be a negative number", *name);
}

/* ---- facts ---- */

static bool is_for_every_request(const pl_node *rule) {
  static const char *const limits[] = {"users",      "userGroups",      "verbs", "resources",
                                       "namespaces", "nonResourceURLs", NULL};
  size_t given = 0;
  for (const char *const *limit = limits; *limit; limit++)
    given += pl_count(pl_get(rule, *limit));
  return given == 0;
}

/* The highest level at which anything is written: rules behind one for every request are never reached. */
static pl_audit_level highest_level(const pl_audit_policy *policy) {
  const unsigned stages = PL_AUDIT_RECEIVED | PL_AUDIT_STARTED | PL_AUDIT_COMPLETE;
  pl_audit_level highest = PL_AUDIT_NONE;
  pl_each_item (rule, policy->rules) {
    if (stages & ~pl_audit_rule_stages(policy, rule) && pl_audit_rule_level(rule) > highest)
      highest = pl_audit_rule_level(rule);
    if (is_for_every_request(rule))
      break;
  }
  return highest;
}

static pl_node *new_facts(pl_flag_run *run, const char *state, const char *because, const pl_audit_policy *policy) {
  pl_node *facts = pl_audit_coverage(run->arena, policy);
  pl_object_set_text(run->arena, facts, "state", state);
  if (because)
    pl_object_set_text(run->arena, facts, "because", because);
  if (policy) {
    pl_object_set_integer(run->arena, facts, "rules", (int64_t)pl_count(policy->rules));
    pl_object_set_text(run->arena, facts, "highest", pl_audit_level_name(highest_level(policy)));
  }
  return facts;
}

/* The policy, when there is one that the apiserver loads. */
static pl_config_file read_policy(pl_flag_run *run, pl_audit_policy *policy) {
  pl_config_file file = pl_config_read(run, pl_flag_text(run, "audit-policy-file"), false);
  pl_error err = {0};
  if (file.state == PL_CONFIG_READ && pl_audit_policy_read(run->arena, file.document, run->minor, policy, &err) < 0)
    pl_config_refuse(&file, run->arena, &err);
  if (file.state == PL_CONFIG_REFUSED)
    pl_flag_refuse(run, "config-file", "audit-policy-file", "%s", file.reason);
  pl_config_note_unknown(run, &file, pl_audit_policy_shape());
  return file;
}

static void with_policy(pl_flag_run *run, const char *output) {
  pl_audit_policy policy;
  pl_config_file file = read_policy(run, &policy);
  bool active = output != NULL;
  pl_flag_derive(run, POLICY, pl_node_boolean(run->arena, true), "audit-policy-file");
  pl_flag_derive(run, BACKEND, pl_node_boolean(run->arena, active), active ? output : "audit-log-path");
  pl_settings_default(run->settings, BACKEND, pl_node_boolean(run->arena, false));
  bool tainted = pl_config_taint(run, &file, POLICY);
  tainted = (active && pl_config_taint(run, &file, BACKEND)) || tainted;
  const char *because = tainted  ? file.reason
                        : active ? NULL
                                 : "neither --audit-log-path nor --audit-webhook-config-file is given";
  pl_node *facts = new_facts(run,
                             tainted  ? "unreadable"
                             : active ? "active"
                                      : "policy-only",
                             because, tainted ? NULL : &policy);
  pl_object_set_text(run->arena, facts, "policy", file.shown);
  pl_object_set(run->arena, run->settings->derived, "audit", facts);
  if (!tainted)
    put_levels(run, &file, &policy);
}

void pl_apiserver_audit(pl_flag_run *run) {
  bool log = *pl_flag_text(run, "audit-log-path"), webhook = *pl_flag_text(run, "audit-webhook-config-file");
  bool policy = *pl_flag_text(run, "audit-policy-file");
  if (log)
    check_log(run);
  if (webhook)
    check_output(run, "webhook");
  if (webhook && policy)
    pl_apiserver_wants_file(run, "audit-webhook-config-file", pl_flag_text(run, "audit-webhook-config-file"), false);
  if (policy) {
    with_policy(run, log ? "audit-log-path" : webhook ? "audit-webhook-config-file" : NULL);
    return;
  }
  pl_flag_derive(run, POLICY, pl_node_boolean(run->arena, false), "audit-policy-file");
  pl_flag_derive(run, BACKEND, pl_node_boolean(run->arena, false), "audit-policy-file");
  pl_object_set(run->arena, run->settings->derived, "audit",
                new_facts(run, "none", "--audit-policy-file is not given", NULL));
}

pl_node *pl_audit_facts(pl_arena *arena, const pl_settings *settings) {
  const pl_node *facts = settings ? pl_get(settings->derived, "audit") : NULL;
  if (facts)
    return pl_node_copy(arena, facts);
  pl_node *none = pl_audit_coverage(arena, NULL);
  pl_object_set_text(arena, none, "state", "none");
  pl_object_set_text(arena, none, "because", "no kube-apiserver is known here");
  return none;
}
