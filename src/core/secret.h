/* Scalars that are secrets: what is kept of them instead of their text. See yaml.h. */
#pragma once

#include "plumbline/core/node.h"

bool pl_is_secret_key(const char *key);
/* {"secret": true, "length": N} for the secret in DATA. DATA itself is the caller's to wipe. */
pl_node *pl_secret_node(pl_arena *arena, const char *data, size_t length);
