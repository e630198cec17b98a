/* What is kept of the configuration of network plugins in a cluster snapshot: named settings of named objects. */
#include "cluster_objects.h"
#include "plumbline/core/yaml.h"

typedef struct wanted_settings {
  const char *object; /* name of a ConfigMap, or kind of a custom resource */
  const char *member; /* of a ConfigMap: its data that is a document itself; NULL: the data are the settings */
  const char *paths[24];
} wanted_settings;

static const wanted_settings config_maps[] = {
    {"cilium-config",
     NULL,
     {"enable-wireguard",
      "enable-ipsec",
      "encrypt-node",
      "enable-ztunnel",
      "ipsec-key-file",
      "enable-encryption-strict-mode",
      "encryption-strict-mode-cidr",
      "encryption-strict-mode-allow-remote-node-identities",
      "enable-encryption-strict-mode-egress",
      "encryption-strict-egress-cidr",
      "enable-encryption-strict-mode-ingress",
      "enable-ipsec-encrypted-overlay",
      "enable-wireguard-userspace-fallback",
      "wireguard-encapsulate",
      "enable-ipv4",
      "enable-ipv6",
      "routing-mode",
      "tunnel",
      "tunnel-protocol",
      "cni-chaining-mode",
      "cni-exclusive"}},
    {"kube-flannel-cfg", "net-conf.json", {"Backend.Type", "EnableIPv4", "EnableIPv6"}},
    {"canal-config", "net-conf.json", {"Backend.Type", "EnableIPv4", "EnableIPv6"}},
    {"rke2-canal-config", "net-conf.json", {"Backend.Type", "EnableIPv4", "EnableIPv6"}},
    {"calico-config", NULL, {"calico_backend", "typha_service_name", "veth_mtu"}},
    {"antrea-config",
     "antrea-agent.conf",
     {"trafficEncryptionMode", "trafficEncapMode", "multicluster.trafficEncryptionMode", "ipsec.authenticationMode"}},
};

static const wanted_settings custom[] = {
    {"FelixConfiguration",
     NULL,
     {"spec.wireguardEnabled", "spec.wireguardEnabledV6", "spec.wireguardHostEncryptionEnabled",
      "spec.wireguardInterfaceName", "spec.wireguardInterfaceNameV6"}},
    {"Installation", NULL, {"spec.cni.type", "spec.calicoNetwork.linuxDataplane"}},
    {"Network",
     NULL,
     {"spec.defaultNetwork.type", "spec.defaultNetwork.ovnKubernetesConfig.ipsecConfig.mode",
      "spec.defaultNetwork.ovnKubernetesConfig.ipsecConfig"}},
    {"CiliumNode", NULL, {"spec.encryption.key"}},
};

/* The scalar at the dotted PATH; "{}" for an object without members, which means something too. */
static const char *text_at(pl_cluster *cluster, const pl_node *document, const char *path) {
  const char *dot = strrchr(path, '.');
  const char *above = dot ? pl_strndup(cluster->arena, path, (size_t)(dot - path)) : NULL;
  const pl_node *object = above ? pl_get_path(document, above) : document;
  const pl_node *value = pl_get(object, dot ? dot + 1 : path);
  if (pl_is(value, PL_OBJECT) && pl_count(value) == 0)
    return "{}";
  return pl_cluster_text(cluster, object, dot ? dot + 1 : path);
}

static pl_node *settings_of(pl_cluster *cluster, const wanted_settings *wanted, const pl_node *document) {
  pl_node *kept = pl_node_object(cluster->arena);
  for (const char *const *path = wanted->paths; *path; path++) {
    const char *text = text_at(cluster, document, *path);
    if (text)
      pl_object_set_text(cluster->arena, kept, *path, text);
  }
  return kept;
}

/* ConfigMaps of kustomize have a hash of ten letters behind their name, from an alphabet of its own. */
static bool is_named(const char *name, const char *wanted) {
  size_t length = strlen(wanted);
  if (!name || strncmp(name, wanted, length) != 0)
    return false;
  const char *rest = name + length;
  return !*rest || (*rest == '-' && strspn(rest + 1, "2456789bcdfghkmt") == 10 && !rest[11]);
}

static pl_node *document_settings(pl_cluster *cluster, const wanted_settings *wanted, const pl_node *data) {
  const pl_node *text = pl_get(data, wanted->member);
  pl_node *fact = pl_node_object(cluster->arena);
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_error err = {0};
  bool is_text = text && text->kind == PL_STRING;
  const pl_node *document = is_text ? pl_yaml_read(scratch, text->string, PL_YAML_THEIRS, NULL, &err) : NULL;
  if (document)
    pl_object_set(cluster->arena, fact, wanted->member, settings_of(cluster, wanted, document));
  else if (text)
    pl_object_set_text(cluster->arena, fact, "unreadable", "a document in it is neither YAML nor JSON");
  return fact;
}

void pl_cluster_take_config_map(pl_cluster *cluster, const pl_node *item) {
  const pl_node *metadata = pl_get(item, "metadata"), *data = pl_get(item, "data");
  const char *name = pl_cluster_text(cluster, metadata, "name");
  const char *namespace = pl_cluster_text(cluster, metadata, "namespace");
  for (size_t i = 0; i < sizeof config_maps / sizeof *config_maps; i++) {
    const wanted_settings *wanted = &config_maps[i];
    if (!namespace || !is_named(name, wanted->object))
      continue;
    pl_node *fact = pl_node_printf(cluster->arena, "%s/%s", namespace, wanted->object);
    pl_object_set(cluster->arena, cluster->config_maps, fact->string.data,
                  wanted->member ? document_settings(cluster, wanted, data) : settings_of(cluster, wanted, data));
  }
}

void pl_cluster_take_custom(pl_cluster *cluster, const pl_node *item) {
  static const char *const annotations[] = {"network.cilium.io/wg-pub-key", NULL};
  const pl_node *metadata = pl_get(item, "metadata");
  const char *kind = pl_get_text(item, "kind", "");
  for (size_t i = 0; i < sizeof custom / sizeof *custom; i++) {
    if (!pl_equal(custom[i].object, kind))
      continue;
    pl_node *fact = pl_node_object(cluster->arena);
    pl_object_set_text(cluster->arena, fact, "kind", kind);
    pl_object_set_text(cluster->arena, fact, "namespace", pl_cluster_text(cluster, metadata, "namespace"));
    pl_object_set_text(cluster->arena, fact, "name", pl_cluster_text(cluster, metadata, "name"));
    pl_cluster_keep(cluster, fact, "annotations", pl_get(metadata, "annotations"), annotations);
    pl_object_set(cluster->arena, fact, "settings", settings_of(cluster, &custom[i], item));
    pl_list_add(cluster->arena, cluster->custom, fact);
  }
}
