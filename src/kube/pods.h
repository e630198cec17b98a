/* Pods that run on the node, by the cgroups of live processes. Private to this level. */
#pragma once

#include "bundles.h"
#include "process_pass.h"

typedef struct pl_pod {
  const char *uid, *namespace, *name; /* each may be NULL: not told by anything; a pod without UID has a name */
  const char *source;                 /* what tells, for people */
  const char *unnamed;                /* NAMESPACE is NULL, and this could not be read; else NULL */
  bool from_file;                     /* a static pod */
  bool own;                           /* the one that we run in */
} pl_pod;

typedef struct pl_pods {
  pl_pod *items; /* in the order of their first process */
  size_t count, capacity;
  pl_node *index;      /* UID -> position */
  bool bundles_listed; /* a container runtime's bundles could be listed whole */
} pl_pods;

/* KUBELET_ROOT: "/var/lib/kubelet". */
void pl_pods_read(pl_host *host, const pl_pass *pass, pl_bundles *bundles, const char *kubelet_root, pl_pods *ret);
/* Live pods that only a bundle shows. OF_THE_NODE: the processes are the node's own. */
void pl_pods_add_bundles(pl_host *host, const pl_pass *pass, pl_bundles *bundles, bool of_the_node, pl_pods *pods);
void pl_pods_mark_own(const pl_host *host, const pl_pass *pass, pl_pods *pods);
const pl_pod *pl_pods_find(const pl_pods *pods, const char *uid);
/* [{namespace, name, uid, static, own, owner_kind, source}], or {unreadable} where the processes are not the node's:
 * WHY then says so. CLUSTER: the facts of a snapshot, which alone tells of owners; may be NULL. */
pl_node *pl_pods_facts(pl_arena *arena, const pl_pods *pods, const pl_node *cluster, const char *why);
