"""k0s: components as children, with command lines of their own. [S] k0sproject/k0s, [D] its documentation, [R] seen (README)."""
import made_control_plane as kubeadm
import truths
from made_node import Node, binary

D = "/var/lib/k0s"
# [S] workerconfig/reconciler.go, and what the worker adds on the node.
CONFIG = """apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: /run/k0s/kubelet/ca.crt}}
authorization: {mode: Webhook}
eventRecordQPS: 0
rotateCertificates: true
serverTLSBootstrap: true
staticPodURL: http://127.0.0.1:1/manifests
tlsMinVersion: VersionTLS12
tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
"""
APISERVER = """{d}/bin/kube-apiserver --allow-privileged=true --anonymous-auth=false --authorization-mode=Node,RBAC
--client-ca-file={p}/ca.crt --enable-admission-plugins=NodeRestriction --enable-bootstrap-token-auth=true
--etcd-servers={e} --kubelet-certificate-authority={p}/ca.crt
--kubelet-client-certificate={p}/apiserver-kubelet-client.crt --kubelet-client-key={p}/apiserver-kubelet-client.key --profiling=false
--requestheader-client-ca-file={p}/front-proxy-ca.crt --secure-port=6443 --service-account-issuer=https://kubernetes.default.svc
--service-account-key-file={p}/sa.pub --service-account-signing-key-file={p}/sa.key --service-cluster-ip-range=10.96.0.0/12
--tls-cert-file={p}/server.crt --tls-private-key-file={p}/server.key --tls-min-version=VersionTLS12
--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256""".format(d=D, p=D + "/pki", e="unix:/run/k0s/kine/kine.sock:2379")
MANAGER = """{d}/bin/kube-controller-manager --authentication-kubeconfig={p}/ccm.conf --authorization-kubeconfig={p}/ccm.conf
--bind-address=127.0.0.1 --client-ca-file={p}/ca.crt --controllers=*,bootstrapsigner,tokencleaner --kubeconfig={p}/ccm.conf
--profiling=false --root-ca-file={p}/ca.crt --service-account-private-key-file={p}/sa.key --terminated-pod-gc-threshold=12500
--use-service-account-credentials=true""".format(d=D, p=D + "/pki")
SCHEDULER = """{d}/bin/kube-scheduler --authentication-kubeconfig={p}/scheduler.conf --authorization-kubeconfig={p}/scheduler.conf
--bind-address=127.0.0.1 --kubeconfig={p}/scheduler.conf --leader-elect=true --profiling=false""".format(d=D, p=D + "/pki")

# [S] etcd.go
ETCD = """{d}/bin/etcd --advertise-client-urls=https://127.0.0.1:2379
--auth-token=jwt,pub-key={p}/jwt.pub,priv-key={p}/jwt.key,sign-method=RS512,ttl=10m
--cert-file={p}/server.crt --client-cert-auth=true --data-dir={d}/etcd --enable-pprof=false
--initial-advertise-peer-urls=https://10.0.0.1:2380 --key-file={p}/server.key --listen-client-urls=https://127.0.0.1:2379
--listen-peer-urls=https://10.0.0.1:2380 --log-level=info --name=node1 --peer-cert-file={p}/peer.crt --peer-client-cert-auth=true
--peer-key-file={p}/peer.key --peer-trusted-ca-file={p}/ca.crt --tls-min-version=TLS1.2 --trusted-ca-file={p}/ca.crt""".format(d=D, p=D + "/pki/etcd")
PROXY = """apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: /var/lib/kube-proxy/kubeconfig.conf}
metricsBindAddress: %s
mode: iptables
"""
# [D] spec.api.extraArgs, the benchmark's remedies.
EXTRA = """--admission-control-config-file=/etc/k0s/hardening/admission/admission.yaml --audit-log-maxage=30 --audit-log-maxbackup=10
--audit-log-maxsize=100 --audit-log-path=/var/log/kubernetes/audit/audit.log --audit-policy-file=/etc/k0s/hardening/audit/policy.yaml
--enable-admission-plugins=NodeRestriction,AlwaysPullImages,DenyServiceExternalIPs,EventRateLimit
--encryption-provider-config=/etc/k0s/hardening/enc/encryption.yaml --service-account-extend-token-expiration=false"""


def make(apiserver=APISERVER, words="controller --single=true", store="kine --listen-address=unix:///run/k0s/kine/kine.sock:2379",
         kubelet="", metrics="0.0.0.0:10249"):
    node = Node("k0s")
    node.unit("/etc/systemd/system/k0scontroller.service", "[Service]\nExecStart=/usr/local/bin/k0s %s\n" % words)
    node.tree("""
      0600 0:0 /etc/k0s/k0s.yaml
      0600 0:0 /etc/k0s/containerd.toml
      0600 0:0 /etc/cni/net.d/10-kuberouter.conflist
      0751 0:0 {d}/pki/
      0644 0:0 {d}/pki/ca.crt
      0640 996:0 {d}/pki/ca.key
      0644 0:0 {d}/pki/front-proxy-ca.crt
      0644 0:0 {d}/pki/server.crt
      0640 996:0 {d}/pki/server.key
      0644 0:0 {d}/pki/apiserver-kubelet-client.crt
      0640 996:0 {d}/pki/apiserver-kubelet-client.key
      0640 996:0 {d}/pki/sa.key
      0644 996:0 {d}/pki/sa.pub
      0600 0:0 {d}/pki/admin.conf
      0640 996:0 {d}/pki/ccm.conf
      0640 995:0 {d}/pki/scheduler.conf
      0600 0:0 /run/k0s/kubelet-direct.conf
      0600 0:0 /run/k0s/kubelet/config.yaml
      0644 0:0 /run/k0s/kubelet/ca.crt
      0755 0:0 {d}/bin/kube-apiserver
    """.format(d=D), {"/run/k0s/kubelet/config.yaml": CONFIG + kubelet, "/etc/k0s/containerd.toml": "version = 2\n", "/etc/k0s/k0s.yaml": "",
                      D + "/bin/kube-apiserver": binary("1.33.5")})
    node.options = ["--kubernetes", "1.33.5"]
    unit = "/system.slice/k0scontroller.service"
    node.process("/usr/local/bin/k0s " + words, cgroup=unit)
    for command in (apiserver, MANAGER, SCHEDULER, "%s/bin/%s" % (D, store)):
        node.process(command, cgroup=unit)
    node.process("%s/bin/containerd --root=%s/containerd --state=/run/k0s/containerd --config=/etc/k0s/containerd.toml" % (D, D), cgroup=unit)
    node.process("%s/bin/kubelet --cert-dir=%s/kubelet/pki --config=/run/k0s/kubelet/config.yaml --hostname-override=node1 "
                 "--kubeconfig=/run/k0s/kubelet-direct.conf --root-dir=%s/kubelet" % (D, D, D), cgroup=unit)
    node.proxy("--config=/var/lib/kube-proxy/config.conf --hostname-override=node1", state="/run/k0s/containerd",
               files=[("/var/lib/kube-proxy/config.conf", PROXY % metrics), ("/var/lib/kube-proxy/kubeconfig.conf", kubeadm.PROXY_KUBECONFIG)])
    return node.expect(truths.CONTROL_PLANE, truths.KUBELET, truths.BOOTSTRAPPED, truths.POD_PROXY, """
  1.1.1-1.1.8 NA [S] children of k0s, no manifests
  1.1.9-1.1.10 PASS [N] 10-kuberouter.conflist is 0600 and root's
  1.1.11-1.1.12 NA [S] kine, and so no etcd
  1.1.13-1.1.14 PASS [S] pki/admin.conf is 0600
  1.1.15-1.1.18 FAIL [S] kubeconfigs are 0640 and belong to the components' users
  1.1.19 FAIL [S] some of the PKI belongs to the components' users
  1.1.20 PASS [S] certificates are 0644
  1.1.21 FAIL [S] keys are 0640
  1.2.1 PASS [R] --anonymous-auth=false
  1.2.3 FAIL [R] DenyServiceExternalIPs is off
  1.2.4-1.2.5 PASS [S] client certificate, key and CA for kubelets
  1.2.6-1.2.8 PASS [S] Node,RBAC
  1.2.9 FAIL [S] EventRateLimit is off
  1.2.11 FAIL [S] AlwaysPullImages is off
  1.2.14 PASS [S] NodeRestriction
  1.2.15 PASS [S] --profiling=false
  1.2.16-1.2.19 FAIL [S] no audit log
  1.2.22 PASS [S] --service-account-key-file
  1.2.23 NA [R] kine over a local socket
  1.2.24-1.2.25 PASS [S] --tls-cert-file, --tls-private-key-file, --client-ca-file
  1.2.26 NA [R] kine over a local socket
  1.2.27-1.2.28 FAIL [S] no encryption of secrets
  1.2.29 PASS [S] suites with forward secrecy alone
  1.2.30 FAIL [S] extended tokens are the default
  1.3.1-1.3.5 PASS [S] a threshold, --profiling=false, service account credentials, key and CA
  1.3.7 PASS [S] --bind-address=127.0.0.1
  1.4.1-1.4.2 PASS [S] --profiling=false, --bind-address=127.0.0.1
  2.1-2.7 NA [S] kine, and so no etcd
  3.2.1-3.2.2 FAIL [S] no audit policy
  4.1.1-4.1.2 NA [S] k0s starts the kubelet, which has no unit of its own
  4.1.5-4.1.6 PASS [R] /run/k0s/kubelet-direct.conf, which a kubelet beside its controller is given
  4.1.7-4.1.8 PASS [S] /run/k0s/kubelet/ca.crt
  4.1.9-4.1.10 PASS [S] /run/k0s/kubelet/config.yaml
  4.2.1-4.2.4 PASS [S] anonymous off, Webhook, a CA, and 0 is the default beside a configuration file
  4.2.7 FAIL [S] --hostname-override is always given
  4.2.8 FAIL [S] 0 events a second means without limit
  4.2.10 PASS [S] rotateCertificates
  4.2.12 PASS [S] suites with forward secrecy alone
  4.2.13-4.2.14 FAIL [S] neither is set
  4.3.1 FAIL [D] 0.0.0.0:10249 by default
""")


def hardened():
    """Storage in etcd; spec.api.extraArgs, spec.network.kubeProxy and a worker profile."""
    p = D + "/pki"
    store = ("--etcd-servers=https://127.0.0.1:2379 --etcd-cafile={p}/etcd/ca.crt --etcd-certfile={p}/apiserver-etcd-client.crt "
             "--etcd-keyfile={p}/apiserver-etcd-client.key ").format(p=p)
    node = make(kubeadm.over(APISERVER, store + EXTRA), "controller --enable-worker", ETCD[len(D + "/bin/"):],
                "podPidsLimit: 4096\nseccompDefault: true\nstreamingConnectionIdleTimeout: 5m\n", "127.0.0.1:10249")
    kubeadm.harden(node, "/etc/k0s/hardening")
    node.tree("""
      0700 994:0 {d}/etcd/
      0711 994:0 {p}/etcd/
      0640 994:0 {p}/etcd/ca.crt
      0640 994:0 {p}/etcd/ca.key
      0644 994:0 {p}/etcd/server.crt
      0640 994:0 {p}/etcd/server.key
      0644 994:0 {p}/etcd/peer.crt
      0640 994:0 {p}/etcd/peer.key
      0644 996:0 {p}/apiserver-etcd-client.crt
      0640 996:0 {p}/apiserver-etcd-client.key
      0644 0:0 /etc/passwd
      0644 0:0 /etc/group
    """.format(d=D, p=p), {"/etc/passwd": "root:x:0:0::/root:/bin/sh\netcd:x:994:994::/:/sbin/nologin\n", "/etc/group": "root:x:0:\netcd:x:994:\n"})
    return node.expect("""
  1.1.7-1.1.8 NA [S] etcd is a child of k0s
  1.1.11 PASS [S] EtcdDataDirMode is 0700
  1.1.12 FAIL [S] its user is etcd, its group root
  1.2.3 PASS [D] enable-admission-plugins in extraArgs
  1.2.9 PASS [D] the plugin, and limits in the file that the admission configuration names
  1.2.11 PASS [D] enable-admission-plugins in extraArgs
  1.2.16-1.2.19 PASS [D] audit-log-path, 30 days, 10 files, 100 MB
  1.2.23 PASS [S] --etcd-certfile and --etcd-keyfile
  1.2.26 PASS [S] --etcd-cafile
  1.2.27-1.2.28 PASS [D] secretbox
  1.2.30 PASS [D] service-account-extend-token-expiration
  2.1-2.6 PASS [S] flags of etcd
  2.7 PASS [S] etcd has a CA of its own
  3.2.1-3.2.2 PASS [N] the policy of the benchmark's remedy
  4.2.5 PASS [D] a worker profile: five minutes
  4.2.13-4.2.14 PASS [D] a worker profile
  4.3.1 PASS [D] spec.network.kubeProxy.metricsBindAddress
""")


def worker():
    """[S] k0s worker: its kubelet proves who it is by a kubeconfig of its own."""
    places = [D + "/pki", "/run/k0s/kubelet-direct.conf", "/etc/k0s/k0s.yaml", "/etc/systemd/system/k0scontroller.service", D + "/bin/kube-apiserver"]
    node = make().without(truths.CONTROL_PLANE_PROGRAMS + ("k0s", "kine"), places)
    node.unit("/etc/systemd/system/k0sworker.service", "[Service]\nExecStart=/usr/local/bin/k0s worker --token-file=/etc/k0s/token\n")
    node.process("/usr/local/bin/k0s worker --token-file=/etc/k0s/token", cgroup="/system.slice/k0sworker.service")
    for process in node.processes:
        process["argv"] = [word.replace("/run/k0s/kubelet-direct.conf", D + "/kubelet.conf") for word in process["argv"]]
    node.tree("0600 0:0 %s/kubelet.conf" % D)
    node.roles = {"control-plane": False, "etcd": False, "worker": True}
    return node.expect(truths.WORKER, "  4.1.5-4.1.6 PASS [M] kubelet.conf is 0600 and root's\n")


NODES = {"k0s-single": make(), "k0s-worker": worker(), "k0s-hardened": hardened()}
