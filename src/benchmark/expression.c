/* Expressions: all, any, not, when/then/else, manual, and leaves. */
#include "plumbline/core/limits.h"
#include "private.h"

typedef bool read_function(pl_reader *r, const pl_node *node, pl_expression *ret);

static void add_child(pl_reader *r, const pl_node *node, pl_expression *ret, size_t *capacity) {
  const pl_expression *child = pl_read_expression(r, node);
  if (child)
    pl_push(r->arena, ret->children, ret->child_count, *capacity, child);
}

static bool read_children(pl_reader *r, const pl_node *list, const char *key, pl_expression *ret) {
  size_t capacity = 0;
  if (!pl_is(list, PL_LIST) || list->list.count == 0) {
    pl_node_fault(r->faults, list, "%s: expected a list of at least one expression", key);
    return false;
  }
  pl_each_item (item, list)
    add_child(r, item, ret, &capacity);
  return ret->child_count == list->list.count;
}

static bool read_all(pl_reader *r, const pl_node *node, pl_expression *ret) {
  return read_children(r, pl_get(node, "all"), "all", ret);
}
static bool read_any(pl_reader *r, const pl_node *node, pl_expression *ret) {
  return read_children(r, pl_get(node, "any"), "any", ret);
}

static bool read_not(pl_reader *r, const pl_node *node, pl_expression *ret) {
  size_t capacity = 0;
  add_child(r, pl_get(node, "not"), ret, &capacity);
  return ret->child_count == 1;
}

static bool read_when(pl_reader *r, const pl_node *node, pl_expression *ret) {
  static const char *const keys[] = {"when", "then", "else"};
  size_t capacity = 0;
  for (size_t i = 0; i < 3; i++) {
    const pl_node *part = pl_get(node, keys[i]);
    if (!part)
      pl_node_fault(r->faults, node, "when: `%s` is missing", keys[i]);
    else
      add_child(r, part, ret, &capacity);
  }
  return ret->child_count == 3;
}

static void show_one(pl_reader *r, const pl_node *item, pl_expression *ret, size_t *capacity) {
  pl_expression *leaf = pl_new(r->arena, pl_expression);
  *leaf = (pl_expression){.test = PL_TEST_SHOW, .parts = 1, .line = item->line, .column = item->column};
  const char *text = pl_text(item), *colon = text ? strstr(text, ": ") : NULL;
  const char *subject = NULL;
  const pl_node *value = NULL;
  if (colon) {
    subject = pl_strndup(r->arena, text, (size_t)(colon - text));
    pl_node *copy = pl_node_copy(r->arena, item);
    copy->string = (pl_bytes){colon + 2, strlen(colon + 2)};
    value = copy;
  } else if (pl_is(item, PL_OBJECT) && item->object.count == 1) {
    subject = item->object.members[0].key;
    value = item->object.members[0].value;
  }
  if (!subject || !pl_in(subject, pl_subject_keys))
    pl_node_fault(r->faults, item,
                  "show: expected `setting: COMPONENT.KEY`, `fact: PATH`, `file: PATH` or `files: SET`");
  else if (pl_read_subject(r, subject, value, leaf))
    pl_push(r->arena, ret->children, ret->child_count, *capacity, leaf);
}

static bool read_show(pl_reader *r, const pl_node *show, pl_expression *ret) {
  size_t capacity = 0;
  if (show && show->kind != PL_LIST) {
    pl_node_fault(r->faults, show, "show: expected a list");
    return false;
  }
  pl_each_item (item, show)
    show_one(r, item, ret, &capacity);
  return ret->child_count == pl_count(show);
}

const pl_expression *pl_read_manual(pl_reader *r, const pl_node *node, const pl_node *question, const pl_node *show) {
  pl_expression *ret = pl_new(r->arena, pl_expression);
  *ret = (pl_expression){.kind = PL_EXPR_MANUAL, .line = node->line, .column = node->column};
  ret->question = pl_read_text(r, question, "question");
  return read_show(r, show, ret) && ret->question ? ret : NULL;
}

const pl_expression *pl_read_shown(pl_reader *r, const pl_node *show) {
  pl_expression *ret = pl_new(r->arena, pl_expression);
  *ret = (pl_expression){.kind = PL_EXPR_MANUAL};
  read_show(r, show, ret);
  return ret;
}

static bool read_manual(pl_reader *r, const pl_node *node, pl_expression *ret) {
  ret->question = pl_read_text(r, pl_get(node, "manual"), "manual");
  return read_show(r, pl_get(node, "show"), ret) && ret->question;
}

/* ---- which of them a map is ---- */

typedef struct expression_head {
  const char *key;
  pl_expression_kind kind;
  read_function *read;
  const char *const *others; /* keys that may stand beside it; NULL: a leaf, which checks its own */
} expression_head;

static const char *const no_others[] = {"because", NULL};
static const char *const when_others[] = {"then", "else", "because", NULL};
static const char *const manual_others[] = {"show", "because", NULL};

static const expression_head heads[] = {
    {"all", PL_EXPR_ALL, read_all, no_others},
    {"any", PL_EXPR_ANY, read_any, no_others},
    {"not", PL_EXPR_NOT, read_not, no_others},
    {"when", PL_EXPR_WHEN, read_when, when_others},
    {"manual", PL_EXPR_MANUAL, read_manual, manual_others},
    {"setting", PL_EXPR_SETTING, pl_read_leaf, NULL},
    {"fact", PL_EXPR_FACT, pl_read_leaf, NULL},
    {"file", PL_EXPR_FILES, pl_read_leaf, NULL},
    {"files", PL_EXPR_FILES, pl_read_leaf, NULL},
};

static const expression_head *find_head(pl_reader *r, const pl_node *node) {
  const expression_head *found = NULL;
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
    if (!pl_get(node, heads[i].key))
      continue;
    if (found) {
      pl_node_fault(r->faults, node, "both %s and %s: an expression has one of them", found->key, heads[i].key);
      return NULL;
    }
    found = &heads[i];
  }
  if (!found)
    pl_node_fault(r->faults, node, "an expression has one of: all, any, not, when, manual, setting, fact, file, files");
  return found;
}

static bool check_keys(pl_reader *r, const pl_node *node, const expression_head *head) {
  size_t before = r->faults->total;
  pl_each_member (member, node)
    if (head->others && !pl_equal(member->key, head->key) && !pl_in(member->key, head->others))
      pl_fault_add(r->faults, node->source ? node->source->where : "", member->line, member->column, "unknown key %s%s",
                   member->key, pl_nearest(r->arena, member->key, head->others));
  return r->faults->total == before;
}

static const pl_expression *find_condition(pl_reader *r, const pl_node *node) {
  static const pl_expression unknown = {.kind = PL_EXPR_ALL, .because = "taken on trust"};
  for (size_t i = 0; i < r->set->condition_count; i++)
    if (pl_equal(r->set->conditions[i].name, pl_text(node)))
      return r->set->conditions[i].expression;
  if (r->alone)
    return &unknown;
  const char **names = pl_new_array(r->arena, const char *, r->set->condition_count + 1);
  for (size_t i = 0; i < r->set->condition_count; i++)
    names[i] = r->set->conditions[i].name;
  pl_node_fault(r->faults, node, "no condition %s is declared in benchmark.yaml%s", pl_text(node),
                pl_nearest(r->arena, pl_text(node), names));
  return NULL;
}

/* Conditions that name conditions several times each would grow beyond all bounds. */
static bool check_parts(pl_reader *r, const pl_node *node, pl_expression *ret) {
  ret->parts = 1;
  for (size_t i = 0; i < ret->child_count; i++)
    ret->parts += ret->children[i]->parts;
  if (ret->parts > PL_EXPRESSION_PARTS_MAX)
    pl_node_fault(r->faults, node, "more than %d parts, those of named conditions included", PL_EXPRESSION_PARTS_MAX);
  return ret->parts <= PL_EXPRESSION_PARTS_MAX;
}

const pl_expression *pl_read_expression(pl_reader *r, const pl_node *node) {
  if (pl_is(node, PL_STRING))
    return find_condition(r, node);
  if (!pl_is(node, PL_OBJECT)) {
    pl_node_fault(r->faults, node, "expected an expression, found %s", pl_kind_phrase(node->kind));
    return NULL;
  }
  const expression_head *head = find_head(r, node);
  if (!head)
    return NULL;
  bool known = check_keys(r, node, head);
  pl_expression *ret = pl_new(r->arena, pl_expression);
  *ret = (pl_expression){.kind = head->kind, .line = node->line, .column = node->column};
  if (head->others && pl_get(node, "because"))
    ret->because = pl_read_text(r, pl_get(node, "because"), "because");
  return head->read(r, node, ret) && known && check_parts(r, node, ret) ? ret : NULL;
}
