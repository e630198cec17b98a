/* YAML in all three ways of reading it; what was read must survive being written as JSON. */
#include <stdlib.h>

#include "plumbline/core/json.h"
#include "plumbline/core/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_bytes text = {pl_strndup(arena, (const char *)data, size), size};
  pl_error err = {0};
  pl_faults faults;
  pl_faults_init(&faults, arena);
  pl_node *node = pl_yaml_read(arena, text, PL_YAML_THEIRS, NULL, &err);
  if (!node && err.kind == PL_ERR_NONE)
    abort();
  if (node && !pl_node_equal(node, pl_node_copy(arena, node)))
    abort();
  if (node && !pl_json_text(arena, node, true))
    abort();
  pl_yaml_read_all(arena, text, NULL, NULL);
  if (!pl_yaml_read_ours(arena, text, "x.yaml", &faults) && faults.total == 0)
    abort();
  return 0;
}
