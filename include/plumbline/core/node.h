/*
 * The document tree: what YAML, JSON and TOML are read into, and what facts are made of.
 *
 * Nodes live in an arena. Members keep their order; a second value for a key replaces the first in place
 * (readers that must refuse duplicates do so themselves). Lookups are hashed in large objects.
 * Strings carry their length and are terminated; those of facts are escaped (escape.h), those of
 * documents are raw bytes. Scalars keep style and position, so that a verdict can name file and line.
 *
 * Numbers as Kubernetes takes them: sigs.k8s.io/yaml turns every YAML number into a JSON number, floats in their
 * shortest form, and Go then decodes that text into the field. So 1e4, 10255.0 and 08 are PL_REAL here and good values
 * of an integer field, while 1.0 in a document of JSON is not, since Go sees it as it stands: a reader of an integer
 * field asks pl_integral, not the kind. A number beyond int64 is PL_REAL too, and no integer field takes it.
 */
#pragma once

#include "plumbline/core/text.h"

typedef enum pl_kind { PL_NULL, PL_BOOLEAN, PL_INTEGER, PL_REAL, PL_STRING, PL_LIST, PL_OBJECT } pl_kind;

/* Where a node was read: one per document, shared by its nodes. */
typedef struct pl_source {
  const char *where; /* path as shown to people */
  const char *layer; /* "file", "drop-in", ... set by whoever reads it; NULL when it does not matter */
} pl_source;

typedef struct pl_node pl_node;
typedef struct pl_member {
  const char *key;
  pl_node *value;
  uint32_t line, column; /* of the key */
} pl_member;

struct pl_node {
  pl_kind kind;
  bool quoted;    /* a scalar that was written with quotes or as a block */
  bool duplicate; /* its key stood more than once in the document; this is the last */
  uint32_t line, column;
  const pl_source *source;
  union {
    struct {
      union {
        bool boolean;
        int64_t integer;
        double real;
      };
      const char *raw; /* null, boolean, integer, real: as it stood in a YAML document; else NULL */
    };
    pl_bytes string;
    struct {
      pl_node **items;
      size_t count, capacity;
    } list;
    struct {
      pl_member *members;
      size_t count, capacity;
      uint32_t *index; /* hash index, private to node.c */
      size_t index_size;
    } object;
  };
};

const char *pl_kind_name(pl_kind kind); /* "null", "boolean", "integer", "real", "string", "list", "object" */

pl_node *pl_node_null(pl_arena *arena);
pl_node *pl_node_boolean(pl_arena *arena, bool value);
pl_node *pl_node_integer(pl_arena *arena, int64_t value);
pl_node *pl_node_real(pl_arena *arena, double value); /* no tree holds inf or nan: they become strings of that name */
pl_node *pl_node_bytes(pl_arena *arena, const char *data, size_t length); /* copied as is */
pl_node *pl_node_string(pl_arena *arena, const char *text);               /* copied as is; NULL gives a null node */
pl_node *
pl_node_clean(pl_arena *arena,
              const char *text); /* copy for facts: escaped, users left out of URLs (url.h); NULL gives a null node */
/* In place, of facts that somebody else wrote: texts and names that hold what must not be shown (escape.h) are escaped.
 */
void pl_node_escape(pl_arena *arena, pl_node *node);
pl_node *pl_node_printf(pl_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3))); /* escaped */
pl_node *pl_node_list(pl_arena *arena);
pl_node *pl_node_object(pl_arena *arena);
pl_node *pl_node_object_for(pl_arena *arena, size_t members); /* with room for so many, where there are many such */
pl_node *pl_node_copy(pl_arena *arena, const pl_node *node);  /* deep, positions and source kept */

void pl_list_add(pl_arena *arena, pl_node *list, pl_node *item);
void pl_list_add_text(pl_arena *arena, pl_node *list, const char *text); /* escaped */
/*
 * Set or replace. KEY is copied as is, unless it is a literal, which lives anyway; keys of facts that come from a node
 * must be escaped by the caller.
 */
void pl_object_set(pl_arena *arena, pl_node *object, const char *key, pl_node *value);
void pl_object_put(pl_arena *arena, pl_node *object, const char *key, pl_node *value); /* KEY is kept, not copied */
#define pl_object_set(arena, object, key, value)                                                                       \
  (__builtin_constant_p(key) ? pl_object_put : pl_object_set)((arena), (object), (key), (value))
/* The same with values made here. TEXT is escaped; NULL gives a null node. */
static inline void pl_object_set_text(pl_arena *arena, pl_node *object, const char *key, const char *text) {
  pl_object_set(arena, object, key, pl_node_clean(arena, text));
}
static inline void pl_object_set_integer(pl_arena *arena, pl_node *object, const char *key, int64_t value) {
  pl_object_set(arena, object, key, pl_node_integer(arena, value));
}
static inline void pl_object_set_boolean(pl_arena *arena, pl_node *object, const char *key, bool value) {
  pl_object_set(arena, object, key, pl_node_boolean(arena, value));
}
bool pl_object_remove(pl_node *object, const char *key);

/* NULL when NODE is NULL, is no object or has no such key. */
pl_node *pl_get(const pl_node *node, const char *key);
pl_member *pl_get_member(const pl_node *node, const char *key);
/* Dotted path "a.b.c"; a list index is "a.[0].b". NULL when anything on the way is missing. */
pl_node *pl_get_path(const pl_node *node, const char *path);
/* Readers with a fallback for absent or other kinds. */
const char *pl_get_text(const pl_node *node, const char *key, const char *fallback);
bool pl_get_boolean(const pl_node *node, const char *key, bool fallback);
int64_t pl_get_integer(const pl_node *node, const char *key, int64_t fallback);
/* What an integer field of Go gets from NODE: an integer, or a real of YAML (it has raw text) without a fraction. */
bool pl_integral(const pl_node *node, int64_t *ret);
/* A scalar as written: the text of a string, raw of the others; NULL for lists, objects and what was made by hand. */
const char *pl_raw(const pl_node *node);

static inline bool pl_is(const pl_node *node, pl_kind kind) { return node && node->kind == kind; }
static inline size_t pl_count(const pl_node *node) {
  return pl_is(node, PL_LIST) ? node->list.count : pl_is(node, PL_OBJECT) ? node->object.count : 0;
}
/* Text of a string node, NULL for every other kind. */
static inline const char *pl_text(const pl_node *node) { return pl_is(node, PL_STRING) ? node->string.data : NULL; }

/* Text of an item of a list, "" when it is none. */
static inline const char *pl_item_text(const pl_node *item) {
  const char *text = pl_text(item);
  return text ? text : "";
}

/* TEXT is among the items of LIST; false where it is no list. */
bool pl_list_has(const pl_node *list, const char *text);

/* Deep equality of values; positions, styles and the order of members do not count. Integers equal only integers. */
bool pl_node_equal(const pl_node *a, const pl_node *b);
/* Short text of a value for people: scalars bare, lists "a, b", objects "{k: v}"; cut at MAXIMUM bytes with "...". */
char *pl_node_show(pl_arena *arena, const pl_node *node, size_t maximum);

/* Loops over the items of a list or the members of an object, none for anything else; NODE is evaluated once. */
static inline pl_node **pl_items(const pl_node *node, pl_node ***ret_end) {
  pl_node **items = pl_is(node, PL_LIST) ? node->list.items : NULL;
  *ret_end = items ? items + node->list.count : NULL;
  return items;
}
static inline pl_member *pl_members(const pl_node *node, pl_member **ret_end) {
  pl_member *members = pl_is(node, PL_OBJECT) ? node->object.members : NULL;
  *ret_end = members ? members + node->object.count : NULL;
  return members;
}
#define pl_each_item(item, node)                                                                                       \
  for (pl_node * *end_##item, **at_##item = pl_items((node), &end_##item), *item = NULL;                               \
       at_##item < end_##item && (item = *at_##item, true); at_##item++)
#define pl_each_member(member, node)                                                                                   \
  for (pl_member * end_##member, *member = pl_members((node), &end_##member); member < end_##member; member++)
