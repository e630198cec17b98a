#!/usr/bin/env python3
"""
The tables of control-plane-isolation (SI-1.1) and control-plane-credentials-on-worker (SI-1.2): for every row a node that it, and no
other, decides; what the reason names; pods that plant traps; the captured nodes against their truth files.
"""
import base64
import json
import os
import re
import sys
import tarfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import made_control_plane as kubeadm  # noqa: E402
from made_node import Made, Node  # noqa: E402
from node_tree import NODES, TOP, RunFailed, Tree, archive_names, collect, conclude, judge, verdict_of  # noqa: E402

DEFINITIONS = os.path.join(TOP, "benchmarks", "service-integrator", "control-plane.yaml")
CONTAINERD = "/run/containerd/io.containerd.runtime.v2.task/k8s.io"
CRIO = "/run/containers/storage/overlay-containers"
UIDS = ["%08d-0000-4000-8000-000000000000" % number for number in range(10)]
TAINT = "node-role.kubernetes.io/control-plane"
HOUR = 3600


# ---- nodes ----

def runtime(node, kubelet_config=""):
    """A kubelet and containerd."""
    node.tree("0644 0:0 /var/lib/kubelet/config.yaml\n0644 0:0 /etc/containerd/config.toml\n0600 0:0 /etc/kubernetes/kubelet.conf\n0644 0:0 /etc/hostname",
              {"/var/lib/kubelet/config.yaml": kubeadm.KUBELET_CONFIG % "/etc/kubernetes/pki" + kubelet_config,
               "/etc/containerd/config.toml": kubeadm.CONTAINERD, "/etc/hostname": "node1\n"})
    node.process("/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf",
                 cgroup="/system.slice/kubelet.service")
    node.process("/usr/bin/containerd", cgroup="/system.slice/containerd.service")


def control_plane(kubelet_config=""):
    """As kubeadm leaves it, with the bundle of each of its pods."""
    node = Node("kubeadm")
    kubeadm.add(node)
    runtime(node, kubelet_config)
    node.tree("0644 0:0 /var/lib/kubelet/kubeadm-flags.env")
    return node


def worker():
    node = Node("kubeadm")
    runtime(node)
    node.tree("0644 0:0 /var/lib/kubelet/kubeadm-flags.env")
    return node


def untold():
    """A control plane of which nothing tells who made it: the files that show kubeadm's hand are not there."""
    node = control_plane()
    marks = ("/var/lib/kubelet/kubeadm-flags.env", "/etc/kubernetes/admin.conf")
    node.files = [file for file in node.files if file[3] not in marks]
    return node


def container_id(number):
    return "%064x" % (0xfee000 + number)


def pod(node, number, namespace, name, bundle=True, cgroup="v2"):
    """A pod of the API: a process in its cgroup, and the bundle of its container."""
    uid, ident = UIDS[number], container_id(number)
    paths = {"v2": "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod%s.slice/cri-containerd-%s.scope" % (uid.replace("-", "_"), ident),
             "cgroupfs": "/kubepods/besteffort/pod%s/%s" % (uid, ident),
             "kind": "/kubelet/kubepods/pod%s/%s" % (uid, ident),
             "crio": "/kubepods.slice/kubepods-pod%s.slice/crio-%s.scope" % (uid.replace("-", "_"), ident)}
    if cgroup:
        node.process("/app --serve", cgroup=paths[cgroup])
    if bundle:
        containerd_bundle(node, number, namespace, name)


def containerd_bundle(node, number, namespace, name, pid=None):
    annotations = {"io.kubernetes.cri.container-type": "container", "io.kubernetes.cri.sandbox-namespace": namespace,
                   "io.kubernetes.cri.sandbox-name": name, "io.kubernetes.cri.sandbox-uid": UIDS[number],
                   "io.kubernetes.cri.container-name": "app"}
    place = "%s/%s/" % (CONTAINERD, container_id(number))
    node.tree("0600 0:0 %sconfig.json" % place, {place + "config.json": json.dumps({"ociVersion": "1.1.0", "annotations": annotations})})
    if pid:
        node.tree("0600 0:0 %sinit.pid" % place, {place + "init.pid": str(pid)})


def crio_bundle(node, number, namespace, name):
    annotations = {"io.kubernetes.pod.namespace": namespace, "io.kubernetes.pod.name": name, "io.kubernetes.pod.uid": UIDS[number],
                   "io.kubernetes.container.name": "app"}
    place = "%s/%s/userdata/config.json" % (CRIO, container_id(number))
    node.tree("0600 0:0 " + place, {place: json.dumps({"annotations": annotations})})


def named_by_logs(node, number, namespace, name):
    node.tree("0755 0:0 /var/log/pods/%s_%s_%s/" % (namespace, name, UIDS[number]))


def named_by_volume(node, number, namespace):
    path = "/var/lib/kubelet/pods/%s/volumes/kubernetes.io~projected/kube-api-access-abcde/" % UIDS[number]
    node.tree("0644 0:0 %snamespace\n0644 0:0 %stoken" % (path, path), {path + "namespace": namespace, path + "token": "canary"})


def changed(node, *steps):
    for step in steps:
        step(node)
    return node


# ---- snapshots ----

def snapshot(tainted, nodes=2, age=0, pods=(), effect="NoSchedule"):
    """PODS: (namespace, name, uid, owner kind)."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - age))
    items = []
    for number in range(1, nodes + 1):
        taints = [{"key": TAINT, "effect": effect}] if tainted and number == 1 else []
        items.append({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node%d" % number}, "spec": {"taints": taints},
                      "status": {"conditions": [{"lastHeartbeatTime": stamp}]}})
    for namespace, name, uid, owner in pods:
        items.append({"apiVersion": "v1", "kind": "Pod", "spec": {"nodeName": "node1"}, "status": {"phase": "Running"},
                      "metadata": {"namespace": namespace, "name": name, "uid": uid, "ownerReferences": [{"kind": owner, "name": "owner", "controller": True}]}})
    return {"apiVersion": "v1", "kind": "List", "items": items}


def with_taint(key):
    given = snapshot(True)
    given["items"][0]["spec"]["taints"][0]["key"] = key
    return given


# ---- cases ----

def no_node():
    return Node("none")


def etcd_alone():
    node = Node("generic")
    node.process("/usr/local/bin/etcd --data-dir=/var/lib/etcd --name=e1", cgroup="/system.slice/etcd.service")
    return node


def docker(node):
    node.process("/bin/thing", cgroup="/docker/" + "ab" * 32)


def in_cgroup(path):
    return lambda node: node.process("/bin/thing", cgroup=path)


def nested_node(node):
    """A node of kind in a container of Docker: its pods are none of this node's."""
    top = "/docker/" + "ab" * 32
    node.process("/sbin/init", cgroup=top + "/init.scope")
    node.process("/app", cgroup="%s/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod%s.slice/"
                 "cri-containerd-%s.scope" % (top, UIDS[7].replace("-", "_"), "cd" * 32))


def foreign_processes(node):
    """Only what our own container shows, and no runtime's state."""
    node.processes = [process for process in node.processes if process["pid"] == 1]
    node.processes[0].update(exe="/pause", argv=["/pause"])
    node.unit("/usr/lib/systemd/system/kubelet.service", "[Service]\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml\n")


def rke2_server():
    sys.path.insert(0, os.path.join(NODES, "distributions"))
    import rke2  # pylint: disable=import-outside-toplevel
    made = rke2.nodes() if hasattr(rke2, "nodes") else rke2.make()
    return made[0] if isinstance(made, (list, tuple)) else made


def talos_control_plane():
    sys.path.insert(0, os.path.join(NODES, "distributions"))
    import talos  # pylint: disable=import-outside-toplevel
    return talos.control_plane()


def k3s_server(config):
    sys.path.insert(0, os.path.join(NODES, "distributions"))
    import k3s  # pylint: disable=import-outside-toplevel
    node = k3s.server()
    node.tree("0600 0:0 /etc/rancher/k3s/config.yaml", {"/etc/rancher/k3s/config.yaml": config})
    return node


def shop(bundle=True, cgroup="v2", number=1):
    return lambda node: pod(node, number, "shop", "web-1", bundle, cgroup)


def case(row, node, says="", cluster=None, site="", tree=None):
    return {"row": row, "node": node, "says": says, "cluster": cluster, "site": site, "tree": tree}


def unreadable_process(root):
    """A process of which nothing can be told: the list is not complete."""
    os.makedirs(root + "/proc/4242")
    os.symlink("cgroup", root + "/proc/4242/cgroup")
    os.symlink("cmdline", root + "/proc/4242/cmdline")


def other_namespace(root):
    """The processes are those of our own container."""
    os.unlink(root + "/proc/1/ns/pid")
    os.symlink("pid:[4026532777]", root + "/proc/1/ns/pid")


SYSTEM = ("kube-system", "kube-proxy-abcde", UIDS[2], "DaemonSet")
WEB = UIDS[1]
ISOLATION = [
    case("I-10", no_node),
    case("I-1", worker),
    case("I-1", lambda: changed(worker(), shop())),
    case("I-2", etcd_alone),
    case("I-2c", lambda: changed(etcd_alone(), docker)),
    case("I-3", lambda: changed(control_plane(), foreign_processes), tree=other_namespace),
    case("I-4", lambda: changed(control_plane(), shop()), "name: web-1, uid: %s, source: %s" % (WEB, CONTAINERD)),
    case("I-4", lambda: changed(control_plane(), shop(cgroup="cgroupfs")), "name: web-1"),
    case("I-4", lambda: changed(control_plane(), shop(cgroup="kind")), "name: web-1"),
    case("I-4", lambda: changed(control_plane(), shop(bundle=False, cgroup="crio"), lambda n: crio_bundle(n, 1, "shop", "web-1")),
         "source: " + CRIO),
    case("I-4", lambda: changed(control_plane(), shop(bundle=False), lambda n: named_by_logs(n, 1, "shop", "web-1")),
         "source: /var/log/pods/shop_web-1_"),
    case("I-4", lambda: changed(control_plane(), shop(bundle=False), lambda n: named_by_volume(n, 1, "shop")), "uid: %s" % WEB),
    # a machine of its own: no process of the pod is in its cgroup
    case("I-4", lambda: changed(control_plane(), lambda n: containerd_bundle(n, 1, "shop", "vm-1", pid=1)), "name: vm-1"),
    # a bundle that is left over is no pod
    case("I-8u", lambda: changed(control_plane(), lambda n: containerd_bundle(n, 1, "shop", "gone-1", pid=99999))),
    # only the directories of a finished pod
    case("I-8u", lambda: changed(control_plane(), lambda n: named_by_logs(n, 1, "shop", "done-1"))),
    case("I-4", lambda: changed(control_plane(), foreign_processes), "the cluster snapshot",
         snapshot(True, pods=[("shop", "web-1", WEB, "ReplicaSet")]), tree=other_namespace),
    case("I-4", lambda: changed(control_plane(), foreign_processes, lambda n: containerd_bundle(n, 1, "shop", "web-1")), "name: web-1", tree=other_namespace),
    # the site's own namespaces decide, and are quoted
    case("I-4", lambda: changed(control_plane(), lambda n: pod(n, 2, "kube-system", "kube-proxy-abcde")), "site parameter system-namespaces",
         site="system-namespaces: [infra]\n"),
    case("I-8u", lambda: changed(control_plane(), shop()), "site parameter system-namespaces", site="system-namespaces: [kube-system, \"sh*\"]\n"),
    # a workload fails even where not all could be seen, and where another pod's namespace is not known
    case("I-4", lambda: changed(control_plane(), shop()), "web-1", tree=unreadable_process),
    case("I-4", lambda: changed(control_plane(), shop(), lambda n: pod(n, 2, "", "", bundle=False)), "web-1"),
    case(None, lambda: changed(control_plane(), lambda n: pod(n, 2, "", "", bundle=False)), "its namespace is not known"),
    case("I-3i", control_plane, tree=unreadable_process),
    case("I-5", control_plane, "isolation.taint is missing", snapshot(False)),
    case("I-5", control_plane, "isolation.taint is missing", snapshot(True, effect="PreferNoSchedule")),
    case("I-5n", control_plane, "", snapshot(False, nodes=1)),
    case("I-5s", control_plane, "", snapshot(False, age=25 * HOUR)),
    case("I-6", untold, "isolation.taint is unknown"),
    case("I-6", rke2_server, "isolation.taint is schedulable"),
    case("I-7", lambda: changed(control_plane(), docker), "isolation.odd_pods"),
    case("I-7", lambda: changed(control_plane(), nested_node), "isolation.odd_pods"),
    # lxc(7), systemd-nspawn(1), systemd.resource-control(5) and libvirt's docs/cgroups.rst tell these paths.
    case("I-7", lambda: changed(control_plane(), in_cgroup("/lxc.payload.web/init.scope")), "lxc.payload.web"),
    case("I-7", lambda: changed(control_plane(), in_cgroup("/machine.slice/systemd-nspawn@web.service/payload")), "systemd-nspawn@web"),
    case("I-7", lambda: changed(control_plane(), in_cgroup("/machine.slice/machine-qemu\\x2d1\\x2dweb.scope/libvirt/emulator")), "machine-qemu"),
    case("I-7", lambda: changed(control_plane(), in_cgroup("/system.slice/nerdctl-%s.scope" % ("ab" * 32))), "isolation.odd_pods"),
    # What watches the container of a pod, and what runs its sandbox.
    case("I-8u", lambda: changed(control_plane(), in_cgroup("/system.slice/crio-conmon-%s.scope" % ("ab" * 32)))),
    case("I-8u", lambda: changed(control_plane(), in_cgroup("/kata_overhead/" + "ab" * 32))),
    case("I-7", lambda: changed(control_plane(), lambda n: n.static_pod("/etc/kubernetes/manifests", "backup", "--all", image="backup:v1")),
         "backup"),
    case("I-7", lambda: changed(control_plane(), lambda n: pod(n, 3, "kube-system", "shop-7d-xyz")), "shop-7d-xyz",
         snapshot(True, pods=[("kube-system", "shop-7d-xyz", UIDS[3], "ReplicaSet")])),
    case("I-8", lambda: changed(control_plane(), lambda n: pod(n, 3, "kube-system", "coredns-7d-xyz")), "isolation.taint is snapshot",
         snapshot(True, pods=[SYSTEM, ("kube-system", "coredns-7d-xyz", UIDS[3], "ReplicaSet")])),
    case("I-8u", control_plane, "isolation.taint is default"),
    # Rancher's RKE spells it so; any other taint that somebody chose is a question, one of the node's state is none at all.
    case("I-8", control_plane, "isolation.taint is snapshot", with_taint("node-role.kubernetes.io/controlplane")),
    case("I-5c", control_plane, "isolation.taint is chosen", with_taint("dedicated")),
    case("I-5", control_plane, "isolation.taint is missing", with_taint("node.kubernetes.io/unschedulable")),
    case("I-8u", control_plane, "isolation.taint is snapshot-stale", snapshot(True, age=25 * HOUR)),
    case("I-8u", lambda: control_plane("registerWithTaints: [{key: %s, effect: NoSchedule}]\n" % TAINT), "isolation.taint is flag"),
    # machined gives the kubelet of Talos its static pods
    case("I-8u", talos_control_plane, "isolation.taint is default"),
    # K3s gives node-taint to the kubelet in it.
    case("I-8u", lambda: k3s_server("node-taint:\n- node-role.kubernetes.io/control-plane=true:NoSchedule\n- a=b:NoExecute\n"), "isolation.taint is flag"),
    case("I-8u", lambda: k3s_server("node-taint: [a=b:NoExecute, CriticalAddonsOnly=true:NoExecute]\n"), "isolation.taint is flag"),
    case("I-6", lambda: k3s_server("node-taint: CriticalAddonsOnly=true:PreferNoSchedule\n"), "isolation.taint is schedulable"),
    # of another cluster
    case("I-8u", control_plane, "isolation.taint is default", {"apiVersion": "v1", "kind": "List", "items": snapshot(False)["items"][1:]}),
]


def admin_kubeconfig():
    """The one of a captured node, whose certificate names its group."""
    with tarfile.open(os.path.join(NODES, "kubeadm-stock.tar.gz")) as archive:
        return archive.extractfile("etc/kubernetes/super-admin.conf").read().decode()


def with_file(path, content=None):
    return lambda: changed(worker(), lambda node: node.tree("0600 0:0 " + path, {path: content} if content is not None else None))


TOKEN = """apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://10.0.0.1:6443"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
users: [{name: u, user: {token: canary-of-a-token}}]
"""


def loop(path):
    def make(root):
        os.makedirs(os.path.dirname(root + path), exist_ok=True)
        os.symlink(os.path.basename(path), root + path)
    return make


CREDENTIALS = [
    case("I-10", no_node),
    case("I-9c", control_plane),
    case("I-9c", etcd_alone),
    case("I-9", with_file("/etc/kubernetes/pki/ca.key"), "/etc/kubernetes/pki/ca.key"),
    case("I-9", with_file("/etc/kubernetes/pki/sa.key"), "/etc/kubernetes/pki/sa.key"),
    case("I-9", with_file("/etc/kubernetes/pki/apiserver-etcd-client.key"), "apiserver-etcd-client.key"),
    case("I-9", with_file("/etc/kubernetes/pki/etcd/server.key"), "/etc/kubernetes/pki/etcd/server.key"),
    case("I-9", with_file("/root/.kube/config", admin_kubeconfig()), "a certificate of system:masters"),
    case("I-9", with_file("/home/ann/.kube/config", admin_kubeconfig()), "/home/ann/.kube/config"),
    case("I-9", with_file("/etc/kubernetes/super-admin.conf", admin_kubeconfig()), "/etc/kubernetes/super-admin.conf"),
    case("I-9q", with_file("/home/ann/.kube/config", TOKEN), "isolation.credentials"),
    case("I-9q", with_file("/root/.kube/config", "{not: [yaml"), "isolation.credentials"),
    case("I-9n", worker),
    case(None, worker, "its power is not known", tree=loop("/etc/kubernetes/pki/ca.key")),
    case("I-9", with_file("/etc/kubernetes/pki/sa.key"), "sa.key", tree=loop("/etc/kubernetes/pki/ca.key")),
]


def run_case(control, one):
    """(verdict, row, reason, the whole report)"""
    with Made(one["node"]()) as made:
        options = list(made.node.options)
        if one["tree"]:
            one["tree"](made.root)
        for key, option in (("cluster", "--cluster"), ("site", "--site")):
            if one[key]:
                path = os.path.join(made.root, "given-" + key)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(json.dumps(one[key]) if key == "cluster" else one[key])
                options += [option, path]
        return judge(made.root, "1.0", options + ["--node", "node1"], (), "service-integrator")[control]


def rows_of(key):
    """Names and verdicts of the rows of the table, as they are written."""
    with open(DEFINITIONS, encoding="utf-8") as file:
        text = file.read().partition("- key: %s\n" % key)[2].partition("- key: ")[0]
    return dict(re.findall(r"\{row: (\S+?),.*?verdict: ([a-z-]+)", text))


def try_cases(control, key, cases):
    rows, passed, failed, seen = rows_of(key), 0, 0, set()
    for number, one in enumerate(cases):
        try:
            result = run_case(control, one)
        except RunFailed as error:
            result = {"verdict": "no result", "reason": str(error)}
        wanted = rows.get(one["row"], "error")
        good = (result["verdict"], result.get("row")) == (wanted, one["row"]) and one["says"] in str(result.get("reason")) and "canary" not in str(result)
        if one["row"] is None:
            good = good and result["verdict"] == "error"
        seen.add(one["row"])
        passed, failed = passed + good, failed + (not good)
        if not good:
            print("%s case %d: wants %s %s '%s', found %s %s: %s" % (control, number, wanted, one["row"], one["says"], result["verdict"],
                                                                  result.get("row"), result.get("reason")))
    for row in sorted(set(rows) - seen):
        failed += 1
        print("%s: no node for row %s" % (control, row))
    return passed, failed


# ---- pods that plant traps ----

def traps(root):
    """In the volumes, the logs and the bundles that the pods 4 and 5 have a hand in."""
    for number in (4, 5):
        base = "%s/var/lib/kubelet/pods/%s/volumes/" % (root, UIDS[number])
        volume = base + "kubernetes.io~projected/kube-api-access-abcde/"
        os.makedirs(volume)
        os.makedirs(base + "kubernetes.io~empty-dir/x")
        os.mkfifo(base + "kubernetes.io~empty-dir/x/fifo")
        os.symlink("/etc/shadow", base + "kubernetes.io~empty-dir/x/link")
        os.symlink("/", base + "kubernetes.io~empty-dir/x/root")
        with open(base + "kubernetes.io~empty-dir/x/namespace", "w", encoding="utf-8") as file:
            file.write("kube-system")
    namespace = "%s/var/lib/kubelet/pods/%s/volumes/kubernetes.io~projected/kube-api-access-abcde/namespace"
    os.mkfifo(namespace % (root, UIDS[4]))
    with open(namespace % (root, UIDS[5]), "wb") as file:
        file.write(b"a" * (2 << 20))


def malformed_bundle(node):
    place = "%s/%s/config.json" % (CONTAINERD, container_id(4))
    node.tree("0600 0:0 " + place, {place: "{\"annotations\": [" * 5000})


def try_traps():
    """Pods with a good name and traps in their volumes change nothing; those whose name hangs on a trap are named, and no others."""
    failed = 0
    calm = case("I-8u", lambda: changed(control_plane(), lambda n: pod(n, 4, "kube-system", "a-1"), lambda n: pod(n, 5, "kube-system", "b-1")))
    armed = dict(calm, tree=traps)
    hung = case(None, lambda: changed(control_plane(), lambda n: pod(n, 2, "kube-system", "kube-proxy-abcde"), malformed_bundle,
                                      lambda n: pod(n, 4, "", "", False), lambda n: pod(n, 5, "", "", False)), tree=traps)
    without, result, stuck = (run_case("SI-1.1", one) for one in (calm, armed, hung))
    if {k: v for k, v in without.items() if k != "duration_us"} != {k: v for k, v in result.items() if k != "duration_us"}:
        failed += 1
        print("traps change the result", without, result)
    if stuck["verdict"] != "error" or UIDS[4] not in stuck["reason"] or UIDS[5] not in stuck["reason"] or "kube-proxy" in stuck["reason"]:
        failed += 1
        print("traps: %s" % stuck["reason"])
    if "shadow" in str(stuck) or "aaaaaaaa" in str(stuck):
        failed += 1
        print("traps show what they hold", stuck)
    return 3 - failed, failed


# ---- captured nodes ----

def try_captured():
    passed = failed = 0
    for archive in archive_names():
        with open(os.path.join(NODES, archive[:-len(".tar.gz")] + ".truth.json"), encoding="utf-8") as file:
            truth = json.load(file)["control_plane_isolation"]
        with Tree(archive) as tree:
            result = judge(tree.root, "1.0", (), (), "service-integrator")["SI-1.1"]
            pods = collect(tree.root)["isolation"]["api_pods"]
        named = re.findall(r"\b([a-z0-9-]+)/([a-z0-9-]+)", truth["why"]) if truth["verdict"] == "FAIL" else []
        missing = [pair for pair in named if "namespace: %s, name: %s, uid: " % pair not in result["reason"]]
        strangers = [pod["name"] for pod in pods if pod["namespace"] != "kube-system"]
        good = verdict_of(result) in [truth["verdict"]] + truth.get("also_acceptable", []) and not missing and len(strangers) == len(named)
        passed, failed = passed + good, failed + (not good)
        if not good:
            print("%s: truth %s, found %s: %s" % (archive, truth["verdict"], verdict_of(result), result["reason"]))
    return passed, failed


def main():
    results = [try_cases("SI-1.1", "control-plane-isolation", ISOLATION),
               try_cases("SI-1.2", "control-plane-credentials-on-worker", CREDENTIALS), try_traps(), try_captured()]
    conclude(sum(passed for passed, _ in results), sum(failed for _, failed in results))


if __name__ == "__main__":
    main()
