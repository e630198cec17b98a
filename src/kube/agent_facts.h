/* Facts `agents` (plumbline-facts(5)): what watches the node, and whether the audit log leaves it. Private to this
 * level. */
#pragma once

#include "collection.h"

pl_node *pl_agents_facts(pl_collection *collection);
/* Processes of kind KIND that are what they look like. *RET_UNKNOWN: why there may be more, NULL when there are none.
 */
size_t pl_agents_count(const pl_collection *collection, pl_agent_kind kind, const char **ret_unknown);
/* Why there may be agents of KIND that were not seen, NULL when there are none. */
const char *pl_agents_unseen(const pl_collection *collection, pl_agent_kind kind);
/* It runs in a pod or another container, and not among the node's own programs. */
bool pl_agent_in_container(const pl_pass *pass, const pl_agent_process *agent);
/* {name, pid, exe, pod} */
pl_node *pl_agent_fact(const pl_collection *collection, const pl_agent_process *agent);
