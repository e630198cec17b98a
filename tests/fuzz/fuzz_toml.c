/* TOML: what was read must be sayable in JSON. */
#include <stdlib.h>

#include "plumbline/core/json.h"
#include "plumbline/core/toml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_bytes text = {pl_strndup(arena, (const char *)data, size), size};
  pl_error err = {0};
  pl_node *node = pl_toml_read(arena, text, NULL, &err);
  if (!node && (err.kind == PL_ERR_NONE || err.line == 0) && size <= 4 << 20)
    abort();
  if (node && !pl_json_text(arena, node, false))
    abort();
  return 0;
}
