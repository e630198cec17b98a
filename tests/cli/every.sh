#!/bin/bash
# check --every: round after round, the same verdicts, no memory kept, and a prompt end; and --sonobuoy: report first, then the file that names it.
# shellcheck source=tests/cli/lib.bash
. "$(dirname "$0")/lib.bash"
stock=$(node kubeadm-stock)

# until COMMAND...: true within a minute
until_true() {
  local tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || return 1
    sleep 0.1
  done
}
rounds() { [ "$(grep -c '^"summary":\|^  "summary":' "$scratch/rounds" 2>/dev/null)" -ge "$1" ]; }
resident() { awk '/^VmRSS:/ {print $2}' "/proc/$1/status"; }

# ends PID WHAT CODE: it ends by itself now
ends() {
  wait "$1"
  expect_equal $? "$3" "$2"
}

"$tool" check --root "$stock" --every 1s --report json >"$scratch/rounds" 2>"$scratch/err" &
pid=$!
if until_true rounds 2; then ok; else bad 'a second round' "$(head -c 300 "$scratch/rounds")"; fi
early=$(resident $pid)
open=$(ls "/proc/$pid/fd")
if until_true rounds 6; then ok; else bad 'a sixth round'; fi
late=$(resident $pid)
if [ $((late - early)) -le 256 ]; then ok; else bad "memory grows: $early KiB after two rounds, $late after six"; fi
expect_equal "$(ls "/proc/$pid/task")" $pid 'between rounds there is one thread'
expect_equal "$(ls "/proc/$pid/fd")" "$open" 'no round leaves a descriptor'
kill -TERM $pid
ends $pid 'SIGTERM ends it with the exit code of the last round' 1
expect_equal "$(cat "$scratch/err")" '' 'nothing to tell'
python3 - "$scratch/rounds" >"$scratch/verdicts" <<'PYTHON'
import json, sys
text, at, seen = open(sys.argv[1]).read(), 0, []
while text[at:].strip():
    report, at = json.JSONDecoder().raw_decode(text, len(text) - len(text[at:].lstrip()))
    seen.append([(r["id"], r["verdict"], r["reason"]) for b in report["benchmarks"] for r in b["results"]])
print(len(seen) >= 6, all(one == seen[0] for one in seen))
PYTHON
expect_equal "$(cat "$scratch/verdicts")" 'True True' 'each round is a whole report, with the same verdicts'

# 0: once, and then it stays until it is told to end
"$tool" check --root "$stock" --every 0 --exit-zero --report json >"$scratch/rounds" &
pid=$!
if until_true rounds 1; then ok; else bad 'the round of --every 0'; fi
sleep 1
if kill -0 $pid 2>/dev/null && ! rounds 2; then ok; else bad 'it does not stay, or does not rest'; fi
kill -INT $pid
ends $pid 'SIGINT ends it' 0

# as process 1 of a PID namespace, as in a container, where a signal without a handler would be ignored
if [ "$(id -u)" -eq 0 ] && unshare --pid --fork true 2>/dev/null; then
  unshare --pid --fork --kill-child "$tool" check --root "$stock" --every 1h --exit-zero --report json >"$scratch/rounds" &
  pid=$!
  if until_true rounds 1; then ok; else bad 'a round as process 1'; fi
  kill -TERM "$(cat "/proc/$pid/task/$pid/children")"
  ends $pid 'SIGTERM ends process 1' 0
else
  echo 'left out: as process 1 of a PID namespace, which this machine or user may not make'
fi

# a round that cannot be written ends it at once
run "$tool" check --root "$stock" --every 1h --report json=/dev/full
expect_status 4 'a report that cannot be written'
run "$tool" check --root "$stock" --every 1h --only 9.9.9
expect_status 2 'a selection that selects nothing'

# Sonobuoy's worker waits for "done", then sends the file whose path it holds
mkdir "$scratch/results"
run "$tool" check --root "$stock" --sonobuoy "$scratch/results"
expect_status 1 '--sonobuoy'
expect_equal "$out" '' '--sonobuoy: nothing goes to standard output'
expect_equal "$(cat "$scratch/results/done")" "$scratch/results/plumbline.xml" '"done" holds the path of the report and nothing else'
if xmllint --noout "$scratch/results/plumbline.xml"; then ok; else bad 'the report for Sonobuoy is XML'; fi
expect_equal "$(ls "$scratch/results")" $'done\nplumbline.xml' 'nothing else is in the directory'
rm "$scratch/results"/*
run "$tool" check --root "$stock" --sonobuoy "$scratch/results" --report json=/dev/full
expect_status 4 'a report that cannot be written, for Sonobuoy'
if [ ! -e "$scratch/results/done" ]; then ok; else bad '"done" is there though a report failed'; fi
run "$tool" check --root "$stock" --sonobuoy "$scratch/nowhere"
expect_status 4 '--sonobuoy in no directory'
run "$tool" check --root "$stock" --sonobuoy results
expect_status 2 '--sonobuoy in a relative directory'
strace -f -e trace=rename,renameat,renameat2 -o "$scratch/trace" "$tool" check --root "$stock" --sonobuoy "$scratch/results"
expect_equal "$(grep -oE '[a-z.]+"\) = 0$' "$scratch/trace" | tr '\n' ' ')" 'plumbline.xml") = 0 done") = 0 ' 'the report is there before "done" is'
finish
