/* Audit and secrets at rest in facts. */
#include "derived_facts.h"

#include "plumbline/kube/control_plane.h"
#include "secrets_facts.h"

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

void pl_put_apiserver_facts(pl_collection *collection, pl_node *facts) {
  pl_arena *arena = collection->arena;
  const pl_component *component = pl_component_at(collection, PL_APISERVER);
  const char *unknown = apiserver_unknown(component);
  const pl_settings *settings = component->count ? &component->instances[0]->settings : NULL;
  pl_object_set(arena, facts, "audit", unknown ? unreadable(arena, unknown) : pl_audit_facts(arena, settings));
  pl_object_set(arena, facts, "secrets_at_rest", pl_secrets_facts(collection));
}
