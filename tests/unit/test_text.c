/* Strings, paths as text, buffers. */
#include <check.h>

#include "plumbline/core/text.h"

static pl_arena *arena;
static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

START_TEST(equality_knows_null) {
  ck_assert(pl_equal(NULL, NULL));
  ck_assert(!pl_equal(NULL, ""));
  ck_assert(!pl_equal("", NULL));
  ck_assert(pl_equal("a", "a"));
  ck_assert(!pl_equal("a", "A"));
  ck_assert(pl_equal_nocase(NULL, NULL));
  ck_assert(!pl_equal_nocase("a", NULL));
  ck_assert(pl_equal_nocase("AlwaysALLOW", "alwaysallow"));
  ck_assert(!pl_equal_nocase("abc", "abcd"));
  ck_assert(!pl_equal_nocase("[", "{")); /* only letters fold */
  ck_assert(!pl_equal_nocase("\xc3\x84", "\xc3\xa4"));
}
END_TEST

START_TEST(starts_ends_in) {
  ck_assert(pl_starts("--flag", "--"));
  ck_assert(pl_starts("x", ""));
  ck_assert(!pl_starts("-", "--"));
  ck_assert(pl_ends("a.yaml", ".yaml"));
  ck_assert(pl_ends("a", ""));
  ck_assert(!pl_ends("yaml", ".yaml"));
  static const char *const list[] = {"one", "two", NULL};
  ck_assert(pl_in("two", list));
  ck_assert(!pl_in("tw", list));
  ck_assert(!pl_in("", list));
}
END_TEST

static const struct {
  const char *path, *base, *directory;
} parts[] = {
    {"/a/b", "b", "/a"}, {"/a", "a", "/"},     {"a", "a", "."},   {"", "", "."},     {"/", "", "/"},
    {"a/b/", "", "a/b"}, {"/a//b", "b", "/a"}, {"//a", "a", "/"}, {"./a", "a", "."}, {"/a/b/c", "c", "/a/b"},
};

START_TEST(names_and_directories) {
  const char *base = pl_basename(parts[_i].path);
  ck_assert_str_eq(base, parts[_i].base);
  ck_assert_ptr_eq(base, parts[_i].path + strlen(parts[_i].path) - strlen(base));
  ck_assert_str_eq(pl_dirname(arena, parts[_i].path), parts[_i].directory);
}
END_TEST

static const struct {
  const char *base, *path, *want;
} joins[] = {
    {"/etc", "kubernetes", "/etc/kubernetes"},
    {"/etc", "/var/lib", "/var/lib"},
    {"/etc", "", "/etc"},
    {"/etc/", "./a//b/.", "/etc/a/b"},
    {"/etc/kubernetes", "../passwd", "/etc/passwd"},
    {"/etc", "../../../..", "/"},
    {"/etc", "../../../../var", "/var"},
    {"/", "", "/"},
    {"/", "a", "/a"},
    {"", "", "."},
    {"", "a/./b", "a/b"},
    {"a", "..", "."},
    {"a", "../..", "."},
    {"a", "../../b", "b"},
    {"a/b/", "c/", "a/b/c"},
    {"x", "/a/../b/", "/b"},
    {"/a/b", "...", "/a/b/..."},
    {"/a/b", "..c/.d", "/a/b/..c/.d"},
    {"/", "//", "/"},
};

START_TEST(paths_are_joined_and_cleaned) {
  ck_assert_str_eq(pl_path_join(arena, joins[_i].base, joins[_i].path), joins[_i].want);
}
END_TEST

static const struct {
  const char *path, *prefix;
  bool want;
} belows[] = {
    {"/etc/kubernetes", "/etc/kube", false},
    {"/etc/kubernetes", "/etc/kubernetes", true},
    {"/etc/kubernetes/pki", "/etc/kubernetes", true},
    {"/etc/kubernetes/pki", "/etc/kubernetes/", true},
    {"/etc", "/", true},
    {"/", "/", true},
    {"/etc", "/etc/kubernetes", false},
    {"/", "/etc", false},
    {"//etc///a", "/etc/a", true},
    {"etc/a", "etc", true},
    {"etc/a", "/etc", false},
    {"/etc/a", "etc", false},
    {"/etc", "", false},
    {"etc", "", true},
    {"/abc/d", "/abd", false},
};

START_TEST(below_goes_by_components) {
  ck_assert_msg(pl_path_below(belows[_i].path, belows[_i].prefix) == belows[_i].want, "%s below %s", belows[_i].path,
                belows[_i].prefix);
}
END_TEST

START_TEST(splitting_keeps_empty_pieces) {
  const char *const *items = NULL;
  ck_assert_uint_eq(pl_split(arena, "a,,b,", ',', &items), 4);
  ck_assert_str_eq(items[0], "a");
  ck_assert_str_eq(items[1], "");
  ck_assert_str_eq(items[2], "b");
  ck_assert_str_eq(items[3], "");
  ck_assert_ptr_null(items[4]);
  ck_assert_uint_eq(pl_split(arena, "", ',', &items), 1);
  ck_assert_str_eq(items[0], "");
  ck_assert_ptr_null(items[1]);
  ck_assert_uint_eq(pl_split(arena, "one", ',', &items), 1);
  ck_assert_str_eq(items[0], "one");
}
END_TEST

START_TEST(a_buffer_fills_to_its_maximum_and_not_past_it) {
  pl_auto_buffer pl_buffer buffer;
  pl_buffer_init(&buffer, 5);
  pl_buffer_text(&buffer, "abc");
  pl_buffer_printf(&buffer, "%d", 45);
  ck_assert(!buffer.overflow);
  ck_assert_str_eq(buffer.data, "abc45");
  pl_buffer_text(&buffer, "");
  ck_assert(!buffer.overflow);
  pl_buffer_add(&buffer, "x", 1);
  ck_assert(buffer.overflow);
  ck_assert_str_eq(buffer.data, "abc45");
  ck_assert_uint_eq(buffer.length, 5);
}
END_TEST

START_TEST(after_an_overflow_nothing_more_is_taken) {
  pl_auto_buffer pl_buffer buffer;
  pl_buffer_init(&buffer, 5);
  pl_buffer_text(&buffer, "abc");
  pl_buffer_printf(&buffer, "%s", "def");
  ck_assert(buffer.overflow);
  pl_buffer_text(&buffer, "x"); /* would fit, but would stand after a gap */
  pl_buffer_printf(&buffer, "y");
  ck_assert_str_eq(buffer.data, "abc");
}
END_TEST

START_TEST(a_buffer_with_no_room_takes_nothing) {
  pl_auto_buffer pl_buffer buffer;
  pl_buffer_init(&buffer, 0);
  pl_buffer_add(&buffer, NULL, 0);
  ck_assert(!buffer.overflow);
  ck_assert_str_eq(buffer.data, "");
  pl_buffer_text(&buffer, "x");
  ck_assert(buffer.overflow);
}
END_TEST

START_TEST(a_buffer_grows_and_is_copied_out) {
  pl_auto_buffer pl_buffer buffer;
  pl_buffer_init(&buffer, SIZE_MAX);
  pl_bytes empty = pl_buffer_take(&buffer, arena);
  ck_assert_uint_eq(empty.length, 0);
  ck_assert_str_eq(empty.data, "");
  for (int i = 0; i < 5000; i++)
    pl_buffer_add(&buffer, "ab\0", 3);
  pl_bytes all = pl_buffer_take(&buffer, arena);
  ck_assert_uint_eq(all.length, 15000);
  ck_assert_int_eq(memcmp(all.data + 14997, "ab\0", 4), 0);
  buffer.data[0] = 'X';
  ck_assert_int_eq(all.data[0], 'a');
  pl_buffer_free(&buffer);
  ck_assert_uint_eq(buffer.length, 0);
  pl_buffer_text(&buffer, "again");
  ck_assert_str_eq(buffer.data, "again");
}
END_TEST

Suite *suite_text(void);
Suite *suite_text(void) {
  Suite *suite = suite_create("text");
  TCase *tests = tcase_create("text");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, equality_knows_null);
  tcase_add_test(tests, starts_ends_in);
  tcase_add_loop_test(tests, names_and_directories, 0, sizeof parts / sizeof *parts);
  tcase_add_loop_test(tests, paths_are_joined_and_cleaned, 0, sizeof joins / sizeof *joins);
  tcase_add_loop_test(tests, below_goes_by_components, 0, sizeof belows / sizeof *belows);
  tcase_add_test(tests, splitting_keeps_empty_pieces);
  tcase_add_test(tests, a_buffer_fills_to_its_maximum_and_not_past_it);
  tcase_add_test(tests, after_an_overflow_nothing_more_is_taken);
  tcase_add_test(tests, a_buffer_with_no_room_takes_nothing);
  tcase_add_test(tests, a_buffer_grows_and_is_copied_out);
  suite_add_tcase(suite, tests);
  return suite;
}
