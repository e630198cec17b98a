/* TOML tables: what a header or a dotted key may still define. */
#include "src/core/secret.h"
#include "src/core/toml_reader.h"
#include "src/core/tree.h"

/* Every list and table that the reader makes is one of these. */
typedef struct container {
  pl_node node;
  pl_toml_state state;
} container;

static pl_toml_state *state_of(pl_node *node) { return &((container *)node)->state; }

static uint32_t column_of(const pl_toml_place *place) { return (uint32_t)(place->at - place->line_start) + 1; }

static int spend(pl_toml_reader *r, const pl_toml_place *place) {
  if (r->budget == 0)
    return pl_toml_fail_at(r, place, PL_ERR_LIMIT, "more than %d values", PL_DOCUMENT_NODES_MAX);
  r->budget--;
  return 0;
}

pl_node *pl_toml_placed(pl_toml_reader *r, const pl_toml_place *place, pl_node *node) {
  if (spend(r, place) < 0)
    return NULL;
  node->source = r->source;
  node->line = place->line;
  node->column = column_of(place);
  return node;
}

pl_node *pl_toml_container(pl_toml_reader *r, pl_kind kind, pl_toml_state state, const pl_toml_place *place,
                           size_t depth) {
  if (depth > PL_DOCUMENT_DEPTH_MAX) {
    pl_toml_fail_at(r, place, PL_ERR_LIMIT, "nested deeper than %d", PL_DOCUMENT_DEPTH_MAX);
    return NULL;
  }
  container *made = pl_new(r->arena, container);
  made->node.kind = kind;
  made->state = state;
  return pl_toml_placed(r, place, &made->node);
}

pl_node *pl_toml_secret(pl_toml_reader *r, const pl_toml_place *place, const char *text, size_t length) {
  pl_node *node = pl_toml_container(r, PL_OBJECT, PL_TOML_CLOSED, place, 0);
  if (node)
    node->object = pl_secret_node(r->arena, text, length)->object;
  return node;
}

void pl_toml_put(pl_toml_reader *r, pl_node *table, const char *part, const pl_toml_place *place, pl_node *value) {
  pl_member *member = pl_object_member(r->arena, table, part, NULL);
  member->value = value;
  member->line = place->line;
  member->column = column_of(place);
}

static pl_node *add(pl_toml_reader *r, pl_node *table, const char *part, const pl_toml_place *place, pl_kind kind,
                    pl_toml_state state, size_t depth) {
  pl_node *made = pl_toml_container(r, kind, state, place, depth);
  if (made)
    pl_toml_put(r, table, part, place, made);
  return made;
}

static pl_node *defined_twice(const pl_toml_reader *r, const pl_toml_key *key, const char *part, const pl_node *first) {
  pl_toml_fail_at(r, &key->place, PL_ERR_SYNTAX, "%s is defined already at line %u", pl_shown(r->arena, part),
                  first->line);
  return NULL;
}

/* Into PART of TABLE on the way of a header; the newest item of [[PART]] stands for it. */
static pl_node *step(pl_toml_reader *r, pl_node *table, const pl_toml_key *key, const char *part, size_t *depth) {
  pl_node *next = pl_get(table, part);
  ++*depth;
  if (!next)
    return add(r, table, part, &key->place, PL_OBJECT, PL_TOML_IMPLICIT, *depth);
  if (next->kind == PL_OBJECT && *state_of(next) != PL_TOML_CLOSED)
    return next;
  if (next->kind == PL_LIST && *state_of(next) == PL_TOML_TABLES) {
    ++*depth;
    return next->list.items[next->list.count - 1];
  }
  return defined_twice(r, key, part, next);
}

static pl_node *open_table(pl_toml_reader *r, pl_node *table, const pl_toml_key *key, const char *part, size_t depth) {
  pl_node *found = pl_get(table, part);
  if (!found)
    return add(r, table, part, &key->place, PL_OBJECT, PL_TOML_HEADER, depth);
  if (found->kind != PL_OBJECT || *state_of(found) != PL_TOML_IMPLICIT)
    return defined_twice(r, key, part, found);
  *state_of(found) = PL_TOML_HEADER;
  return found;
}

/* A new item of the list PART, which begins with it or exists. */
static pl_node *open_item(pl_toml_reader *r, pl_node *table, const pl_toml_key *key, const char *part, size_t depth) {
  pl_node *list = pl_get(table, part);
  if (!list)
    list = add(r, table, part, &key->place, PL_LIST, PL_TOML_TABLES, depth);
  else if (list->kind != PL_LIST || *state_of(list) != PL_TOML_TABLES)
    return defined_twice(r, key, part, list);
  pl_node *item = list ? pl_toml_container(r, PL_OBJECT, PL_TOML_HEADER, &key->place, depth + 1) : NULL;
  if (item)
    pl_list_add(r->arena, list, item);
  return item;
}

pl_node *pl_toml_open_header(pl_toml_reader *r, pl_node *root, const pl_toml_key *key, bool tables, size_t *ret_depth) {
  pl_node *table = root;
  size_t depth = 1, last = key->count - 1;
  for (size_t i = 0; table && i < last; i++)
    table = step(r, table, key, key->parts[i], &depth);
  depth++;
  *ret_depth = depth + tables;
  if (!table)
    return NULL;
  return tables ? open_item(r, table, key, key->parts[last], depth)
                : open_table(r, table, key, key->parts[last], depth);
}

pl_node *pl_toml_reach(pl_toml_reader *r, pl_node *table, const pl_toml_key *key, size_t *depth) {
  for (size_t i = 0; i + 1 < key->count; i++) {
    pl_node *next = pl_get(table, key->parts[i]);
    ++*depth;
    if (!next)
      next = add(r, table, key->parts[i], &key->place, PL_OBJECT, PL_TOML_DOTTED, *depth);
    else if (next->kind != PL_OBJECT || *state_of(next) != PL_TOML_DOTTED)
      return defined_twice(r, key, key->parts[i], next);
    if (!next)
      return NULL;
    table = next;
  }
  const pl_node *first = pl_get(table, key->parts[key->count - 1]);
  return first ? defined_twice(r, key, key->parts[key->count - 1], first) : table;
}
