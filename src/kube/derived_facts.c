/* Audit, secrets at rest and CNI in facts. */
#include "derived_facts.h"

#include "plumbline/kube/control_plane.h"

/* Why nothing can be said of the API server's settings, NULL when something can. */
static const char *apiserver_unknown(const pl_component *component) {
  if (component->state == PL_COMPONENT_UNOBSERVABLE)
    return component->because;
  return component->count ? component->instances[0]->arguments_unknown : NULL;
}

static pl_node *unreadable(pl_arena *arena, const char *because) {
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "state", "unreadable");
  pl_object_set_text(arena, fact, "because", because);
  return fact;
}

void pl_put_apiserver_facts(const pl_collection *collection, pl_node *facts) {
  pl_arena *arena = collection->arena;
  const pl_component *component = pl_component_at(collection, PL_APISERVER);
  const char *unknown = apiserver_unknown(component);
  const pl_settings *settings = component->count ? &component->instances[0]->settings : NULL;
  pl_object_set(arena, facts, "audit", unknown ? unreadable(arena, unknown) : pl_audit_facts(arena, settings));
  pl_object_set(arena, facts, "secrets_at_rest",
                unknown ? unreadable(arena, unknown) : pl_secrets_at_rest_facts(arena, settings));
}

/* The runtime that says where CNI configuration is: CRI-O before containerd, which may be there for Docker. */
static const pl_runtime *active_runtime(const pl_collection *collection) {
  const pl_component *crio = pl_component_at(collection, PL_CRIO);
  const pl_component *component = crio->count ? crio : pl_component_at(collection, PL_CONTAINERD);
  return component->count ? component->instances[0]->runtime : NULL;
}

pl_node *pl_cni_facts(pl_collection *collection) {
  pl_arena *arena = collection->arena;
  const pl_runtime *runtime = active_runtime(collection);
  const pl_texts layout = collection->platform ? collection->platform->layout.cni : (pl_texts){NULL, 0};
  const char *usual = layout.count ? layout.items[0] : NULL;
  const char *directory = runtime && runtime->cni_count ? runtime->cni_directories[0] : usual;
  pl_node *fact = pl_node_object(arena), *files = pl_node_list(arena);
  pl_object_set_text(arena, fact, "conf_dir", directory);
  pl_object_set_text(arena, fact, "conf_dir_from", runtime ? runtime->cni_from : usual ? "platform record" : NULL);
  pl_paths paths = {.complete = true};
  if (directory)
    paths = pl_host_walk(collection->host, directory, &(pl_walk){.max_depth = 1, .files = true});
  for (size_t i = 0; i < paths.count; i++)
    pl_list_add_text(arena, files, paths.items[i]);
  pl_object_set(arena, fact, "files", files);
  return fact;
}
