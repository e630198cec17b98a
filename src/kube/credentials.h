/* Kubeconfigs and certificates in facts. Keys, tokens and passwords never are. Private to this level. */
#pragma once

#include "collection.h"

/* {server, user, auth, certificate, kind_ok} of the kubeconfig at the host's PATH, or {unreadable}. */
pl_node *pl_kubeconfig_fact(pl_arena *arena, pl_host *host, const char *path);
/* {HOST PATH: kubeconfig} of those that components are given and those of administrators. */
pl_node *pl_kubeconfig_facts(pl_collection *collection, const pl_node *file_sets);
/* `client_certificate` into the kubelet's facts: false where it is proved that it uses none. */
void pl_put_client_certificate(const pl_collection *collection, pl_node *components, const pl_node *kubeconfigs);
/* [{subject, issuer, not_before, not_after, fingerprint, authority}] of the PEM file at the host's PATH, or
 * {unreadable}. */
pl_node *pl_certificate_fact(pl_arena *arena, pl_host *host, const char *path);
/* {HOST PATH: certificates} of the certificate files that components are given. */
pl_node *pl_certificate_facts(pl_collection *collection);
