/*
 * The node's network as the kernel has it: links, the peers of WireGuard links, and how many IPsec associations there
 * are. Names and counters come from files of proc; a live node's kernel is also asked by netlink, but only if pid 1 is
 * in our own network namespace. Nothing is ever set, and no key is kept.
 */
#pragma once

#include "plumbline/host/host.h"

typedef enum pl_known { PL_UNKNOWN, PL_NO, PL_YES } pl_known;

typedef struct pl_link {
  const char *name; /* raw */
  pl_known wireguard, up;
  uint64_t received, sent; /* bytes */
} pl_link;

typedef struct pl_wireguard {
  const char *why; /* nothing is known: the reason; else NULL */
  size_t peers, with_handshake;
  int64_t newest_handshake; /* seconds since the epoch, 0: none yet */
  uint64_t received, sent;  /* bytes, of all peers */
} pl_wireguard;

typedef struct pl_network {
  const char *why; /* the links could not be listed: the reason; else NULL */
  pl_link *links;  /* in the kernel's order */
  size_t count, capacity;
  const char *kinds_why; /* it is not known which links are WireGuard: the reason; else NULL */
  const char *ipsec_why; /* associations could not be counted: the reason; else NULL */
  uint32_t associations, policies;
  const char *errors_why; /* IPsec's error counters could not be read: the reason; else NULL */
  uint64_t errors;        /* packets that IPsec refused, of all kinds */
} pl_network;

/* Before the process confines itself: the sockets, where the kernel may be asked. No failure: the reason is told later.
 */
void pl_network_open(pl_host *host);
void pl_network_read(pl_host *host, pl_network *ret);
/* NULL when there is no such link, or links could not be listed. */
const pl_link *pl_network_find(const pl_network *network, const char *name);
/* Peers of the WireGuard link NAME. */
pl_wireguard pl_wireguard_read(pl_host *host, const char *name);
