/* URLs without users, passwords and queries. */
#include "plumbline/core/url.h"

#include <check.h>

static pl_arena *arena;
static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

static const struct {
  const char *text, *shown;
} hidden[] = {
    {"https://u:secret@host:1/p", "https://(not shown)@host:1/p"},
    {"https://token@host", "https://(not shown)@host"},
    {"https://u:p@ss@host", "https://(not shown)@host"}, /* the last '@' counts */
    {"http://a,https://u:x@b,etcd://v:y@c", "http://a,https://(not shown)@b,etcd://(not shown)@c"},
    {"proxy http://u:x@h failed", "proxy http://(not shown)@h failed"},
    {"a=b://:@", "a=b://(not shown)@"},
    {"https://u:p \"q@host", "https://(not shown)@host"},
    {"https://host/p?token=secret", "https://host/p?(not shown)"},
    {"https://u:x@host/p?token=a,b\"c#d", "https://(not shown)@host/p?(not shown)"},
    {"get http://a?t=1 and http://b/c?t=2 too", "get http://a?(not shown) and http://b/c?(not shown) too"},
    {"https://host?x=u:p@h", "https://host?(not shown)"},
    {"a://b://c?d=e", "a://b://c?(not shown)"},
    {"a://b://u:p@c?d=e://f?g h", "a://b://(not shown)@c?(not shown) h"},
};

START_TEST(users_are_left_out) {
  ck_assert_str_eq(pl_hide_url_secrets(arena, hidden[_i].text), hidden[_i].shown);
  ck_assert_str_eq(pl_hide_url_secrets(arena, hidden[_i].shown), hidden[_i].shown);
}
END_TEST

static const char *const plain[] = {"",
                                    "https://host:6443",
                                    "https://host/a@b",
                                    "https://host?",
                                    "is http://host? yes",
                                    "user:pass@host?a=b",
                                    "https://host/#u@h?x",
                                    "://",
                                    "://?"};

START_TEST(the_rest_stays_as_it_is) { ck_assert_ptr_eq(pl_hide_url_secrets(arena, plain[_i]), plain[_i]); }
END_TEST

START_TEST(nothing_stays_nothing) { ck_assert_ptr_null(pl_hide_url_secrets(arena, NULL)); }
END_TEST

Suite *suite_url(void);
Suite *suite_url(void) {
  Suite *suite = suite_create("url");
  TCase *tc = tcase_create("url");
  tcase_add_checked_fixture(tc, setup, teardown);
  tcase_add_loop_test(tc, users_are_left_out, 0, sizeof hidden / sizeof *hidden);
  tcase_add_loop_test(tc, the_rest_stays_as_it_is, 0, sizeof plain / sizeof *plain);
  tcase_add_test(tc, nothing_stays_nothing);
  suite_add_tcase(suite, tc);
  return suite;
}
