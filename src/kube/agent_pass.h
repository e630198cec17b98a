/* Agents among the processes: which ones are kept, and what is read of them while they are open. Private to this level.
 */
#pragma once

#include "cgroup.h"
#include "plumbline/host/process_security.h"
#include "plumbline/kube/agents.h"

typedef struct pl_agent_process {
  const pl_agent *agent;
  const pl_process *process;
  pl_cgroup cgroup;
  const char *pid_namespace, *net_namespace, *user_namespace; /* NULL: could not be read */
  pl_process_security security;
  const char *security_why; /* it could not be read: the reason, else NULL */
  pl_texts files;           /* a shipper: what it has open */
  const char *files_why;    /* that could not be read: the reason, else NULL */
} pl_agent_process;

typedef struct pl_agent_pass {
  const pl_agents *known; /* NULL: none */
  pl_node *seen;          /* "AGENT CGROUP": one process of a container is enough */
  size_t *kept;           /* of each of KNOWN */
  bool cut[PL_AGENT_KINDS];
  pl_agent_process *items; /* by pid */
  size_t count, capacity;
} pl_agent_pass;

void pl_agent_pass_init(pl_agent_pass *pass, pl_arena *arena, const pl_agents *known);
/* While the pass visits PROCESS: true when it is to be kept as an agent's. */
bool pl_agent_pass_visit(pl_agent_pass *pass, pl_arena *arena, const pl_process *process);
/* Of a kept process that is an agent's: all that only the process itself shows. */
void pl_agent_pass_add(pl_agent_pass *pass, pl_host *host, const pl_process *process);
