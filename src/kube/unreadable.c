/* The fact that a value could not be read. */
#include "unreadable.h"

pl_node *pl_unreadable(pl_arena *arena, const char *why) {
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "unreadable", why);
  return fact;
}
