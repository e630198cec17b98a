/* Real numbers: our grammar first, then strtod, which sees nothing else and no locale. */
#include "src/core/real.h"

#include <math.h>
#include <stdio.h>

#define REAL_BYTES_MAX 1024

static size_t skip_digits(const char **at) {
  size_t count = strspn(*at, "0123456789");
  *at += count;
  return count;
}

static void skip_sign(const char **at) { *at += **at == '-' || **at == '+'; }

static bool is_real(const char *at) {
  skip_sign(&at);
  size_t count = skip_digits(&at);
  if (*at == '.') {
    at++;
    count += skip_digits(&at);
  }
  if (count > 0 && (*at == 'e' || *at == 'E')) {
    at++;
    skip_sign(&at);
    count = skip_digits(&at);
  }
  return count > 0 && *at == '\0';
}

bool pl_parse_real(const char *text, size_t length, double *ret) {
  char copy[REAL_BYTES_MAX + 1];
  if (length > REAL_BYTES_MAX || memchr(text, '\0', length))
    return false;
  memcpy(copy, text, length);
  copy[length] = '\0';
  double value = is_real(copy) ? strtod(copy, NULL) : NAN;
  if (!isfinite(value))
    return false;
  *ret = value;
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
