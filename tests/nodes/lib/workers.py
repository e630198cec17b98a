"""Workers of which somebody else runs the control plane: what their descriptions share."""
import truths
from made_node import Node

CONFIG = """apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: %s}}
authorization: {mode: Webhook}
"""
# [M] EKS' add-on kube-proxy.
EKS_PROXY = """apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: /var/lib/kube-proxy/kubeconfig}
metricsBindAddress: 127.0.0.1:10249
mode: iptables
"""
EKS_PROXY_TRUTH = """
  4.1.3-4.1.4 NA [M] kube-proxy's kubeconfig is in a ConfigMap
  4.3.1 PASS [M] metricsBindAddress is 127.0.0.1:10249
"""
# A kubelet of EKS proves who it is by a program.
EKS_KUBECONFIG = """apiVersion: v1
kind: Config
clusters: [{name: kubernetes, cluster: {certificate-authority: /etc/kubernetes/pki/ca.crt, server: "https://x.eks.amazonaws.com"}}]
contexts: [{name: kubelet, context: {cluster: kubernetes, user: kubelet}}]
current-context: kubelet
users: [{name: kubelet, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: %s, args: [eks, get-token]}}}]
"""


def eks_proxy(node):
    node.proxy("--v=2 --config=/var/lib/kube-proxy-config/config --hostname-override=ip-10-0-0-1.ec2.internal",
               [("/var/lib/kube-proxy-config/config", EKS_PROXY), ("/var/lib/kube-proxy/kubeconfig", EKS_KUBECONFIG % "aws")])


def worker(platform, command, units, tree, content, cgroup="/system.slice/kubelet.service"):
    """UNITS: (path, mode) of what starts COMMAND, the last one with its ExecStart."""
    node = Node(platform)
    for path, mode in units:
        node.unit(path, "[Service]\nExecStart=\nExecStart=%s\n" % command.replace("\n", " "), mode)
    node.tree(tree, content)
    node.process(command, cgroup=cgroup)
    node.process("/usr/bin/containerd", cgroup="/system.slice/containerd.service")
    return node.expect(truths.WORKER, truths.KUBELET)
