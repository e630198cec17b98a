/* What the files of the host level share: the memory of files, and paths that cannot hang whoever looks. */
#pragma once

#include <dirent.h>
#include <sys/stat.h>

#include "plumbline/core/limits.h"
#include "plumbline/host/files.h"
#include "plumbline/host/mounts.h"
#include "plumbline/host/processes.h"

struct pl_file_cache {
  void *files;  /* search tree of what was asked about, by path */
  void *links;  /* search tree of components that were found to be links or not, by path */
  void *remote; /* search tree of mounts that must not be touched, by point; the root's own apart: it has answered
                   already */
  size_t remote_count;
  uint64_t bytes;                                     /* of all contents that were kept */
  const struct pl_unit_directories *unit_directories; /* unit_search.c; NULL until a unit is asked for */
  struct pl_known_unit *units;                        /* units.c: those that were read */
};

/* ---- files.c ---- */

typedef struct pl_file_entry {
  pl_file file; /* first, so that a path finds its entry */
  pl_bytes content;
  bool has_content;
} pl_file_entry;

/* After the mounts are known. */
void pl_files_open(pl_host *host);
void pl_files_close(pl_host *host);
/* The entry of PATH, stat-ed the first time. */
pl_file_entry *pl_files_entry(pl_host *host, const char *path);
/* ENTRY, that was just opened, may be read: neither it alone nor all that is kept is too large. */
int pl_files_check_size(pl_host *host, const pl_file_entry *entry, size_t maximum, pl_error *err);
/* Open what ENTRY names for reading and take its stat from the descriptor; -1 with the reason. */
int pl_files_open_entry(pl_host *host, pl_file_entry *entry, struct stat *ret, pl_error *err);
/* Why without the path that core's messages begin with. */
const char *pl_reason(pl_arena *arena, const pl_error *err, const char *path);

/* ---- resolve.c ---- */

typedef struct pl_resolved {
  char path[PL_PATH_BYTES_MAX];
} pl_resolved;

/* Where PATH leads, links followed (the last component's only with FOLLOW), every step checked against the mounts
 * before it is taken. */
int pl_resolve(const pl_host *host, const char *path, bool follow, pl_resolved *ret, pl_error *err);
/* The same where nothing has to be avoided too, for those who ask where something lies. RET is filled as far as it got.
 */
int pl_resolve_links(const pl_host *host, const char *path, bool follow, pl_resolved *ret, pl_error *err);

/* ---- walk.c ---- */

/* One listing or several under one count of entries. */
typedef struct pl_walker {
  pl_host *host;
  pl_paths paths;
  size_t entries; /* seen so far */
} pl_walker;

/* The stream takes FD, an open directory. */
DIR *pl_directory_stream(int fd);
static inline void pl_closedir_cleanup(DIR **directory) {
  if (*directory)
    closedir(*directory);
}
#define pl_auto_closedir __attribute__((cleanup(pl_closedir_cleanup)))

void pl_walker_run(pl_walker *walker, const char *directory, const pl_walk *walk);
/* One more entry was seen: false, and incomplete, past the cap. */
bool pl_walker_count(pl_walker *walker, const char *directory);
void pl_walker_incomplete(pl_walker *walker, const char *path, const char *why);
void pl_walker_add(pl_walker *walker, const char *path);
/* glob.c: all that PATTERN names. */
void pl_walker_match(pl_walker *walker, const char *pattern);
/* Sorted, each path once. */
pl_paths pl_walker_finish(pl_walker *walker);
/* NAME matches one component of a pattern: '*', '?', '[...]'; a leading dot must be written. */
bool pl_pattern_matches(const char *pattern, size_t length, const char *name);
/* The component of LENGTH bytes has something that pl_pattern_matches treats specially. */
bool pl_pattern_is_wild(const char *pattern, size_t length);

/* ---- processes.c ---- */

/* pl_processes_read under a cap of the caller's. */
void pl_processes_read_some(pl_host *host, size_t maximum, pl_process_visitor visitor, void *context,
                            pl_processes *ret);

/* ---- mounts.c, host.c, vantage.c ---- */

/* Mount points as our own namespace has them, seen from a root that lies at PLACE in it; the mount around PLACE is its
 * "/". */
pl_mounts *pl_mounts_seen_from(pl_arena *arena, const pl_mounts *mounts, const char *place);

/* NAME in PLACE, that of a process, for reading: of a captured tree, where it may be anything, a regular file only,
 * whose size is told; 0 in a live proc. Returns an errno below zero, -EINVAL for what is no regular file. */
int pl_proc_open_below(const pl_host *host, pl_place place, const char *name, size_t *ret_size);
/* Its whole content. */
int pl_proc_read_below(const pl_host *host, pl_arena *arena, pl_place place, const char *name, size_t maximum,
                       pl_bytes *ret, pl_error *err);
/* Who we are and what can be seen from here; fills HOST and notes what is out of reach. */
void pl_vantage_read(pl_host *host);
/* Mount namespace of pid 1 is our own, as far as can be seen. */
bool pl_vantage_own_mounts(const pl_host *host);
