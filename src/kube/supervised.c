/*
 * Options of a supervisor: its configuration files, its unit's command line and its unit's variables. The process hides
 * its own command line and, with it, its environment (k3s: pkg/proctitle), so only a unit tells them.
 * Source: k3s pkg/configfilearg/parser.go, pkg/cli/cmds; Go's flag.
 */
#include "supervised.h"

#include "embedded.h"

#include "host_facts.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/yaml.h"
#include "quiet_read.h"

typedef struct reading {
  pl_supervised *ret;
  pl_arena *arena;
  const char *program; /* "k3s server" */
  pl_node *values;     /* option -> list of {value nodes with their place} */
  const char **files;
  size_t file_count, file_capacity;
} reading;

static void give_up(pl_supervised *ret, const char *why) { ret->unknown = ret->unknown ? ret->unknown : why; }

static void add(reading *r, const char *name, const char *value, pl_argument_place place) {
  pl_supervised *ret = r->ret;
  if (ret->count == PL_OPTIONS_MAX)
    give_up(ret, pl_printf(r->arena, "more than %d options", PL_OPTIONS_MAX));
  if (ret->count == PL_OPTIONS_MAX)
    return;
  const char *full = strlen(name) == 1 ? pl_get_text(ret->record->letters, name, name) : name;
  pl_supervised_option option = {.name = full, .value = value, .place = place};
  pl_push(r->arena, ret->options, ret->count, ret->capacity, option);
}

const char *pl_supervised_value(const pl_supervised *supervised, const char *name) {
  for (size_t i = supervised->count; i > 0; i--)
    if (strcmp(supervised->options[i - 1].name, name) == 0)
      return supervised->options[i - 1].value;
  return NULL;
}

bool pl_supervised_is_set(const pl_supervised *supervised, const char *name) {
  static const char *const off[] = {"0", "f", "F", "false", "FALSE", "False", NULL};
  const char *value = pl_supervised_value(supervised, name);
  return value && !pl_in(value, off);
}

/* "NAME*": all values of an option that may be given many times, with commas between. */
static const char *value_for(const pl_supervised *supervised, const char *name) {
  pl_arena *arena = supervised->host->arena;
  const char *all = NULL;
  if (!pl_ends(name, "*"))
    return pl_supervised_value(supervised, name);
  name = pl_strndup(arena, name, strlen(name) - 1);
  for (size_t i = 0; i < supervised->count; i++) {
    const pl_supervised_option *option = &supervised->options[i];
    if (strcmp(option->name, name) == 0)
      all = all ? pl_printf(arena, "%s,%s", all, option->value) : option->value;
  }
  return all;
}

const char *pl_supervised_expand(const pl_supervised *supervised, const char *text) {
  pl_arena *arena = supervised->host->arena;
  for (const char *open; (open = strchr(text, '{')) != NULL;) {
    const char *close = strchr(open, '}');
    const char *name = close ? pl_strndup(arena, open + 1, (size_t)(close - open) - 1) : NULL;
    const char *value = name ? value_for(supervised, name) : NULL;
    if (!value || strchr(value, '{'))
      return NULL;
    text = pl_printf(arena, "%.*s%s%s", (int)(open - text), text, value, close + 1);
  }
  return text;
}

/* ---- the configuration file and its drop-ins ---- */

/* What Go prints of a scalar. NULL: no scalar, or a secret that was not kept. */
static const char *scalar(pl_arena *arena, const pl_node *node) {
  if (pl_is(node, PL_BOOLEAN))
    return node->boolean ? "true" : "false";
  if (pl_is(node, PL_INTEGER))
    return pl_printf(arena, "%lld", (long long)node->integer);
  if (pl_is(node, PL_REAL))
    return pl_raw(node);
  return pl_is(node, PL_NULL) ? "" : pl_text(node);
}

/* The last file's value counts, unless its key ends in '+'. */
static void take_value(reading *r, const char *name, pl_node *value) {
  bool append = pl_ends(name, "+");
  const char *key = append ? pl_strndup(r->arena, name, strlen(name) - 1) : name;
  pl_node *list = pl_get(r->values, key);
  if (!list || !append) {
    list = pl_node_list(r->arena);
    pl_object_set(r->arena, r->values, key, list);
  }
  pl_each_item (item, value)
    pl_list_add(r->arena, list, item);
  if (!pl_is(value, PL_LIST))
    pl_list_add(r->arena, list, value);
}

/* Maps in maps are as deep as the reader allows. A secret is a map of its own making. */
static void take_map(reading *r, const char *prefix, const pl_node *map) {
  if (strlen(prefix) > PL_PATH_BYTES_MAX) /* no option is called so */
    return;
  pl_each_member (member, map) {
    const char *name = pl_printf(r->arena, "%s%s", prefix, member->key);
    if (!pl_is(member->value, PL_OBJECT))
      take_value(r, name, member->value);
    else if (!pl_get(member->value, "secret"))
      take_map(r, pl_printf(r->arena, "%s.", name), member->value);
  }
}

/* A key of a file that is no option; maps are other programs'. */
static void check_known(reading *r, const pl_node *document) {
  const pl_platform_supervisor *record = r->ret->record;
  bool skips = pl_texts_have(record->skips_unknown, r->program);
  pl_each_member (member, record->options.count ? document : NULL) {
    size_t length = strlen(member->key);
    length -= length > 1 && member->key[length - 1] == '+';
    const char *name = pl_strndup(r->arena, member->key, length);
    if (pl_texts_have(record->options, name) || pl_get(record->letters, name) ||
        pl_count(r->ret->notes) == PL_NOTES_MAX)
      continue;
    pl_list_add_text(r->arena, r->ret->notes,
                     pl_printf(r->arena, "%s at %s:%u is no option of %s that is known here: %s", name,
                               member->value->source ? member->value->source->where : "its file", member->line,
                               r->program, skips ? "it has no effect" : "it would not start with it"));
  }
}

static void read_file(reading *r, const char *path, const char *layer) {
  pl_host *host = r->ret->host;
  pl_bytes bytes;
  pl_error err = {0};
  pl_source *source = pl_new(r->arena, pl_source);
  *source = (pl_source){.where = path, .layer = layer};
  pl_push(r->arena, r->files, r->file_count, r->file_capacity, path);
  const pl_node *document = NULL;
  if (pl_host_read(host, path, PL_DOCUMENT_BYTES_MAX, &bytes, &err) == 0) {
    document = pl_yaml_read(r->arena, bytes, PL_YAML_THEIRS, source, &err);
    pl_host_forget(host, path); /* it may hold the cluster's token */
    if (!document)
      pl_error_prefix(&err, "%s:%u", path, err.line);
  }
  if (!document)
    give_up(r->ret, pl_strdup(r->arena, err.text));
  else if (!pl_is(document, PL_OBJECT) && !pl_is(document, PL_NULL))
    give_up(r->ret, pl_printf(r->arena, "%s: no map of options", path));
  check_known(r, document);
  take_map(r, "", document);
}

static bool is_yaml(const char *path) {
  const char *dot = strrchr(path, '.');
  return dot && (pl_equal_nocase(dot, ".yaml") || pl_equal_nocase(dot, ".yml"));
}

static void read_files(reading *r, const char *path) {
  pl_host *host = r->ret->host;
  if (pl_host_stat(host, path)->state != PL_FILE_ABSENT)
    read_file(r, path, "file");
  const char *drop_ins = r->ret->record->drop_ins;
  pl_walk walk = {.max_depth = drop_ins ? PL_WALK_DEPTH_MAX : 1, .files = true, .hidden = true};
  pl_paths paths = pl_host_walk(host, drop_ins ? drop_ins : pl_printf(r->arena, "%s.d", path), &walk);
  if (!paths.complete)
    give_up(r->ret, paths.why);
  for (size_t i = 0; i < paths.count; i++)
    if (is_yaml(paths.items[i]))
      read_file(r, paths.items[i], "drop-in");
  pl_each_member (option, r->values) {
    pl_each_item (item, option->value) {
      const char *value = scalar(r->arena, item);
      pl_argument_place place = {.layer = item->source ? item->source->layer : "file",
                                 .where = item->source ? item->source->where : path,
                                 .line = item->line};
      if (value)
        add(r, option->key, value, place);
    }
  }
}

/* ---- the unit ---- */

/* "--name=value", "--name value", "--name": a word after a name that does not begin with a dash is its value, and any
 * word is after one that takes arguments of a component. */
static void read_words(reading *r, const pl_unit *unit) {
  for (size_t i = 2; i < unit->argc; i++) {
    const char *word = unit->argv[i];
    if (*word != '-')
      continue;
    const char *name = word + 1 + (word[1] == '-'), *equals = strchr(name, '=');
    pl_argument_place place = {.layer = "flag", .where = pl_printf(r->arena, "%s argv[%zu]", unit->name, i)};
    if (equals)
      add(r, pl_strndup(r->arena, name, (size_t)(equals - name)), equals + 1, place);
    else if (i + 1 < unit->argc && (unit->argv[i + 1][0] != '-' || pl_ends(name, "-arg")))
      add(r, name, unit->argv[++i], place);
    else
      add(r, name, "true", place);
  }
}

/* The last of the words --NAME=VALUE, --NAME VALUE that names the configuration file; a variable goes before them. */
static const char *config_path(reading *r, const pl_unit *unit) {
  const pl_platform_supervisor *record = r->ret->record;
  const char *named =
      record->variable ? pl_environ(unit->environment, unit->environment_count, record->variable) : NULL;
  const char *given = record->option ? pl_supervised_value(r->ret, record->option) : NULL;
  return named && *named ? named : given ? given : record->config;
}

/* "{hostname}" stands for the node's, in small letters. */
static void add_default(reading *r, const pl_member *option) {
  const char *value = pl_text(option->value);
  if (strcmp(value, "{hostname}") == 0)
    value = pl_lower(r->arena, pl_host_name(r->arena, r->ret->host));
  if (!value)
    give_up(r->ret, "the node's name is not known");
  else
    add(r, option->key, value, (pl_argument_place){.layer = "default"});
}

static void read_variables(reading *r, const pl_unit *unit) {
  pl_each_member (variable, r->ret->record->variables) {
    const char *value = pl_environ(unit->environment, unit->environment_count, pl_text(variable->value));
    if (value && *value && !pl_supervised_value(r->ret, variable->key))
      add(r, variable->key, value,
          (pl_argument_place){"environment",
                              pl_printf(r->arena, "%s environment %s", unit->name, pl_text(variable->value)), 0});
  }
  pl_each_member (option, r->ret->record->defaults) {
    const char *given = pl_supervised_value(r->ret, option->key);
    if (!given || !*given)
      add_default(r, option);
  }
}

/* K3s: pkg/agent/config.ensureNodeID. It makes the file when it starts. */
static void append_files(reading *r) {
  const pl_platform_supervisor *record = r->ret->record;
  for (size_t i = 0; i < record->appended_count; i++) {
    const pl_platform_appended *one = &record->appended[i];
    const char *value = pl_supervised_value(r->ret, one->option);
    if (!value || !pl_supervised_is_set(r->ret, one->given))
      continue;
    const char *text = pl_read_line_quietly(r->ret->host, r->arena, one->file);
    if (text && *text)
      add(r, one->option, pl_printf(r->arena, "%s-%s", value, text),
          (pl_argument_place){.layer = "file", .where = one->file});
    else
      give_up(r->ret, pl_printf(r->arena, "it is given --%s, and %s cannot be read", one->given, one->file));
  }
}

/* Files come first in what is parsed, though the words say which. */
static void read_options(reading *r, const pl_unit *unit) {
  read_words(r, unit);
  const char *path = config_path(r, unit);
  pl_supervised_option *words = r->ret->options;
  size_t count = r->ret->count;
  r->ret->options = NULL;
  r->ret->count = r->ret->capacity = 0;
  if (*path != '/') /* a URL, or relative to a directory that is not known */
    give_up(r->ret, pl_printf(r->arena, "its configuration is at %s", path));
  else
    read_files(r, path);
  for (size_t i = 0; i < count; i++)
    add(r, words[i].name, words[i].value, words[i].place);
  read_variables(r, unit);
  append_files(r);
  for (size_t i = 0; i < r->ret->record->unknown_with.count; i++)
    if (pl_supervised_is_set(r->ret, r->ret->record->unknown_with.items[i]))
      give_up(r->ret, pl_printf(r->arena, "it is given --%s", r->ret->record->unknown_with.items[i]));
}

/* UNIT runs PROGRAM, "k3s server". */
static bool starts(pl_arena *arena, const pl_unit *unit, const char *program) {
  return unit->argc > 1 && pl_equal(pl_printf(arena, "%s %s", pl_basename(unit->argv[0]), unit->argv[1]), program);
}

/* What the process itself shows, in the form of a unit. */
static pl_unit shown_by(pl_arena *arena, const pl_program *program) {
  bool known = pl_program_options_known(program);
  return (pl_unit){.name = pl_printf(arena, "pid %d", program->pid),
                   .argv = program->process->argv,
                   .argc = program->process->argc,
                   .environment = program->environ,
                   .environment_count = program->environ_count,
                   .why = known ? program->environ_unread : "its command line cannot be read whole"};
}

static void read_program(pl_host *host, pl_program *program, const pl_platform_supervisor *record) {
  pl_arena *arena = host->arena;
  pl_supervised *ret = pl_new(arena, pl_supervised);
  *ret = (pl_supervised){.record = record, .host = host, .notes = pl_node_list(arena)};
  reading r = {.ret = ret, .arena = arena, .program = program->name, .values = pl_node_object(arena)};
  pl_unit unit = {0};
  if (record->visible)
    unit = shown_by(arena, program);
  else if (program->unit)
    pl_unit_read(host, program->unit, &unit);
  if (!record->visible && !program->unit)
    give_up(ret, "it hides its command line, and no unit tells it");
  else if (unit.why)
    give_up(ret, unit.why);
  else if (!record->visible && !starts(arena, &unit, program->name))
    give_up(ret, pl_printf(arena, "it hides its command line, and %s starts something else", program->unit));
  else
    read_options(&r, &unit);
  ret->files = (pl_texts){r.files, r.file_count};
  program->supervised = ret;
}

static const pl_platform_supervisor *find_record(const pl_platform *platform, const char *program) {
  for (size_t i = 0; i < platform->supervisor_count; i++)
    if (pl_texts_have(platform->supervisors[i].programs, program))
      return &platform->supervisors[i];
  return NULL;
}

void pl_supervised_find(pl_host *host, pl_pass *pass, const pl_platform *platform) {
  for (size_t i = 0; platform && i < pass->program_count; i++) {
    const pl_platform_supervisor *record = find_record(platform, pass->programs[i].name);
    if (record)
      read_program(host, &pass->programs[i], record);
  }
}
