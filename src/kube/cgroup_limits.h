/* Limits that the kernel holds a container to. Private to this level. */
#pragma once

#include "plumbline/host/host.h"

#define PL_CGROUP_MOUNT  "/sys/fs/cgroup"

#define PL_NO_LIMIT      (-1)
#define PL_LIMIT_UNKNOWN (-2)

typedef struct pl_cgroup_limits {
  int64_t memory; /* bytes; PL_NO_LIMIT, PL_LIMIT_UNKNOWN */
  int64_t cpu;    /* thousandths of a processor; the same */
} pl_cgroup_limits;

/* By the control files of the container ID whose process is in the cgroup PATH, and of its pod: what the pod is limited
 * to holds for all in it. */
pl_cgroup_limits pl_cgroup_limits_read(const pl_host *host, const char *path, const char *id);
