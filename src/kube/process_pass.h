/*
 * The pass over the node's processes: those that are, or look like, components, those that tell the platform, and the
 * pods that have live processes. All that needs a link or the environment of another process is read here and kept.
 * Private to this level.
 */
#pragma once

#include "agent_pass.h"
#include "cgroup.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/node.h"
#include "plumbline/host/processes.h"
#include "plumbline/kube/platform.h"
#include "programs.h"

typedef struct pl_candidate {
  const pl_process *process;
  const pl_component_spec *spec;
  bool exe_matches, argv0_matches; /* both false: only an argument names the component */
  bool crowd;                      /* one of too many in pods: only of its pod can be told whether it is a component */
  pl_cgroup cgroup;
  /* The rest is read only where the executable says, or may say, that this is the component. */
  const char *pid_namespace, *mount_namespace; /* NULL: could not be read */
  const char *network_namespace; /* the same; asked for only in another PID namespace than that of pid 1 */
  bool status_known;
  pl_process_status status;
  const char *cwd; /* NULL: could not be read */
  const char *const *environ;
  size_t environ_count;
  const char *environ_unread; /* the reason, NULL when it was read */
  pl_root *root;              /* live, in a container: its root directory; NULL when it could not be opened */
} pl_candidate;

typedef struct pl_pod_container {
  const char *uid, *id;         /* ID may be NULL */
  int pid;                      /* the first process seen in it */
  const char *cgroup;           /* path of that process */
  const char *enclosing;        /* as in its cgroup */
  pl_process_security security; /* of it, */
  const char *why;              /* unless this says why it could not be read */
} pl_pod_container;

typedef struct pl_program_name {
  const char *name, *pod_uid, *enclosing; /* POD_UID NULL: in no pod; ENCLOSING: as in its cgroup, when in no pod */
} pl_program_name;

struct pl_supervised;

typedef struct pl_program {
  const char *name; /* "k3s server" */
  int pid;
  const char *exe;
  bool exe_deleted;
  const pl_process *process;
  int64_t started; /* 0: not known */
  const char *cwd; /* NULL: could not be read */
  const char *const *environ;
  size_t environ_count;
  const char *environ_unread;             /* the reason, NULL when it was read */
  const char *unit;                       /* that it runs in; NULL: none */
  const struct pl_supervised *supervised; /* its options; NULL: no platform record says how to read them */
} pl_program;

/* A process that the pass was asked to keep by the name of its program. */
typedef struct pl_watched {
  const char *name; /* as asked: "cilium-agent", "calico-node -felix" */
  const pl_process *process;
  pl_cgroup cgroup;
  const char *pid_namespace, *network_namespace; /* NULL: could not be read */
  int64_t started;                               /* 0: not known */
  pl_root *root;                                 /* live, in a container: its root directory */
} pl_watched;

typedef struct pl_pass {
  pl_processes processes;
  pl_candidate *candidates; /* by pid */
  size_t candidate_count, candidate_capacity;
  size_t look_alikes;           /* by their words alone, also those that were too many to list */
  pl_pod_container *containers; /* by first pid; one may be there twice, by a cgroup inside it */
  size_t container_count, container_capacity;
  const char **enclosing; /* containers and machines that are no pod's (docker, podman, LXC, libvirt), each once */
  size_t enclosing_count, enclosing_capacity;
  const char *other_containers; /* the first of them that does not hold the whole node; NULL: none */
  pl_program *programs;         /* of platform records, that run outside pods in the node's own PID namespace; by pid */
  size_t program_count, program_capacity;
  pl_watched *watched; /* by pid */
  size_t watched_count, watched_capacity;
  bool watched_cut; /* there were more than PL_WATCHED_MAX in the node's network */
  pl_agent_pass agents;
  pl_program_name *names; /* of the programs that run, each once outside of pods and once a pod */
  size_t name_count, name_capacity;
  bool names_cut;                                        /* there are more */
  const char *init_pid_namespace, *init_mount_namespace; /* of pid 1; NULL: could not be read */
  const char *init_network_namespace, *init_user_namespace;
  pl_cgroup init_cgroup;
  const pl_process *init; /* NULL: no pid 1 */
  bool exes_hidden;       /* some executables could not be read: we lack the right */
} pl_pass;

/* RET's processes are open until pl_pass_close. */
void pl_pass_read(pl_host *host, const pl_platforms *platforms, pl_pass *ret);
/* The same, and processes of these programs (ending with NULL; may be NULL) are kept too: "PROGRAM", or "PROGRAM WORD"
 * with its first argument; one of a pod or a control group stands for all there. At most PL_WATCHED_MAX in the node's
 * network, and PL_WATCHED_APART_MAX in others. AGENTS (may be NULL) are looked for. */
void pl_pass_read_watching(pl_host *host, const pl_platforms *platforms, const char *const *programs,
                           const pl_agents *agents, pl_pass *ret);
void pl_pass_close(pl_pass *pass);
