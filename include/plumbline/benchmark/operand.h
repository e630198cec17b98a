/* What a value is when it is compared: one reading of durations, quantities and modes for definitions, site and facts.
 */
#pragma once

#include "plumbline/benchmark/benchmark.h"

/* "a boolean", "text", "an integer", "a list", "a map", ... */
const char *pl_kind_phrase(pl_kind kind);
/* "a duration", "a quantity", "an integer", "a mode", "text" */
const char *pl_as_phrase(pl_compare_as as);
/* NODE as one number: nanoseconds for a duration, thousandths for a quantity. -1 with ERR ("expected a duration, found
   a boolean"). AS is one of duration, quantity, integer, mode. */
int pl_operand_number(const pl_node *node, pl_compare_as as, int64_t *ret, pl_error *err);
/* An integer, or a real without a fraction: 5.0 is 5 whether the facts were just collected or have been written and
 * read. */
bool pl_whole_number(const pl_node *node, int64_t *ret);
/* NODE can stand where AS is said: a list when each of its items can. */
int pl_operand_fits(const pl_node *node, pl_compare_as as, pl_error *err);
/* VALUE, of a site file, can stand in for PARAMETER's default. */
int pl_parameter_fits(const pl_parameter *parameter, const pl_node *value, pl_error *err);
/* A copy of NODE as facts would hold it: texts escaped. NULL gives NULL. */
const pl_node *pl_operand_escaped(pl_arena *arena, const pl_node *node);
