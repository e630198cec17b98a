/* Bytes, strings and growing buffers. ASCII only, no locale. */
#pragma once

#include "plumbline/core/error.h"
#include "plumbline/core/memory.h"

/* Bytes with their length; DATA is always followed by a NUL that LENGTH does not count. */
typedef struct pl_bytes {
  const char *data;
  size_t length;
} pl_bytes;

/* Both NULL: equal; one NULL: not. Most differ in their first byte. */
static inline bool pl_equal(const char *a, const char *b) {
  return a == b || (a && b && *a == *b && strcmp(a, b) == 0);
}
bool pl_equal_nocase(const char *a, const char *b); /* ASCII letters only */
bool pl_starts(const char *text, const char *prefix);
bool pl_ends(const char *text, const char *suffix);
bool pl_in(const char *text, const char *const *list); /* LIST ends with NULL */
/* Value of the variable NAME in COUNT texts NAME=value, the first one's; NULL when there is none. */
const char *pl_environ(const char *const *variables, size_t count, const char *name);
const char *pl_basename(const char *path);           /* part after the last slash, within PATH */
char *pl_dirname(pl_arena *arena, const char *path); /* "/a/b" -> "/a", "/a" -> "/", "a" -> "." */
/* PATH below BASE when relative, without "." and ".." and double slashes (textually). */
char *pl_path_join(pl_arena *arena, const char *base, const char *path);
/* PREFIX is PATH or one of its parents, by components: "/etc/kube" is not a prefix of "/etc/kubernetes". */
bool pl_path_below(const char *path, const char *prefix);
/* Split at SEPARATOR; empty pieces are kept. Returns the count, pieces in *RET_ITEMS, with a NULL after the last. */
size_t pl_split(pl_arena *arena, const char *text, char separator, const char *const **ret_items);

/* A buffer with a hard maximum. An append past it sets OVERFLOW and changes nothing more; nor do later ones. */
typedef struct pl_buffer {
  char *data; /* heap, always terminated once anything was appended */
  size_t length, capacity, maximum;
  bool overflow;
} pl_buffer;

void pl_buffer_init(pl_buffer *buffer, size_t maximum);
void pl_buffer_free(pl_buffer *buffer);
void pl_buffer_add(pl_buffer *buffer, const char *data, size_t length);
void pl_buffer_text(pl_buffer *buffer, const char *text);
void pl_buffer_printf(pl_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Copy of the content in ARENA. */
pl_bytes pl_buffer_take(pl_buffer *buffer, pl_arena *arena);
#define pl_auto_buffer __attribute__((cleanup(pl_buffer_free)))
