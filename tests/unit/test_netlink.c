/* Answers of the kernel: recorded ones where a kernel gave them, else laid out as linux/wireguard.h has them. */
#include <check.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>
#include <linux/xfrm.h>
#include <net/if.h>

#include "host_tree.h"
#include "src/host/links.h"
#include "src/host/wireguard.h"
#include "src/host/xfrm.h"

#define RECORDED(text) ((pl_span){(const unsigned char *)(text), sizeof(text) - 1})

/* Recorded on Linux 6.18: XFRM_MSG_GETSADINFO, XFRM_MSG_GETSPDINFO, CTRL_CMD_GETFAMILY of "nlctrl", and of a family that
 * is not there. The sequence number is 7. */
#define SAD                                                                                                            \
  "\x28\0\0\0\x22\0\0\0\x07\0\0\0\x76\x41\0\0\xff\xff\xff\xff\x08\0\x01\0\0\0\0\0\x0c\0\x02\0\x08\0\0\0\0\0\x10\0"
#define SPD                                                                                                            \
  "\x4c\0\0\0\x24\0\0\0\x07\0\0\0\x76\x41\0\0\xff\xff\xff\xff\x1c\0\x01\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" \
  "\0\0\0\x0c\0\x02\0\x07\0\0\0\0\0\x10\0\x06\0\x03\0\x20\x20\0\0\x06\0\x04\0\x80\x80\0\0"
#define FAMILY                                                                                                         \
  "\x38\0\0\0\x10\0\0\0\x07\0\0\0\x76\x41\0\0\x01\x02\0\0\x0b\0\x02\0nlctrl\0\0\x06\0\x01\0\x10\0\0\0\x08\0\x03\0\x02" \
  "\0\0\0\x08\0\x04\0\0\0\0\0"
#define NO_FAMILY                                                                                                      \
  "\x38\0\0\0\x02\0\0\0\x07\0\0\0\x76\x41\0\0\xfe\xff\xff\xff\x24\0\0\0\x10\0\x01\0\x07\0\0\0\0\0\0\0\x03\x01\0\0\x0e" \
  "\0\x02\0wireguard\0\0\0"

static bool done;
static pl_error err;

static int parse(pl_span datagram, pl_message_visitor visitor, void *context) {
  err = (pl_error){0};
  return pl_netlink_parse(datagram, 7, visitor, context, &done, &err);
}

/* ---- laid out here ---- */

static unsigned char bytes[4096];
static size_t length;

static void put(const void *data, size_t size) {
  memcpy(bytes + length, data, size);
  length += size;
  while (length % NLMSG_ALIGNTO)
    bytes[length++] = 0;
}

/* Opened with nothing in it; closed when what belongs to it was put. */
static size_t open_attribute(unsigned type) {
  const struct nlattr header = {.nla_type = (uint16_t)type};
  size_t at = length;
  put(&header, sizeof header);
  return at;
}
static void close_attribute(size_t at) {
  uint16_t size = (uint16_t)(length - at);
  memcpy(bytes + at, &size, sizeof size);
}
static void attribute(unsigned type, const void *data, size_t size) {
  const struct nlattr header = {.nla_len = (uint16_t)(sizeof header + size), .nla_type = (uint16_t)type};
  put(&header, sizeof header);
  put(data, size);
}

static void open_message(unsigned type, unsigned flags, const void *header, size_t size) {
  const struct nlmsghdr first = {.nlmsg_type = (uint16_t)type, .nlmsg_flags = (uint16_t)flags, .nlmsg_seq = 7};
  length = 0;
  put(&first, sizeof first);
  put(header, size);
}
static pl_span close_message(void) {
  uint32_t size = (uint32_t)length;
  memcpy(bytes, &size, sizeof size);
  return (pl_span){bytes, length};
}

/* A peer whose key is KEY 32 times; HANDSHAKE below zero: only its addresses follow. */
static void peer(char key, int64_t handshake) {
  unsigned char public[WG_KEY_LEN];
  const int64_t time[2] = {handshake, 5};
  const uint64_t received = 100, sent = 1000;
  memset(public, key, sizeof public);
  size_t at = open_attribute(NLA_F_NESTED);
  attribute(WGPEER_A_PUBLIC_KEY, public, sizeof public);
  if (handshake >= 0) {
    memset(public, 'S', sizeof public);
    attribute(WGPEER_A_PRESHARED_KEY, public, sizeof public);
    attribute(WGPEER_A_LAST_HANDSHAKE_TIME, time, sizeof time);
    attribute(WGPEER_A_RX_BYTES, &received, sizeof received);
    attribute(WGPEER_A_TX_BYTES, &sent, sizeof sent);
  }
  attribute(WGPEER_A_ALLOWEDIPS, "", 0);
  close_attribute(at);
}

static size_t open_device(void) {
  static const struct genlmsghdr header = {.cmd = WG_CMD_GET_DEVICE, .version = 1};
  unsigned char private[WG_KEY_LEN];
  memset(private, 'P', sizeof private);
  open_message(0x1d, NLM_F_MULTI, &header, sizeof header);
  attribute(WGDEVICE_A_IFNAME, "wg0", 4);
  attribute(WGDEVICE_A_PRIVATE_KEY, private, sizeof private);
  return open_attribute(WGDEVICE_A_PEERS | NLA_F_NESTED);
}

/* ---- the frame ---- */

START_TEST(associations_and_policies) {
  pl_network network = {.associations = 9};
  ck_assert_int_eq(parse(RECORDED(SAD), pl_xfrm_message, &network), 0);
  ck_assert(done);
  ck_assert_uint_eq(network.associations, 0);
  ck_assert_int_eq(parse(RECORDED(SPD), pl_xfrm_message, &network), 0);
  ck_assert_uint_eq(network.policies, 1);
}
END_TEST

START_TEST(families) {
  uint16_t family = 0;
  ck_assert_int_eq(parse(RECORDED(FAMILY), pl_family_message, &family), 0);
  ck_assert_uint_eq(family, GENL_ID_CTRL);
  ck_assert_int_eq(parse(RECORDED(NO_FAMILY), pl_family_message, &family), -1);
  ck_assert_int_eq(err.kind, PL_ERR_ABSENT);
}
END_TEST

START_TEST(every_cut_is_refused) {
  static const char *const recorded[] = {SAD, SPD, FAMILY};
  static const size_t sizes[] = {sizeof SAD - 1, sizeof SPD - 1, sizeof FAMILY - 1};
  for (size_t i = 0; i < 3; i++)
    for (size_t size = 1; size < sizes[i]; size++) {
      pl_network network = {0};
      uint16_t family = 0;
      pl_span cut = {(const unsigned char *)recorded[i], size};
      int rc = i == 2 ? parse(cut, pl_family_message, &family) : parse(cut, pl_xfrm_message, &network);
      ck_assert_msg(rc < 0 && err.kind == PL_ERR_SYNTAX, "%zu bytes of message %zu were taken", size, i);
    }
}
END_TEST

START_TEST(other_sequences_are_passed_over) {
  pl_network network = {.associations = 9};
  ck_assert_int_eq(pl_netlink_parse(RECORDED(SAD), 8, pl_xfrm_message, &network, &done, &err), 0);
  ck_assert(!done);
  ck_assert_uint_eq(network.associations, 9);
}
END_TEST

START_TEST(ends_and_errors) {
  const int32_t refused = -EPERM, nothing = 0;
  open_message(NLMSG_DONE, NLM_F_MULTI, &nothing, sizeof nothing);
  ck_assert_int_eq(parse(close_message(), pl_xfrm_message, NULL), 0);
  ck_assert(done);
  open_message(NLMSG_DONE, NLM_F_MULTI, &refused, sizeof refused);
  ck_assert_int_eq(parse(close_message(), pl_xfrm_message, NULL), -1);
  ck_assert_int_eq(err.kind, PL_ERR_DENIED);
  open_message(NLMSG_ERROR, 0, &refused, 0);
  ck_assert_int_eq(parse(close_message(), pl_xfrm_message, NULL), -1);
  ck_assert_int_eq(err.kind, PL_ERR_SYNTAX);
  open_message(0x1d, NLM_F_MULTI | NLM_F_DUMP_INTR, &nothing, sizeof nothing);
  ck_assert_int_eq(parse(close_message(), pl_wireguard_message, NULL), -1);
  ck_assert_int_eq(err.kind, PL_ERR_VANISHED);
}
END_TEST

/* ---- WireGuard ---- */

START_TEST(peers_over_several_messages) {
  pl_wireguard sum = {0};
  pl_wireguard_count count = {.sum = &sum};
  size_t peers = open_device();
  peer('a', 1700000000);
  peer('b', 0);
  close_attribute(peers);
  ck_assert_int_eq(parse(close_message(), pl_wireguard_message, &count), 0);
  ck_assert(!done);
  peers = open_device();
  peer('b', -1); /* goes on */
  peer('c', 1700000100);
  close_attribute(peers);
  ck_assert_int_eq(parse(close_message(), pl_wireguard_message, &count), 0);
  ck_assert_uint_eq(sum.peers, 3);
  ck_assert_uint_eq(sum.with_handshake, 2);
  ck_assert_int_eq(sum.newest_handshake, 1700000100);
  ck_assert_uint_eq(sum.received, 300);
  ck_assert_uint_eq(sum.sent, 3000);
}
END_TEST

START_TEST(keys_are_not_kept) {
  pl_wireguard sum = {0};
  pl_wireguard_count count = {.sum = &sum};
  size_t peers = open_device();
  peer('a', 1);
  close_attribute(peers);
  ck_assert_int_eq(parse(close_message(), pl_wireguard_message, &count), 0);
  ck_assert_ptr_null(memmem(&count, sizeof count, "SSSS", 4));
  ck_assert_ptr_null(memmem(&count, sizeof count, "PPPP", 4));
}
END_TEST

START_TEST(malformed_peers) {
  pl_wireguard sum = {0};
  pl_wireguard_count count = {.sum = &sum};
  size_t peers = open_device(), one = open_attribute(NLA_F_NESTED);
  attribute(WGPEER_A_PUBLIC_KEY, "short", 5);
  close_attribute(one);
  close_attribute(peers);
  ck_assert_int_eq(parse(close_message(), pl_wireguard_message, &count), -1);
  ck_assert_int_eq(err.kind, PL_ERR_SYNTAX);
  static const uint16_t too_long = 4000;
  peers = open_device();
  memcpy(bytes + peers, &too_long, sizeof too_long);
  ck_assert_int_eq(parse(close_message(), pl_wireguard_message, &count), -1);
}
END_TEST

/* ---- links ---- */

static pl_span link_message(const char *name, const char *kind, unsigned flags) {
  const struct ifinfomsg header = {.ifi_flags = flags};
  open_message(RTM_NEWLINK, NLM_F_MULTI, &header, sizeof header);
  attribute(IFLA_IFNAME, name, strlen(name) + 1);
  size_t info = open_attribute(IFLA_LINKINFO | NLA_F_NESTED);
  attribute(IFLA_INFO_KIND, kind, strlen(kind) + 1);
  close_attribute(info);
  return close_message();
}

START_TEST(kinds_of_links) {
  static pl_link links[] = {{.name = "cilium_wg0"}, {.name = "cni0"}, {.name = "wg1"}};
  pl_network network = {.links = links, .count = 3};
  ck_assert_int_eq(parse(link_message("cilium_wg0", "wireguard", IFF_UP), pl_link_message, &network), 0);
  ck_assert_int_eq(parse(link_message("wg1", "wireguard", 0), pl_link_message, &network), 0);
  ck_assert_int_eq(parse(link_message("cni0", "wireguard2", IFF_UP), pl_link_message, &network), 0);
  ck_assert_int_eq(parse(link_message("unknown", "wireguard", IFF_UP), pl_link_message, &network), 0);
  ck_assert_int_eq(links[0].wireguard, PL_YES);
  ck_assert_int_eq(links[0].up, PL_YES);
  ck_assert_int_eq(links[1].wireguard, PL_UNKNOWN);
  ck_assert_int_eq(links[2].up, PL_NO);
}
END_TEST

static const char heading[] = "Inter-|   Receive  |  Transmit\n face |bytes    packets\n";

static int read_dev(const char *lines, pl_network *ret) {
  *ret = (pl_network){0};
  const char *text = pl_printf(tree_arena, "%s%s", heading, lines);
  return pl_net_dev_parse(tree_arena, (pl_bytes){text, strlen(text)}, ret, &err);
}

START_TEST(names_and_counters) {
  pl_network network;
  ck_assert_int_eq(read_dev("    lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\nvxlan.calico:7 0 0 0 0 0 0 0 8 0 0 0 0 0 0 0\n"
                            " a:b: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
                            &network),
                   0);
  ck_assert_uint_eq(network.count, 3);
  ck_assert_uint_eq(pl_network_find(&network, "lo")->received, 1);
  ck_assert_uint_eq(pl_network_find(&network, "lo")->sent, 9);
  ck_assert_uint_eq(pl_network_find(&network, "vxlan.calico")->sent, 8);
  ck_assert_ptr_nonnull(pl_network_find(&network, "a:b"));
  ck_assert_ptr_null(pl_network_find(&network, "a"));
}
END_TEST

START_TEST(lines_that_the_kernel_does_not_write) {
  pl_network network;
  static const char *const bad[] = {"lo 1 2\n", ": 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n", "lo: 1 2 3\n",
                                    "lo: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n", "lo: x 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
                                    "a-name-of-16-chr: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    ck_assert_int_eq(read_dev(bad[i], &network), -1);
    ck_assert_int_eq(err.line, 3);
  }
}
END_TEST

START_TEST(error_counters) {
  uint64_t sum = 0;
  const char *text = "XfrmInError             \t2\nXfrmInNoStates          \t40\n";
  ck_assert_int_eq(pl_xfrm_stat_parse(tree_arena, (pl_bytes){text, strlen(text)}, &sum, &err), 0);
  ck_assert_uint_eq(sum, 42);
  text = "XfrmInError\n";
  ck_assert_int_eq(pl_xfrm_stat_parse(tree_arena, (pl_bytes){text, strlen(text)}, &sum, &err), -1);
  ck_assert_int_eq(err.line, 1);
}
END_TEST

/* ---- a captured node ---- */

#define ZEROS "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"

START_TEST(captured_links) {
  pl_network network;
  tree_file("/proc/1/net/dev", pl_printf(tree_arena, "%s  wg0: " ZEROS "eth0: " ZEROS, heading));
  tree_file("/sys/devices/virtual/net/wg0/uevent", "DEVTYPE=wireguard\nINTERFACE=wg0\nIFINDEX=4\n");
  tree_file("/sys/devices/virtual/net/wg0/flags", "0x91\n");
  tree_file("/sys/devices/virtual/net/eth0/uevent", "INTERFACE=eth0\n");
  tree_file("/sys/devices/virtual/net/eth0/flags", "0x1002\n");
  tree_directory("/sys/class/net", 0755);
  tree_link("../../devices/virtual/net/wg0", "/sys/class/net/wg0");
  tree_link("../../devices/virtual/net/eth0", "/sys/class/net/eth0");
  pl_host *host = tree_host();
  pl_network_open(host);
  ck_assert_ptr_null(host->netlink);
  pl_network_read(host, &network);
  ck_assert_ptr_null(network.why);
  ck_assert_ptr_null(network.kinds_why);
  ck_assert_ptr_nonnull(network.ipsec_why);
  ck_assert_ptr_nonnull(network.errors_why);
  ck_assert_int_eq(pl_network_find(&network, "wg0")->wireguard, PL_YES);
  ck_assert_int_eq(pl_network_find(&network, "wg0")->up, PL_YES);
  ck_assert_int_eq(pl_network_find(&network, "eth0")->wireguard, PL_NO);
  ck_assert_int_eq(pl_network_find(&network, "eth0")->up, PL_NO);
  ck_assert_ptr_nonnull(pl_wireguard_read(host, "wg0").why);
}
END_TEST

START_TEST(captured_without_sysfs_or_proc) {
  pl_network network;
  tree_file("/proc/1/net/dev", pl_printf(tree_arena, "%s  wg0: " ZEROS, heading));
  pl_network_read(tree_host(), &network);
  ck_assert_ptr_null(network.why);
  ck_assert_ptr_nonnull(network.kinds_why);
  ck_assert_int_eq(pl_network_find(&network, "wg0")->wireguard, PL_UNKNOWN);
  tree_file("/proc/1/net/dev", "nothing\nof\nthe kind");
  pl_network_read(tree_host(), &network);
  ck_assert_ptr_nonnull(network.why);
}
END_TEST

Suite *suite_netlink(void);
Suite *suite_netlink(void) {
  Suite *suite = suite_create("netlink");
  TCase *messages = tcase_create("messages"), *files = tcase_create("files");
  tcase_add_test(messages, associations_and_policies);
  tcase_add_test(messages, families);
  tcase_add_test(messages, every_cut_is_refused);
  tcase_add_test(messages, other_sequences_are_passed_over);
  tcase_add_test(messages, ends_and_errors);
  tcase_add_test(messages, peers_over_several_messages);
  tcase_add_test(messages, keys_are_not_kept);
  tcase_add_test(messages, malformed_peers);
  tcase_add_test(messages, kinds_of_links);
  tcase_add_checked_fixture(files, tree_setup, tree_teardown);
  tcase_add_test(files, names_and_counters);
  tcase_add_test(files, lines_that_the_kernel_does_not_write);
  tcase_add_test(files, error_counters);
  tcase_add_test(files, captured_links);
  tcase_add_test(files, captured_without_sysfs_or_proc);
  suite_add_tcase(suite, messages);
  suite_add_tcase(suite, files);
  return suite;
}
