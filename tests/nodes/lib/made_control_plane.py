"""The control plane as kubeadm writes it, for the distributions that have kubeadm underneath. Source: cmd/kubeadm of 1.34."""
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

# What kubeadm leaves behind, as the captured node kubeadm-stock and its truth file show.
TRUTH = """
  1.1.1-1.1.6 PASS kubeadm writes manifests 0600
  1.1.13-1.1.18 PASS kubeadm writes kubeconfigs 0600
  1.1.19 PASS root owns the PKI
  1.1.20 PASS kubeadm writes certificates 0644, as they may be
  1.1.21 PASS kubeadm writes keys 0600
  1.2.1 FAIL anonymous requests are not turned off
  1.2.3 FAIL DenyServiceExternalIPs is off
  1.2.4 PASS client certificate and key for kubelets are given
  1.2.5 FAIL no --kubelet-certificate-authority
  1.2.6-1.2.8 PASS --authorization-mode=Node,RBAC
  1.2.9 FAIL EventRateLimit is off
  1.2.11 FAIL AlwaysPullImages is off
  1.2.15-1.2.19 FAIL profiling is on; there is no audit log
  1.2.23 PASS --etcd-certfile and --etcd-keyfile
  1.2.26 PASS --etcd-cafile
  1.2.27-1.2.28 FAIL no --encryption-provider-config
  1.2.29 FAIL no --tls-cipher-suites
  1.2.30 FAIL extended tokens are the default
  1.3.2 FAIL profiling is on
  1.3.6 PASS the feature gate is on by default
  1.4.1 FAIL profiling is on
  3.2.1-3.2.2 FAIL no audit policy
  4.2.1-4.2.3 PASS the kubelet's configuration
"""
# The kubelet of kubeadm's configuration above.
KUBELET_TRUTH = """
  4.2.9 FAIL neither a pair nor serverTLSBootstrap: it signs its own certificate
  4.2.11-4.2.14 FAIL no serverTLSBootstrap, tlsCipherSuites, podPidsLimit or seccompDefault
"""


def add(node, pki="/etc/kubernetes/pki", etcd_client=None, flags="", paths=()):
    """kube-apiserver, kube-controller-manager, kube-scheduler and their files; etcd too unless ETCD_CLIENT (CA, certificate, key) says
    where to find another one. FLAGS are more of kube-apiserver's, PATHS more that it has mounted."""
    ca, cert, key = etcd_client or [pki + tail for tail in ("/etcd/ca.crt", "/apiserver-etcd-client.crt", "/apiserver-etcd-client.key")]
    names = "ca apiserver apiserver-kubelet-client front-proxy-ca front-proxy-client".split()
    names += [] if etcd_client else "apiserver-etcd-client etcd/ca etcd/server etcd/peer etcd/healthcheck-client".split()
    node.tree("\n".join("0644 0:0 {p}/{n}.crt\n0600 0:0 {p}/{n}.key".format(p=pki, n=name) for name in names))
    node.tree("0600 0:0 %s/sa.key\n0600 0:0 %s/sa.pub" % (pki, pki))
    node.tree("\n".join("0600 0:0 /etc/kubernetes/%s.conf" % name for name in "admin super-admin controller-manager scheduler".split()))
    manifests, conf = "/etc/kubernetes/manifests", "/etc/kubernetes/%s.conf"
    node.tree("0700 0:0 %s/" % manifests)
    mounts = [pki] + ([ca.rpartition("/")[0]] if etcd_client else []) + list(paths)
    node.static_pod(manifests, "kube-apiserver", "%s %s" % (APISERVER.format(p=pki, ca=ca, cert=cert, key=key), flags), mounts,
                    image=IMAGES % "kube-apiserver")
    node.static_pod(manifests, "kube-controller-manager", MANAGER.format(p=pki), [pki, conf % "controller-manager"],
                    image=IMAGES % "kube-controller-manager")
    node.static_pod(manifests, "kube-scheduler", SCHEDULER, [conf % "scheduler"], image=IMAGES % "kube-scheduler")
    if not etcd_client:
        node.tree("0700 0:0 /var/lib/etcd/")
        node.static_pod(manifests, "etcd", ETCD.format(p=pki), [pki + "/etcd", "/var/lib/etcd"], image="registry.k8s.io/etcd:3.6.5-0")
