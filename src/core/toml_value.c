/* TOML values: strings, scalars, lists and inline tables. */
#include "src/core/secret.h"
#include "src/core/toml_reader.h"

/* Blanks, line ends and comments between the items of a list. */
static void skip_space(pl_toml_reader *r) {
  do {
    pl_toml_blanks(r);
    pl_toml_comment(r);
  } while (pl_toml_newline(r));
}

static pl_node *read_list(pl_toml_reader *r, size_t depth, bool secret) {
  pl_node *list = pl_toml_container(r, PL_LIST, PL_TOML_CLOSED, &r->here, depth);
  r->here.at++;
  if (!list)
    return NULL;
  skip_space(r);
  while (!pl_toml_accept(r, "]")) {
    pl_node *item = pl_toml_read_value(r, depth, secret);
    if (!item)
      return NULL;
    pl_list_add(r->arena, list, item);
    skip_space(r);
    bool more = pl_toml_accept(r, ",");
    skip_space(r);
    if (!more && pl_toml_peek(r) != ']') {
      pl_toml_fail(r, "a list goes on with ',' or ends with ']'");
      return NULL;
    }
  }
  return list;
}

/* On one line, without a comma behind the last pair. */
static pl_node *read_inline_table(pl_toml_reader *r, size_t depth) {
  pl_node *table = pl_toml_container(r, PL_OBJECT, PL_TOML_CLOSED, &r->here, depth);
  r->here.at++;
  if (!table)
    return NULL;
  pl_toml_blanks(r);
  if (pl_toml_accept(r, "}"))
    return table;
  do {
    pl_toml_blanks(r);
    if (pl_toml_read_pair(r, table, depth) < 0)
      return NULL;
    pl_toml_blanks(r);
  } while (pl_toml_accept(r, ","));
  if (pl_toml_accept(r, "}"))
    return table;
  pl_toml_fail(r, "an inline table goes on with ',' or ends with '}', on its line");
  return NULL;
}

pl_node *pl_toml_read_value(pl_toml_reader *r, size_t depth, bool secret) {
  switch (pl_toml_peek(r)) {
  case '"':
  case '\'':
    return pl_toml_read_string(r, secret);
  case '[':
    return read_list(r, depth + 1, secret);
  case '{':
    return read_inline_table(r, depth + 1);
  default:
    return pl_toml_read_scalar(r, secret);
  }
}

int pl_toml_read_pair(pl_toml_reader *r, pl_node *table, size_t depth) {
  pl_toml_key key;
  if (pl_toml_read_key(r, &key) < 0)
    return -1;
  pl_toml_blanks(r);
  if (!pl_toml_accept(r, "="))
    return pl_toml_fail(r, "'=' is missing");
  pl_toml_blanks(r);
  pl_node *holder = pl_toml_reach(r, table, &key, &depth);
  if (!holder)
    return -1;
  const char *last = key.parts[key.count - 1];
  pl_node *value = pl_toml_read_value(r, depth, pl_is_secret_key(last));
  if (!value)
    return -1;
  pl_toml_put(r, holder, last, &key.place, value);
  return 0;
}
