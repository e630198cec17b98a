#!/usr/bin/env python3
"""The settled cases of settled.tsv: verdict and letter on the hardened node after a change."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "nodes", "lib"))
from node_tree import AS_ROOT, RunFailed, Tree, conclude, judge  # noqa: E402

EDITION = "1.12"
BASE = "kubeadm-hardened.tar.gz"
VERDICTS = {"pass": "pass", "fail": "fail", "error": "error", "manual": "manual", "na": "not-applicable"}


def read_cases():
    with open(os.path.join(HERE, "settled.tsv"), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("#") or not line.strip():
                continue
            control, verdict, letter, edit = line.rstrip("\n").split("\t")
            if verdict not in VERDICTS or letter not in ("pass", "fail", "-"):
                raise ValueError("settled.tsv:%d: not a case" % number)
            yield number, control, VERDICTS[verdict], None if letter == "-" else letter, edit


def try_case(tree, control, verdict, letter, edit):
    """What is wrong, or None."""
    try:
        if edit != "-":
            tree.apply(edit)
        result = judge(tree.root, EDITION, tree.options)[control]
    except (RunFailed, OSError, ValueError, KeyError) as error:
        return "%s: %s" % (type(error).__name__, error)
    finally:
        tree.undo()
    if result["verdict"] != verdict:
        return "wanted %s, is %s: %s" % (verdict, result["verdict"], result.get("reason"))
    if result.get("letter") != letter:
        return "wanted letter %s, is %s" % (letter, result.get("letter"))
    return None


def main():
    passed = failed = left_out = 0
    with Tree(BASE) as tree:
        for number, control, verdict, letter, edit in read_cases():
            if "owner " in edit and not AS_ROOT:
                left_out += 1
                continue
            fault = try_case(tree, control, verdict, letter, edit)
            if fault:
                print("settled.tsv:%d: %s [%s]: %s" % (number, control, edit, fault))
            passed += not fault
            failed += bool(fault)
    if left_out:
        print("%d cases about owners left out: they need root" % left_out)
    conclude(passed, failed)


if __name__ == "__main__":
    main()
