/* The command line, read by one table that also writes the help. */
#pragma once

#include "plumbline/core/record.h"

typedef enum pl_command_id {
  PL_COMMAND_CHECK,
  PL_COMMAND_COLLECT,
  PL_COMMAND_EXPLAIN,
  PL_COMMAND_LIST,
  PL_COMMAND_VALIDATE,
  PL_COMMAND_MANIFEST,
  PL_COMMAND_COMPLETION,
  PL_COMMAND_VERSION,
  PL_COMMAND_HELP,
  PL_COMMAND_COUNT
} pl_command_id;

typedef enum pl_confine { PL_CONFINE_AUTO, PL_CONFINE_REQUIRE, PL_CONFINE_OFF } pl_confine;

typedef struct pl_report_wish {
  const char *format, *target; /* target NULL: standard output */
} pl_report_wish;

typedef struct pl_words {
  const char **items;
  size_t count, capacity;
} pl_words;

typedef struct pl_options {
  pl_command_id command;
  pl_words operands; /* benchmarks, a control, files */
  const char *root, *proc, *facts, *node, *kubernetes, *cluster;
  pl_words nodes; /* manifest: one object each; elsewhere NODE is the only one */
  const char *edition, *benchmarks, *site, *output;
  const char *every, *sonobuoy; /* EVERY is a duration that was found good, NULL: one run */
  const char *sonobuoy_report;  /* the file among REPORTS that is for Sonobuoy */
  const char *image, *namespace, *results, *schedule;
  int64_t level; /* 0: all */
  pl_confine confine;
  pl_words only, skip;
  pl_report_wish *reports;
  size_t report_count, report_capacity;
  bool unsafe_benchmarks, quiet, verbose, exit_zero, network, help;
} pl_options;

enum { PL_EVERY_MIN = 1000000000 }; /* nanoseconds from one round of --every to the next, if it is not 0 */

/* What a person, or a shell, is told of a command or an option. */
typedef struct pl_command_row {
  const char *name, *operands, *help;
  const char *choices; /* its operand is one of "one|other"; NULL: anything */
} pl_command_row;

typedef struct pl_option {
  const char *name, *argument, *help; /* ARGUMENT NULL: takes none */
  int letter;                         /* 0: none */
  unsigned commands;                  /* bit 1 << pl_command_id each */
} pl_option;

const pl_command_row *pl_option_command(size_t at); /* NULL past the last */
bool pl_option_shown(size_t at, pl_option *ret);    /* false past the last */

/* Fill RET from the command line. -1 with ERR (PL_ERR_USAGE) says which word is at fault and what would do. */
int pl_options_read(pl_arena *arena, int argc, char **argv, pl_options *ret, pl_error *err);
/* Help of a command, or of the program when COMMAND is PL_COMMAND_HELP. */
char *pl_options_help(pl_arena *arena, pl_command_id command);
