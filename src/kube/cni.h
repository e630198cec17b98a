/* The CNI in facts: which network pods have, and whether what they send to other nodes is encrypted. Private to this
 * level. */
#pragma once

#include "collection.h"

pl_node *pl_cni_facts(pl_collection *collection);
