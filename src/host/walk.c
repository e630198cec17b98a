/* Everything below a directory: by descriptors, on its own device, no link followed, under a count of entries. */
#include <errno.h>
#include <stdio.h>

#include "host_private.h"

/* One run below one directory. */
typedef struct descent {
  pl_walker *walker;
  const pl_walk *walk;
  dev_t device;
  char path[PL_PATH_BYTES_MAX]; /* as asked, of the directory that is being read */
  size_t start;                 /* length of that of the first */
  pl_resolved real;             /* where the first one is */
} descent;

DIR *pl_directory_stream(int fd) {
  DIR *directory = fdopendir(fd);
  if (!directory)
    abort(); /* of an open directory only for want of memory */
  return directory;
}

void pl_walker_incomplete(pl_walker *walker, const char *path, const char *why) {
  if (walker->paths.complete)
    walker->paths.why = pl_printf(walker->host->arena, "%s: %s", path, why);
  walker->paths.complete = false;
}

bool pl_walker_count(pl_walker *walker, const char *directory) {
  if (walker->entries < PL_WALK_ENTRIES_MAX) {
    walker->entries++;
    return true;
  }
  pl_walker_incomplete(walker, directory, pl_printf(walker->host->arena, "more than %d entries", PL_WALK_ENTRIES_MAX));
  return false;
}

void pl_walker_add(pl_walker *walker, const char *path) {
  pl_paths *paths = &walker->paths;
  pl_push(walker->host->arena, paths->items, paths->count, paths->capacity, pl_strdup(walker->host->arena, path));
}

/* As a walk meets them that takes each directory's names in order: what is below "a" before "a.conf". */
static int compare_paths(const void *a, const void *b) {
  const char *first = *(const char *const *)a, *second = *(const char *const *)b;
  while (*first && *first == *second)
    first++, second++;
  int left = *first == '/' ? 1 : (unsigned char)*first + (*first != '\0'),
      right = *second == '/' ? 1 : (unsigned char)*second + (*second != '\0');
  return left - right;
}

pl_paths pl_walker_finish(pl_walker *walker) {
  pl_paths *paths = &walker->paths;
  size_t kept = 0;
  if (paths->count > 0)
    qsort(paths->items, paths->count, sizeof *paths->items, compare_paths);
  for (size_t i = 0; i < paths->count; i++)
    if (kept == 0 || !pl_equal(paths->items[kept - 1], paths->items[i]))
      paths->items[kept++] = paths->items[i];
  paths->count = kept;
  return *paths;
}

/* The remote mount that what the path now names lies on. No link was followed since the first directory. */
static const pl_mount *remote_mount(const descent *d) {
  char path[PL_PATH_BYTES_MAX * 2];
  if (d->walker->host->files->remote_count == 0)
    return NULL;
  int length = (int)strlen(d->real.path);
  length -= length > 0 && d->real.path[length - 1] == '/';
  snprintf(path, sizeof path, "%.*s%s%s", length, d->real.path, d->path[d->start] == '/' ? "" : "/",
           d->path + d->start);
  return pl_host_remote_mount(d->walker->host, path);
}

static bool is_directory(int parent, const struct dirent *entry) {
  struct stat st;
  if (entry->d_type != DT_UNKNOWN)
    return entry->d_type == DT_DIR;
  return pl_below_stat(pl_at(parent), entry->d_name, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Put NAME behind the LENGTH bytes of the path; 0 when it is too long. */
static size_t extend(descent *d, size_t length, const char *name) {
  size_t size = strlen(name);
  bool slash = length == 0 || d->path[length - 1] != '/';
  if (length + slash + size >= sizeof d->path)
    return 0;
  if (slash)
    d->path[length++] = '/';
  memcpy(d->path + length, name, size + 1);
  return length + size;
}

/* Open the directory that the path now names, unless there is a reason not to. */
static int enter(descent *d, int parent, const char *name) {
  const pl_mount *mount = remote_mount(d);
  if (mount) {
    pl_walker_incomplete(d->walker, d->path, pl_printf(d->walker->host->arena, "on %s mount", mount->type));
    return -1;
  }
  struct stat st;
  pl_auto_close int fd = pl_below_open(pl_at(parent), name, PL_OPEN_DIRECTORY);
  int errnum = fd < 0 ? -fd : fstat(fd, &st) < 0 ? errno : 0;
  if (errnum != 0) {
    if (errnum != ENOENT)
      pl_walker_incomplete(d->walker, d->path, errnum == EACCES ? "permission denied" : strerror(errnum));
    return -1;
  }
  if (st.st_dev != d->device) {
    pl_walker_incomplete(d->walker, d->path, "on another device, not entered");
    return -1;
  }
  return pl_steal_fd(&fd);
}

static void read_directory(descent *d, int fd, size_t length, unsigned depth);

/* Return ENTRY if it is wanted, and what is below it. The path is that of the directory, of LENGTH bytes. */
static void visit(descent *d, int parent, const struct dirent *entry, size_t length, unsigned depth) {
  size_t longer = extend(d, length, entry->d_name);
  if (longer == 0) {
    pl_walker_incomplete(d->walker, d->path, "a path below is too long");
    return;
  }
  bool directory = entry->d_type == DT_UNKNOWN && remote_mount(d) ? true : is_directory(parent, entry);
  if (directory ? d->walk->directories : d->walk->files)
    pl_walker_add(d->walker, d->path);
  if (directory && depth < d->walk->max_depth) {
    if (depth >= PL_WALK_DEPTH_MAX) {
      pl_walker_incomplete(d->walker, d->path,
                           pl_printf(d->walker->host->arena, "deeper than %d directories", PL_WALK_DEPTH_MAX));
    } else {
      int fd = enter(d, parent, entry->d_name);
      if (fd >= 0)
        read_directory(d, fd, longer, depth + 1);
    }
  }
  d->path[length] = '\0';
}

/* Read the directory FD, which is closed. DEPTH is that of its entries. */
static void read_directory(descent *d, int fd, size_t length, unsigned depth) {
  pl_auto_closedir DIR *directory = pl_directory_stream(fd);
  errno = 0;
  for (struct dirent *entry = NULL; (entry = readdir(directory)); errno = 0) {
    const char *name = entry->d_name;
    if (pl_equal(name, ".") || pl_equal(name, "..") || (*name == '.' && !d->walk->hidden))
      continue;
    if (!pl_walker_count(d->walker, d->path))
      return;
    visit(d, dirfd(directory), entry, length, depth);
  }
  if (errno != 0)
    pl_walker_incomplete(d->walker, d->path, strerror(errno));
}

/* Open the first directory; -1 with the reason, and why nothing else is known of it. */
static int begin(descent *d, const char *directory, pl_error *err) {
  pl_walker *walker = d->walker;
  struct stat st;
  pl_auto_close int fd = pl_resolve(walker->host, directory, true, &d->real, err) < 0
                             ? -1
                             : pl_root_open(walker->host->root, d->real.path, PL_OPEN_DIRECTORY, err);
  if (fd < 0 || fstat(fd, &st) < 0)
    return fd < 0 ? -1 : pl_fail_errno(err, errno, "%s", directory);
  d->device = st.st_dev;
  d->start = strlen(directory);
  memcpy(d->path, directory, d->start + 1);
  return pl_steal_fd(&fd);
}

void pl_walker_run(pl_walker *walker, const char *directory, const pl_walk *walk) {
  pl_error err = {.kind = PL_ERR_NONE};
  descent d = {.walker = walker, .walk = walk};
  pl_auto_close int fd = begin(&d, directory, &err);
  if (fd >= 0 && walk->max_depth > 0)
    read_directory(&d, pl_steal_fd(&fd), d.start, 1);
  else if (err.kind == PL_ERR_ABSENT && walker->paths.complete && !walker->paths.why)
    walker->paths.why = pl_printf(walker->host->arena, "%s does not exist", directory);
  else if (err.kind != PL_ERR_NONE && err.kind != PL_ERR_ABSENT)
    pl_walker_incomplete(walker, directory, pl_reason(walker->host->arena, &err, d.real.path));
}

pl_paths pl_host_walk(pl_host *host, const char *directory, const pl_walk *walk) {
  pl_walker walker = {.host = host, .paths.complete = true};
  pl_walker_run(&walker, directory, walk);
  return pl_walker_finish(&walker);
}
