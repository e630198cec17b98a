/* From mounts and paths to the devices that hold them. */
#include "plumbline/host/storage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "storage_private.h"

static const pl_storage *say(pl_blocks *blocks, pl_rest rest, const char *shown, const char *because) {
  return pl_storage_plainly(blocks, rest, shown, pl_printf(blocks->arena, "%s %s", shown, because));
}

/* STORAGE with SHOWN above it. */
static const pl_storage *below(pl_blocks *blocks, const char *shown, const pl_storage *storage) {
  pl_branches branches = {.blocks = blocks};
  pl_branches_show(&branches, shown);
  pl_branches_add(&branches, storage);
  return pl_branches_done(&branches);
}

/* ---- devices by name ---- */

/* Names of the device mapper's devices: "data" -> "dm-0". */
static pl_node *read_labels(const pl_blocks *blocks) {
  pl_node *labels = pl_node_object(blocks->arena);
  pl_paths names = pl_sys_list(blocks, "/sys", "block", PL_STORAGE_DEVICES_MAX);
  for (size_t i = 0; i < names.count; i++) {
    const char *label = pl_starts(names.items[i], "dm-")
                            ? pl_sys_line(blocks, "/sys/block", pl_printf(blocks->arena, "%s/dm/name", names.items[i]))
                            : NULL;
    if (label && *label)
      pl_object_set(blocks->arena, labels, label, pl_node_string(blocks->arena, names.items[i]));
  }
  return labels;
}

/* "mapper/data" -> "dm-0"; other nodes are called as sysfs calls them, but for '/', which is '!' there. NULL: no such
 * device. */
static const char *kernel_name(pl_blocks *blocks, const char *name) {
  if (!pl_starts(name, "mapper/")) {
    char *copy = pl_strdup(blocks->arena, name);
    for (char *c = copy; *c; c++)
      *c = *c == '/' ? '!' : *c;
    return copy;
  }
  if (!blocks->labels)
    blocks->labels = read_labels(blocks);
  return pl_get_text(blocks->labels, name + strlen("mapper/"), NULL);
}

static const pl_storage *by_name(pl_blocks *blocks, const char *name) {
  uint32_t major, minor;
  const char *kernels = kernel_name(blocks, name);
  const char *number =
      kernels ? pl_sys_line(blocks, "/sys/class/block", pl_printf(blocks->arena, "%s/dev", kernels)) : NULL;
  return pl_parse_device(number, &major, &minor) ? pl_storage_of_device(blocks, major, minor) : NULL;
}

const pl_storage *pl_storage_of_name(pl_blocks *blocks, const char *name) {
  const pl_storage *storage = by_name(blocks, name);
  return storage ? storage : say(blocks, PL_REST_UNKNOWN, name, "is no device that sysfs shows");
}

const pl_storage *pl_storage_of_node(pl_blocks *blocks, const pl_mount *mount) {
  struct stat st;
  const pl_storage *storage =
      pl_equal(mount->type, "devtmpfs") && mount->root[0] == '/' ? by_name(blocks, mount->root + 1) : NULL;
  if (storage)
    return storage;
  pl_auto_close int fd = pl_open_resolved(blocks->host, mount->point, PL_OPEN_PATH, NULL);
  if (fd < 0 || fstat(fd, &st) < 0 || !S_ISBLK(st.st_mode))
    return say(blocks, PL_REST_UNKNOWN, mount->point, "is no device node that can be looked at");
  return pl_storage_of_device(blocks, major(st.st_rdev), minor(st.st_rdev));
}

const pl_storage *pl_storage_of_swap(pl_blocks *blocks, const pl_swap *swap) {
  return !swap->file && pl_starts(swap->path, "/dev/") ? pl_storage_of_name(blocks, swap->path + strlen("/dev/"))
                                                       : pl_storage_of_path(blocks, swap->path);
}

/* ---- file systems ---- */

static const pl_storage *by_options(pl_blocks *blocks, const pl_mount *mount, const char *option, const char **ret) {
  const char *at = pl_starts(mount->super_options, option) ? mount->super_options : NULL;
  if (!at) {
    at = strstr(mount->super_options, pl_printf(blocks->arena, ",%s", option));
    at = at ? at + 1 : NULL;
  }
  const char *value = at ? at + strlen(option) : NULL;
  *ret = value ? pl_strndup(blocks->arena, value, strcspn(value, ",")) : NULL;
  bool usable = *ret && **ret == '/' && !strchr(*ret, '\\');
  return usable ? NULL : say(blocks, PL_REST_UNKNOWN, mount->type, "does not say where its files are");
}

/* What is written goes to the upper directory. */
static const pl_storage *look_at_overlay(pl_blocks *blocks, const pl_mount *mount) {
  const char *upper;
  const pl_storage *storage = by_options(blocks, mount, "upperdir=", &upper);
  return storage ? storage
                 : below(blocks, pl_printf(blocks->arena, "overlay (%s)", upper), pl_storage_of_path(blocks, upper));
}

static const pl_storage *btrfs_devices(pl_blocks *blocks, const char *devices) {
  pl_branches branches = {.blocks = blocks};
  pl_paths names = pl_sys_list(blocks, devices, "devices", PL_STORAGE_BRANCHES_MAX);
  pl_branches_show(&branches, "btrfs");
  for (size_t i = 0; i < names.count; i++) {
    uint32_t major, minor;
    const char *number = pl_sys_line(blocks, devices, pl_printf(blocks->arena, "devices/%s/dev", names.items[i]));
    pl_branches_add(&branches, pl_parse_device(number, &major, &minor)
                                   ? pl_storage_of_device(blocks, major, minor)
                                   : say(blocks, PL_REST_UNKNOWN, names.items[i], "has no device number in sysfs"));
  }
  if (!names.complete)
    pl_branches_add(&branches, say(blocks, PL_REST_UNKNOWN, "btrfs", "lies on devices that cannot all be listed"));
  return pl_branches_done(&branches);
}

/* Devices of btrfs file systems: "dm-0" -> "/sys/fs/btrfs/UUID". */
static pl_node *read_btrfs(const pl_blocks *blocks) {
  pl_node *systems = pl_node_object(blocks->arena);
  pl_paths names = pl_sys_list(blocks, "/sys/fs", "btrfs", PL_STORAGE_DEVICES_MAX);
  for (size_t i = 0; i < names.count; i++) {
    const char *system = pl_path_join(blocks->arena, "/sys/fs/btrfs", names.items[i]);
    pl_paths devices = pl_sys_list(blocks, system, "devices", PL_STORAGE_BRANCHES_MAX);
    for (size_t j = 0; j < devices.count; j++)
      pl_object_set(blocks->arena, systems, devices.items[j], pl_node_string(blocks->arena, system));
  }
  return systems;
}

/* One of its devices is the mount's source; sysfs knows the others. */
static const pl_storage *look_at_btrfs(pl_blocks *blocks, const pl_mount *mount) {
  if (!blocks->btrfs)
    blocks->btrfs = read_btrfs(blocks);
  const char *name = pl_starts(mount->source, "/dev/") ? kernel_name(blocks, mount->source + strlen("/dev/")) : NULL;
  const char *system = name ? pl_get_text(blocks->btrfs, name, NULL) : NULL;
  return system ? btrfs_devices(blocks, system)
                : say(blocks, PL_REST_UNKNOWN, "btrfs", "does not show in sysfs the devices it lies on");
}

static const pl_storage *look_at_zfs(pl_blocks *blocks, const pl_mount *mount) {
  return say(blocks, PL_REST_OPAQUE, pl_printf(blocks->arena, "zfs (%s)", mount->source),
             "does not show here whether its dataset is encrypted");
}

static const pl_storage *look_at_crypto(pl_blocks *blocks, const pl_mount *mount) {
  return say(blocks, PL_REST_ENCRYPTED, mount->type, "is a file system that encrypts");
}

static const pl_storage *look_at_memory(pl_blocks *blocks, const pl_mount *mount) {
  return say(blocks, PL_REST_MEMORY, mount->type, "lies in memory");
}

static const pl_storage *look_at_nodes(pl_blocks *blocks, const pl_mount *mount) {
  return pl_storage_of_node(blocks, mount);
}

static const struct {
  const char *type;
  const pl_storage *(*look)(pl_blocks *blocks, const pl_mount *mount);
} types[] = {
    {"overlay", look_at_overlay},      {"btrfs", look_at_btrfs},       {"zfs", look_at_zfs},
    {"ecryptfs", look_at_crypto},      {"fuse.encfs", look_at_crypto}, {"fuse.gocryptfs", look_at_crypto},
    {"fuse.cryfs", look_at_crypto},    {"tmpfs", look_at_memory},      {"ramfs", look_at_memory},
    {"fuse.securefs", look_at_crypto}, {"devtmpfs", look_at_nodes},
};

static const pl_storage *by_type(pl_blocks *blocks, const pl_mount *mount) {
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (pl_equal(mount->type, types[i].type))
      return types[i].look(blocks, mount);
  if (pl_mount_is_remote(mount))
    return say(blocks, PL_REST_OPAQUE, pl_printf(blocks->arena, "%s mount", mount->type),
               "has its data where only its server knows");
  if (mount->major != 0)
    return pl_storage_of_device(blocks, mount->major, mount->minor);
  return say(blocks, PL_REST_OPAQUE, mount->type, "is a file system that does not show its devices");
}

static const pl_storage *of_mount(pl_blocks *blocks, const pl_mount *mount) {
  const pl_storage *storage = pl_storage_enter(blocks, mount->type);
  if (storage)
    return storage;
  storage = by_type(blocks, mount);
  pl_storage_leave(blocks);
  return storage;
}

/* ---- fscrypt ---- */

static bool has_policy(pl_host *host, const char *path) {
  struct statx stx;
  pl_auto_close int fd = pl_open_resolved(host, path, PL_OPEN_PATH, NULL);
  return fd >= 0 && statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &stx) == 0 &&
         (stx.stx_attributes_mask & stx.stx_attributes & STATX_ATTR_ENCRYPTED);
}

/* Only the running kernel says it, and only of a file or directory itself. */
static const pl_storage *with_fscrypt(pl_blocks *blocks, const pl_mount *mount, const char *path,
                                      const pl_storage *storage) {
  static const char *const able[] = {"ext4", "f2fs", "ubifs", NULL};
  if (!blocks->host->live || storage->rest <= PL_REST_ENCRYPTED || !pl_in(mount->type, able) ||
      !has_policy(blocks->host, path))
    return storage;
  return say(blocks, PL_REST_ENCRYPTED, pl_printf(blocks->arena, "fscrypt (%s)", mount->type),
             pl_printf(blocks->arena, "encrypts what is in %s", path));
}

const pl_storage *pl_storage_of_mount(pl_blocks *blocks, const pl_mount *mount) {
  return with_fscrypt(blocks, mount, mount->point, of_mount(blocks, mount));
}

/* ---- paths ---- */

/* PATH has no links. */
static const pl_storage *by_mounts(pl_blocks *blocks, const char *path) {
  const pl_mount *mount = blocks->host->mounts ? pl_mounts_find(blocks->host->mounts, path) : NULL;
  if (!mount)
    return say(blocks, PL_REST_UNKNOWN, path, "lies on a mount that cannot be told");
  size_t length = strlen(mount->point);
  bool node = pl_equal(mount->type, "devtmpfs") && path[length] == '/';
  if (node)
    return pl_storage_of_name(blocks, path + length + 1);
  const pl_storage *storage = with_fscrypt(blocks, mount, path, of_mount(blocks, mount));
  return below(blocks, pl_printf(blocks->arena, "%s (%s)", mount->point, mount->type), storage);
}

const pl_storage *pl_storage_of_path(pl_blocks *blocks, const char *path) {
  pl_error err = {.kind = PL_ERR_NONE};
  pl_resolved resolved;
  const pl_storage *storage = pl_storage_enter(blocks, path);
  if (storage)
    return storage;
  int rc = pl_resolve_links(blocks->host, path, true, &resolved, &err);
  if (rc == 0 || err.kind == PL_ERR_MOUNT) /* where it stopped is on that mount */
    storage = by_mounts(blocks, pl_strdup(blocks->arena, resolved.path));
  else
    storage = say(blocks, PL_REST_UNKNOWN, path, pl_printf(blocks->arena, "cannot be followed: %s", err.text));
  pl_storage_leave(blocks);
  return storage;
}
