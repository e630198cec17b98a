#!/usr/bin/env python3
"""
Several at once: two etcds or two kubelets on a node, of which the worst counts, and control planes of other clusters in ordinary pods or in a
container, which are no part of this one. Each situation has a name and the verdict of every control of sections 1 to 4: those of
the node it is built on (distributions/), and what differs with the reason.
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import distributions  # noqa: E402
import made_control_plane as kubeadm  # noqa: E402
from made_node import KUBECONFIG, binary, certificate  # noqa: E402
from node_tree import conclude  # noqa: E402

EVENTS_OVERRIDE = {"kube-apiserver": kubeadm.HARDENED["kube-apiserver"] + " --etcd-servers-overrides=/events#https://127.0.0.1:2383"}
# A second etcd, as a static pod beside kubeadm's.
EVENTS = kubeadm.ETCD.format(p="/etc/kubernetes/pki").replace("/var/lib/etcd", "/var/lib/etcd-events")
EVENTS = EVENTS.replace(":2379", ":2383").replace(":2380", ":2382")
WEAK_API_SERVER = "--anonymous-auth=true --authorization-mode=AlwaysAllow --etcd-servers=http://127.0.0.1:2379 --profiling=true --secure-port=7443"
WEAK_ETCD = "--listen-client-urls=http://0.0.0.0:2379 --advertise-client-urls=http://127.0.0.1:2379 --data-dir=/data"
WORKLOAD = "it is a workload in pod %s/%s"


def control_plane(flags=None):
    """A hardened node of kubeadm's: every control is met, but for the questions."""
    unit = "/usr/lib/systemd/system/kubelet.service"
    command = "/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf"
    node = kubeadm.node("kubeadm", [(unit, "[Service]\nExecStart=%s\n" % command)], "/etc/cni/net.d/10-flannel.conflist", True, flags)
    node.tree("0755 0:0 /usr/bin/kubelet\n0644 0:0 /etc/containerd/config.toml",
              {"/usr/bin/kubelet": binary("1.34.1"), "/etc/containerd/config.toml": kubeadm.CONTAINERD})
    node.process("/usr/bin/containerd", cgroup="/system.slice/containerd.service")
    node.process(command, cgroup="/system.slice/kubelet.service")
    node.roles = {"control-plane": True, "etcd": True, "worker": True}
    return node.expect(kubeadm.HARDENED_TRUTHS)


# ---- two etcds ----

def with_events(arguments=EVENTS, mode="0600", folder="0700 996:996"):
    node = control_plane(EVENTS_OVERRIDE)
    node.tree("%s /var/lib/etcd-events/" % folder)
    node.static_pod("/etc/kubernetes/manifests", "etcd", arguments, ["/etc/kubernetes/pki/etcd", "/var/lib/etcd-events"],
                    image="registry.k8s.io/etcd:3.6.5-0", name="etcd-events", mode=mode)
    return node


def open_events():
    """The etcd for events asks nobody for a certificate, its data are everybody's, and so is its manifest."""
    weak = " ".join(word for word in EVENTS.split() if not word.startswith(("--client-cert-auth", "--trusted-ca-file")))
    return with_events(weak, "0644", "0755 0:0").expect("""
  1.1.7 FAIL [N] etcd-events.yaml is 0644
  1.1.11 FAIL [N] /var/lib/etcd-events is 0755
  1.1.12 FAIL [N] /var/lib/etcd-events belongs to root
  2.2 FAIL [N] the etcd for events has neither --client-cert-auth nor --trusted-ca-file, either of which would do
  2.7 FAIL [N] it has no CA
""")


def kubespray_events(environment):
    """[S] kubespray roles/etcd: etcd-events.service, /etc/etcd-events.env, with etcd_events_cluster_setup."""
    node = distributions.described()["kubespray"]
    node.unit("/etc/systemd/system/etcd-events.service",
              "[Unit]\nDescription=etcd\n[Service]\nUser=root\nEnvironmentFile=/etc/etcd-events.env\nExecStart=/usr/local/bin/etcd\n")
    node.tree("0640 0:0 /etc/etcd-events.env\n0700 996:996 /var/lib/etcd-events/", {"/etc/etcd-events.env": environment})
    node.process("/usr/local/bin/etcd", cgroup="/system.slice/etcd-events.service", environ=environment.split())
    return node


def stopped(node):
    """The same after it was shut down: what its units would start counts."""
    node.processes = [process for process in node.processes if process["exe"] != "/usr/local/bin/etcd"]
    return node


def kubespray_environment():
    main = [process for process in distributions.described()["kubespray"].processes if process["argv"] == ["/usr/local/bin/etcd"]]
    text = "\n".join(main[0]["environ"]).replace(":2379", ":2383").replace(":2380", ":2382")
    return text.replace("/var/lib/etcd", "/var/lib/etcd-events") + "\n"


def etcd_in_docker(network=None, beside=None):
    """[S] kubespray with etcd_deployment_type docker: etcd's container has the network of the node, and a PID namespace of its own; here with an
    http URL, unlike what its unit says. NETWORK: the container's own instead, as that of somebody's test; BESIDE: what else runs in it."""
    node = distributions.described()["kubespray"]
    (etcd,) = [process for process in node.processes if process["argv"] == ["/usr/local/bin/etcd"]]
    inside = {"cgroup": "/system.slice/docker-%s.scope" % ("c" * 64), "pid_namespace": "pid:[4026533001]"}
    etcd.update(inside, environ=[variable.replace("https://127.0.0.1:2379", "http://127.0.0.1:2379") for variable in etcd["environ"]])
    if beside:
        node.process(beside, **inside)
    if network:
        node.links.append(("/proc/%d/ns/net" % etcd["pid"], network))
    if network or beside:
        node.rejected[etcd["pid"]] = "it runs in a PID namespace of its own, outside the pods of this node"
        return node
    return node.expect("  2.1-2.2 FAIL [N] etcd's environment in its container holds an http URL")


MANAGER = """apiVersion: v1
kind: Pod
metadata: {name: etcd-manager-%s, namespace: kube-system}
spec:
  containers:
  - {name: etcd-manager, image: "registry.k8s.io/etcdadm/etcd-manager-slim:v3.0.20250917", command: [/bin/sh, -c, "exec /etcd-manager"],
     volumeMounts: [{mountPath: /rootfs, name: rootfs}]}
  volumes: [{name: rootfs, hostPath: {path: /}}]
"""


def kops(asks=True):
    """[S] kopeio/etcd-manager, pkg/etcd/etcdprocess.go: two static pods, in each a program that starts etcd by environment alone, with the
    host below /rootfs. Unless the one for events ASKS for certificates."""
    node = control_plane()
    node.processes = [process for process in node.processes if process["argv"][0] != "etcd"]
    node.files = [file for file in node.files if file[3] not in ("/etc/kubernetes/manifests/etcd.yaml", "/var/lib/etcd")]
    for name, volume, port in (("main", "a", 4001), ("events", "b", 4002)):
        base = "/mnt/master-vol-0%s" % volume
        clients, peers = "/rootfs%s/pki/tok/clients" % base, "/rootfs%s/pki/tok/peers" % base
        environ = ["ETCD_DATA_DIR=/rootfs%s/data/tok" % base, "ETCD_LISTEN_CLIENT_URLS=https://0.0.0.0:%d" % port,
                   "ETCD_ADVERTISE_CLIENT_URLS=https://etcd-a.internal.k:%d" % port, "ETCD_LISTEN_PEER_URLS=https://0.0.0.0:2380",
                   "ETCD_CLIENT_CERT_AUTH=true", "ETCD_TRUSTED_CA_FILE=%s/ca.crt" % clients, "ETCD_CERT_FILE=%s/server.crt" % clients,
                   "ETCD_KEY_FILE=%s/server.key" % clients, "ETCD_PEER_CLIENT_CERT_AUTH=true", "ETCD_PEER_TRUSTED_CA_FILE=%s/ca.crt" % peers,
                   "ETCD_PEER_CERT_FILE=%s/me.crt" % peers, "ETCD_PEER_KEY_FILE=%s/me.key" % peers]
        if name == "events" and not asks:
            environ = [variable for variable in environ if not variable.startswith(("ETCD_CLIENT_CERT_AUTH", "ETCD_TRUSTED_CA_FILE"))]
        files = "clients/ca.crt clients/server.crt clients/server.key peers/ca.crt peers/me.crt peers/me.key".split()
        node.tree("\n".join("0600 0:0 %s/pki/tok/%s" % (base, file) for file in files),
                  {"%s/pki/tok/%s/ca.crt" % (base, folder): certificate("etcd/ca") for folder in ("clients", "peers")})
        node.unit("/etc/kubernetes/manifests/etcd-%s.manifest" % name, MANAGER % name, "0400")
        node.tree("0700 996:996 %s/data/tok/" % base)
        node.container("etcd", "", "registry.k8s.io/etcdadm/etcd-manager-slim:v3.0.20250917", "etcd-manager-" + name, [("/rootfs", "/")],
                       "/opt/etcd-v3.5.21-linux-amd64/etcd", environ=environ)
    return node.expect("""
  1.1.7-1.1.8 PASS [N] manifests of etcd-manager are 0400 and root's
""")


def kops_open():
    """The one for events asks nobody for a certificate, and everybody may write its manifest."""
    node = kops(False)
    node.files = [(0o666,) + file[1:] if file[3].endswith("etcd-events.manifest") else file for file in node.files]
    return node.expect("""
  1.1.7 FAIL [N] etcd-events.manifest is 0666
  2.2 FAIL [N] the one for events has neither ETCD_CLIENT_CERT_AUTH nor ETCD_TRUSTED_CA_FILE
  2.7 FAIL [N] it has no CA
""")


# ---- two kubelets ----

def second_kubelet():
    """Left behind by a test: with a configuration of its own, which everybody may read, and without a limit of processes."""
    node = control_plane()
    path = "/var/lib/kubelet2/config.yaml"
    config = kubeadm.KUBELET_CONFIG % "/etc/kubernetes/pki" + kubeadm.HARDENED_KUBELET.replace("podPidsLimit: 4096\n", "")
    node.tree("0644 0:0 %s\n0600 0:0 /etc/kubernetes/kubelet2.conf" % path, {path: config, "/etc/kubernetes/kubelet2.conf": KUBECONFIG})
    node.process("/usr/bin/kubelet --config=%s --kubeconfig=/etc/kubernetes/kubelet2.conf --root-dir=/var/lib/kubelet2" % path,
                 cgroup="/user.slice/user-0.slice/session-3.scope")
    return node.expect("""
  4.1.9 FAIL [N] the second kubelet's configuration is 0644
  4.2.13 FAIL [N] the second kubelet has no podPidsLimit
""")


# ---- control planes of other clusters ----

def in_pods(node, namespace, programs):
    """Components of another cluster as pods that came from the API of this one. PROGRAMS: (pod, program, arguments)."""
    for pod, program, arguments in programs:
        pid = node.container(program, arguments, "registry.k8s.io/%s:v1.33.4" % program, pod, namespace=namespace)
        node.rejected[pid] = WORKLOAD % (namespace, pod)
    return node


def vcluster():
    """[D] vcluster: the whole control plane in one pod, which a StatefulSet owns; k3s as the distribution of older ones."""
    node = in_pods(control_plane(), "team-a", [
        ("vc-0", "kube-apiserver", WEAK_API_SERVER), ("vc-0", "kube-controller-manager", "--bind-address=0.0.0.0 --profiling=true"),
        ("vc-0", "kube-scheduler", "--bind-address=0.0.0.0"), ("vc-0", "etcd", WEAK_ETCD)])
    node.container("k3s", "server --write-kubeconfig=/data/k3s-config/kube-config.yaml --kube-apiserver-arg=anonymous-auth=true", "rancher/k3s:v1.33",
                   "old-0", namespace="team-b")
    return node


def kamaji():
    """[D] Kamaji, on a worker: each control plane of a tenant is a Deployment, its etcd a StatefulSet."""
    node = distributions.described()["bottlerocket-hardened"]
    node.roles = {"control-plane": False, "etcd": False, "worker": True}
    return in_pods(node, "tenants", [
        ("green-6f7d9c-x2x2x", "kube-apiserver", WEAK_API_SERVER), ("green-6f7d9c-x2x2x", "kube-controller-manager", "--profiling=true"),
        ("green-6f7d9c-x2x2x", "kube-scheduler", "--bind-address=0.0.0.0"), ("kamaji-etcd-0", "etcd", WEAK_ETCD)])


def hypershift(base):
    """[D] HyperShift: a namespace for each hosted cluster, on a worker or beside OpenShift's own control plane."""
    return in_pods(distributions.described()[base], "clusters-blue", [
        ("kube-apiserver-5c9d-abcde", "kube-apiserver", "--openshift-config=/etc/kubernetes/config/config.json -v=2"),
        ("kube-controller-manager-5c9d-abcde", "kube-controller-manager", "--openshift-config=/etc/kubernetes/config/config.json --profiling=true"),
        ("openshift-kube-scheduler-5c9d-abcde", "kube-scheduler", "--config=/etc/kubernetes/config/config.json"),
        ("etcd-0", "etcd", WEAK_ETCD)])


def hosted_worker():
    """[S] HyperShift: on the nodes of a hosted cluster a static pod of that name leads to an API server that is elsewhere."""
    node = distributions.described()["openshift-worker"]
    node.roles = {"control-plane": False, "etcd": False, "worker": True}
    node.static_pod("/etc/kubernetes/manifests", "haproxy", "-f /usr/local/etc/haproxy", image="quay.io/openshift/haproxy-router:4.20",
                    name="kube-apiserver-proxy")
    return node


def kind_inside():
    """A cluster of kind's on this very node: Docker's container is a node of its own, with pods of its own."""
    node = control_plane()
    inside = "/system.slice/docker-%s.scope" % ("d" * 64)
    pod = ("/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod%s.slice/cri-containerd-%s.scope"
           % ("e" * 32, "f" * 64))
    programs = [("/usr/bin/kubelet", "--anonymous-auth=true --read-only-port=10255", "/kubelet.slice/kubelet.service", "pid:[4026539001]"),
                ("kube-apiserver", WEAK_API_SERVER, pod, "pid:[4026539002]")]
    whys = ["it runs in a PID namespace of its own, outside the pods of this node",
            "its pod belongs to another node, one that runs in a container here"]
    for (program, arguments, cgroup, namespace), why in zip(programs, whys):
        exe = program if program[0] == "/" else "/usr/local/bin/" + program
        pid = node.process([program] + arguments.split(), exe=exe, cgroup=inside + cgroup, pid_namespace=namespace)
        node.rejected[pid] = why
    return node


EVENTS_ENV = kubespray_environment()
OPEN_EVENTS_ENV = EVENTS_ENV.replace("https://127.0.0.1:2383", "http://127.0.0.1:2383")
OPEN_EVENTS = "  2.1-2.2 FAIL [N] the etcd for events serves an http URL"
SITUATIONS = {
    "etcd for events": with_events(),
    "etcd for events, the bad one": open_events(),
    "etcd for events, under systemd": kubespray_events(EVENTS_ENV),
    "etcd for events, under systemd, the bad one": kubespray_events(OPEN_EVENTS_ENV).expect(OPEN_EVENTS),
    "etcd for events, under systemd, neither runs": stopped(kubespray_events(EVENTS_ENV)),
    "etcd for events, under systemd, neither runs, the bad one": stopped(kubespray_events(OPEN_EVENTS_ENV)).expect(OPEN_EVENTS),
    "etcd in a container of Docker's": etcd_in_docker(),
    "etcd in a container with a network of its own": etcd_in_docker(network="net:[4026533002]"),
    "etcd in a container beside a kubelet": etcd_in_docker(beside="/usr/bin/kubelet --config=/etc/k.yaml"),
    "etcd-manager, main and events": kops(),
    "etcd-manager, main and events, the bad one": kops_open(),
    "two kubelets": second_kubelet(),
    "nested cluster in pods": vcluster(),
    "nested cluster in a container": kind_inside(),
    "hosted control planes on a worker": kamaji(),
    "hosted control planes on OpenShift's worker": hypershift("openshift-worker"),
    "worker of a hosted control plane": hosted_worker(),
    "hosted control planes beside OpenShift's own": hypershift("openshift-control-plane"),
}


def main():
    conclude(*distributions.judge_all(SITUATIONS))


if __name__ == "__main__":
    main()
