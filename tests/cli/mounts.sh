#!/bin/bash
# Network and fuse mounts: a dead server hangs whoever looks, so nothing at or below one is opened or even stat-ed; what lies there is ERROR.
# shellcheck source=tests/cli/hostile.bash
. "$(dirname "$0")/hostile.bash"
begin kubeadm-stock
manifests=kube-apiserver.manifest,kube-controller-manager.manifest,kube-scheduler.manifest,etcd.manifest
traced=false
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then traced=true; else echo 'left out: what is opened below a mount, which needs strace'; fi

# mount TYPE POINT: the node says that it is mounted there
mount_there() {
  { cat "$root/proc/1/mountinfo" && echo "9999 27 0:999 / /$2 rw,relatime shared:999 - $1 server:/export rw"; } >"$scratch/mountinfo"
  put proc/1/mountinfo "$scratch/mountinfo"
}

# touched POINT: calls of a traced run that name the place or anything below it, also by name from its open parent
touched() {
  local point=$1 parent name
  strace -f -y -s 4096 -e trace=%file,%desc -o "$scratch/trace" "$tool" check --root "$root" >/dev/null 2>&1
  parent=$(dirname "/$point")
  name=$(basename "$point")
  grep -vE '^[0-9]+ +(read|pread64|write|writev|getdents64)\(' "$scratch/trace" |
    grep -m 3 -E -e "\"/?${point}[\"/]" -e "$root/${point}[>/\"]" -e "$root${parent%/}>, \"${name}[\"/]"
}

untouched() { # untouched POINT WHAT
  local seen
  $traced || return 0
  seen=$(touched "$1")
  if [ -z "$seen" ]; then ok; else bad "$2: touched" "$seen"; fi
}

# attack TYPE POINT ID WORDS...: ID's reason names the mount
attack() {
  local type=$1 point=$2 id=$3
  mount_there "$type" "$point"
  judge "$type on $point" "${@:4}"
  expect_reason "$id" "on $type mount" "$type on $point"
  untouched "$point" "$type on $point"
  restore
}

kubelet_settings=4.2.1,4.2.2,4.2.3,4.2.4,4.2.5,4.2.6,4.2.8,4.2.9,4.2.10
attack nfs4 var/lib/kubelet 4.2.1 may="kubelet.*,kube-proxy.*,$manifests" error=1.1.1,4.1.9,4.1.10,4.3.1,$kubelet_settings
attack fuse.sshfs etc/kubernetes/pki 1.1.19 may=kubelet.client-ca error=1.1.19,1.1.20,1.1.21,2.7,4.1.7,4.1.8
attack autofs etc/kubernetes 1.1.13 may="$manifests,kube-apiserver.*,kube-scheduler.*,kube-controller-manager.*,kubelet.*,etcd.*" \
  error=1.1.1,1.1.13,1.1.14,1.1.15,1.1.17,1.1.19,1.1.20,1.1.21,4.1.5,4.1.7
attack cifs var/lib/etcd 1.1.11 may=etcd.data-dir error=1.1.11,1.1.12
if $as_root; then # else the owners of other files fail whatever is there
  attack ceph etc/cni/net.d 1.1.10 may=cni.files error=1.1.10
  attack 9p usr/lib/systemd/system/kubelet.service.d 4.1.2 may=kubelet.unit error=4.1.2
else
  echo 'left out: mounts among files whose owners are judged, which need root'
fi
attack nfs etc/kubernetes/pki/ca.crt 4.1.7 may=pki.* error=2.7,4.1.7,4.1.8

# A link into a mount is not followed.
replace etc/kubernetes/kubelet.conf
mkdir -p "$root/mnt/share"
cp "$aside/0" "$root/mnt/share/kubelet.conf"
ln -s ../../mnt/share/kubelet.conf "$root/etc/kubernetes/kubelet.conf"
mount_there nfs mnt/share
judge 'a link into a mount' error=4.1.5,4.1.6
expect_reason 4.1.5 'on nfs mount' 'a link into a mount'
untouched mnt/share 'a link into a mount'
restore

# The node's own disk under another name is no such mount.
mount_there ext4 var/lib/kubelet
judge 'a local mount'
if $traced && [ -z "$(touched var/lib/kubelet)" ]; then bad 'the trace shows nothing of a local mount either'; else ok; fi
restore
mount_there nfs var/lib/kubelet-other
judge 'a mount whose name begins the same'
restore
settle

# ---- ten thousand mounts cost ten thousand times one ----

# crowd COUNT KIND: that many more, volumes of pods or containers of a runtime
crowd() {
  {
    cat "$root/proc/1/mountinfo"
    seq "$1" | awk -v kind="$2" '{
      if (kind == "volumes")
        printf "%d 27 8:1 / /var/lib/kubelet/pods/%08d-0000-4000-8000-000000000001/volumes/kubernetes.io~local-volume/pv-%d rw - ext4 /dev/sda1 rw\n",
          10000 + $1, $1, $1
      else
        printf "%d 27 0:%d / /run/containerd/io.containerd.runtime.v2.task/k8s.io/%064d/rootfs rw - overlay overlay rw,upperdir=/u/%d\n",
          10000 + $1, 100 + $1, $1, $1
    }'
  } >"$scratch/mountinfo"
  put proc/1/mountinfo "$scratch/mountinfo"
}
# shellcheck disable=SC2317 # what linear calls
judge_it() { "$@" "$tool" check --root "$root" --confine off --report json="$scratch/crowd.json" >/dev/null 2>&1; }
# shellcheck disable=SC2317
calls() {
  judge_it strace -f -c -q -o "$scratch/calls"
  awk '$NF == "total" {print $4}' "$scratch/calls"
}
# shellcheck disable=SC2317
instructions() {
  judge_it valgrind --tool=callgrind --callgrind-out-file="$scratch/callgrind"
  awk '/^(summary|totals):/ {print $2; exit}' "$scratch/callgrind"
}
# linear WHAT COUNTER: for each kind, the second five thousand cost what the first did, or a quarter more
linear() {
  local kind count costs
  for kind in volumes containers; do
    costs=()
    for count in 0 5000 10000; do
      crowd $count $kind
      costs+=("$("$2")")
      restore
    done
    if [ "${costs[0]}" -gt 1000 ] && [ $(((costs[2] - costs[1]) * 4)) -le $(((costs[1] - costs[0]) * 5 + 200)) ]; then
      ok
    else
      bad "$1 with 0, 5000 and 10000 $kind" "${costs[*]}"
    fi
  done
}
if $traced; then linear 'system calls' calls; fi
if command -v valgrind >/dev/null; then linear instructions instructions; else echo 'left out: instructions for 10 000 mounts, which need valgrind'; fi

# ---- real ones, that nobody serves: whoever looks, hangs ----

dead=$PWD/tests/cli/dead_fuse.py
# in_namespaces COMMAND...: with mounts and processes of their own, which end with it
in_namespaces() { unshare --mount --pid --fork --kill-child --mount-proc --propagation private "$@"; }
if ! $as_root || ! in_namespaces python3 "$dead" /mnt true 2>/dev/null; then
  echo 'left out: a mount that hangs, which needs root, namespaces and fuse'
  finish
fi

begin kubeadm-stock
rm -rf "$root/proc"
mkdir "$root/proc"
cp /bin/sleep "$scratch/kubelet" # a kubelet among the processes makes them the node's
# shellcheck disable=SC2016 # the inner shells expand
in_namespaces bash -c '
  mount -t proc proc "$1/proc"
  "$5" 60 &
  exec python3 "$2" "$1/usr/lib/systemd/system/kubelet.service.d" timeout -k 1 10 "$3" check --root "$1" --report json="$4"' \
  - "$root" "$dead" "$tool" "$scratch/hung.json" "$scratch/kubelet"
code=$?
if [ $code -eq 1 ] || [ $code -eq 3 ]; then ok; else bad "a dead mount in the node: exit $code"; fi
seen=$(verdicts "$scratch/hung.json" | grep ' 4.1.2 ')
if [[ $seen == *'error'*'on fuse mount'* ]]; then ok; else bad 'a dead mount in the node' "$seen"; fi

# An etcd in a container, over whose files such a file system is mounted, in its mount namespace only.
mkdir "$scratch/container"
# shellcheck disable=SC2016 # the inner shells expand
in_namespaces bash -c '
  cd "$1"
  unshare --mount --propagation private sh -ec "
    mount -t tmpfs tmpfs .
    cd \"\$PWD\"
    mkdir -p usr etc/etcd tmp
    mount --rbind /usr usr
    for link in bin lib lib64; do ln -s usr/\$link \$link; done
    printf \"listen-client-urls: unix://c:1\\ndata-dir: /tmp/data\\nlisten-peer-urls: unix://p:1\\n\" >etc/etcd/etcd.yaml
    exec chroot . /usr/bin/etcd --config-file=/etc/etcd/etcd.yaml" >"$1.log" 2>&1 &
  for _ in {1..100}; do if grep -qs "^etcd$" /proc/$!/comm; then break; fi; sleep 0.1; done
  sleep 0.3
  "$2" check --only 2 --report json="$1.before"
  nsenter --mount=/proc/$!/ns/mnt python3 "$3" "$1/etc/etcd" sleep 60 &
  for _ in {1..100}; do if grep -qs " fuse " "/proc/$!/mountinfo"; then break; fi; sleep 0.1; done
  timeout -k 1 10 "$2" check --only 2 --report json="$1.after"
' - "$scratch/container" "$tool" "$dead"
code=$?
if [ $code -eq 1 ] || [ $code -eq 3 ]; then ok; else bad "a dead mount in a container: exit $code" "$(tail -n 3 "$scratch/container.log")"; fi
seen=$(verdicts "$scratch/container.before" | grep ' 2.2 ')
if [[ $seen == *'fail'*'/etc/etcd/etcd.yaml in the container'* ]]; then ok; else bad 'a container whose files can be read' "$seen"; fi
seen=$(verdicts "$scratch/container.after" | grep ' 2.2 ')
if [[ $seen == *'error'*'on fuse mount'* ]]; then ok; else bad 'a dead mount in a container' "$seen"; fi
finish
