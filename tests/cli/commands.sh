#!/bin/bash
# The command line as its users meet it: commands, exit codes, output targets, selection, facts judged elsewhere.
# shellcheck source=tests/cli/lib.bash
. "$(dirname "$0")/lib.bash"
stock=$(node kubeadm-stock)
hardened=$(node kubeadm-hardened)

# help teaches
for word in --help help -h; do
  run "$tool" $word
  expect_status 0 "$word"
  expect_out 'plumbline explain 4.2.1' "$word"
done
run "$tool" help collect
expect_out '-o, --output FILE' 'help collect'
run "$tool" help nothing
expect_status 2 'help of no command'
expect_err 'no command nothing' 'help of no command'
run "$tool" version
expect_status 0 version
expect_out 'cis-kubernetes 1.9 1.10 1.11.1 1.12 2.0.1' version

# usage faults
while read -r code words; do
  # shellcheck disable=SC2086
  run "$tool" $words
  expect_status "$code" "$words"
  expect_err 'plumbline: ' "$words"
done <<'USAGE'
2 --no-such-option
2 chekc
2 --edition 9.9 --root /nonexistent/none
2 check --level 7
2 check --report xml
4 check --report junit=/nonexistent/dir/x
2 check --site /nonexistent/site.yaml
2 check --facts /nonexistent/facts.json
2 check --root /nonexistent/none
2 explain
2 validate
2 --only 9.9.9 --root /proc
USAGE
run "$tool" check --root "$stock" --only 9.9.9
expect_status 2 'an id that is not there'
run "$tool" check --root "$stock" --edition 9.9
expect_status 2 'an edition that is not there'
run "$tool" list service-integrator --edition 1.12
expect_status 2 'an edition that only another benchmark has'
run "$tool" list --edition 1.12
expect_status 0 'an edition that one benchmark of two has'
expect_out 'service-integrator 1.0: ' 'the other benchmark beside it'
run "$tool" check --root "$stock" --kubernetes banana
expect_status 2 'a version that is none'
run "$tool" check --root "$stock" --report json=/dev/stdout --report junit=/dev/stdout
expect_status 2 'two reports to one target'
run "$tool" check --root "$stock" --report json --report text=-
expect_status 2 'two reports to standard output'
"$tool" check --root "$stock" --report json --report text="$scratch/both" >"$scratch/both" 2>"$scratch/err"
expect_equal $? 2 'two reports to one file, by its name and as standard output'
run "$tool" check cis-kubernetes cis-kubernetes --root "$stock"
expect_status 2 'a benchmark named twice'

# a report
run "$tool" check --root "$stock"
expect_status 1 'stock node'
expect_out 'FAIL ' 'stock node'
expect_out 'node          ' 'header'
run "$tool" --root "$stock" --exit-zero
expect_status 0 'exit-zero'
run "$tool" check --root "$stock" --only 4.2.1
expect_status 0 'one control that passes'
expect_out '1 pass, 0 fail' 'one control'
run "$tool" check cis-kubernetes --root "$stock" --skip 1,2,3,4 --report json
expect_status 0 'nothing but questions for a person'
run "$tool" check --root "$stock" --level 1 --report json="$scratch/level1.json"
run "$tool" check --root "$stock" --level 2 --report json="$scratch/level2.json"
run "$tool" check --root "$stock" --report json="$scratch/all.json"
expect_equal "$(verdicts "$scratch/level2.json" | wc -l)" "$(verdicts "$scratch/all.json" | wc -l)" 'level 2 includes level 1'
if [ "$(verdicts "$scratch/level1.json" | wc -l)" -lt "$(verdicts "$scratch/all.json" | wc -l)" ]; then ok; else bad 'level 1 is fewer'; fi
expect_equal "$(verdicts "$scratch/all.json" | grep -c '^cis-kubernetes ')" 131 'every control of 2.0.1 appears'
expect_equal "$(verdicts "$scratch/all.json" | grep -c '^service-integrator ')" "$("$tool" list service-integrator | grep -c '^SI-')" 'every practice appears'
expect_equal "$out" '' 'with --report nothing else goes to standard output'

# every edition
for pair in 1.9:130 1.10:130 1.11.1:134 1.12:131 2.0.1:131; do
  run "$tool" check cis-kubernetes --root "$stock" --edition "${pair%:*}" --report json="$scratch/edition.json"
  expect_equal "$(verdicts "$scratch/edition.json" | wc -l)" "${pair#*:}" "controls of ${pair%:*}"
done
for pair in 1.27:1.9 1.28:1.10 1.29:1.11.1 1.31:1.11.1 1.32:1.12 1.33:1.12 1.34:2.0.1 1.36:2.0.1; do
  run "$tool" list --kubernetes "${pair%:*}"
  expect_out "cis-kubernetes ${pair#*:}: " "edition for ${pair%:*}"
done

# collect, then judge elsewhere: the same verdicts and reasons
for name in stock hardened; do
  root=$stock
  [ $name = stock ] || root=$hardened
  run "$tool" collect --root "$root" -o "$scratch/$name.facts"
  expect_status 0 "collect $name"
  "$tool" check --root "$root" --report json="$scratch/live.json"
  "$tool" check --facts "$scratch/$name.facts" --report json="$scratch/facts.json"
  "$tool" check --facts - --report json="$scratch/stdin.json" <"$scratch/$name.facts"
  expect_equal "$(verdicts "$scratch/facts.json")" "$(verdicts "$scratch/live.json")" "$name: facts judged elsewhere"
  expect_equal "$(verdicts "$scratch/stdin.json")" "$(verdicts "$scratch/live.json")" "$name: facts from standard input"
done
python3 - "$scratch/stock.facts" >"$scratch/forged.facts" <<'PYTHON'
import json, sys
facts = json.load(open(sys.argv[1]))
facts["components"]["kube-apiserver"]["settings"]["effective.encryption.secrets"]["value"] = "x\nrm -rf /\u001b[31m"
json.dump(facts, sys.stdout)
PYTHON
run "$tool" check --facts "$scratch/forged.facts" --only 1.2.28
expect_status 1 'facts with a line break in a value'
expect_out 'x\x0arm -rf /\x1b[31m' 'a line break in given facts makes no line of a fix'
echo '{"a": ' >"$scratch/broken.json"
run "$tool" check --facts "$scratch/broken.json"
expect_status 2 'broken facts'
expect_err "$scratch/broken.json" 'broken facts'
echo '{}' >"$scratch/empty.json"
run "$tool" check --facts "$scratch/empty.json"
expect_status 2 'facts that are none'

# this machine, live: the same by both routes (verdicts; which processes run may change in between)
"$tool" check --report json="$scratch/live.json"
"$tool" collect -o "$scratch/machine.facts"
"$tool" check --facts "$scratch/machine.facts" --report json="$scratch/facts.json"
expect_equal "$(verdicts "$scratch/facts.json" | cut -d' ' -f1-3)" "$(verdicts "$scratch/live.json" | cut -d' ' -f1-3)" 'this machine: facts judged elsewhere'

# explain
run "$tool" explain 4.2.1 --root "$stock"
expect_status 0 explain
expect_out 'authentication.anonymous.enabled: false (file, /var/lib/kubelet/config.yaml:4)' explain
run "$tool" explain 4.2.12 --root "$stock"
expect_out 'setting     kubelet tlsMinVersion: unset (default)' 'explain of a text that nobody set'
run "$tool" explain 1.2.15 --root "$hardened"
expect_out 'default of this version: true' 'explain tells the default beside a value: kube-apiserver profiling'
run "$tool" check --root "$hardened" --only 1.2.15 --report json
expect_out '"default": "true"' 'the JSON report tells the default beside a value'
run "$tool" collect --root "$hardened"
expect_out '"default": true' 'facts tell the default beside a value'
cp -a "$stock" "$scratch/misspelt"
chmod -R u+w "$scratch/misspelt/proc" # folders of processes are 0555
sed -i 's/--allow-privileged=true/--allow-priviledged=true/' "$scratch/misspelt/etc/kubernetes/manifests/kube-apiserver.yaml"
run "$tool" check --root "$scratch/misspelt" --only 1.2.1 --report json
expect_out 'has flags that this version does not know' 'an unknown flag in the manifest of a running API server is called so'
find "$scratch/misspelt/proc" -maxdepth 2 -name cmdline -exec grep -lz '^kube-apiserver$' {} + | while read -r file; do rm -rf "${file%/cmdline}"; done
run "$tool" check --root "$scratch/misspelt" --only 1.2.1 --report json
expect_out 'unknown flag: --allow-priviledged' 'an unknown flag in the manifest of an API server that does not run is called so'
rm -rf "$scratch/misspelt"
run "$tool" explain kubelet-anonymous-auth --facts "$scratch/stock.facts"
expect_out 'verdict     PASS' 'explain by key, from facts'
run "$tool" explain 4.2.99 --root "$stock"
expect_status 2 'explain of nothing'
run "$tool" explain 4.2.2 --root "$stock" --level 1
expect_status 0 'explain of a control of that level'
run "$tool" explain 1.2.12 --root "$stock" --level 1
expect_status 2 'explain of a control that the options leave out'
expect_err 'leave nothing of 1.2.12' 'explain of a control that the options leave out'
run "$tool" explain 4.2 --root "$stock"
expect_equal "$(grep -c '^setting  *kubelet readOnlyPort:' <<<"$out")" 1 'explain of a section: each control has its own settings'
run "$tool" check --root "$stock" --only 4.2.1 --skip 4.2.1
expect_status 3 'nothing is left to judge'
expect_out 'nothing was judged' 'nothing is left to judge'

# outputs: whole or not at all
run "$tool" check --root "$stock" --report json=/dev/full
expect_status 4 'a full device'
"$tool" check --root "$stock" >/dev/full 2>"$scratch/err"
expect_equal $? 4 'standard output full'
"$tool" check --root "$stock" >&- 2>"$scratch/err"
expect_equal $? 4 'standard output closed'
"$tool" check --root "$stock" --report text --report json="$scratch/whole.json" >&- 2>&-
expect_equal "$(head -c 1 "$scratch/whole.json")" '{' 'messages to a closed standard error do not get into a report'
run "$tool" check --root "$stock" --report junit=/dev/full
expect_equal "$err" 'plumbline: junit report: the JUnit report could not be written' 'a full device, told once'
(
  "$tool" check --root "$stock" 2>/dev/null
  echo $? >"$scratch/code"
) | head -c 1 >/dev/null
code=$(cat "$scratch/code")
if [ "$code" -eq 4 ] || [ "$code" -eq 1 ]; then ok; else bad "a reader that goes away: exit $code"; fi
echo old >"$scratch/kept"
run "$tool" check --root "$stock" --report json="$scratch/kept" --edition 9.9
expect_equal "$(cat "$scratch/kept")" old 'a failed run leaves the old report'
leftovers=("$scratch"/kept.*)
if [ ! -e "${leftovers[0]}" ]; then ok; else bad 'temporary files are left'; fi
# a run that waits for its facts, with its reports begun, is ended
mkfifo "$scratch/endless"
for ending in HUP:129 INT:130 TERM:143; do
  env --default-signal=HUP,INT,TERM "$tool" check --facts - --report json="$scratch/kept" --report text="$scratch/begun" <"$scratch/endless" &
  ended=$!
  exec 8>"$scratch/endless"
  for _ in $(seq 200); do
    leftovers=("$scratch"/kept.* "$scratch"/begun.*)
    if [ -e "${leftovers[0]}" ] && [ -e "${leftovers[1]}" ]; then break; fi
    sleep 0.05
  done
  if [ -e "${leftovers[1]}" ]; then ok; else bad "no temporary file to remove at ${ending%:*}"; fi
  kill -s "${ending%:*}" $ended
  wait $ended
  expect_equal $? "${ending#*:}" "exit code at ${ending%:*}"
  exec 8>&-
  leftovers=("$scratch"/kept.* "$scratch"/begun*)
  if [ -e "${leftovers[0]}" ] || [ -e "${leftovers[1]}" ]; then bad "temporary files are left at ${ending%:*}"; else ok; fi
  expect_equal "$(cat "$scratch/kept")" old "the old report stays at ${ending%:*}"
done
run "$tool" check --root "$stock" --report json="$scratch/{date}-of-{date}.json"
expect_equal "$(cd "$scratch" && echo *-of-*.json)" "$(date -u +%Y-%m-%d-of-%Y-%m-%d).json" 'the day in the name of a report'
if [ "$(id -u)" -eq 0 ] && [ "$(cat /proc/sys/fs/protected_symlinks)" -eq 1 ]; then
  mkdir -m 1777 "$scratch/everybodys"
  chmod a+x "$scratch"
  echo precious >"$scratch/victim"
  setpriv --reuid=65534 --regid=65534 --clear-groups ln -s "$scratch/victim" "$scratch/everybodys/report.json"
  run "$tool" check --root "$stock" --report json="$scratch/everybodys/report.json"
  expect_status 4 'a link of somebody else in a sticky directory'
  expect_equal "$(cat "$scratch/victim")" precious 'what a link of somebody else leads to stays'
else
  echo 'left out: links of others in sticky directories, which need root and fs.protected_symlinks'
fi
mkfifo "$scratch/pipe"
cat "$scratch/pipe" >"$scratch/from-pipe" &
run "$tool" check --root "$stock" --report junit="$scratch/pipe"
wait
if grep -q '</testsuites>' "$scratch/from-pipe"; then ok; else bad 'a pipe gets the report'; fi

# JUnit: well-formed here; valid by both schemas where they are at hand
"$tool" check --root "$stock" --report junit="$scratch/stock.xml"
if xmllint --noout "$scratch/stock.xml"; then ok; else bad 'JUnit is well-formed'; fi
schemas=${PLUMBLINE_SHARED:-../shared}/schemas
for schema in jenkins-junit-10.xsd windyroad-JUnit.xsd; do
  if [ -e "$schemas/$schema" ]; then
    if xmllint --noout --schema "$schemas/$schema" "$scratch/stock.xml" 2>"$scratch/err"; then ok; else bad "JUnit by $schema" "$(head -5 "$scratch/err")"; fi
  else
    echo "left out: JUnit by $schema, which is not at hand"
  fi
done

# JSON: as its schema says, on each captured node
cat >"$scratch/by_schema.py" <<'PYTHON'
import json, sys
from jsonschema import Draft202012Validator
faults = list(Draft202012Validator(json.load(open(sys.argv[1]))).iter_errors(json.load(open(sys.argv[2]))))
for fault in faults[:5]: print("/".join(map(str, fault.path)), fault.message[:200])
sys.exit(bool(faults))
PYTHON
for root in "$stock" "$hardened" "$(node decoys)" /; do
  "$tool" check --root "$root" --report json="$scratch/schema.json"
  run /usr/bin/python3 "$scratch/by_schema.py" src/ship/plumbline-report.schema.json "$scratch/schema.json"
  expect_status 0 "JSON of $root by its schema: $out"
done

# validate: all faults of a file at once, with line and column
cat >"$scratch/site.yaml" <<'SITE'
waivers:
  - key: kubelet-anonymous-auth
    scope: "*"
    reason: because
  - kye: x
parameters: {audit-log-maxage: thirty}
SITE
run "$tool" validate "$scratch/site.yaml"
expect_status 2 'a faulty site file'
expect_err "$scratch/site.yaml:2:5: " 'the first waiver lacks approver and expires'
expect_err "$scratch/site.yaml:5:5: " 'the second has an unknown key'
expect_err 'did you mean key' 'the nearest key is named'
expect_err "$scratch/site.yaml:6:32: " 'a parameter of the wrong type, at once with the rest'
printf 'parameters: {audit-log-maxagee: 3}\n' >"$scratch/parameters.yaml"
run "$tool" validate "$scratch/parameters.yaml"
expect_status 2 'a parameter that no benchmark declares'
expect_err 'did you mean audit-log-maxage' 'the nearest parameter is named'
for file in benchmarks/cis-kubernetes/*.yaml; do
  run "$tool" validate "$file"
  expect_status 0 "$file"
done
run "$tool" check --root "$stock" --site "$scratch/site.yaml"
expect_status 2 'check with a faulty site file'

# a waiver turns the exit code, not the finding
cat >"$scratch/waive.yaml" <<'SITE'
waivers:
  - {key: kubelet-config-file-mode, scope: "*", reason: kubeadm writes it so, approver: A. Person, expires: 2999-12-31}
SITE
key=$("$tool" list | awk '$1 == "4.1.9" { print $4 }')
sed -i "s/kubelet-config-file-mode/$key/" "$scratch/waive.yaml"
run "$tool" check --root "$stock" --only 4.1.9 --site "$scratch/waive.yaml"
expect_status 0 'a waived failure'
expect_out 'WAIVED  4.1.9' 'a waived failure is shown'
expect_out 'A. Person' 'with who approved it'
sed -i 's/2999-12-31/2001-01-01/' "$scratch/waive.yaml"
run "$tool" check --root "$stock" --only 4.1.9 --site "$scratch/waive.yaml"
expect_status 1 'an expired waiver'
expect_out 'expired' 'an expired waiver is reported'

# definitions from a folder
cp -r benchmarks "$scratch/benchmarks"
chmod -R go-w "$scratch/benchmarks"
run "$tool" check --root "$stock" --benchmarks "$scratch/benchmarks" --only 4.2.1
expect_status 0 'definitions from a folder'
chmod o+w "$scratch/benchmarks/cis-kubernetes/kubelet.yaml"
run "$tool" check --root "$stock" --benchmarks "$scratch/benchmarks" --only 4.2.1
expect_status 2 'definitions that others may write'
run "$tool" check --root "$stock" --benchmarks "$scratch/benchmarks" --unsafe-benchmarks --only 4.2.1
expect_status 0 'definitions that others may write, accepted'
chmod o-w "$scratch/benchmarks/cis-kubernetes/kubelet.yaml"
sed -i '0,/title:/s/title:/titel:/' "$scratch/benchmarks/cis-kubernetes/kubelet.yaml"
run "$tool" list --benchmarks "$scratch/benchmarks"
expect_status 2 'a faulty definition'
expect_err 'did you mean title' 'the fault is named'

# a machine that is no node
mkdir -p "$scratch/empty/proc" "$scratch/empty/etc"
run "$tool" check --root "$scratch/empty"
expect_status 3 'a root whose processes cannot be seen'
expect_out ' 0 pass, 0 fail, ' 'a root whose processes cannot be seen'
mkdir -p "$scratch/empty/proc/1/ns"
ln -s 'pid:[4026531836]' "$scratch/empty/proc/1/ns/pid"
ln -s /usr/sbin/init "$scratch/empty/proc/1/exe"
ln -s / "$scratch/empty/proc/1/root"
printf '/sbin/init\0' >"$scratch/empty/proc/1/cmdline"
echo '0::/init.scope' >"$scratch/empty/proc/1/cgroup"
echo '1 0 8:1 / / rw - ext4 /dev/sda1 rw' >"$scratch/empty/proc/1/mountinfo"
run "$tool" check --root "$scratch/empty"
expect_status 3 'no Kubernetes node'
expect_out ' 0 pass, 0 fail, 0 error, ' 'no Kubernetes node: proved'
run "$tool" check --root "$scratch/empty" --report junit
expect_out 'nothing-judged' 'JUnit of no node holds one error'
finish
