/* Blocks by powers of two, cut from one region and kept in lists once they were given back. */
#include "src/core/blocks.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
  HUGE_PAGE = 2 * 1024 * 1024,
  REGION = 2 * HUGE_PAGE, /* what a node of some hundred processes takes */
  SMALLEST_SHIFT = 12,
  CLASSES = 8 /* 4 KiB to 512 KiB */
};

typedef struct given {
  struct given *next;
} given;

static struct {
  char *start, *next, *end;
  given *classes[CLASSES];
  bool asked;
} region;

/* The class of the smallest power of two that holds SIZE, CLASSES if there is none. */
static size_t class_of(size_t size) {
  size_t ret = 0;
  while (ret < CLASSES && ((size_t)1 << (SMALLEST_SHIFT + ret)) < size)
    ret++;
  return ret;
}

/* Of twice the size some part lies on the huge page's bounds; the rest is never touched. */
static void reserve(void) {
  region.asked = true;
  char *all =
      mmap(NULL, REGION + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (all == MAP_FAILED)
    return;
  region.start = all + (-(uintptr_t)all & (HUGE_PAGE - 1));
  region.next = region.start;
  region.end = region.start + REGION;
  madvise(region.start, REGION, MADV_HUGEPAGE); /* where that is refused, the region is one of small pages */
}

static void *cut(size_t size) {
  if (!region.asked)
    reserve();
  if (size > (size_t)(region.end - region.next))
    return NULL;
  void *block = region.next;
  region.next += size;
  return block;
}

void *pl_block_take(size_t size) {
  size_t class = class_of(size);
  given *block = class < CLASSES ? region.classes[class] : NULL;
  if (block) {
    region.classes[class] = block->next;
    return block;
  }
  void *fresh = class < CLASSES ? cut((size_t)1 << (SMALLEST_SHIFT + class)) : NULL;
  fresh = fresh ? fresh : malloc(size);
  if (!fresh)
    abort();
  return fresh;
}

void pl_block_give(void *block, size_t size) {
  char *at = block;
  if (at < region.start || at >= region.end) {
    free(block);
    return;
  }
  given *back = block;
  size_t class = class_of(size);
  back->next = region.classes[class];
  region.classes[class] = back;
}
