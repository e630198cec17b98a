/* One pass over a node: everything into one facts document (design section 4; shape: plumbline-facts(5)). */
#pragma once

#include "plumbline/core/node.h"
#include "plumbline/host/host.h"

typedef struct pl_collect_options {
  const char *node_name;       /* --node, or NULL */
  const char *kubernetes;      /* --kubernetes, or NULL */
  int64_t now;                 /* seconds since the epoch */
  const char *const *globs;    /* paths and globs that the selected definitions name */
  size_t glob_count;
} pl_collect_options;

/* Never fails as a whole: what cannot be read is recorded in the facts as such. */
pl_node *pl_collect(pl_arena *arena, pl_host *host, const pl_collect_options *options);
