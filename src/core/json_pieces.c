/* Pieces of a large JSON text, found by brackets and quotes, so that one at a time needs to be read. */
#include "plumbline/core/json.h"
#include "src/core/json_reader.h"

static size_t past_blanks(pl_bytes text, size_t at) {
  while (at < text.length && text.data[at] && strchr(" \t\r\n", text.data[at]))
    at++;
  return at;
}

/* Past the value at AT, or the text's length + 1 when it does not end. */
static size_t past_value(pl_bytes text, size_t at) {
  for (size_t depth = 0; at < text.length; at++) {
    char c = text.data[at];
    if (c == '"')
      at = pl_json_skip_string(text, at);
    else if (c == '{' || c == '[')
      depth++;
    else if ((c == '}' || c == ']') && depth > 0)
      depth--;
    else if (depth > 0 || !strchr(",]} \t\r\n", c))
      continue;
    else
      return at;
    if (depth == 0 && at < text.length)
      return at + 1;
  }
  return text.length + 1;
}

/* Past the '[' of the list under KEY in the object at AT, or 0: it has none, or does not end. */
static size_t find_list(pl_bytes text, size_t at, const char *key) {
  size_t length = strlen(key);
  for (at = past_blanks(text, at + 1); at < text.length && text.data[at] == '"';) {
    size_t quote = at, end = pl_json_skip_string(text, at);
    at = past_blanks(text, end + 1);
    if (at >= text.length || text.data[at] != ':')
      return 0;
    at = past_blanks(text, at + 1);
    bool is_key = end - quote - 1 == length && memcmp(text.data + quote + 1, key, length) == 0;
    if (is_key && at < text.length && text.data[at] == '[')
      return at + 1;
    at = past_blanks(text, past_value(text, at));
    if (at >= text.length || text.data[at] != ',')
      return 0;
    at = past_blanks(text, at + 1);
  }
  return 0;
}

static int fail_at(const pl_json_pieces *p, size_t at, pl_error *err, const char *what) {
  pl_fail(err, PL_ERR_SYNTAX, "%s", what);
  pl_json_place(p->text, at, err);
  return -1;
}

void pl_json_place(pl_bytes text, size_t at, pl_error *err) {
  if (!err)
    return;
  err->line = 1;
  size_t start = 0;
  for (size_t i = 0; i < at && i < text.length; i++)
    if (text.data[i] == '\n') {
      err->line++;
      start = i + 1;
    }
  err->column = (uint32_t)(at - start) + 1;
}

static int piece(pl_json_pieces *p, size_t end, pl_bytes *ret, pl_error *err) {
  if (end > p->text.length)
    return fail_at(p, p->at, err, "the text ends within what begins here");
  *ret = (pl_bytes){p->text.data + p->at, end - p->at};
  p->at = end;
  return 1;
}

/* The end of the object around a list whose ']' is just behind us. */
static int leave_list(pl_json_pieces *p, pl_error *err) {
  size_t depth = 1, at = p->at;
  for (; at < p->text.length && depth > 0; at++) {
    char c = p->text.data[at];
    if (c == '"')
      at = pl_json_skip_string(p->text, at);
    else if (c == '{' || c == '[')
      depth++;
    else if (c == '}' || c == ']')
      depth--;
  }
  if (depth > 0)
    return fail_at(p, p->at, err, "the object around this list does not end");
  p->at = at;
  p->in_list = false;
  return 0;
}

/* 1: an item; 0: the list has ended. */
static int next_item(pl_json_pieces *p, pl_bytes *ret, pl_error *err) {
  p->at = past_blanks(p->text, p->at);
  char c = p->at < p->text.length ? p->text.data[p->at] : '\0';
  if (c == ']') {
    p->at++;
    return leave_list(p, err);
  }
  if (!p->first && c != ',')
    return fail_at(p, p->at, err, "expected ',' or ']'");
  p->at = past_blanks(p->text, p->at + !p->first);
  p->first = false;
  if (p->at >= p->text.length || p->text.data[p->at] != '{')
    return fail_at(p, p->at, err, "expected an object");
  return piece(p, past_value(p->text, p->at), ret, err);
}

int pl_json_next(pl_json_pieces *p, pl_bytes *ret, pl_error *err) {
  for (;;) {
    int got = p->in_list ? next_item(p, ret, err) : 0;
    if (got != 0)
      return got;
    p->at = past_blanks(p->text, p->at);
    if (p->at >= p->text.length)
      return 0;
    if (p->text.data[p->at] != '{')
      return fail_at(p, p->at, err, "expected an object");
    size_t list = find_list(p->text, p->at, p->key);
    if (!list)
      return piece(p, past_value(p->text, p->at), ret, err);
    p->at = list;
    p->in_list = p->first = true;
  }
}
