"""kubespray 2.27 to 2.29.1, a control-plane node. [S] its roles, [D] its docs/operations/hardening.md (README); the rest is kubeadm's."""
import made_control_plane as kubeadm
import truths
from made_node import Node, binary

UNIT = """[Unit]
Description=Kubernetes Kubelet Server
[Service]
EnvironmentFile=-/etc/kubernetes/kubelet.env
ExecStart=/usr/local/bin/kubelet $KUBE_LOGTOSTDERR $KUBE_LOG_LEVEL $KUBELET_ADDRESS $KUBELET_HOSTNAME $KUBELET_ARGS
Restart=always
"""
KUBELET_ENV = """KUBE_LOG_LEVEL="--v=2"
KUBELET_ADDRESS="--node-ip=10.0.0.1"
KUBELET_HOSTNAME="--hostname-override=node1"
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
# [S] control-plane/defaults and templates/kubeadm-config: what its own defaults come to.
SCHEDULER_CONFIG = "/etc/kubernetes/kubescheduler-config.yaml"
FLAGS = {
    "kube-apiserver": "--anonymous-auth=True --profiling=False --request-timeout=1m0s --service-account-lookup=True",
    "kube-controller-manager": "--bind-address=:: --profiling=False --terminated-pod-gc-threshold=12500",
    "kube-scheduler": "--bind-address=:: --config=%s --profiling=False" % SCHEDULER_CONFIG}
SCHEDULER = """apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection:
  kubeconfig: "/etc/kubernetes/scheduler.conf"
leaderElection:
  leaseDuration: 15s
  renewDeadline: 10s
"""
# [S] templates/kubelet-config.v1beta1.yaml.j2
CONFIG = kubeadm.KUBELET_CONFIG % "/etc/kubernetes/ssl" + "readOnlyPort: 0\npodPidsLimit: -1\neventRecordQPS: 50\n"
# [D] the guide's variables, as [S] its templates write them.
SUITES = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305"
PLUGINS = ("EventRateLimit,AlwaysPullImages,ServiceAccount,NamespaceLifecycle,NodeRestriction,LimitRanger,ResourceQuota,"
           "MutatingAdmissionWebhook,ValidatingAdmissionWebhook,PodNodeSelector,PodSecurity")
TLS = " --tls-min-version=VersionTLS12 --tls-cipher-suites=" + SUITES
GUIDE = {
    "kube-apiserver": FLAGS["kube-apiserver"].replace("1m0s", "120s") + TLS + """
--admission-control-config-file=/etc/kubernetes/admission-controls.yaml
--audit-log-maxage=30 --audit-log-maxbackup=10 --audit-log-maxsize=100 --audit-log-path=/var/log/kube-apiserver-log.json
--audit-policy-file=/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml
--enable-admission-plugins={plugins}
--encryption-provider-config=/etc/kubernetes/ssl/secrets_encryption.yaml --kubelet-certificate-authority=/etc/kubernetes/ssl/ca.crt""".format(plugins=PLUGINS),
    "kube-controller-manager": "--bind-address=127.0.0.1 --profiling=False --terminated-pod-gc-threshold=50"
                               " --feature-gates=RotateKubeletServerCertificate=true" + TLS,
    "kube-scheduler": "--bind-address=127.0.0.1 --config=%s --profiling=False" % SCHEDULER_CONFIG + TLS}
GUIDE_CONFIG = CONFIG.replace("eventRecordQPS: 50", "eventRecordQPS: 1") + """protectKernelDefaults: true
serverTLSBootstrap: true
featureGates: {RotateKubeletServerCertificate: true}
tlsMinVersion: VersionTLS12
tlsCipherSuites: [%s]
streamingConnectionIdleTimeout: 5m
makeIPTablesUtilChains: true
seccompDefault: true
""" % SUITES
# [S] templates/apiserver-audit-policy.yaml.j2: what of it decides.
AUDIT = """apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- {level: None, users: ["system:kube-proxy"], verbs: [watch], resources: [{group: "", resources: [endpoints, services]}]}
- {level: None, users: ["system:unsecured"], namespaces: [kube-system], verbs: [get], resources: [{group: "", resources: [configmaps]}]}
- {level: None, resources: [{group: "", resources: [events]}]}
- level: Metadata
  resources:
  - {group: "", resources: [secrets, configmaps, serviceaccounts/token]}
  - {group: authentication.k8s.io, resources: [tokenreviews]}
  omitStages: [RequestReceived]
- {level: Request, verbs: [get, list, watch], resources: [{group: ""}, {group: apps}], omitStages: [RequestReceived]}
- {level: RequestResponse, resources: [{group: ""}, {group: apps}], omitStages: [RequestReceived]}
- {level: Metadata, omitStages: [RequestReceived]}
"""


def base(config, unit=UNIT):
    """The kubelet, and what is the same with any etcd."""
    node = Node("kubespray")
    node.unit("/etc/systemd/system/kubelet.service", unit, "0600")
    node.tree("""
      /etc/kubernetes/pki -> /etc/kubernetes/ssl
      0600 0:0 /etc/kubernetes/kubelet.env
      0600 0:0 /etc/kubernetes/kubelet-config.yaml
      0600 0:0 /etc/kubernetes/kubelet.conf
      0644 0:0 {s}
      0644 0:0 /var/lib/kubelet/config.yaml
      0640 0:0 /etc/cni/net.d/10-calico.conflist
      0640 0:0 /etc/containerd/config.toml
      0755 0:0 /usr/local/bin/kubelet
      0644 0:0 /etc/passwd
      0644 0:0 /etc/group
    """.format(s=SCHEDULER_CONFIG), {
        "/etc/kubernetes/kubelet.env": KUBELET_ENV, "/etc/kubernetes/kubelet-config.yaml": config, SCHEDULER_CONFIG: SCHEDULER,
        "/var/lib/kubelet/config.yaml": "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
                                        "authentication: {anonymous: {enabled: true}}\nauthorization: {mode: AlwaysAllow}\n",
        "/etc/containerd/config.toml": kubeadm.CONTAINERD, "/usr/local/bin/kubelet": binary("1.34.1"),
        "/etc/passwd": kubeadm.PASSWD, "/etc/group": kubeadm.GROUP})
    node.process("/usr/local/bin/containerd", cgroup="/system.slice/containerd.service")
    node.process(KUBELET, cgroup="/system.slice/kubelet.service")
    kubeadm.proxy(node)
    return node.expect(kubeadm.TRUTH, kubeadm.KUBELET_TRUTH, """
  1.1.9 FAIL [M] calico's conflist is 0640
  1.2.15 PASS [S] kube_profiling is false
  1.3.1 PASS [S] --terminated-pod-gc-threshold is always given
  1.3.2 PASS [S] kube_profiling is false
  1.4.1 FAIL [S] beside --config the flag --profiling does nothing, and kubescheduler-config.yaml says nothing
  4.1.1-4.1.2 PASS [S] kubelet.service is 0600 and root's
  4.1.5-4.1.6 PASS [S] kubelet.conf is 0600 root:root
  4.1.7 PASS [U] ca.crt is 0644, as it may be, and in /etc/kubernetes/ssl
  4.1.9-4.1.10 PASS [S] /etc/kubernetes/kubelet-config.yaml is 0600; /var/lib/kubelet/config.yaml is stale and nobody's
  4.2.7 FAIL [S] --hostname-override is given
""")


def stock(etcd_env=ETCD_ENV):
    """etcd on the host, by environment."""
    node = base(CONFIG)
    kubeadm.add(node, "/etc/kubernetes/ssl", (PEM + "/ca.pem", PEM + "/node-node1.pem", PEM + "/node-node1-key.pem"), FLAGS,
                scheduler_paths=[SCHEDULER_CONFIG])
    node.unit("/etc/systemd/system/etcd.service", ETCD_UNIT)
    node.tree("""
      0640 0:0 /etc/etcd.env
      0700 996:996 {p}/
      0700 996:996 {p}/ca.pem
      0700 996:996 {p}/member-node1.pem
      0700 996:996 {p}/member-node1-key.pem
      0700 996:996 {p}/node-node1.pem
      0700 996:996 {p}/node-node1-key.pem
      0700 996:996 /var/lib/etcd/
    """.format(p=PEM), {"/etc/etcd.env": etcd_env})
    node.process("/usr/local/bin/etcd", cgroup="/system.slice/etcd.service", environ=etcd_env.split())
    return node.expect("""
  1.1.7-1.1.8 NA [S] etcd runs under systemd, without a manifest
  1.1.11-1.1.12 PASS [S] /var/lib/etcd is 0700 and belongs to etcd
  1.1.19 FAIL [S] etcd owns its own part of the PKI in /etc/ssl/etcd/ssl
  1.1.20 FAIL [S] the role sets 0700 for all in /etc/ssl/etcd/ssl, and so execute bits
  1.1.21 FAIL [S] etcd's keys are 0700: more bits than 0600
  1.3.7 FAIL [S] kube_controller_manager_bind_address is "::"
  1.4.2 FAIL [S] kube_scheduler_bind_address is "::"
  2.1-2.6 PASS [S] all in /etc/etcd.env, none in flags
  2.7 PASS [S] etcd has a CA of its own
""")


def hardened():
    """[D] The guide: etcd is kubeadm's then. Its directory for admission lies elsewhere than the API server sees it."""
    node = base(GUIDE_CONFIG, UNIT + "IPAddressDeny=any\nIPAddressAllow=localhost link-local 10.233.64.0/18 10.0.0.1\n")
    folders = ["/etc/kubernetes/audit-policy", ("/etc/kubernetes", "/etc/kubernetes/admission-controls"), ("/var/log", "/var/log/kubernetes/audit")]
    kubeadm.add(node, "/etc/kubernetes/ssl", flags=GUIDE, paths=folders, scheduler_paths=[SCHEDULER_CONFIG], etcd_owner="996:996")
    node.tree("""
      0640 0:0 /etc/kubernetes/admission-controls/admission-controls.yaml
      0640 0:0 /etc/kubernetes/admission-controls/eventratelimit.yaml
      0640 0:0 /etc/kubernetes/audit-policy/apiserver-audit-policy.yaml
      0640 0:0 /etc/kubernetes/ssl/secrets_encryption.yaml
    """, {"/etc/kubernetes/admission-controls/admission-controls.yaml": kubeadm.ADMISSION % "/etc/kubernetes/eventratelimit.yaml",
          "/etc/kubernetes/admission-controls/eventratelimit.yaml": kubeadm.EVENT_LIMIT,
          "/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml": AUDIT,
          "/etc/kubernetes/ssl/secrets_encryption.yaml": kubeadm.ENCRYPTION % "secretbox"})
    return node.expect(truths.BOOTSTRAPPED, """
  1.1.12 PASS [S] kubeadm-etcd.yml gives /var/lib/etcd to etcd
  1.2.1 FAIL [D] the guide leaves anonymous-auth on
  1.2.3 FAIL [D] DenyServiceExternalIPs is not in the guide's list
  1.2.5 PASS [S] kubelet_rotate_server_certificates brings --kubelet-certificate-authority
  1.2.9 PASS [D] EventRateLimit, and [S] limits in the file that the admission configuration names
  1.2.11 PASS [D] AlwaysPullImages is in the guide's list
  1.2.14 PASS [D] NodeRestriction is in the guide's list
  1.2.16-1.2.19 PASS [D] audit_log_path, 30 days, 10 files, 100 MB
  1.2.20 MANUAL [D] 120s; whether that fits is the site's to say
  1.2.27-1.2.28 PASS [D] secretbox for secrets
  1.2.29 PASS [D] three suites, all with forward secrecy
  1.3.1 PASS [D] 50
  1.3.7 PASS [D] 127.0.0.1
  1.4.2 PASS [D] 127.0.0.1
  3.2.1-3.2.2 PASS [S] secrets and configmaps at Metadata; the one exception is for system:unsecured, whom no API server knows since 1.20
  4.2.5 PASS [D] five minutes
  4.2.8 PASS [D] 1 a second
  4.2.12 PASS [D] three suites, all with forward secrecy
  4.2.13 FAIL [D] the guide leaves kubelet_pod_pids_limit at [S] -1
  4.2.14 PASS [D] kubelet_seccomp_default
""")


NGINX = """apiVersion: v1
kind: Pod
metadata: {name: nginx-proxy, namespace: kube-system, labels: {k8s-app: kube-nginx}}
spec:
  hostNetwork: true
  containers:
  - {name: nginx-proxy, image: "docker.io/library/nginx:1.28.0-alpine"}
"""


def worker():
    """[S] A node of kube_node alone: a static pod that leads to the API servers, and certificates for calico's way to etcd."""
    manifests = ["/etc/kubernetes/manifests/%s.yaml" % name for name in truths.CONTROL_PLANE_PROGRAMS]
    names = "admin super-admin controller-manager scheduler".split()
    places = manifests + ["/etc/kubernetes/%s.conf" % name for name in names] + [SCHEDULER_CONFIG, "/etc/etcd.env", "/var/lib/etcd",
                                                                              "/etc/systemd/system/etcd.service"]
    node = stock().without(truths.CONTROL_PLANE_PROGRAMS, places)
    node.files = [file for file in node.files if not file[3].startswith("/etc/kubernetes/ssl/") or file[3].endswith("/ca.crt")]
    node.unit("/etc/kubernetes/manifests/nginx-proxy.yml", NGINX, "0600")
    node.roles = {"control-plane": False, "etcd": False, "worker": True}
    return node.expect(truths.WORKER)


weakened = stock(ETCD_ENV.replace(",https://127.0.0.1:2379", ",http://127.0.0.1:2379")).expect("""
  2.1-2.2 FAIL [N] ETCD_LISTEN_CLIENT_URLS in the environment holds an http URL: no certificate is shown or asked for there
""")
NODES = {"kubespray": stock(), "kubespray-worker": worker(), "kubespray-hardened": hardened(), "kubespray-weakened": weakened}
