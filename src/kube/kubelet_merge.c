/* The two ways in which kubelets lay one configuration over another. */
#include "src/kube/kubelet.h"

/* ---- RFC 7386 ---- */

static pl_node *like(pl_node *copy, const pl_node *node) {
  copy->source = node->source;
  copy->line = node->line;
  copy->column = node->column;
  return copy;
}

/* PATCH where nothing stands yet: without the nulls, which have nothing to delete. */
static pl_node *pruned(pl_arena *arena, const pl_node *patch) {
  if (patch->kind != PL_OBJECT && patch->kind != PL_LIST)
    return pl_node_copy(arena, patch);
  pl_node *copy = like(patch->kind == PL_LIST ? pl_node_list(arena) : pl_node_object(arena), patch);
  pl_each_item (item, patch)
    if (item->kind != PL_NULL)
      pl_list_add(arena, copy, pruned(arena, item));
  pl_each_member (member, patch) {
    if (member->value->kind == PL_NULL)
      continue;
    pl_object_set(arena, copy, member->key, pruned(arena, member->value));
    pl_get_member(copy, member->key)->line = member->line;
  }
  return copy;
}

static void put(pl_arena *arena, pl_node *merged, const pl_member *from, pl_node *value) {
  pl_object_put(arena, merged, from->key, value);
  pl_get_member(merged, from->key)->line = from->line;
}

pl_node *pl_merge_patch(pl_arena *arena, const pl_node *target, const pl_node *patch) {
  if (!pl_is(target, PL_OBJECT) || patch->kind != PL_OBJECT)
    return pruned(arena, patch);
  pl_node *merged = like(pl_node_object(arena), pl_count(patch) ? patch : target);
  pl_each_member (member, target) {
    const pl_member *over = pl_get_member(patch, member->key);
    if (!over)
      put(arena, merged, member, member->value);
    else if (over->value->kind != PL_NULL)
      put(arena, merged, over, pl_merge_patch(arena, member->value, over->value));
  }
  pl_each_member (member, patch)
    if (member->value->kind != PL_NULL && !pl_get(target, member->key))
      put(arena, merged, member, pruned(arena, member->value));
  return merged;
}

/* ---- mergo ---- */

static void merge_map(pl_arena *arena, pl_node *config, const char *name, const pl_node *over) {
  const pl_node *old = pl_get(config, name);
  pl_node *merged = like(pl_node_object(arena), over);
  pl_each_member (member, old)
    pl_object_set(arena, merged, member->key, member->value);
  pl_each_member (member, over)
    pl_object_set(arena, merged, member->key, member->value);
  pl_object_set(arena, config, name, merged);
}

static void merge_object(pl_arena *arena, const pl_schema *field, pl_node *config, const pl_node *over) {
  pl_node *below = pl_get(config, field->name);
  if (!below) {
    below = pl_node_object(arena);
    pl_object_set(arena, config, field->name, below);
  }
  pl_mergo(arena, field, below, over);
}

void pl_mergo(pl_arena *arena, const pl_schema *root, pl_node *config, const pl_node *over) {
  for (const pl_schema *field = root->first; field; field = field->next) {
    pl_node *value = pl_get(over, field->name);
    if (pl_schema_is_zero(field, value))
      continue;
    if (field->kind == PL_SCHEMA_OBJECT)
      merge_object(arena, field, config, value);
    else if (field->kind == PL_SCHEMA_TEXTS || field->kind == PL_SCHEMA_GATES || field->kind == PL_SCHEMA_HEADERS)
      merge_map(arena, config, field->name, value);
    else
      pl_object_set(arena, config, field->name, value);
  }
}
