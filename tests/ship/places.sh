#!/bin/bash
# One node, judged in each of the ways in which people do it: here by --root, from a pod, over SSH, and elsewhere by its facts. And what becomes
# of the way over SSH when it is cut off.
# shellcheck source=tests/ship/lib.bash
. "$(dirname "$0")/lib.bash"
# shellcheck source=tests/ship/node.bash
. tests/ship/node.bash
enter_node "$@"
start_sshd || leave_out "sshd does not start here: $(tail -n 3 "$scratch/err" "$scratch/ssh/log")"
mapfile -t lines < <(sed -n 's/^    \(ssh root@cp-1 .*\)/\1/p' README.md)
expect_equal ${#lines[@]} 2 'the README has two lines for SSH'

# by README LINE REPORT: that line, with the report as JSON into a file
by_line() {
  local line=${1/--report junit=cp-1.xml/--report json=$2}
  line=${line/--report junit/--report json}
  bash -c "${line/>cp-1.xml/>$2}" 2>"$scratch/err"
}
left_behind() { find /root -maxdepth 1 -name '.plumbline.*'; }
reports() { # reports NAME: what it says of each control
  verdicts "$scratch/$1.report" >"$scratch/$1.verdicts"
}

"$tool" check --root / --report json="$scratch/root.report"
expect_equal $? 1 'by --root'
by_line "${lines[0]}" "$scratch/ssh.report"
expect_equal $? 1 'over SSH: the exit code survives'
expect_equal "$(cat "$scratch/err")" '' 'over SSH: nothing to tell'
by_line "${lines[1]}" "$scratch/facts.report"
expect_equal $? 1 'by facts from over SSH: the exit code'
expect_equal "$(left_behind)" '' 'no file is left there'
reports root
if [ "$(grep -c ' \(pass\|fail\) ' "$scratch/root.verdicts")" -gt 60 ]; then ok; else bad 'the node shows much to judge' "$(wc -l <"$scratch/root.verdicts")"; fi
for way in ssh facts; do
  reports $way
  same "$scratch/root.verdicts" "$scratch/$way.verdicts" "the same by --root and by $way"
done
# again and again in one process, where each round must see the processes although the one before was confined
"$tool" check --every 1s --report json >"$scratch/rounds" &
pid=$!
for _ in $(seq 300); do
  [ "$(grep -c '^  "summary"' "$scratch/rounds")" -lt 2 ] || break
  sleep 0.1
done
kill -TERM $pid
wait $pid
/usr/bin/python3 -c '
import json, sys
text = open(sys.argv[1]).read()
first, at = json.JSONDecoder().raw_decode(text)
json.dump(json.JSONDecoder().raw_decode(text[at:].lstrip())[0], open(sys.argv[2], "w"))' "$scratch/rounds" "$scratch/second.report"
reports second
same "$scratch/root.verdicts" "$scratch/second.verdicts" 'the same in a second round'

if start_containerd own && load_image; then
  "$tool" manifest job --report json --network >"$scratch/job.yaml"
  spec job "$scratch/job.yaml"
  if container job --rm >"$scratch/job.report" 2>"$scratch/err"; then
    # containerd was not there before
    "$tool" check --root / --report json="$scratch/root.report"
    reports root
    reports job
    same "$scratch/root.verdicts" "$scratch/job.verdicts" 'the same by --root and from a pod'
  else
    echo "left out: the same from a pod: runc starts no container here: $(head -c 300 "$scratch/err")"
  fi
else
  echo "left out: the same from a pod: containerd does not start here: $(tail -n 3 "$scratch/containerd/log")"
fi

# other exit codes
lines=("${lines[@]/>cp-1.xml/>\/dev\/null}")
line=${lines[0]/\/proc\/self\/fd\/4 --report junit/\/proc\/self\/fd\/4}
for pair in '2:--no-such-option' '0:--exit-zero' '0:--only 4.2.1' '2:--only 9.9.9'; do
  bash -c "${line/fd\/4\'/fd\/4 ${pair#*:}\'}" 2>/dev/null
  expect_equal $? "${pair%%:*}" "over SSH: ${pair#*:}"
done
bash -c "${lines[0]/\~/\/nonexistent}" 2>/dev/null
expect_equal $? 4 'over SSH: no place for the file'
bash -c "${lines[0]/fd\/4 --report junit/fd\/4 --report junit >\/dev\/full}" 2>/dev/null
expect_equal $? 4 'over SSH: a report that cannot be written'

# cut off while the binary is on its way: half of it, then nothing; then the client is killed
mkfifo "$scratch/half"
command=${lines[0]#ssh root@cp-1 \'}
# shellcheck disable=SC2029 # it is all to be expanded there
ssh root@cp-1 "${command%%\' <*}" <"$scratch/half" >/dev/null 2>&1 &
client=$!
exec 5>"$scratch/half"
head -c 1000000 "$static" >&5
for _ in $(seq 100); do
  pgrep -x cat >/dev/null && break # of this PID namespace
  sleep 0.1
done
expect_equal "$(left_behind)" '' 'while it is on its way there is no file with a name'
kill -KILL $client
exec 5>&-
for _ in $(seq 100); do
  pgrep -x cat >/dev/null || break
  sleep 0.1
done
expect_equal "$(pgrep -x cat)$(left_behind)" '' 'cut off, neither process nor file is left'
finish
