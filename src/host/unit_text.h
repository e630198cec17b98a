/* How systemd reads its texts: unit files, quoted words, environment files, specifiers. Nothing is opened here. */
#pragma once

#include "plumbline/core/text.h"

typedef struct pl_words {
  const char **items;
  size_t count, capacity;
} pl_words;

/* ---- unit_file.c: sections, assignments, comments, continued lines (systemd.syntax(7)) ---- */

typedef void (*pl_assignment)(const char *section, const char *key, const char *value, void *context);
/* -1 for a section header without its end: what comes after it does not count, and a fragment is refused. */
int pl_unit_file_parse(pl_bytes text, pl_assignment assign, void *context, pl_error *err);

/* ---- unit_words.c ---- */

typedef enum pl_word_rule {
  PL_WORD_COMMAND, /* of ExecStart=: C escapes, unknown ones kept; quotes that stay open are a fault */
  PL_WORD_STRICT,  /* of Environment=: the same, but an unknown escape is a fault too */
  PL_WORD_VALUE    /* of a variable that is split: a backslash takes the next byte as it is, quotes may stay open */
} pl_word_rule;

/* Next word at *REST, which moves past it: 1, or 0 at the end, or -1 for a fault. */
int pl_word_next(pl_arena *arena, const char **rest, pl_word_rule rule, const char **ret);
bool pl_is_blank(char c);

/* ---- unit_environment.c ---- */

/* Variables in the order of their assignment; a later one replaces an earlier. */
typedef struct pl_variables {
  pl_words assignments; /* NAME=value */
  bool sorted;          /* by name, each once: what lookups need */
} pl_variables;

bool pl_variable_name_valid(const char *name, size_t length);
/* Add NAME=VALUE text; false when systemd would not take it. */
bool pl_variables_add(pl_arena *arena, pl_variables *variables, const char *assignment);
/* All of an environment file (EnvironmentFile=); -1 when it is not UTF-8, and then nothing of it counts. */
int pl_variables_parse(pl_arena *arena, pl_bytes text, pl_variables *variables, pl_error *err);
void pl_variables_sort(pl_variables *variables);
/* Take away each NAME of NAMES, and each NAME=value that is exactly so. Sorted ones only. */
void pl_variables_unset(pl_variables *variables, const pl_words *names);
/* Value of the variable whose name is LENGTH bytes of NAME; NULL when there is none. Sorted ones only. */
const char *pl_variables_get(const pl_variables *variables, const char *name, size_t length);

/* ---- unit_exec.c ---- */

typedef struct pl_command {
  const char *program;
  pl_words words;    /* argv, not yet expanded */
  bool no_variables; /* ':' */
} pl_command;

/* Replaces specifiers in TEXT; NULL with ERR when one cannot be resolved. */
typedef const char *(*pl_specifiers)(void *context, const char *text, pl_error *err);

/* One value of ExecStart=, which may hold several commands: they are added to *COMMANDS. */
typedef struct pl_commands {
  pl_command *items;
  size_t count, capacity;
} pl_commands;
int pl_commands_parse(pl_arena *arena, const char *value, pl_specifiers specifiers, void *context,
                      pl_commands *commands, pl_error *err);
/* Words of COMMAND with $NAME and ${NAME} replaced; UNKNOWN is called for names without a value. */
int pl_command_expand(pl_arena *arena, const pl_command *command, const pl_variables *variables,
                      void (*unknown)(const char *name, void *context), void *context, pl_words *ret, pl_error *err);
