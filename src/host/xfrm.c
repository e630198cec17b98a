/* Counts IPsec associations and policies (linux/xfrm.h). */
#include "xfrm.h"

#include <linux/xfrm.h>

#include "host_private.h"
#include "plumbline/core/number.h"

static int malformed(pl_error *err) { return pl_fail(err, PL_ERR_SYNTAX, "netlink: malformed answer of IPsec"); }

static int take_counts(pl_span payload, unsigned wanted, size_t numbers, uint32_t *ret, pl_error *err) {
  uint32_t flags = 0, sum = 0;
  pl_attribute attribute;
  bool found = false;
  if (!pl_span_take(&payload, &flags, sizeof flags))
    return malformed(err);
  while (pl_next_attribute(&payload, &attribute))
    for (size_t i = 0; attribute.type == wanted && i < numbers; i++) {
      uint32_t one = 0;
      if (!pl_span_take(&attribute.value, &one, sizeof one))
        return malformed(err);
      sum += one;
      found = true;
    }
  *ret = sum;
  return payload.length || !found ? malformed(err) : 0;
}

int pl_xfrm_message(unsigned type, pl_span payload, void *context, pl_error *err) {
  pl_network *network = context;
  switch (type) {
  case XFRM_MSG_NEWSADINFO:
    return take_counts(payload, XFRMA_SAD_CNT, 1, &network->associations, err);
  case XFRM_MSG_NEWSPDINFO: /* struct xfrmu_spdinfo: in, out, forward; what sockets ask for themselves follows */
    return take_counts(payload, XFRMA_SPD_INFO, 3, &network->policies, err);
  default:
    return 0;
  }
}

static int ask(pl_host *host, uint16_t type, pl_network *ret, pl_error *err) {
  static const uint32_t all = UINT32_MAX;
  const pl_question question = {.kind = PL_NETLINK_IPSEC, .type = type, .payload = &all, .length = sizeof all};
  return pl_netlink_ask(host->netlink, &question, pl_xfrm_message, ret, err);
}

int pl_xfrm_stat_parse(pl_arena *arena, pl_bytes text, uint64_t *ret, pl_error *err) {
  const char *const *lines = NULL;
  size_t count = pl_split(arena, text.data, '\n', &lines);
  *ret = 0;
  for (size_t i = 0; i < count; i++) {
    const char *value = lines[i] + strcspn(lines[i], " \t");
    int64_t number = 0;
    value += strspn(value, " \t");
    if (!*lines[i])
      continue;
    size_t length = strcspn(value, " \t");
    if (pl_parse_int(pl_strndup(arena, value, length), 0, INT64_MAX, &number, NULL) < 0) {
      int rc = pl_fail(err, PL_ERR_SYNTAX, "net/xfrm_stat: line %zu is no counter", i + 1);
      if (err)
        err->line = (uint32_t)i + 1;
      return rc;
    }
    *ret += (uint64_t)number;
  }
  return 0;
}

static void read_errors(pl_host *host, pl_network *ret) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_error err = {0};
  pl_bytes text;
  if (!host->proc)
    ret->errors_why = "there is no proc directory";
  else if (pl_root_read_virtual(host->proc, scratch, "1/net/xfrm_stat", PL_PROC_BYTES_MAX, &text, &err) < 0 ||
           pl_xfrm_stat_parse(scratch, text, &ret->errors, &err) < 0)
    ret->errors_why = pl_strdup(host->arena, err.text);
}

void pl_xfrm_read(pl_host *host, pl_network *ret) {
  pl_error err = {0};
  if (!host->netlink)
    ret->ipsec_why =
        host->live ? "pid 1 is not in our network namespace" : "the kernel of a captured node cannot be asked";
  else if (ask(host, XFRM_MSG_GETSADINFO, ret, &err) < 0 || ask(host, XFRM_MSG_GETSPDINFO, ret, &err) < 0)
    ret->ipsec_why = pl_strdup(host->arena, err.text);
  read_errors(host, ret);
}
