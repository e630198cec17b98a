/* Integers, booleans and modes, accepted exactly where the code that reads them accepts them. */
#include "plumbline/core/number.h"

static int not_a(pl_error *err, const char *what, const char *text) {
  return pl_fail(err, PL_ERR_SYNTAX, "not %s: %s", what, text);
}

static int digit_of(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  char lower = (char)(c | 0x20);
  return lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 36;
}

/* What DIGITS (no sign, no prefix) stand for, the largest value standing for all that are larger still. */
static bool read_digits(const char *digits, int base, uint64_t *ret) {
  uint64_t value = 0;
  bool over = false;
  for (; *digits; digits++) {
    int digit = digit_of(*digits);
    if (digit >= base)
      return false;
    over = __builtin_mul_overflow(value, (uint64_t)base, &value) || over;
    over = __builtin_add_overflow(value, (uint64_t)digit, &value) || over;
  }
  *ret = over ? UINT64_MAX : value;
  return true;
}

static int put_signed(const char *text, uint64_t magnitude, bool negative, int64_t min, int64_t max, int64_t *ret,
                      pl_error *err) {
  const uint64_t top = (uint64_t)INT64_MAX;
  bool fits = magnitude <= top || (negative && magnitude == top + 1);
  int64_t value = (int64_t)(negative ? 0 - magnitude : magnitude);
  if (!fits || value < min || value > max)
    return pl_fail(err, PL_ERR_SYNTAX, "not in the range %lld to %lld: %s", (long long)min, (long long)max, text);
  *ret = value;
  return 0;
}

int pl_parse_int(const char *text, int64_t min, int64_t max, int64_t *ret, pl_error *err) {
  bool negative = *text == '-';
  uint64_t magnitude = 0;
  if (!text[negative] || !read_digits(text + negative, 10, &magnitude))
    return not_a(err, "a number", text);
  return put_signed(text, magnitude, negative, min, max, ret, err);
}

/* The base that Go's base 0 takes from the prefix, and how long the prefix is. */
static int go_base(const char *digits, size_t *ret_prefix) {
  static const struct {
    char letter;
    int base;
  } prefixes[] = {{'b', 2}, {'o', 8}, {'x', 16}};
  *ret_prefix = 0;
  if (digits[0] != '0')
    return 10;
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
    if ((digits[1] | 0x20) == prefixes[i].letter && digits[2]) {
      *ret_prefix = 2;
      return prefixes[i].base;
    }
  return 8;
}

/* Copy DIGITS without '_', each of which must stand between two digits or between the prefix and a digit. */
static bool drop_underscores(const char *digits, bool after_prefix, char *out) {
  bool after_digit = after_prefix;
  for (; *digits; digits++) {
    if (*digits == '_' && (!after_digit || !digits[1]))
      return false;
    after_digit = *digits != '_';
    if (after_digit)
      *out++ = *digits;
  }
  *out = '\0';
  return true;
}

int pl_parse_go_int(const char *text, int64_t min, int64_t max, int64_t *ret, pl_error *err) {
  bool negative = *text == '-';
  const char *digits = text + (negative || *text == '+');
  size_t prefix = 0;
  int base = go_base(digits, &prefix);
  uint64_t magnitude = 0;
  pl_auto_free char *plain = pl_xmalloc(strlen(digits) + 1);
  if (!*digits || !drop_underscores(digits + prefix, prefix > 0, plain) || !read_digits(plain, base, &magnitude))
    return not_a(err, "an integer", text);
  return put_signed(text, magnitude, negative, min, max, ret, err);
}

int pl_parse_go_bool(const char *text, bool *ret, pl_error *err) {
  static const char *const yes[] = {"1", "t", "T", "TRUE", "true", "True", NULL};
  static const char *const no[] = {"0", "f", "F", "FALSE", "false", "False", NULL};
  if (!pl_in(text, yes) && !pl_in(text, no))
    return not_a(err, "a boolean", text);
  *ret = pl_in(text, yes);
  return 0;
}

int pl_parse_mode(const char *text, unsigned *ret, pl_error *err) {
  uint64_t mode = 0;
  if (!*text || !read_digits(text, 8, &mode) || mode > 07777)
    return not_a(err, "an octal mode", text);
  *ret = (unsigned)mode;
  return 0;
}
