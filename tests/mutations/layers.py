#!/usr/bin/env python3
"""A flip in one layer of a component's configuration moves the verdict exactly when the component itself would move: layers.tsv."""
import collections
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
NODES = os.path.join(os.path.dirname(HERE), "nodes")
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(NODES, "lib"), os.path.join(NODES, "distributions")]
import k0s  # noqa: E402
import k3s  # noqa: E402
import microk8s  # noqa: E402
import microshift  # noqa: E402
import rke2  # noqa: E402
from made_node import Made, Node  # noqa: E402
from node_tree import RunFailed, Tree, conclude, output  # noqa: E402

EDITION = "1.12"
VERDICTS = {"pass": "pass", "fail": "fail", "error": "error", "manual": "manual", "na": "not-applicable"}
Row = collections.namedtuple("Row", "line base control before after said given flip source")


def openshift():
    """An API server that takes flags from OpenShift's file, for these rows only."""
    config = "/etc/kubernetes/static-pod-resources/configmaps/config/config.yaml"
    node = Node("openshift")
    node.options = ["--kubernetes", "1.33.5"]
    node.tree("0644 0:0 /etc/os-release\n0600 0:0 " + config, {"/etc/os-release": "ID=rhcos\nOPENSHIFT_VERSION=4.20\n", config:
              "apiVersion: kubecontrolplane.config.openshift.io/v1\nkind: KubeAPIServerConfig\napiServerArguments:\n"
              "  anonymous-auth: [\"false\"]\n  authorization-mode: [Scope, SystemMasters, RBAC, Node]\n  profiling: [\"false\"]\n"
              "servingInfo:\n  bindAddress: 0.0.0.0:6443\n  cipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n"})
    node.process("/usr/bin/kube-apiserver --openshift-config=%s --advertise-address=10.0.0.1 -v=2" % config, cgroup="/system.slice/x.service")
    return node


# Nodes that the rows begin with: a captured one, or one made of its documented layout.
BASES = {"kubeadm": "kubeadm-hardened.tar.gz", "k3s": k3s.NODES["k3s-server-hardened"], "rke2": rke2.NODES["rke2-server-cis"],
         "microk8s": microk8s.NODES["microk8s"], "microshift": microshift.NODES["microshift"], "k0s": k0s.NODES["k0s-single"],
         "openshift": openshift()}


class MadeTree(Tree):
    """The tree of a made node, in place of an archive's."""

    def _unpack(self, archive):
        with Made(archive) as made:
            os.rmdir(self.root)
            os.rename(made.root, self.root)


def read_rows():
    with open(os.path.join(HERE, "layers.tsv"), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("#") or not line.strip():
                continue
            fields = line.rstrip("\n").split("\t")
            if len(fields) != 8 or fields[0] not in BASES or not {fields[2], fields[3]} <= set(VERDICTS) or not all(fields):
                raise ValueError("layers.tsv:%d: not a row" % number)
            yield Row(number, *fields)


def verdict_of(tree, row, options):
    """Verdict, reason, and what the report says of the components beside the verdicts."""
    words = ["check", "cis-kubernetes", "--root", tree.root, "--edition", EDITION, "--only", row.control, "--report", "json"]
    document = json.loads(output(words + options + tree.options, (0, 1, 3)))
    (result,) = document["benchmarks"][0]["results"]
    return result["verdict"], result.get("reason"), "\n".join(remark["text"] for remark in document["remarks"])


def try_row(tree, row, options, known):
    """What is wrong, or None. KNOWN: verdicts of nodes as they are before a flip."""
    try:
        if row.given != "-":
            tree.apply(row.given)
        before = known.get((row.given, row.control))
        if not before:
            before = known[row.given, row.control] = verdict_of(tree, row, options)
        tree.apply(row.flip)
        after = verdict_of(tree, row, options)
    except (RunFailed, OSError, ValueError, KeyError) as error:
        return "%s: %s" % (type(error).__name__, error)
    finally:
        tree.undo()
    for wanted, found, when in ((row.before, before, "before"), (row.after, after, "after")):
        if found[0] != VERDICTS[wanted]:
            return "wanted %s %s it, is %s: %s" % (wanted, when, found[0], found[1])
    if row.said != "-" and (row.said in before[2] or row.said not in after[2]):
        return "the report should begin to say: %s; it says: %s" % (row.said, after[2])
    return None


def try_base(base, rows):
    """How many rows pass and fail."""
    node, known, passed = BASES[base], {}, 0
    options = getattr(node, "options", [])
    with (Tree if isinstance(node, str) else MadeTree)(node) as tree:
        for row in rows:
            fault = try_row(tree, row, options, known)
            if fault:
                print("layers.tsv:%d: %s %s [%s]: %s" % (row.line, row.base, row.control, row.flip, fault))
            passed += not fault
    return passed, len(rows) - passed


def main():
    by_base = collections.defaultdict(list)
    for row in read_rows():
        by_base[row.base].append(row)
    passed = failed = 0
    for base in BASES:
        fine, wrong = try_base(base, by_base[base])
        print("layers of %s: %d of %d" % (base, fine, fine + wrong))
        passed += fine
        failed += wrong + (not by_base[base])
    conclude(passed, failed)


if __name__ == "__main__":
    main()
