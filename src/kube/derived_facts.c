/* Audit, secrets at rest and CNI in facts. */
#include "derived_facts.h"

#include "audit_policy.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/yaml.h"

static pl_node *state_fact(pl_arena *arena, const char *state, const char *because) {
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "state", state);
  if (because)
    pl_object_set_text(arena, fact, "because", because);
  return fact;
}

/* The API server whose settings can be told; else a fact that says why there is none. */
static const pl_instance *find_apiserver(const pl_collection *collection, pl_node **ret_fact) {
  const pl_component *component = pl_component_at(collection, PL_APISERVER);
  const char *why = component->state == PL_COMPONENT_UNOBSERVABLE ? component->because : NULL;
  if (!why && component->count)
    why = component->instances[0]->arguments_unknown;
  *ret_fact = why ? state_fact(collection->arena, "unreadable", why)
                  : state_fact(collection->arena, "none", "no kube-apiserver on this node");
  return why || !component->count ? NULL : component->instances[0];
}

static const char *text_setting(const pl_instance *instance, const char *name) {
  const char *text = pl_text(pl_settings_value(&instance->settings, name));
  return text && *text ? text : NULL;
}

static int read_policy(pl_collection *collection, const pl_instance *instance, const char *path, pl_audit_policy *ret,
                       pl_error *err) {
  pl_bytes text;
  if (pl_view_read(instance->view, path, PL_DOCUMENT_BYTES_MAX, false, &text, NULL, err) < 0)
    return -1;
  const pl_node *document = pl_yaml_read(collection->arena, text, PL_YAML_THEIRS, NULL, err);
  return document ? pl_audit_policy_read(collection->arena, document, instance->version.minor, ret, err) : -1;
}

pl_node *pl_audit_facts(pl_collection *collection) {
  pl_arena *arena = collection->arena;
  pl_node *fact;
  const pl_instance *instance = find_apiserver(collection, &fact);
  if (!instance)
    return fact;
  const char *path = text_setting(instance, "audit-policy-file");
  if (!path)
    return state_fact(arena, "none", "kube-apiserver is given no --audit-policy-file");
  bool backend = text_setting(instance, "audit-log-path") || text_setting(instance, "audit-webhook-config-file");
  pl_audit_policy policy = {0};
  pl_error err = {0};
  if (read_policy(collection, instance, path, &policy, &err) < 0) {
    fact = state_fact(arena, "unreadable", err.text);
  } else {
    fact = state_fact(arena, backend ? "active" : "policy-only",
                      backend ? NULL : "no audit log and no audit webhook is set");
    pl_object_set_integer(arena, fact, "rules", (int64_t)pl_count(policy.rules));
    const pl_node *coverage = pl_audit_coverage(arena, &policy);
    pl_each_member (member, coverage)
      pl_object_set(arena, fact, member->key, member->value);
  }
  pl_object_set(arena, fact, "policy", pl_node_string(arena, path)); /* escaped already */
  return fact;
}

pl_node *pl_secrets_at_rest_facts(const pl_collection *collection) {
  pl_arena *arena = collection->arena;
  pl_node *fact;
  const pl_instance *instance = find_apiserver(collection, &fact);
  if (!instance)
    return fact;
  const pl_node *entry = pl_get(instance->settings.values, "effective.encryption.secrets");
  const char *unreadable = pl_get_text(entry, "unreadable", pl_get_text(entry, "refused", NULL));
  const char *value = pl_text(pl_get(entry, "value"));
  if (unreadable || !value)
    return state_fact(arena, "unreadable", unreadable ? unreadable : "what encrypts secrets could not be worked out");
  bool file = text_setting(instance, "encryption-provider-config") != NULL;
  fact = state_fact(arena, file ? "configured" : "none",
                    file ? NULL : "kube-apiserver is given no --encryption-provider-config");
  pl_object_set(arena, fact, "provider", pl_node_bytes(arena, value, strcspn(value, ":")));
  return fact;
}

/* The runtime that says where CNI configuration is: the one that runs, CRI-O before containerd, which may be there for
 * Docker. */
static const pl_runtime *active_runtime(const pl_collection *collection) {
  const pl_component *crio = pl_component_at(collection, PL_CRIO),
                     *containerd = pl_component_at(collection, PL_CONTAINERD);
  const pl_component *component = crio->count ? crio : containerd;
  return component->count ? component->instances[0]->runtime : NULL;
}

pl_node *pl_cni_facts(pl_collection *collection) {
  pl_arena *arena = collection->arena;
  const pl_runtime *runtime = active_runtime(collection);
  const pl_texts layout = collection->platform ? collection->platform->layout.cni : (pl_texts){NULL, 0};
  const char *directory = runtime && runtime->cni_count ? runtime->cni_directories[0]
                          : layout.count                ? layout.items[0]
                                                        : NULL;
  pl_node *fact = pl_node_object(arena), *files = pl_node_list(arena);
  pl_object_set_text(arena, fact, "conf_dir", directory);
  pl_object_set_text(arena, fact, "conf_dir_from",
                     runtime                ? runtime->cni_from
                     : collection->platform ? "platform record"
                                            : NULL);
  pl_paths paths = {.complete = true};
  if (directory)
    paths = pl_host_walk(collection->host, directory, &(pl_walk){.max_depth = 1, .files = true});
  for (size_t i = 0; i < paths.count; i++)
    pl_list_add_text(arena, files, paths.items[i]);
  pl_object_set(arena, fact, "files", files);
  return fact;
}
