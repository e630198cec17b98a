#!/usr/bin/env python3
"""
Nodes of distributions/ on which somebody chose other directories: no verdict changes because a path is elsewhere, and what is wrong at
the other place is found.
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import distributions  # noqa: E402
from node_tree import conclude  # noqa: E402

RANCHER, K0S = "/var/lib/rancher", "/var/lib/k0s"
# (node, what moves, where to, a file there and its mode, what is wrong then)
MOVES = (
    ("rke2-server", RANCHER + "/rke2", "/data/rke2", "/server/cred/admin.kubeconfig 0644", "1.1.13 FAIL"),
    ("rke2-agent", RANCHER + "/rke2", "/data/rke2", "/agent/kubelet.kubeconfig 0644", "4.1.5 FAIL"),
    ("k3s-server-etcd", RANCHER + "/k3s", "/data/k3s", "/server/tls/etcd/client.key 0644", "1.1.21 FAIL"),
    ("k3s-agent", RANCHER + "/k3s", "/data/k3s", "/agent/client-ca.crt 0666", "4.1.7 FAIL"),
    ("k0s-hardened", K0S, "/data/k0s", "/pki/admin.conf 0640", "1.1.13 FAIL"),
    ("k0s-worker", K0S, "/data/k0s", "/kubelet.conf 0640", "4.1.5 FAIL"),
    ("kubespray", "/etc/kubernetes", "/opt/k8s", "/super-admin.conf 0640", "1.1.13 FAIL"),
    ("kind", "/etc/kubernetes/pki", "/srv/pki", "/sa.key 0644", "1.1.21 FAIL"),
    ("kind", "/var/lib/kubelet", "/data/kubelet", "/config.yaml 0600", "4.1.9 PASS"),
    ("kind-hardened", "/etc/kubernetes/manifests", "/srv/manifests", "/etcd.yaml 0644", "1.1.7 FAIL"),
    ("kind-hardened", "/var/lib/etcd", "/data/etcd", " 0750", "1.1.11 FAIL"),
    ("flatcar-hardened", "/etc/cni/net.d", "/opt/cni/net.d", "/10-flannel.conflist 0644", "1.1.9 FAIL"),
    ("eks-al2023", "/var/lib/kubelet", "/mnt/kubelet", "/kubeconfig 0600", "4.1.5 PASS"),
    ("aks-hardened", "/etc/default", "/etc/sysconfig", "/kubeletconfig.json 0644", "4.1.9 FAIL"),
    ("openshift-control-plane", "/etc/kubernetes/manifests", "/etc/kubernetes/m2", "/etcd-pod.yaml 0644", "1.1.7 FAIL"),
    ("talos-control-plane", "/system/secrets/etcd", "/system/secrets/etcd2", "/server.key 0440", "1.1.21 FAIL"),
)


def moved(name, old, new):
    node = distributions.described()[name].moved(old, new)
    if name.startswith("k3s"):
        node.unit("/etc/rancher/k3s/config.yaml", "data-dir: %s\n" % new)
    if new.endswith("/net.d"):
        node.with_content("/usr/share/containerd/config.toml", '[plugins."io.containerd.grpc.v1.cri".cni]\n  conf_dir = "%s"\n' % new)
    return node


def situations():
    for name, old, new, change, verdict in MOVES:
        file, mode = (new + change).split()
        title = "%s, %s as %s" % (name, old, new)
        yield title, moved(name, old, new)
        yield "%s, %s" % (title, change.strip()), moved(name, old, new).with_mode(file, int(mode, 8)).expect("%s [N] mode %s" % (verdict, mode))


def main():
    conclude(*distributions.judge_all(dict(situations())))


if __name__ == "__main__":
    main()
