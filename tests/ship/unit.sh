#!/bin/bash
# The systemd service and timer: systemd understands them, they give away what can be given away, and hide nothing of the node.
# shellcheck source=tests/ship/lib.bash
. "$(dirname "$0")/lib.bash"
unit=src/ship/plumbline.service
if ! command -v systemd-analyze >/dev/null; then
  echo 'left out: systemd-analyze, which is not installed'
  ok
  finish
fi
mkdir "$scratch/units"
sed "s,/usr/bin/plumbline,$tool," "$unit" >"$scratch/units/plumbline.service"
cp src/ship/plumbline.timer "$scratch/units/"
run systemd-analyze verify --man=no --recursive-errors=no "$scratch/units/plumbline.service" "$scratch/units/plumbline.timer"
expect_status 0 "verify: $err"
expect_equal "$(grep -v 'Failed to prepare filename /proc/self' <<<"$err")" '' 'verify has nothing to say'
run systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' src/ship/plumbline.timer)"
expect_status 0 'the calendar of the timer'
run systemd-analyze security --offline=true --no-pager --threshold=30 "$scratch/units/plumbline.service"
expect_status 0 "security: exposure below 3.0: $(tail -n 3 <<<"$out")"
tail -n 1 <<<"$out"
for hides in PrivateTmp PrivateDevices PrivateNetwork PrivateUsers PrivateIPC PrivatePIDs ProtectProc ProcSubset ProtectKernelModules ProtectKernelLogs \
  InaccessiblePaths TemporaryFileSystem RootDirectory RootImage DynamicUser; do
  if ! grep -q "^$hides=" "$unit"; then ok; else bad "$hides hides part of the node"; fi
done

# Its own command, with the directory that systemd would give it, as root and with its capabilities only.
stock=$(node kubeadm-stock)
mkdir "$scratch/log" "$scratch/log/plumbline"
read -ra words < <(sed -n "s,^ExecStart=/usr/bin/plumbline,$tool,p" "$unit" | sed "s,%L,$scratch/log,g")
capable=()
if [ "$(id -u)" -eq 0 ]; then
  names=$(sed -n 's/^CapabilityBoundingSet=//p' "$unit" | tr ' ' '\n' | sed 's/^CAP_/+/' | tr 'A-Z\n' 'a-z,')
  capable=(setpriv --bounding-set="-all,${names%,}" --inh-caps=-all --no-new-privs)
fi
run "${capable[@]}" "${words[@]}" --root "$stock"
expect_status 0 "what the unit runs: $err"
today=$(date -u +%Y-%m-%d)
if xmllint --noout "$scratch/log/plumbline/$today.xml"; then ok; else bad 'a dated report' "$(find "$scratch/log")"; fi
expect_equal "$(verdict "$scratch/log/plumbline/$today.json" 4.2.1)" pass 'the report of the day'
finish
