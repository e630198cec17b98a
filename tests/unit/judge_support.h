/* For tests of definitions and verdicts: a benchmark from texts, facts from JSON, one run. */
#pragma once

#include "plumbline/benchmark/load.h"
#include "plumbline/benchmark/select.h"
#include "plumbline/verdict/evaluate.h"

typedef struct judge {
  pl_arena *arena;
  pl_faults faults;
  pl_data *data;
  pl_definitions *definitions;
  pl_benchmark *benchmark; /* of the newest edition; NULL when there are faults */
  pl_site *site;
  pl_run run;
} judge;

/* A benchmark `t` in a directory of its own: HEAD is added to benchmark.yaml (NULL: edition 1.0 only), SECTIONS is the
 * section file. */
void judge_open(judge *j, const char *head, const char *sections);
/* As judge_open, with one control `k` (id 1.1) whose lines, indented by eight, are CONTROL. */
void judge_open_control(judge *j, const char *head, const char *control);
/* The site file; a fault in it fails the test. */
void judge_site(judge *j, const char *text);
/* The one control of the run, judged against FACTS (JSON) at the first second of 2026. */
const pl_result *judge_facts(judge *j, const char *facts);
/* All faults, one a line: "s.yaml:3:5: text". The directory is left out. */
const char *judge_faults(const judge *j);
void judge_close(judge *j);

/* One leaf against one setting: facts hold a running kubelet whose setting `x` is SETTING (JSON). */
const char *judge_kubelet(judge *j, const char *setting);
