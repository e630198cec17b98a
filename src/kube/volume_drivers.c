/* Volume drivers and the parameters by which they are asked to encrypt. */
#include "volume_drivers.h"

/* A parameter that asks for encryption: with a Go boolean, or with any text that is not among the ones for "no". */
typedef struct ask {
  const char *key;
  bool any;
} ask;

struct pl_volume_driver {
  const char *name; /* or the end of it, where several have it: "rook-ceph.rbd.csi.ceph.com" */
  bool end;
  pl_driver_kind kind;
  bool off_by_default;
  ask asks[3];
};

static const pl_volume_driver drivers[] = {
    {"ebs.csi.aws.com", false, PL_DRIVER_ELSEWHERE, true, {{"encrypted", false}}},
    {"kubernetes.io/aws-ebs", false, PL_DRIVER_ELSEWHERE, true, {{"encrypted", false}}},
    {"disk.csi.azure.com", false, PL_DRIVER_ALWAYS, false, {{"diskEncryptionSetID", true}}},
    {"kubernetes.io/azure-disk", false, PL_DRIVER_ALWAYS, false, {{"diskEncryptionSetID", true}}},
    {"pd.csi.storage.gke.io",
     false,
     PL_DRIVER_ALWAYS,
     false,
     {{"disk-encryption-kms-key", true}, {"enable-confidential-storage", false}}},
    {"kubernetes.io/gce-pd", false, PL_DRIVER_ALWAYS, false, {{"disk-encryption-kms-key", true}}},
    {"csi.vsphere.vmware.com", false, PL_DRIVER_ELSEWHERE, false, {{NULL, false}}},
    {"rbd.csi.ceph.com", true, PL_DRIVER_ON_NODE, true, {{"encrypted", false}}},
    {"cephfs.csi.ceph.com", true, PL_DRIVER_ON_NODE, true, {{"encrypted", false}}},
    {"driver.longhorn.io", false, PL_DRIVER_ON_NODE, true, {{"encrypted", false}}},
    {"pxd.portworx.com", false, PL_DRIVER_ON_NODE, true, {{"secure", false}}},
    {"csi.cloudscale.ch", false, PL_DRIVER_ON_NODE, true, {{"csi.cloudscale.ch/luks-encrypted", false}}},
    {"linodebs.csi.linode.com", false, PL_DRIVER_ON_NODE, true, {{"linodebs.csi.linode.com/luks-encrypted", false}}},
    {"csi.scaleway.com", false, PL_DRIVER_ON_NODE, true, {{"encrypted", false}}},
    {"csi.trident.netapp.io", false, PL_DRIVER_ON_NODE, false, {{"luksEncryption", false}}},
    {"storage.csi.upcloud.com", false, PL_DRIVER_ELSEWHERE, true, {{"encryption", true}}},
    {"io.openebs.csi-mayastor", false, PL_DRIVER_ELSEWHERE, true, {{"encrypted", false}}},
    {"zfs.csi.openebs.io", false, PL_DRIVER_ELSEWHERE, true, {{"encryption", true}}},
};

const pl_volume_driver *pl_volume_driver_find(const char *name) {
  for (size_t i = 0; name && i < sizeof drivers / sizeof *drivers; i++)
    if (drivers[i].end ? pl_ends(name, drivers[i].name) : pl_equal(name, drivers[i].name))
      return &drivers[i];
  return NULL;
}

pl_driver_kind pl_volume_driver_kind(const pl_volume_driver *driver) { return driver ? driver->kind : PL_DRIVER_OTHER; }

/* Drivers take their parameters' names in any case. */
static const char *value_of(const pl_node *object, const char *key) {
  pl_each_member (member, object)
    if (pl_equal_nocase(member->key, key))
      return pl_text(member->value);
  return NULL;
}

static pl_declared answer(const ask *asked, const char *value) {
  static const char *const yes[] = {"true", "1", "t", "yes", "on", NULL};
  static const char *const no[] = {"", "none", "off", "false", "0", "f", "no", NULL};
  for (const char *const *word = no; *word; word++)
    if (pl_equal_nocase(value, *word))
      return PL_DECLARED_OFF;
  for (const char *const *word = yes; *word; word++)
    if (pl_equal_nocase(value, *word))
      return PL_DECLARED_ON;
  return asked->any ? PL_DECLARED_ON : PL_DECLARED_UNSAID;
}

pl_declared pl_volume_driver_declared(const pl_volume_driver *driver, const pl_node *attributes,
                                      const pl_node *parameters) {
  pl_declared declared = driver && driver->off_by_default ? PL_DECLARED_OFF : PL_DECLARED_UNSAID;
  for (size_t i = 0; driver && i < sizeof driver->asks / sizeof *driver->asks && driver->asks[i].key; i++) {
    const char *value = value_of(attributes, driver->asks[i].key);
    value = value ? value : value_of(parameters, driver->asks[i].key);
    if (value && answer(&driver->asks[i], value) == PL_DECLARED_ON)
      return PL_DECLARED_ON;
    if (value)
      declared = answer(&driver->asks[i], value);
  }
  return declared;
}

const char *pl_declared_name(pl_declared declared) {
  static const char *const names[] = {"unknown", "unsaid", "off", "on"};
  return names[declared];
}
