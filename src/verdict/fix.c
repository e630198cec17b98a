/* Filling a fix with what was found: one pass from left to right, and what is put in is not looked at again. */
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

const char *pl_fill_fix(pl_arena *arena, const char *fix, const pl_place *place) {
  const placeholder known[] = {{"{path}", place->path, "the file in question"},
                               {"{where}", place->where, "not known"},
                               {"{value}", place->value, "not known"}};
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, FIX_MAX);
  while (*fix) {
    const placeholder *here = *fix == '{' ? find(known, sizeof known / sizeof *known, fix) : NULL;
    size_t plain = here ? 0 : 1 + strcspn(fix + 1, "{");
    if (here)
      pl_buffer_text(&text, here->value ? here->value : here->unknown);
    else
      pl_buffer_add(&text, fix, plain);
    fix += here ? strlen(here->word) : plain;
  }
  return pl_buffer_take(&text, arena).data;
}
