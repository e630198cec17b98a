/* What the agent of a CNI is told about encryption, by itself. Private to this level. */
#pragma once

#include "bundles.h"
#include "cluster.h"
#include "cni_agents.h"

typedef struct pl_cni_settings {
  pl_node *facts;          /* NAME -> {value, from} or {unreadable} */
  const pl_cni_mode *mode; /* NULL: it cannot be told */
  const char *why;         /* then, the reason */
} pl_cni_settings;

typedef struct pl_cni_settings_input {
  pl_host *host;
  pl_bundles *bundles;
  const char *kubelet_root;
  const pl_cni *cni;
  const pl_cni_agent *agent;
  const pl_node *cluster; /* the fact; NULL: none */
  const char *node_name;
} pl_cni_settings_input;

void pl_cni_settings_read(const pl_cni_settings_input *input, pl_cni_settings *ret);
