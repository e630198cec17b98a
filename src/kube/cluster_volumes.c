/* What is kept of PersistentVolume and StorageClass objects of a cluster snapshot. */
#include "cluster_objects.h"

/* Where a volume lies (PersistentVolumeSource), and which member names it there. */
static const struct {
  const char *source, *type, *handle;
} sources[] = {
    {"csi", "csi", "volumeHandle"},
    {"local", "local", "path"},
    {"hostPath", "hostPath", "path"},
    {"nfs", "nfs", "path"},
    {"iscsi", "iscsi", "iqn"},
    {"fc", "fc", NULL},
    {"rbd", "rbd", "image"},
    {"cephfs", "cephfs", "path"},
    {"awsElasticBlockStore", "in-tree", "volumeID"},
    {"gcePersistentDisk", "in-tree", "pdName"},
    {"azureDisk", "in-tree", "diskName"},
    {"azureFile", "in-tree", "shareName"},
    {"cinder", "in-tree", "volumeID"},
    {"vsphereVolume", "in-tree", "volumePath"},
    {"portworxVolume", "in-tree", "volumeID"},
    {"glusterfs", "glusterfs", "path"},
    {"flexVolume", "flexVolume", "driver"},
};

/* Parameters of drivers that bear on encryption; none of them is a secret, the names of keys included. Drivers take
 * some in any case. */
static const char *const parameters[] = {"encrypted",
                                         "encryption",
                                         "encryptionType",
                                         "encryptionKMSID",
                                         "encryption.scope",
                                         "kmsKeyId",
                                         "kms-key-id",
                                         "diskEncryptionSetID",
                                         "diskEncryptionType",
                                         "disk-encryption-kms-key",
                                         "enable-confidential-storage",
                                         "encryptInTransit",
                                         "storagepolicyname",
                                         "type",
                                         "fsType",
                                         "csi.storage.k8s.io/fstype",
                                         "dataEngine",
                                         "secure",
                                         "luksEncryption",
                                         "csi.cloudscale.ch/luks-encrypted",
                                         "linodebs.csi.linode.com/luks-encrypted",
                                         "linodebs.csi.linode.com/encrypted",
                                         "protocol",
                                         "server",
                                         "keyformat",
                                         "topolvm.io/device-class",
                                         NULL};

static bool is_kept_parameter(const char *key) {
  for (const char *const *name = parameters; *name; name++)
    if (pl_equal_nocase(*name, key))
      return true;
  return false;
}

static void put_parameters(pl_cluster *cluster, pl_node *fact, const char *key, const pl_node *from) {
  pl_node *kept = pl_node_object(cluster->arena);
  pl_each_member (member, from) {
    const char *text = is_kept_parameter(member->key) ? pl_cluster_text(cluster, from, member->key) : NULL;
    if (text)
      pl_object_set_text(cluster->arena, kept, member->key, text);
  }
  pl_object_set(cluster->arena, fact, key, kept);
}

/* Mount options that speak of encryption; others may hold a password. */
static void put_mount_options(pl_cluster *cluster, pl_node *fact, const pl_node *options) {
  static const char *const prefixes[] = {"sec=", "xprtsec=", "seal", "tls", "nfsvers=", "vers=", "encrypt", NULL};
  pl_node *kept = pl_node_list(cluster->arena);
  pl_each_item (option, options)
    for (const char *const *prefix = prefixes; *prefix; prefix++)
      if (pl_text(option) && pl_starts(pl_text(option), *prefix) && option->string.length < 40) {
        pl_list_add_text(cluster->arena, kept, pl_text(option));
        break;
      }
  pl_object_set(cluster->arena, fact, "mount_options", kept);
}

static void put_source(pl_cluster *cluster, pl_node *fact, const pl_node *spec) {
  const char *type = NULL, *handle = NULL, *source = NULL;
  for (size_t i = 0; !source && i < sizeof sources / sizeof *sources; i++)
    if (pl_is(pl_get(spec, sources[i].source), PL_OBJECT)) {
      source = sources[i].source;
      type = sources[i].type;
      handle = sources[i].handle ? pl_cluster_text(cluster, pl_get(spec, source), sources[i].handle) : NULL;
    }
  const char *driver = source ? pl_cluster_text(cluster, pl_get(spec, source), "driver") : NULL;
  pl_object_set_text(cluster->arena, fact, "type", type);
  pl_object_set_text(cluster->arena, fact, "driver", driver ? driver : source);
  pl_object_set_text(cluster->arena, fact, "handle", handle);
  put_parameters(cluster, fact, "attributes", pl_get(pl_get(spec, "csi"), "volumeAttributes"));
}

void pl_cluster_take_volume(pl_cluster *cluster, const pl_node *item) {
  pl_arena *arena = cluster->arena;
  const pl_node *spec = pl_get(item, "spec"), *claim = pl_get(spec, "claimRef");
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "name", pl_cluster_text(cluster, pl_get(item, "metadata"), "name"));
  put_source(cluster, fact, spec);
  pl_object_set_text(arena, fact, "claim_namespace", pl_cluster_text(cluster, claim, "namespace"));
  pl_object_set_text(arena, fact, "claim_name", pl_cluster_text(cluster, claim, "name"));
  pl_object_set_text(arena, fact, "storage_class", pl_cluster_text(cluster, spec, "storageClassName"));
  pl_object_set_text(arena, fact, "volume_mode", pl_cluster_text(cluster, spec, "volumeMode"));
  put_mount_options(cluster, fact, pl_get(spec, "mountOptions"));
  pl_list_add(arena, cluster->volumes, fact);
}

void pl_cluster_take_storage_class(pl_cluster *cluster, const pl_node *item) {
  pl_node *fact = pl_node_object(cluster->arena);
  pl_object_set_text(cluster->arena, fact, "name", pl_cluster_text(cluster, pl_get(item, "metadata"), "name"));
  pl_object_set_text(cluster->arena, fact, "provisioner", pl_cluster_text(cluster, item, "provisioner"));
  put_parameters(cluster, fact, "parameters", pl_get(item, "parameters"));
  put_mount_options(cluster, fact, pl_get(item, "mountOptions"));
  pl_list_add(cluster->arena, cluster->storage_classes, fact);
}
