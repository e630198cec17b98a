/* A service unit put together: fragment, drop-ins, environment, and the command line that it runs. */
#include "plumbline/host/units.h"

#include "host_private.h"
#include "plumbline/core/limits.h"
#include "unit_search.h"
#include "unit_specifier.h"
#include "unit_text.h"

typedef struct loader {
  pl_host *host;
  pl_unit *unit;
  pl_specifier_context specifiers;
  const char *file; /* being read */
  pl_commands commands;
  pl_variables variables;
  pl_words environment_files, unset;
  pl_variables passed; /* names, as assignments of nothing */
  size_t environment_bytes;
  bool oneshot;
} loader;

static void note(loader *l, const char *where, const char *why) {
  if (!l->unit->why)
    l->unit->why = pl_printf(l->host->arena, "%s: %s", where, why);
}

/* VALUE without its specifiers, or NULL, noted. */
static const char *resolve(loader *l, const char *value) {
  pl_error err = {.kind = PL_ERR_NONE};
  const char *resolved = pl_specifiers_resolve(&l->specifiers, value, &err);
  if (!resolved)
    note(l, l->file, err.text);
  return resolved;
}

static void add_word(loader *l, pl_words *words, const char *word) {
  pl_push(l->host->arena, words->items, words->count, words->capacity, word);
}

/* ---- settings of [Service]; an empty value takes back what came before ---- */

static void set_exec_start(loader *l, const char *value) {
  pl_error err = {.kind = PL_ERR_NONE};
  if (!*value)
    l->commands.count = 0;
  else if (pl_commands_parse(l->host->arena, value, pl_specifiers_resolve, &l->specifiers, &l->commands, &err) < 0)
    note(l, l->file, err.text);
}

/* Each word of VALUE that is one, specifiers resolved; a fault ends it. */
static void each_word(loader *l, const char *value, void (*take)(loader *l, const char *word)) {
  const char *word = NULL;
  int rc = 0;
  while ((rc = pl_word_next(l->host->arena, &value, PL_WORD_STRICT, &word)) > 0) {
    word = resolve(l, word);
    if (word)
      take(l, word);
  }
  if (rc < 0)
    note(l, l->file, "quotes that are not closed, or an unknown escape");
}

static void take_variable(loader *l, const char *word) { pl_variables_add(l->host->arena, &l->variables, word); }
static void take_unset(loader *l, const char *word) { add_word(l, &l->unset, word); }
static void take_passed(loader *l, const char *word) {
  pl_variables_add(l->host->arena, &l->passed, pl_printf(l->host->arena, "%s=", word));
}

static void set_environment(loader *l, const char *value) {
  if (!*value)
    l->variables.assignments.count = 0;
  each_word(l, value, take_variable);
}

static void set_unset_environment(loader *l, const char *value) {
  if (!*value)
    l->unset.count = 0;
  each_word(l, value, take_unset);
}

static void set_pass_environment(loader *l, const char *value) {
  if (!*value)
    l->passed.assignments.count = 0;
  each_word(l, value, take_passed);
}

static void set_environment_file(loader *l, const char *value) {
  const char *path = resolve(l, value);
  if (!*value)
    l->environment_files.count = 0;
  else if (path && path[*path == '-'] == '/')
    add_word(l, &l->environment_files, path);
}

static void set_working_directory(loader *l, const char *value) {
  value = resolve(l, value + (*value == '-'));
  if (value)
    l->unit->working_directory = *value ? value : NULL;
}

static void set_type(loader *l, const char *value) { l->oneshot = pl_equal(value, "oneshot"); }

static void assign(const char *section, const char *key, const char *value, void *context) {
  static const struct {
    const char *key;
    void (*set)(loader *l, const char *value);
  } settings[] = {
      {"ExecStart", set_exec_start},
      {"Environment", set_environment},
      {"EnvironmentFile", set_environment_file},
      {"UnsetEnvironment", set_unset_environment},
      {"PassEnvironment", set_pass_environment},
      {"WorkingDirectory", set_working_directory},
      {"Type", set_type},
  };
  loader *l = context;
  for (size_t i = 0; pl_equal(section, "Service") && i < sizeof settings / sizeof *settings; i++)
    if (pl_equal(key, settings[i].key))
      settings[i].set(l, pl_strdup(l->host->arena, value));
}

static void read_unit_file(loader *l, const char *path) {
  pl_bytes text;
  pl_error err = {.kind = PL_ERR_NONE};
  l->file = path;
  if (pl_host_read(l->host, path, PL_SMALL_FILE_BYTES_MAX, &text, &err) == 0) {
    if (pl_unit_file_parse(text, assign, l, &err) < 0)
      note(l, path, err.text);
  } else if (!l->unit->why) {
    l->unit->why = pl_strdup(l->host->arena, err.text);
  }
}

/* ---- environment files ---- */

static void read_environment_file(loader *l, const char *path, bool optional) {
  pl_error err = {.kind = PL_ERR_NONE};
  pl_bytes text;
  pl_paths *files = &l->unit->environment_files;
  if (pl_host_read(l->host, path, PL_SMALL_FILE_BYTES_MAX, &text, &err) < 0) {
    if (!(optional && err.kind == PL_ERR_ABSENT) && !l->unit->why)
      l->unit->why = pl_printf(l->host->arena, "environment file %s", err.text);
    return;
  }
  pl_push(l->host->arena, files->items, files->count, files->capacity, path);
  l->environment_bytes += text.length;
  if (l->environment_bytes > PL_ENVIRONMENT_BYTES_MAX)
    note(l, "EnvironmentFile", pl_printf(l->host->arena, "more than %u bytes in all", PL_ENVIRONMENT_BYTES_MAX));
  else if (pl_variables_parse(l->host->arena, text, &l->variables, &err) < 0)
    note(l, path, err.text);
}

static void read_environment_files(loader *l) {
  l->unit->environment_files.complete = true;
  if (l->environment_files.count > PL_ENVIRONMENT_FILES_MAX)
    note(l, "EnvironmentFile",
         pl_printf(l->host->arena, "more than %d, the rest is not read", PL_ENVIRONMENT_FILES_MAX));
  for (size_t i = 0; i < l->environment_files.count && i < PL_ENVIRONMENT_FILES_MAX &&
                     l->environment_bytes <= PL_ENVIRONMENT_BYTES_MAX;
       i++) {
    const char *path = l->environment_files.items[i];
    bool optional = *path == '-';
    path += optional;
    if (!strpbrk(path, "*?[")) {
      read_environment_file(l, path, optional);
      continue;
    }
    pl_paths paths = pl_host_glob(l->host, path);
    for (size_t k = 0; k < paths.count && l->environment_bytes <= PL_ENVIRONMENT_BYTES_MAX; k++)
      read_environment_file(l, paths.items[k], optional);
    if (!paths.complete)
      note(l, "environment files", paths.why);
    else if (paths.count == 0 && !optional)
      note(l, path, "no environment file matches");
  }
}

/* ---- the result ---- */

/* Variables that the manager sets by itself, or hands on from its own environment. */
static void unknown_variable(const char *name, void *context) {
  static const char *const managed[] = {
      "PATH",
      "LANG",
      "USER",
      "LOGNAME",
      "HOME",
      "SHELL",
      "INVOCATION_ID",
      "MAINPID",
      "NOTIFY_SOCKET",
      "RUNTIME_DIRECTORY",
      "STATE_DIRECTORY",
      "CACHE_DIRECTORY",
      "LOGS_DIRECTORY",
      "CONFIGURATION_DIRECTORY",
      "CREDENTIALS_DIRECTORY",
      NULL,
  };
  loader *l = context;
  if (!l->unit->why && (pl_in(name, managed) || pl_variables_get(&l->passed, name, strlen(name))))
    note(l, "ExecStart", pl_printf(l->host->arena, "the variable %s is known to the running manager only", name));
}

static void build_argv(loader *l) {
  pl_arena *arena = l->host->arena;
  pl_error err = {.kind = PL_ERR_NONE};
  pl_words words = {.count = 0};
  if (l->commands.count == 0)
    return;
  if (l->commands.count > 1 && !l->oneshot)
    note(l, "ExecStart", "more than one command, which only Type=oneshot may have");
  const pl_command *command = &l->commands.items[l->commands.count - 1];
  if (pl_command_expand(arena, command, &l->variables, unknown_variable, l, &words, &err) < 0) {
    note(l, "ExecStart", err.text);
    return;
  }
  l->unit->argc = words.count;
  add_word(l, &words, NULL);
  l->unit->argv = words.items;
  l->unit->program = command->program;
}

static void read_unit(pl_host *host, const char *name, pl_unit *ret) {
  *ret = (pl_unit){.name = name};
  pl_unit_place place;
  pl_unit_find(host, name, &place, &ret->why);
  ret->fragment = place.fragment;
  ret->masked = place.masked;
  ret->files_why = ret->why;
  ret->drop_ins.complete = ret->shadowed.complete = ret->environment_files.complete = true;
  if (!place.fragment || place.masked)
    return;
  loader l = {.host = host, .unit = ret, .specifiers = {.host = host, .unit = place.id}};
  pl_unit_find_drop_ins(host, &place, &ret->drop_ins, &ret->shadowed, &ret->why);
  ret->files_why = ret->why;
  read_unit_file(&l, place.fragment);
  for (size_t i = 0; i < ret->drop_ins.count; i++)
    read_unit_file(&l, ret->drop_ins.items[i]);
  read_environment_files(&l);
  pl_variables_sort(&l.variables);
  pl_variables_sort(&l.passed);
  pl_variables_unset(&l.variables, &l.unset);
  ret->environment = l.variables.assignments.items;
  ret->environment_count = l.variables.assignments.count;
  build_argv(&l);
}

struct pl_known_unit {
  struct pl_known_unit *next;
  pl_unit unit;
};

void pl_unit_read(pl_host *host, const char *name, pl_unit *ret) {
  struct pl_known_unit *known = host->files->units;
  while (known && !pl_equal(known->unit.name, name))
    known = known->next;
  if (!known) {
    known = pl_new(host->arena, struct pl_known_unit);
    read_unit(host, pl_strdup(host->arena, name), &known->unit);
    known->next = host->files->units;
    host->files->units = known;
  }
  *ret = known->unit;
}
