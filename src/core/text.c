/* Strings, paths as text, and growing buffers. ASCII only, no locale. */
#include "plumbline/core/text.h"

#include <stdio.h>

static int fold(char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; }

bool pl_equal_nocase(const char *a, const char *b) {
  if (a == b || !a || !b)
    return a == b;
  while (*a && fold(*a) == fold(*b)) {
    a++;
    b++;
  }
  return fold(*a) == fold(*b);
}

bool pl_starts(const char *text, const char *prefix) { return strncmp(text, prefix, strlen(prefix)) == 0; }

bool pl_ends(const char *text, const char *suffix) {
  size_t length = strlen(text), wanted = strlen(suffix);
  return length >= wanted && memcmp(text + length - wanted, suffix, wanted) == 0;
}

bool pl_in(const char *text, const char *const *list) {
  for (; *list; list++)
    if (*text == **list && strcmp(text, *list) == 0)
      return true;
  return false;
}

const char *pl_environ(const char *const *variables, size_t count, const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < count; i++)
    if (strncmp(variables[i], name, length) == 0 && variables[i][length] == '=')
      return variables[i] + length + 1;
  return NULL;
}

const char *pl_basename(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

char *pl_dirname(pl_arena *arena, const char *path) {
  const char *end = strrchr(path, '/');
  if (!end)
    return pl_strdup(arena, ".");
  while (end > path && end[-1] == '/')
    end--;
  return end == path ? pl_strdup(arena, "/") : pl_strndup(arena, path, (size_t)(end - path));
}

/* The next component at *REST and its length, past any slashes; false at the end. */
static bool next_component(const char **rest, const char **ret, size_t *ret_length) {
  *rest += strspn(*rest, "/");
  *ret = *rest;
  *ret_length = strcspn(*rest, "/");
  *rest += *ret_length;
  return *ret_length > 0;
}

/* Append the components of PATH to OUT, which holds LENGTH bytes; ".." takes one away. */
static size_t add_components(char *out, size_t length, const char *path) {
  const char *part = NULL;
  size_t size = 0;
  while (next_component(&path, &part, &size)) {
    if (size == 1 && part[0] == '.')
      continue;
    if (size == 2 && part[0] == '.' && part[1] == '.') {
      while (length > 0 && out[--length] != '/')
        ;
      continue;
    }
    out[length++] = '/';
    memcpy(out + length, part, size);
    length += size;
  }
  return length;
}

char *pl_path_join(pl_arena *arena, const char *base, const char *path) {
  bool alone = *path == '/';
  bool absolute = alone || *base == '/';
  char *out = pl_alloc(arena, strlen(base) + strlen(path) + 4);
  size_t length = add_components(out, alone ? 0 : add_components(out, 0, base), path);
  if (length == 0)
    out[length++] = absolute ? '/' : '.';
  out[length] = '\0';
  return absolute || out[0] != '/' ? out : out + 1;
}

static const char *past_slashes(const char *path) {
  while (*path == '/')
    path++;
  return path;
}

bool pl_path_below(const char *path, const char *prefix) {
  const char *at = prefix;
  if ((*path == '/') != (*prefix == '/'))
    return false;
  while (*at) {
    if (*at != '/') {
      if (*path++ != *at++)
        return false;
      continue;
    }
    at = past_slashes(at);
    if (!*at)
      break;
    if (*path != '/')
      return false;
    path = past_slashes(path);
  }
  return at == prefix || *path == '/' || *path == '\0';
}

size_t pl_split(pl_arena *arena, const char *text, char separator, const char *const **ret_items) {
  size_t count = 1;
  for (const char *c = text; *c; c++)
    count += *c == separator;
  const char **items = pl_new_array(arena, const char *, count + 1);
  char *rest = pl_strdup(arena, text);
  for (size_t i = 0; i < count; i++) {
    items[i] = rest;
    char *end = i + 1 < count ? strchr(rest, separator) : NULL;
    if (end) {
      *end = '\0';
      rest = end + 1;
    }
  }
  *ret_items = items;
  return count;
}

void pl_buffer_init(pl_buffer *buffer, size_t maximum) {
  *buffer = (pl_buffer){.maximum = maximum < SIZE_MAX / 4 ? maximum : SIZE_MAX / 4};
}

void pl_buffer_free(pl_buffer *buffer) {
  free(buffer->data);
  *buffer = (pl_buffer){.maximum = buffer->maximum};
}

/* Room for LENGTH more bytes and the terminator, or OVERFLOW. */
static bool reserve(pl_buffer *buffer, size_t length) {
  if (buffer->overflow || length > buffer->maximum - buffer->length) {
    buffer->overflow = true;
    return false;
  }
  size_t wanted = buffer->length + length + 1;
  if (wanted > buffer->capacity) {
    size_t larger = buffer->capacity * 2 > 256 ? buffer->capacity * 2 : 256;
    larger = larger < buffer->maximum + 1 ? larger : buffer->maximum + 1;
    buffer->capacity = wanted > larger ? wanted : larger;
    buffer->data = pl_xrealloc(buffer->data, buffer->capacity);
  }
  return true;
}

void pl_buffer_add(pl_buffer *buffer, const char *data, size_t length) {
  if (!reserve(buffer, length))
    return;
  if (length > 0)
    memcpy(buffer->data + buffer->length, data, length);
  buffer->length += length;
  buffer->data[buffer->length] = '\0';
}

void pl_buffer_text(pl_buffer *buffer, const char *text) { pl_buffer_add(buffer, text, strlen(text)); }

/* Into the room that there is; again only when that was too little. */
void pl_buffer_printf(pl_buffer *buffer, const char *format, ...) {
  size_t room = buffer->capacity - buffer->length;
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(room ? buffer->data + buffer->length : NULL, room, format, args);
  va_end(args);
  if (length >= 0 && reserve(buffer, (size_t)length)) {
    if ((size_t)length >= room)
      vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
    buffer->length += (size_t)length;
  } else if (room) {
    buffer->data[buffer->length] = '\0';
  }
  va_end(again);
}

pl_bytes pl_buffer_take(pl_buffer *buffer, pl_arena *arena) {
  return (pl_bytes){.data = pl_strndup(arena, buffer->data, buffer->length), .length = buffer->length};
}
