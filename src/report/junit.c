/*
 * JUnit XML by libxml2, valid for the Jenkins schema and the Ant/Azure schema at once: one testsuites root without
 * attributes, a suite a section, exactly one of skipped, error and failure in a case, evidence in its text.
 */
#include <libxml/xmlwriter.h>

#include "formats.h"
#include "plumbline/core/number.h"
#include "plumbline/report/border.h"

#define EVIDENCE_BYTES_MAX (64u << 10) /* readers refuse very large text nodes */

typedef struct writer {
  xmlTextWriterPtr xml;
  const pl_run *run;
  pl_arena *arena;
  const char *node, *timestamp;
  const pl_header_line *lines; /* every suite carries them: readers split files by suite */
  size_t line_count;
  int suite;
  bool failed; /* sticky: a call of the library reported an error */
} writer;

static const xmlChar *xml_text(const char *text) { return (const xmlChar *)text; }
static void check(writer *w, int rc) { w->failed |= rc < 0; }
static void start(writer *w, const char *name) { check(w, xmlTextWriterStartElement(w->xml, xml_text(name))); }
static void end(writer *w) { check(w, xmlTextWriterEndElement(w->xml)); }

static void attribute(writer *w, const char *name, const char *value) {
  check(w, xmlTextWriterWriteAttribute(w->xml, xml_text(name), xml_text(pl_border(w->arena, value, false))));
}

static void number(writer *w, const char *name, size_t value) { attribute(w, name, pl_printf(w->arena, "%zu", value)); }

/* Seconds with three decimals, the most that Jenkins' schema allows. */
static void seconds(writer *w, int64_t ns) {
  int64_t ms = ns < 0 ? 0 : ns / 1000000;
  attribute(w, "time", pl_printf(w->arena, "%lld.%03lld", (long long)(ms / 1000), (long long)(ms % 1000)));
}

static void content(writer *w, const char *text) {
  const char *clean = pl_border(w->arena, text, true);
  if (strlen(clean) > EVIDENCE_BYTES_MAX) {
    size_t cut = EVIDENCE_BYTES_MAX;
    while (cut > 0 && ((unsigned char)clean[cut] & 0xc0) == 0x80)
      cut--;
    clean = pl_printf(w->arena, "%s\n[cut; the JSON report has all]", pl_strndup(w->arena, clean, cut));
  }
  check(w, xmlTextWriterWriteString(w->xml, xml_text(clean)));
}

static void property(writer *w, const char *name, const char *value) {
  start(w, "property");
  attribute(w, "name", name);
  attribute(w, "value", value);
  end(w);
}

static void field(pl_buffer *out, const char *label, const char *text) {
  if (text && *text)
    pl_buffer_printf(out, "%s: %.*s\n", label, (int)EVIDENCE_BYTES_MAX, text); /* one alone does not fill it */
}

static const char *evidence(writer *w, const pl_result *result) {
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, 4 * EVIDENCE_BYTES_MAX);
  field(&out, "reason", result->reason);
  for (size_t i = 0; i < result->observation_count; i++)
    field(&out, "seen", pl_observation_line(w->arena, &result->observations[i]));
  field(&out, "expected", result->expected);
  field(&out, "note", pl_letter_line(w->arena, result));
  field(&out, "note", result->not_yet_in_force);
  field(&out, "waiver", pl_waiver_line(w->arena, result));
  field(&out, "why", result->control->why);
  field(&out, "fix", result->fix);
  return pl_buffer_take(&out, w->arena).data;
}

/* What becomes of a verdict: the element, its type and the words before the reason. */
static const struct {
  const char *element, *type, *prefix;
} outcomes[PL_VERDICT_COUNT] = {
    [PL_PASS] = {NULL, NULL, NULL},
    [PL_FAIL] = {"failure", "fail", ""},
    [PL_ERROR] = {"error", "evidence-unavailable", ""},
    [PL_MANUAL] = {"skipped", NULL, "manual: "},
    [PL_NOT_APPLICABLE] = {"skipped", NULL, "not applicable: "},
};

static const char *skip_message(writer *w, const pl_result *result) {
  if (result->waived)
    return pl_printf(w->arena, "waived: %s; %s", pl_waiver_line(w->arena, result), result->reason);
  const char *prefix = outcomes[result->verdict].prefix;
  if (result->verdict == PL_MANUAL && result->question)
    return pl_printf(w->arena, "%s%s (%s)", prefix, result->question, result->reason ? result->reason : "");
  return pl_printf(w->arena, "%s%s", prefix, result->reason ? result->reason : "");
}

static void put_outcome(writer *w, const pl_result *result) {
  const char *element = result->waived ? "skipped" : outcomes[result->verdict].element;
  if (!element)
    return;
  start(w, element);
  if (pl_equal(element, "skipped")) {
    attribute(w, "message", skip_message(w, result));
  } else {
    attribute(w, "message", result->reason);
    attribute(w, "type", outcomes[result->verdict].type);
  }
  content(w, evidence(w, result));
  end(w);
}

static void start_case(writer *w, const char *class_name, const char *name, int64_t ns) {
  start(w, "testcase");
  attribute(w, "classname", class_name);
  attribute(w, "name", name);
  seconds(w, ns);
}

typedef struct totals {
  size_t tests, failures, errors, skipped;
  int64_t ns;
} totals;

static totals count(const pl_result *results, size_t length) {
  totals sum = {.tests = length};
  for (size_t i = 0; i < length; i++) {
    const char *element = results[i].waived ? "skipped" : outcomes[results[i].verdict].element;
    sum.failures += pl_equal(element, "failure");
    sum.errors += pl_equal(element, "error");
    sum.skipped += pl_equal(element, "skipped");
    sum.ns += results[i].duration_ns;
  }
  return sum;
}

static void start_suite(writer *w, const char *name, const totals *sum) {
  start(w, "testsuite");
  attribute(w, "name", name);
  attribute(w, "timestamp", w->timestamp);
  attribute(w, "hostname", w->node);
  number(w, "tests", sum->tests);
  number(w, "failures", sum->failures);
  number(w, "errors", sum->errors);
  number(w, "skipped", sum->skipped);
  seconds(w, sum->ns);
  attribute(w, "package", w->node);
  number(w, "id", (size_t)w->suite++);
  start(w, "properties");
  property(w, "timestamp.utc", pl_format_time(w->arena, w->run->started));
  for (size_t i = 0; i < w->line_count; i++)
    property(w, w->lines[i].name, w->lines[i].value);
  end(w);
}

static void end_suite(writer *w) {
  start(w, "system-out");
  end(w);
  start(w, "system-err");
  end(w);
  end(w);
}

static void put_section(writer *w, const pl_benchmark *benchmark, const pl_result *results, size_t length) {
  const pl_control *first = results->control;
  totals sum = count(results, length);
  start_suite(w, pl_printf(w->arena, "%s %s %s", benchmark->id, first->section, first->section_title), &sum);
  const char *class_name = pl_printf(w->arena, "%s.%s.%s", w->node, benchmark->id, first->section);
  for (size_t i = 0; i < length; i++) {
    const pl_control *control = results[i].control;
    start_case(w, class_name, pl_printf(w->arena, "%s %s", control->id, control->title), results[i].duration_ns);
    put_outcome(w, &results[i]);
    end(w);
  }
  end_suite(w);
}

static void put_benchmark(writer *w, const pl_run_benchmark *run) {
  for (size_t first = 0; first < run->count;) {
    size_t last = first + 1;
    while (last < run->count && pl_equal(run->results[last].control->section, run->results[first].control->section))
      last++;
    put_section(w, run->benchmark, run->results + first, last - first);
    first = last;
  }
}

/* A run without a single verdict must not look like a clean one. */
static void put_nothing_judged(writer *w) {
  totals sum = {.tests = 1, .errors = 1};
  start_suite(w, "plumbline", &sum);
  start_case(w, pl_printf(w->arena, "%s.plumbline", w->node), "something was judged", 0);
  start(w, "error");
  attribute(w, "message", pl_nothing_judged);
  attribute(w, "type", "nothing-judged");
  end(w);
  end(w);
  end_suite(w);
}

static void put_document(writer *w) {
  check(w, xmlTextWriterSetIndent(w->xml, 1));
  check(w, xmlTextWriterStartDocument(w->xml, "1.0", "UTF-8", NULL));
  start(w, "testsuites");
  for (size_t i = 0; i < w->run->benchmark_count; i++)
    put_benchmark(w, &w->run->benchmarks[i]);
  if (!pl_run_judged(w->run))
    put_nothing_judged(w);
  check(w, xmlTextWriterEndDocument(w->xml));
  check(w, xmlTextWriterFlush(w->xml));
}

/* The library would tell standard error by itself. */
static void say_nothing(void *context, const char *format, ...) { (void)context, (void)format; }

static int write_bytes(void *context, const char *data, int length) {
  return fwrite(data, 1, (size_t)length, context) == (size_t)length ? length : -1;
}

int pl_report_junit(FILE *out, const pl_run *run, const pl_report_options *options, pl_error *err) {
  (void)options;
  xmlSetGenericErrorFunc(NULL, say_nothing);
  xmlOutputBufferPtr buffer = xmlOutputBufferCreateIO(write_bytes, NULL, out, NULL);
  xmlTextWriterPtr xml = buffer ? xmlNewTextWriter(buffer) : NULL;
  if (!xml)
    return pl_fail(err, PL_ERR_IO, "libxml2 could not start a document");
  char *stamp = pl_format_time(run->arena, run->started);
  stamp[strcspn(stamp, "Z")] = 0; /* the Ant schema forbids a zone */
  writer w = {.xml = xml, .run = run, .arena = run->arena, .node = pl_run_node(run), .timestamp = stamp};
  w.line_count = pl_header_lines(run, &w.lines);
  put_document(&w);
  xmlFreeTextWriter(xml);
  if (w.failed || fflush(out) != 0 || ferror(out))
    return pl_fail(err, PL_ERR_IO, "the JUnit report could not be written");
  return 0;
}
