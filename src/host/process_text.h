/* What the files below /proc/PID say: parsers only, nothing is opened here. */
#pragma once

#include "plumbline/core/text.h"
#include "plumbline/host/process_security.h"

/* Number of NUL-terminated pieces in DATA; the last one may lack its NUL. Empty pieces count. */
size_t pl_nul_count(const char *data, size_t length);
/* Point ITEMS at the pieces, with a NULL after the last; room for pl_nul_count + 1. DATA must have a NUL after it. */
void pl_nul_split(const char *data, size_t length, const char **items);

/* From the text of cgroup, in place: the path of the line that says most, NULL when there is none. The unified
   hierarchy's, unless only another names a pod (hybrid hosts); else the first that names a pod, else the first. */
char *pl_cgroup_pick(char *text);

typedef struct pl_stat_line {
  const char *name; /* raw comm, without its brackets */
  int parent;
  int64_t start_ticks; /* after boot */
} pl_stat_line;

/* The name may hold anything, ')' and line ends too: the fields are counted from the last ')'. */
int pl_stat_parse(pl_arena *arena, pl_bytes text, pl_stat_line *ret, pl_error *err);
/* Effective user and group of status. */
int pl_status_parse(pl_bytes text, uint32_t *ret_uid, uint32_t *ret_gid, pl_error *err);
/* Seccomp and capabilities of status. */
int pl_security_parse(pl_bytes text, pl_process_security *ret, pl_error *err);
