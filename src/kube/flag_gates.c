/* States of feature gates by --feature-gates and the version's defaults. */
#include "src/kube/flag_gates.h"

#include "plumbline/kube/platform.h"

#define GATES_FLAG      "feature-gates"
#define COMPONENT_SINCE 31 /* "kube:NAME=true" */

static const pl_table_entries *known_gates(const pl_flag_run *run) {
  const pl_table *table = pl_tables_get(run->input->tables, "feature-gates");
  static const pl_table_entries none;
  return table ? pl_table_entries_of(table, "gates") : &none;
}

bool pl_gate_says(const char *text, const char *word) {
  size_t length = strlen(word);
  for (const char *at = text; at && (at = strstr(at, word)); at += length)
    if ((at == text || at[-1] == ' ') && (!at[length] || at[length] == ' '))
      return true;
  return false;
}

/* "beta on locked" of gate NAME in this version; NULL when the version has no such gate. */
static const char *gate_text(const pl_flag_run *run, const char *name) {
  const pl_table_entry *gate = pl_table_find(known_gates(run), name);
  return gate && pl_table_has(gate, run->minor) ? pl_table_default_text(gate, run->minor) : NULL;
}

static bool takes_component(const pl_flag_run *run) { return run->minor == 0 || run->minor >= COMPONENT_SINCE; }

/* Name as the gates have it, without the component. */
static const char *bare_name(const pl_flag_run *run, const char *key) {
  return pl_starts(key, "kube:") && takes_component(run) ? key + strlen("kube:") : key;
}

/* What the command line says of NAME, NULL when nothing. */
static const pl_node *explicit_value(const pl_flag_run *run, const char *name) {
  const pl_node *found = NULL;
  pl_each_member (member, pl_flag_value(run, GATES_FLAG))
    if (strcmp(bare_name(run, member->key), name) == 0)
      found = member->value;
  return found;
}

static void check_gate(pl_flag_run *run, const char *key, const pl_node *value) {
  const char *name = bare_name(run, key), *text = gate_text(run, name);
  bool on = pl_is(value, PL_BOOLEAN) && value->boolean;
  if (strcmp(name, "AllAlpha") == 0 || strcmp(name, "AllBeta") == 0)
    return;
  if (!text && run->input->build && run->input->build->any_gate)
    return;
  if (!text && (run->input->minor == 0 || run->input->minor > run->table->last))
    pl_settings_note(run->settings, "the feature gate %s is not in our tables", name);
  else if (!text)
    pl_settings_refuse(run->settings, "feature-gates", run->input->argv_where, "unrecognized feature gate: %s", name);
  else if (run->minor && pl_gate_says(text, "locked") && on != pl_gate_says(text, "on"))
    pl_settings_refuse(run->settings, "feature-gates", run->input->argv_where, "the feature gate %s is locked to %s",
                       name, on ? "false" : "true");
}

void pl_flag_gates_check_map(pl_flag_run *run, const char *name) {
  const pl_node *given = pl_flag_value(run, name);
  if (pl_count(given) == 0 || known_gates(run)->count == 0)
    return;
  pl_each_member (member, given)
    check_gate(run, member->key, member->value);
}

void pl_flag_gates_check(pl_flag_run *run) { pl_flag_gates_check_map(run, GATES_FLAG); }

static const pl_node *family_value(const pl_flag_run *run, const char *text) {
  if (pl_gate_says(text, "alpha"))
    return explicit_value(run, "AllAlpha");
  return pl_gate_says(text, "beta") ? explicit_value(run, "AllBeta") : NULL;
}

pl_gate_state pl_flag_gate(const pl_flag_run *run, const char *name) {
  const pl_table_entry *gate = pl_table_find(known_gates(run), name);
  const char *text = gate_text(run, name);
  const pl_node *value = explicit_value(run, name);
  if (!value && text)
    value = family_value(run, text);
  if (pl_is(value, PL_BOOLEAN))
    return value->boolean ? PL_GATE_ON : PL_GATE_OFF;
  if (run->minor == 0 && gate && pl_table_varies(run->table, gate))
    return PL_GATE_UNKNOWN;
  if (gate && gate->until &&
      run->minor >= gate->until) /* what it stood for has become a matter of course, or is gone */
    text = pl_table_default_text(gate, run->minor);
  return pl_gate_says(text, "on") ? PL_GATE_ON : PL_GATE_OFF;
}

/* The occurrence of the flag that says what NAME is, of itself or of its family. NULL: a default does. */
static const pl_flag *deciding_flag(const pl_flag_run *run, const char *name) {
  const char *text = gate_text(run, name);
  const char *family = pl_gate_says(text, "alpha") ? "AllAlpha" : pl_gate_says(text, "beta") ? "AllBeta" : NULL;
  const pl_flag *own = pl_flags_gate(&run->flags, GATES_FLAG, name, takes_component(run));
  return own || !family ? own : pl_flags_gate(&run->flags, GATES_FLAG, family, takes_component(run));
}

void pl_flag_gate_setting(pl_flag_run *run, const char *name) {
  const char *setting = pl_printf(run->arena, "featureGates.%s", name);
  pl_gate_state state = pl_flag_gate(run, name);
  const pl_flag *decided = deciding_flag(run, name);
  if (state == PL_GATE_UNKNOWN)
    pl_flag_unreadable(run, setting, "the version is unknown, and the gate's default is not the same in all versions");
  else
    pl_flag_put(run, setting, pl_node_boolean(run->arena, state == PL_GATE_ON),
                decided ? pl_settings_argv_layer(run->input, decided->index) : "default",
                decided ? pl_settings_argv(run->arena, run->input, decided->index) : NULL, 0);
  pl_settings_default(run->settings, setting, pl_node_boolean(run->arena, pl_gate_says(gate_text(run, name), "on")));
  pl_settings_refused_like(run->settings, setting, GATES_FLAG); /* it cannot be read, so it may speak of this gate */
}
