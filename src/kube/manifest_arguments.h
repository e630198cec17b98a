/* The command line and environment that a container of a manifest is started with. Private to this level. */
#pragma once

#include "plumbline/core/node.h"
#include "programs.h"

typedef struct pl_manifest_arguments {
  const char *const *argv; /* argv[0]: the program; NULL-terminated */
  size_t argc;
  const char *const *environ; /* NAME=value, of env entries with a value */
  size_t environ_count;
  const char *unknown; /* part of it only the running pod knows: the reason, else NULL */
} pl_manifest_arguments;

/*
 * The component that command and args start, NULL when their first word is none. A program that only starts another
 * (go-runner, hyperkube) is passed over. RET_FIRST (may be NULL): index of the component's own name among the words.
 */
const pl_component_spec *pl_manifest_program(pl_arena *arena, const pl_node *container, size_t *ret_first);
/* CONTAINER starts a component's program with an argument that makes it something else: "etcd grpc-proxy". */
bool pl_manifest_has_other_job(pl_arena *arena, const pl_node *container);
/* command and args with $(NAME) replaced as the kubelet does (k8s.io/kubernetes/third_party/forked/golang/expansion).
 */
void pl_manifest_arguments_read(pl_arena *arena, const pl_node *container, const pl_component_spec *spec,
                                pl_manifest_arguments *ret);
