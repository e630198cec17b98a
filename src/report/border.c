/* Texts made safe for a terminal or for XML. */
#include "plumbline/report/border.h"

#include "plumbline/core/escape.h"
#include "plumbline/core/limits.h"

static const char *take(pl_buffer *out, pl_arena *arena) {
  if (out->overflow)
    return pl_printf(arena, "%s [cut]", out->length ? out->data : "");
  return out->length ? pl_buffer_take(out, arena).data : "";
}

const char *pl_border(pl_arena *arena, const char *text, bool lines) {
  if (!text)
    return "";
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, PL_BORDER_BYTES_MAX);
  size_t length = strlen(text);
  for (size_t at = 0; at < length;) {
    uint32_t point = 0;
    size_t size = pl_utf8_decode(text + at, length - at, &point);
    if (size > 0 && (!pl_is_hidden(point) || (lines && point == '\n'))) {
      pl_buffer_add(&out, text + at, size);
    } else {
      size = size ? size : 1;
      for (size_t i = 0; i < size; i++)
        pl_buffer_printf(&out, "\\x%02x", (unsigned char)text[at + i]);
    }
    at += size;
  }
  return take(&out, arena);
}

const char *pl_border_join(pl_arena *arena, const pl_node *list, const char *separator) {
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, PL_BORDER_BYTES_MAX);
  pl_each_item (item, list)
    if (pl_text(item))
      pl_buffer_printf(&out, "%s%s", out.length ? separator : "", pl_text(item));
  return take(&out, arena);
}
