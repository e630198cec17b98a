/* From a tree to packed bytes (packed.h). */
#include "src/core/compile/pack.h"

#include "plumbline/core/limits.h"
#include "src/core/tree.h"

typedef struct packing {
  pl_arena *arena;
  pl_node *offsets; /* text → where it stands in the pool */
  pl_buffer pool, nodes;
  size_t node_count, item_count, member_count;
  uint32_t line;
} packing;

static void put_number(pl_buffer *out, uint64_t value) {
  do {
    char byte = (char)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    pl_buffer_add(out, &byte, 1);
    value >>= 7;
  } while (value);
}

static void put_signed(pl_buffer *out, int64_t value) {
  put_number(out, (uint64_t)value << 1 ^ (uint64_t)(value < 0 ? -1 : 0));
}

static void put_position(packing *p, uint32_t line, uint32_t column) {
  put_signed(&p->nodes, (int64_t)line - p->line);
  put_number(&p->nodes, column);
  p->line = line;
}

/* Texts hold no NUL: the reader refuses it. */
static void put_text(packing *p, const char *text) {
  bool fresh = false;
  pl_member *member = pl_object_member(p->arena, p->offsets, text, &fresh);
  if (fresh) {
    member->value = pl_node_integer(p->arena, (int64_t)p->pool.length);
    pl_buffer_add(&p->pool, text, strlen(text) + 1);
  }
  put_number(&p->nodes, (uint64_t)member->value->integer);
}

static void put_node(packing *p, const pl_node *node);

static void put_content(packing *p, const pl_node *node) {
  if (node->kind == PL_STRING) {
    put_text(p, node->string.data);
    put_number(&p->nodes, node->string.length);
  } else if (node->kind == PL_INTEGER) {
    put_signed(&p->nodes, node->integer);
  } else if (node->kind == PL_BOOLEAN) {
    put_number(&p->nodes, node->boolean);
  } else if (node->kind == PL_LIST) {
    put_number(&p->nodes, node->list.count);
    p->item_count += node->list.count;
    pl_each_item (item, node)
      put_node(p, item);
  } else if (node->kind == PL_OBJECT) {
    put_number(&p->nodes, node->object.count);
    p->member_count += node->object.count;
    pl_each_member (member, node) {
      put_text(p, member->key);
      put_position(p, member->line, member->column);
      put_node(p, member->value);
    }
  }
}

static void put_node(packing *p, const pl_node *node) {
  const char *raw = node->kind == PL_STRING ? NULL : pl_raw(node);
  char tag = (char)(node->kind | (node->quoted ? PL_PACKED_QUOTED : 0) | (raw ? PL_PACKED_RAW : 0));
  pl_buffer_add(&p->nodes, &tag, 1);
  put_position(p, node->line, node->column);
  if (raw)
    put_text(p, raw);
  p->node_count++;
  put_content(p, node);
}

pl_bytes pl_pack(pl_arena *arena, const pl_node *root) {
  packing p = {.arena = arena, .offsets = pl_node_object(arena)};
  pl_auto_buffer pl_buffer document;
  pl_buffer_init(&p.pool, PL_DOCUMENT_BYTES_MAX * 2u);
  pl_buffer_init(&p.nodes, PL_DOCUMENT_BYTES_MAX * 4u);
  pl_buffer_init(&document, PL_DOCUMENT_BYTES_MAX * 8u);
  put_node(&p, root);
  put_number(&document, p.node_count);
  put_number(&document, p.item_count);
  put_number(&document, p.member_count);
  put_number(&document, p.pool.length);
  if (p.pool.length)
    pl_buffer_add(&document, p.pool.data, p.pool.length);
  pl_buffer_add(&document, p.nodes.data, p.nodes.length);
  pl_bytes packed = pl_buffer_take(&document, arena);
  pl_buffer_free(&p.pool);
  pl_buffer_free(&p.nodes);
  return packed;
}
