/*
 * JSON: what was read must come back equal after being written. Strings of invalid UTF-8 are written too. A member read
 * alone is that of the whole.
 */
#include <stdlib.h>

#include "plumbline/core/json.h"

/* A key that was written with escapes is not found, which is no fault. */
static void read_member(pl_arena *arena, pl_bytes text, const pl_node *whole) {
  static const char *const fixed[] = {"annotations", "a", NULL};
  const char *const first[] = {pl_count(whole) ? whole->object.members[0].key : "a", NULL};
  const pl_node *some =
      pl_json_read_members(arena, text, pl_is(whole, PL_OBJECT) ? first : fixed, &pl_json_document_limits, NULL, NULL);
  if (pl_is(whole, PL_OBJECT) && (!pl_is(some, PL_OBJECT) || pl_count(some) > 1))
    abort();
  if (pl_is(whole, PL_OBJECT) && pl_count(some) == 1 && !pl_node_equal(pl_get(some, first[0]), pl_get(whole, first[0])))
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_bytes text = {pl_strndup(arena, (const char *)data, size), size};
  pl_error err = {0};
  pl_node *node = pl_json_read(arena, text, &pl_json_document_limits, NULL, &err);
  if (!node && err.kind == PL_ERR_NONE)
    abort();
  read_member(arena, text, node);
  if (!node)
    node = pl_node_bytes(arena, text.data, text.length);
  const char *written = pl_json_text(arena, node, size % 2);
  pl_node *back = pl_json_read(arena, (pl_bytes){written, strlen(written)}, &pl_json_facts_limits, NULL, NULL);
  if (!back || !pl_equal(pl_json_text(arena, back, size % 2), written))
    abort();
  return 0;
}
