/* Report targets: whole or not at all. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "../../src/cli/output.h"

static pl_arena *arena;
static char directory[64];
static pl_error error;

static void setup(void) {
  arena = pl_arena_new();
  snprintf(directory, sizeof directory, "/tmp/pl-output-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(directory));
}
static void teardown(void) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf %s", directory);
  ck_assert_int_eq(system(command), 0);
  pl_arena_free(arena);
}

static const char *at(const char *name) { return pl_printf(arena, "%s/%s", directory, name); }

static const char *content(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file)
    return NULL;
  char text[256] = "";
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  return pl_strndup(arena, text, length);
}

static void put(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  ck_assert_ptr_nonnull(file);
  fputs(text, file);
  fclose(file);
}

START_TEST(appears_when_committed) {
  pl_output output;
  ck_assert_int_eq(pl_output_open(arena, at("new"), &output, &error), 0);
  fputs("report", output.stream);
  ck_assert_ptr_null(content(at("new")));
  ck_assert_int_eq(pl_output_commit(&output, &error), 0);
  ck_assert_str_eq(content(at("new")), "report");
}
END_TEST

START_TEST(keeps_what_was_there_when_abandoned) {
  put(at("old"), "old report");
  ck_assert_int_eq(chmod(at("old"), 0640), 0);
  pl_output output;
  ck_assert_int_eq(pl_output_open(arena, at("old"), &output, &error), 0);
  fputs("half", output.stream);
  const char *temporary = output.temporary;
  pl_output_abandon(&output);
  ck_assert_str_eq(content(at("old")), "old report");
  ck_assert_int_eq(access(temporary, F_OK), -1);
}
END_TEST

START_TEST(replaces_through_a_link_and_keeps_the_mode) {
  put(at("real"), "old");
  ck_assert_int_eq(chmod(at("real"), 0640), 0);
  ck_assert_int_eq(symlink("real", at("link")), 0);
  pl_output output;
  ck_assert_int_eq(pl_output_open(arena, at("link"), &output, &error), 0);
  fputs("new", output.stream);
  ck_assert_int_eq(pl_output_commit(&output, &error), 0);
  struct stat facts;
  ck_assert_int_eq(lstat(at("link"), &facts), 0);
  ck_assert(S_ISLNK(facts.st_mode));
  ck_assert_str_eq(content(at("real")), "new");
  ck_assert_int_eq(stat(at("real"), &facts), 0);
  ck_assert_uint_eq(facts.st_mode & 07777, 0640);
}
END_TEST

/* As the kernel answers for a link of somebody else's in a sticky directory. */
START_TEST(a_link_that_is_not_followed_is_not_replaced) {
  ck_assert_int_eq(symlink("round", at("round")), 0);
  pl_output output;
  ck_assert_int_eq(pl_output_open(arena, at("round"), &output, &error), -1);
  ck_assert_str_eq(error.text, pl_printf(arena, "%s: Too many levels of symbolic links", at("round")));
}
END_TEST

START_TEST(a_full_device_is_an_error) {
  pl_output output;
  ck_assert_int_eq(pl_output_open(arena, "/dev/full", &output, &error), 0);
  ck_assert_ptr_null(output.temporary);
  fputs("report", output.stream);
  ck_assert_int_eq(pl_output_commit(&output, &error), -1);
  ck_assert_str_eq(error.text, "/dev/full: No space left on device");
}
END_TEST

START_TEST(refuses_directories_and_absent_ones) {
  pl_output output;
  ck_assert_int_eq(pl_output_open(arena, directory, &output, &error), -1);
  ck_assert_str_eq(error.text, pl_printf(arena, "%s is a directory", directory));
  ck_assert_int_eq(pl_output_open(arena, at("none/here"), &output, &error), -1);
  ck_assert_int_eq(error.kind, PL_ERR_ABSENT);
}
END_TEST

START_TEST(knows_one_target_by_two_names) {
  pl_output a, b, c, first, second;
  const char *other = pl_printf(arena, "%s/../%s/x", directory, pl_basename(directory));
  ck_assert_int_eq(pl_output_open(arena, at("x"), &a, &error), 0);
  ck_assert_int_eq(pl_output_open(arena, other, &b, &error), 0);
  ck_assert_int_eq(pl_output_open(arena, at("y"), &c, &error), 0);
  ck_assert_int_eq(pl_output_open(arena, NULL, &first, &error), 0);
  ck_assert_int_eq(pl_output_open(arena, NULL, &second, &error), 0);
  ck_assert(pl_output_same(&a, &b));
  ck_assert(!pl_output_same(&a, &c));
  ck_assert(pl_output_same(&first, &second));
  ck_assert(!pl_output_same(&first, &a));
  pl_output_abandon(&a);
  pl_output_abandon(&b);
  pl_output_abandon(&c);
}
END_TEST

Suite *suite_output(void);
Suite *suite_output(void) {
  Suite *suite = suite_create("output");
  TCase *tcase = tcase_create("targets");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, appears_when_committed);
  tcase_add_test(tcase, keeps_what_was_there_when_abandoned);
  tcase_add_test(tcase, replaces_through_a_link_and_keeps_the_mode);
  tcase_add_test(tcase, a_link_that_is_not_followed_is_not_replaced);
  tcase_add_test(tcase, a_full_device_is_an_error);
  tcase_add_test(tcase, refuses_directories_and_absent_ones);
  tcase_add_test(tcase, knows_one_target_by_two_names);
  suite_add_tcase(suite, tcase);
  return suite;
}
