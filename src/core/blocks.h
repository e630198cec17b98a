/* Memory of arenas, in blocks. Private to this level. */
#pragma once

#include <stddef.h>

/*
 * At least SIZE bytes, aligned for anything, NOT zeroed; aborts when there is no memory. Of one thread only.
 *
 * The kernel takes long to hand out a page, longer than a short run takes to fill it. So blocks come from one region of
 * huge pages where the kernel gives such on request (transparent_hugepage "madvise" or "always"), and from malloc once
 * it is used up.
 */
void *pl_block_take(size_t size);
void pl_block_give(void *block, size_t size); /* SIZE as it was asked for */
