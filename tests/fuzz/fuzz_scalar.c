/* Numbers, durations, quantities, times, URLs and paths: what was read and is written reads as the same again. */
#include <stdlib.h>

#include "plumbline/core/number.h"
#include "plumbline/core/url.h"

static void numbers(pl_arena *arena, const char *text) {
  int64_t value = 0, again = 0;
  unsigned mode = 0;
  bool boolean = false;
  if (pl_parse_go_int(text, -1000, 1000, &value, NULL) == 0 && (value < -1000 || value > 1000))
    abort();
  if (pl_parse_int(text, INT64_MIN, INT64_MAX, &value, NULL) == 0 &&
      (pl_parse_int(pl_printf(arena, "%lld", (long long)value), INT64_MIN, INT64_MAX, &again, NULL) < 0 ||
       again != value))
    abort();
  if (pl_parse_mode(text, &mode, NULL) == 0 && mode > 07777)
    abort();
  pl_parse_go_bool(text, &boolean, NULL);
  pl_parse_quantity(text, &value, NULL);
}

static void times(pl_arena *arena, const char *text) {
  int64_t value = 0, again = 0;
  if (pl_parse_duration(text, &value, NULL) == 0 &&
      (pl_parse_duration(pl_format_duration(arena, value), &again, NULL) < 0 || again != value))
    abort();
  if (pl_parse_time(text, &value, NULL) == 0 &&
      (pl_parse_time(pl_format_time(arena, value), &again, NULL) < 0 || again != value))
    abort();
}

static void texts(pl_arena *arena, const char *text) {
  const char *hidden = pl_hide_url_secrets(arena, text);
  if (strcmp(pl_hide_url_secrets(arena, hidden), hidden) != 0)
    abort();
  const char *path = pl_path_join(arena, "/a/b", text);
  if (*path != '/' || strstr(path, "//") || strstr(path, "/../") || !pl_path_below(path, "/"))
    abort();
  if (strcmp(pl_path_join(arena, "/", path), path) != 0)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  const char *text = pl_strndup(arena, (const char *)data, size);
  numbers(arena, text);
  times(arena, text);
  texts(arena, text);
  return 0;
}
