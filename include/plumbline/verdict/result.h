/* Verdicts, their algebra, and what a run found: plain data that the evaluator fills and the reports read. */
#pragma once

#include "plumbline/benchmark/benchmark.h"

typedef enum pl_verdict { PL_PASS, PL_FAIL, PL_ERROR, PL_MANUAL, PL_NOT_APPLICABLE } pl_verdict;
#define PL_VERDICT_COUNT 5

const char *pl_verdict_name(pl_verdict verdict);  /* "PASS" ... "NOT-APPLICABLE" */
const char *pl_verdict_token(pl_verdict verdict); /* "pass" ... "not-applicable", for JSON */
/* AND: FAIL > ERROR > MANUAL > PASS > NOT-APPLICABLE. OR: PASS > ERROR > MANUAL > FAIL > NOT-APPLICABLE. NOT swaps PASS
 * and FAIL. */
pl_verdict pl_verdict_and(pl_verdict a, pl_verdict b);
pl_verdict pl_verdict_or(pl_verdict a, pl_verdict b);
pl_verdict pl_verdict_not(pl_verdict a);

/* One thing that was looked at. Texts are escaped. */
typedef struct pl_observation {
  const char *what;      /* "kubelet authentication.anonymous.enabled", "/etc/kubernetes/admin.conf" */
  const char *value;     /* "false", "mode 0644, owner root:root"; "unset" */
  const char *layer;     /* flag, file, drop-in, environment, manifest, default, stat, fact; NULL when not said */
  const char *where;     /* "pid 812 argv[4]", "/var/lib/kubelet/config.yaml:4"; NULL when not said */
  const char *overrides; /* "file /var/lib/kubelet/config.yaml:4 says true", or NULL */
  const char *fallback;  /* the default of that version beside another value; NULL when not known or the value itself */
  pl_verdict verdict;    /* of the leaf that looked */
  bool premise;          /* it was looked at to see whether the control applies */
} pl_observation;

typedef struct pl_waiver_mark {
  const char *reason, *approver, *expires, *scope;
  const char *note; /* "expired", "applies", "now passes" */
} pl_waiver_mark;

typedef struct pl_result {
  const pl_control *control;
  pl_verdict verdict;
  const char *reason;   /* a sentence */
  const char *expected; /* a phrase */
  const char *letter;   /* "pass" or "fail" when the benchmark's letter comes out otherwise, else NULL */
  const char *letter_because;
  const char *question; /* MANUAL: what a person must decide */
  const char *row;      /* decision table row, or NULL */
  pl_observation *observations;
  size_t observation_count, observation_capacity;
  const char *fix;              /* with real paths; NULL unless FAIL or MANUAL */
  const char *not_yet_in_force; /* a sentence, or NULL */
  const pl_waiver_mark *waiver; /* mark of a waiver that names this control, or NULL */
  bool waived;                  /* FAIL, and a waiver applies */
  const char *statement;        /* quoted from the site file when it decided, or NULL */
  int64_t duration_ns;
} pl_result;

typedef struct pl_run_benchmark {
  const pl_benchmark *benchmark;
  pl_result *results;
  size_t count;
  size_t counts[PL_VERDICT_COUNT], waived;
} pl_run_benchmark;

typedef struct pl_run {
  pl_arena *arena;
  const pl_node *facts; /* header data: tool, vantage, host, platform */
  pl_run_benchmark *benchmarks;
  size_t benchmark_count;
  const pl_node *confinement; /* of the process that judges, in the shape of vantage.confinement; NULL: not said */
  int64_t started, finished;  /* UTC seconds: of judging */
  const char *definitions_digest;
  const char *site_shown;  /* path of the site file, or NULL */
  const char **site_notes; /* expired, unused, unknown and now-passing waivers, quoted parameters, statements */
  size_t site_note_count, site_note_capacity;
  size_t counts[PL_VERDICT_COUNT], waived; /* over all benchmarks */
} pl_run;

/* Something was judged: a PASS, FAIL, ERROR or MANUAL stands, and the machine is a Kubernetes node. */
bool pl_run_judged(const pl_run *run);
/* Exit code of section 7 of the design: 0, 1 or 3. */
int pl_run_exit_code(const pl_run *run);
