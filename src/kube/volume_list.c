/*
 * Finds volumes: the mounts below the kubelet's root say what is there, vol_data.json beside a CSI volume says whose.
 * Source: kubernetes pkg/volume/csi (csi_plugin.go, csi_mounter.go, csi_attacher.go, csi_block.go),
 * pkg/kubelet/kubelet_getters.go.
 */
#include "src/kube/volume_list.h"

#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "src/kube/quiet_read.h"

enum { PARTS_MAX = 12 };

typedef struct listing {
  const pl_collection *collection;
  pl_host *host;
  pl_arena *arena;
  const char *root; /* the kubelet's, links followed */
  pl_volumes *ret;
  pl_node *index;    /* type, driver and handle or name -> position */
  pl_node *points;   /* directories of CSI volumes in pods that were seen mounted */
  pl_node *devices;  /* "8:1 /root" of what is mounted in pods */
  bool pods_mounted; /* anything is mounted below pods */
} listing;

/* ---- one volume ---- */

static void incomplete(listing *l, pl_volumes_state state, const char *because) {
  if (l->ret->state < state) {
    l->ret->state = state;
    l->ret->because = because;
  }
}

static void add_pod(pl_arena *arena, pl_volume *volume, const char *uid) {
  for (size_t i = 0; i < volume->pod_count; i++)
    if (pl_equal(volume->pods[i], uid))
      return;
  if (volume->pod_count >= PL_VOLUME_PODS_MAX)
    volume->pods_cut = true;
  else
    pl_push(arena, volume->pods, volume->pod_count, volume->pod_capacity, uid);
}

/* One volume may be mounted for several pods, and is one all the same. */
static void add(listing *l, pl_volume volume, const char *uid) {
  pl_volumes *ret = l->ret;
  const char *key = pl_printf(l->arena, "%s %s %s", volume.type, volume.driver ? volume.driver : "?",
                              volume.handle ? volume.handle : volume.name);
  int64_t at = pl_get_integer(l->index, key, -1);
  if (at < 0 && ret->count >= PL_VOLUMES_MAX) {
    incomplete(l, PL_VOLUMES_PARTIAL, pl_printf(l->arena, "more than %d volumes", PL_VOLUMES_MAX));
    return;
  }
  if (at < 0) {
    at = (int64_t)ret->count;
    pl_object_set_integer(l->arena, l->index, key, at);
    pl_push(l->arena, ret->items, ret->count, ret->capacity, volume);
  }
  pl_volume *kept = &ret->items[at];
  if (!kept->mount) {
    kept->mount = volume.mount;
    kept->block = volume.block;
  }
  if (uid)
    add_pod(l->arena, kept, uid);
}

/* What the kubelet wrote down of a CSI volume in DIRECTORY/vol_data.json; no link leads out of the kubelet's root. */
static void read_data(listing *l, const char *directory, pl_volume *volume) {
  static const char *const keys[] = {"specVolID", "volumeHandle", "driverName", "volumeLifecycleMode", NULL};
  static const pl_json_limits limits = {PL_VOLUME_DATA_BYTES_MAX, PL_DOCUMENT_NODES_MAX, PL_DOCUMENT_DEPTH_MAX};
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  const char *path = pl_path_join(scratch, directory, "vol_data.json"), *below = path + strlen(l->root) + 1;
  pl_error err = {.kind = PL_ERR_NONE};
  pl_bytes text;
  const pl_node *data = NULL;
  if (pl_read_enclosed(l->host, scratch, l->root, below, PL_VOLUME_DATA_BYTES_MAX, &text, &err) == 0 &&
      !(data = pl_json_read_members(scratch, text, keys, &limits, NULL, &err)))
    pl_error_prefix(&err, "%s", path);
  const char *driver = pl_get_text(data, "driverName", NULL), *name = pl_get_text(data, "specVolID", NULL);
  if (!driver) {
    volume->unread = data ? pl_printf(l->arena, "%s names no driver", path) : pl_strdup(l->arena, err.text);
    return;
  }
  volume->driver = pl_strdup(l->arena, driver);
  volume->handle = pl_strdup(l->arena, pl_get_text(data, "volumeHandle", NULL));
  volume->name = name && *name ? pl_strdup(l->arena, name) : volume->name;
  volume->ephemeral = pl_equal(pl_get_text(data, "volumeLifecycleMode", NULL), "Ephemeral");
}

/* ---- mounts ---- */

/* What the kubelet calls volumes that do not outlive the pod, or whose content the API server has. */
static bool is_passing(const char *plugin) {
  static const char *const names[] = {"empty-dir",    "projected", "secret", "configmap",
                                      "downward-api", "git-repo",  "image",  NULL};
  return pl_starts(plugin, "kubernetes.io~") && pl_in(plugin + strlen("kubernetes.io~"), names);
}

/* "kubernetes.io~nfs" -> "kubernetes.io/nfs" */
static const char *plugin_name(pl_arena *arena, const char *plugin) {
  char *name = pl_strdup(arena, plugin), *tilde = strchr(name, '~');
  if (tilde)
    *tilde = '/';
  return name;
}

static const char *type_of(const char *plugin) {
  if (pl_equal(plugin, "kubernetes.io~csi"))
    return "csi";
  if (pl_equal(plugin, "kubernetes.io~local-volume"))
    return "local";
  return pl_starts(plugin, "kubernetes.io~") ? "in-tree" : "flex";
}

static const char *device_key(pl_arena *arena, const pl_mount *mount) {
  return pl_printf(arena, "%u:%u %s", mount->major, mount->minor, mount->root);
}

/* ROOT/pods/UID/volumes/PLUGIN/NAME, and of CSI .../NAME/mount. */
static void take_of_pod(listing *l, const pl_mount *mount, const char *const *parts, size_t count) {
  if (count < 5 || !pl_equal(parts[2], "volumes") || is_passing(parts[3]))
    return;
  bool csi = pl_equal(parts[3], "kubernetes.io~csi");
  if (csi ? count != 6 || !pl_equal(parts[5], "mount") : count != 5)
    return;
  pl_volume volume = {.type = type_of(parts[3]), .name = parts[4], .mount = mount};
  if (csi) {
    const char *directory = pl_dirname(l->arena, mount->point);
    read_data(l, directory, &volume);
    pl_object_set_boolean(l->arena, l->points, directory, true);
  } else {
    volume.driver = plugin_name(l->arena, parts[3]);
  }
  pl_object_set_boolean(l->arena, l->devices, device_key(l->arena, mount), true);
  add(l, volume, parts[1]);
}

/* A device that was bound to ROOT/plugins/.../volumeDevices/[publish/]NAME/UID. */
static void take_device(listing *l, const pl_mount *mount, const char *const *parts, size_t count) {
  bool csi =
      count == 7 && pl_equal(parts[2], "csi") && pl_equal(parts[3], "volumeDevices") && pl_equal(parts[4], "publish");
  bool local = count == 5 && pl_equal(parts[2], "volumeDevices");
  if (!csi && !local)
    return;
  pl_volume volume = {.name = parts[count - 2], .mount = mount, .block = true, .type = type_of(parts[1])};
  if (csi) {
    volume.type = "csi";
    read_data(l, pl_printf(l->arena, "%s/plugins/kubernetes.io/csi/volumeDevices/%s/data", l->root, volume.name),
              &volume);
  } else {
    volume.driver = plugin_name(l->arena, parts[1]);
  }
  add(l, volume, parts[count - 1]);
}

/* ROOT/plugins/kubernetes.io/csi/DRIVER/HASH/globalmount, unless a pod has the same mounted. */
static void take_staged(listing *l, const pl_mount *mount, const char *const *parts, size_t count) {
  if (count != 6 || !pl_equal(parts[2], "csi") || !pl_equal(parts[5], "globalmount") ||
      pl_get(l->devices, device_key(l->arena, mount)))
    return;
  pl_volume volume = {.type = "csi", .name = parts[4], .mount = mount, .staged = true};
  read_data(l, pl_dirname(l->arena, mount->point), &volume);
  add(l, volume, NULL);
}

/* Parts of POINT below the kubelet's root; 0: it lies elsewhere, or too deep for any of ours. */
static size_t parts_of(listing *l, const char *point, const char *const **ret) {
  size_t length = strlen(l->root), count = 0;
  if (strncmp(point, l->root, length) != 0 || point[length] != '/')
    return 0;
  count = pl_split(l->arena, point + length + 1, '/', ret);
  return count <= PARTS_MAX ? count : 0;
}

static void take_mounts(listing *l, bool staged) {
  const pl_mounts *mounts = l->host->mounts;
  for (size_t i = 0; i < mounts->count; i++) {
    const char *const *parts;
    size_t count = parts_of(l, mounts->items[i].point, &parts);
    if (count < 3)
      continue;
    bool plugin = pl_equal(parts[0], "plugins");
    l->pods_mounted = l->pods_mounted || pl_equal(parts[0], "pods");
    if (staged && plugin)
      take_staged(l, &mounts->items[i], parts, count);
    else if (plugin)
      take_device(l, &mounts->items[i], parts, count);
    else if (!staged && pl_equal(parts[0], "pods"))
      take_of_pod(l, &mounts->items[i], parts, count);
  }
}

/* ---- directories ---- */

/* A CSI volume of the pod in DIRECTORY that no mount was seen of: left behind, or mounted where we cannot see it. */
static void take_unmounted(listing *l, const char *directory, const char *uid) {
  const char *path = pl_path_join(l->arena, directory, "volumes/kubernetes.io~csi");
  pl_error err = {.kind = PL_ERR_NONE};
  pl_auto_close int fd = pl_open_quietly(l->host, path, PL_OPEN_DIRECTORY, &err);
  if (fd < 0 && err.kind != PL_ERR_ABSENT)
    incomplete(l, PL_VOLUMES_PARTIAL, pl_strdup(l->arena, err.text));
  if (fd < 0)
    return;
  pl_paths found = pl_host_walk(l->host, path, &(pl_walk){.max_depth = 1, .directories = true});
  if (!found.complete)
    incomplete(l, PL_VOLUMES_PARTIAL, found.why);
  for (size_t i = 0; i < found.count; i++) {
    if (pl_get(l->points, found.items[i]))
      continue;
    pl_volume volume = {.type = "csi", .name = pl_basename(found.items[i])};
    read_data(l, found.items[i], &volume);
    if (!volume.unread && !volume.ephemeral && !l->pods_mounted)
      volume.unread = "nothing is mounted below the kubelet's directory of pods, as far as can be seen from here";
    add(l, volume, uid);
  }
}

static void take_directories(listing *l) {
  const char *pods = pl_path_join(l->arena, l->root, "pods");
  pl_paths found = pl_host_walk(l->host, pods, &(pl_walk){.max_depth = 1, .directories = true});
  if (!found.complete)
    incomplete(l, found.count ? PL_VOLUMES_PARTIAL : PL_VOLUMES_UNREADABLE, found.why);
  else if (found.why)
    incomplete(l, PL_VOLUMES_UNREADABLE, found.why); /* a kubelet that runs has it */
  for (size_t i = 0; i < found.count; i++)
    take_unmounted(l, found.items[i], pl_basename(found.items[i]));
}

/* hostPath volumes behind a claim: only a snapshot of the cluster knows of them. */
static void take_claim(listing *l, const char *uid, const char *namespace, const char *claim) {
  const pl_node *found = pl_cluster_claimed_volume(l->collection->cluster, namespace, claim);
  const char *path = pl_get_text(found, "handle", NULL);
  if (!pl_equal(pl_get_text(found, "type", NULL), "hostPath") || !path || *path != '/')
    return;
  pl_volume volume = {.type = "hostPath", .name = pl_get_text(found, "name", ""), .path = path};
  add(l, volume, uid);
}

static void take_claims(listing *l) {
  const pl_pods *pods = &l->collection->pods;
  for (size_t i = 0; pl_cluster_usable(l->collection->cluster) && i < pods->count; i++) {
    const pl_node *pod = pl_cluster_find_pod(l->collection->cluster, pods->items[i].uid);
    pl_each_item (claim, pl_get(pod, "claims"))
      take_claim(l, pods->items[i].uid, pl_get_text(pod, "namespace", ""), pl_text(claim));
  }
}

void pl_volumes_read(const pl_collection *collection, pl_volumes *ret) {
  pl_host *host = collection->host;
  pl_arena *arena = collection->arena;
  const char *root = pl_host_real_path(host, collection->kubelet_root, NULL);
  *ret = (pl_volumes){.state = PL_VOLUMES_COMPLETE};
  listing l = {.collection = collection, .host = host, .arena = arena, .ret = ret};
  l.root = root ? root : collection->kubelet_root;
  l.index = pl_node_object(arena);
  l.points = pl_node_object(arena);
  l.devices = pl_node_object(arena);
  if (!host->mounts) {
    incomplete(&l, PL_VOLUMES_UNREADABLE, "what is mounted cannot be read");
    return;
  }
  take_mounts(&l, false);
  take_mounts(&l, true);
  take_directories(&l);
  take_claims(&l);
}
