/* Opening a node: its root, its proc, what is mounted, who has accounts, and what we can see of it. */
#include "plumbline/host/host.h"

#include <errno.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include "host_private.h"
#include "netlink.h"
#include "plumbline/core/escape.h"
#include "plumbline/core/number.h"
#include "plumbline/host/accounts.h"

enum { OUT_OF_REACH_MAX = 1000 };

int pl_proc_open_below(const pl_host *host, pl_place place, const char *name, size_t *ret_size) {
  struct stat st = {.st_size = 0};
  if (!host->live) {
    int rc = pl_below_stat(place, name, &st);
    if (rc < 0 || !S_ISREG(st.st_mode))
      return rc < 0 ? rc : -EINVAL;
  }
  *ret_size = (size_t)st.st_size;
  return pl_below_open(place, name, PL_OPEN_REGULAR);
}

int pl_proc_read_below(const pl_host *host, pl_arena *arena, pl_place place, const char *name, size_t maximum,
                       pl_bytes *ret, pl_error *err) {
  size_t size = 0;
  pl_auto_close int fd = pl_proc_open_below(host, place, name, &size);
  if (fd < 0)
    return fd == -EINVAL ? pl_fail(err, PL_ERR_TYPE, "%s: not a regular file", name)
                         : pl_fail_errno(err, -fd, "%s", name);
  if (pl_read_virtual(arena, fd, size, maximum, ret, err) == 0)
    return 0;
  pl_error_prefix(err, "%s", name);
  return -1;
}

void pl_host_unreachable(pl_host *host, const char *what, const char *why) {
  const char *clean = pl_escape_text(host->arena, what);
  for (size_t i = 0; i < host->out_of_reach_count; i++)
    if (pl_equal(host->out_of_reach[i].what, clean))
      return;
  if (host->out_of_reach_count > OUT_OF_REACH_MAX)
    return;
  pl_out_of_reach one = {.what = clean, .why = pl_escape_text(host->arena, why)};
  if (host->out_of_reach_count == OUT_OF_REACH_MAX)
    one = (pl_out_of_reach){.what = "more", .why = "too much is out of reach to list it all"};
  pl_push(host->arena, host->out_of_reach, host->out_of_reach_count, host->out_of_reach_capacity, one);
}

static pl_root *open_proc(pl_host *host, const pl_host_options *options, pl_error *err) {
  if (options->proc)
    return pl_root_new(options->proc, err);
  int fd = pl_root_open(host->root, "/proc", PL_OPEN_DIRECTORY, err);
  return fd < 0 ? NULL : pl_root_from_fd(fd, "/proc");
}

static bool is_procfs(const pl_root *proc) {
  struct statfs fs;
  return proc && fstatfs(pl_root_fd(proc), &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* Where our own mount namespace has the root, NULL for "/" or when it cannot be told. */
static const char *own_place_of_root(pl_host *host) {
  pl_root *own = pl_root_new("/proc", NULL);
  char *path = pl_printf(host->arena, "self/fd/%d", pl_root_fd(host->root));
  const char *place = own ? pl_root_readlink(own, host->arena, path, NULL) : NULL;
  pl_root_free(own);
  return place && *place == '/' && !pl_equal(place, "/") ? place : NULL;
}

static pl_mounts *read_mounts(pl_host *host, const char *path, pl_error *err) {
  pl_mounts *mounts = NULL;
  pl_bytes text;
  if (pl_root_read_virtual(host->proc, host->arena, path, PL_MOUNTINFO_BYTES_MAX, &text, err) < 0 ||
      pl_mounts_parse(host->arena, text, &mounts, err) < 0)
    return NULL;
  return mounts;
}

/* Those of pid 1; those of our own namespace where these cannot be read. */
static void find_mounts(pl_host *host) {
  pl_error err = {.kind = PL_ERR_NONE};
  bool own = host->live && pl_vantage_own_mounts(host);
  host->mounts = host->proc ? read_mounts(host, "1/mountinfo", &err) : NULL;
  if (!host->mounts && host->live) {
    host->mounts = read_mounts(host, "self/mountinfo", NULL);
    own = true;
  }
  const char *place = host->mounts && own ? own_place_of_root(host) : NULL;
  if (place)
    host->mounts = pl_mounts_seen_from(host->arena, host->mounts, place);
  if (!host->mounts)
    pl_host_unreachable(host, "mounts", host->proc ? err.text : "there is no proc directory");
}

/* The line "btime SECONDS" of proc/stat. */
static int64_t read_boot_time(pl_host *host) {
  pl_bytes text;
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  const char *const *lines = NULL;
  int64_t seconds = 0;
  if (!host->proc || pl_host_remote_mount(host, "/proc/stat") ||
      pl_root_read_virtual(host->proc, scratch, "stat", PL_PROC_BYTES_MAX, &text, NULL) < 0)
    return 0;
  pl_split(scratch, text.data, '\n', &lines);
  for (; *lines; lines++)
    if (pl_starts(*lines, "btime ") && pl_parse_int(*lines + 6, 1, INT64_MAX, &seconds, NULL) == 0)
      return seconds;
  return 0;
}

pl_host *pl_host_open(pl_arena *arena, const pl_host_options *options, pl_error *err) {
  static const pl_host_options defaults = {.root = NULL};
  options = options ? options : &defaults;
  pl_root *root = pl_root_new(options->root ? options->root : "/", err);
  if (!root)
    return NULL;
  pl_host *host = pl_new(arena, pl_host);
  host->arena = arena;
  host->root = root;
  pl_error proc_err = {.kind = PL_ERR_NONE};
  host->proc = open_proc(host, options, &proc_err);
  if (!host->proc)
    pl_host_unreachable(host, "processes", proc_err.text);
  host->live = is_procfs(host->proc);
  find_mounts(host);
  pl_files_open(host);
  host->boot_time = read_boot_time(host);
  pl_vantage_read(host);
  host->accounts = pl_accounts_read(host);
  return host;
}

void pl_host_close(pl_host *host) {
  if (!host)
    return;
  pl_files_close(host);
  if (host->netlink)
    pl_netlink_close(host->netlink);
  pl_root_free(host->proc);
  pl_root_free(host->root);
  host->proc = host->root = NULL;
}
