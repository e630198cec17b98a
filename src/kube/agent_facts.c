/*
 * What watches the node, and whether the audit log leaves it. A program is known by its executable, and counts by what
 * proves that it can do what it is for: whoever runs a pod may call a program as he likes.
 */
#include "agent_facts.h"

#include "audit_stream.h"
#include "unreadable.h"

/* Bits of capabilities (linux/capability.h) without one of which nobody watches the processes of others. */
enum { CAP_SYS_PTRACE = 19, CAP_SYS_ADMIN = 21, CAP_BPF = 39 };

typedef enum standing { COUNTS, LOOKS_LIKE, UNPROVEN, UNKNOWN } standing;

typedef struct judged {
  standing standing;
  const char *why;
} judged;

/* ---- what a process proves ---- */

bool pl_agent_in_container(const pl_pass *pass, const pl_agent_process *agent) {
  return agent->cgroup.pod_uid || !pl_equal(agent->cgroup.enclosing, pass->init_cgroup.enclosing);
}

/* 1 the same, 0 another, -1 not known; a captured tree without any namespaces says nothing against it. */
static int in_namespace(const char *own, const char *node, bool live) {
  if (!own || !node)
    return !own && !node && !live ? 1 : -1;
  return strcmp(own, node) == 0;
}

static judged judge_monitoring(const pl_collection *collection, const pl_agent_process *agent) {
  const uint64_t wanted = UINT64_C(1) << CAP_SYS_PTRACE | UINT64_C(1) << CAP_SYS_ADMIN | UINT64_C(1) << CAP_BPF;
  int own = in_namespace(agent->user_namespace, collection->pass.init_user_namespace, collection->host->live);
  if (agent->security_why)
    return (judged){UNKNOWN, agent->security_why};
  if (!(agent->security.effective & wanted))
    return (judged){LOOKS_LIKE, "it has no capability to watch other processes with"};
  if (own < 0)
    return (judged){UNKNOWN, "its user namespace cannot be read"};
  return own ? (judged){COUNTS, NULL}
             : (judged){LOOKS_LIKE, "its capabilities are those of a user namespace of its own"};
}

static judged judge_exporter(const pl_collection *collection, const pl_agent_process *agent) {
  const pl_pass *pass = &collection->pass;
  bool live = collection->host->live;
  if (!pl_agent_in_container(pass, agent) || in_namespace(agent->pid_namespace, pass->init_pid_namespace, live) == 1 ||
      in_namespace(agent->net_namespace, pass->init_network_namespace, live) == 1)
    return (judged){COUNTS, NULL};
  return (judged){UNPROVEN, "it shares neither processes nor network with the node"};
}

/* It runs beside the pod, in the node's own PID namespace. */
static judged judge_sandbox(const pl_collection *collection, const pl_agent_process *agent) {
  int own = in_namespace(agent->pid_namespace, collection->pass.init_pid_namespace, collection->host->live);
  if (own < 0)
    return (judged){UNKNOWN, "its PID namespace cannot be read"};
  return own ? (judged){COUNTS, NULL} : (judged){LOOKS_LIKE, "it runs in a PID namespace of its own"};
}

static judged judge(const pl_collection *collection, const pl_agent_process *agent) {
  switch (agent->agent->kind) {
  case PL_AGENT_MONITORING:
    return judge_monitoring(collection, agent);
  case PL_AGENT_EXPORTER:
    return judge_exporter(collection, agent);
  case PL_AGENT_SANDBOX:
    return judge_sandbox(collection, agent);
  case PL_AGENT_SHIPPER: /* by the files that it reads */
    break;
  }
  return (judged){COUNTS, NULL};
}

/* Why there may be agents of KIND that were not seen, NULL when there are none. */
const char *pl_agents_unseen(const pl_collection *collection, pl_agent_kind kind) {
  const pl_process_list *list = &collection->list;
  if (!list->of_the_node || !list->complete)
    return list->because ? list->because : "the list of processes is not complete";
  return collection->pass.agents.cut[kind] ? "there are more processes of this kind than are looked at" : NULL;
}

size_t pl_agents_count(const pl_collection *collection, pl_agent_kind kind, const char **ret_unknown) {
  const pl_agent_pass *pass = &collection->pass.agents;
  size_t count = 0;
  *ret_unknown = pl_agents_unseen(collection, kind);
  for (size_t i = 0; i < pass->count; i++) {
    if (pass->items[i].agent->kind != kind)
      continue;
    judged found = judge(collection, &pass->items[i]);
    count += found.standing == COUNTS;
    if (found.standing == UNKNOWN && !*ret_unknown)
      *ret_unknown = pl_printf(collection->arena, "pid %d: %s", pass->items[i].process->pid, found.why);
  }
  return count;
}

/* ---- facts ---- */

static pl_node *pod_fact(const pl_collection *collection, const char *uid) {
  pl_arena *arena = collection->arena;
  const pl_pod *pod = pl_pods_find(&collection->pods, uid);
  if (!uid)
    return pl_node_null(arena);
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "namespace", pod ? pod->namespace : NULL);
  pl_object_set_text(arena, fact, "name", pod ? pod->name : NULL);
  pl_object_set_text(arena, fact, "uid", uid);
  return fact;
}

pl_node *pl_agent_fact(const pl_collection *collection, const pl_agent_process *agent) {
  pl_arena *arena = collection->arena;
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "name", agent->agent->name);
  pl_object_set_integer(arena, fact, "pid", agent->process->pid);
  pl_object_set_text(arena, fact, "exe", agent->process->exe);
  pl_object_set(arena, fact, "pod", pod_fact(collection, agent->cgroup.pod_uid));
  return fact;
}

/* {state: running, unproven, absent or unreadable, processes: [{name, pid, exe, pod, counts, because}]} */
static pl_node *kind_fact(const pl_collection *collection, pl_agent_kind kind) {
  pl_arena *arena = collection->arena;
  const pl_agent_pass *pass = &collection->pass.agents;
  pl_node *fact = pl_node_object(arena), *list = pl_node_list(arena);
  const char *unknown = NULL;
  bool unproven = false;
  size_t count = pl_agents_count(collection, kind, &unknown);
  for (size_t i = 0; i < pass->count; i++) {
    if (pass->items[i].agent->kind != kind)
      continue;
    judged found = judge(collection, &pass->items[i]);
    pl_node *process = pl_agent_fact(collection, &pass->items[i]);
    pl_object_set_boolean(arena, process, "counts", found.standing == COUNTS);
    pl_object_set_text(arena, process, "because", found.why);
    pl_list_add(arena, list, process);
    unproven = unproven || found.standing == UNPROVEN;
  }
  bool cannot_tell = count == 0 && !unproven && unknown;
  pl_object_set(arena, fact, "state",
                cannot_tell ? pl_unreadable(arena, unknown)
                            : pl_node_string(arena, count      ? "running"
                                                    : unproven ? "unproven"
                                                               : "absent"));
  pl_object_set(arena, fact, "processes", list);
  return fact;
}

/* Every program that runs, for a site to approve: "NAME", in a pod "NAMESPACE/NAME", in another container "?/NAME". */
static pl_node *program_facts(const pl_collection *collection) {
  pl_arena *arena = collection->arena;
  const pl_pass *pass = &collection->pass;
  pl_node *list = pl_node_list(arena), *seen = pl_node_object(arena);
  if (pass->names_cut)
    return pl_unreadable(arena, "there are more programs than are listed");
  for (size_t i = 0; i < pass->name_count; i++) {
    const pl_program_name *program = &pass->names[i];
    const pl_pod *pod = pl_pods_find(&collection->pods, program->pod_uid);
    const char *namespace = pod && pod->namespace ? pod->namespace : "?";
    bool inside = program->pod_uid || !pl_equal(program->enclosing, pass->init_cgroup.enclosing);
    const char *name = inside ? pl_printf(arena, "%s/%s", namespace, program->name) : program->name;
    if (pl_get(seen, name))
      continue;
    pl_object_set(arena, seen, name, list);
    pl_list_add_text(arena, list, name);
  }
  return list;
}

pl_node *pl_agents_facts(pl_collection *collection) {
  pl_arena *arena = collection->arena;
  pl_node *facts = pl_node_object(arena);
  pl_object_set(arena, facts, "monitoring", kind_fact(collection, PL_AGENT_MONITORING));
  pl_object_set(arena, facts, "exporters", kind_fact(collection, PL_AGENT_EXPORTER));
  pl_object_set(arena, facts, "audit_stream", pl_audit_stream_fact(collection));
  pl_object_set(arena, facts, "programs", program_facts(collection));
  return facts;
}
