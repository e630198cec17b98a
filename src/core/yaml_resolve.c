/* Typing of scalars: YAML 1.1 as goyaml.v2 of sigs.k8s.io/yaml reads it, and the few types of our own files. */
#include "src/core/yaml_resolve.h"

#include <math.h>
#include <stdio.h>

#include "plumbline/core/digest.h"
#include "plumbline/core/number.h"
#include "src/core/real.h"

typedef struct word {
  const char *text;
  pl_kind kind;
  bool boolean;
  double real;
} word;

#define BOOLEAN(value, text)                                                                                           \
  { text, PL_BOOLEAN, value, 0 }
#define REAL(value, text)                                                                                              \
  { text, PL_REAL, false, value }
static const word words[] = {
    BOOLEAN(true, "y"),          BOOLEAN(true, "Y"),          BOOLEAN(true, "yes"),        BOOLEAN(true, "Yes"),
    BOOLEAN(true, "YES"),        BOOLEAN(true, "true"),       BOOLEAN(true, "True"),       BOOLEAN(true, "TRUE"),
    BOOLEAN(true, "on"),         BOOLEAN(true, "On"),         BOOLEAN(true, "ON"),         BOOLEAN(false, "n"),
    BOOLEAN(false, "N"),         BOOLEAN(false, "no"),        BOOLEAN(false, "No"),        BOOLEAN(false, "NO"),
    BOOLEAN(false, "false"),     BOOLEAN(false, "False"),     BOOLEAN(false, "FALSE"),     BOOLEAN(false, "off"),
    BOOLEAN(false, "Off"),       BOOLEAN(false, "OFF"),       {"", PL_NULL, false, 0},     {"~", PL_NULL, false, 0},
    {"null", PL_NULL, false, 0}, {"Null", PL_NULL, false, 0}, {"NULL", PL_NULL, false, 0}, REAL(NAN, ".nan"),
    REAL(NAN, ".NaN"),           REAL(NAN, ".NAN"),           REAL(INFINITY, ".inf"),      REAL(INFINITY, ".Inf"),
    REAL(INFINITY, ".INF"),      REAL(INFINITY, "+.inf"),     REAL(INFINITY, "+.Inf"),     REAL(INFINITY, "+.INF"),
    REAL(-INFINITY, "-.inf"),    REAL(-INFINITY, "-.Inf"),    REAL(-INFINITY, "-.INF"),
};
#undef BOOLEAN
#undef REAL

/* TEXT without its underscores; goyaml takes them all out before it looks for a number. */
static char *without_underscores(pl_arena *arena, pl_bytes text) {
  char *plain = pl_alloc(arena, text.length + 1), *out = plain;
  for (size_t i = 0; i < text.length; i++)
    if (text.data[i] != '_')
      *out++ = text.data[i];
  return plain;
}

static int digit_of(char c) {
  char lower = (char)(c | 0x20);
  return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

/* An integer that int64 cannot hold, as the double nearest to it: a number to Go, though no integer field takes it.
 * With a prefix it is a text once uint64 cannot hold it either. */
static bool beyond_int64(const char *text, double *ret) {
  static const struct {
    const char *prefix;
    int base;
  } bases[] = {{"0x", 16}, {"0X", 16}, {"0o", 8}, {"0O", 8}, {"0b", 2}, {"0B", 2}, {"0", 8}, {"", 10}};
  bool negative = *text == '-';
  text += negative || *text == '+';
  size_t row = 0;
  while (!pl_starts(text, bases[row].prefix))
    row++;
  text += strlen(bases[row].prefix);
  double value = 0;
  for (const char *at = text; *at; at++) {
    int digit = digit_of(*at);
    if (digit >= bases[row].base)
      return false;
    value = value * bases[row].base + digit;
  }
  *ret = negative ? -value : value;
  return *text != '\0' && isfinite(value) && (bases[row].base == 10 || value <= (double)UINT64_MAX);
}

static pl_kind number(pl_arena *arena, pl_bytes text, pl_node *node) {
  const char *plain = without_underscores(arena, text);
  if (pl_parse_go_int(plain, INT64_MIN, INT64_MAX, &node->integer, NULL) == 0)
    return PL_INTEGER;
  if (pl_parse_real(plain, strlen(plain), &node->real) || beyond_int64(plain, &node->real))
    return PL_REAL;
  return PL_STRING;
}

static const word *find_word(const char *text) {
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (pl_equal(text, words[i].text))
      return &words[i];
  return NULL;
}

bool pl_yaml_resolve_word(const char *text, pl_node *node) {
  const word *found = find_word(text);
  if (!found || found->kind == PL_REAL)
    return false;
  node->kind = found->kind;
  node->boolean = found->boolean;
  return true;
}

/* The kind of a scalar that has no tag; the first byte decides where to look, as in goyaml. */
static pl_kind plain_kind(pl_arena *arena, pl_bytes text, pl_node *node) {
  if (text.length > 0 && !strchr("+-.0123456789yYnNtTfFoO~", text.data[0]))
    return PL_STRING;
  if (pl_yaml_resolve_word(text.data, node))
    return node->kind;
  const word *found = find_word(text.data);
  if (found) {
    node->real = found->real;
    return PL_REAL;
  }
  if (text.data[0] == '.')
    return pl_parse_real(text.data, text.length, &node->real) ? PL_REAL : PL_STRING;
  return text.length > 0 && strchr("+-0123456789", text.data[0]) ? number(arena, text, node) : PL_STRING;
}

static void set_string(pl_arena *arena, pl_bytes text, pl_node *node) {
  node->kind = PL_STRING;
  node->string = (pl_bytes){pl_strndup(arena, text.data, text.length), text.length};
}

/* A word or number keeps what was written; a string is its own. */
static void resolve_plain(pl_arena *arena, pl_bytes text, pl_node *node) {
  node->kind = strlen(text.data) == text.length ? plain_kind(arena, text, node) : PL_STRING;
  if (node->kind == PL_STRING)
    set_string(arena, text, node);
  else
    node->raw = pl_strndup(arena, text.data, text.length);
}

/* The tags whose scalars goyaml types and then compares with the tag. */
static const struct {
  const char *tag;
  pl_kind kind;
} typed_tags[] = {
    {PL_YAML_TAG "bool", PL_BOOLEAN},
    {PL_YAML_TAG "int", PL_INTEGER},
    {PL_YAML_TAG "float", PL_REAL},
    {PL_YAML_TAG "null", PL_NULL},
};

static int resolve_typed(pl_arena *arena, pl_bytes text, pl_kind wanted, pl_node *node, pl_error *err) {
  resolve_plain(arena, text, node);
  if (node->kind == PL_INTEGER && wanted == PL_REAL) {
    node->kind = PL_REAL;
    node->real = (double)node->integer;
  }
  double ignored = 0;
  bool large =
      node->kind == PL_REAL && wanted == PL_INTEGER && beyond_int64(without_underscores(arena, text), &ignored);
  if (node->kind != wanted && !large)
    return pl_fail(err, PL_ERR_SYNTAX, "the tag says %s, the value is a %s", pl_kind_name(wanted),
                   pl_kind_name(node->kind));
  return 0;
}

int pl_yaml_resolve_theirs(pl_arena *arena, pl_bytes text, const char *tag, bool plain, pl_node *node, pl_error *err) {
  if (plain) {
    resolve_plain(arena, text, node);
    return 0;
  }
  if (pl_equal(tag, PL_YAML_TAG "binary")) {
    node->kind = PL_STRING;
    return pl_base64_decode(arena, text.data, text.length, &node->string, err);
  }
  for (size_t i = 0; tag && i < sizeof typed_tags / sizeof *typed_tags; i++)
    if (pl_equal(tag, typed_tags[i].tag))
      return resolve_typed(arena, text, typed_tags[i].kind, node, err);
  set_string(arena, text, node);
  return 0;
}

static bool ours_integer(const char *text, int64_t *ret) {
  const char *digits = text + (*text == '-');
  bool canonical = *digits >= '1' && *digits <= '9';
  return (canonical || pl_equal(text, "0")) && pl_parse_int(text, INT64_MIN, INT64_MAX, ret, NULL) == 0;
}

void pl_yaml_resolve_ours(pl_arena *arena, pl_bytes text, bool plain, pl_node *node) {
  static const char *const nothing[] = {"", "~", "null", NULL};
  bool typed = plain && strlen(text.data) == text.length;
  if (typed && pl_in(text.data, nothing)) {
    node->kind = PL_NULL;
  } else if (typed && (pl_equal(text.data, "true") || pl_equal(text.data, "false"))) {
    node->kind = PL_BOOLEAN;
    node->boolean = text.data[0] == 't';
  } else if (typed && ours_integer(text.data, &node->integer)) {
    node->kind = PL_INTEGER;
  } else {
    set_string(arena, text, node);
    return;
  }
  node->raw = pl_strndup(arena, text.data, text.length);
}

/* Go's FormatFloat(value, 'g', -1, 32): the shortest digits that give the same float, an exponent below -4, from 6. */
static const char *real_key(pl_arena *arena, double real) {
  double value = (double)(float)real;
  if (!isfinite(value))
    return isnan(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
  char text[PL_REAL_TEXT * 2];
  int precision = 0;
  for (; precision < 9; precision++) {
    double back = 0;
    snprintf(text, sizeof text, "%.*e", precision, value);
    if (pl_parse_real(text, strlen(text), &back) && (float)back == (float)value)
      break;
  }
  int64_t exponent = 0;
  const char *at = strchr(text, 'e') + 1;
  pl_parse_int(at + (*at == '+'), -999, 999, &exponent, NULL);
  if (exponent >= -4 && exponent < 6)
    snprintf(text, sizeof text, "%.*f", precision > exponent ? precision - (int)exponent : 0, value);
  return pl_strdup(arena, text);
}

const char *pl_yaml_key_text(pl_arena *arena, const pl_node *node) {
  switch (node->kind) {
  case PL_STRING:
    return strlen(node->string.data) == node->string.length ? node->string.data : NULL;
  case PL_BOOLEAN:
    return node->boolean ? "true" : "false";
  case PL_INTEGER:
    return pl_printf(arena, "%lld", (long long)node->integer);
  case PL_REAL:
    return real_key(arena, node->real);
  case PL_NULL:
  case PL_LIST:
  case PL_OBJECT:
    break;
  }
  return NULL;
}
