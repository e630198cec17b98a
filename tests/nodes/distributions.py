#!/usr/bin/env python3
"""
Nodes of each distribution, made from its documented layout (distributions/README.md): the platform is recognised, and the verdict of each
control of sections 1 to 4 is the one its description says. An ordinary user who looks sees the same, or that it could not be told.
"""
import glob
import json
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from definitions import Definitions  # noqa: E402
from made_node import Made  # noqa: E402
from node_tree import AS_ROOT, NODES, PROGRAM, TOP, RunFailed, conclude, judge, verdict_of  # noqa: E402

UNTOLD = ((), "its description says nothing of it")

ELSEWHERE = {"kubeadm", "generic"}  # kubeadm: run.py has captured nodes; generic: what no record knows
HARDENED = ("-hardened", "-cis")


def load(path):
    """The nodes that the module PATH describes."""
    scope = {"__name__": "description", "__file__": path}
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), scope)  # our own data
    return scope["NODES"]


def facts_of(root, options):
    run = subprocess.run([PROGRAM, "collect", "--root", root, "-o", "-"] + options, stdout=subprocess.PIPE, timeout=60, check=False)
    try:
        return json.loads(run.stdout.decode("utf-8"))
    except ValueError as error:
        raise RunFailed("collect: exit %d, %s" % (run.returncode, error)) from error


def by_number(control):
    return [int(n) for n in control.split(".")]


def compare(node, facts, results, owners):
    """(passed, rows of differences, left out)"""
    rows = []
    platform = facts["platform"]["name"]
    if platform != node.platform:
        rows.append(("platform", node.platform, platform, "; ".join(facts["platform"]["evidence"])))
    for name in node.embedded:
        fact = facts["components"][name]
        if fact["state"] != "running" or "effective flags not observable" not in fact.get("arguments_unknown", ""):
            rows.append((name, "running, flags not observable", fact["state"], fact["because"]))
    roles = facts["platform"]["roles"]
    rows += [("role " + role, here, roles.get(role), "") for role, here in node.roles.items() if roles.get(role) != here]
    rejected = {process["pid"]: process["why"] for process in facts["rejected_processes"]}
    rows += [("pid %d" % pid, why, rejected.get(pid, "not rejected"), "") for pid, why in node.rejected.items() if why != rejected.get(pid)]
    checked = 1 + len(node.embedded) + len(node.roles) + len(node.rejected)
    left_out = 0
    for control in sorted(set(results) | set(node.truth), key=by_number):
        if by_number(control)[0] > 4:
            continue
        result = results.get(control)
        wanted, why = node.truth.get(control, UNTOLD)
        if result and not AS_ROOT and result["key"] in owners:
            left_out += 1
            continue
        checked += 1
        found = verdict_of(result) if result else "not in the report"
        if found not in wanted:
            rows.append((control, "|".join(wanted), found, "%s (%s)" % (result.get("reason") if result else "", why)))
    return checked - len(rows), rows, left_out


def lacking(names):
    """Distributions that have a record of where things live, but no stock node or no hardened one here."""
    for record in sorted(glob.glob(os.path.join(TOP, "benchmarks", "platforms", "*.yaml"))):
        platform = os.path.basename(record)[:-len(".yaml")]
        own = [name for name in names if name == platform or name.startswith(platform + "-")]
        kinds = {name.endswith(HARDENED) for name in own}
        if platform not in ELSEWHERE and kinds != {True, False}:
            yield "%s: %s" % (platform, "one node of it is missing, stock or hardened" if kinds else "no node")


USER = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]


def by_a_user(made, results):
    """Rows of verdicts that less sight turned into another one than ERROR."""
    seen = judge(made.root, "1.12", made.node.options, USER)
    for control, result in seen.items():
        verdict = verdict_of(result)
        if verdict not in ("ERROR", verdict_of(results[control])):
            yield (control, verdict_of(results[control]), verdict + " for a user", result.get("reason"))


def described():
    """Every node of the folder, by name."""
    nodes = {}
    for path in sorted(glob.glob(os.path.join(NODES, "distributions", "*.py"))):
        nodes.update(load(path))
    return nodes


def judge_all(nodes):
    """(passed, failed): what differs is printed."""
    owners = Definitions().owners
    user = AS_ROOT and shutil.which("setpriv")
    passed = failed = left_out = 0
    for name, node in nodes.items():
        try:
            with Made(node) as made:
                results = judge(made.root, "1.12", node.options)
                good, rows, skipped = compare(node, facts_of(made.root, node.options), results, owners)
                rows += by_a_user(made, results) if user else []
        except RunFailed as error:
            good, rows, skipped = 0, [("-", "-", "no results", str(error))], 0
        for row in rows:
            print("%-16s %-8s truth %-7s found %-7s %s" % ((name,) + row))
        passed += good
        failed += len(rows)
        left_out += skipped
    if not user:
        print("left out: what an ordinary user sees, needs root and setpriv")
    if left_out:
        print("%d controls about owners left out: making files of other owners needs root" % left_out)
    return passed, failed


def main():
    nodes = described()
    passed, failed = judge_all(nodes)
    for fault in lacking(nodes):
        print(fault)
        failed += 1
    conclude(passed, failed)


if __name__ == "__main__":
    main()
