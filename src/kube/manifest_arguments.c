/* Works out arguments and environment of a container from its manifest. */
#include "manifest_arguments.h"

#include "plumbline/core/limits.h"

typedef struct variables {
  pl_arena *arena;
  pl_node *values;     /* NAME -> text; null: the manifest alone does not tell it */
  const char *unknown; /* first such NAME that an argument asked for */
  size_t bytes;        /* of all that was put together */
} variables;

/* command, then args: the words as they are written. */
static size_t words_of(pl_arena *arena, const pl_node *container, const char ***ret) {
  static const char *const keys[] = {"command", "args"};
  const char **words = NULL;
  size_t count = 0, capacity = 0;
  for (size_t i = 0; i < 2; i++) {
    pl_each_item (word, pl_get(container, keys[i])) {
      const char *text = pl_text(word) ? pl_text(word) : "";
      pl_push(arena, words, count, capacity, text);
    }
  }
  *ret = words;
  return count;
}

/* go-runner of the Kubernetes images: "go-runner --log-file=... PROGRAM ARGUMENTS". */
static size_t past_runner(const char *const *words, size_t count) {
  size_t i = 0;
  if (count > 0 && strcmp(pl_basename(words[0]), "go-runner") == 0)
    for (i = 1; i < count && words[i][0] == '-';)
      i++;
  if (i < count && strcmp(pl_basename(words[i]), "hyperkube") == 0)
    i++;
  return i;
}

const pl_component_spec *pl_manifest_program(pl_arena *arena, const pl_node *container, size_t *ret_first) {
  const char **words;
  size_t count = words_of(arena, container, &words), first = past_runner(words, count);
  if (ret_first)
    *ret_first = first;
  return first < count ? pl_program_find(pl_basename(words[first])) : NULL;
}

bool pl_manifest_has_other_job(pl_arena *arena, const pl_node *container) {
  const char **words;
  size_t count = words_of(arena, container, &words), first = past_runner(words, count);
  const pl_component_spec *spec = first + 1 < count ? pl_program_find(pl_basename(words[first])) : NULL;
  return spec && pl_program_has_other_job(spec, words[first + 1]);
}

/* Value of a reference, NULL when nothing of that name is there (the text then stays as it is). */
static const char *value_of(variables *vars, const char *name) {
  const pl_node *value = pl_get(vars->values, name);
  if (value && value->kind == PL_NULL && !vars->unknown)
    vars->unknown = name;
  return pl_text(value);
}

/* "$$" is '$'; "$(NAME)" the value of NAME; anything else stays. NULL when it grows past what is kept. */
static const char *expand(variables *vars, const char *text) {
  if (!strchr(text, '$'))
    return text;
  if (vars->bytes > PL_CMDLINE_BYTES_MAX)
    return NULL;
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, PL_SCALAR_BYTES_MAX);
  for (const char *c = text; *c;) {
    const char *end = c[0] == '$' && c[1] == '(' ? strchr(c, ')') : NULL;
    char *name = end ? pl_strndup(vars->arena, c + 2, (size_t)(end - c - 2)) : NULL;
    const char *value = name ? value_of(vars, name) : NULL;
    if (c[0] == '$' && c[1] == '$') {
      pl_buffer_add(&out, "$", 1);
      c += 2;
    } else if (end) {
      pl_buffer_add(&out, value ? value : c, value ? strlen(value) : (size_t)(end + 1 - c));
      c = end + 1;
    } else {
      pl_buffer_add(&out, c++, 1);
    }
  }
  vars->bytes += out.length;
  return out.overflow || vars->bytes > PL_CMDLINE_BYTES_MAX ? NULL : pl_buffer_take(&out, vars->arena).data;
}

/* Entries may refer to earlier ones. Values from elsewhere (valueFrom) are not in the file. */
static void read_environ(variables *vars, const pl_node *container, pl_manifest_arguments *ret) {
  const char **lines = NULL;
  size_t count = 0, capacity = 0;
  pl_each_item (entry, pl_get(container, "env")) {
    const char *name = pl_get_text(entry, "name", NULL);
    if (!name)
      continue;
    vars->unknown = NULL;
    const char *value = pl_get(entry, "valueFrom") ? NULL : expand(vars, pl_get_text(entry, "value", ""));
    value = vars->unknown ? NULL : value;
    pl_object_set(vars->arena, vars->values, name, pl_node_string(vars->arena, value));
    const char *line = value ? pl_printf(vars->arena, "%s=%s", name, value) : NULL;
    if (line)
      pl_push(vars->arena, lines, count, capacity, line);
  }
  ret->environ = lines;
  ret->environ_count = count;
}

/* A shell or another wrapper: what it starts in the end cannot be read off the words. */
static const char *wrapper_reason(pl_arena *arena, const char *const *words, size_t count, const char *program) {
  if (count == 0)
    return NULL;
  return pl_printf(arena, "its command starts %s, which starts %s in a way that the manifest alone does not tell",
                   words[0], program);
}

void pl_manifest_arguments_read(pl_arena *arena, const pl_node *container, const pl_component_spec *spec,
                                pl_manifest_arguments *ret) {
  *ret = (pl_manifest_arguments){0};
  variables vars = {.arena = arena, .values = pl_node_object(arena)};
  read_environ(&vars, container, ret);
  vars.unknown = NULL; /* what the environment could not resolve matters only where an argument uses it */
  const char **words, **argv = NULL;
  size_t first, argc = 0, capacity = 0, count = words_of(arena, container, &words);
  bool own = pl_manifest_program(arena, container, &first) == spec;
  bool entrypoint = pl_count(pl_get(container, "command")) == 0; /* the image's own, and only the image shows it */
  if (!own) {
    pl_push(arena, argv, argc, capacity, spec->program);
    first = entrypoint ? 0 : count;
    ret->unknown = entrypoint ? NULL : wrapper_reason(arena, words, count, spec->program);
  }
  for (size_t i = first; i < count; i++) {
    const char *word = expand(&vars, words[i]);
    if (!word) {
      word = words[i];
      vars.unknown = "...";
    }
    pl_push(arena, argv, argc, capacity, word);
  }
  if (vars.unknown)
    ret->unknown =
        pl_printf(arena, "its arguments use $(%s), whose value the manifest alone does not tell", vars.unknown);
  const char *end = NULL;
  pl_push(arena, argv, argc, capacity, end);
  ret->argv = argv;
  ret->argc = argc - 1;
}
