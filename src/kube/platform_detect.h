/* Which platform record fits the node. Private to this level. */
#pragma once

#include "collection.h"

/*
 * The first record of which a test for a process holds, else the first of which another does. COMPONENTS_KNOWN false:
 * tests for components are left aside, and when nothing else holds the first record that has such a test serves as
 * layout for the time being.
 */
void pl_platform_detect(pl_collection *collection, bool components_known);
/* {name, evidence, kubernetes_version, ..., roles}: see plumbline-facts(5). */
pl_node *pl_platform_facts(const pl_collection *collection);
