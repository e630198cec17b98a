/* What the kubelet serves with, and who decides about requests: server.go InitializeTLS, auth.go BuildAuthz. */
#include "src/kube/kubelet.h"
#include "src/kube/tls_flags.h"

/* Setting NAME says the same as the configuration's PATH, or VALUE when that is not NULL. */
static void put_effective(pl_kubelet *k, const char *name, const char *path, const char *value) {
  const pl_node *entry = pl_get(k->ret->values, path);
  const pl_node *from = value ? pl_get(k->ret->values, "certDir") : entry;
  const pl_node *origin = pl_get(from, "from");
  pl_node *node = value ? pl_node_string(k->arena, value) : pl_config_get(k->config, path);
  if (pl_get(from, "unreadable"))
    pl_settings_unreadable(k->ret, name, pl_get_text(from, "unreadable", ""));
  else
    pl_settings_put(k->ret, name, node ? node : pl_node_string(k->arena, ""), pl_get_text(origin, "layer", "default"),
                    pl_get_text(origin, "where", NULL), (uint32_t)pl_get_integer(origin, "line", 0));
}

/* Nothing given and no bootstrap: a pair that the kubelet signs itself. */
static void put_serving_pair(pl_kubelet *k) {
  static const struct {
    const char *path, *setting, *file;
  } halves[] = {{"tlsCertFile", "effective.tlsCertFile", "kubelet.crt"},
                {"tlsPrivateKeyFile", "effective.tlsPrivateKeyFile", "kubelet.key"}};
  bool self_signed = !pl_kubelet_true(k, "serverTLSBootstrap") && !*pl_kubelet_text(k, halves[0].path) &&
                     !*pl_kubelet_text(k, halves[1].path);
  const char *directory = pl_text(pl_settings_value(k->ret, "certDir"));
  for (size_t i = 0; i < 2; i++) {
    const char *file = self_signed && directory ? pl_path_join(k->arena, directory, halves[i].file) : NULL;
    put_effective(k, halves[i].setting, halves[i].path, file);
  }
}

void pl_kubelet_tls(pl_kubelet *k) {
  static const char *const versions[] = {"", "VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13", NULL};
  put_serving_pair(k);
  const pl_node *suites = pl_get(k->config, "tlsCipherSuites");
  pl_each_item (suite, suites)
    if (!pl_is_cipher_suite(suite->string.data))
      pl_kubelet_refuse(k, "tls", "tlsCipherSuites", "cipher suite %s is not supported or does not exist",
                        suite->string.data);
  const char *version = pl_kubelet_text(k, "tlsMinVersion");
  if (!pl_in(version, versions))
    pl_kubelet_refuse(k, "tls", "tlsMinVersion", "unknown tls version \"%s\"", version);
  if (pl_equal(version, "VersionTLS13") && pl_count(suites) > 0)
    pl_settings_note(k->ret, "tlsCipherSuites has no effect beside VersionTLS13");
}

void pl_kubelet_authorization(pl_kubelet *k) {
  static const char *const modes[] = {"AlwaysAllow", "Webhook", NULL};
  const char *mode = pl_kubelet_text(k, "authorization.mode");
  if (pl_in(mode, modes))
    return;
  pl_node *late = pl_node_object(k->arena);
  const char *reason =
      *mode ? pl_printf(k->arena, "unknown authorization mode %s", mode) : "no authorization mode specified";
  pl_object_set_text(k->arena, late, "reason", reason);
  pl_list_add(k->arena, k->ret->late, late);
  pl_object_set(k->arena, k->marks, "authorization.mode", pl_node_string(k->arena, reason));
}
