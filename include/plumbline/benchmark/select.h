/* Which controls of the loaded benchmarks a run judges, and what they need of the node. */
#pragma once

#include "plumbline/benchmark/benchmark.h"
#include "plumbline/benchmark/load.h"

typedef struct pl_selection {
  int level;           /* 0: all; 1: only level 1; 2 includes level 1 */
  pl_texts only, skip; /* keys, ids ("4.2.1") or sections ("4.2"); ONLY empty: all */
} pl_selection;

/*
 * Keep the selected controls; the others stay behind control_count and are counted in `deselected`. A name that no
 * benchmark has is an error (PL_ERR_USAGE) that names the nearest one, or says that the chosen edition does not hold
 * that control.
 */
int pl_select(pl_arena *arena, pl_benchmark *const *benchmarks, size_t count, const pl_selection *selection,
              pl_error *err);

/* Paths and globs that controls name in whatever edition, for collection, which comes before one is chosen; sorted,
 * each once. */
pl_texts pl_subject_paths(pl_arena *arena, pl_definitions *const *definitions, size_t count);
/* Settings, as "kubelet.readOnlyPort", that CONTROL names; sorted, each once. */
pl_texts pl_subject_settings(pl_arena *arena, const pl_control *control);
