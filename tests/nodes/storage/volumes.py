"""Cases of csi-encryption, one driver after the other."""
KEY = "csi-encryption"
CASES = []


def case(name, verdict, row, *evidence):
    def add(change):
        CASES.append((name, KEY, verdict, row, change, evidence))
        return change
    return add


@case("no kubelet", "not-applicable", "S-1 without a kubelet")
def _(node):
    node.tree.remove_component("kubelet")


@case("no volume", "not-applicable", "S-1")
def _(node):
    node.machine()


@case("only secrets from a store", "not-applicable", "S-1", "lives as long as its pod")
def _(node):
    node.volume("secrets-store.csi.k8s.io", "0:99", "tmpfs", "tmpfs", mode="Ephemeral")


@case("an orphan of a volume that is gone", "not-applicable", "S-1", "nothing is mounted where it should be")
def _(node):
    node.tree.write("/var/lib/kubelet/pods/a/volumes/kubernetes.io~csi/pvc-9/vol_data.json",
                    '{"driverName": "ebs.csi.aws.com", "volumeHandle": "vol-9", "volumeLifecycleMode": "Persistent"}')


@case("EBS on a virtual machine", "manual", "S-7", "pvc-", "nvme1n1 is a virtual or provider's disk by its model")
def _(node):
    node.machine(virtual=True)
    node.device("nvme1n1", "259:0", "pci0000:00/0000:00:1f.0/nvme/nvme1/nvme1n1",
                {"device/model": "Amazon Elastic Block Store", "device/transport": "pcie"})
    node.volume("ebs.csi.aws.com", "259:0", staged=True)


@case("EBS on a bare-metal instance: still the provider's disk", "manual", "S-7", "Amazon Elastic Block Store")
def _(node):
    node.machine()
    node.device("nvme1n1", "259:0", "pci0000:00/0000:00:1f.0/nvme/nvme1/nvme1n1",
                {"device/model": "Amazon Elastic Block Store", "device/transport": "pcie"})
    node.volume("ebs.csi.aws.com", "259:0")


@case("Azure disk", "manual", "S-6", "sdc is a virtual disk")
def _(node):
    node.machine(virtual=True)
    node.disk("sdc", "8:32", "Virtual Disk", "Msft", "LNXSYSTM:00/LNXSYBUS:00/ACPI0004:00/VMBUS:00/f8b3781a/host1")
    node.volume("disk.csi.azure.com", "8:32")


@case("Google disk and an encrypted one", "manual", "S-6", "PersistentDisk")
def _(node):
    node.machine(virtual=True)
    node.disk("sdb", "8:16", "PersistentDisk", "Google", "pci0000:00/0000:00:03.0/virtio0/host0")
    node.volume("pd.csi.storage.gke.io", "8:16")
    node.mapper(0, "CRYPT-LUKS2-00-data", "data", [])
    node.volume("local.csi.openebs.io", "253:0")


@case("vSphere", "manual", "S-7", "VMware")
def _(node):
    node.machine(virtual=True)
    node.disk("sdb", "8:16", "Virtual disk", "VMware")
    node.volume("csi.vsphere.vmware.com", "8:16")


@case("Ceph RBD with LUKS", "pass", "S-4", "dm-3 (CRYPT-LUKS2, luks-rbd-0001)")
def _(node):
    rbd = node.device("rbd0", "252:0", "rbd/0/block/rbd0")
    node.mapper(3, "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-luks-rbd-0001", "luks-rbd-0001", [rbd])
    node.volume("rook-ceph.rbd.csi.ceph.com", "253:3", source="/dev/mapper/luks-rbd-0001", staged=True)


@case("Ceph RBD without", "manual", "S-7", "rbd0 is a disk that other machines have")
def _(node):
    node.device("rbd0", "252:0", "rbd/0/block/rbd0")
    node.volume("rbd.csi.ceph.com", "252:0")


@case("CephFS", "manual", "S-7", "ceph mount has its data where only its server knows")
def _(node):
    node.volume("cephfs.csi.ceph.com", "0:77", "ceph", "10.0.0.9:6789:/volumes/csi")


@case("Longhorn with LUKS", "pass", "S-4", "CRYPT-LUKS2")
def _(node):
    disk = node.disk("sdb", "8:16", "VIRTUAL-DISK", "IET", "platform/host2/session1/target2:0:0/2:0:0:1")
    node.mapper(1, "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-pvc-1", "pvc-1", [disk])
    node.volume("driver.longhorn.io", "253:1")


@case("Longhorn without: its engine is reached by iSCSI", "manual", "S-7", "iSCSI")
def _(node):
    node.machine()
    node.disk("sdb", "8:16", "VIRTUAL-DISK", "IET", "platform/host2/session1/target2:0:0/2:0:0:1")
    node.volume("driver.longhorn.io", "8:16")


@case("OpenEBS LVM over LUKS", "pass", "S-4", "dm-1 (LVM, vg-pvc)", "dm-0 (CRYPT-LUKS2, disk)")
def _(node):
    node.machine()
    crypt = node.mapper(0, "CRYPT-LUKS2-0123-disk", "disk", [node.partition(node.disk(), "8:1")])
    node.mapper(1, "LVM-aaaabbbb", "vg-pvc", [crypt])
    node.volume("local.csi.openebs.io", "253:1")


@case("TopoLVM over a plain disk and an encrypted one: each branch counts", "fail", "S-2", "sdb is a disk of this machine", "plaintext")
def _(node):
    node.machine()
    crypt = node.mapper(0, "CRYPT-LUKS2-0123-disk", "disk", [node.disk()])
    node.mapper(1, "LVM-aaaabbbb", "vg-pvc", [crypt, node.disk("sdb", "8:16")])
    node.volume("topolvm.io", "253:1")


@case("RAID of LUKS", "pass", "S-4", "md127 (RAID)")
def _(node):
    node.machine()
    first = node.mapper(0, "CRYPT-LUKS2-0123-a", "a", [node.disk()])
    second = node.mapper(1, "CRYPT-LUKS1-0123-b", "b", [node.disk("sdb", "8:16")])
    node.device("md127", "9:127", "virtual/block/md127", {}, [first, second])
    node.volume("topolvm.io", "9:127")


@case("integrity is no encryption", "fail", "S-2", "CRYPT-INTEGRITY")
def _(node):
    node.machine()
    node.mapper(0, "CRYPT-INTEGRITY-0123-a", "a", [node.disk()])
    node.volume("topolvm.io", "253:0")


@case("a local volume on a plain disk", "fail", "S-2", "sdb1 (partition)", "sdb (disk, ATA SAMSUNG MZ7LH960)")
def _(node):
    node.machine()
    node.partition(node.disk("sdb", "8:16"), "8:17")
    node.in_tree("kubernetes.io~local-volume", "8:17", "xfs", "/dev/sdb1")


@case("a local volume on the disk of a virtual machine", "manual", "S-7", "sdb is the disk of a virtual machine")
def _(node):
    node.machine(virtual=True)
    node.disk("sdb", "8:16")
    node.in_tree("kubernetes.io~local-volume", "8:16", "xfs", "/dev/sdb")


@case("a machine that does not tell what it is", "manual", "S-7", "whether this machine is a virtual one cannot be told")
def _(node):
    node.disk("sdb", "8:16")
    node.in_tree("kubernetes.io~local-volume", "8:16", "xfs", "/dev/sdb")


@case("NVMe over TCP is another machine's", "manual", "S-7", "NVMe over fabrics")
def _(node):
    node.machine()
    node.device("nvme0n1", "259:0", "virtual/nvme-subsystem/nvme-subsys0/nvme0n1",
                {"device/model": "Linux", "device/nvme0/transport": "tcp"})
    node.volume("io.openebs.csi-mayastor", "259:0")


@case("NVMe in the machine", "fail", "S-2", "nvme0n1 is a disk of this machine")
def _(node):
    node.machine()
    node.device("nvme0n1", "259:0", "virtual/nvme-subsystem/nvme-subsys0/nvme0n1",
                {"device/model": "SAMSUNG MZQL2", "device/nvme0/transport": "pcie"})
    node.in_tree("kubernetes.io~local-volume", "259:0", "ext4", "/dev/nvme0n1")


@case("NFS", "manual", "S-7", "nfs4 mount")
def _(node):
    node.volume("nfs.csi.k8s.io", "0:88", "nfs4", "10.0.0.9:/export", options="rw,sec=krb5p")


@case("NFS in the tree", "manual", "S-7", "kubernetes.io/nfs")
def _(node):
    node.in_tree("kubernetes.io~nfs", "0:88", "nfs", "10.0.0.9:/export")


@case("a flex volume", "manual", "S-7", "vendor/driver")
def _(node):
    node.in_tree("vendor~driver", "0:88", "fuse.vendor", "vendor")


@case("gocryptfs", "pass", "S-4", "fuse.gocryptfs is a file system that encrypts")
def _(node):
    node.volume("crypt.example.com", "0:88", "fuse.gocryptfs", "/store")


@case("ZFS", "manual", "S-7", "zfs (tank/pvc) does not show here whether its dataset is encrypted")
def _(node):
    node.volume("zfs.csi.openebs.io", "0:89", "zfs", "tank/pvc")


def software(driver, name, number):
    """A device of a driver that is no disk of a bus and has no slaves (drivers/block/ublk_drv.c; px-fuse; PowerFlex' scini; zvols of ZFS)."""
    def change(node):
        node.machine()
        node.device(name, number, "virtual/block/" + name)
        node.volume(driver, number)
    return change


case("a ZFS volume", "manual", "S-7", "zd0 is a ZFS volume")(software("zfs.csi.openebs.io", "zd0", "230:0"))
# longhorn.io, docs/latest/v2-data-engine/features/ublk-frontend-support
case("Longhorn by ublk", "manual", "S-7", "ublkb0 is a device of software")(software("driver.longhorn.io", "ublkb0", "259:9"))
case("Portworx", "manual", "S-7", "pxd!pxd17 is a device of software")(software("pxd.portworx.com", "pxd!pxd17", "251:1"))
case("PowerFlex", "manual", "S-7", "scinia is a device of software")(software("csi-vxflexos.dellemc.com", "scinia", "252:16"))


@case("a mapping that nobody named", "error", "S-8 of one volume", "dm-3 has an empty dm/uuid")
def _(node):
    node.machine()
    node.mapper(3, "", "by-hand", [node.disk()])
    node.volume("topolvm.io", "253:3")


@case("a mapping that nobody named over LUKS", "pass", "S-4")
def _(node):
    node.machine()
    node.mapper(3, "", "by-hand", [node.mapper(2, "CRYPT-LUKS2-0123-a", "a", [node.disk()])])
    node.volume("topolvm.io", "253:3")


@case("btrfs on two devices, one of them plain", "fail", "S-2", "btrfs", "sdb is a disk of this machine")
def _(node):
    node.machine()
    crypt = node.mapper(0, "CRYPT-LUKS2-0123-a", "a", [node.disk()])
    plain = node.disk("sdb", "8:16")
    for name, place in (crypt, plain):
        node.tree.link("/sys/fs/btrfs/0000-1111/devices/" + name, "/sys/devices/" + place)
    node.volume("btrfs.example.com", "0:90", "btrfs", "/dev/mapper/a", root="/pvc")


@case("raw block on LUKS", "pass", "S-4", "CRYPT-LUKS2", "block")
def _(node):
    node.mapper(5, "CRYPT-LUKS2-0123-raw", "raw", [node.device("rbd0", "252:0", "rbd/0/block/rbd0")])
    node.block_volume("rbd.csi.ceph.com", "dm-5")


@case("raw block on a plain disk", "fail", "S-2", "sdb is a disk of this machine")
def _(node):
    node.machine()
    node.disk("sdb", "8:16")
    node.block_volume("topolvm.io", "sdb")


@case("a loop device's file lies on the root's LUKS", "pass", "S-4", "loop3 (loop, /var/local/image)", "dm-0 (CRYPT-LUKS2, root)")
def _(node):
    node.root_disk(encrypted=True)
    node.device("loop3", "7:3", "virtual/block/loop3", {"loop/backing_file": "/var/local/image"})
    node.volume("hostpath.csi.k8s.io", "7:3")


@case("a loop device's file lies on the root's plain disk", "fail", "S-2", "loop3 (loop, /var/local/image)", "sda1 (partition)")
def _(node):
    node.root_disk()
    node.device("loop3", "7:3", "virtual/block/loop3", {"loop/backing_file": "/var/local/image"})
    node.volume("hostpath.csi.k8s.io", "7:3")


@case("one in the clear among encrypted ones", "fail", "S-2", "plaintext", "encrypted",
      "volumes.in_clear is some: pvc-0003 of topolvm.io: sda is a disk of this machine")
def _(node):
    node.machine()
    disk = node.disk()
    node.mapper(0, "CRYPT-LUKS2-0123-a", "a", [disk])
    node.volume("topolvm.io", "253:0")
    node.volume("topolvm.io", "8:0")


@case("no list of mounts", "error", "S-8")
def _(node):
    node.tree.remove("/proc/1/mountinfo")


@case("no directory of pods", "error", "S-8", "/var/lib/kubelet/pods does not exist")
def _(node):
    node.tree.remove("/var/lib/kubelet/pods")


@case("vol_data.json cannot be read", "error", "S-8 of one volume", "vol_data.json: the object does not end")
def _(node):
    node.disk()
    directory = node.volume("ebs.csi.aws.com", "8:0")
    node.tree.put(node.tree.path(directory + "/vol_data.json"), b'{"driverName": ')


@case("a device that sysfs does not show", "error", "S-8 of one volume", "device 8:160 is not in sysfs")
def _(node):
    node.volume("ebs.csi.aws.com", "8:160")


@case("devices in a circle", "error", "S-8 of one volume", "lies on itself")
def _(node):
    node.mapper(1, "LVM-a", "a", [("dm-2", "virtual/block/dm-2")])
    node.mapper(2, "LVM-b", "b", [("dm-1", "virtual/block/dm-1")])
    node.volume("topolvm.io", "253:1")


@case("a device that is replicated", "error", "S-8 of one volume", "drbd0 is replicated")
def _(node):
    node.device("drbd0", "147:0", "virtual/block/drbd0")
    node.volume("linstor.csi.linbit.com", "147:0")


@case("a workload writes to a plain disk", "manual", "S-9", "/srv/data", "shop/kube-proxy")
def _(node):
    node.root_disk()
    node.host_path("/srv/data")


@case("a workload reads only", "not-applicable", "S-1")
def _(node):
    node.root_disk()
    node.host_path("/srv/data", read_only=True)


@case("a workload writes to an encrypted disk", "not-applicable", "S-1")
def _(node):
    node.root_disk(encrypted=True)
    node.host_path("/srv/data")


# ---- with a snapshot of the cluster ----

def declared(node, driver, attributes, parameters, **how):
    node.machine(virtual=True)
    node.disk("sdb", "8:16", "Virtual disk", "VMware")
    node.volume(driver, "8:16", name="pvc-declared", **how)
    node.snapshot([("pvc-declared", driver, attributes, "a-class", parameters)])


@case("EBS that its class encrypts, and a volume on LUKS", "pass", "S-5", "declared: on", "state: declared")
def _(node):
    declared(node, "ebs.csi.aws.com", {}, {"Encrypted": "true", "type": "gp3"})
    node.mapper(0, "CRYPT-LUKS2-0123-a", "a", [])
    node.volume("topolvm.io", "253:0")


@case("EBS whose class says no", "manual", "S-7", "declared: off")
def _(node):
    declared(node, "ebs.csi.aws.com", {}, {"encrypted": "false"})


@case("Azure disk with a customer's key", "pass", "S-5", "declared: on")
def _(node):
    declared(node, "disk.csi.azure.com", {}, {"diskEncryptionSetID": "/subscriptions/0/des"})


@case("Longhorn asked to encrypt, and does not", "fail", "S-2", "state: missing")
def _(node):
    declared(node, "driver.longhorn.io", {"encrypted": "true"}, {})


@case("Ceph RBD not asked to", "fail", "S-2", "was not asked to")
def _(node):
    declared(node, "rbd.csi.ceph.com", {}, {})


# linode-blockstorage-csi-driver, docs/encrypted-drives.md: LUKS on the node, or the provider's encryption.
def linode(parameters):
    return lambda node: declared(node, "linodebs.csi.linode.com", {}, parameters)


case("Linode, encrypted by the provider", "pass", "S-5", "state: declared")(linode({"linodebs.csi.linode.com/encrypted": "true"}))
case("Linode, LUKS asked for and not there", "fail", "S-2", "state: missing")(linode({"linodebs.csi.linode.com/luks-encrypted": "true"}))
case("Linode, nothing asked for", "fail", "S-2", "was not asked to")(linode({}))


@case("Ceph RBD that encrypts files: the running kernel alone tells", "error", "S-8 of one volume", "fscrypt")
def _(node):
    declared(node, "rbd.csi.ceph.com", {"encrypted": "true", "encryptionType": "file"}, {}, root="/ceph-csi-encrypted")


@case("Longhorn shared by NFS: it is decrypted elsewhere", "pass", "S-5", "state: declared")
def _(node):
    node.volume("driver.longhorn.io", "0:88", "nfs4", "10.0.0.9:/pvc", name="pvc-declared")
    node.snapshot([("pvc-declared", "driver.longhorn.io", {"encrypted": "true"}, "a-class", {})])


@case("a snapshot that lacks the volume", "manual", "S-7", "declared: unknown")
def _(node):
    declared(node, "ebs.csi.aws.com", {}, {"encrypted": "true"})
    node.volume("ebs.csi.aws.com", "8:16", name="pvc-other")


# ---- what a site asks for ----

@case("EBS whose class says no, where the site refuses it", "fail", "S-3", "declared-off")
def _(node):
    declared(node, "ebs.csi.aws.com", {}, {"encrypted": "false"})
    node.tree.site("parameters: {refused-volumes: [declared-off]}\n")


@case("EBS whose class says nothing, where the site refuses only a no", "manual", "S-7", "standing: virtual")
def _(node):
    declared(node, "efs.csi.aws.com", {}, {})
    node.tree.site("parameters: {refused-volumes: [declared-off]}\n")


@case("a server's volume, where the site refuses what does not show", "fail", "S-3", "standing: opaque")
def _(node):
    node.volume("nfs.csi.k8s.io", "0:88", "nfs4", "10.0.0.9:/export")
    node.tree.site("parameters: {refused-volumes: [opaque, virtual]}\n")


@case("an encrypted one, whatever the site refuses", "pass", "S-4")
def _(node):
    node.mapper(0, "CRYPT-LUKS2-0123-a", "a", [])
    node.volume("topolvm.io", "253:0")
    node.tree.site("parameters: {refused-volumes: [declared-off, opaque, virtual, declared], questioned-volumes: [declared]}\n")


@case("a plain disk fails as it is, whatever the site refuses", "fail", "S-2")
def _(node):
    node.machine()
    node.disk("sdb", "8:16")
    node.volume("topolvm.io", "8:16")
    node.tree.site("parameters: {refused-volumes: [declared-off]}\n")


@case("what cannot be seen stays an error, whatever the site refuses", "error", "S-8 of one volume")
def _(node):
    node.volume("ebs.csi.aws.com", "8:160")
    node.tree.site("parameters: {refused-volumes: [declared-off], questioned-volumes: [declared]}\n")


@case("EBS that its class encrypts, where the site wants a look", "manual", "S-5 strict", "questioned-volumes")
def _(node):
    declared(node, "ebs.csi.aws.com", {}, {"encrypted": "true"})
    node.tree.site("parameters: {questioned-volumes: [declared]}\n")
