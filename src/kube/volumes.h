/* The fact `volumes`: persistent volumes on the node and what they lie on. Private to this level. */
#pragma once

#include "src/kube/collection.h"

pl_node *pl_volume_facts(pl_collection *collection);
/* "in memory", ...: STORAGE as {rest, chain, because} put into FACT. */
void pl_put_storage(pl_arena *arena, pl_node *fact, const pl_storage *storage);
