/* Kubernetes resource.Quantity: a decimal number with an SI, binary or exponent suffix. */
#include "plumbline/core/number.h"

typedef unsigned __int128 wide;

/* Suffixes by name: value = number * 10^ten * 2^two. */
static const struct {
  const char *name;
  int ten, two;
} suffixes[] = {
    {"", 0, 0},    {"n", -9, 0},  {"u", -6, 0},  {"m", -3, 0},  {"k", 3, 0},   {"M", 6, 0},
    {"G", 9, 0},   {"T", 12, 0},  {"P", 15, 0},  {"E", 18, 0},  {"Ki", 0, 10}, {"Mi", 0, 20},
    {"Gi", 0, 30}, {"Ti", 0, 40}, {"Pi", 0, 50}, {"Ei", 0, 60},
};

/* As many digits are kept as leave room for the largest suffix; those after them only round upwards. */
enum { DIGITS_KEPT = 20, EXPONENT_MAX = 1000000 };

typedef struct scaled {
  wide digits;
  int kept;
  bool more; /* something other than zero was dropped */
  int64_t ten;
  int two;
} scaled;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static void add_digit(scaled *number, char digit, bool after_point) {
  if (number->kept < DIGITS_KEPT) {
    number->digits = number->digits * 10 + (wide)(digit - '0');
    number->kept += number->digits > 0;
    number->ten -= after_point;
  } else {
    number->more = number->more || digit != '0';
    number->ten += !after_point;
  }
}

static const char *read_number(const char *text, scaled *number) {
  for (; is_digit(*text); text++)
    add_digit(number, *text, false);
  if (*text == '.')
    for (text++; is_digit(*text); text++)
      add_digit(number, *text, true);
  return text;
}

/* "e3", "E-3", "e+3": the letter and a whole decimal number. */
static bool read_exponent(const char *suffix, scaled *number) {
  int64_t exponent = 0;
  if ((*suffix | 0x20) != 'e')
    return false;
  const char *digits = suffix + (suffix[1] == '+' ? 2 : 1);
  if (!is_digit(*digits) && (*digits != '-' || digits > suffix + 1))
    return false;
  if (pl_parse_int(digits, -EXPONENT_MAX, EXPONENT_MAX, &exponent, NULL) < 0)
    return false;
  number->ten += exponent;
  return true;
}

static bool read_suffix(const char *suffix, scaled *number) {
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
    if (strcmp(suffix, suffixes[i].name) == 0) {
      number->ten += suffixes[i].ten;
      number->two = suffixes[i].two;
      return true;
    }
  return read_exponent(suffix, number);
}

/* The whole number that NUMBER is, rounded away from zero; false when it does not fit. */
static bool to_whole(const scaled *number, uint64_t *ret) {
  wide value = number->digits << number->two;
  bool more = number->more;
  int64_t ten = number->ten;
  for (; ten < 0 && value > 0; ten++) {
    more = more || value % 10 > 0;
    value /= 10;
  }
  for (; ten > 0 && value > 0 && value <= INT64_MAX; ten--)
    value *= 10;
  value += more;
  *ret = (uint64_t)value;
  return value <= INT64_MAX;
}

int pl_parse_quantity(const char *text, int64_t *ret_milli, pl_error *err) {
  scaled number = {.ten = 3};
  bool negative = *text == '-';
  const char *suffix = read_number(text + (negative || *text == '+'), &number);
  if (!*text || !read_suffix(suffix, &number))
    return pl_fail(err, PL_ERR_SYNTAX, "not a quantity: %s", text);
  uint64_t milli = 0;
  if (!to_whole(&number, &milli))
    return pl_fail(err, PL_ERR_SYNTAX, "quantity out of range: %s", text);
  *ret_milli = negative ? -(int64_t)milli : (int64_t)milli;
  return 0;
}
