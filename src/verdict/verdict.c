/* The five verdicts and their algebra, as tables. */
#include "plumbline/verdict/result.h"

static const struct {
  const char *name, *token;
} names[PL_VERDICT_COUNT] = {
    [PL_PASS] = {"PASS", "pass"},
    [PL_FAIL] = {"FAIL", "fail"},
    [PL_ERROR] = {"ERROR", "error"},
    [PL_MANUAL] = {"MANUAL", "manual"},
    [PL_NOT_APPLICABLE] = {"NOT-APPLICABLE", "not-applicable"},
};

/* The higher one stays. */
static const int and_rank[PL_VERDICT_COUNT] = {
    [PL_FAIL] = 4, [PL_ERROR] = 3, [PL_MANUAL] = 2, [PL_PASS] = 1, [PL_NOT_APPLICABLE] = 0};
static const int or_rank[PL_VERDICT_COUNT] = {
    [PL_PASS] = 4, [PL_ERROR] = 3, [PL_MANUAL] = 2, [PL_FAIL] = 1, [PL_NOT_APPLICABLE] = 0};
static const pl_verdict opposite[PL_VERDICT_COUNT] = {[PL_PASS] = PL_FAIL,
                                                      [PL_FAIL] = PL_PASS,
                                                      [PL_ERROR] = PL_ERROR,
                                                      [PL_MANUAL] = PL_MANUAL,
                                                      [PL_NOT_APPLICABLE] = PL_NOT_APPLICABLE};

const char *pl_verdict_name(pl_verdict verdict) { return names[verdict].name; }
const char *pl_verdict_token(pl_verdict verdict) { return names[verdict].token; }
pl_verdict pl_verdict_and(pl_verdict a, pl_verdict b) { return and_rank[a] > and_rank[b] ? a : b; }
pl_verdict pl_verdict_or(pl_verdict a, pl_verdict b) { return or_rank[a] > or_rank[b] ? a : b; }
pl_verdict pl_verdict_not(pl_verdict a) { return opposite[a]; }
