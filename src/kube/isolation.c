/* Isolation of the control plane: the node's role, what runs on it, and what keeps workloads off. */
#include "isolation.h"
#include "unreadable.h"

/* Static pods that a control plane consists of, by their names without the node's. */
static const char *const known_static[] = {"kube-apiserver",
                                           "kube-controller-manager",
                                           "kube-scheduler",
                                           "etcd",
                                           "kube-proxy",
                                           "cloud-controller-manager",
                                           "kube-vip",
                                           "haproxy",
                                           "keepalived",
                                           "coredns",
                                           "nginx-proxy",
                                           "konnectivity-server",
                                           "openshift-kube-scheduler",
                                           "kube-rbac-proxy-crio",
                                           NULL};

/* Deployments of a cluster's own that may sit on its control plane, by the beginning of their names. */
static const char *const known_add_ons[] = {"coredns",
                                            "kube-dns",
                                            "metrics-server",
                                            "tigera-operator",
                                            "calico-kube-controllers",
                                            "calico-typha",
                                            "calico-apiserver",
                                            "cilium-operator",
                                            "hubble-relay",
                                            "antrea-controller",
                                            "kube-ovn-controller",
                                            "kube-ovn-monitor",
                                            "ovn-central",
                                            "ovnkube-control-plane",
                                            "konnectivity-agent",
                                            "ebs-csi-controller",
                                            "csi-azuredisk-controller",
                                            "csi-azurefile-controller",
                                            "vsphere-csi-controller",
                                            "csi-cinder-controllerplugin",
                                            "cloud-controller-manager",
                                            NULL};

/* ---- role, and whether pods can run ---- */

static pl_node *role_fact(const pl_collection *collection, const pl_node *roles) {
  pl_arena *arena = collection->arena;
  static const char *const names[] = {"control-plane", "etcd", "worker"};
  const char *why = NULL;
  if (pl_is_agents_node(collection))
    return pl_node_string(arena, "worker");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const pl_node *role = pl_get(roles, names[i]);
    if (!why && pl_get_boolean(roles, names[i], false))
      return pl_node_string(arena, names[i]);
    if (!why && !pl_is(role, PL_BOOLEAN))
      why = pl_get_text(role, "unreadable", "it was not collected");
  }
  return why ? pl_unreadable(arena, why) : pl_node_string(arena, "none");
}

static pl_node *runs_pods(const pl_collection *collection) {
  const pl_component *kubelet = pl_component_at(collection, PL_KUBELET);
  pl_arena *arena = collection->arena;
  if (kubelet->state == PL_COMPONENT_UNOBSERVABLE)
    return pl_node_string(arena, "unknown");
  if (pl_component_is_here(kubelet))
    return pl_node_string(arena, "yes");
  bool others = collection->pass.other_containers || collection->pods.count;
  return pl_node_string(arena, others ? "containers" : "no");
}

/* ---- pods ---- */

/* How far all pods are known: by processes, else by bundles, else by a snapshot. */
static const char *listed_by(const pl_collection *collection) {
  if (collection->list.of_the_node && collection->list.complete)
    return "processes";
  if (collection->pods.bundles_listed)
    return "bundles";
  bool snapshot = pl_cluster_fresh(collection->cluster) && pl_cluster_holds(collection->cluster, "Pod");
  return snapshot ? "snapshot" : collection->list.of_the_node ? "incomplete" : "unlisted";
}

static pl_node *record(pl_arena *arena, const char *namespace, const char *name, const char *uid, const char *source) {
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "namespace", namespace);
  pl_object_set_text(arena, fact, "name", name);
  pl_object_set_text(arena, fact, "uid", uid);
  pl_object_set_text(arena, fact, "source", source);
  return fact;
}

static pl_node *pod_record(pl_arena *arena, const pl_pod *pod) {
  const char *name = pod->name, *namespace = pod->namespace;
  if (!namespace && pod->unnamed)
    name = pl_printf(arena, "not known (%s)", pod->unnamed);
  return record(arena, namespace, name, pod->uid, pod->source);
}

/* Pods of the API that live here; a fresh snapshot stands in where the node's own pods cannot be listed. */
static pl_node *api_pods(const pl_collection *collection, const char *listed) {
  pl_arena *arena = collection->arena;
  pl_node *list = pl_node_list(arena);
  bool node_only = !pl_equal(listed, "snapshot");
  for (size_t i = 0; i < collection->pods.count; i++) {
    const pl_pod *pod = &collection->pods.items[i];
    if (!pod->from_file && !pod->own && (collection->list.of_the_node || pod->name))
      pl_list_add(arena, list, pod_record(arena, pod));
  }
  pl_each_item (pod, node_only ? NULL : pl_get(collection->cluster, "pods")) {
    const char *uid = pl_get_text(pod, "uid", NULL), *phase = pl_get_text(pod, "phase", "");
    if (!pl_get_boolean(pod, "static", false) && pl_equal(phase, "Running") && !pl_pods_find(&collection->pods, uid))
      pl_list_add(arena, list,
                  record(arena, pl_get_text(pod, "namespace", NULL), pl_get_text(pod, "name", NULL), uid,
                         "the cluster snapshot"));
  }
  return list;
}

/* ---- pods that a person should look at ---- */

/* NAME without "-NODE". */
static const char *stem_of(const pl_collection *collection, const char *name) {
  const char *suffix = collection->node_name ? pl_printf(collection->arena, "-%s", collection->node_name) : NULL;
  if (!name || !suffix || !pl_ends(name, suffix))
    return name;
  return pl_strndup(collection->arena, name, strlen(name) - strlen(suffix));
}

static bool has_manifest(const pl_collection *collection, const pl_pod *pod, const char *stem) {
  for (size_t i = 0; i < collection->manifests.count; i++)
    if (pl_equal(collection->manifests.items[i].namespace, pod->namespace) &&
        pl_equal(collection->manifests.items[i].name, stem))
      return true;
  return false;
}

/* The platform's own server gives the kubelet its static pods (staticPodURL), as machined of Talos does. */
static bool has_server_here(const pl_collection *collection) {
  static const char *const here[] = {"http://127.0.0.1:", "http://localhost:", "http://[::1]:", NULL};
  const pl_component *kubelet = pl_component_at(collection, PL_KUBELET);
  const pl_settings *settings = kubelet->count ? &kubelet->instances[0]->settings : NULL;
  const char *url = settings ? pl_text(pl_settings_value(settings, "staticPodURL")) : NULL;
  for (const char *const *place = here; url && *place; place++)
    if (pl_starts(url, *place))
      return true;
  return false;
}

static const char *odd_static(const pl_collection *collection, const pl_pod *pod) {
  const char *stem = stem_of(collection, pod->name);
  if (!stem)
    return "a static pod whose name nothing tells";
  if (!pl_in(stem, known_static))
    return "a static pod that is no part of a control plane that is known";
  return has_manifest(collection, pod, stem) || has_server_here(collection)
             ? NULL
             : "a static pod without a manifest in the kubelet's directory";
}

static bool is_add_on(const char *name) {
  for (const char *const *known = known_add_ons; name && *known; known++)
    if (pl_starts(name, *known))
      return true;
  return false;
}

/* Only a snapshot tells who owns a pod. */
static const char *odd_owner(const pl_collection *collection, const pl_pod *pod) {
  static const char *const of_every_node[] = {"DaemonSet", "Node", NULL};
  const pl_node *known = pl_cluster_find_pod(collection->cluster, pod->uid);
  const char *kind = pl_get_text(known, "owner_kind", "nothing");
  if (!known || pl_in(kind, of_every_node) || is_add_on(pod->name))
    return NULL;
  return pl_printf(collection->arena, "a pod of %s %s, which is no add-on that is known", kind,
                   pl_get_text(known, "owner_name", ""));
}

static pl_node *odd_pods(const pl_collection *collection) {
  pl_arena *arena = collection->arena;
  pl_node *list = pl_node_list(arena);
  for (size_t i = 0; i < collection->pods.count; i++) {
    const pl_pod *pod = &collection->pods.items[i];
    const char *why = pod->own ? NULL : pod->from_file ? odd_static(collection, pod) : odd_owner(collection, pod);
    if (!why)
      continue;
    pl_node *fact = pod_record(arena, pod);
    pl_object_set_text(arena, fact, "why", why);
    pl_list_add(arena, list, fact);
  }
  if (collection->pass.other_containers) {
    pl_node *fact = record(arena, NULL, collection->pass.other_containers, NULL, "cgroup of a process");
    pl_object_set_text(arena, fact, "why", "a container or a machine that is no pod of this node");
    pl_list_add(arena, list, fact);
  }
  return list;
}

pl_node *pl_isolation_facts(const pl_collection *collection, const pl_node *roles) {
  pl_arena *arena = collection->arena;
  const char *listed = listed_by(collection), *because = NULL;
  const char *taint = pl_taint_evidence(collection, &because);
  pl_node *fact = pl_node_object(arena);
  pl_object_set(arena, fact, "role", role_fact(collection, roles));
  pl_object_set(arena, fact, "runs_pods", runs_pods(collection));
  pl_object_set_text(arena, fact, "pods_listed", listed);
  pl_object_set(arena, fact, "api_pods", api_pods(collection, listed));
  pl_object_set(arena, fact, "odd_pods", odd_pods(collection));
  bool worker = pl_equal(pl_get_text(fact, "role", NULL), "worker");
  pl_object_set(arena, fact, "credentials", worker ? pl_stray_credentials(collection) : pl_node_list(arena));
  pl_object_set_text(arena, fact, "taint", taint);
  pl_object_set_text(arena, fact, "taint_because", because);
  return fact;
}
