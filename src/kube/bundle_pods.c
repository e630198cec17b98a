/* Pods that no cgroup of a process shows: their containers run in a machine of their own, or we see other processes. */
#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"
#include "pods.h"

/* What is known already, so that each bundle is looked for but once. */
typedef struct known {
  pl_node *containers; /* IDs that processes are in */
  pl_node *names;      /* "NAMESPACE/NAME" of pods */
} known;

static const char *pod_key(pl_arena *arena, const char *namespace, const char *name) {
  return pl_printf(arena, "%s/%s", namespace ? namespace : "", name ? name : "");
}

static known find_known(pl_arena *scratch, const pl_pass *pass, const pl_pods *pods) {
  known found = {pl_node_object(scratch), pl_node_object(scratch)};
  for (size_t i = 0; i < pass->container_count; i++)
    if (pass->containers[i].id)
      pl_object_put(scratch, found.containers, pass->containers[i].id, found.containers);
  for (size_t i = 0; i < pods->count; i++)
    pl_object_put(scratch, found.names, pod_key(scratch, pods->items[i].namespace, pods->items[i].name), found.names);
  return found;
}

/* The process that its runtime wrote down is there. Where the processes are not the node's, the bundle alone tells: the
 * runtime takes it away when the container ends. */
static bool is_live(const pl_host *host, pl_arena *scratch, const pl_bundle *bundle, bool of_the_node) {
  static const char *const files[] = {"init.pid", "pidfile", NULL};
  for (size_t i = 0; of_the_node && host->proc && files[i]; i++) {
    const char *directory = pl_dirname(scratch, bundle->file);
    pl_bytes text;
    int64_t pid;
    if (pl_root_read(bundle->root, scratch, pl_path_join(scratch, pl_printf(scratch, "/%s", directory), files[i]), 64,
                     &text, NULL) < 0)
      continue;
    const char *digits = pl_strndup(scratch, text.data, strcspn(text.data, "\r\n "));
    if (pl_parse_int(digits, 1, INT32_MAX, &pid, NULL) < 0)
      continue;
    pl_auto_close int fd = pl_root_open(host->proc, digits, PL_OPEN_PATH, NULL);
    return fd >= 0;
  }
  return !of_the_node;
}

static void add_bundle(pl_pods *pods, pl_arena *arena, const pl_bundle *bundle) {
  pl_pod pod = {.uid = bundle->pod_uid,
                .namespace = bundle->pod_namespace,
                .name = bundle->pod_name,
                .source = bundle->path,
                .from_file = bundle->file_source || pl_uid_is_static(bundle->pod_uid)};
  if (pod.uid)
    pl_object_set_integer(arena, pods->index, pod.uid, (int64_t)pods->count);
  pl_push(arena, pods->items, pods->count, pods->capacity, pod);
}

void pl_pods_add_bundles(pl_host *host, const pl_pass *pass, pl_bundles *bundles, bool of_the_node, pl_pods *pods) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  known found = find_known(scratch, pass, pods);
  for (size_t place = 0; place < PL_BUNDLE_PLACES; place++) {
    const pl_paths *listed = &bundles->directories[place].listed;
    pods->bundles_listed = pods->bundles_listed || (bundles->directories[place].root && listed->complete);
    for (size_t i = 0; i < listed->count; i++) {
      const char *id = pl_basename(listed->items[i]);
      const pl_bundle *bundle = pl_get(found.containers, id) ? NULL : pl_bundles_find(bundles, id);
      if (!bundle || !bundle->pod_namespace || pl_pods_find(pods, bundle->pod_uid))
        continue;
      const char *key = pod_key(scratch, bundle->pod_namespace, bundle->pod_name);
      if (pl_get(found.names, key) || !is_live(host, scratch, bundle, of_the_node))
        continue;
      add_bundle(pods, host->arena, bundle);
      pl_object_put(scratch, found.names, key, found.names);
    }
  }
}
