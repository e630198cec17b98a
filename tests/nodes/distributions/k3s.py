"""K3s. [S] k3s-io/k3s source, [D] its documentation, [H] its CIS hardening guide, [C] its CIS self-assessment (README)."""
import rancher
import truths
from made_node import Node

D = "/var/lib/rancher/k3s"
TLS = D + "/server/tls"
UNIT = "[Unit]\nDescription=Lightweight Kubernetes\n[Service]\nType=notify\nEnvironmentFile=-/etc/systemd/system/%%N.env\nExecStart=/usr/local/bin/k3s \\\n    %s\n"
CONTAINERD = """version = 3
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["/var/lib/rancher/k3s/data/cni"]
  conf_dir = "/var/lib/rancher/k3s/agent/etc/cni/net.d"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
"""
# [H] the guide's config.yaml; suites of 4.2.12 for the kubelet, and what 1.2.29 and others ask for beyond the guide.
SUITES = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
HARDENED = """protect-kernel-defaults: true
secrets-encryption: true
kube-apiserver-arg:
  - 'enable-admission-plugins=NodeRestriction,EventRateLimit,AlwaysPullImages,DenyServiceExternalIPs'
  - 'admission-control-config-file={d}/server/psa.yaml'
  - 'audit-log-path={d}/server/logs/audit.log'
  - 'audit-policy-file={d}/server/audit.yaml'
  - 'audit-log-maxage=30'
  - 'audit-log-maxbackup=10'
  - 'audit-log-maxsize=100'
  - 'service-account-extend-token-expiration=false'
  - 'tls-cipher-suites={s}'
kube-controller-manager-arg:
  - 'terminated-pod-gc-threshold=10'
kubelet-arg:
  - 'streaming-connection-idle-timeout=5m'
  - 'tls-cipher-suites={s}'
""".format(d=D, s=SUITES)
# A drop-in of a later day: the key that ends in '+' appends.
MORE = "kubelet-arg+:\n  - 'pod-max-pids=4096'\n  - 'seccomp-default=true'\n"
AUDIT = """apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- {level: Metadata}
"""
PSA = """apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: EventRateLimit
  configuration: {apiVersion: eventratelimit.admission.k8s.io/v1alpha1, kind: Configuration, limits: [{type: Server, qps: 5000, burst: 20000}]}
"""


def make(role, words="", unit=True):
    node = Node("k3s")
    name = "k3s.service" if role == "server" else "k3s-agent.service"
    node.options = ["--kubernetes", "1.33.5"]  # the tree has no program file that would tell
    node.unit("/etc/systemd/system/" + name, UNIT % (role + words))
    node.tree("""
      0644 0:0 /etc/hostname
      0600 0:0 {d}/agent/kubelet.kubeconfig
      0600 0:0 {d}/agent/kubeproxy.kubeconfig
      0600 0:0 {d}/agent/client-ca.crt
      0600 0:0 {d}/agent/serving-kubelet.crt
      0600 0:0 {d}/agent/serving-kubelet.key
      0600 0:0 {d}/agent/etc/containerd/config.toml
      0600 0:0 {d}/agent/etc/kubelet.conf.d/00-k3s-defaults.conf
      0600 0:0 {d}/agent/etc/cni/net.d/10-flannel.conflist
    """.format(d=D), {D + "/agent/etc/containerd/config.toml": CONTAINERD, "/etc/hostname": "node1\n",
                      D + "/agent/etc/kubelet.conf.d/00-k3s-defaults.conf": rancher.kubelet(D)})
    program = D + "/data/1111111111111111111111111111111111111111111111111111111111111111/bin/"
    cgroup = "/system.slice/" + name if unit else "/user.slice/user-0.slice/session-1.scope"
    node.process(["/usr/local/bin/k3s " + role], exe=program + "k3s", cgroup=cgroup)
    node.process("containerd -c %s/agent/etc/containerd/config.toml" % D, exe=program + "containerd", cgroup=cgroup)
    return node


def server(words="", etcd=False, unit=True):
    node = make("server", words, unit)
    pairs = """client-kube-apiserver serving-kube-apiserver client-auth-proxy kube-controller-manager/kube-controller-manager
      kube-scheduler/kube-scheduler""".split()
    lone = "client-ca.crt server-ca.crt request-header-ca.crt service.key service.current.key".split()
    if etcd:
        pairs += ["etcd/server-client", "etcd/peer-server-client", "etcd/client"]
        lone += ["etcd/server-ca.crt", "etcd/peer-ca.crt"]
        node.tree("0700 0:0 {d}/server/db/etcd/\n0700 0:0 {d}/server/db/etcd/member/wal/\n0600 0:0 {d}/server/db/etcd/config".format(d=D),
                  {D + "/server/db/etcd/config": rancher.etcd(D)})
    node.tree("\n".join("0600 0:0 %s/%s" % (TLS, name) for name in [p + e for p in pairs for e in (".crt", ".key")] + lone))
    node.tree("""
      0600 0:0 /etc/rancher/k3s/k3s.yaml
      0600 0:0 {d}/server/cred/admin.kubeconfig
      0600 0:0 {d}/server/cred/controller.kubeconfig
      0600 0:0 {d}/server/cred/scheduler.kubeconfig
      0600 0:0 {d}/server/cred/encryption-config.json
      0700 0:0 {d}/server/tls/
    """.format(d=D), {D + "/server/cred/encryption-config.json": rancher.ENCRYPTION})
    return node


SERVER = truths.CONTROL_PLANE + """
  1.1.1-1.1.6 NA [C] the control plane is in the k3s process, without manifests
  1.1.7-1.1.8 NA [C] etcd, where there is one, is in the k3s process
  1.1.9-1.1.10 PASS [S] agent/etc/cni/net.d, as the configuration of its containerd says
  1.1.11-1.1.12 NA [S] no etcd was ever started: kine, over sqlite
  1.1.13-1.1.14 PASS [D] /etc/rancher/k3s/k3s.yaml and server/cred/admin.kubeconfig are 0600
  1.1.15-1.1.18 PASS [S] server/cred/{scheduler,controller}.kubeconfig are 0600
  1.1.19-1.1.21 PASS [S] server/tls is root's, and what is in it 0600
  1.2.1 PASS [S] anonymous-auth=false is built in
  1.2.3 FAIL [C] DenyServiceExternalIPs is off
  1.2.4-1.2.5 PASS [S] client certificate, key and CA for kubelets are built in
  1.2.6-1.2.8 PASS [S] Node,RBAC is built in
  1.2.9 FAIL [C] EventRateLimit is off
  1.2.11 FAIL [C] AlwaysPullImages is off
  1.2.14 PASS [S] NodeRestriction is built in
  1.2.15 PASS [S] profiling=false is built in
  1.2.16-1.2.19 FAIL [C] there is no audit log
  1.2.22 PASS [S] service-account-key-file is built in
  1.2.23 NA [C] kine over a local socket
  1.2.24-1.2.25 PASS [S] tls-cert-file, tls-private-key-file and client-ca-file are built in
  1.2.26 NA [C] kine over a local socket
  1.2.27-1.2.28 FAIL [D] nothing is encrypted without secrets-encryption
  1.2.29 FAIL [S] no cipher suites are built in
  1.2.30 FAIL [S] extended tokens are the default
  1.3.2-1.3.7 PASS [S] profiling=false, service account credentials, key and CA, bind-address=127.0.0.1
  1.4.1-1.4.2 PASS [S] profiling=false, bind-address=127.0.0.1
  2.1-2.7 NA [S] as 1.1.11
  3.2.1-3.2.2 FAIL [C] no audit policy
"""
WITH_ETCD = """
  1.1.11 PASS [S] server/db/etcd is 0700
  1.1.12 FAIL [C] etcd is in a process of root's
  1.2.23 PASS [S] etcd-certfile and etcd-keyfile are given with an etcd
  1.2.26 PASS [S] etcd-cafile is
  2.1-2.6 PASS [S] server/db/etcd/config, the file that this etcd is started with
  2.7 PASS [S] a CA of its own
"""
KUBELET = truths.KUBELET + """
  4.1.1-4.1.2 NA [C] no unit starts the kubelet: it is in the k3s process
  4.1.5-4.1.8 PASS [S] agent/kubelet.kubeconfig and agent/client-ca.crt
  4.1.9-4.1.10 PASS [S] 00-k3s-defaults.conf is 0600
  4.2.1-4.2.3 PASS [S] the drop-in: anonymous off, Webhook, clientCAFile
  4.2.4 PASS [S] read-only-port=0 is built in
  4.2.7 FAIL [S] hostname-override is always given
  4.2.9 PASS [S] tlsCertFile and tlsPrivateKeyFile in the drop-in
  4.2.10-4.2.11 FAIL [S] neither is set; k3s renews both pairs by itself at a restart
  4.2.12-4.2.14 FAIL [S] no cipher suites, podPidsLimit or seccompDefault in the drop-in
"""
PROXY = """
  4.1.3-4.1.4 PASS [S] agent/kubeproxy.kubeconfig
  4.3.1 PASS [S] metrics on 127.0.0.1:10249
"""
HARDENED_TRUTH = """
  1.2.3 PASS [H] DenyServiceExternalIPs in kube-apiserver-arg
  1.2.9 PASS [H] EventRateLimit in kube-apiserver-arg
  1.2.11 PASS [N] AlwaysPullImages in kube-apiserver-arg
  1.2.16-1.2.19 PASS [H] audit-log-path, 30 days, 10 files, 100 MB
  1.2.27-1.2.28 PASS [D] secrets-encryption: aescbc
  1.2.29 PASS [N] tls-cipher-suites in kube-apiserver-arg
  1.2.30 PASS [H] service-account-extend-token-expiration=false
  1.3.1 PASS [H] terminated-pod-gc-threshold=10
  3.2.1 PASS [H] audit-policy-file
  3.2.2 PASS [H] the policy has everything at Metadata
"""
HARDENED_KUBELET = """
  4.2.5 PASS [H] streaming-connection-idle-timeout=5m
  4.2.12 PASS [H] tls-cipher-suites in kubelet-arg
  4.2.13-4.2.14 PASS [N] a drop-in of config.yaml.d appends pod-max-pids and seccomp-default
"""
AGENT = truths.WORKER + """
  4.1.3-4.1.4 ERROR [S] whether it starts kube-proxy, an agent asks its server
  4.3.1 ERROR [S] as 4.1.3
"""
# Started by hand: what k3s was given, only its journal would tell. ERROR, never FAIL, PASS or NOT-APPLICABLE.
HIDDEN = """
  1.1.7-1.1.8 ERROR [S] etcd or kine
  1.1.11-1.1.12 ERROR [S] etcd or kine
  1.1.15-1.1.18 ERROR [S] arguments of components are hidden
  1.1.19-1.1.21 ERROR [S] server/tls is as it must be, but flags may name other files
  1.2.1-1.2.30 ERROR [S] pkg/cli/server hides its arguments, and components get theirs within the process
  1.3.1-1.3.7 ERROR [S] as 1.2
  1.4.1-1.4.2 ERROR [S] as 1.2
  2.1-2.7 ERROR [D] as 1.1.7
  3.2.1-3.2.2 ERROR [S] as 1.2
  3.1.1 ERROR [S] as 1.2
  3.1.2 MANUAL [U] a question for people alone
  3.1.3 ERROR [S] as 1.2
  4.1.3-4.1.4 ERROR [D] kube-proxy may be turned off
  4.1.5-4.1.10 ERROR [S] the kubelet's arguments are hidden
  4.2.1-4.2.14 ERROR [S] the kubelet's arguments are hidden
  4.3.1 ERROR [D] as 4.1.3
"""


def harden(node):
    node.tree("""
      0600 0:0 /etc/rancher/k3s/config.yaml
      0600 0:0 /etc/rancher/k3s/config.yaml.d/50-site.yaml
      0600 0:0 {d}/server/psa.yaml
      0600 0:0 {d}/server/audit.yaml
      0700 0:0 {d}/server/logs/
    """.format(d=D), {"/etc/rancher/k3s/config.yaml": HARDENED, "/etc/rancher/k3s/config.yaml.d/50-site.yaml": MORE,
                      D + "/server/psa.yaml": PSA, D + "/server/audit.yaml": AUDIT})
    return node


def described(node, *texts):
    for text in texts:
        node.expect(text)
    return node


weakened = server(" '--kube-apiserver-arg=anonymous-auth=true' --kubelet-arg=read-only-port=10255 --disable-kube-proxy")
hidden = server(unit=False)
hidden.embedded = ("kubelet", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
NODES = {
    "k3s-server": described(server(), SERVER, KUBELET, PROXY),
    "k3s-server-etcd": described(server(" --cluster-init", etcd=True), SERVER, KUBELET, PROXY, WITH_ETCD),
    "k3s-server-hardened": described(harden(server(etcd=True)), SERVER, KUBELET, PROXY, WITH_ETCD, HARDENED_TRUTH, HARDENED_KUBELET),
    "k3s-server-weakened": described(weakened, SERVER, KUBELET, """
  1.2.1 FAIL [N] the unit's words come after all files
  4.1.3-4.1.4 NA [N] --disable-kube-proxy
  4.2.4 FAIL [N] --kubelet-arg=read-only-port=10255 takes the place of what is built in
  4.3.1 NA [N] --disable-kube-proxy
"""),
    "k3s-server-hidden": described(hidden, SERVER, KUBELET, HIDDEN),
    "k3s-agent": described(make("agent", " --server https://192.168.10.11:6443"), KUBELET, AGENT),
    "k3s-agent-hardened": described(harden(make("agent")), KUBELET, AGENT, HARDENED_KUBELET),
}
