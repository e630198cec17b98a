/* hostPath volumes of workloads that write to a disk in the clear, in the fact `volumes`. Private to this level. */
#pragma once

#include "src/kube/collection.h"

void pl_put_host_paths(pl_collection *collection, pl_node *fact);
