#!/bin/bash
# The static binaries, for this machine and for arm64: one file that needs nothing beside it and comes to the same verdicts as build/plumbline.
# shellcheck source=tests/ship/lib.bash
. "$(dirname "$0")/lib.bash"
native=build/static/plumbline
arm64=build/static-arm64/plumbline

for binary in "$native" "$arm64"; do
  headers=$(readelf -W -l -d "$binary")
  if [[ $headers == *INTERP* || $headers == *NEEDED* ]]; then bad "$binary needs other files" "$headers"; else ok; fi
  if [[ $headers == *"Entry point"* && $headers == *"DYN ("* ]]; then ok; else bad "$binary is not position-independent" "$headers"; fi
  size=$(stat -c %s "$binary")
  if [ "$size" -le $((4 << 20)) ]; then ok; else bad "$binary is larger than 4 MiB: $size"; fi
  if readelf -W -S "$binary" | grep -q '\.symtab\|\.debug_'; then bad "$binary is not stripped"; else ok; fi
  if grep -qF "$PWD" "$binary"; then bad "$binary holds the path of the folder it was built in"; else ok; fi
done
if [[ $(readelf -h "$arm64") == *AArch64* ]]; then ok; else bad "$arm64 is for another machine" "$(readelf -h "$arm64")"; fi

# Starting it costs no more than starting the dynamic one; what that is in time is measured by make bench.
calls() { # calls BINARY: system calls until it has told its version
  strace -f -c -o "$scratch/calls" "$1" version >/dev/null && awk '$NF == "total" { print $4 }' "$scratch/calls"
}
if [ "$(calls "$native")" -le "$(calls "$tool")" ]; then ok; else bad "$native starts with more system calls than $tool"; fi

for name in kubeadm-stock kubeadm-hardened; do
  root=$(node $name)
  results "$tool" check --root "$root" >"$scratch/dynamic"
  results "$native" check --root "$root" >"$scratch/native"
  same "$scratch/dynamic" "$scratch/native" "$name by the static binary"
  results qemu-aarch64-static "$arm64" check --root "$root" >"$scratch/arm64"
  same "$scratch/dynamic" "$scratch/arm64" "$name by the binary for arm64"
  for format in text junit; do
    plain "$tool" check --root "$root" --report $format >"$scratch/dynamic"
    plain "$native" check --root "$root" --report $format >"$scratch/native"
    same "$scratch/dynamic" "$scratch/native" "$name as $format by the static binary"
    # The header tells how the kernel confines a run, which qemu cannot.
    plain "$tool" check --root "$root" --confine off --report $format >"$scratch/dynamic"
    plain qemu-aarch64-static "$arm64" check --root "$root" --confine off --report $format >"$scratch/arm64"
    same "$scratch/dynamic" "$scratch/arm64" "$name as $format by the binary for arm64"
  done
done

# In a root that holds nothing but the binary and the node: without a proc it cannot know that owners are the ones of the node, and says so.
# shellcheck disable=SC2016,SC2317 # expanded inside; called through run and results
apart() { # apart ROOT COMMAND...: the root with a proc of its own, as a container's has one
  unshare --mount --propagation private sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$@"
}

if [ "$(id -u)" -eq 0 ]; then
  alone=$scratch/alone
  mkdir "$alone"
  cp "$native" "$alone/plumbline"
  root=$(node kubeadm-stock)
  mv "$root" "$alone/host"
  results "$tool" check --root "$alone/host" >"$scratch/dynamic"
  chroot "$alone" /plumbline check --root /host --report json >"$scratch/bare"
  expect_equal "$(ls "$alone")" "$(printf 'host\nplumbline')" "something was left beside the binary"
  "$tool" check --root "$alone/host" --report json >"$scratch/whole"
  verdicts "$scratch/whole" >"$scratch/whole.verdicts"
  verdicts "$scratch/bare" >"$scratch/bare.verdicts"
  run diff --changed-group-format='%>' --unchanged-group-format= "$scratch/whole.verdicts" "$scratch/bare.verdicts"
  expect_equal "$(grep -vc ' error .*owners cannot be told' <<<"$out")" 0 "without a proc more than owners is different"
  expect_equal "$(wc -l <"$scratch/bare.verdicts")" "$(wc -l <"$scratch/whole.verdicts")" "without a proc as many controls"
  mkdir "$alone/proc"
  if run apart "$alone" /plumbline version && [ "$status" -eq 0 ]; then
    results apart "$alone" /plumbline check --root /host >"$scratch/native"
    same "$scratch/dynamic" "$scratch/native" "in an empty root with a proc"
  else
    echo "left out: no proc can be mounted here: $err"
  fi
else
  echo "left out: chroot needs root"
fi
finish
