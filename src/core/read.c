/* The whole content of an open file, or a reason why not; what was read on the way is wiped. */
#include <errno.h>

#include "plumbline/core/digest.h"
#include "plumbline/core/root.h"

enum { FIRST_READ = 16 * 1024 };

typedef struct scratch {
  char *data;
  size_t length, capacity;
} scratch;

/* Files may hold secrets, so no copy of them stays behind in freed memory. */
static void scratch_cleanup(scratch *s) {
  pl_wipe(s->data, s->length);
  free(s->data);
}

static void enlarge(scratch *s, size_t maximum) {
  size_t capacity = s->capacity < maximum / 2 ? s->capacity * 2 : maximum;
  scratch larger = {.data = pl_xmalloc(capacity), .length = s->length, .capacity = capacity};
  memcpy(larger.data, s->data, s->length);
  scratch_cleanup(s);
  *s = larger;
}

/* To where a read gives nothing, or to SIZE where a read gave less than was asked for. */
static int read_to_end(int fd, size_t size, size_t maximum, scratch *s, pl_error *err) {
  while (s->length == 0 || s->length != size || s->length == s->capacity) {
    if (s->length == s->capacity)
      enlarge(s, maximum + 1);
    ssize_t got = read(fd, s->data + s->length, s->capacity - s->length);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return pl_fail_errno(err, errno, "could not be read");
    if (got == 0)
      return 0;
    s->length += (size_t)got;
    if (s->length > maximum)
      return pl_fail(err, PL_ERR_LIMIT, "larger than %zu bytes", maximum);
  }
  return 0;
}

int pl_read_virtual(pl_arena *arena, int fd, size_t size, size_t maximum, pl_bytes *ret, pl_error *err) {
  size_t first = FIRST_READ < maximum ? FIRST_READ : maximum;
  __attribute__((cleanup(scratch_cleanup))) scratch s = {.data = pl_xmalloc(first + 1), .capacity = first + 1};
  if (read_to_end(fd, size, maximum, &s, err) < 0)
    return -1;
  *ret = (pl_bytes){.data = pl_strndup(arena, s.data, s.length), .length = s.length};
  return 0;
}

static bool changed(const struct stat *before, const struct stat *after) {
  return before->st_dev != after->st_dev || before->st_ino != after->st_ino || before->st_size != after->st_size ||
         before->st_mtim.tv_sec != after->st_mtim.tv_sec || before->st_mtim.tv_nsec != after->st_mtim.tv_nsec;
}

/* SIZE bytes, or fewer when the end comes sooner; that nothing follows them is for fstat to say. */
static int read_size(pl_arena *arena, int fd, size_t size, pl_bytes *ret, pl_error *err) {
  char *content = pl_alloc(arena, size + 1);
  *ret = (pl_bytes){.data = content};
  while (ret->length < size) {
    ssize_t got = read(fd, content + ret->length, size - ret->length);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return pl_fail_errno(err, errno, "could not be read");
    if (got == 0)
      break;
    ret->length += (size_t)got;
  }
  return 0;
}

static int read_unchanged(pl_arena *arena, int fd, const struct stat *before, size_t maximum, pl_bytes *ret,
                          pl_error *err) {
  struct stat after;
  int rc = before->st_size > 0 ? read_size(arena, fd, (size_t)before->st_size, ret, err)
                               : pl_read_virtual(arena, fd, 0, maximum, ret, err);
  if (rc < 0)
    return -1;
  if (fstat(fd, &after) < 0)
    return pl_fail_errno(err, errno, "could not be read");
  return changed(before, &after) ? pl_fail(err, PL_ERR_VANISHED, "changed while it was read") : 0;
}

int pl_read_known(pl_arena *arena, int fd, const struct stat *st, size_t maximum, pl_bytes *ret, pl_error *err) {
  pl_bytes content = {0};
  if (!S_ISREG(st->st_mode))
    return pl_fail(err, PL_ERR_TYPE, "not a regular file");
  if ((uint64_t)st->st_size > maximum)
    return pl_fail(err, PL_ERR_LIMIT, "larger than %zu bytes", maximum);
  if (read_unchanged(arena, fd, st, maximum, &content, err) < 0) {
    pl_wipe((void *)(uintptr_t)content.data, content.length);
    return -1;
  }
  *ret = content;
  return 0;
}

int pl_read_regular(pl_arena *arena, int fd, size_t maximum, pl_bytes *ret, pl_error *err) {
  struct stat st;
  if (fstat(fd, &st) < 0)
    return pl_fail_errno(err, errno, "could not be read");
  return pl_read_known(arena, fd, &st, maximum, ret, err);
}

int pl_root_read(const pl_root *root, pl_arena *arena, const char *path, size_t maximum, pl_bytes *ret, pl_error *err) {
  struct stat st;
  pl_auto_close int fd = pl_root_open_stat(root, path, PL_OPEN_REGULAR, &st, err);
  return fd < 0 ? -1 : pl_read_known(arena, fd, &st, maximum, ret, err);
}

int pl_root_read_virtual(const pl_root *root, pl_arena *arena, const char *path, size_t maximum, pl_bytes *ret,
                         pl_error *err) {
  struct stat st;
  pl_auto_close int fd = pl_root_open_stat(root, path, PL_OPEN_REGULAR, &st, err);
  if (fd < 0)
    return -1;
  if (pl_read_virtual(arena, fd, (size_t)st.st_size, maximum, ret, err) == 0)
    return 0;
  pl_error_prefix(err, "%s", path);
  return -1;
}
