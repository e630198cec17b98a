/* IPsec as the kernel has it: numbers of associations and policies, never one of them, because these hold keys. Private
 * to this level. */
#pragma once

#include "netlink.h"
#include "plumbline/host/network.h"

/* Answers to XFRM_MSG_GETSADINFO and XFRM_MSG_GETSPDINFO; CONTEXT: pl_network. */
int pl_xfrm_message(unsigned type, pl_span payload, void *context, pl_error *err);
/* The counters of net/xfrm_stat, lines "NAME VALUE": their sum. */
int pl_xfrm_stat_parse(pl_arena *arena, pl_bytes text, uint64_t *ret, pl_error *err);
void pl_xfrm_read(pl_host *host, pl_network *ret);
