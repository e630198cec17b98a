/*
 * A snapshot of the cluster: what `kubectl get KINDS -A -o json` wrote, as evidence beside the node's own.
 *
 * Of the objects only what decision tables ask for is kept (plumbline-facts(5), "cluster"). Secrets are stepped over
 * unread, and of every other object only members that are known to hold none are taken.
 */
#pragma once

#include "plumbline/core/text.h"

typedef struct pl_cluster pl_cluster;

/*
 * TEXT: one List, several one after the other, or single objects. SOURCE is its name for people; MTIME (0: unknown)
 * dates it where no object does. NULL with ERR, which has a line, when it is no JSON, holds no object of a kind that is
 * asked for, or more than limits.h allows. Nothing of TEXT is kept.
 */
pl_cluster *pl_cluster_read(pl_arena *arena, pl_bytes text, const char *source, int64_t mtime, pl_error *err);
