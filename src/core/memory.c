/* Arenas: memory that is given out piece by piece and dies together. */
#include "plumbline/core/memory.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>

#include "src/core/blocks.h"

/* Under AddressSanitizer each piece is a block of its own, so that a step past its end is seen. */
#if defined(__SANITIZE_ADDRESS__)
static const bool pieces_alone = true;
#elif defined(__has_feature)
static const bool pieces_alone = __has_feature(address_sanitizer);
#else
static const bool pieces_alone = false;
#endif

enum { FIRST_BLOCK = 4096, LAST_BLOCK = 256 * 1024 };

typedef struct block {
  struct block *next;
  size_t size;
  alignas(max_align_t) char data[];
} block;

struct pl_arena {
  block *blocks; /* all of them, the newest first */
  char *free;    /* what is left of the block that small pieces come from: aligned ones its beginning, texts its end */
  size_t left;
  size_t next_size;
};

static void *must(void *memory) {
  if (!memory)
    abort();
  return memory;
}

static size_t plus(size_t a, size_t b) {
  size_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum))
    abort();
  return sum;
}

static size_t times(size_t a, size_t b) {
  size_t product = 0;
  if (__builtin_mul_overflow(a, b, &product))
    abort();
  return product;
}

pl_arena *pl_arena_new(void) {
  pl_arena *arena = must(calloc(1, sizeof *arena));
  arena->next_size = FIRST_BLOCK;
  return arena;
}

void pl_arena_free(pl_arena *arena) {
  if (!arena)
    return;
  for (block *one = arena->blocks, *next = NULL; one; one = next) {
    next = one->next;
    if (pieces_alone)
      free(one);
    else
      pl_block_give(one, one->size);
  }
  free(arena);
}

/* Not zeroed: most of a block is given out as texts, or not at all. */
static block *add_block(pl_arena *arena, size_t size) {
  size_t whole = plus(sizeof(block), size);
  block *one = pieces_alone ? must(malloc(whole)) : pl_block_take(whole);
  *one = (block){.next = arena->blocks, .size = whole};
  arena->blocks = one;
  return one;
}

static size_t aligned(size_t size) {
  size = size > 0 ? size : 1;
  return plus(size, alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

static void *take(pl_arena *arena, size_t size) {
  size_t wanted = aligned(size);
  if (wanted > arena->left) {
    if (pieces_alone || wanted >= arena->next_size / 4)
      return add_block(arena, size)->data;
    arena->left = arena->next_size - sizeof(block);
    arena->free = add_block(arena, arena->left)->data;
    if (arena->next_size < LAST_BLOCK)
      arena->next_size *= 2;
  }
  void *memory = arena->free;
  arena->free += wanted;
  arena->left -= wanted;
  return memory;
}

void *pl_alloc(pl_arena *arena, size_t size) { return memset(take(arena, size), 0, size); }

void *pl_alloc_array(pl_arena *arena, size_t count, size_t size) { return pl_alloc(arena, times(count, size)); }

/* SIZE bytes that need no alignment. */
static char *alloc_text(pl_arena *arena, size_t size) {
  if (pieces_alone || size > arena->left)
    return take(arena, size);
  arena->left -= size;
  return arena->free + arena->left;
}

char *pl_strndup(pl_arena *arena, const char *text, size_t length) {
  char *copy = alloc_text(arena, plus(length, 1));
  if (length > 0)
    memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

char *pl_strdup(pl_arena *arena, const char *text) { return text ? pl_strndup(arena, text, strlen(text)) : NULL; }

/* TEXT into OUT at AT, where it and an end still fit there; where the next would stand. */
static size_t put(char *out, size_t size, size_t at, const char *text, size_t length) {
  size_t next = plus(at, length);
  if (next < size)
    memcpy(out + at, text, length);
  return next;
}

/* The length of what a FORMAT makes that asks for nothing but %s, which is in OUT if it fits; SIZE_MAX when it asks for
 * more. */
static size_t join(char *out, size_t size, const char *format, va_list args) {
  size_t length = 0;
  for (const char *mark = NULL; (mark = strchr(format, '%')); format = mark + 2) {
    const char *text = mark[1] == 's' ? va_arg(args, const char *) : NULL;
    if (!text)
      return SIZE_MAX;
    length = put(out, size, length, format, (size_t)(mark - format));
    length = put(out, size, length, text, strlen(text));
  }
  return put(out, size, length, format, strlen(format));
}

__attribute__((format(printf, 3, 0))) static size_t print(char *out, size_t size, const char *format, va_list args) {
  int length = vsnprintf(out, size, format, args);
  if (length < 0)
    abort();
  return (size_t)length;
}

/* Most formats only put texts together, and most texts are short: made again only when they did not fit. */
char *pl_vprintf(pl_arena *arena, const char *format, va_list args) {
  __attribute__((uninitialized)) char printed[512];
  va_list again;
  va_copy(again, args);
  size_t length = join(printed, sizeof printed, format, again);
  va_end(again);
  va_copy(again, args);
  if (length == SIZE_MAX)
    length = print(printed, sizeof printed, format, again);
  va_end(again);
  if (length < sizeof printed)
    return pl_strndup(arena, printed, length);
  char *text = alloc_text(arena, plus(length, 1));
  print(text, length + 1, format, args);
  return text;
}

char *pl_printf(pl_arena *arena, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = pl_vprintf(arena, format, args);
  va_end(args);
  return text;
}

/* Make the piece that was given out last larger where it is. */
static bool extend(pl_arena *arena, char *piece, size_t size, size_t larger) {
  size_t more = aligned(larger) - aligned(size);
  if (pieces_alone || !piece || piece + aligned(size) != arena->free || more > arena->left)
    return false;
  memset(piece + size, 0, larger - size);
  arena->free += more;
  arena->left -= more;
  return true;
}

void *pl_grow(pl_arena *arena, void *items, size_t count, size_t *capacity, size_t size) {
  if (count < *capacity)
    return items;
  size_t larger = *capacity > 0 ? times(*capacity, 2) : 4;
  if (*capacity > 0 && extend(arena, items, *capacity * size, times(larger, size))) {
    *capacity = larger;
    return items;
  }
  void *moved = pl_alloc_array(arena, larger, size);
  if (count > 0)
    memcpy(moved, items, count * size);
  *capacity = larger;
  return moved;
}

void *pl_xmalloc(size_t size) { return must(malloc(size > 0 ? size : 1)); }

void *pl_xrealloc(void *memory, size_t size) { return must(realloc(memory, size > 0 ? size : 1)); }
