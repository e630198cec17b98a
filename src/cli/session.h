/* What commands share: definitions, the site file, the node's facts, and the run over them. */
#pragma once

#include "options.h"
#include "output.h"
#include "plumbline/benchmark/load.h"
#include "plumbline/benchmark/site.h"
#include "plumbline/host/confine.h"
#include "plumbline/host/host.h"
#include "plumbline/kube/cluster.h"
#include "plumbline/verdict/result.h"

/* Exit codes (design section 7); 0, 1 and 3 come from pl_run_exit_code. */
enum { PL_EXIT_USAGE = 2, PL_EXIT_INTERNAL = 4 };

typedef struct pl_session {
  pl_arena *arena;
  const pl_options *options;
  pl_data *data;
  pl_definitions **definitions; /* the benchmarks asked for, all when none is named */
  size_t count;
  pl_benchmark **benchmarks; /* of one edition each, selected; after pl_session_select */
  pl_site *site;             /* NULL: none */
  pl_host *host;             /* NULL: facts were given */
  pl_node *facts;
  pl_confinement confinement; /* of this process */
  int *report_directories;    /* to be written to in spite of it */
  size_t report_count, report_capacity;
} pl_session;

/* Each returns 0, or the exit code after it has told on standard error what is wrong. */
int pl_session_open(pl_session *session, pl_arena *arena, const pl_options *options);
void pl_session_close(pl_session *session);
/* OUTPUT may be written when facts are there, confined or not; to be told before they are asked for. */
void pl_session_writes(pl_session *session, const pl_output *output);
/* Facts of the node, from a file or by collection. */
int pl_session_facts(pl_session *session);
/* The edition for 1.MINOR, then the options' selection. */
int pl_session_select(pl_session *session, int minor);
/* Select by the facts' version, read the site file against it, judge. */
int pl_session_judge(pl_session *session, pl_run *ret);

/* Give up what the kernel lets us give up, as --confine says (confine.c): calls at the start; files once the process
 * pass is over, all but READABLE and the directories of reports. */
int pl_session_confine_calls(pl_session *session);
int pl_session_confine_files(pl_session *session, const int *readable, size_t count);

/* Parameters of the site file TEXT that no benchmark of DATA declares or that have another type, whatever else is wrong
 * with it. Definitions have none. */
void pl_check_site_parameters(pl_arena *arena, pl_data *data, pl_bytes text, const char *path, pl_faults *faults);

/* A file of the user's, "-" for standard input. Tells and returns -1 on failure. */
int pl_read_user_file(pl_arena *arena, const char *path, size_t maximum, pl_bytes *ret);
/* The snapshot that the options name; RET stays as it is when they name none. */
int pl_read_snapshot(pl_session *session, pl_cluster **ret);
/* "plumbline: TEXT" on standard error; returns CODE. */
int pl_tell(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
int pl_tell_error(const pl_error *err); /* exit code by its kind */
int pl_tell_faults(const pl_faults *faults);
