/*
 * What text formats share: texts made safe for a terminal or for XML, and the header's lines.
 *
 * Facts are clean already, whoever collected them; a foreign definition need not be.
 */
#pragma once

#include "plumbline/verdict/result.h"

/* TEXT with every control character, invalid UTF-8 byte, bidirectional override and non-character as \xNN; backslashes
   stay single. Newlines stay when LINES. NULL gives "". */
const char *pl_border(pl_arena *arena, const char *text, bool lines);
/* Texts of LIST as they are, SEPARATOR between them; no more than one text of a report may hold, then " [cut]". */
const char *pl_border_join(pl_arena *arena, const pl_node *list, const char *separator);

typedef struct pl_header_line {
  const char *name;  /* "node", "benchmark cis-kubernetes" ... lower case, unique */
  const char *value; /* one line */
} pl_header_line;

/* Who judged what, when and from where: the same lines in every text format. Returns their count. */
size_t pl_header_lines(const pl_run *run, const pl_header_line **ret);
/* What components would refuse ("refused") and what else is noted of them ("note"): of COMPONENT, NULL: of all. */
size_t pl_remark_lines(pl_arena *arena, const pl_node *facts, const char *component, const pl_header_line **ret);
/* The node's name for classnames and titles: --node, else host name, else "unknown-node". */
const char *pl_run_node(const pl_run *run);
/* "kubelet readOnlyPort: 0 (default)" and what it overrides, in one line. */
const char *pl_observation_line(pl_arena *arena, const pl_observation *observation);
/* Of a run of which pl_run_judged is false. */
extern const char pl_nothing_judged[];
/* "12 pass, 3 fail, ..." of counts by verdict. */
const char *pl_counts_line(pl_arena *arena, const size_t counts[PL_VERDICT_COUNT], size_t waived);
/* "waived until 2027-01-01 by A. Name: reason" or what became of the waiver; NULL when there is none. */
const char *pl_waiver_line(pl_arena *arena, const pl_result *result);
/* "the benchmark's letter would say pass: because"; NULL when it agrees. */
const char *pl_letter_line(pl_arena *arena, const pl_result *result);
