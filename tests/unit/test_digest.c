/* SHA-256, base64, wiping. */
#include <check.h>

#include "plumbline/core/digest.h"

static pl_arena *arena;
static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

/* Vectors of FIPS 180-2; the last is a million times "a". */
START_TEST(sha256_of_known_texts) {
  char hex[PL_SHA256_HEX];
  pl_sha256(NULL, 0, hex);
  ck_assert_str_eq(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  pl_sha256("abc", 3, hex);
  ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  pl_auto_free char *million = pl_xmalloc(1000000);
  memset(million, 'a', 1000000);
  pl_sha256(million, 1000000, hex);
  ck_assert_str_eq(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

static const struct {
  const char *text;
  const char *want; /* NULL: refused */
} codes[] = {
    {"", ""},
    {"Zg==", "f"},
    {"Zm8=", "fo"},
    {"Zm9v", "foo"},
    {"Zm9vYmFy", "foobar"},
    {" Zm\n9v\r\n\tYmFy\n", "foobar"},
    {"AAAA", "\0\0\0"},
    {"Z", NULL},
    {"Zg", NULL},
    {"Zg=", NULL},
    {"Zg===", NULL},
    {"Zh==", NULL}, /* bits that belong to no byte */
    {"=", NULL},
    {"Zg==Zg==", NULL},
    {"Zm9v-_8=", NULL}, /* the alphabet of URLs */
    {"Zm9v!", NULL},
    {"Zm9v\xff", NULL},
};

START_TEST(base64_is_decoded_and_measured_alike) {
  const char *text = codes[_i].text, *want = codes[_i].want;
  pl_bytes got = {0};
  size_t length = 99;
  pl_error err = {0};
  int decoded = pl_base64_decode(arena, text, strlen(text), &got, &err);
  int measured = pl_base64_length(text, strlen(text), &length, &err);
  ck_assert_int_eq(decoded, measured);
  if (!want) {
    ck_assert_int_eq(decoded, -1);
    ck_assert_int_eq(err.kind, PL_ERR_SYNTAX);
    ck_assert_str_eq(err.text, "not base64");
    ck_assert_uint_eq(length, 99);
    ck_assert_ptr_null(got.data);
    return;
  }
  ck_assert_int_eq(decoded, 0);
  ck_assert_uint_eq(got.length, length);
  ck_assert_uint_eq(length, text[0] == 'A' ? 3 : strlen(want));
  ck_assert_int_eq(memcmp(got.data, want, length + 1), 0);
}
END_TEST

START_TEST(a_nul_within_is_refused) {
  size_t length = 0;
  ck_assert_int_eq(pl_base64_length("Zm9v\0Zm9v", 9, &length, NULL), -1);
}
END_TEST

/* Longer than the piece that is decoded at a time, and not in step with it. */
START_TEST(long_base64_of_every_length) {
  for (size_t groups = 250; groups < 1100; groups += 7) {
    pl_auto_arena pl_arena *own = pl_arena_new();
    char *text = pl_alloc(own, groups * 5 + 1), *out = text;
    for (size_t i = 0; i < groups; i++) {
      memcpy(out, i % 3 == 0 ? "\nAAEC" : "AAEC", i % 3 == 0 ? 5 : 4);
      out += i % 3 == 0 ? 5 : 4;
    }
    size_t length = 0;
    pl_bytes got;
    ck_assert_int_eq(pl_base64_length(text, (size_t)(out - text), &length, NULL), 0);
    ck_assert_int_eq(pl_base64_decode(own, text, (size_t)(out - text), &got, NULL), 0);
    ck_assert_uint_eq(length, groups * 3);
    ck_assert_uint_eq(got.length, length);
    for (size_t i = 0; i < length; i++)
      if (got.data[i] != (char)(i % 3))
        ck_abort_msg("byte %zu of %zu", i, length);
  }
}
END_TEST

START_TEST(wiping_overwrites) {
  char text[] = "secret";
  pl_wipe(text, sizeof text);
  for (size_t i = 0; i < sizeof text; i++)
    ck_assert_int_eq(text[i], 0);
  pl_wipe(NULL, 0);
}
END_TEST

Suite *suite_digest(void);
Suite *suite_digest(void) {
  Suite *suite = suite_create("digest");
  TCase *tests = tcase_create("digest");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, sha256_of_known_texts);
  tcase_add_loop_test(tests, base64_is_decoded_and_measured_alike, 0, (int)(sizeof codes / sizeof *codes));
  tcase_add_test(tests, a_nul_within_is_refused);
  tcase_add_test(tests, long_base64_of_every_length);
  tcase_add_test(tests, wiping_overwrites);
  suite_add_tcase(suite, tests);
  return suite;
}
