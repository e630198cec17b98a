/* Reading JSON: the limits are checked on the bytes before jansson builds anything. */
#include "plumbline/core/json.h"

#include <jansson.h>
#include <malloc.h>
#include <stdio.h>

#include "plumbline/core/digest.h"
#include "plumbline/core/escape.h"
#include "plumbline/core/limits.h"
#include "src/core/hash.h"
#include "src/core/json_reader.h"
#include "src/core/secret.h"
#include "src/core/tree.h"

const pl_json_limits pl_json_document_limits = {PL_DOCUMENT_BYTES_MAX, PL_DOCUMENT_NODES_MAX, PL_DOCUMENT_DEPTH_MAX};
const pl_json_limits pl_json_facts_limits = {PL_FACTS_BYTES_MAX, PL_FACTS_NODES_MAX, PL_FACTS_DEPTH_MAX};

/* What jansson gives back may have held a secret. */
static void wipe_and_free(void *memory) {
  if (memory)
    pl_wipe(memory, malloc_usable_size(memory));
  free(memory);
}

typedef struct counter {
  size_t depth, values;
  size_t line, line_start;
} counter;

static bool opens_empty(pl_bytes text, size_t at) {
  at++;
  while (at < text.length && strchr(" \t\r\n", text.data[at]) && text.data[at])
    at++;
  return at < text.length && (text.data[at] == ']' || text.data[at] == '}');
}

static int over(const counter *count, size_t at, pl_error *err, const char *what, size_t limit, const char *of) {
  pl_fail(err, PL_ERR_LIMIT, "%s %zu%s", what, limit, of);
  if (err) {
    err->line = (uint32_t)count->line + 1;
    err->column = (uint32_t)(at - count->line_start) + 1;
  }
  return -1;
}

/* Values are exact in good JSON: one, one for each comma, one for the first of each list or object that has any. */
static int check_limits(pl_bytes text, const pl_json_limits *limits, pl_error *err) {
  counter count = {.values = 1};
  if (text.length > limits->bytes)
    return pl_fail(err, PL_ERR_LIMIT, "larger than %zu bytes", limits->bytes);
  for (size_t at = 0; at < text.length; at++) {
    char c = text.data[at];
    if (c == '"') {
      at = pl_json_skip_string(text, at);
    } else if (c == '\n') {
      count.line++;
      count.line_start = at + 1;
    } else if (c == '[' || c == '{') {
      count.depth++;
      count.values += !opens_empty(text, at);
    } else if (c == ']' || c == '}') {
      count.depth -= count.depth > 0;
    } else if (c == ',') {
      count.values++;
    }
    if (count.depth > limits->depth)
      return over(&count, at, err, "nested deeper than", limits->depth, "");
    if (count.values > limits->nodes)
      return over(&count, at, err, "more than", limits->nodes, " values");
  }
  return 0;
}

typedef struct converter {
  pl_arena *arena;
  const pl_source *source;
} converter;

static pl_node *convert(const converter *c, const json_t *value, bool secret);

static pl_node *convert_array(const converter *c, const json_t *array, bool secret) {
  pl_node *list = pl_node_list(c->arena);
  for (size_t i = 0; i < json_array_size(array); i++)
    pl_list_add(c->arena, list, convert(c, json_array_get(array, i), secret));
  return list;
}

static pl_node *convert_object(const converter *c, json_t *value) {
  pl_node *object = pl_node_object(c->arena);
  for (void *at = json_object_iter(value); at; at = json_object_iter_next(value, at)) {
    const char *key = pl_strdup(c->arena, json_object_iter_key(at));
    pl_object_member(c->arena, object, key, NULL)->value =
        convert(c, json_object_iter_value(at), pl_is_secret_key(key));
  }
  return object;
}

/* A number under a secret key is a secret like any other; its text is only made to be measured. */
static pl_node *hide_number(const converter *c, const json_t *value) {
  char *text = json_dumps(value, JSON_ENCODE_ANY);
  pl_node *node = pl_secret_node(c->arena, text, strlen(text));
  wipe_and_free(text);
  return node;
}

/* Recursion is bounded: check_limits has seen the depth. */
static pl_node *convert(const converter *c, const json_t *value, bool secret) {
  pl_node *node = NULL;
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    node = convert_object(c, (json_t *)(uintptr_t)value);
    break;
  case JSON_ARRAY:
    node = convert_array(c, value, secret);
    break;
  case JSON_STRING:
    node = (secret ? pl_secret_node : pl_node_bytes)(c->arena, json_string_value(value), json_string_length(value));
    node->quoted = !secret;
    break;
  case JSON_INTEGER:
    node = secret ? hide_number(c, value) : pl_node_integer(c->arena, json_integer_value(value));
    break;
  case JSON_REAL:
    node = secret ? hide_number(c, value) : pl_node_real(c->arena, json_real_value(value));
    break;
  case JSON_TRUE:
  case JSON_FALSE:
    node = pl_node_boolean(c->arena, json_is_true(value));
    break;
  case JSON_NULL:
  default:
    node = pl_node_null(c->arena);
    break;
  }
  node->source = c->source;
  return node;
}

/* jansson quotes the bytes it stumbles over, which may be part of a secret: that part of its message is left out. */
static void fail_at(const json_error_t *error, pl_error *err) {
  const char *quoted = strstr(error->text, " near ");
  size_t length = quoted ? (size_t)(quoted - error->text) : strlen(error->text);
  pl_fail(err, PL_ERR_SYNTAX, "%.*s", (int)length, error->text);
  if (err) {
    err->line = error->line > 0 ? (uint32_t)error->line : 1;
    err->column = error->column > 0 ? (uint32_t)error->column : 1;
  }
}

pl_node *pl_json_parse(pl_arena *arena, pl_bytes text, const pl_json_limits *limits, bool duplicates,
                       const pl_source *source, pl_error *err) {
  if (check_limits(text, limits, err) < 0)
    return NULL;
  json_set_alloc_funcs(pl_xmalloc, wipe_and_free);
  json_object_seed((size_t)pl_hash("jansson", 7)); /* left to itself it would open /dev/urandom */
  json_error_t error;
  size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL | (duplicates ? 0 : JSON_REJECT_DUPLICATES);
  json_t *value = json_loadb(text.data, text.length, flags, &error);
  if (!value) {
    fail_at(&error, err);
    return NULL;
  }
  converter c = {arena, source};
  pl_node *node = convert(&c, value, false);
  json_decref(value);
  return node;
}

pl_node *pl_json_read(pl_arena *arena, pl_bytes text, const pl_json_limits *limits, const pl_source *source,
                      pl_error *err) {
  return pl_json_parse(arena, text, limits, false, source, err);
}
