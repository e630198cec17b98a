/*
 * Benchmark definitions in memory. They are read from YAML (format: plumbline-benchmark(5)), one source for all
 * editions; what is here is already resolved for one edition. All of it lives in the arena it was loaded into.
 */
#pragma once

#include "plumbline/core/data.h"
#include "plumbline/core/node.h"
#include "plumbline/core/record.h"
#include "plumbline/core/regex.h"

typedef enum pl_expression_kind {
  PL_EXPR_ALL,
  PL_EXPR_ANY,
  PL_EXPR_NOT,
  PL_EXPR_WHEN,
  PL_EXPR_MANUAL,
  PL_EXPR_SETTING,
  PL_EXPR_FACT,
  PL_EXPR_FILES
} pl_expression_kind;

typedef enum pl_test {
  PL_TEST_IS,
  PL_TEST_IS_NOT,
  PL_TEST_ONE_OF,
  PL_TEST_NONE_OF,
  PL_TEST_SET,
  PL_TEST_UNSET,
  PL_TEST_AT_LEAST,
  PL_TEST_AT_MOST,
  PL_TEST_CONTAINS,
  PL_TEST_CONTAINS_ALL,
  PL_TEST_CONTAINS_NONE,
  PL_TEST_SUBSET_OF,
  PL_TEST_MATCHES,
  PL_TEST_LOOPBACK,
  PL_TEST_COUNT_AT_LEAST,
  PL_TEST_DIFFERS_FROM,
  PL_TEST_DISJOINT_FROM,
  PL_TEST_GIVEN,
  PL_TEST_MODE,
  PL_TEST_OWNER,
  PL_TEST_EXISTS,
  PL_TEST_ABSENT,
  PL_TEST_SHOW /* no test: a subject that MANUAL shows */
} pl_test;

typedef enum pl_compare_as {
  PL_AS_NATURAL,
  PL_AS_DURATION,
  PL_AS_QUANTITY,
  PL_AS_INTEGER,
  PL_AS_MODE,
  PL_AS_TEXT,
  PL_AS_GLOB, /* operands are patterns: '*', '?', '[...]' */
  PL_AS_OWNER /* parameters only */
} pl_compare_as;
typedef enum pl_when { PL_WHEN_UNSAID, PL_WHEN_PASS, PL_WHEN_FAIL, PL_WHEN_ERROR, PL_WHEN_NOT_APPLICABLE } pl_when;

typedef struct pl_expression pl_expression;
struct pl_expression {
  pl_expression_kind kind;
  const char *because;            /* or NULL */
  const pl_expression **children; /* ALL, ANY: all; NOT: 1; WHEN: condition, then, else; MANUAL: what to show */
  size_t child_count;
  size_t parts;                /* it and all below, as often as they are named: what judging it costs */
  const char *component, *key; /* SETTING: "kubelet", "authentication.anonymous.enabled"; FACT: key is the path */
  const char *files;           /* FILES: name of a set, a path or a glob */
  bool named_set;              /* FILES: it is a name of facts' file_sets */
  pl_test test;
  bool every;         /* the test holds for each item of the list */
  const char *member; /* EVERY: of each item, a record, this member; NULL: the item itself */
  const pl_node *operand;
  const char *other_component, *other_key; /* DIFFERS_FROM, DISJOINT_FROM */
  const char
      *parameter; /* the site file's parameter of this name takes OPERAND's place; OPERAND is its default, or NULL */
  const char *parameter_title;
  const pl_regex *regex; /* MATCHES */
  pl_compare_as as;
  pl_when when_unset, when_empty;
  const char *type;     /* FILES: "file", "directory" or NULL */
  unsigned max_depth;   /* FILES: 0 not said */
  const char *question; /* MANUAL */
  pl_texts show;        /* MANUAL: subjects as written */
  uint32_t line, column;
};

typedef struct pl_decide_input {
  const char *name, *fact; /* FACT: the subject as written */
  const pl_expression *subject;
  bool holds; /* SUBJECT is an expression, and the input is whether it holds: "true", "false", "unsaid" */
  pl_texts values;
  const char *when_missing; /* or NULL */
} pl_decide_input;

typedef struct pl_decide_condition {
  size_t input;
  pl_texts values;
} pl_decide_condition;

typedef struct pl_decide_row {
  const char *row, *verdict, *because;
  pl_decide_condition *conditions;
  size_t condition_count;
  uint32_t line;
} pl_decide_row;

typedef struct pl_decide {
  pl_decide_input *inputs;
  size_t input_count;
  pl_decide_row *rows;
  size_t row_count;
  const pl_expression *show; /* further evidence, its children; none of it decides */
} pl_decide;

typedef struct pl_control {
  const char *key, *id, *title;
  const char *section, *section_title; /* "4.2", "Kubelet" */
  const char *benchmark;               /* "cis-kubernetes" */
  int level;
  bool automated;
  const pl_expression *applies, *expect, *letter;
  const char *letter_because;
  const pl_decide *decide;
  const char *why, *fix;
  pl_texts stig, nsa;
  const char *file;
  uint32_t line;
} pl_control; /* a purely manual control has an EXPECT of kind PL_EXPR_MANUAL */

typedef struct pl_edition {
  const char *version;
  int kubernetes_from, kubernetes_to; /* minors for which it is chosen; 0: never by itself */
} pl_edition;

typedef struct pl_parameter {
  const char *name, *title;
  const pl_node *default_value; /* NULL: it decides nothing until the site file gives it */
  pl_compare_as as;
  pl_kind kind; /* of a value that is not compared in a way of its own; PL_NULL: any */
  uint32_t line, column;
} pl_parameter;

typedef struct pl_benchmark {
  const char *id, *title;
  pl_edition *editions;
  size_t edition_count;
  const pl_edition *edition;   /* the one these controls are of */
  bool edition_covers;         /* false: no edition covers the node's version, the nearest was taken */
  const char *edition_because; /* why this edition, for the report */
  pl_control *controls;        /* in the order of their files, which is the order of ids */
  size_t control_count;
  size_t deselected;  /* taken away by --only, --skip, --level: they stand behind control_count */
  pl_texts elsewhere; /* keys of controls that other editions have and this one has not */
  pl_parameter *parameters;
  size_t parameter_count;
} pl_benchmark;
