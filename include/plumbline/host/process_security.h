/*
 * What holds a process back (proc(5): status, attr/current), and what it has open (fd). Nothing that it has open is
 * touched: only the links' texts are read.
 */
#pragma once

#include "plumbline/core/record.h"
#include "plumbline/host/processes.h"

typedef enum pl_seccomp { PL_SECCOMP_NONE, PL_SECCOMP_STRICT, PL_SECCOMP_FILTER } pl_seccomp;

typedef struct pl_process_security {
  pl_seccomp seccomp;
  uint64_t effective, bounding; /* capabilities, a bit each */
  const char *label;            /* of AppArmor or SELinux, raw; NULL: not asked for, or none could be read */
} pl_process_security;

/* Of the process whose files are in PLACE, with LABEL also what its security module says of it. */
int pl_process_security_read(pl_host *host, pl_place place, bool label, pl_process_security *ret, pl_error *err);
/* Paths of the regular files and devices that a kept process has open, as it sees them; at most PL_OPEN_FILES_MAX. */
int pl_process_open_files(pl_host *host, const pl_process *process, pl_texts *ret, pl_error *err);
