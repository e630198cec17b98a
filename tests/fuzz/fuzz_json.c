/* JSON: what was read must come back equal after being written. Strings of invalid UTF-8 are written too. */
#include <stdlib.h>

#include "plumbline/core/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_bytes text = {pl_strndup(arena, (const char *)data, size), size};
  pl_error err = {0};
  pl_node *node = pl_json_read(arena, text, &pl_json_document_limits, NULL, &err);
  if (!node && err.kind == PL_ERR_NONE)
    abort();
  if (!node)
    node = pl_node_bytes(arena, text.data, text.length);
  const char *written = pl_json_text(arena, node, size % 2);
  pl_node *back = pl_json_read(arena, (pl_bytes){written, strlen(written)}, &pl_json_facts_limits, NULL, NULL);
  if (!back || !pl_equal(pl_json_text(arena, back, size % 2), written))
    abort();
  return 0;
}
