/* Reads benchmarks/kubernetes/NAME.yaml, one component's file at a time and only when it is asked for. */
#include "plumbline/kube/tables.h"

#include "plumbline/core/number.h"
#include "plumbline/core/record.h"

#define COMPONENTS_MAX 16 /* more than there are */
#define WORDS_MAX      16 /* of one entry */

typedef struct loaded {
  const char *component;
  const pl_table *table; /* NULL: no such file, or a faulty one */
} loaded;

struct pl_tables {
  pl_arena *arena;
  pl_data *data;
  pl_faults *faults;
  loaded items[COMPONENTS_MAX];
  size_t count;
};

typedef struct flag_word {
  const char *word;
  pl_flag_kind kind;
  int64_t min, max;
} flag_word;

static const flag_word flag_words[] = {
    {"string", PL_FLAG_STRING, 0, 0},
    {"bool", PL_FLAG_BOOLEAN, 0, 0},
    {"int", PL_FLAG_INTEGER, 0, 0},
    {"int32", PL_FLAG_INTEGER, INT32_MIN, INT32_MAX},
    {"int64", PL_FLAG_INTEGER, 0, 0},
    {"uint32", PL_FLAG_INTEGER, 0, UINT32_MAX},
    {"duration", PL_FLAG_DURATION, 0, 0},
    {"real", PL_FLAG_REAL, 0, 0},
    {"slice", PL_FLAG_SLICE, 0, 0},
    {"array", PL_FLAG_ARRAY, 0, 0},
    {"map", PL_FLAG_MAP, 0, 0},
    {"gates", PL_FLAG_GATES, 0, 0},
    {"pair", PL_FLAG_PAIR, 0, 0},
    {"labels", PL_FLAG_LABELS, 0, 0},
    {"thresholds", PL_FLAG_THRESHOLDS, 0, 0},
    {"headers", PL_FLAG_HEADERS, 0, 0},
    {"taints", PL_FLAG_TAINTS, 0, 0},
    {"ip", PL_FLAG_IP, 0, 0},
    {"optional", PL_FLAG_OPTIONAL, 0, 0},
};

static const char *const field_words[] = {"bool",   "int32",   "int64",  "real",  "string", "duration",
                                          "path",   "strings", "int32s", "texts", "gates",  "headers",
                                          "object", "objects", "any",    NULL};

static const flag_word *find_flag_word(const char *word) {
  for (size_t i = 0; i < sizeof flag_words / sizeof *flag_words; i++)
    if (pl_equal(flag_words[i].word, word))
      return &flag_words[i];
  return NULL;
}

/* The next word of *AT, NULL at the end; *AT moves behind it. */
static char *next_word(char **at) {
  char *start = *at + strspn(*at, " ");
  if (!*start)
    return NULL;
  char *end = start + strcspn(start, " ");
  *at = *end ? end + 1 : end;
  *end = '\0';
  return start;
}

static bool read_minor(const char *text, int *ret) {
  int64_t value;
  if (!text || pl_parse_int(text, 1, 9999, &value, NULL) < 0)
    return false;
  *ret = (int)value;
  return true;
}

/* "DEFAULT | N = DEFAULT ...", cut up in place. False when a later one lacks its version. */
static bool read_defaults(pl_arena *arena, char *text, pl_table_entry *ret) {
  size_t count = 0, capacity = 1;
  for (const char *at = text; (at = strstr(at, " | ")); at += 3)
    capacity++;
  pl_table_default *defaults = pl_new_array(arena, pl_table_default, capacity);
  for (char *next; text; text = next) {
    pl_table_default one = {0};
    next = strstr(text, " | ");
    if (next) {
      *next = '\0';
      next += 3;
    }
    one.text = text;
    if (count > 0) {
      char *equals = strstr(text, " = ");
      if (!equals)
        return false;
      *equals = '\0';
      one.text = equals + 3;
      if (!read_minor(text, &one.since))
        return false;
    }
    if (pl_equal(one.text, "\"\""))
      one.text = "";
    defaults[count++] = one;
  }
  ret->defaults = defaults;
  ret->default_count = count;
  return true;
}

/* The words before "=": what is not a bound goes to WORDS. */
static bool read_words(char *text, pl_table_entry *ret, char **words, size_t *ret_count) {
  size_t count = 0;
  for (char *word; (word = next_word(&text));) {
    bool since = pl_equal(word, "since");
    if (since || pl_equal(word, "until")) {
      if (!read_minor(next_word(&text), since ? &ret->since : &ret->until))
        return false;
    } else if (pl_equal(word, "secret")) {
      ret->secret = true;
    } else if (count == WORDS_MAX) {
      return false;
    } else {
      words[count++] = word;
    }
  }
  *ret_count = count;
  return true;
}

static bool read_kind(pl_table_entry *ret, char *kind, bool fields) {
  size_t length = strlen(kind);
  for (; fields && length > 0 && strchr("?!", kind[length - 1]); kind[--length] = '\0') {
    ret->pointer |= kind[length - 1] == '?';
    ret->always |= kind[length - 1] == '!';
  }
  ret->kind = kind;
  return fields ? pl_in(kind, field_words) : find_flag_word(kind) != NULL;
}

typedef enum entry_group { GROUP_FLAGS, GROUP_FIELDS, GROUP_LIST } entry_group;

static bool read_entry(pl_arena *arena, const char *name, const char *value, entry_group group, pl_table_entry *ret) {
  char *text = pl_strdup(arena, value);
  char *words[WORDS_MAX];
  size_t count;
  *ret = (pl_table_entry){.name = name};
  char *equals = pl_starts(text, "= ") ? text : strstr(text, " = ");
  if (equals) {
    char *after = equals + (equals == text ? 2 : 3);
    *equals = '\0';
    if (!read_defaults(arena, after, ret))
      return false;
  }
  if (!read_words(text, ret, words, &count))
    return false;
  size_t first = group == GROUP_LIST ? 0 : 1;
  if (first > count || (first == 1 && !read_kind(ret, words[0], group == GROUP_FIELDS)))
    return false;
  static const char *const none[] = {NULL};
  ret->words = none;
  if (count == first)
    return true;
  const char **kept = pl_new_array(arena, const char *, count - first + 1);
  memcpy(kept, words + first, (count - first) * sizeof *kept);
  ret->words = kept;
  return true;
}

static bool read_entries(pl_arena *arena, const pl_node *node, entry_group group, pl_table_entries *ret,
                         pl_faults *faults) {
  size_t before = faults->total;
  if (node && node->kind != PL_OBJECT)
    pl_node_fault(faults, node, "entries by name are wanted here, not %s", pl_kind_name(node->kind));
  pl_table_entry *entries = pl_new_array(arena, pl_table_entry, pl_count(node) + 1);
  size_t count = 0;
  pl_each_member (member, node) {
    const char *value = pl_is(member->value, PL_STRING) ? member->value->string.data
                        : pl_is(member->value, PL_NULL) ? ""
                                                        : NULL;
    if (!value || !read_entry(arena, member->key, value, group, &entries[count]))
      pl_node_fault(faults, member->value, "%s: not an entry as include/plumbline/kube/tables.h says", member->key);
    else
      count++;
  }
  *ret = (pl_table_entries){.items = entries, .count = count};
  return faults->total == before;
}

static const pl_flag_spec *make_specs(pl_arena *arena, const pl_table_entries *flags) {
  pl_flag_spec *specs = pl_new_array(arena, pl_flag_spec, flags->count + 1);
  for (size_t i = 0; i < flags->count; i++) {
    const pl_table_entry *flag = &flags->items[i];
    const flag_word *word = find_flag_word(flag->kind);
    if (!word) /* read_kind has seen to that */
      continue;
    specs[i] = (pl_flag_spec){.name = flag->name,
                              .kind = word->kind,
                              .added = flag->since,
                              .removed = flag->until,
                              .min = word->min,
                              .max = word->max,
                              .secret = flag->secret};
  }
  return specs;
}

typedef struct table_record {
  const char *component, *versions;
  const pl_node *flags, *fields, *lists;
} table_record;

static const pl_field record_fields[] = {
    {"component", PL_FIELD_TEXT, offsetof(table_record, component), true, NULL},
    {"versions", PL_FIELD_TEXT, offsetof(table_record, versions), true, NULL},
    {"flags", PL_FIELD_NODE, offsetof(table_record, flags), false, NULL},
    {"fields", PL_FIELD_NODE, offsetof(table_record, fields), false, NULL},
    {"lists", PL_FIELD_NODE, offsetof(table_record, lists), false, NULL},
};

static bool read_versions(pl_arena *arena, const char *text, pl_table *table) {
  const char *dots = strstr(text, "..");
  return dots && read_minor(pl_strndup(arena, text, (size_t)(dots - text)), &table->first) &&
         read_minor(dots + 2, &table->last);
}

static bool read_lists(pl_arena *arena, const pl_node *node, pl_table *table, pl_faults *faults) {
  pl_table_list *lists = pl_new_array(arena, pl_table_list, pl_count(node) + 1);
  bool good = true;
  pl_each_member (member, node) {
    lists[table->list_count].name = member->key;
    good &= read_entries(arena, member->value, GROUP_LIST, &lists[table->list_count++].entries, faults);
  }
  table->lists = lists;
  return good;
}

static const pl_table *read_table(pl_tables *tables, const char *component) {
  pl_arena *arena = tables->arena;
  const char *name = pl_printf(arena, "benchmarks/kubernetes/%s.yaml", component);
  if (!pl_data_has(tables->data, name))
    return NULL;
  pl_table *table = pl_new(arena, pl_table);
  table->shown = pl_data_shown(tables->data, name);
  size_t before = tables->faults->total;
  table_record record = {0};
  pl_auto_arena pl_arena *scratch = pl_arena_new(); /* of the document nothing is kept but texts */
  pl_arena *document = pl_data_is_compiled_in(tables->data, name) ? scratch : arena;
  const pl_node *node = pl_data_document(document, tables->data, name, tables->faults);
  if (!node || !pl_record_read(scratch, node, "version table", record_fields,
                               sizeof record_fields / sizeof *record_fields, &record, tables->faults))
    return NULL;
  table->component = record.component;
  if (!read_versions(arena, record.versions, table))
    pl_node_fault(tables->faults, node, "versions: FIRST..LAST is wanted, not \"%s\"", record.versions);
  read_entries(arena, record.flags, GROUP_FLAGS, &table->flags, tables->faults);
  read_entries(arena, record.fields, GROUP_FIELDS, &table->fields, tables->faults);
  read_lists(arena, record.lists, table, tables->faults);
  table->specs = make_specs(arena, &table->flags);
  return tables->faults->total == before ? table : NULL;
}

pl_tables *pl_tables_load(pl_arena *arena, pl_data *data, pl_faults *faults) {
  pl_tables *tables = pl_new(arena, pl_tables);
  tables->arena = arena;
  tables->data = data;
  tables->faults = faults;
  return tables;
}

const pl_table *pl_tables_get(pl_tables *tables, const char *component) {
  for (size_t i = 0; i < tables->count; i++)
    if (pl_equal(tables->items[i].component, component))
      return tables->items[i].table;
  if (tables->count == COMPONENTS_MAX)
    return NULL;
  loaded *item = &tables->items[tables->count++];
  item->component = pl_strdup(tables->arena, component);
  item->table = read_table(tables, component);
  return item->table;
}
