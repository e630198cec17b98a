/* Checks documents against the Go structs that components decode them into. */
#include "src/kube/shape.h"

#include "plumbline/core/escape.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"

typedef struct place {
  const struct place *parent;
  const char *name; /* of a field, or NULL: item INDEX of a list */
  size_t index;
} place;

/* "resources[0].providers[1].kms" */
static const char *show_place(pl_arena *arena, const place *at) {
  if (!at)
    return "";
  const char *before = show_place(arena, at->parent);
  if (!at->name)
    return pl_printf(arena, "%s[%zu]", before, at->index);
  return pl_printf(arena, *before ? "%s.%s" : "%s%s", before, pl_escape_text(arena, at->name));
}

static int fail_at(pl_error *err, uint32_t line, uint32_t column, const char *text) {
  pl_fail(err, PL_ERR_SYNTAX, "line %u: %s", line, text);
  if (err) {
    err->line = line;
    err->column = column;
  }
  return -1;
}

typedef struct checker {
  pl_arena *arena;
  pl_error *err;
} checker;

static int wrong_type(const checker *c, const pl_node *node, const place *at, const char *wanted) {
  return fail_at(c->err, node->line, node->column,
                 pl_printf(c->arena, "%s must be %s, not %s", at ? show_place(c->arena, at) : "the document", wanted,
                           pl_kind_name(node->kind)));
}

static int check_fields(const checker *c, const pl_node *node, const pl_shape *fields, const place *at);

static int check_items(const checker *c, const pl_node *node, const pl_shape *shape, const place *at) {
  if (node->kind != PL_LIST)
    return wrong_type(c, node, at, "a list");
  for (size_t i = 0; i < node->list.count; i++) {
    const pl_node *item = node->list.items[i];
    place here = {.parent = at, .index = i};
    if (item->kind == PL_NULL)
      continue;
    if (shape->kind == PL_SHAPE_TEXTS && item->kind != PL_STRING)
      return wrong_type(c, item, &here, "text");
    if (shape->kind == PL_SHAPE_OBJECTS && check_fields(c, item, shape->fields, &here) < 0)
      return -1;
  }
  return 0;
}

static int check_duration(const checker *c, const pl_node *node, const place *at) {
  int64_t ns;
  if (node->kind != PL_STRING)
    return wrong_type(c, node, at, "a duration such as 30s");
  if (pl_parse_duration(node->string.data, &ns, NULL) < 0)
    return fail_at(c->err, node->line, node->column,
                   pl_printf(c->arena, "%s is no duration", show_place(c->arena, at)));
  return 0;
}

static int check_integer(const checker *c, const pl_node *node, int64_t least, int64_t most, const place *at) {
  int64_t value;
  if (!pl_integral(node, &value) || value < least || value > most)
    return wrong_type(c, node, at,
                      most == INT32_MAX ? "an integer of 32 bits"
                      : least == 0      ? "an integer not below zero"
                                        : "an integer");
  return 0;
}

static int check_booleans(const checker *c, const pl_node *node, const place *at) {
  if (node->kind != PL_OBJECT)
    return wrong_type(c, node, at, "an object");
  pl_each_member (member, node) {
    place here = {.parent = at, .name = member->key};
    if (member->value->kind != PL_BOOLEAN && member->value->kind != PL_NULL)
      return wrong_type(c, member->value, &here, "true or false");
  }
  return 0;
}

static int check_value(const checker *c, const pl_node *node, const pl_shape *shape, const place *at) {
  if (node->kind == PL_NULL && shape->kind != PL_SHAPE_DURATION)
    return 0;
  switch (shape->kind) {
  case PL_SHAPE_TEXT:
    return node->kind == PL_STRING ? 0 : wrong_type(c, node, at, "text");
  case PL_SHAPE_BOOLEAN:
    return node->kind == PL_BOOLEAN ? 0 : wrong_type(c, node, at, "true or false");
  case PL_SHAPE_INT32:
    return check_integer(c, node, INT32_MIN, INT32_MAX, at);
  case PL_SHAPE_INTEGER:
    return check_integer(c, node, INT64_MIN, INT64_MAX, at);
  case PL_SHAPE_COUNT:
    return check_integer(c, node, 0, INT64_MAX, at);
  case PL_SHAPE_NUMBER:
    return node->kind == PL_INTEGER || node->kind == PL_REAL ? 0 : wrong_type(c, node, at, "a number");
  case PL_SHAPE_DURATION:
  case PL_SHAPE_DURATION_POINTER:
    return check_duration(c, node, at);
  case PL_SHAPE_BOOLEANS:
    return check_booleans(c, node, at);
  case PL_SHAPE_TEXTS:
  case PL_SHAPE_OBJECTS:
    return check_items(c, node, shape, at);
  case PL_SHAPE_OBJECT:
    return check_fields(c, node, shape->fields, at);
  case PL_SHAPE_SECRET:
    return pl_get_boolean(node, "secret", false) ? 0 : wrong_type(c, node, at, "text");
  case PL_SHAPE_ANY:
    break;
  }
  return 0;
}

static const pl_shape *find_field(const pl_shape *fields, const char *name) {
  for (const pl_shape *field = fields; field->name; field++)
    if (pl_equal(field->name, name))
      return field;
  return NULL;
}

/* Tables are finite in depth, and documents are capped, so this recursion ends. */
static int check_fields(const checker *c, const pl_node *node, const pl_shape *fields, const place *at) {
  if (node->kind == PL_NULL)
    return 0;
  if (node->kind != PL_OBJECT)
    return wrong_type(c, node, at, "an object");
  pl_each_member (member, node) {
    place here = {.parent = at, .name = member->key};
    const pl_shape *field = find_field(fields, member->key);
    if (field && check_value(c, member->value, field, &here) < 0)
      return -1;
  }
  return 0;
}

static int check_strict(const checker *c, const pl_node *node, const pl_shape *fields, const place *at);

static int check_strict_items(const checker *c, const pl_node *node, const pl_shape *fields, const place *at) {
  for (size_t i = 0; pl_is(node, PL_LIST) && i < node->list.count; i++) {
    place here = {.parent = at, .index = i};
    if (check_strict(c, node->list.items[i], fields, &here) < 0)
      return -1;
  }
  return 0;
}

static bool holds_secret(const pl_shape *fields) {
  while (fields->name && fields->kind != PL_SHAPE_SECRET)
    fields++;
  return fields->name;
}

/* A name that stands beside a secret and that nobody knows may be the secret, its own name having been forgotten. */
static const char *show_field(const checker *c, const place *here, const pl_shape *fields, const pl_shape *field) {
  if (field || !holds_secret(fields))
    return show_place(c->arena, here);
  return show_place(c->arena, &(place){.parent = here->parent, .name = "(not shown)"});
}

static int check_strict(const checker *c, const pl_node *node, const pl_shape *fields, const place *at) {
  pl_each_member (member, node) {
    place here = {.parent = at, .name = member->key};
    const pl_shape *field = find_field(fields, member->key);
    const char *shown = show_field(c, &here, fields, field);
    if (member->value->duplicate)
      return fail_at(c->err, member->line, member->column,
                     pl_printf(c->arena, "the key \"%s\" stands more than once", shown));
    if (!field)
      return fail_at(c->err, member->line, member->column, pl_printf(c->arena, "unknown field \"%s\"", shown));
    if (field->kind == PL_SHAPE_OBJECT && check_strict(c, member->value, field->fields, &here) < 0)
      return -1;
    if (field->kind == PL_SHAPE_OBJECTS && check_strict_items(c, member->value, field->fields, &here) < 0)
      return -1;
  }
  return 0;
}

int pl_shape_check(pl_arena *arena, const pl_node *document, const pl_shape *fields, bool strict, pl_error *err) {
  checker c = {.arena = arena, .err = err};
  if (check_fields(&c, document, fields, NULL) < 0)
    return -1;
  return strict ? check_strict(&c, document, fields, NULL) : 0;
}

typedef struct unknown_walk {
  pl_arena *arena;
  pl_shape_unknown visit;
  void *context;
} unknown_walk;

static void walk_unknown(const unknown_walk *w, const pl_node *node, const pl_shape *fields, const place *at) {
  for (size_t i = 0; pl_is(node, PL_LIST) && i < node->list.count; i++)
    walk_unknown(w, node->list.items[i], fields, &(place){.parent = at, .index = i});
  pl_each_member (member, node) {
    place here = {.parent = at, .name = member->key};
    const pl_shape *field = find_field(fields, member->key);
    if (!field)
      w->visit(show_place(w->arena, &here), member, w->context);
    else if (field->fields)
      walk_unknown(w, member->value, field->fields, &here);
  }
}

void pl_shape_each_unknown(pl_arena *arena, const pl_node *document, const pl_shape *fields, pl_shape_unknown visit,
                           void *context) {
  walk_unknown(&(unknown_walk){.arena = arena, .visit = visit, .context = context}, document, fields, NULL);
}

static bool in_version(const pl_shape_version *version, int minor) {
  return minor == 0 || (minor >= version->since && (version->until == 0 || minor < version->until));
}

int pl_shape_header(pl_arena *arena, const pl_node *document, const pl_shape_version *versions, int minor,
                    const pl_shape_version **ret_version, pl_error *err) {
  if (!pl_is(document, PL_OBJECT))
    return pl_fail(err, PL_ERR_SYNTAX, "the file is %s",
                   pl_is(document, PL_NULL) ? "empty" : "no object with apiVersion and kind");
  const char *kind = pl_get_text(document, "kind", ""), *api_version = pl_get_text(document, "apiVersion", "");
  if (!*kind || !*api_version)
    return pl_fail(err, PL_ERR_SYNTAX, "the file does not say its %s", *kind ? "apiVersion" : "kind");
  for (const pl_shape_version *version = versions; version->api_version; version++) {
    if (!pl_equal(version->api_version, api_version) || !pl_equal(version->kind, kind) || !in_version(version, minor))
      continue;
    if (ret_version)
      *ret_version = version;
    return 0;
  }
  return pl_fail(err, PL_ERR_SYNTAX, "this version does not read kind %s of %s here", pl_escape_text(arena, kind),
                 pl_escape_text(arena, api_version));
}
