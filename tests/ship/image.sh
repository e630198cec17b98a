#!/bin/bash
# The image of `make image`: what is in it, and what it does under a real containerd and runc with the security settings of the manifests.
# shellcheck source=tests/ship/lib.bash
. "$(dirname "$0")/lib.bash"
# shellcheck source=tests/ship/node.bash
. tests/ship/node.bash
enter_node "$@"
archive=${PLUMBLINE_IMAGE:-$PWD/build/plumbline-image.tar}

# what is in it
if [ "$(wc -c <"$archive")" -lt $((5 << 20)) ]; then ok; else bad 'the image is under 5 MiB' "$(ls -l "$archive")"; fi
src/ship/image.sh "$static" "$scratch/again.tar" localhost/plumbline "${image_version:=$("$static" version | sed -n 's/^plumbline //p')}" >/dev/null
if cmp -s "$archive" "$scratch/again.tar"; then ok; else bad 'the same program gives the same image'; fi
run /usr/bin/python3 -B tests/ship/oci_layout.py "$archive"
expect_status 0 "the archive is an OCI image layout: $out"

start_containerd own || leave_out "containerd does not start here: $(tail -n 3 "$scratch/containerd/log")"
load_image || leave_out 'containerd cannot take the image in here'
expect_equal "$(cd "$image_root" && find . -mindepth 1)" ./plumbline 'one file is in the image'
"$tool" manifest job --report json >"$scratch/job.yaml"
spec job "$scratch/job.yaml"
if ! container job --rm >"$scratch/job.report" 2>"$scratch/err"; then
  leave_out "runc starts no container here: $(head -c 300 "$scratch/err")"
fi

# a Job
expect_equal "$(/usr/bin/python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
v = r["vantage"]
print(r["host"]["node_name"], v["mode"], v["root"], v["processes"], v["euid"], *v["capabilities"])' "$scratch/job.report")" \
  'plumbline-node live /host complete 0 CAP_DAC_READ_SEARCH CAP_SYS_PTRACE' 'the vantage of a Job'
for control in 1.1.1 1.2.1 4.2.1; do
  case $(verdict "$scratch/job.report" $control) in pass | fail) ok ;; *) bad "$control was judged" "$(verdict "$scratch/job.report" $control)" ;; esac
done
"$tool" check --root / --node plumbline-node --report json="$scratch/root.report"
verdicts "$scratch/root.report" >"$scratch/root.verdicts"
verdicts "$scratch/job.report" >"$scratch/job.verdicts"
expect_equal "$(diff "$scratch/root.verdicts" "$scratch/job.verdicts" | grep '^>' | grep -v ' error .*network namespace')" '' \
  'the same verdicts as without a container, but for what is of the network namespace: that could not be looked at'
"$tool" manifest job --report json --network >"$scratch/network.yaml"
spec network "$scratch/network.yaml"
container network --rm >"$scratch/network.report" 2>"$scratch/err" || bad 'a Job in the network of the node' "$(cat "$scratch/err")"
verdicts "$scratch/network.report" >"$scratch/network.verdicts"
same "$scratch/root.verdicts" "$scratch/network.verdicts" 'the same verdicts as without a container'

# what it cannot do: write to the host, at the top or below a mount of it
sed 's,"--exit-zero","--every=0",' "$scratch/job.json" >"$scratch/stay.json"
container stay --detach >/dev/null 2>"$scratch/err" || bad 'a Job that stays' "$(cat "$scratch/err")"
pid=$($ctr tasks ls | awk '$1 == "stay" {print $2}')
expect_equal "$(awk '$5 ~ "^/host(/|$)" && $6 !~ "^ro(,|$)" {print $5}' "/proc/$pid/mountinfo")" '' 'everything below /host is read-only'
if [ "$(grep -c ' /host/' "/proc/$pid/mountinfo")" -gt 3 ]; then ok; else bad 'mounts of the host are below /host'; fi
$ctr tasks kill --signal SIGKILL stay
$ctr tasks rm --force stay >/dev/null 2>&1
for place in /host/tmp/report /host/dev/shm/report /report; do
  sed "s,\"--report=json\",\"--report=json=$place\"," "$scratch/job.json" >"$scratch/write.json"
  run container write --rm
  expect_status 4 "a report to $place"
  expect_err 'Read-only file system' "a report to $place"
done

# a DaemonSet's pod: stays, small, lets go of what the host unmounts, and ends when it is told to
"$tool" manifest daemonset --every 1h --results /var/log/plumbline --network >"$scratch/daemon.yaml"
spec daemon "$scratch/daemon.yaml"
mkdir "$scratch/volume"
mount -t tmpfs volume "$scratch/volume"
container daemon --detach >/dev/null 2>"$scratch/err" || bad 'the DaemonSet starts' "$(cat "$scratch/err")"
report=$scratch/daemon.volumes/var/log/plumbline/plumbline-node.xml
for _ in $(seq 300); do
  [ -e "$report" ] && break
  sleep 0.1
done
if xmllint --noout "$report"; then ok; else bad 'the report of the DaemonSet'; fi
pid=$($ctr tasks ls | awk '$1 == "daemon" {print $2}')
peak=$(awk '/^VmHWM:/ {print $2}' "/proc/$pid/status")
echo "peak memory in the container: $peak KiB"
if [ "$peak" -gt 0 ] && [ "$peak" -lt 16384 ]; then ok; else bad "peak memory is $peak KiB"; fi
expect_equal "$(awk '/^(CapEff|CapBnd|NoNewPrivs|Seccomp):/ {printf "%s ", $2}' "/proc/$pid/status")" '0000000000081004 0000000000081004 1 2 ' \
  'DAC_READ_SEARCH, SYS_PTRACE and NET_ADMIN, no new privileges, a filter'
expect_equal "$(readlink "/proc/$pid/ns/net")" "$(readlink /proc/self/ns/net)" '--network: the network of the node'
if grep -q " /host$scratch/volume " "/proc/$pid/mountinfo"; then ok; else bad 'a volume of the host is seen'; fi
umount "$scratch/volume"
if ! grep -q " /host$scratch/volume " "/proc/$pid/mountinfo"; then ok; else bad 'an unmounted volume is held by the pod'; fi
expect_equal "$(awk '{ last[$5] = $6 } END { for (at in last) if (at ~ "^/host($|/proc(/|$)|/sys(/|$))" && last[at] !~ "^ro(,|$)") print at }' "/proc/$pid/mountinfo")" '' \
  'the top of the host, proc and sys are read-only in a pod that stays'
before=$SECONDS
$ctr tasks kill --signal SIGTERM daemon
for _ in $(seq 100); do
  [ "$($ctr tasks ls | awk '$1 == "daemon" {print $3}')" = RUNNING ] || break
  sleep 0.1
done
expect_equal "$($ctr tasks ls | awk '$1 == "daemon" {print $3}')" STOPPED 'SIGTERM ends it'
if [ $((SECONDS - before)) -lt 10 ]; then ok; else bad "it took $((SECONDS - before)) seconds to end"; fi
$ctr tasks rm daemon >/dev/null 2>&1

# Sonobuoy's
"$tool" manifest sonobuoy >"$scratch/sonobuoy.yaml"
spec sonobuoy "$scratch/sonobuoy.yaml"
container sonobuoy --detach >/dev/null 2>"$scratch/err" || bad 'the plugin starts' "$(cat "$scratch/err")"
for _ in $(seq 300); do
  [ -e "$scratch/sonobuoy.volumes/results/done" ] && break
  sleep 0.1
done
expect_equal "$(cat "$scratch/sonobuoy.volumes/results/done")" /tmp/sonobuoy/results/plumbline.xml 'done'
if xmllint --noout "$scratch/sonobuoy.volumes/results/plumbline.xml"; then ok; else bad 'the result for Sonobuoy'; fi
expect_equal "$($ctr tasks ls | awk '$1 == "sonobuoy" {print $3}')" RUNNING 'and it stays'
finish
