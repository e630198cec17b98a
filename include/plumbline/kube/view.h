/*
 * A component's files as the component sees them.
 *
 * A path in a container's argument is a path in that container. Live, it is read through /proc/PID/root; on a captured
 * node, or when nothing runs, it is mapped through the manifest's hostPath volumes, the OCI bundle's mounts or the
 * process's mountinfo.
 */
#pragma once

#include "plumbline/host/files.h"
#include "plumbline/host/processes.h"

typedef struct pl_mapping {
  const char *inside, *outside; /* directory or file in the container, the same on the host */
  bool read_only;               /* of a bundle: it was mounted so */
} pl_mapping;

typedef struct pl_view {
  pl_host *host;
  bool container;       /* false: the component sees the host's own files */
  pl_mapping *mappings; /* the longest INSIDE wins */
  size_t count, capacity;
  pl_root *process_root;     /* live container: /proc/PID/root; else NULL */
  const pl_process *process; /* with a process root: whose it is */
  int pid;                   /* of that process, for messages */
} pl_view;

/* The host's path for PATH, or NULL with ERR (UNSUPPORTED) when it lies in the container's own file system. */
const char *pl_view_host_path(const pl_view *view, const char *path, pl_error *err);
/* Content by the host's path when there is one (so that `files` records it), else through the process's root.
   *RET_SHOWN: path for people, "PATH" or "PATH in the container of pid N". SECRET_NAMES as pl_host_read_public when
   PUBLIC. */
int pl_view_read(const pl_view *view, const char *path, size_t maximum, bool public, pl_bytes *ret,
                 const char **ret_shown, pl_error *err);
/* Entries below DIRECTORY as the component would walk it; paths are the component's. Incomplete, with WHY, where it
   lies in the container's own file system. */
pl_paths pl_view_walk(const pl_view *view, const char *directory, const pl_walk *walk);
/* Stat by the component's path. Never NULL. */
const pl_file *pl_view_stat(const pl_view *view, const char *path);
/* Fails where the process itself has mounted something remote at PATH or above. */
int pl_view_check_mounts(const pl_view *view, const char *path, pl_error *err);
