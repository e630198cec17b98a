/*
 * Reading definitions: benchmark.yaml, the section files it names, and from them the controls of one edition.
 *
 * A source holds all editions and is read and checked as a whole: unknown keys, wrong types, tests that do not suit
 * their subject, regular expressions, unreachable rows of decision tables, ids used twice, editions left without a
 * title. All faults are collected, each with file, line and column. The format is described in plumbline-benchmark(5).
 */
#pragma once

#include "plumbline/benchmark/benchmark.h"

typedef struct pl_definitions pl_definitions; /* one benchmark, all its editions */

/* Ids of the benchmarks in DATA (folders with a benchmark.yaml), sorted. */
pl_texts pl_definitions_ids(pl_arena *arena, pl_data *data);
/* NULL, with at least one fault added, when anything is wrong with it. Free with pl_definitions_free. */
pl_definitions *pl_definitions_load(pl_arena *arena, pl_data *data, const char *id, pl_faults *faults);
void pl_definitions_free(pl_definitions *definitions); /* the compiled regular expressions; NULL is fine */

const char *pl_definitions_id(const pl_definitions *definitions);
const char *pl_definitions_title(const pl_definitions *definitions);
const pl_edition *pl_definitions_editions(const pl_definitions *definitions, size_t *ret_count);

/* TEXT is a version of one of the editions, or the start of one. */
bool pl_definitions_have_edition(const pl_definitions *definitions, const char *text);

/*
 * The controls of one edition. EDITION NULL: the one for Kubernetes 1.MINOR, or the nearest, or, where MINOR is 0 (not
 * known), the newest; the result says which and why. EDITION is a version or the start of one ("1.11", "2.0"); an
 * unknown one is NULL with ERR (PL_ERR_USAGE). Lives in ARENA and is good as long as DEFINITIONS is.
 */
pl_benchmark *pl_benchmark_of(pl_arena *arena, const pl_definitions *definitions, const char *edition, int minor,
                              pl_error *err);

/*
 * Check one file by itself: a section file, a benchmark.yaml (without the files it names) or a site file, told apart by
 * their keys. What needs the rest of the benchmark (editions, parameters, conditions) is taken on trust. False when a
 * fault was added.
 */
bool pl_definitions_check_text(pl_arena *arena, pl_bytes text, const char *file, pl_faults *faults);
