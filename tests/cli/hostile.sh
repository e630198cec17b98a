#!/bin/bash
# Files of a node that were made to hurt whoever reads them: no crash, no hang, no flood, whole reports, and ERROR for what cannot be judged
# while every other verdict stays as it is on the untouched node.
# shellcheck source=tests/cli/hostile.bash
. "$(dirname "$0")/hostile.bash"

payload=$scratch/payload
mkdir "$payload"
head -c 200000 /dev/zero | tr '\0' '[' >"$payload/deep"
python3 -c '
lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
lines += ["a%d: &a%d [%s]" % (i, i, ", ".join(["*a%d" % (i - 1)] * 10)) for i in range(1, 12)]
print("\n".join(lines))' >"$payload/bomb"
python3 -c '
print("a: &a \"%s\"\nb:" % ("x" * 60000))
print("- {*a : *a}\n" * 100000)' >"$payload/texts"
printf 'kind: &k\n  again: *k\n' >"$payload/cycle"
printf 'kind: Kubelet\0Configuration\n\0\0\0\n' >"$payload/nul"
printf 'kind: \xff\xfe\x1b[31m: [\n' >"$payload/bytes"
truncate -s 1G "$payload/huge"
python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$payload/socket"
documents="deep bomb texts cycle nul bytes huge"
types="fifo directory socket"
if $as_root && mknod "$payload/device" c 1 5 2>/dev/null; then types="$types device"; else echo 'left out: device nodes, which need root'; fi

# put_type PATH TYPE: no regular file there, with the mode of what was
put_type() {
  replace "$1"
  case $2 in
  fifo) mkfifo "$root/$1" ;;
  directory) mkdir "$root/$1" ;;
  socket) ln "$payload/socket" "$root/$1" ;;
  device) mknod "$root/$1" c 1 5 ;; # /dev/zero: it never ends
  esac
  [ ! -e "$aside/$((${#replaced[@]} - 1))" ] || chmod --reference="$aside/$((${#replaced[@]} - 1))" "$root/$1"
}

# attack PATH WHAT WORDS...: each WHAT in place of PATH
attack() {
  local path=$1 kind
  for kind in $2; do
    case " $types " in
    *" $kind "*) put_type "$path" "$kind" ;;
    *) put "$path" "$payload/$kind" ;;
    esac
    judge "$path: $kind" "${@:3}"
    restore
  done
}

manifests=kube-apiserver.manifest,kube-controller-manager.manifest,kube-scheduler.manifest,etcd.manifest
of_owners=
! $as_root || of_owners=,1.1.10

begin kubeadm-stock
attack var/lib/kubelet/config.yaml "$documents $types" may="kubelet.*,$manifests" \
  error=1.1.1,1.1.3,4.1.7,4.2.1,4.2.2,4.2.3,4.2.4,4.2.5,4.2.6,4.2.8,4.2.9,4.2.10,4.2.11,4.2.12,4.2.13,4.2.14
attack etc/kubernetes/manifests/kube-apiserver.yaml "$documents $types" may=$manifests error=1.1.1,1.1.2
attack etc/kubernetes/manifests/etcd.yaml "deep cycle fifo" may=$manifests error=1.1.7,1.1.8
for kubeconfig in kubelet scheduler admin; do
  attack etc/kubernetes/$kubeconfig.conf "deep bomb nul huge $types"
done
attack etc/kubernetes/pki/apiserver.crt "deep nul bytes $types"
attack etc/kubernetes/pki/apiserver.crt huge error=1.1.20,1.1.21
attack etc/kubernetes/pki/ca.crt "deep nul fifo" error=2.7
attack etc/kubernetes/pki/etcd/ca.crt "deep nul fifo directory" error=2.7
attack etc/containerd/config.toml "deep nul bytes huge $types" may=cni.files error="${of_owners#,}"
attack etc/cni/net.d/10-bridge.conflist "deep huge $types"
attack usr/lib/systemd/system/kubelet.service "bytes huge $types" may=kubelet.unit
attack var/lib/kubelet/kubeadm-flags.env "nul bytes huge $types" may=kubelet.unit
for file in etc/passwd etc/group etc/hostname etc/os-release; do
  attack $file "bytes nul huge fifo" may=etcd.data-dir # whose owner must have a name
done
for file in proc/1/mountinfo proc/14432/environ proc/14432/status proc/14432/stat; do
  attack $file "deep nul huge fifo directory"
done

begin kubeadm-hardened
attack etc/kubernetes/enc/encryption.yaml "$documents $types" error=1.2.27,1.2.28
attack etc/kubernetes/audit/policy.yaml "$documents $types" error=1.2.16,1.2.17,1.2.18,1.2.19,3.2.1,3.2.2
attack etc/kubernetes/admission/admission.yaml "deep bomb nul huge fifo" error=1.2.9

# ---- a directory of more entries than a walk may see: ERROR for what could not be looked at, a failure that was seen stands ----

begin kubeadm-stock
mkdir "$scratch/many"
python3 - "$scratch/many" <<'PYTHON'
import os
import sys
folder = os.open(sys.argv[1], os.O_RDONLY)
for i in range(200000):
    if i % 50000 == 0:  # a file has room for some 65 000 names
        first = str(i)
        os.close(os.open(first, os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=folder))
    else:
        os.link(first, str(i), src_dir_fd=folder, dst_dir_fd=folder)
PYTHON
chmod 700 "$scratch/many"
for place in "etc/cni/net.d/many may=cni.files error=${of_owners#,}" "etc/kubernetes/pki/many may=pki.* error=1.1.20,1.1.21"; do
  read -r path may error <<<"$place"
  replace "$path"
  mv "$scratch/many" "$root/$path"
  judge "$path: 200 000 entries" "$may" "$error"
  mv "$root/$path" "$scratch/many"
  restore
done

# ---- a pattern that would take for ever on what the node says ----

cp -r benchmarks "$scratch/benchmarks"
chmod -R go-w "$scratch/benchmarks"
python3 - "$scratch/benchmarks/cis-kubernetes/kubelet.yaml" <<'PYTHON'
import sys
path = sys.argv[1]
with open(path, encoding="utf-8") as file:
    text = file.read()
old = "        expect: {setting: kubelet.authentication.x509.clientCAFile, set: true}\n"
assert text.count(old) == 1
new = '        expect: {setting: kubelet.clusterDomain, matches: "^(([a-z])+.)+[A-Z]([a-z])+$"}\n'
with open(path, "w", encoding="utf-8") as file:
    file.write(text.replace(old, new))
PYTHON
settle
"$tool" check --root "$root" --benchmarks "$scratch/benchmarks" --report json="$base"
edit var/lib/kubelet/config.yaml "s/^clusterDomain: .*/clusterDomain: $(head -c 5000 /dev/zero | tr '\0' a)/"
judge 'an exploding pattern' error=4.2.3 -- --benchmarks "$scratch/benchmarks"
restore
settle
finish
