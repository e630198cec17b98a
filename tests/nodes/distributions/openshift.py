"""OpenShift 4. [S] machine-config-operator, cluster-kube-apiserver-operator and its like; [C] ComplianceAsCode's rules for OpenShift (README)."""
import made_control_plane as kubeadm
import truths
import workers
from made_node import binary

FLAGS = """/usr/bin/kubelet --config=/etc/kubernetes/kubelet.conf --config-dir=/etc/openshift/kubelet.conf.d
  --bootstrap-kubeconfig=/etc/kubernetes/kubeconfig --kubeconfig=/var/lib/kubelet/kubeconfig --hostname-override=node1"""
CONFIG = workers.CONFIG % "/etc/kubernetes/kubelet-ca.crt" + """podPidsLimit: 4096
staticPodPath: /etc/kubernetes/manifests
serverTLSBootstrap: true
rotateCertificates: true
tlsMinVersion: VersionTLS12
tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
"""
# [C] what the remediations for kubelets write, by a KubeletConfig object.
REMEDIED = "eventRecordQPS: 50\nstreamingConnectionIdleTimeout: 4h0m0s\nmakeIPTablesUtilChains: true\nprotectKernelDefaults: true\n"
RESOURCES = "/etc/kubernetes/static-pod-resources"
INSIDE = "/etc/kubernetes/static-pod-resources/configmaps/"
# [S] bindata/etcd/pod.gotpl.yaml, and where its data are by its environment.
ETCD = """etcd --logger=zap --log-level=info --initial-advertise-peer-urls=https://10.0.0.1:2380
--cert-file=/etc/kubernetes/static-pod-certs/secrets/etcd-all-certs/etcd-serving-node1.crt
--key-file=/etc/kubernetes/static-pod-certs/secrets/etcd-all-certs/etcd-serving-node1.key
--trusted-ca-file=/etc/kubernetes/static-pod-certs/configmaps/etcd-all-bundles/server-ca-bundle.crt --client-cert-auth=true
--peer-cert-file=/etc/kubernetes/static-pod-certs/secrets/etcd-all-certs/etcd-peer-node1.crt
--peer-key-file=/etc/kubernetes/static-pod-certs/secrets/etcd-all-certs/etcd-peer-node1.key
--peer-trusted-ca-file=/etc/kubernetes/static-pod-certs/configmaps/etcd-all-bundles/server-ca-bundle.crt --peer-client-cert-auth=true
--advertise-client-urls=https://10.0.0.1:2379 --listen-client-urls=https://0.0.0.0:2379,unixs://10.0.0.1:0
--listen-peer-urls=https://0.0.0.0:2380 --metrics=extensive --listen-metrics-urls=https://0.0.0.0:9978"""
METRICS = """etcd grpc-proxy start --endpoints https://10.0.0.1:9978 --metrics-addr https://0.0.0.0:9979 --listen-addr 127.0.0.1:9977
--advertise-client-url= --trusted-ca-file /etc/kubernetes/static-pod-certs/configmaps/etcd-all-bundles/metrics-ca-bundle.crt"""
SCHEDULER = """kube-scheduler --config={i}config/config.yaml --cert-dir=/var/run/kubernetes
--authentication-kubeconfig={i}scheduler-kubeconfig/kubeconfig --authorization-kubeconfig={i}scheduler-kubeconfig/kubeconfig -v=2
--tls-min-version=VersionTLS12""".format(i=INSIDE)
SCHEDULER_CONFIG = """apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection: {kubeconfig: %sscheduler-kubeconfig/kubeconfig}
leaderElection: {leaderElect: true}
""" % INSIDE
API_SERVER = "kube-apiserver --openshift-config=%sconfig/config.yaml --advertise-address=10.0.0.1 -v=2 --permit-address-sharing" % INSIDE
CERTS = "/etc/kubernetes/static-pod-certs"
# [S] its operator's default configuration, as flags: what is there of extendedArguments it gives on the command line.
MANAGER = """kube-controller-manager --openshift-config={i}config/config.yaml --kubeconfig={i}controller-manager-kubeconfig/kubeconfig
--authentication-kubeconfig={i}controller-manager-kubeconfig/kubeconfig --authorization-kubeconfig={i}controller-manager-kubeconfig/kubeconfig
--client-ca-file={c}/configmaps/client-ca/ca-bundle.crt --requestheader-client-ca-file={c}/configmaps/aggregator-client-ca/ca-bundle.crt -v=2
--allocate-node-cidrs=false --cert-dir=/var/run/kubernetes --cluster-signing-cert-file={c}/secrets/csr-signer/tls.crt
--cluster-signing-key-file={c}/secrets/csr-signer/tls.key --controllers=* --root-ca-file={i}serviceaccount-ca/ca-bundle.crt --secure-port=10257
--service-account-private-key-file={r}/secrets/service-account-private-key/service-account.key
--use-service-account-credentials=true""".format(i=INSIDE, c=CERTS, r=RESOURCES)
# [S] bindata/assets/config/defaultconfig.yaml of cluster-kube-apiserver-operator, and what its observers set: the parts that decide.
API_SERVER_CONFIG = """apiVersion: kubecontrolplane.config.openshift.io/v1
kind: KubeAPIServerConfig
admission: {pluginConfig: {network.openshift.io/ExternalIPRanger: {configuration: {kind: ExternalIPRangerAdmissionConfig,
  apiVersion: network.openshift.io/v1, allowIngressIP: true}}}}
apiServerArguments:
  anonymous-auth: ["true"]
  authorization-mode: [Scope, SystemMasters, RBAC, Node]
  audit-log-format: [json]
  audit-log-maxbackup: ["10"]
  audit-log-maxsize: ["100"]
  audit-log-path: [/var/log/kube-apiserver/audit.log]
  audit-policy-file: [INSIDEkube-apiserver-audit-policies/policy.yaml]
  client-ca-file: [CERTS/configmaps/client-ca/ca-bundle.crt]
  enable-admission-plugins: [NodeRestriction, OwnerReferencesPermissionEnforcement, PodNodeSelector, network.openshift.io/ExternalIPRanger]
  etcd-cafile: [INSIDEetcd-serving-ca/ca-bundle.crt]
  etcd-certfile: [RESOURCES/secrets/etcd-client/tls.crt]
  etcd-keyfile: [RESOURCES/secrets/etcd-client/tls.key]
  etcd-servers: ["https://10.0.0.1:2379", "https://localhost:2379"]
  kubelet-certificate-authority: [INSIDEkubelet-serving-ca/ca-bundle.crt]
  kubelet-client-certificate: [CERTS/secrets/kubelet-client/tls.crt]
  kubelet-client-key: [CERTS/secrets/kubelet-client/tls.key]
  min-request-timeout: ["3600"]
  proxy-client-cert-file: [CERTS/secrets/aggregator-client/tls.crt]
  proxy-client-key-file: [CERTS/secrets/aggregator-client/tls.key]
  requestheader-client-ca-file: [CERTS/configmaps/aggregator-client-ca/ca-bundle.crt]
  service-account-lookup: ["true"]
  service-account-signing-key-file: [CERTS/secrets/bound-service-account-signing-key/service-account.key]
  service-account-issuer: ["https://kubernetes.default.svc"]
  storage-backend: [etcd3]
  tls-cert-file: [CERTS/secrets/service-network-serving-certkey/tls.crt]
  tls-private-key-file: [CERTS/secrets/service-network-serving-certkey/tls.key]
%s
serviceAccountPublicKeyFiles: [INSIDEsa-token-signing-certs, INSIDEbound-sa-token-signing-certs]
servicesSubnet: 172.30.0.0/16
servingInfo:
  bindAddress: 0.0.0.0:6443
  bindNetwork: tcp4
  cipherSuites: [TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]
  minTLSVersion: VersionTLS12
  namedCertificates: null
""".replace("INSIDE", INSIDE).replace("CERTS", CERTS).replace("RESOURCES", RESOURCES)
# [S] library-go, pkg/operator/apiserver/audit: the profile Default.
AUDIT = """apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: None, resources: [{group: "", resources: [events]}]}
- {level: None, resources: [{group: oauth.openshift.io, resources: [oauthauthorizetokens, oauthaccesstokens]}]}
- {level: None, userGroups: ["system:authenticated", "system:unauthenticated"], nonResourceURLs: ["/api*", /version, /healthz, /readyz]}
- {level: RequestResponse, verbs: [create, update, patch, delete], resources: [{group: user.openshift.io, resources: [identities]}]}
- {level: Metadata}
"""
# [D] What encryption of type aescbc in the APIServer object comes to.
ENCRYPTION_FLAG = "  encryption-provider-config: [%s/secrets/encryption-config/encryption-config]" % RESOURCES
SHELL = "command: [/bin/bash, -ec]\n    args: [\"exec watch-termination -- hyperkube %s\"]"


def pods(more):
    """(component, revision, namespace, pod, command of the manifest, programs that run in it, files of the revision, files of its certificates)"""
    api_server = {"configmaps/config/config.yaml": API_SERVER_CONFIG % more, "configmaps/kube-apiserver-audit-policies/policy.yaml": AUDIT,
                  "configmaps/etcd-serving-ca/ca-bundle.crt": None, "configmaps/kubelet-serving-ca/ca-bundle.crt": None,
                  "configmaps/sa-token-signing-certs/service-account-001.pub": "", "configmaps/bound-sa-token-signing-certs/service-account-001.pub": "",
                  "secrets/etcd-client/tls.crt": None, "secrets/etcd-client/tls.key": None,
                  "secrets/encryption-config/encryption-config": kubeadm.ENCRYPTION % "aescbc"}
    api_server_certs = ["secrets/%s/%s" % (name, part) for part in ("tls.crt", "tls.key")
                        for name in ("kubelet-client", "aggregator-client", "service-network-serving-certkey")]
    api_server_certs += ["secrets/bound-service-account-signing-key/service-account.key"]
    clients = ["configmaps/client-ca/ca-bundle.crt", "configmaps/aggregator-client-ca/ca-bundle.crt"]
    clients += ["secrets/node-kubeconfigs/%s.kubeconfig" % name for name in ("localhost", "localhost-recovery", "lb-ext", "lb-int")]
    etcd_certs = ["secrets/etcd-all-certs/etcd-%s-node1.%s" % (kind, part) for kind in ("serving", "peer", "serving-metrics") for part in ("crt", "key")]
    return (
        ("kube-apiserver", 9, "openshift-kube-apiserver", "kube-apiserver", SHELL % API_SERVER, [API_SERVER], api_server, api_server_certs + clients),
        ("kube-controller-manager", 7, "openshift-kube-controller-manager", "kube-controller-manager", SHELL % MANAGER.replace("\n", " "), [MANAGER],
         {"configmaps/controller-manager-kubeconfig/kubeconfig": None, "configmaps/serviceaccount-ca/ca-bundle.crt": None,
          "secrets/service-account-private-key/service-account.key": ""}, ["secrets/csr-signer/tls.crt", "secrets/csr-signer/tls.key"] + clients[:2]),
        ("kube-scheduler", 6, "openshift-kube-scheduler", "openshift-kube-scheduler",
         "command: [hyperkube, kube-scheduler]\n    args: [%s]" % ", ".join('"%s"' % word for word in SCHEDULER.split()[1:]), [SCHEDULER],
         {"configmaps/scheduler-kubeconfig/kubeconfig": None, "configmaps/config/config.yaml": SCHEDULER_CONFIG}, []),
        ("etcd", 3, "openshift-etcd", "etcd", SHELL % "etcd", [ETCD, METRICS], {}, etcd_certs + ["configmaps/etcd-all-bundles/server-ca-bundle.crt"]),
    )


def worker(more=""):
    node = workers.worker("openshift", FLAGS, [("/etc/systemd/system/kubelet.service", "0644")], """
      0644 0:0 /etc/os-release
      0644 0:0 /etc/kubernetes/kubelet.conf
      0644 0:0 /etc/kubernetes/kubelet-ca.crt
      0600 0:0 /etc/kubernetes/kubeconfig
      0600 0:0 /var/lib/kubelet/kubeconfig
      0600 0:0 /etc/kubernetes/cni/net.d/00-multus.conf
      0644 0:0 /etc/crio/crio.conf.d/00-default
      0755 0:0 /etc/openshift/kubelet.conf.d/
      0755 0:0 /etc/kubernetes/manifests/
      0755 0:0 /usr/bin/kubelet
    """, {"/etc/os-release": "ID=rhcos\nOPENSHIFT_VERSION=4.20\n", "/usr/bin/kubelet": binary("1.33.5"), "/etc/kubernetes/kubelet.conf": CONFIG + more,
          "/etc/crio/crio.conf.d/00-default": "[crio.network]\nnetwork_dir = \"/etc/kubernetes/cni/net.d/\"\n"})
    node.processes.pop()  # no containerd
    node.process("/usr/bin/crio", cgroup="/system.slice/crio.service")
    return node.expect(truths.BOOTSTRAPPED, truths.NO_PROXY, """
  4.1.1 FAIL [S] kubelet.service is 0644, which [C] OpenShift's own rule asks for
  4.1.2 PASS [S] it is root's
  4.1.5-4.1.8 PASS [S] kubeconfigs are 0600, /etc/kubernetes/kubelet-ca.crt 0644
  4.1.9 FAIL [S] /etc/kubernetes/kubelet.conf, here a KubeletConfiguration, is 0644
  4.1.10 PASS [S] it is root's
  4.2.1-4.2.4 PASS [S] kubelet.conf and the defaults of a configuration file
  4.2.7 FAIL [S] --hostname-override on most clouds
  4.2.10 PASS [S] rotateCertificates
  4.2.12-4.2.13 PASS [S] suites of the cluster's profile, a limit of 4096
  4.2.14 FAIL [S] seccompDefault is not set
""")


def add_pod(node, component, revision, namespace, pod, command, programs, files, secrets):
    """A manifest, what the installer copied for it, and what CRI-O runs."""
    resources, certs = "%s/%s-pod-%d" % (RESOURCES, component, revision), "%s/%s-certs" % (RESOURCES, component)
    manifest = ("apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: %s}\nspec:\n  containers:\n  - name: %s\n"
                "    image: quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:00\n    %s\n"
                "    volumeMounts: [{mountPath: %s, name: resource-dir}, {mountPath: %s, name: cert-dir},"
                " {mountPath: /var/lib/etcd/, name: data-dir}]\n  volumes: [{name: resource-dir, hostPath: {path: %s}},"
                " {name: cert-dir, hostPath: {path: %s}}, {name: data-dir, hostPath: {path: /var/lib/etcd}}]\n"
                % (pod, namespace, component, command, RESOURCES, CERTS, resources, certs))
    node.unit("/etc/kubernetes/manifests/%s-pod.yaml" % component, manifest, "0600")
    for name, content in files.items():
        node.tree("0600 0:0 %s/%s" % (resources, name), None if content is None else {"%s/%s" % (resources, name): content})
    node.tree("\n".join("0600 0:0 %s/%s" % (certs, name) for name in secrets))
    uid = "%032x" % (0xabc100 + revision)
    node.tree("0755 0:0 /var/log/pods/%s_%s-node1_%s/" % (namespace, pod, uid))
    for i, program in enumerate(programs):
        node.process(program, exe="/usr/bin/" + component, environ=("ETCD_DATA_DIR=/var/lib/etcd",) if component == "etcd" else (),
                     cgroup="/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%s.slice/crio-%064x.scope"
                     % (uid, 0xdef100 + 16 * revision + i))


def control_plane(kubelet="", api_server=""):
    """The API server's flags are in a file of OpenShift's own kind; etcd has a proxy beside it that is the same program."""
    node = worker(kubelet)
    node.options = ["--kubernetes", "1.33.5"]  # an image by digest does not tell
    for pod in pods(api_server):
        add_pod(node, *pod)
    node.tree("0700 0:0 /var/lib/etcd/")
    return node.expect(truths.CONTROL_PLANE, """
  1.1.1-1.1.8 PASS [C] manifests are 0600 and root's
  1.1.9-1.1.10 PASS [C] 00-multus.conf is 0600 and root's, in the directory that CRI-O is given
  1.1.11 PASS [U] etcd makes its directory 0700
  1.1.12 FAIL [C] OpenShift's rule asks for root, and so it is
  1.1.13-1.1.14 PASS [C] node-kubeconfigs are 0600 and root's
  1.1.15-1.1.18 PASS [C] kubeconfigs among the configmaps of the revisions in use are 0600 and root's
  1.1.19-1.1.21 PASS [C] all below static-pod-resources is root's, certificates and keys 0600
  1.2.1 FAIL [S] anonymous-auth: true
  1.2.3 FAIL [S] no DenyServiceExternalIPs; OpenShift has a plugin of its own
  1.2.4-1.2.5 PASS [S] client certificate, key and CA for kubelets
  1.2.6-1.2.8 PASS [S] Scope, SystemMasters, RBAC and Node
  1.2.9 FAIL [S] no EventRateLimit
  1.2.11 FAIL [S] no AlwaysPullImages
  1.2.14 PASS [S] NodeRestriction
  1.2.15 FAIL [S] profiling is not turned off
  1.2.16 PASS [S] audit-log-path
  1.2.17 PASS [S] no number of days: files are kept until there are ten
  1.2.18-1.2.19 PASS [S] 10 files, 100 MB
  1.2.22 PASS [S] serviceAccountPublicKeyFiles
  1.2.23-1.2.26 PASS [S] pairs and CAs for etcd, for serving and for clients
  1.2.27-1.2.28 FAIL [S] nothing is encrypted unless the APIServer object says so
  1.2.29 PASS [S] servingInfo.cipherSuites: the profile Intermediate
  1.2.30 FAIL [S] extended tokens are the default
  1.3.2 FAIL [S] profiling is not turned off
  1.3.3-1.3.5 PASS [S] flags that the operator gives
  1.3.7 FAIL [S] no --bind-address: every address
  1.4.1 FAIL [S] the scheduler's file says nothing of profiling, which is on then
  1.4.2 FAIL [S] no --bind-address: every address
  2.1-2.6 PASS [S] flags of etcd; the proxy beside it is none
  2.7 PASS [S] etcd has a CA of its own
  3.1.3 PASS [S] no enable-bootstrap-token-auth, and false is the default
  3.2.1-3.2.2 PASS [S] all but events and discovery at Metadata
""")


ENCRYPTED = "  1.2.27-1.2.28 PASS [D] spec.encryption of the APIServer object: aescbc\n"
NODES = {"openshift-worker": worker(), "openshift-worker-hardened": worker(REMEDIED),
         "openshift-control-plane": control_plane(), "openshift-control-plane-hardened": control_plane(REMEDIED, ENCRYPTION_FLAG).expect(ENCRYPTED)}
