/* Building a set of files. */
#include "file_sets.h"

pl_file_set *pl_file_set_new(pl_collection *collection) {
  pl_file_set *set = pl_new(collection->arena, pl_file_set);
  set->collection = collection;
  set->paths = pl_node_object(collection->arena);
  set->complete = true;
  return set;
}

void pl_file_set_add(pl_file_set *set, const char *path) {
  pl_host_stat(set->collection->host, path);
  pl_object_set(set->collection->arena, set->paths, path, pl_node_null(set->collection->arena));
}

void pl_file_set_incomplete(pl_file_set *set, const char *because) {
  if (set->complete)
    set->because = because;
  set->complete = false;
}

void pl_file_set_add_all(pl_file_set *set, const pl_paths *paths) {
  for (size_t i = 0; i < paths->count; i++)
    pl_file_set_add(set, paths->items[i]);
  if (!paths->complete)
    pl_file_set_incomplete(set, paths->why);
}

void pl_file_set_put(pl_file_set *set, pl_node *facts, const char *name, const char *because) {
  pl_arena *arena = set->collection->arena;
  pl_node *fact = pl_node_object(arena), *list = pl_node_list(arena);
  pl_each_member (path, set->paths)
    pl_list_add_text(arena, list, path->key);
  pl_object_set(arena, fact, "paths", list);
  pl_object_set_boolean(arena, fact, "complete", set->complete);
  if (!set->complete)
    pl_object_set_text(arena, fact, "because", set->because);
  else if (pl_count(list) == 0)
    pl_object_set_text(arena, fact, "because", because);
  if (set->unobservable)
    pl_object_set_boolean(arena, fact, "unobservable", true);
  pl_object_set(arena, facts, name, fact);
}
