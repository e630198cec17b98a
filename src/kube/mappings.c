/* Builds the view of a component that runs in a container. */
#include "mappings.h"

#include "plumbline/host/mounts.h"

pl_view *pl_view_of_host(pl_host *host) {
  pl_view *view = pl_new(host->arena, pl_view);
  view->host = host;
  return view;
}

static void add_mapping(pl_view *view, const char *inside, const char *outside) {
  pl_mapping mapping = {.inside = inside, .outside = outside};
  pl_push(view->host->arena, view->mappings, view->count, view->capacity, mapping);
}

static const char *host_path_of(const pl_node *pod_spec, const char *volume_name) {
  pl_each_item (volume, pl_get(pod_spec, "volumes")) {
    if (pl_equal(pl_get_text(volume, "name", NULL), volume_name))
      return pl_get_text(pl_get(volume, "hostPath"), "path", NULL);
  }
  return NULL;
}

static void map_manifest(pl_view *view, const pl_manifest *manifest) {
  pl_arena *arena = view->host->arena;
  pl_each_item (mount, pl_get(manifest->container, "volumeMounts")) {
    const char *inside = pl_get_text(mount, "mountPath", NULL);
    const char *outside = host_path_of(manifest->pod_spec, pl_get_text(mount, "name", ""));
    const char *part = pl_get_text(mount, "subPath", "");
    if (inside && outside && outside[0] == '/' && !pl_get(mount, "subPathExpr"))
      add_mapping(view, pl_path_join(arena, "/", inside), pl_path_join(arena, outside, part));
  }
}

/* The host's mount that shows ROOT of the same file system: the one that shows most of it, and so has the shortest
 * root. */
static const char *outside_of(pl_host *host, const pl_mount *mount) {
  const pl_mount *best = NULL;
  for (size_t i = 0; host->mounts && i < host->mounts->count; i++) {
    const pl_mount *candidate = &host->mounts->items[i];
    bool same = candidate->major == mount->major && candidate->minor == mount->minor;
    if (same && pl_path_below(mount->root, candidate->root) && (!best || strlen(candidate->root) < strlen(best->root)))
      best = candidate;
  }
  if (!best)
    return NULL;
  size_t skipped = strcmp(best->root, "/") == 0 ? 0 : strlen(best->root);
  const char *rest = mount->root + skipped;
  return pl_path_join(host->arena, best->point, *rest ? rest + strspn(rest, "/") : ".");
}

static void map_mounts(pl_view *view, const pl_process *process) {
  pl_mounts *mounts;
  if (pl_process_mounts(view->host, process, &mounts, NULL) < 0)
    return;
  for (size_t i = 0; i < mounts->count; i++) {
    const pl_mount *mount = &mounts->items[i];
    const char *outside = strcmp(mount->point, "/") == 0 ? NULL : outside_of(view->host, mount);
    if (outside)
      add_mapping(view, mount->point, outside);
  }
}

static void map_bundle(pl_view *view, const pl_bundle *bundle) {
  for (size_t i = 0; i < bundle->mount_count; i++)
    add_mapping(view, bundle->mounts[i].inside, bundle->mounts[i].outside);
}

pl_view *pl_view_of_container(pl_host *host, const pl_bundle *bundle, const pl_manifest *manifest,
                              const pl_candidate *candidate) {
  pl_view *view = pl_view_of_host(host);
  view->container = true;
  if (bundle)
    map_bundle(view, bundle);
  else if (manifest)
    map_manifest(view, manifest);
  else if (candidate)
    map_mounts(view, candidate->process);
  if (candidate) {
    view->process_root = candidate->root;
    view->process = candidate->process;
    view->pid = candidate->process->pid;
  }
  return view;
}

bool pl_has_own_root(pl_host *host, const pl_pass *pass, const pl_candidate *candidate) {
  bool own_namespace = candidate->mount_namespace && pass->init_mount_namespace &&
                       strcmp(candidate->mount_namespace, pass->init_mount_namespace) != 0;
  pl_mounts *mounts;
  if (!own_namespace || pl_process_mounts(host, candidate->process, &mounts, NULL) < 0)
    return false;
  const pl_mount *root = pl_mounts_find(mounts, "/");
  const pl_mount *node = host->mounts ? pl_mounts_find(host->mounts, "/") : NULL;
  if (!root || !node)
    return false;
  return root->major != node->major || root->minor != node->minor || strcmp(root->root, node->root) != 0;
}

const char *pl_api_volume(pl_arena *arena, const char *host_path, const char **ret_name) {
  static const struct {
    const char *directory, *kind;
  } kinds[] = {{"/volumes/kubernetes.io~configmap/", "ConfigMap"},
               {"/volumes/kubernetes.io~secret/", "Secret"},
               {"/volumes/kubernetes.io~projected/", "projected"}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    const char *found = strstr(host_path, kinds[i].directory);
    if (!found || !strstr(host_path, "/pods/"))
      continue;
    const char *name = found + strlen(kinds[i].directory);
    *ret_name = pl_strndup(arena, name, strcspn(name, "/"));
    return kinds[i].kind;
  }
  return NULL;
}
