"""Workers of AKS and GKE, of Bottlerocket and of Talos, and a Flatcar node with kubeadm. Sources of each fact: README."""
import made_control_plane as kubeadm
from made_node import Node, binary

NO_CONTROL_PLANE = """
  1.1.1-1.1.21 NA a worker: the control plane is elsewhere
  2.1-2.6 NA no etcd
"""
CONFIG = """apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: %s}}
authorization: {mode: Webhook}
readOnlyPort: 0
rotateCertificates: true
serverTLSBootstrap: true
staticPodPath: %s
"""


def worker(platform, command, unit_path, tree, content, cgroup="/system.slice/kubelet.service"):
    node = Node(platform)
    if unit_path:
        node.unit(unit_path, "[Service]\nExecStart=%s\n" % command.replace("\n", " "))
    node.tree(tree, content)
    node.process(command, cgroup=cgroup)
    node.process("/usr/bin/containerd", cgroup="/system.slice/containerd.service")
    node.expect(NO_CONTROL_PLANE)
    return node


def aks():
    # [S] AgentBaker: flags alone, so the kubelet's own old defaults count.
    flags = """/opt/bin/kubelet --enable-server --node-labels=a=b --v=2 --address=0.0.0.0 --anonymous-auth=false
      --authentication-token-webhook=true --authorization-mode=Webhook --client-ca-file=/etc/kubernetes/certs/ca.crt
      --kubeconfig=/var/lib/kubelet/kubeconfig --bootstrap-kubeconfig=/var/lib/kubelet/bootstrap-kubeconfig
      --pod-manifest-path=/etc/kubernetes/manifests --read-only-port=0 --rotate-certificates=true --pod-max-pids=-1
      --tls-cert-file=/etc/kubernetes/certs/kubeletserver.crt --tls-private-key-file=/etc/kubernetes/certs/kubeletserver.key
      --streaming-connection-idle-timeout=4h --protect-kernel-defaults=true --event-qps=0
      --tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"""
    node = worker("aks", flags, "/etc/systemd/system/kubelet.service", """
      0600 0:0 /etc/kubernetes/azure.json
      0755 0:0 /opt/azure/containers/
      0644 0:0 /etc/kubernetes/certs/ca.crt
      0600 0:0 /etc/kubernetes/certs/kubeletserver.crt
      0600 0:0 /etc/kubernetes/certs/kubeletserver.key
      0600 0:0 /etc/default/kubelet
      0600 0:0 /var/lib/kubelet/kubeconfig
      0644 0:0 /var/lib/kubelet/bootstrap-kubeconfig
      0755 0:0 /etc/kubernetes/manifests/
      0755 0:0 /opt/bin/kubelet
    """, {"/opt/bin/kubelet": binary("1.33.5")})
    node.expect("""
  4.1.1 FAIL [S] kubelet.service is 0644
  4.1.5 FAIL [S] bootstrap-kubeconfig is 0644
  4.1.6-4.1.8 PASS [S] /etc/kubernetes/certs/ca.crt is 0644 and root's
  4.1.9-4.1.10 NA [S] flags alone, no configuration file
  4.2.1-4.2.4 PASS [S] flags
  4.2.8 FAIL [S] --event-qps=0 is without limit
  4.2.11 FAIL|NA [S] a pair is given, and no serverTLSBootstrap
  4.2.13-4.2.14 FAIL [S] --pod-max-pids=-1 and no seccompDefault
""")
    return node


def gke():
    # [S] cluster/gce/gci/configure-helper.sh, [K] for the files of the kubelet.
    command = """/home/kubernetes/bin/kubelet --v=2 --cloud-provider=external --kubeconfig=/var/lib/kubelet/kubeconfig
      --config=/home/kubernetes/kubelet-config.yaml"""
    node = worker("gke", command, "/etc/systemd/system/kubelet.service", """
      0644 0:0 /etc/os-release
      0600 0:0 /home/kubernetes/kube-env
      0644 0:0 /home/kubernetes/kubelet-config.yaml
      0644 0:0 /etc/srv/kubernetes/pki/ca-certificates.crt
      0644 0:0 /var/lib/kubelet/kubeconfig
      0755 0:0 /home/kubernetes/bin/kubelet
    """, {"/etc/os-release": "NAME=\"Container-Optimized OS\"\nID=cos\n", "/home/kubernetes/bin/kubelet": binary("1.33.5-gke.1"),
          "/home/kubernetes/kubelet-config.yaml": CONFIG % ("/etc/srv/kubernetes/pki/ca-certificates.crt", "/etc/kubernetes/manifests")})
    node.static_pod("/etc/kubernetes/manifests", "kube-proxy", "--kubeconfig=/var/lib/kube-proxy/kubeconfig --cluster-cidr=10.8.0.0/14",
                    ["/var/lib/kube-proxy/kubeconfig"], image="gke.gcr.io/kube-proxy-amd64:v1.33.5-gke.1", mode="0644", suffix=".manifest")
    node.tree("0644 0:0 /var/lib/kube-proxy/kubeconfig")
    node.expect("""
  4.1.1 FAIL [K] kubelet.service is 0644
  4.1.3 FAIL [K] /var/lib/kube-proxy/kubeconfig of the static pod is 0644
  4.1.4 PASS [K] it is root's
  4.1.5 FAIL [K] /var/lib/kubelet/kubeconfig is 0644
  4.1.7-4.1.8 PASS [K] /etc/srv/kubernetes/pki/ca-certificates.crt
  4.1.9 FAIL [K] /home/kubernetes/kubelet-config.yaml is 0644
  4.1.10 PASS [K] it is root's
  4.2.1-4.2.4 PASS the configuration of this tree
  4.2.12-4.2.14 FAIL the configuration of this tree has none of them
""")
    return node


def bottlerocket():
    # [S] bottlerocket packages/kubernetes: flags with a space before their value.
    command = """/usr/bin/kubelet --cloud-provider external --kubeconfig /etc/kubernetes/kubelet/kubeconfig
      --config /etc/kubernetes/kubelet/config --container-runtime-endpoint=unix:///run/containerd/containerd.sock --root-dir /var/lib/kubelet
      --cert-dir /var/lib/kubelet/pki --node-ip 10.0.0.1"""
    node = worker("bottlerocket", command, "/usr/lib/systemd/system/kubelet.service", """
      0644 0:0 /etc/os-release
      0600 0:0 /etc/kubernetes/kubelet/config
      0600 0:0 /etc/kubernetes/kubelet/kubeconfig
      0600 0:0 /etc/kubernetes/kubelet/bootstrap-kubeconfig
      0644 0:0 /etc/kubernetes/pki/ca.crt
      0755 0:0 /etc/kubernetes/static-pods/
      /etc/kubernetes/manifests -> static-pods
      0644 0:0 /etc/systemd/system/kubelet.service.d/exec-start.conf
      0755 0:0 /usr/bin/kubelet
    """, {"/etc/os-release": "ID=bottlerocket\n", "/usr/bin/kubelet": binary("1.31.7"),
          "/etc/systemd/system/kubelet.service.d/exec-start.conf": "[Service]\nExecStart=\nExecStart=%s\n" % command.replace("\n", " "),
          "/etc/kubernetes/kubelet/config": CONFIG % ("/etc/kubernetes/pki/ca.crt", "/etc/kubernetes/static-pods/")
          + "tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\npodPidsLimit: 1048576\n"})
    node.expect("""
  4.1.1 FAIL [S] the unit and its drop-in are 0644
  4.1.5-4.1.10 PASS [S] below /etc/kubernetes/kubelet and /etc/kubernetes/pki
  4.2.1-4.2.4 PASS [S] the configuration that --config and a space name
  4.2.12-4.2.13 PASS [S] one suite, a limit of 1048576
  4.2.14 FAIL [S] seccompDefault is off unless it is set
""")
    return node


def talos():
    # [S] siderolabs/talos: no systemd; the kubelet is a container of machined's, in its own cgroup.
    command = """/usr/local/bin/kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubeconfig --cert-dir=/var/lib/kubelet/pki
      --config=/etc/kubernetes/kubelet.yaml --hostname-override=node1 --kubeconfig=/etc/kubernetes/kubeconfig-kubelet --node-ip=10.0.0.1"""
    config = CONFIG % ("/etc/kubernetes/pki/ca.crt", "")
    node = worker("talos", command, None, """
      0644 0:0 /etc/os-release
      0600 0:0 /etc/kubernetes/kubelet.yaml
      0600 0:0 /etc/kubernetes/kubeconfig-kubelet
      0600 0:0 /etc/kubernetes/pki/ca.crt
      0755 0:0 /usr/local/bin/kubelet
    """, {"/etc/os-release": "NAME=\"Talos\"\nID=talos\n", "/usr/local/bin/kubelet": binary("1.34.1"),
          "/etc/kubernetes/kubelet.yaml": config.replace("staticPodPath: \n", "staticPodURL: http://127.0.0.1:1/s\ntlsMinVersion: VersionTLS13\n")},
          cgroup="/podruntime/kubelet")
    node.expect("""
  4.1.1-4.1.2 NA [S] there is no systemd, and so no unit
  4.1.5-4.1.10 PASS [S] files of the kubelet are 0600
  4.2.1-4.2.4 PASS [S] /etc/kubernetes/kubelet.yaml
  4.2.7 FAIL [S] --hostname-override is always given
  4.2.12 PASS [S] TLS 1.3 alone
  4.2.13-4.2.14 FAIL|PASS the configuration of this tree has neither
""")
    return node


TALOS_SECRETS, TALOS_CONFIG = "/system/secrets/kubernetes/%s", "/system/config/kubernetes/%s"
# [S] control_plane_static_pod.go of siderolabs/talos: from 1.29 on --authorization-config is there in place of --authorization-mode.
TALOS_APISERVER = """--admission-control-config-file={c}/admission-control-config.yaml --allow-privileged=true --anonymous-auth=false
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
--tls-cipher-suites=TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
--tls-min-version=VersionTLS12 --tls-private-key-file={s}/apiserver.key""".format(c=TALOS_CONFIG % "kube-apiserver", s=TALOS_SECRETS % "kube-apiserver")
TALOS_MANAGER = """--allocate-node-cidrs=false --authentication-kubeconfig={s}/kubeconfig --authorization-kubeconfig={s}/kubeconfig
--bind-address=127.0.0.1 --cluster-signing-cert-file={s}/ca.crt --cluster-signing-key-file={s}/ca.key --controllers=*,tokencleaner
--kubeconfig={s}/kubeconfig --leader-elect=true --profiling=false --root-ca-file={s}/ca.crt
--service-account-private-key-file={s}/service-account.key --tls-min-version=VersionTLS13
--use-service-account-credentials=true""".format(s=TALOS_SECRETS % "kube-controller-manager")
TALOS_SCHEDULER = """--authentication-kubeconfig={s}/kubeconfig --authentication-tolerate-lookup-failure=false --authorization-kubeconfig={s}/kubeconfig
--bind-address=127.0.0.1 --config={c}/scheduler-config.yaml --leader-elect=true --profiling=false
--tls-min-version=VersionTLS13""".format(s=TALOS_SECRETS % "kube-scheduler", c=TALOS_CONFIG % "kube-scheduler")
TALOS_ETCD = """etcd --advertise-client-urls=https://10.0.0.1:2379 --cert-file=/system/secrets/etcd/server.crt --client-cert-auth=true
--data-dir=/var/lib/etcd --key-file=/system/secrets/etcd/server.key --listen-client-urls=https://0.0.0.0:2379
--listen-peer-urls=https://0.0.0.0:2380 --name=node1 --peer-cert-file=/system/secrets/etcd/peer.crt --peer-client-cert-auth=true
--peer-key-file=/system/secrets/etcd/peer.key --peer-trusted-ca-file=/system/secrets/etcd/ca.crt
--trusted-ca-file=/system/secrets/etcd/ca.crt"""


def talos_control_plane():
    """[S] Static pods without a manifest on the node: machined serves them by URL. Their files are where Talos has them."""
    node = talos()
    image = "registry.k8s.io/%s:v1.34.1"
    names = {"kube-apiserver": "ca.crt aggregator-ca.crt front-proxy-client.crt front-proxy-client.key etcd-client-ca.crt etcd-client.crt etcd-client.key"
             " apiserver-kubelet-client.crt apiserver-kubelet-client.key service-account.pub service-account.key apiserver.crt apiserver.key",
             "kube-controller-manager": "ca.crt ca.key service-account.key kubeconfig", "kube-scheduler": "kubeconfig"}
    for component, files in names.items():
        node.tree("\n".join("0400 65534:65534 %s/%s" % (TALOS_SECRETS % component, name) for name in files.split()))
    node.tree("\n".join("0400 60:60 /system/secrets/etcd/%s" % name for name in "ca.crt server.crt server.key peer.crt peer.key".split()))
    config = TALOS_CONFIG % "kube-apiserver"
    node.tree("""
      0400 65534:65534 {c}/admission-control-config.yaml
      0400 65534:65534 {c}/auditpolicy.yaml
      0400 65534:65534 {c}/authorization-config.yaml
      0400 65534:65534 {s}/encryptionconfig.yaml
      0400 65536:65536 /system/config/kubernetes/kube-scheduler/scheduler-config.yaml
      0700 60:60 /var/lib/etcd/
    """.format(c=config, s=TALOS_SECRETS % "kube-apiserver"), {
        config + "/admission-control-config.yaml": "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins: []\n",
        config + "/auditpolicy.yaml": "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n",
        config + "/authorization-config.yaml": "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n"
                                               "- {type: Node, name: node}\n- {type: RBAC, name: rbac}\n",
        (TALOS_SECRETS % "kube-apiserver") + "/encryptionconfig.yaml":
            "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n"
            "  - secretbox: {keys: [{name: key2, secret: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=}]}\n  - identity: {}\n",
        "/system/config/kubernetes/kube-scheduler/scheduler-config.yaml":
            "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nclientConnection: {kubeconfig: "
            "/system/secrets/kubernetes/kube-scheduler/kubeconfig}\n"})
    for component, arguments in (("kube-apiserver", TALOS_APISERVER), ("kube-controller-manager", TALOS_MANAGER), ("kube-scheduler", TALOS_SCHEDULER)):
        places = [TALOS_SECRETS % component, TALOS_CONFIG % component, "/var/log/audit/kube"]
        node.container(component, arguments, image % component, mounts=[(path, path) for path in places], argv0="/usr/local/bin/" + component)
    node.process(TALOS_ETCD, exe="/usr/local/bin/etcd", cgroup="/system/etcd")
    node.expect("""
  1.1.1-1.1.8 NA [S] no manifests on the node, and etcd is a service of machined's
  1.1.11 PASS /var/lib/etcd is 0700
  1.1.13-1.1.14 NA|PASS [S] no kubeconfig of an administrator is on the node
  1.1.12 FAIL [S] etcd has a user of its own, of another name
  1.1.15 PASS [S] 0400
  1.1.16 FAIL [S] it belongs to the component's own user
  1.1.17 PASS [S] 0400
  1.1.18 FAIL [S] it belongs to the component's own user
  1.1.19 FAIL [S] each component's files belong to its own user
  1.1.20-1.1.21 PASS [S] 0400
  1.2.1 PASS [S] --anonymous-auth=false
  1.2.3 FAIL [S] DenyServiceExternalIPs is off
  1.2.5 FAIL [S] no --kubelet-certificate-authority
  1.2.6-1.2.8 PASS [S] Node and RBAC, in the file that --authorization-config names
  1.2.9 FAIL [S] EventRateLimit is off
  1.2.11 FAIL [S] AlwaysPullImages is off
  1.2.16-1.2.19 PASS [S] 30 days, 10 files, 100 MB
  1.2.27-1.2.28 PASS [S] secretbox
  1.2.29 PASS [S] suites with forward secrecy alone
  1.2.30 FAIL [S] extended tokens are the default
  1.4.1 FAIL [S] beside --config the flag --profiling=false does nothing, and the file says nothing
  2.1-2.6 PASS [S] flags of etcd
  3.2.1 PASS [S] --audit-policy-file
""")
    return node


def flatcar():
    # [D] An operating system: kubeadm's own files are what decides. Its programs are in /opt/bin.
    node = Node("kubeadm")
    kubeadm.add(node)
    node.unit("/etc/systemd/system/kubelet.service", "[Service]\nExecStart=/opt/bin/kubelet\n")
    node.unit("/etc/systemd/system/kubelet.service.d/10-kubeadm.conf",
              "[Service]\nExecStart=\nExecStart=/opt/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf\n")
    node.tree("""
      0644 0:0 /etc/os-release
      0600 0:0 /var/lib/kubelet/config.yaml
      0644 0:0 /var/lib/kubelet/kubeadm-flags.env
      0600 0:0 /etc/kubernetes/kubelet.conf
      0644 0:0 /usr/share/containerd/config.toml
      0755 0:0 /opt/bin/kubelet
    """, {"/etc/os-release": "ID=flatcar\nID_LIKE=coreos\n", "/var/lib/kubelet/config.yaml": kubeadm.KUBELET_CONFIG % "/etc/kubernetes/pki",
          "/usr/share/containerd/config.toml": kubeadm.CONTAINERD, "/opt/bin/kubelet": binary("1.34.1")})
    node.process("/usr/bin/containerd --config /usr/share/containerd/config.toml", cgroup="/system.slice/containerd.service")
    node.process("/opt/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf",
                 cgroup="/system.slice/kubelet.service")
    node.expect(kubeadm.TRUTH)
    node.expect(kubeadm.KUBELET_TRUTH)
    node.expect("""
  1.1.7-1.1.8 PASS kubeadm writes etcd's manifest 0600
  1.1.12 FAIL kubeadm's etcd runs as root
  4.1.1 FAIL kubelet.service and its drop-in are 0644
""")
    return node


NODES = {"aks": aks(), "gke": gke(), "bottlerocket": bottlerocket(), "talos-worker": talos(), "talos-control-plane": talos_control_plane(), "flatcar": flatcar()}
