/* What a supervisor starts a component with: its own arguments, and what its options put in their place or beside them.
 * Source: k3s pkg/util/args.go, pkg/daemons/control/server.go, pkg/daemons/agent. */
#include "supervised.h"

typedef struct argument {
  const char *name, *value;
  pl_argument_place place;
  bool built_in;
} argument;

typedef struct list {
  pl_arena *arena;
  argument *items;
  size_t count, capacity;
  const char *unknown; /* a file whose being there decides could not be looked at: the reason */
} list;

static bool exists(const pl_supervised *supervised, const char *path, list *arguments) {
  const char *full = pl_supervised_expand(supervised, path);
  const pl_file *file = full ? pl_host_stat(supervised->host, full) : NULL;
  if (file && file->state == PL_FILE_UNREADABLE)
    arguments->unknown = pl_printf(arguments->arena, "whether %s is there cannot be told: %s", full, file->why);
  return file && file->state == PL_FILE_PRESENT;
}

/* Option NAME of CONDITION, "NAME=TEXT", has a value that begins with TEXT. */
static bool begins(const pl_supervised *supervised, const char *condition) {
  const char *equals = strchr(condition, '=');
  const char *name = equals ? pl_strndup(supervised->host->arena, condition, (size_t)(equals - condition)) : condition;
  const char *value = pl_supervised_value(supervised, name);
  return value && pl_starts(value, equals ? equals + 1 : "");
}

/* An extra argument "NAME=VALUE" or "--NAME". */
static const char *extra_name(pl_arena *arena, const char *text) {
  text += pl_starts(text, "--") ? 2 : 0;
  return pl_strndup(arena, text, strcspn(text, "="));
}

static bool is_beside(const pl_supervised *supervised, const pl_platform_arguments *entry, const char *name) {
  for (size_t i = 0; i < supervised->count; i++) {
    const pl_supervised_option *option = &supervised->options[i];
    if (pl_texts_have(entry->extra, option->name) &&
        strcmp(extra_name(supervised->host->arena, option->value), name) == 0)
      return true;
  }
  return false;
}

static bool applies(const pl_supervised *supervised, const pl_platform_arguments *entry,
                    const pl_platform_built_in *one, list *arguments) {
  return (!one->given || pl_supervised_is_set(supervised, one->given)) &&
         (!one->not_given || !pl_supervised_is_set(supervised, one->not_given)) &&
         (!one->begins || begins(supervised, one->begins)) &&
         (!one->not_begins || !begins(supervised, one->not_begins)) &&
         (!one->path || exists(supervised, one->path, arguments)) &&
         (!one->no_path || !exists(supervised, one->no_path, arguments)) &&
         (!one->not_beside || !is_beside(supervised, entry, one->not_beside));
}

static void add_built_in(const pl_supervised *supervised, const pl_platform_arguments *entry, const char *program,
                         list *arguments) {
  for (size_t i = 0; i < entry->built_in_count; i++) {
    const char *text = applies(supervised, entry, &entry->built_in[i], arguments)
                           ? pl_supervised_expand(supervised, entry->built_in[i].set)
                           : NULL;
    if (!text)
      continue;
    argument one = {.name = pl_strndup(arguments->arena, text, strcspn(text, "=")),
                    .value = strchr(text, '=') + 1,
                    .place = {.layer = "flag", .where = pl_printf(arguments->arena, "built into %s", program)},
                    .built_in = true};
    pl_push(arguments->arena, arguments->items, arguments->count, arguments->capacity, one);
  }
}

/* The built-in argument NAME goes; its place in front or behind is the suffix's. */
static argument *take_built_in(list *arguments, const char *name) {
  for (size_t i = 0; i < arguments->count; i++)
    if (arguments->items[i].built_in && arguments->items[i].name && strcmp(arguments->items[i].name, name) == 0)
      return &arguments->items[i];
  return NULL;
}

/* NAME=VALUE replaces the built-in one, NAME+=VALUE follows it, NAME-=VALUE goes before all of the name. */
static void add_extra(list *arguments, const pl_supervised_option *option) {
  const char *name = extra_name(arguments->arena, option->value), *equals = strchr(option->value, '=');
  size_t length = strlen(name);
  char suffix = length ? name[length - 1] : '\0';
  while (length && strchr("-+", name[length - 1]))
    length--;
  argument one = {.name = pl_strndup(arguments->arena, name, length),
                  .value = equals ? equals + 1 : "true",
                  .place = option->place};
  argument *old = take_built_in(arguments, one.name);
  if (old && suffix != '+' && suffix != '-')
    old->name = NULL;
  else if (old)
    old->built_in = false;
  size_t at = arguments->count;
  for (size_t i = 0; suffix == '-' && i < at; i++)
    if (pl_equal(arguments->items[i].name, one.name))
      at = i;
  pl_push(arguments->arena, arguments->items, arguments->count, arguments->capacity, one);
  memmove(arguments->items + at + 1, arguments->items + at, (arguments->count - 1 - at) * sizeof one);
  arguments->items[at] = one;
}

/* Sorted by name, those of one name in their order. */
static void sort(list *arguments) {
  for (size_t i = 1; i < arguments->count; i++) {
    argument one = arguments->items[i];
    size_t at = i;
    for (; at > 0 && strcmp(arguments->items[at - 1].name, one.name) > 0; at--)
      arguments->items[at] = arguments->items[at - 1];
    arguments->items[at] = one;
  }
}

static void drop(list *arguments, const pl_texts *without) {
  size_t kept = 0;
  for (size_t i = 0; i < arguments->count; i++) {
    bool wanted = arguments->items[i].name != NULL;
    for (size_t j = 0; wanted && j < without->count; j++)
      wanted = arguments->items[i].built_in || strcmp(arguments->items[i].name, without->items[j]) != 0;
    if (wanted)
      arguments->items[kept++] = arguments->items[i];
  }
  arguments->count = kept;
}

pl_supervised_arguments pl_supervised_arguments_of(const pl_supervised *supervised, const pl_platform_arguments *entry,
                                                   const char *program, const char *name) {
  pl_arena *arena = supervised->host->arena;
  list arguments = {.arena = arena};
  add_built_in(supervised, entry, name, &arguments);
  for (size_t i = 0; i < supervised->count; i++)
    if (pl_texts_have(entry->extra, supervised->options[i].name))
      add_extra(&arguments, &supervised->options[i]);
  if (!entry->without_if_path || exists(supervised, entry->without_if_path, &arguments))
    drop(&arguments, &entry->without);
  drop(&arguments, &(pl_texts){NULL, 0});
  sort(&arguments);
  const char **argv = pl_new_array(arena, const char *, arguments.count + 1);
  pl_argument_place *places = pl_new_array(arena, pl_argument_place, arguments.count + 1);
  argv[0] = program;
  places[0] = (pl_argument_place){.layer = "flag"};
  for (size_t i = 0; i < arguments.count; i++) {
    argv[i + 1] = pl_printf(arena, "--%s=%s", arguments.items[i].name, arguments.items[i].value);
    places[i + 1] = arguments.items[i].place;
  }
  return (pl_supervised_arguments){
      .argv = argv, .places = places, .argc = arguments.count + 1, .unknown = arguments.unknown};
}
