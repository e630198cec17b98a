/* The JSON report: the whole run as one document (schema: src/ship/plumbline-report.schema.json). */
#include "plumbline/core/json.h"
#include "formats.h"
#include "plumbline/core/number.h"

static void text(pl_arena *arena, pl_node *object, const char *key, const char *value) {
  pl_object_set(arena, object, key, pl_node_string(arena, value));
}

static void optional(pl_arena *arena, pl_node *object, const char *key, const char *value) {
  if (value)
    text(arena, object, key, value);
}

static pl_node *texts(pl_arena *arena, pl_texts list) {
  pl_node *node = pl_node_list(arena);
  for (size_t i = 0; i < list.count; i++)
    pl_list_add(arena, node, pl_node_string(arena, list.items[i]));
  return node;
}

static pl_node *counts_node(pl_arena *arena, const size_t counts[PL_VERDICT_COUNT], size_t waived) {
  pl_node *node = pl_node_object(arena);
  for (int verdict = 0; verdict < PL_VERDICT_COUNT; verdict++)
    pl_object_set_integer(arena, node, pl_verdict_token((pl_verdict)verdict), (int64_t)counts[verdict]);
  pl_object_set_integer(arena, node, "waived", (int64_t)waived);
  return node;
}

static pl_node *observation_node(pl_arena *arena, const pl_observation *observation) {
  pl_node *node = pl_node_object(arena);
  text(arena, node, "what", observation->what ? observation->what : "");
  text(arena, node, "value", observation->value);
  optional(arena, node, "layer", observation->layer);
  optional(arena, node, "where", observation->where);
  optional(arena, node, "overrides", observation->overrides);
  text(arena, node, "verdict", pl_verdict_token(observation->verdict));
  return node;
}

static pl_node *waiver_node(pl_arena *arena, const pl_waiver_mark *waiver) {
  pl_node *node = pl_node_object(arena);
  text(arena, node, "scope", waiver->scope);
  text(arena, node, "reason", waiver->reason);
  text(arena, node, "approver", waiver->approver);
  text(arena, node, "expires", waiver->expires);
  text(arena, node, "note", waiver->note);
  return node;
}

static void add_control(pl_arena *arena, pl_node *node, const pl_control *control) {
  text(arena, node, "key", control->key);
  text(arena, node, "id", control->id);
  text(arena, node, "title", control->title);
  text(arena, node, "section", control->section);
  pl_object_set_integer(arena, node, "level", control->level);
  pl_object_set_boolean(arena, node, "automated", control->automated);
  optional(arena, node, "why", control->why);
  pl_node *references = pl_node_object(arena);
  if (control->stig.count)
    pl_object_set(arena, references, "stig", texts(arena, control->stig));
  if (control->nsa.count)
    pl_object_set(arena, references, "nsa", texts(arena, control->nsa));
  pl_object_set(arena, node, "references", references);
}

static pl_node *result_node(pl_arena *arena, const pl_result *result) {
  pl_node *node = pl_node_object(arena);
  add_control(arena, node, result->control);
  text(arena, node, "verdict", pl_verdict_token(result->verdict));
  pl_object_set_boolean(arena, node, "waived", result->waived);
  text(arena, node, "letter", result->letter);
  optional(arena, node, "letter_because", result->letter_because);
  text(arena, node, "reason", result->reason ? result->reason : "");
  text(arena, node, "expected", result->expected);
  optional(arena, node, "question", result->question);
  optional(arena, node, "row", result->row);
  optional(arena, node, "statement", result->statement);
  optional(arena, node, "not_yet_in_force", result->not_yet_in_force);
  pl_node *observations = pl_node_list(arena);
  for (size_t i = 0; i < result->observation_count; i++)
    pl_list_add(arena, observations, observation_node(arena, &result->observations[i]));
  pl_object_set(arena, node, "observations", observations);
  text(arena, node, "fix", result->fix);
  if (result->waiver)
    pl_object_set(arena, node, "waiver", waiver_node(arena, result->waiver));
  pl_object_set_integer(arena, node, "duration_us", result->duration_ns / 1000);
  return node;
}

static pl_node *benchmark_node(pl_arena *arena, const pl_run_benchmark *run) {
  const pl_benchmark *benchmark = run->benchmark;
  pl_node *node = pl_node_object(arena);
  text(arena, node, "id", benchmark->id);
  text(arena, node, "title", benchmark->title);
  text(arena, node, "edition", benchmark->edition ? benchmark->edition->version : NULL);
  optional(arena, node, "edition_because", benchmark->edition_because);
  pl_object_set_boolean(arena, node, "edition_covers_version", benchmark->edition_covers);
  pl_object_set_integer(arena, node, "deselected", (int64_t)benchmark->deselected);
  pl_object_set(arena, node, "counts", counts_node(arena, run->counts, run->waived));
  pl_node *results = pl_node_list(arena);
  for (size_t i = 0; i < run->count; i++)
    pl_list_add(arena, results, result_node(arena, &run->results[i]));
  pl_object_set(arena, node, "results", results);
  return node;
}

/* Parts of the facts that stand in the report as they are; the tool's entry is the judge's, which may be another. */
static void add_facts(pl_arena *arena, pl_node *root, const pl_run *run) {
  pl_node *tool = pl_node_object(arena);
  text(arena, tool, "name", "plumbline");
  text(arena, tool, "version", PL_VERSION);
  pl_node *collector = pl_get(run->facts, "tool");
  pl_object_set(arena, tool, "facts_by", collector ? pl_node_copy(arena, collector) : pl_node_null(arena));
  pl_object_set(arena, root, "tool", tool);
  static const char *const parts[] = {"vantage", "host", "platform"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    pl_node *part = pl_get(run->facts, parts[i]);
    pl_object_set(arena, root, parts[i], part ? pl_node_copy(arena, part) : pl_node_object(arena));
  }
}

static pl_node *run_node(pl_arena *arena, const pl_run *run) {
  pl_node *node = pl_node_object(arena);
  text(arena, node, "judged_at", pl_format_time(arena, run->started));
  text(arena, node, "finished_at", pl_format_time(arena, run->finished));
  text(arena, node, "definitions_sha256", run->definitions_digest);
  text(arena, node, "site_file", run->site_shown);
  pl_node *notes = pl_node_list(arena);
  for (size_t i = 0; i < run->site_note_count; i++)
    pl_list_add(arena, notes, pl_node_string(arena, run->site_notes[i]));
  pl_object_set(arena, node, "site_notes", notes);
  return node;
}

int pl_report_json(FILE *out, const pl_run *run, const pl_report_options *options, pl_error *err) {
  (void)options;
  pl_arena *arena = run->arena;
  pl_node *root = pl_node_object(arena);
  text(arena, root, "schema", "plumbline-report-1");
  add_facts(arena, root, run);
  pl_object_set(arena, root, "run", run_node(arena, run));
  pl_node *benchmarks = pl_node_list(arena);
  for (size_t i = 0; i < run->benchmark_count; i++)
    pl_list_add(arena, benchmarks, benchmark_node(arena, &run->benchmarks[i]));
  pl_object_set(arena, root, "benchmarks", benchmarks);
  pl_node *summary = counts_node(arena, run->counts, run->waived);
  pl_object_set_integer(arena, summary, "exit_code", pl_run_exit_code(run));
  pl_object_set(arena, root, "summary", summary);
  return pl_json_write(out, root, err);
}
