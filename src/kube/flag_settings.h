/*
 * Settings that come from the command line of a control-plane component: its table's defaults, then what was given.
 * Private to this level.
 *
 * The tables' lists: `files` (flag: role) names the flags that hold paths; `ignored-with-config` those that a
 * configuration file puts out of use.
 */
#pragma once

#include "plumbline/kube/settings.h"

typedef struct pl_flag_run {
  pl_arena *arena;
  const pl_component_input *input;
  pl_settings *settings;
  const pl_table *table; /* never NULL once begun */
  int minor;             /* as the table can answer for it; 0 unknown */
  pl_flags flags;
  pl_node *raw; /* setting -> value as the component has it; those in `settings` are escaped */
} pl_flag_run;

/* Split the command line by COMPONENT's table, refusing what the component's flag library refuses and noting what a
   newer version may know. False, with a note, when there is no table. SETTINGS is made empty. */
bool pl_flag_run_begin(pl_flag_run *run, pl_arena *arena, const pl_component_input *input, const char *component,
                       pl_flag_dialect dialect, pl_settings *settings);
/* Words that are no flags: refused. pflag's components let empty ones pass. */
void pl_flag_run_stray(pl_flag_run *run, bool empty_too);
/* A setting with its default for each flag of this version that the table has one for. */
void pl_flag_run_defaults(pl_flag_run *run);
/* What was given, over that. WITH_CONFIG: flags that a configuration file puts out of use are noted only. */
void pl_flag_run_given(pl_flag_run *run, bool with_config);
/* All that was given has no effect, flag BUT apart: noted, and bad values are refused still. */
void pl_flag_run_ignored(pl_flag_run *run, const char *but);
/* host_path for each setting that holds a path, and an entry in `files`. Relative ones lie below the working directory.
 */
void pl_flag_run_files(pl_flag_run *run);
void pl_flag_run_host_path(pl_flag_run *run, const char *setting);
/* PATH as an absolute one, by the working directory. */
const char *pl_flag_run_path(const pl_flag_run *run, const char *path);

/* As pl_settings_put and pl_settings_unreadable, RAW kept in step. */
void pl_flag_put(pl_flag_run *run, const char *name, pl_node *value, const char *layer, const char *where,
                 uint32_t line);
void pl_flag_unreadable(pl_flag_run *run, const char *name, const char *reason);
/* NAME is worked out from setting SOURCE: put with the same provenance. Where SOURCE is unreadable or refused, so is
 * NAME. */
void pl_flag_derive(pl_flag_run *run, const char *name, pl_node *value, const char *source);
/* The value that setting NAME has, as the component writes it. */
void pl_flag_respell(pl_flag_run *run, const char *name, pl_node *value);
/* The same where NAME is SOURCE by another name: its default too. */
void pl_flag_derive_same(pl_flag_run *run, const char *name, pl_node *value, const char *source);
const pl_node *pl_flag_value(const pl_flag_run *run, const char *name); /* raw; NULL: no such setting, or unreadable */

/* What stands for TEXT when that is a secret. */
pl_node *pl_flag_hidden(pl_arena *arena, const char *text);

bool pl_flag_given(const pl_flag_run *run, const char *flag);
/* Text of setting NAME, "" when it is unset, empty or no text. */
const char *pl_flag_text(const pl_flag_run *run, const char *name);
bool pl_flag_boolean(const pl_flag_run *run, const char *name, bool fallback);
int64_t pl_flag_integer(const pl_flag_run *run, const char *name, int64_t fallback);
/* Refuse the whole and mark setting NAME (may be NULL). */
void pl_flag_refuse(pl_flag_run *run, const char *stage, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
