/*
 * What a Go struct takes from a YAML or JSON document: fields by name and type, for the configuration files whose types
 * the version tables do not hold. Private to this level.
 *
 * Rules of k8s.io/apimachinery's serializers: keys are case-sensitive; null leaves a field alone, except a duration
 * that is no pointer; a value of another type always fails; strict readers also refuse unknown and repeated keys.
 */
#pragma once

#include "plumbline/core/node.h"

typedef enum pl_shape_kind {
  PL_SHAPE_TEXT,
  PL_SHAPE_BOOLEAN,
  PL_SHAPE_INT32,
  PL_SHAPE_INTEGER,          /* int64 */
  PL_SHAPE_COUNT,            /* an unsigned integer */
  PL_SHAPE_NUMBER,           /* a float */
  PL_SHAPE_DURATION,         /* metav1.Duration: null is an error */
  PL_SHAPE_DURATION_POINTER, /* *metav1.Duration */
  PL_SHAPE_TEXTS,
  PL_SHAPE_BOOLEANS, /* true or false by name */
  PL_SHAPE_OBJECT,   /* FIELDS */
  PL_SHAPE_OBJECTS,  /* a list of them */
  PL_SHAPE_SECRET,   /* a text that the reader has replaced (yaml.h) */
  PL_SHAPE_ANY
} pl_shape_kind;

typedef struct pl_shape {
  const char *name; /* NULL ends a table */
  pl_shape_kind kind;
  const struct pl_shape *fields;
} pl_shape;

/* apiVersion and kind, to begin each table of a whole document with. */
#define PL_SHAPE_HEADER                                                                                                \
  {"apiVersion", PL_SHAPE_TEXT, NULL}, { "kind", PL_SHAPE_TEXT, NULL }

/* ERR (SYNTAX, with the line) names the first value of a wrong type and, when STRICT, the first unknown or repeated
 * key. */
int pl_shape_check(pl_arena *arena, const pl_node *document, const pl_shape *fields, bool strict, pl_error *err);

/* Called for each key of DOCUMENT that FIELDS has not, which a lenient reader passes over; PATH is where it stands,
   escaped. */
typedef void (*pl_shape_unknown)(const char *path, const pl_member *member, void *context);
void pl_shape_each_unknown(pl_arena *arena, const pl_node *document, const pl_shape *fields, pl_shape_unknown visit,
                           void *context);

/* An apiVersion and kind that a reader knows, in SINCE <= 1.MINOR < UNTIL (0: no bound). */
typedef struct pl_shape_version {
  const char *api_version, *kind; /* API_VERSION NULL ends a table */
  int since, until;
} pl_shape_version;

/* DOCUMENT says what it is, and 1.MINOR (0: some version) knows it. RET_VERSION (may be NULL): which one. */
int pl_shape_header(pl_arena *arena, const pl_node *document, const pl_shape_version *versions, int minor,
                    const pl_shape_version **ret_version, pl_error *err);
