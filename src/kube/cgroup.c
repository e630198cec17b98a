/* Reads cgroup paths: pods, containers in them, containers around them, systemd units. */
#include "cgroup.h"

#define CONTAINER_ID_LENGTH 64
#define STATIC_UID_LENGTH   32

typedef struct piece {
  const char *data;
  size_t length;
} piece;

static bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

static size_t hex_run(const char *text, size_t length) {
  size_t run = 0;
  while (run < length && is_hex(text[run]))
    run++;
  return run;
}

static bool next_piece(const char **rest, piece *ret) {
  *rest += strspn(*rest, "/");
  *ret = (piece){*rest, strcspn(*rest, "/")};
  *rest += ret->length;
  return ret->length > 0;
}

static bool has(piece p, const char *text) { return memmem(p.data, p.length, text, strlen(text)) != NULL; }

/* The 64 hexadecimal digits that runtimes name containers by. */
static const char *find_id(pl_arena *arena, piece p) {
  for (size_t i = 0; i < p.length;) {
    size_t run = hex_run(p.data + i, p.length - i);
    if (run == CONTAINER_ID_LENGTH)
      return pl_strndup(arena, p.data + i, run);
    i += run ? run : 1;
  }
  return NULL;
}

/* 8-4-4-4-12 hexadecimal digits, with '-' or, in slices, '_' between. */
static bool is_uuid(piece p) {
  static const size_t groups[] = {8, 4, 4, 4, 12};
  size_t at = 0;
  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
    if (hex_run(p.data + at, p.length - at) != groups[i])
      return false;
    at += groups[i];
    if (i < 4 && (at >= p.length || (p.data[at] != '-' && p.data[at] != '_')))
      return false;
    at += i < 4;
  }
  return at == p.length;
}

static bool is_hash(piece p) { return p.length == STATIC_UID_LENGTH && hex_run(p.data, p.length) == p.length; }

/* What follows "pod" or "...-pod", up to ".slice" or ':'. */
static bool pod_part(piece p, piece *ret, bool *ret_slice) {
  const char *start = NULL;
  if (p.length > 3 && memcmp(p.data, "pod", 3) == 0)
    start = p.data + 3;
  for (size_t i = 0; !start && i + 4 < p.length; i++)
    if (memcmp(p.data + i, "-pod", 4) == 0)
      start = p.data + i + 4;
  if (!start)
    return false;
  size_t length = (size_t)(p.data + p.length - start);
  const char *slice = memmem(start, length, ".slice", 6);
  const char *colon = memchr(start, ':', length);
  const char *end = slice ? slice : colon ? colon : start + length;
  *ret = (piece){start, (size_t)(end - start)};
  *ret_slice = slice != NULL;
  return ret->length > 0;
}

/* UID of a pod's own cgroup. A UID that a manifest chose for itself is taken below kubepods only. */
static const char *find_pod(pl_arena *arena, piece p, bool below_kubepods) {
  piece part;
  bool slice;
  if (!pod_part(p, &part, &slice) || (!is_uuid(part) && !is_hash(part) && !below_kubepods))
    return NULL;
  char *uid = pl_strndup(arena, part.data, part.length);
  for (char *c = uid; slice && *c; c++)
    if (*c == '_')
      *c = '-';
  return uid;
}

static const char *find_enclosing(pl_arena *arena, piece p) {
  static const char *const runtimes[] = {"docker-",     "libpod-",  "crio-", /* a container's */
                                         "lxc.payload", "machine-", "systemd-nspawn@", NULL};
  static const char conmon[] = "-conmon-"; /* stands outside of the container that it watches */
  bool named = false;
  if (has(p, conmon))
    return NULL;
  for (size_t i = 0; runtimes[i] && !named; i++)
    named = p.length > strlen(runtimes[i]) && memcmp(p.data, runtimes[i], strlen(runtimes[i])) == 0;
  const char *id = find_id(arena, p);
  return id ? id : named && !has(p, ".slice") ? pl_strndup(arena, p.data, p.length) : NULL;
}

static const char *unit_of(pl_arena *arena, piece p) {
  static const char suffix[] = ".service";
  size_t length = sizeof suffix - 1;
  bool is_unit = p.length > length && memcmp(p.data + p.length - length, suffix, length) == 0;
  return is_unit ? pl_strndup(arena, p.data, p.length) : NULL;
}

bool pl_cgroup_may_be_contained(const char *path) {
  return path && (strlen(path) >= CONTAINER_ID_LENGTH || strstr(path, "lxc.payload") || strstr(path, "machine-") ||
                  strstr(path, "systemd-nspawn@"));
}

pl_cgroup pl_cgroup_read(pl_arena *arena, const char *path) {
  pl_cgroup result = {0};
  bool below_kubepods = false;
  const char *rest = path ? path : "";
  for (piece p; next_piece(&rest, &p);) {
    if (has(p, "kata_overhead")) /* what runs a sandbox, beside its pod's cgroup */
      return result;
    below_kubepods = below_kubepods || has(p, "kubepods");
    result.pod_uid = find_pod(arena, p, below_kubepods);
    if (result.pod_uid) {
      result.container_id = find_id(arena, p);
      if (!result.container_id && next_piece(&rest, &p))
        result.container_id = find_id(arena, p);
      result.unit = NULL;
      return result;
    }
    const char *enclosing = find_enclosing(arena, p), *unit = unit_of(arena, p);
    if (enclosing)
      result.enclosing = enclosing;
    if (unit)
      result.unit = unit;
  }
  return result;
}

bool pl_uid_is_static(const char *uid) { return uid && is_hash((piece){uid, strlen(uid)}); }
