#!/usr/bin/env python3
"""The settings that `collect` works out for the captured nodes against what the running components themselves reported."""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from node_tree import NODES, RunFailed, Tree, archive_names, collect, conclude  # noqa: E402

VERSION = "1.34.9"  # the programs in the archives are empty, so it cannot be read from the kubelet's
KUBELET_AT_LEAST = 60  # keys of the kubelet's report that must have a setting of the same name
# Reported under names of the components' own: component, group, path in the report, setting.
NAMED = [
    ("kube-proxy", "kubeproxy.config.k8s.io", "MetricsBindAddress", "metricsBindAddress"),
    ("kube-proxy", "kubeproxy.config.k8s.io", "HealthzBindAddress", "healthzBindAddress"),
    ("kube-proxy", "kubeproxy.config.k8s.io", "EnableProfiling", "enableProfiling"),
    ("kube-proxy", "kubeproxy.config.k8s.io", "ClientConnection.Kubeconfig", "clientConnection.kubeconfig"),
    ("kube-scheduler", "componentconfig", "EnableProfiling", "enableProfiling"),
    ("kube-scheduler", "componentconfig", "EnableContentionProfiling", "enableContentionProfiling"),
    ("kube-scheduler", "componentconfig", "ClientConnection.Kubeconfig", "clientConnection.kubeconfig"),
    ("kube-scheduler", "componentconfig", "LeaderElection.LeaderElect", "leaderElection.leaderElect"),
    ("kube-scheduler", "componentconfig", "LeaderElection.LeaseDuration", "leaderElection.leaseDuration"),
    ("kube-controller-manager", "kubecontrollermanager.config.k8s.io", "PodGCController.TerminatedPodGCThreshold",
     "terminated-pod-gc-threshold"),
    ("kube-controller-manager", "kubecontrollermanager.config.k8s.io", "SAController.RootCAFile", "root-ca-file"),
    ("kube-controller-manager", "kubecontrollermanager.config.k8s.io", "SAController.ServiceAccountKeyFile",
     "service-account-private-key-file"),
    ("kube-controller-manager", "kubecontrollermanager.config.k8s.io", "KubeCloudShared.UseServiceAccountCredentials",
     "use-service-account-credentials"),
    ("kube-controller-manager", "kubecontrollermanager.config.k8s.io", "Generic.Debugging.EnableProfiling", "profiling"),
    ("kube-controller-manager", "kubecontrollermanager.config.k8s.io", "CSRSigningController.ClusterSigningDuration",
     "cluster-signing-duration"),
]
# What the kubelet reports here after start-up is what it serves with.
KUBELET_RENAMED = {"tlsCertFile": "effective.tlsCertFile", "tlsPrivateKeyFile": "effective.tlsPrivateKeyFile"}


def at(document, path):
    for name in path.split("."):
        document = document[name]
    return document


def leaves(value, settings, prefix=""):
    """(name, value) of the report, as deep as the settings' names go."""
    for key, child in value.items():
        name = prefix + key
        if KUBELET_RENAMED.get(name, name) in settings:
            yield KUBELET_RENAMED.get(name, name), child
        elif isinstance(child, dict):
            yield from leaves(child, settings, name + ".")


def pairs(reported, facts):
    """(component, setting, reported value, what facts hold)"""
    kubelet = facts["components"]["kubelet"]["settings"]
    found = [("kubelet", name, value, kubelet[name]) for name, value in leaves(reported["kubelet"]["kubeletconfig"], kubelet)]
    for component, group, path, setting in NAMED:
        held = facts["components"][component]["settings"].get(setting)
        found.append((component, setting, at(reported[component][group], path), held))
    return found


def is_nothing(value):
    return value is None or value in ("", [], {})


def same(wanted, value):
    """Equal, or nothing on both sides."""
    return (value == wanted and isinstance(value, bool) == isinstance(wanted, bool)) or (is_nothing(value) and is_nothing(wanted))


def compare(name):
    with open(os.path.join(NODES, name + ".configz.json"), encoding="utf-8") as file:
        reported = json.load(file)
    with Tree(name + ".tar.gz") as tree:
        found = pairs(reported, collect(tree.root, ["--kubernetes", VERSION]))
    passed = failed = 0
    for component, setting, wanted, held in found:
        if held and "value" in held and same(wanted, held["value"]):
            passed += 1
        else:
            print("%s: %s %s: reported %s, found %s" % (name, component, setting, json.dumps(wanted), json.dumps(held)))
            failed += 1
    if len([1 for pair in found if pair[0] == "kubelet"]) < KUBELET_AT_LEAST:
        print("%s: only %d keys of the kubelet's report have a setting" % (name, len(found)))
        failed += 1
    return passed, failed


def main():
    passed = failed = 0
    for archive in archive_names():
        try:
            good, bad = compare(archive[:-len(".tar.gz")])
        except RunFailed as error:
            print("%s: %s" % (archive, error))
            good, bad = 0, 1
        passed += good
        failed += bad
    conclude(passed, failed)


if __name__ == "__main__":
    main()
