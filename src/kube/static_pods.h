/*
 * Pods that the kubelet runs from files. It takes every regular file of the directory whose name does not begin with a
 * dot, whatever its extension, links followed, sub-directories not; each holds one Pod (pkg/kubelet/config/file.go).
 * Private to this level.
 */
#pragma once

#include "plumbline/core/node.h"
#include "plumbline/host/files.h"
#include "programs.h"

/* One container of a pod that runs a component, or a pod (CONTAINER and SPEC NULL) that runs none. */
typedef struct pl_manifest {
  const char *path;             /* of the file, as the host names it */
  const char *namespace, *name; /* NAME without the node's name */
  const char *uid;              /* NULL unless the file gives one */
  const pl_node *pod_spec, *container;
  const pl_component_spec *spec;
  const char *rival; /* another file that makes the same pod: the kubelet may run either; NULL: none */
} pl_manifest;

typedef struct pl_ignored_manifest {
  const char *path, *why;
  pl_bytes text; /* empty where it could not be read */
} pl_ignored_manifest;

typedef struct pl_manifests {
  const char *where;   /* directory or file; NULL: the kubelet reads none */
  const char *because; /* of WHERE being what it is */
  pl_manifest *items;
  size_t count, capacity;
  pl_ignored_manifest *ignored; /* files that make no pod */
  size_t ignored_count, ignored_capacity;
  bool complete;
  const char *why; /* when not: the first reason */
} pl_manifests;

/* Adds what WHERE, a directory or a file, holds. An absent WHERE holds nothing. */
void pl_manifests_read(pl_host *host, const char *where, pl_manifests *ret);
/* A file that makes no pod and seems to be meant for SPEC, by its name or by a word or image in it; NULL: none. */
const pl_ignored_manifest *pl_manifests_meant_for(const pl_manifests *manifests, const pl_component_spec *spec);
/* The next that runs SPEC behind BEFORE (NULL: the first), NULL when there are no more. */
const pl_manifest *pl_manifests_next(const pl_manifests *manifests, const pl_component_spec *spec,
                                     const pl_manifest *before);
/* The manifest that the pod NAMESPACE/NAME (with the node's name at its end) comes from and that runs SPEC, or, where
 * SPEC is NULL, whatever it runs; the longest name where several begin it, "etcd-events" before "etcd". NULL when none.
 */
const pl_manifest *pl_manifests_for_pod(const pl_manifests *manifests, const pl_component_spec *spec,
                                        const char *namespace, const char *name);
