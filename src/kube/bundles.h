/* Containers as the runtime wrote them down: OCI bundles of containerd and CRI-O. Private to this level. */
#pragma once

#include "cgroup_limits.h"
#include "plumbline/core/node.h"
#include "plumbline/kube/view.h"

typedef struct pl_bundle {
  const char *id, *path;                                                   /* PATH of its config.json */
  const char *pod_namespace, *pod_name, *pod_uid, *container_name, *image; /* NULL: not said */
  bool sandbox;                                                            /* it only holds the namespaces of its pod */
  bool file_source;        /* CRI-O: the pod comes from a file, not from the API */
  pl_cgroup_limits limits; /* that the runtime asked for */
  const pl_root *root;     /* and FILE below it: its config.json */
  const char *file;
  bool mounts_read;
  pl_mapping *mounts; /* bind mounts, once they were asked for */
  size_t mount_count, mount_capacity;
} pl_bundle;

#define PL_BUNDLE_PLACES 2

typedef struct pl_bundles {
  pl_host *host;
  struct {
    const char *path;
    pl_root *root;                 /* NULL: there is none, or it must not be touched */
    pl_paths listed;               /* what is in it */
  } directories[PL_BUNDLE_PLACES]; /* of containerd's and CRI-O's bundles */
  pl_node *index;                  /* ID -> position in ITEMS, -1: there is none */
  pl_bundle **items;
  size_t count, capacity;
  const char *why; /* why a bundle that may be there could not be read, the last time; NULL: there was none such */
} pl_bundles;

/* CONTAINERD_STATE and CRIO_RUNROOT: "/run/containerd", "/run/containers/storage". Close with pl_bundles_close. */
void pl_bundles_init(pl_bundles *bundles, pl_host *host, const char *containerd_state, const char *crio_runroot);
void pl_bundles_close(pl_bundles *bundles);
/* Bundle of container ID, read once; NULL when there is none or it is no bundle. Its environment is not kept. */
const pl_bundle *pl_bundles_find(pl_bundles *bundles, const char *id);
/* The same with its mounts, which few need and which are most of the work: who needs them asks first, so that the file
 * is read once. */
const pl_bundle *pl_bundles_with_mounts(pl_bundles *bundles, const char *id);
/* For people: no bundle tells of the container that process PID is in, and why. */
const char *pl_bundles_lack(const pl_bundles *bundles, pl_arena *arena, int pid);
