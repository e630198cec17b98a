/*
 * The node that is read: a root directory, its proc, and what was learnt about our own vantage point.
 *
 * A root is live only if its proc is a real procfs. In a captured root nothing of the running machine is asked.
 */
#pragma once

#include "plumbline/core/root.h"

typedef struct pl_mounts pl_mounts;
typedef struct pl_accounts pl_accounts;
typedef struct pl_file_cache pl_file_cache;
typedef struct pl_netlink pl_netlink;

typedef struct pl_host_options {
  const char *root; /* NULL: "/" */
  const char *proc; /* NULL: proc below the root */
} pl_host_options;

/* Something that could not be looked at, and why; shown in the report's header. Texts are escaped. */
typedef struct pl_out_of_reach {
  const char *what, *why;
} pl_out_of_reach;

typedef struct pl_host {
  pl_arena *arena; /* the caller's; all that is learnt lives there */
  pl_root *root;
  pl_root *proc;              /* NULL when there is none */
  bool live;                  /* proc is a procfs */
  bool host_pid_namespace;    /* live: the proc shows the initial PID namespace (its inode, or that of pid 1 is a host
                                 init) */
  bool own_network_namespace; /* live: DIR/proc/1/ns/net is ours */
  bool owners_trustworthy;    /* our user namespace maps every id to itself */
  uint32_t euid;
  uint64_t capabilities; /* effective, a bit each */
  int64_t boot_time;     /* seconds since the epoch, 0 unknown (proc/stat btime) */
  pl_mounts *mounts;     /* of pid 1, else self; NULL when unreadable */
  pl_accounts *accounts;
  pl_file_cache *files;
  pl_netlink *netlink; /* sockets to ask the kernel of its network (network.h); NULL: it cannot be asked */
  pl_out_of_reach *out_of_reach;
  size_t out_of_reach_count, out_of_reach_capacity;
} pl_host;

/* Open the root, read mounts, accounts and vantage. Only a root that cannot be opened is an error. Close with
 * pl_host_close. */
pl_host *pl_host_open(pl_arena *arena, const pl_host_options *options, pl_error *err);
void pl_host_close(pl_host *host);
/* Note once that WHAT could not be looked at. */
void pl_host_unreachable(pl_host *host, const char *what, const char *why);
/* "permission denied", of links of processes, with the capability that we lack. */
const char *pl_host_links_denied(const pl_host *host);
/* "CAP_DAC_READ_SEARCH" ... of capability bit BIT, NULL past the last we know. */
const char *pl_capability_name(unsigned bit);
