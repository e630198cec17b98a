#!/bin/bash
# What we may do and what we do: as an ordinary user nothing turns into PASS for want of sight, a kernel without openat2 gives the same results,
# and no run starts a program, opens a connection or writes anything but its report.
# shellcheck source=tests/cli/lib.bash
. "$(dirname "$0")/lib.bash"

# ---- openat2 and the walk that stands in for it ----

# same WHAT A B: reports that differ in nothing but times and the kernel's abilities
same() {
  local differences
  differences=$(python3 - "$2" "$3" <<'PYTHON'
import json
import sys
VARY = {"openat2", "collected_at", "judged_at", "started_at", "finished_at", "duration", "duration_us", "duration_ms", "duration_ns"}


def differences(a, b, where):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(set(a) | set(b)):
            if key not in VARY:
                yield from differences(a.get(key, "(missing)"), b.get(key, "(missing)"), where + "." + key)
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, "%s[%d]" % (where, i))
    elif a != b:
        yield "%s: %s, %s" % (where, str(a)[:200], str(b)[:200])


left, right = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
print("\n".join(list(differences(left, right, ""))[:10]))
PYTHON
  ) || differences="the comparison failed: $differences"
  if [ -z "$differences" ]; then ok; else bad "$1" "$differences"; fi
}

if [ -x build/refuse ]; then
  for archive in tests/nodes/*.tar.gz; do
    name=$(basename "$archive" .tar.gz)
    root=$(node "$name")
    for command in check collect; do
      option=--output
      [ $command = collect ] || option=--report
      "$tool" $command --root "$root" $option "$([ $command = collect ] || echo json=)$scratch/with.json"
      build/refuse openat2 -- "$tool" $command --root "$root" $option "$([ $command = collect ] || echo json=)$scratch/without.json"
      same "$name: $command without openat2" "$scratch/with.json" "$scratch/without.json"
      seen=$(python3 -c 'import json, sys; print([json.load(open(f))["vantage"]["openat2"] for f in sys.argv[1:]])' "$scratch/with.json" "$scratch/without.json")
      if [ "$seen" = '[True, False]' ] || [ "$seen" = '[False, False]' ]; then ok; else bad "$name: the vantage says $seen of openat2"; fi
      [ "$seen" != '[False, False]' ] || echo 'left out: the comparison with openat2, which this kernel does not have'
    done
  done
else
  bad 'build/refuse was not built'
fi

# ---- the same node as root and as an ordinary user ----

# weaker WHAT ROOT.json USER.json: a verdict stays, or is ERROR and says why; something is ERROR at all
weaker() {
  local faults
  faults=$(python3 - "$2" "$3" <<'PYTHON'
import json
import sys


def results(path):
    document = json.load(open(path, encoding="utf-8"))
    found = {r["key"]: r for b in document["benchmarks"] for r in b["results"]}
    return document, found


(_, root), (document, user) = results(sys.argv[1]), results(sys.argv[2])
if set(root) != set(user):
    print("other controls: %s" % (set(root) ^ set(user)))
hidden = 0
for key in sorted(set(root) & set(user)):
    was, now = root[key]["verdict"], user[key]["verdict"]
    if now == was:
        continue
    hidden += 1
    if now != "error":
        print("%s: %s for root, %s without rights: %s" % (key, was, now, user[key]["reason"]))
    elif "permission denied" not in user[key]["reason"].lower() and "version" not in user[key]["reason"]:
        print("%s: no reason that names permission: %s" % (key, user[key]["reason"]))
if hidden == 0:
    print("nothing was out of reach")
counted = sum(r["verdict"] == "error" for r in user.values())
if document["summary"]["error"] != counted:
    print("the summary counts %s errors, there are %d" % (document["summary"]["error"], counted))
PYTHON
  ) || faults="the comparison failed: $faults"
  if [ -z "$faults" ]; then ok; else bad "$1" "${faults:0:3000}"; fi
}

nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }

if [ "$(id -u)" -eq 0 ] && nobody true 2>/dev/null; then
  chmod 755 "$scratch"
  cp "$tool" "$scratch/plumbline"
  chmod 755 "$scratch/plumbline"
  mkdir "$scratch/reports"
  chown 65534:65534 "$scratch/reports"
  for place in kubeadm-stock kubeadm-hardened decoys /; do
    root=/
    [ $place = / ] || root=$(node $place)
    for edition in 1.12 2.0.1; do
      "$tool" check --root "$root" --edition $edition --report json="$scratch/root.json"
      code=$?
      if [ $code -le 3 ] && [ $code -ne 2 ]; then ok; else bad "$place as root: exit $code"; fi
      run nobody "$scratch/plumbline" check --root "$root" --edition $edition --report json="$scratch/reports/user.json" --report text="$scratch/reports/user.txt"
      if [ "$status" -eq 1 ] || [ "$status" -eq 3 ]; then ok; else bad "$place as nobody: exit $status" "$err"; fi
      weaker "$place, $edition, as nobody" "$scratch/root.json" "$scratch/reports/user.json"
      out=$(tr -s ' \n' ' ' <"$scratch/reports/user.txt")
      expect_out 'as uid 65534, capabilities none' "$place as nobody"
      expect_equal "$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["summary"]["error"])' "$scratch/reports/user.json")" \
        "$(grep -oE '[0-9]+ fail, [0-9]+ error' <<<"$out" | awk '{ sum += $3 } END { print sum }')" "$place as nobody: errors of all benchmarks"
      [ $place != / ] || expect_out 'out of reach' "$place as nobody"
    done
  done
else
  echo 'left out: root and an ordinary user side by side, which needs root and setpriv'
fi

# ---- narrow views: a proc that hides, a PID namespace, a user namespace ----

# unseen WHAT: where processes are hidden the last run gave no PASS, FAIL or NOT-APPLICABLE
unseen() {
  expect_equal "$(verdicts "$scratch/out" | awk '$1 == "cis-kubernetes" { print $3 }' | sort -u | tr '\n' ' ')" 'error manual ' "$1"
}

if [ "$(id -u)" -eq 0 ] && unshare --mount --pid --fork --propagation private true 2>/dev/null; then
  for hide in ptraceable noaccess invisible; do
    # shellcheck disable=SC2016 # the inner shell expands
    run unshare --mount --propagation private sh -c \
      'mount -t proc -o hidepid='$hide' proc /proc && exec setpriv --reuid 65534 --regid 65534 --clear-groups "$1" check --report json' - "$scratch/plumbline"
    if [ "$status" -eq 1 ] && [ -z "$out" ]; then
      echo "left out: hidepid=$hide, which cannot be mounted here"
    else
      expect_status 3 "hidepid=$hide"
      unseen "hidepid=$hide"
    fi
  done
  run unshare --mount --pid --fork --mount-proc --propagation private "$tool" check --report json
  expect_status 3 'a PID namespace'
  unseen 'a PID namespace'
  expect_out 'hostPID: true' 'a PID namespace: what to do'
else
  echo 'left out: a proc that hides and a PID namespace, which need root'
fi

root=$(node kubeadm-stock)
if [ "$(id -u)" -eq 0 ]; then
  chown -R 65534:65534 "$root"
  mapped=(setpriv --reuid 65534 --regid 65534 --clear-groups unshare --user --map-root-user "$scratch/plumbline")
else
  mapped=(unshare --user --map-root-user "$tool")
fi
if "${mapped[@]}" version >/dev/null 2>&1; then
  "${mapped[@]}" check --root "$root" >"$scratch/mapped.json" --report json
  for id in 1.1.2 1.1.10 1.1.12 1.1.14 1.1.19 4.1.6 4.1.10; do
    expect_equal "$(verdict "$scratch/mapped.json" $id)" error "$id in a user namespace, where other owners show"
  done
else
  echo 'left out: a user namespace, which cannot be made here'
fi

# ---- no program, no connection, no writing ----

if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  for root in "$(node kubeadm-hardened)" /; do
    for command in check collect; do
      target=$scratch/traced-report
      option=(--report "json=$target")
      [ $command = check ] || option=(--output "$target")
      strace -f -s 300 -e 'trace=process,network,%file,ioctl,mknod,kill,tkill,tgkill,ptrace,process_vm_readv,mount,umount2,setns,unshare' -o "$scratch/trace" \
        "$tool" $command --root "$root" "${option[@]}" >/dev/null 2>&1
      expect_equal "$(grep -cE ' execve(at)?\(' "$scratch/trace")" 1 "$command of $root: one program"
      others=$(grep -E ' (clone3?|v?fork|kill|t?g?kill|ptrace|process_vm_readv|mount|umount2|setns|unshare|mknod(at)?)\(' "$scratch/trace" | head -3)
      if [ -z "$others" ]; then ok; else bad "$command of $root: it touches other processes" "$others"; fi
      sockets=$(grep -E ' (socket|socketpair|connect|bind|listen|accept4?|send(to|msg|mmsg)|recv(from|msg|mmsg))\(' "$scratch/trace" | grep -v AF_NETLINK | head -3)
      if [ -z "$sockets" ]; then ok; else bad "$command of $root: it opens connections" "$sockets"; fi
      writes=$(grep -E ' (open|openat|openat2|creat)\(.*(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND)' "$scratch/trace" | grep -vF "\"$target." | head -3)
      if [ -z "$writes" ]; then ok; else bad "$command of $root: it opens other files than its report for writing" "$writes"; fi
      changes=$(grep -E ' (un)?link(at)?\(|rename(at2?)?\(|mkdir(at)?\(|rmdir\(|chmod\(|fchmodat\(|chown\(|lchown\(|fchownat\(|truncate\(|utime|setxattr' "$scratch/trace" |
        grep -vF "\"$target" | head -3)
      if [ -z "$changes" ]; then ok; else bad "$command of $root: it changes the node" "$changes"; fi
      if grep -qF "\"$target." "$scratch/trace"; then ok; else bad "$command of $root: the trace does not show the report either"; fi
    done
  done
else
  echo 'left out: system calls of a run, which needs strace'
fi
finish
