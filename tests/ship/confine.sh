#!/bin/bash
# Confinement as users meet it: what the report says was in force, kernels that lack a half of it, a live node whose components have mount
# namespaces of their own, and each capability that a run needs taken away in turn.
# shellcheck source=tests/cli/lib.bash
. "$(dirname "$0")/../cli/lib.bash"

# compare KIND FROM TO [ALLOWED]: faults, one a line. same: no other verdict, nothing else in the facts; bounded: a verdict stays or is an ERROR
# whose reason holds one of ALLOWED (a|b); weaker: and there is such an ERROR
compare() {
  python3 - "$@" <<'PYTHON'
import json
import sys
VARY = {"confinement", "collected_at", "judged_at", "started_at", "finished_at", "duration_us", "capabilities"}


def differences(a, b, where):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(set(a) | set(b)):
            if key not in VARY:
                yield from differences(a.get(key), b.get(key), where + "." + key)
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, "%s[%d]" % (where, i))
    elif a != b:
        yield "%s: %s, %s" % (where, str(a)[:200], str(b)[:200])


def results(document):
    return {r["key"]: r for b in document["benchmarks"] for r in b["results"]}


def weaker(a, b, allowed, lost):
    for key, was in results(a).items():
        now = results(b)[key]
        if now["verdict"] == was["verdict"]:
            continue
        lost += 1
        if now["verdict"] != "error":
            yield "%s: %s, then %s: %s" % (key, was["verdict"], now["verdict"], now["reason"])
        elif not any(cause in now["reason"] for cause in allowed.split("|")):
            yield "%s: the reason names another cause: %s" % (key, now["reason"])
    if lost == 0:
        yield "nothing was lost"


kind, left, right = sys.argv[1], *(json.load(open(path, encoding="utf-8")) for path in sys.argv[2:4])
found = differences(left, right, "") if kind == "same" else weaker(left, right, sys.argv[4], kind == "bounded")
print("\n".join(list(found)[:10]))
PYTHON
}

expect() { # expect WHAT KIND FROM TO [ALLOWED]
  local what=$1 faults
  shift
  faults=$(compare "$@" 2>&1)
  if [ -z "$faults" ]; then ok; else bad "$what" "$faults"; fi
}

# in_force FILE WHERE: "no_new_privs seccomp landlock" of a JSON report's member
in_force() {
  python3 -c '
import json, sys
one = json.load(open(sys.argv[1]))[sys.argv[2]]["confinement"]
print(one["no_new_privs"], one["seccomp"], one["landlock"] > 0, *["%s: %s" % (m["what"], m["why"]) for m in one["missing"]])' "$1" "$2"
}

# ---- on a live node; the rest of this file runs it in a PID namespace of its own ----

# live ROOT: bring the captured node to life: real procfs, a waiting process for each component, in a mount namespace of its own where it was in a pod
live() {
  local captured=$scratch/captured process exe container
  mv "$1/proc" "$captured"
  mkdir "$1/proc"
  mount -t proc proc "$1/proc" || return 1
  for process in "$captured"/[0-9]*; do
    exe=$(readlink "$process/exe") || continue
    case ${exe##*/} in kubelet | containerd | kube-* | etcd) ;; *) continue ;; esac
    mapfile -d '' -t words <"$process/cmdline"
    if grep -q kubepods "$process/cgroup"; then
      container=$scratch/containers/${exe##*/}
      mkdir -p "$container${exe%/*}" "$container/etc" "$container/var/lib/kube-proxy"
      cp "$stand_in" "$container$exe"
      cp -a "$1/etc/kubernetes" "$container/etc/"
      [ "${exe##*/}" != kube-proxy ] || find "$1/var/lib/kubelet/pods" -path '*configmap/kube-proxy/config.conf' -exec cat {} + >"$container/var/lib/kube-proxy/config.conf"
      "$stand_in" "$container" "$exe" "${words[@]}" &
    else
      mkdir -p "$1${exe%/*}"
      cp "$stand_in" "$1$exe"
      (exec -a "${words[0]}" "$1$exe" "${words[@]:1}") &
    fi
  done
  for _ in {1..100}; do
    [ "$(pgrep -c -x stand_in)" -eq 0 ] && return 0 # each has become what it stands in for
    sleep 0.05
  done
  return 1
}

# check_live OPTION...: json and text reports of the live node, by the run that COMMAND begins
check_live() { "${command[@]}" "$tool" check --root "$root" --edition 2.0.1 --report json="$scratch/reports/$1.json" --report text="$scratch/reports/$1.txt" "${@:2}"; }

on_live_node() {
  root=$(node kubeadm-hardened)
  stand_in=$scratch/stand_in
  mkdir "$scratch/reports"
  # What only another user may read: a directory as etcd's own certificates are kept in on some nodes.
  chown -R 52034:52034 "$root/etc/kubernetes/pki/etcd"
  chmod 700 "$root/etc/kubernetes/pki/etcd"
  if ! live "$root"; then bad 'the node did not come to life' && return; fi
  command=()
  check_live off --confine off
  check_live on --confine auto
  expect 'the live node, confined or not' same "$scratch/reports/off.json" "$scratch/reports/on.json"
  "$tool" collect --root "$root" --confine off -o "$scratch/reports/off.facts"
  "$tool" collect --root "$root" -o "$scratch/reports/on.facts"
  expect 'facts of the live node, confined or not' same "$scratch/reports/off.facts" "$scratch/reports/on.facts"
  # It is there in the container only: the way to it is the root that was kept open.
  expect_equal "$(verdict "$scratch/reports/on.json" 4.3.1)" pass "kube-proxy's configuration, inside its container"
  expect_equal "$(python3 -c '
import json, sys
print(sum(r["verdict"] == "pass" for b in json.load(open(sys.argv[1]))["benchmarks"] for r in b["results"]) >= 80)' "$scratch/reports/on.json")" True 'most of the live node is judged'
  capabilities
}

# ---- capabilities: what plumbline(8) says a run needs, and nothing else ----

with_capabilities() { # with_capabilities NAME...: sets COMMAND
  local spec=-all one
  for one; do spec+=,+$one; done
  command=(setpriv --bounding-set="$spec" --inh-caps=-all)
}

capabilities() {
  with_capabilities dac_read_search sys_ptrace
  if ! "${command[@]}" true 2>/dev/null; then
    echo 'left out: capabilities, which cannot be given up here'
    return
  fi
  check_live minimum
  # The one value that the kernel shows to CAP_SYS_ADMIN only.
  expect 'as root with CAP_DAC_READ_SEARCH and CAP_SYS_PTRACE alone' bounded "$scratch/reports/on.json" "$scratch/reports/minimum.json" net.core.bpf_jit_harden
  with_capabilities sys_ptrace
  check_live no-search
  expect 'without CAP_DAC_READ_SEARCH' weaker "$scratch/reports/minimum.json" "$scratch/reports/no-search.json" 'permission denied'
  out=$(tr -s ' \n' ' ' <"$scratch/reports/no-search.txt")
  expect_out 'files of other users: we have neither CAP_DAC_READ_SEARCH nor CAP_DAC_OVERRIDE' 'without CAP_DAC_READ_SEARCH'
  with_capabilities dac_read_search
  check_live no-ptrace
  unseen='links or processes of the node cannot be seen' # as one control sums it up; the header names the capability
  expect 'without CAP_SYS_PTRACE' weaker "$scratch/reports/minimum.json" "$scratch/reports/no-ptrace.json" "without CAP_SYS_PTRACE the links of other processes cannot be read|$unseen"
  out=$(tr -s ' \n' ' ' <"$scratch/reports/no-ptrace.txt")
  expect_out 'we do not have CAP_SYS_PTRACE' 'without CAP_SYS_PTRACE'
  with_capabilities
  check_live none
  expect 'without any capability' weaker "$scratch/reports/minimum.json" "$scratch/reports/none.json" "permission denied|$unseen"
}

# The caller clears away, once the mounts of this namespace are gone.
if [ "${1:-}" = on-live-node ]; then
  trap - EXIT
  cp "$2" "$scratch/stand_in"
  on_live_node
  finish
fi

# ---- what the header says ----

root=$(node kubeadm-hardened)
target=$scratch/report
run "$tool" check --root "$root" --report json="$target.json" --report junit="$target.xml" --report text="$target.txt"
expect_equal "$(in_force "$target.json" run)" "$(in_force "$target.json" vantage)" 'live, one process reads and judges'
have=$(in_force "$target.json" run)
case $have in
'True True True') ok ;;
*) echo "left out: what this kernel lacks (no_new_privs, seccomp, Landlock: $have)" ;;
esac
out=$(tr -s ' \n' ' ' <"$target.txt")
expect_out 'confined by no_new_privs, seccomp' 'the text report'
out=$(cat "$target.xml")
expect_out '<property name="confined by" value="no_new_privs, seccomp' 'the JUnit report'
"$tool" collect --root "$root" --confine off -o "$scratch/facts"
"$tool" check --facts "$scratch/facts" --report json="$target.facts.json" --report text="$target.facts.txt"
expect_equal "$(in_force "$target.facts.json" vantage)" 'True False False seccomp: --confine off Landlock: --confine off' 'collected without'
expect_equal "$(in_force "$target.facts.json" run)" "$have" 'judged with'
out=$(tr -s ' \n' ' ' <"$target.facts.txt")
expect_out 'when the node was read; no_new_privs, seccomp' 'the two are told apart'
expect 'facts collected without it' same "$target.json" "$target.facts.json"

# ---- kernels and containers that lack it ----

refuse=build/refuse
lacking() { # lacking WHAT HEADER CALL...: auto judges as always and says it; require ends with 4 and leaves no report
  local what=$1 header=$2
  shift 2
  "$refuse" "$@" -- "$tool" check --root "$root" --report json="$target.lacking.json" --report text="$target.lacking.txt"
  expect "$what: auto" same "$target.json" "$target.lacking.json"
  out=$(tr -s ' \n' ' ' <"$target.lacking.txt")
  expect_out "$header" "$what: auto"
  run "$refuse" "$@" -- "$tool" check --confine require --root "$root" --report json="$scratch/empty/report"
  expect_status 4 "$what: require"
  expect_err '--confine require:' "$what: require"
  expect_equal "$(ls "$scratch/empty")" '' "$what: require leaves nothing behind"
}
mkdir "$scratch/empty"
if [ -x "$refuse" ] && "$refuse" bpf -- true; then
  lacking 'no Landlock' 'without Landlock (the kernel has no Landlock)' landlock_create_ruleset landlock_add_rule landlock_restrict_self
  lacking 'Landlock is not switched on' 'without Landlock (Landlock was not switched on' landlock_create_ruleset=95
  lacking "Landlock refused by a runtime's filter" 'without Landlock (' landlock_create_ruleset=1 landlock_add_rule=1 landlock_restrict_self=1
  lacking 'no seccomp' 'without seccomp (the kernel has no seccomp)' seccomp
  lacking 'seccomp refused' 'without seccomp (' seccomp=1
  lacking 'neither' 'without seccomp (' seccomp landlock_create_ruleset
else
  bad 'build/refuse was not built, or no filter can be set'
fi
if [ "$have" = 'True True True' ]; then
  run "$tool" check --confine require --root "$root" --report json="$target.required.json"
  expect_equal "$(in_force "$target.required.json" run)" "$have" 'require, where all is there'
fi

# ---- no call of a run is refused, and after Landlock nothing is opened when facts are judged ----

if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  "$tool" collect --root "$root" -o "$scratch/facts"
  for words in check "check --root $root" "check --root $root --report junit=$target.traced" "collect --root $root -o $target.traced" 'explain 4.2.1' "check --facts $scratch/facts"; do
    # shellcheck disable=SC2086 # words
    strace -o "$scratch/trace" "$tool" $words >/dev/null
    expect_equal "$(awk '/^seccomp\(SECCOMP_SET_MODE_FILTER.* = 0$/ { on = 1 } on && / = -1 EPERM/ && !/^read\(/' "$scratch/trace")" '' "$words: refused calls"
    if [ "$have" = 'True True True' ] && ! grep -q '^seccomp(SECCOMP_SET_MODE_FILTER.* = 0$' "$scratch/trace"; then bad "$words: there is no filter in the trace"; else ok; fi
  done
  expect_equal "$(awk '/^landlock_restrict_self/ { on = 1; next } on && /^open/' "$scratch/trace")" '' 'judging facts opens nothing'
else
  echo 'left out: the calls of a run, which need strace'
fi

# ---- reports where they are wanted, with the mode that they should have ----

(umask 027 && cd "$scratch" && "$tool" check --root "$root" --report json=relative.json)
expect_equal "$(stat -c %a "$scratch/relative.json")" 640 'a new report follows the umask'
chmod 604 "$scratch/relative.json"
(umask 077 && "$tool" check --root "$root" --report json="$scratch/relative.json")
expect_equal "$(stat -c %a "$scratch/relative.json")" 604 'a report that was there keeps its mode'
run "$tool" check --root "$root" --report json=/dev/stdout
expect_out '"schema"' 'a report to a device'
mkfifo "$scratch/fifo"
cat "$scratch/fifo" >"$scratch/from-fifo" &
"$tool" check --root "$root" --report json="$scratch/fifo"
wait
expect same same "$target.json" "$scratch/from-fifo"
mkdir "$scratch/one" "$scratch/two"
"$tool" check --root "$root" --report json="$scratch/one/a" --report text="$scratch/two/b"
expect_equal "$(cd "$scratch" && find one two -type f | sort | tr '\n' ' ')" 'one/a two/b ' 'two directories, and nothing but the reports'

# ---- a node judged again and again: each round is confined anew, and what waits in between is too ----

"$tool" check --every 1s --root "$root" --report json="$scratch/one/round" &
rounds=$!
seen=
for _ in {1..600}; do
  if [ -e "$scratch/one/round" ]; then
    seen+="$(in_force "$scratch/one/round" run);"
    rm "$scratch/one/round"
  fi
  [[ $seen != *\;*\;* ]] || break
  sleep 0.1
done
expect_equal "$seen" "$have;$have;" 'two rounds'
expect_equal "$(awk '/^Seccomp:/ { print $2 }' "/proc/$rounds/status")" "$(case $have in 'True True'*) echo 2 ;; *) echo 0 ;; esac)" 'what waits between rounds'
kill -TERM $rounds
wait $rounds

# ---- the live node ----

compiler=${CC:-cc}
inside=(unshare --mount --pid --fork --mount-proc --kill-child --propagation private)
if [ "$(id -u)" -ne 0 ] || ! "${inside[@]}" true 2>/dev/null; then
  echo 'left out: a live node in a PID namespace, and capabilities on it, which need root'
elif ! "$compiler" -D_GNU_SOURCE -static -o "$scratch/stand_in" tests/shim/stand_in.c 2>"$scratch/err"; then
  bad 'the stand-in for components was not built' "$(cat "$scratch/err")"
else
  TMPDIR=$scratch "${inside[@]}" tests/ship/confine.sh on-live-node "$scratch/stand_in" >"$scratch/live.out" 2>&1 </dev/null
  grep -v ' passed, ' "$scratch/live.out"
  read -r more less < <(sed -n 's/^confine: \([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$scratch/live.out")
  passed=$((passed + ${more:-0}))
  failed=$((failed + ${less:-1}))
fi
finish
