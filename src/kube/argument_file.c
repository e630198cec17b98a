/* Reads files of arguments as kubelite does. */
#include "argument_file.h"

#include "plumbline/core/limits.h"

/* Go's bufio.Scanner gives up at a line of 64 KiB. */
enum { LINE_BYTES_MAX = 65535 };

typedef struct reading {
  const pl_argument_file_input *input;
  pl_arena *arena;
  const char **argv;
  pl_argument_place *places;
  size_t count, capacity, place_count, place_capacity;
  size_t bytes; /* of all words */
  const char *unknown;
} reading;

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static bool is_special(char c) { return c && (strchr("*#$@!?-", c) || (c >= '0' && c <= '9')); }

static bool is_name(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *value_of(reading *r, const char *name) {
  const pl_argument_file_input *input = r->input;
  const char *value = input->environ_known ? pl_environ(input->environ, input->environ_count, name)
                                           : pl_get_text(input->variables, name, NULL);
  if (!value && !input->environ_known && !r->unknown)
    r->unknown = pl_printf(r->arena, "%s names the variable %s, and the environment of its process cannot be read",
                           input->path, name);
  return value ? value : "";
}

/* The name at TEXT, which follows a dollar sign, and how many bytes it takes there. NULL with bytes: bad syntax, which
 * is left out; NULL without: the dollar sign is meant. */
static const char *variable_name(pl_arena *arena, const char *text, size_t *ret_taken) {
  *ret_taken = 1;
  if (text[0] != '{') {
    size_t length = 0;
    while (is_name(text[length]) && !(length == 0 && is_special(text[0])))
      length++;
    *ret_taken = length ? length : is_special(text[0]);
    return *ret_taken ? pl_strndup(arena, text, *ret_taken) : NULL;
  }
  if (is_special(text[1]) && text[2] == '}') {
    *ret_taken = 3;
    return pl_strndup(arena, text + 1, 1);
  }
  const char *end = strchr(text, '}');
  if (!end)
    return NULL;
  *ret_taken = (size_t)(end - text) + 1;
  return end == text + 1 ? NULL : pl_strndup(arena, text + 1, (size_t)(end - text) - 1);
}

static void expand(reading *r, const char *text, pl_buffer *buffer) {
  while (*text && !buffer->overflow) {
    size_t plain = strcspn(text, "$");
    pl_buffer_add(buffer, text, plain);
    text += plain;
    if (!*text)
      return;
    size_t taken;
    const char *name = variable_name(r->arena, ++text, &taken);
    pl_buffer_text(buffer, name ? value_of(r, name) : taken ? "" : "$");
    text += taken;
  }
}

static void add_word(reading *r, const char *text, uint32_t line) {
  pl_auto_buffer pl_buffer buffer;
  pl_buffer_init(&buffer, PL_CMDLINE_BYTES_MAX - r->bytes);
  expand(r, text, &buffer);
  if (buffer.overflow && !r->unknown)
    r->unknown = pl_printf(r->arena, "%s:%u: its arguments are too long to be read whole", r->input->path, line);
  pl_bytes word = pl_buffer_take(&buffer, r->arena);
  pl_argument_place place = {.layer = "file", .where = r->input->path, .line = line};
  r->bytes += word.length;
  pl_push(r->arena, r->argv, r->count, r->capacity, word.data ? word.data : "");
  pl_push(r->arena, r->places, r->place_count, r->place_capacity, place);
}

static void add_line(reading *r, const char *text, size_t length, uint32_t line) {
  while (length && is_space(text[length - 1]))
    length--;
  while (length && is_space(*text)) {
    text++;
    length--;
  }
  if (length == 0 || *text == '#')
    return;
  char *clean = pl_strndup(r->arena, text, length), *end = clean;
  for (const char *c = clean; *c; c++)
    if (*c != '"' && *c != '\'')
      *end++ = *c;
  *end = '\0';
  const char *const *words;
  size_t count = pl_split(r->arena, clean, ' ', &words);
  for (size_t i = 0; i < count && !r->unknown; i++)
    add_word(r, words[i], line);
}

static void add_lines(reading *r, const pl_bytes *bytes) {
  const char *text = bytes->data, *end = text + bytes->length;
  for (uint32_t line = 1; text < end && !r->unknown; line++) {
    const char *stop = memchr(text, '\n', (size_t)(end - text));
    size_t length = (size_t)((stop ? stop : end) - text);
    if (length > LINE_BYTES_MAX)
      r->unknown = pl_printf(r->arena, "%s:%u: a line longer than its program reads", r->input->path, line);
    else
      add_line(r, text, length, line);
    text += length + 1;
  }
}

void pl_argument_file_read(const pl_argument_file_input *input, pl_argument_file *ret) {
  reading r = {.input = input, .arena = input->host->arena};
  pl_bytes bytes = {0};
  pl_error err;
  pl_push(r.arena, r.argv, r.count, r.capacity, input->program);
  pl_argument_place program = {.layer = "file", .where = input->path};
  pl_push(r.arena, r.places, r.place_count, r.place_capacity, program);
  if (pl_host_read(input->host, input->path, PL_SMALL_FILE_BYTES_MAX, &bytes, &err) < 0)
    r.unknown = pl_printf(r.arena, "the file of its arguments: %s", err.text);
  else if (bytes.length && memchr(bytes.data, '\0', bytes.length))
    r.unknown = pl_printf(r.arena, "%s: a NUL byte in the file of its arguments", input->path);
  else if (bytes.length)
    add_lines(&r, &bytes);
  *ret = (pl_argument_file){.argv = r.argv, .places = r.places, .argc = r.unknown ? 0 : r.count, .unknown = r.unknown};
}
