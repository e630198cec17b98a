/*
 * Definitions and tables as the build leaves them in the binary: read as YAML once, by src/core/compile, and written as
 * bytes that unpack into the same tree with the same positions, some thirty times quicker than YAML is read.
 *
 * Numbers are LEB128, seven bits a byte, the lowest first; signed ones zigzag. A packed document is
 *
 *   NODES ITEMS MEMBERS        how many nodes, list items and object members there are in all
 *   POOL                       length of the texts, then the texts, each with a NUL, no two alike
 *   node                       the root
 *
 * A node is a byte, its kind with PL_PACKED_QUOTED and PL_PACKED_RAW beside it; its position, a signed step from the
 * line before and a column; then by kind: its offset and length in the pool (text), a signed number (integer), 0 or 1
 * (boolean), the count and that many nodes (list), or members, each the offset of its key, the key's position, and a
 * node (object). With RAW the offset of the raw text comes right after the position.
 */
#pragma once

#include "plumbline/core/node.h"

enum { PL_PACKED_KIND = 7, PL_PACKED_QUOTED = 8, PL_PACKED_RAW = 16 };

typedef struct pl_packed {
  const char *name; /* "benchmarks/platforms/kubeadm.yaml" */
  pl_bytes document;
  const char *digest; /* SHA-256 of the YAML text, hex */
} pl_packed;

extern const pl_packed pl_packed_files[]; /* sorted by name, ends with name NULL; generated */

/* The tree in ARENA. Its texts are those of DOCUMENT, which is trusted: it was made by the build. */
pl_node *pl_unpack(pl_arena *arena, pl_bytes document, const pl_source *source);
