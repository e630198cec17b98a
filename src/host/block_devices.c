/* Block devices, from the top down through sysfs: device mapper, RAID, loops, partitions. */
#include <stdio.h>

#include "storage_private.h"

/* ---- answers ---- */

const char *pl_rest_name(pl_rest rest) {
  static const char *const names[] = {"memory", "encrypted", "opaque", "virtual", "unknown", "plain"};
  return names[rest];
}

/* A chain that is too long for the list ends with saying so: what decides is not of the chain. */
void pl_branches_show(pl_branches *branches, const char *text) {
  if (branches->chain_count < PL_STORAGE_CHAIN_MAX)
    branches->chain[branches->chain_count++] = text;
  else
    branches->chain[PL_STORAGE_CHAIN_MAX - 1] = "more that are not listed";
}

void pl_branches_add(pl_branches *branches, const pl_storage *storage) {
  if (branches->seen++ == 0 || storage->rest > branches->rest) {
    branches->rest = storage->rest;
    branches->because = storage->because;
  }
  for (size_t i = 0; i < storage->chain_count; i++)
    pl_branches_show(branches, storage->chain[i]);
}

const pl_storage *pl_branches_done(const pl_branches *branches) {
  pl_arena *arena = branches->blocks->arena;
  pl_storage *storage = pl_new(arena, pl_storage);
  const char **chain = pl_new_array(arena, const char *, branches->chain_count + 1);
  memcpy(chain, branches->chain, branches->chain_count * sizeof *chain);
  *storage = (pl_storage){.rest = branches->seen ? branches->rest : PL_REST_UNKNOWN,
                          .chain = chain,
                          .chain_count = branches->chain_count,
                          .because = branches->because};
  return storage;
}

const pl_storage *pl_storage_plainly(pl_blocks *blocks, pl_rest rest, const char *shown, const char *because) {
  pl_branches branches = {.blocks = blocks, .rest = rest, .because = because, .seen = 1};
  if (shown)
    pl_branches_show(&branches, shown);
  return pl_branches_done(&branches);
}

const pl_storage *pl_storage_enter(pl_blocks *blocks, const char *what) {
  if (blocks->depth >= PL_STORAGE_DEPTH_MAX)
    return pl_storage_plainly(blocks, PL_REST_UNKNOWN, what,
                              pl_printf(blocks->arena, "%s lies deeper than %d devices", what, PL_STORAGE_DEPTH_MAX));
  blocks->depth++;
  return NULL;
}

/* NAME is kept. */
static const pl_storage *unknown(pl_blocks *blocks, const char *name, const char *why) {
  return pl_storage_plainly(blocks, PL_REST_UNKNOWN, name, pl_printf(blocks->arena, "%s %s", name, why));
}

/* ---- kinds of devices ---- */

typedef struct block {
  pl_blocks *blocks;
  const char *directory, *name, *place; /* "/sys/dev/block/253:0", "dm-0", where that leads */
} block;

/* All that DIRECTORY/slaves names; SHOWN stands above it. */
static const pl_storage *slaves(const block *b, const char *shown) {
  pl_branches branches = {.blocks = b->blocks};
  pl_paths names = pl_sys_list(b->blocks, b->directory, "slaves", PL_STORAGE_BRANCHES_MAX);
  pl_branches_show(&branches, shown);
  for (size_t i = 0; i < names.count; i++) {
    uint32_t major, minor;
    const char *name = pl_printf(b->blocks->arena, "slaves/%s/dev", names.items[i]);
    bool known = pl_parse_device(pl_sys_line(b->blocks, b->directory, name), &major, &minor);
    pl_branches_add(&branches, known ? pl_storage_of_device(b->blocks, major, minor)
                                     : unknown(b->blocks, names.items[i], "has no device number in sysfs"));
  }
  if (names.count == 0)
    pl_branches_add(&branches, unknown(b->blocks, b->name, "has nothing below it that sysfs shows"));
  else if (!names.complete)
    pl_branches_add(&branches, unknown(b->blocks, b->name, "lies on more devices than are looked at"));
  return pl_branches_done(&branches);
}

/* What cryptsetup calls its devices that encrypt. Others of its (CRYPT-VERITY, CRYPT-INTEGRITY, CRYPT-SUBDEV) do not.
 */
static bool is_crypt(const char *uuid) {
  static const char *const kinds[] = {"LUKS1-", "LUKS2-", "PLAIN-", "TCRYPT-", "LOOPAES-", "BITLK-", "FVAULT2-"};
  for (size_t i = 0; pl_starts(uuid, "CRYPT-") && i < sizeof kinds / sizeof *kinds; i++)
    if (pl_starts(uuid + strlen("CRYPT-"), kinds[i]))
      return true;
  return false;
}

/* "CRYPT-LUKS2" of "CRYPT-LUKS2-0123-name", "LVM" of "LVM-0123". */
static const char *kind_of(pl_arena *arena, const char *uuid) {
  size_t length = strcspn(uuid, "-");
  if (pl_starts(uuid, "CRYPT-"))
    length += 1 + strcspn(uuid + length + 1, "-");
  return length ? pl_strndup(arena, uuid, length) : "no type";
}

static const pl_storage *look_at_mapper(const block *b) {
  pl_arena *arena = b->blocks->arena;
  const char *uuid = pl_sys_line(b->blocks, b->directory, "dm/uuid"),
             *label = pl_sys_line(b->blocks, b->directory, "dm/name");
  if (!uuid)
    return unknown(b->blocks, b->name, "has no dm/uuid that can be read");
  const char *kind = kind_of(arena, uuid);
  const char *shown = pl_printf(arena, "%s (%s, %s)", b->name, kind, label && *label ? label : "no name");
  if (is_crypt(uuid))
    return pl_storage_plainly(b->blocks, PL_REST_ENCRYPTED, shown,
                              pl_printf(arena, "%s is a dm-crypt device (%s)", b->name, kind));
  const pl_storage *storage = slaves(b, shown);
  if (*uuid || storage->rest <= PL_REST_ENCRYPTED)
    return storage;
  return unknown(b->blocks, b->name, "has an empty dm/uuid, and whether it encrypts cannot be told");
}

static const pl_storage *look_at_loop(const block *b) {
  pl_arena *arena = b->blocks->arena;
  static const char deleted[] = " (deleted)";
  const char *file = pl_sys_line(b->blocks, b->directory, "loop/backing_file");
  if (!file || *file != '/')
    return unknown(b->blocks, b->name, "has no backing file that can be told");
  if (pl_ends(file, deleted))
    file = pl_strndup(arena, file, strlen(file) - (sizeof deleted - 1));
  pl_branches branches = {.blocks = b->blocks};
  pl_branches_show(&branches, pl_printf(arena, "%s (loop, %s)", b->name, file));
  pl_branches_add(&branches, pl_storage_of_path(b->blocks, file));
  return pl_branches_done(&branches);
}

static const pl_storage *look_at_zram(const block *b) {
  pl_arena *arena = b->blocks->arena;
  const char *behind = pl_sys_line(b->blocks, b->directory, "backing_dev");
  if (!behind || pl_equal(behind, "none"))
    return pl_storage_plainly(b->blocks, PL_REST_MEMORY, pl_printf(arena, "%s (zram)", b->name),
                              pl_printf(arena, "%s is compressed memory without a backing device", b->name));
  pl_branches branches = {.blocks = b->blocks};
  pl_branches_show(&branches, pl_printf(arena, "%s (zram, backed by %s)", b->name, behind));
  pl_branches_add(&branches, *behind == '/' ? pl_storage_of_path(b->blocks, behind)
                                            : unknown(b->blocks, b->name, "has a backing device without a path"));
  return pl_branches_done(&branches);
}

static const pl_storage *look_at_memory(const block *b) {
  return pl_storage_plainly(b->blocks, PL_REST_MEMORY, pl_printf(b->blocks->arena, "%s (memory)", b->name),
                            pl_printf(b->blocks->arena, "%s lies in memory", b->name));
}

static const pl_storage *look_at_raid(const block *b) {
  return slaves(b, pl_printf(b->blocks->arena, "%s (RAID)", b->name));
}

static const pl_storage *look_at_network(const block *b) {
  return pl_storage_plainly(b->blocks, PL_REST_VIRTUAL, pl_printf(b->blocks->arena, "%s (network disk)", b->name),
                            pl_printf(b->blocks->arena, "%s is a disk that other machines have", b->name));
}

static const pl_storage *look_at_virtual(const block *b) {
  return pl_storage_plainly(b->blocks, PL_REST_VIRTUAL, pl_printf(b->blocks->arena, "%s (virtual disk)", b->name),
                            pl_printf(b->blocks->arena, "%s is a virtual disk", b->name));
}

/* A dataset's own key does not show, nor on which devices its pool lies. */
static const pl_storage *look_at_zvol(const block *b) {
  return pl_storage_plainly(
      b->blocks, PL_REST_OPAQUE, pl_printf(b->blocks->arena, "%s (ZFS volume)", b->name),
      pl_printf(b->blocks->arena, "%s is a ZFS volume, and does not show whether it is encrypted", b->name));
}

static const pl_storage *look_at_replicated(const block *b) {
  return unknown(b->blocks, b->name, "is replicated, and what it lies on does not show in sysfs");
}

static const pl_storage *look_at_partition(const block *b) {
  pl_arena *arena = b->blocks->arena;
  uint32_t major, minor;
  pl_branches branches = {.blocks = b->blocks};
  pl_branches_show(&branches, pl_printf(arena, "%s (partition)", b->name));
  bool known = pl_parse_device(pl_sys_line(b->blocks, b->directory, "../dev"), &major, &minor);
  pl_branches_add(&branches, known ? pl_storage_of_device(b->blocks, major, minor)
                                   : unknown(b->blocks, b->name, "is a partition, and of which disk cannot be told"));
  return pl_branches_done(&branches);
}

/* Kinds by the beginning of the name, which a digit follows, or a letter where LETTERS says so. */
static const struct {
  const char *prefix;
  bool letters;
  const pl_storage *(*look)(const block *b);
} kinds[] = {
    {"dm-", false, look_at_mapper},      {"loop", false, look_at_loop},   {"zram", false, look_at_zram},
    {"md", false, look_at_raid},         {"md_", true, look_at_raid},     {"ram", false, look_at_memory},
    {"rbd", false, look_at_network},     {"nbd", false, look_at_network}, {"vd", true, look_at_virtual},
    {"drbd", false, look_at_replicated}, {"xvd", true, look_at_virtual},  {"zd", false, look_at_zvol},
};

static bool is_kind(const char *name, const char *prefix, bool letters) {
  if (!pl_starts(name, prefix))
    return false;
  char next = name[strlen(prefix)];
  return (next >= '0' && next <= '9') || (letters && next >= 'a' && next <= 'z');
}

static const pl_storage *look_at(const block *b) {
  if (!pl_starts(b->name, "dm-") && pl_sys_exists(b->blocks, b->directory, "partition"))
    return look_at_partition(b);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (is_kind(b->name, kinds[i].prefix, kinds[i].letters))
      return kinds[i].look(b);
  if (pl_sys_list(b->blocks, b->directory, "slaves", PL_STORAGE_BRANCHES_MAX).count > 0)
    return slaves(b, b->name);
  return pl_storage_of_disk(b->blocks, b->directory, b->name, b->place);
}

/* ---- one device, once ---- */

static const pl_storage *look_once(pl_blocks *blocks, const char *number) {
  const char *directory = pl_printf(blocks->arena, "/sys/dev/block/%s", number);
  pl_error err = {.kind = PL_ERR_NONE};
  const char *place = pl_root_readlink(blocks->host->root, blocks->arena, directory, &err);
  if (!place)
    return pl_storage_plainly(blocks, PL_REST_UNKNOWN, pl_printf(blocks->arena, "device %s", number),
                              pl_printf(blocks->arena, "device %s is not in sysfs: %s", number, err.text));
  block b = {.blocks = blocks, .directory = directory, .name = pl_basename(place), .place = place};
  const pl_storage *storage = pl_storage_enter(blocks, b.name);
  if (storage)
    return storage;
  storage = look_at(&b);
  pl_storage_leave(blocks);
  return storage;
}

const pl_storage *pl_storage_of_device(pl_blocks *blocks, uint32_t major, uint32_t minor) {
  char number[32];
  snprintf(number, sizeof number, "%u:%u", major, minor);
  int64_t at = pl_get_integer(blocks->index, number, -2);
  if (at >= 0)
    return blocks->devices[at];
  if (at == -1)
    return unknown(blocks, pl_strdup(blocks->arena, number), "lies on itself, by what sysfs shows");
  if (blocks->count >= PL_STORAGE_DEVICES_MAX)
    return unknown(blocks, pl_strdup(blocks->arena, number), "is one device more than are looked at");
  pl_object_set_integer(blocks->arena, blocks->index, number, -1);
  const pl_storage *storage = look_once(blocks, number);
  pl_object_set_integer(blocks->arena, blocks->index, number, (int64_t)blocks->count);
  pl_push(blocks->arena, blocks->devices, blocks->count, blocks->capacity, storage);
  return storage;
}

pl_blocks *pl_blocks_new(pl_host *host) {
  pl_blocks *blocks = pl_new(host->arena, pl_blocks);
  blocks->host = host;
  blocks->arena = host->arena;
  blocks->index = pl_node_object(host->arena);
  return blocks;
}
