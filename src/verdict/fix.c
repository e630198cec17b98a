/* Filling a fix with what was found: one pass from left to right, and what is put in is not looked at again. A line
 * that names a file comes once for each, so that each command stays short enough to be copied. */
#include "private.h"

enum { FIX_MAX = 64 * 1024 };

typedef struct placeholder {
  const char *word, *value, *unknown;
} placeholder;

static const placeholder *find(const placeholder *known, size_t count, const char *text) {
  for (size_t i = 0; i < count; i++)
    if (pl_starts(text, known[i].word))
      return &known[i];
  return NULL;
}

/* PATH so that a shell takes it for one word, whatever somebody called a file: escapes stand as $'' reads them. */
static const char *shell_word(pl_arena *arena, const char *path) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+:@%,=";
  if (path[strspn(path, plain)] == '\0')
    return path;
  pl_auto_buffer pl_buffer word;
  pl_buffer_init(&word, FIX_MAX);
  pl_buffer_text(&word, "$'");
  for (const char *c = path; *c; c++)
    if (*c == '\'')
      pl_buffer_text(&word, "\\x27");
    else
      pl_buffer_add(&word, c, 1);
  pl_buffer_text(&word, "'");
  return pl_buffer_take(&word, arena).data;
}

static void fill_line(pl_buffer *text, const char *line, const pl_place *place, const char *restart) {
  const placeholder known[] = {{"{path}", place->path, "the file in question"},
                               {"{where}", place->where, "not known"},
                               {"{value}", place->value, "not known"},
                               {"{restart}", restart, "systemctl restart kubelet"}};
  while (*line) {
    const placeholder *here = *line == '{' ? find(known, sizeof known / sizeof *known, line) : NULL;
    size_t plain = here ? 0 : 1 + strcspn(line + 1, "{");
    if (here)
      pl_buffer_text(text, here->value ? here->value : here->unknown);
    else
      pl_buffer_add(text, line, plain);
    line += here ? strlen(here->word) : plain;
  }
}

/* LINE for each path. A line that would not fit as a whole is left out, never cut: it may be a command. Returns how
 * many were left out. */
static size_t fill_lines(pl_arena *arena, pl_buffer *text, const char *line, const pl_place *place,
                         const char *restart) {
  const char *const *paths = NULL;
  size_t count = place->path ? pl_split(arena, place->path, '\n', &paths) : 0, left_out = 0;
  for (size_t i = 0; i == 0 || (i < count && strstr(line, "{path}")); i++) {
    pl_auto_buffer pl_buffer filled;
    pl_buffer_init(&filled, FIX_MAX / 2 - text->length / 2);
    pl_place one = {count ? shell_word(arena, paths[i]) : NULL, place->where, place->value, place->setting};
    pl_buffer_text(&filled, text->length ? "\n" : "");
    fill_line(&filled, line, &one, restart);
    left_out += filled.overflow;
    if (!filled.overflow && filled.length)
      pl_buffer_add(text, filled.data, filled.length);
  }
  return left_out;
}

const char *pl_fill_fix(pl_arena *arena, const char *fix, const pl_place *place, const char *restart, size_t unnamed) {
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, FIX_MAX);
  const char *const *lines = NULL;
  size_t count = pl_split(arena, fix, '\n', &lines);
  for (size_t i = 0; i < count; i++) {
    bool names = strstr(lines[i], "{path}") != NULL;
    unnamed += fill_lines(arena, &text, lines[i], place, restart);
    if (names && unnamed) {
      pl_buffer_printf(&text, "\nThe same for %zu more.", unnamed);
      unnamed = 0;
    }
  }
  return pl_buffer_take(&text, arena).data;
}
