/* Reads memory and CPU limits from control groups, of both versions (cgroups(7)). */
#include "cgroup_limits.h"

#include "plumbline/core/number.h"
#include "quiet_read.h"

enum { MILLI = 1000 };

/* Of version 1: the largest number of whole pages. */
#define V1_UNLIMITED INT64_C(0x7ffffffffffff000)

typedef struct place {
  const pl_host *host;
  pl_arena *scratch;
  const char *path; /* of the control group, below where a hierarchy is mounted */
} place;

static const char *line_of(const place *at, const char *hierarchy, const char *file) {
  const char *path = pl_printf(at->scratch, PL_CGROUP_MOUNT "%s%s/%s", hierarchy, at->path, file);
  return pl_read_line_quietly(at->host, at->scratch, path);
}

static int64_t number_of(const char *text, int64_t least) {
  int64_t number = 0;
  return text && pl_parse_int(text, least, INT64_MAX, &number, NULL) == 0 ? number : PL_LIMIT_UNKNOWN;
}

static int64_t memory_of(const place *at) {
  const char *text = line_of(at, "", "memory.max");
  if (text)
    return strcmp(text, "max") == 0 ? PL_NO_LIMIT : number_of(text, 0);
  int64_t bytes = number_of(line_of(at, "/memory", "memory.limit_in_bytes"), 0);
  return bytes >= V1_UNLIMITED ? PL_NO_LIMIT : bytes;
}

static int64_t share(int64_t quota, int64_t period) {
  int64_t thousandths = 0;
  if (quota < 0 || period <= 0 || __builtin_mul_overflow(quota, MILLI, &thousandths))
    return PL_LIMIT_UNKNOWN;
  return thousandths / period;
}

/* "QUOTA PERIOD" or "max PERIOD". */
static int64_t cpu_of(const place *at) {
  const char *text = line_of(at, "", "cpu.max"), *blank = text ? strchr(text, ' ') : NULL;
  if (text && pl_starts(text, "max"))
    return PL_NO_LIMIT;
  if (blank)
    return share(number_of(pl_strndup(at->scratch, text, (size_t)(blank - text)), 0), number_of(blank + 1, 1));
  const char *quota = line_of(at, "/cpu", "cpu.cfs_quota_us");
  return pl_equal(quota, "-1") ? PL_NO_LIMIT
                               : share(number_of(quota, 0), number_of(line_of(at, "/cpu", "cpu.cfs_period_us"), 1));
}

/* The path of the container's own group, and with UP that of its pod; NULL when PATH does not name ID. */
static const char *group_of(pl_arena *scratch, const char *path, const char *id, bool up) {
  const char *found = id ? strstr(path, id) : NULL;
  size_t length = found ? (size_t)(found - path) + strcspn(found, "/") : 0;
  while (up && length > 0 && path[--length] != '/')
    ;
  return found ? pl_strndup(scratch, path, length) : NULL;
}

static int64_t either(int64_t own, int64_t pod) { return own == PL_LIMIT_UNKNOWN || own >= 0 ? own : pod; }

pl_cgroup_limits pl_cgroup_limits_read(const pl_host *host, const char *path, const char *id) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  const pl_cgroup_limits unknown = {PL_LIMIT_UNKNOWN, PL_LIMIT_UNKNOWN};
  place own = {host, scratch, group_of(scratch, path, id, false)},
        pod = {host, scratch, group_of(scratch, path, id, true)};
  if (!own.path || strstr(path, "/../"))
    return unknown;
  pl_cgroup_limits limits = {memory_of(&own), cpu_of(&own)};
  if (limits.memory == PL_NO_LIMIT)
    limits.memory = either(limits.memory, memory_of(&pod));
  if (limits.cpu == PL_NO_LIMIT)
    limits.cpu = either(limits.cpu, cpu_of(&pod));
  return limits;
}
