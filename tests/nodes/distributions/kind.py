"""kind: a kubeadm node in a container. [S] images/base of kubernetes-sigs/kind (README); the rest is kubeadm's (made_control_plane)."""
import made_control_plane as kubeadm
from made_node import Node, binary

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


def make():
    node = Node("kind")
    kubeadm.add(node)
    node.unit("/etc/systemd/system/kubelet.service", UNIT)
    node.unit("/etc/systemd/system/kubelet.service.d/10-kubeadm.conf", KUBEADM_CONF)
    node.unit("/etc/systemd/system/kubelet.service.d/11-kind.conf", KIND_CONF)
    node.tree("""
      0644 0:0 /kind/version
      0644 0:0 /kind/kubeadm.conf
      0644 0:0 /var/lib/kubelet/config.yaml
      0644 0:0 /var/lib/kubelet/kubeadm-flags.env
      0600 0:0 /etc/kubernetes/kubelet.conf
      0644 0:0 /etc/containerd/config.toml
      0644 0:0 /etc/cni/net.d/10-kindnet.conflist
      0755 0:0 /usr/bin/kubelet
    """, {"/kind/version": "v1.34.1\n", "/kind/kubeadm.conf": "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\n",
          "/var/lib/kubelet/config.yaml": kubeadm.KUBELET_CONFIG % "/etc/kubernetes/pki",
          "/etc/containerd/config.toml": kubeadm.CONTAINERD, "/usr/bin/kubelet": binary("1.34.1")})
    node.process("/usr/local/bin/containerd", cgroup="/system.slice/containerd.service")
    node.process(KUBELET, cgroup="/kubelet.slice/kubelet.service")
    return node


stock = make()
stock.expect(kubeadm.TRUTH)
stock.expect(kubeadm.KUBELET_TRUTH)
stock.expect("""
  1.1.7-1.1.8 PASS kubeadm writes etcd's manifest 0600
  1.1.9 FAIL [S] kindnetd writes 10-kindnet.conflist 0644
  1.1.11 PASS kubeadm makes /var/lib/etcd 0700
  1.1.12 FAIL kubeadm's etcd runs as root
  2.1-2.6 PASS kubeadm's flags of etcd
  4.1.1 FAIL [S] the unit and both drop-ins are 0644
  4.1.2 PASS [S] they are root's
  4.1.5-4.1.6 PASS kubeadm writes kubelet.conf 0600
  4.1.7 PASS kubeadm writes ca.crt 0644, as it may be
  4.1.9 FAIL kubeadm writes config.yaml 0644
  4.1.10 PASS config.yaml is root's
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


NODES = {"kind": stock, "kubeadm-after-rke2": leftovers()}
NODES["kubeadm-after-rke2"].truth = stock.truth
