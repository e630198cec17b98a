/* A definition or site file by itself: read with all its faults, or judged when it has none. */
#include <stdlib.h>

#include "plumbline/benchmark/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_bytes text = {pl_strndup(arena, (const char *)data, size), size};
  pl_faults faults;
  pl_faults_init(&faults, arena);
  if (pl_definitions_check_text(arena, text, "x.yaml", &faults) != (faults.total == 0))
    abort();
  return 0;
}
