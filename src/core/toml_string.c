/* TOML strings. Each is read twice: to check and measure it, then to write it, so that no buffer has to grow. */
#include <stdio.h>

#include "plumbline/core/digest.h"
#include "src/core/toml_reader.h"

/* Where the text goes; without DATA it is only measured. */
typedef struct output {
  char *data;
  size_t length;
} output;

static void put(output *out, char c) {
  if (out->data)
    out->data[out->length] = c;
  out->length++;
}

static void put_point(output *out, uint32_t point) {
  if (point < 0x80) {
    put(out, (char)point);
  } else if (point < 0x800) {
    put(out, (char)(0xc0 | point >> 6));
    put(out, (char)(0x80 | (point & 0x3f)));
  } else if (point < 0x10000) {
    put(out, (char)(0xe0 | point >> 12));
    put(out, (char)(0x80 | (point >> 6 & 0x3f)));
    put(out, (char)(0x80 | (point & 0x3f)));
  } else {
    put(out, (char)(0xf0 | point >> 18));
    put(out, (char)(0x80 | (point >> 12 & 0x3f)));
    put(out, (char)(0x80 | (point >> 6 & 0x3f)));
    put(out, (char)(0x80 | (point & 0x3f)));
  }
}

static int hex_digit(int c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int read_point(pl_toml_reader *r, unsigned digits, output *out) {
  uint32_t point = 0;
  for (unsigned i = 0; i < digits; i++) {
    int digit = hex_digit(pl_toml_peek(r));
    if (digit < 0)
      return pl_toml_fail(r, "a \\u wants %u hexadecimal digits", digits);
    point = point << 4 | (uint32_t)digit;
    r->here.at++;
  }
  if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
    return pl_toml_fail(r, "no character has this number");
  put_point(out, point);
  return 0;
}

/* A backslash at the end of a line takes all blanks and line ends after it. */
static bool skip_line_end(pl_toml_reader *r) {
  pl_toml_place before = r->here;
  pl_toml_blanks(r);
  if (!pl_toml_newline(r)) {
    r->here = before;
    return false;
  }
  do
    pl_toml_blanks(r);
  while (pl_toml_newline(r));
  return true;
}

static int read_escape(pl_toml_reader *r, bool multiline, output *out) {
  static const char letters[] = "btnfr\"\\", meanings[] = "\b\t\n\f\r\"\\";
  int c = pl_toml_peek(r);
  const char *found = c > 0 ? strchr(letters, c) : NULL;
  if (found) {
    put(out, meanings[found - letters]);
    r->here.at++;
    return 0;
  }
  if (multiline && skip_line_end(r))
    return 0;
  if (c != 'u' && c != 'U')
    return pl_toml_fail(r, "unknown escape after a backslash");
  r->here.at++;
  return read_point(r, c == 'u' ? 4 : 8, out);
}

/* At a quote of a multi-line string: up to two quotes may stand before the three that close it. */
static bool read_quotes(pl_toml_reader *r, char quote, output *out) {
  size_t count = 0;
  while (count < 5 && pl_toml_peek(r) == quote) {
    r->here.at++;
    count++;
  }
  for (size_t i = 0; i < (count < 3 ? count : count - 3); i++)
    put(out, quote);
  return count >= 3;
}

/* One character or escape; 1 when the string is closed. */
static int read_piece(pl_toml_reader *r, char quote, bool multiline, output *out) {
  int c = pl_toml_peek(r);
  if (c == quote && multiline)
    return read_quotes(r, quote, out);
  if (multiline && (c == '\n' || c == '\r')) {
    size_t from = r->here.at;
    if (!pl_toml_newline(r))
      return pl_toml_fail(r, "a carriage return without a line feed");
    for (; from < r->here.at; from++)
      put(out, r->text.data[from]);
    return 0;
  }
  if (c < 0 || c == '\n')
    return pl_toml_fail(r, "the string does not end");
  if (pl_toml_is_control(c))
    return pl_toml_fail(r, "a control character");
  r->here.at++;
  if (c == quote)
    return 1;
  if (c == '\\' && quote == '"')
    return read_escape(r, multiline, out);
  put(out, (char)c);
  return 0;
}

/* From behind the opening quotes to behind the closing ones. */
static int read_rest(pl_toml_reader *r, char quote, bool multiline, output *out) {
  int closed = 0;
  while (closed == 0)
    closed = read_piece(r, quote, multiline, out);
  return closed < 0 ? -1 : 0;
}

/* Measure the string that begins here; the reader stays behind its opening quotes. */
static int measure(pl_toml_reader *r, bool multiline, char *ret_quote, bool *ret_triple, size_t *ret_length) {
  pl_toml_place start = r->here;
  output out = {0};
  *ret_quote = (char)pl_toml_peek(r);
  *ret_triple = multiline && pl_toml_accept(r, *ret_quote == '"' ? "\"\"\"" : "'''");
  if (*ret_triple)
    pl_toml_newline(r);
  else
    r->here.at++;
  pl_toml_place inside = r->here;
  if (read_rest(r, *ret_quote, *ret_triple, &out) < 0)
    return -1;
  if (out.length > PL_SCALAR_BYTES_MAX)
    return pl_toml_fail_at(r, &start, PL_ERR_LIMIT, "a text longer than %d bytes", PL_SCALAR_BYTES_MAX);
  r->here = inside;
  *ret_length = out.length;
  return 0;
}

int pl_toml_read_text(pl_toml_reader *r, bool multiline, pl_bytes *ret) {
  char quote = 0;
  bool triple = false;
  size_t length = 0;
  if (measure(r, multiline, &quote, &triple, &length) < 0)
    return -1;
  output out = {.data = pl_alloc(r->arena, length + 1)};
  *ret = (pl_bytes){out.data, length};
  return read_rest(r, quote, triple, &out);
}

pl_node *pl_toml_read_string(pl_toml_reader *r, bool secret) {
  pl_toml_place start = r->here;
  pl_bytes text;
  if (pl_toml_read_text(r, true, &text) < 0)
    return NULL;
  if (secret) {
    pl_node *hidden = pl_toml_secret(r, &start, text.data, text.length);
    pl_wipe((char *)(uintptr_t)text.data, text.length);
    return hidden;
  }
  pl_node *node = pl_node_null(r->arena);
  node->kind = PL_STRING;
  node->quoted = true;
  node->string = text;
  return pl_toml_placed(r, &start, node);
}
