/* Links of the node: names and counters by proc, what they are by the kernel or, on a captured node, by its sysfs. */
#include "links.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "host_private.h"
#include "plumbline/core/number.h"
#include "xfrm.h"

enum { COLUMNS = 16, SENT_COLUMN = 8 };

static const char wireguard[] = "wireguard";

const pl_link *pl_network_find(const pl_network *network, const char *name) {
  for (size_t i = 0; i < network->count; i++)
    if (strcmp(network->links[i].name, name) == 0)
      return &network->links[i];
  return NULL;
}

/* ---- proc ---- */

/* The counters behind the name; false when they are not what the kernel writes. */
static bool read_counters(pl_arena *scratch, const char *text, pl_link *ret) {
  const char *const *words = NULL;
  size_t count = pl_split(scratch, text, ' ', &words), seen = 0;
  for (size_t i = 0; i < count; i++) {
    int64_t number = 0;
    if (!*words[i])
      continue;
    if (seen >= COLUMNS || pl_parse_int(words[i], 0, INT64_MAX, &number, NULL) < 0)
      return false;
    if (seen == 0)
      ret->received = (uint64_t)number;
    if (seen == SENT_COLUMN)
      ret->sent = (uint64_t)number;
    seen++;
  }
  return seen == COLUMNS;
}

static int read_line(pl_arena *arena, pl_arena *scratch, const char *line, pl_network *ret) {
  line += strspn(line, " ");
  const char *colon = strrchr(line, ':'); /* a name may hold one */
  pl_link link = {0};
  if (!colon || colon == line || (size_t)(colon - line) >= IFNAMSIZ || !read_counters(scratch, colon + 1, &link))
    return -1;
  link.name = pl_strndup(arena, line, (size_t)(colon - line));
  pl_push(arena, ret->links, ret->count, ret->capacity, link);
  return 0;
}

int pl_net_dev_parse(pl_arena *arena, pl_bytes text, pl_network *ret, pl_error *err) {
  enum { HEADINGS = 2 };
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  const char *const *lines = NULL;
  size_t count = pl_split(scratch, text.data, '\n', &lines);
  for (size_t i = HEADINGS; i < count; i++) {
    if (!*lines[i])
      continue;
    if (read_line(arena, scratch, lines[i], ret) < 0) {
      int rc = pl_fail(err, PL_ERR_SYNTAX, "net/dev: line %zu is none of a link", i + 1);
      if (err)
        err->line = (uint32_t)i + 1;
      return rc;
    }
  }
  return 0;
}

/* ---- netlink ---- */

static bool is_text(pl_span value, const char *text) {
  return value.length == strlen(text) + 1 && memcmp(value.at, text, value.length) == 0;
}

static bool says_wireguard(pl_span info) {
  pl_attribute attribute;
  while (pl_next_attribute(&info, &attribute))
    if (attribute.type == IFLA_INFO_KIND && is_text(attribute.value, wireguard))
      return true;
  return false;
}

int pl_link_message(unsigned type, pl_span payload, void *context, pl_error *err) {
  pl_network *network = context;
  struct ifinfomsg header;
  pl_attribute attribute, name = {0};
  bool is_wireguard = false;
  if (type != RTM_NEWLINK)
    return 0;
  if (!pl_span_take(&payload, &header, sizeof header))
    return pl_fail(err, PL_ERR_SYNTAX, "netlink: malformed link");
  while (pl_next_attribute(&payload, &attribute)) {
    if (attribute.type == IFLA_IFNAME)
      name = attribute;
    else if (attribute.type == IFLA_LINKINFO)
      is_wireguard = says_wireguard(attribute.value);
  }
  if (payload.length)
    return pl_fail(err, PL_ERR_SYNTAX, "netlink: malformed link");
  for (size_t i = 0; is_wireguard && i < network->count; i++) {
    if (!is_text(name.value, network->links[i].name))
      continue;
    network->links[i].wireguard = PL_YES;
    network->links[i].up = header.ifi_flags & IFF_UP ? PL_YES : PL_NO;
  }
  return 0;
}

/* Links of the kind "wireguard", without statistics: the kernel leaves the rest out. */
static int ask_links(pl_host *host, pl_network *ret, pl_error *err) {
  struct {
    struct ifinfomsg header;
    struct nlattr mask;
    uint32_t filter;
    struct nlattr info, kind;
    char name[NLA_ALIGN(sizeof wireguard)];
  } request = {.mask = {sizeof request.mask + sizeof request.filter, IFLA_EXT_MASK},
               .filter = RTEXT_FILTER_SKIP_STATS,
               .info = {sizeof request.info + sizeof request.kind + sizeof request.name, IFLA_LINKINFO | NLA_F_NESTED},
               .kind = {sizeof request.kind + sizeof wireguard, IFLA_INFO_KIND}};
  memcpy(request.name, wireguard, sizeof wireguard);
  const pl_question question = {
      .kind = PL_NETLINK_LINKS, .type = RTM_GETLINK, .dump = true, .payload = &request, .length = sizeof request};
  int rc = -1;
  pl_error why = {.kind = PL_ERR_VANISHED};
  for (int i = 0; i < PL_NETLINK_TRIES && rc < 0 && why.kind == PL_ERR_VANISHED; i++)
    rc = pl_netlink_ask(host->netlink, &question, pl_link_message, ret, &why);
  if (rc < 0 && err)
    *err = why;
  return rc;
}

static void mark_others(pl_network *network) {
  for (size_t i = 0; i < network->count; i++)
    if (network->links[i].wireguard == PL_UNKNOWN)
      network->links[i].wireguard = PL_NO;
}

/* ---- sysfs of a captured node ---- */

static bool has_line(const char *text, const char *line) {
  for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
    size_t length = strcspn(text, "\n");
    if (length == strlen(line) && memcmp(text, line, length) == 0)
      return true;
  }
  return false;
}

static void read_captured_link(pl_host *host, pl_arena *scratch, pl_link *link) {
  pl_bytes text;
  int64_t flags = 0;
  const char *folder = pl_printf(scratch, "/sys/class/net/%s", link->name);
  if (strchr(link->name, '/') || pl_equal(link->name, "..") ||
      pl_root_read(host->root, scratch, pl_printf(scratch, "%s/uevent", folder), PL_PROC_BYTES_MAX, &text, NULL) < 0)
    return;
  link->wireguard = has_line(text.data, "DEVTYPE=wireguard") ? PL_YES : PL_NO;
  if (pl_root_read(host->root, scratch, pl_printf(scratch, "%s/flags", folder), PL_PROC_BYTES_MAX, &text, NULL) == 0 &&
      pl_parse_go_int(pl_strndup(scratch, text.data, strcspn(text.data, "\n")), 0, UINT32_MAX, &flags, NULL) == 0)
    link->up = flags & IFF_UP ? PL_YES : PL_NO;
}

static void read_captured_links(pl_host *host, pl_network *ret) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_auto_close int sysfs = pl_root_open(host->root, "/sys/class/net", PL_OPEN_DIRECTORY, NULL);
  for (size_t i = 0; sysfs >= 0 && i < ret->count; i++)
    read_captured_link(host, scratch, &ret->links[i]);
  for (size_t i = 0; i < ret->count; i++)
    if (ret->links[i].wireguard == PL_UNKNOWN)
      ret->kinds_why = "the captured node does not say what kind its links are";
}

/* ---- all of it ---- */

static void read_names(pl_host *host, pl_network *ret) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_error err = {0};
  pl_bytes text;
  if (!host->proc)
    ret->why = "there is no proc directory";
  else if (pl_root_read_virtual(host->proc, scratch, "1/net/dev", PL_NET_DEV_BYTES_MAX, &text, &err) < 0 ||
           pl_net_dev_parse(host->arena, text, ret, &err) < 0)
    ret->why = pl_strdup(host->arena, err.text);
}

static void read_kinds(pl_host *host, pl_network *ret) {
  pl_error err = {0};
  if (!host->live)
    read_captured_links(host, ret);
  else if (!host->netlink)
    ret->kinds_why = "pid 1 is not in our network namespace";
  else if (ask_links(host, ret, &err) < 0)
    ret->kinds_why = pl_strdup(host->arena, err.text);
  else
    mark_others(ret);
}

void pl_network_read(pl_host *host, pl_network *ret) {
  *ret = (pl_network){0};
  read_names(host, ret);
  if (ret->why)
    ret->count = 0;
  else
    read_kinds(host, ret);
  pl_xfrm_read(host, ret);
}

/* Row "Eth 6" of net/netlink: the module that answers for IPsec is there. A socket would load it, and we change
 * nothing.
 */
static bool answers_for_ipsec(pl_host *host) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  const char *const *lines = NULL;
  pl_bytes text;
  if (pl_root_read_virtual(host->proc, scratch, "1/net/netlink", PL_NET_DEV_BYTES_MAX, &text, NULL) < 0)
    return false;
  pl_split(scratch, text.data, '\n', &lines);
  for (; *lines; lines++) {
    const char *protocol = *lines + strcspn(*lines, " ");
    protocol += strspn(protocol, " ");
    if (protocol[0] == '0' + NETLINK_XFRM && protocol[1] == ' ')
      return true;
  }
  return false;
}

void pl_network_open(pl_host *host) {
  if (host->netlink || !host->live || !host->own_network_namespace)
    return;
  host->netlink = pl_new(host->arena, pl_netlink);
  pl_netlink_open(host->netlink, PL_NETLINK_LINKS, host->arena);
  pl_netlink_open(host->netlink, PL_NETLINK_GENERIC, host->arena);
  host->netlink->sockets[PL_NETLINK_IPSEC] = -1;
  host->netlink->why[PL_NETLINK_IPSEC] = "the kernel has no IPsec, or has not loaded what answers for it (xfrm_user)";
  if (answers_for_ipsec(host))
    pl_netlink_open(host->netlink, PL_NETLINK_IPSEC, host->arena);
}
