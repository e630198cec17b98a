"""Verdicts of edition 1.12 that hold wherever a component runs like this, with their reasons: descriptions share them and say what differs.
[U] is what Kubernetes, etcd or kubeadm do by themselves, as the captured node ../kubeadm-stock and its truth file show."""
WORKER = """
  1.1.1-1.1.21 NA [N] a worker: the control plane is elsewhere
  1.2.1-1.2.30 NA [N] a worker
  1.3.1-1.3.7 NA [N] a worker
  1.4.1-1.4.2 NA [N] a worker
  2.1-2.7 NA [N] a worker
  3.1.1-3.1.3 NA [N] a worker
  3.2.1-3.2.2 NA [N] a worker
"""
CONTROL_PLANE_PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
# An API server, a controller manager and people, as long as nobody says anything about these.
API_SERVER = """
  1.2.2 PASS [U] no --token-auth-file
  1.2.10 PASS [U] AlwaysAdmit is on only where it is named
  1.2.12-1.2.13 PASS [U] ServiceAccount and NamespaceLifecycle are on unless they are turned off
  1.2.20 MANUAL [U] a minute, the default; whether that fits is the site's to say
  1.2.21 PASS [U] lookup is on by default
"""
MANAGER = """
  1.3.1 MANUAL [U] nobody chose a threshold; whether the default fits is the site's to say
  1.3.6 PASS [U] the feature gate is on by default
"""
PEOPLE = """
  3.1.1-3.1.3 MANUAL [U] certificates and tokens are accepted; who uses them no node shows
"""
CONTROL_PLANE = API_SERVER + MANAGER + PEOPLE
KUBELET = """
  4.2.5 PASS [U] four hours by default
  4.2.6 PASS [U] true by default
  4.2.7 PASS [N] no --hostname-override
  4.2.8 PASS [U] 50 by default
"""
SELF_SIGNED = """
  4.2.9 FAIL [U] neither a pair nor serverTLSBootstrap: it signs its own certificate
  4.2.11 FAIL [U] no serverTLSBootstrap: what it signed itself is never renewed
"""
BOOTSTRAPPED = """
  4.2.9 PASS [N] serverTLSBootstrap: the cluster signs its certificate
  4.2.11 PASS [N] serverTLSBootstrap, and the gate is on by default
"""
NO_PROXY = """
  4.1.3-4.1.4 NA [N] there is no kube-proxy
  4.3.1 NA [N] there is no kube-proxy
"""
POD_PROXY = """
  4.1.3-4.1.4 NA [U] kube-proxy's kubeconfig is in a ConfigMap, and holds no credential
  4.3.1 PASS [U] the node itself by default
"""
