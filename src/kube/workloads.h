/* Facts `workloads` (plumbline-facts(5)): what holds each container on the node back. Private to this level. */
#pragma once

#include "collection.h"

pl_node *pl_workloads_facts(pl_collection *collection);
