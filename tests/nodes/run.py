#!/usr/bin/env python3
"""
The captured nodes against their truth files: sections 1 to 4 of edition 1.12, every verdict. And every edition judges the hardened
node in full: as many controls as the publisher counts, none left undecided.
"""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from definitions import Definitions  # noqa: E402
from node_tree import AS_ROOT, NODES, RunFailed, Tree, archive_names, conclude, judge, verdict_of  # noqa: E402


COUNTS = {"1.9": 130, "1.10": 130, "1.11.1": 134, "1.12": 131, "2.0.1": 131}


def editions():
    """(passed, rows of differences)"""
    rows = []
    with Tree("kubeadm-hardened.tar.gz") as tree:
        for edition, count in COUNTS.items():
            results = judge(tree.root, edition)
            errors = sorted(i for i, result in results.items() if result["verdict"] == "error")
            if len(results) != count or errors:
                rows.append(("edition " + edition, "-", count, len(results), "ERROR: " + ", ".join(errors)))
    return len(COUNTS) - len(rows), rows


def compare(name, definitions):
    """(passed, rows of differences, left out)"""
    with open(os.path.join(NODES, name + ".truth.json"), encoding="utf-8") as file:
        truth = json.load(file)["controls"]
    with Tree(name + ".tar.gz") as tree:
        results = judge(tree.root, "1.12")
    judged = {i for i in results if int(i.split(".")[0]) <= 4}
    rows = [(name, i, "-", "in the report only", "") for i in sorted(judged - set(truth))]
    passed = left_out = 0
    for control, known in sorted(truth.items(), key=lambda item: [int(n) for n in item[0].split(".")]):
        result = results.get(control)
        if not result:
            rows.append((name, control, known["verdict"], "not in the report", known["why"]))
        elif not AS_ROOT and result["key"] in definitions.owners:
            left_out += 1
        elif verdict_of(result) in [known["verdict"]] + known.get("also_acceptable", []):
            passed += 1
        else:
            rows.append((name, control, known["verdict"], verdict_of(result), result.get("reason") or ""))
    return passed, rows, left_out


def main():
    definitions = Definitions()
    passed = failed = 0
    for archive in archive_names():
        name = archive[:-len(".tar.gz")]
        try:
            good, rows, left_out = compare(name, definitions)
        except RunFailed as error:
            good, rows, left_out = 0, [(name, "-", "-", "no results", str(error))], 0
        for row in rows:
            print("%-18s %-7s truth %-7s found %-18s %s" % row)
        if left_out:
            print("%s: %d controls about owners left out: unpacking with owners needs root" % (name, left_out))
        passed += good
        failed += len(rows)
    try:
        good, rows = editions()
    except RunFailed as error:
        good, rows = 0, [("editions", "-", "-", "no results", str(error))]
    for row in rows:
        print("%-18s %-7s wants %-7s found %-18s %s" % row)
    conclude(passed + good, failed + len(rows))


if __name__ == "__main__":
    main()
