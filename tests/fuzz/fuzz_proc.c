/* Files of /proc/PID: cmdline and environ, cgroup, stat, status. The first byte chooses. */
#include <stdlib.h>

#include "src/host/process_text.h"

static void split(pl_arena *arena, pl_bytes text) {
  size_t count = pl_nul_count(text.data, text.length), bytes = 0;
  const char **items = pl_new_array(arena, const char *, count + 1);
  pl_nul_split(text.data, text.length, items);
  for (size_t i = 0; i < count; i++)
    bytes += strlen(items[i]) + 1;
  if (items[count] || bytes < text.length || bytes > text.length + 1)
    abort(); /* nothing is lost but perhaps the last NUL, which need not be there */
}

static void pick(pl_arena *arena, pl_bytes text) {
  const char *path = pl_cgroup_pick(pl_strndup(arena, text.data, text.length));
  if (path && (*path != '/' || strchr(path, '\n')))
    abort();
}

static void parse_stat(pl_arena *arena, pl_bytes text) {
  pl_stat_line line = {.name = NULL};
  pl_error err = {.kind = PL_ERR_NONE};
  int rc = pl_stat_parse(arena, text, &line, &err);
  if (rc < 0 ? err.kind != PL_ERR_SYNTAX : !line.name || line.parent < 0 || line.start_ticks < 0)
    abort();
}

static void parse_status(pl_arena *arena, pl_bytes text) {
  uint32_t uid = 0, gid = 0;
  pl_error err = {.kind = PL_ERR_NONE};
  (void)arena;
  pl_process_security security = {0};
  if (pl_status_parse(text, &uid, &gid, &err) < 0 && err.kind != PL_ERR_SYNTAX)
    abort();
  if (pl_security_parse(text, &security, &err) < 0 ? err.kind != PL_ERR_SYNTAX : security.seccomp > PL_SECCOMP_FILTER)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static void (*const parsers[])(pl_arena * arena, pl_bytes text) = {split, pick, parse_stat, parse_status};
  if (size == 0)
    return 0;
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_bytes text = {pl_strndup(arena, (const char *)data + 1, size - 1), size - 1};
  parsers[data[0] % (sizeof parsers / sizeof *parsers)](arena, text);
  return 0;
}
