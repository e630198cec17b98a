/* Processes that move or encrypt the pods' traffic: agents of CNIs, and IKE daemons. Private to this level. */
#pragma once

#include "plumbline/core/node.h"
#include "plumbline/kube/cni.h"
#include "recognition.h"

typedef struct pl_cni_agent {
  const pl_watched *watched;
  bool ike; /* an IKE daemon, of no CNI */
  const pl_pod *pod;
  const char *rejected;       /* it is not the node's: the reason; else NULL */
  pl_node *environ;           /* what records ask for: NAME -> value, "set" where only its presence counts */
  const char *environ_unread; /* the reason, NULL when it was read */
} pl_cni_agent;

typedef struct pl_cni_agents {
  pl_cni_agent *items; /* by pid */
  size_t count, capacity;
} pl_cni_agents;

/* Every program that is looked for, ending with NULL. CNIS may be NULL. */
const char *const *pl_cni_programs(pl_arena *arena, const pl_cnis *cnis);
/* With the pass, since links and environments are closed to us afterwards. */
void pl_cni_agents_read(pl_host *host, const pl_pass *pass, const pl_cnis *cnis, pl_cni_agents *ret);
/* Once pods are known: which of them are the node's own. */
void pl_cni_agents_judge(const pl_surroundings *around, const pl_cnis *cnis, pl_cni_agents *agents);
/* The first that is the node's own and of CNI; NULL when none. */
const pl_cni_agent *pl_cni_agent_of(const pl_cni_agents *agents, const pl_cni *cni);
/* The first IKE daemon that is the node's own. */
const pl_cni_agent *pl_cni_ike(const pl_cni_agents *agents);
