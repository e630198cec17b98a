/* Parses IP addresses, networks and "host:port" texts. */
#include "src/kube/addresses.h"

#include <arpa/inet.h>

#include "plumbline/core/number.h"

static bool is_ipv4(const char *text) {
  for (int part = 0; part < 4; part++) {
    size_t digits = strspn(text, "0123456789"), zeros = strspn(text, "0");
    int value = 0;
    if (digits == 0 || digits - (zeros < digits ? zeros : digits) > 3)
      return false;
    for (size_t i = zeros < digits ? zeros : digits; i < digits; i++)
      value = value * 10 + (text[i] - '0');
    if (value > 255 || text[digits] != (part < 3 ? '.' : '\0'))
      return false;
    text += digits + (part < 3);
  }
  return true;
}

pl_address_family pl_address_family_of(const char *text) {
  unsigned char bytes[sizeof(struct in6_addr)];
  if (is_ipv4(text))
    return PL_IPV4;
  return inet_pton(AF_INET6, text, bytes) == 1 ? PL_IPV6 : PL_NO_ADDRESS;
}

bool pl_is_cidr(pl_arena *arena, const char *text) {
  const char *slash = strchr(text, '/');
  int64_t bits;
  if (!slash || slash[1 + strspn(slash + 1, "0123456789")])
    return false;
  pl_address_family family = pl_address_family_of(pl_strndup(arena, text, (size_t)(slash - text)));
  return family != PL_NO_ADDRESS && pl_parse_int(slash + 1, 0, family == PL_IPV4 ? 32 : 128, &bits, NULL) == 0;
}

/* The host, by the last colon; NULL when there is none that fits. *RET_REST is what may hold no further bracket. */
static const char *host_of(pl_arena *arena, const char *text, const char *colon, const char **ret_rest) {
  if (text[0] != '[') {
    *ret_rest = text;
    return memchr(text, ':', (size_t)(colon - text)) ? NULL : pl_strndup(arena, text, (size_t)(colon - text));
  }
  const char *end = strchr(text, ']');
  *ret_rest = end ? end + 1 : text;
  return end && end + 1 == colon ? pl_strndup(arena, text + 1, (size_t)(end - text - 1)) : NULL;
}

bool pl_split_host_port(pl_arena *arena, const char *text, const char **ret_host, const char **ret_port) {
  const char *colon = strrchr(text, ':'), *rest;
  if (!colon)
    return false;
  *ret_host = host_of(arena, text, colon, &rest);
  *ret_port = colon + 1;
  return *ret_host && !strpbrk(rest, "[]") && !strchr(*ret_host, '[');
}
