/* One pass over proc: each process through one directory descriptor, with buffers that are used again. */
#include "plumbline/host/processes.h"

#include <errno.h>
#include <limits.h>

#include "host_private.h"
#include "plumbline/core/number.h"
#include "process_text.h"

enum { FIRST_BUFFER = 4096 };

typedef struct buffer {
  char *data;
  size_t length, capacity;
} buffer;

typedef struct pass {
  pl_host *host;
  pl_process_visitor visitor;
  void *context;
  pl_processes *ret;
  size_t maximum; /* of processes to look at */
  size_t kept_directories;
  bool first_seen; /* pid 1 */
  buffer cmdline, cgroup;
  const char **argv;
  size_t argv_capacity;
  char exe[PL_PATH_BYTES_MAX];
} pass;

static void pass_cleanup(pass *p) {
  free(p->cmdline.data);
  free(p->cgroup.data);
  free(p->argv);
}

static void incomplete(pass *p, const char *why) {
  if (p->ret->complete)
    p->ret->why = why;
  p->ret->complete = false;
}

static bool is_denied(ssize_t rc) { return rc == -EACCES || rc == -EPERM; }

/* More of FD behind what is there. */
static ssize_t read_more(int fd, buffer *into, size_t room) {
  if (into->capacity - into->length < room) {
    into->capacity = into->capacity * 2 + room;
    into->data = pl_xrealloc(into->data, into->capacity + 1);
  }
  ssize_t got = 0;
  do
    got = read(fd, into->data + into->length, into->capacity - into->length);
  while (got < 0 && errno == EINTR);
  return got < 0 ? -errno : got;
}

/* NAME to its end, which is where nothing more comes or its size is reached, or to MAXIMUM and one byte more. Returns 0
 * or an errno below zero. */
static int read_file(const pass *p, pl_place place, const char *name, size_t maximum, buffer *into) {
  size_t size = 0;
  int opened = pl_proc_open_below(p->host, place, name, &size);
  if (opened < 0)
    return opened;
  pl_auto_close int fd = opened;
  ssize_t got = 1;
  bool end = false;
  for (into->length = 0; !end && into->length <= maximum; into->length += (size_t)got) {
    if ((got = read_more(fd, into, FIRST_BUFFER)) < 0)
      return (int)got;
    end = got == 0 || into->length + (size_t)got == size;
  }
  into->data[into->length] = '\0';
  return 0;
}

/* Of what is over the cap only whole arguments are kept. */
static void cut(buffer *cmdline) {
  const char *last = memrchr(cmdline->data, '\0', PL_CMDLINE_BYTES_MAX);
  cmdline->length = last ? (size_t)(last - cmdline->data) + 1 : 0;
}

static int read_argv(pass *p, pl_process *process) {
  int rc = read_file(p, process->place, "cmdline", PL_CMDLINE_BYTES_MAX, &p->cmdline);
  process->argv_denied = is_denied(rc);
  if (rc < 0)
    p->cmdline.length = 0;
  process->argv_cut = p->cmdline.length > PL_CMDLINE_BYTES_MAX;
  if (process->argv_cut)
    cut(&p->cmdline);
  process->argc = pl_nul_count(p->cmdline.data, p->cmdline.length);
  if (process->argc >= p->argv_capacity) {
    p->argv_capacity = process->argc * 2 + 64;
    p->argv = pl_xrealloc(p->argv, p->argv_capacity * sizeof *p->argv);
  }
  pl_nul_split(p->cmdline.data, p->cmdline.length, p->argv);
  process->argv = p->argv;
  return rc;
}

static void read_exe(pass *p, pl_process *process) {
  static const char deleted[] = " (deleted)";
  ssize_t length = pl_below_readlink(process->place, "exe", p->exe, sizeof p->exe);
  process->exe_denied = is_denied(length);
  if (length <= 0)
    return;
  process->exe_deleted = pl_ends(p->exe, deleted);
  if (process->exe_deleted)
    p->exe[(size_t)length - (sizeof deleted - 1)] = '\0';
  process->exe = p->exe;
}

static int read_cgroup(pass *p, pl_process *process) {
  int rc = read_file(p, process->place, "cgroup", PL_PROC_BYTES_MAX, &p->cgroup);
  if (rc == 0 && p->cgroup.length > 0)
    process->cgroup = pl_cgroup_pick(p->cgroup.data);
  return rc;
}

static const char *const *copy_argv(pl_arena *arena, const pass *p, size_t argc) {
  const char **argv = pl_new_array(arena, const char *, argc + 1);
  pl_nul_split(pl_strndup(arena, p->cmdline.data, p->cmdline.length), p->cmdline.length, argv);
  return argv;
}

/* The directory of PROCESS, for good. Descriptors are few: past the cap no more can be read of it. */
static pl_root *keep_directory(pass *p, const pl_process *process, int *directory) {
  const pl_place *place = &process->place;
  const char *shown = pl_printf(p->host->arena, "/proc/%d", process->pid);
  if (p->kept_directories == PL_KEPT_PROCESSES_MAX) {
    incomplete(p, pl_printf(p->host->arena, "more than %d processes to keep", PL_KEPT_PROCESSES_MAX));
    return NULL;
  }
  if (place->folder)
    *directory = pl_below_open(pl_at(place->directory), place->folder, PL_OPEN_PATH);
  if (*directory < 0) {
    incomplete(p, pl_printf(p->host->arena, "%s: %s", shown, strerror(-*directory)));
    return NULL;
  }
  p->kept_directories++;
  return pl_root_from_fd(pl_steal_fd(directory), shown);
}

static void keep(pass *p, const pl_process *process, int *directory) {
  pl_arena *arena = p->host->arena;
  pl_process copy = *process;
  copy.place = pl_at(-1);
  copy.argv = copy_argv(arena, p, process->argc);
  copy.exe = pl_strdup(arena, process->exe);
  copy.cgroup = pl_strdup(arena, process->cgroup);
  copy.directory = keep_directory(p, process, directory);
  pl_push(arena, p->ret->items, p->ret->count, p->ret->capacity, copy);
}

static bool is_gone(const pass *p, int rc) { return rc == -ESRCH || (rc == -ENOENT && p->host->live); }

/* RC of something that could not be read of PID. */
static void note_failure(pass *p, int pid, const char *name, int rc) {
  if (is_gone(p, rc))
    p->ret->vanished++;
  else if (is_denied(rc))
    p->ret->denied++;
  else
    incomplete(p, pl_printf(p->host->arena, "/proc/%d/%s: %s", pid, name, strerror(-rc)));
}

/* Something of it stayed hidden that recognition needs. The program of pid 1 is not such a thing: some systems protect
   their init from everybody, and an init whose arguments can be read is known for what it is. */
static bool is_hidden(const pl_process *process, int argv_rc, int cgroup_rc, bool runs) {
  bool exe = process->exe_denied && runs && (process->pid != 1 || process->argv_denied);
  return argv_rc < 0 || is_denied(cgroup_rc) || exe;
}

/* Kernel threads and zombies have neither arguments nor a program; nothing more is asked of them. */
static void visit(pass *p, int pid, pl_place place, int *directory) {
  pl_process process = {.pid = pid, .place = place};
  int rc = read_argv(p, &process);
  if (rc < 0 && !is_denied(rc)) {
    note_failure(p, pid, "cmdline", rc);
    return;
  }
  read_exe(p, &process);
  bool runs = process.argc > 0 || process.exe || rc < 0;
  int cgroup_rc = runs ? read_cgroup(p, &process) : 0;
  if (is_gone(p, cgroup_rc)) {
    p->ret->vanished++;
    return;
  }
  if (is_hidden(&process, rc, cgroup_rc, runs))
    p->ret->denied++;
  if (p->visitor(&process, p->context))
    keep(p, &process, directory);
}

/* A number as the kernel writes it, and a directory as far as is known. */
static bool is_process(const struct dirent *entry, int64_t *ret_pid) {
  bool other = entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN;
  return *entry->d_name >= '1' && *entry->d_name <= '9' && !other &&
         pl_parse_int(entry->d_name, 1, INT_MAX, ret_pid, NULL) == 0;
}

static void visit_entry(pass *p, int proc, const struct dirent *entry, int pid) {
  pl_auto_close int directory = -1;
  p->ret->seen++;
  p->first_seen = p->first_seen || pid == 1;
  if (!p->host->live && entry->d_type == DT_DIR) {
    visit(p, pid, (pl_place){proc, entry->d_name}, &directory);
    return;
  }
  directory = pl_below_open(pl_at(proc), entry->d_name, PL_OPEN_PATH);
  if (directory < 0)
    note_failure(p, pid, "", directory);
  else
    visit(p, pid, pl_at(directory), &directory);
}

static void visit_all(pass *p, DIR *proc) {
  errno = 0;
  for (struct dirent *entry = NULL; (entry = readdir(proc)); errno = 0) {
    int64_t pid = 0;
    if (!is_process(entry, &pid))
      continue;
    if (p->ret->seen >= p->maximum) {
      incomplete(p, pl_printf(p->host->arena, "more than %zu processes", p->maximum));
      return;
    }
    visit_entry(p, dirfd(proc), entry, (int)pid);
  }
  if (errno != 0)
    incomplete(p, pl_printf(p->host->arena, "/proc: %s", strerror(errno)));
}

static void conclude(pass *p) {
  if (p->ret->denied > 0)
    incomplete(p, pl_printf(p->host->arena, "%zu of %zu processes could not be looked at: %s", p->ret->denied,
                            p->ret->seen, pl_host_links_denied(p->host)));
  if (p->ret->seen == 0)
    incomplete(p, "proc shows no process");
  else if (p->host->live && !p->first_seen)
    incomplete(p, "proc does not show pid 1 (hidepid)");
}

static int compare_pids(const void *a, const void *b) {
  return ((const pl_process *)a)->pid - ((const pl_process *)b)->pid;
}

void pl_processes_read_some(pl_host *host, size_t maximum, pl_process_visitor visitor, void *context,
                            pl_processes *ret) {
  *ret = (pl_processes){.complete = true};
  __attribute__((cleanup(pass_cleanup)))
  pass p = {.host = host, .maximum = maximum, .visitor = visitor, .context = context, .ret = ret};
  p.cmdline = (buffer){.data = pl_xmalloc(FIRST_BUFFER + 1), .capacity = FIRST_BUFFER};
  pl_error err = {.kind = PL_ERR_NONE};
  int fd = host->proc ? pl_root_open(host->proc, ".", PL_OPEN_DIRECTORY, &err) : -1;
  if (fd < 0) {
    incomplete(&p, host->proc ? pl_printf(host->arena, "/proc: %s", pl_reason(host->arena, &err, "."))
                              : "there is no proc directory");
    return;
  }
  pl_auto_closedir DIR *proc = pl_directory_stream(fd);
  visit_all(&p, proc);
  conclude(&p);
  if (ret->count > 0)
    qsort(ret->items, ret->count, sizeof *ret->items, compare_pids);
}

void pl_processes_read(pl_host *host, pl_process_visitor visitor, void *context, pl_processes *ret) {
  pl_processes_read_some(host, PL_PROCESSES_MAX, visitor, context, ret);
}

void pl_processes_close(pl_processes *processes) {
  for (size_t i = 0; i < processes->count; i++) {
    pl_root_free(processes->items[i].directory);
    processes->items[i].directory = NULL;
  }
}
