/* Configuration that changed after the process that reads it at its start. Private to this level. */
#pragma once

#include "instance.h"

/* [{path, why}]. Files that a component reads again by itself (kubeconfigs, certificates, authentication,
   authorization, encryption with automatic reload) are not in it. DRIFT: flags in which the manifest and the process
   differ, NULL: none. */
pl_node *pl_not_in_force(pl_arena *arena, const pl_instance *instance, const char *drift);
