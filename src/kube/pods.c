/* Names the pods on the node: by the runtime's bundles, else by what the kubelet keeps for them. */
#include "pods.h"

#include "cluster.h"
#include "labels.h"
#include "quiet_read.h"
#include "unreadable.h"

#define POD_LOGS "/var/log/pods"

typedef struct pods_context {
  pl_host *host;
  const pl_pass *pass;
  pl_bundles *bundles;
  const char *kubelet_root;
  pl_pods *pods;
  pl_node *logs;        /* UID -> path of the pod's log directory; NULL until it is asked for */
  const char *logs_why; /* they could not all be listed: the reason, else NULL */
  pl_node *volumes;     /* UIDs that the kubelet keeps directories for; NULL until it is asked for */
} pods_context;

static size_t count_of(const char *text, char c) {
  size_t count = 0;
  for (; *text; text++)
    count += *text == c;
  return count;
}

/* DIRECTORY's own directories whose names have PARTS parts between '_', by the last one; null where two have the same.
 */
static pl_node *index_directory(pods_context *context, const char *directory, size_t parts, const char **ret_why) {
  pl_arena *arena = context->host->arena;
  pl_node *index = pl_node_object(arena);
  pl_paths paths = pl_host_walk(context->host, directory, &(pl_walk){.max_depth = 1, .directories = true});
  for (size_t i = 0; i < paths.count; i++) {
    const char *name = pl_basename(paths.items[i]), *last = strrchr(name, '_'), *key = last ? last + 1 : name;
    if (count_of(name, '_') + 1 == parts)
      pl_object_set(arena, index, key,
                    pl_get(index, key) ? pl_node_null(arena) : pl_node_string(arena, paths.items[i]));
  }
  *ret_why = paths.complete ? NULL : paths.why;
  return index;
}

/* "NAMESPACE_NAME_UID", a directory that the kubelet makes for each pod. */
static bool name_by_logs(pods_context *context, pl_pod *pod) {
  pl_arena *arena = context->host->arena;
  if (!context->logs)
    context->logs = index_directory(context, POD_LOGS, 3, &context->logs_why);
  const char *path = pl_get_text(context->logs, pod->uid, NULL);
  const char *const *parts;
  if (!path)
    return false;
  pl_split(arena, pl_basename(path), '_', &parts);
  pod->namespace = parts[0];
  pod->name = parts[1];
  pod->source = path;
  return true;
}

/* The namespace file of the service account volume. */
static bool namespace_by_volume(pods_context *context, pl_pod *pod) {
  pl_arena *arena = context->host->arena;
  const char *why;
  if (!context->volumes)
    context->volumes = index_directory(context, pl_path_join(arena, context->kubelet_root, "pods"), 1, &why);
  const char *directory = pl_get_text(context->volumes, pod->uid, NULL);
  if (!directory)
    return false;
  pl_paths volumes = pl_host_walk(context->host, pl_path_join(arena, directory, "volumes/kubernetes.io~projected"),
                                  &(pl_walk){.max_depth = 1, .directories = true});
  for (size_t i = 0; i < volumes.count; i++) {
    const char *namespace = pl_starts(pl_basename(volumes.items[i]), "kube-api-access-")
                                ? pl_read_line_enclosed(context->host, arena, volumes.items[i], "namespace")
                                : NULL;
    if (namespace && pl_is_dns_label(namespace)) {
      pod->namespace = namespace;
      pod->source = pl_path_join(arena, volumes.items[i], "namespace");
      return true;
    }
  }
  return false;
}

static void name_by_bundle(const pl_bundle *bundle, pl_pod *pod) {
  if (!bundle || !bundle->pod_namespace)
    return;
  pod->namespace = bundle->pod_namespace;
  pod->name = bundle->pod_name;
  pod->from_file = pod->from_file || bundle->file_source;
  pod->source = bundle->path;
}

static void add_pod(pods_context *context, const char *uid) {
  pl_pods *pods = context->pods;
  pl_arena *arena = context->host->arena;
  if (pl_get(pods->index, uid))
    return;
  pl_pod pod = {.uid = uid, .from_file = pl_uid_is_static(uid)};
  pl_object_set_integer(arena, pods->index, uid, (int64_t)pods->count);
  pl_push(arena, pods->items, pods->count, pods->capacity, pod);
}

/* NULL where it has its name already. */
static pl_pod *find_unnamed(const pods_context *context, const char *uid) {
  int64_t at = uid ? pl_get_integer(context->pods->index, uid, -1) : -1;
  return at >= 0 && !context->pods->items[at].namespace ? &context->pods->items[at] : NULL;
}

/* Components come first: their bundles are read with their mounts anyway. */
static void name_all(pods_context *context) {
  const pl_pass *pass = context->pass;
  for (size_t i = 0; i < pass->candidate_count; i++) {
    const pl_cgroup *cgroup = &pass->candidates[i].cgroup;
    pl_pod *pod = find_unnamed(context, cgroup->pod_uid);
    if (pod)
      name_by_bundle(pl_bundles_with_mounts(context->bundles, cgroup->container_id), pod);
  }
  for (size_t i = 0; i < pass->container_count; i++) {
    pl_pod *pod = find_unnamed(context, pass->containers[i].uid);
    if (pod)
      name_by_bundle(pl_bundles_find(context->bundles, pass->containers[i].id), pod);
  }
  for (size_t i = 0; i < context->pods->count; i++) {
    pl_pod *pod = &context->pods->items[i];
    if (pod->namespace || name_by_logs(context, pod) || namespace_by_volume(context, pod))
      continue;
    pod->source = "its cgroup alone";
    pod->unnamed = context->logs_why;
  }
}

void pl_pods_read(pl_host *host, const pl_pass *pass, pl_bundles *bundles, const char *kubelet_root, pl_pods *ret) {
  *ret = (pl_pods){.index = pl_node_object(host->arena)};
  pods_context context = {.host = host, .pass = pass, .bundles = bundles, .kubelet_root = kubelet_root, .pods = ret};
  for (size_t i = 0; i < pass->container_count; i++)
    add_pod(&context, pass->containers[i].uid);
  name_all(&context);
}

const pl_pod *pl_pods_find(const pl_pods *pods, const char *uid) {
  int64_t at = uid ? pl_get_integer(pods->index, uid, -1) : -1;
  return at < 0 ? NULL : &pods->items[at];
}

pl_node *pl_pods_facts(pl_arena *arena, const pl_pods *pods, const pl_node *cluster, const char *why) {
  if (why)
    return pl_unreadable(arena, why);
  pl_node *list = pl_node_list(arena);
  for (size_t i = 0; i < pods->count; i++) {
    const pl_pod *pod = &pods->items[i];
    pl_node *fact = pl_node_object(arena);
    pl_object_set_text(arena, fact, "namespace", pod->namespace);
    pl_object_set_text(arena, fact, "name", pod->name);
    pl_object_set_text(arena, fact, "uid", pod->uid);
    pl_object_set_boolean(arena, fact, "static", pod->from_file);
    pl_object_set_boolean(arena, fact, "own", pod->own);
    pl_object_set_text(arena, fact, "owner_kind",
                       pl_get_text(pl_cluster_find_pod(cluster, pod->uid), "owner_kind", NULL));
    pl_object_set_text(arena, fact, "source", pod->source);
    pl_list_add(arena, list, fact);
  }
  return list;
}
