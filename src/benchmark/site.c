/* The site file: waivers, parameters, statements and lists of names. */
#include "plumbline/benchmark/site.h"

#include "plumbline/core/escape.h"
#include "plumbline/core/number.h"
#include "plumbline/core/yaml.h"
#include "private.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
enum { SECONDS_OF_A_DAY = 24 * 60 * 60 };

typedef struct site_record {
  const pl_node *site, *waivers, *parameters, *namespaces, *agents, *statements;
} site_record;

static const pl_field site_fields[] = {
    {.key = "site", .kind = PL_FIELD_NODE, .offset = offsetof(site_record, site)},
    {.key = "waivers", .kind = PL_FIELD_NODE, .offset = offsetof(site_record, waivers)},
    {.key = "parameters", .kind = PL_FIELD_NODE, .offset = offsetof(site_record, parameters)},
    {.key = "system-namespaces", .kind = PL_FIELD_NODE, .offset = offsetof(site_record, namespaces)},
    {.key = "approved-agents", .kind = PL_FIELD_NODE, .offset = offsetof(site_record, agents)},
    {.key = "statements", .kind = PL_FIELD_NODE, .offset = offsetof(site_record, statements)},
};

typedef struct name_record {
  const char *name;
} name_record;

static const pl_field name_fields[] = {{.key = "name", .kind = PL_FIELD_TEXT, .offset = offsetof(name_record, name)}};

static const pl_field waiver_fields[] = {
    {.key = "key", .kind = PL_FIELD_TEXT, .offset = offsetof(pl_waiver, key), .required = true},
    {.key = "scope", .kind = PL_FIELD_TEXTS, .offset = offsetof(pl_waiver, scope), .required = true},
    {.key = "reason", .kind = PL_FIELD_TEXT, .offset = offsetof(pl_waiver, reason), .required = true},
    {.key = "approver", .kind = PL_FIELD_TEXT, .offset = offsetof(pl_waiver, approver), .required = true},
    {.key = "expires", .kind = PL_FIELD_TEXT, .offset = offsetof(pl_waiver, expires_text), .required = true},
};

typedef struct statement_record {
  const char *about, *text, *by, *date;
  int says;
} statement_record;

static const char *const says_names[] = {
    [PL_SAYS_PASS] = "pass", [PL_SAYS_FAIL] = "fail", [PL_SAYS_NOT_APPLICABLE] = "not-applicable", NULL};

static const pl_field statement_fields[] = {
    {.key = "about", .kind = PL_FIELD_TEXT, .offset = offsetof(statement_record, about), .required = true},
    {.key = "says",
     .kind = PL_FIELD_ENUM,
     .offset = offsetof(statement_record, says),
     .required = true,
     .names = says_names},
    {.key = "text", .kind = PL_FIELD_TEXT, .offset = offsetof(statement_record, text), .required = true},
    {.key = "by", .kind = PL_FIELD_TEXT, .offset = offsetof(statement_record, by), .required = true},
    {.key = "date", .kind = PL_FIELD_TEXT, .offset = offsetof(statement_record, date), .required = true},
};

/* The report quotes these: each must be printable and say something. */
static void check_texts(pl_reader *r, const pl_node *node) {
  pl_each_member (member, node) {
    if (pl_is(member->value, PL_STRING))
      pl_read_lines(r, member->value, member->key);
    pl_each_item (item, member->value)
      if (pl_is(item, PL_STRING))
        pl_read_text(r, item, member->key);
  }
}

static bool check_list(pl_reader *r, const pl_node *node, const char *what) {
  if (node && node->kind != PL_LIST)
    pl_node_fault(r->faults, node, "%s: expected a list, found %s", what, pl_kind_phrase(node->kind));
  return pl_is(node, PL_LIST);
}

/* A date counts to its end: a waiver "until the 31st" is good on the 31st. */
static void read_expiry(pl_reader *r, const pl_node *node, pl_waiver *ret) {
  pl_error err = {0};
  const char *text = ret->expires_text;
  if (pl_parse_time(text, &ret->expires, &err) != 0)
    pl_node_fault(r->faults, pl_get(node, "expires"), "expires: %s", err.text);
  else if (!strchr(text, 'T'))
    ret->expires += SECONDS_OF_A_DAY;
}

static void read_waiver(pl_reader *r, const pl_node *node, pl_site *ret) {
  pl_waiver waiver = {.line = node->line};
  bool sound = pl_record_read(r->arena, node, "waiver", waiver_fields, COUNT(waiver_fields), &waiver, r->faults);
  check_texts(r, node);
  if (waiver.expires_text)
    read_expiry(r, node, &waiver);
  if (sound && waiver.scope.count == 0)
    pl_node_fault(r->faults, node, "scope: expected \"*\" or names of nodes");
  if (sound)
    pl_push(r->arena, ret->waivers, ret->waiver_count, ret->waiver_capacity, waiver);
}

/* KNOWN: what statements are about already. */
static void read_statement(pl_reader *r, const pl_node *node, pl_node *known, pl_site *ret) {
  statement_record record = {0};
  int64_t date = 0;
  pl_error err = {0};
  bool sound =
      pl_record_read(r->arena, node, "statement", statement_fields, COUNT(statement_fields), &record, r->faults);
  check_texts(r, node);
  if (record.date && pl_parse_time(record.date, &date, &err) != 0)
    pl_node_fault(r->faults, pl_get(node, "date"), "date: %s", err.text);
  if (!sound)
    return;
  if (pl_get(known, record.about))
    pl_node_fault(r->faults, node, "two statements about %s", record.about);
  pl_object_set_boolean(r->arena, known, record.about, true);
  pl_statement statement = {record.about, (pl_says)record.says, record.text, record.by, record.date, node->line};
  pl_push(r->arena, ret->statements, ret->statement_count, ret->statement_capacity, statement);
}

static const pl_node *read_names(pl_reader *r, const pl_node *node, const char *what) {
  if (!check_list(r, node, what))
    return NULL;
  pl_each_item (item, node)
    pl_read_text(r, item, what);
  return node;
}

static void read_parts(pl_reader *r, const site_record *record, pl_site *ret) {
  name_record name = {0};
  if (record->site && pl_record_read(r->arena, record->site, "site", name_fields, 1, &name, r->faults)) {
    check_texts(r, record->site);
    ret->name = name.name;
  }
  if (check_list(r, record->waivers, "waivers"))
    pl_each_item (waiver, record->waivers)
      read_waiver(r, waiver, ret);
  pl_node *known = pl_node_object(r->arena);
  if (check_list(r, record->statements, "statements"))
    pl_each_item (statement, record->statements)
      read_statement(r, statement, known, ret);
  if (record->parameters && record->parameters->kind != PL_OBJECT)
    pl_node_fault(r->faults, record->parameters, "parameters: expected a map of names, found %s",
                  pl_kind_phrase(record->parameters->kind));
  check_texts(r, record->parameters);
  ret->parameters = record->parameters;
  ret->system_namespaces = read_names(r, record->namespaces, "system-namespaces");
  ret->approved_agents = read_names(r, record->agents, "approved-agents");
}

pl_site *pl_site_read_root(pl_arena *arena, const pl_node *root, const char *shown, pl_faults *faults) {
  pl_reader r = {.arena = arena, .faults = faults};
  pl_site *ret = pl_new(arena, pl_site);
  site_record record = {0};
  size_t before = faults->total;
  ret->shown = pl_escape_text(arena, shown);
  if (!pl_is(root, PL_NULL))
    pl_record_read(arena, root, "site file", site_fields, COUNT(site_fields), &record, faults);
  read_parts(&r, &record, ret); /* after a fault too: all are told at once */
  return faults->total == before ? ret : NULL;
}

pl_site *pl_site_read(pl_arena *arena, pl_bytes text, const char *shown, pl_faults *faults) {
  const pl_node *root = pl_yaml_read_ours(arena, text, shown, faults);
  return root ? pl_site_read_root(arena, root, shown, faults) : NULL;
}

/* ---- against the benchmarks ---- */

typedef struct declared {
  const pl_parameter **items;
  size_t count, capacity;
} declared;

static void declare(pl_arena *arena, declared *all, const pl_parameter *parameters, size_t count) {
  for (size_t i = 0; i < count; i++)
    pl_push(arena, all->items, all->count, all->capacity, &parameters[i]);
}

static bool is_loaded(const pl_benchmark *const *benchmarks, size_t count, const char *id) {
  for (size_t i = 0; i < count; i++)
    if (pl_equal(benchmarks[i]->id, id))
      return true;
  return false;
}

static void unknown_parameter(pl_arena *arena, const pl_member *member, const declared *all, pl_faults *faults) {
  const char **names = NULL;
  size_t count = 0, capacity = 0;
  for (size_t i = 0; i < all->count; i++)
    pl_push(arena, names, count, capacity, all->items[i]->name);
  pl_push(arena, names, count, capacity, NULL);
  pl_fault_add(faults, member->value->source ? member->value->source->where : "", member->line, member->column,
               "no benchmark has a parameter %s%s", member->key, pl_nearest(arena, member->key, names));
}

/* Parameters that are keys of the site file themselves. */
static const char *const lists[] = {"system-namespaces", "approved-agents", NULL};

static void check_parameter(pl_arena *arena, const pl_member *member, const declared *all, pl_faults *faults) {
  bool known = false;
  if (pl_in(member->key, lists)) {
    pl_node_fault(faults, member->value, "parameter %s: it stands beside `parameters`, not below", member->key);
    return;
  }
  for (size_t i = 0; i < all->count; i++) {
    pl_error err = {0};
    if (!pl_equal(all->items[i]->name, member->key))
      continue;
    known = true;
    if (pl_parameter_fits(all->items[i], member->value, &err) != 0)
      pl_node_fault(faults, member->value, "parameter %s: %s", member->key, err.text);
  }
  if (!known)
    unknown_parameter(arena, member, all, faults);
}

bool pl_site_check(pl_arena *arena, const pl_site *site, const pl_benchmark *const *benchmarks, size_t count,
                   pl_data *data, pl_faults *faults) {
  declared all = {0};
  size_t before = faults->total;
  for (size_t i = 0; i < count; i++)
    declare(arena, &all, benchmarks[i]->parameters, benchmarks[i]->parameter_count);
  pl_texts ids = pl_definitions_ids(arena, data);
  for (size_t i = 0; i < ids.count; i++) {
    size_t parameter_count = 0;
    if (is_loaded(benchmarks, count, ids.items[i]))
      continue;
    const pl_parameter *parameters = pl_declared_parameters(arena, data, ids.items[i], &parameter_count);
    declare(arena, &all, parameters, parameter_count);
  }
  pl_each_member (member, site->parameters)
    check_parameter(arena, member, &all, faults);
  return faults->total == before;
}

const pl_node *pl_site_parameter(const pl_site *site, const char *name) {
  if (!site)
    return NULL;
  if (pl_equal(name, "system-namespaces"))
    return site->system_namespaces;
  if (pl_equal(name, "approved-agents"))
    return site->approved_agents;
  return pl_get(site->parameters, name);
}
