/*
 * plumbline completion: the scripts of src/ship/completion, and what these ask at each completion: "completion words --
 * WORD..." with what stands on the command line up to the cursor, the last word unfinished. The first line of the
 * answer is "words", "files" or "directories"; then the words that fit, each with a tab and its help where it has some.
 */
#include <stdio.h>

#include "commands.h"
#include "plumbline/core/embedded.h"
#include "plumbline/report/report.h"
#include "session.h"

typedef struct completing {
  pl_arena *arena;
  pl_words words;
  const char *current; /* what is to be completed, of the last word */
  const char *prefix;  /* of the last word, before CURRENT */
} completing;

static void offer(const completing *c, const char *word, const char *help) {
  if (pl_starts(word, c->current))
    printf("%s%s%s%s\n", c->prefix, word, *help ? "\t" : "", help);
}

static void offer_choices(const completing *c, const char *choices) {
  const char *const *words = NULL;
  size_t count = pl_split(c->arena, choices, '|', &words);
  printf("words\n");
  for (size_t i = 0; i < count; i++)
    offer(c, words[i], "");
}

static void offer_formats(const completing *c) {
  printf("words\n");
  for (const pl_report_format *format = pl_report_formats; format->name; format++)
    offer(c, format->name, format->title);
}

static void offer_commands(const completing *c) {
  const pl_command_row *command = NULL;
  printf("words\n");
  for (size_t i = 0; (command = pl_option_command(i)); i++)
    offer(c, command->name, command->help);
}

static void offer_options(const completing *c, pl_command_id command) {
  pl_option option;
  printf("words\n");
  for (size_t i = 0; pl_option_shown(i, &option); i++)
    if (option.commands >> command & 1)
      offer(c, pl_printf(c->arena, "--%s", option.name), option.help);
}

/* By what the help calls it; "FORMAT=FI" is a file. Of other names nothing is known. */
static void offer_value(completing *c, const char *shown) {
  const char *equals = strchr(c->current, '=');
  if (pl_starts(shown, "FORMAT[=FILE]") && equals) {
    c->prefix = pl_printf(c->arena, "%s%.*s=", c->prefix, (int)(equals - c->current), c->current);
    c->current = equals + 1;
    printf("files\n");
  } else if (pl_starts(shown, "FORMAT")) {
    offer_formats(c);
  } else if (strchr(shown, '|') && *shown >= 'a') {
    offer_choices(c, shown);
  } else {
    printf("%s\n", pl_starts(shown, "DIR") ? "directories" : pl_starts(shown, "FILE") ? "files" : "words");
  }
}

/* The option that WORD spells, alone or before "=". */
static bool find_option(const char *word, pl_option *ret) {
  size_t length = strcspn(word, "=");
  for (size_t i = 0; pl_option_shown(i, ret); i++) {
    bool is_long =
        pl_starts(word, "--") && strlen(ret->name) == length - 2 && memcmp(word + 2, ret->name, length - 2) == 0;
    bool is_short = length == 2 && *word == '-' && ret->letter && word[1] == ret->letter;
    if (is_long || is_short)
      return true;
  }
  return false;
}

static bool wants_value(const char *word, pl_option *ret) {
  return !strchr(word, '=') && find_option(word, ret) && ret->argument;
}

static int find_command(const char *word) {
  const pl_command_row *command = NULL;
  for (size_t i = 0; (command = pl_option_command(i)); i++)
    if (pl_equal(command->name, word))
      return (int)i;
  return -1;
}

/* The command among the words before the last, -1: none yet. */
static int command_of(const completing *c) {
  pl_option option;
  for (size_t i = 0; i + 1 < c->words.count; i++) {
    int found = *c->words.items[i] == '-' ? -1 : find_command(c->words.items[i]);
    if (found >= 0)
      return found;
    if (wants_value(c->words.items[i], &option))
      i++;
  }
  return -1;
}

static void offer_operand(completing *c, int command) {
  const pl_command_row *row = command < 0 ? NULL : pl_option_command((size_t)command);
  if (!row || command == PL_COMMAND_HELP)
    offer_commands(c);
  else
    offer_value(c, row->choices ? row->choices : row->operands);
}

/* bash takes "=" for a word of its own: "--root", "=", "/ho". Put such words together again. */
static void join_words(completing *c, const pl_words *given) {
  bool joins = false;
  for (size_t i = 1; i < given->count; i++) { /* the first says "words" */
    const char *word = given->items[i];
    bool equals = pl_equal(word, "=") && c->words.count > 0;
    if (joins || equals) {
      const char **last = &c->words.items[c->words.count - 1];
      *last = pl_printf(c->arena, "%s%s", *last, word);
    } else {
      pl_push(c->arena, c->words.items, c->words.count, c->words.capacity, word);
    }
    joins = equals;
  }
}

static void complete(completing *c) {
  const char *last = c->words.count ? c->words.items[c->words.count - 1] : "";
  const char *before = c->words.count > 1 ? c->words.items[c->words.count - 2] : "", *equals = strchr(last, '=');
  pl_option option;
  int command = command_of(c);
  c->current = last;
  c->prefix = "";
  if (*before == '-' && wants_value(before, &option)) {
    offer_value(c, option.argument);
  } else if (*last == '-' && equals && find_option(last, &option) && option.argument) {
    c->prefix = pl_strndup(c->arena, last, (size_t)(equals + 1 - last));
    c->current = equals + 1;
    offer_value(c, option.argument);
  } else if (*last == '-') {
    offer_options(c, command < 0 ? PL_COMMAND_CHECK : (pl_command_id)command);
  } else {
    offer_operand(c, command);
  }
}

int pl_command_completion(pl_arena *arena, const pl_options *options) {
  const char *shell = options->operands.items[0];
  if (pl_equal(shell, "words")) {
    completing c = {.arena = arena};
    join_words(&c, &options->operands);
    complete(&c);
    return 0;
  }
  const pl_embedded *script = pl_embedded_find(pl_printf(arena, "src/ship/completion/plumbline.%s", shell));
  if (!script)
    return pl_tell(PL_EXIT_INTERNAL, "completion %s: there is no such script", shell);
  fwrite(script->content.data, 1, script->content.length, stdout);
  return 0;
}
