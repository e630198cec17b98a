/* Reading that leaves no trace in the facts' `files`: for what is machinery, not evidence. Private to this level. */
#pragma once

#include "plumbline/host/files.h"

/* pl_open_resolved of PATH, which is named where it lies on a network or fuse mount. */
int pl_open_quietly(const pl_host *host, const char *path, pl_open_kind kind, pl_error *err);
/* Content of the regular file PATH of the node, into ARENA. */
int pl_read_quietly(const pl_host *host, pl_arena *arena, const char *path, size_t maximum, pl_bytes *ret,
                    pl_error *err);
/* The same, white space at the end cut off; NULL when it cannot be read. */
const char *pl_read_line_quietly(const pl_host *host, pl_arena *arena, const char *path);
/* The same of NAME in DIRECTORY, which no link of it leads out of: for what others than root may have made. */
int pl_read_enclosed(const pl_host *host, pl_arena *arena, const char *directory, const char *name, size_t maximum,
                     pl_bytes *ret, pl_error *err);
const char *pl_read_line_enclosed(const pl_host *host, pl_arena *arena, const char *directory, const char *name);
