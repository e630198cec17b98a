"""The control plane as kubeadm writes it, for the distributions that have kubeadm underneath. Source: cmd/kubeadm of 1.34."""
import truths
from made_node import Node

IMAGES = "registry.k8s.io/%s:v1.34.1"
KUBELET_CONFIG = """apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: %s/ca.crt}}
authorization: {mode: Webhook}
cgroupDriver: systemd
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
healthzBindAddress: 127.0.0.1
rotateCertificates: true
staticPodPath: /etc/kubernetes/manifests
"""
CONTAINERD = """version = 2
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
"""
APISERVER = """--advertise-address=10.0.0.1 --allow-privileged=true --authorization-mode=Node,RBAC --client-ca-file={p}/ca.crt
--enable-admission-plugins=NodeRestriction --enable-bootstrap-token-auth=true --etcd-cafile={ca} --etcd-certfile={cert} --etcd-keyfile={key}
--etcd-servers=https://10.0.0.1:2379 --kubelet-client-certificate={p}/apiserver-kubelet-client.crt
--kubelet-client-key={p}/apiserver-kubelet-client.key --kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname
--proxy-client-cert-file={p}/front-proxy-client.crt --proxy-client-key-file={p}/front-proxy-client.key
--requestheader-allowed-names=front-proxy-client --requestheader-client-ca-file={p}/front-proxy-ca.crt --secure-port=6443
--service-account-issuer=https://kubernetes.default.svc.cluster.local --service-account-key-file={p}/sa.pub
--service-account-signing-key-file={p}/sa.key --service-cluster-ip-range=10.96.0.0/16 --tls-cert-file={p}/apiserver.crt
--tls-private-key-file={p}/apiserver.key"""
MANAGER = """--allocate-node-cidrs=true --authentication-kubeconfig=/etc/kubernetes/controller-manager.conf
--authorization-kubeconfig=/etc/kubernetes/controller-manager.conf --bind-address=127.0.0.1 --client-ca-file={p}/ca.crt
--cluster-signing-cert-file={p}/ca.crt --cluster-signing-key-file={p}/ca.key --controllers=*,bootstrapsigner,tokencleaner
--kubeconfig=/etc/kubernetes/controller-manager.conf --leader-elect=true --root-ca-file={p}/ca.crt
--service-account-private-key-file={p}/sa.key --use-service-account-credentials=true"""
SCHEDULER = """--authentication-kubeconfig=/etc/kubernetes/scheduler.conf --authorization-kubeconfig=/etc/kubernetes/scheduler.conf
--bind-address=127.0.0.1 --kubeconfig=/etc/kubernetes/scheduler.conf --leader-elect=true"""
ETCD = """--advertise-client-urls=https://10.0.0.1:2379 --cert-file={p}/etcd/server.crt --client-cert-auth=true --data-dir=/var/lib/etcd
--initial-advertise-peer-urls=https://10.0.0.1:2380 --key-file={p}/etcd/server.key
--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.1:2379 --listen-metrics-urls=http://127.0.0.1:2381
--listen-peer-urls=https://10.0.0.1:2380 --name=node1 --peer-cert-file={p}/etcd/peer.crt --peer-client-cert-auth=true
--peer-key-file={p}/etcd/peer.key --peer-trusted-ca-file={p}/etcd/ca.crt --trusted-ca-file={p}/etcd/ca.crt"""

PROXY = """apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: /var/lib/kube-proxy/kubeconfig.conf}
metricsBindAddress: ""
"""
PROXY_KUBECONFIG = """apiVersion: v1
kind: Config
clusters: [{name: default, cluster: {server: "https://10.0.0.1:6443"}}]
users: [{name: default, user: {tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token}}]
"""
SUITES = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
# What the benchmark's own remedies come to, as extraArgs and extraVolumes of kubeadm's configuration.
HARDENED = {
    "kube-apiserver": """--admission-control-config-file=/etc/kubernetes/admission/admission.yaml --anonymous-auth=false --audit-log-maxage=30
--audit-log-maxbackup=10 --audit-log-maxsize=100 --audit-log-path=/var/log/kubernetes/audit/audit.log
--audit-policy-file=/etc/kubernetes/audit/policy.yaml
--enable-admission-plugins=NodeRestriction,AlwaysPullImages,DenyServiceExternalIPs,EventRateLimit
--encryption-provider-config=/etc/kubernetes/enc/encryption.yaml --kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt
--profiling=false --service-account-extend-token-expiration=false --tls-cipher-suites=""" + SUITES,
    "kube-controller-manager": "--profiling=false --terminated-pod-gc-threshold=100",
    "kube-scheduler": "--profiling=false"}
HARDENED_FOLDERS = ["/etc/kubernetes/admission", "/etc/kubernetes/audit", "/etc/kubernetes/enc", "/var/log/kubernetes/audit"]
ADMISSION = """apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: EventRateLimit
  path: %s
"""
EVENT_LIMIT = """apiVersion: eventratelimit.admission.k8s.io/v1alpha1
kind: Configuration
limits:
- {type: Namespace, qps: 50, burst: 100, cacheSize: 2000}
- {type: User, qps: 50, burst: 100}
"""
AUDIT = """apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: Metadata
  resources:
  - {group: "", resources: [secrets, configmaps, serviceaccounts/token]}
  - {group: authentication.k8s.io, resources: [tokenreviews]}
- level: Request
  verbs: [create, update, patch, delete]
  resources: [{group: ""}, {group: apps}]
- level: Metadata
"""
ENCRYPTION = """apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - %s: {keys: [{name: key, secret: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=}]}
  - identity: {}
"""
HARDENED_KUBELET = """serverTLSBootstrap: true
podPidsLimit: 4096
seccompDefault: true
eventRecordQPS: 5
streamingConnectionIdleTimeout: 5m
tlsCipherSuites: [%s]
""" % SUITES
PASSWD = "root:x:0:0::/root:/bin/sh\netcd:x:996:996::/:/sbin/nologin\n"
GROUP = "root:x:0:\netcd:x:996:\n"

# What kubeadm leaves behind, as the captured node kubeadm-stock and its truth file show.
TRUTH = truths.CONTROL_PLANE + truths.POD_PROXY + """
  1.1.1-1.1.8 PASS [U] kubeadm writes manifests 0600
  1.1.10 PASS [N] root's
  1.1.11 PASS [U] kubeadm makes /var/lib/etcd 0700
  1.1.12 FAIL [U] kubeadm's etcd runs as root
  1.1.13-1.1.18 PASS [U] kubeadm writes kubeconfigs 0600
  1.1.19 PASS [U] root owns the PKI
  1.1.20 PASS [U] kubeadm writes certificates 0644, as they may be
  1.1.21 PASS [U] kubeadm writes keys 0600
  1.2.1 FAIL [U] anonymous requests are not turned off
  1.2.3 FAIL [U] DenyServiceExternalIPs is off
  1.2.4 PASS [U] client certificate and key for kubelets are given
  1.2.5 FAIL [U] no --kubelet-certificate-authority
  1.2.6-1.2.8 PASS [U] --authorization-mode=Node,RBAC
  1.2.9 FAIL [U] EventRateLimit is off
  1.2.11 FAIL [U] AlwaysPullImages is off
  1.2.14 PASS [U] --enable-admission-plugins=NodeRestriction
  1.2.15-1.2.19 FAIL [U] profiling is on; there is no audit log
  1.2.22 PASS [U] --service-account-key-file
  1.2.23 PASS [U] --etcd-certfile and --etcd-keyfile
  1.2.24-1.2.25 PASS [U] --tls-cert-file, --tls-private-key-file and --client-ca-file
  1.2.26 PASS [U] --etcd-cafile
  1.2.27-1.2.28 FAIL [U] no --encryption-provider-config
  1.2.29 FAIL [U] no --tls-cipher-suites
  1.2.30 FAIL [U] extended tokens are the default
  1.3.2 FAIL [U] profiling is on
  1.3.3-1.3.5 PASS [U] --use-service-account-credentials, --service-account-private-key-file, --root-ca-file
  1.3.7 PASS [U] --bind-address=127.0.0.1
  1.4.1 FAIL [U] profiling is on
  1.4.2 PASS [U] --bind-address=127.0.0.1
  2.1-2.6 PASS [U] kubeadm's flags of etcd
  2.7 PASS [U] etcd has a CA of its own
  3.2.1-3.2.2 FAIL [U] no audit policy
"""
# The kubelet of kubeadm's configuration above.
KUBELET_TRUTH = truths.KUBELET + truths.SELF_SIGNED + """
  4.1.1 FAIL [U] the unit and its drop-in are 0644
  4.1.2 PASS [U] they are root's
  4.1.5-4.1.6 PASS [U] kubeadm writes kubelet.conf 0600
  4.1.7-4.1.8 PASS [U] kubeadm writes ca.crt 0644, as it may be
  4.1.9 FAIL [U] kubeadm writes config.yaml 0644
  4.1.10 PASS [U] config.yaml is root's
  4.2.1-4.2.3 PASS [U] the kubelet's configuration
  4.2.4 PASS [U] 0 with a configuration file that is silent
  4.2.10 PASS [U] rotateCertificates
  4.2.12-4.2.14 FAIL [U] no tlsCipherSuites, podPidsLimit or seccompDefault
"""
# HARDENED and HARDENED_KUBELET above: the node kubeadm-hardened and its truth file.
HARDENED_TRUTH = """
  1.2.1 PASS [N] --anonymous-auth=false
  1.2.3 PASS [N] DenyServiceExternalIPs
  1.2.5 PASS [N] --kubelet-certificate-authority
  1.2.9 PASS [N] EventRateLimit, and limits in the file that the admission configuration names
  1.2.11 PASS [N] AlwaysPullImages
  1.2.15 PASS [N] --profiling=false
  1.2.16-1.2.19 PASS [N] --audit-log-path, 30 days, 10 files, 100 MB
  1.2.27-1.2.28 PASS [N] secrets are encrypted, and identity comes last
  1.2.29 PASS [N] suites with forward secrecy alone
  1.2.30 PASS [N] --service-account-extend-token-expiration=false
  1.3.1 PASS [N] --terminated-pod-gc-threshold
  1.3.2 PASS [N] --profiling=false
  1.4.1 PASS [N] --profiling=false
  3.2.1-3.2.2 PASS [N] secrets at Metadata, changes of pods and deployments at Request, all else at Metadata
"""
HARDENED_KUBELET_TRUTH = truths.BOOTSTRAPPED + """
  4.2.5 PASS [N] five minutes
  4.2.8 PASS [N] 5 a second
  4.2.12-4.2.14 PASS [N] tlsCipherSuites, podPidsLimit, seccompDefault
"""
HARDENED_TRUTHS = HARDENED_TRUTH + HARDENED_KUBELET_TRUTH + """
  1.1.9 PASS [N] the pod network's file is 0600
  1.1.12 PASS [N] /var/lib/etcd belongs to etcd
  4.1.1 PASS [N] the unit and its drop-ins are 0600
  4.1.9 PASS [N] config.yaml is 0600
"""


def over(base, flags):
    """BASE, with FLAGS in place of those of the same name: as kubeadm does with extraArgs."""
    names = {flag.split("=")[0] for flag in flags.split()}
    return " ".join([flag for flag in base.split() if flag.split("=")[0] not in names] + flags.split())


def harden(made, place="/etc/kubernetes"):
    """Files that the flags of HARDENED name."""
    made.tree("0600 0:0 {k}/admission/admission.yaml\n0600 0:0 {k}/admission/event.yaml\n0600 0:0 {k}/audit/policy.yaml\n"
              "0600 0:0 {k}/enc/encryption.yaml\n0700 0:0 /var/log/kubernetes/audit/".format(k=place), {
                  place + "/admission/admission.yaml": ADMISSION % (place + "/admission/event.yaml"),
                  place + "/admission/event.yaml": EVENT_LIMIT, place + "/audit/policy.yaml": AUDIT,
                  place + "/enc/encryption.yaml": ENCRYPTION % "secretbox"})


def proxy(made, config=PROXY):
    made.proxy("--config=/var/lib/kube-proxy/config.conf --hostname-override=node1",
               [("/var/lib/kube-proxy/config.conf", config), ("/var/lib/kube-proxy/kubeconfig.conf", PROXY_KUBECONFIG)])


def add(made, pki="/etc/kubernetes/pki", etcd_client=None, flags=None, paths=(), scheduler_paths=(), etcd_owner="0:0"):
    """kube-apiserver, kube-controller-manager, kube-scheduler and their files; etcd too unless ETCD_CLIENT (CA, certificate, key)
    says where to find another one. FLAGS (component: flags) go before kubeadm's own, PATHS are more that the API server has mounted."""
    flags = flags or {}
    ca, cert, key = etcd_client or [pki + tail for tail in ("/etcd/ca.crt", "/apiserver-etcd-client.crt", "/apiserver-etcd-client.key")]
    names = "ca apiserver apiserver-kubelet-client front-proxy-ca front-proxy-client".split()
    names += [] if etcd_client else "apiserver-etcd-client etcd/ca etcd/server etcd/peer etcd/healthcheck-client".split()
    made.tree("\n".join("0644 0:0 {p}/{n}.crt\n0600 0:0 {p}/{n}.key".format(p=pki, n=name) for name in names))
    made.tree("0600 0:0 %s/sa.key\n0600 0:0 %s/sa.pub" % (pki, pki))
    made.tree("\n".join("0600 0:0 /etc/kubernetes/%s.conf" % name for name in "admin super-admin controller-manager scheduler".split()))
    manifests, conf = "/etc/kubernetes/manifests", "/etc/kubernetes/%s.conf"
    made.tree("0700 0:0 %s/" % manifests)
    mounts = {"kube-apiserver": [pki] + ([ca.rpartition("/")[0]] if etcd_client else []) + list(paths),
              "kube-controller-manager": [pki, conf % "controller-manager"], "kube-scheduler": [conf % "scheduler"] + list(scheduler_paths)}
    for component, base in (("kube-apiserver", APISERVER.format(p=pki, ca=ca, cert=cert, key=key)),
                            ("kube-controller-manager", MANAGER.format(p=pki)), ("kube-scheduler", SCHEDULER)):
        made.static_pod(manifests, component, over(base, flags.get(component, "")), mounts[component], image=IMAGES % component)
    if not etcd_client:
        made.tree("0700 %s /var/lib/etcd/" % etcd_owner)
        made.static_pod(manifests, "etcd", ETCD.format(p=pki), [pki + "/etcd", "/var/lib/etcd"], image="registry.k8s.io/etcd:3.6.5-0")


def node(platform, units, conflist, hardened, flags=None):
    """A node with the control plane, UNITS (path, text) that start the kubelet and CONFLIST of the pod network. HARDENED: everything the
    benchmark asks for, by kubeadm's configuration; modes and the user etcd by hand. FLAGS (component: flags) go before these."""
    made = Node(platform)
    mode = "0600" if hardened else "0644"
    if hardened:
        harden(made)
        made.tree("0644 0:0 /etc/passwd\n0644 0:0 /etc/group", {"/etc/passwd": PASSWD, "/etc/group": GROUP})
    add(made, flags=dict(HARDENED, **(flags or {})) if hardened else flags, paths=HARDENED_FOLDERS if hardened else (), etcd_owner="996:996" if hardened else "0:0")
    proxy(made)
    for path, text in units:
        made.unit(path, text, mode)
    made.tree("""
      {m} 0:0 /var/lib/kubelet/config.yaml
      0644 0:0 /var/lib/kubelet/kubeadm-flags.env
      0600 0:0 /etc/kubernetes/kubelet.conf
      {m} 0:0 {c}
    """.format(m=mode, c=conflist), {
        "/var/lib/kubelet/config.yaml": KUBELET_CONFIG % "/etc/kubernetes/pki" + (HARDENED_KUBELET if hardened else "")})
    return made.expect(TRUTH, KUBELET_TRUTH)
