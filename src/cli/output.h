/* Where reports and facts go: whole or not at all. */
#pragma once

#include <stdio.h>

#include "plumbline/core/text.h"

typedef struct pl_output {
  const char *target;    /* path as given; NULL: standard output */
  const char *final;     /* canonical path that the temporary file becomes, or NULL when written directly */
  const char *temporary; /* path while being written, or NULL */
  int directory;         /* of the temporary file, open as long as that is there */
  FILE *stream;          /* not owned for standard output */
} pl_output;

/* Open TARGET (NULL: standard output). A regular or new file gets a temporary name beside it; a device or pipe is
 * written directly. */
int pl_output_open(pl_arena *arena, const char *target, pl_output *ret, pl_error *err);
/* Flush, sync, close, rename. After a failure nothing of it is left, and what stood there before stands. */
int pl_output_commit(pl_output *output, pl_error *err);
/* A signal that ends the process abandons what is open too: exit code 128 and its number. */
void pl_output_abandon(pl_output *output);
/* Both would write to the same place. */
bool pl_output_same(const pl_output *a, const pl_output *b);
