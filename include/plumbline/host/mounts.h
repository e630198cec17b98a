/* mountinfo: what is mounted where, and the rule that network and fuse mounts are never touched. */
#pragma once

#include "plumbline/core/text.h"

typedef struct pl_mount {
  const char *root;  /* within the file system */
  const char *point; /* raw, octal escapes undone */
  const char *options, *type, *source, *super_options;
  uint32_t major, minor;
} pl_mount;

typedef struct pl_mounts {
  pl_mount *items;
  size_t count, capacity;
} pl_mounts;

/* Undo \040 and the like in place, as proc writes names; false: a backslash that begins nothing of the kind. */
bool pl_mounts_unescape(char *text);
/* Malformed lines are errors with their line number. */
int pl_mounts_parse(pl_arena *arena, pl_bytes text, pl_mounts **ret, pl_error *err);
/* The mount that holds PATH: the longest mount point that is PATH or above it, the last such line. NULL when none. */
const pl_mount *pl_mounts_find(const pl_mounts *mounts, const char *path);
/* nfs, cifs, ceph, 9p, fuse, autofs and their kin: a dead server would hang whoever looks. */
bool pl_mount_is_remote(const pl_mount *mount);
