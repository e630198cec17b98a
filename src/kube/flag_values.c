/* What the occurrences of one flag amount to: pflag's value types and those of k8s.io/component-base/cli/flag. */
#include <arpa/inet.h>

#include "plumbline/core/number.h"
#include "plumbline/kube/flags.h"
#include "src/kube/labels.h"

static bool is_go_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* strings.TrimSpace, for ASCII. */
static char *trimmed(pl_arena *arena, const char *text, size_t length) {
  while (length > 0 && is_go_space(text[0])) {
    text++;
    length--;
  }
  while (length > 0 && is_go_space(text[length - 1]))
    length--;
  return pl_strndup(arena, text, length);
}

/* ---- CSV ---- */

/* The field in quotes that begins behind *AT's quote, of which "" stands for one; *AT is left at what follows. */
static char *quoted_field(pl_arena *arena, const char **at) {
  const char *start = *at + 1, *end = start;
  while ((end = strchr(end, '"')) && end[1] == '"')
    end += 2;
  if (!end || (end[1] && end[1] != ',' && end[1] != '\n'))
    return NULL;
  char *field = pl_strndup(arena, start, (size_t)(end - start)), *out = field;
  for (const char *in = field; *in; in += *in == '"' ? 2 : 1)
    *out++ = *in;
  *out = '\0';
  *at = end + 1;
  return field;
}

int pl_flags_csv(pl_arena *arena, const char *text, pl_node *ret_list, pl_error *err) {
  while (text[0] == '\n' && text[1])
    text++;
  if (!*text)
    return 0;
  for (;; text++) {
    char *field;
    if (*text == '"') {
      field = quoted_field(arena, &text);
      if (!field)
        return pl_fail(err, PL_ERR_SYNTAX, "parse error: extraneous or missing \" in quoted-field");
    } else {
      size_t length = strcspn(text, ",\n");
      if (memchr(text, '"', length))
        return pl_fail(err, PL_ERR_SYNTAX, "parse error: bare \" in non-quoted-field");
      field = pl_strndup(arena, text, length);
      text += length;
    }
    pl_list_add(arena, ret_list, pl_node_string(arena, field));
    if (*text != ',')
      return 0;
  }
}

/* ---- one occurrence into the value so far ---- */

typedef struct setting {
  pl_arena *arena;
  const pl_flag_spec *spec;
  pl_node *value; /* NULL before the first occurrence */
} setting;

static pl_node *container(setting *s, pl_kind kind) {
  if (!s->value)
    s->value = kind == PL_LIST ? pl_node_list(s->arena) : pl_node_object(s->arena);
  return s->value;
}

static int set_string(setting *s, const char *text, pl_error *err) {
  (void)err;
  s->value = pl_node_string(s->arena, text);
  return 0;
}

static int set_boolean(setting *s, const char *text, pl_error *err) {
  bool value;
  if (pl_parse_go_bool(text, &value, err) < 0)
    return -1;
  s->value = pl_node_boolean(s->arena, value);
  return 0;
}

static int set_integer(setting *s, const char *text, pl_error *err) {
  bool ranged = s->spec->min || s->spec->max;
  int64_t value;
  if (pl_parse_go_int(text, ranged ? s->spec->min : INT64_MIN, ranged ? s->spec->max : INT64_MAX, &value, err) < 0)
    return -1;
  s->value = pl_node_integer(s->arena, value);
  return 0;
}

static int set_duration(setting *s, const char *text, pl_error *err) {
  int64_t ns;
  if (pl_parse_duration(text, &ns, err) < 0)
    return -1;
  s->value = pl_node_string(s->arena, pl_format_duration(s->arena, ns));
  return 0;
}

/* Reals decide nothing here: checked for their form, whole ones become integers, the others stay text. */
static int set_real(setting *s, const char *text, pl_error *err) {
  int64_t whole;
  if (pl_parse_int(text, INT64_MIN, INT64_MAX, &whole, NULL) == 0) {
    s->value = pl_node_integer(s->arena, whole);
    return 0;
  }
  if (!*text || text[strspn(text, "+-.0123456789eE")])
    return pl_fail(err, PL_ERR_SYNTAX, "strconv.ParseFloat: parsing \"%s\": invalid syntax", text);
  return set_string(s, text, err);
}

static int set_slice(setting *s, const char *text, pl_error *err) {
  return pl_flags_csv(s->arena, text, container(s, PL_LIST), err);
}

static int set_array(setting *s, const char *text, pl_error *err) {
  (void)err;
  pl_list_add(s->arena, container(s, PL_LIST), pl_node_string(s->arena, text));
  return 0;
}

static int set_address(setting *s, const char *text, pl_error *err) {
  unsigned char bytes[sizeof(struct in6_addr)];
  if (!*text)
    return 0;
  if (inet_pton(AF_INET, text, bytes) != 1 && inet_pton(AF_INET6, text, bytes) != 1)
    return pl_fail(err, PL_ERR_SYNTAX, "\"%s\" is not a valid IP address", text);
  return set_string(s, text, err);
}

static int put_pair(setting *s, const char *text, size_t length, pl_error *err) {
  static const char separators[] = {[PL_FLAG_MAP] = '=',    [PL_FLAG_GATES] = '=',      [PL_FLAG_PAIR] = '=',
                                    [PL_FLAG_LABELS] = '=', [PL_FLAG_THRESHOLDS] = '<', [PL_FLAG_HEADERS] = ':'};
  pl_flag_kind kind = s->spec->kind;
  char separator = separators[kind];
  pl_node *object = container(s, PL_OBJECT);
  const char *middle = memchr(text, separator, length);
  if (!middle && kind != PL_FLAG_LABELS)
    return pl_fail(err, PL_ERR_SYNTAX, "malformed pair, expect string%c%s", separator,
                   kind == PL_FLAG_GATES ? "bool" : "string");
  size_t key_length = middle ? (size_t)(middle - text) : length;
  const char *key = trimmed(s->arena, text, key_length);
  const char *value = middle ? trimmed(s->arena, middle + 1, length - key_length - 1) : "";
  pl_node *node = pl_node_string(s->arena, value);
  if (kind == PL_FLAG_GATES) {
    bool on;
    if (pl_parse_go_bool(value, &on, NULL) < 0)
      return pl_fail(err, PL_ERR_SYNTAX,
                     "invalid value of %s: %s, err: strconv.ParseBool: parsing \"%s\": invalid syntax", key, value,
                     value);
    node = pl_node_boolean(s->arena, on);
  } else if (kind == PL_FLAG_HEADERS) {
    pl_node *values = pl_get(object, key);
    if (!values)
      values = pl_node_list(s->arena);
    pl_list_add(s->arena, values, node);
    node = values;
  }
  pl_object_set(s->arena, object, key, node);
  return 0;
}

static int set_pairs(setting *s, const char *text, pl_error *err) {
  container(s, PL_OBJECT);
  for (;; text++) {
    size_t length = strcspn(text, ",");
    if (length > 0 && put_pair(s, text, length, err) < 0)
      return -1;
    text += length;
    if (!*text)
      return 0;
  }
}

static int set_one_pair(setting *s, const char *text, pl_error *err) { return put_pair(s, text, strlen(text), err); }

/* ---- taints (k8s.io/kubernetes/pkg/util/taints) ---- */

/* SEEN: "KEY EFFECT" of those before. */
static int add_taint(setting *s, pl_node *list, pl_node *seen, const char *text, pl_error *err) {
  static const char *const effects[] = {"NoSchedule", "PreferNoSchedule", "NoExecute", NULL};
  size_t end = strlen(text);
  bool removal = end > 0 && text[end - 1] == '-'; /* "key:Effect-" is for taking taints away, and adds nothing */
  const char *const *parts;
  size_t count = pl_split(s->arena, pl_strndup(s->arena, text, end - removal), ':', &parts);
  if (count > 2 || (count < 2 && !removal))
    return pl_fail(err, PL_ERR_SYNTAX, "invalid taint spec: %s", text);
  if (count == 2 && !pl_in(parts[1], effects))
    return pl_fail(err, PL_ERR_SYNTAX, "invalid taint effect: %s, unsupported taint effect", parts[1]);
  const char *const *pair;
  size_t pair_count = count == 2 ? pl_split(s->arena, parts[0], '=', &pair) : 1;
  const char *key = count == 2 ? pair[0] : parts[0];
  const char *value = pair_count == 2 ? pair[1] : "";
  if (pair_count > 2 || !pl_is_qualified_name(key) || !pl_is_label_value(value))
    return pl_fail(err, PL_ERR_SYNTAX, "invalid taint spec: %s", text);
  if (removal)
    return 0;
  const char *name = pl_printf(s->arena, "%s %s", key, parts[1]);
  if (pl_get(seen, name))
    return pl_fail(err, PL_ERR_SYNTAX, "duplicated taints with the same key and effect: %s", text);
  pl_object_put(s->arena, seen, name, list);
  pl_node *taint = pl_node_object(s->arena);
  pl_object_set(s->arena, taint, "key", pl_node_string(s->arena, key));
  if (*value)
    pl_object_set(s->arena, taint, "value", pl_node_string(s->arena, value));
  pl_object_set(s->arena, taint, "effect", pl_node_string(s->arena, parts[1]));
  pl_list_add(s->arena, list, taint);
  return 0;
}

static int set_taints(setting *s, const char *text, pl_error *err) {
  pl_node *list = pl_node_list(s->arena), *seen = pl_node_object(s->arena);
  const char *const *items;
  size_t count = *text ? pl_split(s->arena, text, ',', &items) : 0;
  for (size_t i = 0; i < count; i++)
    if (add_taint(s, list, seen, items[i], err) < 0)
      return -1;
  s->value = pl_count(list) ? list : pl_node_null(s->arena);
  return 0;
}

static int (*const setters[])(setting *, const char *, pl_error *) = {
    [PL_FLAG_STRING] = set_string,     [PL_FLAG_BOOLEAN] = set_boolean, [PL_FLAG_INTEGER] = set_integer,
    [PL_FLAG_DURATION] = set_duration, [PL_FLAG_REAL] = set_real,       [PL_FLAG_SLICE] = set_slice,
    [PL_FLAG_ARRAY] = set_array,       [PL_FLAG_MAP] = set_pairs,       [PL_FLAG_GATES] = set_pairs,
    [PL_FLAG_PAIR] = set_one_pair,     [PL_FLAG_LABELS] = set_pairs,    [PL_FLAG_THRESHOLDS] = set_pairs,
    [PL_FLAG_HEADERS] = set_pairs,     [PL_FLAG_TAINTS] = set_taints,   [PL_FLAG_IP] = set_address,
    [PL_FLAG_OPTIONAL] = set_string,
};

int pl_flags_value(pl_arena *arena, const pl_flags *flags, const pl_flag_spec *spec, pl_node **ret,
                   const pl_flag **ret_last, pl_error *err) {
  setting s = {.arena = arena, .spec = spec};
  const pl_flag *last = NULL;
  int result = 0;
  for (size_t i = 0; i < flags->count && result == 0; i++) {
    const pl_flag *flag = &flags->items[i];
    if (flag->spec != spec)
      continue;
    last = flag;
    result = setters[spec->kind](&s, flag->value, err);
  }
  if (result < 0 && spec->secret)
    pl_error_prefix(err, "invalid argument for \"--%s\" flag", spec->name);
  else if (result < 0)
    pl_error_prefix(err, "invalid argument \"%s\" for \"--%s\" flag", last->value, spec->name);
  if (ret_last)
    *ret_last = last;
  *ret = result == 0 ? s.value : NULL;
  return result;
}

/* The next key of the pairs at *REST, within them, without blanks around it; false at the end. */
static bool next_key(const char **rest, const char **ret, size_t *ret_length) {
  const char *start = *rest;
  if (!start)
    return false;
  size_t length = strcspn(start, "=,");
  const char *comma = start + length + strcspn(start + length, ",");
  *rest = *comma ? comma + 1 : NULL;
  while (length > 0 && is_go_space(*start)) {
    start++;
    length--;
  }
  while (length > 0 && is_go_space(start[length - 1]))
    length--;
  *ret = start;
  *ret_length = length;
  return true;
}

static bool sets_gate(const char *text, const char *gate, bool by_component) {
  static const char component[] = "kube:";
  size_t length, wanted = strlen(gate), prefix = sizeof component - 1;
  for (const char *key; next_key(&text, &key, &length);) {
    bool own = by_component && length >= prefix && memcmp(key, component, prefix) == 0;
    if (length - (own ? prefix : 0) == wanted && memcmp(key + (own ? prefix : 0), gate, wanted) == 0)
      return true;
  }
  return false;
}

const pl_flag *pl_flags_gate(const pl_flags *flags, const char *name, const char *gate, bool by_component) {
  for (size_t i = flags->count; i > 0; i--)
    if (pl_equal(flags->items[i - 1].name, name) && sets_gate(flags->items[i - 1].value, gate, by_component))
      return &flags->items[i - 1];
  return NULL;
}

pl_node *pl_flags_gates(pl_arena *arena, const pl_flags *flags, const char *name) {
  pl_node *places = pl_node_object(arena);
  for (size_t i = 0; i < flags->count; i++) {
    const char *text = flags->items[i].value, *key;
    pl_node *place = pl_node_integer(arena, (int64_t)i);
    for (size_t length; pl_equal(flags->items[i].name, name) && next_key(&text, &key, &length);)
      pl_object_put(arena, places, pl_strndup(arena, key, length), place);
  }
  return places;
}
