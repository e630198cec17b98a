/* The components of the node: which there are, in what state, from what evidence. Private to this level. */
#pragma once

#include "instance.h"
#include "recognition.h"

typedef enum pl_component_state {
  PL_COMPONENT_RUNNING,    /* a process */
  PL_COMPONENT_CONFIGURED, /* a manifest or unit, no process */
  PL_COMPONENT_ABSENT,     /* proved: the list is complete; no manifest, unit, trace or program with it in it */
  PL_COMPONENT_UNOBSERVABLE
} pl_component_state;

typedef struct pl_component {
  const pl_component_spec *spec;
  pl_component_state state;
  const char *because;
  pl_instance **instances; /* running ones by pid; else those that manifests or a unit configure */
  size_t count, capacity;
  bool embedded;        /* its one instance is part of a program of several: no process, manifest or unit of its own */
  const char *unproven; /* a process may be one: what could not be told, NULL when there is none */
  const char *rejected; /* a process runs the program and is none of this node: why, NULL when there is none */
} pl_component;

/* How far the process list can be relied on. */
typedef struct pl_process_list {
  bool of_the_node, complete;
  const char *because; /* unless both */
} pl_process_list;

typedef struct pl_components_input {
  pl_host *host;
  const pl_pass *pass;
  const pl_pods *pods;
  pl_bundles *bundles;
  const pl_manifests *manifests;
  const pl_platform *platform; /* NULL: none */
  pl_tables *tables;
  const char *kubernetes;
  pl_packages *packages;
  pl_process_list list;
} pl_components_input;

const char *pl_component_state_name(pl_component_state state);
/* Fill RET for SPEC. MANIFESTS may be NULL: the kubelet, which is in none. */
void pl_component_read(const pl_components_input *input, const pl_component_spec *spec, pl_component *ret);
/* The process list, judged by what the pass saw: KUBELET is a recognised kubelet in it. */
pl_process_list pl_process_list_judge(const pl_host *host, const pl_pass *pass, bool kubelet);
/* [{pid, exe, argv0, component, why}] of everything that only looks like a component. */
pl_node *pl_rejected_facts(pl_arena *arena, const pl_components_input *input);
