/* What is read only of the processes that were kept. */
#include "host_private.h"
#include "plumbline/host/processes.h"
#include "process_text.h"

enum { CAPTURED_TICKS = 100 }; /* a second; what every Linux that runs Kubernetes shows in stat */

static int check(const pl_process *process, pl_error *err) {
  if (process->directory)
    return 0;
  return pl_fail(err, PL_ERR_LIMIT, "/proc/%d: more than %d processes were kept", process->pid, PL_KEPT_PROCESSES_MAX);
}

/* Context for what failed. In a live proc nothing that was there is missing but by the end of the process. */
static int fail(const pl_host *host, const pl_process *process, const char *name, pl_error *err) {
  if (err && err->kind == PL_ERR_ABSENT && host->live)
    pl_fail(err, PL_ERR_VANISHED, "%s: the process has ended", name);
  pl_error_prefix(err, "/proc/%d", process->pid);
  return -1;
}

static int read_file(pl_host *host, pl_arena *arena, const pl_process *process, const char *name, size_t maximum,
                     pl_bytes *ret, pl_error *err) {
  if (check(process, err) < 0)
    return -1;
  if (pl_proc_read_below(host, arena, pl_at(pl_root_fd(process->directory)), name, maximum, ret, err) < 0)
    return fail(host, process, name, err);
  return 0;
}

static int read_link(pl_host *host, const pl_process *process, const char *name, const char **ret, pl_error *err) {
  if (check(process, err) < 0)
    return -1;
  const char *text = pl_root_readlink(process->directory, host->arena, name, err);
  if (!text)
    return fail(host, process, name, err);
  *ret = text;
  return 0;
}

int pl_process_environ(pl_host *host, const pl_process *process, const char *const **ret, size_t *ret_count,
                       pl_error *err) {
  pl_bytes text;
  if (read_file(host, host->arena, process, "environ", PL_PROC_BYTES_MAX, &text, err) < 0)
    return -1;
  size_t count = pl_nul_count(text.data, text.length);
  const char **items = pl_new_array(host->arena, const char *, count + 1);
  pl_nul_split(text.data, text.length, items);
  *ret = items;
  *ret_count = count;
  return 0;
}

int pl_process_cwd(pl_host *host, const pl_process *process, const char **ret, pl_error *err) {
  return read_link(host, process, "cwd", ret, err);
}

int pl_process_namespace(pl_host *host, const pl_process *process, const char *name, const char **ret, pl_error *err) {
  return read_link(host, process, pl_printf(host->arena, "ns/%s", name), ret, err);
}

static int64_t ticks_per_second(const pl_host *host) {
  long ticks = host->live ? sysconf(_SC_CLK_TCK) : 0;
  return ticks > 0 ? ticks : CAPTURED_TICKS;
}

int pl_process_status_read(pl_host *host, const pl_process *process, pl_process_status *ret, pl_error *err) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_bytes stat, status;
  pl_stat_line line;
  uint32_t uid = 0, gid = 0;
  if (read_file(host, scratch, process, "stat", PL_PROC_BYTES_MAX, &stat, err) < 0 ||
      read_file(host, scratch, process, "status", PL_PROC_BYTES_MAX, &status, err) < 0)
    return -1;
  if (pl_stat_parse(host->arena, stat, &line, err) < 0 || pl_status_parse(status, &uid, &gid, err) < 0)
    return fail(host, process, "", err);
  int64_t seconds = line.start_ticks / ticks_per_second(host), started = 0;
  if (host->boot_time == 0 || __builtin_add_overflow(host->boot_time, seconds, &started))
    started = 0;
  *ret = (pl_process_status){.started = started, .uid = uid, .gid = gid, .parent = line.parent, .name = line.name};
  return 0;
}

int pl_process_mounts(pl_host *host, const pl_process *process, pl_mounts **ret, pl_error *err) {
  pl_bytes text;
  if (read_file(host, host->arena, process, "mountinfo", PL_MOUNTINFO_BYTES_MAX, &text, err) < 0)
    return -1;
  return pl_mounts_parse(host->arena, text, ret, err) < 0 ? fail(host, process, "mountinfo", err) : 0;
}

pl_root *pl_process_root(pl_host *host, const pl_process *process, pl_error *err) {
  if (!host->live) {
    pl_fail(err, PL_ERR_UNSUPPORTED, "/proc/%d/root: not followed on a captured node", process->pid);
    return NULL;
  }
  if (check(process, err) < 0)
    return NULL;
  int fd = pl_below_process_root(pl_root_fd(process->directory));
  if (fd >= 0)
    return pl_root_from_fd(fd, pl_printf(host->arena, "/proc/%d/root", process->pid));
  pl_fail_errno(err, -fd, "root");
  fail(host, process, "root", err);
  return NULL;
}
