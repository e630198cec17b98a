"""Nodes of one base, with the CNI that a test asks for: its configuration, its agent's pod, links of the network."""
import json

from made_control_plane import CONTAINERD, KUBELET_CONFIG
from made_node import Node

NETWORK = "net:[4026531840]"
HEADINGS = "Inter-|   Receive                            |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes\n"
KUBELET = "/var/lib/kubelet"

# As the projects' manifests and installers write them.
CONFLISTS = {
    "cilium": ("05-cilium.conflist", {"cniVersion": "0.3.1", "name": "cilium", "plugins": [
        {"type": "cilium-cni", "enable-debug": False, "log-file": "/var/run/cilium/cilium-cni.log"}]}),
    "calico": ("10-calico.conflist", {"name": "k8s-pod-network", "cniVersion": "0.3.1", "plugins": [
        {"type": "calico", "log_level": "info", "datastore_type": "kubernetes", "nodename": "node1", "mtu": 0,
         "ipam": {"type": "calico-ipam"}, "policy": {"type": "k8s"}}, {"type": "portmap", "snat": True}]}),
    "canal": ("10-canal.conflist", {"name": "k8s-pod-network", "cniVersion": "0.3.1", "plugins": [
        {"type": "calico", "ipam": {"type": "host-local", "subnet": "usePodCidr"}}, {"type": "portmap"}]}),
    "flannel": ("10-flannel.conflist", {"name": "cbr0", "cniVersion": "0.3.1", "plugins": [
        {"type": "flannel", "delegate": {"hairpinMode": True, "isDefaultGateway": True}}, {"type": "portmap"}]}),
    "antrea": ("10-antrea.conflist", {"cniVersion": "0.3.0", "name": "antrea", "plugins": [
        {"type": "antrea", "ipam": {"type": "host-local"}}, {"type": "portmap"}, {"type": "bandwidth"}]}),
    "kube-ovn": ("01-kube-ovn.conflist", {"name": "kube-ovn", "cniVersion": "0.3.1", "plugins": [
        {"type": "kube-ovn", "server_socket": "/run/openvswitch/kube-ovn-daemon.sock"}, {"type": "portmap"}]}),
    "ovn-kubernetes": ("10-ovn-kubernetes.conf", {"cniVersion": "0.4.0", "name": "ovn-kubernetes", "type": "ovn-k8s-cni-overlay"}),
    "weave": ("10-weave.conflist", {"cniVersion": "0.3.0", "name": "weave", "plugins": [
        {"name": "weave", "type": "weave-net", "hairpinMode": True}, {"type": "portmap"}]}),
    "bridge": ("10-containerd-net.conflist", {"cniVersion": "1.0.0", "name": "containerd-net", "plugins": [
        {"type": "bridge", "bridge": "cni0", "isGateway": True, "ipMasq": True}, {"type": "portmap"}]}),
    "aws": ("10-aws.conflist", {"cniVersion": "0.4.0", "name": "aws-cni", "plugins": [
        {"name": "aws-cni", "type": "aws-cni", "vethPrefix": "eni"}, {"type": "portmap"}]}),
    "aws, Cilium chained": ("05-cilium.conflist", {"cniVersion": "0.3.1", "name": "aws-cni", "plugins": [
        {"type": "aws-cni"}, {"type": "portmap"}, {"type": "cilium-cni", "chaining-mode": "aws-cni"}]}),
    "bridge in a mesh": ("10-bridge.conflist", {"cniVersion": "1.0.0", "name": "b", "plugins": [
        {"type": "bridge"}, {"type": "istio-cni", "name": "istio-cni"}]}),
    "of nobody": ("10-acme.conflist", {"cniVersion": "1.0.0", "name": "acme", "plugins": [{"type": "acme-net"}]}),
}


class CniNode(Node):
    def __init__(self, conflist=None, kubelet=True, live_links=()):
        super().__init__("kubeadm")
        self.interfaces = {"lo": (False, True)}
        self.recent = []     # pids that have only just started
        self.pipes = []      # paths of pipes, in place of what is there
        self.links.append(("/proc/1/ns/net", NETWORK))
        if kubelet:
            self.tree("0644 0:0 /var/lib/kubelet/config.yaml", {"/var/lib/kubelet/config.yaml": KUBELET_CONFIG % "/etc/kubernetes/pki"})
            self.process("/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml", cgroup="/system.slice/kubelet.service")
        self.tree("0644 0:0 /etc/containerd/config.toml", {"/etc/containerd/config.toml": CONTAINERD})
        self.process("/usr/bin/containerd", cgroup="/system.slice/containerd.service")
        self.tree("0755 0:0 /etc/cni/net.d/")
        if conflist:
            name, content = CONFLISTS[conflist]
            self.conflist(name, content)
        for name in live_links:
            self.interface(name)

    def conflist(self, name, content):
        text = content if isinstance(content, str) else json.dumps(content)
        self.tree("0644 0:0 /etc/cni/net.d/" + name, {"/etc/cni/net.d/" + name: text})

    def interface(self, name, wireguard=True, up=True):
        self.interfaces[name] = (wireguard, up)

    def agent(self, command, pod="kube-system/agent-x7k2p", exe=None, environ=(), mounts=None, network=NETWORK, bundle=True):
        """A process in a pod, and the pod as containerd has it. MOUNTS: path in the container -> volume below volumes/. Returns the
        path of the pod's volumes."""
        number = len(self.processes)
        uid = "20021741-bf93-4636-884b-%012x" % number
        container = "%064x" % (0xabc000 + number)
        namespace, name = pod.split("/")
        volumes = "%s/pods/%s/volumes" % (KUBELET, uid)
        argv = command if isinstance(command, list) else command.split()
        self.process(argv, exe=exe or "/usr/bin/" + argv[0].rpartition("/")[2], environ=environ,
                     cgroup="/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%s.slice/cri-containerd-%s.scope"
                     % (uid.replace("-", "_"), container))
        self.links.append(("/proc/%d/ns/net" % self.processes[-1]["pid"], network))
        self.tree("0755 0:0 /var/log/pods/%s_%s_%s/" % (namespace, name, uid))
        if bundle:
            spec = {"ociVersion": "1.1.0",
                    "mounts": [{"destination": inside, "source": "%s/%s" % (volumes, volume), "type": "bind", "options": ["rbind"]}
                               for inside, volume in (mounts or {}).items()],
                    "annotations": {"io.kubernetes.cri.container-type": "container", "io.kubernetes.cri.sandbox-namespace": namespace,
                                    "io.kubernetes.cri.sandbox-name": name, "io.kubernetes.cri.sandbox-uid": uid}}
            path = "/run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json" % container
            self.tree("0600 0:0 " + path, {path: json.dumps(spec)})
        return volumes

    def config_map(self, volume, files):
        """A volume as the kubelet writes it: names lead to ..data, which leads to the newest version."""
        for name, text in files.items():
            path = "%s/..2026_01_01_00_00_00.1/%s" % (volume, name)
            self.tree("0644 0:0 " + path, {path: text})
            self.links.append(("%s/%s" % (volume, name), "..data/" + name))
        self.links.append((volume + "/..data", "..2026_01_01_00_00_00.1"))

    def finish(self):
        """What proc and sysfs say of the links; before the tree is made."""
        zeros = " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
        dev = HEADINGS + "".join("%6s:%s" % (name, zeros) for name in self.interfaces)
        files = {"/proc/1/net/dev": dev}
        for name, (wireguard, up) in self.interfaces.items():
            folder = "/sys/devices/virtual/net/%s/" % name
            files[folder + "uevent"] = ("DEVTYPE=wireguard\n" if wireguard else "") + "INTERFACE=%s\n" % name
            files[folder + "flags"] = "0x%x\n" % (0x91 if up else 0x90)
            self.links.append(("/sys/class/net/" + name, "../../devices/virtual/net/" + name))
        self.tree("\n".join("0444 0:0 " + path for path in files), files)
        return self
