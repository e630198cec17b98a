"""kubespray 2.27 to 2.29.1, a control-plane node with etcd on the host. [S] roles of kubespray (README); the rest is kubeadm's (made_control_plane)."""
import made_control_plane as kubeadm
from made_node import Node, binary

UNIT = """[Unit]
Description=Kubernetes Kubelet Server
[Service]
EnvironmentFile=-/etc/kubernetes/kubelet.env
ExecStart=/usr/local/bin/kubelet $KUBE_LOGTOSTDERR $KUBE_LOG_LEVEL $KUBELET_API_SERVER $KUBELET_ADDRESS $KUBELET_ARGS
Restart=always
"""
KUBELET_ENV = """KUBELET_ADDRESS="--node-ip=10.0.0.1"
KUBELET_ARGS="--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --config=/etc/kubernetes/kubelet-config.yaml \\
--kubeconfig=/etc/kubernetes/kubelet.conf --runtime-cgroups=/system.slice/containerd.service"
"""
KUBELET = """/usr/local/bin/kubelet --v=2 --node-ip=10.0.0.1 --hostname-override=node1
--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --config=/etc/kubernetes/kubelet-config.yaml
--kubeconfig=/etc/kubernetes/kubelet.conf --runtime-cgroups=/system.slice/containerd.service"""
ETCD_UNIT = "[Unit]\nDescription=etcd\n[Service]\nType=notify\nUser=root\nEnvironmentFile=/etc/etcd.env\nExecStart=/usr/local/bin/etcd\n"
PEM = "/etc/ssl/etcd/ssl"
ETCD_ENV = """ETCD_DATA_DIR=/var/lib/etcd
ETCD_ADVERTISE_CLIENT_URLS=https://10.0.0.1:2379
ETCD_INITIAL_ADVERTISE_PEER_URLS=https://10.0.0.1:2380
ETCD_LISTEN_CLIENT_URLS=https://10.0.0.1:2379,https://127.0.0.1:2379
ETCD_LISTEN_PEER_URLS=https://10.0.0.1:2380
ETCD_NAME=etcd1
ETCD_TRUSTED_CA_FILE={p}/ca.pem
ETCD_CERT_FILE={p}/member-node1.pem
ETCD_KEY_FILE={p}/member-node1-key.pem
ETCD_CLIENT_CERT_AUTH=true
ETCD_PEER_TRUSTED_CA_FILE={p}/ca.pem
ETCD_PEER_CERT_FILE={p}/member-node1.pem
ETCD_PEER_KEY_FILE={p}/member-node1-key.pem
ETCD_PEER_CLIENT_CERT_AUTH=True
""".format(p=PEM)
CONFIG = kubeadm.KUBELET_CONFIG % "/etc/kubernetes/ssl"


def make(etcd_env=ETCD_ENV):
    node = Node("kubespray")
    kubeadm.add(node, "/etc/kubernetes/ssl", (PEM + "/ca.pem", PEM + "/node-node1.pem", PEM + "/node-node1-key.pem"))
    node.unit("/etc/systemd/system/kubelet.service", UNIT, "0600")
    node.unit("/etc/systemd/system/etcd.service", ETCD_UNIT)
    node.tree("""
      /etc/kubernetes/pki -> /etc/kubernetes/ssl
      0600 0:0 /etc/kubernetes/kubelet.env
      0600 0:0 /etc/kubernetes/kubelet-config.yaml
      0600 0:0 /etc/kubernetes/kubelet.conf
      0644 0:0 /var/lib/kubelet/config.yaml
      0640 0:0 /etc/etcd.env
      0700 996:996 {p}/
      0700 996:996 {p}/ca.pem
      0700 996:996 {p}/member-node1.pem
      0700 996:996 {p}/member-node1-key.pem
      0700 996:996 {p}/node-node1.pem
      0700 996:996 {p}/node-node1-key.pem
      0700 996:996 /var/lib/etcd/
      0640 0:0 /etc/cni/net.d/10-calico.conflist
      0640 0:0 /etc/containerd/config.toml
      0755 0:0 /usr/local/bin/kubelet
      0644 0:0 /etc/passwd
      0644 0:0 /etc/group
    """.format(p=PEM), {
        "/etc/kubernetes/kubelet.env": KUBELET_ENV, "/etc/etcd.env": etcd_env, "/etc/kubernetes/kubelet-config.yaml": CONFIG,
        "/var/lib/kubelet/config.yaml": "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
                                        "authentication: {anonymous: {enabled: true}}\nauthorization: {mode: AlwaysAllow}\n",
        "/etc/containerd/config.toml": kubeadm.CONTAINERD, "/usr/local/bin/kubelet": binary("1.34.1"),
        "/etc/passwd": "root:x:0:0::/root:/bin/sh\netcd:x:996:996::/:/sbin/nologin\n", "/etc/group": "root:x:0:\netcd:x:996:\n"})
    node.process("/usr/local/bin/containerd", cgroup="/system.slice/containerd.service")
    node.process(KUBELET, cgroup="/system.slice/kubelet.service")
    node.process("/usr/local/bin/etcd", cgroup="/system.slice/etcd.service", environ=etcd_env.split())
    return node


TRUTH = """
  1.1.7-1.1.8 NA [S] etcd runs under systemd, without a manifest
  1.1.9 FAIL [S] calico's conflist is 0640
  1.1.11-1.1.12 PASS [S] /var/lib/etcd is 0700 and belongs to etcd
  1.1.19 FAIL [S] etcd owns its own part of the PKI in /etc/ssl/etcd/ssl
  1.1.20 FAIL [S] the role sets 0700 for all in /etc/ssl/etcd/ssl, and so execute bits
  1.1.21 FAIL [S] etcd's keys are 0700: more bits than 0600
  2.1-2.6 PASS [S] all in /etc/etcd.env, none in flags
  2.7 PASS|MANUAL [S] etcd has a CA of its own
  4.1.1-4.1.2 PASS [S] kubelet.service is 0600 and root's
  4.1.5-4.1.6 PASS [S] kubelet.conf is 0600 root:root
  4.1.7 PASS ca.crt is 0644, as it may be, and in /etc/kubernetes/ssl
  4.1.9-4.1.10 PASS [S] /etc/kubernetes/kubelet-config.yaml is 0600; /var/lib/kubelet/config.yaml is stale and nobody's
  4.2.7 FAIL [S] --hostname-override is given
"""
stock = make()
weakened = make(ETCD_ENV.replace(",https://127.0.0.1:2379", ",http://127.0.0.1:2379"))
NODES = {"kubespray": stock, "kubespray-weakened": weakened}
for made in NODES.values():
    made.expect(kubeadm.TRUTH)
    made.expect(kubeadm.KUBELET_TRUTH)
    made.expect(TRUTH)
weakened.expect("""
  2.1-2.2 FAIL ETCD_LISTEN_CLIENT_URLS in the environment holds an http URL: no certificate is shown or asked for there
""")
