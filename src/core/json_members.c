/* Reading some members of a JSON object: the others are stepped over before the parser sees them. */
#include "plumbline/core/digest.h"
#include "plumbline/core/json.h"
#include "src/core/json_reader.h"

typedef struct picking {
  pl_bytes text;
  pl_buffer picked; /* "{", the members as they stand, "}" */
} picking;

static void picking_cleanup(picking *p) {
  pl_wipe(p->picked.data, p->picked.length);
  pl_buffer_free(&p->picked);
}

static size_t skip_space(pl_bytes text, size_t at) {
  while (at < text.length && text.data[at] && strchr(" \t\r\n", text.data[at]))
    at++;
  return at;
}

/* The ',' or the closing bracket behind what begins at AT, or the end. */
static size_t skip_value(pl_bytes text, size_t at) {
  for (size_t depth = 0; at < text.length; at++) {
    switch (text.data[at]) {
    case '"':
      at = pl_json_skip_string(text, at);
      break;
    case '{':
    case '[':
      depth++;
      break;
    case ',':
      if (depth == 0)
        return at;
      break;
    case '}':
    case ']':
      if (depth-- == 0)
        return at;
      break;
    default:
      break;
    }
  }
  return text.length;
}

/* The one of KEYS that the LENGTH bytes at NAME are, NULL: none. */
static const char *find_key(const char *const *keys, const char *name, size_t length) {
  for (; *keys; keys++)
    if (strcspn(*keys, "/") == length && memcmp(name, *keys, length) == 0)
      return *keys;
  return NULL;
}

static size_t pick_object(picking *p, size_t at, const char *const *keys);

/* The member whose key opens at AT, if it is one of KEYS; the ',' or the bracket behind it, or the end. */
static size_t pick_member(picking *p, size_t at, const char *const *keys) {
  size_t quote = pl_json_skip_string(p->text, at), value = skip_space(p->text, skip_space(p->text, quote + 1) + 1);
  const char *key = quote < p->text.length ? find_key(keys, p->text.data + at + 1, quote - at - 1) : NULL;
  const char *slash = key ? strchr(key, '/') : NULL, *const inner[] = {slash ? slash + 1 : NULL, NULL};
  if (!key)
    return skip_value(p->text, quote + 1);
  pl_buffer_text(&p->picked, p->picked.data[p->picked.length - 1] == '{' ? "" : ",");
  if (slash && value < p->text.length && p->text.data[value] == '{') {
    pl_buffer_add(&p->picked, p->text.data + at, value - at);
    return skip_value(p->text, pick_object(p, value, inner));
  }
  size_t end = skip_value(p->text, quote + 1);
  pl_buffer_add(&p->picked, p->text.data + at, end - at);
  return end;
}

/* The object that opens at AT, less the members that are not in KEYS; past its end, or past that of the text. */
static size_t pick_object(picking *p, size_t at, const char *const *keys) {
  pl_buffer_text(&p->picked, "{");
  do {
    at = skip_space(p->text, at + 1);
    at = at < p->text.length && p->text.data[at] == '"' ? pick_member(p, at, keys) : skip_value(p->text, at);
  } while (at < p->text.length && p->text.data[at] == ',');
  pl_buffer_text(&p->picked, "}");
  return at + 1;
}

pl_node *pl_json_read_members(pl_arena *arena, pl_bytes text, const char *const *keys, const pl_json_limits *limits,
                              const pl_source *source, pl_error *err) {
  size_t start = skip_space(text, 0);
  if (text.length > limits->bytes || start == text.length || text.data[start] != '{')
    return pl_json_read(arena, text, limits, source, err);
  __attribute__((cleanup(picking_cleanup))) picking p = {.text = text};
  pl_buffer_init(&p.picked, text.length + 2);
  if (pick_object(&p, start, keys) > text.length) {
    pl_fail(err, PL_ERR_SYNTAX, "the object does not end");
    return NULL;
  }
  return pl_json_read(arena, (pl_bytes){p.picked.data, p.picked.length}, limits, source, err);
}
