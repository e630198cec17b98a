/* Readers of what lists links. Private to this level. */
#pragma once

#include "netlink.h"
#include "plumbline/host/network.h"

/* net/dev of proc: "NAME: received ... sent ..." after two lines of headings. */
int pl_net_dev_parse(pl_arena *arena, pl_bytes text, pl_network *ret, pl_error *err);
/* One RTM_NEWLINK; CONTEXT: pl_network, whose links it marks. */
int pl_link_message(unsigned type, pl_span payload, void *context, pl_error *err);
