/*
 * Programs of several components that work out what these are started with from options of their own, as k3s does:
 * the options, and the arguments that come of them. Private to this level.
 */
#pragma once

#include "components.h"

typedef struct pl_supervised_option {
  const char *name, *value;
  pl_argument_place place;
} pl_supervised_option;

typedef struct pl_supervised {
  const pl_platform_supervisor *record;
  pl_host *host;
  pl_supervised_option *options; /* as they are parsed: files, then the command line, then variables and defaults */
  size_t count, capacity;
  pl_texts files;      /* that were read */
  const char *unknown; /* why the options cannot be told, else NULL */
  pl_node *notes;      /* list of texts: options in files that it does not know */
} pl_supervised;

typedef struct pl_supervised_arguments {
  const char *const *argv;
  const pl_argument_place *places;
  size_t argc;
  const char *unknown; /* why they cannot be told, else NULL */
} pl_supervised_arguments;

/* Options of PASS's programs that a supervisor of PLATFORM (NULL: none) is. */
void pl_supervised_find(pl_host *host, pl_pass *pass, const pl_platform *platform);
/* PLATFORM with its layout's paths as PASS's programs have them, the record's defaults for what none tells. */
const pl_platform *pl_supervised_layout(pl_host *host, const pl_pass *pass, const pl_platform *platform);
/* The last value of option NAME; NULL: none. */
const char *pl_supervised_value(const pl_supervised *supervised, const char *name);
/* A boolean option: given, and not as false. */
bool pl_supervised_is_set(const pl_supervised *supervised, const char *name);
/* TEXT with {OPTION} replaced; NULL when such an option has no value. */
const char *pl_supervised_expand(const pl_supervised *supervised, const char *text);
/* What ENTRY's component is started with (pkg/util/args.go: GetArgs). PROGRAM becomes argv[0]; NAME is the
 * supervisor's, for people. */
pl_supervised_arguments pl_supervised_arguments_of(const pl_supervised *supervised, const pl_platform_arguments *entry,
                                                   const char *program, const char *name);
