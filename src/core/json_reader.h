/* JSON for other readers of this folder. */
#pragma once

#include "plumbline/core/json.h"

/* As pl_json_read; with DUPLICATES the last value of a key wins, as in Go. */
pl_node *pl_json_parse(pl_arena *arena, pl_bytes text, const pl_json_limits *limits, bool duplicates,
                       const pl_source *source, pl_error *err);
/* Past the string that opens at AT: the position of its closing quote, or the end. Most strings are short. */
static inline size_t pl_json_skip_string(pl_bytes text, size_t at) {
  const char *first = text.data + at + 1, *end = text.data + text.length;
  for (const char *quote = first; (quote = memchr(quote, '"', (size_t)(end - quote))); quote++) {
    const char *escape = quote;
    while (escape > first && escape[-1] == '\\')
      escape--;
    if ((quote - escape) % 2 == 0)
      return (size_t)(quote - text.data);
  }
  return text.length;
}
