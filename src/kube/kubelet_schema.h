/*
 * KubeletConfiguration as a tree of fields, and the two ways between documents and values. Private to this level.
 *
 * A configuration is an object by v1beta1 keys that holds what is set: absent means Go's zero value or nil. Its leaves
 * keep where they were read (source, line); defaults have no source. Integers, durations and booleans stand in their
 * canonical form.
 */
#pragma once

#include "plumbline/kube/settings.h"

typedef enum pl_schema_kind {
  PL_SCHEMA_BOOLEAN,
  PL_SCHEMA_INT32,
  PL_SCHEMA_INT64,
  PL_SCHEMA_REAL,
  PL_SCHEMA_STRING,
  PL_SCHEMA_DURATION,
  PL_SCHEMA_STRINGS,
  PL_SCHEMA_NUMBERS,
  PL_SCHEMA_TEXTS,
  PL_SCHEMA_GATES,
  PL_SCHEMA_HEADERS,
  PL_SCHEMA_OBJECT,
  PL_SCHEMA_OBJECTS,
  PL_SCHEMA_ANY
} pl_schema_kind;

typedef struct pl_schema {
  const char *name;    /* key in the document */
  const char *go_name; /* of the field, which 1.29 to 1.31 merge drop-ins by */
  const char *path;    /* dotted, without "[]" */
  pl_schema_kind kind;
  bool pointer, always, file_path;
  const pl_table_entry *entry; /* NULL: the root */
  struct pl_schema *first, *last,
      *next; /* fields of objects and of the items of OBJECTS; the next field beside this one */
} pl_schema;

/* Fields of TABLE in 1.MINOR. */
pl_schema *pl_schema_build(pl_arena *arena, const pl_table *table, int minor);

/* How a document's keys find their fields. */
typedef enum pl_schema_names {
  PL_NAMES_EXACT,  /* k8s.io readers: case counts */
  PL_NAMES_FOLDED, /* encoding/json: the exact key, else one that differs in case; later keys, in sorted order, win */
  PL_NAMES_GO      /* as FOLDED, with the names of Go fields */
} pl_schema_names;

typedef struct pl_schema_reading {
  pl_arena *arena;
  pl_schema_names names;
  pl_settings *notes; /* where unknown keys are noted; NULL: not wanted */
} pl_schema_reading;

/* Read DOCUMENT over the configuration INTO. ERR (SYNTAX, with its line) is the first value that does not fit its
 * field. */
int pl_schema_decode(const pl_schema_reading *reading, const pl_schema *root, const pl_node *document, pl_node *into,
                     pl_error *err);
/* The JSON that Go makes of CONFIG: by its v1beta1 tags, or by Go names with everything written out. Leaves are shared
 * with CONFIG. */
pl_node *pl_schema_encode(pl_arena *arena, const pl_schema *root, const pl_node *config, bool go_names);

/* Go's zero value or nil. NODE NULL is. */
bool pl_schema_is_zero(const pl_schema *field, const pl_node *node);
/* The zero value as it is shown: false, 0, "", "0s", null. */
pl_node *pl_schema_zero(pl_arena *arena, const pl_schema *field);

/* Value at a dotted PATH of CONFIG, NULL when it is not set. Set it (objects on the way are made), or take it away with
 * VALUE NULL. */
pl_node *pl_config_get(const pl_node *config, const char *path);
void pl_config_set(pl_arena *arena, pl_node *config, const char *path, pl_node *value);
/* Every field of ROOT that is no object, depth first; objects of lists are leaves. */
typedef void (*pl_schema_visitor)(const pl_schema *field, void *context);
void pl_schema_each_leaf(const pl_schema *root, pl_schema_visitor visit, void *context);
