/* Answers of netlink: the first byte says which question was asked, the rest is a datagram; its own sequence number counts. */
#include <stdlib.h>

#include "src/host/links.h"
#include "src/host/wireguard.h"
#include "src/host/xfrm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static pl_link links[] = {{.name = "wg0"}, {.name = "eth0"}};
  pl_network network = {.links = links, .count = 2};
  pl_wireguard sum = {0};
  pl_wireguard_count count = {.sum = &sum};
  uint16_t family = 0;
  const struct {
    pl_message_visitor visitor;
    void *context;
  } questions[] = {{pl_link_message, &network},
                   {pl_wireguard_message, &count},
                   {pl_family_message, &family},
                   {pl_xfrm_message, &network}};
  pl_error err = {.kind = PL_ERR_NONE};
  bool done = false;
  uint32_t sequence = 0;
  if (size < 1 + sizeof(struct nlmsghdr))
    return 0;
  memcpy(&sequence, data + 1 + offsetof(struct nlmsghdr, nlmsg_seq), sizeof sequence);
  unsigned which = *data % (sizeof questions / sizeof *questions);
  if (pl_netlink_parse((pl_span){data + 1, size - 1}, sequence, questions[which].visitor, questions[which].context, &done,
                       &err) < 0 &&
      err.kind == PL_ERR_NONE)
    abort();
  if (sum.peers > size || sum.with_handshake > size)
    abort();
  return 0;
}
