/* Asks the kernel by netlink, and takes its answers apart. */
#include "netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "plumbline/core/digest.h"
#include "plumbline/core/limits.h"

enum { ANSWER_BYTES = 64 << 10 }; /* the kernel sends at most half of it at once */

static size_t padded(size_t length) { return (length + NLMSG_ALIGNTO - 1) & ~(size_t)(NLMSG_ALIGNTO - 1); }

static void skip(pl_span *span, size_t count) {
  count = count < span->length ? count : span->length;
  span->at += count;
  span->length -= count;
}

bool pl_span_take(pl_span *span, void *ret, size_t size) {
  if (span->length < size)
    return false;
  memcpy(ret, span->at, size);
  skip(span, padded(size));
  return true;
}

bool pl_span_u32(pl_span value, uint32_t *ret) {
  return value.length == sizeof *ret && pl_span_take(&value, ret, sizeof *ret);
}

bool pl_next_attribute(pl_span *rest, pl_attribute *ret) {
  struct nlattr header;
  pl_span at = *rest;
  if (!pl_span_take(&at, &header, sizeof header) || header.nla_len < sizeof header || header.nla_len > rest->length)
    return false;
  *ret = (pl_attribute){.type = header.nla_type & NLA_TYPE_MASK, .value = {at.at, header.nla_len - sizeof header}};
  skip(rest, padded(header.nla_len));
  return true;
}

/* What the kernel says in an error message: zero is an acknowledgement. */
static int told_error(pl_span payload, pl_error *err) {
  int32_t number = 0;
  if (!pl_span_take(&payload, &number, sizeof number) || number > 0 || number < -4095)
    return pl_fail(err, PL_ERR_SYNTAX, "netlink: malformed error message");
  return number ? pl_fail_errno(err, -number, "netlink") : 0;
}

static int one_message(const struct nlmsghdr *header, pl_span payload, pl_message_visitor visitor, void *context,
                       bool *ret_done, pl_error *err) {
  if (header->nlmsg_flags & NLM_F_DUMP_INTR)
    return pl_fail(err, PL_ERR_VANISHED, "netlink: what was listed changed meanwhile");
  *ret_done =
      header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR || !(header->nlmsg_flags & NLM_F_MULTI);
  /* The end of a list holds the error that cut it short. */
  if (header->nlmsg_type == NLMSG_ERROR || (header->nlmsg_type == NLMSG_DONE && payload.length >= sizeof(int32_t)))
    return told_error(payload, err);
  if (header->nlmsg_type == NLMSG_OVERRUN)
    return pl_fail(err, PL_ERR_IO, "netlink: overrun");
  return header->nlmsg_type < NLMSG_MIN_TYPE ? 0 : visitor(header->nlmsg_type, payload, context, err);
}

int pl_netlink_parse(pl_span datagram, uint32_t sequence, pl_message_visitor visitor, void *context, bool *ret_done,
                     pl_error *err) {
  for (*ret_done = false; datagram.length > 0 && !*ret_done;) {
    struct nlmsghdr header;
    pl_span payload = datagram;
    if (!pl_span_take(&payload, &header, sizeof header) || header.nlmsg_len < sizeof header ||
        header.nlmsg_len > datagram.length)
      return pl_fail(err, PL_ERR_SYNTAX, "netlink: malformed message");
    payload.length = header.nlmsg_len - sizeof header;
    skip(&datagram, padded(header.nlmsg_len));
    if (header.nlmsg_seq != sequence)
      continue;
    if (one_message(&header, payload, visitor, context, ret_done, err) < 0)
      return -1;
  }
  return 0;
}

/* ---- sockets ---- */

void pl_netlink_open(pl_netlink *netlink, pl_netlink_kind kind, pl_arena *arena) {
  static const int protocols[] = {NETLINK_ROUTE, NETLINK_GENERIC, NETLINK_XFRM};
  netlink->sockets[kind] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocols[kind]);
  if (netlink->sockets[kind] < 0)
    netlink->why[kind] = pl_printf(arena, "netlink: %s", strerror(errno));
}

void pl_netlink_close(pl_netlink *netlink) {
  for (int i = 0; i < PL_NETLINK_COUNT; i++) {
    if (netlink->sockets[i] >= 0)
      close(netlink->sockets[i]);
    netlink->sockets[i] = -1;
  }
}

static int send_question(int fd, const pl_question *question, uint32_t sequence, pl_error *err) {
  union {
    struct nlmsghdr header;
    unsigned char bytes[sizeof(struct nlmsghdr) + PL_QUESTION_MAX];
  } request = {.header = {.nlmsg_len = (uint32_t)(sizeof request.header + question->length),
                          .nlmsg_type = question->type,
                          .nlmsg_flags = NLM_F_REQUEST | (question->dump ? NLM_F_DUMP : 0),
                          .nlmsg_seq = sequence}};
  const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  if (question->length > PL_QUESTION_MAX)
    return pl_fail(err, PL_ERR_LIMIT, "netlink: a question of %zu bytes", question->length);
  memcpy(request.bytes + sizeof request.header, question->payload, question->length);
  ssize_t sent =
      sendto(fd, request.bytes, request.header.nlmsg_len, 0, (const struct sockaddr *)&kernel, sizeof kernel);
  return sent < 0 ? pl_fail_errno(err, errno, "netlink") : 0;
}

/* One datagram of the kernel's. It is there already: nobody waits here. */
static int receive(int fd, unsigned char *buffer, pl_span *ret, pl_error *err) {
  struct sockaddr_nl from = {.nl_pid = 1};
  for (;;) {
    socklen_t size = sizeof from;
    ssize_t got = recvfrom(fd, buffer, ANSWER_BYTES, MSG_TRUNC, (struct sockaddr *)&from, &size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return got < 0 ? pl_fail_errno(err, errno, "netlink") : pl_fail(err, PL_ERR_IO, "netlink: no answer");
    if (got > ANSWER_BYTES)
      return pl_fail(err, PL_ERR_LIMIT, "netlink: an answer of %zd bytes", got);
    if (size != sizeof from || from.nl_pid != 0) /* not the kernel's */
      continue;
    *ret = (pl_span){buffer, (size_t)got};
    return 0;
  }
}

int pl_netlink_ask(const pl_netlink *netlink, const pl_question *question, pl_message_visitor visitor, void *context,
                   pl_error *err) {
  static uint32_t last_sequence;
  if (!netlink || netlink->sockets[question->kind] < 0)
    return pl_fail(err, PL_ERR_UNSUPPORTED, "%s", netlink ? netlink->why[question->kind] : "the kernel was not asked");
  int fd = netlink->sockets[question->kind];
  uint32_t sequence = ++last_sequence;
  bool done = false;
  if (send_question(fd, question, sequence, err) < 0)
    return -1;
  pl_auto_free unsigned char *buffer = pl_xmalloc(ANSWER_BYTES);
  size_t datagrams = 0;
  int rc = 0;
  while (rc == 0 && !done) {
    pl_span answer = {buffer, 0};
    rc = ++datagrams > PL_NETLINK_ANSWERS_MAX
             ? pl_fail(err, PL_ERR_LIMIT, "netlink: more than %d answers", PL_NETLINK_ANSWERS_MAX)
             : receive(fd, buffer, &answer, err);
    if (rc == 0)
      rc = pl_netlink_parse(answer, sequence, visitor, context, &done, err);
    pl_wipe(buffer, answer.length);
  }
  return rc;
}
