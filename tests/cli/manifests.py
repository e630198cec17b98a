"""What `plumbline manifest` prints, held against the Kubernetes API's schemas where they are at hand, and always against what a pod that
reads a node must be. Usage: manifests.py TOOL [SCHEMA_DIRECTORY]. Prints "N passed, N failed"."""
import json
import os
import subprocess
import sys

import yaml

TOOL = sys.argv[1]
SCHEMAS = {}
if len(sys.argv) > 2:
    for name in ("apps-v1.json", "batch-v1.json"):
        with open(os.path.join(sys.argv[2], name), encoding="utf-8") as file:
            SCHEMAS.update(json.load(file)["components"]["schemas"])
passed = failed = 0


def hold(condition, what, *seen):
    global passed, failed
    passed, failed = passed + bool(condition), failed + (not condition)
    if not condition:
        print("FAILED:", what, *seen)


# ---- by the schema: types, required members, and no member that the API does not know ----

KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}


def resolved(schema):
    while "$ref" in schema or "allOf" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema["allOf"][0]
    return schema


def faults(value, schema, path):
    schema = resolved(schema)
    if "oneOf" in schema:  # quantities, and numbers that may be percentages
        return [] if isinstance(value, (int, str)) else [f"{path}: neither a number nor a text"]
    kind = schema.get("type")
    if kind and (not isinstance(value, KINDS[kind]) or (kind != "boolean" and isinstance(value, bool))):
        return [f"{path}: {value!r} is no {kind}"]
    found = []
    if isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties")
        found += [f"{path}.{key}: missing" for key in schema.get("required", []) if key not in value]
        for key, item in value.items():
            if key in known or other:
                found += faults(item, known.get(key, other), f"{path}.{key}")
            else:
                found.append(f"{path}.{key}: the API knows no such field")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            found += faults(item, schema.get("items", {}), f"{path}[{i}]")
    return found


def by_schema(value, name, what):
    if SCHEMAS:
        found = faults(value, {"$ref": "io.k8s.api." + name}, what)
        hold(not found, what + " by its schema:", *found[:5])


# ---- what must be so ----

def printed(*words):
    done = subprocess.run([TOOL, "manifest", *words], capture_output=True, text=True, check=False)
    hold(done.returncode == 0, f"manifest {' '.join(words)}: exit {done.returncode}", done.stderr)
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def mount(container, path):
    found = [m for m in container["volumeMounts"] if m["mountPath"] == path]
    return found[0] if len(found) == 1 else {}


def volume(pod, name):
    found = [v for v in pod["volumes"] if v["name"] == name]
    return found[0] if len(found) == 1 else {}


def hold_container(c, what, network=False, report="junit"):
    security = c["securityContext"]
    by_schema(c, "core.v1.Container", what + " container")
    hold(security["capabilities"]["drop"] == ["ALL"], what + ": all capabilities are dropped")
    hold(set(security["capabilities"]["add"]) == {"DAC_READ_SEARCH", "SYS_PTRACE"} | ({"NET_ADMIN"} if network else set()),
         what + ": the capabilities", security["capabilities"])
    hold(security["readOnlyRootFilesystem"] is True and security["allowPrivilegeEscalation"] is False
         and security["privileged"] is False, what + ": read-only, no escalation, not privileged")
    hold(security["runAsUser"] == 0 and security["runAsNonRoot"] is False, what + ": uid 0")
    hold(security["seccompProfile"] == {"type": "RuntimeDefault"}, what + ": seccomp")
    hold(security["appArmorProfile"] == {"type": "Unconfined"} and security["seLinuxOptions"] == {"type": "spc_t"},
         what + ": AppArmor and SELinux let host processes be seen")
    hold({"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}} in c["env"],
         what + ": the node's name by the downward API")
    hold(c["args"][:3] == ["check", "--root=/host", "--node=$(NODE_NAME)"] and c["args"][-1] == "--exit-zero",
         what + ": arguments", c["args"])
    if report:
        hold("--report=" + report in c["args"], what + ": report", c["args"])
    limits = c["resources"]["limits"]
    hold("memory" in limits and "cpu" in limits and "memory" in c["resources"]["requests"], what + ": resources")
    hold("command" not in c, what + ": the image's entry point is used")


def hold_host_mount(pod, c, what, stays):
    host = mount(c, "/host")
    hold(volume(pod, host.get("name")).get("hostPath") == {"path": "/", "type": "Directory"}, what + ": /host is the host's root")
    hold(host.get("readOnly") is True, what + ": /host is read-only")
    if not stays:
        hold(host.get("recursiveReadOnly") == "IfPossible" and host.get("mountPropagation", "None") == "None",
             what + ": /host is recursively read-only", host)
        return
    # The API refuses recursiveReadOnly with any propagation; without propagation a pod that stays would keep mounts busy.
    hold(host.get("mountPropagation") == "HostToContainer" and "recursiveReadOnly" not in host, what + ": propagation", host)
    for name in ("proc", "sys"):
        own = mount(c, "/host/" + name)
        hold(own.get("readOnly") is True and own.get("recursiveReadOnly") == "IfPossible", f"{what}: /host/{name}", own)
        hold(volume(pod, own.get("name")).get("hostPath", {}).get("path") == "/" + name, f"{what}: /host/{name} is the host's")


def hold_pod(pod, what, network=False):
    hold(pod["automountServiceAccountToken"] is False, what + ": no token")
    hold(not {"hostPID", "hostIPC"} & set(pod), what + ": no hostPID, no hostIPC")
    hold(pod.get("hostNetwork", False) is network, what + ": host network")
    hold({"operator": "Exists"} in pod["tolerations"], what + ": every taint is tolerated")
    names = [v["name"] for v in pod["volumes"]]
    hold(len(names) == len(set(names)), what + ": volumes have names of their own")


def one_pod(template, what, stays=False, network=False, report="junit"):
    pod = template["spec"]
    hold(len(pod["containers"]) == 1, what + ": one container")
    hold_pod(pod, what, network)
    hold_container(pod["containers"][0], what, network, report)
    hold_host_mount(pod, pod["containers"][0], what, stays)
    used = {m["name"] for m in pod["containers"][0]["volumeMounts"]}
    hold(used == {v["name"] for v in pod["volumes"]}, what + ": every volume is mounted, and no other", used)
    return pod


def hold_namespace(document, name):
    labels = document["metadata"]["labels"]
    hold(document["kind"] == "Namespace" and document["metadata"]["name"] == name, "the namespace comes first", document)
    hold(labels.get("pod-security.kubernetes.io/enforce") == "privileged", "the namespace's Pod Security level", labels)


# ---- each kind ----

namespace, job = printed("job")
hold_namespace(namespace, "plumbline")
by_schema(job, "batch.v1.Job", "job")
hold(job["kind"] == "Job" and job["metadata"]["name"] == "plumbline" and "nodeName" not in job["spec"]["template"]["spec"], "a Job anywhere")

LONG = "ip-10-0-0-1." + "a" * 30 + "." + "b" * 30 + ".compute.internal"
_, *jobs = printed("job", "--node", "worker-1", "--node", "cp.example", "--node", "cp-example", "--node", LONG, "--network", "--report", "json")
nodes = ["worker-1", "cp.example", "cp-example", LONG]
hold([j["spec"]["template"]["spec"]["nodeName"] for j in jobs] == nodes, "a Job for each node")
names = [j["metadata"]["name"] for j in jobs]
hold(len(set(names)) == 4 and names[0] == "plumbline-worker-1" and all(len(n) <= 63 and "." not in n for n in names), "names of Jobs", names)
for j in jobs:
    by_schema(j, "batch.v1.Job", "job")
    hold(j["spec"]["backoffLimit"] == 0 and j["spec"]["activeDeadlineSeconds"] > 0, "a Job is not tried again")
    p = one_pod(j["spec"]["template"], "job", network=True, report="json")
    hold(p["restartPolicy"] == "Never", "a Job's pod is not restarted")

_, cron = printed("cronjob", "--schedule", "*/30 2-5 * * MON,FRI", "--node", LONG, "--results", "/var/log/plumbline", "--report", "junit",
                  "--report", "json")
by_schema(cron, "batch.v1.CronJob", "cronjob")
hold(cron["spec"]["schedule"] == "*/30 2-5 * * MON,FRI" and cron["spec"]["concurrencyPolicy"] == "Forbid", "a CronJob's schedule")
hold(len(cron["metadata"]["name"]) <= 52, "a CronJob's name")
p = one_pod(cron["spec"]["jobTemplate"]["spec"]["template"], "cronjob", report="junit=/out/$(NODE_NAME).xml")
hold("--report=json=/out/$(NODE_NAME).json" in p["containers"][0]["args"], "both reports")
hold(volume(p, mount(p["containers"][0], "/out").get("name")).get("hostPath") == {"path": "/var/log/plumbline", "type": "DirectoryOrCreate"},
     "reports go to the node")
hold(cron["spec"]["jobTemplate"]["spec"]["backoffLimit"] == 0 and p["restartPolicy"] == "Never", "a CronJob's Job is not tried again")

namespace, daemon = printed("daemonset", "--every", "6h", "--namespace", "audit", "--image", "registry.example:5000/tools/plumbline:1@sha256:0a")
hold_namespace(namespace, "audit")
by_schema(daemon, "apps.v1.DaemonSet", "daemonset")
p = one_pod(daemon["spec"]["template"], "daemonset", stays=True)
hold("--every=6h" in p["containers"][0]["args"] and p["containers"][0]["image"] == "registry.example:5000/tools/plumbline:1@sha256:0a",
     "a DaemonSet's arguments and image")
hold(daemon["metadata"]["namespace"] == "audit", "the namespace of the DaemonSet")
labels = daemon["spec"]["template"]["metadata"]["labels"]
hold(daemon["spec"]["selector"]["matchLabels"].items() <= labels.items() and p.get("restartPolicy", "Always") == "Always", "a DaemonSet's pods")
hold(labels.items() > job["spec"]["template"]["metadata"]["labels"].items() or
     not daemon["spec"]["selector"]["matchLabels"].items() <= job["spec"]["template"]["metadata"]["labels"].items(),
     "a DaemonSet does not take a Job's pods for its own")

(plugin,) = printed("sonobuoy")
hold(plugin["sonobuoy-config"] == {"driver": "DaemonSet", "plugin-name": "plumbline", "result-format": "junit",
                                   "description": plugin["sonobuoy-config"]["description"]}, "a plugin's head")
by_schema(plugin["podSpec"], "core.v1.PodSpec", "sonobuoy podSpec")
hold(plugin["podSpec"]["containers"] == [], "Sonobuoy adds the containers")
hold_pod(plugin["podSpec"], "sonobuoy")
hold_container(plugin["spec"], "sonobuoy", report=None)
hold_host_mount(plugin["podSpec"], plugin["spec"], "sonobuoy", True)
# Sonobuoy itself adds the volume "results", and mounts it at that place in its worker.
hold(mount(plugin["spec"], "/tmp/sonobuoy/results") == {"name": "results", "mountPath": "/tmp/sonobuoy/results"}, "Sonobuoy's results")
hold({"--sonobuoy=/tmp/sonobuoy/results", "--every=0"} <= set(plugin["spec"]["args"]), "a plugin stays, or it would be run again")

for version, annotated in (("1.29", True), ("1.30", False)):
    metadata = printed("job", "--kubernetes", version)[1]["spec"]["template"]["metadata"]
    hold(("container.apparmor.security.beta.kubernetes.io/plumbline" in metadata.get("annotations", {})) is annotated, "AppArmor in " + version)
hold(len(printed("job", "--namespace", "kube-system")) == 1, "labels of the namespaces of every cluster are left alone")

# ---- a value is a text, whatever YAML would take it for ----

namespace, job = printed("job", "--node", "123", "--namespace", "null", "--image", "12:30")
pod = job["spec"]["template"]["spec"]
hold(pod["nodeName"] == "123" and namespace["metadata"]["name"] == job["metadata"]["namespace"] == "null" and
     pod["containers"][0]["image"] == "12:30", "names that look like other values", pod, namespace)

# ---- what is refused: a value is never more than a value ----

for words in (["job", "--node", "a\nb: c"], ["job", "--node", "UPPER"], ["job", "--node", "-a"], ["job", "--namespace", "a.b"],
              ["job", "--namespace", "n" * 64], ["job", "--image", "x y"], ["job", "--image", "a#b"], ["job", "--image", "-x"],
              ["job", "--results", "relative"], ["job", "--results", "/a b"], ["cronjob", "--schedule", '0 0 * * *" #'],
              ["job", "--node", "a-"], ["job", "--namespace", "a-"], ["job", "--results", "/x", "--report", "json", "--report", "json"],
              ["daemonset", "--node", "a"], ["job", "--every", "1h"], ["daemonset", "--every", "10ms"], ["sonobuoy", "--report", "json"],
              ["job", "--schedule", "0 0 * * *"], ["job", "--report", "junit=/x"], ["job", "--report", "junit", "--report", "json"],
              ["job", "--kubernetes", "banana"], ["pod"], [], ["job", "daemonset"]):
    done = subprocess.run([TOOL, "manifest", *words], capture_output=True, text=True, check=False)
    hold(done.returncode == 2 and not done.stdout and done.stderr, f"manifest {words} is refused", done.returncode, done.stdout[:200])

if not SCHEMAS:
    print("left out: manifests by the schemas of the Kubernetes API, which are not at hand")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
