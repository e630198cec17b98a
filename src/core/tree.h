/* What the readers of documents need of node.c beyond its public functions. */
#pragma once

#include "plumbline/core/node.h"

/* A key or name of a document in a message: escaped, cut at 64 bytes. */
const char *pl_shown(pl_arena *arena, const char *name);

/*
 * The member of OBJECT named KEY; it is added with a NULL value when there is none, and KEY is then kept, not copied.
 * The pointer is good until the next member is added. *RET_NEW is optional.
 */
pl_member *pl_object_member(pl_arena *arena, pl_node *object, const char *key, bool *ret_new);

/* As pl_node_copy, but text is shared; each node made is taken off *BUDGET, and NULL is returned when it runs out. */
pl_node *pl_node_expand(pl_arena *arena, const pl_node *node, size_t *budget);
