/* systemd's texts: a unit file with its command lines and variables, or an environment file. The first byte chooses. */
#include <stdlib.h>

#include "plumbline/core/limits.h"
#include "src/host/host_private.h"
#include "src/host/unit_specifier.h"
#include "src/host/unit_text.h"

typedef struct unit {
  pl_arena *arena;
  pl_specifier_context specifiers;
  pl_commands commands;
  pl_variables variables;
} unit;

static void assign(const char *section, const char *key, const char *value, void *context) {
  unit *u = context;
  const char *word = NULL;
  if (strchr(key, '\n') || strchr(value, '\n') || strchr(section, '\n'))
    abort();
  if (pl_starts(key, "Exec")) {
    pl_commands_parse(u->arena, pl_strdup(u->arena, value), pl_specifiers_resolve, &u->specifiers, &u->commands, NULL);
  } else {
    while (pl_word_next(u->arena, &value, PL_WORD_STRICT, &word) > 0)
      pl_variables_add(u->arena, &u->variables, word);
  }
}

static void unknown(const char *name, void *context) {
  const unit *u = context;
  if (pl_variables_get(&u->variables, name, strlen(name)))
    abort();
}

static void expand_all(unit *u) {
  pl_variables_sort(&u->variables);
  for (size_t i = 0; i < u->commands.count; i++) {
    pl_words words = {.count = 0};
    size_t bytes = 0;
    if (!*u->commands.items[i].program)
      abort();
    pl_command_expand(u->arena, &u->commands.items[i], &u->variables, unknown, u, &words, NULL);
    for (size_t k = 0; k < words.count; k++)
      bytes += strlen(words.items[k]) + 1;
    if (bytes > PL_CMDLINE_BYTES_MAX)
      abort();
  }
}

/* Sorted, every name is there once and is found. */
static void look_up_all(const pl_variables *variables) {
  for (size_t i = 0; i < variables->assignments.count; i++) {
    const char *one = variables->assignments.items[i];
    size_t length = strcspn(one, "=");
    if (!pl_variable_name_valid(one, length) || pl_variables_get(variables, one, length) != one + length + 1)
      abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_bytes text = {pl_strndup(arena, (const char *)data + 1, size - 1), size - 1};
  pl_host host = {.arena = arena, .root = pl_root_new("/proc/self/fdinfo", NULL)}; /* has no file that a specifier names */
  if (!host.root)
    abort();
  pl_files_open(&host);
  unit u = {.arena = arena, .specifiers = {.host = &host, .unit = "a-b@c\\x2dd-e.service"}};
  if (data[0] % 2)
    pl_unit_file_parse(text, assign, &u, NULL);
  else
    pl_variables_parse(arena, text, &u.variables, NULL);
  expand_all(&u);
  look_up_all(&u.variables);
  pl_files_close(&host);
  pl_root_free(host.root);
  return 0;
}
