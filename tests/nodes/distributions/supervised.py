"""k0s (components as children), MicroShift (one process), OpenShift 4. Sources of each fact: README."""
from made_node import Node, binary

EVERYTHING_HIDDEN = """
  1.1.1-1.1.21 ERROR|NA|PASS which files flags name is not known; nothing of the layout is wrong
  1.2.1-1.2.30 ERROR|MANUAL flags are not observable
  1.3.1-1.3.7 ERROR|MANUAL flags are not observable
  1.4.1-1.4.2 ERROR|MANUAL flags are not observable
  3.1.1-3.1.3 ERROR|MANUAL flags are not observable
  3.2.1-3.2.2 ERROR|MANUAL flags are not observable
  4.1.5-4.1.10 ERROR the kubelet's flags are not observable
  4.2.1-4.2.14 ERROR|MANUAL the kubelet's flags are not observable
"""
K0S = "/var/lib/k0s"
K0S_CONFIG = """apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: /run/k0s/kubelet/ca.crt}}
authorization: {mode: Webhook}
rotateCertificates: true
serverTLSBootstrap: true
staticPodURL: http://127.0.0.1:1/manifests
tlsMinVersion: VersionTLS12
tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
"""
K0S_APISERVER = """{d}/bin/kube-apiserver --allow-privileged=true --anonymous-auth=false --authorization-mode=Node,RBAC
--client-ca-file={p}/ca.crt --enable-admission-plugins=NodeRestriction --enable-bootstrap-token-auth=true
--etcd-servers=unix:/run/k0s/kine/kine.sock:2379 --kubelet-certificate-authority={p}/ca.crt
--kubelet-client-certificate={p}/apiserver-kubelet-client.crt --kubelet-client-key={p}/apiserver-kubelet-client.key --profiling=false
--requestheader-client-ca-file={p}/front-proxy-ca.crt --secure-port=6443 --service-account-issuer=https://kubernetes.default.svc
--service-account-key-file={p}/sa.pub --service-account-signing-key-file={p}/sa.key --service-cluster-ip-range=10.96.0.0/12
--tls-cert-file={p}/server.crt --tls-private-key-file={p}/server.key --tls-min-version=VersionTLS12
--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256""".format(d=K0S, p=K0S + "/pki")
K0S_MANAGER = """{d}/bin/kube-controller-manager --authentication-kubeconfig={p}/ccm.conf --authorization-kubeconfig={p}/ccm.conf
--bind-address=127.0.0.1 --client-ca-file={p}/ca.crt --controllers=*,bootstrapsigner,tokencleaner --kubeconfig={p}/ccm.conf
--profiling=false --root-ca-file={p}/ca.crt --service-account-private-key-file={p}/sa.key --terminated-pod-gc-threshold=12500
--use-service-account-credentials=true""".format(d=K0S, p=K0S + "/pki")
K0S_SCHEDULER = """{d}/bin/kube-scheduler --authentication-kubeconfig={p}/scheduler.conf --authorization-kubeconfig={p}/scheduler.conf
--bind-address=127.0.0.1 --kubeconfig={p}/scheduler.conf --leader-elect=true --profiling=false""".format(d=K0S, p=K0S + "/pki")


def k0s():
    # [R] command lines of k0s controller --single, with kine; [S] users of their own for the components.
    node = Node("k0s")
    node.unit("/etc/systemd/system/k0scontroller.service", "[Service]\nExecStart=/usr/local/bin/k0s controller --single=true\n")
    node.tree("""
      0600 0:0 /etc/k0s/k0s.yaml
      0600 0:0 /etc/k0s/containerd.toml
      0751 0:0 {d}/pki/
      0644 0:0 {d}/pki/ca.crt
      0600 0:0 {d}/pki/ca.key
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
    """.format(d=K0S), {"/run/k0s/kubelet/config.yaml": K0S_CONFIG, "/etc/k0s/containerd.toml": "version = 2\n", "/etc/k0s/k0s.yaml": "",
                        K0S + "/bin/kube-apiserver": binary("1.33.5")})
    node.options = ["--kubernetes", "1.33.5"]
    unit = "/system.slice/k0scontroller.service"
    node.process("/usr/local/bin/k0s controller --single=true", cgroup=unit)
    for command in (K0S_APISERVER, K0S_MANAGER, K0S_SCHEDULER):
        node.process(command, cgroup=unit)
    node.process("%s/bin/kine --listen-address=unix:///run/k0s/kine/kine.sock:2379" % K0S, cgroup=unit)
    node.process("%s/bin/containerd --root=%s/containerd --state=/run/k0s/containerd --config=/etc/k0s/containerd.toml" % (K0S, K0S), cgroup=unit)
    node.process("%s/bin/kubelet --cert-dir=%s/kubelet/pki --config=/run/k0s/kubelet/config.yaml --hostname-override=node1 "
                 "--kubeconfig=/run/k0s/kubelet-direct.conf --root-dir=%s/kubelet" % (K0S, K0S, K0S), cgroup=unit)
    node.expect("""
  1.1.1-1.1.8 NA [S] children of k0s, no manifests
  1.1.11-1.1.12 NA [S] kine, and so no etcd
  1.1.13-1.1.14 PASS [S] pki/admin.conf is 0600
  1.1.15-1.1.18 FAIL [S] kubeconfigs are 0640 and belong to the components' users
  1.1.19 FAIL [S] some of the PKI belongs to the components' users
  1.1.20 PASS [S] certificates are 0644
  1.1.21 FAIL [S] keys are 0640
  1.2.1 PASS [R] --anonymous-auth=false
  1.2.3 FAIL [R] DenyServiceExternalIPs is off
  1.2.9 FAIL [S] EventRateLimit is off
  1.2.11 FAIL [S] AlwaysPullImages is off
  1.2.16-1.2.19 FAIL [S] no audit log
  1.2.23 NA [R] kine over a local socket
  1.2.26 NA [R] kine over a local socket
  1.2.27-1.2.28 FAIL [S] no encryption of secrets
  1.2.30 FAIL [S] extended tokens are the default
  2.1-2.7 NA [S] kine, and so no etcd
  3.2.1-3.2.2 FAIL [S] no audit policy
  4.1.1-4.1.2 NA [S] k0s starts the kubelet, which has no unit of its own
  4.1.5-4.1.6 PASS [R] /run/k0s/kubelet-direct.conf, which a kubelet beside its controller is given
  4.1.7-4.1.8 PASS [S] /run/k0s/kubelet/ca.crt
  4.1.9-4.1.10 PASS [S] /run/k0s/kubelet/config.yaml
  4.2.7 FAIL [S] --hostname-override is always given
  4.2.13-4.2.14 FAIL the configuration of this tree
""")
    return node


MICROSHIFT = "/var/lib/microshift"
# [S] assets/core/kubelet.yaml of 4.20, as it is written out, with what a user gave below `kubelet:` behind it.
MICROSHIFT_KUBELET = """kind: KubeletConfiguration
apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  x509:
    clientCAFile: "/var/lib/microshift/certs/ca-bundle/kubelet-ca.crt"
cgroupDriver: systemd
containerRuntimeEndpoint: unix:///var/run/crio/crio.sock
failSwapOn: false
featureGates:
  RotateKubeletServerCertificate: false # TODO
rotateCertificates: false # TODO
serializeImagePulls: false
serverTLSBootstrap: false # TODO
tlsCertFile: "/var/lib/microshift/certs/kubelet-csr-signer-signer/csr-signer/kubelet-server/server.crt"
tlsCipherSuites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
tlsMinVersion: "VersionTLS12"
tlsPrivateKeyFile: "/var/lib/microshift/certs/kubelet-csr-signer-signer/csr-signer/kubelet-server/server.key"
"""
MICROSHIFT_SCHEDULER = """apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection:
  kubeconfig: /var/lib/microshift/resources/kube-scheduler/kubeconfig
leaderElection:
  leaderElect: false"""


def microshift(kubelet=""):
    # [S] openshift/microshift: "microshift run" and "microshift-etcd run" show no flags; the kubelet and the scheduler read files.
    node = Node("microshift")
    node.options = ["--kubernetes", "1.33.5"]
    node.embedded = ("kube-apiserver", "kube-controller-manager", "etcd")
    node.unit("/usr/lib/systemd/system/microshift.service", "[Service]\nExecStart=microshift run\n")
    node.tree("""
      0644 0:0 /etc/hostname
      0600 0:0 /etc/microshift/config.yaml
      0600 0:0 {d}/certs/ca-bundle/client-ca.crt
      0600 0:0 {d}/certs/ca-bundle/kubelet-ca.crt
      0600 0:0 {d}/resources/kubeadmin/kubeconfig
      0600 0:0 {d}/resources/kubelet/kubeconfig
      0400 0:0 {d}/resources/kubelet/config/config.yaml
      0600 0:0 {d}/resources/kube-scheduler/kubeconfig
      0400 0:0 {d}/resources/kube-scheduler/config/config.yaml
    """.format(d=MICROSHIFT), {"/etc/hostname": "Edge\n", "/etc/microshift/config.yaml": "kubelet: {}\n",
                               MICROSHIFT + "/resources/kubelet/config/config.yaml": MICROSHIFT_KUBELET + kubelet,
                               MICROSHIFT + "/resources/kube-scheduler/config/config.yaml": MICROSHIFT_SCHEDULER})
    node.process("microshift run", exe="/usr/bin/microshift", cgroup="/system.slice/microshift.service")
    node.process("/usr/bin/microshift-etcd run", cgroup="/system.slice/microshift-etcd.scope")
    node.process("/usr/bin/crio", cgroup="/system.slice/crio.service")
    node.expect(EVERYTHING_HIDDEN)
    node.expect("""
  1.1.1-1.1.8 NA no static pods: everything is in MicroShift, and its kubelet is given no directory of them
  1.1.15-1.1.16 PASS [S] resources/kube-scheduler/kubeconfig
  1.4.1 FAIL [S] the scheduler's file says nothing of profiling, which is on then
  1.4.2 FAIL [S] pkg/controllers/kube-scheduler.go leaves its address at 0.0.0.0
  2.1-2.7 ERROR|MANUAL flags are not observable
  4.1.1-4.1.2 NA no unit starts a kubelet
  4.1.3-4.1.4 NA there is no kube-proxy
  4.1.5-4.1.10 PASS [S] kubeconfig, CA and config.yaml are root's, and 0600 or 0400
  4.2.1-4.2.4 PASS [S] config.yaml, and what is the default with a file
  4.2.5-4.2.6 PASS four hours; true is the default
  4.2.8 PASS 50 is the default
  4.2.7 FAIL [S] pkg/node/kubelet.go always gives a name
  4.2.9 PASS [S] tlsCertFile and tlsPrivateKeyFile
  4.2.10-4.2.11 FAIL [S] turned off in the asset
  4.2.12 PASS [S] suites of the intermediate profile
  4.2.13-4.2.14 FAIL [S] not set
  4.3.1 NA there is no kube-proxy
""")
    return node


def microshift_hardened():
    """[D] What stands below `kubelet:` in config.yaml comes into the kubelet's file."""
    node = microshift("podPidsLimit: 4096\nseccompDefault: true\n")
    node.expect("  4.2.13-4.2.14 PASS podPidsLimit and seccompDefault")
    return node


def openshift():
    # [S] machine-config-operator, a worker.
    command = """/usr/bin/kubelet --config=/etc/kubernetes/kubelet.conf --config-dir=/etc/openshift/kubelet.conf.d
      --bootstrap-kubeconfig=/etc/kubernetes/kubeconfig --kubeconfig=/var/lib/kubelet/kubeconfig --hostname-override=node1"""
    node = Node("openshift")
    node.unit("/etc/systemd/system/kubelet.service", "[Service]\nExecStart=/usr/local/bin/kubenswrapper %s\n" % command.replace("\n", " "))
    node.tree("""
      0644 0:0 /etc/os-release
      0644 0:0 /etc/kubernetes/kubelet.conf
      0644 0:0 /etc/kubernetes/kubelet-ca.crt
      0600 0:0 /etc/kubernetes/kubeconfig
      0600 0:0 /var/lib/kubelet/kubeconfig
      0755 0:0 /etc/openshift/kubelet.conf.d/
      0755 0:0 /etc/kubernetes/manifests/
      0755 0:0 /usr/bin/kubelet
    """, {"/etc/os-release": "ID=rhcos\nOPENSHIFT_VERSION=4.20\n", "/usr/bin/kubelet": binary("1.33.5"), "/etc/kubernetes/kubelet.conf":
          "kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\nauthentication: {x509: {clientCAFile: /etc/kubernetes/kubelet-ca.crt},"
          " anonymous: {enabled: false}}\npodPidsLimit: 4096\nstaticPodPath: /etc/kubernetes/manifests\nserverTLSBootstrap: true\n"
          "rotateCertificates: true\ntlsMinVersion: VersionTLS12\ntlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n"})
    node.process(command, cgroup="/system.slice/kubelet.service")
    node.process("/usr/bin/crio", cgroup="/system.slice/crio.service")
    node.expect("""
  1.1.1-1.1.21 NA a worker
  2.1-2.6 NA no etcd
  4.1.1 FAIL [S] kubelet.service is 0644
  4.1.5-4.1.8 PASS [S] kubeconfigs are 0600, /etc/kubernetes/kubelet-ca.crt 0644
  4.1.9 FAIL [S] /etc/kubernetes/kubelet.conf, here a KubeletConfiguration, is 0644
  4.1.10 PASS [S] it is root's
  4.2.1-4.2.4 PASS [S] kubelet.conf and the defaults of a configuration file
  4.2.7 FAIL [S] --hostname-override on most clouds
  4.2.12-4.2.13 PASS [S] suites of the cluster's profile, a limit of 4096
  4.2.14 FAIL the configuration of this tree
""")
    return node


def openshift_control_plane():
    """[S] cluster-kube-apiserver-operator and its like: manifests run a shell; most flags are in a file of OpenShift's own kind."""
    node = openshift()
    base = "/etc/kubernetes/static-pod-resources"
    for component, revision in (("kube-apiserver", 9), ("kube-controller-manager", 7), ("kube-scheduler", 6), ("etcd", 3)):
        resources = "%s/%s-pod-%d" % (base, component, revision)
        node.tree("0600 0:0 %s/configmaps/config/config.yaml\n0600 0:0 %s/secrets/x/tls.key" % (resources, resources))
        manifest = ("apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: openshift-%s}\nspec:\n  containers:\n  - name: %s\n"
                    "    image: quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:00\n    command: [/bin/bash, -ec]\n"
                    "    args: [\"exec watch-termination -- %s --openshift-config=/etc/kubernetes/static-pod-resources/configmaps/config/config.yaml\"]\n"
                    "    volumeMounts: [{mountPath: /etc/kubernetes/static-pod-resources, name: resource-dir}]\n"
                    "  volumes: [{name: resource-dir, hostPath: {path: %s}}]\n" % (component, component, component, component, resources))
        node.unit("/etc/kubernetes/manifests/%s-pod.yaml" % component, manifest, "0600")
    words = {"kube-apiserver": "--advertise-address=10.0.0.1", "kube-controller-manager": "--use-service-account-credentials=true --secure-port=10257"}
    for component in words:  # the others are only configured: what a shell starts is not told
        node.process("%s --openshift-config=/etc/kubernetes/static-pod-resources/configmaps/config/config.yaml %s -v=2"
                     % (component, words[component]), exe="/usr/bin/" + component, cgroup="/kubepods.slice/kubepods-burstable.slice/"
                     "kubepods-burstable-pod%032x.slice/crio-%064x.scope" % (0xabc100 + len(node.processes), 0xdef100 + len(node.processes)))
    node.expect("""
  1.1.1-1.1.21 ERROR|PASS|NA nothing is wrong; which files the hidden flags name is not known
  1.2.1-1.2.30 ERROR|MANUAL [S] --openshift-config: the flags are in a file of OpenShift's, which is empty here
  1.3.1 MANUAL [S] the operator gives flags on the command line, and no number for finished pods
  1.3.2 FAIL [S] nor --profiling
  1.3.3 PASS [S] use-service-account-credentials
  1.3.4-1.3.5 FAIL left out in this tree
  1.3.6 PASS [S] the feature gate is on by default
  1.3.7 FAIL [S] no --bind-address
  1.4.1-1.4.2 ERROR|MANUAL [S] the manifest runs a shell
  2.1-2.7 ERROR|MANUAL [S] the manifest runs a shell
  3.1.1-3.1.3 ERROR|MANUAL [S] as 1.2
  3.2.1-3.2.2 ERROR|MANUAL [S] as 1.2
""")
    return node


NODES = {"k0s-single": k0s(), "microshift": microshift(), "microshift-hardened": microshift_hardened(), "openshift-worker": openshift(), "openshift-control-plane": openshift_control_plane()}
