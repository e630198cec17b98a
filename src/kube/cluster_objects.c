/* What is kept of Node, Pod and RuntimeClass objects of a cluster snapshot. */
#include "cluster_objects.h"

#include "plumbline/core/escape.h"

/* Public keys and what a network plugin says of its backend. */
static const char *const node_annotations[] = {"projectcalico.org/WireguardPublicKey",
                                               "projectcalico.org/WireguardPublicKeyV6",
                                               "network.cilium.io/wg-pub-key",
                                               "io.cilium.network.wg-pub-key",
                                               "flannel.alpha.coreos.com/backend-type",
                                               "flannel.alpha.coreos.com/backend-v6-type",
                                               "node.antrea.io/wireguard-public-key",
                                               "kube-router.io/pod-cidr",
                                               NULL};

static const char *const label_prefixes[] = {"node-role.kubernetes.io/", "topology.kubernetes.io/", "kubernetes.io/",
                                             "node.kubernetes.io/", NULL};

static bool is_kept_label(const char *key) {
  for (const char *const *prefix = label_prefixes; *prefix; prefix++)
    if (pl_starts(key, *prefix))
      return true;
  return false;
}

static void put_labels(pl_cluster *cluster, pl_node *fact, const pl_node *labels) {
  pl_node *kept = pl_node_object(cluster->arena);
  pl_each_member (label, labels) {
    const char *text = is_kept_label(label->key) ? pl_cluster_text(cluster, labels, label->key) : NULL;
    if (text)
      pl_object_set_text(cluster->arena, kept, pl_escape_text(cluster->arena, label->key), text);
  }
  pl_object_set(cluster->arena, fact, "labels", kept);
}

/* The items of LIST, an object each, as objects of the texts that KEYS name. */
static void put_list(pl_cluster *cluster, pl_node *fact, const char *key, const pl_node *list,
                     const char *const *keys) {
  pl_node *kept = pl_node_list(cluster->arena);
  pl_each_item (item, list) {
    pl_node *one = pl_node_object(cluster->arena);
    for (const char *const *wanted = keys; *wanted; wanted++)
      pl_object_set_text(cluster->arena, one, *wanted, pl_cluster_text(cluster, item, *wanted));
    pl_list_add(cluster->arena, kept, one);
  }
  pl_object_set(cluster->arena, fact, key, kept);
}

void pl_cluster_take_node(pl_cluster *cluster, const pl_node *item) {
  static const char *const taint[] = {"key", "value", "effect", NULL}, *const address[] = {"type", "address", NULL};
  pl_arena *arena = cluster->arena;
  const pl_node *metadata = pl_get(item, "metadata"), *spec = pl_get(item, "spec"), *status = pl_get(item, "status");
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "name", pl_cluster_text(cluster, metadata, "name"));
  put_labels(cluster, fact, pl_get(metadata, "labels"));
  pl_cluster_keep(cluster, fact, "annotations", pl_get(metadata, "annotations"), node_annotations);
  put_list(cluster, fact, "taints", pl_get(spec, "taints"), taint);
  pl_object_set_boolean(arena, fact, "unschedulable", pl_get_boolean(spec, "unschedulable", false));
  put_list(cluster, fact, "addresses", pl_get(status, "addresses"), address);
  const pl_node *info = pl_get(status, "nodeInfo");
  pl_object_set_text(arena, fact, "kubelet_version", pl_cluster_text(cluster, info, "kubeletVersion"));
  pl_object_set_text(arena, fact, "container_runtime", pl_cluster_text(cluster, info, "containerRuntimeVersion"));
  pl_list_add(arena, cluster->nodes, fact);
}

/* Of several owners the controller counts. */
static const pl_node *owner_of(const pl_node *metadata) {
  const pl_node *first = NULL;
  pl_each_item (owner, pl_get(metadata, "ownerReferences")) {
    if (pl_get_boolean(owner, "controller", false))
      return owner;
    first = first ? first : owner;
  }
  return first;
}

static pl_texts claims_of(pl_cluster *cluster, const pl_node *spec) {
  const char **items = NULL;
  size_t count = 0, capacity = 0;
  pl_each_item (volume, pl_get(spec, "volumes")) {
    const char *claim = pl_cluster_text(cluster, pl_get(volume, "persistentVolumeClaim"), "claimName");
    if (claim)
      pl_push(cluster->arena, items, count, capacity, claim);
  }
  return (pl_texts){items, count};
}

void pl_cluster_take_pod(pl_cluster *cluster, const pl_node *item) {
  const pl_node *metadata = pl_get(item, "metadata"), *spec = pl_get(item, "spec");
  const pl_node *annotations = pl_get(metadata, "annotations"), *owner = owner_of(metadata);
  /* A static pod has another UID in the API than on its node. */
  const char *on_node = pl_cluster_text(cluster, annotations, "kubernetes.io/config.hash");
  bool mirror = pl_get(annotations, "kubernetes.io/config.mirror") != NULL;
  pl_cluster_pod pod = {.node = pl_cluster_text(cluster, spec, "nodeName"),
                        .namespace = pl_cluster_text(cluster, metadata, "namespace"),
                        .name = pl_cluster_text(cluster, metadata, "name"),
                        .uid = mirror && on_node ? on_node : pl_cluster_text(cluster, metadata, "uid"),
                        .owner_kind = pl_cluster_text(cluster, owner, "kind"),
                        .owner_name = pl_cluster_text(cluster, owner, "name"),
                        .runtime_class = pl_cluster_text(cluster, spec, "runtimeClassName"),
                        .phase = pl_cluster_text(cluster, pl_get(item, "status"), "phase"),
                        .claims = claims_of(cluster, spec),
                        .host_network = pl_get_boolean(spec, "hostNetwork", false),
                        .is_static = mirror};
  pl_push(cluster->arena, cluster->pods, cluster->pod_count, cluster->pod_capacity, pod);
}

void pl_cluster_take_runtime_class(pl_cluster *cluster, const pl_node *item) {
  pl_node *fact = pl_node_object(cluster->arena);
  pl_object_set_text(cluster->arena, fact, "name", pl_cluster_text(cluster, pl_get(item, "metadata"), "name"));
  pl_object_set_text(cluster->arena, fact, "handler", pl_cluster_text(cluster, item, "handler"));
  pl_list_add(cluster->arena, cluster->runtime_classes, fact);
}
