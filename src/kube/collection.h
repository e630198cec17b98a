/* Everything that one collection knows of the node, from the process pass to the facts. Private to this level. */
#pragma once

#include "cluster.h"
#include "cni_agents.h"
#include "components.h"
#include "plumbline/host/storage.h"
#include "plumbline/kube/collect.h"

struct pl_collection {
  pl_arena *arena;
  pl_host *host;
  const pl_collect_options *options;
  pl_pass pass;
  pl_cni_agents cni_agents;
  int *root_fds;
  size_t root_count, root_capacity;
  pl_process_list list;
  const pl_node *os_release;   /* {id, version_id, ...}, or {unreadable} */
  const pl_platform *platform; /* NULL: no record fits */
  const char *platform_evidence;
  const char *kubelet_root; /* "/var/lib/kubelet" */
  pl_packages packages;
  pl_bundles bundles;
  pl_pods pods;
  pl_manifests manifests;
  pl_component components[PL_COMPONENT_COUNT];
  const char *node_name;
  pl_node *cluster; /* read it by cluster.h */
  pl_blocks *blocks;
};

static inline const pl_component *pl_component_at(const pl_collection *collection, pl_component_id id) {
  return &collection->components[id];
}
/* The component runs or is configured. */
static inline bool pl_component_is_here(const pl_component *component) {
  return component->state == PL_COMPONENT_RUNNING || component->state == PL_COMPONENT_CONFIGURED;
}

/* The kubelet is part of a program whose node has no control plane, by the platform's record. */
static inline bool pl_is_agents_node(const pl_collection *collection) {
  const pl_component *kubelet = pl_component_at(collection, PL_KUBELET);
  const pl_program *program = kubelet->count ? kubelet->instances[0]->program : NULL;
  return program && collection->platform && pl_texts_have(collection->platform->agents, program->name);
}
