/* Reading some members of a JSON object: the others are stepped over before the parser sees them. */
#include "plumbline/core/digest.h"
#include "plumbline/core/json.h"
#include "src/core/json_reader.h"

typedef struct picking {
  pl_bytes text;
  const char *const *keys;
  pl_buffer picked;     /* "{", the members as they stand, "}" */
  size_t member, value; /* where the one that we are in begins, and what its key names */
  bool inside;
  const char *wanted; /* the one of KEYS that it is; NULL: none */
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

static const char *find_key(const picking *p, size_t quote, size_t end) {
  size_t length = end - quote - 1;
  for (const char *const *key = p->keys; *key; key++)
    if (strcspn(*key, "/") == length && memcmp(p->text.data + quote + 1, *key, length) == 0)
      return *key;
  return NULL;
}

static void begin_member(picking *p, size_t quote, size_t end) {
  p->inside = true;
  p->wanted = find_key(p, quote, end);
  p->member = quote;
  p->value = skip_space(p->text, skip_space(p->text, end + 1) + 1);
}

static bool pick_object(picking *p, pl_bytes text, size_t start, const char *const *keys);

/* Of the object that is the member's value only the member INNER. */
static void add_inner(picking *p, const char *inner, size_t at) {
  const char *const keys[] = {inner, NULL};
  __attribute__((cleanup(picking_cleanup))) picking within = {0};
  pick_object(&within, (pl_bytes){p->text.data, at}, p->value, keys);
  pl_buffer_add(&p->picked, p->text.data + p->member, p->value - p->member);
  pl_buffer_add(&p->picked, within.picked.data, within.picked.length);
}

static void end_member(picking *p, size_t at) {
  const char *wanted = p->inside ? p->wanted : NULL, *slash = wanted ? strchr(wanted, '/') : NULL;
  p->inside = false;
  if (!wanted)
    return;
  pl_buffer_text(&p->picked, p->picked.length > 1 ? "," : "");
  if (slash && p->value < at && p->text.data[p->value] == '{')
    add_inner(p, slash + 1, at);
  else
    pl_buffer_add(&p->picked, p->text.data + p->member, at - p->member);
}

/* From the opening brace to the one that closes it; false when the text ends before. */
static bool pick(picking *p, size_t at) {
  for (size_t depth = 0; at < p->text.length; at++) {
    switch (p->text.data[at]) {
    case '"': {
      size_t end = pl_json_skip_string(p->text, at);
      if (depth == 1 && !p->inside && end < p->text.length)
        begin_member(p, at, end);
      at = end;
      break;
    }
    case '{':
    case '[':
      depth++;
      break;
    case ',':
      if (depth == 1)
        end_member(p, at);
      break;
    case '}':
    case ']':
      if (--depth > 0)
        break;
      end_member(p, at);
      return true;
    default:
      break;
    }
  }
  return false;
}

/* The object that TEXT begins with, less the members that are not in KEYS; false when it does not end. */
static bool pick_object(picking *p, pl_bytes text, size_t start, const char *const *keys) {
  *p = (picking){.text = text, .keys = keys};
  pl_buffer_init(&p->picked, text.length + 2);
  pl_buffer_text(&p->picked, "{");
  bool ends = pick(p, start);
  pl_buffer_text(&p->picked, "}");
  return ends;
}

pl_node *pl_json_read_members(pl_arena *arena, pl_bytes text, const char *const *keys, const pl_json_limits *limits,
                              const pl_source *source, pl_error *err) {
  size_t start = skip_space(text, 0);
  if (text.length > limits->bytes || start == text.length || text.data[start] != '{')
    return pl_json_read(arena, text, limits, source, err);
  __attribute__((cleanup(picking_cleanup))) picking p = {0};
  if (!pick_object(&p, text, start, keys)) {
    pl_fail(err, PL_ERR_SYNTAX, "the object does not end");
    return NULL;
  }
  return pl_json_read(arena, (pl_bytes){p.picked.data, p.picked.length}, limits, source, err);
}
