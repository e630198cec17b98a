/*
 * Processes, read through one directory descriptor each, so that all that is said of a process is said of the same one;
 * those of a captured tree, which stay what they are, by their paths.
 *
 * One pass opens each PID, reads cmdline, cgroup and exe, and asks the visitor whether to keep it. More is
 * read only of those kept. A process that vanishes is skipped, one that cannot be read is counted.
 */
#pragma once

#include "plumbline/host/host.h"

typedef struct pl_process {
  int pid;
  const char *const *argv; /* NULL-terminated, split on NUL, never joined; empty arguments are kept */
  size_t argc;
  const char *exe; /* link text without " (deleted)"; NULL when it could not be read */
  bool exe_deleted;
  /* Path of the unified hierarchy, unless only another names a pod (hybrid hosts); else of the first that names a pod,
     else of the first; NULL unread. */
  const char *cgroup;
  bool argv_denied, exe_denied; /* not allowed to look */
  bool argv_cut;                /* over PL_CMDLINE_BYTES_MAX: argv holds the whole arguments before */
  pl_place place;               /* of its files while the visitor looks at it */
  pl_root *directory;           /* kept processes: /proc/PID, owned by the list; NULL past PL_KEPT_PROCESSES_MAX */
} pl_process;

typedef struct pl_processes {
  pl_process *items; /* kept ones, by pid */
  size_t count, capacity;
  size_t seen, vanished, denied;
  bool complete; /* every numeric directory was visited and read, the programs' links too (but pid 1's), and none hides
                  */
  const char *why; /* when not */
} pl_processes;

/* PROCESS and its strings live only during the call; return true to keep it (a copy in the host's arena). */
typedef bool (*pl_process_visitor)(const pl_process *process, void *context);

void pl_processes_read(pl_host *host, pl_process_visitor visitor, void *context, pl_processes *ret);
void pl_processes_close(pl_processes *processes);

/* Of a kept process. Each may fail with DENIED or VANISHED. */
int pl_process_environ(pl_host *host, const pl_process *process, const char *const **ret, size_t *ret_count,
                       pl_error *err);
int pl_process_cwd(pl_host *host, const pl_process *process, const char **ret, pl_error *err);
/* The kernel gives the first PID namespace this inode, on every machine (PROC_PID_INIT_INO). */
#define PL_INITIAL_PID_NAMESPACE "pid:[4026531836]"
/* Such a text for NAME "pid"; by the link's text, which a captured tree has too. */
int pl_process_namespace(pl_host *host, const pl_process *process, const char *name, const char **ret, pl_error *err);
/* Start in seconds since the epoch (stat field 22 and boot time), effective uid, parent. */
typedef struct pl_process_status {
  int64_t started; /* 0 when the boot time is unknown */
  uint32_t uid, gid;
  int parent;
  const char *name; /* comm */
} pl_process_status;
int pl_process_status_read(pl_host *host, const pl_process *process, pl_process_status *ret, pl_error *err);
/* mountinfo of the process, parsed (mounts.h). */
int pl_process_mounts(pl_host *host, const pl_process *process, pl_mounts **ret, pl_error *err);
/* Its root directory, only on a live host; the caller frees it. PL_ERR_UNSUPPORTED on a captured one. */
pl_root *pl_process_root(pl_host *host, const pl_process *process, pl_error *err);
