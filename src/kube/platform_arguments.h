/* The part of a platform record that tells what programs of several components start these with. Private to this level.
 */
#pragma once

#include "plumbline/kube/platform.h"

/* Entries of `arguments` and `supervisors` (NULL: none) into PLATFORM. False when any fault was added. */
bool pl_platform_read_arguments(pl_arena *arena, const pl_node *node, pl_platform *platform, pl_faults *faults);
bool pl_platform_read_supervisors(pl_arena *arena, const pl_node *node, pl_platform *platform, pl_faults *faults);
/* NODE is a map; a fault that names it WHAT, else. */
bool pl_platform_is_map(const pl_node *node, const char *what, pl_faults *faults);
/* NODE is a map of texts, or NULL. */
bool pl_platform_is_names(const pl_node *node, const char *what, pl_faults *faults);
