/* Reading that leaves no trace in the facts' `files`: for what is machinery, not evidence. Private to this level. */
#pragma once

#include "plumbline/host/files.h"

/* Content of the regular file PATH of the node, into ARENA. Network and fuse mounts are not touched. */
int pl_read_quietly(const pl_host *host, pl_arena *arena, const char *path, size_t maximum, pl_bytes *ret,
                    pl_error *err);
/* The same, white space at the end cut off; NULL when it cannot be read. */
const char *pl_read_line_quietly(const pl_host *host, pl_arena *arena, const char *path);
/* Nothing is at PATH; false when that cannot be told. */
bool pl_is_absent_quietly(const pl_host *host, const char *path);
