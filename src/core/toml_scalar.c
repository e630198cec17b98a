/* TOML scalars without quotes: booleans, numbers, dates and times. */
#include <stdio.h>

#include "plumbline/core/number.h"
#include "src/core/real.h"
#include "src/core/toml_reader.h"

#define WORD_BYTES_MAX 256

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_hex_digit(char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

/* COUNT digits at *AT as a number; -1 if there are fewer. */
static int take_digits(const char **at, int count) {
  int value = 0;
  for (; count > 0 && is_digit(**at); count--)
    value = value * 10 + *(*at)++ - '0';
  return count == 0 ? value : -1;
}

static bool take(const char **at, char c) {
  bool is = **at == c;
  *at += is;
  return is;
}

static bool take_date(const char **at) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int year = take_digits(at, 4);
  int month = year >= 0 && take(at, '-') ? take_digits(at, 2) : -1;
  int day = month >= 1 && take(at, '-') ? take_digits(at, 2) : -1;
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

static bool take_time(const char **at) {
  int hour = take_digits(at, 2);
  int minute = hour >= 0 && take(at, ':') ? take_digits(at, 2) : -1;
  int second = minute >= 0 && take(at, ':') ? take_digits(at, 2) : -1;
  if (hour > 23 || minute > 59 || second < 0 || second > 60)
    return false;
  if (!take(at, '.'))
    return true;
  const char *fraction = *at;
  while (is_digit(**at))
    (*at)++;
  return *at > fraction;
}

/* "Z" or "+01:00"; a time without one is a local time. */
static bool take_offset(const char **at) {
  if (take(at, 'Z') || take(at, 'z') || **at == '\0')
    return true;
  if (!take(at, '+') && !take(at, '-'))
    return false;
  int hour = take_digits(at, 2);
  int minute = take(at, ':') ? take_digits(at, 2) : -1;
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
}

static bool is_time(const char *word) {
  const char *at = word;
  if (take_time(&at) && *at == '\0')
    return true;
  at = word;
  if (!take_date(&at))
    return false;
  if (*at == '\0')
    return true;
  return (take(&at, 'T') || take(&at, 't') || take(&at, ' ')) && take_time(&at) && take_offset(&at) && *at == '\0';
}

/* WORD without its underscores, each of which must stand between digits. */
static bool drop_underscores(const char *word, bool (*digit)(char), char *out) {
  for (const char *at = word; *at; at++) {
    if (*at != '_')
      *out++ = *at;
    else if (at == word || !digit(at[-1]) || !digit(at[1]))
      return false;
  }
  *out = '\0';
  return true;
}

/* 0xDEAD_BEEF, 0o755, 0b1101: no sign, the prefix in lower case. */
static bool read_based(pl_arena *arena, const char *word, pl_node **ret) {
  char plain[WORD_BYTES_MAX + 1] = {word[0], word[1]};
  int64_t value = 0;
  if (!drop_underscores(word + 2, is_hex_digit, plain + 2) || pl_parse_go_int(plain, 0, INT64_MAX, &value, NULL) < 0)
    return false;
  *ret = pl_node_integer(arena, value);
  return true;
}

/* [+-] digits without a leading zero, then nothing, or ".digits" and "e[+-]digits". */
static bool decimal_form(const char *at, bool *ret_integer) {
  at += *at == '+' || *at == '-';
  if (!is_digit(*at) || (at[0] == '0' && is_digit(at[1])))
    return false;
  at += strspn(at, "0123456789");
  *ret_integer = *at == '\0';
  if (*at == '.') {
    if (!is_digit(*++at))
      return false;
    at += strspn(at, "0123456789");
  }
  if (*at == 'e' || *at == 'E') {
    at += 1 + (at[1] == '+' || at[1] == '-');
    if (!is_digit(*at))
      return false;
    at += strspn(at, "0123456789");
  }
  return *at == '\0';
}

static bool read_decimal(pl_arena *arena, const char *word, pl_node **ret) {
  char plain[WORD_BYTES_MAX + 1];
  bool integer = false;
  if (!drop_underscores(word, is_digit, plain) || !decimal_form(plain, &integer))
    return false;
  int64_t value = 0;
  double real = 0;
  if (integer && pl_parse_int(plain + (*plain == '+'), INT64_MIN, INT64_MAX, &value, NULL) == 0)
    *ret = pl_node_integer(arena, value);
  else if (!integer && pl_parse_real(plain, strlen(plain), &real))
    *ret = pl_node_real(arena, real);
  return *ret != NULL;
}

static bool read_word(pl_arena *arena, const char *word, pl_node **ret) {
  static const char *const constants[] = {"inf", "nan", NULL};
  if (pl_equal(word, "true") || pl_equal(word, "false")) {
    *ret = pl_node_boolean(arena, *word == 't');
    return true;
  }
  const char *unsigned_word = word + (*word == '+' || *word == '-');
  if (pl_in(unsigned_word, constants)) {
    *ret = pl_node_string(arena, pl_equal(word, "-inf") ? word : unsigned_word);
    return true;
  }
  if (is_time(word)) {
    *ret = pl_node_string(arena, word);
    return true;
  }
  bool based = word[0] == '0' && word[1] && strchr("xob", word[1]);
  return based ? read_based(arena, word, ret) : read_decimal(arena, word, ret);
}

static bool in_word(int c) {
  return c > 0 && ((c >= '0' && c <= ':') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || strchr("+-._", c));
}

/* The bytes of a word; a date may go on with a time behind one blank. */
static size_t word_length(const pl_toml_reader *r) {
  const char *start = r->text.data + r->here.at;
  size_t length = 0;
  while (in_word((unsigned char)start[length]))
    length++;
  if (length == 10 && start[4] == '-' && start[10] == ' ' && is_digit(start[11]))
    for (length++; in_word((unsigned char)start[length]);)
      length++;
  return length;
}

pl_node *pl_toml_read_scalar(pl_toml_reader *r, bool secret) {
  pl_toml_place start = r->here;
  size_t length = word_length(r);
  char word[WORD_BYTES_MAX + 1];
  pl_node *node = NULL;
  if (length == 0 || length > WORD_BYTES_MAX) {
    pl_toml_fail(r, length == 0 ? "a value is missing" : "no value of TOML");
    return NULL;
  }
  memcpy(word, r->text.data + start.at, length);
  word[length] = '\0';
  if (!read_word(r->arena, word, &node)) {
    pl_toml_fail(r, "no value of TOML, or a number out of range");
    return NULL;
  }
  r->here.at += length;
  if (secret && node->kind != PL_BOOLEAN)
    return pl_toml_secret(r, &start, word, length);
  return pl_toml_placed(r, &start, node);
}
