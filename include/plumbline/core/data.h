/*
 * Definitions, platform records and version tables: compiled in, or from a directory (--benchmarks DIR).
 * Names are those of the repository, "benchmarks/platforms/kubeadm.yaml"; DIR stands for "benchmarks".
 */
#pragma once

#include "plumbline/core/text.h"

typedef struct pl_data pl_data;

/* DIRECTORY NULL: the compiled-in files. A directory that is not owned by root or the caller, or that others may write
   (the same for each file in it), is refused (PL_ERR_USAGE) unless UNSAFE. Free with pl_data_close. */
pl_data *pl_data_open(pl_arena *arena, const char *directory, bool unsafe, pl_error *err);
void pl_data_close(pl_data *data);
/* Content of NAME; ABSENT when there is no such file. */
int pl_data_read(pl_data *data, const char *name, pl_bytes *ret, pl_error *err);
/* Names below PREFIX ("benchmarks/platforms/"), sorted, ending with NULL. */
const char *const *pl_data_names(pl_data *data, const char *prefix);
/* For messages: path of NAME as a person would open it. */
const char *pl_data_shown(pl_data *data, const char *name);
/* SHA-256 over all names and contents, hex: the definitions digest of the report's header. */
const char *pl_data_digest(pl_data *data);
