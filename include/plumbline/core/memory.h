/*
 * Memory: arenas for documents, definitions, facts and results; cleanup attributes for handles.
 * Running out of memory aborts, and sizes cannot wrap, so no caller checks for NULL.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct pl_arena pl_arena;

pl_arena *pl_arena_new(void);
void pl_arena_free(pl_arena *arena); /* NULL is fine */

/* Zeroed memory that lives as long as ARENA. */
void *pl_alloc(pl_arena *arena, size_t size);
void *pl_alloc_array(pl_arena *arena, size_t count, size_t size);
char *pl_strdup(pl_arena *arena, const char *text);                 /* NULL gives NULL */
char *pl_strndup(pl_arena *arena, const char *text, size_t length); /* always terminated */
char *pl_printf(pl_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *pl_vprintf(pl_arena *arena, const char *format, va_list args) __attribute__((nonnull, format(printf, 2, 0)));

#define pl_new(arena, type)              ((type *)pl_alloc((arena), sizeof(type)))
#define pl_new_array(arena, type, count) ((type *)pl_alloc_array((arena), (count), sizeof(type)))

/* Make room for one more element in the typed array ITEMS (COUNT used of CAPACITY). */
void *pl_grow(pl_arena *arena, void *items, size_t count, size_t *capacity, size_t size);
#define pl_push(arena, items, count, capacity, value)                                                                  \
  do {                                                                                                                 \
    (items) = pl_grow((arena), (items), (count), &(capacity), sizeof *(items));                                        \
    (items)[(count)++] = (value);                                                                                      \
  } while (0)

/* Heap memory for what is freed before its arena would be. */
void *pl_xmalloc(size_t size);
void *pl_xrealloc(void *memory, size_t size);

static inline void pl_free_cleanup(void *pointer) { free(*(void **)pointer); }
static inline void pl_close_cleanup(int *fd) {
  if (*fd >= 0)
    close(*fd);
}
static inline void pl_arena_cleanup(pl_arena **arena) { pl_arena_free(*arena); }

#define pl_auto_free  __attribute__((cleanup(pl_free_cleanup)))
#define pl_auto_close __attribute__((cleanup(pl_close_cleanup)))
#define pl_auto_arena __attribute__((cleanup(pl_arena_cleanup)))

/* Hand on ownership: returns the value and leaves NULL (or -1) behind. */
#define pl_steal(pointer)                                                                                              \
  ({                                                                                                                   \
    __typeof__(pointer) stolen_ = (pointer);                                                                           \
    (pointer) = NULL;                                                                                                  \
    stolen_;                                                                                                           \
  })
static inline int pl_steal_fd(int *fd) {
  int stolen = *fd;
  *fd = -1;
  return stolen;
}
