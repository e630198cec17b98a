/* Reads a file of the node without remembering it. */
#include "quiet_read.h"

#include "plumbline/core/limits.h"

static int check_mount(const pl_host *host, const char *path, pl_error *err) {
  const pl_mount *mount = pl_host_remote_mount(host, path);
  return mount ? pl_fail(err, PL_ERR_MOUNT, "%s is on a %s mount", path, mount->type) : 0;
}

int pl_open_quietly(const pl_host *host, const char *path, pl_open_kind kind, pl_error *err) {
  return check_mount(host, path, err) < 0 ? -1 : pl_root_open(host->root, path, kind, err);
}

int pl_read_quietly(const pl_host *host, pl_arena *arena, const char *path, size_t maximum, pl_bytes *ret,
                    pl_error *err) {
  return check_mount(host, path, err) < 0 ? -1 : pl_root_read(host->root, arena, path, maximum, ret, err);
}

const char *pl_read_line_quietly(const pl_host *host, pl_arena *arena, const char *path) {
  pl_bytes text;
  if (pl_read_quietly(host, arena, path, PL_SMALL_FILE_BYTES_MAX, &text, NULL) < 0)
    return NULL;
  size_t length = strcspn(text.data, "\r\n");
  while (length > 0 && (text.data[length - 1] == ' ' || text.data[length - 1] == '\t'))
    length--;
  return pl_strndup(arena, text.data, length);
}
