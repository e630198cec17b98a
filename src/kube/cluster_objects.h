/* A cluster snapshot while it is read: what is kept of each object. Private to this level. */
#pragma once

#include "plumbline/core/record.h"
#include "plumbline/kube/cluster.h"

/* Of every node; which of them become facts is known once the node has its name. */
typedef struct pl_cluster_pod {
  const char *node, *namespace, *name, *uid, *owner_kind, *owner_name, *runtime_class, *phase; /* NULL: not said */
  pl_texts claims; /* names of persistent volume claims in its namespace */
  bool host_network, is_static;
} pl_cluster_pod;

struct pl_cluster {
  pl_arena *arena;
  const char *source;
  int64_t taken_at; /* the newest time in what was kept, else that of the file; 0: unknown */
  bool dated;       /* by an object */
  pl_node *kinds;   /* kind -> number of objects */
  pl_node *nodes, *volumes, *storage_classes, *runtime_classes, *custom; /* lists, as they stand in the facts */
  pl_node *config_maps;                                                  /* by "namespace/name" */
  pl_cluster_pod *pods;
  size_t pod_count, pod_capacity;
};

/* Adds what is kept of ITEM, an object of the kind. ITEM goes after the call. */
void pl_cluster_take_node(pl_cluster *cluster, const pl_node *item);
void pl_cluster_take_pod(pl_cluster *cluster, const pl_node *item);
void pl_cluster_take_volume(pl_cluster *cluster, const pl_node *item);
void pl_cluster_take_storage_class(pl_cluster *cluster, const pl_node *item);
void pl_cluster_take_runtime_class(pl_cluster *cluster, const pl_node *item);
void pl_cluster_take_config_map(pl_cluster *cluster, const pl_node *item);
void pl_cluster_take_custom(pl_cluster *cluster, const pl_node *item);

/* The scalar under KEY as text, in the snapshot's arena; NULL when there is none or it is longer than
 * PL_CLUSTER_TEXT_MAX. */
const char *pl_cluster_text(pl_cluster *cluster, const pl_node *object, const char *key);
/* Members of FROM that KEYS (ending with NULL) name, as texts under TO's KEY; nothing where there is none. */
void pl_cluster_keep(pl_cluster *cluster, pl_node *to, const char *key, const pl_node *from, const char *const *keys);
