/* Values that are written as text but compared as something else. */
#include "plumbline/benchmark/operand.h"
#include "plumbline/core/escape.h"
#include "plumbline/core/number.h"

const char *pl_kind_phrase(pl_kind kind) {
  static const char *const phrases[] = {
      [PL_NULL] = "null",   [PL_BOOLEAN] = "a boolean", [PL_INTEGER] = "an integer", [PL_REAL] = "a real number",
      [PL_STRING] = "text", [PL_LIST] = "a list",       [PL_OBJECT] = "a map"};
  return phrases[kind];
}

const char *pl_as_phrase(pl_compare_as as) {
  static const char *const phrases[] = {
      [PL_AS_NATURAL] = "a value",    [PL_AS_DURATION] = "a duration", [PL_AS_QUANTITY] = "a quantity",
      [PL_AS_INTEGER] = "an integer", [PL_AS_MODE] = "a mode",         [PL_AS_TEXT] = "text",
      [PL_AS_GLOB] = "a pattern",     [PL_AS_OWNER] = "an owner"};
  return phrases[as];
}

static int wrong_kind(const pl_node *node, pl_compare_as as, pl_error *err) {
  return pl_fail(err, PL_ERR_TYPE, "expected %s, found %s", pl_as_phrase(as), pl_kind_phrase(node->kind));
}

static int number_of_text(const char *text, pl_compare_as as, int64_t *ret, pl_error *err) {
  unsigned mode = 0;
  int status = -1;
  if (as == PL_AS_DURATION)
    status = pl_parse_duration(text, ret, err);
  else if (as == PL_AS_QUANTITY)
    status = pl_parse_quantity(text, ret, err);
  else if (as == PL_AS_INTEGER)
    status = pl_parse_int(text, INT64_MIN, INT64_MAX, ret, err);
  else if (as == PL_AS_MODE && (status = pl_parse_mode(text, &mode, err)) == 0)
    *ret = mode;
  return status;
}

bool pl_whole_number(const pl_node *node, int64_t *ret) {
  const double bound = 9223372036854775808.0; /* 2^63 */
  if (pl_is(node, PL_INTEGER))
    *ret = node->integer;
  else if (pl_is(node, PL_REAL) && node->real >= -bound && node->real < bound &&
           node->real == (double)(int64_t)node->real)
    *ret = (int64_t)node->real;
  else
    return false;
  return true;
}

int pl_operand_number(const pl_node *node, pl_compare_as as, int64_t *ret, pl_error *err) {
  if (node->kind == PL_STRING)
    return strlen(node->string.data) == node->string.length ? number_of_text(node->string.data, as, ret, err)
                                                            : pl_fail(err, PL_ERR_SYNTAX, "a NUL in the text");
  int64_t integer = 0;
  if (!pl_whole_number(node, &integer) || (as != PL_AS_INTEGER && as != PL_AS_QUANTITY))
    return wrong_kind(node, as, err);
  if (as == PL_AS_QUANTITY && __builtin_mul_overflow(integer, 1000, &integer))
    return pl_fail(err, PL_ERR_SYNTAX, "out of range");
  *ret = integer;
  return 0;
}

/* "root:root", "0:0": a user and a group, by name or number. */
static int check_owner(const pl_node *node, pl_error *err) {
  const char *text = pl_text(node), *colon = text ? strchr(text, ':') : NULL;
  if (!colon || colon == text || !colon[1] || strchr(colon + 1, ':') || strlen(text) != node->string.length)
    return pl_fail(err, PL_ERR_SYNTAX, "expected USER:GROUP");
  return 0;
}

static int fits(const pl_node *node, pl_compare_as as, pl_error *err) {
  int64_t number = 0;
  if (as == PL_AS_NATURAL)
    return 0;
  if (as == PL_AS_OWNER)
    return check_owner(node, err);
  if (as == PL_AS_GLOB)
    return node->kind == PL_STRING ? 0 : wrong_kind(node, as, err);
  if (as == PL_AS_TEXT)
    return node->kind == PL_LIST || node->kind == PL_OBJECT || node->kind == PL_NULL ? wrong_kind(node, as, err) : 0;
  return pl_operand_number(node, as, &number, err);
}

int pl_operand_fits(const pl_node *node, pl_compare_as as, pl_error *err) {
  if (node->kind != PL_LIST)
    return fits(node, as, err);
  pl_each_item (item, node)
    if (fits(item, as, err) != 0)
      return -1;
  return 0;
}

int pl_parameter_fits(const pl_parameter *parameter, const pl_node *value, pl_error *err) {
  const pl_node *standard = parameter->default_value;
  bool compared = parameter->as != PL_AS_NATURAL;
  pl_kind wanted = standard ? standard->kind : parameter->kind;
  if (wanted == PL_NULL && (value->kind == PL_NULL || value->kind == PL_OBJECT))
    return pl_fail(err, PL_ERR_TYPE, "expected a value, found %s", pl_kind_phrase(value->kind));
  if (wanted != PL_NULL && value->kind != wanted && !(compared && value->kind != PL_LIST && wanted != PL_LIST))
    return pl_fail(err, PL_ERR_TYPE, "expected %s, found %s",
                   compared && wanted != PL_LIST ? pl_as_phrase(parameter->as) : pl_kind_phrase(wanted),
                   pl_kind_phrase(value->kind));
  pl_each_item (item, value)
    if (pl_count(standard) > 0 && item->kind != standard->list.items[0]->kind)
      return pl_fail(err, PL_ERR_TYPE, "expected a list of %s, found %s in it",
                     pl_kind_phrase(standard->list.items[0]->kind), pl_kind_phrase(item->kind));
  return pl_operand_fits(value, parameter->as, err);
}

static bool needs_escape(const pl_node *node) {
  if (node->kind == PL_STRING)
    return !pl_is_clean(node->string.data, node->string.length);
  pl_each_item (item, node)
    if (needs_escape(item))
      return true;
  pl_each_member (member, node)
    if (needs_escape(member->value))
      return true;
  return false;
}

static void escape_texts(pl_arena *arena, pl_node *node) {
  if (node->kind == PL_STRING) {
    const char *text = pl_escape(arena, node->string.data, node->string.length);
    node->string = (pl_bytes){text, strlen(text)};
  }
  pl_each_item (item, node)
    escape_texts(arena, item);
  pl_each_member (member, node)
    escape_texts(arena, member->value);
}

const pl_node *pl_operand_escaped(pl_arena *arena, const pl_node *node) {
  pl_node *copy = pl_node_copy(arena, node);
  if (node && needs_escape(node))
    escape_texts(arena, copy);
  return copy;
}
