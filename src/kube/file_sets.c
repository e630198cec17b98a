/* The sets of files that belong to single components: manifests, kubeconfigs, configuration, CNI, etcd's data, units.
 */
#include "file_sets.h"

static pl_arena *arena_of(const pl_file_set *set) { return set->collection->arena; }

/* A set about a component that cannot be seen stays open. */
static bool is_open(pl_file_set *set, const pl_component *component) {
  if (component->state != PL_COMPONENT_UNOBSERVABLE)
    return false;
  set->unobservable = true;
  pl_file_set_incomplete(set, pl_printf(arena_of(set), "%s: %s", component->spec->name, component->because));
  return true;
}

/* ---- manifests ---- */

/* A static pod of COMPONENT runs whose manifest does not show it. Another program of the pod may have started it, as
 * etcd-manager does; where nothing that the kubelet reads makes the pod, what started it is not what is there now. */
static void add_hidden(pl_file_set *set, const pl_component *component) {
  const pl_manifests *manifests = &set->collection->manifests;
  for (size_t i = 0; manifests->where && i < component->count; i++) {
    const pl_instance *instance = component->instances[i];
    if (!instance->candidate || !instance->pod || !instance->pod->from_file || instance->manifest)
      continue;
    const pl_pod *pod = instance->pod;
    const pl_manifest *manifest = pl_manifests_for_pod(manifests, NULL, pod->namespace, pod->name);
    if (manifest)
      pl_file_set_add(set, manifest->path);
    else
      pl_file_set_incomplete(
          set, pl_printf(arena_of(set),
                         "%s (pid %d) runs in a static pod, but %s holds no manifest of it that the kubelet could read",
                         component->spec->name, instance->candidate->process->pid, manifests->where));
  }
}

static void put_manifests(pl_collection *collection, pl_node *facts, pl_component_id id) {
  pl_file_set *set = pl_file_set_new(collection);
  const pl_component *component = pl_component_at(collection, id);
  const pl_manifests *manifests = &collection->manifests;
  const pl_manifest *manifest = NULL;
  while ((manifest = pl_manifests_next(manifests, component->spec, manifest)))
    pl_file_set_add(set, manifest->path);
  const char *name = component->spec->name;
  if (!manifests->complete && !component->embedded)
    pl_file_set_incomplete(set, manifests->why);
  if (pl_count(set->paths) == 0)
    is_open(set, component);
  add_hidden(set, component);
  const char *because = pl_component_is_here(component)
                            ? pl_printf(collection->arena, "%s runs on this node without a static pod manifest", name)
                            : pl_printf(collection->arena, "no static pod runs %s on this node", name);
  pl_file_set_put(set, facts, pl_printf(collection->arena, "%s.manifest", name), because);
}

/* ---- files that settings name ---- */

/* All files of ROLE that INSTANCE names. A file of the container's own is nobody's on the host. */
static void add_role(pl_file_set *set, const pl_instance *instance, const char *role, bool if_present) {
  const pl_node *file;
  for (size_t i = 0; (file = pl_instance_file(instance, role, i)); i++) {
    const char *path = pl_get_text(file, "host_path", NULL), *unknown = pl_get_text(file, "unreadable", NULL);
    if (unknown)
      pl_file_set_incomplete(set, pl_printf(arena_of(set), "%s: %s", instance->spec->name, unknown));
    else if (!path)
      pl_file_set_incomplete(
          set, pl_printf(arena_of(set), "%s lies in the container's own file system", pl_get_text(file, "path", "")));
    else if (!if_present || pl_host_stat(set->collection->host, path)->state != PL_FILE_ABSENT)
      pl_file_set_add(set, path);
  }
}

/* Whether what was REFUSED leaves open which files the component names. The kubelet says by itself what a refused
 * document leaves open. Where it was FOUND which they are, a flag that is unknown or has a wrong value changes nothing,
 * unless it is one of those that name files. */
static bool leaves_files_open(const pl_component_spec *spec, const pl_node *refused, bool found) {
  static const char *const naming[] = {"kubeconfig",
                                       "bootstrap-kubeconfig",
                                       "bootstrapKubeconfig",
                                       "config",
                                       "config-dir",
                                       "authentication.x509.clientCAFile",
                                       "data-dir",
                                       "wal-dir",
                                       NULL};
  static const char *const stages[] = {"flags", "environment", "config-file", NULL};
  const char *stage = pl_get_text(refused, "stage", ""), *setting = pl_get_text(refused, "setting", NULL);
  bool reading = spec->id == PL_KUBELET ? pl_equal(stage, "flags") : !found || pl_in(stage, stages);
  return reading && (!found || !setting || pl_in(setting, naming));
}

/* Why INSTANCE may name other files than it seems to, NULL when all is known. */
static const char *unknown_settings(pl_arena *arena, const pl_instance *instance, bool found) {
  if (instance->arguments_unknown)
    return pl_printf(arena, "%s: %s", instance->spec->name, instance->arguments_unknown);
  pl_each_item (refused, instance->settings.refused) {
    if (leaves_files_open(instance->spec, refused, found))
      return pl_printf(arena, "%s: %s", instance->spec->name, pl_get_text(refused, "reason", ""));
  }
  return NULL;
}

typedef struct role_set {
  const char *name;
  pl_component_id component;
  const char *roles[3];   /* files of these; NULL ends */
  const char *if_present; /* files of this role only where they exist; NULL: none */
  const char *none;       /* why there are none, when the component is here */
} role_set;

static const role_set role_sets[] = {
    {"kube-scheduler.kubeconfig", PL_SCHEDULER, {"kubeconfig", NULL}, NULL, "it is given no kubeconfig"},
    {"kube-controller-manager.kubeconfig",
     PL_CONTROLLER_MANAGER,
     {"kubeconfig", NULL},
     NULL,
     "it is given no kubeconfig"},
    {"kubelet.kubeconfig", PL_KUBELET, {"kubeconfig", NULL}, "bootstrap-kubeconfig", "it is given no kubeconfig"},
    {"kubelet.client-ca", PL_KUBELET, {"client-ca", NULL}, NULL, "it is given no client CA file"},
    {"kubelet.config", PL_KUBELET, {"config", "drop-in", NULL}, NULL, "it reads no configuration file"},
    {"etcd.data-dir", PL_ETCD, {"data-dir", "wal-dir", NULL}, NULL, "it is given no data directory"},
};

static void put_roles(pl_collection *collection, pl_node *facts, const role_set *wanted) {
  pl_file_set *set = pl_file_set_new(collection);
  const pl_component *component = pl_component_at(collection, wanted->component);
  is_open(set, component);
  for (size_t i = 0; pl_component_is_here(component) && i < component->count; i++) {
    const pl_instance *instance = component->instances[i];
    bool found = false;
    for (size_t j = 0; wanted->roles[j]; j++) {
      add_role(set, instance, wanted->roles[j], false);
      found = found || pl_instance_file(instance, wanted->roles[j], 0);
    }
    if (wanted->if_present)
      add_role(set, instance, wanted->if_present, true);
    const char *unknown = unknown_settings(collection->arena, instance, found);
    if (unknown)
      pl_file_set_incomplete(set, unknown);
  }
  const char *name = component->spec->name;
  pl_file_set_put(set, facts, wanted->name,
                  pl_component_is_here(component) ? pl_printf(collection->arena, "%s: %s", name, wanted->none)
                                                  : pl_printf(collection->arena, "no %s on this node", name));
}

/* ---- kube-proxy's kubeconfig ---- */

/* It comes out of a volume that the API server filled: there is no file of the host's own. */
static const char *api_volume_reason(pl_arena *arena, const pl_instance *instance, const char *host_path) {
  const char *name, *kind = pl_api_volume(arena, host_path, &name);
  const char *pod = instance->pod && instance->pod->name ? instance->pod->name : "unknown";
  return kind ? pl_printf(arena, "kube-proxy takes its kubeconfig from a %s volume (%s, pod %s)", kind, name, pod)
              : NULL;
}

static void put_proxy_kubeconfig(pl_collection *collection, pl_node *facts) {
  pl_file_set *set = pl_file_set_new(collection);
  const pl_component *component = pl_component_at(collection, PL_PROXY);
  const char *because =
      pl_component_is_here(component) ? "kube-proxy is given no kubeconfig" : "no kube-proxy on this node";
  is_open(set, component);
  for (size_t i = 0; pl_component_is_here(component) && i < component->count; i++) {
    const pl_instance *instance = component->instances[i];
    const pl_node *file = pl_instance_file(instance, "kubeconfig", 0);
    const char *path = pl_get_text(file, "host_path", NULL);
    const char *volume = path ? api_volume_reason(collection->arena, instance, path) : NULL;
    if (volume)
      because = volume;
    else
      add_role(set, instance, "kubeconfig", false);
    const char *unknown = unknown_settings(collection->arena, instance, file != NULL);
    if (unknown && !volume)
      pl_file_set_incomplete(set, unknown);
  }
  pl_file_set_put(set, facts, "kube-proxy.kubeconfig", because);
}

/* ---- the kubelet's unit ---- */

static void put_unit(pl_collection *collection, pl_node *facts) {
  pl_file_set *set = pl_file_set_new(collection);
  const pl_component *component = pl_component_at(collection, PL_KUBELET);
  is_open(set, component);
  for (size_t i = 0; pl_component_is_here(component) && i < component->count; i++) {
    const pl_unit *unit = component->instances[i]->unit;
    if (!unit)
      continue;
    if (unit->files_why)
      pl_file_set_incomplete(set, unit->files_why);
    if (unit->fragment)
      pl_file_set_add(set, unit->fragment);
    pl_file_set_add_all(set, &unit->drop_ins);
  }
  pl_file_set_put(set, facts, "kubelet.unit",
                  pl_component_is_here(component) ? "no systemd unit starts the kubelet" : "no kubelet on this node");
}

/* ---- admin kubeconfigs ---- */

/* NAME where the scheduler or the controller manager has its own kubeconfig: installers write them side by side. */
static bool add_beside(pl_file_set *set, const char *name) {
  static const pl_component_id ids[] = {PL_SCHEDULER, PL_CONTROLLER_MANAGER};
  pl_collection *collection = set->collection;
  bool found = false;
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    const pl_component *component = pl_component_at(collection, ids[i]);
    const pl_node *file = component->count ? pl_instance_file(component->instances[0], "kubeconfig", 0) : NULL;
    const char *path = pl_get_text(file, "host_path", NULL);
    if (file && !path)
      pl_file_set_incomplete(set, pl_printf(collection->arena, "%s may lie beside %s, which cannot be placed", name,
                                            pl_get_text(file, "path", "")));
    const char *beside = path ? pl_printf(collection->arena, "%s/%s", pl_dirname(collection->arena, path), name) : NULL;
    if (!beside || strcmp(beside, path) == 0 || pl_host_stat(collection->host, beside)->state == PL_FILE_ABSENT)
      continue;
    pl_file_set_add(set, beside);
    found = true;
  }
  return found;
}

static void put_admin_kubeconfigs(pl_collection *collection, pl_node *facts) {
  pl_file_set *set = pl_file_set_new(collection);
  pl_texts names = collection->platform ? collection->platform->layout.admin_kubeconfigs : (pl_texts){NULL, 0};
  const char *because = NULL;
  bool elsewhere = pl_component_at(collection, PL_APISERVER)->embedded;
  for (size_t i = 0; i < names.count; i++) {
    if (pl_host_stat(collection->host, names.items[i])->state != PL_FILE_ABSENT)
      pl_file_set_add(set, names.items[i]);
    else if (!add_beside(set, pl_basename(names.items[i])) && elsewhere)
      pl_file_set_incomplete(set, pl_printf(collection->arena,
                                            "there is no %s, and where else one was written is not observable",
                                            names.items[i]));
    because = because ? pl_printf(collection->arena, "%s, %s", because, names.items[i])
                      : pl_printf(collection->arena, "there is no %s", names.items[i]);
  }
  pl_file_set_put(set, facts, "admin.kubeconfigs", because ? because : "this platform has no admin kubeconfig");
}

/* ---- CNI ---- */

static void add_tree(pl_file_set *set, const char *directory, const char **because) {
  pl_paths paths = pl_host_walk(set->collection->host, directory,
                                &(pl_walk){.max_depth = PL_WALK_DEPTH_MAX, .files = true, .hidden = true});
  if (paths.complete && paths.count == 0)
    *because = *because ? pl_printf(arena_of(set), "%s; %s is empty or not there", *because, directory)
                        : pl_printf(arena_of(set), "%s is empty or not there", directory);
  pl_file_set_add_all(set, &paths);
}

static void add_runtime_cni(pl_file_set *set, const pl_component *component, const char **because) {
  for (size_t i = 0; i < component->count; i++) {
    const pl_runtime *runtime = component->instances[i]->runtime;
    if (runtime->why)
      pl_file_set_incomplete(set, pl_printf(arena_of(set), "%s: %s", component->spec->name, runtime->why));
    for (size_t j = 0; j < runtime->cni_count; j++)
      add_tree(set, runtime->cni_directories[j], because);
  }
}

static void put_cni(pl_collection *collection, pl_node *facts) {
  pl_file_set *set = pl_file_set_new(collection);
  const pl_component *containerd = pl_component_at(collection, PL_CONTAINERD),
                     *crio = pl_component_at(collection, PL_CRIO);
  const pl_layout *layout = collection->platform ? &collection->platform->layout : NULL;
  const char *because = NULL;
  bool runtime = pl_component_is_here(containerd) || pl_component_is_here(crio);
  add_runtime_cni(set, containerd, &because);
  add_runtime_cni(set, crio, &because);
  for (size_t i = 0; !runtime && layout && i < layout->cni.count; i++)
    add_tree(set, layout->cni.items[i], &because);
  for (size_t i = 0; layout && i < layout->cni_state.count; i++)
    add_tree(set, layout->cni_state.items[i], &because);
  if (!runtime && containerd->state == PL_COMPONENT_UNOBSERVABLE)
    is_open(set, containerd);
  pl_file_set_put(set, facts, "cni.files", because ? because : "this node has no CNI configuration");
}

/* ---- all ---- */

pl_node *pl_file_sets(pl_collection *collection) {
  static const pl_component_id in_pods[] = {PL_APISERVER, PL_CONTROLLER_MANAGER, PL_SCHEDULER, PL_ETCD};
  pl_node *facts = pl_node_object(collection->arena);
  for (size_t i = 0; i < sizeof in_pods / sizeof *in_pods; i++)
    put_manifests(collection, facts, in_pods[i]);
  for (size_t i = 0; i < sizeof role_sets / sizeof *role_sets; i++)
    put_roles(collection, facts, &role_sets[i]);
  put_cni(collection, facts);
  put_admin_kubeconfigs(collection, facts);
  put_proxy_kubeconfig(collection, facts);
  put_unit(collection, facts);
  pl_pki_sets(collection, facts);
  return facts;
}

pl_node *pl_globs(pl_collection *collection) {
  pl_node *facts = pl_node_object(collection->arena);
  const pl_collect_options *options = collection->options;
  for (size_t i = 0; i < options->glob_count; i++) {
    pl_file_set *set = pl_file_set_new(collection);
    pl_paths paths = pl_host_glob(collection->host, options->globs[i]);
    pl_file_set_add_all(set, &paths);
    if (!strpbrk(options->globs[i], "*?["))
      pl_host_stat(collection->host, options->globs[i]); /* a path that is not there is a fact, too */
    pl_file_set_put(set, facts, options->globs[i],
                    pl_printf(collection->arena, "nothing matches %s", options->globs[i]));
  }
  return facts;
}
