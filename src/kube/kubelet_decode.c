/* From documents to configurations and back, as Go's JSON readers and writers do it. */
#include <stdio.h>

#include "plumbline/core/number.h"
#include "src/kube/kubelet_schema.h"

static int misfit(const pl_schema *field, const pl_node *node, const char *wanted, pl_error *err) {
  pl_fail(err, PL_ERR_SYNTAX, "%s: %s is wanted, not %s", field->path, wanted, pl_kind_name(node->kind));
  if (err) {
    err->line = node->line;
    err->column = node->column;
  }
  return -1;
}

/* VALUE, made from NODE, stands where NODE stood. */
static pl_node *placed(pl_node *value, const pl_node *node) {
  value->source = node->source;
  value->line = node->line;
  value->column = node->column;
  return value;
}

static pl_node *take_integer(const pl_schema_reading *r, const pl_schema *field, const pl_node *node, pl_error *err) {
  int64_t value;
  bool small = field->kind == PL_SCHEMA_INT32;
  if (!pl_integral(node, &value) || (small && (value < INT32_MIN || value > INT32_MAX))) {
    misfit(field, node, small ? "an integer of 32 bits" : "an integer of 64 bits", err);
    return NULL;
  }
  return placed(pl_node_integer(r->arena, value), node);
}

static pl_node *take_duration(const pl_schema_reading *r, const pl_schema *field, const pl_node *node, pl_error *err) {
  int64_t ns;
  pl_error reason = {0};
  /* metav1.Duration reads null as an empty text */
  const char *text = node->kind == PL_NULL ? "" : pl_text(node);
  if (text && pl_parse_duration(text, &ns, &reason) == 0)
    return placed(pl_node_string(r->arena, pl_format_duration(r->arena, ns)), node);
  misfit(field, node, "a duration such as \"4h0m0s\"", err);
  if (text)
    pl_error_prefix(err, "%s", reason.text);
  return NULL;
}

/* An element of a list or map: null is the zero value. */
static pl_node *take_text(const pl_schema_reading *r, const pl_schema *field, const pl_node *node, pl_error *err) {
  if (node->kind == PL_NULL)
    return placed(pl_node_string(r->arena, ""), node);
  if (node->kind == PL_STRING)
    return placed(pl_node_bytes(r->arena, node->string.data, node->string.length), node);
  misfit(field, node, "text", err);
  return NULL;
}

static pl_node *take_strings(const pl_schema_reading *r, const pl_schema *field, const pl_node *node, pl_error *err) {
  if (node->kind != PL_LIST) {
    misfit(field, node, "a list of texts", err);
    return NULL;
  }
  pl_node *list = placed(pl_node_list(r->arena), node);
  pl_each_item (item, node) {
    pl_node *text = take_text(r, field, item, err);
    if (!text)
      return NULL;
    pl_list_add(r->arena, list, text);
  }
  return list;
}

static pl_node *take_numbers(const pl_schema_reading *r, const pl_schema *field, const pl_node *node, pl_error *err) {
  pl_schema element = *field;
  element.kind = PL_SCHEMA_INT32;
  if (node->kind != PL_LIST) {
    misfit(field, node, "a list of integers", err);
    return NULL;
  }
  pl_node *list = placed(pl_node_list(r->arena), node);
  pl_each_item (item, node) {
    pl_node *number = take_integer(r, &element, item, err);
    if (!number)
      return NULL;
    pl_list_add(r->arena, list, number);
  }
  return list;
}

static pl_node *take_gate(const pl_schema_reading *r, const pl_schema *field, const pl_node *node, pl_error *err) {
  if (node->kind == PL_BOOLEAN || node->kind == PL_NULL)
    return placed(pl_node_boolean(r->arena, node->kind == PL_BOOLEAN && node->boolean), node);
  misfit(field, node, "true or false", err);
  return NULL;
}

static pl_node *take_header(const pl_schema_reading *r, const pl_schema *field, const pl_node *node, pl_error *err) {
  return node->kind == PL_NULL ? placed(pl_node_null(r->arena), node) : take_strings(r, field, node, err);
}

/* Go decodes a map into the one that is there. */
static pl_node *take_map(const pl_schema_reading *r, const pl_schema *field, const pl_node *node, const pl_node *old,
                         pl_error *err) {
  if (node->kind != PL_OBJECT) {
    misfit(field, node, "an object", err);
    return NULL;
  }
  pl_node *map = placed(pl_node_object(r->arena), old && pl_count(node) == 0 ? old : node);
  pl_each_member (member, old)
    pl_object_set(r->arena, map, member->key, member->value);
  pl_each_member (member, node) {
    pl_node *value = field->kind == PL_SCHEMA_GATES     ? take_gate(r, field, member->value, err)
                     : field->kind == PL_SCHEMA_HEADERS ? take_header(r, field, member->value, err)
                                                        : take_text(r, field, member->value, err);
    if (!value)
      return NULL;
    pl_object_set(r->arena, map, member->key, value);
  }
  return map;
}

static pl_node *take_objects(const pl_schema_reading *r, const pl_schema *field, const pl_node *node, pl_error *err) {
  if (node->kind != PL_LIST) {
    misfit(field, node, "a list", err);
    return NULL;
  }
  pl_node *list = placed(pl_node_list(r->arena), node);
  pl_each_item (item, node) {
    pl_node *object = placed(pl_node_object(r->arena), item);
    if (item->kind != PL_NULL && pl_schema_decode(r, field, item, object, err) < 0)
      return NULL;
    pl_list_add(r->arena, list, object);
  }
  return list;
}

static pl_node *take_scalar(const pl_schema_reading *r, const pl_schema *field, const pl_node *node, pl_error *err) {
  switch (field->kind) {
  case PL_SCHEMA_BOOLEAN:
    if (node->kind == PL_BOOLEAN)
      return placed(pl_node_boolean(r->arena, node->boolean), node);
    misfit(field, node, "true or false", err);
    return NULL;
  case PL_SCHEMA_REAL:
    if (node->kind == PL_REAL || node->kind == PL_INTEGER)
      return pl_node_copy(r->arena, node);
    misfit(field, node, "a number", err);
    return NULL;
  case PL_SCHEMA_INT32:
  case PL_SCHEMA_INT64:
    return take_integer(r, field, node, err);
  case PL_SCHEMA_STRING:
    return take_text(r, field, node, err);
  case PL_SCHEMA_DURATION:
    return take_duration(r, field, node, err);
  case PL_SCHEMA_STRINGS:
    return take_strings(r, field, node, err);
  case PL_SCHEMA_NUMBERS:
    return take_numbers(r, field, node, err);
  case PL_SCHEMA_OBJECTS:
    return take_objects(r, field, node, err);
  case PL_SCHEMA_TEXTS:
  case PL_SCHEMA_GATES:
  case PL_SCHEMA_HEADERS:
  case PL_SCHEMA_OBJECT:
  case PL_SCHEMA_ANY:
    break;
  }
  return pl_node_copy(r->arena, node);
}

/* null: nil for what can be nil, else nothing happens, but for the durations, which read it themselves. */
static bool take_null(const pl_schema *field, pl_node *into) {
  if (field->kind == PL_SCHEMA_DURATION && !field->pointer)
    return false;
  if (field->pointer || field->kind >= PL_SCHEMA_STRINGS)
    if (field->kind != PL_SCHEMA_OBJECT || field->pointer)
      pl_object_remove(into, field->name);
  return true;
}

static int take_object(const pl_schema_reading *r, const pl_schema *field, const pl_node *node, pl_node *into,
                       pl_error *err) {
  pl_node *below = pl_get(into, field->name);
  if (!below) {
    below = placed(pl_node_object(r->arena), node);
    pl_object_set(r->arena, into, field->name, below);
  }
  return pl_schema_decode(r, field, node, below, err);
}

static int take_field(const pl_schema_reading *r, const pl_schema *field, const pl_node *node, pl_node *into,
                      pl_error *err) {
  if (node->kind == PL_NULL && take_null(field, into))
    return 0;
  if (field->kind == PL_SCHEMA_OBJECT)
    return take_object(r, field, node, into, err);
  bool map = field->kind == PL_SCHEMA_TEXTS || field->kind == PL_SCHEMA_GATES || field->kind == PL_SCHEMA_HEADERS;
  pl_node *value = map ? take_map(r, field, node, pl_get(into, field->name), err) : take_scalar(r, field, node, err);
  if (!value)
    return -1;
  pl_object_set(r->arena, into, field->name, value);
  return 0;
}

static const pl_schema *find_field(const pl_schema_reading *r, const pl_schema *root, const char *key) {
  const pl_schema *folded = NULL;
  for (const pl_schema *field = root->first; field; field = field->next) {
    const char *name = r->names == PL_NAMES_GO ? field->go_name : field->name;
    if (strcmp(name, key) == 0)
      return field;
    if (r->names != PL_NAMES_EXACT && !folded && pl_equal_nocase(name, key))
      folded = field;
  }
  return folded;
}

/* A key that no field takes, with the field that was perhaps meant. */
static void note_inert(const pl_schema_reading *r, const pl_schema *root, const pl_member *member) {
  static const char *const header[] = {"apiVersion", "kind", NULL};
  if (!r->notes || (!*root->path && pl_in(member->key, header)))
    return;
  const char *meant = NULL;
  for (const pl_schema *field = root->first; field; field = field->next)
    if (pl_equal_nocase(field->name, member->key))
      meant = field->name;
  const pl_source *source = member->value->source;
  pl_settings_note(r->notes, "%s:%u: %s%s%s is no key of this version and has no effect%s%s",
                   source ? source->where : "", member->line, root->path, *root->path ? "." : "", member->key,
                   meant ? "; it is written " : "", meant ? meant : "");
}

static int compare_members(const void *a, const void *b) {
  const pl_member *const *left = a, *const *right = b;
  return strcmp((*left)->key, (*right)->key);
}

/* The members in the order in which they are read: encoding/json sorts the keys of the maps that a merge makes. */
static pl_member **in_order(const pl_schema_reading *r, const pl_node *document) {
  pl_member **members = pl_new_array(r->arena, pl_member *, pl_count(document) + 1);
  size_t count = 0;
  pl_each_member (member, document)
    members[count++] = member;
  if (r->names != PL_NAMES_EXACT)
    qsort(members, count, sizeof *members, compare_members);
  return members;
}

int pl_schema_decode(const pl_schema_reading *reading, const pl_schema *root, const pl_node *document, pl_node *into,
                     pl_error *err) {
  if (document->kind != PL_OBJECT)
    return misfit(root, document, "an object", err);
  for (pl_member **at = in_order(reading, document); *at; at++) {
    const pl_schema *field = find_field(reading, root, (*at)->key);
    if (!field)
      note_inert(reading, root, *at);
    else if (take_field(reading, field, (*at)->value, into, err) < 0)
      return -1;
  }
  return 0;
}

/* omitempty leaves out the zero values of all but structs; a duration is a struct. */
static bool written(const pl_schema *field, const pl_node *value) {
  if (field->pointer)
    return value != NULL;
  return field->always || field->kind == PL_SCHEMA_DURATION || field->kind == PL_SCHEMA_OBJECT ||
         !pl_schema_is_zero(field, value);
}

pl_node *pl_schema_encode(pl_arena *arena, const pl_schema *root, const pl_node *config, bool go_names) {
  pl_node *object = pl_node_object(arena);
  for (const pl_schema *field = root->first; field; field = field->next) {
    pl_node *value = pl_get(config, field->name);
    if (!go_names && !written(field, value))
      continue;
    if (field->kind == PL_SCHEMA_OBJECT && (value || !field->pointer))
      value = pl_schema_encode(arena, field, value, go_names);
    else if (!value)
      value = pl_schema_zero(arena, field);
    pl_object_set(arena, object, go_names ? field->go_name : field->name, value);
  }
  return object;
}
