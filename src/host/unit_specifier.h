/* Specifiers of a unit, resolved from its name and the node's files. */
#pragma once

#include "plumbline/host/files.h"

typedef struct pl_specifier_context {
  pl_host *host;
  const char *unit; /* "kubelet.service" */
} pl_specifier_context;

/* A pl_specifiers (unit_text.h); CONTEXT is a pl_specifier_context. */
const char *pl_specifiers_resolve(void *context, const char *text, pl_error *err);
