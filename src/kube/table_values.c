/* Questions to a version table: what there is in a version, and with what default. */
#include "plumbline/core/json.h"
#include "plumbline/core/number.h"
#include "plumbline/kube/tables.h"

const pl_table_entry *pl_table_find(const pl_table_entries *entries, const char *name) {
  for (size_t i = 0; i < entries->count; i++)
    if (pl_equal(entries->items[i].name, name))
      return &entries->items[i];
  return NULL;
}

const pl_table_entries *pl_table_entries_of(const pl_table *table, const char *name) {
  static const pl_table_entries none;
  for (size_t i = 0; i < table->list_count; i++)
    if (pl_equal(table->lists[i].name, name))
      return &table->lists[i].entries;
  return &none;
}

bool pl_table_has(const pl_table_entry *entry, int minor) {
  return minor == 0 || (minor >= entry->since && (entry->until == 0 || minor < entry->until));
}

int pl_table_minor(const pl_table *table, int minor) {
  if (minor == 0)
    return 0;
  return minor > table->last ? table->last : minor < table->first ? table->first : minor;
}

const char *pl_table_default_text(const pl_table_entry *entry, int minor) {
  const char *text = NULL;
  for (size_t i = 0; i < entry->default_count; i++)
    if (minor >= entry->defaults[i].since)
      text = entry->defaults[i].text;
  return text;
}

static pl_node *list_value(pl_arena *arena, const char *text) {
  pl_node *list = pl_node_list(arena);
  const char *const *items;
  size_t count = pl_equal(text, "[]") ? 0 : pl_split(arena, text, ',', &items);
  for (size_t i = 0; i < count; i++)
    pl_list_add(arena, list, pl_node_string(arena, items[i]));
  return list;
}

static pl_node *object_value(pl_arena *arena, const char *text) {
  pl_node *object = pl_node_object(arena);
  const char *const *items;
  size_t count = pl_equal(text, "{}") ? 0 : pl_split(arena, text, ',', &items);
  for (size_t i = 0; i < count; i++) {
    size_t length = strcspn(items[i], "=<");
    if (items[i][length])
      pl_object_set(arena, object, pl_strndup(arena, items[i], length), pl_node_string(arena, items[i] + length + 1));
  }
  return object;
}

/* JSON's reals are those of the tables. */
static pl_node *real_value(pl_arena *arena, const char *text) {
  const char *list = pl_printf(arena, "[%s]", text);
  pl_node *read = pl_json_read(arena, (pl_bytes){list, strlen(list)}, &pl_json_document_limits, NULL, NULL);
  return pl_count(read) == 1 ? read->list.items[0] : pl_node_string(arena, text);
}

pl_node *pl_table_default_value(pl_arena *arena, const pl_table_entry *entry, int minor) {
  static const char *const lists[] = {"slice", "array", "strings", "objects", "taints", NULL};
  static const char *const maps[] = {"map",   "pair",    "labels", "thresholds", "texts",
                                     "gates", "headers", "object", NULL};
  static const char *const integers[] = {"int", "int32", "int64", "uint32", NULL};
  const char *text = pl_table_default_text(entry, minor), *kind = entry->kind ? entry->kind : "string";
  int64_t integer;
  if (!text || pl_equal(text, "null"))
    return text ? pl_node_null(arena) : NULL;
  if (pl_equal(kind, "bool"))
    return pl_node_boolean(arena, pl_equal(text, "true"));
  if (pl_in(kind, integers) && pl_parse_int(text, INT64_MIN, INT64_MAX, &integer, NULL) == 0)
    return pl_node_integer(arena, integer);
  if (pl_equal(kind, "real"))
    return real_value(arena, text);
  if (pl_in(kind, lists))
    return list_value(arena, text);
  if (pl_in(kind, maps))
    return object_value(arena, text);
  return pl_node_string(arena, text);
}

bool pl_table_varies(const pl_table *table, const pl_table_entry *entry) {
  for (size_t i = 0; i < entry->default_count; i++)
    if (entry->defaults[i].since > table->first)
      return true;
  return (entry->since > table->first && entry->since <= table->last) || (entry->until && entry->until <= table->last);
}

const char *pl_table_key(const pl_table_entry *flag) {
  return flag->words && flag->words[0] ? flag->words[0] : flag->name;
}
