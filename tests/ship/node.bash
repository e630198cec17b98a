# Sourced after tests/ship/lib.bash by tests that run what is shipped on a whole live node: that of tests/cli/live.bash, with the image of `make image`
# and an SSH server.
# shellcheck shell=bash
# shellcheck source=tests/cli/live.bash
. "$(dirname "${BASH_SOURCE[0]}")/../cli/live.bash"
static=${PLUMBLINE_STATIC:-$PWD/build/static/plumbline}

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
