#!/usr/bin/env python3
"""
Encryption between nodes: for every row of the decision table of cni-encryption, and for every CNI that is known, a node on which that
row, and no other, decides. What only a running kernel can say (peers, associations) is put into the facts of such a node.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from cni_node import CONFLISTS, NETWORK, CniNode  # noqa: E402
from made_node import Made  # noqa: E402
from node_tree import NODES, RunFailed, Tree, conclude, output  # noqa: E402

EMPTY_DIR, CONFIG_MAP = "kubernetes.io~empty-dir/tmp", "kubernetes.io~configmap/"
PASSWORD = "CANARY-of-a-password"


def cilium(keys, links=(), argv="cilium-agent --config-dir=/tmp/cilium/config-map", environ=(), conflist="cilium", **agent):
    node = CniNode(conflist, live_links=links)
    volumes = node.agent(argv, environ=environ, mounts={"/tmp": EMPTY_DIR, "/etc/ipsec": "kubernetes.io~secret/cilium-ipsec-secrets"},
                         **agent)
    place = "%s/%s/cilium/config-map" % (volumes, EMPTY_DIR)
    node.config_map(place, dict({"routing-mode": "tunnel", "tunnel-protocol": "vxlan"}, **keys))
    key = volumes + "/kubernetes.io~secret/cilium-ipsec-secrets/keys"
    node.tree("0400 0:0 " + key, {key: "3+ rfc4106(gcm(aes)) %s 128\n" % PASSWORD})
    return node


def calico(environ=(), links=(), cfg=None):
    node = CniNode("calico", live_links=links)
    volumes = node.agent("calico-node -felix", environ=environ, mounts={"/etc/calico": "kubernetes.io~empty-dir/cfg"})
    if cfg:
        path = volumes + "/kubernetes.io~empty-dir/cfg/felix.cfg"
        node.tree("0644 0:0 " + path, {path: cfg})
    return node


def flannel(backend, links=(), conflist="flannel", **agent):
    node = CniNode(conflist, live_links=links)
    volumes = node.agent("/opt/bin/flanneld --ip-masq --kube-subnet-mgr", pod="kube-flannel/kube-flannel-ds-9xk2l" if conflist == "flannel"
                         else "kube-system/canal-9xk2l", exe="/opt/bin/flanneld", mounts={"/etc/kube-flannel": CONFIG_MAP + "flannel-cfg"},
                         **agent)
    text = json.dumps({"Network": "10.244.0.0/16", "EnableNFTables": False, "Backend": dict({"Type": backend}, PSK=PASSWORD)})
    node.config_map("%s/%sflannel-cfg" % (volumes, CONFIG_MAP), {"net-conf.json": text, "cni-conf.json": "{}"})
    if conflist == "canal":
        node.agent("calico-node -felix")
    return node


def flannel_of_etcd(words, environ=()):
    """flanneld is a daemon of the host, and a file lies where others have their configuration."""
    node, path = CniNode("flannel"), "/etc/kube-flannel/net-conf.json"
    node.process("/opt/bin/flanneld " + words, exe="/opt/bin/flanneld", environ=environ, cgroup="/system.slice/flanneld.service")
    node.links.append(("/proc/%d/ns/net" % node.processes[-1]["pid"], NETWORK))
    node.tree("0644 0:0 " + path, {path: json.dumps({"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan"}})})
    return node


def beside(node):
    """As in a move from flannel to NODE's CNI: pods that were not made anew are in flannel's network still."""
    node.agent("/opt/bin/flanneld --ip-masq --kube-subnet-mgr", pod="kube-flannel/kube-flannel-ds-9xk2l", exe="/opt/bin/flanneld")
    return node


def k3s(backend, command=None, links=()):
    node = CniNode("flannel", kubelet=False, live_links=links)
    node.process(["/usr/local/bin/k3s agent"], exe="/var/lib/rancher/k3s/data/0a1b/bin/k3s", cgroup="/system.slice/k3s-agent.service")
    path = "/var/lib/rancher/k3s/agent/etc/flannel/net-conf.json"
    text = {"Network": "10.42.0.0/16", "Backend": dict({"Type": backend}, **({"PostStartupCommand": command} if command else {}))}
    node.tree("0644 0:0 " + path, {path: json.dumps(text)})
    name, content = CONFLISTS["flannel"]
    name = "/var/lib/rancher/k3s/agent/etc/cni/net.d/" + name
    node.tree("0644 0:0 " + name, {name: json.dumps(content)})
    return node


def antrea(text, links=()):
    node = CniNode("antrea", live_links=links)
    volumes = node.agent("antrea-agent --config=/etc/antrea/antrea-agent.conf", environ=("ANTREA_IPSEC_PSK=" + PASSWORD,),
                         mounts={"/etc/antrea/antrea-agent.conf": CONFIG_MAP + "antrea-config/antrea-agent.conf"}, bundle=False)
    node.config_map("%s/%santrea-config" % (volumes, CONFIG_MAP), {"antrea-agent.conf": text})
    return node


def kube_ovn(words):
    node = CniNode("kube-ovn")
    node.agent("./kube-ovn-daemon --ovs-socket=/run/openvswitch/db.sock " + words, exe="/kube-ovn/kube-ovn-daemon")
    return node


def ovn_kubernetes(ike=False):
    node = CniNode("ovn-kubernetes")
    node.agent("/usr/bin/ovnkube --init-ovnkube-controller node1", pod="openshift-ovn-kubernetes/ovnkube-node-b7x2s")
    if ike:
        node.process("/usr/libexec/ipsec/pluto --leak-detective", cgroup="/system.slice/ipsec.service")
    return node


def weave(environ=()):
    node = CniNode("weave")
    node.agent("/home/weave/weaver --port=6783 --name=aa:bb", environ=environ, exe="/home/weave/weaver")
    return node


def plain(conflist, links=(), ike=False, agent=None):
    node = CniNode(conflist, live_links=links)
    if ike:
        node.process("/usr/lib/ipsec/charon", cgroup="/system.slice/strongswan-starter.service")
    if agent:
        node.agent(agent)
    return node


def multus(content):
    node = flannel("vxlan")
    node.conflist("00-multus.conf", content)
    return node


def crio(words="", text=""):
    """CRI-O with flannel's configuration first, and Cilium's network by its name."""
    node = cilium(WIREGUARD, ["cilium_wg0"])
    node.files = [file for file in node.files if not file[3].endswith("05-cilium.conflist")]
    node.process("/usr/bin/crio " + words, cgroup="/system.slice/crio.service")
    node.tree("0644 0:0 /etc/crio/crio.conf", {"/etc/crio/crio.conf": "[crio.network]\n" + text})
    for name, kind in (("10-flannel.conflist", "flannel"), ("20-cilium.conflist", "cilium")):
        node.conflist(name, CONFLISTS[kind][1])
    return node


def hidden(node):
    node.conflist(".01-bridge.conflist", CONFLISTS["bridge"][1])
    return node


def recent(node):
    node.recent = [process["pid"] for process in node.processes if "kubepods" in process["cgroup"]]
    return node


def without_links(node):
    node.no_links = True
    return node


def ipv6(node):
    name, content = CONFLISTS["calico"]
    content = json.loads(json.dumps(content))
    content["plugins"][0]["ipam"]["assign_ipv6"] = "true"
    node.files = [file for file in node.files if not file[3].endswith(name)]
    node.conflist(name, content)
    return node


WIREGUARD, IPSEC = {"enable-wireguard": "true"}, {"enable-ipsec": "true", "ipsec-key-file": "/etc/ipsec/keys"}
KEY = "network.cilium.io/wg-pub-key"
ELSEWHERE = ("FELIX_WIREGUARDENABLED=true", "FELIX_WIREGUARDINTERFACENAME=wg-pods")
ON = "trafficEncryptionMode: wireGuard\n"

# Name, node, what the kernel would have said (paths below cni), row, verdict.
CASES = [
    ("an etcd host without a kubelet", lambda: CniNode(kubelet=False), {}, "C-1", "not-applicable"),
    ("a kubelet without any network", lambda: CniNode(), {}, "C-1", "not-applicable"),
    ("one node", lambda: cilium({}), {"nodes": "one"}, "C-2", "not-applicable"),
    ("links cannot be seen", lambda: without_links(cilium(WIREGUARD)), {}, "C-3", "error"),
    ("Cilium, WireGuard", lambda: cilium(WIREGUARD, ["cilium_wg0"]), {}, "C-4", "pass"),
    ("Cilium, WireGuard, peers", lambda: cilium(WIREGUARD, ["cilium_wg0"]), {"data_plane.peers": "some"}, "C-4", "pass"),
    ("Cilium, WireGuard by a flag", lambda: cilium({}, ["cilium_wg0"], "cilium-agent --enable-wireguard"), {}, "C-4", "pass"),
    ("Cilium, WireGuard by the environment", lambda: cilium({}, ["cilium_wg0"], environ=("CILIUM_ENABLE_WIREGUARD=1",)), {}, "C-4", "pass"),
    ("Cilium, WireGuard, the flag says no", lambda: cilium(WIREGUARD, (), "cilium-agent --enable-wireguard=false"), {}, "C-7", "fail"),
    ("Cilium chained", lambda: cilium(WIREGUARD, ["cilium_wg0"], conflist="aws, Cilium chained"), {}, "C-4", "pass"),
    ("Cilium, IPsec", lambda: cilium(IPSEC), {"data_plane.state": "present"}, "C-4", "pass"),
    ("Cilium, IPsec, unseen", lambda: cilium(IPSEC), {}, "C-3", "error"),
    ("Calico by the environment", lambda: calico(("FELIX_WIREGUARDENABLED=true",), ["wireguard.cali"]), {}, "C-4", "pass"),
    ("Calico by its file", lambda: calico((), ["wireguard.cali"], "[global]\nWireguardEnabled = yes\n"), {}, "C-4", "pass"),
    # felix/config/env_var_loader.go and file_loader.go take names in any case of letters.
    ("Calico by a variable of small letters", lambda: calico(("felix_WireguardEnabled=true",), ["wireguard.cali"]), {}, "C-4", "pass"),
    ("Calico by a key of small letters", lambda: calico((), ["wireguard.cali"], "[global]\nwireguardenabled = true\n"), {}, "C-4", "pass"),
    ("Calico, a variable of small letters says no", lambda: calico(("Felix_WireguardEnabled=false",)), {}, "C-7", "fail"),
    # Calico's reference of FelixConfiguration: wireguardInterfaceName.
    ("Calico, a link of another name", lambda: calico(ELSEWHERE, ["wg-pods"]), {}, "C-4", "pass"),
    ("Calico, a link of another name that is not there", lambda: calico(ELSEWHERE, ["wg0"]), {}, "C-6", "fail"),
    ("Calico, somebody's link, and none of the usual name", lambda: calico(ELSEWHERE[:1], ["wg0"]), {}, "C-14", "manual"),
    ("Calico, a link of another name by its object", lambda: snapshot(calico((), ["wg-pods"]), felix(
        "default", wireguardEnabled=True, wireguardInterfaceName="wg-pods")), {}, "C-4", "pass"),
    ("flannel, WireGuard", lambda: flannel("wireguard", ["flannel-wg"]), {}, "C-4", "pass"),
    ("flannel, WireGuard, no bundle", lambda: flannel("wireguard", ["flannel-wg"], bundle=False), {}, "C-4", "pass"),
    ("Canal, WireGuard", lambda: flannel("wireguard", ["flannel-wg"], "canal"), {}, "C-4", "pass"),
    ("K3s, wireguard-native", lambda: k3s("wireguard", links=["flannel-wg"]), {}, "C-4", "pass"),
    ("Antrea, WireGuard", lambda: antrea(ON, ["antrea-wg0"]), {}, "C-4", "pass"),
    ("Antrea, IPsec", lambda: antrea("trafficEncryptionMode: IPsec\n"), {"data_plane.state": "present"}, "C-4", "pass"),
    ("Kube-OVN, IPsec", lambda: kube_ovn("--enable-ovn-ipsec=true"), {"data_plane.state": "present"}, "C-4", "pass"),
    ("Weave with a password", lambda: weave(("WEAVE_PASSWORD=" + PASSWORD,)), {"data_plane.state": "present"}, "C-4", "pass"),
    ("Cilium, ztunnel", lambda: cilium({"enable-ztunnel": "true"}), {}, "C-5", "manual"),
    ("Antrea, traffic that is not encapsulated", lambda: antrea(ON + "trafficEncapMode: noEncap\n", ["antrea-wg0"]), {}, "C-5", "manual"),
    ("Cilium, WireGuard without a peer", lambda: cilium(WIREGUARD, ["cilium_wg0"]), {"data_plane.peers": "none"}, "C-5", "manual"),
    ("Cilium, WireGuard, a node is missing", lambda: cilium(WIREGUARD, ["cilium_wg0"]), {"gaps.state": "found"}, "C-5", "manual"),
    ("Calico, IPv6 without a link", lambda: ipv6(calico(("FELIX_WIREGUARDENABLED=true",), ["wireguard.cali"])), {}, "C-5", "manual"),
    ("Calico, IPv4 without a link", lambda: calico(("FELIX_WIREGUARDENABLEDV6=true",), ["wg-v6.cali"]), {}, "C-5", "manual"),
    ("Cilium, WireGuard, flannel runs on", lambda: beside(cilium(WIREGUARD, ["cilium_wg0"])), {}, "C-5", "manual"),
    ("Calico, WireGuard, flannel runs on", lambda: beside(calico(("FELIX_WIREGUARDENABLED=true",), ["wireguard.cali"])), {}, "C-5", "manual"),
    ("Cilium, WireGuard, no link", lambda: cilium(WIREGUARD), {}, "C-6", "fail"),
    ("Cilium, WireGuard, the link is down", lambda: down(cilium(WIREGUARD), "cilium_wg0"), {}, "C-6", "fail"),
    ("flannel, WireGuard, no link", lambda: flannel("wireguard"), {}, "C-6", "fail"),
    ("Cilium, WireGuard, just started", lambda: recent(cilium(WIREGUARD)), {}, "C-6", "manual"),
    ("Cilium, off", lambda: cilium({}), {}, "C-7", "fail"),
    ("Calico, off", lambda: calico(("FELIX_WIREGUARDENABLED=false",)), {}, "C-7", "fail"),
    ("flannel, vxlan", lambda: flannel("vxlan"), {}, "C-7", "fail"),
    ("flannel, host-gw", lambda: flannel("host-gw"), {}, "C-7", "fail"),
    ("Canal, vxlan", lambda: flannel("vxlan", (), "canal"), {}, "C-7", "fail"),
    ("K3s, vxlan", lambda: k3s("vxlan"), {}, "C-7", "fail"),
    ("Antrea, off", lambda: antrea("#trafficEncryptionMode: none\n"), {}, "C-7", "fail"),
    ("Kube-OVN, off", lambda: kube_ovn(""), {}, "C-7", "fail"),
    ("Multus before flannel, thick", lambda: multus({"type": "multus-shim", "clusterNetwork": "/host/etc/cni/net.d/10-flannel.conflist"}), {},
     "C-7", "fail"),
    ("Multus before flannel, thin", lambda: multus({"type": "multus", "delegates": [CONFLISTS["flannel"][1]]}), {}, "C-7", "fail"),
    ("Multus before flannel, by the network's name", lambda: multus({"type": "multus", "clusterNetwork": "cbr0"}), {}, "C-7", "fail"),
    # crio.conf(5), cni_default_network
    # libcni passes over directories and other endings alone.
    ("a configuration whose name begins with a dot", lambda: hidden(cilium(WIREGUARD, ["cilium_wg0"])), {}, "C-12", "manual"),
    ("CRI-O, the first of two networks", crio, {}, "C-14", "manual"),
    ("CRI-O, a network by its name", lambda: crio(text='cni_default_network = "cilium"\n'), {}, "C-4", "pass"),
    ("CRI-O, a network by a flag", lambda: crio("--cni-default-network=cilium"), {}, "C-4", "pass"),
    ("CRI-O, a network by a name that is empty", lambda: crio(text='cni_default_network = ""\n'), {}, "C-14", "manual"),
    ("Cilium, off, a link is left over", lambda: cilium({}, ["cilium_wg0"]), {}, "C-8", "manual"),
    ("Canal, vxlan, and Felix has a link", lambda: with_link(flannel("vxlan", (), "canal"), "wireguard.cali"), {}, "C-8", "manual"),
    ("flannel, vxlan, a link is left over", lambda: flannel("vxlan", ["flannel-wg"]), {}, "C-8", "manual"),
    ("Calico by its link, peers", lambda: calico((), ["wireguard.cali"]), {"data_plane.peers": "some"}, "C-9", "pass"),
    ("Calico by its link for IPv6, peers", lambda: calico((), ["wg-v6.cali"]), {"data_plane.peers": "some"}, "C-9", "manual"),
    ("Calico by its link", lambda: calico((), ["wireguard.cali"]), {}, "C-9", "manual"),
    ("OVN-Kubernetes, IPsec", lambda: ovn_kubernetes(True), {"data_plane.state": "present"}, "C-9", "manual"),
    ("OVN-Kubernetes, an IKE daemon", lambda: ovn_kubernetes(True), {}, "C-3", "error"),
    ("Calico without a link", lambda: calico(), {}, "C-10", "fail"),
    ("OVN-Kubernetes without an IKE daemon", lambda: ovn_kubernetes(), {}, "C-10", "fail"),
    ("Calico without a link, just started", lambda: recent(calico()), {}, "C-14", "manual"),
    ("Calico without a link of its name", lambda: with_link(calico(), "wg7"), {}, "C-14", "manual"),
    ("plain plugins", lambda: plain("bridge"), {}, "C-11", "fail"),
    ("kube-router", lambda: plain("bridge", agent="kube-router --run-router=true"), {}, "C-11", "fail"),
    ("Amazon VPC CNI", lambda: plain("aws"), {}, "C-11", "fail"),
    ("Weave without a password", weave, {}, "C-11", "fail"),
    ("plain plugins in a mesh", lambda: plain("bridge in a mesh"), {}, "C-11", "manual"),
    ("plain plugins, an IKE daemon", lambda: plain("bridge", ike=True), {}, "C-12", "manual"),
    ("plain plugins, somebody's WireGuard", lambda: plain("bridge", ["wg0"]), {}, "C-12", "manual"),
    ("an unknown plugin, an IKE daemon", lambda: plain("of nobody", ike=True), {}, "C-12", "manual"),
    ("K3s, Tailscale", lambda: k3s("extension", "tailscale set --accept-routes --auth-key=" + PASSWORD), {}, "C-13", "manual"),
    ("K3s, another extension", lambda: k3s("extension", "acme up " + PASSWORD), {}, "C-14", "manual"),
    ("an unknown plugin", lambda: plain("of nobody"), {}, "C-14", "manual"),
    ("Cilium without its agent", lambda: plain("cilium"), {}, "C-14", "manual"),
    ("flannel, a backend that nobody knows", lambda: flannel("acme"), {}, "C-14", "manual"),
    # flannel's Documentation/configuration.md: without --kube-subnet-mgr the file is not read.
    ("flannel, configured in etcd", lambda: flannel_of_etcd("--etcd-endpoints=https://10.0.0.1:2379"), {}, "C-14", "manual"),
    ("flannel on the host", lambda: flannel_of_etcd("--kube-subnet-mgr"), {}, "C-7", "fail"),
    ("flannel on the host, by a variable", lambda: flannel_of_etcd("", ("FLANNELD_KUBE_SUBNET_MGR=true",)), {}, "C-7", "fail"),
    ("Weave, a password, no association", lambda: weave(("WEAVE_PASSWORD=" + PASSWORD,)), {"data_plane.state": "idle"}, "C-14", "manual"),
    # What a snapshot of the cluster adds.
    ("a snapshot of one node", lambda: snapshot(cilium({}), count=1), {}, "C-2", "not-applicable"),
    ("a snapshot of two nodes", lambda: snapshot(cilium({})), {}, "C-7", "fail"),
    ("Calico, on by its object", lambda: snapshot(calico((), ["wireguard.cali"]), felix("default", wireguardEnabled=True)), {}, "C-4", "pass"),
    ("Calico, off by its object", lambda: snapshot(calico(), felix("default", wireguardEnabled=False)), {}, "C-7", "fail"),
    ("Calico, off for this node alone", lambda: snapshot(calico(), felix("default", wireguardEnabled=True), felix(
        "node.node1", wireguardEnabled=False)), {}, "C-7", "fail"),
    ("Calico, on, no link", lambda: snapshot(calico(), felix("default", wireguardEnabled=True)), {}, "C-6", "fail"),
    ("Cilium, keys of all nodes", lambda: snapshot(cilium(WIREGUARD, ["cilium_wg0"]), cilium_node("node1", KEY), cilium_node("node2", KEY)),
     {}, "C-4", "pass"),
    ("Cilium, a node without a key", lambda: snapshot(cilium(WIREGUARD, ["cilium_wg0"]), cilium_node("node1", KEY), cilium_node("node2")),
     {}, "C-5", "manual"),
    ("OVN-Kubernetes, off by its object", lambda: snapshot(ovn_kubernetes(), ovn_network({"mode": "Disabled"})), {}, "C-7", "fail"),
    ("OVN-Kubernetes, on by its object", lambda: snapshot(ovn_kubernetes(True), ovn_network({})), {"data_plane.state": "present"}, "C-4", "pass"),
    # What pods do to look like something else.
    ("a workload that calls itself the agent", lambda: impostor(cilium({}), "shop/web-1"), {}, "C-7", "fail"),
    ("an agent in a network of its own", lambda: impostor(plain("cilium"), "kube-system/x", "net:[4026539999]"), {}, "C-14", "manual"),
    ("many workloads in networks of their own", lambda: crowd(cilium(WIREGUARD, ["cilium_wg0"]), 200, 1, "net:[4026539999]"), {}, "C-4", "pass"),
    ("many processes of one workload", lambda: crowd(cilium(WIREGUARD, ["cilium_wg0"]), 1, 300, NETWORK), {}, "C-4", "pass"),
    ("as many workloads in the node's network as are looked at", lambda: crowd(cilium(WIREGUARD, ["cilium_wg0"]), 63, 1, NETWORK), {},
     "C-4", "pass"),
    ("one workload more in the node's network than are looked at", lambda: crowd(cilium(WIREGUARD, ["cilium_wg0"]), 64, 1, NETWORK), {},
     "C-3", "error"),
    ("an IKE daemon in a workload", lambda: workload_ike(plain("bridge")), {}, "C-11", "fail"),
    ("a configuration that leads out of its volume", lambda: planted("/etc/planted"), {}, "C-14", "manual"),
    ("a key that leads out of its volume", lambda: planted_key("../../../../../../../../etc/planted/enable-wireguard"), {}, "C-7", "fail"),
    ("a key that is a directory", lambda: planted_key(None), {}, "C-14", "manual"),
    ("a key that is a pipe", lambda: piped(cilium({}), "/enable-wireguard"), {}, "C-14", "manual"),
    ("a configuration that is a pipe", lambda: piped(flannel("wireguard", ["flannel-wg"]), "/net-conf.json"), {}, "C-14", "manual"),
    ("a plugin's configuration that is a pipe", lambda: piped(flannel("vxlan"), ".conflist"), {}, "C-14", "manual"),
    ("a configuration that is no JSON", lambda: malformed("{" * 100000), {}, "C-14", "manual"),
    ("a configuration that is too large", lambda: malformed(" " * (5 << 20)), {}, "C-14", "manual"),
]


def down(node, link):
    node.interface(link, up=False)
    return node


def with_link(node, link):
    node.interface(link)
    return node


def impostor(node, pod, network="net:[4026531840]"):
    volumes = node.agent("cilium-agent --config-dir=/tmp/cilium/config-map", pod=pod, mounts={"/tmp": EMPTY_DIR}, network=network)
    node.config_map("%s/%s/cilium/config-map" % (volumes, EMPTY_DIR), WIREGUARD)
    node.interface("eth0", wireguard=False)
    return node


def crowd(node, pods, processes, network):
    """Workloads that call themselves the agent, all of which have lower numbers than the real one."""
    real = node.processes[-1]
    node.links = [(path.replace("/proc/%d/" % real["pid"], "/proc/30000/"), target) for path, target in node.links]
    real["pid"] = 30000
    for i in range(pods):
        node.agent("cilium-agent", pod="shop/web-%d" % i, network=network)
        for _ in range(processes - 1):
            node.process("cilium-agent", exe="/usr/bin/cilium-agent", cgroup=node.processes[-1]["cgroup"])
            node.links.append(("/proc/%d/ns/net" % node.processes[-1]["pid"], network))
    return node


def workload_ike(node):
    node.agent("/usr/lib/ipsec/charon", pod="shop/vpn-1", exe="/usr/lib/ipsec/charon")
    node.agent("/usr/lib/ipsec/charon", pod="kube-system/vpn-2", exe="/usr/lib/ipsec/charon", network="net:[4026539999]")
    return node


def planted(target):
    """The agent's directory is a link to a place of the node that says what an attacker wants."""
    node = CniNode("cilium")
    volumes = node.agent("cilium-agent", mounts={"/tmp": EMPTY_DIR})
    node.links.append(("%s/%s/cilium/config-map" % (volumes, EMPTY_DIR), target))
    node.tree("0644 0:0 /etc/planted/enable-wireguard", {"/etc/planted/enable-wireguard": "true"})
    return node


def planted_key(target):
    node = cilium({})
    place = next(path for path, _ in node.links if path.endswith("config-map/..data")).rpartition("/")[0]
    if target:
        node.links.append((place + "/enable-wireguard", target))
        node.tree("0644 0:0 /etc/planted/enable-wireguard", {"/etc/planted/enable-wireguard": "true"})
    else:
        node.tree("0755 0:0 %s/enable-wireguard/" % place)
    return node


def piped(node, ending):
    """What ends so is a pipe that nobody writes to."""
    paths = [file[3] for file in node.files if file[3].endswith(ending)]
    node.pipes = paths or [next(path for path, _ in node.links if path.endswith("..data")).replace("/..data", ending)]
    return node


def malformed(text):
    node = flannel("wireguard", ["flannel-wg"])
    node.files = [(m, u, g, path, text if path.endswith("/net-conf.json") else content) for m, u, g, path, content in node.files]
    return node


def start_now(root, node):
    for pid in node.recent:
        path = "%s/proc/%d/stat" % (root, pid)
        with open(path, encoding="utf-8") as file:
            fields = file.read().split()
        fields[21] = str(int(time.time() - 60 - 1700000000) * 100)
        with open(path, "w", encoding="utf-8") as file:
            file.write(" ".join(fields) + "\n")


def snapshot(node, *objects, count=2):
    """The node has a snapshot of a cluster of COUNT nodes, node1 being this one."""
    node.snapshot = [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node%d" % (i + 1)}, "spec": {}, "status": {}}
                     for i in range(count)] + list(objects)
    return node


def felix(name, **spec):
    return {"apiVersion": "crd.projectcalico.org/v1", "kind": "FelixConfiguration", "metadata": {"name": name}, "spec": spec}


def cilium_node(name, *annotations):
    return {"apiVersion": "cilium.io/v2", "kind": "CiliumNode",
            "metadata": {"name": name, "annotations": {annotation: "k" for annotation in annotations}}, "spec": {}}


def ovn_network(config):
    return {"apiVersion": "operator.openshift.io/v1", "kind": "Network", "metadata": {"name": "cluster"},
            "spec": {"defaultNetwork": {"type": "OVNKubernetes", "ovnKubernetesConfig": {"ipsecConfig": config}}}}


def options_of(node, scratch):
    if not getattr(node, "snapshot", None):
        return ["--node", "node1"]
    path = os.path.join(scratch, "snapshot.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"apiVersion": "v1", "kind": "List", "items": node.snapshot}, file)
    return ["--node", "node1", "--cluster", path]


def judge_facts(facts, scratch):
    path = os.path.join(scratch, "facts.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(facts, file)
    words = ["check", "service-integrator", "--facts", path, "--only", "cni-encryption", "--report", "json"]
    report = output(words, (0, 1, 3))
    return json.loads(report)["benchmarks"][0]["results"][0], report


def try_case(make, answers, row, verdict, scratch):
    node = make().finish()
    if getattr(node, "no_links", False):
        node.files = [file for file in node.files if file[3] != "/proc/1/net/dev"]
    with Made(node) as made:
        start_now(made.root, node)
        for path in node.pipes:
            if os.path.lexists(made.root + path):
                os.unlink(made.root + path)
            os.mkfifo(made.root + path)
        options = options_of(node, scratch)
        text = output(["collect", "--root", made.root, "-o", "-"] + options, (0,))
        words = ["check", "service-integrator", "--root", made.root, "--only", "cni-encryption", "--report", "json"]
        direct = json.loads(output(words + options, (0, 1, 3)))["benchmarks"][0]["results"][0]
    facts = json.loads(text)
    before, _ = judge_facts(facts, scratch)
    if (direct["verdict"], direct.get("row")) != (before["verdict"], before.get("row")):
        yield "check says %s, check --facts %s" % (direct["verdict"], before["verdict"])
    for path, value in answers.items():
        place = facts["cni"]
        for name in path.split(".")[:-1]:
            place = place[name]
        place[path.split(".")[-1]] = value
    result, report = judge_facts(facts, scratch)
    if (result["verdict"], result.get("row")) != (verdict, row):
        yield "is %s by row %s, not %s by %s: %s" % (result["verdict"], result.get("row"), verdict, row, json.dumps(facts["cni"])[:1500])
    if PASSWORD in text or PASSWORD in report:
        yield "a password shows"


def rows_of_the_table():
    with open(os.path.join(NODES, "..", "..", "benchmarks", "service-integrator", "network.yaml"), encoding="utf-8") as file:
        return {line.split("row: ")[1].strip() for line in file if "row: C-" in line}


def captured():
    """The truth files of the captured nodes."""
    for name in sorted(os.listdir(NODES)):
        if not name.endswith(".truth.json"):
            continue
        with open(os.path.join(NODES, name), encoding="utf-8") as file:
            truth = json.load(file).get("cni_encryption")
        with Tree(name.replace(".truth.json", ".tar.gz")) as tree:
            words = ["check", "service-integrator", "--root", tree.root, "--only", "cni-encryption", "--report", "json"]
            result = json.loads(output(words, (0, 1, 3)))["benchmarks"][0]["results"][0]
        yield name, result["verdict"].upper() == truth["verdict"], result


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, make, answers, row, verdict in CASES:
            try:
                faults = list(try_case(make, answers, row, verdict, scratch))
            except (RunFailed, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
                faults = ["%s: %s" % (type(error).__name__, error)]
            for fault in faults:
                print("%s: %s" % (name, fault))
            passed += not faults
            failed += bool(faults)
    for name, good, result in captured():
        if not good:
            print("%s: %s, %s" % (name, result["verdict"], result["reason"]))
        passed += good
        failed += not good
    missing = rows_of_the_table() - {case[3] for case in CASES}
    if missing:
        print("no node for rows %s" % ", ".join(sorted(missing)))
    failed += bool(missing)
    conclude(passed, failed)


if __name__ == "__main__":
    main()
