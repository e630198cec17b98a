"""MicroShift: one process. [S] openshift/microshift, [D] its documentation (README)."""
import truths
from made_node import Node

D = "/var/lib/microshift"
# [S] assets/core/kubelet.yaml of 4.20, as it is written out, with what a user gave below `kubelet:` behind it.
KUBELET = """kind: KubeletConfiguration
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
SCHEDULER = """apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection:
  kubeconfig: /var/lib/microshift/resources/kube-scheduler/kubeconfig
leaderElection:
  leaderElect: false"""


def make(kubelet=""):
    # [S] "microshift run" and "microshift-etcd run" show no flags; the kubelet and the scheduler read files.
    node = Node("microshift")
    node.options = ["--kubernetes", "1.33.5"]
    node.embedded = ("kube-apiserver", "kube-controller-manager", "etcd")
    node.unit("/usr/lib/systemd/system/microshift.service", "[Service]\nExecStart=microshift run\n")
    node.tree("""
      0644 0:0 /etc/hostname
      0600 0:0 /etc/cni/net.d/10-ovn-kubernetes.conf
      0600 0:0 /etc/microshift/config.yaml
      0600 0:0 {d}/certs/ca-bundle/client-ca.crt
      0600 0:0 {d}/certs/ca-bundle/kubelet-ca.crt
      0600 0:0 {d}/resources/kubeadmin/kubeconfig
      0600 0:0 {d}/resources/kubelet/kubeconfig
      0400 0:0 {d}/resources/kubelet/config/config.yaml
      0600 0:0 {d}/resources/kube-scheduler/kubeconfig
      0400 0:0 {d}/resources/kube-scheduler/config/config.yaml
    """.format(d=D), {"/etc/hostname": "Edge\n", "/etc/microshift/config.yaml": "kubelet: {}\n",
                               D + "/resources/kubelet/config/config.yaml": KUBELET + kubelet,
                               D + "/resources/kube-scheduler/config/config.yaml": SCHEDULER})
    node.process("microshift run", exe="/usr/bin/microshift", cgroup="/system.slice/microshift.service")
    node.process("/usr/bin/microshift-etcd run", cgroup="/system.slice/microshift-etcd.scope")
    node.process("/usr/bin/crio", cgroup="/system.slice/crio.service")
    return node.expect(truths.KUBELET, truths.NO_PROXY, """
  1.1.1-1.1.8 NA [S] no static pods: everything is in MicroShift, and its kubelet is given no directory of them
  1.1.9-1.1.10 PASS [N] 10-ovn-kubernetes.conf is 0600 and root's
  1.1.11-1.1.12 ERROR [S] etcd's flags are not observable
  1.1.13-1.1.14 PASS [S] resources/kubeadmin/kubeconfig is 0600
  1.1.15-1.1.16 PASS [S] resources/kube-scheduler/kubeconfig
  1.1.17-1.1.21 ERROR [S] which files the hidden flags name is not known; nothing that can be seen is wrong
  1.2.1-1.2.30 ERROR [S] flags of the API server are not observable
  1.3.1-1.3.7 ERROR [S] flags of the controller manager are not observable
  1.4.1 FAIL [S] the scheduler's file says nothing of profiling, which is on then
  1.4.2 FAIL [S] pkg/controllers/kube-scheduler.go leaves its address at 0.0.0.0
  2.1-2.7 ERROR [S] flags of etcd are not observable
  3.1.1 ERROR [S] hangs on a flag of the API server
  3.1.2 MANUAL [U] a question for people alone
  3.1.3 ERROR [S] hangs on a flag of the API server
  3.2.1-3.2.2 ERROR [S] hang on flags of the API server
  4.1.1-4.1.2 NA [S] no unit starts a kubelet
  4.1.5-4.1.10 PASS [S] kubeconfig, CA and config.yaml are root's, and 0600 or 0400
  4.2.1-4.2.4 PASS [S] config.yaml, and what is the default with a file
  4.2.7 FAIL [S] pkg/node/kubelet.go always gives a name
  4.2.9 PASS [S] tlsCertFile and tlsPrivateKeyFile
  4.2.10-4.2.11 FAIL [S] turned off in the asset
  4.2.12 PASS [S] suites of the intermediate profile
  4.2.13-4.2.14 FAIL [S] not set
""")


# [D] What stands below `kubelet:` in config.yaml comes into the kubelet's file.
HARDENED = make("podPidsLimit: 4096\nseccompDefault: true\n").expect("  4.2.13-4.2.14 PASS [D] podPidsLimit and seccompDefault")
NODES = {"microshift": make(), "microshift-hardened": HARDENED}
