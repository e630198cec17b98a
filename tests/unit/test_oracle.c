/*
 * Our settings against what real components ended up with: a sample that is always there, and the whole corpus where it is at hand
 * ($PLUMBLINE_SHARED/oracle, else ../shared/oracle).
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "oracle.h"

static const oracle_component components[] = {
    {"kubelet", pl_kubelet_settings},
    {"kube-apiserver", pl_apiserver_settings},
    {"kube-controller-manager", pl_controller_manager_settings},
    {"kube-scheduler", pl_scheduler_settings},
    {"kube-proxy", pl_proxy_settings},
    {"etcd", pl_etcd_settings},
    {NULL, NULL},
};

/* Cases that we do not follow, each with its reason. */
static const struct {
  const char *id, *reason;
} known[] = {
    {NULL, NULL},
};

#define TALLIES_MAX 40

typedef struct tally {
  char component[40], version[16];
  unsigned agreed, total;
} tally;

typedef struct score {
  tally tallies[TALLIES_MAX];
  size_t count;
  unsigned disagreements;
} score;

static tally *tally_of(score *s, const oracle_result *result) {
  for (size_t i = 0; i < s->count; i++)
    if (strcmp(s->tallies[i].component, result->component) == 0 && strcmp(s->tallies[i].version, result->version) == 0)
      return &s->tallies[i];
  ck_assert(s->count < TALLIES_MAX);
  tally *fresh = &s->tallies[s->count++];
  snprintf(fresh->component, sizeof fresh->component, "%s", result->component);
  snprintf(fresh->version, sizeof fresh->version, "%s", result->version);
  return fresh;
}

static const char *excuse(const char *id) {
  for (size_t i = 0; known[i].id; i++)
    if (strcmp(known[i].id, id) == 0)
      return known[i].reason;
  return NULL;
}

static void count_result(score *s, const oracle_result *result) {
  tally *t = tally_of(s, result);
  t->total++;
  if (!result->disagreement) {
    t->agreed++;
    return;
  }
  const char *reason = excuse(result->id);
  printf("oracle: %s: %s%s%s\n", result->id, result->disagreement, reason ? "; known: " : "", reason ? reason : "");
  s->disagreements += !reason;
}

/* False when there is no such file. */
static bool run_corpus(const char *path, score *s) {
  pl_auto_arena pl_arena *shared = pl_arena_new();
  pl_error err = {0};
  pl_faults faults;
  pl_faults_init(&faults, shared);
  FILE *file = fopen(path, "re");
  if (!file)
    return false;
  pl_data *data = pl_data_open(shared, NULL, false, &err);
  ck_assert_msg(data != NULL, "%s", err.text);
  pl_tables *tables = pl_tables_load(shared, data, &faults);
  char *line = NULL;
  size_t size = 0;
  for (ssize_t length; (length = getline(&line, &size, file)) > 0;) {
    pl_auto_arena pl_arena *arena = pl_arena_new();
    oracle_result result;
    if (oracle_run(arena, line, (size_t)length, components, tables, &result))
      count_result(s, &result);
  }
  free(line);
  fclose(file);
  pl_data_close(data);
  ck_assert_msg(faults.total == 0, "%s:%u: %s", faults.items[0].file, faults.items[0].line, faults.items[0].text);
  return true;
}

static void report(const score *s, const char *name) {
  for (size_t i = 0; i < s->count; i++)
    printf("%s %s %s: %u of %u\n", name, s->tallies[i].component, s->tallies[i].version, s->tallies[i].agreed, s->tallies[i].total);
  fflush(stdout);
  ck_assert_msg(s->disagreements == 0, "%u cases disagree", s->disagreements);
}

START_TEST(sample) {
  score s = {0};
  ck_assert_msg(run_corpus("tests/golden/oracle-sample.jsonl", &s), "tests/golden/oracle-sample.jsonl is missing");
  ck_assert(s.count > 0);
  report(&s, "oracle sample");
}
END_TEST

START_TEST(corpus) {
  const char *shared = getenv("PLUMBLINE_SHARED");
  char path[4096];
  score s = {0};
  snprintf(path, sizeof path, "%s/oracle/effective-config.jsonl", shared ? shared : "../shared");
  if (run_corpus(path, &s))
    report(&s, "oracle");
  else
    printf("oracle: %s is not there; the corpus of real configurations was left out, the sample was not\n", path);
}
END_TEST

Suite *suite_oracle(void);
Suite *suite_oracle(void) {
  Suite *suite = suite_create("oracle");
  TCase *tcase = tcase_create("oracle");
  tcase_set_timeout(tcase, 600);
  tcase_add_test(tcase, sample);
  tcase_add_test(tcase, corpus);
  suite_add_tcase(suite, tcase);
  return suite;
}
