/* The document tree: making nodes, and objects with their hash index. */
#include "plumbline/core/node.h"

#include <math.h>
#include <stdio.h>

#include "plumbline/core/escape.h"
#include "plumbline/core/url.h"
#include "src/core/hash.h"
#include "src/core/tree.h"

#define INDEX_FROM 16 /* members; below it a scan is quicker than a hash */
_Static_assert((INDEX_FROM & (INDEX_FROM - 1)) == 0, "places in the index are taken by a mask");

const char *pl_kind_name(pl_kind kind) {
  static const char *const names[] = {"null", "boolean", "integer", "real", "string", "list", "object"};
  return names[kind];
}

static pl_node *make(pl_arena *arena, pl_kind kind) {
  pl_node *node = pl_new(arena, pl_node);
  node->kind = kind;
  return node;
}

pl_node *pl_node_null(pl_arena *arena) { return make(arena, PL_NULL); }
pl_node *pl_node_list(pl_arena *arena) { return make(arena, PL_LIST); }
pl_node *pl_node_object(pl_arena *arena) { return make(arena, PL_OBJECT); }

pl_node *pl_node_object_for(pl_arena *arena, size_t members) {
  pl_node *object = make(arena, PL_OBJECT);
  object->object.members = pl_new_array(arena, pl_member, members);
  object->object.capacity = members;
  return object;
}

pl_node *pl_node_boolean(pl_arena *arena, bool value) {
  pl_node *node = make(arena, PL_BOOLEAN);
  node->boolean = value;
  return node;
}

pl_node *pl_node_integer(pl_arena *arena, int64_t value) {
  pl_node *node = make(arena, PL_INTEGER);
  node->integer = value;
  return node;
}

pl_node *pl_node_real(pl_arena *arena, double value) {
  if (!isfinite(value))
    return pl_node_string(arena, isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
  pl_node *node = make(arena, PL_REAL);
  node->real = value;
  return node;
}

pl_node *pl_node_bytes(pl_arena *arena, const char *data, size_t length) {
  pl_node *node = make(arena, PL_STRING);
  node->string = (pl_bytes){pl_strndup(arena, data, length), length};
  return node;
}

pl_node *pl_node_string(pl_arena *arena, const char *text) {
  return text ? pl_node_bytes(arena, text, strlen(text)) : pl_node_null(arena);
}

/* A string node around TEXT, which already lives in the arena. */
static pl_node *wrap(pl_arena *arena, const char *text) {
  if (!text)
    return pl_node_null(arena);
  pl_node *node = make(arena, PL_STRING);
  node->string = (pl_bytes){text, strlen(text)};
  return node;
}

pl_node *pl_node_clean(pl_arena *arena, const char *text) {
  return wrap(arena, pl_escape_text(arena, pl_hide_url_secrets(arena, text)));
}

pl_node *pl_node_printf(pl_arena *arena, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *text = pl_vprintf(arena, format, args);
  va_end(args);
  return pl_node_clean(arena, text);
}

void pl_list_add(pl_arena *arena, pl_node *list, pl_node *item) {
  pl_push(arena, list->list.items, list->list.count, list->list.capacity, item);
}

void pl_list_add_text(pl_arena *arena, pl_node *list, const char *text) {
  pl_list_add(arena, list, pl_node_clean(arena, text));
}

bool pl_list_has(const pl_node *list, const char *text) {
  pl_each_item (item, list)
    if (pl_equal(pl_text(item), text))
      return true;
  return false;
}

static bool same_key(const char *key, const char *wanted, size_t length) {
  return (length == 0 || *key == *wanted) && strncmp(key, wanted, length) == 0 && key[length] == '\0';
}

/* The slot of KEY in the index of OBJECT: it holds a position + 1, or 0 where KEY would go. */
static uint32_t *slot_of(const pl_node *object, const char *key, size_t length) {
  size_t mask = object->object.index_size - 1;
  for (size_t at = pl_hash(key, length) & mask;; at = (at + 1) & mask) {
    uint32_t *slot = &object->object.index[at];
    if (*slot == 0 || same_key(object->object.members[*slot - 1].key, key, length))
      return slot;
  }
}

/* Of an indexed object *RET_SLOT is where the index has KEY, or would have it. */
static pl_member *find_slot(const pl_node *object, const char *key, size_t length, uint32_t **ret_slot) {
  pl_member *members = object->object.members;
  if (object->object.index) {
    *ret_slot = slot_of(object, key, length);
    return **ret_slot ? &members[**ret_slot - 1] : NULL;
  }
  for (size_t i = 0; i < object->object.count; i++)
    if (same_key(members[i].key, key, length))
      return &members[i];
  return NULL;
}

static pl_member *find(const pl_node *object, const char *key, size_t length) {
  uint32_t *unwanted = NULL;
  return find_slot(object, key, length, &unwanted);
}

static void fill_index(pl_node *object) {
  memset(object->object.index, 0, object->object.index_size * sizeof *object->object.index);
  for (size_t i = 0; i < object->object.count; i++) {
    const char *key = object->object.members[i].key;
    *slot_of(object, key, strlen(key)) = (uint32_t)i + 1;
  }
}

/* Enter the member added last, at SLOT; the index is built or enlarged so that it stays at most half full. */
static void index_last(pl_arena *arena, pl_node *object, uint32_t *slot) {
  size_t count = object->object.count;
  if (count < INDEX_FROM)
    return;
  if (slot && count * 2 <= object->object.index_size) {
    *slot = (uint32_t)count;
    return;
  }
  do
    object->object.index_size = object->object.index_size ? object->object.index_size * 4 : INDEX_FROM * 4;
  while (count * 2 > object->object.index_size); /* what was unpacked had none */
  object->object.index = pl_new_array(arena, uint32_t, object->object.index_size);
  fill_index(object);
}

pl_member *pl_object_member(pl_arena *arena, pl_node *object, const char *key, bool *ret_new) {
  uint32_t *slot = NULL;
  pl_member *member = find_slot(object, key, strlen(key), &slot);
  if (ret_new)
    *ret_new = !member;
  if (member)
    return member;
  pl_member added = {.key = key};
  pl_push(arena, object->object.members, object->object.count, object->object.capacity, added);
  index_last(arena, object, slot);
  return &object->object.members[object->object.count - 1];
}

void pl_object_put(pl_arena *arena, pl_node *object, const char *key, pl_node *value) {
  pl_object_member(arena, object, key, NULL)->value = value;
}

void(pl_object_set)(pl_arena *arena, pl_node *object, const char *key, pl_node *value) {
  bool fresh = false;
  pl_member *member = pl_object_member(arena, object, key, &fresh);
  if (fresh)
    member->key = pl_strdup(arena, key);
  member->value = value;
}

bool pl_object_remove(pl_node *object, const char *key) {
  pl_member *member = pl_get_member(object, key);
  if (!member)
    return false;
  size_t position = (size_t)(member - object->object.members);
  object->object.count--;
  memmove(member, member + 1, (object->object.count - position) * sizeof *member);
  if (object->object.index)
    fill_index(object);
  return true;
}

pl_member *pl_get_member(const pl_node *node, const char *key) {
  return pl_is(node, PL_OBJECT) ? find(node, key, strlen(key)) : NULL;
}

pl_node *pl_get(const pl_node *node, const char *key) {
  pl_member *member = pl_get_member(node, key);
  return member ? member->value : NULL;
}

/* "[12]" of LENGTH bytes as an index; SIZE_MAX when it is none. */
static size_t list_index(const char *step, size_t length) {
  if (length < 3 || length > 11 || step[0] != '[' || step[length - 1] != ']')
    return SIZE_MAX;
  size_t index = 0;
  for (size_t i = 1; i < length - 1; i++) {
    if (step[i] < '0' || step[i] > '9')
      return SIZE_MAX;
    index = index * 10 + (size_t)(step[i] - '0');
  }
  return index;
}

static pl_node *step_into(const pl_node *node, const char *step, size_t length) {
  if (pl_is(node, PL_LIST)) {
    size_t index = list_index(step, length);
    return index < node->list.count ? node->list.items[index] : NULL;
  }
  pl_member *member = pl_is(node, PL_OBJECT) ? find(node, step, length) : NULL;
  return member ? member->value : NULL;
}

pl_node *pl_get_path(const pl_node *node, const char *path) {
  for (;;) {
    size_t length = strcspn(path, ".");
    pl_node *next = step_into(node, path, length);
    if (!next || path[length] == '\0')
      return next;
    node = next;
    path += length + 1;
  }
}

const char *pl_get_text(const pl_node *node, const char *key, const char *fallback) {
  const char *text = pl_text(pl_get(node, key));
  return text ? text : fallback;
}

bool pl_get_boolean(const pl_node *node, const char *key, bool fallback) {
  const pl_node *value = pl_get(node, key);
  return pl_is(value, PL_BOOLEAN) ? value->boolean : fallback;
}

int64_t pl_get_integer(const pl_node *node, const char *key, int64_t fallback) {
  const pl_node *value = pl_get(node, key);
  return pl_is(value, PL_INTEGER) ? value->integer : fallback;
}

bool pl_integral(const pl_node *node, int64_t *ret) {
  if (pl_is(node, PL_INTEGER)) {
    *ret = node->integer;
    return true;
  }
  /* The bounds are exact doubles: -2^63 fits an int64_t, 2^63 no longer does. */
  const double bound = 9223372036854775808.0;
  bool real = pl_is(node, PL_REAL) && node->raw && node->real == trunc(node->real);
  if (!real || !(node->real >= -bound && node->real < bound))
    return false;
  *ret = (int64_t)node->real;
  return true;
}

const char *pl_raw(const pl_node *node) {
  if (!node || node->kind == PL_LIST || node->kind == PL_OBJECT)
    return NULL;
  return node->kind == PL_STRING ? node->string.data : node->raw;
}
