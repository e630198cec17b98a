/*
 * Which candidates are components of this node. A component is known by its executable and argv[0] together, in the PID
 * namespace of the node, in a container in the node's network, or in a pod of a system namespace; what only looks like
 * one is listed with the reason. Private to this level.
 */
#pragma once

#include "pods.h"

typedef enum pl_standing {
  PL_STANDING_REAL,
  PL_STANDING_LOOK_ALIKE, /* proved to be something else */
  PL_STANDING_UNPROVEN    /* may be one: something that would tell could not be read */
} pl_standing;

typedef struct pl_recognition {
  pl_standing standing;
  const char *why;   /* unless real */
  const pl_pod *pod; /* NULL: in no pod */
} pl_recognition;

typedef struct pl_surroundings {
  pl_host *host;
  const pl_pass *pass;
  const pl_pods *pods;
  pl_texts system_namespaces; /* empty: kube-system */
} pl_surroundings;

/* What a process calls itself by ARGV0, as far as it may be shown: it may have written anything there, of any length.
   NULL: nothing. */
const char *pl_shown_argv0(pl_arena *arena, const char *argv0);
pl_recognition pl_recognise(const pl_surroundings *around, const pl_candidate *candidate);
bool pl_is_system_namespace(const pl_texts *system_namespaces, const char *namespace);
