/* Errors and lists of faults. */
#include <check.h>
#include <errno.h>
#include <stdio.h>

#include "plumbline/core/error.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/memory.h"

START_TEST(a_failure_has_kind_text_and_no_old_position) {
  pl_error err = {.kind = PL_ERR_IO, .line = 3, .column = 4, .text = "old"};
  ck_assert_int_eq(pl_fail(&err, PL_ERR_SYNTAX, "bad %s", "thing"), -1);
  ck_assert_int_eq(err.kind, PL_ERR_SYNTAX);
  ck_assert_str_eq(err.text, "bad thing");
  ck_assert_uint_eq(err.line, 0);
  ck_assert_uint_eq(err.column, 0);
}
END_TEST

START_TEST(nobody_has_to_want_the_reason) {
  ck_assert_int_eq(pl_fail(NULL, PL_ERR_IO, "x"), -1);
  ck_assert_int_eq(pl_fail_errno(NULL, ENOENT, "x"), -1);
  pl_error_prefix(NULL, "x");
}
END_TEST

static const struct {
  int errnum;
  pl_error_kind kind;
  const char *text;
} by_errno[] = {
    {ENOENT, PL_ERR_ABSENT, "/a: No such file or directory"},
    {ENOTDIR, PL_ERR_ABSENT, "/a: Not a directory"},
    {EACCES, PL_ERR_DENIED, "/a: Permission denied"},
    {EPERM, PL_ERR_DENIED, "/a: Operation not permitted"},
    {ESRCH, PL_ERR_VANISHED, "/a: No such process"},
    {ELOOP, PL_ERR_LIMIT, "/a: Too many levels of symbolic links"},
    {ENAMETOOLONG, PL_ERR_LIMIT, "/a: File name too long"},
    {EIO, PL_ERR_IO, "/a: Input/output error"},
    {ENOMEM, PL_ERR_IO, "/a: Cannot allocate memory"},
};

START_TEST(the_kind_follows_errno) {
  pl_error err = {.line = 9};
  ck_assert_int_eq(pl_fail_errno(&err, by_errno[_i].errnum, "%s", "/a"), -1);
  ck_assert_int_eq(err.kind, by_errno[_i].kind);
  ck_assert_str_eq(err.text, by_errno[_i].text);
  ck_assert_uint_eq(err.line, 0);
}
END_TEST

START_TEST(context_goes_in_front_and_the_rest_stays) {
  pl_error err;
  pl_fail(&err, PL_ERR_TYPE, "not a mapping");
  err.line = 14;
  pl_error_prefix(&err, "%s:%d", "config.yaml", 14);
  pl_error_prefix(&err, "check 4.2.6");
  ck_assert_str_eq(err.text, "check 4.2.6: config.yaml:14: not a mapping");
  ck_assert_int_eq(err.kind, PL_ERR_TYPE);
  ck_assert_uint_eq(err.line, 14);
}
END_TEST

START_TEST(the_text_may_be_made_from_itself) {
  pl_error err;
  pl_fail(&err, PL_ERR_IO, "inner");
  pl_fail(&err, PL_ERR_IO, "outer (%s)", err.text);
  ck_assert_str_eq(err.text, "outer (inner)");
  pl_fail_errno(&err, EIO, "%s", err.text);
  ck_assert_str_eq(err.text, "outer (inner): Input/output error");
  pl_error_prefix(&err, "%s", err.text);
  ck_assert_str_eq(err.text, "outer (inner): Input/output error: outer (inner): Input/output error");
}
END_TEST

START_TEST(a_text_that_fills_the_space_is_whole_and_a_longer_one_is_marked) {
  pl_error err;
  char text[PL_ERROR_TEXT + 1];
  memset(text, 'a', sizeof text);
  text[PL_ERROR_TEXT - 1] = '\0';
  pl_fail(&err, PL_ERR_IO, "%s", text);
  ck_assert_str_eq(err.text, text);
  text[PL_ERROR_TEXT - 1] = 'a';
  text[PL_ERROR_TEXT] = '\0';
  pl_fail(&err, PL_ERR_IO, "%s", text);
  ck_assert_uint_eq(strlen(err.text), PL_ERROR_TEXT - 1);
  ck_assert_str_eq(err.text + PL_ERROR_TEXT - 5, "a...");
  pl_error_prefix(&err, "front");
  ck_assert_int_eq(strncmp(err.text, "front: aaa", 10), 0);
  ck_assert_str_eq(err.text + PL_ERROR_TEXT - 5, "a...");
}
END_TEST

/* The mark begins at byte 508; a character of two, three or four bytes that stands across it goes as a whole. */
START_TEST(a_cut_never_splits_a_character) {
  static const char *const characters[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\xb3"};
  for (size_t i = 0; i < 3; i++)
    for (size_t shift = 0; shift < 8; shift++) {
      size_t size = strlen(characters[i]), before = PL_ERROR_TEXT - 4 - shift;
      char text[2 * PL_ERROR_TEXT];
      memset(text, 'a', sizeof text);
      memcpy(text + before, characters[i], size);
      text[sizeof text - 1] = '\0';
      pl_error err;
      pl_fail(&err, PL_ERR_IO, "%s", text);
      size_t length = strlen(err.text), kept = shift >= size ? PL_ERROR_TEXT - 4 : before;
      ck_assert_uint_eq(length, kept + 3);
      ck_assert_str_eq(err.text + kept, "...");
      ck_assert_int_eq(memcmp(err.text, text, kept), 0);
    }
}
END_TEST

START_TEST(faults_are_kept_in_order_with_their_places) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_faults faults;
  char file[] = "site.yaml";
  pl_faults_init(&faults, arena);
  pl_fault_add(&faults, file, 3, 7, "unknown key \"%s\"", "lvl");
  pl_fault_add(&faults, NULL, 0, 0, "nothing");
  file[0] = 'S'; /* the list keeps its own copy */
  ck_assert_uint_eq(faults.count, 2);
  ck_assert_uint_eq(faults.total, 2);
  ck_assert_str_eq(faults.items[0].file, "site.yaml");
  ck_assert_uint_eq(faults.items[0].line, 3);
  ck_assert_uint_eq(faults.items[0].column, 7);
  ck_assert_str_eq(faults.items[0].text, "unknown key \"lvl\"");
  ck_assert_ptr_null(faults.items[1].file);
  ck_assert_str_eq(faults.items[1].text, "nothing");
}
END_TEST

START_TEST(faults_past_the_cap_are_only_counted) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_faults faults;
  pl_faults_init(&faults, arena);
  for (unsigned i = 0; i < PL_FAULTS_MAX; i++)
    pl_fault_add(&faults, "f", i + 1, 1, "fault %u", i);
  ck_assert_uint_eq(faults.count, PL_FAULTS_MAX);
  ck_assert_uint_eq(faults.total, PL_FAULTS_MAX);
  pl_fault_add(&faults, "f", 1, 1, "one more");
  ck_assert_uint_eq(faults.count, PL_FAULTS_MAX);
  ck_assert_uint_eq(faults.total, PL_FAULTS_MAX + 1);
  ck_assert_str_eq(faults.items[PL_FAULTS_MAX - 1].text, "fault 199");
}
END_TEST

Suite *suite_error(void);
Suite *suite_error(void) {
  Suite *suite = suite_create("error");
  TCase *tests = tcase_create("error");
  tcase_add_test(tests, a_failure_has_kind_text_and_no_old_position);
  tcase_add_test(tests, nobody_has_to_want_the_reason);
  tcase_add_loop_test(tests, the_kind_follows_errno, 0, sizeof by_errno / sizeof *by_errno);
  tcase_add_test(tests, context_goes_in_front_and_the_rest_stays);
  tcase_add_test(tests, the_text_may_be_made_from_itself);
  tcase_add_test(tests, a_text_that_fills_the_space_is_whole_and_a_longer_one_is_marked);
  tcase_add_test(tests, a_cut_never_splits_a_character);
  tcase_add_test(tests, faults_are_kept_in_order_with_their_places);
  tcase_add_test(tests, faults_past_the_cap_are_only_counted);
  suite_add_tcase(suite, tests);
  return suite;
}
