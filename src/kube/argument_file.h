/* Files of arguments that a program of several components starts them with. Private to this level. */
#pragma once

#include "plumbline/core/node.h"
#include "plumbline/host/files.h"
#include "plumbline/kube/settings.h"

typedef struct pl_argument_file_input {
  pl_host *host;
  const char *path;
  const char *program;        /* becomes argv[0] */
  const char *const *environ; /* NAME=value */
  size_t environ_count;
  bool environ_known;
  const pl_node *variables; /* what takes its place when it is not known; NULL: nothing */
} pl_argument_file_input;

typedef struct pl_argument_file {
  const char *const *argv;
  const pl_argument_place *places; /* of each argument; no line for argv[0] */
  size_t argc;
  const char *unknown; /* why the arguments cannot be told, else NULL */
} pl_argument_file;

/* Always fills RET. Words are separated by single spaces; quotes are left out wherever they stand; lines that begin
 * with '#' are comments; $NAME and ${NAME} come from the environment, and what is not in it is empty. Source: kubelite
 * of canonical/microk8s, ReadArgsFromFile (the patches of 1.27 to 1.36 have the same), and Go's os.ExpandEnv. */
void pl_argument_file_read(const pl_argument_file_input *input, pl_argument_file *ret);
