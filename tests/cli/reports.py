"""
What the tests of hostile nodes ask of a run: the text, JSON and JUnit reports are whole, and compared with the untouched node only
those verdicts changed that may.

reports.py RUNS
    Each line of RUNS: what was done, the JSON report of the untouched node, a folder with text, json and xml of the run, and words, with
    tabs between. Words: may=SUBJECT,... error=ID,... becomes=ID:VERDICT,...  A control may become ERROR when its definition names one of
    the subjects of "may" ("kubelet.*" stands for all below); those of "error" must be ERROR, those of "becomes" must have that verdict.
"""
import json
import os
import re
import sys
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "nodes", "lib"))
from definitions import Definitions  # noqa: E402

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]")


def document_of(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def results_of(document):
    return {result["id"]: result for benchmark in document["benchmarks"] if benchmark["id"] == "cis-kubernetes"
            for result in benchmark["results"]}


def strings_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_of(item)


def strings_of_xml(tree):
    for element in tree.iter():
        yield from element.attrib.values()
        yield element.text or ""
        yield element.tail or ""


def faults_of_strings(report, strings):
    for text in strings:
        found = CONTROLS.search(text)
        if found:
            at = found.start()
            yield "the %s report holds %r: %r" % (report, found.group(), text[max(0, at - 60):at + 60])
            return


def faults_of_reports(folder, document, results):
    with open(os.path.join(folder, "text"), "rb") as file:
        text = file.read().decode("utf-8")
    if not text:
        yield "the text report is empty"
    tree = xml.etree.ElementTree.parse(os.path.join(folder, "xml"))
    missing = set(results) - {case.get("name").split(" ")[0] for case in tree.iter("testcase")}
    if missing:
        yield "JUnit lacks %s" % ", ".join(sorted(missing))
    yield from faults_of_strings("text", [text])
    yield from faults_of_strings("JSON", strings_of(document))
    yield from faults_of_strings("JUnit", strings_of_xml(tree))


def faults_of_verdicts(base, results, wanted, definitions):
    if set(base) != set(results):
        yield "other controls than on the untouched node"
        return
    for control, result in sorted(results.items()):
        verdict, before = result["verdict"], base[control]["verdict"]
        shown = "%s %s, before %s: %s" % (control, verdict, before, result.get("reason", "")[:300])
        if control in wanted["error"] or control in wanted["becomes"]:
            if verdict != wanted["becomes"].get(control, "error"):
                yield shown
        elif verdict != before and not (verdict == "error" and definitions.touched(result["key"], wanted["may"])):
            yield shown


def read_words(words):
    wanted = {"may": [], "error": [], "becomes": {}}
    for word in words:
        name, _, value = word.partition("=")
        items = [item for item in value.split(",") if item]
        wanted[name] = dict(item.split(":") for item in items) if name == "becomes" else items
    return wanted


def faults_of_run(base, folder, wanted, definitions):
    faults = []
    try:
        document = document_of(os.path.join(folder, "json"))
        results = results_of(document)
        faults += faults_of_reports(folder, document, results)
        faults += faults_of_verdicts(results_of(document_of(base)), results, wanted, definitions)
    except (ValueError, KeyError, xml.etree.ElementTree.ParseError, OSError) as error:
        faults.append("%s: %s" % (type(error).__name__, error))
    return faults


def main():
    definitions = Definitions()
    passed = failed = 0
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            what, base, folder, *words = line.rstrip("\n").split("\t")
            faults = faults_of_run(base, folder, read_words(words), definitions)
            passed += not faults
            failed += bool(faults)
            for fault in faults[:20]:
                print("FAILED: %s: %s" % (what, fault))
    print(passed, failed)


if __name__ == "__main__":
    main()
