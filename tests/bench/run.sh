#!/bin/sh
# What a run costs, against a bare loop that reads the same files (floor.c), on generated nodes of 300 and of 100 000 processes.
# Nodes are made once under build/bench. BENCH_SIZES chooses others.
set -eu
cd "$(dirname "$0")/../.."
work=build/bench

node() { # node COUNT: the captured control plane with COUNT processes in all
  root=$work/node-$1
  if [ ! -e "$root/.made" ]; then
    mkdir -p "$root"
    tar --numeric-owner -xpzf tests/nodes/kubeadm-stock.tar.gz -C "$root"
    have=$(find "$root/proc" -maxdepth 1 -name '[0-9]*' | wc -l)
    build/bench-crowd "$root" $(($1 - have))
    touch "$root/.made"
  fi
  echo "$root"
}

calls() { # system calls of a command
  strace -f -c -q -o "$work/strace" "$@" >/dev/null || [ $? -lt 4 ]
  awk '$NF == "total" { print $4 }' "$work/strace"
}

row() { # row NAME WALL CPU PEAK CALLS
  printf '%-28s %10.2f ms %10.2f ms %10d KiB %10d\n' "$1" "$(echo "$2 / 1000" | bc -l)" "$(echo "$3 / 1000" | bc -l)" "$4" "$5"
}

mkdir -p $work
printf '%-28s %13s %13s %14s %10s\n' '' wall CPU 'peak memory' calls
for size in ${BENCH_SIZES:-300 100000}; do
  root=$(node "$size")
  times=20
  [ "$size" -le 1000 ] || times=3
  build/bench-measure 1 "$PWD/build/bench-floor" "$root" >/dev/null # warm the caches
  # shellcheck disable=SC2046 # three numbers
  set -- $(build/bench-measure $times "$PWD/build/bench-floor" "$root") "$(calls build/bench-floor "$root")"
  row "floor, $size processes" "$1" "$2" "$3" "$4"
  floor="$1 $2 $4"
  # shellcheck disable=SC2046
  set -- $(build/bench-measure $times "$PWD/build/plumbline" check --root "$root" --report json) "$(calls build/plumbline check --root "$root" --report json)"
  row "plumbline, $size processes" "$1" "$2" "$3" "$4"
  echo "$floor $1 $2 $4" | awk '{ printf "%-28s %12.2f x %12.2f x %14s %9.2f x\n", "ratio", $4 / $1, $5 / $2, "", $6 / $3 }'
done
