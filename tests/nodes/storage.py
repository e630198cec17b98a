#!/usr/bin/env python3
"""
Data at rest: for each row of each table of section SI-3 a node on which that row, and no other, decides. The nodes are the captured one
with volumes, devices, swap and encryption of Secrets as their sources describe them (storage/README.md); and the captured nodes
themselves against their truth files. A control that passes on one node and fails on the other hangs on what the row speaks of alone.
"""
import json
import os
import sys

sys.dont_write_bytecode = True
for folder in ("lib", "distributions"):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), folder))
import k0s  # noqa: E402
import k3s  # noqa: E402
from made_node import MadeTree  # noqa: E402
from node_tree import AS_ROOT, NODES, RunFailed, Tree, conclude, output, verdict_of  # noqa: E402
from storage_node import StorageNode  # noqa: E402

TRUTHS = {"csi_encryption": "csi-encryption", "secrets_at_rest": "secrets-at-rest"}


def load(name):
    """The cases of the module NAME beside this file: our own data."""
    path = os.path.join(NODES, "storage", name)
    scope = {"__name__": "cases", "__file__": path}
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), scope)
    return scope["CASES"]


def results_of(root, options=()):
    words = ["check", "service-integrator", "--root", root, "--report", "json"] + list(options)
    document = json.loads(output(words, (0, 1, 3)))
    return {result["key"]: result for result in document["benchmarks"][0]["results"]}


def elsewhere(node, key, result):
    """What differs when the same is judged by facts."""
    options = node.tree.options
    path = os.path.join(node.tree.scratch, "facts.json")
    output(["collect", "--root", node.tree.root, "-o", path] + options, (0,))
    site = options[options.index("--site"):][:2] if "--site" in options else []
    report = json.loads(output(["check", "service-integrator", "--only", key, "--facts", path, "--report", "json"] + site, (0, 1, 3)))
    seen = report["benchmarks"][0]["results"][0]
    same = (seen["verdict"], seen.get("row")) == (result["verdict"], result.get("row"))
    return None if same else "by facts %s: %s" % (seen["verdict"], seen["reason"])


def check(node, case):
    """None, or what is wrong."""
    name, key, verdict, row, change, evidence = case
    change(node)
    result = results_of(node.tree.root, node.tree.options)[key]
    found = (result["verdict"], result.get("row") or "")
    if found != (verdict, row):
        return "%s: wants %s by %s, found %s by %s: %s" % (name, verdict, row, found[0], found[1], result["reason"])
    differs = elsewhere(node, key, result)
    if differs:
        return "%s: %s" % (name, differs)
    seen = json.dumps(result["observations"]) + result["reason"]
    missing = [text for text in evidence if text not in seen]
    return "%s: the evidence lacks %s: %s" % (name, missing, seen[:2000]) if missing else None


def run_cases(cases):
    passed, faults = 0, []
    with Tree("kubeadm-hardened.tar.gz") as tree:
        for case in cases:
            try:
                fault = check(StorageNode(tree), case)
            except (RunFailed, OSError, ValueError, KeyError) as error:
                fault = "%s: %r" % (case[0], error)
            finally:
                tree.undo()
            passed += fault is None
            faults += [fault] if fault else []
    return passed, faults


def truths():
    passed, faults = 0, []
    for name in ("kubeadm-stock", "kubeadm-hardened", "decoys"):
        with open(os.path.join(NODES, name + ".truth.json"), encoding="utf-8") as file:
            truth = json.load(file)
        with Tree(name + ".tar.gz") as tree:
            results = results_of(tree.root)
        for known, key in TRUTHS.items():
            wanted, found = truth[known], verdict_of(results[key])
            good = found in [wanted["verdict"]] + wanted.get("also_acceptable", [])
            passed += good
            faults += [] if good else ["%s: %s wants %s, found %s" % (name, key, wanted["verdict"], found)]
    return passed, faults


# The data store of an API server that has no etcd: node, its file.
STORES = [("k0s, kine over sqlite", k0s.make, "/var/lib/k0s/db/state.db"), ("K3s, kine over sqlite", k3s.server, k3s.D + "/server/db/state.db")]


def other_stores():
    """On the plain disk of the machine, and not to be seen."""
    passed, faults = 0, []
    for name, make, path in STORES:
        for store, row in ((path, "K-9 plain"), (None, "K-9 external")):
            made = make()
            if store:
                made.tree("0600 0:0 " + store)
            with MadeTree(made) as tree:
                node = StorageNode(tree)
                node.machine()
                node.partition(node.disk(), "8:1")
                found = results_of(tree.root, made.options)["etcd-data-device"].get("row")
            passed += found == row
            faults += [] if found == row else ["%s: wants %s, found %s" % (name, row, found)]
    return passed, faults


def rows_of_tables():
    """Every row that a table of the section has, as its source names it."""
    with open(os.path.join(NODES, "..", "..", "benchmarks", "service-integrator", "data-at-rest.yaml"), encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    return {line[len("- {row: "):].split(", when:")[0].split(", verdict:")[0] for line in lines if line.startswith("- {row: ")}


def main():
    cases = load("volumes.py") + load("secrets.py") + load("files.py")
    if not AS_ROOT:
        owners = [case for case in cases if case[1] == "encryption-config-mode"]
        cases = [case for case in cases if case not in owners]
        print("%d left out: owners need root" % len(owners))
    passed, faults = run_cases(cases)
    good, more = truths()
    stores, lost = other_stores()
    good, more = good + stores, more + lost
    untried = rows_of_tables() - {case[3] for case in cases}
    for fault in faults + more + ["no node for row " + row for row in sorted(untried)]:
        print(fault)
    conclude(passed + good, len(faults) + len(more) + len(untried))


if __name__ == "__main__":
    main()
