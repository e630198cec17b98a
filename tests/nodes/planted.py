#!/usr/bin/env python3
"""
A pod that plants things where the kubelet, the runtime and the CSI drivers keep what is its own: symbolic links out of there, pipes, devices,
huge and malformed files. Nothing but the pod's own entries changes in the facts, no verdict but those that its entries feed, which become
ERROR at worst, and nothing of what its links point at shows.
"""
import json
import os
import shutil
import stat
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import practice_node  # noqa: E402
from node_tree import AS_ROOT, RunFailed, conclude, output  # noqa: E402
from storage_node import KUBELET, LUKS, StorageNode  # noqa: E402

CANARY = "CANARY-of-another"
NAME, VOLUME, DRIVER = "evil-x1", "pvc-evil", "local.csi.openebs.io"
PODS = "/var/log/pods"
SECONDS = 20


def build():
    """The node, and the places of the pod's own by a name for each."""
    node = practice_node.make()
    uid, container, sandbox = practice_node.pod(node, "shop", "evil", "/usr/bin/evil", pid=310)
    tree = practice_node.PracticeTree(node)
    devices = StorageNode(tree)
    devices.machine()
    devices.mapper(0, LUKS + "data", "data", [])
    devices.volume("topolvm.io", "253:0", name="pvc-good")
    own = "%s/pods/%s/volumes" % (KUBELET, uid)
    csi, staged = "%s/kubernetes.io~csi/%s" % (own, VOLUME), "%s/plugins/kubernetes.io/csi/%s/%s" % (KUBELET, DRIVER, "e" * 64)
    block = "%s/plugins/kubernetes.io/csi/volumeDevices" % KUBELET
    data = json.dumps({"driverName": DRIVER, "volumeHandle": "vol-evil", "specVolID": VOLUME, "volumeLifecycleMode": "Persistent"})
    for directory in (csi, staged, "%s/%s-block/data" % (block, VOLUME)):
        tree.write(directory + "/vol_data.json", data if directory != block else data.replace("vol-evil", "vol-evil-block"))
    tree.write("%s/kubernetes.io~projected/kube-api-access-evil/namespace" % own, "shop")
    tree.write("%s/kubernetes.io~empty-dir/scratch/file" % own, "x")
    tree.write("/etc/planted/namespace", CANARY + "\n")
    tree.write("/etc/planted/vol_data.json", json.dumps({"driverName": CANARY, "volumeHandle": CANARY}))
    devices.mount(csi + "/mount", "253:0", "ext4", "/dev/mapper/data", "/evil")
    devices.mount(staged + "/globalmount", "253:0", "ext4", "/dev/mapper/data", "/staged")
    devices.mount("%s/publish/%s-block/%s" % (block, VOLUME, uid), "0:6", "devtmpfs", "udev", "/dm-0")
    logs = "%s/shop_%s_%s" % (PODS, NAME, uid)
    tree.write(logs + "/evil/0.log", "x")
    tree.journal.clear()  # what was made so far is the node
    bundles = [practice_node.BUNDLES + "/" + ident for ident in (container, sandbox)]
    places = {
        "vol_data": csi + "/vol_data.json", "volume": csi, "plugin": os.path.dirname(csi), "volumes": own,
        "staged_data": staged + "/vol_data.json", "staged": staged, "block_data": "%s/%s-block/data/vol_data.json" % (block, VOLUME),
        "block": "%s/%s-block" % (block, VOLUME), "namespace": own + "/kubernetes.io~projected/kube-api-access-evil/namespace",
        "projected": own + "/kubernetes.io~projected/kube-api-access-evil", "empty_dir": own + "/kubernetes.io~empty-dir/scratch",
        "pod": os.path.dirname(own), "logs": logs, "config": bundles[0] + "/config.json", "bundle": bundles[0],
        "sandbox_config": bundles[1] + "/config.json", "sandbox": bundles[1],
    }
    return tree, places, [uid, uid.replace("-", "_"), container, sandbox, VOLUME, NAME, "e" * 64, "/evil", "?/pause", "sh/pause"]


# ---- what is planted ----

def deep(_):
    return b"[" * 200000


def cut(before):
    return (before or b'{"a": ')[:-2]


FILES = {"deep": deep, "cut": cut, "nul": lambda _: b"{\0" * 100, "bytes": lambda _: b'{"driverName": "\x1b[31m\xff\xfe\xc0", "a": "\n"}',
         "empty": lambda _: b"", "list": lambda _: b'["driverName"]', "wrong": lambda _: b'{"driverName": [1], "annotations": 7, "volumeHandle": {}}',
         "long": lambda _: b"x" * 70000, "dots": lambda _: b"../../../../etc/planted\n"}
TARGETS = {"out": "../../../../../../../../../../../../etc/planted", "absolute": "/etc/planted", "top": "/", "loop": None, "process": "/proc/1/root"}
OF_FILE = list(FILES) + list(TARGETS) + ["fifo", "device", "directory", "huge", "missing"]
OF_DIRECTORY = list(TARGETS) + ["fifo", "file", "device", "many", "missing"]


def plant(tree, place, kind):
    """Put KIND in place of what is at PLACE."""
    path = tree.path(place)
    before = None
    if os.path.isfile(path) and not os.path.islink(path):
        with open(path, "rb") as file:
            before = file.read()
    tree.take_away(path)
    if kind == "missing":
        return
    tree.journal.append(lambda: subprocess.run(["rm", "-rf", path], check=True))
    if kind in FILES or kind in ("file", "huge"):
        with open(path, "wb") as file:
            file.write(FILES[kind](before) if kind in FILES else b"x")
            file.truncate(1 << 30 if kind == "huge" else None)
    elif kind in TARGETS:
        target = TARGETS[kind] or os.path.basename(path)
        os.symlink(target + "/" + os.path.basename(path) if before is not None and kind in ("out", "absolute") else target, path)
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # /dev/zero never ends
    else:
        os.mkdir(path)
        for i in range(3000 if kind == "many" else 0):
            os.mkdir("%s/%s_%s_%d" % (path, VOLUME, NAME, i))


# ---- what may come of it ----

def prune(value, own):
    """VALUE without what speaks of the pod: items of lists and members whose text has one of OWN."""
    if isinstance(value, dict):
        kept = {key: prune(item, own) for key, item in value.items() if not any(name in key for name in own)}
        return {key: item for key, item in kept.items() if not speaks(item, own)}
    if isinstance(value, list):
        return [prune(item, own) for item in value if not speaks(item, own)]
    return value


def speaks(value, own):
    """An item of its own: a text, or an object that a text in it makes the pod's."""
    if isinstance(value, str):
        return any(name in value for name in own)
    if isinstance(value, dict):
        return any(speaks(item, own) for item in value.values() if isinstance(item, str))
    return False


# Sums over all pods or volumes, which the pod's own entry feeds.
SUMS = {"workloads": ["count", "unread"], "volumes": ["unread", "state", "because", "encrypted", "persistent", "host_paths_in_clear", "standings"]}


def comparable(facts, own):
    facts = prune(facts, own)
    for key in ("tool", "vantage"):
        facts.pop(key)
    for key, members in SUMS.items():
        for member in members:
            facts[key].pop(member, None)
    return facts


def differences(before, after, path=""):
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(set(before) | set(after)):
            yield from differences(before.get(key), after.get(key), path + "." + key)
    elif isinstance(before, list) and isinstance(after, list) and before != after:
        yield "%s: also %s, lacks %s" % (path, json.dumps([a for a in after if a not in before])[:300], json.dumps([b for b in before if b not in after])[:300])
    elif before != after:
        yield "%s: %s, before %s" % (path, json.dumps(after)[:300], json.dumps(before)[:300])


class Judge:
    def __init__(self, tree, own):
        self.tree, self.own = tree, own
        self.facts, self.verdicts = self.look()

    def look(self):
        text = output(["collect", "--root", self.tree.root, "-o", "-"] + self.tree.options, (0,))
        if CANARY in text:
            raise RunFailed("what a link points at shows: " + text[max(0, text.index(CANARY) - 200):][:300])
        report = json.loads(output(["check", "--root", self.tree.root, "--report", "json"] + self.tree.options, (0, 1, 3)))
        verdicts = {result["id"]: result["verdict"] for benchmark in report["benchmarks"] for result in benchmark["results"]}
        return comparable(json.loads(text), self.own), verdicts

    def faults(self, may):
        """MAY: controls that may become ERROR."""
        start = time.monotonic()
        facts, verdicts = self.look()
        if time.monotonic() - start > SECONDS:
            yield "it took %.0f seconds" % (time.monotonic() - start)
        yield from differences(self.facts, facts)
        for control, verdict in verdicts.items():
            before = self.verdicts[control]
            if verdict != before and not (verdict == "error" and control in may):
                yield "%s is %s, before %s" % (control, verdict, before)


SOME_FILES, SOME_DIRECTORIES = ["deep", "cut", "bytes", "out", "fifo", "device", "huge"], ["absolute", "loop", "fifo", "file", "missing"]
CSI, RESTRAINTS = ["SI-3.1"], ["SI-3.1", "SI-4.4", "SI-4.6", "SI-4.8"]
ATTACKS = [
    ("vol_data", OF_FILE, CSI), ("staged_data", SOME_FILES, CSI), ("block_data", SOME_FILES, CSI),
    ("volume", OF_DIRECTORY, CSI), ("plugin", SOME_DIRECTORIES, CSI), ("volumes", SOME_DIRECTORIES, CSI), ("staged", OF_DIRECTORY, CSI),
    ("block", SOME_DIRECTORIES, CSI), ("empty_dir", SOME_DIRECTORIES + ["huge"], []), ("pod", SOME_DIRECTORIES, CSI),
    ("config", OF_FILE, RESTRAINTS), ("bundle", OF_DIRECTORY, RESTRAINTS), ("sandbox_config", SOME_FILES, RESTRAINTS),
    ("sandbox", SOME_DIRECTORIES, RESTRAINTS),
]
# Without bundles the pod is named by its log directory, without that by the namespace file of its service account's volume.
UNNAMED = [("logs", OF_DIRECTORY, []), ("namespace", OF_FILE, []), ("projected", OF_DIRECTORY, [])]


def run(tree, places, attacks, judged, prepare=()):
    passed = failed = 0
    for place, kinds, may in attacks:
        for kind in kinds:
            if kind == "device" and not AS_ROOT:
                continue
            faults = []
            try:
                for taken in prepare:
                    tree.take_away(tree.path(places[taken]))
                plant(tree, places[place], kind)
                faults = list(judged.faults(may))
            except (RunFailed, OSError, ValueError, KeyError) as error:
                faults = ["%s: %s" % (type(error).__name__, error)]
            finally:
                tree.undo()
            for fault in faults[:5]:
                print("%s is %s: %s" % (place, kind, fault))
            passed += not faults
            failed += bool(faults)
    return passed, failed


def crowd(tree):
    """Processes of the pod that have the names of the node's components."""
    for pid in range(20000, 22000):
        name = ("kubelet", "kube-apiserver", "etcd", "k3s")[pid % 4]
        place = tree.path("/proc/%d" % pid)
        shutil.copytree(tree.path("/proc/310"), place, symlinks=True)
        tree.journal.append(lambda place=place: shutil.rmtree(place))
        for file, text in (("cmdline", name + "\0server\0--anonymous-auth=true\0"), ("environ", "KUBELET_CONFIG=x\0")):
            with open(os.path.join(place, file), "w", encoding="utf-8") as out:
                out.write(text)
        os.unlink(os.path.join(place, "exe"))
        os.symlink("/x/" + name, os.path.join(place, "exe"))


def run_crowd(tree, own):
    """More of them than a run keeps open."""
    judged = Judge(tree, own + ["shop/kube", "shop/etcd", "shop/k3s"])
    try:
        crowd(tree)
        faults = list(judged.faults([]))
    finally:
        tree.undo()
    for fault in faults[:5]:
        print("a crowd of processes: " + fault)
    return (not faults), bool(faults)


def main():
    tree, places, own = build()
    with tree:
        sums = [run(tree, places, ATTACKS, Judge(tree, own)), run_crowd(tree, own)]
        for prepare, attacks in ((["bundle", "sandbox"], UNNAMED[:1]), (["bundle", "sandbox", "logs"], UNNAMED[1:])):
            for taken in prepare:
                tree.take_away(tree.path(places[taken]))
            judged = Judge(tree, own)
            tree.undo()
            sums.append(run(tree, places, attacks, judged, prepare))
    conclude(sum(passed for passed, _ in sums), sum(failed for _, failed in sums))


if __name__ == "__main__":
    main()
