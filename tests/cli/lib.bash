# Sourced by the command line tests: a scratch folder, unpacked nodes, and assertions that print what they saw.
# shellcheck shell=bash disable=SC2034 # what the scripts use
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
tool=${PLUMBLINE:-$PWD/build/plumbline}
scratch=$(mktemp -d)
trap 'chmod -R u+rwX "$scratch" 2>/dev/null; rm -rf "$scratch"' EXIT
passed=0
failed=0

ok() { passed=$((passed + 1)); }
bad() { # bad WHAT [SEEN...]
  failed=$((failed + 1))
  printf 'FAILED: %s\n' "$1"
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@"
}

# run COMMAND...: leaves $status, $out and $err
run() {
  "$@" >"$scratch/out" 2>"$scratch/err"
  status=$?
  out=$(cat "$scratch/out")
  err=$(cat "$scratch/err")
}

expect_status() { if [ "$status" -eq "$1" ]; then ok; else bad "$2: exit $status, not $1" "$err"; fi; }
expect_out() { if [[ $out == *"$1"* ]]; then ok; else bad "$2: output lacks '$1'" "${out:0:2000}"; fi; }
expect_no_out() { if [[ $out != *"$1"* ]]; then ok; else bad "$2: output has '$1'"; fi; }
expect_err() { if [[ $err == *"$1"* ]]; then ok; else bad "$2: standard error lacks '$1'" "$err"; fi; }
expect_equal() { if [ "$1" = "$2" ]; then ok; else bad "$3" "$1" "not: $2"; fi; }

# node NAME: unpack a captured node afresh; prints its root
node() {
  local root=$scratch/$1.$RANDOM
  mkdir -p "$root"
  if [ "$(id -u)" -eq 0 ]; then tar --numeric-owner -xpzf "tests/nodes/$1.tar.gz" -C "$root"; else tar -xzf "tests/nodes/$1.tar.gz" -C "$root"; fi
  echo "$root"
}

# told EXPRESSION: of Python, about the facts f in $scratch/facts
told() { python3 -IS -c "import json, sys; f = json.load(open(sys.argv[1])); print($1)" "$scratch/facts"; }

# verdict FILE ID: of a JSON report; ids of all benchmarks
verdict() {
  python3 -c '
import json, sys
for b in json.load(open(sys.argv[1]))["benchmarks"]:
    for r in b["results"]:
        if r["id"] == sys.argv[2]: print(r["verdict"])' "$1" "$2"
}

# verdicts FILE: "benchmark id verdict" lines
verdicts() {
  python3 -c '
import json, sys
for b in json.load(open(sys.argv[1]))["benchmarks"]:
    for r in b["results"]: print(b["id"], r["id"], r["verdict"], r["reason"])' "$1"
}

leave_out() { # leave_out WHY: the whole test
  echo "left out: $(basename "$0" .sh): $1"
  echo "$(basename "$0" .sh): 0 passed, 0 failed"
  exit 0
}

finish() {
  echo "$(basename "$0" .sh): $passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}
