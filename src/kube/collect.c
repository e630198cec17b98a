/* One collection: the process pass, then everything else, in the order in which one thing leads to the next. */
#include "collection.h"

#include "agent_facts.h"
#include "cni.h"
#include "component_facts.h"
#include "credentials.h"
#include "derived_facts.h"
#include "embedded.h"
#include "file_facts.h"
#include "file_sets.h"
#include "host_facts.h"
#include "isolation.h"
#include "kernel.h"
#include "platform_detect.h"
#include "plumbline/host/network.h"
#include "sandboxes.h"
#include "storage_facts.h"
#include "supervised.h"
#include "volumes.h"
#include "workloads.h"

pl_collection *pl_collect_processes(pl_arena *arena, pl_host *host, const pl_collect_options *options) {
  pl_collection *collection = pl_new(arena, pl_collection);
  *collection = (pl_collection){.arena = arena, .host = host, .options = options, .blocks = pl_blocks_new(host)};
  pl_pass_read_watching(host, options->platforms, pl_cni_programs(arena, options->cnis), options->agents,
                        &collection->pass);
  pl_cni_agents_read(host, &collection->pass, options->cnis, &collection->cni_agents);
  pl_network_open(host);
  for (size_t i = 0; i < collection->pass.candidate_count; i++) {
    const pl_root *root = collection->pass.candidates[i].root;
    if (root)
      pl_push(arena, collection->root_fds, collection->root_count, collection->root_capacity, pl_root_fd(root));
  }
  for (size_t i = 0; i < collection->pass.watched_count; i++) {
    const pl_root *root = collection->pass.watched[i].root;
    if (root)
      pl_push(arena, collection->root_fds, collection->root_count, collection->root_capacity, pl_root_fd(root));
  }
  return collection;
}

size_t pl_collect_roots(const pl_collection *collection, const int **ret_fds) {
  *ret_fds = collection->root_fds;
  return collection->root_count;
}

static pl_components_input components_input(pl_collection *collection) {
  return (pl_components_input){.host = collection->host,
                               .pass = &collection->pass,
                               .pods = &collection->pods,
                               .bundles = &collection->bundles,
                               .platform = collection->platform,
                               .tables = collection->options->tables,
                               .kubernetes = collection->options->kubernetes,
                               .packages = &collection->packages,
                               .list = collection->list};
}

static void read_component(pl_collection *collection, pl_component_id id, bool with_manifests) {
  pl_components_input input = components_input(collection);
  input.manifests = with_manifests ? &collection->manifests : NULL;
  pl_component_read(&input, &pl_component_specs[id], &collection->components[id]);
}

/* A recognised kubelet outside pods, which proves whose processes these are. */
static const pl_candidate *find_kubelet(const pl_collection *collection) {
  pl_surroundings around = {.host = collection->host, .pass = &collection->pass, .pods = &collection->pods};
  for (size_t i = 0; i < collection->pass.candidate_count; i++) {
    const pl_candidate *candidate = &collection->pass.candidates[i];
    if (candidate->spec->id == PL_KUBELET && !candidate->cgroup.pod_uid &&
        pl_recognise(&around, candidate).standing == PL_STANDING_REAL)
      return candidate;
  }
  return NULL;
}

/* --root-dir is a flag only. */
static const char *find_kubelet_root(const pl_collection *collection, const pl_candidate *kubelet) {
  static const pl_flag_spec specs[] = {{.name = "root-dir", .kind = PL_FLAG_STRING}, {.name = NULL}};
  pl_flags flags = {0};
  if (kubelet)
    pl_flags_parse(collection->arena, kubelet->process->argv, kubelet->process->argc, specs, PL_FLAGS_PFLAG, &flags,
                   NULL);
  const pl_flag *given = pl_flags_last(&flags, "root-dir");
  if (given && given->value[0] == '/')
    return pl_path_join(collection->arena, "/", given->value);
  const char *usual = collection->platform ? collection->platform->layout.kubelet_root : NULL;
  return usual ? usual : "/var/lib/kubelet";
}

/* Container runtimes first: they know which process belongs to which pod. */
static void read_runtimes(pl_collection *collection) {
  collection->pods.index = pl_node_object(collection->arena);
  const pl_candidate *kubelet = find_kubelet(collection);
  pl_embedding embedded = pl_embedding_find(collection->arena, &collection->pass, collection->platform, "kubelet");
  collection->list =
      pl_process_list_judge(collection->host, &collection->pass, kubelet || (embedded.program && !embedded.perhaps));
  collection->kubelet_root = find_kubelet_root(collection, kubelet);
  read_component(collection, PL_CONTAINERD, false);
  read_component(collection, PL_CRIO, false);
  const pl_component *containerd = pl_component_at(collection, PL_CONTAINERD),
                     *crio = pl_component_at(collection, PL_CRIO);
  const pl_layout *layout = collection->platform ? &collection->platform->layout : NULL;
  const char *state = layout && layout->containerd_state ? layout->containerd_state : "/run/containerd";
  pl_bundles_init(&collection->bundles, collection->host,
                  containerd->count ? containerd->instances[0]->runtime->state : state,
                  crio->count ? crio->instances[0]->runtime->state : "/run/containers/storage");
  pl_pods_read(collection->host, &collection->pass, &collection->bundles, collection->kubelet_root, &collection->pods);
  pl_pods_add_bundles(collection->host, &collection->pass, &collection->bundles, collection->list.of_the_node,
                      &collection->pods);
  pl_pods_mark_own(collection->host, &collection->pass, &collection->pods);
}

/* Where the kubelet says that static pods are, else where the platform has them. */
static void read_manifests(pl_collection *collection) {
  const pl_component *kubelet = pl_component_at(collection, PL_KUBELET);
  pl_manifests *manifests = &collection->manifests;
  const pl_instance *instance = kubelet->count ? kubelet->instances[0] : NULL;
  const pl_node *entry = instance ? pl_get(instance->settings.values, "staticPodPath") : NULL;
  const char *path = pl_text(pl_get(entry, "value"));
  const char *host_path = path && *path ? pl_view_host_path(instance->view, path, NULL) : NULL;
  manifests->complete = true;
  if (host_path) {
    pl_manifests_read(collection->host, host_path, manifests);
    return;
  }
  bool none = pl_get(entry, "value") != NULL && !path && !pl_get(entry, "refused");
  if (none || (path && !*path))
    return;
  const pl_texts layout = collection->platform ? collection->platform->layout.manifests : (pl_texts){NULL, 0};
  for (size_t i = 0; i < layout.count; i++)
    pl_manifests_read(collection->host, layout.items[i], manifests);
  bool known = kubelet->state == PL_COMPONENT_ABSENT || pl_is_agents_node(collection);
  if (!known && manifests->complete) {
    manifests->complete = false;
    manifests->why = "where the kubelet looks for static pods is not known";
  }
}

static void read_components(pl_collection *collection) {
  static const pl_component_id others[] = {PL_APISERVER, PL_CONTROLLER_MANAGER, PL_SCHEDULER, PL_ETCD, PL_PROXY};
  read_component(collection, PL_KUBELET, false);
  read_manifests(collection);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    read_component(collection, others[i], true);
}

static pl_node *components_fact(const pl_collection *collection) {
  pl_node *facts = pl_node_object(collection->arena);
  for (size_t i = 0; i < PL_COMPONENT_COUNT; i++)
    pl_object_set(collection->arena, facts, pl_component_specs[i].name,
                  pl_component_facts(collection->arena, &collection->components[i]));
  return facts;
}

static pl_node *assemble(pl_collection *collection) {
  pl_arena *arena = collection->arena;
  pl_node *facts = pl_node_object(arena), *empty = pl_node_object(arena);
  pl_components_input input = components_input(collection);
  const char *no_pods = collection->list.of_the_node && collection->list.complete ? NULL : collection->list.because;
  pl_node *sets = pl_file_sets(collection), *globs = pl_globs(collection);
  pl_object_set(arena, facts, "tool", pl_tool_facts(collection));
  pl_object_set(arena, facts, "vantage", empty);
  pl_object_set(arena, facts, "host", pl_host_facts(collection));
  pl_object_set(arena, facts, "platform", pl_platform_facts(collection));
  pl_object_set(arena, facts, "components", components_fact(collection));
  pl_object_set(arena, facts, "rejected_processes", pl_rejected_facts(arena, &input));
  pl_object_set(arena, facts, "pods", pl_pods_facts(arena, &collection->pods, collection->cluster, no_pods));
  pl_object_set(arena, facts, "workloads", pl_workloads_facts(collection));
  pl_object_set(arena, facts, "agents", pl_agents_facts(collection));
  pl_object_set(arena, facts, "cluster", collection->cluster);
  pl_object_set(arena, facts, "isolation", pl_isolation_facts(collection, pl_get_path(facts, "platform.roles")));
  pl_object_set(arena, facts, "cni", pl_cni_facts(collection));
  pl_put_apiserver_facts(collection, facts);
  pl_node *kernel = pl_kernel_facts(arena, collection->host);
  pl_object_set(arena, facts, "kernel", kernel);
  pl_object_set(arena, facts, "sandboxes", pl_sandboxes_facts(collection, pl_get(kernel, "confidential")));
  pl_object_set(arena, facts, "volumes", pl_volume_facts(collection));
  pl_object_set(arena, facts, "swap", pl_swap_facts(collection));
  pl_object_set(arena, facts, "etcd_data", pl_etcd_data_facts(collection, sets));
  pl_object_set(arena, facts, "etcd_snapshots", pl_snapshot_facts(collection));
  pl_node *kubeconfigs = pl_kubeconfig_facts(collection, sets);
  pl_put_client_certificate(collection, pl_get(facts, "components"), kubeconfigs);
  pl_object_set(arena, facts, "kubeconfigs", kubeconfigs);
  pl_object_set(arena, facts, "certificates", pl_certificate_facts(collection));
  pl_object_set(arena, facts, "file_sets", sets);
  pl_object_set(arena, facts, "globs", globs);
  pl_object_set(arena, facts, "files", pl_file_facts(collection)); /* last: everything that was asked about */
  pl_object_set(arena, facts, "vantage", pl_vantage_facts(collection));
  return facts;
}

pl_node *pl_collect_facts(pl_collection *collection) {
  collection->os_release = pl_os_release(collection->arena, collection->host);
  pl_platform_detect(collection, false);
  pl_supervised_find(collection->host, &collection->pass, collection->platform);
  collection->platform = pl_supervised_layout(collection->host, &collection->pass, collection->platform);
  read_runtimes(collection);
  read_components(collection);
  pl_platform_detect(collection, true);
  collection->platform = pl_supervised_layout(collection->host, &collection->pass, collection->platform);
  collection->node_name = pl_node_name(collection);
  collection->cluster = pl_cluster_facts(collection->arena, collection->options->cluster, collection->node_name,
                                         collection->options->now);
  pl_node *facts = assemble(collection);
  pl_bundles_close(&collection->bundles);
  pl_pass_close(&collection->pass);
  return facts;
}

pl_node *pl_collect(pl_arena *arena, pl_host *host, const pl_collect_options *options) {
  return pl_collect_facts(pl_collect_processes(arena, host, options));
}
