/* Which unix sockets listen. */
#include "plumbline/host/sockets.h"

#include <stdio.h>

#include "host_private.h"

enum { FIELD_FLAGS = 3, FIELDS_BEFORE_PATH = 7 };

#define ACCEPTS "00010000" /* __SO_ACCEPTCON, the one flag that the kernel shows */

/* Bytes from FROM to END that belong to field number INDEX; what is past the last field is the path, blanks and all. */
static const char *field_at(const char *from, const char *end, int index, size_t *ret_length) {
  for (int i = 0;; i++) {
    while (from < end && *from == ' ')
      from++;
    const char *stop = memchr(from, ' ', (size_t)(end - from));
    stop = stop && i < FIELDS_BEFORE_PATH ? stop : end;
    if (i == index || stop == end) {
      *ret_length = i == index ? (size_t)(stop - from) : 0;
      return from;
    }
    from = stop;
  }
}

static bool is_path(const char *text, size_t length, const char *path, bool by_name) {
  size_t wanted = strlen(path);
  if (length == wanted && memcmp(text, path, length) == 0)
    return true;
  const char *name = pl_basename(path);
  size_t size = strlen(name);
  if (!by_name || *path != '/' || size == 0 || length < size || memcmp(text + length - size, name, size) != 0)
    return false;
  /* As it was bound: by a full path, or from the directory that it lies in. */
  return length == size || (text[0] == '/' && text[length - size - 1] == '/');
}

bool pl_sockets_listen(pl_bytes text, const char *path, bool by_name) {
  const char *end = text.data + text.length;
  for (const char *line = text.data; line < end;) {
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    size_t flags, length;
    stop = stop ? stop : end;
    const char *at = field_at(line, stop, FIELD_FLAGS, &flags);
    bool listens = flags == sizeof ACCEPTS - 1 && memcmp(at, ACCEPTS, flags) == 0;
    at = field_at(line, stop, FIELDS_BEFORE_PATH, &length);
    if (listens && is_path(at, length, path, by_name))
      return true;
    line = stop + 1;
  }
  return false;
}

int pl_sockets_find(pl_host *host, int pid, const char *path, bool by_name, pl_error *err) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  char file[32];
  pl_bytes text;
  snprintf(file, sizeof file, "%d/net/unix", pid);
  if (!host->proc)
    return pl_fail(err, PL_ERR_ABSENT, "there is no proc directory");
  if (pl_root_read_virtual(host->proc, scratch, file, PL_SOCKETS_BYTES_MAX, &text, err) < 0)
    return -1;
  return pl_sockets_listen(text, path, by_name);
}
