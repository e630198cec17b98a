/* What the kernel writes about processes, taken apart. */
#include <check.h>

#include "src/host/process_text.h"

static const struct {
  const char *data;
  size_t length, count;
  const char *pieces[4];
} splits[] = {
    {"", 0, 0, {NULL}},
    {"a\0", 2, 1, {"a"}},
    {"a", 1, 1, {"a"}},
    {"a\0b\0", 4, 2, {"a", "b"}},
    {"a\0b", 3, 2, {"a", "b"}},
    {"\0", 1, 1, {""}},
    {"\0\0", 2, 2, {"", ""}},
    {"a\0\0b\0", 5, 3, {"a", "", "b"}},
    {"a b\0c\0", 6, 2, {"a b", "c"}},
    {"a\0\0", 3, 2, {"a", ""}},
};

START_TEST(arguments_are_split_at_nul) {
  const char *items[5];
  pl_arena *arena = pl_arena_new();
  const char *data = pl_strndup(arena, splits[_i].data, splits[_i].length);
  ck_assert_uint_eq(pl_nul_count(data, splits[_i].length), splits[_i].count);
  pl_nul_split(data, splits[_i].length, items);
  for (size_t i = 0; i < splits[_i].count; i++)
    ck_assert_str_eq(items[i], splits[_i].pieces[i]);
  ck_assert_ptr_null(items[splits[_i].count]);
  pl_arena_free(arena);
}
END_TEST

static const struct {
  const char *text, *picked;
} cgroups[] = {
    {"0::/system.slice/kubelet.service\n", "/system.slice/kubelet.service"},
    {"0::/a", "/a"},
    {"12:pids:/x\n1:name=systemd:/y\n0::/z\n", "/z"},
    {"12:pids:/kubepods/podx/c\n0::/\n", "/kubepods/podx/c"}, /* hybrid: only v1 names the pod */
    {"12:pids:/kubepods/podx/c\n0::/kubepods/podx/d\n", "/kubepods/podx/d"},
    {"12:pids:/x\n11:cpu,cpuacct:/kubepods.slice/y\n10:memory:/kubepods.slice/z\n", "/kubepods.slice/y"},
    {"12:pids:/x\n11:cpu:/y\n", "/x"},
    {"3:cpu:/with:colon\n", "/with:colon"},
    {"", NULL},
    {"garbage\n", NULL},
    {"1:cpu\n", NULL},
    {"1:cpu:relative\n0::/a\n", "/a"},
    {"\n0::/a\n", "/a"},
};

START_TEST(the_cgroup_that_says_most_is_picked) {
  pl_arena *arena = pl_arena_new();
  const char *picked = pl_cgroup_pick(pl_strdup(arena, cgroups[_i].text));
  if (cgroups[_i].picked)
    ck_assert_str_eq(picked, cgroups[_i].picked);
  else
    ck_assert_ptr_null(picked);
  pl_arena_free(arena);
}
END_TEST

#define AFTER " S 7 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4242 999 0\n"

static const struct {
  const char *text, *name; /* NULL: refused */
} stats[] = {
    {"12 (kubelet)" AFTER, "kubelet"},
    {"12 (a) R 1 (b)" AFTER, "a) R 1 (b"},
    {"12 (a\nb c)" AFTER, "a\nb c"},
    {"12 ()" AFTER, ""},
    {"12 ()))" AFTER, "))"},
    {"12 ((("
     ")" AFTER,
     "(("},
    {"", NULL},
    {"12 kubelet" AFTER, NULL},
    {"12 (kubelet" AFTER, NULL},
    {"12 )kubelet(" AFTER, NULL},
    {"12 (kubelet)S 7", NULL},
    {"12 (kubelet) S 7\n", NULL},
    {"12 (kubelet) S x 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4242 999 0\n", NULL},
    {"12 (kubelet) S 7 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 -4242 999 0\n", NULL},
    {"12 (kubelet) S 7 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 99999999999999999999 999 0\n", NULL},
    {"12 (kubelet) S 7 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0", NULL},
    {"12 (kubelet) S  7 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4242 999 0\n", NULL},
};

START_TEST(stat_is_counted_from_its_last_bracket) {
  pl_arena *arena = pl_arena_new();
  pl_error err = {.kind = PL_ERR_NONE};
  pl_stat_line line = {.parent = -1};
  pl_bytes text = {stats[_i].text, strlen(stats[_i].text)};
  if (stats[_i].name) {
    ck_assert_int_eq(pl_stat_parse(arena, text, &line, &err), 0);
    ck_assert_str_eq(line.name, stats[_i].name);
    ck_assert_int_eq(line.parent, 7);
    ck_assert_int_eq(line.start_ticks, 4242);
  } else {
    ck_assert_int_eq(pl_stat_parse(arena, text, &line, &err), -1);
    ck_assert_int_eq(err.kind, PL_ERR_SYNTAX);
    ck_assert_str_eq(err.text, "stat: not the fields that the kernel writes");
    ck_assert_int_eq(line.parent, -1);
  }
  pl_arena_free(arena);
}
END_TEST

static const struct {
  const char *text;
  bool good;
  uint32_t uid, gid;
} statuses[] = {
    {"Name:\tx\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n", true, 2, 6},
    {"Name:\tx\nUid:\t0\t4294967294\t0\t0\nGid:\t0\t0\t0\t0", true, 4294967294u, 0},
    {"Name:\tx\nUid:\t1\t2", false, 0, 0},
    {"Name:\tx\nUid:\t1\nGid:\t5\t6\t7\t8\n", false, 0, 0},
    {"Name:\tx\nUid:\t1\t-2\t3\t4\nGid:\t5\t6\t7\t8\n", false, 0, 0},
    {"Name:\tx\nUid:\t1\t4294967296\t3\t4\nGid:\t5\t6\t7\t8\n", false, 0, 0},
    {"Name:\tx\nUid:\t1\t12345678901234567890\t3\t4\nGid:\t5\t6\t7\t8\n", false, 0, 0},
    {"Name:\tUid:\t1\t2\n", false, 0, 0},
    {"", false, 0, 0},
};

START_TEST(status_gives_the_effective_ids) {
  pl_error err = {.kind = PL_ERR_NONE};
  uint32_t uid = 99, gid = 99;
  int rc = pl_status_parse((pl_bytes){statuses[_i].text, strlen(statuses[_i].text)}, &uid, &gid, &err);
  ck_assert_int_eq(rc, statuses[_i].good ? 0 : -1);
  ck_assert_uint_eq(uid, statuses[_i].good ? statuses[_i].uid : 99);
  ck_assert_uint_eq(gid, statuses[_i].good ? statuses[_i].gid : 99);
  if (!statuses[_i].good)
    ck_assert_str_eq(err.text, "status: no Uid and Gid as the kernel writes them");
}
END_TEST

#define CAPS(effective) "Name:\tx\nCapPrm:\t0\nCapEff:\t" effective "\nCapBnd:\t00000000a80425fb\n"

static const struct {
  const char *text;
  bool good;
  pl_seccomp seccomp;
  uint64_t effective;
} securities[] = {
    {CAPS("000001ffffffffff") "Seccomp:\t2\nSeccomp_filters:\t1\n", true, PL_SECCOMP_FILTER, 0x1ffffffffff},
    {CAPS("0000000000000000") "NoNewPrivs:\t1\nSeccomp:\t0\n", true, PL_SECCOMP_NONE, 0},
    {CAPS("0000000000000000") "Seccomp:\t1\n", true, PL_SECCOMP_STRICT, 0},
    {CAPS("0000000000000000") "Seccomp:\t3\n", false, 0, 0},
    {CAPS("0000000000000000") "Seccomp:\t2", false, 0, 0},
    {CAPS("0000000000000000") "Seccomp:\t 2\n", false, 0, 0},
    {CAPS("0000000000000000"), false, 0, 0},
    {CAPS("-1") "Seccomp:\t2\n", false, 0, 0},
    {CAPS("1ffffffffffffffff") "Seccomp:\t2\n", false, 0, 0},
    {"Seccomp:\t2\n", false, 0, 0},
    {"", false, 0, 0},
};

START_TEST(status_gives_what_holds_a_process_back) {
  pl_process_security security = {0};
  int rc = pl_security_parse((pl_bytes){securities[_i].text, strlen(securities[_i].text)}, &security, NULL);
  ck_assert_int_eq(rc, securities[_i].good ? 0 : -1);
  if (!securities[_i].good)
    return;
  ck_assert_int_eq(security.seccomp, securities[_i].seccomp);
  ck_assert_uint_eq(security.effective, securities[_i].effective);
  ck_assert_uint_eq(security.bounding, 0xa80425fb);
}
END_TEST

Suite *suite_process_text(void);
Suite *suite_process_text(void) {
  Suite *suite = suite_create("process_text");
  TCase *tests = tcase_create("texts");
  tcase_add_loop_test(tests, arguments_are_split_at_nul, 0, sizeof splits / sizeof *splits);
  tcase_add_loop_test(tests, the_cgroup_that_says_most_is_picked, 0, sizeof cgroups / sizeof *cgroups);
  tcase_add_loop_test(tests, stat_is_counted_from_its_last_bracket, 0, sizeof stats / sizeof *stats);
  tcase_add_loop_test(tests, status_gives_the_effective_ids, 0, sizeof statuses / sizeof *statuses);
  tcase_add_loop_test(tests, status_gives_what_holds_a_process_back, 0, sizeof securities / sizeof *securities);
  suite_add_tcase(suite, tests);
  return suite;
}
