/* From packed bytes (packed.h) to the tree that reading the YAML would give. */
#include "src/core/packed.h"

typedef struct unpacking {
  const unsigned char *at;
  const char *pool;
  pl_node *nodes; /* what is left of each, for they are counted beforehand */
  pl_node **items;
  pl_member *members;
  const pl_source *source;
  uint32_t line;
} unpacking;

static uint64_t number(unpacking *u) {
  uint64_t value = *u->at & 0x7f;
  for (unsigned shift = 7; *u->at++ & 0x80; shift += 7)
    value |= (uint64_t)(*u->at & 0x7f) << shift;
  return value;
}

static int64_t signed_number(unpacking *u) {
  uint64_t value = number(u);
  return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static void position(unpacking *u, uint32_t *ret_line, uint32_t *ret_column) {
  u->line += (uint32_t)signed_number(u);
  *ret_line = u->line;
  *ret_column = (uint32_t)number(u);
}

static pl_node *unpack(unpacking *u);

static void unpack_items(unpacking *u, pl_node *list) {
  size_t count = number(u);
  pl_node **items = u->items;
  u->items += count;
  for (size_t i = 0; i < count; i++)
    items[i] = unpack(u);
  list->list.items = items;
  list->list.count = list->list.capacity = count;
}

static void unpack_members(unpacking *u, pl_node *object) {
  size_t count = number(u);
  pl_member *members = u->members;
  u->members += count;
  for (size_t i = 0; i < count; i++) {
    members[i].key = u->pool + number(u);
    position(u, &members[i].line, &members[i].column);
    members[i].value = unpack(u);
  }
  object->object.members = members;
  object->object.count = object->object.capacity = count;
}

/* No deeper than the reader of YAML let it be. */
static pl_node *unpack(unpacking *u) {
  pl_node *node = u->nodes++;
  unsigned tag = *u->at++;
  node->kind = (pl_kind)(tag & PL_PACKED_KIND);
  node->quoted = tag & PL_PACKED_QUOTED;
  node->source = u->source;
  position(u, &node->line, &node->column);
  if (tag & PL_PACKED_RAW)
    node->raw = u->pool + number(u);
  if (node->kind == PL_STRING) {
    node->string.data = u->pool + number(u);
    node->string.length = number(u);
  } else if (node->kind == PL_LIST) {
    unpack_items(u, node);
  } else if (node->kind == PL_OBJECT) {
    unpack_members(u, node);
  } else if (node->kind == PL_INTEGER) {
    node->integer = signed_number(u);
  } else if (node->kind == PL_BOOLEAN) {
    node->boolean = number(u);
  }
  return node;
}

pl_node *pl_unpack(pl_arena *arena, pl_bytes document, const pl_source *source) {
  unpacking u = {.at = (const unsigned char *)document.data, .source = source};
  u.nodes = pl_new_array(arena, pl_node, number(&u));
  u.items = pl_new_array(arena, pl_node *, number(&u));
  u.members = pl_new_array(arena, pl_member, number(&u));
  size_t pool = number(&u);
  u.pool = (const char *)u.at;
  u.at += pool;
  return unpack(&u);
}
