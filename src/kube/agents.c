/* Loads the records of benchmarks/agents/ and finds a program among them. */
#include "plumbline/kube/agents.h"

#define FOLDER "benchmarks/agents/"

enum {
  WORDS_LOOKED_AT = 4, /* of an interpreter's, not counting options */
  STEM_BYTES = 31
};

typedef struct raw_file {
  int kind;
  const pl_node *agents;
} raw_file;

static const char *const kinds[] = {[PL_AGENT_MONITORING] = "monitoring",
                                    [PL_AGENT_SHIPPER] = "shippers",
                                    [PL_AGENT_EXPORTER] = "exporters",
                                    [PL_AGENT_SANDBOX] = "sandboxes",
                                    NULL};

static const pl_field file_fields[] = {
    {"kind", PL_FIELD_ENUM, offsetof(raw_file, kind), true, kinds},
    {"agents", PL_FIELD_NODE, offsetof(raw_file, agents), true, NULL},
};

static const pl_field agent_fields[] = {
    {"name", PL_FIELD_TEXT, offsetof(pl_agent, name), true, NULL},
    {"programs", PL_FIELD_TEXTS, offsetof(pl_agent, programs), true, NULL},
    {"interpreter", PL_FIELD_TEXT, offsetof(pl_agent, interpreter), false, NULL},
    {"only-reading", PL_FIELD_BOOLEAN, offsetof(pl_agent, only_reading), false, NULL},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void add_key(pl_arena *arena, pl_agents *agents, const char *key) {
  if (!pl_get(agents->index, key))
    pl_object_set(arena, agents->index, key, pl_node_integer(arena, (int64_t)agents->count));
}

static void add(pl_arena *arena, pl_agents *agents, pl_agent agent) {
  if (agent.interpreter)
    add_key(arena, agents, agent.interpreter);
  for (size_t i = 0; !agent.interpreter && i < agent.programs.count; i++)
    add_key(arena, agents, agent.programs.items[i]);
  pl_push(arena, agents->items, agents->count, agents->capacity, agent);
}

static void load_one(pl_arena *arena, const pl_node *node, pl_agents *agents, pl_faults *faults) {
  raw_file raw = {0};
  if (!pl_record_read(arena, node, "agents", file_fields, COUNT(file_fields), &raw, faults))
    return;
  if (!pl_is(raw.agents, PL_LIST))
    pl_node_fault(faults, raw.agents, "agents must be a list");
  pl_each_item (item, raw.agents) {
    pl_agent agent = {.kind = (pl_agent_kind)raw.kind};
    if (pl_record_read(arena, item, "agent", agent_fields, COUNT(agent_fields), &agent, faults))
      add(arena, agents, agent);
  }
}

pl_agents *pl_agents_load(pl_arena *arena, pl_data *data, pl_faults *faults) {
  pl_agents *agents = pl_new(arena, pl_agents);
  agents->index = pl_node_object(arena);
  for (const char *const *name = pl_data_names(data, FOLDER); *name; name++) {
    const pl_node *node = pl_data_document(arena, data, *name, faults);
    if (node)
      load_one(arena, node, agents, faults);
  }
  return agents;
}

static bool is_given(const pl_agent *agent, const char *const *argv, size_t argc) {
  size_t words = 0;
  for (size_t i = 1; i < argc && words < WORDS_LOOKED_AT; i++) {
    if (pl_texts_have(agent->programs, pl_basename(argv[i])))
      return true;
    words += argv[i][0] != '-';
  }
  return false;
}

/* Interpreters carry their version: "ruby3.1" is ruby. */
static int64_t first_of(const pl_agents *agents, const char *exe) {
  char stem[STEM_BYTES + 1];
  size_t length = strcspn(exe, "0123456789");
  int64_t at = pl_get_integer(agents->index, exe, -1);
  if (at >= 0 || exe[length] == '\0' || length > STEM_BYTES)
    return at;
  memcpy(stem, exe, length);
  stem[length] = '\0';
  at = pl_get_integer(agents->index, stem, -1);
  return at >= 0 && agents->items[at].interpreter ? at : -1;
}

static bool is_program(const pl_agent *agent, const char *exe, const char *const *argv, size_t argc) {
  return agent->interpreter ? pl_starts(exe, agent->interpreter) && is_given(agent, argv, argc)
                            : pl_texts_have(agent->programs, exe);
}

const pl_agent *pl_agents_find(const pl_agents *agents, const char *exe, const char *const *argv, size_t argc) {
  int64_t at = agents ? first_of(agents, exe) : -1;
  for (size_t i = (size_t)at; at >= 0 && i < agents->count; i++)
    if (is_program(&agents->items[i], exe, argv, argc))
      return &agents->items[i];
  return NULL;
}
