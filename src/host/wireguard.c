/* Peers of WireGuard links. The private key and pre-shared keys that come with them are not looked at. */
#include "wireguard.h"

#include <linux/genetlink.h>

#include "host_private.h"

static int malformed(pl_error *err) { return pl_fail(err, PL_ERR_SYNTAX, "netlink: malformed answer of WireGuard"); }

int pl_family_message(unsigned type, pl_span payload, void *context, pl_error *err) {
  (void)type;
  struct genlmsghdr header;
  pl_attribute attribute;
  if (!pl_span_take(&payload, &header, sizeof header))
    return malformed(err);
  while (pl_next_attribute(&payload, &attribute))
    if (attribute.type == CTRL_ATTR_FAMILY_ID && attribute.value.length == sizeof(uint16_t))
      memcpy(context, attribute.value.at, sizeof(uint16_t));
  return payload.length ? malformed(err) : 0;
}

static bool take_time(pl_span value, int64_t *ret) { /* struct __kernel_timespec */
  return value.length == 2 * sizeof *ret && pl_span_take(&value, ret, sizeof *ret);
}

static bool take_count(pl_span value, uint64_t *sum) {
  uint64_t count = 0;
  if (value.length != sizeof count || !pl_span_take(&value, &count, sizeof count))
    return false;
  *sum += count;
  return true;
}

static bool take_peer_attribute(const pl_attribute *attribute, pl_wireguard_count *count, int64_t *handshake,
                                bool *ret_again) {
  switch (attribute->type) {
  case WGPEER_A_PUBLIC_KEY:
    if (attribute->value.length != WG_KEY_LEN)
      return false;
    *ret_again = count->any && memcmp(attribute->value.at, count->last_key, WG_KEY_LEN) == 0;
    memcpy(count->last_key, attribute->value.at, WG_KEY_LEN);
    return true;
  case WGPEER_A_LAST_HANDSHAKE_TIME:
    return take_time(attribute->value, handshake);
  case WGPEER_A_RX_BYTES:
    return take_count(attribute->value, &count->sum->received);
  case WGPEER_A_TX_BYTES:
    return take_count(attribute->value, &count->sum->sent);
  default: /* WGPEER_A_PRESHARED_KEY too */
    return true;
  }
}

static bool take_peer(pl_span peer, pl_wireguard_count *count) {
  pl_attribute attribute;
  int64_t handshake = 0;
  bool again = false;
  while (pl_next_attribute(&peer, &attribute))
    if (!take_peer_attribute(&attribute, count, &handshake, &again))
      return false;
  count->any = true;
  count->sum->peers += !again;
  count->sum->with_handshake += handshake > 0;
  if (handshake > count->sum->newest_handshake)
    count->sum->newest_handshake = handshake;
  return peer.length == 0;
}

int pl_wireguard_message(unsigned type, pl_span payload, void *context, pl_error *err) {
  (void)type;
  struct genlmsghdr header;
  pl_attribute attribute, peer;
  if (!pl_span_take(&payload, &header, sizeof header))
    return malformed(err);
  while (pl_next_attribute(&payload, &attribute)) {
    if (attribute.type != WGDEVICE_A_PEERS) /* WGDEVICE_A_PRIVATE_KEY too */
      continue;
    while (pl_next_attribute(&attribute.value, &peer))
      if (!take_peer(peer.value, context))
        return malformed(err);
    if (attribute.value.length)
      return malformed(err);
  }
  return payload.length ? malformed(err) : 0;
}

/* A generic message: its header and one attribute, a text. Returns its length, 0 when it does not fit. */
static size_t generic_request(unsigned char *ret, size_t size, uint8_t command, uint16_t attribute, const char *text) {
  const struct genlmsghdr header = {.cmd = command, .version = 1};
  const struct nlattr start = {.nla_len = (uint16_t)(sizeof start + strlen(text) + 1), .nla_type = attribute};
  if (sizeof header + NLA_ALIGN(start.nla_len) > size)
    return 0;
  memcpy(ret, &header, sizeof header);
  memcpy(ret + sizeof header, &start, sizeof start);
  memcpy(ret + sizeof header + sizeof start, text, strlen(text) + 1);
  return sizeof header + NLA_ALIGN(start.nla_len);
}

static int find_family(pl_host *host, uint16_t *ret, pl_error *err) {
  unsigned char request[PL_QUESTION_MAX] = {0};
  size_t length = generic_request(request, sizeof request, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME, WG_GENL_NAME);
  const pl_question question = {.kind = PL_NETLINK_GENERIC, .type = GENL_ID_CTRL, .payload = request, .length = length};
  *ret = 0;
  if (pl_netlink_ask(host->netlink, &question, pl_family_message, ret, err) < 0)
    return -1;
  return *ret ? 0 : malformed(err);
}

/* Once, into zeroed sums. */
static int read_peers(pl_host *host, const char *name, pl_wireguard *ret, pl_error *err) {
  unsigned char request[PL_QUESTION_MAX] = {0};
  uint16_t family = 0;
  *ret = (pl_wireguard){0};
  pl_wireguard_count count = {.sum = ret};
  size_t length = generic_request(request, sizeof request, WG_CMD_GET_DEVICE, WGDEVICE_A_IFNAME, name);
  if (!length)
    return pl_fail(err, PL_ERR_LIMIT, "a name of %zu bytes", strlen(name));
  if (find_family(host, &family, err) < 0)
    return -1;
  const pl_question question = {
      .kind = PL_NETLINK_GENERIC, .type = family, .dump = true, .payload = request, .length = length};
  return pl_netlink_ask(host->netlink, &question, pl_wireguard_message, &count, err);
}

pl_wireguard pl_wireguard_read(pl_host *host, const char *name) {
  pl_wireguard sum = {0};
  pl_error err = {.kind = PL_ERR_VANISHED};
  int rc = -1;
  for (int i = 0; i < PL_NETLINK_TRIES && rc < 0 && err.kind == PL_ERR_VANISHED; i++)
    rc = read_peers(host, name, &sum, &err);
  if (rc < 0)
    sum = (pl_wireguard){.why = pl_strdup(host->arena, err.text)};
  return sum;
}
