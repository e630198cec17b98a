/* Where the files of a container lie on the host. Private to this level. */
#pragma once

#include "bundles.h"
#include "process_pass.h"
#include "static_pods.h"

/* The host's own files. */
pl_view *pl_view_of_host(pl_host *host);
/*
 * The files of a container: by its bundle, else by hostPath volumes of its manifest, else by the mounts of its process.
 * Any of them may be NULL. Live, the process's root serves for what none of them maps.
 */
pl_view *pl_view_of_container(pl_host *host, const pl_bundle *bundle, const pl_manifest *manifest,
                              const pl_candidate *candidate);
/* The process sees another root directory than the node's, though it is in no pod. False when that cannot be told. */
bool pl_has_own_root(pl_host *host, const pl_pass *pass, const pl_candidate *candidate);
/* POINT is a ConfigMap, Secret or projected volume that the kubelet made: its kind for people ("ConfigMap"), and its
 * name; else NULL. */
const char *pl_api_volume(pl_arena *arena, const char *host_path, const char **ret_name);
