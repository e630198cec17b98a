#!/bin/sh
# Every test there is, part by part, with the sum at the end: "N passed, N failed". Run by `make test`, and with `ship` by `make test-ship`:
# what people get and where they run it. PL_SUMS names a file to which the sum is added, for who runs both.
# A part prints check's summary line or "N passed, N failed"; one that prints neither, or exits badly without a failed test, counts as one failure.
# The ends of failed parts are shown once more before the sum.
set -u
cd "$(dirname "$0")/.." || exit 1
passed=0
failed=0
log=$(mktemp)
bad_parts=$(mktemp) # the ends of what failed, shown once more before the sum
trap 'rm -f "$log" "$bad_parts"' EXIT

part() { # part NAME COMMAND...
  name=$1
  shift
  echo "== $name"
  "$@" >"$log" 2>&1
  status=$?
  cat "$log"
  sums=$(sed -nE 's/^[0-9]+%: Checks: ([0-9]+), Failures: ([0-9]+), Errors: ([0-9]+)$/\1 \2 \3/p; s/^([A-Za-z-]+: )?([0-9]+) passed, ([0-9]+) failed.*$/\2 \3/p' "$log" | tail -n 1)
  # shellcheck disable=SC2086 # two or three numbers
  set -- $sums
  case $# in
  3)
    passed=$((passed + $1 - $2 - $3))
    bad=$(($2 + $3))
    ;;
  2)
    passed=$((passed + $1))
    bad=$2
    ;;
  *) bad=1 ;;
  esac
  if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  [ "$bad" -eq 0 ] || {
    echo "-- $name: FAILED (exit $status)"
    { echo "-- $name failed (exit $status):" && tail -n 12 "$log"; } >>"$bad_parts"
  }
  failed=$((failed + bad))
}

parts_test() {
  part unit build/unit
  for script in tests/cli/*.sh; do
    [ -e "$script" ] && part "$script" "$script"
  done
  for script in tests/nodes/*.py tests/mutations/*.py; do
    [ -e "$script" ] && part "$script" python3 "$script"
  done
}

parts_ship() {
  for script in tests/ship/*.sh; do
    [ -e "$script" ] && part "$script" "$script"
  done
}

CK_TIMEOUT_MULTIPLIER=10 # a busy machine is no failure
export CK_TIMEOUT_MULTIPLIER
"parts_${1:-test}"
cat "$bad_parts"
echo "$passed passed, $failed failed"
[ -z "${PL_SUMS:-}" ] || echo "$passed passed, $failed failed" >>"$PL_SUMS"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
