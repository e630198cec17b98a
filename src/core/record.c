/* From a document tree to a C struct by a table; every fault is reported where it stands. */
#include "plumbline/core/record.h"

#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"
#include "src/core/tree.h"

#define NEAREST_LENGTH_MAX 63 /* of names that are compared letter by letter */

typedef struct reader {
  pl_arena *arena;
  const char *what;
  pl_faults *faults;
} reader;

static const char *file_of(const pl_node *node) { return node->source ? node->source->where : ""; }

void pl_node_fault(pl_faults *faults, const pl_node *node, const char *format, ...) {
  if (faults->total >= PL_FAULTS_MAX) { /* counted, and no text made for it */
    faults->total++;
    return;
  }
  va_list args;
  va_start(args, format);
  const char *text = pl_vprintf(faults->arena, format, args);
  va_end(args);
  pl_fault_add(faults, file_of(node), node->line, node->column, "%s", text);
}

/* Letters to insert, delete, replace or swap with their neighbour between A and B. */
static size_t distance(const char *a, const char *b) {
  size_t rows[3][NEAREST_LENGTH_MAX + 1], width = strlen(b);
  size_t *before = rows[0], *above = rows[1], *row = rows[2];
  for (size_t j = 0; j <= width; j++)
    row[j] = j;
  for (size_t i = 0; a[i]; i++) {
    size_t *oldest = before;
    before = above;
    above = row;
    row = oldest;
    row[0] = i + 1;
    for (size_t j = 0; j < width; j++) {
      size_t best = above[j] + (a[i] != b[j]);
      best = above[j + 1] + 1 < best ? above[j + 1] + 1 : best;
      best = row[j] + 1 < best ? row[j] + 1 : best;
      if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j])
        best = before[j - 1] + 1 < best ? before[j - 1] + 1 : best;
      row[j + 1] = best;
    }
  }
  return row[width];
}

const char *pl_nearest(pl_arena *arena, const char *key, const char *const *known) {
  size_t length = strlen(key), best = length < 6 ? 2 : 3 + length / 8;
  const char *nearest = NULL;
  for (; length <= NEAREST_LENGTH_MAX && *known; known++) {
    size_t far = strlen(*known) <= NEAREST_LENGTH_MAX ? distance(key, *known) : best;
    if (far < best) {
      best = far;
      nearest = *known;
    }
  }
  return nearest ? pl_printf(arena, "; did you mean %s?", nearest) : "";
}

static void wrong_kind(const reader *r, const pl_field *field, const pl_node *value, const char *wanted) {
  bool word = value->kind == PL_BOOLEAN || value->kind == PL_INTEGER;
  const char *hint = word && strcmp(wanted, "text") == 0 ? " (put it in quotes)" : "";
  pl_node_fault(r->faults, value, "%s of %s must be %s, not %s%s", field->key, r->what, wanted,
                pl_kind_name(value->kind), hint);
}

static void read_text(const reader *r, const pl_field *field, const pl_node *value, void *ret) {
  if (value->kind == PL_STRING)
    *(const char **)ret = value->string.data;
  else
    wrong_kind(r, field, value, "text");
}

static void read_boolean(const reader *r, const pl_field *field, const pl_node *value, void *ret) {
  if (value->kind == PL_BOOLEAN)
    *(bool *)ret = value->boolean;
  else
    wrong_kind(r, field, value, "true or false");
}

static void read_integer(const reader *r, const pl_field *field, const pl_node *value, void *ret) {
  if (value->kind == PL_INTEGER)
    *(int64_t *)ret = value->integer;
  else
    wrong_kind(r, field, value, "an integer");
}

static void read_texts(const reader *r, const pl_field *field, const pl_node *value, void *ret) {
  pl_texts *texts = ret;
  size_t count = value->kind == PL_LIST ? value->list.count : 1;
  const char **items = pl_new_array(r->arena, const char *, count + 1);
  if (value->kind != PL_LIST && value->kind != PL_STRING) {
    wrong_kind(r, field, value, "text or a list of texts");
    return;
  }
  for (size_t i = 0; i < count; i++)
    read_text(r, field, value->kind == PL_LIST ? value->list.items[i] : value, &items[i]);
  *texts = (pl_texts){items, count};
}

static const char *joined(pl_arena *arena, const char *const *names) {
  const char *text = *names;
  while (*++names)
    text = pl_printf(arena, "%s, %s", text, *names);
  return text;
}

static void read_enum(const reader *r, const pl_field *field, const pl_node *value, void *ret) {
  const char *word = pl_raw(value);
  if (!word) {
    wrong_kind(r, field, value, "a word");
    return;
  }
  for (int i = 0; field->names[i]; i++)
    if (strcmp(field->names[i], word) == 0) {
      *(int *)ret = i;
      return;
    }
  pl_node_fault(r->faults, value, "%s of %s must be one of %s, not \"%s\"%s", field->key, r->what,
                joined(r->arena, field->names), pl_shown(r->arena, word), pl_nearest(r->arena, word, field->names));
}

static void read_time(const reader *r, const pl_field *field, const pl_node *value, void *ret) {
  pl_error err = {0};
  if (value->kind != PL_STRING)
    wrong_kind(r, field, value, "a date or time");
  else if (pl_parse_time(value->string.data, ret, &err) < 0)
    pl_node_fault(r->faults, value, "%s of %s is neither a date (2026-01-31) nor a time (2026-01-31T00:00:00Z): %s",
                  field->key, r->what, pl_shown(r->arena, value->string.data));
}

static void read_node(const reader *r, const pl_field *field, const pl_node *value, void *ret) {
  (void)r;
  (void)field;
  *(const pl_node **)ret = value;
}

static void (*const readers[])(const reader *r, const pl_field *field, const pl_node *value, void *ret) = {
    [PL_FIELD_TEXT] = read_text,   [PL_FIELD_BOOLEAN] = read_boolean, [PL_FIELD_INTEGER] = read_integer,
    [PL_FIELD_TEXTS] = read_texts, [PL_FIELD_ENUM] = read_enum,       [PL_FIELD_TIME] = read_time,
    [PL_FIELD_NODE] = read_node,
};

/* COUNT: there is none of that name. */
static size_t field_of(const char *key, const pl_field *fields, size_t count) {
  size_t i = 0;
  while (i < count && (fields[i].key[0] != key[0] || strcmp(fields[i].key, key) != 0))
    i++;
  return i;
}

static const char *nearest_known(pl_arena *arena, const char *key, const pl_field *fields, size_t count) {
  const char **known = pl_new_array(arena, const char *, count + 1);
  for (size_t i = 0; i < count; i++)
    known[i] = fields[i].key;
  return pl_nearest(arena, key, known);
}

/* What NODE has for each of the fields, NULL: nothing. */
static const pl_node **find_fields(const reader *r, const pl_node *node, const pl_field *fields, size_t count) {
  const pl_node **ret = pl_new_array(r->arena, const pl_node *, count + 1);
  pl_each_member (member, node) {
    size_t field = field_of(member->key, fields, count);
    if (field < count)
      ret[field] = member->value;
    else
      pl_fault_add(r->faults, file_of(node), member->line, member->column, "unknown key %s in %s%s",
                   pl_shown(r->arena, member->key), r->what, nearest_known(r->arena, member->key, fields, count));
  }
  return ret;
}

bool pl_record_read(pl_arena *arena, const pl_node *node, const char *what, const pl_field *fields, size_t count,
                    void *ret, pl_faults *faults) {
  reader r = {arena, what, faults};
  size_t before = faults->total;
  if (node->kind != PL_OBJECT) {
    pl_node_fault(faults, node, "%s must be a mapping, not %s", what, pl_kind_name(node->kind));
    return false;
  }
  const pl_node **values = find_fields(&r, node, fields, count);
  for (size_t i = 0; i < count; i++) {
    if (values[i])
      readers[fields[i].kind](&r, &fields[i], values[i], (char *)ret + fields[i].offset);
    else if (fields[i].required)
      pl_node_fault(faults, node, "%s must have %s", what, fields[i].key);
  }
  return faults->total == before;
}
