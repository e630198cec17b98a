/* What the kernel says of WireGuard links by generic netlink (linux/wireguard.h). Private to this level. */
#pragma once

#include <linux/wireguard.h>

#include "netlink.h"
#include "plumbline/host/network.h"

/* Counts over the messages of one link; zeroed before the first. */
typedef struct pl_wireguard_count {
  pl_wireguard *sum;
  bool any;
  unsigned char last_key[WG_KEY_LEN]; /* public: a peer with many addresses goes on in the next message */
} pl_wireguard_count;

/* The number of the family in an answer to CTRL_CMD_GETFAMILY; CONTEXT: uint16_t. */
int pl_family_message(unsigned type, pl_span payload, void *context, pl_error *err);
/* One message of WG_CMD_GET_DEVICE; CONTEXT: pl_wireguard_count. */
int pl_wireguard_message(unsigned type, pl_span payload, void *context, pl_error *err);
