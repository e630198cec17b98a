/* Volume drivers and the parameters by which they are asked to encrypt. */
#include "volume_drivers.h"

/* How a parameter asks for encryption: with a Go boolean; with any text that is not among the ones for "no"; with a
 * boolean, but of the disk elsewhere, though its driver can encrypt on the node too. */
typedef enum how { BOOLEAN, ANY_TEXT, BOOLEAN_AFAR } how;

typedef struct ask {
  const char *key;
  how how;
} ask;

struct pl_volume_driver {
  const char *name; /* or the end of it, where several have it: "rook-ceph.rbd.csi.ceph.com" */
  bool end;
  pl_driver_kind kind;
  bool off_by_default;
  ask asks[3];
};

static const pl_volume_driver drivers[] = {
    {"ebs.csi.aws.com", false, PL_DRIVER_ELSEWHERE, true, {{"encrypted", BOOLEAN}}},
    {"kubernetes.io/aws-ebs", false, PL_DRIVER_ELSEWHERE, true, {{"encrypted", BOOLEAN}}},
    {"disk.csi.azure.com", false, PL_DRIVER_ALWAYS, false, {{"diskEncryptionSetID", ANY_TEXT}}},
    {"kubernetes.io/azure-disk", false, PL_DRIVER_ALWAYS, false, {{"diskEncryptionSetID", ANY_TEXT}}},
    {"pd.csi.storage.gke.io",
     false,
     PL_DRIVER_ALWAYS,
     false,
     {{"disk-encryption-kms-key", ANY_TEXT}, {"enable-confidential-storage", BOOLEAN}}},
    {"kubernetes.io/gce-pd", false, PL_DRIVER_ALWAYS, false, {{"disk-encryption-kms-key", ANY_TEXT}}},
    {"csi.vsphere.vmware.com", false, PL_DRIVER_ELSEWHERE, false, {{NULL, BOOLEAN}}},
    {"rbd.csi.ceph.com", true, PL_DRIVER_ON_NODE, true, {{"encrypted", BOOLEAN}}},
    {"cephfs.csi.ceph.com", true, PL_DRIVER_ON_NODE, true, {{"encrypted", BOOLEAN}}},
    {"driver.longhorn.io", false, PL_DRIVER_ON_NODE, true, {{"encrypted", BOOLEAN}}},
    {"pxd.portworx.com", false, PL_DRIVER_ON_NODE, true, {{"secure", BOOLEAN}}},
    {"csi.cloudscale.ch", false, PL_DRIVER_ON_NODE, true, {{"csi.cloudscale.ch/luks-encrypted", BOOLEAN}}},
    {"linodebs.csi.linode.com",
     false,
     PL_DRIVER_ON_NODE,
     true,
     {{"linodebs.csi.linode.com/luks-encrypted", BOOLEAN}, {"linodebs.csi.linode.com/encrypted", BOOLEAN_AFAR}}},
    {"csi.scaleway.com", false, PL_DRIVER_ON_NODE, true, {{"encrypted", BOOLEAN}}},
    {"csi.trident.netapp.io", false, PL_DRIVER_ON_NODE, false, {{"luksEncryption", BOOLEAN}}},
    {"storage.csi.upcloud.com", false, PL_DRIVER_ELSEWHERE, true, {{"encryption", ANY_TEXT}}},
    {"io.openebs.csi-mayastor", false, PL_DRIVER_ELSEWHERE, true, {{"encrypted", BOOLEAN}}},
    {"zfs.csi.openebs.io", false, PL_DRIVER_ELSEWHERE, true, {{"encryption", ANY_TEXT}}},
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
  return asked->how == ANY_TEXT ? PL_DECLARED_ON : PL_DECLARED_UNSAID;
}

pl_declared pl_volume_driver_declared(const pl_volume_driver *driver, const pl_node *attributes,
                                      const pl_node *parameters) {
  pl_declared declared = driver && driver->off_by_default ? PL_DECLARED_OFF : PL_DECLARED_UNSAID;
  for (size_t i = 0; driver && i < sizeof driver->asks / sizeof *driver->asks && driver->asks[i].key; i++) {
    const char *value = value_of(attributes, driver->asks[i].key);
    value = value ? value : value_of(parameters, driver->asks[i].key);
    if (value && answer(&driver->asks[i], value) == PL_DECLARED_ON)
      return driver->asks[i].how == BOOLEAN_AFAR ? PL_DECLARED_AFAR : PL_DECLARED_ON;
    if (value)
      declared = answer(&driver->asks[i], value);
  }
  return declared;
}

const char *pl_declared_name(pl_declared declared) {
  static const char *const names[] = {"unknown", "unsaid", "off", "on", "on"};
  return names[declared];
}
