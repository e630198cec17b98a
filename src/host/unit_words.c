/* Words of a unit file's value, and of a variable's value that is split. */
#include "plumbline/core/limits.h"
#include "unit_text.h"

typedef struct scan {
  const char *at;
  pl_word_rule rule;
  bool relaxed; /* unknown escapes are kept as they stand */
  char quote;
  pl_buffer out;
} scan;

static void put(scan *s, char c) { pl_buffer_add(&s->out, &c, 1); }

static void put_point(scan *s, uint32_t point) {
  static const struct {
    uint32_t below;
    int more;
    unsigned char lead;
  } forms[] = {{0x80, 0, 0x00}, {0x800, 1, 0xc0}, {0x10000, 2, 0xe0}, {0x110000, 3, 0xf0}};
  size_t form = 0;
  while (point >= forms[form].below)
    form++;
  int shift = 6 * forms[form].more;
  put(s, (char)(forms[form].lead | point >> shift));
  while ((shift -= 6) >= 0)
    put(s, (char)(0x80 | (point >> shift & 0x3f)));
}

static int digit(char c, int base) {
  char lower = (char)(c | 0x20);
  int value = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
  return value < base ? value : -1;
}

/* COUNT digits at TEXT; false when one is missing. */
static bool digits(const char *text, int count, int base, uint32_t *ret) {
  *ret = 0;
  for (int i = 0; i < count; i++) {
    int value = digit(text[i], base);
    if (value < 0)
      return false;
    *ret = *ret * (uint32_t)base + (uint32_t)value;
  }
  return true;
}

/* The numeric escape at the scan: \xHH, \NNN (a byte), \uXXXX, \UXXXXXXXX (a point). Returns its length, 0 for none. */
static size_t numeric_escape(scan *s) {
  static const struct {
    char letter;
    int count, base;
    bool point;
  } forms[] = {{'x', 2, 16, false}, {'u', 4, 16, true}, {'U', 8, 16, true}, {'\0', 3, 8, false}};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    size_t prefix = forms[i].letter != '\0';
    uint32_t value = 0;
    if ((prefix && *s->at != forms[i].letter) || !digits(s->at + prefix, forms[i].count, forms[i].base, &value))
      continue;
    bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value == 0 || value > (forms[i].point ? 0x10ffffu : 0xffu) || (forms[i].point && surrogate))
      return 0;
    if (forms[i].point)
      put_point(s, value);
    else
      put(s, (char)value);
    return prefix + (size_t)forms[i].count;
  }
  return 0;
}

/* What stands after a backslash; false for an escape that is unknown and may not be kept. */
static bool take_escape(scan *s) {
  static const char letters[] = "abfnrtv\\\"'s", values[] = "\a\b\f\n\r\t\v\\\"' ";
  if (s->rule == PL_WORD_VALUE) {
    put(s, *s->at++);
    return true;
  }
  const char *letter = strchr(letters, *s->at);
  size_t length = letter ? 1 : numeric_escape(s);
  if (letter)
    put(s, values[letter - letters]);
  if (length == 0) {
    if (!s->relaxed)
      return false;
    put(s, '\\');
    put(s, *s->at);
    length = 1;
  }
  s->at += length;
  return true;
}

/* A backslash that nothing follows. */
static bool end_after_backslash(scan *s) {
  if (s->rule == PL_WORD_VALUE)
    return true;
  if (!s->relaxed || s->quote)
    return false;
  put(s, '\\');
  return true;
}

/* From the first byte of a word to the blank or the end after it. */
static bool scan_word(scan *s) {
  while (*s->at) {
    char c = *s->at++;
    if (c == '\\') {
      if (!*s->at)
        return end_after_backslash(s);
      if (!take_escape(s))
        return false;
    } else if (s->quote) {
      if (c == s->quote)
        s->quote = '\0';
      else
        put(s, c);
    } else if (c == '\'' || c == '"') {
      s->quote = c;
    } else if (pl_is_blank(c)) {
      return true;
    } else {
      put(s, c);
    }
  }
  return !s->quote || s->rule == PL_WORD_VALUE;
}

int pl_word_next(pl_arena *arena, const char **rest, pl_word_rule rule, const char **ret) {
  while (pl_is_blank(**rest))
    (*rest)++;
  if (!**rest)
    return 0;
  bool good = false;
  scan s = {.rule = rule};
  pl_buffer_init(&s.out, PL_CMDLINE_BYTES_MAX);
  int attempts = rule == PL_WORD_COMMAND ? 2 : 1;
  for (int attempt = 0; attempt < attempts && !good; attempt++) {
    s.at = *rest;
    s.relaxed = attempt > 0;
    s.quote = '\0';
    s.out.length = 0;
    good = scan_word(&s);
  }
  if (good) {
    while (pl_is_blank(*s.at))
      s.at++;
    *rest = s.at;
    *ret = pl_strndup(arena, s.out.data ? s.out.data : "", s.out.length);
  }
  pl_buffer_free(&s.out);
  return good ? 1 : -1;
}
