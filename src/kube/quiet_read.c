/* Reads a file of the node without remembering it. */
#include "quiet_read.h"

#include "plumbline/core/limits.h"

int pl_open_quietly(const pl_host *host, const char *path, pl_open_kind kind, pl_error *err) {
  pl_error why = {0};
  int fd = pl_open_resolved(host, path, kind, &why);
  if (fd < 0 && why.kind == PL_ERR_MOUNT)
    pl_error_prefix(&why, "%s", path);
  if (fd < 0 && err)
    *err = why;
  return fd;
}

int pl_read_quietly(const pl_host *host, pl_arena *arena, const char *path, size_t maximum, pl_bytes *ret,
                    pl_error *err) {
  pl_auto_close int fd = pl_open_quietly(host, path, PL_OPEN_REGULAR, err);
  return fd < 0 ? -1 : pl_read_regular(arena, fd, maximum, ret, err);
}

int pl_read_enclosed(const pl_host *host, pl_arena *arena, const char *directory, const char *name, size_t maximum,
                     pl_bytes *ret, pl_error *err) {
  pl_error inner = {0};
  const char *path = pl_path_join(arena, directory, name);
  const pl_mount *mount = pl_host_remote_mount(host, path);
  if (mount)
    return pl_fail(err, PL_ERR_MOUNT, "%s: on %s mount", path, mount->type);
  int fd = pl_open_quietly(host, directory, PL_OPEN_DIRECTORY, err);
  if (fd < 0)
    return -1;
  pl_root *root = pl_root_from_fd(fd, directory);
  int rc = pl_root_read(root, arena, name, maximum, ret, &inner);
  pl_root_free(root);
  return rc < 0 ? pl_fail(err, inner.kind, "%s/%s", directory, inner.text) : 0;
}

static const char *first_line(pl_arena *arena, pl_bytes text) {
  size_t length = strcspn(text.data, "\r\n");
  while (length > 0 && (text.data[length - 1] == ' ' || text.data[length - 1] == '\t'))
    length--;
  return pl_strndup(arena, text.data, length);
}

const char *pl_read_line_quietly(const pl_host *host, pl_arena *arena, const char *path) {
  pl_bytes text;
  bool read = pl_read_quietly(host, arena, path, PL_SMALL_FILE_BYTES_MAX, &text, NULL) == 0;
  return read ? first_line(arena, text) : NULL;
}

const char *pl_read_line_enclosed(const pl_host *host, pl_arena *arena, const char *directory, const char *name) {
  pl_bytes text;
  bool read = pl_read_enclosed(host, arena, directory, name, PL_SMALL_FILE_BYTES_MAX, &text, NULL) == 0;
  return read ? first_line(arena, text) : NULL;
}
