/* Addresses as Go's net package and Kubernetes' forgiving parsers take them. Private to this level. */
#pragma once

#include "plumbline/core/text.h"

typedef enum pl_address_family { PL_NO_ADDRESS, PL_IPV4, PL_IPV6 } pl_address_family;

/* netutils.ParseIPSloppy: as net.ParseIP, IPv4 numbers may begin with zeros. */
pl_address_family pl_address_family_of(const char *text);
/* netutils.ParseCIDRSloppy. */
bool pl_is_cidr(pl_arena *arena, const char *text);
/* net.SplitHostPort. False: it is no "host:port"; a host may still be none that there is. */
bool pl_split_host_port(pl_arena *arena, const char *text, const char **ret_host, const char **ret_port);
