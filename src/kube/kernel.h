/* What the node's kernel is set to and can do. Private to this level. */
#pragma once

#include "plumbline/core/node.h"
#include "plumbline/host/host.h"

/* Facts `kernel` (plumbline-facts(5)): {sysctls, security, confidential}. */
pl_node *pl_kernel_facts(pl_arena *arena, const pl_host *host);
