/* Configuration that changed after the process that reads it at its start. Private to this level. */
#pragma once

#include "instance.h"

/* The manifest or unit that says something else than what runs. */
typedef struct pl_drift {
  const char *path;  /* of the file */
  const char *names; /* flags in which they differ, as "--a, --b"; NULL: none */
} pl_drift;

/* [{path, why}]. Files that a component reads again by itself (kubeconfigs, certificates, authentication,
   authorization, encryption with automatic reload) are not in it. */
pl_node *pl_not_in_force(pl_arena *arena, const pl_instance *instance, pl_drift drift);
