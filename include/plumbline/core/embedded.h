/* The files of benchmarks/ and some of src/ship/, compiled in. Paths are relative to the repository:
 * "benchmarks/platforms/kubeadm.yaml". */
#pragma once

#include "plumbline/core/text.h"

typedef struct pl_embedded {
  const char *path;
  pl_bytes content;
} pl_embedded;

extern const pl_embedded pl_embedded_files[]; /* sorted by path, ends with path NULL */
const pl_embedded *pl_embedded_find(const char *path);
