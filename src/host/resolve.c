/* Where a path leads, found out without touching a network or fuse mount on the way. */
#include <search.h>

#include "host_private.h"

typedef struct link_memo {
  const char *path;
  const char *target; /* NULL: no link */
} link_memo;

typedef struct resolution {
  const pl_host *host;
  pl_resolved *out;
  size_t length; /* of what was reached, "" for the root */
  char pending[2 * PL_PATH_BYTES_MAX];
  const char *at;
  unsigned links;
} resolution;

static int compare_memo(const void *a, const void *b) {
  return strcmp(((const link_memo *)a)->path, ((const link_memo *)b)->path);
}

static int compare_point(const void *path, const void *mount) { return strcmp(path, ((const pl_mount *)mount)->point); }

const pl_mount *pl_host_remote_mount(const pl_host *host, const char *path) {
  char above[PL_PATH_BYTES_MAX]; /* no mount point is longer */
  size_t length = strnlen(path, sizeof above - 1);
  if (host->files->remote_count == 0)
    return NULL;
  memcpy(above, path, length);
  for (size_t i = 1; i <= length; i++) {
    if (path[i] != '/' && path[i] != '\0')
      continue;
    above[i] = '\0';
    pl_mount *const *found = tfind(above, &host->files->remote, compare_point);
    if (found)
      return *found;
    above[i] = path[i];
  }
  return NULL;
}

/* Target of the link at PATH, NULL when it is none or cannot be looked at; asked of the kernel once. */
static const char *link_target(const pl_host *host, const char *path) {
  link_memo key = {.path = path};
  link_memo **known = tfind(&key, &host->files->links, compare_memo);
  if (known)
    return (*known)->target;
  link_memo *memo = pl_new(host->arena, link_memo);
  memo->path = pl_strdup(host->arena, path);
  memo->target = pl_root_readlink(host->root, host->arena, path, NULL);
  if (!tsearch(memo, &host->files->links, compare_memo))
    abort();
  return memo->target;
}

/* Links deep in a proc lead where no text says: the kernel refuses them, and so the rest is left to it. */
static bool is_kernels(const pl_host *host, const char *path) {
  const pl_mount *mount = host->mounts ? pl_mounts_find(host->mounts, path) : NULL;
  if (!mount || !pl_equal(mount->type, "proc"))
    return false;
  size_t above = strlen(mount->point);
  return strchr(path + above + strspn(path + above, "/"), '/') != NULL;
}

static int too_long(pl_error *err) {
  return pl_fail(err, PL_ERR_LIMIT, "path of more than %d bytes", PL_PATH_BYTES_MAX - 1);
}

static int append(resolution *r, const char *text, size_t length, pl_error *err) {
  if (r->length + 1 + length >= PL_PATH_BYTES_MAX)
    return too_long(err);
  r->out->path[r->length++] = '/';
  memcpy(r->out->path + r->length, text, length);
  r->length += length;
  r->out->path[r->length] = '\0';
  return 0;
}

static void drop_last(resolution *r) {
  while (r->length > 0 && r->out->path[--r->length] != '/')
    ;
  r->out->path[r->length] = '\0';
}

/* ".." of something that is no directory is no way up. */
static int go_up(resolution *r, pl_error *err) {
  struct stat st;
  pl_auto_close int fd = pl_root_open(r->host->root, r->length > 0 ? r->out->path : "/", PL_OPEN_PATH, err);
  if (fd < 0)
    return -1;
  if (fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode))
    return pl_fail(err, PL_ERR_ABSENT, "%s: not a directory", r->out->path);
  drop_last(r);
  return 0;
}

/* Put TARGET before what is pending, from the root or from beside the link. */
static int follow_link(resolution *r, const char *target, pl_error *err) {
  if (++r->links > PL_LINKS_MAX)
    return pl_fail(err, PL_ERR_LIMIT, "more than %d links", PL_LINKS_MAX);
  size_t size = strlen(target), left = strlen(r->at);
  if (size + left >= sizeof r->pending)
    return too_long(err);
  memmove(r->pending + size, r->at, left + 1);
  memcpy(r->pending, target, size);
  r->at = r->pending;
  drop_last(r);
  if (*target == '/')
    r->length = 0;
  return 0;
}

/* Reach the component NAME of LENGTH bytes; FOLLOW it when it is a link. */
static int take(resolution *r, const char *name, size_t length, bool follow, pl_error *err) {
  if (append(r, name, length, err) < 0)
    return -1;
  const pl_mount *mount = pl_host_remote_mount(r->host, r->out->path);
  if (mount)
    return pl_fail(err, PL_ERR_MOUNT, "on %s mount", mount->type);
  const char *target = follow ? link_target(r->host, r->out->path) : NULL;
  if (!target)
    return 0;
  if (!is_kernels(r->host, r->out->path))
    return follow_link(r, target, err);
  const char *rest = r->at + strspn(r->at, "/");
  r->at += strlen(r->at);
  return *rest ? append(r, rest, strlen(rest), err) : 0;
}

/* A slash or "." at the end asks for a directory; it is left for the kernel to insist on. */
static void ask_for_directory(resolution *r) {
  if (r->length > 0 && r->length + 1 < PL_PATH_BYTES_MAX)
    memcpy(r->out->path + r->length, "/", 2);
}

static int run(resolution *r, bool follow, pl_error *err) {
  for (bool dots = false;;) {
    const char *name = r->at + strspn(r->at, "/");
    size_t length = strcspn(name, "/");
    if (length == 0) {
      if (dots || name > r->at)
        ask_for_directory(r);
      return 0;
    }
    r->at = name + length;
    bool up = length == 2 && memcmp(name, "..", 2) == 0;
    dots = up || (length == 1 && *name == '.');
    int rc = up ? go_up(r, err) : dots ? 0 : take(r, name, length, *r->at || follow, err);
    if (rc < 0)
      return -1;
  }
}

int pl_resolve_links(const pl_host *host, const char *path, bool follow, pl_resolved *ret, pl_error *err) {
  size_t length = strlen(path);
  ret->path[0] = '\0';
  if (length >= PL_PATH_BYTES_MAX)
    return too_long(err);
  resolution r = {.host = host, .out = ret, .at = r.pending};
  memcpy(r.pending, path, length + 1);
  if (run(&r, follow, err) < 0)
    return -1;
  if (r.length == 0)
    memcpy(ret->path, "/", 2);
  return 0;
}

int pl_resolve(const pl_host *host, const char *path, bool follow, pl_resolved *ret, pl_error *err) {
  size_t length = strlen(path);
  ret->path[0] = '\0';
  if (length >= PL_PATH_BYTES_MAX)
    return too_long(err);
  if (host->files->remote_count > 0 && length > 0)
    return pl_resolve_links(host, path, follow, ret, err);
  memcpy(ret->path, path, length + 1);
  return 0;
}

const char *pl_host_real_path(const pl_host *host, const char *path, pl_error *err) {
  pl_resolved resolved;
  return pl_resolve_links(host, path, true, &resolved, err) < 0 ? NULL : pl_strdup(host->arena, resolved.path);
}

int pl_open_resolved(const pl_host *host, const char *path, pl_open_kind kind, pl_error *err) {
  pl_resolved resolved;
  if (pl_resolve(host, path, kind != PL_OPEN_LINK, &resolved, err) < 0)
    return -1;
  return pl_root_open(host->root, resolved.path, kind, err);
}
