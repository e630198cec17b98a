/* From a command line to settings, for the components of the control plane. */
#include "src/kube/flag_settings.h"

#include "plumbline/kube/platform.h"

#define UNKNOWN_VERSION "the version is unknown, and the default is not the same in all versions"

/* ---- the words ---- */

/* A flag that this version has not: refused, unless we know too little of the version to say so. */
static void check_known(pl_flag_run *run, const pl_flag *flag) {
  if ((flag->spec && pl_flag_known(flag->spec, run->minor)) ||
      pl_platform_build_has_flag(run->input->build, flag->name))
    return;
  const char *name = flag->name, *where = pl_settings_argv(run->arena, run->input, flag->index);
  if (run->input->minor == 0 || run->input->minor > run->table->last)
    pl_settings_note(run->settings, "the flag --%s at %s is not in our tables", name, where);
  else
    pl_settings_refuse_one(run->settings, "flags", where, name, pl_printf(run->arena, "unknown flag: --%s", name));
}

bool pl_flag_run_begin(pl_flag_run *run, pl_arena *arena, const pl_component_input *input, const char *component,
                       pl_flag_dialect dialect, pl_settings *settings) {
  pl_settings_init(settings, arena);
  *run = (pl_flag_run){.arena = arena,
                       .input = input,
                       .settings = settings,
                       .table = pl_tables_get(input->tables, component),
                       .raw = pl_node_object(arena)};
  if (!run->table) {
    pl_settings_note(settings, "no version table of %s", component);
    return false;
  }
  run->minor = pl_table_minor(run->table, input->minor);
  settings->tells_defaults = input->minor && run->minor == input->minor;
  pl_error err = {0};
  if (pl_flags_parse(arena, input->argv, input->argc, run->table->specs, dialect, &run->flags, &err) < 0)
    pl_settings_refuse(settings, "flags", input->argv_where, "%s", err.text);
  for (size_t i = 0; i < run->flags.count; i++)
    check_known(run, &run->flags.items[i]);
  return true;
}

void pl_flag_run_stray(pl_flag_run *run, bool empty_too) {
  for (size_t i = 0; i < run->flags.stray_count; i++) {
    if (!empty_too && !*run->flags.stray[i])
      continue;
    pl_settings_refuse(run->settings, "flags", run->input->argv_where,
                       "takes no arguments, but %zu of the words are no flags", run->flags.stray_count);
    return;
  }
}

/* ---- values ---- */

void pl_flag_put(pl_flag_run *run, const char *name, pl_node *value, const char *layer, const char *where,
                 uint32_t line) {
  pl_settings_put(run->settings, name, value, layer, where, line);
  pl_object_put(run->arena, run->raw, name, value ? value : pl_node_null(run->arena));
}

void pl_flag_unreadable(pl_flag_run *run, const char *name, const char *reason) {
  pl_settings_unreadable(run->settings, name, reason);
  pl_object_remove(run->raw, name);
}

void pl_flag_derive(pl_flag_run *run, const char *name, pl_node *value, const char *source) {
  const pl_node *entry = pl_get(run->settings->values, source), *from = pl_get(entry, "from");
  const char *unreadable = pl_get_text(entry, "unreadable", NULL);
  if (unreadable) {
    pl_flag_unreadable(run, name, unreadable);
    return;
  }
  pl_flag_put(run, name, value, pl_get_text(from, "layer", "default"), pl_get_text(from, "where", NULL),
              (uint32_t)pl_get_integer(from, "line", 0));
  pl_settings_refused_like(run->settings, name, source);
}

void pl_flag_respell(pl_flag_run *run, const char *name, pl_node *value) {
  pl_settings_respell(run->settings, name, value);
  pl_object_put(run->arena, run->raw, name, value);
}

void pl_flag_derive_same(pl_flag_run *run, const char *name, pl_node *value, const char *source) {
  pl_flag_derive(run, name, value, source);
  pl_settings_default(run->settings, name, pl_settings_default_of(run->settings, source));
}

const pl_node *pl_flag_value(const pl_flag_run *run, const char *name) { return pl_get(run->raw, name); }

bool pl_flag_given(const pl_flag_run *run, const char *flag) { return pl_flags_last(&run->flags, flag) != NULL; }

const char *pl_flag_text(const pl_flag_run *run, const char *name) {
  const char *text = pl_text(pl_flag_value(run, name));
  return text ? text : "";
}

bool pl_flag_boolean(const pl_flag_run *run, const char *name, bool fallback) {
  const pl_node *value = pl_flag_value(run, name);
  return pl_is(value, PL_BOOLEAN) ? value->boolean : fallback;
}

int64_t pl_flag_integer(const pl_flag_run *run, const char *name, int64_t fallback) {
  const pl_node *value = pl_flag_value(run, name);
  return pl_is(value, PL_INTEGER) ? value->integer : fallback;
}

void pl_flag_refuse(pl_flag_run *run, const char *stage, const char *name, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *reason = pl_vprintf(run->arena, format, args);
  va_end(args);
  pl_settings_refuse_one(run->settings, stage, run->input->argv_where, name, reason);
  if (name)
    pl_settings_refused_value(run->settings, name, reason);
}

static void put_default(pl_flag_run *run, const pl_table_entry *flag) {
  const char *key = pl_table_key(flag);
  bool given = pl_flag_given(run, flag->name);
  if (flag->default_count == 0)
    return;
  if (run->minor == 0 && pl_table_varies(run->table, flag)) {
    if (!given)
      pl_flag_unreadable(run, key, UNKNOWN_VERSION);
    return;
  }
  pl_flag_put(run, key, pl_table_default_value(run->arena, flag, run->minor), "default", NULL, 0);
}

static bool is_list_kind(pl_flag_kind kind) { return kind == PL_FLAG_SLICE || kind == PL_FLAG_ARRAY; }

pl_node *pl_flag_hidden(pl_arena *arena, const char *text) {
  pl_node *node = pl_node_object(arena);
  pl_object_set_boolean(arena, node, "secret", true);
  pl_object_set_integer(arena, node, "length", (int64_t)strlen(text));
  return node;
}

/* IGNORED: a value has no effect but must be one all the same. */
static void put_given(pl_flag_run *run, const pl_table_entry *flag, const pl_flag_spec *spec, bool ignored) {
  const char *key = pl_table_key(flag);
  const pl_flag *last;
  pl_node *value;
  pl_error err = {0};
  if (pl_flags_value(run->arena, &run->flags, spec, &value, &last, &err) < 0) {
    pl_flag_refuse(run, "flags", ignored ? NULL : key, "%s", err.text);
    return;
  }
  if (ignored) {
    pl_settings_note(run->settings, "--%s has no effect beside a configuration file", flag->name);
    return;
  }
  if (spec->secret)
    value = pl_flag_hidden(run->arena, last->value);
  if (!value)
    value = is_list_kind(spec->kind) ? pl_node_list(run->arena) : pl_node_string(run->arena, "");
  pl_flag_put(run, key, value, pl_settings_argv_layer(run->input, last->index),
              pl_settings_argv(run->arena, run->input, last->index), 0);
}

void pl_flag_run_defaults(pl_flag_run *run) {
  for (size_t i = 0; i < run->table->flags.count; i++)
    if (pl_table_has(&run->table->flags.items[i], run->minor))
      put_default(run, &run->table->flags.items[i]);
}

void pl_flag_run_given(pl_flag_run *run, bool with_config) {
  const pl_table_entries *ignored = pl_table_entries_of(run->table, "ignored-with-config");
  for (size_t i = 0; i < run->table->flags.count; i++) {
    const pl_table_entry *flag = &run->table->flags.items[i];
    if (pl_table_has(flag, run->minor) && pl_flag_given(run, flag->name))
      put_given(run, flag, &run->table->specs[i], with_config && pl_table_find(ignored, flag->name));
  }
}

void pl_flag_run_ignored(pl_flag_run *run, const char *but) {
  for (size_t i = 0; i < run->table->flags.count; i++) {
    const pl_table_entry *flag = &run->table->flags.items[i];
    if (strcmp(flag->name, but) != 0 && pl_table_has(flag, run->minor) && pl_flag_given(run, flag->name))
      put_given(run, flag, &run->table->specs[i], true);
  }
}

/* ---- paths ---- */

const char *pl_flag_run_path(const pl_flag_run *run, const char *path) {
  return pl_path_join(run->arena, run->input->cwd ? run->input->cwd : "/", path);
}

void pl_flag_run_host_path(pl_flag_run *run, const char *setting) {
  const char *path = pl_flag_text(run, setting);
  if (!*path)
    return;
  pl_node *entry = pl_get(run->settings->values, setting);
  pl_object_set_text(run->arena, entry, "host_path",
                     pl_view_host_path(run->input->view, pl_flag_run_path(run, path), NULL));
}

static void name_files(pl_flag_run *run, const char *setting, const char *role) {
  /* Sets of files that nothing but settings fills: where these cannot be told, neither can the set. */
  static const char *const alone[] = {"kubeconfig", "data-dir", NULL};
  const pl_node *value = pl_flag_value(run, setting);
  const char *unread = pl_get_text(pl_get(run->settings->values, setting), "unreadable", NULL);
  if (unread && pl_in(role, alone))
    pl_settings_file_unknown(run->settings, role, unread);
  pl_flag_run_host_path(run, setting);
  if (*pl_flag_text(run, setting))
    pl_settings_file(run->settings, run->input->view, role, pl_flag_run_path(run, pl_flag_text(run, setting)));
  pl_each_item (item, value)
    if (*pl_item_text(item))
      pl_settings_file(run->settings, run->input->view, role, pl_flag_run_path(run, pl_item_text(item)));
}

void pl_flag_run_files(pl_flag_run *run) {
  const pl_table_entries *files = pl_table_entries_of(run->table, "files");
  for (size_t i = 0; i < files->count; i++)
    name_files(run, files->items[i].name, files->items[i].words[0] ? files->items[i].words[0] : "config");
}
