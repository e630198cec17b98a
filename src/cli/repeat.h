/* check --every: judge, wait, judge again. */
#pragma once

#include "options.h"

/*
 * Run ONCE, wait as --every says, and so on until SIGTERM or SIGINT; returns the exit code of the last round. A round
 * that could not be run or written (2, 4) ends it at once. A signal during a round is obeyed after it.
 */
int pl_repeat(const pl_options *options, int (*once)(pl_arena *, const pl_options *));
