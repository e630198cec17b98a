/* Typed comparison: values of different kinds are neither equal nor different, they cannot be compared. */
#include <fnmatch.h>

#include "private.h"

static int mismatch(const pl_node *value, const pl_node *operand, pl_error *err) {
  return pl_fail(err, PL_ERR_TYPE, "expected %s, found %s", pl_kind_phrase(operand->kind), pl_kind_phrase(value->kind));
}

static bool is_number(const pl_node *node) { return node->kind == PL_INTEGER || node->kind == PL_REAL; }

/* A real without a fraction is the integer that Go would read. */
static int same_number(const pl_node *value, const pl_node *operand) {
  int64_t a = 0, b = 0;
  if (pl_whole_number(value, &a) && pl_whole_number(operand, &b))
    return a == b;
  return value->kind == PL_REAL && operand->kind == PL_REAL && pl_node_equal(value, operand);
}

static bool is_scalar(const pl_node *node) {
  return node->kind == PL_STRING || node->kind == PL_BOOLEAN || is_number(node);
}

/* 300 bytes hold every number, and texts are compared as they are. */
static int same_text(const pl_node *value, const pl_node *operand, pl_error *err) {
  if (!is_scalar(value))
    return pl_fail(err, PL_ERR_TYPE, "expected text, found %s", pl_kind_phrase(value->kind));
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  const char *a = value->kind == PL_STRING ? pl_text(value) : pl_node_show(scratch, value, PL_VALUE_SHOWN);
  const char *b = operand->kind == PL_STRING ? pl_text(operand) : pl_node_show(scratch, operand, PL_VALUE_SHOWN);
  return pl_equal(a, b);
}

static int matches_glob(const pl_node *value, const pl_node *operand, pl_error *err) {
  if (value->kind != PL_STRING || operand->kind != PL_STRING)
    return mismatch(value, operand, err);
  return fnmatch(pl_text(operand), pl_text(value), 0) == 0;
}

int pl_same(const pl_node *value, const pl_node *operand, pl_compare_as as, pl_error *err) {
  int64_t a = 0, b = 0;
  if (as == PL_AS_TEXT)
    return same_text(value, operand, err);
  if (as == PL_AS_GLOB)
    return matches_glob(value, operand, err);
  if (as != PL_AS_NATURAL)
    return pl_operand_number(value, as, &a, err) == 0 && pl_operand_number(operand, as, &b, err) == 0 ? a == b : -1;
  if (is_number(value) && is_number(operand))
    return same_number(value, operand);
  return value->kind == operand->kind ? pl_node_equal(value, operand) : mismatch(value, operand, err);
}

int pl_order(const pl_node *value, const pl_node *operand, pl_compare_as as, int *ret, pl_error *err) {
  int64_t a = 0, b = 0;
  pl_compare_as how = as == PL_AS_NATURAL ? PL_AS_INTEGER : as;
  if (how == PL_AS_INTEGER && as == PL_AS_NATURAL && value->kind == PL_STRING)
    return mismatch(value, operand, err);
  if (pl_operand_number(value, how, &a, err) != 0 || pl_operand_number(operand, how, &b, err) != 0)
    return -1;
  *ret = (a > b) - (a < b);
  return 0;
}
