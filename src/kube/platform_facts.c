/* The platform, its version and the roles of the node in facts. */
#include "platform_detect.h"
#include "unreadable.h"

/* Components whose version is the cluster's, the surest first. */
static const pl_component_id version_order[] = {PL_APISERVER, PL_KUBELET, PL_CONTROLLER_MANAGER, PL_SCHEDULER,
                                                PL_PROXY};

static void put_version(const pl_collection *collection, pl_node *fact) {
  pl_arena *arena = collection->arena;
  const char *given = collection->options->kubernetes;
  pl_version version = {.text = given, .from = "--kubernetes", .minor = pl_kubernetes_minor(given)};
  for (size_t i = 0; !version.minor && i < sizeof version_order / sizeof *version_order; i++) {
    const pl_component *component = pl_component_at(collection, version_order[i]);
    if (!component->count || !component->instances[0]->version.minor)
      continue;
    version = component->instances[0]->version;
    version.from = pl_printf(arena, "%s: %s", component->spec->name, version.from);
  }
  const char *text = version.minor ? version.text : NULL;
  pl_object_set_text(arena, fact, "kubernetes_version", text ? text + (*text == 'v') : NULL);
  pl_object_set_integer(arena, fact, "kubernetes_minor", version.minor);
  pl_object_set_text(arena, fact, "version_from", version.minor ? version.from : "no component tells its version");
}

static void put_role(const pl_collection *collection, pl_node *roles, const char *name, const pl_component_id *ids,
                     size_t count) {
  pl_arena *arena = collection->arena;
  bool here = false;
  const pl_component *unseen = NULL;
  for (size_t i = 0; i < count; i++) {
    const pl_component *component = pl_component_at(collection, ids[i]);
    here = here || pl_component_is_here(component);
    /* A manifest is enough, even where processes cannot be seen. */
    here = here || pl_manifests_next(&collection->manifests, component->spec, NULL) != NULL;
    unseen = component->state == PL_COMPONENT_UNOBSERVABLE ? component : unseen;
  }
  if (here || !unseen) {
    pl_object_set_boolean(arena, roles, name, here);
    return;
  }
  pl_object_set(arena, roles, name,
                pl_unreadable(arena, pl_printf(arena, "%s: %s", unseen->spec->name, unseen->because)));
}

/* "kubelet (pid 303), etcd (pid 12)". */
static const char *roles_because(const pl_collection *collection) {
  const char *text = NULL;
  for (size_t i = 0; i < PL_COMPONENT_COUNT; i++) {
    const pl_component *component = &collection->components[i];
    if (!pl_component_is_here(component) || !component->spec->settings || component->spec->id == PL_PROXY)
      continue;
    text = pl_printf(collection->arena, "%s%s%s (%s)", text ? text : "", text ? ", " : "", component->spec->name,
                     component->because);
  }
  return text ? text : "no component of Kubernetes was seen";
}

/* Leftover files make no node of it: where every component is proved absent, there is no platform. */
static const char *platform_name(const pl_collection *collection) {
  bool absent = true;
  for (size_t i = 0; i < PL_COMPONENT_COUNT; i++)
    absent =
        absent && (collection->components[i].state == PL_COMPONENT_ABSENT || !collection->components[i].spec->settings);
  if (absent)
    return "none";
  return collection->platform ? collection->platform->name : "unknown";
}

/* The API server stores in something that speaks etcd's protocol over a local socket. */
static void put_kine(const pl_collection *collection, pl_node *fact) {
  pl_arena *arena = collection->arena;
  const pl_component *component = pl_component_at(collection, PL_APISERVER);
  const pl_instance *instance = component->count ? component->instances[0] : NULL;
  bool possible = collection->platform && collection->platform->kine;
  const char *unknown = component->state == PL_COMPONENT_UNOBSERVABLE ? component->because
                        : instance                                    ? instance->arguments_unknown
                                                                      : NULL;
  if (possible && unknown) {
    pl_object_set(arena, fact, "kine", pl_unreadable(arena, pl_printf(arena, "kube-apiserver: %s", unknown)));
    return;
  }
  const pl_node *servers = instance ? pl_settings_value(&instance->settings, "etcd-servers") : NULL;
  bool local = pl_count(servers) > 0;
  pl_each_item (server, servers)
    local = local && pl_text(server) && pl_starts(pl_text(server), "unix:");
  pl_object_set_boolean(arena, fact, "kine", possible && local);
}

pl_node *pl_platform_facts(const pl_collection *collection) {
  static const pl_component_id control_plane[] = {PL_APISERVER, PL_CONTROLLER_MANAGER, PL_SCHEDULER};
  static const pl_component_id etcd[] = {PL_ETCD}, worker[] = {PL_KUBELET};
  pl_arena *arena = collection->arena;
  pl_node *fact = pl_node_object(arena), *roles = pl_node_object(arena), *evidence = pl_node_list(arena);
  pl_object_set_text(arena, fact, "name", platform_name(collection));
  if (collection->platform_evidence)
    pl_list_add_text(arena, evidence, collection->platform_evidence);
  pl_object_set(arena, fact, "evidence", evidence);
  put_version(collection, fact);
  put_role(collection, roles, "control-plane", control_plane, sizeof control_plane / sizeof *control_plane);
  put_role(collection, roles, "etcd", etcd, 1);
  put_role(collection, roles, "worker", worker, 1);
  pl_object_set(arena, fact, "roles", roles);
  pl_object_set_text(arena, fact, "roles_because", roles_because(collection));
  put_kine(collection, fact);
  pl_object_set_text(arena, fact, "fix", collection->platform ? collection->platform->fix : NULL);
  pl_object_set_text(arena, fact, "restart", collection->platform ? collection->platform->restart : NULL);
  return fact;
}
