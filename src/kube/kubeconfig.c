/* Reads kubeconfigs: whom they talk to, as whom, and by what kind of proof. */
#include "credentials.h"

#include "plumbline/core/certificate.h"
#include "plumbline/core/digest.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"
#include "plumbline/core/yaml.h"
#include "unreadable.h"

/* Fields of a user, and what proof each is. */
static const struct {
  const char *key, *proof;
} proofs[] = {{"client-certificate", "client-certificate"},
              {"client-certificate-data", "client-certificate-data"},
              {"token", "token"},
              {"tokenFile", "token-file"},
              {"username", "basic"},
              {"password", "basic"},
              {"exec", "exec"},
              {"auth-provider", "auth-provider"}};

/* Entry NAME of a list of {name, VALUE}. */
static const pl_node *named(const pl_node *list, const char *name, const char *value) {
  pl_each_item (item, list) {
    if (pl_equal(pl_get_text(item, "name", NULL), name))
      return pl_get(item, value);
  }
  return NULL;
}

/* Of a secret only its length is known (yaml.h). */
static bool is_set(const pl_node *node) {
  if (!node || node->kind == PL_NULL)
    return false;
  if (pl_get_boolean(node, "secret", false))
    return pl_get_integer(node, "length", 0) > 0;
  return node->kind != PL_STRING || node->string.length > 0;
}

static pl_node *proofs_of(pl_arena *arena, const pl_node *user) {
  pl_node *list = pl_node_list(arena);
  const char *last = NULL;
  for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
    if (!is_set(pl_get(user, proofs[i].key)) || pl_equal(last, proofs[i].proof))
      continue;
    last = proofs[i].proof;
    pl_list_add_text(arena, list, last);
  }
  return list;
}

static pl_node *certificate_of(pl_arena *arena, const char *base64) {
  pl_bytes pem;
  pl_certificates certificates = {0};
  pl_error err;
  if (pl_base64_decode(arena, base64, strlen(base64), &pem, &err) < 0 ||
      pl_certificates_read(arena, pem, &certificates, &err) < 0)
    return pl_unreadable(arena, err.text);
  const pl_certificate *leaf = &certificates.items[0];
  pl_node *fact = pl_node_object(arena), *organizations = pl_node_list(arena);
  for (size_t i = 0; i < leaf->organization_count; i++)
    pl_list_add(arena, organizations, pl_node_string(arena, leaf->organizations[i]));
  pl_object_set(arena, fact, "subject", pl_node_string(arena, leaf->subject)); /* escaped already */
  pl_object_set(arena, fact, "common_name", pl_node_string(arena, leaf->common_name));
  pl_object_set(arena, fact, "organizations", organizations);
  pl_object_set_text(arena, fact, "not_after", pl_format_time(arena, leaf->not_after));
  return fact;
}

static pl_node *fact_of(pl_arena *arena, const pl_node *document) {
  pl_node *fact = pl_node_object(arena);
  bool kind_ok = pl_equal(pl_get_text(document, "kind", NULL), "Config") &&
                 pl_equal(pl_get_text(document, "apiVersion", NULL), "v1");
  const char *current = pl_get_text(document, "current-context", "");
  const pl_node *context = named(pl_get(document, "contexts"), current, "context");
  const char *user_name = pl_get_text(context, "user", NULL);
  const pl_node *cluster = named(pl_get(document, "clusters"), pl_get_text(context, "cluster", ""), "cluster");
  const pl_node *user = named(pl_get(document, "users"), user_name ? user_name : "", "user");
  pl_object_set_boolean(arena, fact, "kind_ok", kind_ok);
  pl_object_set_text(arena, fact, "server", pl_get_text(cluster, "server", NULL));
  pl_object_set_text(arena, fact, "user", user_name);
  pl_object_set(arena, fact, "auth", proofs_of(arena, user));
  const char *data = pl_get_text(user, "client-certificate-data", NULL);
  if (data && *data)
    pl_object_set(arena, fact, "certificate", certificate_of(arena, data));
  return fact;
}

pl_node *pl_kubeconfig_fact(pl_arena *arena, pl_host *host, const char *path) {
  pl_bytes text;
  pl_error err;
  if (pl_host_read(host, path, PL_DOCUMENT_BYTES_MAX, &text, &err) < 0)
    return pl_unreadable(arena, err.text);
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  const pl_node *document = pl_yaml_read(scratch, text, PL_YAML_THEIRS, NULL, &err);
  pl_node *fact = document ? fact_of(arena, document) : pl_unreadable(arena, err.text);
  pl_host_forget(host, path);
  return fact;
}

static void add(pl_collection *collection, pl_node *facts, const char *path) {
  if (!pl_get(facts, path) && pl_host_stat(collection->host, path)->state != PL_FILE_ABSENT)
    pl_object_set(collection->arena, facts, path, pl_kubeconfig_fact(collection->arena, collection->host, path));
}

static void add_instance(pl_collection *collection, pl_node *facts, const pl_instance *instance) {
  static const char *const roles[] = {"kubeconfig", "bootstrap-kubeconfig", NULL};
  pl_each_item (file, instance->settings.files) {
    const char *path = pl_get_text(file, "host_path", NULL);
    if (path && pl_in(pl_get_text(file, "role", ""), roles))
      add(collection, facts, path);
  }
}

/* FACT, a kubeconfig's, proves that no certificate of a client is used with it. */
static bool is_without_certificate(const pl_node *fact) {
  const pl_node *auth = pl_get(fact, "auth");
  bool without = pl_count(auth) > 0;
  pl_each_item (item, auth)
    without = without && !pl_starts(pl_text(item), "client-certificate");
  return without;
}

/* False: the kubelet's kubeconfigs are known to hold none, and it asks for none: it is given no bootstrap kubeconfig.
 */
static pl_node *client_certificate(pl_arena *arena, const pl_instance *instance, const pl_node *kubeconfigs) {
  const pl_node *file = pl_instance_file(instance, "kubeconfig", 0), *unread = NULL;
  bool without = file && !pl_instance_file(instance, "bootstrap-kubeconfig", 0);
  for (size_t i = 0; without && file; file = pl_instance_file(instance, "kubeconfig", ++i)) {
    const char *path = pl_get_text(file, "host_path", NULL);
    const pl_node *fact = path ? pl_get(kubeconfigs, path) : file;
    if (pl_get(fact, "unreadable"))
      unread = fact;
    else
      without = is_without_certificate(fact);
  }
  return without && unread ? pl_unreadable(arena, pl_get_text(unread, "unreadable", ""))
                           : pl_node_boolean(arena, !without);
}

void pl_put_client_certificate(const pl_collection *collection, pl_node *components, const pl_node *kubeconfigs) {
  pl_arena *arena = collection->arena;
  const pl_component *kubelet = pl_component_at(collection, PL_KUBELET);
  pl_node *fact = pl_get(components, "kubelet"), *others = pl_get(fact, "others");
  pl_object_set(arena, fact, "client_certificate",
                kubelet->count ? client_certificate(arena, kubelet->instances[0], kubeconfigs)
                               : pl_node_boolean(arena, true));
  for (size_t i = 1; i < kubelet->count; i++)
    pl_object_set(arena, others->list.items[i - 1], "client_certificate",
                  client_certificate(arena, kubelet->instances[i], kubeconfigs));
}

pl_node *pl_kubeconfig_facts(pl_collection *collection, const pl_node *file_sets) {
  pl_node *facts = pl_node_object(collection->arena);
  for (size_t i = 0; i < PL_COMPONENT_COUNT; i++)
    for (size_t j = 0; j < collection->components[i].count; j++)
      add_instance(collection, facts, collection->components[i].instances[j]);
  const pl_node *admins = pl_get(pl_get(file_sets, "admin.kubeconfigs"), "paths");
  pl_each_item (path, admins)
    add(collection, facts, pl_text(path));
  return facts;
}
