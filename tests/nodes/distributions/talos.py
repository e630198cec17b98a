"""Talos. [S] siderolabs/talos, [D] its page on hardening and CIS (README)."""
import made_control_plane as kubeadm
import truths
import workers
from made_node import binary

# [S] kubelet_spec.go: what it always sets, and what a machine configuration of its own making turns on.
KUBELET_CONFIG = (workers.CONFIG % "/etc/kubernetes/pki/ca.crt") + """protectKernelDefaults: true
rotateCertificates: true
seccompDefault: true
staticPodURL: http://127.0.0.1:1/s
streamingConnectionIdleTimeout: 5m0s
tlsMinVersion: VersionTLS13
"""
PROXY = """apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: /etc/kubernetes/kubeconfig}
mode: nftables
"""
IN_CLUSTER = """apiVersion: v1
kind: Config
clusters: [{name: local, cluster: {server: "https://127.0.0.1:7445"}}]
users: [{name: service-account, user: {tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token}}]
"""


def worker(more=""):
    """No systemd; the kubelet is a container of machined's, in its own cgroup."""
    command = """/usr/local/bin/kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubeconfig --cert-dir=/var/lib/kubelet/pki
      --config=/etc/kubernetes/kubelet.yaml --hostname-override=node1 --kubeconfig=/etc/kubernetes/kubeconfig-kubelet --node-ip=10.0.0.1"""
    node = workers.worker("talos", command, [], """
      0644 0:0 /etc/os-release
      0600 0:0 /etc/kubernetes/kubelet.yaml
      0600 0:0 /etc/kubernetes/kubeconfig-kubelet
      0600 0:0 /etc/kubernetes/pki/ca.crt
      0600 0:0 /etc/cni/net.d/10-flannel.conflist
      0755 0:0 /usr/local/bin/kubelet
    """, {"/etc/os-release": "NAME=\"Talos\"\nID=talos\n", "/usr/local/bin/kubelet": binary("1.34.1"),
          "/etc/kubernetes/kubelet.yaml": KUBELET_CONFIG + more}, cgroup="/podruntime/kubelet")
    node.proxy("--config=/var/lib/kube-proxy/config.conf --hostname-override=node1",
               [("/var/lib/kube-proxy/config.conf", PROXY), ("/etc/kubernetes/kubeconfig", IN_CLUSTER)])
    return node.expect(truths.SELF_SIGNED, truths.POD_PROXY, """
  4.1.1-4.1.2 NA [S] there is no systemd, and so no unit
  4.1.5-4.1.10 PASS [S] files of the kubelet are 0600
  4.2.1-4.2.4 PASS [S] /etc/kubernetes/kubelet.yaml
  4.2.5 PASS [S] five minutes
  4.2.7 FAIL [S] --hostname-override is always given
  4.2.10 PASS [S] rotateCertificates
  4.2.12 PASS [S] TLS 1.3 alone
  4.2.13 FAIL [S] podPidsLimit is nowhere set
  4.2.14 PASS [S] defaultRuntimeSeccompProfileEnabled
""")


# [D] machine.kubelet: extraConfig, and extraArgs.rotate-server-certificates with what approves the requests.
KUBELET_MORE = "podPidsLimit: 4096\nserverTLSBootstrap: true\n"
KUBELET_HARDENED = truths.BOOTSTRAPPED + "  4.2.13 PASS [D] podPidsLimit in extraConfig\n"

SECRETS, CONFIG = "/system/secrets/kubernetes/%s", "/system/config/kubernetes/%s"
# [S] control_plane_final.go of siderolabs/talos: from 1.29 on --authorization-config is there in place of --authorization-mode.
APISERVER = """--admission-control-config-file={c}/admission-control-config.yaml --allow-privileged=true --anonymous-auth=false
--api-audiences=https://10.0.0.1:6443 --audit-log-maxage=30 --audit-log-maxbackup=10 --audit-log-maxsize=100
--audit-log-path=/var/log/audit/kube/kube-apiserver.log --audit-policy-file={c}/auditpolicy.yaml
--authorization-config={c}/authorization-config.yaml --bind-address=0.0.0.0 --client-ca-file={s}/ca.crt
--enable-admission-plugins=NodeRestriction --enable-bootstrap-token-auth=true --encryption-provider-config={s}/encryptionconfig.yaml
--etcd-cafile={s}/etcd-client-ca.crt --etcd-certfile={s}/etcd-client.crt --etcd-keyfile={s}/etcd-client.key
--etcd-servers=https://127.0.0.1:2379 --kubelet-client-certificate={s}/apiserver-kubelet-client.crt
--kubelet-client-key={s}/apiserver-kubelet-client.key --kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname --profiling=false
--proxy-client-cert-file={s}/front-proxy-client.crt --proxy-client-key-file={s}/front-proxy-client.key
--requestheader-client-ca-file={s}/aggregator-ca.crt --secure-port=6443 --service-account-issuer=https://10.0.0.1:6443
--service-account-key-file={s}/service-account.pub --service-account-signing-key-file={s}/service-account.key
--service-cluster-ip-range=10.96.0.0/12 --tls-cert-file={s}/apiserver.crt
--tls-min-version=VersionTLS13 --tls-private-key-file={s}/apiserver.key""".format(c=CONFIG % "kube-apiserver", s=SECRETS % "kube-apiserver")
MANAGER = """--allocate-node-cidrs=false --authentication-kubeconfig={s}/kubeconfig --authorization-kubeconfig={s}/kubeconfig
--bind-address=127.0.0.1 --cluster-signing-cert-file={s}/ca.crt --cluster-signing-key-file={s}/ca.key --controllers=*,tokencleaner
--kubeconfig={s}/kubeconfig --leader-elect=true --profiling=false --root-ca-file={s}/ca.crt
--service-account-private-key-file={s}/service-account.key --terminated-pod-gc-threshold=100 --tls-min-version=VersionTLS13
--use-service-account-credentials=true""".format(s=SECRETS % "kube-controller-manager")
SCHEDULER = """--authentication-kubeconfig={s}/kubeconfig --authentication-tolerate-lookup-failure=false --authorization-kubeconfig={s}/kubeconfig
--bind-address=127.0.0.1 --config={c}/scheduler-config.yaml --leader-elect=true --profiling=false
--tls-min-version=VersionTLS13""".format(s=SECRETS % "kube-scheduler", c=CONFIG % "kube-scheduler")
ETCD = """etcd --advertise-client-urls=https://10.0.0.1:2379 --cert-file=/system/secrets/etcd/server.crt --client-cert-auth=true
--data-dir=/var/lib/etcd --key-file=/system/secrets/etcd/server.key --listen-client-urls=https://0.0.0.0:2379
--listen-peer-urls=https://0.0.0.0:2380 --name=node1 --peer-cert-file=/system/secrets/etcd/peer.crt --peer-client-cert-auth=true
--peer-key-file=/system/secrets/etcd/peer.key --peer-trusted-ca-file=/system/secrets/etcd/ca.crt
--trusted-ca-file=/system/secrets/etcd/ca.crt"""


def control_plane(more="", apiserver="", admission="[]", scheduler=""):
    """[S] Static pods without a manifest on the node: machined serves them by URL. Their files are where Talos has them. APISERVER are
    extraArgs, ADMISSION and SCHEDULER what the machine configuration adds to these files."""
    node = worker(more)
    names = {"kube-apiserver": "ca.crt aggregator-ca.crt front-proxy-client.crt front-proxy-client.key etcd-client-ca.crt etcd-client.crt etcd-client.key"
             " apiserver-kubelet-client.crt apiserver-kubelet-client.key service-account.pub service-account.key apiserver.crt apiserver.key",
             "kube-controller-manager": "ca.crt ca.key service-account.key kubeconfig", "kube-scheduler": "kubeconfig"}
    for component, files in names.items():
        node.tree("\n".join("0400 65534:65534 %s/%s" % (SECRETS % component, name) for name in files.split()))
    node.tree("\n".join("0400 60:60 /system/secrets/etcd/%s" % name for name in "ca.crt server.crt server.key peer.crt peer.key".split()))
    config, kubeconfig = CONFIG % "kube-apiserver", SECRETS % "kube-scheduler" + "/kubeconfig"
    node.tree("""
      0400 65534:65534 {c}/admission-control-config.yaml
      0400 65534:65534 {c}/auditpolicy.yaml
      0400 65534:65534 {c}/authorization-config.yaml
      0400 65534:65534 {s}/encryptionconfig.yaml
      0400 65536:65536 /system/config/kubernetes/kube-scheduler/scheduler-config.yaml
      0700 60:60 /var/lib/etcd/
    """.format(c=config, s=SECRETS % "kube-apiserver"), {
        config + "/admission-control-config.yaml": "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins: %s\n" % admission,
        config + "/auditpolicy.yaml": "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n",
        config + "/authorization-config.yaml": "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n"
                                               "- {type: Node, name: node}\n- {type: RBAC, name: rbac}\n",
        (SECRETS % "kube-apiserver") + "/encryptionconfig.yaml": kubeadm.ENCRYPTION % "secretbox",
        "/system/config/kubernetes/kube-scheduler/scheduler-config.yaml":
            "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nclientConnection: {kubeconfig: %s}\n" % kubeconfig
            + scheduler})
    for component, words in (("kube-apiserver", kubeadm.over(APISERVER, apiserver)), ("kube-controller-manager", MANAGER),
                             ("kube-scheduler", SCHEDULER)):
        places = [SECRETS % component, CONFIG % component, "/var/log/audit/kube"]
        node.container(component, words, "registry.k8s.io/%s:v1.34.1" % component, mounts=[(path, path) for path in places],
                       argv0="/usr/local/bin/" + component)
    node.process(ETCD, exe="/usr/local/bin/etcd", cgroup="/system/etcd")
    return node.expect(truths.CONTROL_PLANE, """
  1.1.1-1.1.8 NA [S] no manifests on the node, and etcd is a service of machined's
  1.1.9-1.1.10 PASS [N] 10-flannel.conflist is 0600 and root's
  1.1.11 PASS [N] /var/lib/etcd is 0700
  1.1.12 FAIL [S] etcd has a user of its own, of another name
  1.1.13-1.1.14 NA [S] no kubeconfig of an administrator is on the node
  1.1.15 PASS [S] 0400
  1.1.16 FAIL [S] it belongs to the component's own user
  1.1.17 PASS [S] 0400
  1.1.18 FAIL [S] it belongs to the component's own user
  1.1.19 FAIL [S] each component's files belong to its own user
  1.1.20-1.1.21 PASS [S] 0400
  1.2.1 PASS [S] --anonymous-auth=false
  1.2.3 FAIL [S] DenyServiceExternalIPs is off
  1.2.4 PASS [S] --kubelet-client-certificate and --kubelet-client-key
  1.2.5 FAIL [S] no --kubelet-certificate-authority
  1.2.6-1.2.8 PASS [S] Node and RBAC, in the file that --authorization-config names
  1.2.9 FAIL [S] EventRateLimit is off
  1.2.11 FAIL [S] AlwaysPullImages is off
  1.2.14 PASS [S] NodeRestriction
  1.2.15 PASS [S] --profiling=false
  1.2.16-1.2.19 PASS [S] 30 days, 10 files, 100 MB
  1.2.22 PASS [S] --service-account-key-file
  1.2.23-1.2.26 PASS [S] pairs and CAs for etcd, for serving and for clients
  1.2.27-1.2.28 PASS [S] secretbox
  1.2.29 PASS [S] TLS 1.3 alone
  1.2.30 FAIL [S] extended tokens are the default
  1.3.1-1.3.5 PASS [S] a threshold of 100, --profiling=false, service account credentials, key and CA
  1.3.7 PASS [S] --bind-address=127.0.0.1
  1.4.1 FAIL [S] beside --config the flag --profiling=false does nothing, and the file says nothing
  1.4.2 PASS [S] --bind-address=127.0.0.1
  2.1-2.6 PASS [S] flags of etcd
  2.7 PASS [S] etcd has a CA of its own
  3.2.1-3.2.2 PASS [S] everything at Metadata
""")


def hardened():
    """[D] cluster.apiServer.extraArgs and admissionControl, cluster.scheduler.config."""
    admission = ("[{name: EventRateLimit, configuration: {apiVersion: eventratelimit.admission.k8s.io/v1alpha1, kind: Configuration, "
                 "limits: [{type: Server, qps: 5000, burst: 20000}]}}]")
    return control_plane(KUBELET_MORE, "--enable-admission-plugins=NodeRestriction,EventRateLimit,AlwaysPullImages,DenyServiceExternalIPs "
                         "--kubelet-certificate-authority=%s/ca.crt --service-account-extend-token-expiration=false" % (SECRETS % "kube-apiserver"),
                         admission, "enableProfiling: false\n").expect(KUBELET_HARDENED, """
  1.2.3 PASS [D] enable-admission-plugins adds to what Talos gives
  1.2.5 PASS [D] kubelet-certificate-authority
  1.2.9 PASS [D] the plugin, and admissionControl with its limits
  1.2.11 PASS [D] enable-admission-plugins
  1.2.30 PASS [D] service-account-extend-token-expiration
  1.4.1 PASS [D] enableProfiling in the scheduler's configuration
""")


NODES = {"talos-worker": worker(), "talos-worker-hardened": worker(KUBELET_MORE).expect(KUBELET_HARDENED),
         "talos-control-plane": control_plane(), "talos-control-plane-hardened": hardened()}
