# Sourced after tests/cli/lib.bash by tests that need a whole live node: this machine in namespaces of its own, dressed as a kubeadm control
# plane. `enter_node "$@"` runs the script again inside; what it starts there ends with it, and nothing of the machine is changed.
# shellcheck shell=bash
static=${PLUMBLINE_STATIC:-$PWD/build/static/plumbline}

leave_out() { # leave_out WHY: the whole test
  echo "left out: $(basename "$0" .sh): $1"
  echo "$(basename "$0" .sh): 1 passed, 0 failed"
  exit 0
}

enter_node() {
  if [ -z "${PLUMBLINE_NODE:-}" ]; then
    [ "$(id -u)" -eq 0 ] || leave_out 'it needs root'
    unshare --mount --pid --net --uts --fork --mount-proc true 2>"$scratch/err" || leave_out "this machine lets nobody make namespaces: $(cat "$scratch/err")"
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
  mkdir -p "$dress/etc" "$dress/lib/kubelet"
  cp -a "$captured"/etc/kubernetes "$captured"/etc/cni "$dress/etc/"
  cp -a "$captured"/var/lib/kubelet/. "$dress/lib/kubelet/"
  mount -t overlay overlay -o "lowerdir=$dress/etc:/etc" /etc
  mount -t overlay overlay -o "lowerdir=$dress/lib:/var/lib" /var/lib
}

# Processes with the captured ones' names and arguments, which do nothing.
start_components() {
  cc -O1 -o "$scratch/idle" -x c - <<<'#include <unistd.h>
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

# start_containerd: a containerd of our own with the image; $ctr is a client of it
start_containerd() {
  local at=$scratch/containerd tries=0
  mkdir "$at"
  cat >"$at/config.toml" <<CONFIG
version = 2
root = "$at/root"
state = "$at/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
address = "$at/socket"
[ttrpc]
address = "$at/ttrpc"
CONFIG
  containerd --config "$at/config.toml" >"$at/log" 2>&1 </dev/null &
  ctr="ctr --address $at/socket"
  until $ctr version >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || return 1
    sleep 0.1
  done
}

# load_image: that of `make image`, its files at $image_root, and in $base_spec what containerd gives a container that has its default
# seccomp profile
load_image() {
  image=localhost/plumbline:$("$static" version | sed -n 's/^plumbline //p')
  image_root=$scratch/image
  base_spec=$scratch/base.json
  mkdir "$image_root"
  $ctr images import "${PLUMBLINE_IMAGE:-$PWD/build/plumbline-image.tar}" >/dev/null &&
    $ctr images mount --rw "$image" "$image_root" >/dev/null &&
    $ctr containers create --snapshotter native --seccomp "$image" base &&
    $ctr containers info --spec base >"$base_spec" && $ctr containers rm base
}

# container NAME [OPTION...]: runs $scratch/NAME.json
container() {
  local name=$1
  shift
  $ctr run --runc-root "$scratch/runc" "$@" --config "$scratch/$name.json" "$name"
}

# spec NAME MANIFEST: the OCI spec of that manifest's pod, as the kubelet and containerd would have it
spec() {
  mkdir -p "$scratch/$1.volumes"
  /usr/bin/python3 -B tests/ship/oci_spec.py "$base_spec" "$image_root" "$scratch/$1.volumes" <"$2" >"$scratch/$1.json"
}

# start_sshd: one of our own on the loopback; "ssh" and "root@cp-1" reach it with a key of our own
start_sshd() {
  local at=$scratch/ssh tries=0
  mkdir "$at" "$scratch/bin"
  mkdir -p /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f "$at/host" && ssh-keygen -q -t ed25519 -N '' -f "$at/key" || return 1
  cp "$at/key.pub" "$at/authorized"
  cat >"$at/sshd_config" <<CONFIG
ListenAddress 127.0.0.1:22
HostKey $at/host
AuthorizedKeysFile $at/authorized
PermitRootLogin prohibit-password
PasswordAuthentication no
StrictModes no
UsePAM no
PidFile none
CONFIG
  echo "127.0.0.1 $(cut -d' ' -f1,2 "$at/host.pub")" >"$at/known"
  cat >"$at/config" <<CONFIG
Host *
  HostName 127.0.0.1
  IdentityFile $at/key
  IdentitiesOnly yes
  UserKnownHostsFile $at/known
  HostKeyAlias 127.0.0.1
  BatchMode yes
CONFIG
  printf '#!/bin/sh\nexec %s -F %s "$@"\n' "$(command -v ssh)" "$at/config" >"$scratch/bin/ssh"
  chmod +x "$scratch/bin/ssh"
  PATH=$scratch/bin:$PATH
  /usr/sbin/sshd -f "$at/sshd_config" -E "$at/log"
  until ssh root@cp-1 true 2>"$scratch/err"; do
    tries=$((tries + 1))
    [ $tries -lt 50 ] || return 1
    sleep 0.1
  done
}
