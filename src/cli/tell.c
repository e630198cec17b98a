/* The one place that writes to standard error. */
#include <stdio.h>

#include "plumbline/report/border.h"
#include "session.h"

int pl_tell(int code, const char *format, ...) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  va_list args;
  va_start(args, format);
  const char *text = pl_vprintf(arena, format, args);
  va_end(args);
  fprintf(stderr, "plumbline: %s\n", pl_border(arena, text, false));
  return code;
}

int pl_tell_error(const pl_error *err) {
  return pl_tell(err->kind == PL_ERR_USAGE ? PL_EXIT_USAGE : PL_EXIT_INTERNAL, "%s", err->text);
}

int pl_tell_faults(const pl_faults *faults) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  for (size_t i = 0; i < faults->count; i++) {
    const pl_fault *fault = &faults->items[i];
    const char *where = fault->line ? pl_printf(arena, ":%u:%u", fault->line, fault->column) : "";
    fprintf(stderr, "%s%s: %s\n", pl_border(arena, fault->file, false), where, pl_border(arena, fault->text, false));
  }
  if (faults->total > faults->count)
    fprintf(stderr, "and %zu more\n", faults->total - faults->count);
  return PL_EXIT_USAGE;
}
