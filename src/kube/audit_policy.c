/* Reads audit policies and finds the rule that a request falls under. */
#include "src/kube/audit_policy.h"

#include "plumbline/core/escape.h"
#include "src/kube/labels.h"
#include "src/kube/shape.h"

#define ANY_GROUP_SINCE 36 /* group "*" in a rule: 1.36 */

static const char *const level_names[] = {"None", "Metadata", "Request", "RequestResponse", NULL};
static const char *const stage_names[] = {"RequestReceived", "ResponseStarted", "ResponseComplete", "Panic", NULL};

static const pl_shape resource_shape[] = {{"group", PL_SHAPE_TEXT, NULL},
                                          {"resources", PL_SHAPE_TEXTS, NULL},
                                          {"resourceNames", PL_SHAPE_TEXTS, NULL},
                                          {NULL, PL_SHAPE_ANY, NULL}};

static const pl_shape rule_shape[] = {{"level", PL_SHAPE_TEXT, NULL},
                                      {"users", PL_SHAPE_TEXTS, NULL},
                                      {"userGroups", PL_SHAPE_TEXTS, NULL},
                                      {"verbs", PL_SHAPE_TEXTS, NULL},
                                      {"resources", PL_SHAPE_OBJECTS, resource_shape},
                                      {"namespaces", PL_SHAPE_TEXTS, NULL},
                                      {"nonResourceURLs", PL_SHAPE_TEXTS, NULL},
                                      {"omitStages", PL_SHAPE_TEXTS, NULL},
                                      {"omitManagedFields", PL_SHAPE_BOOLEAN, NULL},
                                      {NULL, PL_SHAPE_ANY, NULL}};

static const pl_shape policy_shape[] = {PL_SHAPE_HEADER,
                                        {"metadata", PL_SHAPE_ANY, NULL},
                                        {"rules", PL_SHAPE_OBJECTS, rule_shape},
                                        {"omitStages", PL_SHAPE_TEXTS, NULL},
                                        {"omitManagedFields", PL_SHAPE_BOOLEAN, NULL},
                                        {NULL, PL_SHAPE_ANY, NULL}};

const char *pl_audit_level_name(pl_audit_level level) { return level_names[level]; }

static int index_of(const char *text, const char *const *names) {
  for (int i = 0; names[i]; i++)
    if (strcmp(text, names[i]) == 0)
      return i;
  return -1;
}

/* ---- what is accepted ---- */

static int check_stages(const pl_node *stages, const char *what, pl_error *err) {
  pl_each_item (stage, stages)
    if (index_of(pl_item_text(stage), stage_names) < 0)
      return pl_fail(err, PL_ERR_SYNTAX, "%s: a stage that does not exist, line %u", what, stage->line);
  return 0;
}

static int check_urls(const pl_node *urls, const char *what, pl_error *err) {
  pl_each_item (item, urls) {
    const char *url = pl_item_text(item);
    if (strcmp(url, "*") == 0)
      continue;
    const char *star = strchr(url, '*');
    if (url[0] != '/' || (star && star[1]))
      return pl_fail(err, PL_ERR_SYNTAX,
                     "%s.nonResourceURLs: must begin with '/' and have '*' at its end only, line %u", what, item->line);
  }
  return 0;
}

static int check_resources(const pl_node *resources, const char *what, int minor, pl_error *err) {
  pl_each_item (resource, resources) {
    const char *group = pl_item_text(pl_get(resource, "group"));
    bool any = strcmp(group, "*") == 0 && (minor == 0 || minor >= ANY_GROUP_SINCE);
    if (*group && !any && !pl_is_subdomain(group))
      return pl_fail(err, PL_ERR_SYNTAX, "%s.resources: a group that is no DNS name, line %u", what, resource->line);
    if (pl_count(pl_get(resource, "resourceNames")) > 0 && pl_count(pl_get(resource, "resources")) == 0)
      return pl_fail(err, PL_ERR_SYNTAX, "%s.resources: resourceNames without resources, line %u", what,
                     resource->line);
  }
  return 0;
}

static int check_rule(pl_arena *arena, const pl_node *rule, size_t index, int minor, pl_error *err) {
  const char *what = pl_printf(arena, "rules[%zu]", index);
  const char *level = pl_item_text(pl_get(rule, "level"));
  const pl_node *urls = pl_get(rule, "nonResourceURLs");
  if (index_of(level, level_names) < 0)
    return pl_fail(err, PL_ERR_SYNTAX, "%s: level %s, line %u", what, *level ? "that does not exist" : "is missing",
                   rule->line);
  if (check_urls(urls, what, err) < 0 || check_resources(pl_get(rule, "resources"), what, minor, err) < 0 ||
      check_stages(pl_get(rule, "omitStages"), what, err) < 0)
    return -1;
  if (pl_count(urls) > 0 && pl_count(pl_get(rule, "resources")) + pl_count(pl_get(rule, "namespaces")) > 0)
    return pl_fail(err, PL_ERR_SYNTAX, "%s: cannot apply to resources and to other URLs at once, line %u", what,
                   rule->line);
  return 0;
}

static unsigned stage_bits(const pl_node *stages) {
  unsigned bits = 0;
  pl_each_item (stage, stages) {
    int index = index_of(pl_item_text(stage), stage_names);
    if (index >= 0)
      bits |= 1u << index;
  }
  return bits;
}

const pl_shape *pl_audit_policy_shape(void) { return policy_shape; }

int pl_audit_policy_read(pl_arena *arena, const pl_node *document, int minor, pl_audit_policy *ret, pl_error *err) {
  if (!pl_is(document, PL_OBJECT) || !pl_equal(pl_get_text(document, "apiVersion", ""), "audit.k8s.io/v1"))
    return pl_fail(err, PL_ERR_SYNTAX, "the policy is not of apiVersion audit.k8s.io/v1");
  const char *kind = pl_get_text(document, "kind", "");
  if (*kind && strcmp(kind, "Policy") != 0)
    return pl_fail(err, PL_ERR_SYNTAX, "the kind is not Policy");
  if (pl_shape_check(arena, document, policy_shape, false, err) < 0)
    return -1;
  const pl_node *rules = pl_get(document, "rules");
  if (check_stages(pl_get(document, "omitStages"), "omitStages", err) < 0)
    return -1;
  for (size_t i = 0; i < pl_count(rules); i++)
    if (check_rule(arena, rules->list.items[i], i, minor, err) < 0)
      return -1;
  if (pl_count(rules) == 0)
    return pl_fail(err, PL_ERR_SYNTAX, "the policy has no rules");
  *ret = (pl_audit_policy){.rules = rules, .omit_stages = stage_bits(pl_get(document, "omitStages"))};
  return 0;
}

/* ---- which rule matches ---- */

static bool url_matches(const char *spec, const char *path) {
  size_t length = strlen(spec);
  if (strcmp(spec, "*") == 0 || strcmp(spec, path) == 0)
    return true;
  if (length == 0 || spec[length - 1] != '*')
    return false;
  while (length > 0 && spec[length - 1] == '*')
    length--;
  return strncmp(spec, path, length) == 0;
}

static bool urls_match(const pl_node *urls, const pl_audit_request *request) {
  if (request->resource)
    return false;
  pl_each_item (spec, urls)
    if (url_matches(pl_item_text(spec), request->path))
      return true;
  return false;
}

/* "pods" alone leaves its subresources out; a star may stand for all, for the resource or for the subresource. */
static bool resource_matches(const char *spec, const pl_audit_request *request) {
  const char *resource = request->resource, *sub = request->subresource;
  size_t length = strlen(resource), spec_length = strlen(spec);
  if (strcmp(spec, "*") == 0)
    return true;
  if (*sub ? strncmp(spec, resource, length) == 0 && spec[length] == '/' && strcmp(spec + length + 1, sub) == 0
           : strcmp(spec, resource) == 0)
    return true;
  if (*sub && pl_starts(spec, "*/") && strcmp(spec + 2, sub) == 0)
    return true;
  return pl_ends(spec, "/*") && spec_length - 2 == length && strncmp(spec, resource, length) == 0;
}

static bool group_resource_matches(const pl_node *item, const pl_audit_request *request) {
  const char *group = pl_item_text(pl_get(item, "group"));
  const pl_node *resources = pl_get(item, "resources"), *names = pl_get(item, "resourceNames");
  if (strcmp(group, request->group) != 0 && strcmp(group, "*") != 0)
    return false;
  if (pl_count(resources) == 0)
    return true;
  if (pl_count(names) > 0 && request->name && !pl_list_has(names, request->name))
    return false;
  pl_each_item (spec, resources)
    if (resource_matches(pl_item_text(spec), request))
      return true;
  return false;
}

static bool object_matches(const pl_node *rule, const pl_audit_request *request) {
  const pl_node *namespaces = pl_get(rule, "namespaces"), *resources = pl_get(rule, "resources");
  if (!request->resource)
    return false;
  if (pl_count(namespaces) > 0 && request->namespace && !pl_list_has(namespaces, request->namespace))
    return false;
  if (pl_count(resources) == 0)
    return true;
  pl_each_item (item, resources)
    if (group_resource_matches(item, request))
      return true;
  return false;
}

static bool caller_matches(const pl_node *rule, const pl_audit_request *request) {
  const pl_node *users = pl_get(rule, "users"), *groups = pl_get(rule, "userGroups"), *verbs = pl_get(rule, "verbs");
  if (pl_count(verbs) > 0 && !pl_list_has(verbs, request->verb))
    return false;
  if (!request->user)
    return true;
  if (pl_count(users) > 0 && !pl_list_has(users, request->user))
    return false;
  if (pl_count(groups) == 0)
    return true;
  for (const char *const *group = request->groups; *group; group++)
    if (pl_list_has(groups, *group))
      return true;
  return false;
}

bool pl_audit_rule_matches(const pl_node *rule, const pl_audit_request *request) {
  if (!caller_matches(rule, request))
    return false;
  if (pl_count(pl_get(rule, "namespaces")) > 0 || pl_count(pl_get(rule, "resources")) > 0)
    return object_matches(rule, request);
  const pl_node *urls = pl_get(rule, "nonResourceURLs");
  return pl_count(urls) == 0 || urls_match(urls, request);
}

pl_audit_level pl_audit_rule_level(const pl_node *rule) {
  int level = index_of(pl_item_text(pl_get(rule, "level")), level_names);
  return level < 0 ? PL_AUDIT_NONE : (pl_audit_level)level;
}

unsigned pl_audit_rule_stages(const pl_audit_policy *policy, const pl_node *rule) {
  return policy->omit_stages | stage_bits(pl_get(rule, "omitStages"));
}

pl_audit_answer pl_audit_ask(const pl_audit_policy *policy, const pl_audit_request *request) {
  pl_each_item (rule, policy->rules)
    if (pl_audit_rule_matches(rule, request))
      return (pl_audit_answer){pl_audit_rule_level(rule), pl_audit_rule_stages(policy, rule), rule};
  return (pl_audit_answer){PL_AUDIT_NONE, policy->omit_stages, NULL};
}
