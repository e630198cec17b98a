/* Expanding the templates of src/ship/manifest. */
#include "template.h"

#include "plumbline/core/embedded.h"

/* One template while it is read. */
typedef struct reading {
  const pl_template *template;
  const char *name;
  size_t indent;
  size_t left_out; /* lines that stand deeper than this one belong to a line that was left out; SIZE_MAX: none */
} reading;

static const pl_texts *value_of(const reading *r, const char *name, pl_error *err) {
  for (size_t i = 0; i < r->template->count; i++)
    if (pl_equal(r->template->values[i].name, name))
      return &r->template->values[i].texts;
  pl_fail(err, PL_ERR_UNSUPPORTED, "template %s: there is no value %s", r->name, name);
  return NULL;
}

/* The name in the first {{...}} of LINE, NULL when there is none. *RET_AFTER is what follows it. */
static const char *first_name(const reading *r, const char *line, const char **ret_start, const char **ret_after) {
  const char *start = strstr(line, "{{"), *end = start ? strstr(start, "}}") : NULL;
  if (!end)
    return NULL;
  *ret_start = start;
  *ret_after = end + 2;
  return pl_strndup(r->template->arena, start + 2, (size_t)(end - start - 2));
}

/* LINE with its names replaced, by their text number AT or their only one. */
static int put_line(const reading *r, const char *line, size_t at, pl_error *err) {
  FILE *out = r->template->out;
  fprintf(out, "%*s", *line ? (int)r->indent : 0, "");
  const char *start = NULL, *after = NULL;
  for (const char *name; (name = first_name(r, line, &start, &after)); line = after) {
    const pl_texts *texts = value_of(r, name, err);
    if (!texts)
      return -1;
    fprintf(out, "%.*s%s", (int)(start - line), line, texts->count ? texts->items[at < texts->count ? at : 0] : "");
  }
  fprintf(out, "%s\n", line);
  return 0;
}

static int put_lines(const reading *r, const char *line, pl_error *err) {
  const char *start = NULL, *after = NULL, *name = first_name(r, line, &start, &after);
  if (name && *name == '>')
    return pl_template_put(r->template, name + 1, r->indent + (size_t)(start - line), err);
  const pl_texts *texts = name ? value_of(r, name, err) : NULL;
  if (name && !texts)
    return -1;
  size_t count = texts && texts->count > 1 ? texts->count : 1;
  for (size_t i = 0; i < count; i++)
    if (put_line(r, line, i, err) < 0)
      return -1;
  return 0;
}

/* The condition at the end of LINE is cut off and answered. 1: holds, or there is none; 0: not; -1 with ERR. */
static int condition(const reading *r, char *line, pl_error *err) {
  char *mark = strstr(line, " #if ");
  if (!mark)
    return 1;
  *mark = '\0';
  const char *name = mark + strlen(" #if ");
  bool negated = *name == '!';
  const pl_texts *texts = value_of(r, name + negated, err);
  return texts ? (texts->count > 0) != negated : -1;
}

static int take_line(reading *r, char *line, pl_error *err) {
  size_t depth = strspn(line, " ");
  if (r->left_out != SIZE_MAX && depth > r->left_out)
    return 0;
  r->left_out = SIZE_MAX;
  int holds = condition(r, line, err);
  if (holds == 0)
    r->left_out = depth;
  return holds > 0 ? put_lines(r, line, err) : holds;
}

int pl_template_put(const pl_template *template, const char *name, size_t indent, pl_error *err) {
  reading r = {.template = template, .name = name, .indent = indent, .left_out = SIZE_MAX};
  pl_arena *arena = template->arena;
  const pl_embedded *file = pl_embedded_find(pl_printf(arena, "%s/%s.yaml", template->directory, name));
  if (!file)
    return pl_fail(err, PL_ERR_UNSUPPORTED, "there is no template %s", name);
  const char *const *lines = NULL;
  size_t count = pl_split(arena, file->content.data, '\n', &lines);
  for (size_t i = 0; i + 1 < count; i++) /* after the last newline comes nothing */
    if (take_line(&r, pl_strdup(arena, lines[i]), err) < 0)
      return -1;
  return 0;
}
