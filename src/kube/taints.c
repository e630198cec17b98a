/* Whether the scheduler is kept off this control plane: by the snapshot, the kubelet's flag, or the platform's habit.
 */
#include "isolation.h"

/* PreferNoSchedule keeps nothing off. */
static bool has_effect(const pl_node *taint) {
  static const char *const effects[] = {"NoSchedule", "NoExecute", NULL};
  return pl_in(pl_get_text(taint, "effect", ""), effects);
}

/* A taint that control planes have, and that keeps workloads off. */
static bool keeps_off(const pl_node *taint) {
  static const char *const keys[] = {"node-role.kubernetes.io/control-plane",
                                     "node-role.kubernetes.io/master",
                                     "node-role.kubernetes.io/controlplane", /* Rancher's RKE */
                                     "node-role.kubernetes.io/etcd",
                                     "CriticalAddonsOnly",
                                     NULL};
  return has_effect(taint) && pl_in(pl_get_text(taint, "key", ""), keys);
}

/* One that somebody chose; those of the cluster itself come and go with the node's state. */
static bool is_chosen(const pl_node *taint) {
  const char *key = pl_get_text(taint, "key", "");
  return has_effect(taint) && !pl_starts(key, "node.kubernetes.io/") &&
         !pl_starts(key, "node.cloudprovider.kubernetes.io/");
}

static bool any(const pl_node *taints, bool (*is)(const pl_node *taint)) {
  pl_each_item (taint, taints)
    if (is(taint))
      return true;
  return false;
}

static const char *by_snapshot(const pl_collection *collection, const char **ret_because) {
  const pl_node *cluster = collection->cluster, *node = pl_cluster_this_node(cluster);
  bool fresh = pl_cluster_fresh(cluster);
  if (!node)
    return NULL;
  *ret_because = pl_printf(collection->arena, "the snapshot of %s", pl_get_text(cluster, "taken_at", "unknown date"));
  if (any(pl_get(node, "taints"), keeps_off))
    return fresh ? "snapshot" : "snapshot-stale";
  if (any(pl_get(node, "taints"), is_chosen))
    return "chosen";
  if (pl_count(pl_get(cluster, "nodes")) == 1)
    return "single-node";
  return fresh ? "missing" : "missing-stale";
}

static const char *by_flag(const pl_collection *collection, const char **ret_because) {
  const pl_component *kubelet = pl_component_at(collection, PL_KUBELET);
  const pl_settings *settings = kubelet->count ? &kubelet->instances[0]->settings : NULL;
  if (!settings || !any(pl_settings_value(settings, "registerWithTaints"), keeps_off))
    return NULL;
  *ret_because = "registerWithTaints of the kubelet, which counts when the node registers for the first time";
  return "flag";
}

static bool has_argument(const pl_program *program, const char *name) {
  for (size_t i = 0; i < program->process->argc; i++) {
    const char *argument = program->process->argv[i];
    if (pl_equal(argument, name) || pl_equal(argument, pl_basename(name)))
      return true;
  }
  return false;
}

/* k0s taints unless it is told not to. */
static bool is_told_not_to(const pl_collection *collection) {
  for (size_t i = 0; i < collection->pass.program_count; i++) {
    const pl_program *program = &collection->pass.programs[i];
    if (pl_starts(program->name, "k0s") &&
        (has_argument(program, "--no-taints") || has_argument(program, "--no-taints=true") ||
         has_argument(program, "--single") || has_argument(program, "--single=true")))
      return true;
  }
  return false;
}

static const char *by_platform(const pl_collection *collection, const char **ret_because) {
  const pl_platform *platform = collection->platform;
  const char *habit = platform ? platform->control_plane_taint : NULL;
  *ret_because = pl_printf(collection->arena, "the platform %s", platform ? platform->title : "is not known");
  if (pl_equal(habit, "default") && !is_told_not_to(collection))
    return "default";
  return habit ? "schedulable" : "unknown";
}

const char *pl_taint_evidence(const pl_collection *collection, const char **ret_because) {
  const char *evidence = by_snapshot(collection, ret_because);
  if (!evidence)
    evidence = by_flag(collection, ret_because);
  return evidence ? evidence : by_platform(collection, ret_because);
}
