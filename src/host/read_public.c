/* PKI files that are read only as long as no private key shows in them. */
#include <errno.h>

#include "host_private.h"
#include "plumbline/core/digest.h"

enum { CHUNK = 64 * 1024, MARK_LINE_MAX = 128 };

bool pl_name_says_key(const char *path) {
  const char *name = pl_basename(path);
  return pl_ends(name, ".key") || pl_ends(name, "-key.pem") || pl_ends(name, "current.pem");
}

bool pl_shows_private_key(const char *data, size_t length) {
  static const char begin[] = "-----BEGIN ", key[] = "PRIVATE KEY";
  const char *end = data + length;
  for (const char *at = data; (at = memmem(at, (size_t)(end - at), begin, sizeof begin - 1)); at++) {
    size_t left = (size_t)(end - at);
    size_t line = left < MARK_LINE_MAX ? left : MARK_LINE_MAX;
    const char *stop = memchr(at, '\n', line);
    if (memmem(at, stop ? (size_t)(stop - at) : line, key, sizeof key - 1))
      return true;
  }
  return false;
}

/* Memory of a fixed size, wiped whatever becomes of it. */
typedef struct guarded {
  char *data;
  size_t size, length;
} guarded;

static void guarded_cleanup(guarded *g) {
  pl_wipe(g->data, g->length);
  free(g->data);
}

static int refuse(const char *path, pl_error *err) {
  return pl_fail(err, PL_ERR_UNSUPPORTED, "%s: holds a private key", path);
}

/* Read chunk by chunk, and no further than the chunk in which a key begins. */
static int read_guarded(int fd, const char *path, guarded *g, pl_error *err) {
  while (g->length < g->size) {
    size_t room = g->size - g->length;
    ssize_t got = read(fd, g->data + g->length, room < CHUNK ? room : CHUNK);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return pl_fail_errno(err, errno, "%s", path);
    if (got == 0 && g->length + 1 == g->size)
      return 0;
    if (got == 0)
      break;
    size_t from = g->length > MARK_LINE_MAX ? g->length - MARK_LINE_MAX : 0;
    g->length += (size_t)got;
    if (pl_shows_private_key(g->data + from, g->length - from))
      return refuse(path, err);
  }
  return pl_fail(err, PL_ERR_VANISHED, "%s: changed while it was read", path);
}

static int read_entry(pl_host *host, pl_file_entry *entry, size_t maximum, pl_error *err) {
  const char *path = entry->file.path;
  struct stat st;
  pl_auto_close int fd = pl_files_open_entry(host, entry, &st, err);
  if (fd < 0 || pl_files_check_size(host, entry, maximum, err) < 0)
    return -1;
  size_t size = (size_t)entry->file.size + 1;
  __attribute__((cleanup(guarded_cleanup))) guarded g = {.data = pl_xmalloc(size), .size = size};
  if (read_guarded(fd, path, &g, err) < 0)
    return -1;
  entry->content = (pl_bytes){.data = pl_strndup(host->arena, g.data, g.length), .length = g.length};
  pl_sha256(g.data, g.length, entry->file.digest);
  entry->has_content = true;
  return 0;
}

int pl_host_read_public(pl_host *host, const char *path, size_t maximum, pl_bytes *ret, pl_error *err) {
  pl_file_entry *entry = pl_files_entry(host, path);
  struct stat unread;
  if (pl_name_says_key(path))
    return entry->file.state == PL_FILE_PRESENT ? refuse(path, err) : pl_files_open_entry(host, entry, &unread, err);
  if (!entry->has_content && read_entry(host, entry, maximum, err) < 0)
    return -1;
  if (pl_shows_private_key(entry->content.data, entry->content.length))
    return refuse(path, err);
  if (entry->content.length > maximum)
    return pl_fail(err, PL_ERR_LIMIT, "%s: larger than %zu bytes", path, maximum);
  *ret = entry->content;
  return 0;
}
