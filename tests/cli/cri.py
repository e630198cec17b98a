"""A small client of the Container Runtime Interface: what the kubelet asks a runtime for. Usage: cri.py SOCKET, pods as a JSON list on standard
input, each {"config": PodSandboxConfig, "containers": [ContainerConfig, ...]} in the names of the interface. Prints, a line each, "NAME ID" of what
was started, sandboxes as their pod, containers as POD/CONTAINER. Numbers of fields: k8s.io/cri-api, runtime/v1/api.proto."""
import json
import sys

import grpc

# Of each message its fields: the number, and the message that it holds, or None of a plain value; "map" of strings.
NAMESPACES = {"network": (1, None), "pid": (2, None), "ipc": (3, None)}
PROFILE = {"profile_type": (1, None), "localhost_ref": (2, None)}
SANDBOX = {
    "metadata": (1, {"name": (1, None), "uid": (2, None), "namespace": (3, None), "attempt": (4, None)}),
    "hostname": (2, None), "log_directory": (3, None), "labels": (6, "map"), "annotations": (7, "map"),
    "linux": (8, {"cgroup_parent": (1, None),
                  "security_context": (2, {"namespace_options": (1, NAMESPACES), "privileged": (6, None), "seccomp": (9, PROFILE)})}),
}
CONTAINER = {
    "metadata": (1, {"name": (1, None), "attempt": (2, None)}), "image": (2, {"image": (1, None)}),
    "mounts": (7, {"container_path": (1, None), "host_path": (2, None), "readonly": (3, None)}),
    "labels": (9, "map"), "annotations": (10, "map"), "log_path": (11, None),
    "linux": (15, {
        "resources": (1, {"cpu_period": (1, None), "cpu_quota": (2, None), "cpu_shares": (3, None), "memory_limit_in_bytes": (4, None)}),
        "security_context": (2, {
            "capabilities": (1, {"add_capabilities": (1, None), "drop_capabilities": (2, None)}), "privileged": (2, None),
            "namespace_options": (3, NAMESPACES), "no_new_privs": (11, None), "seccomp": (15, PROFILE)}),
    }),
}
RUN, CREATE, START = {"config": (1, SANDBOX)}, {"pod_sandbox_id": (1, None), "config": (2, CONTAINER), "sandbox_config": (3, SANDBOX)}, \
    {"container_id": (1, None)}


def number(value):
    out = bytearray()
    while value > 0x7f:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def field(at, value, kind):
    if kind == "map":
        return b"".join(field(at, {"key": k, "value": v}, {"key": (1, None), "value": (2, None)}) for k, v in value.items())
    if isinstance(value, list):
        return b"".join(field(at, item, kind) for item in value)
    if isinstance(value, int):
        return number(at << 3) + number(value)
    content = value.encode() if kind is None else message(value, kind)
    return number(at << 3 | 2) + number(len(content)) + content


def message(values, kind):
    return b"".join(field(kind[name][0], value, kind[name][1]) for name, value in values.items())


def call(channel, name, values, kind):
    """Answers that matter here have one field: an ID."""
    answer = channel.unary_unary("/runtime.v1.RuntimeService/" + name)(message(values, kind), timeout=60)
    return answer[2:].decode()


def main():
    channel = grpc.insecure_channel("unix:" + sys.argv[1])
    for pod in json.load(sys.stdin):
        name = pod["config"]["metadata"]["name"]
        sandbox = call(channel, "RunPodSandbox", {"config": pod["config"]}, RUN)
        print(name, sandbox)
        for container in pod["containers"]:
            created = call(channel, "CreateContainer", {"pod_sandbox_id": sandbox, "config": container, "sandbox_config": pod["config"]}, CREATE)
            call(channel, "StartContainer", {"container_id": created}, START)
            print("%s/%s %s" % (name, container["metadata"]["name"], created))


try:
    main()
except grpc.RpcError as error:
    sys.exit("%s: %s" % (error.code().name, error.details()))
