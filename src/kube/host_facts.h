/* The tool, its vantage point and the node itself in facts. Private to this level. */
#pragma once

#include "collection.h"

pl_node *pl_tool_facts(const pl_collection *collection);
pl_node *pl_vantage_facts(const pl_collection *collection);
pl_node *pl_host_facts(const pl_collection *collection);
/* KEY=value of etc/os-release (or usr/lib/os-release), keys in lower case; NULL when there is none. */
pl_node *pl_os_release(pl_arena *arena, const pl_host *host);
/* What the node calls itself: its /etc/hostname, else its kernel; NULL: not known. */
const char *pl_host_name(pl_arena *arena, const pl_host *host);
/* TEXT in small ASCII letters; NULL stays NULL. */
const char *pl_lower(pl_arena *arena, const char *text);
/* Name the node is registered by: --node, the kubelet's hostnameOverride, the end of a static pod's name, the host
 * name. NULL: unknown. */
const char *pl_node_name(const pl_collection *collection);
