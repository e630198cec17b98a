/* UTF-8 and the one notation for bytes that must not be shown as they are. */
#include "plumbline/core/escape.h"

/* By lead byte: how long, which bits of the point it holds, and the smallest point that needs that length. */
static const struct {
  unsigned char first, last;
  size_t length;
  unsigned char bits;
  uint32_t smallest;
} leads[] = {
    {0x00, 0x7f, 1, 0x7f, 0},
    {0xc2, 0xdf, 2, 0x1f, 0x80},
    {0xe0, 0xef, 3, 0x0f, 0x800},
    {0xf0, 0xf4, 4, 0x07, 0x10000},
};

/* Points that are valid but would deceive a reader or break a format. Every plane's last two are added in code. */
static const struct {
  uint32_t first, last;
} hidden[] = {
    {0x0000, 0x001f}, {0x007f, 0x009f},                                     /* controls */
    {0x061c, 0x061c}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069}, /* line ends, text direction */
    {0xfdd0, 0xfdef}, {0xfeff, 0xfeff},                                     /* non-characters, a byte order mark */
};

static bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

/* The high bit of each byte of WORD that is zero; a byte above such a one may be marked too. */
static uint64_t zero_bytes(uint64_t word) { return (word - 0x0101010101010101) & ~word & 0x8080808080808080; }

/* Eight bytes at a time; the word with the first other byte is gone through one by one. */
size_t pl_plain_length(const char *data, size_t length) {
  const uint64_t ones = 0x0101010101010101, high = 0x8080808080808080;
  size_t at = 0;
  for (uint64_t word; at + sizeof word <= length; at += sizeof word) {
    memcpy(&word, data + at, sizeof word);
    uint64_t other =
        word | (word - ones * 0x20) | (word + ones) | zero_bytes(word ^ ones * '"') | zero_bytes(word ^ ones * '\\');
    if (other & high)
      break;
  }
  while (at < length && is_plain((unsigned char)data[at]))
    at++;
  return at;
}

size_t pl_utf8_decode(const char *data, size_t length, uint32_t *ret_point) {
  if (length == 0)
    return 0;
  const unsigned char *bytes = (const unsigned char *)data;
  size_t lead = 0;
  while (lead < sizeof leads / sizeof *leads && (bytes[0] < leads[lead].first || bytes[0] > leads[lead].last))
    lead++;
  if (lead == sizeof leads / sizeof *leads || leads[lead].length > length)
    return 0;
  uint32_t point = bytes[0] & leads[lead].bits;
  for (size_t i = 1; i < leads[lead].length; i++) {
    if ((bytes[i] & 0xc0) != 0x80)
      return 0;
    point = point << 6 | (bytes[i] & 0x3f);
  }
  if (point < leads[lead].smallest || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
    return 0;
  if (ret_point)
    *ret_point = point;
  return leads[lead].length;
}

bool pl_is_hidden(uint32_t point) {
  if (point >= 0x20 && point < 0x7f)
    return false;
  for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
    if (point >= hidden[i].first && point <= hidden[i].last)
      return true;
  return (point & 0xfffe) == 0xfffe;
}

/* Length of the sequence at DATA that may stand as it is, 0 when there is none. */
static size_t clean_sequence(const char *data, size_t length) {
  uint32_t point = 0;
  size_t size = pl_utf8_decode(data, length, &point);
  return size > 0 && point != '\\' && !pl_is_hidden(point) ? size : 0;
}

bool pl_is_clean(const char *data, size_t length) {
  for (size_t i = pl_plain_length(data, length); i < length; i += pl_plain_length(data + i, length - i)) {
    size_t size = clean_sequence(data + i, length - i);
    if (size == 0)
      return false;
    i += size;
  }
  return true;
}

/* Write the first of DATA to OUT in the notation; returns how many bytes were taken. */
static size_t escape_one(const char *data, size_t length, char **out) {
  static const char digits[] = "0123456789abcdef";
  if (*data == '\\') {
    *(*out)++ = '\\';
    *(*out)++ = '\\';
    return 1;
  }
  size_t size = pl_utf8_decode(data, length, NULL);
  size = size > 0 ? size : 1;
  for (size_t i = 0; i < size; i++) {
    *(*out)++ = '\\';
    *(*out)++ = 'x';
    *(*out)++ = digits[(unsigned char)data[i] >> 4];
    *(*out)++ = digits[(unsigned char)data[i] & 15];
  }
  return size;
}

char *pl_escape(pl_arena *arena, const char *data, size_t length) {
  if (pl_is_clean(data, length))
    return pl_strndup(arena, data, length);
  pl_auto_free char *text = length < SIZE_MAX / 4 ? pl_xmalloc(length * 4) : (abort(), NULL);
  char *out = text;
  for (size_t i = 0, size = 0; i < length; i += size) {
    if ((size = clean_sequence(data + i, length - i)) > 0) {
      memcpy(out, data + i, size);
      out += size;
    } else {
      size = escape_one(data + i, length - i, &out);
    }
  }
  return pl_strndup(arena, text, (size_t)(out - text));
}

char *pl_escape_text(pl_arena *arena, const char *text) { return text ? pl_escape(arena, text, strlen(text)) : NULL; }
