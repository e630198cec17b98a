"""RKE2 1.33, one server. [R] seen on published real nodes (README); [S] rancher/rke2 source; [C] the vendor's CIS self-assessment."""
import rancher
import truths
from made_node import Node

D = "/var/lib/rancher/rke2"
TLS = D + "/server/tls"
IMAGE = "index.docker.io/rancher/hardened-kubernetes:v1.33.7-rke2r3-build20260127"
CONTAINERD = """version = 3
root = "/var/lib/rancher/rke2/agent/containerd"
state = "/run/k3s/containerd"
[grpc]
  address = "/run/k3s/containerd/containerd.sock"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
"""
UNIT = "[Unit]\nDescription=RKE2\n[Service]\nType=notify\nExecStart=/usr/local/bin/rke2 server\n"
APISERVER = """--admission-control-config-file=/etc/rancher/rke2/rke2-pss.yaml --advertise-address=192.168.10.11 --allow-privileged=true
--anonymous-auth=false --api-audiences=https://kubernetes.default.svc.cluster.local,rke2 --authorization-mode=Node,RBAC
--bind-address=0.0.0.0 --cert-dir={t}/temporary-certs --client-ca-file={t}/client-ca.crt
--egress-selector-config-file={d}/server/etc/egress-selector-config.yaml --enable-admission-plugins=NodeRestriction
--enable-aggregator-routing=true --enable-bootstrap-token-auth=true --encryption-provider-config={d}/server/cred/encryption-config.json
--encryption-provider-config-automatic-reload=true --etcd-cafile={t}/etcd/server-ca.crt --etcd-certfile={t}/etcd/client.crt
--etcd-keyfile={t}/etcd/client.key --etcd-servers=https://127.0.0.1:2379 --kubelet-certificate-authority={t}/server-ca.crt
--kubelet-client-certificate={t}/client-kube-apiserver.crt --kubelet-client-key={t}/client-kube-apiserver.key
--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname --profiling=false
--proxy-client-cert-file={t}/client-auth-proxy.crt --proxy-client-key-file={t}/client-auth-proxy.key
--requestheader-allowed-names=system:auth-proxy --requestheader-client-ca-file={t}/request-header-ca.crt
--requestheader-extra-headers-prefix=X-Remote-Extra- --requestheader-group-headers=X-Remote-Group
--requestheader-username-headers=X-Remote-User --secure-port=6443 --service-account-issuer=https://kubernetes.default.svc.cluster.local
--service-account-key-file={t}/service.key --service-account-signing-key-file={t}/service.current.key
--service-cluster-ip-range=10.43.0.0/16 --service-node-port-range=30000-32767 --storage-backend=etcd3
--tls-cert-file={t}/serving-kube-apiserver.crt
--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
--tls-private-key-file={t}/serving-kube-apiserver.key""".format(t=TLS, d=D)
MANAGER = """--permit-port-sharing=true --flex-volume-plugin-dir=/var/lib/kubelet/volumeplugins --terminated-pod-gc-threshold=1000
--allocate-node-cidrs=true --authentication-kubeconfig={d}/server/cred/controller.kubeconfig
--authorization-kubeconfig={d}/server/cred/controller.kubeconfig --bind-address=127.0.0.1 --cluster-cidr=10.42.0.0/16
--controllers=*,tokencleaner --kubeconfig={d}/server/cred/controller.kubeconfig --profiling=false --root-ca-file={t}/server-ca.crt
--secure-port=10257 --service-account-private-key-file={t}/service.current.key --service-cluster-ip-range=10.43.0.0/16
--tls-cert-file={t}/kube-controller-manager/kube-controller-manager.crt
--tls-private-key-file={t}/kube-controller-manager/kube-controller-manager.key --use-service-account-credentials=true""".format(t=TLS, d=D)
SCHEDULER = """--permit-port-sharing=true --authentication-kubeconfig={d}/server/cred/scheduler.kubeconfig
--authorization-kubeconfig={d}/server/cred/scheduler.kubeconfig --bind-address=127.0.0.1
--kubeconfig={d}/server/cred/scheduler.kubeconfig --profiling=false --secure-port=10259""".format(d=D)
PROXY = """--cluster-cidr=10.42.0.0/16 --conntrack-max-per-core=0 --healthz-bind-address=127.0.0.1 --hostname-override=node1
--kubeconfig={d}/agent/kubeproxy.kubeconfig --proxy-mode=iptables""".format(d=D)
KUBELET = """kubelet --volume-plugin-dir=/var/lib/kubelet/volumeplugins --file-check-frequency=5s --sync-frequency=30s
--config-dir={d}/agent/etc/kubelet.conf.d --containerd=/run/k3s/containerd/containerd.sock --hostname-override=node1
--kubeconfig={d}/agent/kubelet.kubeconfig --node-labels= --read-only-port=0""".format(d=D)


# [R] What the profile adds, in front of the arguments above.
CIS = """--audit-policy-file=/etc/rancher/rke2/audit-policy.yaml --audit-log-maxage=30 --audit-log-maxbackup=10 --audit-log-maxsize=100
--service-account-extend-token-expiration=false --audit-log-path={d}/server/logs/audit.log """.format(d=D)


def make(apiserver=APISERVER, etcd="0:0"):
    node = Node("rke2")
    node.unit("/usr/local/lib/systemd/system/rke2-server.service", UNIT)
    node.tree("""
      0600 0:0 /etc/rancher/rke2/rke2.yaml
      0600 0:0 /etc/rancher/rke2/rke2-pss.yaml
      0600 0:0 {d}/agent/kubelet.kubeconfig
      0600 0:0 {d}/agent/kubeproxy.kubeconfig
      0600 0:0 {d}/agent/client-ca.crt
      0600 0:0 {d}/agent/serving-kubelet.crt
      0600 0:0 {d}/agent/serving-kubelet.key
      0700 0:0 {d}/agent/etc/kubelet.conf.d/
      0600 0:0 {d}/agent/etc/kubelet.conf.d/00-rke2-defaults.conf
      0600 0:0 {d}/agent/etc/containerd/config.toml
      0600 0:0 {d}/server/cred/admin.kubeconfig
      0600 0:0 {d}/server/cred/controller.kubeconfig
      0600 0:0 {d}/server/cred/scheduler.kubeconfig
      0600 0:0 {d}/server/cred/encryption-config.json
      0600 0:0 {d}/server/etc/egress-selector-config.yaml
      0700 {etcd} {d}/server/db/etcd/
      0600 0:0 {d}/server/db/etcd/config
      0700 0:0 {t}/
      0700 0:0 {t}/etcd/
      0700 0:0 {t}/kube-controller-manager/
      0600 0:0 /etc/cni/net.d/10-canal.conflist
    """.format(d=D, t=TLS, etcd=etcd), {
        D + "/agent/etc/kubelet.conf.d/00-rke2-defaults.conf": "address: 192.168.10.11\n" + rancher.kubelet(D), D + "/agent/etc/containerd/config.toml": CONTAINERD,
        D + "/server/cred/encryption-config.json": rancher.ENCRYPTION, D + "/server/db/etcd/config": rancher.etcd(D),
        D + "/server/etc/egress-selector-config.yaml": "apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\n",
        "/etc/rancher/rke2/rke2-pss.yaml": "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins: []\n"})
    pairs = """client-kube-apiserver serving-kube-apiserver client-auth-proxy kube-controller-manager/kube-controller-manager
      etcd/server-client etcd/peer-server-client etcd/client""".split()
    lone = "client-ca.crt server-ca.crt request-header-ca.crt service.key service.current.key etcd/server-ca.crt etcd/peer-ca.crt".split()
    node.tree("\n".join("0600 0:0 %s/%s" % (TLS, name) for name in [p + e for p in pairs for e in (".crt", ".key")] + lone))
    bin_dir, unit = D + "/data/v1.33.7-rke2r3-57124bb8b02e/bin/", "/system.slice/rke2-server.service"
    node.process(["/usr/local/bin/rke2 server"], exe="/usr/local/bin/rke2", cgroup=unit)
    node.process("containerd -c %s/agent/etc/containerd/config.toml" % D, exe=bin_dir + "containerd", cgroup=unit)
    node.process(KUBELET, exe=bin_dir + "kubelet", cgroup=unit)
    pods = D + "/agent/pod-manifests"
    node.static_pod(pods, "etcd", "--config-file=%s/server/db/etcd/config" % D, [D + "/server/db/etcd", TLS + "/etcd"],
                    image="index.docker.io/rancher/hardened-etcd:v3.5.26-k3s1-build20260126")
    node.static_pod(pods, "kube-apiserver", apiserver, [D + "/server", "/etc/rancher/rke2"], image=IMAGE)
    node.static_pod(pods, "kube-controller-manager", MANAGER, [D + "/server"], image=IMAGE)
    node.static_pod(pods, "kube-scheduler", SCHEDULER, [D + "/server"], image=IMAGE)
    node.static_pod(pods, "kube-proxy", PROXY, [D + "/agent/kubeproxy.kubeconfig"], image=IMAGE)
    return node


def profiled():
    """With `profile: cis` in config.yaml, and the policy that RKE2 writes then: it records nothing."""
    node = make(CIS + APISERVER, "52034:52034")
    node.tree("""
      0600 0:0 /etc/rancher/rke2/audit-policy.yaml
      0600 0:0 {d}/server/logs/audit.log
      0644 0:0 /etc/passwd
      0644 0:0 /etc/group
    """.format(d=D), {"/etc/rancher/rke2/audit-policy.yaml": "apiVersion: audit.k8s.io/v1\nkind: Policy\nmetadata: {}\nrules:\n- level: None\n",
                      "/etc/passwd": "root:x:0:0::/root:/bin/sh\netcd:x:52034:52034::/:/sbin/nologin\n",
                      "/etc/group": "root:x:0:\netcd:x:52034:\n"})
    node.expect(TRUTH)
    node.expect("""
  1.1.12 PASS [D] the profile wants the user etcd and gives it the data directory
  1.2.16 PASS [R] --audit-log-path
  1.2.17-1.2.19 PASS [R] 30 days, 10 files, 100 MB
  1.2.30 PASS [R] --service-account-extend-token-expiration=false
  3.2.1-3.2.2 FAIL [S] the only rule of the policy is level None
""")
    return node


TRUTH = truths.CONTROL_PLANE + truths.KUBELET + """
  1.1.1-1.1.8 PASS [R] manifests are 0600 root:root, in agent/pod-manifests
  1.1.9-1.1.10 PASS [N] 10-canal.conflist is 0600 and root's
  1.1.11 PASS [R] the end-to-end tests of rke2 want 700 for server/db/etcd
  1.1.12 FAIL [C] without the profile cis etcd is root's; with it the user etcd owns its data
  1.1.13-1.1.14 PASS [R] /etc/rancher/rke2/rke2.yaml and server/cred/admin.kubeconfig are 0600
  1.1.15-1.1.18 PASS [R] server/cred/{scheduler,controller}.kubeconfig, as their --kubeconfig says
  1.1.19-1.1.21 PASS [R] server/tls is 0700, what is in it 0600
  1.2.1 PASS [R] --anonymous-auth=false
  1.2.3 FAIL [R] DenyServiceExternalIPs is not among --enable-admission-plugins
  1.2.4-1.2.5 PASS [R] client certificate, key and CA for kubelets are given
  1.2.6-1.2.8 PASS [R] --authorization-mode=Node,RBAC
  1.2.9 FAIL [R] no EventRateLimit
  1.2.11 FAIL [R] no AlwaysPullImages
  1.2.14 PASS [R] NodeRestriction
  1.2.15 PASS [R] --profiling=false
  1.2.16-1.2.19 FAIL [R] there is no --audit-log-path without the profile cis
  1.2.22 PASS [R] --service-account-key-file
  1.2.23 PASS [R] --etcd-certfile and --etcd-keyfile
  1.2.24-1.2.25 PASS [R] --tls-cert-file, --tls-private-key-file and --client-ca-file
  1.2.26 PASS [R] --etcd-cafile
  1.2.27-1.2.28 PASS [R] --encryption-provider-config: aescbc
  1.2.29 PASS [R] three suites with forward secrecy
  1.2.30 FAIL [S] --service-account-extend-token-expiration=false comes with the profile cis only
  1.3.1 PASS [R] --terminated-pod-gc-threshold=1000
  1.3.2-1.3.5 PASS [R] --profiling=false, service account credentials, key and CA
  1.3.7 PASS [R] --bind-address=127.0.0.1
  1.4.1-1.4.2 PASS [R] --profiling=false, --bind-address=127.0.0.1
  2.1-2.6 PASS [R] all in the file that --config-file names
  2.7 PASS [S] etcd has a CA of its own
  3.2.1-3.2.2 FAIL [R] no audit policy without the profile cis
  4.1.1-4.1.2 NA [C] the kubelet has no unit of its own: the supervisor starts it
  4.1.3-4.1.4 PASS [R] --kubeconfig=agent/kubeproxy.kubeconfig of the static pod
  4.1.5-4.1.8 PASS [R] agent/kubelet.kubeconfig and agent/client-ca.crt
  4.1.9-4.1.10 PASS [R] kubelet.conf.d/00-rke2-defaults.conf is 0600, and there is no --config
  4.2.1-4.2.3 PASS [R] /configz and the drop-in: anonymous off, Webhook, clientCAFile
  4.2.4 PASS [R] --read-only-port=0
  4.2.7 FAIL [R] --hostname-override is always given
  4.2.9 PASS [R] tlsCertFile and tlsPrivateKeyFile in the drop-in
  4.2.10 FAIL [R] rotateCertificates is nowhere set, and its default without --config is false
  4.2.11 FAIL [R] serverTLSBootstrap is nowhere set; the supervisor renews the pair by itself at a restart
  4.2.12-4.2.14 FAIL [R] no cipher suites, podPidsLimit or seccompDefault in the drop-in
  4.3.1 PASS [U] no --metrics-bind-address: the node itself
"""
stock = make()
stock.expect(TRUTH)


def weakened():
    """What a user may add: a later drop-in of the kubelet, and a later --anonymous-auth, of which the last one counts."""
    node = make(APISERVER + " --anonymous-auth=true")
    path = D + "/agent/etc/kubelet.conf.d/99-user.conf"
    node.tree("0644 0:0 " + path, {path: "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
                                         "authentication: {anonymous: {enabled: true}}\nreadOnlyPort: 10255\n"})
    node.expect(TRUTH)
    node.expect("""
  1.2.1 FAIL [N] the last --anonymous-auth counts
  4.1.9 FAIL [N] 99-user.conf is 0644
  4.2.1 FAIL [N] 99-user.conf comes after 00-rke2-defaults.conf
  4.2.4 PASS [N] the flag --read-only-port=0 goes before any file
""")
    return node


def agent():
    """[S] rke2 agent: the kubelet and kube-proxy alone."""
    manifests = [D + "/agent/pod-manifests/%s.yaml" % name for name in truths.CONTROL_PLANE_PROGRAMS]
    places = manifests + [D + "/server", "/etc/rancher/rke2", "/usr/local/lib/systemd/system/rke2-server.service"]
    node = make().without(truths.CONTROL_PLANE_PROGRAMS + ("rke2",), places)
    node.unit("/usr/local/lib/systemd/system/rke2-agent.service", UNIT.replace("rke2 server", "rke2 agent"))
    node.process(["/usr/local/bin/rke2 agent"], exe="/usr/local/bin/rke2", cgroup="/system.slice/rke2-agent.service")
    node.roles = {"control-plane": False, "etcd": False, "worker": True}
    return node.expect(TRUTH, truths.WORKER)


NODES = {"rke2-server": stock, "rke2-agent": agent(), "rke2-server-cis": profiled(), "rke2-server-weakened": weakened()}
