# Sourced after tests/cli/lib.bash by tests that need a whole live node: this machine in namespaces of its own, dressed as a kubeadm control
# plane. `enter_node "$@"` runs the script again inside; what it starts there ends with it, and nothing of the machine is changed.
# What the machine itself keeps (loop devices, swap), a test takes back in a function clear_up, which is called outside.
# shellcheck shell=bash
clear_up() { :; }

enter_node() {
  if [ -z "${PLUMBLINE_NODE:-}" ]; then
    [ "$(id -u)" -eq 0 ] || leave_out 'it needs root'
    unshare --mount --pid --net --uts --fork --mount-proc true 2>"$scratch/err" || leave_out "this machine lets nobody make namespaces: $(cat "$scratch/err")"
    trap 'clear_up; chmod -R u+rwX "$scratch" 2>/dev/null; rm -rf "$scratch"' EXIT
    PLUMBLINE_NODE=$scratch unshare --mount --pid --net --uts --fork --mount-proc --kill-child --propagation slave "$0" "$@"
    local status=$?
    find /sys/fs/cgroup -depth -type d -path "*plumbline-test-${scratch##*/}*" -exec rmdir {} + 2>/dev/null
    exit $status
  fi
  # What mounts there are ends with the namespace; the one who made it clears up.
  trap - EXIT
  rmdir "$scratch"
  scratch=$PLUMBLINE_NODE
  mount --make-rshared / # as systemd leaves a machine
  mount -t tmpfs run /run
  ip link set lo up
  hostname plumbline-node
  dress_node
  start_components
}

# The files of a captured node lie over those of this machine.
dress_node() {
  captured=$(node kubeadm-stock)
  local dress=$scratch/dress
  mkdir -p "$dress/etc" "$dress/lib/kubelet" "$dress/lib/cni"
  cp -a "$captured"/etc/kubernetes "$captured"/etc/cni "$dress/etc/"
  cp -a "$captured"/var/lib/kubelet/. "$dress/lib/kubelet/"
  mount -t overlay overlay -o "lowerdir=$dress/etc:/etc" /etc
  mount -t overlay overlay -o "lowerdir=$dress/lib:/var/lib" /var/lib
}

# Processes with the captured ones' names and arguments, which do nothing.
start_components() {
  cc -O1 -static -o "$scratch/idle" -x c - <<<'#include <unistd.h>
int main(void) { for (;;) pause(); }'
  local pid name words
  mkdir "$scratch/components"
  for pid in "$captured"/proc/[0-9]*; do
    mapfile -d '' -t words <"$pid/cmdline"
    name=${words[0]:-none}
    name=${name##*/}
    case $name in kubelet | kube-apiserver | kube-controller-manager | kube-scheduler | etcd) ;; *) continue ;; esac
    cp "$scratch/idle" "$scratch/components/$name"
    "$scratch/components/$name" "${words[@]:1}" >/dev/null 2>&1 </dev/null &
  done
}

# start_containerd own|cri: a containerd of our own, $ctr is a client of it; with "cri" one that a kubelet could use, whose state is where it is by
# default and whose pods have a network
start_containerd() {
  local at=$scratch/containerd state=$scratch/containerd/state cri='"io.containerd.grpc.v1.cri", ' tries=0
  mkdir "$at"
  [ "$1" = own ] || state=/run/containerd cri=
  cat >"$at/config.toml" <<CONFIG
version = 2
root = "$at/root"
state = "$state"
disabled_plugins = [$cri"io.containerd.internal.v1.opt"]
[grpc]
address = "$at/socket"
[ttrpc]
address = "$at/ttrpc"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "localhost/idle:1"
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "native"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "$at/cni"
CONFIG
  mkdir "$at/cni"
  mount -t tmpfs cni /var/lib/cni
  echo '{"cniVersion": "0.4.0", "name": "pods", "type": "ptp", "ipam": {"type": "host-local", "subnet": "10.244.0.0/24", "dataDir": "'"$at/addresses"'"}}' \
    >"$at/cni/10-pods.conf"
  containerd --config "$at/config.toml" >"$at/log" 2>&1 </dev/null &
  ctr="ctr --address $at/socket"
  until $ctr version >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || return 1
    sleep 0.1
  done
}
