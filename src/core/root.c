/* Paths below a root directory: openat2 where the kernel has it, else a walk that gives the same answers. */
#include "plumbline/core/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "plumbline/core/limits.h"
#include "root_private.h"

/* What opening and looking learn; apart, because they leave the root itself as it is. */
typedef struct root_memory {
  bool walks;      /* openat2 was refused */
  int parent;      /* the directory in which a name was last asked about, -1 before the first */
  char *parent_at; /* its path, with the slash at its end */
} root_memory;

struct pl_root {
  int fd;
  char *shown;
  root_memory *memory;
};

static const int open_flags[] = {
    [PL_OPEN_PATH] = O_CLOEXEC | O_PATH,
    [PL_OPEN_LINK] = O_CLOEXEC | O_PATH | O_NOFOLLOW,
    [PL_OPEN_REGULAR] = O_CLOEXEC | O_RDONLY | O_NONBLOCK | O_NOCTTY,
    [PL_OPEN_DIRECTORY] = O_CLOEXEC | O_RDONLY | O_DIRECTORY,
};

pl_root *pl_root_from_fd(int fd, const char *shown) {
  pl_root *root = pl_xmalloc(sizeof *root);
  size_t size = strlen(shown) + 1;
  *root =
      (pl_root){.fd = fd, .shown = memcpy(pl_xmalloc(size), shown, size), .memory = pl_xmalloc(sizeof(root_memory))};
  *root->memory = (root_memory){.parent = -1};
  return root;
}

pl_root *pl_root_new(const char *path, pl_error *err) {
  int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    pl_fail_errno(err, errno, "%s", path);
    return NULL;
  }
  return pl_root_from_fd(fd, path);
}

void pl_root_free(pl_root *root) {
  if (!root)
    return;
  close(root->fd);
  free(root->shown);
  if (root->memory->parent >= 0)
    close(root->memory->parent);
  free(root->memory->parent_at);
  free(root->memory);
  free(root);
}

const char *pl_root_shown(const pl_root *root) { return root->shown; }

int pl_root_fd(const pl_root *root) { return root->fd; }

bool pl_root_uses_openat2(const pl_root *root) { return !root->memory->walks; }

void pl_root_force_walk(pl_root *root) { root->memory->walks = true; }

/* ---- the walk; its functions return 0 or a descriptor, or an errno below zero ---- */

typedef struct directory_id {
  dev_t dev;
  ino_t ino;
} directory_id;

typedef struct walk {
  const pl_root *root;
  int fd;                /* the directory reached */
  directory_id *parents; /* those passed on the way to it: ".." must lead to the last of them */
  size_t depth, capacity;
  char *rest; /* components to come, from AT on */
  const char *at;
  unsigned links;
} walk;

static void walk_cleanup(walk *w) {
  close(w->fd);
  free(w->parents);
  free(w->rest);
}

static void reach(walk *w, int fd) {
  close(w->fd);
  w->fd = fd;
}

static int open_below(int dir, const char *name, int flags) {
  int fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

static int directory_identity(int fd, directory_id *ret) {
  struct stat st;
  if (fstat(fd, &st) < 0)
    return -errno;
  *ret = (directory_id){.dev = st.st_dev, .ino = st.st_ino};
  return 0;
}

/* Go down to FD, noting the directory left behind for "..". If it is none, the next step below it is ENOTDIR. */
static int enter(walk *w, int fd) {
  directory_id here;
  int rc = directory_identity(w->fd, &here);
  if (rc < 0)
    return rc;
  if (w->depth == w->capacity) {
    w->capacity = w->capacity * 2 + 16;
    w->parents = pl_xrealloc(w->parents, w->capacity * sizeof *w->parents);
  }
  w->parents[w->depth++] = here;
  reach(w, fd);
  return 0;
}

/* Up one directory, never above the root. A directory that was moved meanwhile has another parent: try again. */
static int leave(walk *w) {
  int fd = open_below(w->fd, w->depth > 0 ? ".." : ".", O_PATH);
  directory_id found = {0};
  int rc = fd < 0 ? fd : directory_identity(fd, &found);
  if (rc == 0 && w->depth > 0) {
    directory_id wanted = w->parents[--w->depth];
    rc = found.dev == wanted.dev && found.ino == wanted.ino ? 0 : -EAGAIN;
  }
  if (fd >= 0)
    reach(w, fd);
  return rc;
}

/*
 * A link that the kernel resolves by itself and not by its text (/proc/PID/exe, root, fd/N). On procfs those right
 * below the mount's root (self, mounts) are ordinary; any other there is taken for one of these.
 */
static bool is_magic(int parent, int link) {
  struct statfs fs;
  struct stat st;
  if (fstatfs(link, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
    return false;
  return fstat(parent, &st) < 0 || st.st_ino != 1;
}

/* Put the target of LINK before the rest of the path. */
static int follow(walk *w, int link) {
  char target[PL_PATH_BYTES_MAX];
  if (++w->links > PL_LINKS_MAX || is_magic(w->fd, link))
    return -ELOOP;
  ssize_t length = readlinkat(link, "", target, sizeof target);
  if (length < 0)
    return -errno;
  if (length == 0 || length == sizeof target)
    return length == 0 ? -ENOENT : -ENAMETOOLONG;
  size_t left = strlen(w->at);
  char *rest = pl_xmalloc((size_t)length + left + 1);
  memcpy(rest, target, (size_t)length);
  memcpy(rest + length, w->at, left + 1);
  free(w->rest);
  w->at = w->rest = rest;
  if (*rest != '/')
    return 0;
  int fd = open_below(w->root->fd, ".", O_PATH);
  if (fd < 0)
    return fd;
  w->depth = 0;
  reach(w, fd);
  return 0;
}

/* The next component into NAME (empty at the end); *RET_LAST when nothing follows it, not even a slash. */
static int next_name(walk *w, char name[NAME_MAX + 1], bool *ret_last) {
  w->at += strspn(w->at, "/");
  size_t length = strcspn(w->at, "/");
  if (length > NAME_MAX)
    return -ENAMETOOLONG;
  memcpy(name, w->at, length);
  name[length] = '\0';
  w->at += length;
  *ret_last = *w->at == '\0';
  return 0;
}

/* Open what was no link a moment ago. */
static int open_again(int dir, const char *name, int flags) {
  int fd = open_below(dir, name, flags);
  return fd == -ELOOP ? -EAGAIN : fd;
}

/* Follow or enter what NAME is; with LAST, the answer may be a descriptor of it as KIND wants it. */
static int step(walk *w, const char *name, bool last, pl_open_kind kind, bool *ret_done) {
  int fd = open_below(w->fd, name, O_PATH);
  struct stat st;
  if (fd < 0 || fstat(fd, &st) < 0)
    return fd < 0 ? fd : -errno;
  pl_auto_close int found = fd;
  if (S_ISLNK(st.st_mode) && !(last && kind == PL_OPEN_LINK))
    return follow(w, found);
  *ret_done = last;
  if (last && (open_flags[kind] & O_PATH))
    return pl_steal_fd(&found);
  if (last)
    return open_again(w->fd, name, open_flags[kind]);
  return enter(w, pl_steal_fd(&found));
}

static int walk_open(const pl_root *root, const char *path, pl_open_kind kind) {
  __attribute__((cleanup(walk_cleanup))) walk w = {.root = root, .fd = open_below(root->fd, ".", O_PATH)};
  w.rest = memcpy(pl_xmalloc(strlen(path) + 1), path, strlen(path) + 1);
  w.at = w.rest;
  bool done = false;
  int rc = w.fd < 0 ? w.fd : *path ? 0 : -ENOENT;
  while (rc == 0 && !done) {
    char name[NAME_MAX + 1];
    bool last = false;
    rc = next_name(&w, name, &last);
    if (rc < 0)
      break;
    if (!*name)
      return open_below(w.fd, ".", open_flags[kind]);
    bool dots = pl_equal(name, "..");
    if (dots || pl_equal(name, "."))
      rc = dots ? leave(&w) : 0;
    else
      rc = step(&w, name, last, kind, &done);
  }
  return rc;
}

/* ---- opening ---- */

/* How kernels without openat2, and filters that do not know it, answer it. */
static bool is_refused(int errnum) { return errnum == ENOSYS || errnum == EPERM || errnum == EINVAL; }

static int try_open(const pl_root *root, const char *path, pl_open_kind kind) {
  if (root->memory->walks)
    return walk_open(root, path, kind);
  struct open_how how = {.flags = (uint64_t)open_flags[kind], .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
  long fd = syscall(SYS_openat2, root->fd, path, &how, sizeof how);
  if (fd >= 0)
    return (int)fd;
  if (!is_refused(errno))
    return -errno;
  root->memory->walks = true;
  return walk_open(root, path, kind);
}

static int open_retried(const pl_root *root, const char *path, pl_open_kind kind) {
  int fd = -EAGAIN;
  for (int i = 0; i < PL_OPEN_RETRIES && (fd == -EAGAIN || fd == -EINTR); i++)
    fd = try_open(root, path, kind);
  return fd;
}

static bool exists(const pl_root *root, const char *path) {
  pl_auto_close int fd = open_retried(root, path, PL_OPEN_PATH);
  return fd >= 0;
}

static int explain(const pl_root *root, const char *path, pl_open_kind kind, int errnum, pl_error *err) {
  switch (errnum) {
  case ELOOP:
    return pl_fail(err, PL_ERR_LIMIT, "%s: more than %d links, or a link of /proc that only the kernel can follow",
                   path, PL_LINKS_MAX);
  case EAGAIN:
    return pl_fail(err, PL_ERR_VANISHED, "%s: moved while it was opened", path);
  case ENXIO:
  case ENODEV:
    return pl_fail(err, PL_ERR_TYPE, "%s: a socket or a device, not a regular file", path);
  case ENOTDIR:
    if (kind == PL_OPEN_DIRECTORY && exists(root, path))
      return pl_fail(err, PL_ERR_TYPE, "%s: not a directory", path);
    break;
  default:
    break;
  }
  return pl_fail_errno(err, errnum, "%s", path);
}

static const char *type_name(mode_t mode) {
  static const struct {
    mode_t type;
    const char *name;
  } names[] = {{S_IFDIR, "a directory"},
               {S_IFIFO, "a FIFO"},
               {S_IFCHR, "a character device"},
               {S_IFBLK, "a block device"},
               {S_IFSOCK, "a socket"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if ((mode & S_IFMT) == names[i].type)
      return names[i].name;
  return "something else";
}

static int open_kind(const pl_root *root, const char *path, pl_open_kind kind, pl_error *err) {
  if (strlen(path) >= PL_PATH_BYTES_MAX)
    return pl_fail(err, PL_ERR_LIMIT, "path of %zu bytes, more than %d", strlen(path), PL_PATH_BYTES_MAX - 1);
  int fd = open_retried(root, path, kind);
  return fd < 0 ? explain(root, path, kind, -fd, err) : fd;
}

static int check_regular(const struct stat *st, const char *path, pl_error *err) {
  return S_ISREG(st->st_mode) ? 0
                              : pl_fail(err, PL_ERR_TYPE, "%s: %s, not a regular file", path, type_name(st->st_mode));
}

/* That a regular file was opened without waiting means nothing for reading it; nothing else passes. */
static int open_and_stat(const pl_root *root, const char *path, pl_open_kind kind, struct stat *ret, pl_error *err) {
  pl_auto_close int fd = open_kind(root, path, kind, err);
  if (fd < 0)
    return -1;
  if (fstat(fd, ret) < 0)
    return pl_fail_errno(err, errno, "%s", path);
  if (kind == PL_OPEN_REGULAR && check_regular(ret, path, err) < 0)
    return -1;
  return pl_steal_fd(&fd);
}

/* What was looked at as ST, by its path. */
static int open_same(const pl_root *root, const char *path, const struct stat *st, pl_error *err) {
  struct stat opened;
  pl_auto_close int fd = open_and_stat(root, path, PL_OPEN_REGULAR, &opened, err);
  if (fd >= 0 && (opened.st_dev != st->st_dev || opened.st_ino != st->st_ino))
    return pl_fail(err, PL_ERR_VANISHED, "%s: moved while it was opened", path);
  return fd < 0 ? -1 : pl_steal_fd(&fd);
}

/* What LOOKED names, opened for reading by way of our own proc, which leads to nothing else; where we have none, by its
 * path. */
static int open_looked_at(const pl_root *root, const char *path, int looked, const struct stat *st, pl_error *err) {
  char name[sizeof "/proc/self/fd/" + 3 * sizeof looked];
  snprintf(name, sizeof name, "/proc/self/fd/%d", looked);
  int fd = open(name, open_flags[PL_OPEN_REGULAR]);
  if (fd >= 0)
    return fd;
  return errno == ENOENT ? open_same(root, path, st, err) : explain(root, path, PL_OPEN_REGULAR, errno, err);
}

/* Opening alone may do something: a watchdog begins to count, a tape is wound. What is no regular file is not opened.
 */
int pl_root_open_stat(const pl_root *root, const char *path, pl_open_kind kind, struct stat *ret, pl_error *err) {
  if (kind != PL_OPEN_REGULAR)
    return open_and_stat(root, path, kind, ret, err);
  pl_auto_close int looked = open_and_stat(root, path, PL_OPEN_PATH, ret, err);
  return looked < 0 || check_regular(ret, path, err) < 0 ? -1 : open_looked_at(root, path, looked, ret, err);
}

int pl_root_open_known(const pl_root *root, const char *path, struct stat *ret, pl_error *err) {
  return open_and_stat(root, path, PL_OPEN_REGULAR, ret, err);
}

int pl_root_open(const pl_root *root, const char *path, pl_open_kind kind, pl_error *err) {
  struct stat st;
  return kind == PL_OPEN_REGULAR ? pl_root_open_stat(root, path, kind, &st, err) : open_kind(root, path, kind, err);
}

/* ---- looking ---- */

/* The directory that PATH names something in, by its first LENGTH bytes up to a slash: kept open, because files are
 * asked about one directory after the other. */
static int parent_of(const pl_root *root, const char *path, size_t length) {
  root_memory *memory = root->memory;
  if (length == 0 || (length == 1 && *path == '/'))
    return root->fd;
  if (memory->parent >= 0 && strncmp(memory->parent_at, path, length) == 0 && memory->parent_at[length] == '\0')
    return memory->parent;
  char *at = memcpy(pl_xmalloc(length + 1), path, length);
  at[length] = '\0';
  int fd = open_retried(root, at, PL_OPEN_PATH);
  if (fd < 0) {
    free(at);
    return fd;
  }
  if (memory->parent >= 0)
    close(memory->parent);
  free(memory->parent_at);
  memory->parent = fd;
  memory->parent_at = at;
  return fd;
}

int pl_root_stat(const pl_root *root, const char *path, struct stat *ret, pl_error *err) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  if (!*name || pl_equal(name, ".") || pl_equal(name, "..") || strlen(path) >= PL_PATH_BYTES_MAX) {
    pl_auto_close int fd = open_and_stat(root, path, PL_OPEN_LINK, ret, err);
    return fd < 0 ? -1 : 0;
  }
  int parent = parent_of(root, path, (size_t)(name - path));
  if (parent < 0)
    return explain(root, path, PL_OPEN_LINK, -parent, err);
  return fstatat(parent, name, ret, AT_SYMLINK_NOFOLLOW) < 0 ? pl_fail_errno(err, errno, "%s", path) : 0;
}

/* Without a name the kernel says ENOENT of what is no link at all, and of a link that leads nowhere. */
static void explain_readlink(int fd, const char *path, int errnum, pl_error *err) {
  struct stat st;
  bool other = errnum == EINVAL || (errnum == ENOENT && fd >= 0 && fstat(fd, &st) == 0 && !S_ISLNK(st.st_mode));
  if (other)
    pl_fail(err, PL_ERR_TYPE, "%s: not a link", path);
  else
    pl_fail_errno(err, errnum, "%s", path);
}

char *pl_root_readlink(const pl_root *root, pl_arena *arena, const char *path, pl_error *err) {
  char target[PL_PATH_BYTES_MAX];
  bool single = *path && strlen(path) <= NAME_MAX && !strchr(path, '/'); /* no way out of the root: ask at once */
  pl_auto_close int fd = single ? -1 : pl_root_open(root, path, PL_OPEN_LINK, err);
  if (!single && fd < 0)
    return NULL;
  ssize_t length = readlinkat(single ? root->fd : fd, single ? path : "", target, sizeof target);
  if (length < 0) {
    explain_readlink(fd, path, errno, err);
    return NULL;
  }
  if ((size_t)length == sizeof target) {
    pl_fail(err, PL_ERR_LIMIT, "%s: link to a path of more than %d bytes", path, PL_PATH_BYTES_MAX - 1);
    return NULL;
  }
  return pl_strndup(arena, target, (size_t)length);
}

/* ---- one step ---- */

enum { STEPS_SIZE = 2 * (NAME_MAX + 1) };

static bool is_component(const char *name) {
  return *name && !strchr(name, '/') && !pl_equal(name, "..") && strlen(name) <= NAME_MAX;
}

/* The path of NAME from the place's directory, in STEPS where it takes two; NULL: that is no component. */
static const char *path_from(pl_place place, const char *name, char steps[STEPS_SIZE]) {
  if (!is_component(name) || (place.folder && !is_component(place.folder)))
    return NULL;
  if (!place.folder)
    return name;
  size_t length = strlen(place.folder);
  memcpy(steps, place.folder, length);
  steps[length] = '/';
  memcpy(steps + length + 1, name, strlen(name) + 1);
  return steps;
}

/* Where the kernel cannot be told to take no link on the way, the folder is opened first. */
static int open_in_folder(pl_place place, const char *name, const char *path, int flags) {
  struct open_how how = {.flags = (uint64_t)(flags | O_NOFOLLOW | O_CLOEXEC), .resolve = RESOLVE_NO_SYMLINKS};
  long fd = syscall(SYS_openat2, place.directory, path, &how, sizeof how);
  if (fd >= 0 || !is_refused(errno))
    return fd >= 0 ? (int)fd : -errno;
  pl_auto_close int folder = open_below(place.directory, place.folder, O_PATH | O_DIRECTORY);
  return folder < 0 ? folder : open_below(folder, name, flags);
}

int pl_below_open(pl_place place, const char *name, pl_open_kind kind) {
  char steps[STEPS_SIZE];
  const char *path = path_from(place, name, steps);
  if (!path)
    return -EINVAL;
  return place.folder ? open_in_folder(place, name, path, open_flags[kind])
                      : open_below(place.directory, name, open_flags[kind]);
}

ssize_t pl_below_readlink(pl_place place, const char *name, char *ret, size_t size) {
  char steps[STEPS_SIZE];
  const char *path = path_from(place, name, steps);
  ssize_t length = path ? readlinkat(place.directory, path, ret, size) : (errno = EINVAL, -1);
  if (length < 0)
    return -errno;
  if ((size_t)length >= size)
    return -ENAMETOOLONG;
  ret[length] = '\0';
  return length;
}

int pl_below_stat(pl_place place, const char *name, struct stat *ret) {
  char steps[STEPS_SIZE];
  const char *path = path_from(place, name, steps);
  if (!path)
    return -EINVAL;
  return fstatat(place.directory, path, ret, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

int pl_below_process_root(int directory) {
  int fd = openat(directory, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}
