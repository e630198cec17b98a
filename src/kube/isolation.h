/* What the node shows of the isolation of its control plane. Private to this level. */
#pragma once

#include "collection.h"

/* The fact `isolation`, after all components, pods and the snapshot. ROLES: those of the fact `platform`. */
pl_node *pl_isolation_facts(const pl_collection *collection, const pl_node *roles);
/* [{name (a path), kind, power, why}] of keys and kubeconfigs that only a control plane needs, where none runs. */
pl_node *pl_stray_credentials(const pl_collection *collection);
/* "snapshot", "snapshot-stale", "chosen", "missing", "single-node", "missing-stale", "flag", "default", "schedulable"
 * or "unknown"; *RET_BECAUSE says by what. */
const char *pl_taint_evidence(const pl_collection *collection, const char **ret_because);
