/* The algebra of verdicts: every pair, by the table of the design, and the laws that the evaluator relies on. */
#include <check.h>

#include "plumbline/verdict/result.h"

#define P PL_PASS
#define F PL_FAIL
#define E PL_ERROR
#define M PL_MANUAL
#define N PL_NOT_APPLICABLE

static const pl_verdict all[] = {P, F, E, M, N};

static const pl_verdict and_table[PL_VERDICT_COUNT][PL_VERDICT_COUNT] = {
    [P] = {[P] = P, [F] = F, [E] = E, [M] = M, [N] = P}, [F] = {[P] = F, [F] = F, [E] = F, [M] = F, [N] = F},
    [E] = {[P] = E, [F] = F, [E] = E, [M] = E, [N] = E}, [M] = {[P] = M, [F] = F, [E] = E, [M] = M, [N] = M},
    [N] = {[P] = P, [F] = F, [E] = E, [M] = M, [N] = N},
};

static const pl_verdict or_table[PL_VERDICT_COUNT][PL_VERDICT_COUNT] = {
    [P] = {[P] = P, [F] = P, [E] = P, [M] = P, [N] = P}, [F] = {[P] = P, [F] = F, [E] = E, [M] = M, [N] = F},
    [E] = {[P] = P, [F] = E, [E] = E, [M] = E, [N] = E}, [M] = {[P] = P, [F] = M, [E] = E, [M] = M, [N] = M},
    [N] = {[P] = P, [F] = F, [E] = E, [M] = M, [N] = N},
};

START_TEST(and_and_or_follow_their_tables) {
  for (size_t a = 0; a < PL_VERDICT_COUNT; a++)
    for (size_t b = 0; b < PL_VERDICT_COUNT; b++) {
      const char *x = pl_verdict_name(all[a]), *y = pl_verdict_name(all[b]);
      ck_assert_msg(pl_verdict_and(all[a], all[b]) == and_table[all[a]][all[b]], "%s AND %s", x, y);
      ck_assert_msg(pl_verdict_or(all[a], all[b]) == or_table[all[a]][all[b]], "%s OR %s", x, y);
    }
}
END_TEST

START_TEST(not_swaps_pass_and_fail_only) {
  ck_assert_int_eq(pl_verdict_not(P), F);
  ck_assert_int_eq(pl_verdict_not(F), P);
  ck_assert_int_eq(pl_verdict_not(E), E);
  ck_assert_int_eq(pl_verdict_not(M), M);
  ck_assert_int_eq(pl_verdict_not(N), N);
}
END_TEST

/* The evaluator pushes NOT down to the leaves and joins parts in any grouping. */
START_TEST(de_morgan_and_association_hold) {
  for (size_t a = 0; a < PL_VERDICT_COUNT; a++)
    for (size_t b = 0; b < PL_VERDICT_COUNT; b++) {
      pl_verdict x = all[a], y = all[b];
      ck_assert_int_eq(pl_verdict_not(pl_verdict_and(x, y)), pl_verdict_or(pl_verdict_not(x), pl_verdict_not(y)));
      ck_assert_int_eq(pl_verdict_and(x, y), pl_verdict_and(y, x));
      for (size_t c = 0; c < PL_VERDICT_COUNT; c++) {
        ck_assert_int_eq(pl_verdict_and(pl_verdict_and(x, y), all[c]), pl_verdict_and(x, pl_verdict_and(y, all[c])));
        ck_assert_int_eq(pl_verdict_or(pl_verdict_or(x, y), all[c]), pl_verdict_or(x, pl_verdict_or(y, all[c])));
      }
    }
}
END_TEST

START_TEST(names_and_tokens) {
  static const char *const names[] = {"PASS", "FAIL", "ERROR", "MANUAL", "NOT-APPLICABLE"};
  static const char *const tokens[] = {"pass", "fail", "error", "manual", "not-applicable"};
  for (size_t i = 0; i < PL_VERDICT_COUNT; i++) {
    ck_assert_str_eq(pl_verdict_name(all[i]), names[i]);
    ck_assert_str_eq(pl_verdict_token(all[i]), tokens[i]);
  }
}
END_TEST

/* {"platform": {"name": PLATFORM}} and these counts give this exit code. */
static void assert_exit(const char *platform, size_t pass, size_t fail, size_t waived, size_t error, size_t manual,
                        size_t none, int expected) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_node *facts = pl_node_object(arena), *node = pl_node_object(arena);
  pl_object_set_text(arena, node, "name", platform);
  pl_object_set(arena, facts, "platform", node);
  pl_run run = {.facts = facts, .waived = waived};
  run.counts[P] = pass, run.counts[F] = fail, run.counts[E] = error, run.counts[M] = manual, run.counts[N] = none;
  ck_assert_int_eq(pl_run_exit_code(&run), expected);
}

START_TEST(exit_codes) {
  assert_exit("kubeadm", 5, 0, 0, 0, 2, 3, 0);
  assert_exit("kubeadm", 0, 0, 0, 0, 2, 0, 0);
  assert_exit("kubeadm", 5, 1, 0, 0, 0, 0, 1);
  assert_exit("kubeadm", 5, 1, 1, 0, 0, 0, 0);
  assert_exit("kubeadm", 5, 2, 1, 0, 0, 0, 1);
  assert_exit("kubeadm", 5, 1, 0, 4, 0, 0, 1);
  assert_exit("kubeadm", 5, 1, 1, 4, 0, 0, 3);
  assert_exit("kubeadm", 5, 0, 0, 1, 0, 0, 3);
  assert_exit("kubeadm", 0, 0, 0, 0, 0, 0, 3);
  assert_exit("kubeadm", 0, 0, 0, 0, 0, 9, 3);
  assert_exit("none", 0, 0, 0, 0, 0, 9, 3);
  assert_exit("none", 0, 0, 0, 2, 0, 9, 3);
}
END_TEST

Suite *suite_algebra(void);
Suite *suite_algebra(void) {
  Suite *suite = suite_create("algebra");
  TCase *tests = tcase_create("algebra");
  tcase_add_test(tests, and_and_or_follow_their_tables);
  tcase_add_test(tests, not_swaps_pass_and_fail_only);
  tcase_add_test(tests, de_morgan_and_association_hold);
  tcase_add_test(tests, names_and_tokens);
  tcase_add_test(tests, exit_codes);
  suite_add_tcase(suite, tests);
  return suite;
}
