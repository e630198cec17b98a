/* Turns command lines into facts. */
#include "argument_facts.h"

#include "plumbline/core/limits.h"
#include "plumbline/kube/platform.h"
#include "recognition.h"

#define HIDDEN "(not shown)"

enum { NAMES_BYTES_MAX = 8 * 1024 }; /* of flags that differ, for people */

static const pl_flag_spec no_specs[] = {{.name = NULL}};

/* What could be parsed; the rest of a line that the library would refuse is left out. */
static pl_flags parse(pl_arena *arena, const pl_instance *instance, const char *const *argv, size_t argc) {
  pl_flags flags = {0};
  pl_error err;
  const pl_flag_spec *specs = instance->flag_specs ? instance->flag_specs : no_specs;
  pl_flags_parse(arena, argv, argc, specs, instance->spec->dialect, &flags, &err);
  return flags;
}

/* Values of flags that our tables know are kept, those of secrets not. */
static bool keeps_value(const pl_flag *flag) { return flag->spec && !flag->spec->secret; }

/* A flag's own argument: with its value only when that is kept. */
static const char *shown(pl_arena *arena, const pl_flag *flag, const char *argument) {
  const char *equals = strchr(argument, '=');
  if (keeps_value(flag) || !equals)
    return argument;
  return pl_printf(arena, "%.*s=" HIDDEN, (int)(equals - argument), argument);
}

/* Of the process itself: without what it read from a file. */
static size_t own_argc(const pl_instance *instance) {
  return instance->input.own_argc ? instance->input.own_argc : instance->input.argc;
}

pl_node *pl_argv_facts(pl_arena *arena, const pl_instance *instance) {
  const char *const *argv = instance->input.argv;
  size_t argc = own_argc(instance);
  pl_flags flags = parse(arena, instance, argv, argc);
  const char **texts = pl_new_array(arena, const char *, argc + 1);
  for (size_t i = 0; i < argc; i++)
    texts[i] = i == 0 ? pl_shown_argv0(arena, argv[0]) : HIDDEN;
  for (size_t i = 0; i < flags.count; i++) {
    const pl_flag *flag = &flags.items[i];
    if (flag->index >= argc)
      continue;
    texts[flag->index] = shown(arena, flag, argv[flag->index]);
    if (keeps_value(flag) && flag->index + 1 < argc && flag->value == argv[flag->index + 1])
      texts[flag->index + 1] = flag->value;
  }
  pl_node *list = pl_node_list(arena);
  for (size_t i = 0; i < argc; i++)
    pl_list_add_text(arena, list, texts[i]);
  return list;
}

pl_node *pl_flag_facts(pl_arena *arena, const pl_instance *instance) {
  pl_node *list = pl_node_list(arena);
  pl_flags flags = parse(arena, instance, instance->input.argv, instance->input.argc);
  const pl_argument_place *places = instance->input.argv_places;
  size_t own = own_argc(instance);
  for (size_t i = 0; i < flags.count; i++) {
    const pl_flag *flag = &flags.items[i];
    pl_node *fact = pl_node_object(arena);
    pl_object_set_text(arena, fact, "name", flag->name);
    pl_object_set_text(arena, fact, "value", keeps_value(flag) ? flag->value : NULL);
    pl_object_set_text(arena, fact, "where",
                       places && (flag->index >= own || !instance->input.own_argc)
                           ? pl_settings_argv(arena, &instance->input, flag->index)
                           : pl_printf(arena, "argv[%zu]", flag->index));
    pl_object_set_boolean(arena, fact, "known", flag->spec && pl_flag_known(flag->spec, instance->input.minor));
    pl_list_add(arena, list, fact);
  }
  return list;
}

/* Flags NAME of FLAGS, one after the other, equal those of OTHERS. */
static bool same_values(const pl_flags *flags, const pl_flags *others, const char *name) {
  size_t i = 0, j = 0;
  for (;;) {
    while (i < flags->count && !pl_equal(flags->items[i].name, name))
      i++;
    while (j < others->count && !pl_equal(others->items[j].name, name))
      j++;
    if (i >= flags->count || j >= others->count)
      return i >= flags->count && j >= others->count;
    if (!pl_equal(flags->items[i++].value, others->items[j++].value))
      return false;
  }
}

static void note_differences(pl_arena *arena, const pl_flags *flags, const pl_flags *others, pl_node *names) {
  for (size_t i = 0; i < flags->count; i++) {
    const char *name = flags->items[i].name;
    if (!same_values(flags, others, name))
      pl_object_set(arena, names, name, pl_node_null(arena));
  }
}

static void add_name(pl_buffer *text, const char *name) {
  pl_buffer_printf(text, "%s--%s", text->length ? ", " : "", name);
}

/* NULL where there is none; cut off where there are too many to read. */
static const char *take_names(pl_arena *arena, pl_buffer *text) {
  if (text->overflow)
    return pl_printf(arena, "%s, ...", text->length ? text->data : "flags with very long names");
  return text->length ? pl_buffer_take(text, arena).data : NULL;
}

const char *pl_unknown_flags(pl_arena *arena, const pl_instance *instance, const char *const *other,
                             size_t other_count) {
  const pl_component_input *input = &instance->input;
  const pl_table *table = input->tables ? pl_tables_get(input->tables, instance->spec->name) : NULL;
  if (!table || !input->minor || pl_table_minor(table, input->minor) != input->minor)
    return NULL;
  pl_flags flags = parse(arena, instance, other, other_count);
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, NAMES_BYTES_MAX);
  for (size_t i = 0; i < flags.count && i < PL_FLAGS_COMPARED_MAX; i++) {
    const pl_flag *flag = &flags.items[i];
    if (!(flag->spec && pl_flag_known(flag->spec, input->minor)) &&
        !pl_platform_build_has_flag(input->build, flag->name))
      add_name(&text, flag->name);
  }
  return take_names(arena, &text);
}

const char *pl_flag_differences(pl_arena *arena, const pl_instance *instance, const char *const *other,
                                size_t other_count) {
  pl_flags own = parse(arena, instance, instance->input.argv, own_argc(instance));
  pl_flags others = parse(arena, instance, other, other_count);
  if (own.count + others.count > PL_FLAGS_COMPARED_MAX)
    return "more flags than are compared";
  pl_node *names = pl_node_object(arena);
  note_differences(arena, &own, &others, names);
  note_differences(arena, &others, &own, names);
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, NAMES_BYTES_MAX);
  pl_each_member (name, names)
    add_name(&text, name->key);
  return take_names(arena, &text);
}
