/*
 * The judge: a pure function of definitions, site file, facts and the time of judging. It reads nothing else and writes
 * nothing.
 *
 * Facts may come from anybody: whatever shape they have, what is not there or not of the expected kind is ERROR.
 */
#pragma once

#include "plumbline/benchmark/site.h"
#include "plumbline/verdict/result.h"

/*
 * Judge every control of BENCHMARKS. SITE may be NULL. JUDGED_AT, in UTC seconds, decides which waivers have expired.
 * RET is filled but for `definitions_digest`; everything in it lives in ARENA or in the arguments.
 */
void pl_evaluate(pl_arena *arena, const pl_benchmark *const *benchmarks, size_t count, const pl_site *site,
                 const pl_node *facts, int64_t judged_at, pl_run *ret);
