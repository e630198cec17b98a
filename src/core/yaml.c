/* Reading YAML: the checks on the whole text, streams and documents. yaml_build.c makes nodes of what they hold. */
#include "plumbline/core/yaml.h"

#include <stdio.h>

#include "plumbline/core/digest.h"
#include "src/core/json_reader.h"
#include "src/core/yaml_reader.h"

static const char byte_order_mark[] = "\xef\xbb\xbf";

/* A line begins at AT, by any of the breaks of YAML 1.1: LF, CR, NEL, LS, PS. */
static bool begins_line(pl_bytes text, size_t at) {
  const char *before = text.data + at;
  return at == 0 || before[-1] == '\n' || before[-1] == '\r' || (at >= 2 && memcmp(before - 2, "\xc2\x85", 2) == 0) ||
         (at >= 3 && (memcmp(before - 3, "\xe2\x80\xa8", 3) == 0 || memcmp(before - 3, "\xe2\x80\xa9", 3) == 0));
}

/* libyaml compares each "%TAG" line with all others of its document, so their number is limited beforehand. */
static int check_directives(pl_bytes text, pl_error *err) {
  uint32_t line = 1;
  size_t run = 0;
  if (text.length == 0 || !memchr(text.data, '%', text.length))
    return 0;
  for (size_t at = 0; at < text.length; at++) {
    line += at > 0 && text.data[at - 1] == '\n';
    if (text.data[at] == '%' && begins_line(text, at))
      run++;
    else if ((at == 0 || text.data[at - 1] == '\n') && text.data[at] > ' ' && text.data[at] < 0x7f &&
             text.data[at] != '#')
      run = 0; /* content: the next directives belong to another document */
    if (run > PL_YAML_DIRECTIVES_MAX) {
      pl_fail(err, PL_ERR_LIMIT, "more than %d directives", PL_YAML_DIRECTIVES_MAX);
      err->line = line;
      err->column = 1;
      return -1;
    }
  }
  return 0;
}

static int open_reader(pl_yaml_reader *r, pl_bytes text) {
  size_t mark = strlen(byte_order_mark);
  if (text.length > PL_DOCUMENT_BYTES_MAX)
    return pl_fail(r->err, PL_ERR_LIMIT, "larger than %d bytes", PL_DOCUMENT_BYTES_MAX);
  if (check_directives(text, r->err) < 0)
    return -1;
  if (text.length >= mark && memcmp(text.data, byte_order_mark, mark) == 0)
    text = (pl_bytes){text.data + mark, text.length - mark};
  if (!yaml_parser_initialize(&r->parser))
    abort();
  yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&r->parser, (const unsigned char *)text.data, text.length);
  r->budget = PL_DOCUMENT_NODES_MAX;
  return 0;
}

/* Of a buffer no more was written than the text and the end that libyaml puts to it. */
static void wipe_buffer(const pl_yaml_reader *r, unsigned char *start, const unsigned char *end) {
  size_t size = (size_t)(end - start), used = (size_t)(r->parser.input.string.end - r->parser.input.string.start) + 1;
  pl_wipe(start, used < size ? used : size);
}

/* libyaml's copies of the text go the way of the secrets in it: its buffers, and the tokens it had not handed out. */
static void close_reader(pl_yaml_reader *r) {
  for (yaml_token_t *token = r->parser.tokens.head; token < r->parser.tokens.tail; token++)
    if (token->type == YAML_SCALAR_TOKEN)
      pl_wipe(token->data.scalar.value, token->data.scalar.length);
  wipe_buffer(r, r->parser.raw_buffer.start, r->parser.raw_buffer.end);
  wipe_buffer(r, r->parser.buffer.start, r->parser.buffer.end);
  yaml_parser_delete(&r->parser);
}

/* The reader of bytes knows an offset only. */
static yaml_mark_t mark_at(const pl_yaml_reader *r, size_t offset) {
  const unsigned char *start = r->parser.input.string.start;
  yaml_mark_t mark = {.index = offset};
  for (size_t i = 0; i < offset && start + i < r->parser.input.string.end; i++) {
    mark.column = start[i] == '\n' ? 0 : mark.column + 1;
    mark.line += start[i] == '\n';
  }
  return mark;
}

static int syntax_error(const pl_yaml_reader *r) {
  const yaml_parser_t *p = &r->parser;
  if (p->error == YAML_MEMORY_ERROR)
    abort();
  const char *problem = p->problem ? p->problem : "cannot be read";
  if (p->error == YAML_READER_ERROR) {
    yaml_mark_t mark = mark_at(r, p->problem_offset);
    return pl_yaml_fail(r, &mark, PL_ERR_SYNTAX, "%s", problem);
  }
  if (p->context && p->context_mark.line != p->problem_mark.line)
    return pl_yaml_fail(r, &p->problem_mark, PL_ERR_SYNTAX, "%s (%s from line %zu)", problem, p->context,
                        p->context_mark.line + 1);
  return pl_yaml_fail(r, &p->problem_mark, PL_ERR_SYNTAX, "%s", problem);
}

static int next_event(pl_yaml_reader *r, yaml_event_t *event) {
  return yaml_parser_parse(&r->parser, event) ? 0 : syntax_error(r);
}

/* goyaml knows YAML 1.1 only; libyaml lets 1.2 pass. */
static int check_version(const pl_yaml_reader *r, const yaml_event_t *event) {
  const yaml_version_directive_t *version = event->data.document_start.version_directive;
  if (r->rules == PL_YAML_RULES_OURS || !version || (version->major == 1 && version->minor == 1))
    return 0;
  return pl_yaml_fail(r, &event->start_mark, PL_ERR_SYNTAX, "found incompatible YAML document");
}

/* Go on to the next document: 1 when it has begun, 0 at the end of the stream. */
static int begin_document(pl_yaml_reader *r, yaml_mark_t *ret_mark) {
  for (;;) {
    yaml_event_t event;
    if (next_event(r, &event) < 0)
      return -1;
    yaml_event_type_t type = event.type;
    *ret_mark = event.start_mark;
    int status = type == YAML_DOCUMENT_START_EVENT ? check_version(r, &event) : 0;
    yaml_event_delete(&event);
    if (status < 0)
      return -1;
    if (type == YAML_DOCUMENT_START_EVENT)
      return 1;
    if (type == YAML_STREAM_END_EVENT || type == YAML_NO_EVENT)
      return 0;
  }
}

/* The document that has begun, to its end. */
static int read_document(pl_yaml_reader *r) {
  r->root = NULL;
  r->anchors = pl_node_object(r->arena);
  for (;;) {
    yaml_event_t event;
    if (next_event(r, &event) < 0)
      return -1;
    yaml_event_type_t type = event.type;
    int status = pl_yaml_take(r, &event);
    yaml_event_delete(&event);
    if (status < 0)
      return -1;
    if (type == YAML_DOCUMENT_END_EVENT)
      return 0;
  }
}

static pl_node *nothing(const pl_yaml_reader *r) {
  pl_node *node = pl_node_null(r->arena);
  node->source = r->source;
  return node;
}

/* The first document of the reader's stream; what follows it is never looked at. */
static int read_first(pl_yaml_reader *r) {
  yaml_mark_t mark;
  int more = begin_document(r, &mark);
  if (more == 0)
    r->root = nothing(r);
  return more == 1 ? read_document(r) : more;
}

static pl_node *read_theirs(pl_arena *arena, pl_bytes text, pl_yaml_rules rules, const pl_source *source,
                            pl_error *err) {
  pl_yaml_reader r = {.arena = arena, .rules = rules, .source = source, .err = err};
  if (open_reader(&r, text) < 0)
    return NULL;
  int status = read_first(&r);
  close_reader(&r);
  return status < 0 ? NULL : r.root;
}

/* Kubernetes takes a text that begins with a brace for JSON, and nothing else. */
static bool is_json(pl_bytes text) {
  size_t at = 0;
  while (at < text.length && (text.data[at] == ' ' || (text.data[at] >= '\t' && text.data[at] <= '\r')))
    at++;
  return at < text.length && text.data[at] == '{';
}

/* jansson decides what the text says; read as YAML it has lines too, which are taken when both say the same. */
static pl_node *read_json(pl_arena *arena, pl_bytes text, const pl_source *source, pl_error *err) {
  pl_node *json = pl_json_parse(arena, text, &pl_json_document_limits, true, source, err);
  if (!json)
    return NULL;
  pl_error ignored = {0};
  pl_node *yaml = read_theirs(arena, text, PL_YAML_RULES_JSON, source, &ignored);
  return yaml && pl_node_equal(yaml, json) ? yaml : json;
}

static int read_only(pl_yaml_reader *r) {
  yaml_mark_t mark;
  if (read_first(r) < 0)
    return -1;
  pl_node *root = r->root;
  int more = begin_document(r, &mark);
  r->root = root;
  return more == 1 ? pl_yaml_refuse(r, &mark, "a second document is not allowed") : more;
}

static pl_node *read_ours(pl_arena *arena, pl_bytes text, const pl_source *source, pl_faults *faults) {
  pl_error err = {0};
  pl_yaml_reader r = {.arena = arena, .rules = PL_YAML_RULES_OURS, .source = source, .faults = faults, .err = &err};
  int status = open_reader(&r, text);
  if (status == 0) {
    status = read_only(&r);
    close_reader(&r);
  }
  if (status == 0)
    return r.root;
  pl_fault_add(faults, source->where, err.line, err.column, "%s", err.text);
  return NULL;
}

static pl_node *read_ours_as_error(pl_arena *arena, pl_bytes text, const pl_source *source, pl_error *err) {
  static const pl_source nowhere = {.where = ""};
  pl_faults faults;
  pl_faults_init(&faults, arena);
  pl_node *node = read_ours(arena, text, source ? source : &nowhere, &faults);
  if (faults.total == 0)
    return node;
  pl_fail(err, PL_ERR_SYNTAX, "%s", faults.items[0].text);
  err->line = faults.items[0].line;
  err->column = faults.items[0].column;
  return NULL;
}

pl_node *pl_yaml_read(pl_arena *arena, pl_bytes text, pl_yaml_mode mode, const pl_source *source, pl_error *err) {
  pl_error unwanted = {0};
  pl_error *e = err ? err : &unwanted;
  if (mode == PL_YAML_OURS)
    return read_ours_as_error(arena, text, source, e);
  return is_json(text) ? read_json(arena, text, source, e) : read_theirs(arena, text, PL_YAML_RULES_THEIRS, source, e);
}

static int read_each(pl_yaml_reader *r, pl_node *list) {
  for (;;) {
    yaml_mark_t mark;
    int more = begin_document(r, &mark);
    if (more <= 0)
      return more;
    if (read_document(r) < 0)
      return -1;
    pl_list_add(r->arena, list, r->root);
  }
}

pl_node *pl_yaml_read_all(pl_arena *arena, pl_bytes text, const pl_source *source, pl_error *err) {
  pl_error unwanted = {0};
  pl_node *list = pl_node_list(arena);
  list->source = source;
  pl_node *json = is_json(text) ? read_json(arena, text, source, &unwanted) : NULL;
  if (json) {
    pl_list_add(arena, list, json);
    return list;
  }
  pl_yaml_reader r = {.arena = arena, .rules = PL_YAML_RULES_THEIRS, .source = source, .err = err ? err : &unwanted};
  if (open_reader(&r, text) < 0)
    return NULL;
  int status = read_each(&r, list);
  close_reader(&r);
  return status < 0 ? NULL : list;
}

pl_node *pl_yaml_read_ours(pl_arena *arena, pl_bytes text, const char *file, pl_faults *faults) {
  pl_source *source = pl_new(arena, pl_source);
  source->where = pl_strdup(arena, file);
  return read_ours(arena, text, source, faults);
}
