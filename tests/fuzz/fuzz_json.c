/*
 * JSON: what was read must come back equal after being written. Strings of invalid UTF-8 are written too. A member read
 * alone is that of the whole.
 */
#include <stdlib.h>

#include "plumbline/core/json.h"

static const char *first_key(const pl_node *object) {
  bool plain = pl_is(object, PL_OBJECT) && pl_count(object) > 0 && !strchr(object->object.members[0].key, '/');
  return plain ? object->object.members[0].key : "a";
}

/* A key that was written with escapes is not found, which is no fault. */
static void read_member(pl_arena *arena, pl_bytes text, const pl_node *whole) {
  const char *const keys[] = {first_key(whole), NULL};
  const pl_node *some = pl_json_read_members(arena, text, keys, &pl_json_document_limits, NULL, NULL);
  if (!pl_is(whole, PL_OBJECT))
    return;
  if (!pl_is(some, PL_OBJECT) || pl_count(some) > 1)
    abort();
  if (pl_count(some) == 1 && !pl_node_equal(pl_get(some, keys[0]), pl_get(whole, keys[0])))
    abort();
}

/* Where OUTER is not found it is not there for its member either. */
static void read_inner(pl_arena *arena, pl_bytes text, const pl_node *whole) {
  const char *outer = first_key(whole);
  const pl_node *value = pl_get(whole, outer);
  const char *inner = first_key(value), *const keys[] = {pl_printf(arena, "%s/%s", outer, inner), NULL};
  const pl_node *found = pl_get(pl_json_read_members(arena, text, keys, &pl_json_document_limits, NULL, NULL), outer);
  if (!pl_is(found, PL_OBJECT))
    return;
  if (!pl_is(value, PL_OBJECT) || pl_count(found) > 1)
    abort();
  if (pl_count(found) == 1 && !pl_node_equal(pl_get(found, inner), pl_get(value, inner)))
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
  if (pl_is(node, PL_OBJECT))
    read_inner(arena, text, node);
  if (!node)
    node = pl_node_bytes(arena, text.data, text.length);
  const char *written = pl_json_text(arena, node, size % 2);
  pl_node *back = pl_json_read(arena, (pl_bytes){written, strlen(written)}, &pl_json_facts_limits, NULL, NULL);
  if (!back || !pl_equal(pl_json_text(arena, back, size % 2), written))
    abort();
  return 0;
}
