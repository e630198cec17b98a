/*
 * Bounds and combinations of kube-apiserver's flags beyond those of the parts in their own files.
 * Source: k8s.io/apiserver pkg/server/options/{server_run_options,etcd,authentication}.go,
 * pkg/controlplane/apiserver/options/{options,validation}.go, cmd/kube-apiserver/app/options/validation.go.
 */
#include <arpa/inet.h>

#include "plumbline/core/number.h"
#include "src/kube/apiserver.h"

#define SECOND        INT64_C(1000000000)
#define TOKEN_AGE_MIN (3600 * SECOND)
#define TOKEN_AGE_MAX ((INT64_C(1) << 32) * SECOND)

static void check_not_negative(pl_flag_run *run) {
  static const char *const durations[] = {"livez-grace-period",
                                          "request-timeout",
                                          "storage-initialization-timeout",
                                          "shutdown-delay-duration",
                                          "shutdown-watch-termination-grace-period",
                                          NULL};
  static const char *const integers[] = {"max-requests-inflight", "max-mutating-requests-inflight",
                                         "min-request-timeout", NULL};
  for (const char *const *name = durations; *name; name++)
    if (*pl_flag_text(run, *name) == '-')
      pl_flag_refuse(run, "validation", *name, "--%s can not be a negative value", *name);
  for (const char *const *name = integers; *name; name++)
    if (pl_flag_integer(run, *name, 0) < 0)
      pl_flag_refuse(run, "validation", *name, "--%s can not be a negative value", *name);
}

/* "0.02" at most: compared as text, since no other real is. */
static bool is_chance(const char *text) {
  int64_t millionths = 0, whole;
  const char *point = strchr(text, '.');
  if (!point)
    return pl_parse_int(text, 0, 0, &whole, NULL) == 0 || strpbrk(text, "eE");
  if (strpbrk(text, "-eE"))
    return *text != '-';
  for (size_t i = 0; i < 6; i++)
    millionths = millionths * 10 + (i < strlen(point + 1) ? point[1 + i] - '0' : 0);
  return strspn(text, "0") == (size_t)(point - text) && millionths <= 20000;
}

static void check_ranges(pl_flag_run *run) {
  const char *chance = pl_flag_text(run, "goaway-chance");
  if (*chance && !is_chance(chance))
    pl_flag_refuse(run, "validation", "goaway-chance", "--goaway-chance can not be less than 0 or greater than 0.02");
  if (pl_flag_integer(run, "apiserver-count", 1) <= 0)
    pl_flag_refuse(run, "validation", "apiserver-count", "--apiserver-count should be a positive number");
  int64_t port = pl_flag_integer(run, "kubernetes-service-node-port", 0);
  if (port < 0 || port > 65535)
    pl_flag_refuse(run, "validation", "kubernetes-service-node-port",
                   "--kubernetes-service-node-port must be between 0 and 65535, inclusive");
}

static void check_token_age(pl_flag_run *run) {
  int64_t ns = 0;
  pl_parse_duration(pl_flag_text(run, "service-account-max-token-expiration"), &ns, NULL);
  if (ns != 0 && (ns < TOKEN_AGE_MIN || ns > TOKEN_AGE_MAX))
    pl_flag_refuse(run, "validation", "service-account-max-token-expiration",
                   "the service-account-max-token-expiration must be between 1 hour and 2^32 seconds");
}

static void check_storage(pl_flag_run *run) {
  static const char *const backends[] = {"", "etcd3", NULL};
  static const char *const media[] = {
      "", "application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/cbor", NULL};
  if (!pl_in(pl_flag_text(run, "storage-backend"), backends))
    pl_flag_refuse(run, "validation", "storage-backend", "--storage-backend invalid, allowed values: etcd3");
  if (!pl_in(pl_flag_text(run, "storage-media-type"), media))
    pl_flag_refuse(run, "validation", "storage-media-type", "--storage-media-type invalid");
}

static bool is_blank(const char *text) { return text[strspn(text, " \t\r\n\v\f")] == '\0'; }

static void check_transport_security(pl_flag_run *run) {
  pl_each_item (item, pl_flag_value(run, "strict-transport-security-directives")) {
    const char *text = pl_item_text(item), *equals = strchr(text, '=');
    bool age = equals && pl_starts(text, "max-age=") && !strchr(equals + 1, '=');
    if (!age && !pl_equal(text, "includeSubDomains") && !pl_equal(text, "preload"))
      pl_flag_refuse(run, "validation", "strict-transport-security-directives",
                     "--strict-transport-security-directives invalid, allowed values: max-age=expireTime, "
                     "includeSubDomains, preload");
  }
}

static void check_headers(pl_flag_run *run) {
  static const char *const flags[] = {"requestheader-username-headers", "requestheader-group-headers",
                                      "requestheader-extra-headers-prefix", "requestheader-allowed-names", NULL};
  for (const char *const *name = flags; *name; name++)
    pl_each_item (item, pl_flag_value(run, *name))
      if (is_blank(pl_item_text(item)))
        pl_flag_refuse(run, "validation", *name, "empty value in \"%s\"", *name);
}

static bool is_network(pl_arena *arena, const char *text) {
  unsigned char bytes[sizeof(struct in6_addr)];
  int64_t bits;
  const char *slash = strchr(text, '/');
  if (!slash || strpbrk(slash + 1, "+-"))
    return false;
  const char *address = pl_strndup(arena, text, (size_t)(slash - text));
  bool four = inet_pton(AF_INET, address, bytes) == 1;
  return (four || inet_pton(AF_INET6, address, bytes) == 1) &&
         pl_parse_int(slash + 1, 0, four ? 32 : 128, &bits, NULL) == 0;
}

static void check_service_range(pl_flag_run *run) {
  const char *text = pl_flag_text(run, "service-cluster-ip-range");
  const char *const *items;
  size_t count = *text ? pl_split(run->arena, text, ',', &items) : 0;
  if (count > 2)
    pl_flag_refuse(run, "validation", "service-cluster-ip-range",
                   "--service-cluster-ip-range must not contain more than two entries");
  for (size_t i = 0; i < count && i < 2; i++)
    if (!is_network(run->arena, items[i]))
      pl_flag_refuse(run, "validation", "service-cluster-ip-range",
                     "--service-cluster-ip-range must contain at least one valid cidr");
}

static void check_peers(pl_flag_run *run) {
  static const char *const flags[] = {"peer-ca-file", "peer-advertise-ip", "peer-advertise-port", NULL};
  for (const char *const *name = flags; *name; name++)
    if (*pl_flag_text(run, *name))
      pl_apiserver_wants_gate(run, "UnknownVersionInteroperabilityProxy", *name);
}

void pl_apiserver_checks(pl_flag_run *run) {
  check_not_negative(run);
  check_ranges(run);
  check_token_age(run);
  check_storage(run);
  check_transport_security(run);
  check_headers(run);
  check_service_range(run);
  check_peers(run);
}
