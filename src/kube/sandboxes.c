/*
 * Which of the runtimes that pods can ask for are sandboxes, whether their programs are there, and which of them keep a
 * pod's memory confidential. Sources: gVisor and Kata Containers (kata-deploy, configuration-qemu-*.toml).
 */
#include "sandboxes.h"

#include "agent_facts.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/toml.h"
#include "runtime_config.h"
#include "unreadable.h"

#define USUAL_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* From what is there and works to what is not there at all; the best of all handlers counts. */
static const char *const states[] = {"usable", "broken", "none"};
static const char *const confidential_states[] = {"usable", "unknown", "remote", "no-hardware", "development", "none"};
enum { USABLE, BROKEN, NO_SANDBOX };
enum { CC_USABLE, CC_UNKNOWN, CC_REMOTE, CC_NO_HARDWARE, CC_DEVELOPMENT, CC_NONE };

typedef struct sandboxes {
  pl_collection *collection;
  pl_arena *arena;
  pl_node *handlers;
  const pl_node *hardware; /* {TECHNIQUE: true, false or unreadable} */
  const char *unreadable;  /* the configuration of a runtime, or what its handlers need, could not be read */
  const char *unknown;     /* what of confidential handlers could not be told */
  int state, confidential;
} sandboxes;

/* ---- programs ---- */

static const char *search_path(const pl_instance *instance) {
  for (size_t i = 0; i < instance->input.environ_count; i++)
    if (pl_starts(instance->input.environ[i], "PATH="))
      return instance->input.environ[i] + strlen("PATH=");
  return USUAL_PATH;
}

static bool is_there(sandboxes *s, const char *path) {
  const pl_file *file = pl_host_stat(s->collection->host, path);
  if (file->state == PL_FILE_UNREADABLE && !s->unreadable)
    s->unreadable = pl_printf(s->arena, "%s: %s", path, file->why);
  return file->state == PL_FILE_PRESENT && file->type == PL_TYPE_FILE && (file->mode & 0111);
}

/* As the runtime looks for it: a path as it is, a name on its PATH and beside its own program. */
static const char *find_program(sandboxes *s, const pl_instance *instance, const char *program) {
  const char *const *directories;
  if (*program == '/')
    return is_there(s, program) ? program : NULL;
  size_t count = pl_split(s->arena, search_path(instance), ':', &directories);
  const char *exe = instance->candidate ? instance->candidate->process->exe : NULL;
  for (size_t i = 0; i <= count; i++) {
    const char *directory = i < count ? directories[i] : exe ? pl_dirname(s->arena, exe) : "";
    const char *path = *directory == '/' ? pl_path_join(s->arena, directory, program) : NULL;
    if (path && is_there(s, path))
      return path;
  }
  return NULL;
}

/* ---- confidential ---- */

/* WORD stands in TEXT between dashes, dots and ends. */
static bool has_word(const char *text, const char *word) {
  for (const char *at = text; at && (at = strstr(at, word)); at++) {
    const char *end = at + strlen(word);
    if ((at == text || strchr("-._", at[-1])) && (*end == '\0' || strchr("-._", *end)))
      return true;
  }
  return false;
}

/* The technique that a handler is made for, by its name and that of its configuration. */
static const char *technique_of(const char *name, const char *config) {
  static const char *const words[][2] = {{"snp", "sev_snp"}, {"tdx", "tdx"}, {"sev", "sev"}, {"se", "se"}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (has_word(name, words[i][0]) || has_word(pl_basename(config), words[i][0]))
      return words[i][1];
  return NULL;
}

/* 1 confidential_guest is true in one of the hypervisor's tables, 0 it is not, -1 it cannot be told. */
static int wants_guest(sandboxes *s, const char *path) {
  pl_error err = {0};
  pl_bytes text;
  if (!*path)
    return -1;
  pl_source source = {.where = path, .layer = "file"};
  const pl_node *document = pl_host_read(s->collection->host, path, PL_DOCUMENT_BYTES_MAX, &text, &err) == 0
                                ? pl_toml_read(s->arena, text, &source, &err)
                                : NULL;
  if (!document) {
    s->unknown = s->unknown ? s->unknown : pl_strdup(s->arena, err.text);
    return -1;
  }
  pl_each_member (hypervisor, pl_get(document, "hypervisor"))
    if (pl_get_boolean(hypervisor->value, "confidential_guest", false))
      return 1;
  return 0;
}

static int confidential_state(sandboxes *s, const char *name, const char *config) {
  const char *technique = technique_of(name, config);
  bool development = has_word(name, "dev") || has_word(pl_basename(config), "dev");
  if (has_word(name, "remote") || has_word(pl_basename(config), "remote"))
    return CC_REMOTE;
  if (development)
    return CC_DEVELOPMENT;
  if (!technique)
    return CC_NONE;
  const pl_node *hardware = pl_get(s->hardware, technique);
  const char *why = pl_get_text(hardware, "unreadable", NULL);
  int guest = wants_guest(s, config);
  if (guest == 0)
    return CC_NONE;
  if (pl_is(hardware, PL_BOOLEAN) && !hardware->boolean)
    return CC_NO_HARDWARE;
  if (guest == 1 && pl_is(hardware, PL_BOOLEAN))
    return CC_USABLE;
  s->unknown = s->unknown ? s->unknown : why ? why : pl_printf(s->arena, "handler %s names no configuration", name);
  return CC_UNKNOWN;
}

/* ---- handlers ---- */

static const char *kind_of(const char *shim, const char *binary) {
  const char *program = *shim ? pl_basename(shim) : pl_basename(binary);
  if (strstr(pl_basename(shim), "runsc") || strstr(pl_basename(binary), "runsc"))
    return "gvisor";
  return strstr(program, "kata") ? "kata" : NULL;
}

/* Its shim, and with gVisor the program that the shim starts, which the shim's own configuration may place elsewhere.
 */
static bool programs_are_there(sandboxes *s, const pl_instance *instance, const pl_node *handler, const char *kind) {
  const char *shim = pl_get_text(handler, "shim", ""), *binary = pl_get_text(handler, "binary", "");
  bool good = !*shim || find_program(s, instance, shim);
  good = good && (!*binary || find_program(s, instance, binary));
  bool elsewhere = pl_get_text(handler, "config", NULL) != NULL;
  bool needs_runsc = strcmp(kind, "gvisor") == 0 && !*binary && !elsewhere;
  return good && (!needs_runsc || find_program(s, instance, "runsc"));
}

static void add_handler(sandboxes *s, const pl_instance *instance, const pl_node *handler) {
  const char *name = pl_get_text(handler, "name", ""), *config = pl_get_text(handler, "config", "");
  const char *kind = kind_of(pl_get_text(handler, "shim", ""), pl_get_text(handler, "binary", ""));
  if (!kind)
    return;
  bool there = programs_are_there(s, instance, handler, kind);
  int state = there ? USABLE : BROKEN,
      confidential = strcmp(kind, "kata") == 0 ? confidential_state(s, name, config) : CC_NONE;
  if (!there && confidential == CC_USABLE)
    confidential = CC_NONE;
  pl_node *fact = pl_node_object(s->arena);
  pl_object_set(s->arena, fact, "name", pl_node_string(s->arena, name)); /* escaped already */
  pl_object_set_text(s->arena, fact, "runtime", instance->spec->name);
  pl_object_set_text(s->arena, fact, "kind", kind);
  pl_object_set_text(s->arena, fact, "state", states[state]);
  pl_object_set_text(s->arena, fact, "confidential", confidential_states[confidential]);
  pl_list_add(s->arena, s->handlers, fact);
  s->state = state < s->state ? state : s->state;
  s->confidential = confidential < s->confidential ? confidential : s->confidential;
}

static void read_runtime(sandboxes *s, pl_component_id id) {
  const pl_component *component = pl_component_at(s->collection, id);
  const pl_instance *instance = component->count ? component->instances[0] : NULL;
  if (component->state == PL_COMPONENT_UNOBSERVABLE)
    s->unreadable = s->unreadable ? s->unreadable : component->because;
  if (!instance || !instance->runtime)
    return;
  const pl_node *fact = pl_runtime_handler_facts(s->arena, instance->runtime, id == PL_CRIO);
  const char *why = pl_get_text(fact, "unreadable", NULL);
  s->unreadable = s->unreadable ? s->unreadable : why;
  pl_each_item (handler, pl_get(fact, "handlers"))
    add_handler(s, instance, handler);
}

/* Pods in a sandbox have a process of it beside them. */
static pl_node *use_fact(const sandboxes *s) {
  const char *unknown = NULL;
  size_t count = pl_agents_count(s->collection, PL_AGENT_SANDBOX, &unknown);
  return count == 0 && unknown ? pl_unreadable(s->arena, unknown) : pl_node_boolean(s->arena, count > 0);
}

pl_node *pl_sandboxes_facts(pl_collection *collection, const pl_node *confidential) {
  pl_arena *arena = collection->arena;
  sandboxes s = {.collection = collection, .arena = arena, .handlers = pl_node_list(arena)};
  s.hardware = pl_get(confidential, "host");
  s.state = NO_SANDBOX;
  s.confidential = CC_NONE;
  read_runtime(&s, PL_CONTAINERD);
  read_runtime(&s, PL_CRIO);
  bool known = pl_component_is_here(pl_component_at(collection, PL_CONTAINERD)) ||
               pl_component_is_here(pl_component_at(collection, PL_CRIO));
  if (!known && !s.unreadable)
    s.unreadable = "neither containerd nor CRI-O is known here";
  pl_node *facts = pl_node_object(arena);
  bool doubt = s.unreadable && s.state != USABLE, unknown = s.confidential == CC_UNKNOWN;
  pl_object_set(arena, facts, "state",
                doubt ? pl_unreadable(arena, s.unreadable) : pl_node_string(arena, states[s.state]));
  pl_object_set(arena, facts, "in_use", use_fact(&s));
  pl_object_set(arena, facts, "confidential",
                (s.unreadable || unknown) && s.confidential != CC_USABLE
                    ? pl_unreadable(arena, s.unreadable ? s.unreadable : s.unknown)
                    : pl_node_string(arena, confidential_states[s.confidential]));
  pl_object_set(arena, facts, "handlers", s.handlers);
  return facts;
}
