/* The components that are looked for, and how a program is known by its name. Private to this level. */
#pragma once

#include "plumbline/kube/settings.h"

typedef enum pl_component_id {
  PL_KUBELET,
  PL_APISERVER,
  PL_CONTROLLER_MANAGER,
  PL_SCHEDULER,
  PL_ETCD,
  PL_PROXY,
  PL_CONTAINERD,
  PL_CRIO
} pl_component_id;
#define PL_COMPONENT_COUNT 8

typedef struct pl_component_spec {
  pl_component_id id;
  const char *name;    /* in facts and definitions */
  const char *program; /* of its executable */
  pl_flag_dialect dialect;
  bool kubernetes; /* has Kubernetes' version number */
  bool control_plane;
  void (*settings)(pl_arena *arena, const pl_component_input *input, pl_settings *ret); /* NULL: a container runtime */
  const char *const *other_jobs; /* first arguments that make the same program something else; NULL: none */
} pl_component_spec;

extern const pl_component_spec pl_component_specs[PL_COMPONENT_COUNT];

/* NULL when no component has this name. */
const pl_component_spec *pl_component_find(const char *name);
/* BASE is PROGRAM, or PROGRAM and a version: "kubelet-1.34", "kubelet1.34.2", "etcd_v3.5". */
bool pl_program_is(const char *base, const char *program);
/* With ARGUMENT behind its name the program of SPEC is not the component. */
bool pl_program_has_other_job(const pl_component_spec *spec, const char *argument);
/* The component that the file name BASE is a program of, NULL when none. */
const pl_component_spec *pl_program_find(const char *base);
