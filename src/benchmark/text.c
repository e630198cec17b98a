/* Texts of definitions that reach a report. */
#include "plumbline/core/escape.h"
#include "private.h"

/* Free of control characters and the like; a backslash is a character like any other here. */
static bool is_plain(const char *text, size_t length, bool lines) {
  for (size_t i = 0, size = 0; i < length; i += size) {
    if ((size = pl_plain_length(text + i, length - i)) > 0)
      continue;
    bool own = text[i] == '\\' || (lines && text[i] == '\n');
    size = own ? 1 : pl_utf8_decode(text + i, length - i, NULL);
    if (size == 0 || (!own && !pl_is_clean(text + i, size)))
      return false;
  }
  return true;
}

static const char *read_clean(pl_reader *r, const pl_node *node, const char *what, bool lines) {
  if (!pl_is(node, PL_STRING) || node->string.length == 0) {
    const char *found = node && node->kind != PL_STRING ? pl_kind_phrase(node->kind) : "an empty text";
    pl_node_fault(r->faults, node, "%s: expected text, found %s", what, found);
    return NULL;
  }
  const char *text = node->string.data;
  size_t length = node->string.length;
  while (lines && length && text[length - 1] == '\n')
    length--;
  if (length && (r->proved || is_plain(text, length, lines)))
    return text[length] ? pl_strndup(r->arena, text, length) : text;
  pl_node_fault(r->faults, node,
                lines ? "%s: a control character in the text" : "%s: a line break or control character in the text",
                what);
  return NULL;
}

const char *pl_read_text(pl_reader *r, const pl_node *node, const char *what) {
  return read_clean(r, node, what, false);
}
const char *pl_read_lines(pl_reader *r, const pl_node *node, const char *what) {
  return read_clean(r, node, what, true);
}
