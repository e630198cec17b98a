/*
 * What the kernel refuses us from now on: a run can neither change the node nor reach out of it, whatever is read.
 *
 * pl_confine_calls, at the start: no program is started, no process touched or made, nothing mounted, no socket opened
 * but netlink's for links, IPsec and generic queries, no mode, owner, time or attribute of a file changed; what is not
 * on the list of src/host/compile/filter.c fails with EPERM.
 *
 * pl_confine_files, after the process pass: under Landlock nobody reads the links and the environment of other
 * processes any more. From then on, by the kernel's version of Landlock:
 *   1  files are opened for reading below the readable directories only; nothing is executed, written, made or removed
 *      but regular files in the report directories and below them, where making needs a descriptor opened before;
 *   2  nothing moves from one directory to another;
 *   3  nothing is cut short;
 *   4  no TCP, neither to nor from;
 *   5  no ioctl on a device opened since;
 *   6  no signal to, and no abstract socket of, a process outside.
 * What Landlock does not stop: looking at a path (stat, readlink, chdir), what is open already, netlink; modes, owners,
 * times and attributes, which the first half does. What only the second stops where there is no Landlock: opening
 * files for writing, removing and renaming them.
 */
#pragma once

#include "plumbline/core/memory.h"
#include "plumbline/core/node.h"

/* What is in force. Zeroed: nothing is. */
typedef struct pl_confinement {
  bool no_new_privs, seccomp;
  int landlock;             /* the version whose rights are taken away, 0 none */
  const char *seccomp_why;  /* why it is not in force, in the caller's arena; NULL when it is, or was not asked for */
  const char *landlock_why; /* the same */
} pl_confinement;

/* All are for good, for this thread and for those that it makes afterwards; none fails: RET says what came of it. */
/* no_new_privs alone: nothing that is executed gains rights. */
void pl_confine_privileges(pl_confinement *ret);
/* That, and the filter; once a process. */
void pl_confine_calls(pl_arena *arena, pl_confinement *ret);

typedef struct pl_confine_paths {
  const int *readable; /* descriptors of directories, O_PATH will do */
  size_t readable_count;
  const int *reports;
  size_t report_count;
} pl_confine_paths;

/* All or nothing: if one directory cannot be allowed, Landlock stays off, since it would hide what must be read. Needs
 * no_new_privs, which pl_confine_calls sets. */
void pl_confine_files(pl_arena *arena, const pl_confine_paths *paths, pl_confinement *ret);

/* {no_new_privs, seccomp, landlock, missing: [{what, why}]}, for facts and reports (plumbline-facts(5)). */
pl_node *pl_confinement_facts(pl_arena *arena, const pl_confinement *confinement);
