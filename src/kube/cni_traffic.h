/* What carries the traffic between nodes, as the node's network shows it. Private to this level. */
#pragma once

#include "cni_plugin.h"
#include "cni_settings.h"
#include "plumbline/host/network.h"

/* Everything that is known when traffic is judged. */
typedef struct pl_cni_look {
  const pl_collection *collection;
  const pl_cni *cni; /* NULL: none, or an unknown one */
  const pl_cni_plugin *plugin;
  const pl_cni_agent *agent, *ike; /* NULL: none that is the node's own */
  bool names_unsure;               /* its first link may have another name */
  pl_cni_config config;
  const pl_cni_mode *mode; /* NULL: not known */
  const pl_network *network;
  int64_t nodes; /* of the cluster, 0: not known */
} pl_cni_look;

typedef struct pl_cni_traffic {
  const char *state;   /* present, absent, idle, unobservable */
  const char *because; /* what shows it */
  const char *peers;   /* some, none, unknown */
  size_t peer_count;
  const char *other; /* none, tunnel, mesh: what else encrypts */
  const char *other_because;
  pl_node *links; /* of the CNI, and other WireGuard links: facts */
} pl_cni_traffic;

void pl_cni_traffic_read(const pl_cni_look *look, pl_cni_traffic *ret);
