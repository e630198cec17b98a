/*
 * Command lines as pflag (Kubernetes) and Go's flag package (etcd) read them.
 * Source: spf13/pflag, k8s.io/component-base/cli/flag; Go's flag.
 */
#pragma once

#include "plumbline/core/node.h"

typedef enum pl_flag_kind {
  PL_FLAG_STRING, PL_FLAG_BOOLEAN, PL_FLAG_INTEGER, PL_FLAG_DURATION, PL_FLAG_REAL,
  PL_FLAG_SLICE, /* stringSlice: first occurrence replaces the default, later ones append; CSV */
  PL_FLAG_ARRAY, /* stringArray: appends, no splitting */
  PL_FLAG_MAP,   /* k=v,k=v: merges */
  PL_FLAG_GATES  /* --feature-gates */
} pl_flag_kind;

typedef struct pl_flag_spec {
  const char *name; /* without dashes */
  pl_flag_kind kind;
  int added, removed; /* minor versions: known in added <= v < removed; 0: no bound */
} pl_flag_spec;

typedef struct pl_flag {
  const char *name;  /* normalised: '_' becomes '-' for pflag */
  const char *value; /* raw; "true" for a bare boolean */
  size_t index;      /* of the argument in argv */
  const pl_flag_spec *spec; /* NULL: unknown to our tables */
} pl_flag;

typedef struct pl_flags {
  pl_flag *items; /* in order, repetitions kept */
  size_t count, capacity;
  const char **stray; /* words that are no flags */
  size_t stray_count, stray_capacity;
} pl_flags;

typedef enum pl_flag_dialect { PL_FLAGS_PFLAG, PL_FLAGS_GO } pl_flag_dialect;

/* Split ARGV (argv[0] left out). SPECS end with a NULL name. A flag of an unknown name takes the next word as its value only in "--name value"
   form when that word does not begin with a dash. Errors (missing value, bad syntax) as the library would report them. */
int pl_flags_parse(pl_arena *arena, const char *const *argv, size_t argc, const pl_flag_spec *specs, pl_flag_dialect dialect,
                   pl_flags *ret, pl_error *err);
/* The value of all occurrences of NAME as its kind says; NULL node pointer in *RET when not given. A bad value is an error as the component would report it. */
int pl_flags_value(pl_arena *arena, const pl_flags *flags, const pl_flag_spec *spec, pl_node **ret, const pl_flag **ret_last, pl_error *err);
const pl_flag *pl_flags_last(const pl_flags *flags, const char *name);
