/* What swap and the API server's data lie on, and how old etcd's snapshots are. Private to this level. */
#pragma once

#include "src/kube/collection.h"

pl_node *pl_swap_facts(pl_collection *collection);
/* SETS: the fact `file_sets`, where etcd's directories stand. */
pl_node *pl_etcd_data_facts(pl_collection *collection, const pl_node *sets);
pl_node *pl_snapshot_facts(pl_collection *collection);
