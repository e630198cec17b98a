#!/usr/bin/env python3
"""
Sections 4 and 5 of the benchmark service-integrator, on a node that is made so that all of their controls pass (lib/practice_node.py):
each has a single change that makes it fail, one that makes it ERROR and one after which it does not apply: practices.tsv. The captured
nodes are judged as their README lets expect: captured.tsv.
"""
import collections
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from node_tree import NODES, RunFailed, Tree, conclude, judge  # noqa: E402
from practice_node import PracticeTree  # noqa: E402

WANTED = {"pass": "pass", "fail": "fail", "error": "error", "na": "not-applicable", "manual": "manual"}
NEEDED = {"fail", "error", "na"}
Row = collections.namedtuple("Row", "node control kind edit says line")


def read_rows():
    """Control, verdict, change, a word of the reason; lines "node NAME" name the node that the next ones are about."""
    rows, node = [], "made"
    with open(os.path.join(NODES, "practices.tsv"), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            fields = line.rstrip("\n").split("\t")
            if line.startswith("#") or not line.strip():
                continue
            if fields[0].startswith("node "):
                node = fields[0][len("node "):]
                continue
            if len(fields) not in (3, 4) or fields[1] not in WANTED:
                raise ValueError("practices.tsv:%d: not a row" % number)
            rows.append(Row(node, fields[0], fields[1], fields[2], fields[3] if len(fields) > 3 else "", number))
    return rows


def practices(tree):
    return judge(tree.root, "1.0", tree.options, (), "service-integrator")


def is_ours(control):
    """Of sections 4 and 5, those that the node itself can show."""
    section, _, number = control[len("SI-"):].partition(".")
    return section == "5" or (section == "4" and int(number) < 10)


def told(result):
    return "%s %s" % (result["verdict"], result.get("reason"))


def faults_of(row, result):
    faults = [] if result["verdict"] == WANTED[row.kind] else ["is " + told(result)]
    if row.says and row.says not in str(result.get("reason")) + str(result.get("observations")):
        faults.append("does not say %s: %s" % (row.says, told(result)))
    return faults


def try_row(tree, row):
    try:
        if row.edit != "-":
            tree.apply(row.edit)
        return faults_of(row, practices(tree)[row.control])
    except (RunFailed, OSError, ValueError, KeyError) as error:
        return ["%s: %s" % (type(error).__name__, error)]
    finally:
        tree.undo()


def uncovered(rows, base):
    kinds = collections.defaultdict(set)
    for row in rows:
        if row.node == "made":
            kinds[row.control].add(row.kind)
    faults = []
    for control, result in base.items():
        if is_ours(control):
            faults += ["%s is %s on the unchanged node" % (control, told(result))] if result["verdict"] != "pass" else []
            faults += ["%s has no row for %s" % (control, kind) for kind in sorted(NEEDED - kinds[control])]
    return faults


def run_node(tree, rows):
    """(passed, failed)"""
    failed = 0
    for row in rows:
        faults = try_row(tree, row)
        for fault in faults:
            print("practices.tsv:%d: %s %s [%s]: %s" % (row.line, row.control, row.kind, row.edit, fault))
        failed += bool(faults)
    return len(rows) - failed, failed


def main():
    rows = read_rows()
    passed = failed = 0
    for name in sorted({row.node for row in rows}):
        with (PracticeTree() if name == "made" else Tree(name + ".tar.gz")) as tree:
            faults = uncovered(rows, practices(tree)) if name == "made" else []
            for fault in faults:
                print(fault)
            good, bad = run_node(tree, [row for row in rows if row.node == name])
            passed, failed = passed + good, failed + bad + len(faults)
    conclude(passed, failed)


if __name__ == "__main__":
    main()
