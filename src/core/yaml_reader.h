/* The state of reading one YAML stream, shared by yaml.c (streams, documents) and yaml_build.c (events into nodes). */
#pragma once

#include <yaml.h>

#include "plumbline/core/limits.h"
#include "plumbline/core/yaml.h"

typedef enum pl_yaml_rules {
  PL_YAML_RULES_OURS,
  PL_YAML_RULES_THEIRS,
  PL_YAML_RULES_JSON /* THEIRS for a document that is JSON: its numbers get no raw text, see pl_integral */
} pl_yaml_rules;

/* A list or object that is not finished. */
typedef struct pl_yaml_frame {
  pl_node *node;
  const char *key; /* of the value that comes next; NULL with has_key: that value is dropped */
  yaml_mark_t key_mark;
  bool has_key;
  bool merging; /* the value that comes next stands under "<<" */
  bool secret;  /* a scalar that comes next here is a secret */
  bool is_key;  /* this list or object stands where a key should */
} pl_yaml_frame;

typedef struct pl_yaml_reader {
  pl_arena *arena;
  yaml_parser_t parser;
  pl_yaml_rules rules;
  const pl_source *source;
  size_t budget; /* nodes that may still be made */
  pl_yaml_frame frames[PL_DOCUMENT_DEPTH_MAX];
  size_t depth;
  pl_node *root;
  pl_node *anchors;  /* anchor name -> its node */
  pl_faults *faults; /* OURS: what does not end the reading goes here */
  pl_error *err;     /* what ends it */
} pl_yaml_reader;

/* Take one event between the start and the end of a document. */
int pl_yaml_take(pl_yaml_reader *reader, yaml_event_t *event);
/* Fill the reader's error, with the position MARK. */
int pl_yaml_fail(const pl_yaml_reader *reader, const yaml_mark_t *mark, pl_error_kind kind, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A fault in OURS, an error for the others. */
int pl_yaml_refuse(const pl_yaml_reader *reader, const yaml_mark_t *mark, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
