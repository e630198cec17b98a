/* Confinement as facts. */
#include "plumbline/host/confine.h"

static void add_missing(pl_arena *arena, pl_node *list, const char *what, const char *why) {
  if (!why)
    return;
  pl_node *entry = pl_node_object(arena);
  pl_object_set_text(arena, entry, "what", what);
  pl_object_set_text(arena, entry, "why", why);
  pl_list_add(arena, list, entry);
}

pl_node *pl_confinement_facts(pl_arena *arena, const pl_confinement *confinement) {
  pl_node *fact = pl_node_object(arena), *missing = pl_node_list(arena);
  pl_object_set_boolean(arena, fact, "no_new_privs", confinement->no_new_privs);
  pl_object_set_boolean(arena, fact, "seccomp", confinement->seccomp);
  pl_object_set_integer(arena, fact, "landlock", confinement->landlock);
  add_missing(arena, missing, "seccomp", confinement->seccomp_why);
  add_missing(arena, missing, "Landlock", confinement->landlock_why);
  pl_object_set(arena, fact, "missing", missing);
  return fact;
}
