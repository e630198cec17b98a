/* For tests of definitions and verdicts: a benchmark from texts, facts from JSON, one run. */
#include "judge_support.h"

#include <check.h>
#include <stdio.h>
#include <sys/stat.h>

#include "plumbline/core/json.h"
#include "plumbline/core/number.h"

static const char first_second_of_2026[] = "2026-01-01";

static void put(const char *path, const char *text) {
  FILE *out = fopen(path, "w");
  ck_assert_ptr_nonnull(out);
  fputs(text, out);
  fclose(out);
}

void judge_open(judge *j, const char *head, const char *sections) {
  char directory[] = "/tmp/plumbline-judge-XXXXXX";
  pl_error err = {0};
  *j = (judge){.arena = pl_arena_new()};
  pl_faults_init(&j->faults, j->arena);
  ck_assert_ptr_nonnull(mkdtemp(directory));
  const char *folder = pl_printf(j->arena, "%s/t", directory);
  const char *first = pl_printf(j->arena, "%s/benchmark.yaml", folder),
             *second = pl_printf(j->arena, "%s/s.yaml", folder);
  ck_assert_int_eq(mkdir(folder, 0755), 0);
  put(first,
      pl_printf(j->arena, "id: t\ntitle: T\nfiles: [s.yaml]\n%s\n", head ? head : "editions: [{version: \"1.0\"}]"));
  put(second, sections);
  j->data = pl_data_open(j->arena, directory, true, &err);
  ck_assert_msg(j->data != NULL, "%s", err.text);
  j->definitions = pl_definitions_load(j->arena, j->data, "t", &j->faults);
  if (j->definitions)
    j->benchmark = pl_benchmark_of(j->arena, j->definitions, NULL, 0, &err);
  ck_assert_int_eq(unlink(first), 0);
  ck_assert_int_eq(unlink(second), 0);
  ck_assert_int_eq(rmdir(folder), 0);
  ck_assert_int_eq(rmdir(directory), 0);
}

void judge_open_control(judge *j, const char *head, const char *control) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  judge_open(j, head,
             pl_printf(arena,
                       "sections:\n  - id: \"1\"\n    title: S\n    controls:\n      - key: k\n        id: \"1.1\"\n"
                       "        title: T\n        level: 1\n        automated: true\n        why: W\n%s\n",
                       control));
}

void judge_site(judge *j, const char *text) {
  const pl_benchmark *const benchmarks[] = {j->benchmark};
  ck_assert_msg(j->benchmark != NULL, "%s", judge_faults(j));
  j->site = pl_site_read(j->arena, (pl_bytes){text, strlen(text)}, "site.yaml", &j->faults);
  ck_assert_msg(j->site != NULL, "%s", judge_faults(j));
  ck_assert_msg(pl_site_check(j->arena, j->site, benchmarks, 1, j->data, &j->faults), "%s", judge_faults(j));
}

const pl_result *judge_facts(judge *j, const char *facts) {
  pl_error err = {0};
  int64_t now = 0;
  ck_assert_msg(j->benchmark != NULL, "%s", judge_faults(j));
  const pl_node *tree = pl_json_read(j->arena, (pl_bytes){facts, strlen(facts)}, &pl_json_facts_limits, NULL, &err);
  ck_assert_msg(tree != NULL, "%s\n%s", err.text, facts);
  ck_assert_int_eq(pl_parse_time(first_second_of_2026, &now, &err), 0);
  const pl_benchmark *const benchmarks[] = {j->benchmark};
  pl_evaluate(j->arena, benchmarks, 1, j->site, tree, now, &j->run);
  ck_assert_uint_ge(j->run.benchmarks[0].count, 1);
  return &j->run.benchmarks[0].results[0];
}

const char *judge_faults(const judge *j) {
  const char *text = "";
  for (size_t i = 0; i < j->faults.count; i++) {
    const pl_fault *fault = &j->faults.items[i];
    text = pl_printf(j->arena, "%s%s:%u:%u: %s\n", text, pl_basename(fault->file), fault->line, fault->column,
                     fault->text);
  }
  return text;
}

void judge_close(judge *j) {
  pl_definitions_free(j->definitions);
  pl_data_close(j->data);
  pl_arena_free(j->arena);
}

const char *judge_kubelet(judge *j, const char *setting) {
  return pl_printf(j->arena,
                   "{\"components\": {\"kubelet\": {\"state\": \"running\", \"processes\": [{\"pid\": 7}], "
                   "\"settings\": {\"x\": %s}}}}",
                   setting);
}
