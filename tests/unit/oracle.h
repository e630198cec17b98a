/*
 * Cases of real components: a command line, an environment and files, with the configuration that the component ended up with.
 * A case is laid out in a root directory of its own, its component's settings are computed there and compared.
 */
#pragma once

#include "plumbline/core/node.h"
#include "plumbline/kube/settings.h"

typedef void (*oracle_function)(pl_arena *arena, const pl_component_input *input, pl_settings *ret);

typedef struct oracle_component {
  const char *name;
  oracle_function settings;
} oracle_component;

/* What a case showed: NULL when everything agrees, else the first disagreement. */
typedef struct oracle_result {
  const char *id, *component, *version;
  const char *disagreement;
} oracle_result;

/* One line of a corpus. False when it is of no component in COMPONENTS (which end with a NULL name). */
bool oracle_run(pl_arena *arena, const char *line, size_t length, const oracle_component *components, pl_tables *tables, oracle_result *ret);
