"""K3s. [S] k3s-io/k3s source, [D] its documentation, [C] the vendor's CIS self-assessment (README)."""
from made_node import Node

D = "/var/lib/rancher/k3s"
UNIT = "[Unit]\nDescription=Lightweight Kubernetes\n[Service]\nType=notify\nEnvironmentFile=-/etc/systemd/system/%%N.env\nExecStart=/usr/local/bin/k3s \\\n    %s\n"
CONTAINERD = """version = 3
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["/var/lib/rancher/k3s/data/cni"]
  conf_dir = "/var/lib/rancher/k3s/agent/etc/cni/net.d"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
"""


def make(role):
    node = Node("k3s")
    unit = "k3s.service" if role == "server" else "k3s-agent.service"
    node.options = ["--kubernetes", "1.33.5"]  # the tree has no program file that would tell
    node.unit("/etc/systemd/system/" + unit, UNIT % role)
    node.tree("""
      0600 0:0 {d}/agent/kubelet.kubeconfig
      0600 0:0 {d}/agent/kubeproxy.kubeconfig
      0600 0:0 {d}/agent/client-ca.crt
      0600 0:0 {d}/agent/etc/containerd/config.toml
      0600 0:0 {d}/agent/etc/kubelet.conf.d/00-k3s-defaults.conf
      0600 0:0 {d}/agent/etc/cni/net.d/10-flannel.conflist
    """.format(d=D), {D + "/agent/etc/containerd/config.toml": CONTAINERD})
    program = D + "/data/1111111111111111111111111111111111111111111111111111111111111111/bin/"
    node.process(["/usr/local/bin/k3s " + role], exe=program + "k3s", cgroup="/system.slice/" + unit)
    node.process("containerd -c %s/agent/etc/containerd/config.toml" % D, exe=program + "containerd", cgroup="/system.slice/" + unit)
    return node


def server():
    node = make("server")
    node.embedded = ("kubelet", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
    node.tree("""
      0600 0:0 /etc/rancher/k3s/k3s.yaml
      0600 0:0 {d}/server/cred/admin.kubeconfig
      0600 0:0 {d}/server/cred/controller.kubeconfig
      0600 0:0 {d}/server/cred/scheduler.kubeconfig
      0644 0:0 {d}/server/db/state.db
      0700 0:0 {d}/server/tls/
      0600 0:0 {d}/server/tls/client-ca.crt
      0600 0:0 {d}/server/tls/client-ca.key
      0600 0:0 {d}/server/tls/serving-kube-apiserver.crt
      0600 0:0 {d}/server/tls/serving-kube-apiserver.key
    """.format(d=D))
    node.expect("""
  1.1.1-1.1.6 NA [C] the control plane is in the k3s process, without manifests
  1.1.7-1.1.8 ERROR [D] whether etcd or kine is in the process, nothing that is read tells
  1.1.9-1.1.10 PASS [S] agent/etc/cni/net.d, as the configuration of its containerd says
  1.1.11-1.1.12 ERROR [D] as 1.1.7
  1.1.13-1.1.14 PASS [D] /etc/rancher/k3s/k3s.yaml and server/cred/admin.kubeconfig are 0600
  1.1.15-1.1.18 ERROR [S] arguments of components are hidden
  1.1.19-1.1.21 ERROR [S] server/tls is as it must be, but flags may name other files
""")
    node.expect(HIDDEN)
    return node


# Every control that hangs on flags: ERROR or a question, never FAIL, PASS or NOT-APPLICABLE.
HIDDEN = """
  1.2.1-1.2.30 ERROR|MANUAL [S] pkg/cli/server hides its arguments, and components get theirs within the process
  1.3.1-1.3.7 ERROR|MANUAL [S] as 1.2
  1.4.1-1.4.2 ERROR|MANUAL [S] as 1.2
  2.1-2.7 ERROR|MANUAL [D] as 1.1.7
  3.2.1-3.2.2 ERROR|MANUAL [S] as 1.2
  3.1.1-3.1.3 ERROR|MANUAL [S] as 1.2
"""
KUBELET = """
  4.1.1-4.1.2 NA [C] no unit starts the kubelet: it is in the k3s process
  4.1.3-4.1.4 ERROR [D] kube-proxy may be turned off, nothing that is read tells
  4.1.5-4.1.10 ERROR [S] the kubelet's arguments are hidden
  4.2.1-4.2.14 ERROR|MANUAL [S] the kubelet's arguments are hidden
  4.3.1 ERROR|MANUAL [D] as 4.1.3
"""
AGENT = """
  1.1.1-1.1.21 NA [S] pkg/daemons/agent: an agent has no control plane
  1.2.1-1.2.30 NA [S] as 1.1.1
  1.3.1-1.3.7 NA [S] as 1.1.1
  1.4.1-1.4.2 NA [S] as 1.1.1
  2.1-2.7 NA [S] as 1.1.1
  3.1.1-3.1.3 NA [S] as 1.1.1
  3.2.1-3.2.2 NA [S] as 1.1.1
"""


def agent():
    node = make("agent")
    node.embedded = ("kubelet",)
    node.expect(AGENT)
    return node


nodes = {"k3s-server": server(), "k3s-agent": agent()}
for made in nodes.values():
    made.expect(KUBELET)
NODES = nodes
