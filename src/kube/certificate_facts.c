/* Certificates of the files that components are given. */
#include "credentials.h"

#include "plumbline/core/certificate.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"

static pl_node *certificate_node(pl_arena *arena, const pl_certificate *certificate) {
  pl_node *fact = pl_node_object(arena);
  pl_object_set(arena, fact, "subject", pl_node_string(arena, certificate->subject)); /* escaped already */
  pl_object_set(arena, fact, "issuer", pl_node_string(arena, certificate->issuer));
  pl_object_set_text(arena, fact, "not_before", pl_format_time(arena, certificate->not_before));
  pl_object_set_text(arena, fact, "not_after", pl_format_time(arena, certificate->not_after));
  pl_object_set_text(arena, fact, "fingerprint", certificate->fingerprint);
  pl_object_set_boolean(arena, fact, "authority", certificate->authority);
  return fact;
}

pl_node *pl_certificate_fact(pl_arena *arena, pl_host *host, const char *path) {
  pl_bytes pem;
  pl_certificates certificates = {0};
  pl_error err;
  if (pl_host_read_public(host, path, PL_CERTIFICATE_BYTES_MAX, &pem, &err) < 0 ||
      pl_certificates_read(arena, pem, &certificates, &err) < 0) {
    pl_node *fact = pl_node_object(arena);
    pl_object_set_text(arena, fact, "unreadable", err.text);
    return fact;
  }
  pl_node *list = pl_node_list(arena);
  for (size_t i = 0; i < certificates.count; i++)
    pl_list_add(arena, list, certificate_node(arena, &certificates.items[i]));
  return list;
}

static void add_instance(pl_collection *collection, pl_node *facts, const pl_instance *instance) {
  static const char *const roles[] = {"client-ca", "certificate", NULL};
  pl_each_item (file, instance->settings.files) {
    const char *path = pl_get_text(file, "host_path", NULL);
    if (path && pl_in(pl_get_text(file, "role", ""), roles) && !pl_get(facts, path))
      pl_object_set(collection->arena, facts, path, pl_certificate_fact(collection->arena, collection->host, path));
  }
}

pl_node *pl_certificate_facts(pl_collection *collection) {
  pl_node *facts = pl_node_object(collection->arena);
  for (size_t i = 0; i < PL_COMPONENT_COUNT; i++)
    for (size_t j = 0; j < collection->components[i].count; j++)
      add_instance(collection, facts, collection->components[i].instances[j]);
  return facts;
}
