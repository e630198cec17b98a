/* The JSON report: the whole run as one document (schema: src/ship/plumbline-report.schema.json). */
#include "plumbline/core/json.h"
#include "formats.h"
#include "plumbline/core/number.h"
#include "plumbline/report/border.h"

static void optional(pl_json_out *o, const char *key, const char *value) {
  if (value)
    pl_json_out_text(o, key, value);
}

static void put_texts(pl_json_out *o, const char *key, pl_texts list) {
  pl_json_out_list(o, key);
  for (size_t i = 0; i < list.count; i++)
    pl_json_out_text(o, NULL, list.items[i]);
  pl_json_out_close(o);
}

static void put_counts(pl_json_out *o, const size_t counts[PL_VERDICT_COUNT], size_t waived) {
  for (int verdict = 0; verdict < PL_VERDICT_COUNT; verdict++)
    pl_json_out_integer(o, pl_verdict_token((pl_verdict)verdict), (int64_t)counts[verdict]);
  pl_json_out_integer(o, "waived", (int64_t)waived);
}

static void put_observation(pl_json_out *o, const pl_observation *observation) {
  pl_json_out_object(o, NULL);
  pl_json_out_text(o, "what", observation->what ? observation->what : "");
  pl_json_out_text(o, "value", observation->value);
  optional(o, "layer", observation->layer);
  optional(o, "where", observation->where);
  optional(o, "overrides", observation->overrides);
  optional(o, "default", observation->fallback);
  pl_json_out_text(o, "verdict", pl_verdict_token(observation->verdict));
  pl_json_out_close(o);
}

static void put_waiver(pl_json_out *o, const pl_waiver_mark *waiver) {
  pl_json_out_object(o, "waiver");
  pl_json_out_text(o, "scope", waiver->scope);
  pl_json_out_text(o, "reason", waiver->reason);
  pl_json_out_text(o, "approver", waiver->approver);
  pl_json_out_text(o, "expires", waiver->expires);
  pl_json_out_text(o, "note", waiver->note);
  pl_json_out_close(o);
}

static void put_control(pl_json_out *o, const pl_control *control) {
  pl_json_out_text(o, "key", control->key);
  pl_json_out_text(o, "id", control->id);
  pl_json_out_text(o, "title", control->title);
  pl_json_out_text(o, "section", control->section);
  pl_json_out_integer(o, "level", control->level);
  pl_json_out_boolean(o, "automated", control->automated);
  optional(o, "why", control->why);
  pl_json_out_object(o, "references");
  if (control->stig.count)
    put_texts(o, "stig", control->stig);
  if (control->nsa.count)
    put_texts(o, "nsa", control->nsa);
  pl_json_out_close(o);
}

static void put_result(pl_json_out *o, const pl_result *result) {
  pl_json_out_object(o, NULL);
  put_control(o, result->control);
  pl_json_out_text(o, "verdict", pl_verdict_token(result->verdict));
  pl_json_out_boolean(o, "waived", result->waived);
  pl_json_out_text(o, "letter", result->letter);
  optional(o, "letter_because", result->letter_because);
  pl_json_out_text(o, "reason", result->reason ? result->reason : "");
  pl_json_out_text(o, "expected", result->expected);
  optional(o, "question", result->question);
  optional(o, "row", result->row);
  optional(o, "statement", result->statement);
  optional(o, "not_yet_in_force", result->not_yet_in_force);
  pl_json_out_list(o, "observations");
  for (size_t i = 0; i < result->observation_count; i++)
    put_observation(o, &result->observations[i]);
  pl_json_out_close(o);
  pl_json_out_text(o, "fix", result->fix);
  if (result->waiver)
    put_waiver(o, result->waiver);
  pl_json_out_integer(o, "duration_us", result->duration_ns / 1000);
  pl_json_out_close(o);
}

static void put_benchmark(pl_json_out *o, const pl_run_benchmark *run) {
  const pl_benchmark *benchmark = run->benchmark;
  pl_json_out_object(o, NULL);
  pl_json_out_text(o, "id", benchmark->id);
  pl_json_out_text(o, "title", benchmark->title);
  pl_json_out_text(o, "edition", benchmark->edition ? benchmark->edition->version : NULL);
  optional(o, "edition_because", benchmark->edition_because);
  pl_json_out_boolean(o, "edition_covers_version", benchmark->edition_covers);
  pl_json_out_integer(o, "deselected", (int64_t)benchmark->deselected);
  pl_json_out_object(o, "counts");
  put_counts(o, run->counts, run->waived);
  pl_json_out_close(o);
  pl_json_out_list(o, "results");
  for (size_t i = 0; i < run->count; i++)
    put_result(o, &run->results[i]);
  pl_json_out_close(o);
  pl_json_out_close(o);
}

/* Parts of the facts that stand in the report as they are; the tool's entry is the judge's, which may be another. */
static void put_facts(pl_json_out *o, const pl_run *run) {
  pl_json_out_object(o, "tool");
  pl_json_out_text(o, "name", "plumbline");
  pl_json_out_text(o, "version", PL_VERSION);
  const pl_node *by = pl_get(run->facts, "tool"), *rejected = pl_get(run->facts, "rejected_processes");
  pl_json_out_node(o, "facts_by", pl_is(by, PL_OBJECT) ? by : NULL);
  pl_json_out_close(o);
  static const char *const parts[] = {"vantage", "host", "platform"};
  static const pl_node nothing = {.kind = PL_OBJECT}, nobody = {.kind = PL_LIST};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    const pl_node *part = pl_get(run->facts, parts[i]);
    pl_json_out_node(o, parts[i], pl_is(part, PL_OBJECT) ? part : &nothing);
  }
  bool listed = pl_is(rejected, PL_LIST) || pl_is(rejected, PL_OBJECT);
  pl_json_out_node(o, "rejected_processes", listed ? rejected : &nobody);
}

static void put_remarks(pl_json_out *o, const pl_run *run) {
  const pl_header_line *remarks;
  size_t count = pl_remark_lines(run->arena, run->facts, NULL, &remarks);
  pl_json_out_list(o, "remarks");
  for (size_t i = 0; i < count; i++) {
    pl_json_out_object(o, NULL);
    pl_json_out_text(o, "kind", remarks[i].name);
    pl_json_out_text(o, "text", remarks[i].value);
    pl_json_out_close(o);
  }
  pl_json_out_close(o);
}

static void put_run(pl_json_out *o, const pl_run *run) {
  pl_json_out_object(o, "run");
  pl_json_out_text(o, "judged_at", pl_format_time(run->arena, run->started));
  pl_json_out_text(o, "finished_at", pl_format_time(run->arena, run->finished));
  pl_json_out_text(o, "definitions_sha256", run->definitions_digest);
  if (run->confinement)
    pl_json_out_node(o, "confinement", run->confinement);
  pl_json_out_text(o, "site_file", run->site_shown);
  put_texts(o, "site_notes", (pl_texts){run->site_notes, run->site_note_count});
  pl_json_out_close(o);
}

int pl_report_json(FILE *out, const pl_run *run, const pl_report_options *options, pl_error *err) {
  (void)options;
  pl_json_out *o = pl_json_out_new(out);
  pl_json_out_object(o, NULL);
  pl_json_out_text(o, "schema", "plumbline-report-1");
  put_facts(o, run);
  put_remarks(o, run);
  put_run(o, run);
  pl_json_out_list(o, "benchmarks");
  for (size_t i = 0; i < run->benchmark_count; i++)
    put_benchmark(o, &run->benchmarks[i]);
  pl_json_out_close(o);
  pl_json_out_object(o, "summary");
  put_counts(o, run->counts, run->waived);
  pl_json_out_integer(o, "exit_code", pl_run_exit_code(run));
  pl_json_out_close(o);
  pl_json_out_close(o);
  return pl_json_out_finish(o, err);
}
