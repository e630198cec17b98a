/*
 * The configuration that kube-proxy runs with. With --config the file replaces all flags but --hostname-override and
 * those of logging. Source: cmd/kube-proxy/app/options.go, pkg/proxy/apis/config/v1alpha1/defaults.go,
 * pkg/proxy/apis/config/validation.
 */
#include "plumbline/core/number.h"
#include "src/kube/addresses.h"
#include "src/kube/config_file.h"
#include "src/kube/flag_gates.h"
#include "src/kube/shape.h"

#define HEALTH_PORT  10256
#define METRICS_PORT 10249

/* ---- the file's type ---- */

static const pl_shape client_shape[] = {
    {"kubeconfig", PL_SHAPE_TEXT, NULL},  {"acceptContentTypes", PL_SHAPE_TEXT, NULL},
    {"contentType", PL_SHAPE_TEXT, NULL}, {"qps", PL_SHAPE_NUMBER, NULL},
    {"burst", PL_SHAPE_INT32, NULL},      {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape iptables_shape[] = {
    {"masqueradeBit", PL_SHAPE_INT32, NULL},        {"masqueradeAll", PL_SHAPE_BOOLEAN, NULL},
    {"localhostNodePorts", PL_SHAPE_BOOLEAN, NULL}, {"syncPeriod", PL_SHAPE_DURATION, NULL},
    {"minSyncPeriod", PL_SHAPE_DURATION, NULL},     {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape ipvs_shape[] = {{"syncPeriod", PL_SHAPE_DURATION, NULL},
                                      {"minSyncPeriod", PL_SHAPE_DURATION, NULL},
                                      {"scheduler", PL_SHAPE_TEXT, NULL},
                                      {"excludeCIDRs", PL_SHAPE_TEXTS, NULL},
                                      {"strictARP", PL_SHAPE_BOOLEAN, NULL},
                                      {"tcpTimeout", PL_SHAPE_DURATION, NULL},
                                      {"tcpFinTimeout", PL_SHAPE_DURATION, NULL},
                                      {"udpTimeout", PL_SHAPE_DURATION, NULL},
                                      {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape nftables_shape[] = {{"masqueradeBit", PL_SHAPE_INT32, NULL},
                                          {"masqueradeAll", PL_SHAPE_BOOLEAN, NULL},
                                          {"syncPeriod", PL_SHAPE_DURATION, NULL},
                                          {"minSyncPeriod", PL_SHAPE_DURATION, NULL},
                                          {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape local_shape[] = {
    {"bridgeInterface", PL_SHAPE_TEXT, NULL}, {"interfaceNamePrefix", PL_SHAPE_TEXT, NULL}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape conntrack_shape[] = {{"maxPerCore", PL_SHAPE_INT32, NULL},
                                           {"min", PL_SHAPE_INT32, NULL},
                                           {"tcpEstablishedTimeout", PL_SHAPE_DURATION_POINTER, NULL},
                                           {"tcpCloseWaitTimeout", PL_SHAPE_DURATION_POINTER, NULL},
                                           {"tcpBeLiberal", PL_SHAPE_BOOLEAN, NULL},
                                           {"udpTimeout", PL_SHAPE_DURATION, NULL},
                                           {"udpStreamTimeout", PL_SHAPE_DURATION, NULL},
                                           {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape file_shape[] = {PL_SHAPE_HEADER,
                                      {"featureGates", PL_SHAPE_BOOLEANS, NULL},
                                      {"clientConnection", PL_SHAPE_OBJECT, client_shape},
                                      {"logging", PL_SHAPE_ANY, NULL},
                                      {"hostnameOverride", PL_SHAPE_TEXT, NULL},
                                      {"bindAddress", PL_SHAPE_TEXT, NULL},
                                      {"healthzBindAddress", PL_SHAPE_TEXT, NULL},
                                      {"metricsBindAddress", PL_SHAPE_TEXT, NULL},
                                      {"bindAddressHardFail", PL_SHAPE_BOOLEAN, NULL},
                                      {"enableProfiling", PL_SHAPE_BOOLEAN, NULL},
                                      {"showHiddenMetricsForVersion", PL_SHAPE_TEXT, NULL},
                                      {"mode", PL_SHAPE_TEXT, NULL},
                                      {"iptables", PL_SHAPE_OBJECT, iptables_shape},
                                      {"ipvs", PL_SHAPE_OBJECT, ipvs_shape},
                                      {"nftables", PL_SHAPE_OBJECT, nftables_shape},
                                      {"winkernel", PL_SHAPE_ANY, NULL},
                                      {"detectLocalMode", PL_SHAPE_TEXT, NULL},
                                      {"detectLocal", PL_SHAPE_OBJECT, local_shape},
                                      {"clusterCIDR", PL_SHAPE_TEXT, NULL},
                                      {"nodePortAddresses", PL_SHAPE_TEXTS, NULL},
                                      {"oomScoreAdj", PL_SHAPE_INT32, NULL},
                                      {"conntrack", PL_SHAPE_OBJECT, conntrack_shape},
                                      {"configSyncPeriod", PL_SHAPE_DURATION, NULL},
                                      {"portRange", PL_SHAPE_TEXT, NULL},
                                      {"windowsRunAsService", PL_SHAPE_BOOLEAN, NULL},
                                      {NULL, PL_SHAPE_ANY, NULL}};

static const pl_shape_version file_versions[] = {
    {"kubeproxy.config.k8s.io/v1alpha1", "KubeProxyConfiguration", 0, 0},
    {NULL, NULL, 0, 0},
};

static const char *const fed[] = {"featureGates",
                                  "clientConnection.kubeconfig",
                                  "clientConnection.contentType",
                                  "clientConnection.burst",
                                  "clientConnection.qps",
                                  "hostnameOverride",
                                  "bindAddress",
                                  "healthzBindAddress",
                                  "metricsBindAddress",
                                  "bindAddressHardFail",
                                  "enableProfiling",
                                  "mode",
                                  "clusterCIDR",
                                  "nodePortAddresses",
                                  NULL};

/* ---- addresses ---- */

/* proxyutil.AppendPortIfNeeded */
static const char *with_port(pl_arena *arena, const char *address, int port) {
  const char *host, *old;
  pl_address_family family = pl_address_family_of(address);
  if (pl_split_host_port(arena, address, &host, &old) || family == PL_NO_ADDRESS)
    return address;
  return pl_printf(arena, family == PL_IPV6 ? "[%s]:%d" : "%s:%d", address, port);
}

static void complete_port(pl_flag_run *run, const char *name, int port) {
  const char *address = pl_flag_text(run, name), *complete = with_port(run->arena, address, port);
  if (strcmp(address, complete) != 0)
    pl_flag_respell(run, name, pl_node_string(run->arena, complete));
}

static bool is_port(const char *text, int64_t least) {
  int64_t port;
  return pl_parse_int(text, least, 65535, &port, NULL) == 0;
}

static bool is_address_flag(pl_arena *arena, const char *text, bool with_port_too) {
  const char *host, *port;
  if (!*text || pl_address_family_of(text) != PL_NO_ADDRESS)
    return true;
  return with_port_too && pl_split_host_port(arena, text, &host, &port) &&
         pl_address_family_of(host) != PL_NO_ADDRESS && is_port(port, 0);
}

/* What is no address is refused as the flags are read, whether they count in the end or not. NAME NULL: they do not. */
static void check_address_flag(pl_flag_run *run, const char *flag, bool with_port_too, const char *name) {
  for (size_t i = 0; i < run->flags.count; i++) {
    const char *text = run->flags.items[i].value;
    if (strcmp(run->flags.items[i].name, flag) != 0 || is_address_flag(run->arena, text, with_port_too))
      continue;
    pl_flag_refuse(run, "flags", name, "invalid argument \"%s\" for \"--%s\" flag: no IP address%s", text, flag,
                   with_port_too ? " with or without a port" : "");
    return;
  }
}

static void check_address_flags(pl_flag_run *run, bool with_config) {
  check_address_flag(run, "healthz-bind-address", true, with_config ? NULL : "healthzBindAddress");
  check_address_flag(run, "metrics-bind-address", true, with_config ? NULL : "metricsBindAddress");
  check_address_flag(run, "bind-address", false, with_config ? NULL : "bindAddress");
}

static void check_host_port(pl_flag_run *run, const char *name) {
  const char *text = pl_flag_text(run, name), *host, *port;
  if (pl_get(pl_get(run->settings->values, name), "refused"))
    return;
  if (!pl_split_host_port(run->arena, text, &host, &port))
    pl_flag_refuse(run, "validation", name, "%s: \"%s\" must be IP:port", name, text);
  else if (pl_address_family_of(host) == PL_NO_ADDRESS || !is_port(port, 1))
    pl_flag_refuse(run, "validation", name, "%s: \"%s\" must be a valid IP and a valid port", name, text);
}

/* ---- flags ---- */

/* An empty address flag sets nothing, an old port flag of 0 empties the address. */
static void settle_address(pl_flag_run *run, const char *name, const char *port_flag, const char *fallback, int port) {
  const pl_flag *old = pl_flags_last(&run->flags, port_flag);
  int64_t number = port;
  if (!*pl_flag_text(run, name))
    pl_flag_put(run, name, pl_node_string(run->arena, fallback), "default", NULL, 0);
  if (old && pl_parse_go_int(old->value, INT32_MIN, INT32_MAX, &number, NULL) == 0 && number == 0)
    pl_flag_put(run, name, pl_node_string(run->arena, ""), pl_settings_argv_layer(run->input, old->index),
                pl_settings_argv(run->arena, run->input, old->index), 0);
  else
    complete_port(run, name, port);
}

static pl_node *split_networks(pl_arena *arena, const char *text) {
  const char *const *items;
  size_t count = pl_split(arena, text, ',', &items);
  pl_node *list = pl_node_list(arena);
  for (size_t i = 0; i < count; i++)
    pl_list_add(arena, list, pl_node_string(arena, items[i]));
  return list;
}

static void from_flags(pl_flag_run *run) {
  settle_address(run, "healthzBindAddress", "healthz-port", "0.0.0.0:10256", HEALTH_PORT);
  settle_address(run, "metricsBindAddress", "metrics-port", "127.0.0.1:10249", METRICS_PORT);
  if (!*pl_flag_text(run, "bindAddress"))
    pl_flag_put(run, "bindAddress", pl_node_string(run->arena, "0.0.0.0"), "default", NULL, 0);
  if (pl_flag_given(run, "cluster-cidr"))
    pl_flag_respell(run, "clusterCIDR", split_networks(run->arena, pl_flag_text(run, "clusterCIDR")));
}

/* ---- the file ---- */

static bool is_unset(const pl_node *node) {
  int64_t number;
  return !node || node->kind == PL_NULL || (node->kind == PL_STRING && node->string.length == 0) ||
         (pl_integral(node, &number) && number == 0);
}

static void put_file(pl_flag_run *run, const pl_config_file *file) {
  for (const char *const *name = fed; *name; name++) {
    const pl_node *node = pl_get_path(file->document, *name);
    int64_t number;
    if (is_unset(node))
      continue;
    pl_node *value = pl_integral(node, &number) ? pl_node_integer(run->arena, number) : pl_node_copy(run->arena, node);
    if (strcmp(*name, "clusterCIDR") == 0)
      value = split_networks(run->arena, node->string.data);
    pl_config_put(run, file, *name, value, node->line);
  }
}

/* Defaults of the file's type, which follow the family of bindAddress. */
static void from_file(pl_flag_run *run, const pl_config_file *file) {
  if (pl_address_family_of(pl_get_text(file->document, "bindAddress", "")) == PL_IPV6) {
    pl_flag_put(run, "healthzBindAddress", pl_node_string(run->arena, "[::]:10256"), "default", NULL, 0);
    pl_flag_put(run, "metricsBindAddress", pl_node_string(run->arena, "[::1]:10249"), "default", NULL, 0);
  }
  put_file(run, file);
  complete_port(run, "healthzBindAddress", HEALTH_PORT);
  complete_port(run, "metricsBindAddress", METRICS_PORT);
}

static pl_config_file read_file(pl_flag_run *run, const char *path) {
  pl_config_file file = pl_config_read(run, path, false);
  pl_error err = {0};
  if (file.state == PL_CONFIG_READ &&
      (pl_shape_header(run->arena, file.document, file_versions, run->minor, NULL, &err) < 0 ||
       pl_shape_check(run->arena, file.document, file_shape, false, &err) < 0))
    pl_config_refuse(&file, run->arena, &err);
  if (file.state == PL_CONFIG_REFUSED)
    pl_settings_refuse(run->settings, "config-file", file.shown, "%s", file.reason);
  pl_config_note_unknown(run, &file, file_shape);
  return file;
}

/* ---- what holds for both ---- */

static void host_name(pl_flag_run *run) {
  const pl_flag *flag = pl_flags_last(&run->flags, "hostname-override");
  const char *given = flag ? flag->value : "", *start = given + strspn(given, " \t\r\n\v\f");
  size_t length = strlen(start);
  while (length > 0 && strchr(" \t\r\n\v\f", start[length - 1]))
    length--;
  if (*given && length == 0) {
    pl_flag_refuse(run, "validation", "hostnameOverride", "empty hostname-override is invalid");
  } else if (*given) {
    char *small = pl_strndup(run->arena, start, length);
    for (char *c = small; *c; c++)
      *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    pl_flag_respell(run, "hostnameOverride", pl_node_string(run->arena, small));
  }
  const char *name = *given ? given : pl_flag_text(run, "hostnameOverride");
  pl_flag_derive(run, "effectiveHostname", *name ? pl_node_string(run->arena, name) : NULL, "hostnameOverride");
}

static void check_networks(pl_flag_run *run) {
  const pl_node *ports = pl_flag_value(run, "nodePortAddresses");
  pl_each_item (item, ports) {
    bool primary = strcmp(pl_item_text(item), "primary") == 0 && pl_count(ports) == 1;
    if (!primary && !pl_is_cidr(run->arena, pl_item_text(item)))
      pl_flag_refuse(run, "validation", "nodePortAddresses", "nodePortAddresses: must be a valid CIDR");
  }
  pl_each_item (item, pl_flag_value(run, "clusterCIDR"))
    if (!pl_is_cidr(run->arena, pl_item_text(item)))
      pl_flag_refuse(run, "validation", "clusterCIDR", "clusterCIDR: must be a valid CIDR block");
}

static void validate(pl_flag_run *run) {
  static const char *const modes[] = {"iptables", "ipvs", "nftables", NULL};
  if (pl_address_family_of(pl_flag_text(run, "bindAddress")) == PL_NO_ADDRESS)
    pl_flag_refuse(run, "validation", "bindAddress",
                   "bindAddress: not a valid textual representation of an IP address");
  if (*pl_flag_text(run, "healthzBindAddress"))
    check_host_port(run, "healthzBindAddress");
  check_host_port(run, "metricsBindAddress");
  if (!*pl_flag_text(run, "mode"))
    pl_flag_put(run, "mode", pl_node_string(run->arena, "iptables"), "default", NULL, 0);
  else if (!pl_in(pl_flag_text(run, "mode"), modes))
    pl_flag_refuse(run, "validation", "mode", "mode: must be iptables,ipvs,nftables or blank");
  if (pl_flag_integer(run, "clientConnection.burst", 0) < 0)
    pl_flag_refuse(run, "validation", "clientConnection.burst",
                   "clientConnection.burst: must be greater than or equal to 0");
  check_networks(run);
}

static void taint(pl_flag_run *run, const pl_config_file *file) {
  for (const char *const *name = fed; *name; name++)
    pl_config_taint(run, file, *name);
}

void pl_proxy_settings(pl_arena *arena, const pl_component_input *input, pl_settings *ret) {
  pl_flag_run run;
  if (!pl_flag_run_begin(&run, arena, input, "kube-proxy", PL_FLAGS_PFLAG, ret))
    return;
  const pl_flag *config = pl_flags_last(&run.flags, "config");
  bool with_config = config && *config->value;
  pl_config_file file = {.state = PL_CONFIG_READ};
  pl_flag_run_stray(&run, false);
  pl_flag_run_defaults(&run);
  if (with_config)
    file = read_file(&run, config->value);
  if (with_config && file.state == PL_CONFIG_READ)
    from_file(&run, &file);
  pl_flag_run_given(&run, with_config);
  check_address_flags(&run, with_config);
  if (!with_config)
    from_flags(&run);
  host_name(&run);
  if (file.state == PL_CONFIG_READ)
    validate(&run);
  taint(&run, &file);
  pl_flag_gates_check_map(&run, "featureGates");
  pl_flag_run_files(&run);
}
