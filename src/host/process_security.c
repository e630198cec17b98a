/* What holds a process back: read while the pass has it open, or of one that was kept. */
#include <errno.h>

#include "host_private.h"
#include "plumbline/host/process_security.h"
#include "process_text.h"

/* Without the end of the line that some modules write. */
static const char *read_label(pl_host *host, pl_arena *scratch, pl_place place) {
  pl_bytes text;
  int opened = pl_below_open(place, "attr", PL_OPEN_DIRECTORY);
  if (opened < 0)
    return NULL;
  pl_auto_close int attr = opened;
  if (pl_proc_read_below(host, scratch, pl_at(attr), "current", PL_LABEL_BYTES_MAX, &text, NULL) < 0)
    return NULL;
  return pl_strndup(host->arena, text.data, strcspn(text.data, "\n"));
}

int pl_process_security_read(pl_host *host, pl_place place, bool label, pl_process_security *ret, pl_error *err) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_bytes text;
  *ret = (pl_process_security){0};
  if (pl_proc_read_below(host, scratch, place, "status", PL_PROC_BYTES_MAX, &text, err) < 0 ||
      pl_security_parse(text, ret, err) < 0)
    return -1;
  ret->label = label ? read_label(host, scratch, place) : NULL;
  return 0;
}

int pl_process_open_files(pl_host *host, const pl_process *process, pl_texts *ret, pl_error *err) {
  const char **items = NULL;
  size_t count = 0, capacity = 0;
  if (!process->directory)
    return pl_fail(err, PL_ERR_LIMIT, "/proc/%d: more than %d processes were kept", process->pid,
                   PL_KEPT_PROCESSES_MAX);
  int opened = pl_below_open(pl_at(pl_root_fd(process->directory)), "fd", PL_OPEN_DIRECTORY);
  if (opened < 0)
    return pl_fail_errno(err, -opened, "/proc/%d/fd", process->pid);
  pl_auto_closedir DIR *directory = pl_directory_stream(opened);
  size_t seen = 0;
  for (const struct dirent *entry; (entry = readdir(directory));) {
    char target[PL_PATH_BYTES_MAX];
    if (*entry->d_name == '.')
      continue;
    if (seen++ >= PL_OPEN_FILES_MAX)
      return pl_fail(err, PL_ERR_LIMIT, "/proc/%d/fd: more than %d open files", process->pid, PL_OPEN_FILES_MAX);
    if (pl_below_readlink(pl_at(dirfd(directory)), entry->d_name, target, sizeof target) > 0 && *target == '/')
      pl_push(host->arena, items, count, capacity, pl_strdup(host->arena, target));
  }
  *ret = (pl_texts){items, count};
  return 0;
}
