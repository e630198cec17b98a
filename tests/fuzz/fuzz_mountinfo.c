/* mountinfo: what was accepted has absolute points, and each point is found again by its own path. */
#include <stdlib.h>

#include "plumbline/host/mounts.h"
#include "src/host/host_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_bytes text = {pl_strndup(arena, (const char *)data, size), size};
  pl_mounts *mounts = NULL;
  pl_error err = {.kind = PL_ERR_NONE};
  if (pl_mounts_parse(arena, text, &mounts, &err) < 0) {
    if (err.kind != PL_ERR_SYNTAX || err.line == 0 || mounts)
      abort();
    return 0;
  }
  for (size_t i = 0; i < mounts->count && i < 64; i++) {
    const pl_mount *mount = &mounts->items[i], *found = pl_mounts_find(mounts, mount->point);
    if (*mount->point != '/' || !mount->type || !mount->source || !found || !pl_path_below(mount->point, found->point))
      abort();
    pl_mount_is_remote(mount);
    const pl_mounts *seen = pl_mounts_seen_from(arena, mounts, mount->point);
    if (seen->count == 0 || seen->count > mounts->count)
      abort();
  }
  return 0;
}
