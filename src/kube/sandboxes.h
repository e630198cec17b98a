/* Facts `sandboxes` (plumbline-facts(5)): runtimes that keep a pod away from the node's kernel. Private to this level.
 */
#pragma once

#include "collection.h"

/* CONFIDENTIAL: kernel.confidential of the facts. */
pl_node *pl_sandboxes_facts(pl_collection *collection, const pl_node *confidential);
