/* What stands among the facts in place of a value that could not be read. Private to this level. */
#pragma once

#include "plumbline/core/node.h"

/* {unreadable: WHY}, as plumbline-facts(5) has it. */
pl_node *pl_unreadable(pl_arena *arena, const char *why);
