#!/bin/bash
# Pods that a real containerd and runc made of what a kubelet would have asked for: their names, limits and restraints are told from real bundles,
# control groups and processes.
# shellcheck source=tests/cli/lib.bash
. "$(dirname "$0")/lib.bash"
# shellcheck source=tests/cli/live.bash
. tests/cli/live.bash
enter_node "$@"
/usr/bin/python3 -c 'import grpc' 2>/dev/null || leave_out 'it needs python3-grpcio'
group=/plumbline-test-${scratch##*/}/kubepods
logs=$scratch/logs
mkdir "$logs"
mount --bind "$logs" /var/log
start_containerd cri || leave_out "containerd does not start here: $(tail -n 3 "$scratch/containerd/log")"
src/ship/image.sh "$scratch/idle" "$scratch/image.tar" localhost/idle 1 >/dev/null
$ctr --namespace k8s.io images import "$scratch/image.tar" >/dev/null || leave_out 'containerd cannot take an image in here'
/usr/bin/python3 -B tests/cli/pods.py "$group" >"$scratch/pods.json"
if ! /usr/bin/python3 -B tests/cli/cri.py "$scratch/containerd/socket" <"$scratch/pods.json" >"$scratch/started" 2>"$scratch/err"; then
  leave_out "containerd and runc start no pod here: $(tail -n 1 "$scratch/err")"
fi
bundles=/run/containerd/io.containerd.runtime.v2.task/k8s.io
id_of() { awk -v name="$1" '$1 == name {print $2}' "$scratch/started"; }
declare -A pid
while read -r name id; do pid[$name]=$(cat "$bundles/$id/init.pid"); done <"$scratch/started"
# What the API server would say of owners.
/usr/bin/python3 - "$scratch/cluster.json" <<'PYTHON'
import json
import sys
import time
now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
pod = {"name": "web-0", "namespace": "shop", "uid": "10000000-0000-4000-8000-000000000001", "creationTimestamp": now,
       "ownerReferences": [{"kind": "StatefulSet", "name": "web", "controller": True}]}
items = [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "plumbline-node", "creationTimestamp": now}},
         {"apiVersion": "v1", "kind": "Pod", "metadata": pod, "spec": {"nodeName": "plumbline-node"}, "status": {"phase": "Running"}}]
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump({"apiVersion": "v1", "kind": "List", "items": items}, file)
PYTHON
facts() {
  run "$tool" collect --node plumbline-node --cluster "$scratch/cluster.json" -o "$scratch/facts"
  expect_status 0 "$1"
}
# lines EXPRESSION: the items of a list, sorted, one a line
lines() { told "'\n'.join(sorted($1))"; }

# ---- pods ----

facts 'facts of real pods'
pods="' '.join([p['namespace'], p['name'], p['uid'], 'static' if p['static'] else 'API']) for p in f['pods']"
expect_equal "$(lines "$pods")" \
  "$(printf '%s\n' 'kube-system kube-proxy-zz 10000000-0000-4000-8000-000000000004 API' \
    'kube-system kube-scheduler-plumbline-node abcdef0123456789abcdef0123456789 static' \
    'kube-system kube-vip-plumbline-node 0123456789abcdef0123456789abcdef static' \
    'shop open-0 10000000-0000-4000-8000-000000000002 API' \
    'shop root-0 10000000-0000-4000-8000-000000000003 API' \
    'shop web-0 10000000-0000-4000-8000-000000000001 API')" 'the pods'
expect_equal "$(lines "[p['name'] + ' ' + p['owner_kind'] for p in f['pods'] if p['owner_kind']]")" 'web-0 StatefulSet' 'the owner that a snapshot tells'
expect_equal "$(told "all(p['source'].startswith('$bundles/') for p in f['pods'])")" True 'the bundles of containerd tell of them'
expect_equal "$(lines "[p['name'] + ': ' + p['why'] for p in f['isolation']['odd_pods']]")" \
  "kube-vip-plumbline-node: a static pod without a manifest in the kubelet's directory
web-0: a pod of StatefulSet web, which is no add-on that is known" 'which static pod has no manifest, and whose pod is no add-on'

# ---- limits and restraints ----

of_container="c['name'] + '/' + c['container']"
containers="' '.join(map(str, [$of_container, c['memory_limit'], c['cpu_limit'], c['seccomp'], c['privileged']])) for c in f['workloads']['containers']"
expect_equal "$(lines "$containers")" \
  "$(printf '%s\n' 'kube-proxy-zz/kube-proxy None None filter False' 'kube-scheduler-plumbline-node/kube-scheduler None None filter False' \
    'kube-vip-plumbline-node/kube-vip None None filter False' 'open-0/app None None none False' 'root-0/app 33554432 500 none True' \
    'web-0/app 67108864 250 filter False' 'web-0/sidecar None None filter False')" 'the containers'
# What the kernel says of the same processes.
for name in open-0/app root-0/app web-0/app web-0/sidecar; do
  mode=$(awk '/^Seccomp:/ {print $2}' "/proc/${pid[$name]}/status")
  expect_equal "$(told "[['none', 'strict', 'filter'].index(c['seccomp']) for c in f['workloads']['containers'] if $of_container == '$name']")" \
    "[$mode]" "$name: the kernel's word on seccomp"
done
if [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ]; then
  for name in root-0/app web-0/app; do
    expect_equal "$(told "[c['label'] for c in f['workloads']['containers'] if $of_container == '$name'][0]")" \
      "$(cat "/proc/${pid[$name]}/attr/current")" "$name: its AppArmor profile"
  done
else
  echo 'left out: AppArmor, which this kernel has not'
fi

# ---- verdicts ----

# judged WHAT: all of the benchmark, in $scratch/report, and the same from facts
judged() {
  facts "$1: facts"
  run "$tool" check service-integrator --node plumbline-node --cluster "$scratch/cluster.json" --report json="$scratch/report"
  expect_status 1 "$1"
  run "$tool" check service-integrator --facts "$scratch/facts" --report json="$scratch/report.facts"
  expect_equal "$(verdicts "$scratch/report" | cut -d' ' -f1-3)" "$(verdicts "$scratch/report.facts" | cut -d' ' -f1-3)" "$1: from facts"
}
# expect_told ID VERDICT POD...: the control has this verdict, and its evidence names these pods of the namespace shop and no other
expect_told() {
  local seen
  seen=$(python3 -IS -c '
import json, re, sys
for b in json.load(open(sys.argv[1]))["benchmarks"]:
    for r in b["results"]:
        if r["id"] == sys.argv[2]: print(r["verdict"], *sorted(set(re.findall("(?:web|open|root)-0", json.dumps(r)))))' "$scratch/report" "$1")
  expect_equal "$seen" "${*:2}" "$1"
}
judged 'real pods on a control plane'
expect_told SI-1.1 fail open-0 root-0 web-0
expect_told SI-4.6 fail open-0 root-0
expect_told SI-4.8 fail open-0 web-0

# ---- what ends, and what only its log directory names ----

# end POD...: its processes are gone, the rest is left
end() {
  local name
  for name; do kill -KILL "${pid[$name]}"; done
  for name; do
    for _ in $(seq 100); do
      [ -e "/proc/${pid[$name]}" ] || break
      sleep 0.1
    done
  done
}
end open-0/app open-0 root-0/app root-0 web-0/sidecar
mkdir -p /var/log/pods/shop_web-0_10000000-0000-4000-8000-000000000001
mkdir "$scratch/aside"
for name in web-0 web-0/app; do mv "$bundles/$(id_of $name)/config.json" "$scratch/aside/$(id_of $name)"; done
facts 'facts after some have ended'
expect_equal "$(lines "[p['name'] + ' ' + p['source'] for p in f['pods'] if p['namespace'] == 'shop']")" \
  'web-0 /var/log/pods/shop_web-0_10000000-0000-4000-8000-000000000001' 'ended pods are gone, and a log directory names a pod without bundles'
rmdir /var/log/pods/*
facts 'facts without any name'
expect_equal "$(told "[(p['namespace'], p['name'], p['source']) for p in f['pods'] if p['uid'].endswith('-000000000001')]")" \
  "[(None, None, 'its cgroup alone')]" 'a pod without a name is a pod'
for name in web-0 web-0/app; do mv "$scratch/aside/$(id_of $name)" "$bundles/$(id_of $name)/config.json"; done
judged 'fewer pods'
expect_told SI-1.1 fail web-0
expect_told SI-4.6 pass
expect_told SI-4.8 pass
end web-0/app web-0
judged 'pods of the cluster itself'
expect_told SI-1.1 manual # a static pod without a manifest is a question
finish
