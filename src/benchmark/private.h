/* What the files of this folder share: a benchmark as it is read, before an edition is chosen. */
#pragma once

#include "plumbline/benchmark/benchmark.h"
#include "plumbline/benchmark/load.h"
#include "plumbline/benchmark/operand.h"

#define PL_EDITIONS_MAX 64 /* a set of editions is one word */

/* A value, and the editions that it is for. */
typedef struct pl_variant {
  uint64_t editions;
  const pl_node *node; /* while it is read */
  const void *value;   /* what NODE was read into */
} pl_variant;

typedef struct pl_variants {
  pl_variant *items;
  size_t count, capacity;
  uint64_t editions; /* of all items */
} pl_variants;

typedef struct pl_section_source {
  pl_variants id, title;
} pl_section_source;

typedef struct pl_control_source {
  const char *key, *file;
  uint32_t line;
  const pl_node *node; /* for faults, while they are read */
  const pl_section_source *section;
  pl_variants id, title, level, automated, applies, expect, letter, manual, decide, why, fix;
  pl_texts stig, nsa;
} pl_control_source;

typedef struct pl_letter {
  const pl_expression *expect;
  const char *because;
} pl_letter;

typedef struct pl_condition {
  const char *name;
  const pl_expression *expression;
} pl_condition;

struct pl_definitions {
  pl_arena *arena;
  const char *id, *title;
  pl_edition *editions;
  size_t edition_count, edition_capacity;
  pl_parameter *parameters;
  size_t parameter_count, parameter_capacity;
  pl_condition *conditions;
  size_t condition_count, condition_capacity;
  pl_control_source **controls;
  size_t control_count, control_capacity;
  pl_node *keys, *ids; /* seen so far, for duplicates */
  pl_regex **regexes;
  size_t regex_count, regex_capacity;
};

typedef struct pl_reader {
  pl_arena *arena;
  pl_faults *faults;
  pl_definitions *set;
  bool alone;  /* a file by itself: editions, parameters and conditions are not known */
  bool proved; /* compiled in: the build has seen to what takes long to prove and needs nothing else to be read */
} pl_reader;

/* text.c: a text that people will read; NULL with a fault when NODE is none. LINES: it may have several. */
const char *pl_read_text(pl_reader *r, const pl_node *node, const char *what);
const char *pl_read_lines(pl_reader *r, const pl_node *node, const char *what);

/* edition.c */
#define PL_ALL_EDITIONS UINT64_MAX
/* NODE by edition, or for all of them; overlaps and unknown editions are faults. */
pl_variants pl_read_variants(pl_reader *r, const pl_node *node, const char *what);
/* The value for edition number INDEX, or NULL. */
const pl_variant *pl_variant_of(const pl_variants *variants, size_t index);
/* "1.9, 1.10" of a set of editions. */
const char *pl_edition_names(const pl_reader *r, uint64_t editions);
/* Editions of benchmark.yaml. */
void pl_read_editions(pl_reader *r, const pl_node *list);

/* expression.c: NULL with a fault when it is none. */
const pl_expression *pl_read_expression(pl_reader *r, const pl_node *node);
const pl_expression *pl_read_manual(pl_reader *r, const pl_node *node, const pl_node *question, const pl_node *show);
/* leaf.c: a subject and its test; NODE has exactly one of the subjects among its keys. */
bool pl_read_leaf(pl_reader *r, const pl_node *node, pl_expression *ret);
bool pl_read_subject(pl_reader *r, const char *subject, const pl_node *value, pl_expression *ret);
extern const char *const pl_subject_keys[];
/* operand.c */
typedef struct pl_test_rule pl_test_rule;
const pl_test_rule *pl_test_find(const char *key);
/* The test RULE with OPERAND into RET, whose subject, `as` and `every` are known. */
bool pl_read_test(pl_reader *r, const pl_test_rule *rule, const pl_node *operand, pl_expression *ret);
const char *pl_test_key(size_t index); /* NULL behind the last */
bool pl_unset_must_be_said(const pl_test_rule *rule);
bool pl_unset_may_be_said(const pl_test_rule *rule);

/* parameter.c */
void pl_read_parameters(pl_reader *r, const pl_node *object);
pl_parameter *pl_find_parameter(const pl_definitions *set, const char *name);
/* site.c: the site file from its tree. */
struct pl_site *pl_site_read_root(pl_arena *arena, const pl_node *root, const char *shown, pl_faults *faults);
/* load.c: the parameters that benchmark ID declares; faults are not reported. */
const pl_parameter *pl_declared_parameters(pl_arena *arena, pl_data *data, const char *id, size_t *ret_count);
/* The subjects that SHOW (may be NULL) lists, as children of one that asks nothing; faults are added. */
const pl_expression *pl_read_shown(pl_reader *r, const pl_node *show);

/* decide.c */
const pl_decide *pl_read_decide(pl_reader *r, const pl_node *node);
/* control.c */
void pl_read_sections(pl_reader *r, const pl_node *root);
