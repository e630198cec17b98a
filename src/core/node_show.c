/* Short texts of values for people. */
#include <stdio.h>

#include "plumbline/core/escape.h"
#include "plumbline/core/node.h"
#include "src/core/real.h"
#include "src/core/tree.h"

#define SHOW_DEPTH_MAX 16 /* deeper values are shown as "..." */
#define SHOWN_BYTES    64

static const char ellipsis[] = "...";

typedef struct text {
  pl_buffer buffer;
  bool cut;
} text;

static void put(text *out, const char *data, size_t length) {
  size_t room = out->buffer.maximum - out->buffer.length;
  out->cut = out->cut || length > room;
  pl_buffer_add(&out->buffer, data, length > room ? room : length);
}

static void put_text(text *out, const char *data) { put(out, data, strlen(data)); }

static void put_scalar(text *out, const pl_node *node) {
  char number[PL_REAL_TEXT];
  if (node->kind == PL_STRING) {
    put(out, node->string.data, node->string.length);
  } else if (node->kind == PL_INTEGER) {
    snprintf(number, sizeof number, "%lld", (long long)node->integer);
    put_text(out, number);
  } else if (node->kind == PL_REAL) {
    pl_format_real(node->real, number);
    put_text(out, number);
  } else {
    put_text(out, node->kind == PL_NULL ? "null" : node->boolean ? "true" : "false");
  }
}

/* Only the outermost list stands without brackets. */
static void put_node(text *out, const pl_node *node, unsigned depth) {
  if (depth > SHOW_DEPTH_MAX) {
    put_text(out, ellipsis);
  } else if (node->kind == PL_LIST) {
    put_text(out, depth > 0 ? "[" : "");
    for (size_t i = 0; i < node->list.count && !out->cut; i++) {
      put_text(out, i > 0 ? ", " : "");
      put_node(out, node->list.items[i], depth + 1);
    }
    put_text(out, depth > 0 ? "]" : "");
  } else if (node->kind == PL_OBJECT) {
    put_text(out, "{");
    for (size_t i = 0; i < node->object.count && !out->cut; i++) {
      put_text(out, i > 0 ? ", " : "");
      put_text(out, node->object.members[i].key);
      put_text(out, ": ");
      put_node(out, node->object.members[i].value, depth + 1);
    }
    put_text(out, "}");
  } else {
    put_scalar(out, node);
  }
}

/* Make room for the ellipsis without leaving half a character in front of it. */
static void mark_cut(pl_buffer *buffer) {
  size_t mark = sizeof ellipsis - 1;
  size_t keep = buffer->maximum > mark ? buffer->maximum - mark : 0;
  while (keep > 0 && ((unsigned char)buffer->data[keep] & 0xc0) == 0x80)
    keep--;
  buffer->length = keep;
  pl_buffer_add(buffer, ellipsis, buffer->maximum < mark ? buffer->maximum : mark);
}

char *pl_node_show(pl_arena *arena, const pl_node *node, size_t maximum) {
  text out = {.cut = false};
  pl_buffer_init(&out.buffer, maximum);
  if (node)
    put_node(&out, node, 0);
  if (out.cut)
    mark_cut(&out.buffer);
  char *shown = pl_strndup(arena, out.buffer.data, out.buffer.length);
  pl_buffer_free(&out.buffer);
  return shown;
}

const char *pl_shown(pl_arena *arena, const char *name) {
  bool cut = strlen(name) > SHOWN_BYTES;
  return pl_printf(arena, "%s%s", pl_escape(arena, name, cut ? SHOWN_BYTES : strlen(name)), cut ? ellipsis : "");
}
