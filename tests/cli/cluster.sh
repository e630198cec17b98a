#!/bin/bash
# --cluster: a snapshot from a file or standard input, the same verdicts by facts, faults that say what to do, no secret of it anywhere.
# shellcheck source=tests/cli/lib.bash
. "$(dirname "$0")/lib.bash"
root=$(node kubeadm-stock)
sign=Qz7canary

# snapshot NODE: everything that may stand in one, secrets where a careless one has them
snapshot() {
  python3 - "$1" "$sign" <<'PYTHON'
import json
import sys
from datetime import datetime, timezone
node, canary = sys.argv[1:]
now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
def thing(version, kind, name, **more):
    return {"apiVersion": version, "kind": kind, **more,
            "metadata": {"name": name, "namespace": "kube-system", "annotations": {
                "kubectl.kubernetes.io/last-applied-configuration": canary}, "labels": {"password": canary}}}
print(json.dumps({"apiVersion": "v1", "kind": "List", "items": [
    thing("v1", "Secret", "s", data={"k": canary}, stringData={"k": canary}),
    thing("v1", "Node", node, spec={"taints": [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]},
          status={"conditions": [{"type": "Ready", "lastHeartbeatTime": now, "message": canary}]}),
    thing("v1", "Pod", "web-1", spec={"nodeName": node, "containers": [
        {"name": "c", "args": ["--password=" + canary], "env": [{"name": "PASSWORD", "value": canary}]}],
        "imagePullSecrets": [{"name": canary}], "volumes": [{"name": "v", "secret": {"secretName": canary}}]}),
    thing("v1", "PersistentVolume", "pv", spec={
        "csi": {"driver": "d", "volumeHandle": "h", "volumeAttributes": {"encrypted": "true", "password": canary, "adminSecret": canary},
                "nodeStageSecretRef": {"name": canary}}, "mountOptions": ["password=" + canary]}),
    thing("v1", "PersistentVolume", "pv-iscsi", spec={"iscsi": {"iqn": "iqn.2026", "targetPortal": "u:" + canary, "secretRef": {"name": canary}}}),
    thing("v1", "PersistentVolume", "pv-rbd", spec={"rbd": {"image": "i", "keyring": canary, "user": canary, "secretRef": {"name": canary}}}),
    thing("v1", "PersistentVolume", "pv-ceph", spec={"cephfs": {"path": "/", "secretFile": canary, "monitors": ["u:" + canary]}}),
    thing("v1", "PersistentVolume", "pv-flex", spec={"flexVolume": {"driver": "d", "options": {"password": canary}}}),
    thing("storage.k8s.io/v1", "StorageClass", "sc2", provisioner="d", mountOptions=["password=" + canary], parameters={
        "adminSecret": canary, "userKey": canary, "restuserkey": canary, "csi.storage.k8s.io/node-publish-secret-name": canary}),
    thing("storage.k8s.io/v1", "StorageClass", "sc", provisioner="d", parameters={"secret": canary, "adminSecretName": canary}),
    thing("v1", "ConfigMap", "cilium-config", data={"enable-ipsec": "true", "ipsec-keys": canary, "kvstore-opt": canary}),
    thing("v1", "ConfigMap", "kube-flannel-cfg", data={"net-conf.json": json.dumps({"Backend": {"Type": "ipsec", "PSK": canary}})}),
    thing("v1", "ConfigMap", "antrea-config", data={"antrea-agent.conf": "trafficEncryptionMode: ipsec\npsk: " + canary + "\n"}),
    thing("v1", "ConfigMap", "app", data={"password": canary}),
    thing("crd.projectcalico.org/v1", "FelixConfiguration", "default", spec={"wireguardEnabled": True, "x": canary}),
]}, indent=1))
PYTHON
}

snapshot lab-cp1 >"$scratch/cluster.json"
run "$tool" collect --root "$root" --cluster "$scratch/cluster.json" -o "$scratch/facts"
expect_status 0 'a snapshot'
run python3 -c '
import json, sys
cluster = json.load(open(sys.argv[1]))["cluster"]
print(cluster["state"], cluster["node"], len(cluster["nodes"]), [pod["name"] for pod in cluster["pods"]],
      cluster["config_maps"]["kube-system/kube-flannel-cfg"]["net-conf.json"]["Backend.Type"])' "$scratch/facts"
expect_equal "$out" "fresh lab-cp1 1 ['web-1'] ipsec" 'what the facts hold of it'
run "$tool" collect --root "$root" --cluster - <"$scratch/cluster.json"
expect_out '"source": "standard input"' 'a snapshot from standard input'

# no secret in facts, reports or messages, whole or broken
output=$scratch/output
mkdir "$output"
cp "$scratch/facts" "$output/facts"
"$tool" check --root "$root" --cluster "$scratch/cluster.json" --verbose --report text="$output/text" --report json="$output/json" \
  --report junit="$output/xml" 2>"$output/err"
"$tool" explain SI-1.1 --root "$root" --cluster "$scratch/cluster.json" >"$output/explained" 2>&1
size=$(stat -c %s "$scratch/cluster.json")
for ((at = 40; at < size; at += 131)); do
  head -c $at "$scratch/cluster.json" >"$scratch/broken"
  "$tool" collect --root "$root" --cluster "$scratch/broken" >>"$output/broken" 2>&1 && bad "a snapshot cut at $at was taken"
  sed -z "s/\"/'/$((at % 97 + 1))" "$scratch/cluster.json" | tr -d '\0' >"$scratch/broken"
  "$tool" collect --root "$root" --cluster "$scratch/broken" >>"$output/broken" 2>&1
done
if [ "$(grep -c 'no snapshot of a cluster' "$output/broken")" -gt 10 ]; then ok; else bad 'broken snapshots were not told'; fi
if grep -rq $sign "$output"; then bad 'a secret of the snapshot shows' "$(grep -roh ".\{40\}$sign" "$output" | head -5)"; else ok; fi

# the same verdicts by facts
"$tool" check --root "$root" --cluster "$scratch/cluster.json" --report json="$scratch/live.json"
"$tool" check --facts "$scratch/facts" --report json="$scratch/later.json"
expect_equal "$(verdicts "$scratch/live.json")" "$(verdicts "$scratch/later.json")" 'facts with a snapshot are judged alike'

# another cluster, and what is none
snapshot other-node >"$scratch/other.json"
run "$tool" collect --root "$root" --cluster "$scratch/other.json"
expect_out '"state": "unusable"' 'a snapshot of another cluster'
expect_no_out 'other-node' 'a snapshot of another cluster'
run "$tool" collect --root "$root" --node other-node --cluster "$scratch/other.json"
expect_out '"state": "fresh"' 'a snapshot under the name that is given'
printf 'apiVersion: v1\nkind: List\n' >"$scratch/cluster.yaml"
run "$tool" check --root "$root" --cluster "$scratch/cluster.yaml"
expect_status 2 'a snapshot in YAML'
expect_err 'cluster.yaml:1:1: no snapshot of a cluster: expected an object' 'a snapshot in YAML'
echo '{"kind": "List", "items": []}' >"$scratch/empty.json"
run "$tool" check --root "$root" --cluster "$scratch/empty.json"
expect_status 2 'a snapshot of nothing'
expect_err 'write it with: kubectl get nodes,pods' 'a snapshot of nothing'
run "$tool" check --root "$root" --cluster "$scratch/none.json"
expect_status 2 'no such file'
run "$tool" check --facts "$scratch/facts" --cluster "$scratch/cluster.json"
expect_status 2 '--cluster with --facts'
finish
