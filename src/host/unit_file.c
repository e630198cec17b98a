/* Lines of a unit file: sections and assignments, with comments dropped and continued lines joined. */
#include "plumbline/core/escape.h"
#include "plumbline/core/limits.h"
#include "unit_text.h"

typedef struct reader {
  pl_assignment assign;
  void *context;
  pl_buffer line, section;
} reader;

static bool is_line_end(char c) { return c == '\n' || c == '\r' || c == '\0'; }

bool pl_is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static char *strip(char *text) {
  while (pl_is_blank(*text))
    text++;
  char *end = text + strlen(text);
  while (end > text && pl_is_blank(end[-1]))
    *--end = '\0';
  return text;
}

static bool is_utf8(const char *text) {
  for (size_t left = strlen(text), size = 0; left > 0; left -= size, text += size)
    if ((size = pl_utf8_decode(text, left, NULL)) == 0)
      return false;
  return true;
}

static void take_assignment(reader *r, char *line) {
  char *equals = strchr(line, '=');
  if (!r->section.data || !equals || equals == line)
    return;
  *equals = '\0';
  r->assign(r->section.data, strip(line), strip(equals + 1), r->context);
}

/* What is no UTF-8, no header and no assignment is passed over. */
static int take_line(reader *r, pl_error *err) {
  char *line = r->line.length > 0 && !r->line.overflow ? strip(r->line.data) : NULL;
  r->line.length = 0;
  r->line.overflow = false;
  if (!line || !is_utf8(line))
    return 0;
  if (*line != '[') {
    take_assignment(r, line);
    return 0;
  }
  size_t length = strlen(line);
  if (line[length - 1] != ']')
    return pl_fail(err, PL_ERR_SYNTAX, "a section header without its end");
  r->section.length = 0;
  pl_buffer_add(&r->section, line + 1, length - 2);
  return 0;
}

/* The last of an odd run of backslashes ends the line and stands for a blank. */
static bool continues(reader *r) {
  size_t run = 0;
  while (run < r->line.length && r->line.data[r->line.length - 1 - run] == '\\')
    run++;
  if (run % 2 == 0)
    return false;
  r->line.data[r->line.length - 1] = ' ';
  return true;
}

static bool is_comment(const char *line, size_t length) {
  while (length > 0 && pl_is_blank(*line)) {
    line++;
    length--;
  }
  return length > 0 && (*line == '#' || *line == ';');
}

/* Past one line end: of "\r\n" and the like each kind is taken once. */
static const char *next_line(const char *at, const char *end) {
  bool newline = false, carriage = false, zero = false;
  for (; at < end && is_line_end(*at); at++) {
    bool *seen = *at == '\n' ? &newline : *at == '\r' ? &carriage : &zero;
    if (*seen)
      break;
    *seen = true;
  }
  return at;
}

static int parse_lines(reader *r, const char *at, const char *end, pl_error *err) {
  while (at < end) {
    const char *stop = at;
    while (stop < end && !is_line_end(*stop))
      stop++;
    if (!is_comment(at, (size_t)(stop - at))) {
      pl_buffer_add(&r->line, at, (size_t)(stop - at));
      if (!continues(r) && take_line(r, err) < 0)
        return -1;
    }
    at = next_line(stop, end);
  }
  return take_line(r, err);
}

int pl_unit_file_parse(pl_bytes text, pl_assignment assign, void *context, pl_error *err) {
  static const char mark[] = "\xef\xbb\xbf";
  reader r = {.assign = assign, .context = context};
  bool marked = text.length >= sizeof mark - 1 && memcmp(text.data, mark, sizeof mark - 1) == 0;
  pl_buffer_init(&r.line, PL_SMALL_FILE_BYTES_MAX);
  pl_buffer_init(&r.section, PL_SMALL_FILE_BYTES_MAX);
  int rc = parse_lines(&r, text.data + (marked ? sizeof mark - 1 : 0), text.data + text.length, err);
  pl_buffer_free(&r.line);
  pl_buffer_free(&r.section);
  return rc;
}
