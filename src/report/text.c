/* The report for people: header, failures with evidence and fix, then what is open, then one line for each of the rest.
 */
#include "formats.h"
#include "plumbline/report/border.h"

#define WIDTH         100
#define INDENT        10
#define SHOWN_MAX     8   /* observations of one result, unless --verbose */
#define SHOWN_COLUMNS 240 /* of one observation, unless --verbose */

typedef struct writer {
  FILE *out;
  const pl_run *run;
  const pl_report_options *options;
  pl_arena *arena;
} writer;

typedef enum group {
  GROUP_FAIL,
  GROUP_ERROR,
  GROUP_WAIVED,
  GROUP_MANUAL,
  GROUP_PASS,
  GROUP_NOT_APPLICABLE,
  GROUP_COUNT
} group;

static const struct {
  const char *title, *mark, *colour;
} groups[GROUP_COUNT] = {
    [GROUP_FAIL] = {"Failed", "FAIL", "\033[31m"},
    [GROUP_ERROR] = {"Could not be judged", "ERROR", "\033[35m"},
    [GROUP_WAIVED] = {"Failed, but waived", "WAIVED", "\033[33m"},
    [GROUP_MANUAL] = {"For a person to decide", "MANUAL", "\033[36m"},
    [GROUP_PASS] = {"Passed", "PASS", "\033[32m"},
    [GROUP_NOT_APPLICABLE] = {"Not applicable", "N/A", "\033[2m"},
};

static group group_of(const pl_result *result) {
  switch (result->verdict) {
  case PL_PASS:
    return GROUP_PASS;
  case PL_FAIL:
    return result->waived ? GROUP_WAIVED : GROUP_FAIL;
  case PL_ERROR:
    return GROUP_ERROR;
  case PL_MANUAL:
    return GROUP_MANUAL;
  case PL_NOT_APPLICABLE:
    break;
  }
  return GROUP_NOT_APPLICABLE;
}

static const char *colour(const writer *w, group of) { return w->options->colour ? groups[of].colour : ""; }
static const char *plain(const writer *w) { return w->options->colour ? "\033[0m" : ""; }

/* Columns that the bytes of a word take: continuation bytes of UTF-8 take none. */
static size_t columns(const char *text, size_t length) {
  size_t count = 0;
  for (size_t i = 0; i < length; i++)
    count += ((unsigned char)text[i] & 0xc0) != 0x80;
  return count;
}

/* One line of TEXT, broken at blanks, continued under INDENT. USED columns are taken already. */
static void put_wrapped(const writer *w, const char *text, size_t length, size_t indent, size_t used) {
  size_t column = used;
  for (size_t at = 0; at < length;) {
    size_t end = at;
    while (end < length && text[end] != ' ')
      end++;
    size_t width = columns(text + at, end - at);
    if (column > indent && column + 1 + width > WIDTH) {
      fprintf(w->out, "\n%*s", (int)indent, "");
      column = indent;
    } else if (at > 0) {
      fputc(' ', w->out);
      column++;
    }
    fwrite(text + at, 1, end - at, w->out);
    column += width;
    at = end < length ? end + 1 : end;
  }
  fputc('\n', w->out);
}

/* "  label     text", further lines of the text under it. WHOLE: lines that end no sentence are commands, and stay in
 * one piece. */
static void put_lines(const writer *w, const char *label, const char *text, bool whole) {
  if (!text || !*text)
    return;
  const char *shown = label;
  for (const char *line = pl_border(w->arena, text, true); *line;) {
    size_t length = strcspn(line, "\n");
    fprintf(w->out, "  %-*s", INDENT, shown);
    if (whole && length > 0 && !strchr(".:;,?", line[length - 1]))
      fprintf(w->out, "%.*s\n", (int)length, line);
    else
      put_wrapped(w, line, length, INDENT + 2, INDENT + 2);
    line += length + (line[length] == '\n');
    shown = "";
  }
}

static void put_field(const writer *w, const char *label, const char *text) { put_lines(w, label, text, false); }

/* At most SHOWN_COLUMNS columns of TEXT, cut between characters. */
static const char *shorten(const writer *w, const char *text) {
  size_t length = strlen(text);
  if (columns(text, length) <= SHOWN_COLUMNS)
    return text;
  size_t cut = 0;
  for (size_t taken = 0; taken < SHOWN_COLUMNS; cut++)
    taken += ((unsigned char)text[cut] & 0xc0) != 0x80;
  while (((unsigned char)text[cut] & 0xc0) == 0x80)
    cut++;
  return pl_printf(w->arena, "%s... (--verbose shows all)", pl_strndup(w->arena, text, cut));
}

static void put_title(const writer *w, const pl_result *result, group of) {
  const pl_control *control = result->control;
  char *title = pl_printf(w->arena, "%s  %s", control->id, pl_border(w->arena, control->title, false));
  fprintf(w->out, "%s%-6s%s  ", colour(w, of), groups[of].mark, plain(w));
  put_wrapped(w, title, strlen(title), INDENT + 2, 8);
}

/* The reason says it already: the same value at the same place. */
static bool told(const pl_result *result, const pl_observation *observation) {
  const char *reason = result->reason, *place = observation->where ? observation->where : observation->what;
  return reason && place && observation->value && strstr(reason, place) && strstr(reason, observation->value);
}

static bool worth_showing(const pl_result *result, const pl_observation *observation, group of) {
  bool premise = observation->premise && observation->verdict == PL_PASS;
  return !premise && !told(result, observation) && !(of == GROUP_FAIL && observation->verdict == PL_PASS);
}

/* What was looked at: all of it when --verbose asks, else what the reason has not told, shortened. */
static void put_observations(const writer *w, const pl_result *result, group of) {
  const char *label = "seen";
  size_t shown = 0, wanted = 0;
  for (size_t i = 0; i < result->observation_count; i++) {
    const pl_observation *observation = &result->observations[i];
    if (!w->options->verbose && !worth_showing(result, observation, of))
      continue;
    if (++wanted > SHOWN_MAX && !w->options->verbose)
      continue;
    const char *line = pl_observation_line(w->arena, observation);
    put_field(w, label, w->options->verbose ? line : shorten(w, line));
    label = "";
    shown++;
  }
  if (wanted > shown)
    put_field(w, "", pl_printf(w->arena, "and %zu more (--verbose shows all)", wanted - shown));
}

static void put_details(const writer *w, const pl_result *result, group of) {
  if (!pl_equal(result->reason, result->question))
    put_field(w, "", result->reason);
  put_field(w, "question", result->question);
  put_observations(w, result, of);
  if (of != GROUP_MANUAL || w->options->verbose)
    put_field(w, "expected", result->expected);
  put_field(w, "row", result->row);
  put_field(w, "statement", result->statement);
  put_field(w, "note", pl_letter_line(w->arena, result));
  put_field(w, "note", result->not_yet_in_force);
  put_field(w, "waiver", pl_waiver_line(w->arena, result));
  if (of == GROUP_FAIL || of == GROUP_WAIVED || w->options->verbose) {
    put_field(w, "why", result->control->why);
    put_lines(w, "fix", result->fix, true);
  }
  fputc('\n', w->out);
}

/* For the rest: id, title, and what a reader must not miss. */
static void put_line(const writer *w, const pl_result *result, group of) {
  put_title(w, result, of);
  if (of == GROUP_NOT_APPLICABLE)
    put_field(w, "", result->reason);
  put_field(w, "note", pl_letter_line(w->arena, result));
  put_field(w, "note", result->not_yet_in_force);
  put_field(w, "waiver", pl_waiver_line(w->arena, result));
}

static bool detailed(const writer *w, group of) {
  if (w->options->quiet)
    return false;
  return w->options->verbose || of == GROUP_FAIL || of == GROUP_ERROR || of == GROUP_WAIVED || of == GROUP_MANUAL;
}

static size_t put_group(const writer *w, const pl_run_benchmark *run, group of) {
  size_t count = 0;
  for (size_t i = 0; i < run->count; i++) {
    const pl_result *result = &run->results[i];
    if (group_of(result) != of)
      continue;
    if (count++ == 0 && !w->options->quiet)
      fprintf(w->out, "%s%s%s\n\n", w->options->colour ? "\033[1m" : "", groups[of].title, plain(w));
    if (detailed(w, of)) {
      put_title(w, result, of);
      put_details(w, result, of);
    } else {
      put_line(w, result, of);
    }
  }
  if (count && !detailed(w, of) && !w->options->quiet)
    fputc('\n', w->out);
  return count;
}

static void put_header(const writer *w) {
  const pl_header_line *lines;
  size_t count = pl_header_lines(w->run, &lines);
  for (size_t i = 0; i < count; i++) {
    const char *name = i && pl_equal(lines[i].name, lines[i - 1].name) ? "" : lines[i].name;
    fprintf(w->out, "%-14s", name);
    put_wrapped(w, lines[i].value, strlen(lines[i].value), 14, 14);
  }
  fputc('\n', w->out);
}

static void put_benchmark(const writer *w, const pl_run_benchmark *run) {
  if (w->run->benchmark_count > 1 && !w->options->quiet)
    fprintf(w->out, "== %s %s ==\n\n", pl_border(w->arena, run->benchmark->title, false),
            run->benchmark->edition ? run->benchmark->edition->version : "");
  group last = w->options->quiet ? GROUP_ERROR : GROUP_NOT_APPLICABLE;
  for (group of = GROUP_FAIL; of <= last; of++)
    put_group(w, run, of);
}

int pl_report_text(FILE *out, const pl_run *run, const pl_report_options *options, pl_error *err) {
  writer w = {out, run, options, run->arena};
  if (!options->quiet)
    put_header(&w);
  for (size_t i = 0; i < run->benchmark_count; i++)
    put_benchmark(&w, &run->benchmarks[i]);
  for (size_t i = 0; i < run->benchmark_count; i++) {
    const pl_run_benchmark *part = &run->benchmarks[i];
    fprintf(out, "%s %s on %s: %s\n", part->benchmark->id,
            part->benchmark->edition ? part->benchmark->edition->version : "", pl_run_node(run),
            pl_counts_line(run->arena, part->counts, part->waived));
  }
  if (!pl_run_judged(run))
    fprintf(out, "%s\n", pl_nothing_judged);
  if (fflush(out) != 0 || ferror(out))
    return pl_fail(err, PL_ERR_IO, "the report could not be written");
  return 0;
}
