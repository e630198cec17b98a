/* proc/swaps: the areas that memory may be written to. */
#include "storage_private.h"

enum { NAME, TYPE, FIELDS };

/* The next word of *REST, NULL at the end. */
static char *next_word(char **rest) {
  char *word = *rest + strspn(*rest, " \t");
  size_t length = strcspn(word, " \t");
  *rest = word + length + (word[length] != '\0');
  word[length] = '\0';
  return length ? word : NULL;
}

/* "/swapfile\040(deleted)": it is used all the same. */
static void drop_deleted(char *path) {
  static const char deleted[] = " (deleted)";
  if (pl_ends(path, deleted))
    path[strlen(path) - (sizeof deleted - 1)] = '\0';
}

static bool parse_line(char *line, pl_swap *ret) {
  char *fields[FIELDS];
  for (int i = 0; i < FIELDS; i++)
    if (!(fields[i] = next_word(&line)))
      return false;
  if (*fields[NAME] != '/' || !pl_mounts_unescape(fields[NAME]))
    return false;
  drop_deleted(fields[NAME]);
  *ret = (pl_swap){.path = fields[NAME], .file = !pl_equal(fields[TYPE], "partition")};
  return true;
}

int pl_swaps_parse(pl_arena *arena, pl_bytes text, pl_swaps *ret, pl_error *err) {
  const char *const *lines;
  size_t count = pl_split(arena, text.data, '\n', &lines);
  if (strlen(text.data) < text.length || !pl_starts(text.data, "Filename"))
    return pl_fail(err, PL_ERR_SYNTAX, "swaps: not as the kernel writes it");
  for (size_t i = 1; i < count; i++) {
    pl_swap swap;
    if (!*lines[i])
      continue;
    if (!parse_line(pl_strdup(arena, lines[i]), &swap))
      return pl_fail(err, PL_ERR_SYNTAX, "swaps line %zu: no path and type", i + 1);
    pl_push(arena, ret->items, ret->count, ret->capacity, swap);
  }
  return 0;
}

int pl_swaps_read(pl_host *host, pl_swaps *ret, pl_error *err) {
  pl_bytes text;
  *ret = (pl_swaps){.items = NULL};
  if (!host->proc)
    return pl_fail(err, PL_ERR_ABSENT, "there is no proc directory");
  return pl_root_read_virtual(host->proc, host->arena, "swaps", PL_PROC_BYTES_MAX, &text, err) < 0
             ? -1
             : pl_swaps_parse(host->arena, text, ret, err);
}
