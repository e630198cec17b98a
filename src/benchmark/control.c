/* Sections and their controls, as a section file has them: all editions at once. */
#include "private.h"

typedef struct control_record {
  const char *key;
  const pl_node *id, *title, *level, *automated, *applies, *expect, *letter, *manual, *decide, *why, *fix, *references;
} control_record;

#define NODE_FIELD(name, needed)                                                                                       \
  { .key = #name, .kind = PL_FIELD_NODE, .offset = offsetof(control_record, name), .required = needed }

static const pl_field control_fields[] = {
    {.key = "key", .kind = PL_FIELD_TEXT, .offset = offsetof(control_record, key), .required = true},
    NODE_FIELD(id, true),
    NODE_FIELD(title, true),
    NODE_FIELD(level, true),
    NODE_FIELD(automated, true),
    NODE_FIELD(applies, false),
    NODE_FIELD(expect, false),
    NODE_FIELD(letter, false),
    NODE_FIELD(manual, false),
    NODE_FIELD(decide, false),
    NODE_FIELD(why, true),
    NODE_FIELD(fix, false),
    NODE_FIELD(references, false),
};

static const pl_field reference_fields[] = {
    {.key = "stig", .kind = PL_FIELD_TEXTS, .offset = offsetof(pl_control_source, stig)},
    {.key = "nsa", .kind = PL_FIELD_TEXTS, .offset = offsetof(pl_control_source, nsa)},
};

typedef struct manual_record {
  const pl_node *question, *show;
} manual_record;

static const pl_field manual_fields[] = {
    {.key = "question", .kind = PL_FIELD_NODE, .offset = offsetof(manual_record, question), .required = true},
    {.key = "show", .kind = PL_FIELD_NODE, .offset = offsetof(manual_record, show)},
};

typedef struct letter_record {
  const pl_node *expect, *because;
} letter_record;

static const pl_field letter_fields[] = {
    {.key = "expect", .kind = PL_FIELD_NODE, .offset = offsetof(letter_record, expect), .required = true},
    {.key = "because", .kind = PL_FIELD_NODE, .offset = offsetof(letter_record, because), .required = true},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- one reader for each kind of value; NULL with a fault ---- */

typedef const void *value_reader(pl_reader *r, const pl_node *node, const char *what);

static const void *read_title(pl_reader *r, const pl_node *node, const char *what) {
  return pl_read_text(r, node, what);
}
static const void *read_prose(pl_reader *r, const pl_node *node, const char *what) {
  return pl_read_lines(r, node, what);
}

static const void *read_ids(pl_reader *r, const pl_node *node, const char *what) {
  pl_texts *ret = pl_new(r->arena, pl_texts);
  const char **items = NULL;
  size_t capacity = 0, total = node->kind == PL_LIST ? node->list.count : 1;
  for (size_t i = 0; i < total; i++) {
    const char *id = pl_read_text(r, node->kind == PL_LIST ? node->list.items[i] : node, what);
    if (id)
      pl_push(r->arena, items, ret->count, capacity, id);
  }
  ret->items = items;
  if (total == 0)
    pl_node_fault(r->faults, node, "%s: an empty list", what);
  return ret->count && ret->count == total ? ret : NULL;
}

static const void *read_level(pl_reader *r, const pl_node *node, const char *what) {
  static const int levels[] = {1, 2};
  if (node->kind == PL_INTEGER && (node->integer == 1 || node->integer == 2))
    return &levels[node->integer - 1];
  pl_node_fault(r->faults, node, "%s: expected 1 or 2", what);
  return NULL;
}

static const void *read_automated(pl_reader *r, const pl_node *node, const char *what) {
  static const bool answers[] = {false, true};
  if (node->kind == PL_BOOLEAN)
    return &answers[node->boolean];
  pl_node_fault(r->faults, node, "%s: expected true or false", what);
  return NULL;
}

static bool asks_a_person(const pl_expression *expression) {
  if (expression->kind == PL_EXPR_MANUAL)
    return true;
  for (size_t i = 0; i < expression->child_count; i++)
    if (asks_a_person(expression->children[i]))
      return true;
  return false;
}

static const void *read_applies(pl_reader *r, const pl_node *node, const char *what) {
  const pl_expression *expression = pl_read_expression(r, node);
  if (expression && !expression->because)
    pl_node_fault(r->faults, node, "%s: `because` is missing: the reason given when it does not apply", what);
  if (expression && asks_a_person(expression))
    pl_node_fault(r->faults, node, "%s: whether a control applies cannot be a person's question", what);
  return expression;
}

static const void *read_expect(pl_reader *r, const pl_node *node, const char *what) {
  (void)what;
  return pl_read_expression(r, node);
}

static const void *read_letter(pl_reader *r, const pl_node *node, const char *what) {
  letter_record record = {0};
  pl_letter *ret = pl_new(r->arena, pl_letter);
  if (!pl_record_read(r->arena, node, what, letter_fields, COUNT(letter_fields), &record, r->faults))
    return NULL;
  ret->expect = pl_read_expression(r, record.expect);
  ret->because = pl_read_text(r, record.because, "because");
  return ret->expect && ret->because ? ret : NULL;
}

static const void *read_question(pl_reader *r, const pl_node *node, const char *what) {
  manual_record record = {0};
  if (!pl_record_read(r->arena, node, what, manual_fields, COUNT(manual_fields), &record, r->faults))
    return NULL;
  return pl_read_manual(r, node, record.question, record.show);
}

static const void *read_table(pl_reader *r, const pl_node *node, const char *what) {
  (void)what;
  return pl_read_decide(r, node);
}

/* A word in braces that is no placeholder of ours was meant to be one. */
static const char *strange_placeholder(pl_reader *r, const char *text) {
  static const char *const known[] = {"path", "where", "value", "restart", NULL};
  for (const char *open = strchr(text, '{'); open; open = strchr(open + 1, '{')) {
    size_t length = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz-_");
    const char *word = pl_strndup(r->arena, open + 1, length);
    if (length && open[1 + length] == '}' && !(open > text && open[-1] == '$') && !pl_in(word, known))
      return word;
  }
  return NULL;
}

static const void *read_fix(pl_reader *r, const pl_node *node, const char *what) {
  const char *text = pl_read_lines(r, node, what), *strange = text ? strange_placeholder(r, text) : NULL;
  if (strange)
    pl_node_fault(r->faults, node, "%s: {%s} is none of {path}, {where}, {value}, {restart}", what, strange);
  return text;
}

static void read_all(pl_reader *r, const pl_node *node, const char *what, value_reader *read, pl_variants *ret) {
  *ret = pl_read_variants(r, node, what);
  for (size_t i = 0; i < ret->count; i++)
    ret->items[i].value = read(r, ret->items[i].node, what);
}

/* ---- what must hold between the parts ---- */

static void check_key(pl_reader *r, const pl_control_source *control) {
  const char *key = control->key;
  if (key[strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0' || !strpbrk(key, "abcdefghijklmnopqrstuvwxyz"))
    pl_node_fault(r->faults, control->node, "key %s: expected small letters, digits and dashes", key);
  const pl_node *other = pl_get(r->set->keys, key);
  if (other)
    pl_node_fault(r->faults, control->node, "key %s stands twice, also at %s:%lld", key,
                  other->source ? other->source->where : "?", (long long)other->line);
  pl_object_put(r->arena, r->set->keys, key, (pl_node *)(uintptr_t)control->node);
}

static uint64_t all_editions(const pl_reader *r) {
  return r->alone || r->set->edition_count >= 64 ? UINT64_MAX : ((uint64_t)1 << r->set->edition_count) - 1;
}

/* Of an id it is known which controls have it, each in a set of editions. */
static void check_id(pl_reader *r, const pl_control_source *control, uint64_t editions, const char *id) {
  pl_node *owners = pl_get(r->set->ids, id);
  if (!owners)
    pl_object_put(r->arena, r->set->ids, id, owners = pl_node_object(r->arena));
  uint64_t both = 0;
  pl_each_member (owner, owners) {
    if (both) /* one is enough: all of many would be told of each other */
      break;
    both = editions & (uint64_t)owner->value->integer;
    for (size_t edition = 0; edition < PL_EDITIONS_MAX && both >> edition; edition++)
      if (both >> edition & 1)
        pl_node_fault(r->faults, control->node, "%s: id %s of edition %s is also that of %s", control->key, id,
                      r->alone ? "?" : r->set->editions[edition].version, owner->key);
  }
  uint64_t own = editions | (uint64_t)pl_get_integer(owners, control->key, 0);
  pl_object_put(r->arena, owners, control->key, pl_node_integer(r->arena, (int64_t)own));
}

static void check_ids(pl_reader *r, const pl_control_source *control) {
  uint64_t all = r->alone ? 1 : all_editions(r);
  for (size_t i = 0; i < control->id.count; i++) {
    const pl_variant *variant = &control->id.items[i];
    const pl_texts *ids = variant->value;
    for (size_t j = 0; ids && j < ids->count; j++)
      check_id(r, control, variant->editions & all, ids->items[j]);
  }
}

static void must_cover(pl_reader *r, const pl_control_source *control, const char *what, uint64_t covered) {
  uint64_t missing = control->id.editions & ~covered & all_editions(r);
  if (!r->alone && missing)
    pl_node_fault(r->faults, control->node, "%s: no %s for edition %s", control->key, what,
                  pl_edition_names(r, missing));
}

static void check_verdict_sources(pl_reader *r, const pl_control_source *c) {
  uint64_t expect = c->expect.editions, decide = c->decide.editions, manual = c->manual.editions;
  uint64_t twice = (expect & decide) | (expect & manual) | (decide & manual);
  if (!c->expect.count && !c->decide.count && !c->manual.count)
    pl_node_fault(r->faults, c->node, "%s: one of expect, decide and manual is missing", c->key);
  else
    must_cover(r, c, "expect, decide or manual", expect | decide | manual);
  if (!r->alone && (twice & c->id.editions))
    pl_node_fault(r->faults, c->node, "%s: more than one of expect, decide and manual", c->key);
  for (size_t i = 0; i < c->expect.count; i++) {
    const pl_expression *expression = c->expect.items[i].value;
    if (expression && expression->kind == PL_EXPR_MANUAL)
      manual |= c->expect.items[i].editions;
  }
  must_cover(r, c, "fix", c->fix.editions | manual);
}

static void check_control(pl_reader *r, const pl_control_source *control) {
  check_key(r, control);
  check_ids(r, control);
  must_cover(r, control, "section id", control->section->id.editions);
  must_cover(r, control, "section title", control->section->title.editions);
  must_cover(r, control, "title", control->title.editions);
  must_cover(r, control, "level", control->level.editions);
  must_cover(r, control, "automated", control->automated.editions);
  must_cover(r, control, "why", control->why.editions);
  check_verdict_sources(r, control);
}

/* ---- reading ---- */

static void read_references(pl_reader *r, const pl_node *node, pl_control_source *ret) {
  if (!node || !pl_record_read(r->arena, node, "references", reference_fields, COUNT(reference_fields), ret, r->faults))
    return;
  pl_each_member (member, node)
    pl_each_item (item, member->value)
      pl_read_text(r, item, member->key);
}

static void read_control(pl_reader *r, const pl_node *node, const pl_section_source *section) {
  control_record record = {0};
  bool sound = pl_record_read(r->arena, node, "control", control_fields, COUNT(control_fields), &record, r->faults);
  pl_control_source *c = pl_new(r->arena, pl_control_source);
  *c = (pl_control_source){.key = record.key, .line = node->line, .node = node, .section = section};
  c->file = node->source ? node->source->where : "";
  read_all(r, record.id, "id", read_ids, &c->id);
  read_all(r, record.title, "title", read_title, &c->title);
  read_all(r, record.level, "level", read_level, &c->level);
  read_all(r, record.automated, "automated", read_automated, &c->automated);
  read_all(r, record.applies, "applies", read_applies, &c->applies);
  read_all(r, record.expect, "expect", read_expect, &c->expect);
  read_all(r, record.letter, "letter", read_letter, &c->letter);
  read_all(r, record.manual, "manual", read_question, &c->manual);
  read_all(r, record.decide, "decide", read_table, &c->decide);
  read_all(r, record.why, "why", read_prose, &c->why);
  read_all(r, record.fix, "fix", read_fix, &c->fix);
  read_references(r, record.references, c);
  if (!sound)
    return;
  check_control(r, c);
  pl_push(r->arena, r->set->controls, r->set->control_count, r->set->control_capacity, c);
}

typedef struct section_record {
  const pl_node *id, *title, *controls;
} section_record;

static const pl_field section_fields[] = {
    {.key = "id", .kind = PL_FIELD_NODE, .offset = offsetof(section_record, id), .required = true},
    {.key = "title", .kind = PL_FIELD_NODE, .offset = offsetof(section_record, title), .required = true},
    {.key = "controls", .kind = PL_FIELD_NODE, .offset = offsetof(section_record, controls), .required = true},
};

static void read_section(pl_reader *r, const pl_node *node) {
  section_record record = {0};
  pl_record_read(r->arena, node, "section", section_fields, COUNT(section_fields), &record, r->faults);
  pl_section_source *section = pl_new(r->arena, pl_section_source);
  read_all(r, record.id, "section id", read_title, &section->id);
  read_all(r, record.title, "section title", read_title, &section->title);
  if (record.controls && record.controls->kind != PL_LIST)
    pl_node_fault(r->faults, record.controls, "controls: expected a list, found %s",
                  pl_kind_phrase(record.controls->kind));
  pl_each_item (control, record.controls)
    read_control(r, control, section);
}

static const pl_field root_fields[] = {{.key = "sections", .kind = PL_FIELD_NODE, .offset = 0, .required = true}};

void pl_read_sections(pl_reader *r, const pl_node *root) {
  const pl_node *sections = NULL;
  pl_record_read(r->arena, root, "section file", root_fields, 1, &sections, r->faults);
  if (sections && sections->kind != PL_LIST)
    pl_node_fault(r->faults, sections, "sections: expected a list, found %s", pl_kind_phrase(sections->kind));
  pl_each_item (section, sections)
    read_section(r, section);
}
