#!/bin/sh
# What a run costs, against a bare loop that reads the same files (floor.c), on generated nodes of 300 and of 100 000 processes, and with
# 1 000 and 10 000 controls. Best of several runs, floor and plumbline in turns; system calls as strace counts them.
# Measured is the static binary, which is what is handed out; what the dynamic one's start-up costs stands beside.
# Nodes and controls are made once under build/bench: one of 100 000 processes is 300 000 small files (1.5 GB).
# BENCH_SIZES and BENCH_CONTROLS choose other sizes.
set -eu
cd "$(dirname "$0")/../.."
work=build/bench
tool=$PWD/build/static/plumbline
dynamic=$PWD/build/plumbline
floor=$PWD/build/bench-floor

node() { # node COUNT: the captured control plane with COUNT processes in all
  root=$work/node-$1
  if [ ! -e "$root/.made" ]; then
    rm -rf "$root"
    mkdir -p "$root"
    tar --numeric-owner -xpzf tests/nodes/kubeadm-stock.tar.gz -C "$root"
    have=$(find "$root/proc" -maxdepth 1 -name '[0-9]*' | wc -l)
    build/bench-crowd "$root" $(($1 - have))
    touch "$root/.made"
  fi
  echo "$root"
}

controls() { # controls COUNT
  folder=$work/controls-$1
  if [ ! -e "$folder/.made" ]; then
    rm -rf "$folder"
    tests/bench/controls.sh "$folder" "$1"
    touch "$folder/.made"
  fi
  echo "$folder"
}

calls() { # system calls of a command
  strace -f -c -q -o "$work/strace" "$@" >/dev/null || [ $? -lt 4 ]
  awk '$NF == "total" { print $4 }' "$work/strace"
}

row() { # row NAME WALL CPU PEAK CALLS: microseconds, KiB
  echo "$2 $3 $4 $5" | awk -v name="$1" '{ printf "%-32s %10.2f ms %10.2f ms %7.1f MiB %9d\n", name, $1 / 1000, $2 / 1000, $3 / 1024, $4 }'
}

ratio() { # ratio "WALL WALL CPU CPU CALLS CALLS": of the floor, and of plumbline
  echo "$1" | awk '{ printf "%-32s %11.2f x  %11.2f x  %11s %7.2f x\n", "  of the floor", $2 / $1, $4 / $3, "", $6 / $5 }'
}

mkdir -p "$work"
printf '%-32s %13s %13s %11s %9s\n' '' wall CPU 'peak memory' calls
first=
for size in ${BENCH_SIZES:-300 100000}; do
  root=$(node "$size")
  times=30
  [ "$size" -le 1000 ] || times=3
  build/bench-measure 1 "$floor" "$root" >/dev/null # warm the caches
  # shellcheck disable=SC2046 # three numbers each
  set -- $(build/bench-measure $times "$floor" "$root" -- "$tool" check cis-kubernetes --root "$root" --report json -- \
    "$tool" check --root "$root" --report json) "$(calls "$floor" "$root")" \
    "$(calls "$tool" check cis-kubernetes --root "$root" --report json)" "$(calls "$tool" check --root "$root" --report json)"
  row "floor, $size processes" "$1" "$2" "$3" "${10}"
  row "CIS alone, $size processes" "$4" "$5" "$6" "${11}"
  ratio "$1 $4 $2 $5 ${10} ${11}"
  row "both benchmarks" "$7" "$8" "$9" "${12}"
  ratio "$1 $7 $2 $8 ${10} ${12}"
  if [ -n "$first" ]; then
    echo "$first $size $1 $7 $9" | awk '{ printf "%-32s floor %.2f us, plumbline %.2f us, %.0f bytes\n", "  each process more costs",
      ($6 - $2) / ($5 - $1), ($7 - $3) / ($5 - $1), ($8 - $4) * 1024 / ($5 - $1) }'
  fi
  first="$size $1 $7 $9"
done

root=$(node 300)
# shellcheck disable=SC2046
set -- $(build/bench-measure 100 "$tool" version -- "$dynamic" version) "$(calls "$tool" version)" "$(calls "$dynamic" version)"
row "plumbline version (no node)" "$1" "$2" "$3" "$7"
row "the same, linked dynamically" "$4" "$5" "$6" "$8"
echo "$1 $2 $3 $4 $5 $6 $7 $8" | awk '{ printf "%-32s %11.2f x  %11.2f x  %7.2f x   %7.2f x\n", "  static / dynamic", $1 / $4, $2 / $5, $3 / $6, $7 / $8 }'
first=
for count in ${BENCH_CONTROLS:-1000 10000}; do
  folder=$(controls "$count")
  # shellcheck disable=SC2046
  set -- $(build/bench-measure 3 "$tool" check --root "$root" --unsafe-benchmarks --benchmarks "$folder" --report json)
  row "plumbline, $count controls" "$1" "$2" "$3" "$(calls "$tool" check --root "$root" --unsafe-benchmarks --benchmarks "$folder" --report json)"
  if [ -n "$first" ]; then
    echo "$first $count $1 $3" | awk '{ printf "%-32s %.2f us, %.0f bytes\n", "  each control more costs", ($5 - $2) / ($4 - $1), ($6 - $3) * 1024 / ($4 - $1) }'
  fi
  first="$count $1 $3"
done
