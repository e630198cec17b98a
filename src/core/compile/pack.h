/* The other direction of packed.h; for the build and the tests, not in the product. */
#pragma once

#include "src/core/packed.h"

/* Bytes for pl_unpack, from a document of our own YAML: there are no reals and no duplicates in it. */
pl_bytes pl_pack(pl_arena *arena, const pl_node *root);
