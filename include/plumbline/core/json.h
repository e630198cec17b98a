/* JSON by jansson: strict UTF-8, duplicate keys refused, caps of limits.h. */
#pragma once

#include <stdio.h>

#include "plumbline/core/node.h"

typedef struct pl_json_limits {
  size_t bytes, nodes, depth;
} pl_json_limits;

extern const pl_json_limits pl_json_document_limits, pl_json_facts_limits;

/* Scalars under pl_yaml_secret_keys are treated as yaml.h says. Lines are not kept by JSON readers: position 0. */
pl_node *pl_json_read(pl_arena *arena, pl_bytes text, const pl_json_limits *limits, const pl_source *source,
                      pl_error *err);
/*
 * Of an object only the members whose names are in KEYS (ending with NULL): for large documents of which little is
 * wanted. By "OUTER/INNER" the member OUTER has only its own member INNER, if it is an object. What lies between is
 * skipped by its brackets and quotes, neither kept nor checked. A text that is no object is read as a whole.
 */
pl_node *pl_json_read_members(pl_arena *arena, pl_bytes text, const char *const *keys, const pl_json_limits *limits,
                              const pl_source *source, pl_error *err);
/*
 * A large text piece by piece: the objects that follow one another in it, but where one has a list under KEY, which
 * holds objects only, the items of that list in place of it. Pieces are found by brackets and quotes; whoever reads a
 * piece checks it. Begin with TEXT and KEY set and the rest zero.
 */
typedef struct pl_json_pieces {
  pl_bytes text;
  const char *key;
  size_t at; /* in TEXT: what follows was not looked at yet */
  bool in_list, first;
} pl_json_pieces;

/* 1: RET is the next piece, within TEXT and so without a NUL behind it. 0: there are no more. -1: ERR, with line. */
int pl_json_next(pl_json_pieces *pieces, pl_bytes *ret, pl_error *err);
/* Line and column of TEXT's byte AT into ERR. */
void pl_json_place(pl_bytes text, size_t at, pl_error *err);
/* Two-space indented, members in their order, a final newline. -1 when OUT failed. */
int pl_json_write(FILE *out, const pl_node *node, pl_error *err);
char *pl_json_text(pl_arena *arena, const pl_node *node, bool indented);

/*
 * The same, piece by piece, for what need not be a tree first. A member of an object has a KEY, an item of a list NULL.
 * What is opened is closed before the end; objects and lists nest to PL_FACTS_DEPTH_MAX.
 */
typedef struct pl_json_out pl_json_out;
pl_json_out *pl_json_out_new(FILE *out);
void pl_json_out_object(pl_json_out *o, const char *key);
void pl_json_out_list(pl_json_out *o, const char *key);
void pl_json_out_close(pl_json_out *o);
void pl_json_out_text(pl_json_out *o, const char *key, const char *text); /* NULL: null */
void pl_json_out_integer(pl_json_out *o, const char *key, int64_t value);
void pl_json_out_boolean(pl_json_out *o, const char *key, bool value);
void pl_json_out_node(pl_json_out *o, const char *key, const pl_node *node); /* NULL: null */
/* The end, which frees O; -1 when OUT failed or a node was nested too deep. */
int pl_json_out_finish(pl_json_out *o, pl_error *err);
