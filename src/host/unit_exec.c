/* ExecStart=: prefixes, words, several commands in one value, and variables put in (systemd.service(5), "Command
 * lines"). */
#include "plumbline/core/limits.h"
#include "unit_text.h"

/* '@' the second word is argv[0]; ':' no variables; the rest says how it is run and changes no argument. */
static const char *skip_prefixes(const char *word, bool *ret_own_name, bool *ret_no_variables) {
  for (; *word && strchr("@-:+!|", *word); word++) {
    *ret_own_name = *ret_own_name || *word == '@';
    *ret_no_variables = *ret_no_variables || *word == ':';
  }
  return word;
}

static bool ends_word(char c) { return c == '\0' || pl_is_blank(c); }

/* What a value of ExecStart= is parsed with. */
typedef struct parser {
  pl_arena *arena;
  pl_specifiers specifiers;
  void *context;
  size_t bytes; /* of all words, so that short specifiers cannot make them endless */
} parser;

static const char *resolve(parser *p, const char *word, pl_error *err) {
  const char *resolved = p->specifiers(p->context, word, err);
  if (!resolved)
    return NULL;
  p->bytes += strlen(resolved) + 1;
  if (p->bytes <= PL_CMDLINE_BYTES_MAX)
    return resolved;
  pl_fail(err, PL_ERR_LIMIT, "a command line of more than %d bytes", PL_CMDLINE_BYTES_MAX);
  return NULL;
}

static int bad_quotes(pl_error *err) { return pl_fail(err, PL_ERR_SYNTAX, "ExecStart: quotes that are not closed"); }

/* Words up to a lone ';', which begins another command, or the end; "\;" stands for one that does not. */
static int parse_words(parser *p, const char **rest, pl_command *command, bool *ret_more, pl_error *err) {
  for (;;) {
    const char *at = *rest, *word = NULL;
    bool escaped = at[0] == '\\' && at[1] == ';' && ends_word(at[2]);
    *ret_more = at[0] == ';' && ends_word(at[1]);
    if (escaped || *ret_more) {
      *rest = at + (escaped ? 2 : 1);
      *rest += strspn(*rest, " \t\n\r");
      word = ";";
    } else {
      int rc = pl_word_next(p->arena, rest, PL_WORD_COMMAND, &word);
      if (rc <= 0)
        return rc == 0 ? 0 : bad_quotes(err);
      word = resolve(p, word, err);
      if (!word)
        return -1;
    }
    if (*ret_more)
      return 0;
    pl_push(p->arena, command->words.items, command->words.count, command->words.capacity, word);
  }
}

/* An absolute path of a file, or a name that is searched for; systemd takes no quotes, backslashes or controls in it.
 */
static bool is_program(const char *text) {
  for (const char *c = text; *c; c++)
    if ((unsigned char)*c < 0x20 || strchr("\"'\\\x7f", *c))
      return false;
  return *text && !pl_ends(text, "/") && (*text == '/' || !strchr(text, '/')) && !pl_equal(text, ".") &&
         !pl_equal(text, "..");
}

static int parse_command(parser *p, const char **rest, pl_command *ret, bool *ret_more, pl_error *err) {
  const char *first = NULL;
  bool own_name = false;
  if (pl_word_next(p->arena, rest, PL_WORD_COMMAND, &first) < 0)
    return bad_quotes(err);
  first = skip_prefixes(first, &own_name, &ret->no_variables);
  ret->program = resolve(p, first, err);
  if (!ret->program)
    return -1;
  if (!is_program(ret->program))
    return pl_fail(err, PL_ERR_SYNTAX, "ExecStart: neither an absolute path nor a name: %s", ret->program);
  if (*ret->program == '/')
    ret->program = pl_path_join(p->arena, "/", ret->program);
  if (!own_name)
    pl_push(p->arena, ret->words.items, ret->words.count, ret->words.capacity, ret->program);
  if (parse_words(p, rest, ret, ret_more, err) < 0)
    return -1;
  return ret->words.count > 0 ? 0 : pl_fail(err, PL_ERR_SYNTAX, "ExecStart: no name after '@'");
}

int pl_commands_parse(pl_arena *arena, const char *value, pl_specifiers specifiers, void *context,
                      pl_commands *commands, pl_error *err) {
  parser p = {.arena = arena, .specifiers = specifiers, .context = context};
  const char *rest = value;
  for (bool more = true; more && *rest;) {
    pl_command command = {.program = NULL};
    if (parse_command(&p, &rest, &command, &more, err) < 0)
      return -1;
    pl_push(arena, commands->items, commands->count, commands->capacity, command);
  }
  return 0;
}

/* ---- variables ---- */

enum { SCANNED_MAX = 16 * PL_CMDLINE_BYTES_MAX };

typedef struct expansion {
  pl_arena *arena;
  const pl_variables *variables;
  void (*unknown)(const char *name, void *context);
  void *context;
  pl_words *out;
  size_t bytes;   /* of the arguments */
  size_t scanned; /* of the values that were split, which may give no words at all */
} expansion;

static int add_word(expansion *e, const char *word, pl_error *err) {
  e->bytes += strlen(word) + 1;
  if (e->bytes > PL_CMDLINE_BYTES_MAX)
    return pl_fail(err, PL_ERR_LIMIT, "a command line of more than %d bytes", PL_CMDLINE_BYTES_MAX);
  pl_push(e->arena, e->out->items, e->out->count, e->out->capacity, word);
  return 0;
}

/* Value of the variable, NULL when it has none. */
static const char *lookup(const expansion *e, const char *name, size_t length) {
  const char *value = pl_variables_get(e->variables, name, length);
  if (!value)
    e->unknown(pl_strndup(e->arena, name, length), e->context);
  return value;
}

/* A word that is "$NAME" and nothing else becomes the words of the value, none when there is no such variable. */
static int expand_whole(expansion *e, const char *name, pl_error *err) {
  size_t length = strlen(name);
  const char *value = pl_variable_name_valid(name, length) ? lookup(e, name, length) : NULL;
  const char *word = NULL;
  e->scanned += value ? strlen(value) : 0;
  if (e->scanned > SCANNED_MAX)
    return pl_fail(err, PL_ERR_LIMIT, "variables of more than %d bytes", SCANNED_MAX);
  while (value && pl_word_next(e->arena, &value, PL_WORD_VALUE, &word) > 0)
    if (add_word(e, word, err) < 0)
      return -1;
  return 0;
}

/* "${NAME}" anywhere becomes the value as it is, "$$" becomes "$"; every other '$' stays. */
static int expand_inside(expansion *e, const char *word, pl_error *err) {
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, PL_CMDLINE_BYTES_MAX);
  pl_buffer_text(&out, "");
  const char *last_close = strrchr(word, '}');
  while (*word && !out.overflow) {
    size_t plain = strcspn(word, "$");
    pl_buffer_add(&out, word, plain);
    word += plain;
    const char *close = last_close && word < last_close && pl_starts(word, "${") ? strchr(word, '}') : NULL;
    if (close) {
      const char *value = lookup(e, word + 2, (size_t)(close - word - 2));
      pl_buffer_text(&out, value ? value : "");
      word = close + 1;
    } else if (*word) {
      pl_buffer_add(&out, "$", 1);
      word += pl_starts(word, "$$") ? 2 : 1;
    }
  }
  if (out.overflow)
    return pl_fail(err, PL_ERR_LIMIT, "an argument of more than %d bytes", PL_CMDLINE_BYTES_MAX);
  return add_word(e, pl_strndup(e->arena, out.data, out.length), err);
}

int pl_command_expand(pl_arena *arena, const pl_command *command, const pl_variables *variables,
                      void (*unknown)(const char *name, void *context), void *context, pl_words *ret, pl_error *err) {
  expansion e = {
      .arena = arena, .variables = variables, .unknown = unknown, .context = context, .out = ret, .bytes = 0};
  for (size_t i = 0; i < command->words.count; i++) {
    const char *word = command->words.items[i];
    bool whole = word[0] == '$' && word[1] != '{' && word[1] != '$';
    int rc = command->no_variables ? add_word(&e, word, err)
             : whole               ? expand_whole(&e, word + 1, err)
                                   : expand_inside(&e, word, err);
    if (rc < 0)
      return -1;
  }
  return 0;
}
