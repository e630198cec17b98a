/* Which network the container runtime gives to pods: the CNI configuration that is in force. Private to this level. */
#pragma once

#include "collection.h"
#include "plumbline/kube/cni.h"

typedef struct pl_cni_plugin {
  const char *directory, *directory_from; /* NULL: not known */
  pl_paths files;                         /* what is in it */
  const char *path;                       /* the file in force; NULL: there is none */
  const char *why;                        /* it cannot be told what is in force: the reason; else NULL */
  pl_node *types;                         /* types of its plugins, in their order */
  const char *ipam;                       /* type of the first one's address management; NULL: none is named */
  bool mesh;                              /* one of them brings pods into a service mesh */
  bool ipv4, ipv6;                        /* Calico's: pods get addresses of this family; of others it is not told */
} pl_cni_plugin;

void pl_cni_plugin_read(const pl_collection *collection, pl_cni_plugin *ret);
/* The first record that knows it; records that need an agent only where there is one. NULL when none does. */
const pl_cni *pl_cni_in_charge(const pl_cni_plugin *plugin, const pl_cnis *cnis, const pl_cni_agents *agents);
