/* A component's files as the component sees them: the host's own, mapped ones, or those below a process's root. */
#include "plumbline/kube/view.h"

#include "plumbline/core/digest.h"
#include "plumbline/host/mounts.h"

/* The mapping with the longest INSIDE that PATH is at or below; NULL when none. */
static const pl_mapping *find_mapping(const pl_view *view, const char *path, bool outside) {
  const pl_mapping *best = NULL;
  size_t best_length = 0;
  for (size_t i = 0; i < view->count; i++) {
    const pl_mapping *mapping = &view->mappings[i];
    const char *prefix = outside ? mapping->outside : mapping->inside;
    if (pl_path_below(path, prefix) && (!best || strlen(prefix) > best_length)) {
      best = mapping;
      best_length = strlen(prefix);
    }
  }
  return best;
}

/* PATH with FROM, one of its parents or itself, replaced by TO. */
static const char *replace_prefix(pl_arena *arena, const char *path, const char *from, const char *to) {
  size_t length = strlen(from);
  while (length > 0 && from[length - 1] == '/')
    length--;
  const char *rest = path + length;
  while (*rest == '/')
    rest++;
  return *rest ? pl_path_join(arena, to, rest) : pl_strdup(arena, to);
}

const char *pl_view_host_path(const pl_view *view, const char *path, pl_error *err) {
  if (!view->container)
    return path;
  const pl_mapping *mapping = find_mapping(view, path, false);
  if (mapping)
    return replace_prefix(view->host->arena, path, mapping->inside, mapping->outside);
  pl_fail(err, PL_ERR_UNSUPPORTED, "%s lies in the container's own file system", path);
  return NULL;
}

static const char *shown_inside(const pl_view *view, const char *path) {
  return pl_printf(view->host->arena, "%s in the container of pid %d", path, view->pid);
}

/* What the container has mounted itself is not in the node's list of mounts: nothing is touched before its own list was
 * looked at. */
int pl_view_check_mounts(const pl_view *view, const char *path, pl_error *err) {
  pl_mounts *mounts;
  if (!view->process || pl_process_mounts(view->host, view->process, &mounts, err) < 0)
    return view->process ? -1 : 0;
  for (size_t i = 0; i < mounts->count; i++)
    if (pl_mount_is_remote(&mounts->items[i]) && pl_path_below(path, mounts->items[i].point))
      return pl_fail(err, PL_ERR_MOUNT, "%s: on %s mount", shown_inside(view, path), mounts->items[i].type);
  return 0;
}

static int read_inside(const pl_view *view, const char *path, size_t maximum, bool public, pl_bytes *ret,
                       pl_error *err) {
  if (public && pl_name_says_key(path))
    return pl_fail(err, PL_ERR_UNSUPPORTED, "%s holds a private key", path);
  if (pl_view_check_mounts(view, path, err) < 0)
    return -1;
  pl_bytes bytes;
  if (pl_root_read(view->process_root, view->host->arena, path, maximum, &bytes, err) < 0)
    return -1;
  if (public && pl_shows_private_key(bytes.data, bytes.length)) {
    pl_wipe((void *)(uintptr_t)bytes.data, bytes.length);
    return pl_fail(err, PL_ERR_UNSUPPORTED, "%s holds a private key", path);
  }
  *ret = bytes;
  return 0;
}

int pl_view_read(const pl_view *view, const char *path, size_t maximum, bool public, pl_bytes *ret,
                 const char **ret_shown, pl_error *err) {
  const char *host_path = pl_view_host_path(view, path, err);
  const char *shown = host_path ? host_path : view->process_root ? shown_inside(view, path) : path;
  if (ret_shown)
    *ret_shown = shown;
  if (host_path && public)
    return pl_host_read_public(view->host, host_path, maximum, ret, err);
  if (host_path)
    return pl_host_read(view->host, host_path, maximum, ret, err);
  return view->process_root ? read_inside(view, path, maximum, public, ret, err) : -1;
}

pl_paths pl_view_walk(const pl_view *view, const char *directory, const pl_walk *walk) {
  pl_error err = {0};
  const char *host_path = pl_view_host_path(view, directory, &err);
  if (!host_path)
    return (pl_paths){.why = pl_strdup(view->host->arena, err.text)};
  pl_paths paths = pl_host_walk(view->host, host_path, walk);
  if (!view->container)
    return paths;
  pl_paths inside = {.complete = paths.complete, .why = paths.why};
  for (size_t i = 0; i < paths.count; i++) {
    const char *path = replace_prefix(view->host->arena, paths.items[i], host_path, directory);
    pl_push(view->host->arena, inside.items, inside.count, inside.capacity, path);
  }
  return inside;
}

static void stat_inside(const pl_view *view, const char *path, pl_file *file) {
  pl_error err = {0};
  struct stat st;
  bool touchable = pl_view_check_mounts(view, path, &err) == 0;
  pl_auto_close int fd = touchable ? pl_root_open(view->process_root, path, PL_OPEN_PATH, &err) : -1;
  if (fd >= 0 && fstat(fd, &st) < 0)
    pl_fail(&err, PL_ERR_IO, "%s: %m", path);
  if (err.kind == PL_ERR_ABSENT) {
    file->state = PL_FILE_ABSENT;
  } else if (err.kind != PL_ERR_NONE) {
    file->why = pl_strdup(view->host->arena, err.text);
    file->why_kind = err.kind;
  } else {
    pl_file_fill(file, &st);
  }
}

const pl_file *pl_view_stat(const pl_view *view, const char *path) {
  pl_error err = {0};
  const char *host_path = pl_view_host_path(view, path, &err);
  if (host_path)
    return pl_host_stat(view->host, host_path);
  pl_file *file = pl_new(view->host->arena, pl_file);
  file->path = path;
  file->state = PL_FILE_UNREADABLE;
  file->why = pl_strdup(view->host->arena, err.text);
  file->why_kind = err.kind;
  if (view->process_root)
    stat_inside(view, path, file);
  return file;
}
