/* Reads OCI bundles: which pod and container one is, its image, limits and bind mounts. */
#include "bundles.h"

#include <stdio.h>

#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "quiet_read.h"

static void remember(pl_bundles *bundles, const pl_error *err) {
  if (err->kind != PL_ERR_NONE && err->kind != PL_ERR_ABSENT && err->kind != PL_ERR_VANISHED)
    bundles->why = pl_strdup(bundles->host->arena, err->text);
}

static pl_root *open_directory(pl_bundles *bundles, const char *path) {
  pl_error err = {.kind = PL_ERR_NONE};
  int fd = pl_open_quietly(bundles->host, path, PL_OPEN_DIRECTORY, &err);
  if (fd < 0)
    remember(bundles, &err);
  return fd < 0 ? NULL : pl_root_from_fd(fd, path);
}

void pl_bundles_init(pl_bundles *bundles, pl_host *host, const char *containerd_state, const char *crio_runroot) {
  *bundles = (pl_bundles){.host = host, .index = pl_node_object(host->arena)};
  bundles->directories[0].path = pl_path_join(host->arena, containerd_state, "io.containerd.runtime.v2.task/k8s.io");
  bundles->directories[1].path = pl_path_join(host->arena, crio_runroot, "overlay-containers");
  for (size_t i = 0; i < PL_BUNDLE_PLACES; i++) {
    bundles->directories[i].root = open_directory(bundles, bundles->directories[i].path);
    if (bundles->directories[i].root)
      bundles->directories[i].listed = pl_host_walk(host, bundles->directories[i].path,
                                                    &(pl_walk){.max_depth = 1, .directories = true, .files = true});
  }
}

void pl_bundles_close(pl_bundles *bundles) {
  for (size_t i = 0; i < PL_BUNDLE_PLACES; i++) {
    pl_root_free(bundles->directories[i].root);
    bundles->directories[i].root = NULL;
  }
}

/* First of the two annotation names that is there: containerd's, CRI-O's. */
static const char *annotation(pl_arena *arena, const pl_node *annotations, const char *containerd, const char *crio) {
  const char *text = pl_get_text(annotations, containerd, NULL);
  return pl_strdup(arena, text ? text : pl_get_text(annotations, crio, NULL));
}

static bool is_bind(const pl_node *mount) {
  return pl_equal(pl_get_text(mount, "type", NULL), "bind") || pl_list_has(pl_get(mount, "options"), "bind") ||
         pl_list_has(pl_get(mount, "options"), "rbind");
}

static void take_mounts(pl_arena *arena, const pl_node *mounts, pl_bundle *bundle) {
  pl_each_item (mount, mounts) {
    const char *inside = pl_get_text(mount, "destination", ""), *outside = pl_get_text(mount, "source", "");
    if (!is_bind(mount) || inside[0] != '/' || outside[0] != '/')
      continue;
    pl_mapping mapping = {.inside = pl_path_join(arena, "/", inside), .outside = pl_path_join(arena, "/", outside)};
    mapping.read_only = pl_list_has(pl_get(mount, "options"), "ro");
    pl_push(arena, bundle->mounts, bundle->mount_count, bundle->mount_capacity, mapping);
  }
}

/* Without linux.resources nothing is limited. What is no Linux container is another matter. */
static pl_cgroup_limits read_limits(const pl_node *linux_part) {
  if (!pl_is(linux_part, PL_OBJECT))
    return (pl_cgroup_limits){PL_LIMIT_UNKNOWN, PL_LIMIT_UNKNOWN};
  const pl_node *resources = pl_get(linux_part, "resources"), *cpu = pl_get(resources, "cpu");
  int64_t memory = pl_get_integer(pl_get(resources, "memory"), "limit", 0), thousandths = 0;
  int64_t quota = pl_get_integer(cpu, "quota", 0), period = pl_get_integer(cpu, "period", 0);
  bool shared = quota > 0 && period > 0 && !__builtin_mul_overflow(quota, 1000, &thousandths);
  return (pl_cgroup_limits){memory > 0 ? memory : PL_NO_LIMIT, shared ? thousandths / period : PL_NO_LIMIT};
}

static void take_annotations(pl_arena *arena, const pl_node *annotations, pl_bundle *bundle) {
  bundle->pod_namespace =
      annotation(arena, annotations, "io.kubernetes.cri.sandbox-namespace", "io.kubernetes.pod.namespace");
  bundle->pod_name = annotation(arena, annotations, "io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name");
  bundle->pod_uid = annotation(arena, annotations, "io.kubernetes.cri.sandbox-uid", "io.kubernetes.pod.uid");
  bundle->container_name =
      annotation(arena, annotations, "io.kubernetes.cri.container-name", "io.kubernetes.container.name");
  bundle->image = annotation(arena, annotations, "io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName");
  bundle->sandbox = pl_equal(pl_get_text(annotations, "io.kubernetes.cri.container-type",
                                         pl_get_text(annotations, "io.kubernetes.cri-o.ContainerType", NULL)),
                             "sandbox");
  bundle->file_source = pl_equal(pl_get_text(annotations, "kubernetes.io/config.source", NULL), "file");
}

/* Of a config.json, most of which is the rules of seccomp, what is WANTED; NULL when it cannot be read. */
static const pl_node *read_config(pl_arena *arena, const pl_root *root, const char *file, const char *const *wanted,
                                  pl_error *err) {
  const pl_json_limits limits = {PL_OCI_BYTES_MAX, PL_DOCUMENT_NODES_MAX, PL_DOCUMENT_DEPTH_MAX};
  pl_bytes text;
  return pl_root_read(root, arena, file, PL_OCI_BYTES_MAX, &text, err) < 0
             ? NULL
             : pl_json_read_members(arena, text, wanted, &limits, NULL, err);
}

static pl_bundle *read_bundle(pl_bundles *bundles, const pl_root *root, const char *file, const char *id, bool mounts) {
  const char *const wanted[] = {"annotations", "linux/resources", mounts ? "mounts" : NULL, NULL};
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_error err = {.kind = PL_ERR_NONE};
  const pl_node *config = read_config(scratch, root, file, wanted, &err), *annotations = pl_get(config, "annotations");
  if (!annotations) {
    remember(bundles, &err);
    return NULL;
  }
  pl_arena *arena = bundles->host->arena;
  pl_bundle *bundle = pl_new(arena, pl_bundle);
  bundle->id = pl_strdup(arena, id);
  bundle->root = root;
  bundle->file = pl_strdup(arena, file);
  bundle->path = pl_path_join(arena, pl_root_shown(root), file);
  bundle->limits = read_limits(pl_get(config, "linux"));
  bundle->mounts_read = mounts;
  take_annotations(arena, annotations, bundle);
  take_mounts(arena, pl_get(config, "mounts"), bundle);
  return bundle;
}

static int by_name(const void *id, const void *path) { return strcmp(id, pl_basename(*(const char *const *)path)); }

/* Asking for each of many containers in vain costs more than the list of those that are there. */
static bool is_listed(const pl_paths *listed, const char *id) {
  return !listed->complete ||
         (listed->count && bsearch(id, listed->items, listed->count, sizeof *listed->items, by_name));
}

static pl_bundle *find_bundle(pl_bundles *bundles, const char *id, bool mounts) {
  static const char *const files[PL_BUNDLE_PLACES] = {"config.json", "userdata/config.json"};
  for (size_t i = 0; i < PL_BUNDLE_PLACES; i++) {
    const pl_root *root = bundles->directories[i].root;
    char file[PL_PATH_BYTES_MAX];
    if (!root || !is_listed(&bundles->directories[i].listed, id) ||
        snprintf(file, sizeof file, "%s/%s", id, files[i]) >= (int)sizeof file)
      continue;
    pl_bundle *bundle = read_bundle(bundles, root, file, id, mounts);
    if (bundle)
      return bundle;
  }
  return NULL;
}

static pl_bundle *find(pl_bundles *bundles, const char *id, bool mounts) {
  if (!id)
    return NULL;
  pl_arena *arena = bundles->host->arena;
  int64_t at = pl_get_integer(bundles->index, id, -2);
  if (at == -2) {
    pl_bundle *bundle = find_bundle(bundles, id, mounts);
    at = bundle ? (int64_t)bundles->count : -1;
    pl_object_set_integer(arena, bundles->index, id, at);
    if (bundle)
      pl_push(arena, bundles->items, bundles->count, bundles->capacity, bundle);
  }
  return at < 0 ? NULL : bundles->items[at];
}

const pl_bundle *pl_bundles_find(pl_bundles *bundles, const char *id) { return find(bundles, id, false); }

const pl_bundle *pl_bundles_with_mounts(pl_bundles *bundles, const char *id) {
  static const char *const wanted[] = {"mounts", NULL};
  pl_bundle *bundle = find(bundles, id, true);
  if (bundle && !bundle->mounts_read) {
    pl_auto_arena pl_arena *scratch = pl_arena_new();
    const pl_node *config = read_config(scratch, bundle->root, bundle->file, wanted, NULL);
    take_mounts(bundles->host->arena, pl_get(config, "mounts"), bundle);
    bundle->mounts_read = true;
  }
  return bundle;
}

const char *pl_bundles_lack(const pl_bundles *bundles, pl_arena *arena, int pid) {
  const char *why = bundles->why;
  return pl_printf(arena, "what container pid %d is in is not told by a bundle%s%s", pid, why ? ": " : "",
                   why ? why : "");
}
