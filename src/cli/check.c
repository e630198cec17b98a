/* plumbline check: judge a node and write the reports. */
#include <time.h>

#include "commands.h"
#include "output.h"
#include "plumbline/core/number.h"
#include "plumbline/report/report.h"
#include "repeat.h"
#include "session.h"

typedef struct target {
  const pl_report_format *format;
  pl_output output;
} target;

typedef struct targets {
  target *items;
  size_t count;
  pl_output done; /* --sonobuoy: the file that names the report; its worker takes that up as soon as it is there */
} targets;

static void abandon(targets *all) {
  for (size_t i = 0; i < all->count; i++)
    pl_output_abandon(&all->items[i].output);
  pl_output_abandon(&all->done);
}

/* "{date}" in the name of a file is the day, in UTC, so that a report of each day can be kept. */
static const char *dated(pl_arena *arena, const char *name) {
  static const char mark[] = "{date}";
  const char *at = name ? strstr(name, mark) : NULL;
  if (!at)
    return name;
  const char *now = pl_format_time(arena, time(NULL));
  return pl_printf(arena, "%.*s%.*s%s", (int)(at - name), name, (int)strlen("2026-01-31"), now,
                   dated(arena, at + strlen(mark)));
}

static int open_one(pl_session *session, const pl_report_wish *wish, targets *all) {
  target *one = &all->items[all->count];
  pl_error err = {0};
  one->format = pl_report_find(wish->format);
  if (pl_output_open(session->arena, dated(session->arena, wish->target), &one->output, &err) < 0)
    return pl_tell(err.kind == PL_ERR_USAGE ? PL_EXIT_USAGE : PL_EXIT_INTERNAL, "--report %s: %s", wish->format,
                   err.text);
  all->count++;
  pl_session_writes(session, &one->output);
  for (size_t i = 0; i + 1 < all->count; i++)
    if (pl_output_same(&all->items[i].output, &one->output))
      return pl_tell(PL_EXIT_USAGE, "two reports (%s and %s) cannot both go to %s", all->items[i].format->name,
                     wish->format, wish->target ? wish->target : "standard output");
  return 0;
}

static int open_done(pl_session *session, targets *all) {
  const char *directory = session->options->sonobuoy;
  pl_error err = {0};
  if (!directory)
    return 0;
  if (pl_output_open(session->arena, pl_printf(session->arena, "%s/done", directory), &all->done, &err) < 0)
    return pl_tell(PL_EXIT_INTERNAL, "--sonobuoy: %s", err.text);
  pl_session_writes(session, &all->done);
  return 0;
}

/* The path as given, since that is what the worker's container calls it too. */
static int write_done(const pl_options *options, targets *all) {
  pl_error err = {0};
  if (!options->sonobuoy)
    return 0;
  fprintf(all->done.stream, "%s", options->sonobuoy_report);
  return pl_output_commit(&all->done, &err) == 0 ? 0 : pl_tell(PL_EXIT_INTERNAL, "--sonobuoy: %s", err.text);
}

/* Before the node is read, so that a target that cannot be written costs nothing. */
static int open_targets(pl_session *session, targets *all) {
  static const pl_report_wish standard = {"text", NULL};
  const pl_options *options = session->options;
  size_t count = options->report_count ? options->report_count : 1;
  all->items = pl_new_array(session->arena, target, count);
  for (size_t i = 0; i < count; i++) {
    int code = open_one(session, options->report_count ? &options->reports[i] : &standard, all);
    if (code)
      return code;
  }
  return open_done(session, all);
}

static bool coloured(FILE *stream) {
  const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
  return isatty(fileno(stream)) && !(no_color && *no_color) && !pl_equal(terminal, "dumb");
}

static int write_one(const pl_options *options, const pl_run *run, target *one) {
  pl_report_options how = {
      .colour = coloured(one->output.stream), .quiet = options->quiet, .verbose = options->verbose};
  pl_error err = {0};
  if (one->format->write(one->output.stream, run, &how, &err) < 0 || pl_output_commit(&one->output, &err) < 0)
    return pl_tell(PL_EXIT_INTERNAL, "%s report: %s", one->format->name, err.text);
  return 0;
}

static int judge_and_report(pl_session *session, targets *all) {
  pl_run run = {0};
  int code = pl_session_facts(session);
  if (!code)
    code = pl_session_judge(session, &run);
  if (code)
    return code;
  for (size_t i = 0; i < all->count; i++) {
    int failed = write_one(session->options, &run, &all->items[i]);
    code = failed ? failed : code;
  }
  code = code ? code : write_done(session->options, all);
  if (code)
    return code;
  code = pl_run_exit_code(&run);
  return session->options->exit_zero ? 0 : code;
}

static int check_once(pl_arena *arena, const pl_options *options) {
  pl_session session;
  targets all = {0};
  int code = pl_session_open(&session, arena, options);
  if (!code)
    code = open_targets(&session, &all);
  if (!code)
    code = judge_and_report(&session, &all);
  abandon(&all); /* what was committed is no longer there to abandon */
  pl_session_close(&session);
  return code;
}

int pl_command_check(pl_arena *arena, const pl_options *options) {
  return options->every ? pl_repeat(options, check_once) : check_once(arena, options);
}
