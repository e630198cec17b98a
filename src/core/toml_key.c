/* TOML keys: bare, quoted, dotted. */
#include "src/core/toml_reader.h"

static bool in_bare_key(int c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

static const char *read_bare(pl_toml_reader *r) {
  size_t start = r->here.at;
  while (in_bare_key(pl_toml_peek(r)))
    r->here.at++;
  if (r->here.at > start)
    return pl_strndup(r->arena, r->text.data + start, r->here.at - start);
  pl_toml_fail(r, "a key is missing");
  return NULL;
}

static const char *read_quoted(pl_toml_reader *r) {
  pl_toml_place start = r->here;
  pl_bytes text;
  if (pl_toml_read_text(r, false, &text) < 0)
    return NULL;
  if (strlen(text.data) == text.length)
    return text.data;
  pl_toml_fail_at(r, &start, PL_ERR_SYNTAX, "a NUL in a key");
  return NULL;
}

int pl_toml_read_key(pl_toml_reader *r, pl_toml_key *ret) {
  ret->place = r->here;
  ret->count = 0;
  do {
    pl_toml_blanks(r);
    if (ret->count == PL_DOCUMENT_DEPTH_MAX)
      return pl_toml_fail_at(r, &ret->place, PL_ERR_LIMIT, "nested deeper than %d", PL_DOCUMENT_DEPTH_MAX);
    int c = pl_toml_peek(r);
    const char *part = c == '"' || c == '\'' ? read_quoted(r) : read_bare(r);
    if (!part)
      return -1;
    ret->parts[ret->count++] = part;
    pl_toml_blanks(r);
  } while (pl_toml_accept(r, "."));
  return 0;
}
