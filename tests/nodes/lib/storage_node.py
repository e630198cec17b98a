"""Puts devices, mounts and volumes into a captured node's tree, as kernel and kubelet show them. See ../storage/README.md."""
import hashlib
import json
import os
import time

KUBELET = "/var/lib/kubelet"
CPUINFO = "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: some processor\nflags\t\t: fpu vme de pse %ssse3\nbugs\t\t:\n"
LUKS = "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-"
POD = "11111111-2222-3333-4444-%012d"


class StorageNode:
    def __init__(self, tree):
        self.tree = tree
        self.serial = 0

    # ---- the machine and its devices ----

    def machine(self, virtual=False):
        self.tree.write("/proc/cpuinfo", CPUINFO % ("hypervisor " if virtual else ""))

    def device(self, name, number, place, attributes=None, slaves=()):
        """NAME at PLACE below /sys/devices, with ATTRIBUTES (path -> text) and the devices below it."""
        where = "/sys/devices/" + place
        attributes = dict(attributes or {}, dev=number)
        for path, text in attributes.items():
            self.tree.write("%s/%s" % (where, path), text + "\n")
        for folder in ("/sys/dev/block/" + number, "/sys/class/block/" + name):
            self.tree.link(folder, "../../devices/" + place)
        if not attributes.get("partition"):
            self.tree.link("/sys/block/" + name, "../devices/" + place)
        for slave, slave_place in slaves:
            self.tree.link("%s/slaves/%s" % (where, slave), "/sys/devices/" + slave_place)
        return (name, place)

    def disk(self, name="sda", number="8:0", model="SAMSUNG MZ7LH960", vendor="ATA", host="pci0000:00/0000:00:17.0/ata1/host0"):
        return self.device(name, number, "%s/block/%s" % (host, name), {"device/model": model, "device/vendor": vendor})

    def partition(self, disk, number, serial=1):
        name = "%s%d" % (disk[0], serial)
        return self.device(name, number, "%s/%s" % (disk[1], name), {"partition": str(serial)})

    def mapper(self, minor, uuid, label, slaves):
        return self.device("dm-%d" % minor, "253:%d" % minor, "virtual/block/dm-%d" % minor, {"dm/uuid": uuid, "dm/name": label}, slaves)

    def root_disk(self, encrypted=False):
        """The root file system on a disk of a bare-metal machine, or on LUKS on it."""
        self.machine()
        below = self.partition(self.disk(), "8:1")
        number = "8:1"
        if encrypted:
            self.mapper(0, LUKS + "root", "root", [below])
            number = "253:0"
        path = self.tree.path("/proc/1/mountinfo")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.tree.put(path, text.replace(" 254:0 / / ", " %s / / " % number).encode())

    # ---- mounts and volumes ----

    def mount(self, point, number, kind, source, root="/", options="rw"):
        path = self.tree.path("/proc/1/mountinfo")
        self.serial += 1
        with open(path, "rb") as file:
            text = file.read()
        line = "%d 27 %s %s %s rw,relatime shared:1 - %s %s %s\n" % (9000 + self.serial, number, root, point, kind, source, options)
        self.tree.put(path, text + line.encode())

    def volume(self, driver, number, kind="ext4", source="/dev/x", root="/", options="rw", mode="Persistent", name=None, staged=False):
        """A CSI volume in a pod of its own, as the kubelet leaves it."""
        self.serial += 1
        name = name or "pvc-%04d" % self.serial
        pod = POD % self.serial
        data = {"attachmentID": "csi-1", "driverName": driver, "nodeName": "lab-cp1", "specVolID": name, "volumeHandle": "vol-" + name,
                "volumeLifecycleMode": mode}
        directory = "%s/pods/%s/volumes/kubernetes.io~csi/%s" % (KUBELET, pod, name)
        if staged:
            hashed = hashlib.sha256(data["volumeHandle"].encode()).hexdigest()
            self.mount("%s/plugins/kubernetes.io/csi/%s/%s/globalmount" % (KUBELET, driver, hashed), number, kind, source, "/", options)
            self.tree.write("%s/plugins/kubernetes.io/csi/%s/%s/vol_data.json" % (KUBELET, driver, hashed), json.dumps(data))
        self.tree.write(directory + "/vol_data.json", json.dumps(data))
        self.mount(directory + "/mount", number, kind, source, root, options)
        return directory

    def block_volume(self, driver, node, name="pvc-block"):
        """A raw block volume whose device node is /dev/NODE: what is mounted is devtmpfs."""
        self.serial += 1
        base = "%s/plugins/kubernetes.io/csi/volumeDevices" % KUBELET
        data = {"driverName": driver, "specVolID": name, "volumeHandle": "vol-" + name, "volumeLifecycleMode": "Persistent"}
        self.tree.write("%s/%s/data/vol_data.json" % (base, name), json.dumps(data))
        self.mount("%s/publish/%s/%s" % (base, name, POD % self.serial), "0:6", "devtmpfs", "udev", "/" + node)

    def in_tree(self, plugin, number, kind, source, name="data", options="rw"):
        self.serial += 1
        self.mount("%s/pods/%s/volumes/%s/%s" % (KUBELET, POD % self.serial, plugin, name), number, kind, source, "/", options)

    def host_path(self, source, read_only=False):
        """What was kube-proxy's pod becomes a workload's, and its container gets SOURCE of the node."""
        for folder in sorted(os.listdir(self.tree.path("/run/containerd/io.containerd.runtime.v2.task/k8s.io"))):
            path = self.tree.path("/run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json" % folder)
            with open(path, encoding="utf-8") as file:
                document = json.load(file)
            if not document["annotations"].get("io.kubernetes.cri.sandbox-name", "").startswith("kube-proxy"):
                continue
            document["annotations"]["io.kubernetes.cri.sandbox-namespace"] = "shop"
            document["mounts"].append({"destination": "/data", "source": source, "type": "bind",
                                       "options": ["rbind", "ro" if read_only else "rw"]})
            self.tree.put(path, json.dumps(document).encode())

    # ---- the rest ----

    def swap(self, *lines):
        text = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n" + "".join("%s\t\t8388604\t\t0\t\t-2\n" % line for line in lines)
        self.tree.put(self.tree.path("/proc/swaps"), text.encode())

    def encryption(self, providers):
        """EncryptionConfiguration of Secrets; PROVIDERS is the YAML of the list."""
        text = "kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources:\n- resources: [secrets]\n  providers: %s\n"
        self.tree.put(self.tree.path("/etc/kubernetes/enc/encryption.yaml"), (text % providers).encode())

    def snapshot(self, volumes):
        """A fresh snapshot of the cluster: VOLUMES are (name, driver, attributes, class and its parameters)."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        items = [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "lab-cp1", "creationTimestamp": now}, "status": {}}]
        for name, driver, attributes, class_name, parameters in volumes:
            items.append({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name, "creationTimestamp": now},
                          "spec": {"storageClassName": class_name, "csi": {"driver": driver, "volumeHandle": "vol-" + name,
                                                                          "volumeAttributes": attributes}}})
            items.append({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": class_name, "creationTimestamp": now}, "provisioner": driver,
                          "parameters": parameters})
        path = os.path.join(self.tree.scratch, "cluster.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"kind": "List", "apiVersion": "v1", "items": items}, file)
        self.tree.options += ["--cluster", path]

    def listen(self, socket):
        path = self.tree.path("/proc/1/net/unix")
        with open(path, "rb") as file:
            text = file.read()
        self.tree.put(path, text + ("00000000deadbeef: 00000002 00000000 00010000 0001 01 4711 %s\n" % socket).encode())
