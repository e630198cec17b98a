/* The strict record reader: every fault, at its place, in words. */
#include <check.h>
#include <stddef.h>

#include "plumbline/core/record.h"
#include "plumbline/core/yaml.h"

typedef struct waiver {
  const char *key;
  bool strict;
  int64_t age;
  pl_texts scope;
  int level;
  int64_t expires;
  const pl_node *more;
} waiver;

static const char *const levels[] = {"low", "high", "true", NULL};
static const pl_field fields[] = {
    {"key", PL_FIELD_TEXT, offsetof(waiver, key), true, NULL},
    {"strict", PL_FIELD_BOOLEAN, offsetof(waiver, strict), false, NULL},
    {"age", PL_FIELD_INTEGER, offsetof(waiver, age), false, NULL},
    {"scope", PL_FIELD_TEXTS, offsetof(waiver, scope), false, NULL},
    {"level", PL_FIELD_ENUM, offsetof(waiver, level), false, levels},
    {"expires", PL_FIELD_TIME, offsetof(waiver, expires), true, NULL},
    {"more", PL_FIELD_NODE, offsetof(waiver, more), false, NULL},
};

static pl_arena *arena;
static pl_faults faults;
static waiver got;

static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

static bool reads(const char *text) {
  pl_faults_init(&faults, arena);
  got = (waiver){.level = 7};
  pl_node *node = pl_yaml_read_ours(arena, (pl_bytes){text, strlen(text)}, "site.yaml", &faults);
  return pl_record_read(arena, node, "waiver", fields, sizeof fields / sizeof *fields, &got, &faults);
}

static void fault_is(size_t at, uint32_t line, uint32_t column, const char *text) {
  ck_assert_uint_lt(at, faults.count);
  ck_assert_str_eq(faults.items[at].text, text);
  ck_assert_uint_eq(faults.items[at].line, line);
  ck_assert_uint_eq(faults.items[at].column, column);
  ck_assert_str_eq(faults.items[at].file, "site.yaml");
}

START_TEST(everything_lands_in_its_field) {
  ck_assert(reads("key: k\nstrict: true\nage: -3\nscope: [a, b]\nlevel: high\nexpires: 1970-01-02\nmore: {x: 1}\n"));
  ck_assert_str_eq(got.key, "k");
  ck_assert(got.strict);
  ck_assert_int_eq(got.age, -3);
  ck_assert_uint_eq(got.scope.count, 2);
  ck_assert_str_eq(got.scope.items[0], "a");
  ck_assert_str_eq(got.scope.items[1], "b");
  ck_assert_int_eq(got.level, 1);
  ck_assert_int_eq(got.expires, 86400);
  ck_assert_int_eq(pl_get_integer(got.more, "x", 0), 1);
}
END_TEST

START_TEST(absent_fields_keep_their_default) {
  ck_assert(reads("key: k\nexpires: 2026-01-31T12:00:00Z\n"));
  ck_assert_int_eq(got.level, 7);
  ck_assert_ptr_null(got.more);
  ck_assert_uint_eq(got.scope.count, 0);
}
END_TEST

START_TEST(one_text_is_a_list_of_one) {
  ck_assert(reads("key: k\nexpires: 2026-01-31\nscope: only\nlevel: true\n"));
  ck_assert_uint_eq(got.scope.count, 1);
  ck_assert_str_eq(got.scope.items[0], "only");
  ck_assert_int_eq(got.level, 2);
}
END_TEST

START_TEST(all_faults_are_reported_at_once) {
  ck_assert(!reads("kee: k\nstrict: yes\nage: 1.5\nscope: [a, 2, {}]\nlevel: hihg\nexpires: tomorrow\n"));
  fault_is(0, 1, 1, "unknown key kee in waiver; did you mean key?");
  fault_is(1, 1, 1, "waiver must have key");
  fault_is(2, 2, 9, "strict of waiver must be true or false, not string");
  fault_is(3, 3, 6, "age of waiver must be an integer, not string");
  fault_is(4, 4, 12, "scope of waiver must be text, not integer (put it in quotes)");
  fault_is(5, 4, 15, "scope of waiver must be text, not object");
  fault_is(6, 5, 8, "level of waiver must be one of low, high, true, not \"hihg\"; did you mean high?");
  fault_is(7, 6, 10, "expires of waiver is neither a date (2026-01-31) nor a time (2026-01-31T00:00:00Z): tomorrow");
  ck_assert_uint_eq(faults.total, 8);
}
END_TEST

START_TEST(wrong_kinds) {
  ck_assert(!reads("key: 5\nexpires: 7\nscope: true\nlevel: []\nstrict:\n"));
  fault_is(0, 1, 6, "key of waiver must be text, not integer (put it in quotes)");
  fault_is(1, 5, 8, "strict of waiver must be true or false, not null");
  fault_is(2, 3, 8, "scope of waiver must be text or a list of texts, not boolean");
  fault_is(3, 4, 8, "level of waiver must be a word, not list");
  fault_is(4, 2, 10, "expires of waiver must be a date or time, not integer");
  ck_assert(!reads("- a\n"));
  fault_is(0, 1, 1, "waiver must be a mapping, not list");
  ck_assert(!reads(""));
  fault_is(0, 0, 0, "waiver must be a mapping, not null");
}
END_TEST

START_TEST(the_nearest_name) {
  static const char *const known[] = {"expect", "applies", "references", "fix", "when-unset", NULL};
  static const char *const rows[][2] = {
      {"expct", "; did you mean expect?"},
      {"Expect", "; did you mean expect?"},
      {"apply", ""},
      {"refrences", "; did you mean references?"},
      {"fx", "; did you mean fix?"},
      {"fi", "; did you mean fix?"},
      {"f", ""},
      {"", ""},
      {"whenunset", "; did you mean when-unset?"},
      {"zzzzzzzz", ""},
      {"when_unset", "; did you mean when-unset?"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    ck_assert_str_eq(pl_nearest(arena, rows[i][0], known), rows[i][1]);
}
END_TEST

START_TEST(names_of_any_length_are_compared_or_left_alone) {
  char name[66] = {0}, close[66] = {0};
  const char *const known[] = {close, NULL};
  memset(name, 'x', 63);
  memset(close, 'x', 62);
  ck_assert_ptr_nonnull(strstr(pl_nearest(arena, name, known), "did you mean xxx"));
  memset(name, 'x', 64);
  ck_assert_str_eq(pl_nearest(arena, name, known), "");
  memset(close, 'x', 65);
  name[63] = '\0';
  ck_assert_str_eq(pl_nearest(arena, name, known), "");
}
END_TEST

START_TEST(hostile_keys_are_shown_clean) {
  ck_assert(!reads("key: k\nexpires: 2026-01-31\n\"\\e[31m\": 1\n"));
  fault_is(0, 3, 1, "unknown key \\x1b[31m in waiver");
}
END_TEST

Suite *suite_record(void);
Suite *suite_record(void) {
  const TTest *const tests[] = {
      everything_lands_in_its_field,
      absent_fields_keep_their_default,
      one_text_is_a_list_of_one,
      all_faults_are_reported_at_once,
      wrong_kinds,
      the_nearest_name,
      names_of_any_length_are_compared_or_left_alone,
      hostile_keys_are_shown_clean,
  };
  Suite *suite = suite_create("record");
  TCase *tcase = tcase_create("record");
  tcase_add_checked_fixture(tcase, setup, teardown);
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
    tcase_add_test(tcase, tests[i]);
  suite_add_tcase(suite, tcase);
  return suite;
}
