"""Bottlerocket in EKS. [S] packages/kubernetes of bottlerocket-core-kit, its checks for CIS (README)."""
import truths
import workers
from made_node import binary

# Flags with a space before their value.
COMMAND = """/usr/bin/kubelet --cloud-provider external --kubeconfig /etc/kubernetes/kubelet/kubeconfig
  --config /etc/kubernetes/kubelet/config --container-runtime-endpoint=unix:///run/containerd/containerd.sock --root-dir /var/lib/kubelet
  --cert-dir /var/lib/kubelet/pki --node-ip 10.0.0.1"""
# [S] kubelet-config: what is always there, and what settings.kubernetes.* decide.
CONFIG = workers.CONFIG % "/etc/kubernetes/pki/ca.crt" + """readOnlyPort: 0
protectKernelDefaults: true
serverTLSBootstrap: true
tlsCipherSuites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]
staticPodPath: "/etc/kubernetes/static-pods/"
podPidsLimit: %d
seccompDefault: %s
"""
KUBECONFIG = workers.EKS_KUBECONFIG % "/usr/bin/aws-iam-authenticator"


def make(pids=1048576, seccomp="false", more=""):
    units = [("/usr/lib/systemd/system/kubelet.service", "0644"), ("/etc/systemd/system/kubelet.service.d/exec-start.conf", "0644")]
    node = workers.worker("bottlerocket", COMMAND, units, """
      0644 0:0 /etc/os-release
      0600 0:0 /etc/kubernetes/kubelet/config
      0600 0:0 /etc/kubernetes/kubelet/kubeconfig
      0600 0:0 /etc/kubernetes/pki/ca.crt
      0755 0:0 /etc/kubernetes/static-pods/
      /etc/kubernetes/manifests -> static-pods
      0755 0:0 /usr/bin/kubelet
    """, {"/etc/os-release": "ID=bottlerocket\n", "/usr/bin/kubelet": binary("1.31.7"), "/etc/kubernetes/kubelet/kubeconfig": KUBECONFIG,
          "/etc/kubernetes/kubelet/config": CONFIG % (pids, seccomp) + more})
    workers.eks_proxy(node)
    return node.expect(truths.BOOTSTRAPPED, workers.EKS_PROXY_TRUTH, """
  4.1.1 FAIL [M] the unit and its drop-in are 0644, which its own check for 4.1.1 lets pass
  4.1.2 PASS [S] its own check wants root
  4.1.5-4.1.8 PASS [M] kubeconfig is 0600; [S] its own check wants 0600 for pki/ca.crt, and root for all
  4.1.9-4.1.10 PASS [S] its own check wants 0600 and root for kubelet/config
  4.2.1-4.2.4 PASS [S] the configuration that --config and a space name
  4.2.10 NA [S] the kubeconfig of the variants for AWS runs a program for tokens
  4.2.12-4.2.13 PASS [S] six suites with forward secrecy, a limit of 1048576
  4.2.14 FAIL [S] seccompDefault is off unless it is set
""")


def hardened():
    """settings.kubernetes: seccomp-default, pod-pids-limit, event-qps."""
    return make(4096, "true", "eventRecordQPS: 5\n").expect("""
  4.2.8 PASS [S] event-qps
  4.2.13-4.2.14 PASS [S] pod-pids-limit and seccomp-default
""")


NODES = {"bottlerocket": make(), "bottlerocket-hardened": hardened()}
