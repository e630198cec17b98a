/* What the cgroup path of a process says about where it runs. Private to this level. */
#pragma once

#include "plumbline/core/text.h"

typedef struct pl_cgroup {
  const char *pod_uid;      /* as the API writes it; NULL: in no pod */
  const char *container_id; /* of the container in that pod; NULL when the path does not name one */
  const char *enclosing; /* component of a container that holds all of this (docker, kind's node, ...), NULL when there
                            is none */
  const char *unit;      /* "kubelet.service"; NULL: none, or in a pod */
} pl_cgroup;

/*
 * Both drivers and both versions: /kubepods/burstable/podUID/ID;
 * /kubepods.slice/kubepods-podUID.slice/cri-containerd-ID.scope; kubepods-podUID.slice:cri-containerd:ID; below any
 * cgroupRoot; and as seen from another cgroup namespace (/../../podUID/ID). The outermost pod counts: what a pod nests
 * in itself is part of that pod. PATH NULL gives nothing.
 */
pl_cgroup pl_cgroup_read(pl_arena *arena, const char *path);
/* PATH is long enough to hold a container's ID, or says so otherwise; most do not. */
bool pl_cgroup_may_be_contained(const char *path);
/* Pods made from files have a 32-digit hash, those of the API a UUID (pkg/kubelet/config/common.go). */
bool pl_uid_is_static(const char *uid);
