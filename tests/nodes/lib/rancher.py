"""What K3s and RKE2 write alike: RKE2 is built on K3s' packages."""
# [S] pkg/daemons/agent of K3s, defaultKubeletConfig, as sigs.k8s.io/yaml prints it: what is zero is left out.
KUBELET = """apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous: {{enabled: false}}
  webhook: {{cacheTTL: 2m0s, enabled: true}}
  x509: {{clientCAFile: {d}/agent/client-ca.crt}}
authorization:
  mode: Webhook
  webhook: {{cacheAuthorizedTTL: 5m0s, cacheUnauthorizedTTL: 30s}}
cgroupDriver: systemd
clusterDNS: [10.43.0.10]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/k3s/containerd/containerd.sock
failSwapOn: false
healthzBindAddress: 127.0.0.1
kind: KubeletConfiguration
serializeImagePulls: false
staticPodPath: {d}/agent/pod-manifests
streamingConnectionIdleTimeout: 4h0m0s
tlsCertFile: {d}/agent/serving-kubelet.crt
tlsPrivateKeyFile: {d}/agent/serving-kubelet.key
"""
# [S] pkg/etcd/etcd.go of K3s: what etcd is started with.
ETCD = """advertise-client-urls: https://192.168.10.11:2379
client-transport-security:
  cert-file: {d}/server/tls/etcd/server-client.crt
  client-cert-auth: true
  key-file: {d}/server/tls/etcd/server-client.key
  trusted-ca-file: {d}/server/tls/etcd/server-ca.crt
data-dir: {d}/server/db/etcd
listen-client-urls: https://127.0.0.1:2379,https://192.168.10.11:2379
listen-metrics-urls: http://127.0.0.1:2381
listen-peer-urls: https://127.0.0.1:2380,https://192.168.10.11:2380
logger: zap
name: node1
peer-transport-security:
  cert-file: {d}/server/tls/etcd/peer-server-client.crt
  client-cert-auth: true
  key-file: {d}/server/tls/etcd/peer-server-client.key
  trusted-ca-file: {d}/server/tls/etcd/peer-ca.crt
"""
ENCRYPTION = ('{"kind":"EncryptionConfiguration","apiVersion":"apiserver.config.k8s.io/v1","resources":[{"resources":["secrets"],'
              '"providers":[{"aescbc":{"keys":[{"name":"k","secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}]}},{"identity":{}}]}]}')


def kubelet(data):
    return KUBELET.format(d=data)


def etcd(data):
    return ETCD.format(d=data)
