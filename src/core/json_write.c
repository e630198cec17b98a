/* Writing JSON: straight from the tree, through a buffer that is emptied as it fills. */
#include <errno.h>
#include <stdio.h>

#include "plumbline/core/escape.h"
#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "src/core/real.h"

#define FLUSH_BYTES (16u << 10)

typedef struct writer {
  pl_buffer buffer;
  FILE *out; /* NULL: everything stays in the buffer */
  bool indented;
} writer;

struct pl_json_out {
  writer writer;
  size_t depth;
  const char *ends[PL_FACTS_DEPTH_MAX]; /* what closes each that is open */
  bool filled;                          /* something stands in the innermost already */
  int status;
  pl_error err;
};

/* Most are a few bytes, and there is room for them. */
static inline void put(writer *w, const char *data, size_t length) {
  pl_buffer *b = &w->buffer;
  if (b->capacity - b->length <= length || b->overflow) {
    pl_buffer_add(b, data, length);
    return;
  }
  memcpy(b->data + b->length, data, length);
  b->length += length;
}

static inline void put_text(writer *w, const char *text) { put(w, text, strlen(text)); }

static void flush(writer *w) {
  if (w->out && w->buffer.length > 0)
    fwrite(w->buffer.data, 1, w->buffer.length, w->out);
  if (w->out)
    w->buffer.length = 0;
}

static void new_line(writer *w, size_t depth) {
  if (!w->indented)
    return;
  static const char line[] = "\n                                                                ";
  size_t wanted = 1 + 2 * depth, length = wanted < sizeof line ? wanted : sizeof line - 1;
  put(w, line, length);
  for (; length < wanted; length += 2)
    put_text(w, "  ");
}

/* Only what the eye or a script of another language could trip over is escaped beyond what JSON asks for. */
static void put_point(writer *w, const char *at, size_t length, uint32_t point) {
  static const char *const short_forms[] = {
      ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r", ['"'] = "\\\"", ['\\'] = "\\\\"};
  if (point < sizeof short_forms / sizeof *short_forms && short_forms[point])
    put_text(w, short_forms[point]);
  else if (pl_is_hidden(point) && point <= UINT16_MAX)
    pl_buffer_printf(&w->buffer, "\\u%04x", point);
  else
    pl_buffer_add(&w->buffer, at, length);
}

static bool is_utf8(const char *data, size_t length) {
  for (size_t at = pl_plain_length(data, length), step = 0; at < length;
       at += step, at += pl_plain_length(data + at, length - at))
    if ((step = pl_utf8_decode(data + at, length - at, NULL)) == 0)
      return false;
  return true;
}

/* What JSON does not take as it is, between runs of what it does. */
static void put_escaped(writer *w, const char *data, size_t length) {
  pl_auto_arena pl_arena *scratch = NULL;
  if (!is_utf8(data, length)) {
    scratch = pl_arena_new();
    data = pl_escape(scratch, data, length);
    length = strlen(data);
  }
  for (size_t at = 0, step = 0; at < length; at += step) {
    uint32_t point = 0;
    if ((step = pl_plain_length(data + at, length - at)) > 0)
      put(w, data + at, step);
    else if ((step = pl_utf8_decode(data + at, length - at, &point)) > 0)
      put_point(w, data + at, step, point);
  }
}

static void put_string(writer *w, const char *data, size_t length) {
  put(w, "\"", 1);
  if (pl_plain_length(data, length) == length)
    put(w, data, length);
  else
    put_escaped(w, data, length);
  put(w, "\"", 1);
}

static int put_node(writer *w, const pl_node *node, size_t depth, pl_error *err);

static int put_list(writer *w, const pl_node *list, size_t depth, pl_error *err) {
  put_text(w, "[");
  for (size_t i = 0; i < list->list.count; i++) {
    if (i > 0)
      put(w, ",", 1);
    new_line(w, depth);
    if (put_node(w, list->list.items[i], depth, err) < 0)
      return -1;
  }
  if (list->list.count > 0)
    new_line(w, depth - 1);
  put_text(w, "]");
  return 0;
}

static int put_object(writer *w, const pl_node *object, size_t depth, pl_error *err) {
  put_text(w, "{");
  for (size_t i = 0; i < object->object.count; i++) {
    const pl_member *member = &object->object.members[i];
    if (i > 0)
      put(w, ",", 1);
    new_line(w, depth);
    put_string(w, member->key, strlen(member->key));
    put_text(w, w->indented ? ": " : ":");
    if (put_node(w, member->value, depth, err) < 0)
      return -1;
  }
  if (object->object.count > 0)
    new_line(w, depth - 1);
  put_text(w, "}");
  return 0;
}

/* DEPTH: of the lists and objects around NODE. */
static int put_node(writer *w, const pl_node *node, size_t depth, pl_error *err) {
  char number[PL_REAL_TEXT];
  if (w->buffer.length >= FLUSH_BYTES)
    flush(w);
  switch (node->kind) {
  case PL_NULL:
    put_text(w, "null");
    break;
  case PL_BOOLEAN:
    put_text(w, node->boolean ? "true" : "false");
    break;
  case PL_INTEGER:
    pl_buffer_printf(&w->buffer, "%lld", (long long)node->integer);
    break;
  case PL_REAL:
    pl_format_real(node->real, number);
    put_text(w, number);
    break;
  case PL_STRING:
    put_string(w, node->string.data, node->string.length);
    break;
  case PL_LIST:
  case PL_OBJECT:
    if (depth == PL_FACTS_DEPTH_MAX)
      return pl_fail(err, PL_ERR_LIMIT, "nested deeper than %d", PL_FACTS_DEPTH_MAX);
    return (node->kind == PL_LIST ? put_list : put_object)(w, node, depth + 1, err);
  }
  return 0;
}

int pl_json_write(FILE *out, const pl_node *node, pl_error *err) {
  pl_json_out *o = pl_json_out_new(out);
  pl_json_out_node(o, NULL, node);
  return pl_json_out_finish(o, err);
}

char *pl_json_text(pl_arena *arena, const pl_node *node, bool indented) {
  writer w = {.indented = indented};
  pl_buffer_init(&w.buffer, SIZE_MAX);
  int status = put_node(&w, node, 0, NULL);
  char *text = status == 0 ? pl_strndup(arena, w.buffer.data, w.buffer.length) : NULL;
  pl_buffer_free(&w.buffer);
  return text;
}

/* ---- piece by piece ---- */

pl_json_out *pl_json_out_new(FILE *out) {
  pl_json_out *o = pl_xmalloc(sizeof *o);
  *o = (pl_json_out){.writer = {.out = out, .indented = true}};
  pl_buffer_init(&o->writer.buffer, SIZE_MAX);
  return o;
}

static writer *begin_value(pl_json_out *o, const char *key) {
  writer *w = &o->writer;
  if (o->filled)
    put(w, ",", 1);
  if (o->depth > 0)
    new_line(w, o->depth);
  if (key) {
    put_string(w, key, strlen(key));
    put(w, ": ", 2);
  }
  o->filled = true;
  return w;
}

static void open_value(pl_json_out *o, const char *key, const char *begin, const char *end) {
  if (o->depth == PL_FACTS_DEPTH_MAX)
    abort();
  put_text(begin_value(o, key), begin);
  o->ends[o->depth++] = end;
  o->filled = false;
}

void pl_json_out_object(pl_json_out *o, const char *key) { open_value(o, key, "{", "}"); }

void pl_json_out_list(pl_json_out *o, const char *key) { open_value(o, key, "[", "]"); }

void pl_json_out_close(pl_json_out *o) {
  o->depth--;
  if (o->filled)
    new_line(&o->writer, o->depth);
  put_text(&o->writer, o->ends[o->depth]);
  o->filled = true;
  if (o->writer.buffer.length >= FLUSH_BYTES)
    flush(&o->writer);
}

void pl_json_out_text(pl_json_out *o, const char *key, const char *text) {
  writer *w = begin_value(o, key);
  if (text)
    put_string(w, text, strlen(text));
  else
    put_text(w, "null");
}

void pl_json_out_integer(pl_json_out *o, const char *key, int64_t value) {
  pl_buffer_printf(&begin_value(o, key)->buffer, "%lld", (long long)value);
}

void pl_json_out_boolean(pl_json_out *o, const char *key, bool value) {
  put_text(begin_value(o, key), value ? "true" : "false");
}

void pl_json_out_node(pl_json_out *o, const char *key, const pl_node *node) {
  writer *w = begin_value(o, key);
  if (!node)
    put_text(w, "null");
  else if (put_node(w, node, o->depth, &o->err) < 0)
    o->status = -1;
}

int pl_json_out_finish(pl_json_out *o, pl_error *err) {
  FILE *out = o->writer.out;
  int status = o->status;
  if (status < 0 && err)
    *err = o->err;
  put_text(&o->writer, "\n");
  flush(&o->writer);
  pl_buffer_free(&o->writer.buffer);
  free(o);
  if (status == 0 && (fflush(out) != 0 || ferror(out)))
    return pl_fail_errno(err, errno, "cannot write");
  return status;
}
