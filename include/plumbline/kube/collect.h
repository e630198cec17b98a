/*
 * One pass over a node: everything into one facts document (design section 4; shape: plumbline-facts(5)).
 *
 * Collection has two halves, because the kernel lets nobody read the links and the environment of other processes any
 * more once Landlock is on: the process pass comes first, then the caller confines itself, then the rest is read.
 */
#pragma once

#include "plumbline/core/data.h"
#include "plumbline/core/node.h"
#include "plumbline/host/confine.h"
#include "plumbline/host/host.h"
#include "plumbline/kube/agents.h"
#include "plumbline/kube/cluster.h"
#include "plumbline/kube/cni.h"
#include "plumbline/kube/platform.h"
#include "plumbline/kube/tables.h"

typedef struct pl_collect_options {
  const char *node_name;     /* --node, or NULL */
  const char *kubernetes;    /* --kubernetes, or NULL */
  int64_t now;               /* seconds since the epoch */
  const pl_cluster *cluster; /* a snapshot, or NULL */
  const char *const *globs;  /* paths and globs that the selected definitions name */
  size_t glob_count;
  const char *snapshots;             /* directory of etcd's snapshots that the site file names, or NULL */
  const pl_platforms *platforms;     /* NULL: none, and so no layout to fall back on */
  const pl_agents *agents;           /* NULL: none are known */
  pl_tables *tables;                 /* flags and defaults by version */
  const pl_cnis *cnis;               /* NULL: none, and so no CNI is known */
  const char *version, *build;       /* of the tool; NULL: not said */
  const pl_confinement *confinement; /* of the caller, as it is when pl_collect_facts begins; NULL: not said */
} pl_collect_options;

typedef struct pl_collection pl_collection;

/* The process pass: recognised components, look-alikes, pods. OPTIONS must outlive the collection; GLOBS may still be
 * filled in later. */
pl_collection *pl_collect_processes(pl_arena *arena, pl_host *host, const pl_collect_options *options);
/* Root directories of the containers that components run in (O_PATH descriptors): what confinement must leave readable.
 */
size_t pl_collect_roots(const pl_collection *collection, const int **ret_fds);
/* The rest, and the facts. Ends COLLECTION. Never fails as a whole: what cannot be read is recorded in the facts as
 * such. */
pl_node *pl_collect_facts(pl_collection *collection);
/* Both halves. */
pl_node *pl_collect(pl_arena *arena, pl_host *host, const pl_collect_options *options);

/* "1.34.9", "v1.34", "1.34.9-eks-abc": the minor version, 0 when TEXT is no version of Kubernetes. */
int pl_kubernetes_minor(const char *text);
