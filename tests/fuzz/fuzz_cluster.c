/* Cluster snapshots: whatever is read becomes facts that can be written, and is bounded by what was given. */
#include <stdlib.h>

#include "plumbline/core/json.h"
#include "src/kube/cluster.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  const char *text = pl_strndup(arena, (const char *)data, size);
  pl_error err = {0};
  const pl_cluster *cluster = pl_cluster_read(arena, (pl_bytes){text, size}, "x", 0, &err);
  if (!cluster && err.kind == PL_ERR_NONE)
    abort();
  const pl_node *fact = pl_cluster_facts(arena, cluster, "n1", 1793016000);
  if (!pl_json_text(arena, fact, false))
    abort();
  if (pl_cluster_usable(fact) != (pl_cluster_this_node(fact) != NULL))
    abort();
  return 0;
}
