/* Real numbers. The conversion is jansson's, which knows no locale; other spellings are brought to JSON's first. */
#include "src/core/real.h"

#include <jansson.h>
#include <stdio.h>

/* Longest text that is looked at: a double has no more than 767 digits that count. */
#define REAL_BYTES_MAX 1024

typedef struct parts {
  size_t whole, fraction, exponent; /* digits of each */
  const char *whole_at, *fraction_at, *exponent_at;
  bool negative, exponent_negative;
} parts;

static size_t digits(const char **at, const char *end, const char **ret_start) {
  *ret_start = *at;
  while (*at < end && **at >= '0' && **at <= '9')
    (*at)++;
  return (size_t)(*at - *ret_start);
}

static bool sign(const char **at, const char *end) {
  bool negative = *at < end && **at == '-';
  if (*at < end && (**at == '-' || **at == '+'))
    (*at)++;
  return negative;
}

static bool take_apart(const char *text, size_t length, parts *p) {
  const char *end = text + length;
  p->negative = sign(&text, end);
  p->whole = digits(&text, end, &p->whole_at);
  if (text < end && *text == '.') {
    text++;
    p->fraction = digits(&text, end, &p->fraction_at);
  }
  if (p->whole + p->fraction == 0)
    return false;
  if (text < end && (*text | 0x20) == 'e') {
    text++;
    p->exponent_negative = sign(&text, end);
    p->exponent = digits(&text, end, &p->exponent_at);
    if (p->exponent == 0)
      return false;
  }
  return text == end;
}

bool pl_parse_real(const char *text, size_t length, double *ret) {
  parts p = {0};
  if (length > REAL_BYTES_MAX || !take_apart(text, length, &p))
    return false;
  for (; p.whole > 1 && *p.whole_at == '0'; p.whole--)
    p.whole_at++;
  char json[REAL_BYTES_MAX + 16];
  int size =
      snprintf(json, sizeof json, "%s%.*s.%.*se%s%.*s", p.negative ? "-" : "", p.whole ? (int)p.whole : 1,
               p.whole ? p.whole_at : "0", p.fraction ? (int)p.fraction : 1, p.fraction ? p.fraction_at : "0",
               p.exponent_negative ? "-" : "", p.exponent ? (int)p.exponent : 1, p.exponent ? p.exponent_at : "0");
  json_t *number = json_loadb(json, (size_t)size, JSON_DECODE_ANY, NULL);
  if (!number)
    return false;
  *ret = json_real_value(number);
  json_decref(number);
  return true;
}

void pl_format_real(double value, char ret[PL_REAL_TEXT]) {
  for (int precision = 15; precision <= 17; precision++) {
    double back = 0;
    snprintf(ret, PL_REAL_TEXT - 2, "%.*g", precision, value);
    if (pl_parse_real(ret, strlen(ret), &back) && back == value)
      break;
  }
  if (!strpbrk(ret, ".e"))
    memcpy(ret + strlen(ret), ".0", 3);
}
