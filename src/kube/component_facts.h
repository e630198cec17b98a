/* Components in facts. Private to this level. */
#pragma once

#include "components.h"

/* The first instance, the rest under `others`. */
pl_node *pl_component_facts(pl_arena *arena, const pl_component *component);
