/* Durations as Go's time package reads and writes them. */
#include <inttypes.h>
#include <stdio.h>

#include "plumbline/core/number.h"

static const uint64_t limit = (uint64_t)1 << 63; /* magnitude of the most negative one */

static const struct {
  const char *name;
  uint64_t ns;
} units[] = {
    {"ns", 1},
    {"us", 1000},
    {"\xc2\xb5s", 1000}, /* U+00B5, micro sign */
    {"\xce\xbcs", 1000}, /* U+03BC, Greek mu */
    {"ms", 1000000},
    {"s", 1000000000},
    {"m", UINT64_C(60) * 1000000000},
    {"h", UINT64_C(3600) * 1000000000},
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Digits before the point; false when they go past the limit. */
static bool read_whole(const char **text, uint64_t *ret) {
  uint64_t value = 0;
  for (; is_digit(**text); (*text)++) {
    if (value > limit / 10)
      return false;
    value = value * 10 + (uint64_t)(**text - '0');
    if (value > limit)
      return false;
  }
  *ret = value;
  return true;
}

/* Digits after the point, those that are too small to count being passed over as Go does. */
static uint64_t read_fraction(const char **text, double *ret_scale) {
  uint64_t value = 0;
  bool full = false;
  *ret_scale = 1;
  for (; is_digit(**text); (*text)++) {
    uint64_t next = value * 10 + (uint64_t)(**text - '0');
    full = full || value > (limit - 1) / 10 || next > limit;
    if (full)
      continue;
    value = next;
    *ret_scale *= 10;
  }
  return value;
}

static uint64_t read_unit(const char **text) {
  size_t length = strcspn(*text, ".0123456789");
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (strlen(units[i].name) == length && memcmp(*text, units[i].name, length) == 0) {
      *text += length;
      return units[i].ns;
    }
  return 0;
}

/* One number with its unit, such as the "1.5h" of "1.5h3m". */
static bool read_part(const char **text, uint64_t *ret) {
  const char *start = *text;
  uint64_t value = 0, fraction = 0;
  double scale = 1;
  if (!read_whole(text, &value))
    return false;
  bool digits = *text > start;
  if (**text == '.') {
    const char *point = ++*text;
    fraction = read_fraction(text, &scale);
    digits = digits || *text > point;
  }
  uint64_t unit = digits ? read_unit(text) : 0;
  if (unit == 0 || value > limit / unit)
    return false;
  value *= unit;
  if (fraction > 0)
    value += (uint64_t)((double)fraction * ((double)unit / scale));
  *ret = value;
  return value <= limit;
}

static bool read_parts(const char *text, uint64_t *ret) {
  uint64_t sum = 0, part = 0;
  do {
    if (!read_part(&text, &part))
      return false;
    sum += part;
    if (sum > limit)
      return false;
  } while (*text);
  *ret = sum;
  return true;
}

int pl_parse_duration(const char *text, int64_t *ret_ns, pl_error *err) {
  bool negative = *text == '-';
  const char *rest = text + (negative || *text == '+');
  uint64_t magnitude = 0;
  if (!pl_equal(rest, "0") && (!read_parts(rest, &magnitude) || (magnitude == limit && !negative)))
    return pl_fail(err, PL_ERR_SYNTAX, "not a duration: %s", text);
  *ret_ns = (int64_t)(negative ? 0 - magnitude : magnitude);
  return 0;
}

/* VALUE in thousandths, millionths ... (DIGITS of them) as decimal text without idle zeros. */
static void put_fraction(pl_buffer *out, uint64_t value, int digits) {
  uint64_t scale = 1;
  for (int i = 0; i < digits; i++)
    scale *= 10;
  pl_buffer_printf(out, "%" PRIu64, value / scale);
  uint64_t rest = value % scale;
  for (; rest > 0 && rest % 10 == 0; digits--)
    rest /= 10;
  if (rest > 0)
    pl_buffer_printf(out, ".%0*" PRIu64, digits, rest);
}

static void put_long(pl_buffer *out, uint64_t ns) {
  const uint64_t second = 1000000000;
  uint64_t seconds = ns / second;
  if (seconds >= 3600)
    pl_buffer_printf(out, "%" PRIu64 "h", seconds / 3600);
  if (seconds >= 60)
    pl_buffer_printf(out, "%" PRIu64 "m", seconds / 60 % 60);
  put_fraction(out, ns % (60 * second), 9);
  pl_buffer_text(out, "s");
}

char *pl_format_duration(pl_arena *arena, int64_t ns) {
  static const struct {
    uint64_t below;
    int digits;
    const char *unit;
  } small[] = {{1, 0, "s"}, {1000, 0, "ns"}, {1000000, 3, "\xc2\xb5s"}, {1000000000, 6, "ms"}};
  uint64_t magnitude = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, 64);
  pl_buffer_text(&out, ns < 0 ? "-" : "");
  size_t i = 0;
  while (i < sizeof small / sizeof *small && magnitude >= small[i].below)
    i++;
  if (i < sizeof small / sizeof *small) {
    put_fraction(&out, magnitude, small[i].digits);
    pl_buffer_text(&out, small[i].unit);
  } else {
    put_long(&out, magnitude);
  }
  return pl_strdup(arena, out.data);
}
