/*
 * systemd units as systemd would load them: the fragment, drop-ins merged by file name over the unit directories
 * (/etc/systemd/system, /run/systemd/system, /usr/local/lib/systemd/system, /usr/lib/systemd/system,
 * /lib/systemd/system, and those of "systemctl set-property", transient units and generators), and the command line
 * that results (systemd.unit(5), systemd.service(5), systemd.exec(5)). Variables that only the running manager knows
 * (PATH, PassEnvironment=) are not expanded; WHY says so when one is used.
 */
#pragma once

#include "plumbline/host/files.h"

typedef struct pl_unit {
  const char *name;     /* "kubelet.service" */
  const char *fragment; /* path; NULL: there is no such unit */
  bool masked;
  pl_paths drop_ins;       /* in effect, in the order they apply */
  pl_paths shadowed;       /* there, but a file of the same name in a higher directory replaces them */
  const char *program;     /* what the last effective ExecStart runs; argv[0] may differ ('@') */
  const char *const *argv; /* its arguments, specifiers and variables expanded; NULL when there is none */
  size_t argc;
  const char *const *environment; /* NAME=value by name, of Environment= and the files that could be read */
  size_t environment_count;
  pl_paths environment_files; /* those that exist */
  const char *working_directory;
  const char *why;       /* something of it could not be read: the first reason, else NULL */
  const char *files_why; /* the same, of what FRAGMENT and DROP_INS are alone */
} pl_unit;

/* Always fills RET; a unit that is not there has no fragment. Each is read once and remembered. */
void pl_unit_read(pl_host *host, const char *name, pl_unit *ret);
