/* cmdline, environ, cgroup, stat and status of a process, whose writer chooses much of what they say. */
#include "process_text.h"

#include <limits.h>
#include <stdlib.h>

#include "plumbline/core/number.h"

size_t pl_nul_count(const char *data, size_t length) {
  size_t count = 0;
  for (const char *end = data + length; data < end; count++) {
    const char *stop = memchr(data, '\0', (size_t)(end - data));
    data = stop ? stop + 1 : end;
  }
  return count;
}

void pl_nul_split(const char *data, size_t length, const char **items) {
  for (const char *end = data + length; data < end; data += strlen(data) + 1)
    *items++ = data;
  *items = NULL;
}

static bool names_pod(const char *path) { return strstr(path, "kubepods") != NULL; }

char *pl_cgroup_pick(char *text) {
  char *first = NULL, *pod = NULL, *unified = NULL;
  for (char *line = text, *next = NULL; line && *line; line = next) {
    next = strchr(line, '\n');
    if (next)
      *next++ = '\0';
    char *controllers = strchr(line, ':');
    char *path = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!path || path[1] != '/')
      continue;
    path++;
    first = first ? first : path;
    pod = !pod && names_pod(path) ? path : pod;
    unified = !unified && pl_starts(line, "0::") ? path : unified;
  }
  if (unified && (names_pod(unified) || !pod))
    return unified;
  return pod ? pod : first;
}

enum { FIELD_PARENT = 4, FIELD_START = 22, FIRST_AFTER_NAME = 3 };

/* Field NUMBER of the blank-separated TEXT that begins with field 3. */
static int field(const char *text, int number, int64_t max, int64_t *ret) {
  char digits[24];
  for (int i = FIRST_AFTER_NAME; i < number && text; i++) {
    text = strchr(text, ' ');
    text = text ? text + 1 : NULL;
  }
  size_t length = text ? strcspn(text, " \n") : 0;
  if (length == 0 || length >= sizeof digits)
    return -1;
  memcpy(digits, text, length);
  digits[length] = '\0';
  return pl_parse_int(digits, 0, max, ret, NULL);
}

int pl_stat_parse(pl_arena *arena, pl_bytes text, pl_stat_line *ret, pl_error *err) {
  const char *begin = memchr(text.data, '(', text.length), *end = memrchr(text.data, ')', text.length);
  int64_t parent = 0, start = 0;
  if (!begin || !end || end < begin || end[1] != ' ' || field(end + 2, FIELD_PARENT, INT_MAX, &parent) < 0 ||
      field(end + 2, FIELD_START, INT64_MAX, &start) < 0)
    return pl_fail(err, PL_ERR_SYNTAX, "stat: not the fields that the kernel writes");
  ret->name = pl_strndup(arena, begin + 1, (size_t)(end - begin - 1));
  ret->parent = (int)parent;
  ret->start_ticks = start;
  return 0;
}

/* Second number of the line that begins with LABEL: real, effective, saved, file system. */
static int effective_id(const char *text, const char *label, uint32_t *ret) {
  const char *at = strstr(text, label);
  at = at ? at + strlen(label) + strcspn(at + strlen(label), "\t\n") : NULL;
  size_t length = at && *at == '\t' ? strcspn(++at, "\t\n") : 0;
  char digits[16];
  int64_t id = 0;
  if (length == 0 || length >= sizeof digits)
    return -1;
  memcpy(digits, at, length);
  digits[length] = '\0';
  if (pl_parse_int(digits, 0, UINT32_MAX, &id, NULL) < 0)
    return -1;
  *ret = (uint32_t)id;
  return 0;
}

int pl_status_parse(pl_bytes text, uint32_t *ret_uid, uint32_t *ret_gid, pl_error *err) {
  uint32_t uid = 0, gid = 0;
  if (effective_id(text.data, "\nUid:\t", &uid) < 0 || effective_id(text.data, "\nGid:\t", &gid) < 0)
    return pl_fail(err, PL_ERR_SYNTAX, "status: no Uid and Gid as the kernel writes them");
  *ret_uid = uid;
  *ret_gid = gid;
  return 0;
}

/* The number behind LABEL, in BASE 10 or 16, to the end of its line; false when there is none. */
static bool number_after(const char *text, const char *label, unsigned base, uint64_t *ret) {
  static const char digits[] = "0123456789abcdef";
  const char *at = strstr(text, label), *start = at ? at + strlen(label) : "";
  uint64_t value = 0;
  const char *next = start;
  for (const char *digit; *next && (digit = strchr(digits, *next)) && digit < digits + base; next++)
    if (__builtin_mul_overflow(value, base, &value) || __builtin_add_overflow(value, digit - digits, &value))
      return false;
  *ret = value;
  return next > start && *next == '\n';
}

int pl_security_parse(pl_bytes text, pl_process_security *ret, pl_error *err) {
  uint64_t seccomp = 0;
  if (!number_after(text.data, "\nCapEff:\t", 16, &ret->effective) ||
      !number_after(text.data, "\nCapBnd:\t", 16, &ret->bounding))
    return pl_fail(err, PL_ERR_SYNTAX, "status: no CapEff and CapBnd as the kernel writes them");
  if (!number_after(text.data, "\nSeccomp:\t", 10, &seccomp) || seccomp > PL_SECCOMP_FILTER)
    return pl_fail(err, PL_ERR_SYNTAX, "status: no Seccomp as the kernel writes it");
  ret->seccomp = (pl_seccomp)seccomp;
  return 0;
}
