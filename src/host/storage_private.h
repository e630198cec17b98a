/* What the files about storage share. */
#pragma once

#include "host_private.h"
#include "plumbline/core/node.h"
#include "plumbline/host/storage.h"

struct pl_blocks {
  pl_host *host;
  pl_arena *arena;
  pl_node *index;  /* "8:1" -> position in DEVICES, -1 while it is looked at */
  pl_node *labels; /* of the device mapper -> kernel's name; NULL until it is asked for, as what follows */
  pl_node *btrfs;  /* kernel's name -> its file system's directory in sysfs */
  const pl_storage **devices;
  size_t count, capacity;
  unsigned depth; /* of what is looked at now */
  bool machine_known;
  pl_machine machine;
};

/* One answer in the making, joined from branches. Nothing was added: UNKNOWN. */
typedef struct pl_branches {
  pl_blocks *blocks;
  pl_rest rest;
  const char *because;
  size_t seen; /* branches */
  const char *chain[PL_STORAGE_CHAIN_MAX];
  size_t chain_count;
} pl_branches;

/* ---- block_devices.c ---- */

/* What stands above the branches. */
void pl_branches_show(pl_branches *branches, const char *text);
void pl_branches_add(pl_branches *branches, const pl_storage *storage);
const pl_storage *pl_branches_done(const pl_branches *branches);
/* An answer by itself; SHOWN may be NULL. */
const pl_storage *pl_storage_plainly(pl_blocks *blocks, pl_rest rest, const char *shown, const char *because);
/* Down one level: NULL, or the answer where that would be too deep. Ends with pl_storage_leave. */
const pl_storage *pl_storage_enter(pl_blocks *blocks, const char *what);
static inline void pl_storage_leave(pl_blocks *blocks) { blocks->depth--; }

/* ---- sysfs.c ---- */

/* First line of the attribute NAME of DIRECTORY ("/sys/dev/block/8:1"), NULL when it cannot be read. */
const char *pl_sys_line(const pl_blocks *blocks, const char *directory, const char *name);
bool pl_sys_exists(const pl_blocks *blocks, const char *directory, const char *name);
/* Names in the directory NAME of DIRECTORY, sorted; not complete: it could not be read, or holds more than
 * MAXIMUM. */
pl_paths pl_sys_list(const pl_blocks *blocks, const char *directory, const char *name, size_t maximum);
/* "8:1" */
bool pl_parse_device(const char *text, uint32_t *ret_major, uint32_t *ret_minor);

/* ---- disks.c ---- */

/* The disk NAME, whose directory in sysfs is PLACE (raw link text), reached by DIRECTORY. */
const pl_storage *pl_storage_of_disk(pl_blocks *blocks, const char *directory, const char *name, const char *place);
