"""Workers of AKS and GKE. [S] AgentBaker, cluster/gce; [D] how a node pool is customised (README)."""
import json

import truths
import workers
from made_node import binary

# [S] pkg/agent: these flags, from which the file is made where a pool has a configuration of its own.
AKS_START = """/opt/bin/kubelet --enable-server --node-labels=a=b --v=2 --volume-plugin-dir=/etc/kubernetes/volumeplugins
  --kubeconfig /var/lib/kubelet/kubeconfig --bootstrap-kubeconfig /var/lib/kubelet/bootstrap-kubeconfig"""
AKS_SUITES = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
AKS_FLAGS = """ --address=0.0.0.0 --anonymous-auth=false --authentication-token-webhook=true --authorization-mode=Webhook
  --client-ca-file=/etc/kubernetes/certs/ca.crt --pod-manifest-path=/etc/kubernetes/manifests --read-only-port=0 --rotate-certificates=true
  --pod-max-pids=-1 --tls-cert-file=/etc/kubernetes/certs/kubeletserver.crt --tls-private-key-file=/etc/kubernetes/certs/kubeletserver.key
  --streaming-connection-idle-timeout=4h --protect-kernel-defaults=true --event-qps=0 --tls-cipher-suites=""" + AKS_SUITES
# [D] podMaxPids and seccompDefault of the pool; [S] --rotate-server-certificates in place of the pair that the node signed itself.
AKS_CONFIG = {"kind": "KubeletConfiguration", "apiVersion": "kubelet.config.k8s.io/v1beta1", "address": "0.0.0.0",
              "staticPodPath": "/etc/kubernetes/manifests", "authorization": {"mode": "Webhook"},
              "authentication": {"x509": {"clientCAFile": "/etc/kubernetes/certs/ca.crt"}, "webhook": {"enabled": True}, "anonymous": {}},
              "tlsCipherSuites": AKS_SUITES.split(","), "eventRecordQPS": 0, "podPidsLimit": 4096, "seccompDefault": True,
              "streamingConnectionIdleTimeout": "4h", "rotateCertificates": True, "serverTLSBootstrap": True, "protectKernelDefaults": True}
UNITS = "/etc/systemd/system/kubelet.service"


def aks(command, units=(), content=None):
    """[S] what is the same with flags and with a file; [R] the words of kube-proxy, which asks the API as its pod."""
    content = dict(content or {}, **{"/opt/bin/kubelet": binary("1.33.5")})
    node = workers.worker("aks", command, [
        (UNITS + ".d/10-containerd-base-flag.conf", "0644"), (UNITS + ".d/10-tlsbootstrap.conf", "0600")] + list(units) + [(UNITS, "0600")], """
      0600 0:0 /etc/kubernetes/azure.json
      0755 0:0 /opt/azure/containers/
      0644 0:0 /etc/kubernetes/certs/ca.crt
      0600 0:0 /etc/default/kubelet
      0600 0:0 /var/lib/kubelet/kubeconfig
      0644 0:0 /var/lib/kubelet/bootstrap-kubeconfig
      0600 0:0 /etc/cni/net.d/10-azure.conflist
      0755 0:0 /etc/kubernetes/manifests/
      0755 0:0 /opt/bin/kubelet
    """, content)
    node.proxy("--conntrack-max-per-core=0 --metrics-bind-address=0.0.0.0:10249 --cluster-cidr=10.244.0.0/16 --detect-local-mode=ClusterCIDR --v=3",
               version="1.33.5")
    return node.expect("""
  4.1.1 FAIL [S] units are 0600, but for 10-containerd-base-flag.conf, which gets no mode of its own
  4.1.2 PASS [S] units are root's
  4.1.3-4.1.4 NA [R] kube-proxy has no kubeconfig
  4.1.5 FAIL [S] bootstrap-kubeconfig is 0644
  4.1.6-4.1.8 PASS [S] both are root's; /etc/kubernetes/certs/ca.crt is 0644
  4.2.1-4.2.4 PASS [S] anonymous off, Webhook, a CA, no read-only port
  4.2.8 FAIL [S] 0 events a second means without limit
  4.2.10 PASS [S] rotate-certificates
  4.2.12 PASS [M] two suites with forward secrecy
  4.3.1 FAIL [R] --metrics-bind-address=0.0.0.0:10249
""")


def aks_stock():
    """Flags alone, so the kubelet's own old defaults count."""
    node = aks(AKS_START + AKS_FLAGS)
    node.tree("0600 0:0 /etc/kubernetes/certs/kubeletserver.crt\n0600 0:0 /etc/kubernetes/certs/kubeletserver.key")
    return node.expect("""
  4.1.9-4.1.10 NA [S] flags alone, no configuration file
  4.2.9 PASS [S] --tls-cert-file and --tls-private-key-file
  4.2.11 FAIL|NA [S] a pair is given, and no serverTLSBootstrap
  4.2.13-4.2.14 FAIL [S] --pod-max-pids=-1 and no seccompDefault
""")


def aks_hardened():
    path = "/etc/default/kubeletconfig.json"
    node = aks(AKS_START + " --config " + path, [(UNITS + ".d/10-componentconfig.conf", "0600")], {path: json.dumps(AKS_CONFIG)})
    node.tree("0600 0:0 " + path, {path: json.dumps(AKS_CONFIG)})
    return node.expect(truths.BOOTSTRAPPED, """
  4.1.9-4.1.10 PASS [S] kubeletconfig.json is 0600 and root's
  4.2.13-4.2.14 PASS [D] podMaxPids and seccompDefault of the node pool
""")


def gke(more):
    # [S] cluster/gce/gci/configure-helper.sh, [K] for the files of the kubelet.
    command = """/home/kubernetes/bin/kubelet --v=2 --cloud-provider=external --kubeconfig=/var/lib/kubelet/kubeconfig
      --config=/home/kubernetes/kubelet-config.yaml"""
    config = workers.CONFIG % "/etc/srv/kubernetes/pki/ca-certificates.crt"
    node = workers.worker("gke", command, [(UNITS, "0644")], """
      0644 0:0 /etc/os-release
      0600 0:0 /home/kubernetes/kube-env
      0644 0:0 /home/kubernetes/kubelet-config.yaml
      0644 0:0 /etc/srv/kubernetes/pki/ca-certificates.crt
      0644 0:0 /var/lib/kubelet/kubeconfig
      0644 0:0 /var/lib/kube-proxy/kubeconfig
      0755 0:0 /home/kubernetes/bin/kubelet
    """, {"/etc/os-release": "NAME=\"Container-Optimized OS\"\nID=cos\n", "/home/kubernetes/bin/kubelet": binary("1.31.7-gke.1"),
          "/home/kubernetes/kubelet-config.yaml": config + "rotateCertificates: true\nserverTLSBootstrap: true\n"
                                                           "staticPodPath: /etc/kubernetes/manifests\n" + more})
    node.static_pod("/etc/kubernetes/manifests", "kube-proxy", "--kubeconfig=/var/lib/kube-proxy/kubeconfig --cluster-cidr=10.8.0.0/14",
                    ["/var/lib/kube-proxy/kubeconfig"], image="gke.gcr.io/kube-proxy-amd64:v1.31.7-gke.1", mode="0644", suffix=".manifest")
    return node.expect(truths.BOOTSTRAPPED, """
  4.1.1 FAIL [K] kubelet.service is 0644
  4.1.2 PASS [K] it is root's
  4.1.3 FAIL [K] /var/lib/kube-proxy/kubeconfig of the static pod is 0644
  4.1.4 PASS [K] it is root's
  4.1.5 FAIL [K] /var/lib/kubelet/kubeconfig is 0644
  4.1.6 PASS [K] it is root's
  4.1.7-4.1.8 PASS [K] /etc/srv/kubernetes/pki/ca-certificates.crt
  4.1.9 FAIL [K] /home/kubernetes/kubelet-config.yaml is 0644
  4.1.10 PASS [K] it is root's
  4.2.1-4.2.3 PASS [N] anonymous off, Webhook, a CA
  4.2.4 FAIL [D] clusters from before 1.32 have the port open unless somebody closes it
  4.2.10 PASS [N] rotateCertificates
  4.2.12-4.2.14 FAIL [N] no suites, podPidsLimit or seccompDefault
  4.3.1 PASS [U] no --metrics-bind-address: the node itself
""")


def gke_hardened():
    """[D] podPidsLimit and insecureKubeletReadonlyPortEnabled of the node pool; nothing else of what is asked can be chosen."""
    return gke("readOnlyPort: 0\npodPidsLimit: 4096\n").expect("""
  4.2.4 PASS [D] insecureKubeletReadonlyPortEnabled: false
  4.2.13 PASS [D] podPidsLimit
""")


NODES = {"aks": aks_stock(), "aks-hardened": aks_hardened(), "gke": gke("readOnlyPort: 10255\n"), "gke-hardened": gke_hardened()}
