/* UTF-8 and the notation for what must not be shown as it is. */
#include <check.h>
#include <stdio.h>

#include "plumbline/core/escape.h"

static pl_arena *arena;
static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

static const struct {
  const char *raw;
  size_t length;
  const char *want;
} cases[] = {
    {"", 0, ""},
    {"plain text", 10, "plain text"},
    {"a\\b", 3, "a\\\\b"},
    {"\\x41", 4, "\\\\x41"},
    {"a\nb\tc\r", 6, "a\\x0ab\\x09c\\x0d"},
    {"a\0b", 3, "a\\x00b"},
    {"\x1b[31m", 5, "\\x1b[31m"},
    {"\x7f", 1, "\\x7f"},
    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xb3", 9, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xb3"},
    {"\xff", 1, "\\xff"},
    {"a\xe2\x82", 3, "a\\xe2\\x82"},                 /* cut short */
    {"\xe2\x82z", 3, "\\xe2\\x82z"},                 /* cut short by a letter, which stays */
    {"\xc0\xaf", 2, "\\xc0\\xaf"},                   /* a slash, overlong */
    {"\xe0\x80\xaf", 3, "\\xe0\\x80\\xaf"},          /* the same in three */
    {"\xed\xa0\x80", 3, "\\xed\\xa0\\x80"},          /* surrogate */
    {"\xf4\x90\x80\x80", 4, "\\xf4\\x90\\x80\\x80"}, /* past U+10FFFF */
    {"\xc2\x80", 2, "\\xc2\\x80"},                   /* C1 */
    {"\xc2\x9f\xc2\xa0", 4, "\\xc2\\x9f\xc2\xa0"},   /* the last of C1, the first after it */
    {"\xd8\x9c", 2, "\\xd8\\x9c"},                   /* Arabic letter mark */
    {"\xe2\x80\x8d", 3, "\xe2\x80\x8d"},             /* joiner, before the direction marks */
    {"\xe2\x80\x8e", 3, "\\xe2\\x80\\x8e"},          /* left-to-right mark */
    {"\xe2\x80\xa7", 3, "\xe2\x80\xa7"},             /* U+2027 */
    {"\xe2\x80\xa8", 3, "\\xe2\\x80\\xa8"},          /* line separator */
    {"\xe2\x80\xa9", 3, "\\xe2\\x80\\xa9"},          /* paragraph separator */
    {"\xe2\x80\xae", 3, "\\xe2\\x80\\xae"},          /* right-to-left override */
    {"\xe2\x80\xaf", 3, "\xe2\x80\xaf"},             /* U+202F */
    {"\xe2\x81\xa6", 3, "\\xe2\\x81\\xa6"},          /* isolate */
    {"\xe2\x81\xa9\xe2\x81\xaa", 6, "\\xe2\\x81\\xa9\xe2\x81\xaa"},
    {"\xef\xb7\x8f\xef\xb7\x90", 6, "\xef\xb7\x8f\\xef\\xb7\\x90"}, /* U+FDCF, U+FDD0 */
    {"\xef\xb7\xaf\xef\xb7\xb0", 6, "\\xef\\xb7\\xaf\xef\xb7\xb0"}, /* U+FDEF, U+FDF0 */
    {"\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf", 9, "\xef\xbf\xbd\\xef\\xbf\\xbe\\xef\\xbf\\xbf"},
    {"\xf0\x9f\xbf\xbe", 4, "\\xf0\\x9f\\xbf\\xbe"},                                 /* U+1FFFE */
    {"\xf4\x8f\xbf\xbd\xf4\x8f\xbf\xbf", 8, "\xf4\x8f\xbf\xbd\\xf4\\x8f\\xbf\\xbf"}, /* U+10FFFD, U+10FFFF */
};

START_TEST(bytes_are_written_as_the_contract_says) {
  ck_assert_str_eq(pl_escape(arena, cases[_i].raw, cases[_i].length), cases[_i].want);
  ck_assert_int_eq(pl_is_clean(cases[_i].raw, cases[_i].length),
                   strlen(cases[_i].want) == cases[_i].length && !memchr(cases[_i].raw, '\\', cases[_i].length));
}
END_TEST

START_TEST(text_may_be_null) {
  ck_assert_ptr_null(pl_escape_text(arena, NULL));
  ck_assert_str_eq(pl_escape_text(arena, "a\n"), "a\\x0a");
}
END_TEST

/* Undo the notation; it must lead back to the very bytes. */
static size_t undo(const char *text, char *out) {
  size_t length = 0;
  for (const char *c = text; *c; c++) {
    unsigned byte = 0;
    if (c[0] == '\\' && c[1] == 'x' && sscanf(c + 2, "%2x", &byte) == 1) {
      out[length++] = (char)byte;
      c += 3;
    } else {
      c += c[0] == '\\';
      out[length++] = *c;
    }
  }
  return length;
}

START_TEST(nothing_is_lost_for_any_two_bytes) {
  for (unsigned i = 0; i < 0x10000; i++) {
    char raw[2] = {(char)(i >> 8), (char)i}, back[8];
    pl_auto_arena pl_arena *own = pl_arena_new();
    const char *text = pl_escape(own, raw, 2);
    bool shown = true;
    for (const char *c = text; *c; c++)
      shown = shown && (unsigned char)*c >= 0x20 && *c != 0x7f;
    if (!shown || undo(text, back) != 2 || memcmp(back, raw, 2) != 0)
      ck_abort_msg("%04x becomes %s", i, text);
  }
}
END_TEST

static size_t encode(uint32_t point, char out[4]) {
  size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = size; i-- > 1; point >>= 6)
    out[i] = (char)(0x80 | (point & 0x3f));
  out[0] = (char)(lead[size] | point);
  return size;
}

START_TEST(every_point_is_decoded_and_surrogates_are_not) {
  for (uint32_t point = 0; point <= 0x110400; point++) {
    char bytes[4];
    uint32_t got = UINT32_MAX;
    size_t size = encode(point, bytes);
    bool valid = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    size_t length = pl_utf8_decode(bytes, size, &got);
    if (length != (valid ? size : 0) || (valid && got != point) || pl_utf8_decode(bytes, size - 1, NULL) != 0)
      ck_abort_msg("U+%04X", point);
  }
}
END_TEST

/* The noncharacters, controls and direction controls by the rule of Unicode, not by our table. */
START_TEST(every_point_that_must_not_show_is_escaped_and_no_other) {
  for (uint32_t point = 0; point <= 0x10ffff; point++) {
    char bytes[4];
    size_t size = encode(point, bytes);
    bool control = point < 0x20 || (point >= 0x7f && point < 0xa0);
    bool direction = point == 0x61c || point == 0x200e || point == 0x200f || (point >= 0x202a && point <= 0x202e) ||
                     (point >= 0x2066 && point <= 0x2069);
    bool nothing = (point >= 0xd800 && point <= 0xdfff) || (point >= 0xfdd0 && point <= 0xfdef) ||
                   (point & 0xffff) == 0xfffe || (point & 0xffff) == 0xffff;
    bool separator = point == 0x2028 || point == 0x2029 || point == 0xfeff || point == '\\';
    if (pl_is_clean(bytes, size) == (control || direction || nothing || separator))
      ck_abort_msg("U+%04X", point);
  }
}
END_TEST

/* Every byte at every place of a text that is longer than what is looked at in one go. */
START_TEST(plain_runs_end_at_the_first_other_byte) {
  char text[20];
  for (size_t place = 0; place < sizeof text; place++)
    for (int byte = 0; byte < 256; byte++) {
      memset(text, 'a', sizeof text);
      text[place] = (char)byte;
      bool plain = byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';
      ck_assert_uint_eq(pl_plain_length(text, sizeof text), plain ? sizeof text : place);
      ck_assert_uint_eq(pl_plain_length(text, place), place);
    }
  ck_assert_uint_eq(pl_plain_length("\xff\x1f\x7f", 3), 0);
}
END_TEST

Suite *suite_escape(void);
Suite *suite_escape(void) {
  Suite *suite = suite_create("escape");
  TCase *tests = tcase_create("escape");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_set_timeout(tests, 60);
  tcase_add_loop_test(tests, bytes_are_written_as_the_contract_says, 0, sizeof cases / sizeof *cases);
  tcase_add_test(tests, text_may_be_null);
  tcase_add_test(tests, nothing_is_lost_for_any_two_bytes);
  tcase_add_test(tests, every_point_is_decoded_and_surrogates_are_not);
  tcase_add_test(tests, every_point_that_must_not_show_is_escaped_and_no_other);
  tcase_add_test(tests, plain_runs_end_at_the_first_other_byte);
  suite_add_tcase(suite, tests);
  return suite;
}
