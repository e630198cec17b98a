/*
 * The configuration that kube-apiserver runs with.
 * Source: cmd/kube-apiserver/app/options, pkg/controlplane/apiserver/options.
 */
#include <strings.h>

#include "src/kube/apiserver.h"
#include "src/kube/tls_flags.h"

void pl_apiserver_wants_file(pl_flag_run *run, const char *name, const char *path, bool late) {
  if (!*path)
    return;
  const char *absolute = pl_flag_run_path(run, path);
  const pl_file *file = pl_view_stat(run->input->view, absolute);
  if (file->state == PL_FILE_UNREADABLE || (file->state == PL_FILE_PRESENT && file->type == PL_TYPE_FILE))
    return;
  const char *reason = pl_printf(run->arena, "--%s: %s %s", name, absolute,
                                 file->state == PL_FILE_ABSENT ? "does not exist" : "is no regular file");
  if (!late) { /* the path itself is as given, so the setting keeps its value */
    pl_settings_refuse(run->settings, "files", run->input->argv_where, "%s", reason);
    return;
  }
  pl_node *entry = pl_node_object(run->arena);
  pl_object_set_text(run->arena, entry, "reason", reason);
  pl_list_add(run->arena, run->settings->late, entry);
}

bool pl_apiserver_wants_gate(pl_flag_run *run, const char *gate, const char *name) {
  pl_gate_state state = pl_flag_gate(run, gate);
  if (state == PL_GATE_OFF)
    pl_flag_refuse(run, "feature-gates", name, "%s needs --feature-gates=%s=true", name, gate);
  if (state == PL_GATE_UNKNOWN)
    pl_flag_unreadable(
        run, name, pl_printf(run->arena, "the version is unknown, and not every one has the feature gate %s on", gate));
  return state == PL_GATE_ON;
}

pl_config_file pl_apiserver_file(pl_flag_run *run, const char *name, const pl_shape_version *versions,
                                 const pl_shape *fields) {
  pl_config_file file = pl_config_read(run, pl_flag_text(run, name), false);
  pl_error err = {0};
  if (file.state == PL_CONFIG_READ &&
      (pl_shape_header(run->arena, file.document, versions, run->minor, NULL, &err) < 0 ||
       pl_shape_check(run->arena, file.document, fields, true, &err) < 0))
    pl_config_refuse(&file, run->arena, &err);
  if (file.state == PL_CONFIG_REFUSED)
    pl_settings_refuse(run->settings, "config-file", file.shown, "%s", file.reason);
  return file;
}

/* ---- what is worked out ---- */

/* Without a pair one is made in --cert-dir; the options then name it. */
static void serving_pair(pl_flag_run *run) {
  static const char *const flags[] = {"tls-cert-file", "tls-private-key-file"}, *const names[] = {"apiserver.crt",
                                                                                                  "apiserver.key"};
  static const char *const effective[] = {"effective.tls.certFile", "effective.tls.keyFile"};
  const char *directory = pl_flag_text(run, "cert-dir");
  bool given = *pl_flag_text(run, flags[0]) || *pl_flag_text(run, flags[1]);
  for (size_t i = 0; i < 2; i++) {
    if (!given && *directory)
      pl_flag_put(run, flags[i], pl_node_string(run->arena, pl_path_join(run->arena, directory, names[i])), "default",
                  NULL, 0);
    else if (given && !*pl_flag_text(run, flags[i]))
      pl_flag_refuse(run, "tls", flags[i], "--%s is missing beside --%s", flags[i], flags[1 - i]);
    else if (given)
      pl_apiserver_wants_file(run, flags[i], pl_flag_text(run, flags[i]), false);
    pl_flag_derive(run, effective[i], pl_node_string(run->arena, pl_flag_text(run, flags[i])), flags[i]);
  }
}

/* etcd's client (client/v3/internal/endpoint): https has TLS and http has none, in letters of any case; whatever else,
 * an address without a scheme too, has it where the client is given certificates. */
static bool is_secure_url(const char *url, bool tls) {
  static const char https[] = "https://", http[] = "http://";
  if (strncasecmp(url, https, sizeof https - 1) == 0 || pl_starts(url, "unix:") || pl_starts(url, "unixs:"))
    return true;
  return tls && strncasecmp(url, http, sizeof http - 1) != 0;
}

/* "GROUP/RESOURCE#URL;URL" */
static bool override_is_secure(pl_arena *arena, const char *text, bool tls) {
  const char *urls = strchr(text, '#');
  const char *const *items;
  size_t count = urls ? pl_split(arena, urls + 1, ';', &items) : 0;
  for (size_t i = 0; i < count; i++)
    if (!is_secure_url(items[i], tls))
      return false;
  return true;
}

static void etcd_servers(pl_flag_run *run) {
  const pl_node *servers = pl_flag_value(run, "etcd-servers");
  bool secure = true, tls = *pl_flag_text(run, "etcd-certfile") || *pl_flag_text(run, "etcd-keyfile") ||
                            *pl_flag_text(run, "etcd-cafile");
  pl_each_item (url, servers)
    secure = secure && is_secure_url(pl_item_text(url), tls);
  pl_each_item (item, pl_flag_value(run, "etcd-servers-overrides"))
    secure = secure && override_is_secure(run->arena, pl_item_text(item), tls);
  if (pl_count(servers) == 0)
    pl_flag_refuse(run, "validation", "etcd-servers", "--etcd-servers must be specified");
  pl_flag_derive(run, "effective.etcdServersSecure", pl_count(servers) ? pl_node_boolean(run->arena, secure) : NULL,
                 "etcd-servers");
}

static void kubelet_client(pl_flag_run *run) {
  static const char *const pairs[][2] = {{"kubelet-certificate-authority", "effective.kubelet.caFile"},
                                         {"kubelet-client-certificate", "effective.kubelet.certFile"}};
  for (size_t i = 0; i < 2; i++)
    pl_flag_derive_same(run, pairs[i][1], pl_node_string(run->arena, pl_flag_text(run, pairs[i][0])), pairs[i][0]);
}

/* Probabilities are told as text. */
static void goaway_chance(pl_flag_run *run) {
  const pl_node *chance = pl_flag_value(run, "goaway-chance");
  if (pl_is(chance, PL_INTEGER))
    pl_flag_respell(run, "goaway-chance", pl_node_printf(run->arena, "%lld", (long long)chance->integer));
}

void pl_apiserver_settings(pl_arena *arena, const pl_component_input *input, pl_settings *ret) {
  static const char *const paths[] = {"effective.tls.certFile",   "effective.tls.keyFile",
                                      "effective.kubelet.caFile", "effective.kubelet.certFile",
                                      "effective.tokenAuthFile",  NULL};
  pl_flag_run run;
  if (!pl_flag_run_begin(&run, arena, input, "kube-apiserver", PL_FLAGS_PFLAG, ret))
    return;
  ret->derived = pl_node_object(arena);
  pl_flag_run_stray(&run, false);
  pl_flag_run_defaults(&run);
  pl_flag_run_given(&run, false);
  pl_flag_gates_check(&run);
  serving_pair(&run);
  etcd_servers(&run);
  kubelet_client(&run);
  goaway_chance(&run);
  pl_flag_tls_check(&run, true);
  pl_apiserver_authorization(&run);
  pl_apiserver_authentication(&run);
  pl_apiserver_admission(&run);
  pl_apiserver_audit(&run);
  pl_apiserver_encryption(&run);
  pl_apiserver_checks(&run);
  pl_flag_run_files(&run);
  for (const char *const *name = paths; *name; name++)
    pl_flag_run_host_path(&run, *name);
}
