"""Cases of what the API server stores, of etcd's disk, and of swap."""
import json
import os
import stat

CASES = []
KEY = "c2VjcmV0IGlzIG5vdCBzZWNyZXQgMzIgYnl0ZXMgbG8="
KEYS = "[{%s: {keys: [{name: k1, secret: " + KEY + "}]}}]"
KMS = "[{kms: {apiVersion: %s, name: vault, endpoint: 'unix:///var/run/kms/kms.sock'}}]"
FLAG = "--encryption-provider-config"


def case(key, name, verdict, row, *evidence):
    def add(change):
        CASES.append((name, key, verdict, row, change, evidence))
        return change
    return add


# ---- Secrets ----

@case("secrets-at-rest", "a worker", "not-applicable", "K-1")
def _(node):
    node.tree.make_worker()


@case("secrets-at-rest", "no flag", "fail", "K-2", FLAG + " is not given")
def _(node):
    node.tree.unflag("kube-apiserver", FLAG)


@case("secrets-at-rest", "a broken file under a running API server", "error", "K-3 while it runs", "encryption.yaml")
def _(node):
    node.encryption("[{aescbc: {keys: []}}]")


@case("secrets-at-rest", "a broken file, and nothing runs", "fail", "K-3", "encryption.yaml")
def _(node):
    for pid in node.tree.pids("kube-apiserver"):
        node.tree.remove("/proc/" + pid)
    node.encryption("[{aescbc: {keys: []}}]")


@case("secrets-at-rest", "a file that cannot be read", "error", "K-3 unread")
def _(node):
    node.tree.replace_by_loop("/etc/kubernetes/enc/encryption.yaml")


@case("secrets-at-rest", "identity first", "fail", "K-4")
def _(node):
    node.encryption("[{identity: {}}, " + (KEYS % "aescbc")[1:])


@case("secrets-at-rest", "KMS v1", "manual", "K-5 v1")
def _(node):
    node.tree.flag("kube-apiserver", "--feature-gates=KMSv1=true")
    node.encryption(KMS % "v1")


@case("secrets-at-rest", "KMS v2 without a socket", "fail", "K-5 without plug-in", "missing", "/var/run/kms/kms.sock does not exist")
def _(node):
    kms_mount(node)
    node.encryption(KMS % "v2")


@case("secrets-at-rest", "KMS v2, and no list of sockets", "error", "K-5 unseen")
def _(node):
    kms_mount(node)
    node.tree.remove("/proc/1/net/unix")
    node.tree.replace_by_loop("/proc/1/net")
    node.tree.replace_by_loop("/var/run/kms")
    node.encryption(KMS % "v2")


@case("secrets-at-rest", "KMS v2", "pass", "K-5", "listening")
def _(node):
    kms_mount(node)
    node.listen("/var/run/kms/kms.sock")
    node.encryption(KMS % "v2")


@case("secrets-at-rest", "KMS v2, whose plug-in has its directory elsewhere", "pass", "K-5", "listening")
def _(node):
    kms_mount(node)
    node.listen("/opt/kms.sock")
    node.encryption(KMS % "v2")


@case("secrets-at-rest", "KMS v2, whose plug-in bound its socket by the name alone", "pass", "K-5", "listening")
def _(node):
    kms_mount(node)
    node.listen("kms.sock")
    node.encryption(KMS % "v2")


@case("secrets-at-rest", "KMS v2, whose socket was left behind by a plug-in that is gone", "fail", "K-5 without plug-in", "socket", "silent",
      "no process listens on /var/run/kms/kms.sock")
def _(node):
    kms_mount(node)
    socket(node, "/var/run/kms/kms.sock")
    node.encryption(KMS % "v2")


@case("secrets-at-rest", "KMS v2, and a pod that connects to the socket, but does not listen", "fail", "K-5 without plug-in", "silent")
def _(node):
    kms_mount(node)
    socket(node, "/var/run/kms/kms.sock")
    path = node.tree.path("/proc/1/net/unix")
    with open(path, "rb") as file:
        text = file.read()
    node.tree.put(path, text + b"00000000deadbeef: 00000003 00000000 00000000 0001 03 4711 /var/run/kms/kms.sock\n")
    node.encryption(KMS % "v2")


@case("secrets-at-rest", "KMS v2, with a file where the socket should be", "fail", "K-5 without plug-in", "missing", "is no socket")
def _(node):
    kms_mount(node)
    node.tree.write("/var/run/kms/kms.sock", "")
    node.encryption(KMS % "v2")


@case("secrets-at-rest", "secretbox", "pass", "K-6", "secretbox")
def _(node):
    node.encryption(KEYS % "secretbox")


@case("secrets-at-rest", "aescbc", "pass", "K-6", "aescbc")
def _(node):
    node.encryption(KEYS % "aescbc")


@case("secrets-at-rest", "aesgcm", "manual", "K-7", "aesgcm")
def _(node):
    node.encryption(KEYS % "aesgcm")


def socket(node, host_path):
    """A socket that nobody has open."""
    path = node.tree.path(host_path)
    os.mknod(path, stat.S_IFSOCK | 0o600)
    node.tree.journal.append(lambda: os.unlink(path))


def kms_mount(node):
    """The directory of the plug-in's socket, in the API server's container too."""
    node.tree.directories(node.tree.path("/var/run/kms"))
    node.tree.text("/etc/kubernetes/manifests/kube-apiserver.yaml", "    - mountPath: /etc/kubernetes/enc\n",
                   "    - mountPath: /var/run/kms\n      name: kms\n    - mountPath: /etc/kubernetes/enc\n")
    node.tree.text("/etc/kubernetes/manifests/kube-apiserver.yaml", "      path: /etc/kubernetes/enc\n",
                   "      path: /etc/kubernetes/enc\n      type: DirectoryOrCreate\n    name: enc2\n  - hostPath:\n      path: /var/run/kms\n"
                   "    name: kms\n  - hostPath:\n      path: /etc/kubernetes/enc\n")
    bundles_get(node, "/var/run/kms")


def bundles_get(node, path):
    base = "/run/containerd/io.containerd.runtime.v2.task/k8s.io"
    for folder in os.listdir(node.tree.path(base)):
        place = node.tree.path("%s/%s/config.json" % (base, folder))
        with open(place, encoding="utf-8") as file:
            document = json.load(file)
        if document["annotations"].get("io.kubernetes.cri.container-name") == "kube-apiserver":
            document["mounts"].append({"destination": path, "source": path, "type": "bind", "options": ["rbind", "ro"]})
            node.tree.put(place, json.dumps(document).encode())


# ---- the disk of etcd ----

@case("etcd-data-device", "a worker", "not-applicable", "K-9 elsewhere")
def _(node):
    node.tree.make_worker()


@case("etcd-data-device", "etcd is elsewhere", "manual", "K-9 external")
def _(node):
    node.tree.remove_component("etcd")


@case("etcd-data-device", "a plain disk, and Secrets in the clear", "fail", "K-9 plain", "sda1 (partition)")
def _(node):
    node.root_disk()
    node.tree.unflag("kube-apiserver", FLAG)


@case("etcd-data-device", "a plain disk, and nobody knows of Secrets", "error", "K-9 plain and secrets unknown")
def _(node):
    node.root_disk()
    node.encryption("[]")


@case("etcd-data-device", "a plain disk, and encrypted Secrets", "manual", "K-9 plain but secrets")
def _(node):
    node.root_disk()


@case("etcd-data-device", "nothing tells of etcd", "error", "K-9 unseen")
def _(node):
    node.tree.append("etcd", "--config-file=/nowhere.yaml")


@case("etcd-data-device", "no sysfs", "error", "K-9 unseen disk", "etcd_data.rest is unknown: device ", "is not in sysfs")
def _(node):
    node.tree.remove("/sys/dev/block")


@case("etcd-data-device", "LUKS", "pass", "K-9", "dm-0 (CRYPT-LUKS2, root)")
def _(node):
    node.root_disk(encrypted=True)


@case("etcd-data-device", "a link to a disk of its own", "fail", "K-9 plain", "sdb is a disk of this machine")
def _(node):
    node.root_disk(encrypted=True)
    node.disk("sdb", "8:16")
    node.mount("/data", "8:16", "xfs", "/dev/sdb")
    node.tree.directories(node.tree.path("/data"))
    node.tree.move("/var/lib/etcd", "/data/etcd")
    node.tree.link("/var/lib/etcd", "/data/etcd")
    node.tree.unflag("kube-apiserver", FLAG)


@case("etcd-data-device", "the log on another disk", "fail", "K-9 plain", "/wal")
def _(node):
    node.root_disk(encrypted=True)
    node.disk("sdb", "8:16")
    node.mount("/var/lib/etcd/wal", "8:16", "xfs", "/dev/sdb")
    node.tree.append("etcd", "--wal-dir=/var/lib/etcd/wal")
    node.tree.unflag("kube-apiserver", FLAG)


@case("etcd-data-device", "a virtual disk", "manual", "K-9 virtual", "vda is a virtual disk")
def _(node):
    node.machine(virtual=True)


# ---- swap ----

@case("swap", "none", "pass", "K-10")
def _(node):
    node.swap()


@case("swap", "dm-crypt with a random key, and zram", "pass", "K-10 protected", "CRYPT-PLAIN", "zram0 is compressed memory")
def _(node):
    node.mapper(4, "CRYPT-PLAIN-swap", "swap", [])
    node.device("zram0", "252:0", "virtual/block/zram0", {"backing_dev": "none"})
    node.swap("/dev/dm-4                               partition", "/dev/zram0                              partition")


@case("swap", "a partition in the clear", "fail", "K-10 plaintext", "/dev/sda2")
def _(node):
    node.machine()
    node.partition(node.disk(), "8:2", 2)
    node.swap("/dev/sda2                               partition")


@case("swap", "a file on the plain root", "fail", "K-10 plaintext", "/swap file")
def _(node):
    node.root_disk()
    node.swap("/swap\\040file                             file")


@case("swap", "a file on the encrypted root", "pass", "K-10 protected", "/swapfile")
def _(node):
    node.root_disk(encrypted=True)
    node.swap("/swapfile                               file")


@case("swap", "zram that writes back to a plain disk", "fail", "K-10 plaintext", "backed by /dev/sda2")
def _(node):
    node.machine()
    node.partition(node.disk(), "8:2", 2)
    node.device("zram0", "252:0", "virtual/block/zram0", {"backing_dev": "/dev/sda2"})
    node.swap("/dev/zram0                              partition")


@case("swap", "a ZFS volume", "manual", "K-10 virtual", "zd16 is a ZFS volume")
def _(node):
    node.machine()
    node.device("zd16", "230:16", "virtual/block/zd16")
    node.swap("/dev/zd16                               partition")


@case("swap", "no list", "error", "K-10 unseen")
def _(node):
    node.tree.remove("/proc/swaps")


@case("swap", "a virtual disk", "manual", "K-10 virtual")
def _(node):
    node.machine(virtual=True)
    node.swap("/swapfile                               file")
