/* A whole run: every control of every benchmark, the counts, the exit code. */
#include "private.h"

static pl_view_of_facts view_of(const pl_node *facts, const pl_site *site, int64_t judged_at) {
  const pl_node *host = pl_get(facts, "host");
  pl_view_of_facts ret = {.facts = facts, .site = site, .judged_at = judged_at};
  const pl_node *components = pl_get(facts, "components");
  for (size_t i = 0; i < PL_COMPONENTS_MAX && pl_component_names[i]; i++)
    ret.components[i] = pl_get(components, pl_component_names[i]);
  ret.files = pl_get(facts, "files");
  ret.file_sets = pl_get(facts, "file_sets");
  ret.globs = pl_get(facts, "globs");
  ret.certificates = pl_get(facts, "certificates");
  ret.node_name = pl_get_text(host, "node_name", pl_get_text(host, "hostname", NULL));
  return ret;
}

static void count(pl_run *run, pl_run_benchmark *part, const pl_result *result) {
  part->counts[result->verdict]++;
  run->counts[result->verdict]++;
  part->waived += result->waived;
  run->waived += result->waived;
}

static void judge_benchmark(pl_arena *arena, const pl_view_of_facts *view, pl_site_index *index, pl_run *run,
                            pl_run_benchmark *part) {
  part->count = part->benchmark->control_count;
  part->results = pl_new_array(arena, pl_result, part->count + 1);
  for (size_t i = 0; i < part->count; i++) {
    pl_result *result = &part->results[i];
    pl_judge_control(arena, view, &part->benchmark->controls[i], result);
    pl_apply_statement(index, result);
    pl_apply_waivers(index, result);
    count(run, part, result);
  }
}

void pl_evaluate(pl_arena *arena, const pl_benchmark *const *benchmarks, size_t count, const pl_site *site,
                 const pl_node *facts, int64_t judged_at, pl_run *ret) {
  pl_view_of_facts *view = pl_new(arena, pl_view_of_facts);
  *view = view_of(facts, site, judged_at);
  *ret =
      (pl_run){.arena = arena, .facts = facts, .benchmark_count = count, .started = judged_at, .finished = judged_at};
  ret->site_shown = site ? site->shown : NULL;
  ret->benchmarks = pl_new_array(arena, pl_run_benchmark, count + 1);
  pl_site_index *index = pl_site_index_new(arena, view, benchmarks, count);
  for (size_t i = 0; i < count; i++) {
    ret->benchmarks[i].benchmark = benchmarks[i];
    judge_benchmark(arena, view, index, ret, &ret->benchmarks[i]);
  }
  pl_site_notes(index, ret);
}

bool pl_run_judged(const pl_run *run) {
  bool none = pl_equal(pl_get_text(pl_get(run->facts, "platform"), "name", NULL), "none");
  return !none && run->counts[PL_PASS] + run->counts[PL_FAIL] + run->counts[PL_ERROR] + run->counts[PL_MANUAL] > 0;
}

int pl_run_exit_code(const pl_run *run) {
  enum { NOTHING_FAILED = 0, FAILED = 1, NOT_KNOWN = 3 };
  if (run->counts[PL_FAIL] > run->waived)
    return FAILED;
  return !pl_run_judged(run) || run->counts[PL_ERROR] > 0 ? NOT_KNOWN : NOTHING_FAILED;
}
