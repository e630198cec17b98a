"""The pods of containers.sh, as a kubelet would ask a runtime for them: JSON for cri.py. Usage: pods.py CGROUP, the one of all pods."""
import json
import sys

IMAGE = "localhost/idle:1"
NODE = 2  # NamespaceMode
RUNTIME_DEFAULT, UNCONFINED = 0, 1
PERIOD = 100000


def container(name, memory=0, cpu=0, seccomp=RUNTIME_DEFAULT, **security):
    resources = {"cpu_period": PERIOD, "cpu_shares": 2}
    if memory:
        resources["memory_limit_in_bytes"] = memory << 20
    if cpu:
        resources["cpu_quota"] = cpu * PERIOD // 1000
    return {"metadata": {"name": name}, "image": {"image": IMAGE},
            "labels": {"io.kubernetes.container.name": name},
            "linux": {"resources": resources, "security_context": dict(security, seccomp={"profile_type": seccomp})}}


def pod(namespace, name, uid, group, containers, annotations=None, **security):
    labels = {"io.kubernetes.pod.name": name, "io.kubernetes.pod.namespace": namespace, "io.kubernetes.pod.uid": uid}
    security.setdefault("seccomp", {"profile_type": RUNTIME_DEFAULT})
    config = {"metadata": {"name": name, "uid": uid, "namespace": namespace},
              "log_directory": "/var/log/pods/%s_%s_%s" % (namespace, name, uid), "labels": labels,
              "annotations": dict(annotations or {}, **{"kubernetes.io/config.seen": "2026-01-01T00:00:00.000000000Z"}),
              "linux": {"cgroup_parent": "%s%s/pod%s" % (sys.argv[1], group, uid), "security_context": security}}
    if "namespace_options" not in security:  # in the node's network a pod has the node's name
        config["hostname"] = name
    return {"config": config, "containers": containers}


PODS = [
    pod("shop", "web-0", "10000000-0000-4000-8000-000000000001", "/burstable", [
        container("app", memory=64, cpu=250), container("sidecar")]),
    pod("shop", "open-0", "10000000-0000-4000-8000-000000000002", "/besteffort", [container("app", seccomp=UNCONFINED)]),
    pod("shop", "root-0", "10000000-0000-4000-8000-000000000003", "", [
        container("app", memory=32, cpu=500, seccomp=UNCONFINED, privileged=1, namespace_options={"network": NODE})],
        privileged=1, namespace_options={"network": NODE}),
    pod("kube-system", "kube-proxy-zz", "10000000-0000-4000-8000-000000000004", "/besteffort", [
        container("kube-proxy", namespace_options={"network": NODE})], namespace_options={"network": NODE}),
    pod("kube-system", "kube-scheduler-plumbline-node", "abcdef0123456789abcdef0123456789", "/burstable", [container("kube-scheduler")],
        {"kubernetes.io/config.source": "file"}),
    pod("kube-system", "kube-vip-plumbline-node", "0123456789abcdef0123456789abcdef", "/besteffort", [container("kube-vip")],
        {"kubernetes.io/config.source": "file"}),
]
json.dump(PODS, sys.stdout)
