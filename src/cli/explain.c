/* plumbline explain: one control, what it wants, what was found, where each value comes from, how the verdict came. */
#include <stdio.h>

#include "commands.h"
#include "plumbline/benchmark/select.h"
#include "plumbline/report/border.h"
#include "session.h"

static void field(pl_arena *arena, const char *label, const char *text) {
  if (!text || !*text)
    return;
  const char *clean = pl_border(arena, text, true), *shown = label;
  for (const char *line = clean; *line;) {
    int length = (int)strcspn(line, "\n");
    printf("%-12s%.*s\n", shown, length, line);
    line += length + (line[length] == '\n');
    shown = "";
  }
}

static const char *words(pl_arena *arena, pl_texts list) {
  const char *text = "";
  for (size_t i = 0; i < list.count; i++)
    text = pl_printf(arena, "%s%s%s", text, *text ? ", " : "", list.items[i]);
  return text;
}

static const char *value_text(pl_arena *arena, const pl_node *value) {
  const char *text = value && value->kind != PL_NULL ? pl_node_show(arena, value, 400) : "";
  return *text ? text : "unset";
}

/* "false (file, /var/lib/kubelet/config.yaml:4)" of a value with its `from`. */
static const char *value_line(pl_arena *arena, const pl_node *entry) {
  const pl_node *from = pl_get(entry, "from"), *value = pl_get(entry, "value");
  int64_t line = pl_get_integer(from, "line", 0);
  const char *where = pl_get_text(from, "where", "");
  if (line > 0)
    where = pl_printf(arena, "%s:%lld", where, (long long)line);
  return pl_printf(arena, "%s (%s%s%s)", value_text(arena, value), pl_get_text(from, "layer", "origin unknown"),
                   *where ? ", " : "", where);
}

static void put_setting(pl_arena *arena, const char *component, const char *key, const pl_node *instance) {
  const pl_node *entry = pl_get(pl_get(instance, "settings"), key);
  const char *name = pl_printf(arena, "%s %s", component, key);
  if (!entry) {
    field(arena, "setting",
          pl_printf(arena, "%s: not collected (%s is %s)", name, component,
                    pl_get_text(instance, "state", "not known here")));
    return;
  }
  const char *unreadable = pl_get_text(entry, "unreadable", NULL), *refused = pl_get_text(entry, "refused", NULL);
  field(arena, "setting", pl_printf(arena, "%s: %s", name, unreadable ? unreadable : value_line(arena, entry)));
  if (refused)
    field(arena, "", pl_printf(arena, "  refused: %s", refused));
  pl_each_item (older, pl_get(entry, "overridden"))
    field(arena, "", pl_printf(arena, "  over %s", value_line(arena, older)));
  if (pl_get(entry, "default"))
    field(arena, "", pl_printf(arena, "  default of this version: %s", value_text(arena, pl_get(entry, "default"))));
}

/* Every setting that the control names, of every instance of its component. */
static void put_settings(pl_session *session, pl_texts settings) {
  pl_arena *arena = session->arena;
  for (size_t i = 0; i < settings.count; i++) {
    size_t dot = strcspn(settings.items[i], ".");
    const char *component = pl_strndup(arena, settings.items[i], dot), *key = settings.items[i] + dot + 1;
    const pl_node *primary = pl_get(pl_get(session->facts, "components"), component);
    put_setting(arena, component, key, primary);
    pl_each_item (other, pl_get(primary, "others"))
      put_setting(arena, component, key, other);
  }
}

/* What else is known of the components whose settings the control names. */
static void put_remarks(pl_session *session, pl_texts settings) {
  pl_arena *arena = session->arena;
  const char *done = "";
  for (size_t i = 0; i < settings.count; i++) {
    const char *component = pl_strndup(arena, settings.items[i], strcspn(settings.items[i], "."));
    const pl_header_line *remarks;
    size_t count = pl_equal(done, component) ? 0 : pl_remark_lines(arena, session->facts, component, &remarks);
    for (size_t j = 0; j < count; j++)
      field(arena, remarks[j].name, remarks[j].value);
    done = component;
  }
}

static void put_result(pl_session *session, const pl_run_benchmark *run, const pl_result *result) {
  pl_arena *arena = session->arena;
  const pl_control *control = result->control;
  printf("%s  %s\n\n", control->id, pl_border(arena, control->title, false));
  field(arena, "control",
        pl_printf(arena, "%s of %s %s, level %d, %s; defined at %s:%u", control->key, run->benchmark->id,
                  run->benchmark->edition->version, control->level, control->automated ? "automated" : "manual",
                  control->file, control->line));
  field(arena, "why", control->why);
  field(arena, "expected", result->expected);
  field(arena, "verdict", pl_printf(arena, "%s%s", pl_verdict_name(result->verdict), result->waived ? ", waived" : ""));
  field(arena, "reason", result->reason);
  field(arena, "question", result->question);
  field(arena, "row", result->row);
  field(arena, "statement", result->statement);
  for (size_t i = 0; i < result->observation_count; i++)
    field(arena, i ? "" : "seen", pl_observation_line(arena, &result->observations[i]));
  pl_texts settings = pl_subject_settings(arena, control);
  put_settings(session, settings);
  put_remarks(session, settings);
  field(arena, "note", pl_letter_line(arena, result));
  field(arena, "note", result->not_yet_in_force);
  field(arena, "waiver", pl_waiver_line(arena, result));
  field(arena, "fix", result->fix);
  field(arena, "stig", words(arena, control->stig));
  field(arena, "nsa", words(arena, control->nsa));
}

static int explain(pl_session *session) {
  pl_run run = {0};
  int code = pl_session_facts(session);
  if (!code)
    code = pl_session_judge(session, &run);
  if (code)
    return code;
  bool first = true;
  for (size_t i = 0; i < run.benchmark_count; i++)
    for (size_t j = 0; j < run.benchmarks[i].count; j++) {
      if (!first)
        putchar('\n');
      first = false;
      put_result(session, &run.benchmarks[i], &run.benchmarks[i].results[j]);
    }
  return first ? pl_tell(PL_EXIT_USAGE, "explain: --level and --skip leave nothing of %s",
                         session->options->only.items[0])
               : 0;
}

int pl_command_explain(pl_arena *arena, const pl_options *options) {
  pl_options narrowed = *options;
  narrowed.only = options->operands;
  pl_session session;
  int code = pl_session_open(&session, arena, &narrowed);
  if (!code)
    code = explain(&session);
  pl_session_close(&session);
  return code;
}
