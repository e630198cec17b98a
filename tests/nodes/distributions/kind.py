"""kind: a kubeadm node in a container. [S] images/base of kubernetes-sigs/kind, [D] its guide (README); the rest is kubeadm's (made_control_plane)."""
import made_control_plane as kubeadm
from made_node import binary

UNIT = "[Unit]\nDescription=kubelet\n[Service]\nExecStart=/usr/bin/kubelet\nRestart=always\n"
KUBEADM_CONF = """[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
"""
KIND_CONF = '[Service]\nExecStartPre=/bin/sh -euc "true"\nSlice=kubelet.slice\n'
KUBELET = """/usr/bin/kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf
--config=/var/lib/kubelet/config.yaml --node-ip=172.18.0.2 --node-labels= --provider-id=kind://docker/kind/kind-control-plane
--runtime-cgroups=/system.slice/containerd.service"""


def make(hardened=False):
    """HARDENED: [D] kubeadmConfigPatches and extraMounts in the cluster's configuration."""
    unit = "/etc/systemd/system/kubelet.service"
    node = kubeadm.node("kind", [(unit, UNIT), (unit + ".d/10-kubeadm.conf", KUBEADM_CONF), (unit + ".d/11-kind.conf", KIND_CONF)],
                        "/etc/cni/net.d/10-kindnet.conflist", hardened)
    node.tree("""
      0644 0:0 /kind/version
      0644 0:0 /kind/kubeadm.conf
      0644 0:0 /etc/containerd/config.toml
      0755 0:0 /usr/bin/kubelet
    """, {"/kind/version": "v1.34.1\n", "/kind/kubeadm.conf": "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\n",
          "/etc/containerd/config.toml": kubeadm.CONTAINERD, "/usr/bin/kubelet": binary("1.34.1")})
    node.process("/usr/local/bin/containerd", cgroup="/system.slice/containerd.service")
    node.process(KUBELET, cgroup="/kubelet.slice/kubelet.service")
    return node.expect("""
  1.1.9 FAIL [S] kindnetd writes 10-kindnet.conflist 0644
  4.1.1 FAIL [S] the unit and both drop-ins are 0644
""")


def leftovers():
    """A node of kubeadm's where RKE2 and K3s were before: what they left says nothing."""
    node = make()
    node.platform = "kubeadm"
    node.files = [file for file in node.files if not file[3].startswith("/kind")]
    node.tree("""
      0755 0:0 /etc/rancher/rke2/config.yaml
      0644 1000:1000 /var/lib/rancher/rke2/server/tls/old.key
      0644 1000:1000 /var/lib/rancher/k3s/agent/kubelet.kubeconfig
    """)
    return node


NODES = {"kind": make(), "kind-hardened": make(True).expect(kubeadm.HARDENED_TRUTHS), "kubeadm-after-rke2": leftovers()}
