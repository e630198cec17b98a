/* Looks through a program file for the version it was built as. */
#include "binary_version.h"

#include <errno.h>

#include "plumbline/core/limits.h"
#include "plumbline/host/mounts.h"

enum { CHUNK = 1 << 18, LONGEST = 64 };

typedef struct scan {
  char found[LONGEST];
  bool several, kubernetes; /* KUBERNETES: the program names its module */
} scan;

/* Length of "1.N.N..." at TEXT with a NUL behind it, 0 when it is something else. */
static size_t version_length(const char *text, size_t available) {
  static const char attached[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-";
  size_t length = 0, dots = 0;
  while (length < available && length < LONGEST - 1 && text[length] && strchr(attached, text[length])) {
    bool numeric = (text[length] >= '0' && text[length] <= '9') || text[length] == '.';
    dots += text[length] == '.';
    if (!numeric && dots < 2)
      return 0;
    length++;
  }
  return length < available && text[length] == '\0' && dots >= 2 && text[length - 1] != '.' ? length : 0;
}

static void note(scan *s, const char *version, size_t length) {
  if (!*s->found)
    memcpy(s->found, version, length);
  else if (strlen(s->found) != length || memcmp(s->found, version, length) != 0)
    s->several = true;
}

static void look(scan *s, const char *data, size_t length) {
  static const char module[] = "k8s.io/kubernetes";
  s->kubernetes = s->kubernetes || memmem(data, length, module, sizeof module - 1);
  for (const char *at = data, *end = data + length; (at = memmem(at, (size_t)(end - at), "v1.", 3)); at++) {
    size_t size = version_length(at + 1, (size_t)(end - at - 1));
    if (size)
      note(s, at + 1, size);
  }
}

/* Chunks overlap by what a version can be long. A read over the cap ends without an answer. */
static bool look_through(int fd, scan *s) {
  pl_auto_free char *buffer = pl_xmalloc(CHUNK + LONGEST);
  size_t kept = 0, total = 0;
  for (;;) {
    ssize_t got = read(fd, buffer + kept, CHUNK);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return got == 0;
    total += (size_t)got;
    if (total > PL_BINARY_SCAN_BYTES_MAX)
      return false;
    size_t length = kept + (size_t)got;
    look(s, buffer, length);
    kept = length < LONGEST ? length : LONGEST;
    memmove(buffer, buffer + length - kept, kept);
  }
}

const char *pl_binary_version(pl_host *host, const char *exe) {
  scan s = {0};
  pl_auto_close int fd = pl_open_resolved(host, exe, PL_OPEN_REGULAR, NULL);
  if (fd < 0 || !look_through(fd, &s) || s.several || !s.kubernetes || !*s.found)
    return NULL;
  return pl_strdup(host->arena, s.found);
}
