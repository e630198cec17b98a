/* The lines that every text format has in common: who judged what, when, from where, and what was seen. */
#include "plumbline/core/number.h"
#include "plumbline/report/border.h"

enum { LOOK_ALIKES_SHOWN = 10, REMARKS_SHOWN = 20 };

typedef struct header {
  pl_arena *arena;
  const pl_run *run;
  pl_header_line *lines;
  size_t count, capacity;
} header;

static void line(header *h, const char *name, const char *value) {
  if (!value || !*value)
    return;
  pl_header_line entry = {name, pl_border(h->arena, value, false)};
  pl_push(h->arena, h->lines, h->count, h->capacity, entry);
}

static const char *fact(const header *h, const char *path) {
  const pl_node *node = pl_get_path(h->run->facts, path);
  if (pl_is(node, PL_OBJECT) && pl_get(node, "unreadable"))
    return pl_printf(h->arena, "unknown (%s)", pl_get_text(node, "unreadable", ""));
  return node && node->kind != PL_NULL ? pl_node_show(h->arena, node, 200) : NULL;
}

/* A name that Kubernetes would not take is cut: it stands in each case of JUnit. */
const char *pl_run_node(const pl_run *run) {
  enum { NAME_MAX_BYTES = 253 };
  const pl_node *name = pl_get_path(run->facts, "host.node_name");
  if (!pl_text(name) || !*pl_text(name))
    name = pl_get_path(run->facts, "host.hostname");
  bool known = pl_text(name) && *pl_text(name);
  return pl_border(run->arena, known ? pl_node_show(run->arena, name, NAME_MAX_BYTES) : "unknown-node", false);
}

static const char *joined(const header *h, const pl_node *list, const char *separator, const char *nothing) {
  const char *text = pl_border_join(h->arena, list, separator);
  return *text ? text : nothing;
}

static const char *roles(const header *h) {
  pl_node *list = pl_node_list(h->arena);
  pl_each_member (role, pl_get_path(h->run->facts, "platform.roles"))
    if (pl_is(role->value, PL_BOOLEAN) && role->value->boolean)
      pl_list_add(h->arena, list, pl_node_string(h->arena, role->key));
  return joined(h, list, ", ", "none");
}

static void add_node(header *h) {
  const char *hostname = fact(h, "host.hostname"), *kernel = fact(h, "host.kernel");
  const char *os = fact(h, "host.os.pretty_name"), *machine = fact(h, "host.machine_id");
  line(h, "node", pl_run_node(h->run));
  line(h, "host",
       pl_printf(h->arena, "%s; %s; kernel %s; machine-id sha256 %s", hostname ? hostname : "unknown",
                 os ? os : "unknown system", kernel ? kernel : "unknown", machine ? machine : "unknown"));
  const char *version = fact(h, "platform.kubernetes_version"), *from = fact(h, "platform.version_from");
  const char *name = fact(h, "platform.name");
  line(h, "platform",
       pl_printf(h->arena, "%s; Kubernetes %s%s%s%s; roles: %s", name ? name : "unknown",
                 version ? version : "of unknown version", from ? " (from " : "", from ? from : "", from ? ")" : "",
                 roles(h)));
}

/* All that a kernel has: they stand in their order, so that as many as the last one's number are all up to it. */
static bool is_every_capability(const pl_node *list) {
  static const char *const last[] = {"CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE"};
  enum { FEWEST = 38 }; /* before Linux 5.8 */
  size_t count = pl_count(list);
  return count >= FEWEST && count - FEWEST < sizeof last / sizeof *last && pl_is(list, PL_LIST) &&
         pl_equal(pl_text(list->list.items[count - 1]), last[count - FEWEST]);
}

static void add_vantage(header *h) {
  const pl_node *vantage = pl_get(h->run->facts, "vantage"), *capabilities = pl_get(vantage, "capabilities");
  const char *because = pl_get_text(vantage, "processes_because", "");
  line(h, "vantage",
       pl_printf(h->arena, "%s root %s, proc %s, as uid %lld, capabilities %s; process list %s%s%s",
                 pl_get_text(vantage, "mode", "unknown"), pl_get_text(vantage, "root", "unknown"),
                 pl_get_text(vantage, "proc", "none"), (long long)pl_get_integer(vantage, "euid", -1),
                 is_every_capability(capabilities) ? "all" : joined(h, capabilities, " ", "none"),
                 pl_get_text(vantage, "processes", "unknown"), *because ? ": " : "", because));
  pl_each_item (item, pl_get(vantage, "out_of_reach"))
    line(h, "out of reach",
         pl_printf(h->arena, "%s: %s", pl_get_text(item, "what", "?"), pl_get_text(item, "why", "?")));
}

/* "no_new_privs, seccomp; without Landlock (the kernel has no Landlock)" */
static const char *confinement(const header *h, const pl_node *node) {
  static const char *const switches[] = {"no_new_privs", "seccomp"};
  int64_t landlock = pl_get_integer(node, "landlock", 0);
  pl_node *names = pl_node_list(h->arena), *parts = pl_node_list(h->arena);
  for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
    if (pl_get_boolean(node, switches[i], false))
      pl_list_add(h->arena, names, pl_node_string(h->arena, switches[i]));
  if (landlock > 0)
    pl_list_add(h->arena, names,
                pl_node_string(h->arena, pl_printf(h->arena, "Landlock ABI %lld", (long long)landlock)));
  pl_list_add(h->arena, parts, pl_node_string(h->arena, joined(h, names, ", ", node ? "nothing" : "unknown")));
  pl_each_item (item, pl_get(node, "missing"))
    pl_list_add(h->arena, parts,
                pl_node_string(h->arena, pl_printf(h->arena, "without %s (%s)", pl_get_text(item, "what", "?"),
                                                   pl_get_text(item, "why", "?"))));
  return pl_border_join(h->arena, parts, "; ");
}

/* Live, the process that read the node is the one that judges. */
static void add_confinement(header *h) {
  const char *read = confinement(h, pl_get_path(h->run->facts, "vantage.confinement"));
  const char *judged = confinement(h, h->run->confinement);
  line(h, "confined by",
       pl_equal(read, judged)
           ? read
           : pl_printf(h->arena, "%s, when the node was read; %s, when it was judged", read, judged));
}

/* Processes that look like a component and are none: an auditor who greps for names finds them, and must find why they
 * do not count. */
static void add_look_alikes(header *h) {
  const pl_node *list = pl_get(h->run->facts, "rejected_processes");
  size_t shown = 0;
  pl_each_item (item, list) {
    if (shown++ == LOOK_ALIKES_SHOWN)
      break;
    line(h, "look-alike",
         pl_printf(h->arena, "pid %lld is no %s: %s", (long long)pl_get_integer(item, "pid", 0),
                   pl_get_text(item, "component", "component"), pl_get_text(item, "why", "the reason is not known")));
  }
  if (pl_count(list) > LOOK_ALIKES_SHOWN)
    line(h, "look-alike", pl_printf(h->arena, "and %zu more", pl_count(list) - LOOK_ALIKES_SHOWN));
}

static void add_remarks(header *h) {
  const pl_header_line *remarks;
  size_t count = pl_remark_lines(h->arena, h->run->facts, NULL, &remarks);
  for (size_t i = 0; i < count && i < REMARKS_SHOWN; i++)
    line(h, remarks[i].name, remarks[i].value);
  if (count > REMARKS_SHOWN)
    line(h, "note", pl_printf(h->arena, "and %zu more", count - REMARKS_SHOWN));
}

static void add_benchmarks(header *h) {
  for (size_t i = 0; i < h->run->benchmark_count; i++) {
    const pl_run_benchmark *run = &h->run->benchmarks[i];
    const pl_benchmark *benchmark = run->benchmark;
    line(h, "benchmark",
         pl_printf(h->arena, "%s %s (%s)", benchmark->title, benchmark->edition ? benchmark->edition->version : "",
                   benchmark->edition_because ? benchmark->edition_because : benchmark->id));
    if (benchmark->deselected)
      line(h, "deselected",
           pl_printf(h->arena, "%zu control%s of %s left out by options", benchmark->deselected,
                     benchmark->deselected == 1 ? "" : "s", benchmark->id));
  }
}

size_t pl_header_lines(const pl_run *run, const pl_header_line **ret) {
  header h = {.arena = run->arena, .run = run};
  const char *tool = fact(&h, "tool.version"), *collected = fact(&h, "tool.collected_at");
  line(&h, "tool", pl_printf(h.arena, "plumbline %s; facts by plumbline %s", PL_VERSION, tool ? tool : "unknown"));
  add_benchmarks(&h);
  add_node(&h);
  line(&h, "times",
       pl_printf(h.arena, "collected %s, judged %s", collected ? collected : "at an unknown time",
                 pl_format_time(h.arena, run->started)));
  add_vantage(&h);
  add_confinement(&h);
  add_look_alikes(&h);
  add_remarks(&h);
  line(&h, "definitions",
       pl_printf(h.arena, "sha256 %s", run->definitions_digest ? run->definitions_digest : "unknown"));
  if (run->site_shown)
    line(&h, "site file", run->site_shown);
  for (size_t i = 0; i < run->site_note_count; i++)
    line(&h, "site", run->site_notes[i]);
  *ret = h.lines;
  return h.count;
}
