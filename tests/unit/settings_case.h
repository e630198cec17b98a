/* For tests: the settings of one component, computed in a small node of its own. */
#pragma once

#include "plumbline/kube/settings.h"
#include "small_node.h"

typedef void (*settings_function)(pl_arena *arena, const pl_component_input *input, pl_settings *ret);

typedef struct settings_case {
  small_node *node;
  pl_view view; /* the host's own files, unless a test says otherwise */
  pl_tables *tables;
  pl_faults faults;
  settings_function function;
  const char *cwd, *layer;    /* NULL: "/", "flag" */
  const char *const *environ; /* NAME=value ..., NULL; NULL: none */
  const char *environ_unread;
  pl_settings settings;
} settings_case;

settings_case *settings_case_new(settings_function function);
void settings_case_free(settings_case *c);
/* CONTENT under PATH; before the first run. */
void settings_case_file(settings_case *c, const char *path, const char *content);
/* Settings of version MINOR with the words of LINE; the program's name is the first. */
void settings_case_run(settings_case *c, int minor, const char *line);

/* The whole entry of NAME as JSON; "nothing" when there is none. */
const char *settings_case_entry(const settings_case *c, const char *name);
/* Its value as JSON; "unreadable", "nothing". A refused one has " (refused)" behind it. */
const char *settings_case_value(const settings_case *c, const char *name);
/* The default that is told beside it, as JSON; "nothing" when none is. */
const char *settings_case_default(const settings_case *c, const char *name);
/* Where the value comes from: "LAYER WHERE:LINE", what is not known left out. */
const char *settings_case_from(const settings_case *c, const char *name);
/* Reasons of what is refused, parted by "; ". */
const char *settings_case_refused(const settings_case *c);
/* The same of what stops it later, and of the notes. */
const char *settings_case_late(const settings_case *c);
const char *settings_case_notes(const settings_case *c);
/* Everything, as JSON: for what must not be in it. */
const char *settings_case_all(const settings_case *c);
