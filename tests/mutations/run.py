#!/usr/bin/env python3
"""
Each automated control of sections 1 to 4 has a node on which it passes, a single change that makes it fail (and touches no
control that does not name what changed), one that makes it ERROR and one after which it does not apply: mutations.tsv.
"""
import collections
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "nodes", "lib"))
from definitions import Definitions  # noqa: E402
from node_tree import AS_ROOT, RunFailed, Tree, conclude, judge  # noqa: E402

EDITION = "1.12"
BASE = "kubeadm-hardened.tar.gz"
WANTED = {"fail": "fail", "error": "error", "na": "not-applicable"}

Row = collections.namedtuple("Row", "control kind edit changes line")


def read_rows():
    rows = []
    with open(os.path.join(HERE, "mutations.tsv"), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("#") or not line.strip():
                continue
            fields = line.rstrip("\n").split("\t")
            changes = fields[3].split() if len(fields) > 3 else []
            if len(fields) not in (3, 4) or fields[1] not in WANTED or (fields[1] == "fail") != bool(changes):
                raise ValueError("mutations.tsv:%d: not a row" % number)
            rows.append(Row(fields[0], fields[1], fields[2], changes, number))
    return rows


def faults_of(row, base, results, definitions):
    """What is wrong after ROW's change, as texts."""
    found = results[row.control]
    faults = []
    if found["verdict"] != WANTED[row.kind]:
        faults.append("is %s: %s" % (found["verdict"], found.get("reason")))
    if row.kind != "fail":
        return faults
    if not definitions.touched(found["key"], row.changes):
        faults.append("names none of %s" % " ".join(row.changes))
    for control, result in sorted(results.items()):
        if result["verdict"] != base[control]["verdict"] and not definitions.touched(result["key"], row.changes):
            faults.append("%s is now %s though it names nothing that changed: %s"
                          % (control, result["verdict"], result.get("reason")))
    return faults


def uncovered(rows, base, definitions):
    """Automated controls that do not pass at the start, or lack a row."""
    kinds = collections.defaultdict(set)
    for row in rows:
        kinds[row.control].add(row.kind)
    faults = []
    for control, result in base.items():
        if int(control.split(".")[0]) > 4 or not definitions.automated[result["key"]]:
            continue
        if result["verdict"] != "pass" and (AS_ROOT or result["key"] not in definitions.owners):
            faults.append("%s is %s on the unchanged node: %s" % (control, result["verdict"], result.get("reason")))
        missing = set(WANTED) - kinds[control]
        if missing:
            faults.append("%s has no row for: %s" % (control, ", ".join(sorted(missing))))
    return faults


def try_row(tree, row, base, definitions):
    try:
        tree.apply(row.edit)
        return faults_of(row, base, judge(tree.root, EDITION, tree.options), definitions)
    except (RunFailed, OSError, ValueError, KeyError) as error:
        return ["%s: %s" % (type(error).__name__, error)]
    finally:
        tree.undo()


def main():
    rows = read_rows()
    definitions = Definitions()
    passed = failed = left_out = 0
    with Tree(BASE) as tree:
        try:
            base = judge(tree.root, EDITION)
        except RunFailed as error:
            print("the unchanged node: %s" % error)
            conclude(0, 1)
        for fault in uncovered(rows, base, definitions):
            print(fault)
            failed += 1
        for row in rows:
            if row.control not in base:
                print("mutations.tsv:%d: edition %s has no control %s" % (row.line, EDITION, row.control))
                failed += 1
                continue
            if not AS_ROOT and base[row.control]["key"] in definitions.owners:
                left_out += 1
                continue
            faults = try_row(tree, row, base, definitions)
            for fault in faults:
                print("mutations.tsv:%d: %s %s [%s]: %s" % (row.line, row.control, row.kind, row.edit, fault))
            passed += not faults
            failed += bool(faults)
        again = judge(tree.root, EDITION)
        if {i: r["verdict"] for i, r in again.items()} != {i: r["verdict"] for i, r in base.items()}:
            print("the node was not put back as it was")
            failed += 1
    if left_out:
        print("%d changes about owners left out: they need root" % left_out)
    conclude(passed, failed)


if __name__ == "__main__":
    main()
