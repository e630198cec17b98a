/*
 * What data really lies on: from a mount, a path or a device down to the disks, by mountinfo and sysfs alone. No device
 * is opened and nothing is asked by ioctl; network and fuse mounts are judged by their type and never touched.
 *
 * Sources: Documentation/ABI (sysfs-block, sysfs-block-dm, sysfs-block-zram, sysfs-block-loop), proc(5), and
 * lib/libdevmapper.c of cryptsetup for the names that dm/uuid begins with.
 */
#pragma once

#include "plumbline/host/host.h"
#include "plumbline/host/mounts.h"

/* In the order in which branches combine: of several the last one in this list holds. */
typedef enum pl_rest {
  PL_REST_MEMORY,    /* gone when the machine is switched off */
  PL_REST_ENCRYPTED, /* dm-crypt, fscrypt or a file system that encrypts */
  PL_REST_OPAQUE,    /* a server, a pool or a file system that does not show here what it lies on */
  PL_REST_VIRTUAL,   /* a disk that a hypervisor, a provider or another machine has: it may encrypt, unseen from here */
  PL_REST_UNKNOWN,   /* could not be looked at */
  PL_REST_PLAIN,     /* a local disk of a bare-metal machine, with nothing in between that encrypts */
} pl_rest;

typedef struct pl_storage {
  pl_rest rest;
  const char *const
      *chain; /* from the top to the disks: "dm-1 (LVM, vg-data)", "sda3 (partition)", "sda (disk)"; raw */
  size_t chain_count;
  const char *because; /* what decided, raw */
} pl_storage;

typedef enum pl_machine { PL_MACHINE_UNKNOWN, PL_MACHINE_VIRTUAL, PL_MACHINE_BARE } pl_machine;

/* An area of swap, of proc/swaps. */
typedef struct pl_swap {
  const char *path; /* raw: of the device node or the file */
  bool file;
} pl_swap;

typedef struct pl_swaps {
  pl_swap *items;
  size_t count, capacity;
} pl_swaps;

/* -1: proc/swaps cannot be read, or is not as the kernel writes it. */
int pl_swaps_read(pl_host *host, pl_swaps *ret, pl_error *err);
int pl_swaps_parse(pl_arena *arena, pl_bytes text, pl_swaps *ret, pl_error *err);

/* What was learnt about devices, each looked at once. */
typedef struct pl_blocks pl_blocks;

pl_blocks *pl_blocks_new(pl_host *host);
const char *pl_rest_name(pl_rest rest);          /* "memory", "encrypted", "opaque", "virtual", "unknown", "plain" */
const char *pl_machine_name(pl_machine machine); /* "unknown", "virtual", "bare-metal" */
/* By the processors' flags (proc/cpuinfo); where an architecture has no such flag it is not known. */
pl_machine pl_blocks_machine(pl_blocks *blocks);
const pl_storage *pl_storage_of_device(pl_blocks *blocks, uint32_t major, uint32_t minor);
/* The device whose node is NAME below /dev: "sda1", "mapper/data". */
const pl_storage *pl_storage_of_name(pl_blocks *blocks, const char *name);
const pl_storage *pl_storage_of_mount(pl_blocks *blocks, const pl_mount *mount);
/* MOUNT is a device node that was bound to its point, for a raw block volume. */
const pl_storage *pl_storage_of_node(pl_blocks *blocks, const pl_mount *mount);
const pl_storage *pl_storage_of_swap(pl_blocks *blocks, const pl_swap *swap);
/* PATH, links followed: by the mount that holds it. */
const pl_storage *pl_storage_of_path(pl_blocks *blocks, const char *path);
