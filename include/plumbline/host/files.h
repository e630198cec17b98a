/*
 * Files of the node: one stat a path, content with its digest, walks and globs under caps.
 *
 * A path at or below a network or fuse mount is never opened or stat-ed (PL_ERR_MOUNT). Walks do not cross devices
 * (so that a directory on another one makes the answer incomplete) and do not follow links. Everything asked is
 * remembered and becomes the facts' `files`.
 */
#pragma once

#include "plumbline/host/host.h"
#include "plumbline/host/mounts.h"

typedef enum pl_file_state { PL_FILE_PRESENT, PL_FILE_ABSENT, PL_FILE_UNREADABLE } pl_file_state;
typedef enum pl_file_type {
  PL_TYPE_FILE,
  PL_TYPE_DIRECTORY,
  PL_TYPE_LINK,
  PL_TYPE_FIFO,
  PL_TYPE_SOCKET,
  PL_TYPE_BLOCK,
  PL_TYPE_CHARACTER
} pl_file_type;

typedef struct pl_file {
  const char *path; /* raw, absolute, as asked */
  pl_file_state state;
  const char *why; /* UNREADABLE: the reason; ABSENT: NULL */
  pl_error_kind why_kind;
  pl_file_type type; /* of what a link leads to; PL_TYPE_LINK only when that does not exist */
  unsigned mode;     /* 07777 bits */
  uint32_t uid, gid;
  int64_t size, mtime; /* bytes, seconds since the epoch */
  uint64_t device, inode;
  const char *target; /* raw text of the link when PATH itself is one, else NULL */
  char digest[65];    /* SHA-256 of the content when it was read, else "" */
} pl_file;

const char *pl_file_type_name(pl_file_type type); /* "file", "directory", "link", ... */

/* Into FILE what fstat said of it. */
void pl_file_fill(pl_file *file, const struct stat *st);

/* Facts of PATH, from memory after the first time. Never NULL. */
const pl_file *pl_host_stat(pl_host *host, const char *path);

/* Content of a regular file; its stat comes from the same descriptor and its digest is kept. Read again from memory. */
int pl_host_read(pl_host *host, const char *path, size_t maximum, pl_bytes *ret, pl_error *err);
/* As pl_host_read, for PKI files: when a PRIVATE KEY block shows, the buffer is wiped and the answer is
   PL_ERR_UNSUPPORTED "holds a private key". Names that say key (*.key, *-key.pem, *current.pem) are not opened at all:
   the same answer. */
int pl_host_read_public(pl_host *host, const char *path, size_t maximum, pl_bytes *ret, pl_error *err);
bool pl_name_says_key(const char *path);
/* A line "-----BEGIN ... PRIVATE KEY" begins or stands in DATA. */
bool pl_shows_private_key(const char *data, size_t length);
/* Wipe what is kept of PATH's content, for files with secrets in them: it is read anew when it is asked for again. */
void pl_host_forget(pl_host *host, const char *path);

/* The mount that makes PATH untouchable: a network or fuse mount that is it or above it. NULL: there is none. PATH has
 * no links. */
const pl_mount *pl_host_remote_mount(const pl_host *host, const char *path);
/* pl_root_open of PATH that touches no network or fuse mount, wherever links lead; nothing is remembered. */
int pl_open_resolved(const pl_host *host, const char *path, pl_open_kind kind, pl_error *err);
/* PATH with its links followed, in the host's arena; NULL when that fails. What does not exist stands as it is. */
const char *pl_host_real_path(const pl_host *host, const char *path, pl_error *err);

typedef struct pl_paths {
  const char **items; /* raw absolute paths, as a walk meets them: names by bytes, what is below one right after it */
  size_t count, capacity;
  bool complete;   /* false: a directory could not be read, lies on another device, or a cap was hit */
  const char *why; /* then, the first reason */
} pl_paths;

typedef struct pl_walk {
  unsigned max_depth;      /* 1: the directory's own entries */
  bool directories, files; /* what to return; links, sockets ... count as files */
  bool hidden;             /* names that begin with a dot too */
} pl_walk;

/* Everything below DIRECTORY that WALK asks for. An absent directory is complete and empty, with WHY "DIRECTORY does
 * not exist". */
pl_paths pl_host_walk(pl_host *host, const char *directory, const pl_walk *walk);
/* Paths that match PATTERN, by component: '*', '?', '[...]', and "**" for any depth. Without wildcards: the path if it
 * exists. */
pl_paths pl_host_glob(pl_host *host, const char *pattern);
/* Visit each file that was asked about, by path order. */
void pl_host_each_file(pl_host *host, void (*visit)(const pl_file *file, void *context), void *context);
