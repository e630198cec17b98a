/* Trees that somebody else wrote, as if we had: what must not be shown stands in the notation of escape.h. */
#include "plumbline/core/escape.h"
#include "plumbline/core/node.h"

static bool holds_hidden(const char *data, size_t length) {
  for (size_t at = pl_plain_length(data, length), size = 0; at < length;
       at += size, at += pl_plain_length(data + at, length - at)) {
    uint32_t point = 0;
    size = pl_utf8_decode(data + at, length - at, &point);
    if (size == 0 || pl_is_hidden(point))
      return true;
  }
  return false;
}

static void escape_names(pl_arena *arena, pl_node *object) {
  bool hidden = false;
  pl_each_member (member, object)
    hidden = hidden || holds_hidden(member->key, strlen(member->key));
  if (!hidden)
    return;
  pl_node *renamed = pl_node_object_for(arena, object->object.count);
  pl_each_member (member, object) {
    bool escapes = holds_hidden(member->key, strlen(member->key));
    pl_object_put(arena, renamed, escapes ? pl_escape_text(arena, member->key) : member->key, member->value);
  }
  object->object = renamed->object;
}

void pl_node_escape(pl_arena *arena, pl_node *node) {
  if (pl_is(node, PL_STRING) && holds_hidden(node->string.data, node->string.length)) {
    const char *text = pl_escape(arena, node->string.data, node->string.length);
    node->string = (pl_bytes){text, strlen(text)};
  }
  pl_each_item (item, node)
    pl_node_escape(arena, item);
  pl_each_member (member, node)
    pl_node_escape(arena, member->value);
  if (pl_is(node, PL_OBJECT))
    escape_names(arena, node);
}
