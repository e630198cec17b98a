/*
 * The one way to a path: everything is opened below a root directory and no link leads out of it.
 *
 * openat2(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS) where the kernel has it, else a walk component by
 * component with O_PATH | O_NOFOLLOW; both under the same tests. Absolute links restart at the root.
 * No other file of the project calls open, stat or readlink on a path.
 */
#pragma once

#include <sys/stat.h>

#include "plumbline/core/text.h"

typedef struct pl_root pl_root;

typedef enum pl_open_kind {
  PL_OPEN_PATH,     /* O_PATH: for fstat; links followed */
  PL_OPEN_LINK,     /* O_PATH of the last component itself, a link not followed */
  PL_OPEN_REGULAR,  /* readable regular file; anything else is PL_ERR_TYPE and is not opened */
  PL_OPEN_DIRECTORY /* readable directory */
} pl_open_kind;

/* PATH is opened as the caller sees it. Free with pl_root_free. */
pl_root *pl_root_new(const char *path, pl_error *err);
/* The same from a directory descriptor, which the root then owns; SHOWN is for messages. */
pl_root *pl_root_from_fd(int fd, const char *shown);
void pl_root_free(pl_root *root);
const char *pl_root_shown(const pl_root *root);
int pl_root_fd(const pl_root *root);
/* For tests and reports: false after openat2 was refused and the walk took over. */
bool pl_root_uses_openat2(const pl_root *root);

/* Descriptor of PATH (absolute or relative to the root), or -1. */
int pl_root_open(const pl_root *root, const char *path, pl_open_kind kind, pl_error *err);
/* The same, with what fstat says of it. */
int pl_root_open_stat(const pl_root *root, const char *path, pl_open_kind kind, struct stat *ret, pl_error *err);
/* PL_OPEN_REGULAR of what was just seen to be a regular file, in fewer steps. */
int pl_root_open_known(const pl_root *root, const char *path, struct stat *ret, pl_error *err);
/* What PATH is, a link not followed. The directory it lies in stays open for the next: moved meanwhile, it still
 * answers.
 */
int pl_root_stat(const pl_root *root, const char *path, struct stat *ret, pl_error *err);
/* Target of a link, as written. */
char *pl_root_readlink(const pl_root *root, pl_arena *arena, const char *path, pl_error *err);

/*
 * Where a name is looked up: in an open directory, or, which spares opening it, in one of its FOLDERs, that a listing
 * has just shown as a directory; NULL: none. A link that took the folder's place is never opened through; its target
 * may be looked at.
 */
typedef struct pl_place {
  int directory;
  const char *folder;
} pl_place;

static inline pl_place pl_at(int directory) { return (pl_place){directory, NULL}; }

/*
 * One step below a place: for /proc and for walks, where every call counts. NAME is one component; a link is not
 * followed. They return an errno below zero. PL_OPEN_REGULAR opens whatever is there: where that may be a device or a
 * FIFO, the caller asks pl_below_stat before.
 */
int pl_below_open(pl_place place, const char *name, pl_open_kind kind);
/* Target of the link, terminated, with its length; -ENAMETOOLONG when it does not fit into SIZE bytes. */
ssize_t pl_below_readlink(pl_place place, const char *name, char *ret, size_t size);
int pl_below_stat(pl_place place, const char *name, struct stat *ret);
/* Root directory of the process whose /proc/PID is DIRECTORY. The one link that only the kernel can follow and that we
 * do. */
int pl_below_process_root(int directory);

/* Whole content of an open regular file, at most MAXIMUM bytes (more is LIMIT). A file that changes while read is
 * VANISHED. */
int pl_read_regular(pl_arena *arena, int fd, size_t maximum, pl_bytes *ret, pl_error *err);
/* The same of a file that fstat has just said ST of, and of PATH below ROOT. */
int pl_read_known(pl_arena *arena, int fd, const struct stat *st, size_t maximum, pl_bytes *ret, pl_error *err);
int pl_root_read(const pl_root *root, pl_arena *arena, const char *path, size_t maximum, pl_bytes *ret, pl_error *err);
/*
 * Whole content of a file of /proc or /sys: a short read is not its end, but that SIZE bytes were read and no more came
 * is, where a captured file has a SIZE that fstat told; 0: not known.
 */
int pl_read_virtual(pl_arena *arena, int fd, size_t size, size_t maximum, pl_bytes *ret, pl_error *err);
int pl_root_read_virtual(const pl_root *root, pl_arena *arena, const char *path, size_t maximum, pl_bytes *ret,
                         pl_error *err);
