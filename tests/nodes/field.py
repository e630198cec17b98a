#!/usr/bin/env python3
"""
What users of other checkers met on their nodes: twenty-one situations (field.txt), each a captured node after a change, or one of another
distribution (distributions/), with the verdicts that are right there and where each comes from.
"""
import fnmatch
import json
import os
import shutil
import sys
import xml.etree.ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import distributions  # noqa: E402
from definitions import Definitions  # noqa: E402
from made_node import MadeTree  # noqa: E402
from node_tree import AS_ROOT, NODES, RunFailed, Tree, collect, conclude, judge, output, verdict_of  # noqa: E402

EDITION = "1.12"
LAST = 21  # situations there are
KEYS = {"node", "edit", "want", "from", "needs"}


OWNERS = set() if AS_ROOT else Definitions().owners  # keys of controls that hang on owners, which only root can unpack


class Case:
    def __init__(self, title):
        self.title = title
        self.number = int("".join(c for c in title.split(":")[0].split()[1] if c.isdigit()))
        self.lines = {key: [] for key in KEYS}


def read_cases():
    cases = []
    with open(os.path.join(NODES, "field.txt"), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            words = line.rstrip("\n")
            if not words or words.startswith("#"):
                continue
            if not words.startswith(" "):
                cases.append(Case(words))
                continue
            key, _, rest = words.strip().partition(" ")
            if key not in KEYS:
                raise ValueError("field.txt:%d: %s" % (number, key))
            cases[-1].lines[key].append(rest.strip())
    for case in cases:
        wrong = not case.lines["needs"] and not (len(case.lines["node"]) == 1 and case.lines["want"] and case.lines["from"])
        if wrong or (case.lines["needs"] and case.lines["want"]):
            raise ValueError("field.txt: %s lacks a line, or has one too many" % case.title)
    missing = set(range(1, LAST + 1)) - {case.number for case in cases}
    if missing:
        raise ValueError("field.txt: no case for %s" % sorted(missing))
    return cases


def tree_of(name):
    archive = name + ".tar.gz"
    return Tree(archive) if os.path.exists(os.path.join(NODES, archive)) else MadeTree(distributions.described()[name])


class Seen:
    """What the program says of the changed node, each part asked for once."""

    def __init__(self, tree, before):
        self.tree = tree
        self.before = before
        self.judged = judge(tree.root, EDITION, tree.options, tree.runner)
        self._facts = None

    def facts(self):
        versions = [o for o in self.tree.options if o == "--kubernetes" or o[0].isdigit()]
        self._facts = self._facts or collect(self.tree.root, versions, self.tree.runner)
        return self._facts

    def junit(self):
        """Text of the whole report, which has to be XML."""
        words = ["check", "cis-kubernetes", "--root", self.tree.root, "--edition", EDITION, "--report", "junit"]
        return "".join(xml.etree.ElementTree.fromstring(output(words, (0, 1, 3)).encode("utf-8")).itertext())


def said(result):
    return "%s %s %s" % (result.get("reason"), json.dumps(result.get("observations")), result.get("not_yet_in_force"))


def about_controls(seen, words):
    """CONTROL VERDICT [letter LETTER] | CONTROL says TEXT"""
    controls = [control for control in seen.judged if fnmatch.fnmatchcase(control, words[0])]
    if not controls:
        yield "no control is called " + words[0]
    for control in controls:
        result = seen.judged[control]
        if result["key"] in OWNERS:
            continue
        if words[1] == "says":
            if " ".join(words[2:]) not in said(result):
                yield "%s does not say %s: %s" % (control, " ".join(words[2:]), said(result))
            continue
        letter = words[3] if len(words) > 2 else None
        if verdict_of(result).lower() != words[1]:
            yield "%s is %s, not %s: %s" % (control, verdict_of(result).lower(), words[1], result.get("reason"))
        elif result.get("letter") != letter and "*" not in words[0]:
            yield "%s has the letter %s, not %s" % (control, result.get("letter"), letter)


def about_setting(seen, words):
    """COMPONENT.SETTING VALUE LAYER"""
    component, _, name = words[0].partition(".")
    setting = seen.facts()["components"][component]["settings"].get(name, {})
    found = (setting.get("value"), setting.get("from", {}).get("layer"))
    if found != (json.loads(words[1]), words[2]):
        yield "%s is %s" % (words[0], json.dumps(setting))


def about_the_rest(seen, named):
    for control, result in seen.judged.items():
        stays = verdict_of(result) == verdict_of(seen.before[control]) and result.get("letter") == seen.before[control].get("letter")
        if not stays and result["key"] not in OWNERS and not any(fnmatch.fnmatchcase(control, pattern) for pattern in named):
            yield "%s was %s and is %s: %s" % (control, verdict_of(seen.before[control]).lower(), verdict_of(result).lower(), result.get("reason"))


def about_unsighted(seen):
    """A verdict stays as it was, or turns to ERROR: less sight never gives another one."""
    errors = 0
    for control, result in seen.judged.items():
        if result["verdict"] == "error":
            errors += 1
        elif result["verdict"] != seen.before[control]["verdict"]:
            yield "%s was %s and is %s: %s" % (control, seen.before[control]["verdict"], result["verdict"], result.get("reason"))
    if errors == 0:
        yield "nothing is an ERROR"


def faults_of(seen, wants):
    named = [want.split()[0] for want in wants if want[0].isdigit() and " says " not in want]
    for want in wants:
        words = want.split()
        if want == "the rest stays":
            yield from about_the_rest(seen, named)
        elif want == "as before or an error":
            yield from about_unsighted(seen)
        elif words[0] == "rejected":
            if int(words[1]) not in [process.get("pid") for process in seen.facts()["rejected_processes"]]:
                yield "process %s is not among the rejected: %s" % (words[1], seen.facts()["rejected_processes"])
        elif words[0] == "refused":
            refused = seen.facts()["components"][words[1]]["refused"]
            if not any(" ".join(words[2:]) in entry["reason"] for entry in refused):
                yield "refused of %s is %s" % (words[1], refused)
        elif words[0] == "junit":
            if " ".join(words[2:]) not in seen.junit():
                yield "the JUnit report does not say " + " ".join(words[2:])
        elif words[0] == "role":
            if not seen.facts()["platform"]["roles"].get(words[1]) == (words[2] == "true"):
                yield "roles are %s" % seen.facts()["platform"]["roles"]
        elif words[0][0].isdigit():
            yield from about_controls(seen, words)
        else:
            yield from about_setting(seen, words)


def run_case(tree, before, case):
    try:
        if case.lines["edit"]:
            tree.apply(" ; ".join(case.lines["edit"]))
        return list(faults_of(Seen(tree, before), case.lines["want"]))
    except (RunFailed, OSError, ValueError, KeyError, xml.etree.ElementTree.ParseError) as error:
        return ["%s: %s" % (type(error).__name__, error)]
    finally:
        tree.undo()


def why_left_out(case):
    """Why CASE cannot be tried here, or None."""
    if case.lines["needs"]:
        return case.lines["needs"][0]
    steps = {step.split()[0] for step in case.lines["edit"]}
    if not AS_ROOT and steps & {"owner", "user"}:
        return "root"
    return "setpriv" if "user" in steps and not shutil.which("setpriv") else None


def main():
    passed = failed = 0
    trees = {}
    cases = read_cases()
    try:
        for case in cases:
            lacking = why_left_out(case)
            if lacking:
                print("left out: %s, needs %s" % (case.title, lacking))
                continue
            node = case.lines["node"][0]
            if node not in trees:
                tree = tree_of(node)
                trees[node] = (tree, judge(tree.root, EDITION, tree.options))
            faults = run_case(trees[node][0], trees[node][1], case)
            for fault in faults:
                print("%s: %s" % (case.title, fault))
            passed += not faults
            failed += bool(faults)
    finally:
        for tree, _ in trees.values():
            tree.close()
    if OWNERS:
        print("left out: what is wanted of %d controls about owners, needs root" % len(OWNERS))
    conclude(passed, failed)


if __name__ == "__main__":
    main()
