/* Reads a cluster snapshot object by object: only those of kinds that are asked for are parsed at all. */
#include "cluster.h"

#include "cluster_objects.h"
#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"

static const struct {
  const char *kind, *group; /* GROUP: what its apiVersion begins with */
  void (*take)(pl_cluster *cluster, const pl_node *item);
} kinds[] = {
    {"Node", "v1", pl_cluster_take_node},
    {"Pod", "v1", pl_cluster_take_pod},
    {"PersistentVolume", "v1", pl_cluster_take_volume},
    {"StorageClass", "storage.k8s.io/", pl_cluster_take_storage_class},
    {"RuntimeClass", "node.k8s.io/", pl_cluster_take_runtime_class},
    {"ConfigMap", "v1", pl_cluster_take_config_map},
    {"FelixConfiguration", "", pl_cluster_take_custom},
    {"Installation", "operator.tigera.io/", pl_cluster_take_custom},
    {"Network", "operator.openshift.io/", pl_cluster_take_custom},
    {"CiliumNode", "cilium.io/", pl_cluster_take_custom},
};
#define KINDS (sizeof kinds / sizeof *kinds)

#define HOW   "write it with: kubectl get nodes,pods,pv,storageclasses,runtimeclasses,configmaps -A -o json"

/* ---- what the reductions share ---- */

const char *pl_cluster_text(pl_cluster *cluster, const pl_node *object, const char *key) {
  const pl_node *value = pl_get(object, key);
  if (pl_is(value, PL_BOOLEAN) || pl_is(value, PL_INTEGER))
    return pl_node_show(cluster->arena, value, PL_CLUSTER_TEXT_MAX);
  bool fits = pl_is(value, PL_STRING) && value->string.length <= PL_CLUSTER_TEXT_MAX;
  return fits ? pl_strdup(cluster->arena, value->string.data) : NULL;
}

void pl_cluster_keep(pl_cluster *cluster, pl_node *to, const char *key, const pl_node *from, const char *const *keys) {
  pl_node *kept = pl_node_object(cluster->arena);
  for (; *keys; keys++) {
    const char *text = pl_cluster_text(cluster, from, *keys);
    if (text)
      pl_object_set_text(cluster->arena, kept, *keys, text);
  }
  pl_object_set(cluster->arena, to, key, kept);
}

/* ---- when it was taken ---- */

static void consider(pl_cluster *cluster, const pl_node *object, const char *key) {
  const char *text = pl_get_text(object, key, NULL);
  int64_t time;
  if (!text || pl_parse_time(text, &time, NULL) < 0 || (cluster->dated && time <= cluster->taken_at))
    return;
  cluster->dated = true;
  cluster->taken_at = time;
}

/* A kubelet renews the conditions of its node at least every five minutes, so the newest of all is close. */
static void date_by(pl_cluster *cluster, const pl_node *item) {
  const pl_node *metadata = pl_get(item, "metadata");
  consider(cluster, metadata, "creationTimestamp");
  pl_each_item (fields, pl_get(metadata, "managedFields"))
    consider(cluster, fields, "time");
  pl_each_item (condition, pl_get(pl_get(item, "status"), "conditions")) {
    consider(cluster, condition, "lastHeartbeatTime");
    consider(cluster, condition, "lastTransitionTime");
  }
}

/* ---- reading ---- */

static int take(pl_cluster *cluster, size_t kind, pl_bytes piece, pl_error *err) {
  static const char *const wanted[] = {"kind",       "metadata",    "spec",    "status",       "data",
                                       "parameters", "provisioner", "handler", "mountOptions", NULL};
  const char *name = kinds[kind].kind;
  int64_t count = pl_get_integer(cluster->kinds, name, 0) + 1;
  if (count > PL_CLUSTER_OBJECTS_MAX)
    return pl_fail(err, PL_ERR_LIMIT, "more than %d objects of kind %s", PL_CLUSTER_OBJECTS_MAX, name);
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  const pl_node *item = pl_json_read_members(scratch, piece, wanted, &pl_json_document_limits, NULL, err);
  if (!item)
    return -1;
  pl_object_set_integer(cluster->arena, cluster->kinds, name, count);
  date_by(cluster, item);
  kinds[kind].take(cluster, item);
  return 0;
}

static int read_piece(pl_cluster *cluster, pl_bytes piece, pl_error *err) {
  static const char *const wanted[] = {"apiVersion", "kind", NULL};
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  const pl_node *item = pl_json_read_members(scratch, piece, wanted, &pl_json_document_limits, NULL, err);
  if (!item)
    return -1;
  const char *kind = pl_get_text(item, "kind", ""), *version = pl_get_text(item, "apiVersion", "");
  for (size_t i = 0; i < KINDS; i++)
    if (pl_equal(kinds[i].kind, kind) && pl_starts(version, kinds[i].group))
      return take(cluster, i, piece, err);
  return 0;
}

static int read_pieces(pl_cluster *cluster, pl_bytes text, pl_error *err) {
  pl_json_pieces pieces = {.text = text, .key = "items"};
  pl_bytes piece;
  int got;
  while ((got = pl_json_next(&pieces, &piece, err)) > 0) {
    if (read_piece(cluster, piece, err) == 0)
      continue;
    pl_json_place(text, (size_t)(piece.data - text.data), err);
    pl_error_prefix(err, "the object that begins here");
    return -1;
  }
  return got;
}

pl_cluster *pl_cluster_read(pl_arena *arena, pl_bytes text, const char *source, int64_t mtime, pl_error *err) {
  pl_cluster *cluster = pl_new(arena, pl_cluster);
  *cluster = (pl_cluster){.arena = arena,
                          .source = source,
                          .taken_at = mtime,
                          .kinds = pl_node_object(arena),
                          .nodes = pl_node_list(arena),
                          .volumes = pl_node_list(arena),
                          .storage_classes = pl_node_list(arena),
                          .runtime_classes = pl_node_list(arena),
                          .custom = pl_node_list(arena),
                          .config_maps = pl_node_object(arena)};
  if (read_pieces(cluster, text, err) < 0)
    return NULL;
  if (pl_count(cluster->kinds) > 0)
    return cluster;
  pl_fail(err, PL_ERR_UNSUPPORTED, "holds no object that is asked for; %s", HOW);
  return NULL;
}

/* ---- facts ---- */

static const pl_node *node_of(const pl_cluster *cluster, const char *name) {
  pl_each_item (node, cluster->nodes) {
    if (name && pl_equal(pl_get_text(node, "name", NULL), name))
      return node;
  }
  return NULL;
}

static pl_node *text_list(pl_arena *arena, pl_texts texts) {
  pl_node *list = pl_node_list(arena);
  for (size_t i = 0; i < texts.count; i++)
    pl_list_add_text(arena, list, texts.items[i]);
  return list;
}

static pl_node *pod_fact(pl_arena *arena, const pl_cluster_pod *pod) {
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "namespace", pod->namespace);
  pl_object_set_text(arena, fact, "name", pod->name);
  pl_object_set_text(arena, fact, "uid", pod->uid);
  pl_object_set_boolean(arena, fact, "static", pod->is_static);
  pl_object_set_text(arena, fact, "owner_kind", pod->owner_kind);
  pl_object_set_text(arena, fact, "owner_name", pod->owner_name);
  pl_object_set_boolean(arena, fact, "host_network", pod->host_network);
  pl_object_set_text(arena, fact, "runtime_class", pod->runtime_class);
  pl_object_set_text(arena, fact, "phase", pod->phase);
  pl_object_set(arena, fact, "claims", text_list(arena, pod->claims));
  return fact;
}

static pl_node *pod_facts(pl_arena *arena, const pl_cluster *cluster, const char *node_name) {
  pl_node *list = pl_node_list(arena);
  for (size_t i = 0; i < cluster->pod_count; i++)
    if (pl_equal(cluster->pods[i].node, node_name))
      pl_list_add(arena, list, pod_fact(arena, &cluster->pods[i]));
  return list;
}

static void put_contents(pl_arena *arena, pl_node *fact, const pl_cluster *cluster, const char *node_name) {
  pl_object_set_text(arena, fact, "node", node_name);
  pl_object_set(arena, fact, "nodes", cluster->nodes);
  pl_object_set(arena, fact, "pods", pod_facts(arena, cluster, node_name));
  pl_object_set(arena, fact, "persistent_volumes", cluster->volumes);
  pl_object_set(arena, fact, "storage_classes", cluster->storage_classes);
  pl_object_set(arena, fact, "runtime_classes", cluster->runtime_classes);
  pl_object_set(arena, fact, "config_maps", cluster->config_maps);
  pl_object_set(arena, fact, "custom_resources", cluster->custom);
}

/* Why it is no evidence of this node, NULL when it is. */
static const char *useless(pl_arena *arena, const pl_cluster *cluster, const char *node_name) {
  if (!pl_count(cluster->nodes))
    return "it holds no Node objects, so nothing proves that it is of this node's cluster";
  if (!node_name)
    return "this node's name is not known; give it with --node";
  if (!node_of(cluster, node_name))
    return pl_printf(arena,
                     "it holds no node %s, so it is of another cluster, or older than this node; or --node is"
                     " missing",
                     node_name);
  return NULL;
}

/* Why it is not fresh, NULL when it is. */
static const char *stale(pl_arena *arena, const pl_cluster *cluster, int64_t now) {
  if (!cluster->taken_at)
    return "nothing dates it";
  if (cluster->taken_at > now + PL_CLUSTER_AHEAD_SECONDS)
    return "it is dated after the time at which the node was looked at";
  if (now - cluster->taken_at > PL_CLUSTER_FRESH_SECONDS)
    return pl_printf(arena, "it was %lld hours old when the node was looked at",
                     (long long)(now - cluster->taken_at) / 3600);
  return NULL;
}

pl_node *pl_cluster_facts(pl_arena *arena, const pl_cluster *cluster, const char *node_name, int64_t now) {
  pl_node *fact = pl_node_object(arena);
  if (!cluster) {
    pl_object_set_text(arena, fact, "state", "none");
    return fact;
  }
  const char *no_use = useless(arena, cluster, node_name), *old = no_use ? no_use : stale(arena, cluster, now);
  pl_object_set_text(arena, fact, "state", no_use ? "unusable" : old ? "stale" : "fresh");
  pl_object_set_text(arena, fact, "because", old);
  pl_object_set_text(arena, fact, "source", cluster->source);
  pl_object_set_text(arena, fact, "taken_at", cluster->taken_at ? pl_format_time(arena, cluster->taken_at) : NULL);
  pl_object_set_text(arena, fact, "taken_at_from", cluster->dated ? "its objects" : "time of the file");
  pl_object_set(arena, fact, "kinds", cluster->kinds);
  if (!no_use)
    put_contents(arena, fact, cluster, node_name);
  return fact;
}

/* ---- for those who work out facts ---- */

bool pl_cluster_fresh(const pl_node *cluster) { return pl_equal(pl_get_text(cluster, "state", NULL), "fresh"); }

bool pl_cluster_usable(const pl_node *cluster) {
  return pl_cluster_fresh(cluster) || pl_equal(pl_get_text(cluster, "state", NULL), "stale");
}

bool pl_cluster_holds(const pl_node *cluster, const char *kind) {
  return pl_cluster_usable(cluster) && pl_get(pl_get(cluster, "kinds"), kind);
}

static const pl_node *find(const pl_node *list, const char *key, const char *value) {
  pl_each_item (item, list) {
    if (value && pl_equal(pl_get_text(item, key, NULL), value))
      return item;
  }
  return NULL;
}

const pl_node *pl_cluster_this_node(const pl_node *cluster) {
  return find(pl_get(cluster, "nodes"), "name", pl_get_text(cluster, "node", NULL));
}

const pl_node *pl_cluster_find_pod(const pl_node *cluster, const char *uid) {
  return find(pl_get(cluster, "pods"), "uid", uid);
}

const pl_node *pl_cluster_find_volume(const pl_node *cluster, const char *name) {
  return find(pl_get(cluster, "persistent_volumes"), "name", name);
}

const pl_node *pl_cluster_claimed_volume(const pl_node *cluster, const char *namespace, const char *name) {
  pl_each_item (volume, pl_get(cluster, "persistent_volumes")) {
    if (pl_equal(pl_get_text(volume, "claim_name", NULL), name) &&
        pl_equal(pl_get_text(volume, "claim_namespace", NULL), namespace))
      return volume;
  }
  return NULL;
}

const pl_node *pl_cluster_find_storage_class(const pl_node *cluster, const char *name) {
  return find(pl_get(cluster, "storage_classes"), "name", name);
}
