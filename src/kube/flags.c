/* Splits command lines into flags and stray words, by the rules of pflag and of Go's flag package. */
#include "plumbline/kube/flags.h"

typedef struct words {
  pl_arena *arena;
  const char *const *argv;
  size_t argc, next; /* NEXT: index of the word to look at */
  const pl_flag_spec *specs;
  pl_flags *flags;
} words;

static const pl_flag_spec *find_spec(const words *w, const char *name) {
  for (const pl_flag_spec *spec = w->specs; spec->name; spec++)
    if (pl_equal(spec->name, name))
      return spec;
  return NULL;
}

static bool may_be_bare(const pl_flag_spec *spec) {
  return spec->kind == PL_FLAG_BOOLEAN || spec->kind == PL_FLAG_OPTIONAL;
}

static void add_flag(words *w, const char *name, const char *value, size_t index, const pl_flag_spec *spec) {
  pl_flag flag = {.name = name, .value = value, .index = index, .spec = spec};
  pl_push(w->arena, w->flags->items, w->flags->count, w->flags->capacity, flag);
}

static void add_stray(words *w, const char *word) {
  pl_push(w->arena, w->flags->stray, w->flags->stray_count, w->flags->stray_capacity, word);
}

static void rest_is_stray(words *w) {
  while (w->next < w->argc)
    add_stray(w, w->argv[w->next++]);
}

/* The flag package of etcd: names as they are; pflag as Kubernetes sets it up: WordSepNormalizeFunc. */
static char *flag_name(pl_arena *arena, const char *text, size_t length, pl_flag_dialect dialect) {
  char *name = pl_strndup(arena, text, length);
  for (char *c = name; dialect == PL_FLAGS_PFLAG && *c; c++)
    if (*c == '_')
      *c = '-';
  return name;
}

/* Value of an unknown flag without '=': a guess, since nothing says whether it is a boolean. */
static const char *guessed_value(words *w) {
  if (w->next < w->argc && w->argv[w->next][0] != '-' && w->argv[w->next][0])
    return w->argv[w->next++];
  return "true";
}

/* "--name", "--name=value", "--name value"; for Go's flag package with one dash too. WORD: what comes after the dashes.
 */
static int parse_name(words *w, const char *word, pl_flag_dialect dialect, pl_error *err) {
  size_t index = w->next - 1;
  if (!word[0] || word[0] == '-' || word[0] == '=') /* what comes behind may be a secret */
    return pl_fail(err, PL_ERR_SYNTAX, "bad flag syntax: argv[%zu]", index);
  size_t length = strcspn(word, "=");
  const char *name = flag_name(w->arena, word, length, dialect);
  const pl_flag_spec *spec = find_spec(w, name);
  const char *value;
  if (word[length] == '=')
    value = word + length + 1;
  else if (!spec)
    value = guessed_value(w);
  else if (may_be_bare(spec))
    value = "true";
  else if (w->next < w->argc)
    value = w->argv[w->next++];
  else
    return pl_fail(err, PL_ERR_SYNTAX,
                   dialect == PL_FLAGS_GO ? "flag needs an argument: -%s" : "flag needs an argument: --%s", name);
  add_flag(w, name, value, index, spec);
  return 0;
}

/* pflag's "-v2", "-v=2", "-v 2" and bundles of boolean letters. */
static int parse_letters(words *w, pl_error *err) {
  size_t index = w->next - 1;
  for (const char *letters = w->argv[index] + 1; *letters; letters++) {
    char *name = pl_strndup(w->arena, letters, 1);
    const pl_flag_spec *spec = find_spec(w, name);
    if (!spec)
      return pl_fail(err, PL_ERR_SYNTAX, "unknown shorthand flag: '%s'", name);
    const char *value;
    if (letters[1] == '=' && letters[2]) {
      value = letters + 2;
    } else if (may_be_bare(spec)) {
      add_flag(w, name, "true", index, spec);
      continue;
    } else if (letters[1]) {
      value = letters + 1;
    } else if (w->next < w->argc) {
      value = w->argv[w->next++];
    } else {
      return pl_fail(err, PL_ERR_SYNTAX, "flag needs an argument: '%s'", name);
    }
    add_flag(w, name, value, index, spec);
    break;
  }
  return 0;
}

static int parse_pflag(words *w, pl_error *err) {
  while (w->next < w->argc) {
    const char *word = w->argv[w->next++];
    if (word[0] != '-' || !word[1]) {
      add_stray(w, word);
    } else if (pl_equal(word, "--")) {
      rest_is_stray(w);
    } else if ((word[1] == '-' ? parse_name(w, word + 2, PL_FLAGS_PFLAG, err) : parse_letters(w, err)) < 0) {
      return -1;
    }
  }
  return 0;
}

static int parse_go(words *w, pl_error *err) {
  while (w->next < w->argc) {
    const char *word = w->argv[w->next];
    if (word[0] != '-' || !word[1])
      break;
    w->next++;
    if (pl_equal(word, "--"))
      break;
    if (parse_name(w, word + (word[1] == '-' ? 2 : 1), PL_FLAGS_GO, err) < 0)
      return -1;
  }
  rest_is_stray(w);
  return 0;
}

int pl_flags_parse(pl_arena *arena, const char *const *argv, size_t argc, const pl_flag_spec *specs,
                   pl_flag_dialect dialect, pl_flags *ret, pl_error *err) {
  *ret = (pl_flags){0};
  words w = {.arena = arena, .argv = argv, .argc = argc, .next = 1, .specs = specs, .flags = ret};
  return dialect == PL_FLAGS_GO ? parse_go(&w, err) : parse_pflag(&w, err);
}

const pl_flag *pl_flags_last(const pl_flags *flags, const char *name) {
  for (size_t i = flags->count; i > 0; i--)
    if (pl_equal(flags->items[i - 1].name, name))
      return &flags->items[i - 1];
  return NULL;
}

bool pl_flag_known(const pl_flag_spec *spec, int minor) {
  return minor == 0 || (minor >= spec->added && (spec->removed == 0 || minor < spec->removed));
}
