/* Documents packed by the build and unpacked by the product: the same tree, whatever is in it. */
#include <check.h>

#include "plumbline/core/json.h"
#include "plumbline/core/yaml.h"
#include "src/core/compile/pack.h"

static pl_arena *arena;
static const pl_source source = {.where = "benchmarks/x.yaml"};

static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

static pl_node *read_ours(const char *text) {
  pl_error err = {0};
  pl_node *node = pl_yaml_read(arena, (pl_bytes){text, strlen(text)}, PL_YAML_OURS, &source, &err);
  ck_assert_msg(node != NULL, "%u:%u: %s", err.line, err.column, err.text);
  return node;
}

static pl_node *through(const char *text) {
  pl_node *node = read_ours(text), *back = pl_unpack(arena, pl_pack(arena, node), &source);
  ck_assert_str_eq(pl_json_text(arena, back, false), pl_json_text(arena, node, false));
  ck_assert(pl_node_equal(node, back));
  return back;
}

START_TEST(every_kind_comes_back) {
  static const char *const texts[] = {
      "",
      "~",
      "true",
      "false",
      "0",
      "-1",
      "127",
      "128",
      "9223372036854775807",
      "-9223372036854775808",
      "text",
      "''",
      "\"with \\\"quotes\\\" and \\u00e9\"",
      "[]",
      "{}",
      "[[], {}, [1, [2, [3]]]]",
      "a: {b: {c: [x, y, x]}}\nb: a\n",
      "k: |\n  several\n  lines\nl: >\n  folded\n  ones\n",
      "same: same\nother: same\n",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    through(texts[i]);
}
END_TEST

START_TEST(positions_quotes_and_raw_text_come_back) {
  pl_node *node = through("first: 1\n\n\n  # a comment\nsecond:\n    - 'x'\n    - 007\n    - True\n    -   ~\n");
  ck_assert_ptr_eq(node->source, &source);
  const pl_member *second = pl_get_member(node, "second");
  ck_assert_uint_eq(second->line, 5);
  ck_assert_uint_eq(second->column, 1);
  pl_node *const *items = second->value->list.items;
  ck_assert_uint_eq(items[0]->line, 6);
  ck_assert_uint_eq(items[0]->column, 7);
  ck_assert(items[0]->quoted);
  ck_assert(!items[1]->quoted);
  ck_assert_str_eq(pl_raw(items[1]), "007");
  ck_assert_int_eq(items[2]->kind, PL_STRING);
  ck_assert_int_eq(items[3]->kind, PL_NULL);
  ck_assert_str_eq(pl_raw(items[3]), "~");
  ck_assert_uint_eq(items[3]->line, 9);
  ck_assert_ptr_eq(items[3]->source, &source);
}
END_TEST

START_TEST(large_objects_can_be_looked_into_and_added_to) {
  const char *text = "";
  for (int i = 0; i < 300; i++)
    text = pl_printf(arena, "%skey-%d: %d\n", text, i, i * 1000);
  pl_node *node = through(text);
  ck_assert_int_eq(pl_get_integer(node, "key-299", 0), 299000);
  ck_assert_ptr_null(pl_get(node, "key-300"));
  pl_object_set_integer(arena, node, "key-300", 300000);
  ck_assert_uint_eq(pl_count(node), 301);
  ck_assert_int_eq(pl_get_integer(node, "key-0", -1), 0);
  ck_assert_int_eq(pl_get_integer(node, "key-300", 0), 300000);
}
END_TEST

Suite *suite_packed(void);
Suite *suite_packed(void) {
  Suite *suite = suite_create("packed");
  TCase *tests = tcase_create("packed");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, every_kind_comes_back);
  tcase_add_test(tests, positions_quotes_and_raw_text_come_back);
  tcase_add_test(tests, large_objects_can_be_looked_into_and_added_to);
  suite_add_tcase(suite, tests);
  return suite;
}
