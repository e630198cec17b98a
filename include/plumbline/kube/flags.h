/*
 * Command lines as pflag (Kubernetes) and Go's flag package (etcd) read them.
 * Source: spf13/pflag, k8s.io/component-base/cli/flag; Go's flag.
 */
#pragma once

#include "plumbline/core/node.h"

typedef enum pl_flag_kind {
  PL_FLAG_STRING,
  PL_FLAG_BOOLEAN,
  PL_FLAG_INTEGER,
  PL_FLAG_DURATION,
  PL_FLAG_REAL,
  PL_FLAG_SLICE,      /* stringSlice: first occurrence replaces the default, later ones append; CSV */
  PL_FLAG_ARRAY,      /* stringArray: appends, no splitting */
  PL_FLAG_MAP,        /* k=v,k=v: merges */
  PL_FLAG_GATES,      /* --feature-gates: k=bool,k=bool: merges */
  PL_FLAG_PAIR,       /* k=v, not split at commas: merges */
  PL_FLAG_LABELS,     /* as MAP, a name without '=' has an empty value */
  PL_FLAG_THRESHOLDS, /* k<v,k<v: merges */
  PL_FLAG_HEADERS,    /* k:v,k:v: lists of values by name */
  PL_FLAG_TAINTS,     /* key=value:Effect,...: the last occurrence wins */
  PL_FLAG_IP,         /* an address or nothing */
  PL_FLAG_OPTIONAL    /* a string with an implied value "true": bare or =value */
} pl_flag_kind;

typedef struct pl_flag_spec {
  const char *name; /* without dashes; one letter: its own shorthand too (-v 2) */
  pl_flag_kind kind;
  int added, removed; /* minor versions: known in added <= v < removed; 0: no bound */
  int64_t min, max;   /* INTEGER: range of the Go type; both 0: int64 */
  bool secret;        /* its value is never kept */
} pl_flag_spec;

typedef struct pl_flag {
  const char *name;         /* normalised: '_' becomes '-' for pflag */
  const char *value;        /* raw; "true" for a bare boolean */
  size_t index;             /* of the argument in argv, the program's name being argv[0] */
  const pl_flag_spec *spec; /* NULL: unknown to our tables */
} pl_flag;

typedef struct pl_flags {
  pl_flag *items; /* in order, repetitions kept */
  size_t count, capacity;
  const char **stray; /* words that are no flags */
  size_t stray_count, stray_capacity;
} pl_flags;

typedef enum pl_flag_dialect { PL_FLAGS_PFLAG, PL_FLAGS_GO } pl_flag_dialect;

/* Split ARGV, a whole vector whose first word, the program's name, is left out. SPECS end with a NULL name. A flag of
   an unknown name takes the next word as its value only in "--name value" form when that word does not begin with a
   dash. Errors (missing value, bad syntax) as the library would report them, but without words that may hold a secret;
   RET then holds what came before. */
int pl_flags_parse(pl_arena *arena, const char *const *argv, size_t argc, const pl_flag_spec *specs,
                   pl_flag_dialect dialect, pl_flags *ret, pl_error *err);
/* The value of all occurrences of SPEC's flag as its kind says (durations as Go text); NULL node in *RET when not
   given. A bad value is an error as pflag would report it. RET_LAST (may be NULL): the last occurrence, on error the
   one at fault. */
int pl_flags_value(pl_arena *arena, const pl_flags *flags, const pl_flag_spec *spec, pl_node **ret,
                   const pl_flag **ret_last, pl_error *err);
const pl_flag *pl_flags_last(const pl_flags *flags, const char *name);
/* The last occurrence of the flag NAME, of kind GATES, that sets GATE (BY_COMPONENT: as "kube:GATE" too), NULL when
   there is none. */
const pl_flag *pl_flags_gate(const pl_flags *flags, const char *name, const char *gate, bool by_component);
/* {GATE: position in FLAGS of the last occurrence of the flag NAME that sets it}: for all gates at once. */
pl_node *pl_flags_gates(pl_arena *arena, const pl_flags *flags, const char *name);
/* The component of version 1.MINOR has this flag; MINOR 0: some version has. */
bool pl_flag_known(const pl_flag_spec *spec, int minor);
/* One line of comma separated values as encoding/csv reads it: quotes, no trimming. Empty text is an empty list. */
int pl_flags_csv(pl_arena *arena, const char *text, pl_node *ret_list, pl_error *err);
