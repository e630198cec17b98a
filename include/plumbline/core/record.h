/*
 * From a document tree to a C struct by a table, for files people write for us. Unknown keys (with the nearest
 * known one), missing required keys and wrong types are all reported, each with file, line and column.
 */
#pragma once

#include "plumbline/core/node.h"

typedef enum pl_field_kind {
  PL_FIELD_TEXT,    /* const char * */
  PL_FIELD_BOOLEAN, /* bool */
  PL_FIELD_INTEGER, /* int64_t */
  PL_FIELD_TEXTS,   /* pl_texts: a list of strings, or one string */
  PL_FIELD_ENUM,    /* int: index into NAMES */
  PL_FIELD_TIME,    /* int64_t: seconds since the epoch */
  PL_FIELD_NODE     /* const pl_node *: read further by the caller */
} pl_field_kind;

typedef struct pl_texts {
  const char *const *items;
  size_t count;
} pl_texts;

static inline bool pl_texts_have(pl_texts list, const char *text) {
  for (size_t i = 0; i < list.count; i++)
    if (pl_equal(list.items[i], text))
      return true;
  return false;
}

typedef struct pl_field {
  const char *key;
  pl_field_kind kind;
  size_t offset;
  bool required;
  const char *const *names; /* PL_FIELD_ENUM, NULL-terminated */
} pl_field;

/*
 * Fill RET (zeroed by the caller) from NODE. WHAT names the record in messages ("control", "waiver").
 * FILE comes from NODE's source. False when any fault was added. A member offset of present flags is not needed:
 * texts and nodes stay NULL; for scalars a default is what the caller put in RET beforehand.
 */
bool pl_record_read(pl_arena *arena, const pl_node *node, const char *what, const pl_field *fields, size_t count,
                    void *ret, pl_faults *faults);
/* "; did you mean X?" or "" for KEY among the NULL-terminated KNOWN. */
const char *pl_nearest(pl_arena *arena, const char *key, const char *const *known);
/* A fault at NODE's position. */
void pl_node_fault(pl_faults *faults, const pl_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
