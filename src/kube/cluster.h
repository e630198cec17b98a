/*
 * The cluster snapshot for those who work out facts: read it by these, not by paths. All take the fact `cluster`
 * (collection->cluster), and give nothing when it is not usable as evidence of this node. Private to this level.
 */
#pragma once

#include "plumbline/core/node.h"
#include "plumbline/kube/cluster.h"

/* The fact `cluster` of the node NODE_NAME at NOW; CLUSTER NULL: no snapshot was given. */
pl_node *pl_cluster_facts(pl_arena *arena, const pl_cluster *cluster, const char *node_name, int64_t now);

/* It is of this node's cluster, of whatever age. */
bool pl_cluster_usable(const pl_node *cluster);
/* And not older than PL_CLUSTER_FRESH_SECONDS when the node was looked at: evidence that decides alone. */
bool pl_cluster_fresh(const pl_node *cluster);
/* The snapshot was asked for KIND ("Pod"): it holds at least one, so that what it lacks is not there. */
bool pl_cluster_holds(const pl_node *cluster, const char *kind);
/* NULL when there is none; for the members see plumbline-facts(5). */
const pl_node *pl_cluster_this_node(const pl_node *cluster);
const pl_node *pl_cluster_find_pod(const pl_node *cluster, const char *uid); /* by its UID on the node */
const pl_node *pl_cluster_find_volume(const pl_node *cluster, const char *name);
/* The volume that the claim NAME in NAMESPACE is bound to. */
const pl_node *pl_cluster_claimed_volume(const pl_node *cluster, const char *namespace, const char *name);
const pl_node *pl_cluster_find_storage_class(const pl_node *cluster, const char *name);
