/* KubeletConfiguration as a tree of fields: built from the version table; configurations by dotted paths. */
#include "src/kube/kubelet_schema.h"

#include "plumbline/core/number.h"

static const struct {
  const char *word;
  pl_schema_kind kind;
} kind_words[] = {
    {"bool", PL_SCHEMA_BOOLEAN},      {"int32", PL_SCHEMA_INT32},     {"int64", PL_SCHEMA_INT64},
    {"real", PL_SCHEMA_REAL},         {"string", PL_SCHEMA_STRING},   {"path", PL_SCHEMA_STRING},
    {"duration", PL_SCHEMA_DURATION}, {"strings", PL_SCHEMA_STRINGS}, {"texts", PL_SCHEMA_TEXTS},
    {"gates", PL_SCHEMA_GATES},       {"headers", PL_SCHEMA_HEADERS}, {"object", PL_SCHEMA_OBJECT},
    {"int32s", PL_SCHEMA_NUMBERS},    {"objects", PL_SCHEMA_OBJECTS}, {"any", PL_SCHEMA_ANY},
};

static pl_schema_kind kind_of(const char *word) {
  for (size_t i = 0; i < sizeof kind_words / sizeof *kind_words; i++)
    if (pl_equal(kind_words[i].word, word))
      return kind_words[i].kind;
  return PL_SCHEMA_ANY;
}

/* PATH as tables write it, without the marks of lists. */
static char *plain_path(pl_arena *arena, const char *path) {
  char *plain = pl_strdup(arena, path), *out = plain;
  for (const char *c = path; *c; c++)
    if (*c != '[' && *c != ']')
      *out++ = *c;
  *out = '\0';
  return plain;
}

static char *capitalised(pl_arena *arena, const char *name) {
  char *copy = pl_strdup(arena, name);
  if (*copy >= 'a' && *copy <= 'z')
    *copy = (char)(*copy - 'a' + 'A');
  return copy;
}

/* The object that PATH's field belongs to, and the field's own name. NULL when the table names a field before its
 * object. */
static pl_schema *find_parent(pl_schema *root, const char *path, const char **ret_name) {
  pl_schema *parent = root;
  for (const char *dot; parent && (dot = strchr(path, '.')); path = dot + 1) {
    pl_schema *child = parent->first;
    while (child && (strncmp(child->name, path, (size_t)(dot - path)) != 0 || child->name[dot - path]))
      child = child->next;
    parent = child;
  }
  *ret_name = path;
  return parent;
}

static void add_field(pl_arena *arena, pl_schema *root, const pl_table_entry *entry) {
  pl_schema *field = pl_new(arena, pl_schema);
  field->path = plain_path(arena, entry->name);
  pl_schema *parent = find_parent(root, field->path, &field->name);
  if (!parent)
    return;
  field->go_name = entry->words[0] ? entry->words[0] : capitalised(arena, field->name);
  field->kind = kind_of(entry->kind);
  field->pointer = entry->pointer;
  field->always = entry->always;
  field->file_path = pl_equal(entry->kind, "path");
  field->entry = entry;
  *(parent->last ? &parent->last->next : &parent->first) = field;
  parent->last = field;
}

pl_schema *pl_schema_build(pl_arena *arena, const pl_table *table, int minor) {
  pl_schema *root = pl_new(arena, pl_schema);
  *root = (pl_schema){.name = "", .go_name = "", .path = "", .kind = PL_SCHEMA_OBJECT};
  for (size_t i = 0; i < table->fields.count; i++)
    if (pl_table_has(&table->fields.items[i], minor))
      add_field(arena, root, &table->fields.items[i]);
  return root;
}

bool pl_schema_is_zero(const pl_schema *field, const pl_node *node) {
  int64_t number;
  if (!node || node->kind == PL_NULL)
    return true;
  switch (field->kind) {
  case PL_SCHEMA_BOOLEAN:
    return !node->boolean;
  case PL_SCHEMA_INT32:
  case PL_SCHEMA_INT64:
    return node->integer == 0;
  case PL_SCHEMA_REAL:
    return node->kind == PL_REAL ? !(node->real < 0 || node->real > 0) : pl_integral(node, &number) && number == 0;
  case PL_SCHEMA_STRING:
    return node->string.length == 0;
  case PL_SCHEMA_DURATION:
    return pl_parse_duration(node->string.data, &number, NULL) == 0 && number == 0;
  case PL_SCHEMA_STRINGS:
  case PL_SCHEMA_NUMBERS:
  case PL_SCHEMA_TEXTS:
  case PL_SCHEMA_GATES:
  case PL_SCHEMA_HEADERS:
  case PL_SCHEMA_OBJECTS:
    return pl_count(node) == 0;
  case PL_SCHEMA_OBJECT:
  case PL_SCHEMA_ANY:
    break;
  }
  return false;
}

pl_node *pl_schema_zero(pl_arena *arena, const pl_schema *field) {
  switch (field->pointer ? PL_SCHEMA_ANY : field->kind) {
  case PL_SCHEMA_BOOLEAN:
    return pl_node_boolean(arena, false);
  case PL_SCHEMA_INT32:
  case PL_SCHEMA_INT64:
  case PL_SCHEMA_REAL:
    return pl_node_integer(arena, 0);
  case PL_SCHEMA_STRING:
    return pl_node_string(arena, "");
  case PL_SCHEMA_DURATION:
    return pl_node_string(arena, "0s");
  case PL_SCHEMA_STRINGS:
  case PL_SCHEMA_NUMBERS:
  case PL_SCHEMA_TEXTS:
  case PL_SCHEMA_GATES:
  case PL_SCHEMA_HEADERS:
  case PL_SCHEMA_OBJECT:
  case PL_SCHEMA_OBJECTS:
  case PL_SCHEMA_ANY:
    break;
  }
  return pl_node_null(arena);
}

pl_node *pl_config_get(const pl_node *config, const char *path) {
  char name[128];
  const pl_node *node = config;
  for (const char *dot; node && (dot = strchr(path, '.')); path = dot + 1) {
    size_t length = (size_t)(dot - path);
    if (length >= sizeof name)
      return NULL;
    memcpy(name, path, length);
    name[length] = '\0';
    node = pl_get(node, name);
  }
  return pl_get(node, path);
}

void pl_config_set(pl_arena *arena, pl_node *config, const char *path, pl_node *value) {
  for (const char *dot; (dot = strchr(path, '.')); path = dot + 1) {
    const char *name = pl_strndup(arena, path, (size_t)(dot - path));
    pl_node *below = pl_get(config, name);
    if (!below && !value)
      return;
    if (!below) {
      below = pl_node_object(arena);
      pl_object_set(arena, config, name, below);
    }
    config = below;
  }
  if (value)
    pl_object_set(arena, config, path, value);
  else
    pl_object_remove(config, path);
}

void pl_schema_each_leaf(const pl_schema *root, pl_schema_visitor visit, void *context) {
  for (const pl_schema *field = root->first; field; field = field->next) {
    if (field->kind == PL_SCHEMA_OBJECT)
      pl_schema_each_leaf(field, visit, context);
    else
      visit(field, context);
  }
}
