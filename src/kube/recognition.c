/* Tells components from look-alikes. */
#include "recognition.h"

bool pl_is_system_namespace(const pl_texts *system_namespaces, const char *namespace) {
  return system_namespaces->count ? pl_texts_have(*system_namespaces, namespace)
                                  : strcmp(namespace, "kube-system") == 0;
}

enum { ARGV0_SHOWN = 256 };

const char *pl_shown_argv0(pl_arena *arena, const char *argv0) {
  if (!argv0)
    return NULL;
  size_t word = strcspn(argv0, " ");
  return word <= ARGV0_SHOWN ? pl_strndup(arena, argv0, word) : pl_printf(arena, "%.*s...", ARGV0_SHOWN, argv0);
}

static pl_recognition answer(pl_standing standing, const char *why) {
  return (pl_recognition){.standing = standing, .why = why};
}

/* By name: is it what it says, and does it say what it is? */
static pl_recognition by_name(pl_arena *arena, const pl_candidate *candidate) {
  const pl_process *process = candidate->process;
  const char *program = candidate->spec->program;
  if (process->argc > 1 && pl_program_has_other_job(candidate->spec, process->argv[1]))
    return answer(PL_STANDING_LOOK_ALIKE, pl_printf(arena, "it is %s %s, which is not the %s of a cluster", program,
                                                    process->argv[1], program));
  if (candidate->exe_matches && candidate->argv0_matches)
    return answer(PL_STANDING_REAL, NULL);
  if (!candidate->exe_matches && !candidate->argv0_matches)
    return answer(PL_STANDING_LOOK_ALIKE, pl_printf(arena, "only an argument says %s", program));
  if (candidate->argv0_matches && process->exe)
    return answer(PL_STANDING_LOOK_ALIKE, pl_printf(arena, "its executable is %s", process->exe));
  if (candidate->argv0_matches)
    return answer(PL_STANDING_UNPROVEN, pl_printf(arena, "it calls itself %s, but its executable cannot be read%s",
                                                  program, process->exe_denied ? ": permission denied" : ""));
  return answer(candidate->cgroup.pod_uid ? PL_STANDING_LOOK_ALIKE : PL_STANDING_UNPROVEN,
                process->argc ? pl_printf(arena, "it runs %s, but calls itself %s", process->exe,
                                          pl_shown_argv0(arena, process->argv[0]))
                              : pl_printf(arena, "it runs %s, but its command line is empty", process->exe));
}

/* A pod of this node, and whether pods there belong to the cluster itself. */
static pl_recognition by_pod(const pl_surroundings *around, const pl_candidate *candidate) {
  pl_arena *arena = around->host->arena;
  const pl_pod *pod = pl_pods_find(around->pods, candidate->cgroup.pod_uid);
  pl_recognition result = {.standing = PL_STANDING_REAL, .pod = pod};
  if (!pod) /* cannot be: the pass noted every pod */
    return answer(PL_STANDING_UNPROVEN, "its pod is not known");
  if (pod->from_file || (pod->namespace && pl_is_system_namespace(&around->system_namespaces, pod->namespace)))
    return result;
  result.standing = pod->namespace ? PL_STANDING_LOOK_ALIKE : PL_STANDING_UNPROVEN;
  result.why = pod->namespace
                   ? pl_printf(arena, "it is a workload in pod %s/%s", pod->namespace, pod->name ? pod->name : pod->uid)
                   : pl_printf(arena, "the namespace of its pod %s cannot be told%s%s", pod->uid,
                               pod->unnamed ? "; " : "", pod->unnamed ? pod->unnamed : "");
  return result;
}

static bool is_name_of_node(const char *name) {
  const pl_component_spec *spec = pl_program_find(name);
  static const char *const whole[] = {"k3s", "rke2", "k0s", "kubelite", "microshift", NULL};
  return (spec && spec->id == PL_KUBELET) || pl_in(name, whole);
}

/* A node that runs in a container here (kind, k3d) has the kubelet in the same container. */
static bool has_kubelet_beside(const pl_pass *pass, const char *container) {
  for (size_t i = 0; i < pass->name_count; i++)
    if (pl_equal(pass->names[i].enclosing, container) && is_name_of_node(pass->names[i].name))
      return true;
  return false;
}

/* Docker and Podman start components too (RKE, kubespray's etcd): in a PID namespace of their own, and in the network
 * of the node, whose addresses they serve. What else is in such a container is a node of its own, or nobody's. A
 * kubelet and a runtime need the processes of the node. */
static pl_recognition by_container(const pl_surroundings *around, const pl_candidate *candidate) {
  const pl_pass *pass = around->pass;
  const char *container = candidate->cgroup.enclosing, *network = pass->init_network_namespace;
  pl_component_id id = candidate->spec->id;
  bool may_be = candidate->spec->control_plane || id == PL_ETCD || id == PL_PROXY;
  bool elsewhere = !may_be || !container || pl_equal(container, pass->init_cgroup.enclosing) ||
                   has_kubelet_beside(pass, container) ||
                   (network && candidate->network_namespace && !pl_equal(network, candidate->network_namespace));
  if (elsewhere)
    return answer(PL_STANDING_LOOK_ALIKE, "it runs in a PID namespace of its own, outside the pods of this node");
  if (!network || !candidate->network_namespace)
    return answer(PL_STANDING_UNPROVEN, "it runs in a container, and whether in the node's network cannot be read");
  return pass->names_cut ? answer(PL_STANDING_UNPROVEN, "it runs in a container, and not all that runs there was seen")
                         : answer(PL_STANDING_REAL, NULL);
}

/* Outside pods the PID namespace of the node itself counts, and a container in its network. */
static pl_recognition by_namespace(const pl_surroundings *around, const pl_candidate *candidate) {
  const pl_pass *pass = around->pass;
  const char *node = pass->init_pid_namespace;
  if (!node && (!around->host->live || around->host->host_pid_namespace))
    node = PL_INITIAL_PID_NAMESPACE;
  /* A captured tree that has nobody's namespaces: there the cgroup alone tells of containers. */
  bool none_captured = !around->host->live && !candidate->pid_namespace && !pass->init_pid_namespace;
  if (none_captured && !candidate->cgroup.enclosing)
    return answer(PL_STANDING_REAL, NULL);
  if (!candidate->pid_namespace)
    return answer(PL_STANDING_UNPROVEN, "its PID namespace cannot be read");
  if (!node)
    return answer(PL_STANDING_UNPROVEN, "the node's own PID namespace cannot be read");
  return strcmp(node, candidate->pid_namespace) == 0 ? answer(PL_STANDING_REAL, NULL) : by_container(around, candidate);
}

static pl_recognition by_crowd(const pl_surroundings *around, const pl_candidate *candidate) {
  pl_recognition place = by_pod(around, candidate);
  return place.standing == PL_STANDING_REAL
             ? answer(PL_STANDING_UNPROVEN, "pods run more programs of this name than are looked at")
             : place;
}

pl_recognition pl_recognise(const pl_surroundings *around, const pl_candidate *candidate) {
  if (candidate->crowd)
    return by_crowd(around, candidate);
  pl_recognition result = by_name(around->host->arena, candidate);
  if (result.standing == PL_STANDING_LOOK_ALIKE)
    return result;
  const pl_cgroup *cgroup = &candidate->cgroup;
  bool nested =
      cgroup->pod_uid && cgroup->enclosing && !pl_equal(cgroup->enclosing, around->pass->init_cgroup.enclosing);
  if (nested)
    return answer(PL_STANDING_LOOK_ALIKE, "its pod belongs to another node, one that runs in a container here");
  pl_recognition place = cgroup->pod_uid ? by_pod(around, candidate) : by_namespace(around, candidate);
  bool name_decides = result.standing == PL_STANDING_UNPROVEN && place.standing != PL_STANDING_LOOK_ALIKE;
  if (name_decides)
    place = (pl_recognition){.standing = result.standing, .why = result.why, .pod = place.pod};
  return place;
}
