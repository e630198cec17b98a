/* Kubernetes manifests from the templates in src/ship/manifest: text in, text out, line by line. */
#pragma once

#include <stdio.h>

#include "plumbline/core/record.h"

/* A name that templates use. Without texts it is "not set"; a line is repeated for each text of its first name. */
typedef struct pl_template_value {
  const char *name;
  pl_texts texts;
} pl_template_value;

typedef struct pl_template {
  pl_arena *arena;
  const char *directory; /* of the compiled-in files, "src/ship/manifest" */
  const pl_template_value *values;
  size_t count;
  FILE *out;
} pl_template;

/*
 * Write the template NAME, each line behind INDENT blanks. In it
 *   {{name}}              stands for the value of that name,
 *   {{>name}}             alone on a line for another template, as deep as the line stands,
 *   " #if name", "#if !name"   at the end of a line keeps it, and what stands deeper below it, only if the name is
 * (not) set. -1 with ERR when a template asks for what there is not.
 */
int pl_template_put(const pl_template *template, const char *name, size_t indent, pl_error *err);
