/* Files of src/ship/ that the program prints, compiled in. Paths are relative to the repository: "src/ship/job.yaml".
 * (Definitions and tables are not among them: data.h.) */
#pragma once

#include "plumbline/core/text.h"

typedef struct pl_embedded {
  const char *path;
  pl_bytes content;
} pl_embedded;

extern const pl_embedded pl_embedded_files[]; /* sorted by path, ends with path NULL */
const pl_embedded *pl_embedded_find(const char *path);
