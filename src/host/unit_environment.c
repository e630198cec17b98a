/* Variables of a unit: assignments, environment files, lookups. */
#include "plumbline/core/escape.h"
#include "plumbline/core/limits.h"
#include "unit_text.h"

bool pl_variable_name_valid(const char *name, size_t length) {
  if (length == 0 || (*name >= '0' && *name <= '9'))
    return false;
  for (size_t i = 0; i < length; i++) {
    char lower = (char)(name[i] | 0x20);
    if (!(lower >= 'a' && lower <= 'z') && !(name[i] >= '0' && name[i] <= '9') && name[i] != '_')
      return false;
  }
  return true;
}

/* UTF-8, without controls but tab and line end. */
static bool value_valid(const char *value) {
  for (size_t left = strlen(value), size = 0; left > 0; left -= size, value += size) {
    uint32_t point = 0;
    size = pl_utf8_decode(value, left, &point);
    if (size == 0 || ((point < 0x20 || point == 0x7f) && point != '\t' && point != '\n'))
      return false;
  }
  return true;
}

bool pl_variables_add(pl_arena *arena, pl_variables *variables, const char *assignment) {
  const char *equals = strchr(assignment, '=');
  if (!equals || !pl_variable_name_valid(assignment, (size_t)(equals - assignment)) || !value_valid(equals + 1))
    return false;
  pl_words *words = &variables->assignments;
  pl_push(arena, words->items, words->count, words->capacity, assignment);
  variables->sorted = false;
  return true;
}

/* ---- environment files: assignments as a shell would quote them, but nothing of a shell besides ---- */

typedef struct file_scan {
  const char *at, *end;
  pl_buffer key, value;
} file_scan;

static bool is_newline(char c) { return c == '\n' || c == '\r'; }

/* A comment ends with its line, unless a backslash stands before the line's end. */
static void skip_comment(file_scan *s) {
  for (; s->at < s->end && !is_newline(*s->at); s->at++)
    if (*s->at == '\\' && s->at + 1 < s->end)
      s->at++;
}

static void trim_end(pl_buffer *buffer) {
  while (buffer->length > 0 && pl_is_blank(buffer->data[buffer->length - 1]))
    buffer->length--;
  if (buffer->data)
    buffer->data[buffer->length] = '\0';
}

/* Up to '=', which cannot be its first byte; false when the line ends before it. */
static bool scan_key(file_scan *s) {
  s->key.length = 0;
  for (; s->at < s->end && !is_newline(*s->at); s->at++) {
    if (*s->at == '=' && s->key.length > 0) {
      s->at++;
      trim_end(&s->key);
      return true;
    }
    pl_buffer_add(&s->key, s->at, 1);
  }
  return false;
}

/* A quoted part, past its opening QUOTE; it may hold line ends, and need not be closed at the end of the file. */
static void scan_quoted(file_scan *s, char quote) {
  for (; s->at < s->end && *s->at != quote; s->at++) {
    bool escape = quote == '"' && *s->at == '\\' && s->at + 1 < s->end;
    if (escape && s->at[1] == '\n') {
      s->at++;
      continue;
    }
    if (escape) {
      s->at++;
      if (!strchr("\"\\`$", *s->at))
        pl_buffer_add(&s->value, "\\", 1);
    }
    if (!(quote == '"' && *s->at == '\\' && !escape))
      pl_buffer_add(&s->value, s->at, 1);
  }
  if (s->at < s->end)
    s->at++;
}

/* A part without quotes runs to the end of the line, which a backslash hides; blanks at its end do not count. */
static void scan_plain(file_scan *s) {
  size_t keep = s->value.length;
  for (; s->at < s->end && !is_newline(*s->at); s->at++) {
    bool escape = *s->at == '\\';
    s->at += escape;
    if (s->at < s->end && (!escape || !is_newline(*s->at)))
      pl_buffer_add(&s->value, s->at, 1);
    if (escape || !pl_is_blank(*s->at))
      keep = s->value.length;
    if (s->at == s->end)
      break;
  }
  s->value.length = keep;
}

/* From '=' to the end of the line: quoted parts, with blanks between them dropped, then perhaps a plain one. */
static void scan_value(file_scan *s) {
  s->value.length = 0;
  while (s->at < s->end && !is_newline(*s->at)) {
    if (*s->at == '\'' || *s->at == '"') {
      char quote = *s->at++;
      scan_quoted(s, quote);
    } else if (pl_is_blank(*s->at)) {
      s->at++;
    } else {
      scan_plain(s);
    }
  }
}

static bool is_utf8(const pl_buffer *text) {
  for (size_t at = 0, size = 0; at < text->length; at += size)
    if ((size = pl_utf8_decode(text->data + at, text->length - at, NULL)) == 0)
      return false;
  return true;
}

static int parse(pl_arena *arena, file_scan *s, pl_variables *variables, pl_error *err) {
  while (s->at < s->end) {
    if (pl_is_blank(*s->at)) {
      s->at++;
    } else if (*s->at == '#' || *s->at == ';') {
      skip_comment(s);
    } else if (scan_key(s)) {
      scan_value(s);
      if (!is_utf8(&s->key) || !is_utf8(&s->value))
        return pl_fail(err, PL_ERR_SYNTAX, "not UTF-8");
      const char *assignment =
          pl_printf(arena, "%s=%.*s", s->key.data, (int)s->value.length, s->value.length > 0 ? s->value.data : "");
      pl_variables_add(arena, variables, assignment);
    }
  }
  return 0;
}

int pl_variables_parse(pl_arena *arena, pl_bytes text, pl_variables *variables, pl_error *err) {
  size_t length = strlen(text.data); /* systemd stops at a NUL */
  file_scan s = {.at = text.data, .end = text.data + length};
  size_t before = variables->assignments.count;
  pl_buffer_init(&s.key, PL_SMALL_FILE_BYTES_MAX);
  pl_buffer_init(&s.value, PL_SMALL_FILE_BYTES_MAX);
  int rc = parse(arena, &s, variables, err);
  if (rc < 0)
    variables->assignments.count = before;
  pl_buffer_free(&s.key);
  pl_buffer_free(&s.value);
  return rc;
}

/* ---- lookups ---- */

static size_t name_length(const char *assignment) { return strcspn(assignment, "="); }

static int compare_names(const char *a, size_t a_length, const char *b, size_t b_length) {
  int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
  return order != 0 ? order : a_length < b_length ? -1 : a_length > b_length;
}

typedef struct numbered {
  const char *text;
  size_t number;
} numbered;

static int compare_numbered(const void *a, const void *b) {
  const numbered *x = a, *y = b;
  int order = compare_names(x->text, name_length(x->text), y->text, name_length(y->text));
  return order != 0 ? order : x->number < y->number ? -1 : x->number > y->number;
}

/* Whether the later of two neighbours replaces the earlier. */
static bool same_name(const char *a, const char *b) { return compare_names(a, name_length(a), b, name_length(b)) == 0; }

void pl_variables_sort(pl_variables *variables) {
  pl_words *words = &variables->assignments;
  size_t kept = 0;
  if (!variables->sorted && words->count > 0) {
    pl_auto_free numbered *order = pl_xmalloc(words->count * sizeof *order);
    for (size_t i = 0; i < words->count; i++)
      order[i] = (numbered){.text = words->items[i], .number = i};
    qsort(order, words->count, sizeof *order, compare_numbered);
    for (size_t i = 0; i < words->count; i++)
      if (i + 1 == words->count || !same_name(order[i].text, order[i + 1].text))
        words->items[kept++] = order[i].text;
    words->count = kept;
  }
  variables->sorted = true;
}

/* Index of the variable of that name, or the count when there is none. */
static size_t find(const pl_variables *variables, const char *name, size_t length) {
  size_t low = 0, high = variables->assignments.count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const char *found = variables->assignments.items[middle];
    int order = compare_names(found, name_length(found), name, length);
    if (order == 0)
      return middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return variables->assignments.count;
}

void pl_variables_unset(pl_variables *variables, const pl_words *names) {
  pl_words *words = &variables->assignments;
  pl_auto_free bool *gone = pl_xmalloc(words->count + 1);
  memset(gone, 0, words->count + 1);
  for (size_t i = 0; i < names->count; i++) {
    const char *name = names->items[i];
    size_t at = find(variables, name, name_length(name));
    if (!strchr(name, '=') || (at < words->count && pl_equal(words->items[at], name)))
      gone[at] = true;
  }
  size_t kept = 0;
  for (size_t i = 0; i < words->count; i++)
    if (!gone[i])
      words->items[kept++] = words->items[i];
  words->count = kept;
}

const char *pl_variables_get(const pl_variables *variables, const char *name, size_t length) {
  size_t at = find(variables, name, length);
  const char *found = at < variables->assignments.count ? variables->assignments.items[at] : NULL;
  return found ? found + name_length(found) + 1 : NULL;
}
