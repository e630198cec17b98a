/* proc/swaps and net/unix: paths of areas are absolute, and a socket that was found is in the text. */
#include <stdlib.h>

#include "plumbline/host/sockets.h"
#include "plumbline/host/storage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_bytes text = {pl_strndup(arena, (const char *)data, size), size};
  pl_swaps swaps = {.items = NULL};
  pl_error err = {.kind = PL_ERR_NONE};
  int rc = pl_swaps_parse(arena, text, &swaps, &err);
  if (rc < 0 && err.kind != PL_ERR_SYNTAX)
    abort();
  for (size_t i = 0; rc == 0 && i < swaps.count; i++)
    if (*swaps.items[i].path != '/')
      abort();
  bool exact = pl_sockets_listen(text, "/run/kms.sock", false);
  if (exact && (!pl_sockets_listen(text, "/run/kms.sock", true) || !memmem(data, size, "/run/kms.sock", 13)))
    abort();
  return 0;
}
