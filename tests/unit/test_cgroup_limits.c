/* Limits of containers by their control groups, of both versions. */
#include <check.h>

#include "small_node.h"
#include "src/kube/cgroup_limits.h"

#define ID   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD  "/kubepods.slice/kubepods-pod00000000_0000_4000_8000_000000000001.slice"
#define PATH POD "/cri-containerd-" ID ".scope"
#define V2   "/sys/fs/cgroup"
#define MAX  "9223372036854771712" /* what version 1 shows where nothing is limited */

static small_node *node;
static void setup(void) { node = small_node_new(); }
static void teardown(void) { small_node_free(node); }

static const struct {
  const char *memory, *cpu, *pod_memory, *pod_cpu;
  int64_t wanted_memory, wanted_cpu;
} second[] = {
    {"134217728\n", "50000 100000\n", "max\n", "max 100000\n", 134217728, 500},
    {"max\n", "max 100000\n", "max\n", "max 100000\n", PL_NO_LIMIT, PL_NO_LIMIT},
    {"max\n", "max 100000\n", "1024\n", "200000 100000\n", 1024, 2000},
    {"0\n", "1000 1000000\n", "max\n", "max 100000\n", 0, 1},
    {NULL, NULL, "1024\n", "1 1\n", PL_LIMIT_UNKNOWN, PL_LIMIT_UNKNOWN},
    {"max\n", "max 100000\n", NULL, NULL, PL_LIMIT_UNKNOWN, PL_LIMIT_UNKNOWN},
    {"a lot\n", "50000\n", "max\n", "max 100000\n", PL_LIMIT_UNKNOWN, PL_LIMIT_UNKNOWN},
    {"-5\n", "50000 0\n", "max\n", "max 100000\n", PL_LIMIT_UNKNOWN, PL_LIMIT_UNKNOWN},
    {"99999999999999999999\n", "9223372036854775807 1\n", "max\n", "max 1\n", PL_LIMIT_UNKNOWN, PL_LIMIT_UNKNOWN},
};

static void put(const char *path, const char *content) {
  if (content)
    small_node_file(node, path, content);
}

START_TEST(version_2) {
  put(V2 PATH "/memory.max", second[_i].memory);
  put(V2 PATH "/cpu.max", second[_i].cpu);
  put(V2 POD "/memory.max", second[_i].pod_memory);
  put(V2 POD "/cpu.max", second[_i].pod_cpu);
  pl_cgroup_limits limits = pl_cgroup_limits_read(small_node_host(node), PATH, ID);
  ck_assert_int_eq(limits.memory, second[_i].wanted_memory);
  ck_assert_int_eq(limits.cpu, second[_i].wanted_cpu);
}
END_TEST

START_TEST(version_1) {
  put(V2 "/memory" PATH "/memory.limit_in_bytes", _i ? MAX "\n" : "134217728\n");
  put(V2 "/memory" POD "/memory.limit_in_bytes", MAX "\n");
  put(V2 "/cpu" PATH "/cpu.cfs_quota_us", _i ? "-1\n" : "25000\n");
  put(V2 "/cpu" PATH "/cpu.cfs_period_us", "100000\n");
  put(V2 "/cpu" POD "/cpu.cfs_quota_us", "-1\n");
  put(V2 "/cpu" POD "/cpu.cfs_period_us", "100000\n");
  pl_cgroup_limits limits = pl_cgroup_limits_read(small_node_host(node), PATH, ID);
  ck_assert_int_eq(limits.memory, _i ? PL_NO_LIMIT : 134217728);
  ck_assert_int_eq(limits.cpu, _i ? PL_NO_LIMIT : 250);
}
END_TEST

START_TEST(a_group_inside_the_container_is_the_container_s) {
  put(V2 PATH "/memory.max", "4096\n");
  put(V2 PATH "/cpu.max", "max 100000\n");
  put(V2 POD "/cpu.max", "max 100000\n");
  ck_assert_int_eq(pl_cgroup_limits_read(small_node_host(node), PATH "/inner/more", ID).memory, 4096);
  ck_assert_int_eq(pl_cgroup_limits_read(small_node_host(node), PATH, NULL).memory, PL_LIMIT_UNKNOWN);
  ck_assert_int_eq(pl_cgroup_limits_read(small_node_host(node), "/../.." PATH, ID).memory, PL_LIMIT_UNKNOWN);
}
END_TEST

Suite *suite_cgroup_limits(void);
Suite *suite_cgroup_limits(void) {
  Suite *suite = suite_create("cgroup_limits");
  TCase *tcase = tcase_create("limits");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, version_2, 0, sizeof second / sizeof *second);
  tcase_add_loop_test(tcase, version_1, 0, 2);
  tcase_add_test(tcase, a_group_inside_the_container_is_the_container_s);
  suite_add_tcase(suite, tcase);
  return suite;
}
