/*
 * Messages of netlink (linux/netlink.h), strictly within what the kernel sent: a length that does not fit ends the
 * reading. Private to this level; nothing here sets anything.
 */
#pragma once

#include <linux/netlink.h>

#include "plumbline/host/host.h"

/* What is left of an answer. Nothing in it is aligned. */
typedef struct pl_span {
  const unsigned char *at;
  size_t length;
} pl_span;

typedef struct pl_attribute {
  unsigned type; /* without flags */
  pl_span value;
} pl_attribute;

/* The next attribute of REST, which moves behind it. False at the end, and where the rest is malformed: REST is then
 * not empty. */
bool pl_next_attribute(pl_span *rest, pl_attribute *ret);
/* The first SIZE bytes of SPAN into RET, which moves behind them and the padding after them. */
bool pl_span_take(pl_span *span, void *ret, size_t size);
/* The value of an attribute that is a number of 32 bits. */
bool pl_span_u32(pl_span value, uint32_t *ret);

/* One message: TYPE and what follows its header. Below zero (pl_fail) ends the reading. */
typedef int (*pl_message_visitor)(unsigned type, pl_span payload, void *context, pl_error *err);

/* One datagram that answers SEQUENCE. *RET_DONE: it was the last one. An error that the kernel tells is an error here.
 */
int pl_netlink_parse(pl_span datagram, uint32_t sequence, pl_message_visitor visitor, void *context, bool *ret_done,
                     pl_error *err);

/* Sockets by protocol of netlink. */
typedef enum pl_netlink_kind {
  PL_NETLINK_LINKS,
  PL_NETLINK_GENERIC,
  PL_NETLINK_IPSEC,
  PL_NETLINK_COUNT
} pl_netlink_kind;

struct pl_netlink {
  int sockets[PL_NETLINK_COUNT]; /* -1: there is none, then WHY */
  const char *why[PL_NETLINK_COUNT];
};

void pl_netlink_open(pl_netlink *netlink, pl_netlink_kind kind, pl_arena *arena);
void pl_netlink_close(pl_netlink *netlink);

typedef struct pl_question {
  pl_netlink_kind kind;
  uint16_t type;
  bool dump;           /* several messages answer, up to one that says that it was the last */
  const void *payload; /* what follows the header */
  size_t length;       /* at most PL_QUESTION_MAX */
} pl_question;
#define PL_QUESTION_MAX  128
#define PL_NETLINK_TRIES 5 /* of a question that is answered with VANISHED: what was listed changed meanwhile */

/* Ask the kernel, who answers at once. What it sent is wiped before this returns. */
int pl_netlink_ask(const pl_netlink *netlink, const pl_question *question, pl_message_visitor visitor, void *context,
                   pl_error *err);
