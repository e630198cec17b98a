"""From a manifest of `plumbline manifest` (standard input) to the OCI spec that a kubelet and containerd make of its container, so that a
test runs what was printed and nothing else. Anything in the container that is not understood is a fault.
Usage: oci_spec.py BASE_SPEC IMAGE_ROOT VOLUMES_DIRECTORY; BASE_SPEC has containerd's default seccomp profile."""
import json
import os
import re
import sys

import yaml

BASE, IMAGE_ROOT, VOLUMES = sys.argv[1:]


def find_pod(document):
    if "podSpec" in document:  # of a Sonobuoy plugin, to which Sonobuoy adds this volume
        volumes = document["podSpec"]["volumes"] + [{"name": "results", "emptyDir": {}}]
        return {**document["podSpec"], "containers": [document["spec"]], "volumes": volumes}
    spec = document["spec"]
    return (spec.get("jobTemplate", {}).get("spec") or spec)["template"]["spec"]


def take(mapping, key):
    """Each member is taken once: what is left over at the end was not understood."""
    return mapping.pop(key, None)


def nothing_left(mapping, what):
    if mapping:
        sys.exit(f"{what}: not understood: {mapping}")


def environment(pod, container):
    values = {}
    for variable in take(container, "env"):
        if variable["valueFrom"] != {"fieldRef": {"fieldPath": "spec.nodeName"}}:
            sys.exit(f"env: not understood: {variable}")
        values[variable["name"]] = pod.get("nodeName", "plumbline-node")
    return values


def arguments(container, values):
    return [re.sub(r"\$\((\w+)\)", lambda m: values[m.group(1)], word) for word in take(container, "args")]


def source_of(volume):
    if "emptyDir" in volume:
        path = os.path.join(VOLUMES, volume["name"])
        os.makedirs(path, exist_ok=True)
        return path
    path, kind = volume["hostPath"]["path"], volume["hostPath"]["type"]
    if kind == "DirectoryOrCreate":  # where the test can look, and not on this machine
        path = VOLUMES + path
        os.makedirs(path, exist_ok=True)
    elif kind != "Directory" or not os.path.isdir(path):
        sys.exit(f"volume: not understood: {volume}")
    return path


def mounts(pod, container):
    volumes, found = {v["name"]: v for v in pod["volumes"]}, []
    for mount in sorted(take(container, "volumeMounts"), key=lambda m: m["mountPath"]):
        target, source = take(mount, "mountPath"), source_of(volumes[take(mount, "name")])
        propagation = {None: "rprivate", "HostToContainer": "rslave"}[take(mount, "mountPropagation")]
        options = ["rbind", propagation, "ro" if take(mount, "readOnly") else "rw"]
        recursive = take(mount, "recursiveReadOnly")
        if recursive in ("IfPossible", "Enabled"):
            options.append("rro")
        nothing_left(mount, target)
        found.append({"destination": target, "type": "bind", "source": source, "options": options})
    return found


def main():
    document = [d for d in yaml.safe_load_all(sys.stdin) if d and d.get("kind") != "Namespace"][0]
    pod = find_pod(document)
    (container,) = pod["containers"]
    spec = json.load(open(BASE, encoding="utf-8"))
    process, linux = spec["process"], spec["linux"]
    values = environment(pod, container)
    security = take(container, "securityContext")
    capabilities = take(security, "capabilities")
    if capabilities["drop"] != ["ALL"] or take(security, "privileged") or take(security, "runAsNonRoot"):
        sys.exit("securityContext: not understood")
    names = ["CAP_" + name for name in capabilities["add"]]
    process["capabilities"] = {kind: names for kind in ("bounding", "effective", "permitted")}
    process["noNewPrivileges"] = take(security, "allowPrivilegeEscalation") is False
    process["user"] = {"uid": take(security, "runAsUser"), "gid": take(security, "runAsGroup")}
    process["env"] = [f"{name}={value}" for name, value in values.items()]
    process["args"] = ["/plumbline", *arguments(container, values)]
    process["terminal"] = False
    spec["root"] = {"path": IMAGE_ROOT, "readonly": take(security, "readOnlyRootFilesystem")}
    if take(security, "seccompProfile") != {"type": "RuntimeDefault"} or "seccomp" not in linux:
        sys.exit("seccomp: not understood")
    # There is neither AppArmor nor SELinux where these tests run.
    take(security, "appArmorProfile"), take(security, "seLinuxOptions")
    nothing_left(security, "securityContext")
    spec["mounts"] += mounts(pod, container)
    if pod.get("hostNetwork"):
        linux["namespaces"] = [n for n in linux["namespaces"] if n["type"] != "network"]
    memory = take(container, "resources")["limits"]["memory"]
    linux["resources"]["memory"] = {"limit": int(memory.removesuffix("Mi")) << 20}
    linux["cgroupsPath"] = "/plumbline-test-" + "-".join(VOLUMES.removesuffix(".volumes").split("/")[-2:])
    take(container, "image"), take(container, "imagePullPolicy"), take(container, "name")
    nothing_left(container, "container")
    json.dump(spec, sys.stdout, indent=1)


main()
