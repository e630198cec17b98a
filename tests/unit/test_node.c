/* The document tree: making, finding, comparing, copying, showing. */
#include <check.h>
#include <math.h>
#include <stdio.h>

#include "plumbline/core/json.h"
#include "plumbline/core/node.h"
#include "src/core/real.h"
#include "src/core/tree.h"

static pl_arena *arena;
static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

/* {"name": "a", "numbers": [1, 2.5, true, null], "inner": {"deep": ["x", {"k": "v"}]}} */
static pl_node *sample(void) {
  pl_node *root = pl_node_object(arena), *numbers = pl_node_list(arena), *inner = pl_node_object(arena);
  pl_node *deep = pl_node_list(arena), *last = pl_node_object(arena);
  pl_object_set_text(arena, root, "name", "a");
  pl_list_add(arena, numbers, pl_node_integer(arena, 1));
  pl_list_add(arena, numbers, pl_node_real(arena, 2.5));
  pl_list_add(arena, numbers, pl_node_boolean(arena, true));
  pl_list_add(arena, numbers, pl_node_null(arena));
  pl_object_set(arena, root, "numbers", numbers);
  pl_list_add_text(arena, deep, "x");
  pl_object_set_text(arena, last, "k", "v");
  pl_list_add(arena, deep, last);
  pl_object_set(arena, inner, "deep", deep);
  pl_object_set(arena, root, "inner", inner);
  return root;
}

START_TEST(members_keep_their_order_and_are_replaced_in_place) {
  pl_node *object = pl_node_object(arena);
  pl_object_set_integer(arena, object, "b", 1);
  pl_object_set_integer(arena, object, "a", 2);
  pl_object_set_boolean(arena, object, "b", true);
  ck_assert_uint_eq(pl_count(object), 2);
  ck_assert_str_eq(object->object.members[0].key, "b");
  ck_assert(pl_get_boolean(object, "b", false));
  ck_assert_int_eq(pl_get_integer(object, "a", 0), 2);
}
END_TEST

START_TEST(lookups_answer_null_for_what_is_not_there) {
  const pl_node *root = sample();
  ck_assert_ptr_null(pl_get(NULL, "a"));
  ck_assert_ptr_null(pl_get(root, "nam"));
  ck_assert_ptr_null(pl_get(root, "namee"));
  ck_assert_ptr_null(pl_get(pl_get(root, "name"), "a"));
  ck_assert_ptr_null(pl_get_member(pl_get(root, "numbers"), "a"));
  ck_assert_str_eq(pl_get_text(root, "numbers", "fallback"), "fallback");
  ck_assert_int_eq(pl_get_integer(root, "name", -7), -7);
  ck_assert(pl_get_boolean(root, "missing", true));
  ck_assert_uint_eq(pl_count(pl_get(root, "name")), 0);
}
END_TEST

START_TEST(paths_walk_objects_and_lists) {
  const pl_node *root = sample();
  ck_assert_str_eq(pl_text(pl_get_path(root, "inner.deep.[1].k")), "v");
  ck_assert_str_eq(pl_text(pl_get_path(root, "name")), "a");
  static const char *const missing[] = {"inner.deep.[2]",
                                        "inner.deep.[1x]",
                                        "inner.deep.[]",
                                        "inner.deep.1",
                                        "inner.deep.[-1]",
                                        "inner..deep",
                                        "",
                                        "name.x",
                                        "inner.dee",
                                        "inner.",
                                        "numbers.[99999999999999999999]"};
  for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
    ck_assert_msg(!pl_get_path(root, missing[i]), "%s was found", missing[i]);
}
END_TEST

/* Around the size at which the index begins, and where it doubles. */
START_TEST(every_member_is_found_at_any_size) {
  char key[32];
  for (size_t size = 1; size <= 200; size++) {
    pl_node *object = pl_node_object(arena);
    for (size_t i = 0; i < size; i++) {
      snprintf(key, sizeof key, "key-%zu", i);
      pl_object_set_integer(arena, object, key, (int64_t)i);
      pl_object_set_integer(arena, object, key, (int64_t)i + 1000);
    }
    ck_assert_uint_eq(pl_count(object), size);
    for (size_t i = 0; i < size; i++) {
      snprintf(key, sizeof key, "key-%zu", i);
      ck_assert_int_eq(pl_get_integer(object, key, -1), (int64_t)i + 1000);
    }
    ck_assert_ptr_null(pl_get(object, "key-x"));
  }
}
END_TEST

START_TEST(an_object_with_room_takes_more_than_that) {
  for (size_t room = 0; room < 40; room++) {
    pl_node *object = pl_node_object_for(arena, room);
    ck_assert_uint_eq(pl_count(object), 0);
    for (int i = 0; i < 50; i++)
      pl_object_set_integer(arena, object, pl_printf(arena, "key-%d", i), i);
    ck_assert_uint_eq(pl_count(object), 50);
    for (int i = 0; i < 50; i++)
      ck_assert_int_eq(pl_get_integer(object, pl_printf(arena, "key-%d", i), -1), i);
  }
}
END_TEST

START_TEST(a_hundred_thousand_members_stay_findable) {
  char key[32];
  pl_node *object = pl_node_object(arena);
  for (int i = 0; i < 100000; i++) {
    snprintf(key, sizeof key, "%d", i);
    pl_object_set_integer(arena, object, key, i);
  }
  ck_assert_uint_eq(pl_count(object), 100000);
  for (int i = 0; i < 100000; i += 997) {
    snprintf(key, sizeof key, "%d", i);
    ck_assert_int_eq(pl_get_integer(object, key, -1), i);
  }
  ck_assert(pl_object_remove(object, "500"));
  ck_assert_ptr_null(pl_get(object, "500"));
  ck_assert_int_eq(pl_get_integer(object, "501", -1), 501);
  ck_assert_int_eq(pl_get_integer(object, "99999", -1), 99999);
}
END_TEST

START_TEST(removal_keeps_the_rest) {
  pl_node *root = sample();
  ck_assert(pl_object_remove(root, "numbers"));
  ck_assert(!pl_object_remove(root, "numbers"));
  ck_assert(!pl_object_remove(pl_get(root, "name"), "x"));
  ck_assert_uint_eq(pl_count(root), 2);
  ck_assert_str_eq(root->object.members[1].key, "inner");
}
END_TEST

START_TEST(each_macros_visit_all_and_allow_break) {
  pl_node *root = sample();
  int items = 0, members = 0, none = 0;
  pl_each_item (item, pl_get(root, "numbers")) {
    ck_assert_ptr_nonnull(item);
    items++;
  }
  pl_each_member (member, root) {
    ck_assert_ptr_nonnull(member->value);
    members++;
  }
  pl_each_item (item, pl_get(root, "name"))
    none += item != NULL;
  pl_each_member (member, NULL)
    none += member != NULL;
  pl_each_item (item, pl_get(root, "numbers")) {
    if (item->kind == PL_REAL)
      break;
    none += item->kind != PL_INTEGER;
  }
  ck_assert_int_eq(items, 4);
  ck_assert_int_eq(members, 3);
  ck_assert_int_eq(none, 0);
}
END_TEST

START_TEST(a_list_has_the_texts_in_it) {
  pl_node *list = pl_node_list(arena), *object = pl_node_object(arena);
  pl_list_add(arena, list, pl_node_integer(arena, 3));
  pl_list_add(arena, list, pl_node_string(arena, "three"));
  pl_object_set_text(arena, object, "three", "three");
  ck_assert(pl_list_has(list, "three"));
  ck_assert(!pl_list_has(list, "3"));
  ck_assert(!pl_list_has(list, ""));
  ck_assert(!pl_list_has(object, "three"));
  ck_assert(!pl_list_has(NULL, "three"));
  ck_assert_str_eq(pl_item_text(list->list.items[0]), "");
  ck_assert_str_eq(pl_item_text(list->list.items[1]), "three");
}
END_TEST

START_TEST(equality_is_of_values) {
  pl_node *a = sample(), *b = sample();
  ck_assert(pl_node_equal(a, b));
  a->line = 7;
  pl_get(b, "name")->quoted = true;
  ck_assert(pl_node_equal(a, b));
  pl_node *moved = pl_get(b, "name");
  pl_object_remove(b, "name");
  pl_object_set(arena, b, "name", moved);
  ck_assert(pl_node_equal(a, b));
  pl_object_set_text(arena, b, "name", "A");
  ck_assert(!pl_node_equal(a, b));
  ck_assert(!pl_node_equal(pl_node_integer(arena, 1), pl_node_real(arena, 1)));
  ck_assert(!pl_node_equal(pl_node_bytes(arena, "a\0b", 3), pl_node_bytes(arena, "a\0c", 3)));
  ck_assert(!pl_node_equal(a, NULL));
  ck_assert(pl_node_equal(NULL, NULL));
}
END_TEST

START_TEST(unequal_containers) {
  pl_node *a = sample(), *b = sample();
  pl_list_add_text(arena, pl_get(b, "numbers"), "more");
  ck_assert(!pl_node_equal(a, b));
  b = sample();
  pl_object_remove(b, "name");
  pl_object_set_text(arena, b, "nome", "a");
  ck_assert(!pl_node_equal(a, b));
  b = sample();
  pl_object_set_text(arena, pl_get_path(b, "inner.deep.[1]"), "k", "w");
  ck_assert(!pl_node_equal(a, b));
}
END_TEST

START_TEST(a_copy_is_equal_and_apart) {
  pl_node *root = sample();
  pl_source source = {.where = "/x"};
  pl_node *name = pl_get(root, "name");
  name->line = 3, name->source = &source;
  pl_arena *other = pl_arena_new();
  pl_node *copy = pl_node_copy(other, root);
  ck_assert(pl_node_equal(root, copy));
  ck_assert_uint_eq(pl_get(copy, "name")->line, 3);
  ck_assert_ptr_eq(pl_get(copy, "name")->source, &source);
  pl_object_set_text(other, pl_get(copy, "inner"), "new", "x");
  ck_assert_ptr_null(pl_get_path(root, "inner.new"));
  pl_arena_free(other);
  ck_assert_ptr_null(pl_node_copy(arena, NULL));
}
END_TEST

START_TEST(a_large_object_copies_with_its_index) {
  char key[32];
  pl_node *object = pl_node_object(arena);
  for (int i = 0; i < 50; i++) {
    snprintf(key, sizeof key, "%d", i);
    pl_object_set_integer(arena, object, key, i);
  }
  pl_node *copy = pl_node_copy(arena, object);
  pl_object_set_integer(arena, copy, "50", 50);
  pl_object_remove(copy, "0");
  ck_assert_int_eq(pl_get_integer(copy, "50", -1), 50);
  ck_assert_int_eq(pl_get_integer(copy, "49", -1), 49);
  ck_assert_int_eq(pl_get_integer(object, "0", -1), 0);
  ck_assert_ptr_null(pl_get(object, "50"));
}
END_TEST

START_TEST(expansion_stops_at_its_budget) {
  const pl_node *root = sample();
  size_t budget = 12;
  ck_assert_ptr_nonnull(pl_node_expand(arena, root, &budget));
  ck_assert_uint_eq(budget, 0);
  budget = 11;
  ck_assert_ptr_null(pl_node_expand(arena, root, &budget));
}
END_TEST

/* Deeper than any reader lets through: neither walk may use the C stack for it. */
START_TEST(depth_does_not_cost_stack) {
  pl_node *a = pl_node_null(arena);
  for (int i = 0; i < 1000000; i++) {
    pl_node *list = pl_node_list(arena);
    pl_list_add(arena, list, a);
    a = list;
  }
  ck_assert(pl_node_equal(a, pl_node_copy(arena, a)));
  ck_assert_str_eq(pl_node_show(arena, a, 100), "[[[[[[[[[[[[[[[[...]]]]]]]]]]]]]]]]");
}
END_TEST

START_TEST(values_are_shown_for_people) {
  const pl_node *root = sample();
  ck_assert_str_eq(pl_node_show(arena, root, 200),
                   "{name: a, numbers: [1, 2.5, true, null], inner: {deep: [x, {k: v}]}}");
  ck_assert_str_eq(pl_node_show(arena, pl_get(root, "numbers"), 200), "1, 2.5, true, null");
  ck_assert_str_eq(pl_node_show(arena, pl_node_list(arena), 200), "");
  ck_assert_str_eq(pl_node_show(arena, pl_node_object(arena), 200), "{}");
  ck_assert_str_eq(pl_node_show(arena, pl_node_boolean(arena, false), 200), "false");
  ck_assert_str_eq(pl_node_show(arena, NULL, 200), "");
}
END_TEST

START_TEST(shown_values_are_cut_at_the_maximum) {
  const pl_node *ten = pl_node_string(arena, "0123456789");
  ck_assert_str_eq(pl_node_show(arena, ten, 10), "0123456789");
  ck_assert_str_eq(pl_node_show(arena, ten, 9), "012345...");
  ck_assert_str_eq(pl_node_show(arena, ten, 2), "..");
  ck_assert_str_eq(pl_node_show(arena, ten, 0), "");
  ck_assert_str_eq(pl_node_show(arena, pl_node_string(arena, "ab\u00e9\u00e9\u00e9"), 6), "ab...");
  ck_assert_str_eq(pl_node_show(arena, pl_get(sample(), "numbers"), 8), "1, 2....");
}
END_TEST

START_TEST(facts_are_escaped_and_documents_are_not) {
  ck_assert_str_eq(pl_text(pl_node_clean(arena, "a\tb\\")), "a\\x09b\\\\");
  ck_assert_str_eq(pl_text(pl_node_string(arena, "a\tb\\")), "a\tb\\");
  ck_assert_str_eq(pl_text(pl_node_printf(arena, "%s-%d", "\xff", 5)), "\\xff-5");
  ck_assert(pl_is(pl_node_clean(arena, NULL), PL_NULL));
  ck_assert(pl_is(pl_node_string(arena, NULL), PL_NULL));
  const pl_node *bytes = pl_node_bytes(arena, "a\0b", 3);
  ck_assert_uint_eq(bytes->string.length, 3);
  ck_assert_int_eq(bytes->string.data[3], '\0');
}
END_TEST

static pl_node *yaml_real(double value) {
  pl_node *node = pl_node_real(arena, value);
  node->raw = "as written";
  return node;
}

START_TEST(an_integer_field_takes_integral_reals_of_yaml) {
  int64_t value = 0;
  ck_assert(pl_integral(pl_node_integer(arena, INT64_MIN), &value) && value == INT64_MIN);
  ck_assert(pl_integral(yaml_real(10255.0), &value) && value == 10255);
  ck_assert(pl_integral(yaml_real(-0x1p63), &value) && value == INT64_MIN);
  ck_assert(!pl_integral(yaml_real(0x1p63), &value));
  ck_assert(!pl_integral(yaml_real(0.5), &value));
  ck_assert(!pl_integral(pl_node_real(arena, 10255.0), &value));
  ck_assert(!pl_integral(pl_node_string(arena, "1"), &value));
  ck_assert(!pl_integral(NULL, &value));
}
END_TEST

START_TEST(no_tree_holds_what_json_cannot_say) {
  ck_assert_str_eq(pl_text(pl_node_real(arena, NAN)), "nan");
  ck_assert_str_eq(pl_text(pl_node_real(arena, INFINITY)), "inf");
  ck_assert_str_eq(pl_text(pl_node_real(arena, -INFINITY)), "-inf");
}
END_TEST

START_TEST(trees_of_others_are_escaped) {
  static const char text[] = "{\"a\\n\": [\"b\\u001b\", \"\\u202ec\\\\\", 1], \"x\\\\x0a\": \"\\\\x0a \\u00e9\", "
                             "\"n\": \"a\\u0000b\", \"in\": {\"\\u0085\": null, \"k\": true}}";
  pl_node *node = pl_json_read(arena, (pl_bytes){text, sizeof text - 1}, &pl_json_facts_limits, NULL, NULL);
  ck_assert_ptr_nonnull(node);
  pl_node_escape(arena, node);
  const char *once = pl_json_text(arena, node, false);
  ck_assert_str_eq(once, "{\"a\\\\x0a\":[\"b\\\\x1b\",\"\\\\xe2\\\\x80\\\\xaec\\\\\\\\\",1],\"x\\\\x0a\":"
                         "\"\\\\x0a \xc3\xa9\",\"n\":\"a\\\\x00b\",\"in\":{\"\\\\xc2\\\\x85\":null,\"k\":true}}");
  ck_assert(pl_is(pl_get(node, "a\\x0a"), PL_LIST));
  pl_node_escape(arena, node);
  ck_assert_str_eq(pl_json_text(arena, node, false), once);
}
END_TEST

START_TEST(kinds_have_names) {
  static const char *const names[] = {"null", "boolean", "integer", "real", "string", "list", "object"};
  for (int kind = PL_NULL; kind <= PL_OBJECT; kind++)
    ck_assert_str_eq(pl_kind_name((pl_kind)kind), names[kind]);
}
END_TEST

START_TEST(reals_read_and_print) {
  static const struct {
    const char *text;
    double value;
    const char *printed;
  } good[] = {{"1.5", 1.5, "1.5"},
              {".5", 0.5, "0.5"},
              {"5.", 5, "5.0"},
              {"+1e4", 10000, "10000.0"},
              {"-2E-2", -0.02, "-0.02"},
              {"007", 7, "7.0"},
              {"1e22", 1e22, "1e+22"},
              {"0.1", 0.1, "0.1"},
              {"-0", -0.0, "-0.0"},
              {"1e-999", 0, "0.0"},
              {"0.30000000000000004", 0.1 + 0.2, "0.30000000000000004"}};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    double value = 99;
    char printed[PL_REAL_TEXT];
    ck_assert_msg(pl_parse_real(good[i].text, strlen(good[i].text), &value), "%s", good[i].text);
    ck_assert_double_eq(value, good[i].value);
    pl_format_real(value, printed);
    ck_assert_str_eq(printed, good[i].printed);
  }
  static const char *const bad[] = {"",   ".",  "+",    "e5",    "1e",  "1e+", "1.2.3",
                                    "1 ", " 1", "0x10", "1e999", "inf", "nan", "1_0"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    double value;
    ck_assert_msg(!pl_parse_real(bad[i], strlen(bad[i]), &value), "%s was taken", bad[i]);
  }
}
END_TEST

START_TEST(reals_have_a_length_cap) {
  char text[1100];
  memset(text, '0', sizeof text);
  text[1023] = '7';
  double value = 0;
  ck_assert(pl_parse_real(text, 1024, &value));
  ck_assert_double_eq(value, 7);
  ck_assert(!pl_parse_real(text, 1025, &value));
}
END_TEST

Suite *suite_node(void);
Suite *suite_node(void) {
  const TTest *const tests[] = {
      members_keep_their_order_and_are_replaced_in_place,
      lookups_answer_null_for_what_is_not_there,
      paths_walk_objects_and_lists,
      every_member_is_found_at_any_size,
      an_object_with_room_takes_more_than_that,
      a_hundred_thousand_members_stay_findable,
      removal_keeps_the_rest,
      each_macros_visit_all_and_allow_break,
      a_list_has_the_texts_in_it,
      equality_is_of_values,
      unequal_containers,
      a_copy_is_equal_and_apart,
      a_large_object_copies_with_its_index,
      expansion_stops_at_its_budget,
      depth_does_not_cost_stack,
      values_are_shown_for_people,
      shown_values_are_cut_at_the_maximum,
      facts_are_escaped_and_documents_are_not,
      an_integer_field_takes_integral_reals_of_yaml,
      no_tree_holds_what_json_cannot_say,
      trees_of_others_are_escaped,
      kinds_have_names,
      reals_read_and_print,
      reals_have_a_length_cap,
  };
  Suite *suite = suite_create("node");
  TCase *tcase = tcase_create("node");
  tcase_add_checked_fixture(tcase, setup, teardown);
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
    tcase_add_test(tcase, tests[i]);
  suite_add_tcase(suite, tcase);
  return suite;
}
