/* Regular expressions: what they match, and that no pattern and no subject makes them run on. */
#include <check.h>

#include "plumbline/core/limits.h"
#include "plumbline/core/regex.h"

static const struct {
  const char *pattern, *subject;
  size_t length;
  pl_match want;
} cases[] = {
    {"abc", "xabcx", 5, PL_MATCH},
    {"^abc$", "abc", 3, PL_MATCH},
    {"^abc$", "xabc", 4, PL_NO_MATCH},
    {"^600$", "600\n", 4, PL_NO_MATCH}, /* the dollar means the very end */
    {"a.b", "a\nb", 3, PL_NO_MATCH},
    {"^a.b$", "a\0b", 3, PL_MATCH}, /* text behind a NUL counts */
    {"secret", "a\0secret", 8, PL_MATCH},
    {"", "", 0, PL_MATCH},
    {"^$", "x", 1, PL_NO_MATCH},
    {"^.$", "\xc3\xa9", 2, PL_MATCH}, /* one character, not two bytes */
    {"^.$", "\xff", 1, PL_NO_MATCH},  /* what is no UTF-8 matches nothing ... */
    {"abc",
     "\xff"
     "abc\xff",
     5, PL_MATCH}, /* ... and hides nothing */
    {"(?i)KUBELET", "kubelet", 7, PL_MATCH},
    {"^(?!.*AlwaysAllow)", "Node,RBAC", 9, PL_MATCH},
    {"^(?!.*AlwaysAllow)", "Node,AlwaysAllow", 16, PL_NO_MATCH},
    {"\\d+", "\xd9\xa5", 2, PL_NO_MATCH}, /* digits are ASCII */
};

START_TEST(searching) {
  pl_error err = {0};
  pl_regex *regex = pl_regex_compile(cases[_i].pattern, &err);
  ck_assert_msg(regex != NULL, "%s", err.text);
  ck_assert_int_eq(pl_regex_search(regex, cases[_i].subject, cases[_i].length, &err), cases[_i].want);
  ck_assert_int_eq(err.kind, PL_ERR_NONE);
  pl_regex_free(regex);
}
END_TEST

static const struct {
  const char *pattern, *text;
} bad[] = {
    {"a(b", "not a regular expression: missing closing parenthesis at offset 3"},
    {"[z-a]", "not a regular expression: range out of order in character class at offset 3"},
    {"*", "not a regular expression: quantifier does not follow a repeatable item at offset 0"},
    {"a\\Cb", "not a regular expression: using \\C is disabled by the application at offset 3"},
    {"\xff", "not a regular expression: UTF-8 error: illegal byte (0xfe or 0xff) at offset 0"},
    {"(?P<a>x)(?P<a>y)", "not a regular expression: two named subpatterns have the same name (PCRE2_DUPNAMES not set) "
                         "at offset 14"},
};

START_TEST(what_is_no_pattern_is_refused_with_the_place) {
  pl_error err = {0};
  ck_assert_ptr_null(pl_regex_compile(bad[_i].pattern, &err));
  ck_assert_int_eq(err.kind, PL_ERR_SYNTAX);
  ck_assert_str_eq(err.text, bad[_i].text);
  ck_assert_ptr_null(pl_regex_compile(bad[_i].pattern, NULL));
}
END_TEST

START_TEST(a_pattern_at_the_cap_and_one_past_it) {
  char pattern[PL_REGEX_PATTERN_MAX + 2];
  memset(pattern, 'a', sizeof pattern);
  pattern[PL_REGEX_PATTERN_MAX] = '\0';
  pl_error err = {0};
  pl_regex *regex = pl_regex_compile(pattern, &err);
  ck_assert_msg(regex != NULL, "%s", err.text);
  pl_regex_free(regex);
  pattern[PL_REGEX_PATTERN_MAX] = 'a';
  pattern[PL_REGEX_PATTERN_MAX + 1] = '\0';
  ck_assert_ptr_null(pl_regex_compile(pattern, &err));
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
  ck_assert_str_eq(err.text, "regular expression of 4097 bytes, more than 4096");
}
END_TEST

START_TEST(a_subject_at_the_cap_and_one_past_it) {
  char subject[PL_REGEX_SUBJECT_MAX + 1];
  memset(subject, 'a', sizeof subject);
  subject[PL_REGEX_SUBJECT_MAX - 1] = 'b';
  pl_error err = {0};
  pl_regex *regex = pl_regex_compile("b$", &err);
  ck_assert_int_eq(pl_regex_search(regex, subject, PL_REGEX_SUBJECT_MAX, &err), PL_MATCH);
  ck_assert_int_eq(pl_regex_search(regex, subject, PL_REGEX_SUBJECT_MAX + 1, &err), PL_MATCH_ERROR);
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
  ck_assert_str_eq(err.text, "value of 8193 bytes, more than the 8192 a regular expression is tried on");
  pl_regex_free(regex);
}
END_TEST

/* Patterns that would run for seconds or hours; plain "no match" would be a wrong answer for each. */
static const char *const endless[] = {
    "^(a+)+$",
    "(a+)+$",
    "(a|a)*$",
    "(a|aa)+$",
    "(?:a*)*[cd]",
    "(.*)(.*)(.*)(.*)(.*)[cd]",
    "(?=(a+))\\1*(?=(a+))\\2*(a+)+[cd]",
    "(a(?1)?)*[cd]|(?:a?){50}(a+)+[cd]",
    "(*LIMIT_MATCH=4000000000)(a+)+$",
};

START_TEST(what_would_not_end_is_given_up) {
  char subject[PL_REGEX_SUBJECT_MAX];
  memset(subject, 'a', sizeof subject);
  subject[sizeof subject - 1] = 'b';
  pl_error err = {0};
  pl_regex *regex = pl_regex_compile(endless[_i], &err);
  ck_assert_msg(regex != NULL, "%s: %s", endless[_i], err.text);
  ck_assert_int_eq(pl_regex_search(regex, subject, sizeof subject, &err), PL_MATCH_ERROR);
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
  ck_assert_msg(pl_starts(err.text, "regular expression gave up"), "%s", err.text);
  pl_regex_free(regex);
}
END_TEST

/* Each start is cheap enough for the match limit, but there are 8000 of them: only a budget for all of it helps. */
START_TEST(the_budget_is_for_the_whole_search) {
  char subject[PL_REGEX_SUBJECT_MAX];
  memset(subject, 'a', sizeof subject);
  pl_error err = {0};
  pl_regex *regex = pl_regex_compile("a{0,400}[ab][cd]", &err);
  ck_assert_int_eq(pl_regex_search(regex, subject, sizeof subject, &err), PL_MATCH_ERROR);
  ck_assert_str_eq(err.text, "regular expression gave up after 1000000 steps");
  ck_assert_int_eq(pl_regex_search(regex, subject, 1000, &err), PL_NO_MATCH);
  pl_regex_free(regex);
}
END_TEST

/* A step that runs over the whole subject is not the price of one: 50 possessive runs at each of 8000 starts. */
START_TEST(long_runs_are_paid_for) {
  pl_auto_buffer pl_buffer pattern;
  pl_buffer_init(&pattern, PL_REGEX_PATTERN_MAX);
  pl_buffer_text(&pattern, "(?:a*+b");
  for (int i = 1; i < 50; i++)
    pl_buffer_text(&pattern, "|a*+c");
  pl_buffer_text(&pattern, ")");
  char subject[PL_REGEX_SUBJECT_MAX];
  memset(subject, 'a', sizeof subject);
  pl_error err = {0};
  pl_regex *regex = pl_regex_compile(pattern.data, &err);
  ck_assert_msg(regex != NULL, "%s", err.text);
  ck_assert_int_eq(pl_regex_search(regex, subject, sizeof subject, &err), PL_MATCH_ERROR);
  ck_assert_str_eq(err.text, "regular expression gave up after 1000000 steps");
  ck_assert_int_eq(pl_regex_search(regex, subject, 1000, &err), PL_NO_MATCH);
  pl_regex_free(regex);
}
END_TEST

START_TEST(one_pattern_serves_many_searches) {
  pl_regex *regex = pl_regex_compile("^(a+)+$", NULL);
  char subject[PL_REGEX_SUBJECT_MAX];
  memset(subject, 'a', sizeof subject);
  subject[sizeof subject - 1] = 'b';
  for (int i = 0; i < 3; i++) {
    ck_assert_int_eq(pl_regex_search(regex, subject, sizeof subject, NULL), PL_MATCH_ERROR);
    ck_assert_int_eq(pl_regex_search(regex, "aaa", 3, NULL), PL_MATCH);
    ck_assert_int_eq(pl_regex_search(regex, "", 0, NULL), PL_NO_MATCH);
  }
  pl_regex_free(regex);
  pl_regex_free(NULL);
}
END_TEST

Suite *suite_regex(void);
Suite *suite_regex(void) {
  Suite *suite = suite_create("regex");
  TCase *tests = tcase_create("regex");
  tcase_set_timeout(tests, 60);
  tcase_add_loop_test(tests, searching, 0, (int)(sizeof cases / sizeof *cases));
  tcase_add_loop_test(tests, what_is_no_pattern_is_refused_with_the_place, 0, (int)(sizeof bad / sizeof *bad));
  tcase_add_test(tests, a_pattern_at_the_cap_and_one_past_it);
  tcase_add_test(tests, a_subject_at_the_cap_and_one_past_it);
  tcase_add_loop_test(tests, what_would_not_end_is_given_up, 0, (int)(sizeof endless / sizeof *endless));
  tcase_add_test(tests, the_budget_is_for_the_whole_search);
  tcase_add_test(tests, long_runs_are_paid_for);
  tcase_add_test(tests, one_pattern_serves_many_searches);
  suite_add_tcase(suite, tests);
  return suite;
}
