/* From YAML events to nodes: one stack of open lists and objects, anchors, merge keys, secrets, and the budgets. */
#include <math.h>

#include "plumbline/core/digest.h"
#include "src/core/secret.h"
#include "src/core/tree.h"
#include "src/core/yaml_reader.h"
#include "src/core/yaml_resolve.h"

static uint32_t line_of(const yaml_mark_t *mark) { return (uint32_t)mark->line + 1; }
static uint32_t column_of(const yaml_mark_t *mark) { return (uint32_t)mark->column + 1; }

int pl_yaml_fail(const pl_yaml_reader *r, const yaml_mark_t *mark, pl_error_kind kind, const char *format, ...) {
  va_list args;
  va_start(args, format);
  pl_fail(r->err, kind, "%s", pl_vprintf(r->arena, format, args));
  va_end(args);
  r->err->line = line_of(mark);
  r->err->column = column_of(mark);
  return -1;
}

int pl_yaml_refuse(const pl_yaml_reader *r, const yaml_mark_t *mark, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *text = pl_vprintf(r->arena, format, args);
  va_end(args);
  if (r->rules != PL_YAML_RULES_OURS)
    return pl_yaml_fail(r, mark, PL_ERR_SYNTAX, "%s", text);
  pl_fault_add(r->faults, r->source->where, line_of(mark), column_of(mark), "%s", text);
  return 0;
}

static pl_yaml_frame *top(pl_yaml_reader *r) { return r->depth > 0 ? &r->frames[r->depth - 1] : NULL; }

static bool at_key(const pl_yaml_frame *frame) { return frame && frame->node->kind == PL_OBJECT && !frame->has_key; }

static pl_node *make(const pl_yaml_reader *r, const yaml_mark_t *mark) {
  pl_node *node = pl_new(r->arena, pl_node);
  node->source = r->source;
  node->line = line_of(mark);
  node->column = column_of(mark);
  return node;
}

static void remember(pl_yaml_reader *r, const yaml_char_t *anchor, pl_node *node) {
  if (anchor)
    pl_object_set(r->arena, r->anchors, (const char *)anchor, node);
}

/* OURS has neither anchors nor tags. */
static int check_properties(const pl_yaml_reader *r, const yaml_event_t *event, const yaml_char_t *anchor,
                            const yaml_char_t *tag) {
  if (r->rules == PL_YAML_RULES_OURS && anchor)
    pl_yaml_refuse(r, &event->start_mark, "anchors are not allowed: &%s", pl_shown(r->arena, (const char *)anchor));
  if (r->rules == PL_YAML_RULES_OURS && tag)
    pl_yaml_refuse(r, &event->start_mark, "tags are not allowed: %s", pl_shown(r->arena, (const char *)tag));
  return 0;
}

static int spend(pl_yaml_reader *r, const yaml_mark_t *mark) {
  if (r->budget == 0)
    return pl_yaml_fail(r, mark, PL_ERR_LIMIT, "more than %d values", PL_DOCUMENT_NODES_MAX);
  r->budget--;
  return 0;
}

/* A text of LENGTH bytes that an alias repeats, beside the node that it is. */
static int spend_text(pl_yaml_reader *r, size_t length, const yaml_mark_t *mark) {
  size_t nodes = length / PL_ALIAS_BYTES_A_NODE;
  if (nodes > r->budget)
    return pl_yaml_fail(r, mark, PL_ERR_LIMIT, "more than %d values, aliases expanded", PL_DOCUMENT_NODES_MAX);
  r->budget -= nodes;
  return 0;
}

/* A second value for a key takes the place of the first. */
static void put_member(const pl_yaml_reader *r, pl_node *object, const char *key, pl_node *value, uint32_t line,
                       uint32_t column) {
  bool fresh = true;
  pl_member *member = pl_object_member(r->arena, object, key, &fresh);
  value->duplicate = !fresh;
  member->value = value;
  member->line = line;
  member->column = column;
}

static int put_pending(const pl_yaml_reader *r, const pl_yaml_frame *frame, pl_node *value) {
  const pl_member *first = r->rules == PL_YAML_RULES_OURS ? pl_get_member(frame->node, frame->key) : NULL;
  if (first)
    pl_yaml_refuse(r, &frame->key_mark, "the key \"%s\" stands already at line %u, column %u",
                   pl_shown(r->arena, frame->key), first->line, first->column);
  put_member(r, frame->node, frame->key, value, line_of(&frame->key_mark), column_of(&frame->key_mark));
  return 0;
}

/* Hang NODE where the document has it; what stands under "<<" waits until it is complete. */
static int attach(pl_yaml_reader *r, pl_node *node) {
  pl_yaml_frame *frame = top(r);
  if (!frame)
    r->root = node;
  else if (frame->node->kind == PL_LIST)
    pl_list_add(r->arena, frame->node, node);
  else if (frame->key)
    return put_pending(r, frame, node);
  return 0;
}

/* As goyaml.v2: in the order of the document, so that "<<" overrides what stands before it, not what follows. */
static int merge(pl_yaml_reader *r, pl_node *into, const pl_node *from, const yaml_mark_t *mark) {
  if (from->kind == PL_LIST) {
    for (size_t i = from->list.count; i-- > 0;)
      if (!pl_is(from->list.items[i], PL_OBJECT) || merge(r, into, from->list.items[i], mark) < 0)
        return pl_yaml_fail(r, mark, PL_ERR_SYNTAX, "\"<<\" takes a mapping or a list of mappings");
    return 0;
  }
  if (from->kind != PL_OBJECT)
    return pl_yaml_fail(r, mark, PL_ERR_SYNTAX, "\"<<\" takes a mapping or a list of mappings");
  pl_each_member (member, from)
    put_member(r, into, member->key, member->value, member->line, member->column);
  return 0;
}

/* The value NODE that the top frame waited for is complete. */
static int complete(pl_yaml_reader *r, const pl_node *node, const yaml_mark_t *mark) {
  pl_yaml_frame *frame = top(r);
  if (!frame || frame->node->kind == PL_LIST)
    return 0;
  int status = frame->merging ? merge(r, frame->node, node, mark) : 0;
  frame->has_key = frame->merging = frame->secret = false;
  frame->key = NULL;
  return status;
}

static int take_start(pl_yaml_reader *r, const yaml_event_t *event, pl_kind kind, const yaml_char_t *anchor,
                      const yaml_char_t *tag) {
  const yaml_mark_t *mark = &event->start_mark;
  const pl_yaml_frame *parent = top(r);
  bool is_key = at_key(parent);
  if (is_key && pl_yaml_refuse(r, mark, "a key must be a scalar, not a %s", kind == PL_LIST ? "list" : "mapping") < 0)
    return -1;
  if (r->depth == PL_DOCUMENT_DEPTH_MAX)
    return pl_yaml_fail(r, mark, PL_ERR_LIMIT, "nested deeper than %d", PL_DOCUMENT_DEPTH_MAX);
  if (check_properties(r, event, anchor, tag) < 0 || spend(r, mark) < 0)
    return -1;
  pl_node *node = make(r, mark);
  node->kind = kind;
  if (!is_key && attach(r, node) < 0)
    return -1;
  remember(r, anchor, node);
  bool secret = kind == PL_LIST && parent && parent->secret;
  r->frames[r->depth++] = (pl_yaml_frame){.node = node, .is_key = is_key, .secret = secret};
  return 0;
}

static int take_end(pl_yaml_reader *r, const yaml_event_t *event) {
  pl_yaml_frame done = r->frames[--r->depth], *parent = top(r);
  if (!done.is_key || !parent)
    return complete(r, done.node, &event->start_mark);
  parent->has_key = true;
  return 0;
}

/* Type a scalar by the rules of the document. */
static int resolve(const pl_yaml_reader *r, const yaml_event_t *event, pl_node *node) {
  const char *tag = (const char *)event->data.scalar.tag;
  bool plain = event->data.scalar.plain_implicit;
  pl_bytes text = {(const char *)event->data.scalar.value, event->data.scalar.length};
  node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
  if (r->rules == PL_YAML_RULES_OURS) {
    if (strlen(text.data) != text.length)
      pl_yaml_refuse(r, &event->start_mark, "a NUL in the text");
    pl_yaml_resolve_ours(r->arena, text, plain, node);
    return 0;
  }
  pl_error err = {0};
  if (pl_yaml_resolve_theirs(r->arena, text, tag, plain, node, &err) < 0)
    return pl_yaml_fail(r, &event->start_mark, PL_ERR_SYNTAX, "%s", err.text);
  if (r->rules == PL_YAML_RULES_JSON && node->kind != PL_STRING)
    node->raw = NULL;
  return 0;
}

static bool is_merge(const yaml_event_t *event) {
  return strcmp((const char *)event->data.scalar.value, "<<") == 0 &&
         (event->data.scalar.plain_implicit || pl_equal((const char *)event->data.scalar.tag, PL_YAML_TAG "merge"));
}

static int set_key(const pl_yaml_reader *r, pl_yaml_frame *frame, const pl_node *key, const yaml_mark_t *mark) {
  const char *text = r->rules == PL_YAML_RULES_OURS ? pl_raw(key) : pl_yaml_key_text(r->arena, key);
  if (!text)
    return pl_yaml_fail(r, mark, PL_ERR_SYNTAX, "this cannot be a key (%s)", pl_kind_name(key->kind));
  frame->key = text;
  frame->key_mark = *mark;
  frame->has_key = true;
  frame->secret = r->rules != PL_YAML_RULES_OURS && pl_is_secret_key(text);
  return 0;
}

static int take_key(pl_yaml_reader *r, const yaml_event_t *event, pl_yaml_frame *frame) {
  const yaml_mark_t *mark = &event->start_mark;
  if (is_merge(event)) {
    if (r->rules == PL_YAML_RULES_OURS)
      pl_yaml_refuse(r, mark, "merge keys (\"<<\") are not allowed");
    frame->has_key = true;
    frame->merging = r->rules != PL_YAML_RULES_OURS;
    return 0;
  }
  pl_node key = {.source = r->source, .line = line_of(mark), .column = column_of(mark)};
  if (resolve(r, event, &key) < 0)
    return -1;
  if (event->data.scalar.anchor)
    remember(r, event->data.scalar.anchor, pl_node_copy(r->arena, &key));
  return set_key(r, frame, &key, mark);
}

/* A scalar under a secret key. Null and booleans stay: no program takes them for a credential. */
static pl_node *hide(const pl_yaml_reader *r, const yaml_event_t *event) {
  const char *text = (const char *)event->data.scalar.value;
  pl_node word = {0};
  bool kept = event->data.scalar.plain_implicit && pl_yaml_resolve_word(text, &word);
  pl_node *node = kept ? pl_node_null(r->arena) : pl_secret_node(r->arena, text, event->data.scalar.length);
  if (kept) {
    node->kind = word.kind;
    node->boolean = word.boolean;
  }
  pl_wipe(event->data.scalar.value, event->data.scalar.length);
  node->source = r->source;
  node->line = line_of(&event->start_mark);
  node->column = column_of(&event->start_mark);
  return node;
}

static pl_node *scalar_value(const pl_yaml_reader *r, const yaml_event_t *event) {
  pl_node *node = make(r, &event->start_mark);
  if (resolve(r, event, node) < 0)
    return NULL;
  if (node->kind == PL_REAL && !isfinite(node->real)) {
    pl_yaml_fail(r, &event->start_mark, PL_ERR_SYNTAX, "infinity and NaN are not numbers to Kubernetes");
    return NULL;
  }
  return node;
}

static int take_scalar(pl_yaml_reader *r, const yaml_event_t *event) {
  const yaml_mark_t *mark = &event->start_mark;
  pl_yaml_frame *frame = top(r);
  if (event->data.scalar.length > PL_SCALAR_BYTES_MAX)
    return pl_yaml_fail(r, mark, PL_ERR_LIMIT, "a text longer than %d bytes", PL_SCALAR_BYTES_MAX);
  if (check_properties(r, event, event->data.scalar.anchor, event->data.scalar.tag) < 0)
    return -1;
  if (at_key(frame))
    return take_key(r, event, frame);
  if (spend(r, mark) < 0)
    return -1;
  pl_node *node = frame && frame->secret ? hide(r, event) : scalar_value(r, event);
  if (!node || attach(r, node) < 0)
    return -1;
  remember(r, event->data.scalar.anchor, node);
  return complete(r, node, mark);
}

/* The text was read before it turned out to be a secret: it goes now, in all its copies, which share its bytes. What
 * was a number there stays one. */
static pl_node *hide_alias(pl_yaml_reader *r, const pl_node *target, const yaml_mark_t *mark) {
  const char *text = pl_raw(target);
  size_t length = target->kind == PL_STRING ? target->string.length : strlen(text);
  if (spend(r, mark) < 0 || spend_text(r, length, mark) < 0)
    return NULL;
  pl_node *node = pl_secret_node(r->arena, text, length);
  node->source = target->source;
  node->line = target->line;
  node->column = target->column;
  if (target->kind == PL_STRING)
    memset((char *)(uintptr_t)text, '*', length);
  return node;
}

static bool may_be_secret(const pl_node *node) {
  return node->kind == PL_STRING || ((node->kind == PL_INTEGER || node->kind == PL_REAL) && node->raw);
}

static pl_node *copy_alias(pl_yaml_reader *r, const pl_node *target, const yaml_mark_t *mark) {
  const pl_yaml_frame *frame = top(r);
  if (frame && frame->secret && may_be_secret(target))
    return hide_alias(r, target, mark);
  pl_node *copy = pl_node_expand(r->arena, target, &r->budget);
  if (!copy)
    pl_yaml_fail(r, mark, PL_ERR_LIMIT, "more than %d values, aliases expanded", PL_DOCUMENT_NODES_MAX);
  return copy;
}

/* The text is shared: it may be long, and its aliases many. */
static int set_alias_key(pl_yaml_reader *r, pl_yaml_frame *frame, const pl_node *target, const yaml_mark_t *mark) {
  return set_key(r, frame, target, mark) < 0 ? -1 : spend_text(r, strlen(frame->key), mark);
}

/* The node that *NAME stands for; NULL after an error. */
static pl_node *find_anchor(const pl_yaml_reader *r, const char *name, const yaml_mark_t *mark) {
  pl_node *target = pl_get(r->anchors, name);
  if (!target)
    pl_yaml_fail(r, mark, PL_ERR_SYNTAX, "no anchor for this alias"); /* its name may be a secret that was not quoted */
  for (size_t i = 0; target && i < r->depth; i++)
    if (r->frames[i].node == target) {
      pl_yaml_fail(r, mark, PL_ERR_SYNTAX, "this alias stands inside what it names");
      return NULL;
    }
  return target;
}

/* In OURS an alias is a fault and stands for null, or as a key for a member that is dropped. */
static int refuse_alias(pl_yaml_reader *r, const yaml_event_t *event) {
  pl_yaml_refuse(r, &event->start_mark, "aliases are not allowed: *%s",
                 pl_shown(r->arena, (const char *)event->data.alias.anchor));
  if (at_key(top(r))) {
    top(r)->has_key = true;
    return 0;
  }
  pl_node *node = make(r, &event->start_mark);
  attach(r, node);
  return spend(r, &event->start_mark) < 0 ? -1 : complete(r, node, &event->start_mark);
}

static int take_alias(pl_yaml_reader *r, const yaml_event_t *event) {
  const yaml_mark_t *mark = &event->start_mark;
  pl_yaml_frame *frame = top(r);
  if (r->rules == PL_YAML_RULES_OURS)
    return refuse_alias(r, event);
  const pl_node *target = find_anchor(r, (const char *)event->data.alias.anchor, mark);
  if (!target)
    return -1;
  if (at_key(frame))
    return set_alias_key(r, frame, target, mark);
  if (frame && frame->merging && target->kind != PL_OBJECT)
    return pl_yaml_fail(r, mark, PL_ERR_SYNTAX, "\"<<\" takes a mapping or a list of mappings");
  pl_node *node = copy_alias(r, target, mark);
  if (!node || attach(r, node) < 0)
    return -1;
  return complete(r, node, mark);
}

int pl_yaml_take(pl_yaml_reader *r, yaml_event_t *event) {
  switch (event->type) {
  case YAML_SCALAR_EVENT:
    return take_scalar(r, event);
  case YAML_ALIAS_EVENT:
    return take_alias(r, event);
  case YAML_SEQUENCE_START_EVENT:
    return take_start(r, event, PL_LIST, event->data.sequence_start.anchor, event->data.sequence_start.tag);
  case YAML_MAPPING_START_EVENT:
    return take_start(r, event, PL_OBJECT, event->data.mapping_start.anchor, event->data.mapping_start.tag);
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT:
    return take_end(r, event);
  case YAML_NO_EVENT:
  case YAML_STREAM_START_EVENT:
  case YAML_STREAM_END_EVENT:
  case YAML_DOCUMENT_START_EVENT:
  case YAML_DOCUMENT_END_EVENT:
    break;
  }
  return 0;
}
