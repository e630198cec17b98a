/* Whole trees: copies and comparison. Both keep their own stack, so no depth of a document can exhaust ours. */
#include "plumbline/core/limits.h"
#include "plumbline/core/node.h"
#include "src/core/tree.h"

typedef struct copier {
  pl_arena *arena, *scratch;
  bool share;    /* text is shared with the original, not copied */
  size_t budget; /* nodes that may still be made */
  bool exhausted;
  pl_node **open; /* containers whose children are still those of the original */
  size_t open_count, open_capacity;
} copier;

/* COUNT nodes, and as many as TEXT is long for: what is shared now is copied by those who take it from the tree. */
static bool spend(copier *c, size_t count, size_t text) {
  count += text / PL_ALIAS_BYTES_A_NODE;
  c->exhausted = c->exhausted || count > c->budget;
  c->budget -= c->exhausted ? 0 : count;
  return !c->exhausted;
}

static pl_node *clone(copier *c, const pl_node *node) {
  if (!spend(c, 1, node->kind == PL_STRING ? node->string.length : 0))
    return NULL;
  pl_node *copy = pl_new(c->arena, pl_node);
  *copy = *node;
  if (node->kind == PL_LIST || node->kind == PL_OBJECT)
    pl_push(c->scratch, c->open, c->open_count, c->open_capacity, copy);
  else if (!c->share && node->kind == PL_STRING)
    copy->string.data = pl_strndup(c->arena, node->string.data, node->string.length);
  else if (!c->share && node->raw)
    copy->raw = pl_strdup(c->arena, node->raw);
  return copy;
}

static void clone_items(copier *c, pl_node *list) {
  pl_node **items = list->list.items;
  list->list.capacity = list->list.count;
  list->list.items = pl_new_array(c->arena, pl_node *, list->list.count);
  for (size_t i = 0; i < list->list.count && !c->exhausted; i++)
    list->list.items[i] = clone(c, items[i]);
}

static void clone_members(copier *c, pl_node *object) {
  pl_member *members = object->object.members;
  const uint32_t *index = object->object.index;
  object->object.capacity = object->object.count;
  object->object.members = pl_new_array(c->arena, pl_member, object->object.count);
  for (size_t i = 0; i < object->object.count && !c->exhausted; i++) {
    pl_member *copy = &object->object.members[i];
    *copy = members[i];
    copy->key = c->share ? members[i].key : pl_strdup(c->arena, members[i].key);
    if (c->share)
      spend(c, 0, strlen(copy->key));
    copy->value = clone(c, members[i].value);
  }
  if (index) {
    object->object.index = pl_new_array(c->arena, uint32_t, object->object.index_size);
    memcpy(object->object.index, index, object->object.index_size * sizeof *index);
  }
}

static pl_node *copy_tree(copier *c, const pl_node *node) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  c->scratch = scratch;
  pl_node *copy = clone(c, node);
  while (c->open_count > 0 && !c->exhausted) {
    pl_node *container = c->open[--c->open_count];
    if (container->kind == PL_LIST)
      clone_items(c, container);
    else
      clone_members(c, container);
  }
  return c->exhausted ? NULL : copy;
}

pl_node *pl_node_copy(pl_arena *arena, const pl_node *node) {
  copier c = {.arena = arena, .budget = SIZE_MAX};
  return node ? copy_tree(&c, node) : NULL;
}

pl_node *pl_node_expand(pl_arena *arena, const pl_node *node, size_t *budget) {
  copier c = {.arena = arena, .share = true, .budget = *budget};
  pl_node *copy = copy_tree(&c, node);
  *budget = c.budget;
  return copy;
}

typedef struct pair {
  const pl_node *a, *b;
} pair;

typedef struct pairs {
  pl_arena *arena;
  pair *items;
  size_t count, capacity;
} pairs;

static void push(pairs *stack, const pl_node *a, const pl_node *b) {
  pair next = {a, b};
  pl_push(stack->arena, stack->items, stack->count, stack->capacity, next);
}

static bool push_items(pairs *stack, const pl_node *a, const pl_node *b) {
  if (a->list.count != b->list.count)
    return false;
  for (size_t i = 0; i < a->list.count; i++)
    push(stack, a->list.items[i], b->list.items[i]);
  return true;
}

static bool push_members(pairs *stack, const pl_node *a, const pl_node *b) {
  if (a->object.count != b->object.count)
    return false;
  for (size_t i = 0; i < a->object.count; i++) {
    const pl_node *other = pl_get(b, a->object.members[i].key);
    if (!other)
      return false;
    push(stack, a->object.members[i].value, other);
  }
  return true;
}

/* Two scalars; of two containers their sizes and keys, the rest goes on the stack. */
static bool equal_here(pairs *stack, const pl_node *a, const pl_node *b) {
  if (a->kind != b->kind)
    return false;
  switch (a->kind) {
  case PL_NULL:
    return true;
  case PL_BOOLEAN:
    return a->boolean == b->boolean;
  case PL_INTEGER:
    return a->integer == b->integer;
  case PL_REAL:
    return a->real == b->real;
  case PL_STRING:
    return a->string.length == b->string.length && memcmp(a->string.data, b->string.data, a->string.length) == 0;
  case PL_LIST:
    return push_items(stack, a, b);
  case PL_OBJECT:
    return push_members(stack, a, b);
  }
  return false;
}

bool pl_node_equal(const pl_node *a, const pl_node *b) {
  if (!a || !b)
    return a == b;
  if (a->kind != b->kind || (a->kind != PL_LIST && a->kind != PL_OBJECT))
    return equal_here(NULL, a, b);
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pairs stack = {.arena = scratch};
  push(&stack, a, b);
  while (stack.count > 0) {
    pair next = stack.items[--stack.count];
    if (!equal_here(&stack, next.a, next.b))
      return false;
  }
  return true;
}
