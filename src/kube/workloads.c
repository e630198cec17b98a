/*
 * What holds each container on the node back: seccomp and the security module by one live process of it, memory and CPU
 * by its control group, else by what the runtime wrote down.
 */
#include "workloads.h"

#include "cgroup_limits.h"
#include "quiet_read.h"
#include "unreadable.h"

enum { CAP_SYS_ADMIN = 21 };

/* What a container may lack; lists of those that do, and why others could not be told, are by these names. */
typedef enum lack { LACK_SECCOMP, LACK_CONFINEMENT, LACK_MEMORY, LACK_CPU } lack;
#define LACKS 4

static const char *const lists[LACKS] = {"without_seccomp", "unconfined", "without_memory_limit", "without_cpu_limit"};
static const char *const names[LACKS] = {"seccomp", "confinement", "memory", "cpu"};

typedef struct workloads {
  pl_collection *collection;
  pl_arena *arena;
  pl_node *containers, *lacking[LACKS];
  const char *unread[LACKS]; /* why it cannot be told of some container: the first reason; NULL: it can */
  const char *untold;        /* no bundle tells of some container: why of the first; NULL: of all */
  pl_node *seen;             /* IDs of containers */
  bool groups_here;          /* control groups show; of a captured node mostly not */
} workloads;

static void cannot_tell(workloads *w, lack what, const char *why) {
  w->unread[what] = w->unread[what] ? w->unread[what] : why;
}

static void cannot_tell_anything(workloads *w, const char *why) {
  for (int i = 0; i < LACKS; i++)
    cannot_tell(w, (lack)i, why);
}

static pl_node *record_of(workloads *w, const pl_pod_container *container, const pl_pod *pod, const pl_bundle *bundle) {
  pl_node *fact = pl_node_object(w->arena);
  pl_object_set_text(w->arena, fact, "namespace", pod ? pod->namespace : bundle->pod_namespace);
  pl_object_set_text(w->arena, fact, "name", pod && pod->name ? pod->name : bundle->pod_name);
  pl_object_set_text(w->arena, fact, "uid", container->uid);
  pl_object_set_text(w->arena, fact, "container", bundle->container_name);
  return fact;
}

static void note(workloads *w, lack what, bool lacking, const pl_node *record) {
  if (lacking)
    pl_list_add(w->arena, w->lacking[what], pl_node_copy(w->arena, record));
}

/* AppArmor: "NAME (MODE)" or "unconfined"; SELinux: "USER:ROLE:TYPE:LEVEL". */
static bool is_confined(pl_arena *arena, const char *label) {
  static const char *const free_types[] = {"spc_t", "unconfined_t", "unconfined_service_t", "kernel_t", "initrc_t",
                                           "container_runtime_t",
                                           /* Bottlerocket's for privileged containers (SECURITY_GUIDANCE.md) */
                                           "control_t", "super_t", NULL};
  const char *const *parts;
  size_t count = pl_split(arena, label, ':', &parts);
  if (count >= 3)
    return !pl_in(parts[2], free_types);
  return pl_ends(label, " (enforce)") || pl_ends(label, " (kill)");
}

static void put_security(workloads *w, const pl_pod_container *container, const pl_node *record, pl_node *fact) {
  static const char *const modes[] = {"none", "strict", "filter"};
  const pl_process_security *security = &container->security;
  if (container->why) {
    cannot_tell(w, LACK_SECCOMP, container->why);
    cannot_tell(w, LACK_CONFINEMENT, container->why);
    return;
  }
  pl_object_set_text(w->arena, fact, "seccomp", modes[security->seccomp]);
  pl_object_set_boolean(w->arena, fact, "privileged", security->bounding >> CAP_SYS_ADMIN & 1);
  pl_object_set_text(w->arena, fact, "label", security->label);
  note(w, LACK_SECCOMP, security->seccomp == PL_SECCOMP_NONE, record);
  if (!security->label)
    cannot_tell(w, LACK_CONFINEMENT, pl_printf(w->arena, "no label of pid %d could be read", container->pid));
  else
    note(w, LACK_CONFINEMENT, !is_confined(w->arena, security->label), record);
}

static void put_limit(workloads *w, lack what, const char *name, int64_t limit, const pl_node *record, pl_node *fact) {
  if (limit == PL_LIMIT_UNKNOWN)
    cannot_tell(w, what,
                pl_printf(w->arena, "the limits of container %s could not be read",
                          pl_get_text(record, "container", "without a name")));
  else
    pl_object_set(w->arena, fact, name, limit >= 0 ? pl_node_integer(w->arena, limit) : pl_node_null(w->arena));
  note(w, what, limit == PL_NO_LIMIT, record);
}

static void put_limits(workloads *w, const pl_pod_container *container, const pl_bundle *bundle, const pl_node *record,
                       pl_node *fact) {
  pl_cgroup_limits limits = {PL_LIMIT_UNKNOWN, PL_LIMIT_UNKNOWN};
  if (w->groups_here)
    limits = pl_cgroup_limits_read(w->collection->host, container->cgroup, container->id);
  if (limits.memory == PL_LIMIT_UNKNOWN && limits.cpu == PL_LIMIT_UNKNOWN)
    limits = bundle->limits;
  put_limit(w, LACK_MEMORY, "memory_limit", limits.memory, record, fact);
  put_limit(w, LACK_CPU, "cpu_limit", limits.cpu, record, fact);
}

/* The container that only holds a pod's namespaces is the runtime's own, and the runtime's word tells which one it is.
 */
static void add_container(workloads *w, const pl_pod_container *container) {
  if (!container->id || pl_get(w->seen, container->id))
    return;
  pl_object_set(w->arena, w->seen, container->id, w->containers);
  const pl_bundle *bundle = pl_bundles_find(&w->collection->bundles, container->id);
  if (!bundle) {
    w->untold = w->untold ? w->untold : pl_bundles_lack(&w->collection->bundles, w->arena, container->pid);
    cannot_tell_anything(w, w->untold);
    return;
  }
  if (bundle->sandbox)
    return;
  pl_node *record = record_of(w, container, pl_pods_find(&w->collection->pods, container->uid), bundle);
  pl_node *fact = pl_node_copy(w->arena, record);
  put_security(w, container, record, fact);
  put_limits(w, container, bundle, record, fact);
  pl_list_add(w->arena, w->containers, fact);
}

static pl_node *null_or_unreadable(pl_arena *arena, const char *why) {
  return why ? pl_unreadable(arena, why) : pl_node_null(arena);
}

/* Their number, where it proves something: one container is one, none only where all would have been seen. */
static pl_node *count_fact(const workloads *w) {
  size_t count = pl_count(w->containers);
  return count == 0 && w->unread[LACK_MEMORY] ? null_or_unreadable(w->arena, w->unread[LACK_MEMORY])
                                              : pl_node_integer(w->arena, (int64_t)count);
}

static bool groups_show(const pl_host *host) {
  pl_auto_close int fd = pl_open_quietly(host, PL_CGROUP_MOUNT, PL_OPEN_DIRECTORY, NULL);
  return fd >= 0;
}

pl_node *pl_workloads_facts(pl_collection *collection) {
  pl_arena *arena = collection->arena;
  workloads w = {.collection = collection, .arena = arena, .seen = pl_node_object(arena)};
  pl_node *facts = pl_node_object(arena), *unread = pl_node_object(arena);
  w.containers = pl_node_list(arena);
  w.groups_here = groups_show(collection->host);
  for (int i = 0; i < LACKS; i++)
    w.lacking[i] = pl_node_list(arena);
  for (size_t i = 0; i < collection->pass.container_count; i++)
    add_container(&w, &collection->pass.containers[i]);
  if (!collection->list.of_the_node || !collection->list.complete)
    cannot_tell_anything(&w, collection->list.because ? collection->list.because : "the process list is not complete");
  pl_object_set(arena, facts, "count", count_fact(&w));
  pl_object_set(arena, facts, "containers", w.containers);
  for (int i = 0; i < LACKS; i++) {
    pl_object_put(arena, facts, lists[i], w.lacking[i]);
    pl_object_put(arena, unread, names[i], null_or_unreadable(arena, w.unread[i]));
  }
  pl_object_set(arena, facts, "unread", unread);
  return facts;
}
