"""MicroK8s: kubelite reads the arguments of each component from a file. [S] canonical/microk8s: default-args, wrappers, its patches of Kubernetes."""
import truths
from made_node import Node

SNAP, DATA, COMMON = "/snap/microk8s/8000", "/var/snap/microk8s/8000", "/var/snap/microk8s/common"
COMPONENTS = {"scheduler": "kube-scheduler", "controller-manager": "kube-controller-manager", "proxy": "kube-proxy",
              "kubelet": "kubelet", "apiserver": "kube-apiserver"}
EXPOSED = "TLS_RSA_WITH_3DES_EDE_CBC_SHA"  # one of the weak suites of each list
# What decides verdicts of [S] default-args, and a few others; quotes, comments and both ways to write a variable as there.
ARGUMENTS = {
    "kube-apiserver": """--cert-dir=${SNAP_DATA}/certs
--service-cluster-ip-range=10.152.183.0/24
--authorization-mode=AlwaysAllow
--service-account-key-file=${SNAP_DATA}/certs/serviceaccount.key
--client-ca-file=${SNAP_DATA}/certs/ca.crt
--tls-cert-file=${SNAP_DATA}/certs/server.crt
--tls-private-key-file=${SNAP_DATA}/certs/server.key
--tls-cipher-suites=TLS_AES_128_GCM_SHA256,%s
--kubelet-client-certificate=${SNAP_DATA}/certs/apiserver-kubelet-client.crt
--kubelet-client-key=${SNAP_DATA}/certs/apiserver-kubelet-client.key
--secure-port=16443
--etcd-servers="unix://${SNAP_DATA}/var/kubernetes/backend/kine.sock:12379"
--allow-privileged=true
--service-account-issuer='https://kubernetes.default.svc'
--service-account-signing-key-file=${SNAP_DATA}/certs/serviceaccount.key
--event-ttl=5m
--profiling=false

# aggregation
--requestheader-client-ca-file=${SNAP_DATA}/certs/front-proxy-ca.crt
#~aggregation
--enable-admission-plugins=EventRateLimit
--admission-control-config-file=${SNAP_DATA}/args/admission-control-config-file.yaml
--kubelet-certificate-authority=${SNAP_DATA}/certs/ca.crt
""" % EXPOSED,
    "kube-controller-manager": """--kubeconfig=${SNAP_DATA}/credentials/controller.config
--service-account-private-key-file=${SNAP_DATA}/certs/serviceaccount.key
--root-ca-file=${SNAP_DATA}/certs/ca.crt
--use-service-account-credentials
--profiling=false
""",
    "kube-scheduler": "--kubeconfig=$SNAP_DATA/credentials/scheduler.config\n--profiling=false\n",
    "kube-proxy": "--kubeconfig=${SNAP_DATA}/credentials/proxy.config\n--cluster-cidr=10.1.0.0/16\n--healthz-bind-address=127.0.0.1\n"
                  "--profiling=false\n",
    "kubelet": """--kubeconfig=${SNAP_DATA}/credentials/kubelet.config
--cert-dir=${SNAP_DATA}/certs
--client-ca-file=${SNAP_DATA}/certs/ca.crt
--anonymous-auth=false
--root-dir=${SNAP_COMMON}/var/lib/kubelet
--fail-swap-on=false
--eviction-hard="memory.available<100Mi,nodefs.available<1Gi,imagefs.available<1Gi"
--container-runtime-endpoint=${SNAP_COMMON}/run/containerd.sock
--containerd=${SNAP_COMMON}/run/containerd.sock
--node-labels="microk8s.io/cluster=true,node.kubernetes.io/microk8s-controlplane=microk8s-controlplane"
--authentication-token-webhook=true
--read-only-port=0
--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_128_GCM_SHA256
--serialize-image-pulls=false
""",
}
FILES = {
    "admission-control-config-file.yaml": "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n"
                                          "- {name: EventRateLimit, path: eventconfig.yaml}\n",
    "eventconfig.yaml": "apiVersion: eventratelimit.admission.k8s.io/v1alpha1\nkind: Configuration\nlimits:\n"
                        "- {type: Server, qps: 5000, burst: 20000}\n",
    "containerd.toml": "version = 2\n[plugins.'io.containerd.grpc.v1.cri'.cni]\n  conf_dir = \"%s/args/cni-network\"\n" % DATA,
}


def make(changes=(), control_plane=True, more=(), access="0660 0:1001"):
    """CHANGES: (component, old, new) texts of its arguments; MORE: (component, lines behind them). ACCESS: mode and owner of its files."""
    arguments = dict(ARGUMENTS)
    for component, lines in more:
        arguments[component] += lines
    for component, old, new in changes:
        assert old in arguments[component]
        arguments[component] = arguments[component].replace(old, new)
    content = dict(arguments, **FILES)
    node = Node("microk8s")
    node.options = ["--kubernetes", "1.33.5"]  # the tree has no program file that would tell
    node.tree("/var/snap/microk8s/current -> 8000")
    for name, text in content.items():
        node.unit("%s/args/%s" % (DATA, name), text, "0660")
    node.tree("".join("%s %s/credentials/%s.config\n" % (access, DATA, name)
                      for name in ("client", "kubelet", "proxy", "controller", "scheduler")))
    node.tree("""
      {a} {d}/certs/ca.crt
      {a} {d}/certs/ca.key
      {a} {d}/certs/server.crt
      {a} {d}/certs/server.key
      {a} {d}/certs/front-proxy-ca.crt
      {a} {d}/certs/apiserver-kubelet-client.crt
      {a} {d}/certs/apiserver-kubelet-client.key
      {a} {d}/certs/serviceaccount.key
      0600 0:0 {d}/args/cni-network/10-calico.conflist
    """.format(d=DATA, a=access))
    node.process(["%s/kubelite" % SNAP] + ["--%s-args-file=%s/args/%s" % (key, DATA, name) for key, name in COMPONENTS.items()]
                 + ["--kubeconfig-file=%s/credentials/client.config" % DATA, "--start-control-plane=%s" % str(control_plane).lower()],
                 cgroup="/system.slice/snap.microk8s.daemon-kubelite.service",
                 environ=("SNAP=" + SNAP, "SNAP_DATA=" + DATA, "SNAP_COMMON=" + COMMON))
    node.process("%s/bin/containerd --config %s/args/containerd.toml --root %s/var/lib/containerd --state %s/run/containerd "
                 "--address %s/run/containerd.sock" % (SNAP, DATA, COMMON, COMMON, COMMON),
                 cgroup="/system.slice/snap.microk8s.daemon-containerd.service")
    node.expect(KUBELET)
    node.expect(CONTROL_PLANE if control_plane else WORKER)
    return node


KUBELET = truths.KUBELET + """
  4.1.1-4.1.2 NA [S] no unit of its own starts the kubelet
  4.1.3-4.1.4 FAIL [S] credentials/proxy.config is 0660 and of the group microk8s
  4.1.5-4.1.6 FAIL [S] credentials/kubelet.config is 0660 and of the group microk8s
  4.1.7-4.1.8 FAIL [S] certs/ca.crt is 0660 and of the group microk8s
  4.1.9-4.1.10 NA [S] the kubelet has arguments only
  4.2.1 PASS [S] --anonymous-auth=false
  4.2.2 FAIL [S] no --authorization-mode, and arguments alone have AlwaysAllow as default
  4.2.3 PASS [S] --client-ca-file
  4.2.4 PASS [S] --read-only-port=0
  4.2.9 FAIL [S] neither a serving certificate nor one that the cluster signs
  4.2.10 FAIL [S] no --rotate-certificates, and arguments alone have false as default
  4.2.11 FAIL [S] no serving certificate that the cluster signs
  4.2.12 FAIL [S] the list has a suite without forward secrecy
  4.2.13-4.2.14 FAIL [S] neither a limit of PIDs nor a default of seccomp
  4.3.1 PASS [S] no --metrics-bind-address, and the default is the node itself
"""
CONTROL_PLANE = truths.CONTROL_PLANE + """
  1.1.1-1.1.8 NA [S] the control plane is in kubelite, without manifests
  1.1.9-1.1.10 PASS [N] the conflist of this tree is 0600
  1.1.11-1.1.12 NA [S] k8s-dqlite, and so no etcd
  1.1.13-1.1.18 FAIL [S] credentials are 0660 and of the group microk8s
  1.1.19-1.1.21 FAIL [S] certs are 0660 and of the group microk8s
  1.2.1 PASS [S] AlwaysAllow turns anonymous requests off
  1.2.2 PASS [S] no tokens in a file
  1.2.3 FAIL [S] DenyServiceExternalIPs is off
  1.2.4-1.2.5 PASS [S] its certificate towards kubelets, and their CA
  1.2.6-1.2.8 FAIL [S] --authorization-mode=AlwaysAllow
  1.2.9 PASS [S] EventRateLimit with limits for the server
  1.2.11 FAIL [S] AlwaysPullImages is off
  1.2.14 FAIL [S] NodeRestriction is off
  1.2.15 PASS [S] --profiling=false
  1.2.16-1.2.19 FAIL [S] no audit log
  1.2.21-1.2.22 PASS [S] --service-account-key-file; lookup is the default
  1.2.23 NA [S] a local socket
  1.2.24-1.2.25 PASS [S] --tls-cert-file, --client-ca-file
  1.2.26 NA [S] a local socket
  1.2.27-1.2.28 FAIL [S] no encryption of secrets
  1.2.29 FAIL [S] suites with CBC and 3DES
  1.2.30 FAIL [S] extended tokens are the default
  1.3.2-1.3.5 PASS [S] --profiling=false, --use-service-account-credentials, its key and CA
  1.3.7 FAIL [S] no --bind-address, and the default is every address
  1.4.1 PASS [S] --profiling=false
  1.4.2 FAIL [S] no --bind-address, and the default is every address
  2.1-2.7 NA [S] k8s-dqlite, and so no etcd
  3.1.3 PASS [S] no --enable-bootstrap-token-auth, and false is the default
  3.2.1-3.2.2 FAIL [S] no audit policy
"""
# --start-control-plane=false
WORKER = truths.WORKER


def weakened():
    # The addon rbac writes --authorization-mode=RBAC,Node [S]; the rest is what a user may have changed.
    node = make((("kube-apiserver", "=AlwaysAllow", "=RBAC,Node"), ("kube-apiserver", "--event-ttl=5m", "--anonymous-auth=true"),
                 ("kube-apiserver", "--profiling=false", "--profiling"), ("kube-apiserver", "--kubelet-certificate", "# --kubelet-certificate"),
                 ("kube-controller-manager", "--profiling=false", '--profiling="true"'),
                 ("kube-controller-manager", "--use-service-account-credentials", "--bind-address=0.0.0.0"),
                 ("kube-scheduler", "--profiling=false", "--profiling=false --profiling=true"),
                 ("kubelet", "--anonymous-auth=false", "--anonymous-auth"), ("kubelet", "--read-only-port=0", "--read-only-port 10255"),
                 ("kubelet", "--serialize-image-pulls=false", "--authorization-mode=Webhook --rotate-certificates --hostname-override=n"),
                 ("kube-proxy", "--cluster-cidr=10.1.0.0/16", "--metrics-bind-address=0.0.0.0")))
    node.expect("""
  1.2.1 FAIL [N] --anonymous-auth=true
  1.2.5 FAIL [N] --kubelet-certificate-authority stands in a comment
  1.2.6-1.2.8 PASS [S] --authorization-mode=RBAC,Node
  1.2.15 FAIL [N] --profiling
  1.3.2 FAIL [N] --profiling="true"
  1.3.3 FAIL [N] without --use-service-account-credentials
  1.3.7 FAIL [N] --bind-address=0.0.0.0
  1.4.1 FAIL [N] the last one says true
  4.2.1 FAIL [N] --anonymous-auth
  4.2.2 PASS [N] --authorization-mode=Webhook
  4.2.4 FAIL [N] --read-only-port 10255
  4.2.7 FAIL [N] --hostname-override
  4.2.10 PASS [N] --rotate-certificates
  4.3.1 FAIL [N] --metrics-bind-address=0.0.0.0
""")
    return node


def hardened():
    """[S] The addon cis-hardening of microk8s-core-addons. It leaves an argument alone that is there with another value."""
    audit = "".join("--audit-log-%s\n" % flag for flag in ("path=/var/log/apiserver/audit.log", "maxage=30", "maxbackup=10", "maxsize=100"))
    node = make((("kube-apiserver", "=AlwaysAllow", "=RBAC,Node"),), access="0600 0:0", more=(
        ("kube-apiserver", audit + "--audit-policy-file=${SNAP_DATA}/args/audit-policy.yaml\n--request-timeout=300s\n"),
        ("kube-controller-manager", "--terminated-pod-gc-threshold=10\n"),
        ("kubelet", "--protect-kernel-defaults=true\n--event-qps=0\n--authorization-mode=Webhook\n"
                    "--tls-cert-file=${SNAP_DATA}/certs/kubelet.crt\n--tls-private-key-file=${SNAP_DATA}/certs/kubelet.key\n")))
    node.unit(DATA + "/args/audit-policy.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  - level: Metadata\n", "0600")
    node.tree("0600 0:0 {d}/certs/kubelet.crt\n0600 0:0 {d}/certs/kubelet.key".format(d=DATA))
    return node.expect("""
  1.1.13-1.1.21 PASS [S] the addon makes args, credentials and certs root's, and takes the rights of others away
  1.2.1 FAIL [S] the addon rbac takes AlwaysAllow away, which had turned anonymous requests off, and nothing else does
  1.2.6-1.2.8 PASS [S] the addon rbac: --authorization-mode=RBAC,Node
  1.2.11 FAIL [S] --enable-admission-plugins is there, so the addon does not add AlwaysPullImages
  1.2.14 FAIL [S] nor NodeRestriction
  1.2.16-1.2.19 PASS [S] --audit-log-path, 30 days, 10 files, 100 MB
  1.2.20 MANUAL [S] 300s; whether that fits is the site's to say
  1.2.29 FAIL [S] the addon's list has the same suites
  1.3.1 PASS [S] --terminated-pod-gc-threshold=10
  3.2.1-3.2.2 PASS [S] everything at Metadata
  4.1.3-4.1.8 PASS [S] credentials and certs are root's and 0600
  4.2.2 PASS [S] --authorization-mode=Webhook
  4.2.8 FAIL [S] --event-qps=0 is without limit
  4.2.9 PASS [S] --tls-cert-file and --tls-private-key-file
""")


NODES = {"microk8s": make(), "microk8s-hardened": hardened(), "microk8s-weakened": weakened(), "microk8s-worker": make(control_plane=False)}
