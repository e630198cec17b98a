"""What the definitions of the CIS benchmark name, read from their text: enough to tell which controls a change can touch."""
import os
import re

from node_tree import TOP

FOLDER = os.path.join(TOP, "benchmarks", "cis-kubernetes")
SUBJECT = re.compile(r"\b(?:setting|fact|file|files|disjoint-from|differs-from): *\"?([A-Za-z0-9_./*\[\]-]+)")
WORD = re.compile(r"[a-z][a-z0-9-]+")


class Definitions:
    def __init__(self):
        self.conditions = {}
        self.subjects = {}   # key -> set of subjects
        self.automated = {}  # key -> bool in the newest edition
        self.owners = set()  # keys whose test asks for an owner
        self._read_conditions()
        for name in sorted(os.listdir(FOLDER)):
            if name != "benchmark.yaml":
                self._read_section(os.path.join(FOLDER, name))

    def _read_conditions(self):
        with open(os.path.join(FOLDER, "benchmark.yaml"), encoding="utf-8") as file:
            text = file.read().partition("\nconditions:\n")[2]
        for block in re.split(r"\n(?=  [a-z])", "\n" + text)[1:]:
            name = re.match(r"  ([a-z0-9-]+):", block).group(1)
            self.conditions[name] = self._subjects_of(block.partition(":")[2])

    def _subjects_of(self, text):
        found = set(SUBJECT.findall(text))
        for word in WORD.findall(text):
            found |= self.conditions.get(word, set())
        return found

    def _read_section(self, path):
        with open(path, encoding="utf-8") as file:
            blocks = re.split(r"\n(?= +- key: )", file.read())[1:]
        for block in blocks:
            key = re.match(r" +- key: (\S+)", block).group(1)
            judged = re.split(r"\n        why: ", block)[0]
            self.subjects[key] = self._subjects_of(judged)
            label = re.search(r"\n        automated: (.*)", block).group(1)
            self.automated[key] = bool(re.search(r"(^|-\": )true", label.split(" #")[0]))
            if "owner: " in judged:
                self.owners.add(key)

    def touched(self, key, changes):
        """KEY names one of CHANGES, or something below one that ends in '.*'."""
        return any(subject == change or (change.endswith("*") and subject.startswith(change[:-1]))
                   for subject in self.subjects[key] for change in changes)
