"""Flatcar with kubeadm. [D] An operating system: kubeadm's own files decide. Its programs are in /opt/bin, containerd's file comes with it."""
import made_control_plane as kubeadm
from made_node import binary

FLAGS = "--config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf"


def make(hardened=False):
    unit = "/etc/systemd/system/kubelet.service"
    drop_in = "[Service]\nExecStart=\nExecStart=/opt/bin/kubelet %s\n" % FLAGS
    node = kubeadm.node("kubeadm", [(unit, "[Service]\nExecStart=/opt/bin/kubelet\n"), (unit + ".d/10-kubeadm.conf", drop_in)],
                        "/etc/cni/net.d/10-flannel.conflist", hardened)
    node.tree("""
      0644 0:0 /etc/os-release
      0644 0:0 /usr/share/containerd/config.toml
      0755 0:0 /opt/bin/kubelet
    """, {"/etc/os-release": "ID=flatcar\nID_LIKE=coreos\n", "/usr/share/containerd/config.toml": kubeadm.CONTAINERD,
          "/opt/bin/kubelet": binary("1.34.1")})
    node.process("/usr/bin/containerd --config /usr/share/containerd/config.toml", cgroup="/system.slice/containerd.service")
    node.process("/opt/bin/kubelet " + FLAGS, cgroup="/system.slice/kubelet.service")
    return node.expect("  1.1.9 FAIL [M] flannel's conflist is 0644\n")


NODES = {"flatcar": make(), "flatcar-hardened": make(True).expect(kubeadm.HARDENED_TRUTHS)}
