/* What a reader should know of the components beside the verdicts: what they would refuse, what has no effect. */
#include "plumbline/report/border.h"

typedef struct remarks {
  pl_arena *arena;
  pl_node *by_kind[2]; /* refused, notes: text -> list of the components of which it is said */
} remarks;

enum { REFUSED, NOTE };

/* Components of one program say the same of it. */
static void add(remarks *r, int kind, const char *component, const char *text) {
  if (!text || !*text)
    return;
  pl_node *names = pl_get(r->by_kind[kind], text);
  if (!names)
    pl_object_set(r->arena, r->by_kind[kind], text, names = pl_node_list(r->arena));
  size_t count = pl_count(names);
  if (count == 0 || !pl_equal(pl_text(names->list.items[count - 1]), component))
    pl_list_add(r->arena, names, pl_node_string(r->arena, component));
}

/* "unknown flag: --x (pid 812 argv[3]); it would not start with that" */
static const char *refusal_text(pl_arena *arena, const pl_node *refusal, bool running) {
  const char *where = pl_get_text(refusal, "where", "");
  return pl_printf(arena, "%s%s%s%s; %s", pl_get_text(refusal, "reason", "no reason was collected"), *where ? " (" : "",
                   where, *where ? ")" : "",
                   running ? "it is running, so this changed since its start, or it is newer than our tables"
                           : "it would not start with that");
}

static void add_instance(remarks *r, const char *component, const pl_node *instance) {
  bool running = pl_equal(pl_get_text(instance, "state", NULL), "running");
  pl_each_item (refusal, pl_get(instance, "refused"))
    add(r, REFUSED, component, refusal_text(r->arena, refusal, running));
  pl_each_item (note, pl_get(instance, "notes"))
    add(r, NOTE, component, pl_text(note));
}

size_t pl_remark_lines(pl_arena *arena, const pl_node *facts, const char *component, const pl_header_line **ret) {
  static const char *const names[] = {"refused", "note"};
  remarks r = {.arena = arena, .by_kind = {pl_node_object(arena), pl_node_object(arena)}};
  pl_each_member (member, pl_get(facts, "components")) {
    if (component && !pl_equal(component, member->key))
      continue;
    add_instance(&r, member->key, member->value);
    pl_each_item (other, pl_get(member->value, "others"))
      add_instance(&r, member->key, other);
  }
  pl_header_line *lines = NULL;
  size_t count = 0, capacity = 0;
  for (int kind = REFUSED; kind <= NOTE; kind++)
    pl_each_member (member, r.by_kind[kind]) {
      const char *text = pl_printf(arena, "%s: %s", pl_border_join(arena, member->value, ", "), member->key);
      pl_header_line line = {names[kind], pl_border(arena, text, false)};
      pl_push(arena, lines, count, capacity, line);
    }
  *ret = lines;
  return count;
}
