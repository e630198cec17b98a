/*
 * hostPath volumes make no mount of the kubelet's: containers' bundles tell of them. They are read only where the
 * answer could matter, on a bare-metal machine; the disk of a virtual one may be encrypted below it.
 */
#include "src/kube/host_paths.h"

#include "plumbline/core/limits.h"
#include "src/kube/unreadable.h"
#include "src/kube/volumes.h"

/* What runtimes and the kubelet mount into every container, and what is no data. */
static bool is_data(const pl_collection *collection, const char *path) {
  static const char *const others[] = {"/dev", "/proc", "/sys", "/run", "/var/run", "/tmp/.X11-unix", NULL};
  if (pl_path_below(path, collection->kubelet_root) || strstr(path, "/io.containerd.") ||
      strstr(path, "/overlay-containers/"))
    return false;
  for (const char *const *other = others; *other; other++)
    if (pl_path_below(path, *other))
      return false;
  return true;
}

typedef struct host_paths {
  pl_collection *collection;
  pl_node *list, *seen;
  bool cut;
  const char *first;  /* the first of them, for people */
  const char *unread; /* what of some pod could not be told, and why; NULL: nothing */
} host_paths;

static void add(host_paths *h, const pl_pod *pod, const pl_mapping *mapping) {
  pl_arena *arena = h->collection->arena;
  const char *key = pl_printf(arena, "%s %s", pod->uid, mapping->outside);
  if (pl_get(h->seen, key) || h->cut)
    return;
  pl_object_set_boolean(arena, h->seen, key, true);
  const pl_storage *storage = pl_storage_of_path(h->collection->blocks, mapping->outside);
  if (storage->rest == PL_REST_UNKNOWN && !h->unread)
    h->unread = storage->because;
  if (storage->rest != PL_REST_PLAIN)
    return;
  h->cut = pl_count(h->list) >= PL_HOST_PATHS_MAX;
  if (h->cut)
    return;
  if (!h->first)
    h->first = pl_printf(arena, "%s of %s/%s", mapping->outside, pod->namespace ? pod->namespace : "?",
                         pod->name ? pod->name : pod->uid);
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "pod", pod->uid);
  pl_object_set_text(arena, fact, "namespace", pod->namespace);
  pl_object_set_text(arena, fact, "name", pod->name);
  pl_object_set_text(arena, fact, "path", mapping->outside);
  pl_put_storage(arena, fact, storage);
  pl_object_set_text(arena, fact, "because", storage->because);
  pl_list_add(arena, h->list, fact);
}

static void read_container(host_paths *h, const pl_pod_container *container) {
  pl_collection *collection = h->collection;
  const pl_pod *pod = pl_pods_find(&collection->pods, container->uid);
  const pl_texts names = collection->platform ? collection->platform->system_namespaces : (pl_texts){NULL, 0};
  if (!pod || pod->from_file || (pod->namespace && pl_is_system_namespace(&names, pod->namespace)))
    return;
  const pl_bundle *bundle = pl_bundles_with_mounts(&collection->bundles, container->id);
  if (!bundle && !h->unread)
    h->unread = pl_bundles_lack(&collection->bundles, collection->arena, container->pid);
  for (size_t i = 0; bundle && i < bundle->mount_count; i++)
    if (!bundle->mounts[i].read_only && is_data(collection, bundle->mounts[i].outside))
      add(h, pod, &bundle->mounts[i]);
}

void pl_put_host_paths(pl_collection *collection, pl_node *fact) {
  pl_arena *arena = collection->arena;
  host_paths h = {.collection = collection, .list = pl_node_list(arena), .seen = pl_node_object(arena)};
  pl_machine machine = pl_blocks_machine(collection->blocks);
  for (size_t i = 0; machine == PL_MACHINE_BARE && i < collection->pass.container_count; i++)
    read_container(&h, &collection->pass.containers[i]);
  bool some = pl_count(h.list) > 0;
  pl_object_set_text(arena, fact, "machine", pl_machine_name(machine));
  pl_object_put(arena, fact, "host_paths_in_clear",
                !some && h.unread ? pl_unreadable(arena, h.unread) : pl_node_string(arena, some ? "some" : "none"));
  if (some)
    pl_object_set_text(arena, fact, "host_paths_in_clear_because", h.first);
  pl_object_set(arena, fact, "host_paths", h.list);
  pl_object_set_boolean(arena, fact, "host_paths_cut", h.cut);
}
