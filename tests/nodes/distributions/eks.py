"""EKS workers. [S] awslabs/amazon-eks-ami nodeadm (README); Amazon Linux 2: [K] what other tools list, [M] general knowledge."""
import json

import truths
import workers
from made_node import Node, binary

CONFIG = {
    "kind": "KubeletConfiguration", "apiVersion": "kubelet.config.k8s.io/v1beta1", "address": "0.0.0.0",
    "authentication": {"x509": {"clientCAFile": "/etc/kubernetes/pki/ca.crt"}, "webhook": {"enabled": True, "cacheTTL": "2m0s"},
                       "anonymous": {"enabled": False}},
    "authorization": {"mode": "Webhook", "webhook": {"cacheAuthorizedTTL": "5m0s", "cacheUnauthorizedTTL": "30s"}},
    "cgroupDriver": "systemd", "cgroupRoot": "/", "clusterDNS": ["10.100.0.10"], "clusterDomain": "cluster.local",
    "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock", "featureGates": {"RotateKubeletServerCertificate": True},
    "hairpinMode": "hairpin-veth", "protectKernelDefaults": True, "readOnlyPort": 0, "serializeImagePulls": False,
    "serverTLSBootstrap": True,
    "tlsCipherSuites": ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
                        "TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384"]}
KUBECONFIG = workers.EKS_KUBECONFIG % "aws"
UNIT = "[Service]\nSlice=runtime.slice\nEnvironmentFile=/etc/eks/kubelet/environment\nExecStart=/usr/bin/kubelet $NODEADM_KUBELET_ARGS\n"
FLAGS = """--cloud-provider=external --hostname-override=ip-10-0-0-1.ec2.internal
--image-credential-provider-bin-dir=/etc/eks/image-credential-provider
--image-credential-provider-config=/etc/eks/image-credential-provider/config.json --node-ip=10.0.0.1
--config=/etc/kubernetes/kubelet/config.json --kubeconfig=/var/lib/kubelet/kubeconfig"""
CONTAINERD = 'version = 2\n[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/opt/cni/bin"\nconf_dir = "/etc/cni/net.d"\n'
TRUTH = truths.WORKER + truths.KUBELET + truths.BOOTSTRAPPED + workers.EKS_PROXY_TRUTH + """
  4.1.1 FAIL [S] kubelet.service is 0644
  4.1.2 PASS [S] kubelet.service is root's
  4.1.5 FAIL [S] nodeadm writes /var/lib/kubelet/kubeconfig 0644
  4.1.6-4.1.8 PASS [S] kubeconfig and ca.crt are root's, ca.crt is 0644
  4.1.9 FAIL [S] nodeadm writes config.json 0644
  4.1.10 PASS [S] config.json is root's
  4.2.1 PASS [S] anonymous.enabled is false in config.json
  4.2.2-4.2.4 PASS [S] config.json
  4.2.7 FAIL [S] --hostname-override is always given
  4.2.10 NA [S] the kubeconfig runs a program for tokens: there is no certificate to renew
  4.2.12 FAIL [S] two of the suites, TLS_RSA_WITH_AES_*_GCM_*, keep nothing secret for later
  4.2.13-4.2.14 FAIL [S] neither podPidsLimit nor seccompDefault
"""
# [D] kubelet.config of a NodeConfig: what the benchmark asks of a kubelet, and this node lacks.
HARDENED = {"podPidsLimit": 4096, "seccompDefault": True, "streamingConnectionIdleTimeout": "5m", "eventRecordQPS": 5,
            "tlsCipherSuites": CONFIG["tlsCipherSuites"][:6]}


def al2023(drop_in=None):
    node = Node("eks")
    path = "/etc/kubernetes/kubelet/config.json.d/40-nodeadm.conf"
    flags = FLAGS + (" --config-dir=" + path.rpartition("/")[0] if drop_in else "")
    node.unit("/etc/systemd/system/kubelet.service", UNIT)
    node.tree("""
      0644 0:0 /etc/eks/release
      0644 0:0 /etc/eks/kubelet/environment
      0644 0:0 /etc/kubernetes/kubelet/config.json
      0644 0:0 /etc/kubernetes/pki/ca.crt
      0644 0:0 /var/lib/kubelet/kubeconfig
      0644 0:0 /etc/containerd/config.toml
      0644 0:0 /etc/cni/net.d/10-aws.conflist
      0755 0:0 /usr/bin/kubelet
    """, {"/etc/kubernetes/kubelet/config.json": json.dumps(CONFIG), "/var/lib/kubelet/kubeconfig": KUBECONFIG,
          "/etc/eks/kubelet/environment": "NODEADM_KUBELET_ARGS=\"%s\"\n" % flags.replace("\n", " "),
          "/etc/containerd/config.toml": CONTAINERD, "/usr/bin/kubelet": binary("1.33.5-eks-113cf36")})
    if drop_in:
        node.tree("0644 0:0 " + path, {path: json.dumps(dict(drop_in, kind=CONFIG["kind"], apiVersion=CONFIG["apiVersion"]))})
    node.process("/usr/bin/containerd", cgroup="/runtime.slice/containerd.service")
    node.process("/usr/bin/kubelet " + flags, cgroup="/runtime.slice/kubelet.service")
    workers.eks_proxy(node)
    return node.expect(TRUTH)


def al2(more=None):
    config = dict(CONFIG, tlsCipherSuites=CONFIG["tlsCipherSuites"][:6], **(more or {}))
    node = Node("eks-al2")
    node.unit("/etc/systemd/system/kubelet.service", "[Service]\nExecStart=/usr/bin/kubelet --config /etc/kubernetes/kubelet/kubelet-config.json "
              "--kubeconfig /var/lib/kubelet/kubeconfig $KUBELET_ARGS\n")
    node.unit("/etc/systemd/system/kubelet.service.d/10-kubelet-args.conf", "[Service]\nEnvironment='KUBELET_ARGS=--node-ip=10.0.0.1'\n")
    node.tree("""
      0755 0:0 /etc/eks/bootstrap.sh
      0644 0:0 /etc/kubernetes/kubelet/kubelet-config.json
      0644 0:0 /etc/kubernetes/pki/ca.crt
      0644 0:0 /var/lib/kubelet/kubeconfig
      0644 0:0 /etc/containerd/config.toml
      0755 0:0 /usr/bin/kubelet
    """, {"/etc/kubernetes/kubelet/kubelet-config.json": json.dumps(config),
          "/var/lib/kubelet/kubeconfig": KUBECONFIG, "/etc/containerd/config.toml": CONTAINERD, "/usr/bin/kubelet": binary("1.31.7")})
    node.process("/usr/bin/containerd", cgroup="/system.slice/containerd.service")
    node.process("/usr/bin/kubelet --config /etc/kubernetes/kubelet/kubelet-config.json --kubeconfig /var/lib/kubelet/kubeconfig "
                 "--node-ip=10.0.0.1", cgroup="/system.slice/kubelet.service")
    workers.eks_proxy(node)
    return node.expect(TRUTH, """
  4.2.7 PASS [M] no --hostname-override without an external cloud provider
  4.2.12 PASS [M] six suites, none of them TLS_RSA
""")


HARDENED_TRUTH = """
  4.2.5 PASS [N] five minutes
  4.2.8 PASS [N] 5 a second
  4.2.12 PASS [N] six suites, none of them TLS_RSA
  4.2.13-4.2.14 PASS [N] podPidsLimit and seccompDefault
"""
flipped = al2023({"authentication": {"anonymous": {"enabled": True}}}).expect("""
  4.2.1 FAIL [S] a user's configuration is a drop-in, which --config-dir names and the kubelet merges
""")
NODES = {
    "eks-al2023": al2023(), "eks-al2023-hardened": al2023(HARDENED).expect(HARDENED_TRUTH), "eks-al2023-user": flipped,
    "eks-al2": al2(), "eks-al2-hardened": al2({k: v for k, v in HARDENED.items() if k != "tlsCipherSuites"}).expect(HARDENED_TRUTH),
}
