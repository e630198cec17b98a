/* Persistent volumes that are on the node, by what is mounted below the kubelet's root. Private to this level. */
#pragma once

#include "plumbline/host/mounts.h"
#include "src/kube/collection.h"

typedef struct pl_volume {
  const char *type;   /* "csi", "local", "in-tree", "flex", "hostPath" */
  const char *driver; /* "ebs.csi.aws.com", "kubernetes.io/nfs"; NULL: not told */
  const char *name;   /* of the PersistentVolume, as its directory is called */
  const char *handle; /* CSI; NULL: not told */
  const char **pods;  /* UIDs */
  size_t pod_count, pod_capacity;
  bool pods_cut;         /* there are more than PL_VOLUME_PODS_MAX */
  const pl_mount *mount; /* NULL: nothing is mounted where the volume should be */
  const char *path;      /* hostPath: in place of a mount */
  bool block;            /* a device, no file system */
  bool staged;           /* for the node, and in no pod */
  bool ephemeral;        /* lives as long as its pod */
  const char *unread;    /* what of it could not be read, and why; NULL: nothing */
} pl_volume;

typedef enum pl_volumes_state { PL_VOLUMES_COMPLETE, PL_VOLUMES_PARTIAL, PL_VOLUMES_UNREADABLE } pl_volumes_state;

typedef struct pl_volumes {
  pl_volumes_state state;
  const char *because; /* unless complete */
  pl_volume *items;    /* in the order of their first mount */
  size_t count, capacity;
} pl_volumes;

void pl_volumes_read(const pl_collection *collection, pl_volumes *ret);
