/* Manifests' templates: what is asked for that there is not. What they make is held by tests/cli/manifests.py. */
#include <check.h>
#include <stdio.h>

#include "../../src/cli/template.h"

static pl_arena *arena;
static pl_error error;

static void setup(void) {
  arena = pl_arena_new();
  error = (pl_error){0};
}
static void teardown(void) { pl_arena_free(arena); }

static const char *expand(const char *name, const pl_template_value *values, size_t count, int *ret) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  pl_template template = {arena, "src/ship/manifest", values, count, out};
  *ret = pl_template_put(&template, name, 2, &error);
  fclose(out);
  const char *copy = pl_strdup(arena, text);
  free(text);
  return copy;
}

START_TEST(leaves_out_what_stands_below) {
  const char *const report[] = {"DIR"}, *const set[] = {""};
  const pl_template_value values[] = {{"stays", {NULL, 0}}, {"results", {report, 1}}, {"kind", {set, 1}}};
  int rc = -1;
  const char *text = expand("volumes", values, 3, &rc);
  ck_assert_int_eq(rc, 0);
  ck_assert_str_eq(text, "  - name: host\n    hostPath:\n      path: /\n      type: Directory\n"
                         "  - name: results\n    hostPath:\n      path: DIR\n      type: DirectoryOrCreate\n");
}
END_TEST

START_TEST(names_what_is_missing) {
  int rc = 0;
  expand("volumes", NULL, 0, &rc);
  ck_assert_int_eq(rc, -1);
  ck_assert_str_eq(error.text, "template volumes: there is no value stays");
  expand("nothing", NULL, 0, &rc);
  ck_assert_int_eq(rc, -1);
  ck_assert_str_eq(error.text, "there is no template nothing");
}
END_TEST

START_TEST(repeats_a_line_for_each_text) {
  const char *const reports[] = {"junit", "json"}, *const one[] = {"x"};
  const pl_template_value values[] = {{"image", {one, 1}},    {"report", {reports, 2}}, {"sonobuoy", {NULL, 0}}, {"stays", {NULL, 0}},
                                      {"network", {NULL, 0}}, {"results", {NULL, 0}},   {"every", {NULL, 0}}};
  int rc = -1;
  const char *text = expand("container", values, sizeof values / sizeof *values, &rc);
  ck_assert_int_eq(rc, 0);
  ck_assert_ptr_nonnull(strstr(text, "    - --report=junit\n    - --report=json\n    - --exit-zero\n"));
  ck_assert_ptr_null(strstr(text, "#if"));
  ck_assert_ptr_null(strstr(text, "{{"));
}
END_TEST

Suite *suite_template(void);
Suite *suite_template(void) {
  Suite *suite = suite_create("template");
  TCase *tc = tcase_create("template");
  tcase_add_checked_fixture(tc, setup, teardown);
  tcase_add_test(tc, leaves_out_what_stands_below);
  tcase_add_test(tc, names_what_is_missing);
  tcase_add_test(tc, repeats_a_line_for_each_text);
  suite_add_tcase(suite, tc);
  return suite;
}
