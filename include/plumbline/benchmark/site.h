/* The site file: what a site has decided for itself. Format: plumbline-benchmark(5). */
#pragma once

#include "plumbline/benchmark/benchmark.h"

typedef struct pl_waiver {
  const char *key;
  pl_texts scope; /* globs of node names */
  const char *reason, *approver, *expires_text;
  int64_t expires; /* the first second at which it no longer applies: a date counts to its end, UTC */
  uint32_t line;
} pl_waiver;

typedef enum pl_says { PL_SAYS_PASS, PL_SAYS_FAIL, PL_SAYS_NOT_APPLICABLE } pl_says;

typedef struct pl_statement {
  const char *about; /* key of a control */
  pl_says says;
  const char *text, *by, *date;
  uint32_t line;
} pl_statement;

typedef struct pl_site {
  const char *shown; /* path, for people */
  const char *name;  /* or NULL */
  pl_waiver *waivers;
  size_t waiver_count, waiver_capacity;
  pl_statement *statements;
  size_t statement_count, statement_capacity;
  const pl_node *parameters;                          /* object, or NULL */
  const pl_node *system_namespaces, *approved_agents; /* lists of texts, or NULL */
} pl_site;

/* NULL, with a fault added, when anything is wrong with TEXT itself. */
pl_site *pl_site_read(pl_arena *arena, pl_bytes text, const char *shown, pl_faults *faults);
/* Parameters must be declared by a benchmark of DATA and have the type of its default. False when a fault was added.
   BENCHMARKS are the loaded ones; of the others only benchmark.yaml is read. */
bool pl_site_check(pl_arena *arena, const pl_site *site, const pl_benchmark *const *benchmarks, size_t count,
                   pl_data *data, pl_faults *faults);
/* What SITE (may be NULL) gives for parameter NAME: `parameters`, or the lists system-namespaces and approved-agents
   under these names. NULL: nothing. */
const pl_node *pl_site_parameter(const pl_site *site, const char *name);
