/* Reading TOML: the lines of a document, headers and keys, and the small steps all parts share. */
#include "plumbline/core/toml.h"

#include <stdio.h>

#include "plumbline/core/escape.h"
#include "src/core/toml_reader.h"

int pl_toml_fail_at(const pl_toml_reader *r, const pl_toml_place *place, pl_error_kind kind, const char *format, ...) {
  va_list args;
  va_start(args, format);
  pl_fail(r->err, kind, "%s", pl_vprintf(r->arena, format, args));
  va_end(args);
  r->err->line = place->line;
  r->err->column = (uint32_t)(place->at - place->line_start) + 1;
  return -1;
}

int pl_toml_peek(const pl_toml_reader *r) {
  return r->here.at < r->text.length ? (unsigned char)r->text.data[r->here.at] : -1;
}

bool pl_toml_accept(pl_toml_reader *r, const char *text) {
  size_t length = strlen(text);
  bool is = r->text.length - r->here.at >= length && memcmp(r->text.data + r->here.at, text, length) == 0;
  r->here.at += is ? length : 0;
  return is;
}

bool pl_toml_newline(pl_toml_reader *r) {
  if (!pl_toml_accept(r, "\n") && !pl_toml_accept(r, "\r\n"))
    return false;
  r->here.line++;
  r->here.line_start = r->here.at;
  return true;
}

void pl_toml_blanks(pl_toml_reader *r) {
  while (pl_toml_peek(r) == ' ' || pl_toml_peek(r) == '\t')
    r->here.at++;
}

bool pl_toml_is_control(int c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f; }

void pl_toml_comment(pl_toml_reader *r) {
  if (pl_toml_peek(r) != '#')
    return;
  while (pl_toml_peek(r) >= 0 && !pl_toml_is_control(pl_toml_peek(r)))
    r->here.at++;
}

/* Nothing but a comment may stand behind a header or a pair. */
static int end_line(pl_toml_reader *r) {
  pl_toml_blanks(r);
  pl_toml_comment(r);
  if (pl_toml_newline(r) || pl_toml_peek(r) < 0)
    return 0;
  return pl_toml_fail(r, pl_toml_is_control(pl_toml_peek(r)) ? "a control character" : "the line should end here");
}

/* "[a.b]" or "[[a.b]]" */
static pl_node *read_header(pl_toml_reader *r, pl_node *root, size_t *ret_depth) {
  bool tables = pl_toml_accept(r, "[[");
  if (!tables)
    r->here.at++;
  pl_toml_blanks(r);
  pl_toml_key key;
  if (pl_toml_read_key(r, &key) < 0)
    return NULL;
  pl_toml_blanks(r);
  if (!pl_toml_accept(r, tables ? "]]" : "]")) {
    pl_toml_fail(r, tables ? "']]' is missing" : "']' is missing");
    return NULL;
  }
  return pl_toml_open_header(r, root, &key, tables, ret_depth);
}

static int read_lines(pl_toml_reader *r, pl_node *root) {
  pl_node *table = root;
  size_t depth = 1;
  while (pl_toml_peek(r) >= 0) {
    pl_toml_blanks(r);
    int c = pl_toml_peek(r);
    if (c == '[') {
      table = read_header(r, root, &depth);
      if (!table)
        return -1;
    } else if (c >= 0 && c != '#' && c != '\n' && c != '\r') {
      if (pl_toml_read_pair(r, table, depth) < 0)
        return -1;
    }
    if (end_line(r) < 0)
      return -1;
  }
  return 0;
}

static int check_utf8(pl_toml_reader *r) {
  pl_toml_place place = r->here;
  for (size_t step = 0; place.at < r->text.length; place.at += step) {
    step = pl_utf8_decode(r->text.data + place.at, r->text.length - place.at, NULL);
    if (step == 0)
      return pl_toml_fail_at(r, &place, PL_ERR_SYNTAX, "not UTF-8");
    if (r->text.data[place.at] == '\n') {
      place.line++;
      place.line_start = place.at + 1;
    }
  }
  return 0;
}

pl_node *pl_toml_read(pl_arena *arena, pl_bytes text, const pl_source *source, pl_error *err) {
  pl_error unwanted = {0};
  pl_toml_reader r = {.arena = arena,
                      .text = text,
                      .here = {.line = 1},
                      .source = source,
                      .budget = PL_DOCUMENT_NODES_MAX,
                      .err = err ? err : &unwanted};
  if (text.length > PL_DOCUMENT_BYTES_MAX) {
    pl_fail(err, PL_ERR_LIMIT, "larger than %d bytes", PL_DOCUMENT_BYTES_MAX);
    return NULL;
  }
  pl_toml_place start = r.here;
  pl_node *root = pl_toml_container(&r, PL_OBJECT, PL_TOML_HEADER, &start, 1);
  if (check_utf8(&r) < 0)
    return NULL;
  pl_toml_accept(&r, "\xef\xbb\xbf");
  r.here.line_start = r.here.at;
  return read_lines(&r, root) < 0 ? NULL : root;
}
