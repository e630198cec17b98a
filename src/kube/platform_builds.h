/* The part of a platform record that tells what a vendor's build of a component has of its own. Private to this level.
 */
#pragma once

#include "plumbline/kube/platform.h"

/* Entries of `builds` (NULL: none) into PLATFORM. False when any fault was added. */
bool pl_platform_read_builds(pl_arena *arena, const pl_node *node, pl_platform *platform, pl_faults *faults);
