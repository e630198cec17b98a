/*
 * Definitions, platform records and version tables: compiled in, or from a directory (--benchmarks DIR).
 * Names are those of the repository, "benchmarks/platforms/kubeadm.yaml"; DIR stands for "benchmarks".
 */
#pragma once

#include "plumbline/core/node.h"

typedef struct pl_data pl_data;

/*
 * DIRECTORY NULL: the compiled-in files. A directory that is not owned by root or the caller, or that group or others
 * may write (the same for each directory and file in it), is refused (PL_ERR_USAGE) unless UNSAFE. Its *.yaml files are
 * all read here, once, so that what is judged by is what the digest is of; hidden names are left out. Where DIRECTORY
 * has no folder "platforms" or "kubernetes" the compiled-in one serves: a directory may hold nothing but a benchmark.
 * Free with pl_data_close.
 */
pl_data *pl_data_open(pl_arena *arena, const char *directory, bool unsafe, pl_error *err);
void pl_data_close(pl_data *data); /* names and paths live on in the arena */
bool pl_data_has(const pl_data *data, const char *name);
/*
 * The document NAME, in ARENA, with its positions; NULL after faults, of which a file that is not there is one. What is
 * compiled in was read when it was built: it unpacks quickly and has no faults.
 */
pl_node *pl_data_document(pl_arena *arena, const pl_data *data, const char *name, pl_faults *faults);
/* Texts of the document NAME are part of the program and outlive ARENA; else they are in it. */
bool pl_data_is_compiled_in(const pl_data *data, const char *name);
/* Names below PREFIX ("benchmarks/platforms/"), sorted, ending with NULL. */
const char *const *pl_data_names(pl_data *data, const char *prefix);
/* For messages: path of NAME as a person would open it. */
const char *pl_data_shown(pl_data *data, const char *name);
/* SHA-256 over all names and contents, hex: the definitions digest of the report's header. */
const char *pl_data_digest(pl_data *data);
