#!/bin/bash
# Data at rest on real devices: loop devices with real file systems, RAID, partitions, LUKS, fscrypt and swap, as far as this machine has them. What
# plumbline says of volumes, etcd's data and swap must be what lsblk, losetup, findmnt and swapon say.
# shellcheck source=tests/cli/lib.bash
. "$(dirname "$0")/lib.bash"
# shellcheck source=tests/cli/live.bash
. tests/cli/live.bash

mapped=plumbline-test-${PLUMBLINE_NODE:-$scratch}
mapped=${mapped//\//-}

# shellcheck disable=SC2317 # called by who made the namespaces
clear_up() {
  local name identity zram
  zram=$(cat "$scratch/zram" 2>/dev/null)
  while read -r name; do
    [[ $name != "$scratch"/* && $name != "$zram" ]] || swapoff "$name"
  done < <(swapon --show=NAME --noheadings)
  [ -z "$zram" ] || echo 1 >"/sys/block/${zram#/dev/}/reset"
  [ ! -e "$scratch/md" ] || mdadm --quiet --stop "$(cat "$scratch/md")"
  [ ! -e "/dev/mapper/$mapped" ] || dmsetup remove --retry "$mapped"
  [ ! -e "$scratch/loops" ] || while read -r name identity; do
    [ "$(identity "$name")" != "$identity" ] || losetup --detach "$name"
  done <"$scratch/loops"
}
# identity LOOP-DEVICE: of its file
identity() { losetup --list --noheadings --raw --output BACK-MAJ:MIN,BACK-INO "$1" 2>/dev/null; }
# attach FILE [OPTION]: prints the loop device that it has then, which clear_up detaches
attach() {
  local name
  name=$(losetup --find --show "${@:2}" "$1") && echo "$name $(identity "$name")" >>"$scratch/loops" && echo "$name"
}
enter_node "$@"

losetup --find >/dev/null 2>&1 || leave_out 'this machine has no loop devices'
export DM_DISABLE_UDEV=1
pods=/var/lib/kubelet/pods
staged=/var/lib/kubelet/plugins/kubernetes.io/csi
mount --bind "$scratch/dress/lib/kubelet" /var/lib/kubelet # what lies over /var/lib is read-only
mkdir "$scratch/memory" "$scratch/mounts"
mount -t tmpfs memory "$scratch/memory"

# image NAME [DIRECTORY]: a loop device with a new file
image() {
  truncate -s 48M "${2:-$scratch}/$1" && attach "${2:-$scratch}/$1"
}
ext4() { mkfs.ext4 -q -O "${2:-^encrypt}" "$1"; }

# pod_volume NAME: the directory at which the kubelet would mount this CSI volume for a pod
pod_volume() {
  local at=$pods/11111111-2222-4333-8444-555555555555/volumes/kubernetes.io~csi/$1
  mkdir -p "$at/mount"
  printf '{"driverName": "local.csi.example.com", "volumeHandle": "%s", "specVolID": "%s", "volumeLifecycleMode": "Persistent"}' "$1" "$1" >"$at/vol_data.json"
  echo "$at/mount"
}
# volume NAME DEVICE: mounted for a pod
volume() { mount "$2" "$(pod_volume "$1")"; }

# block_volume NAME DEVICE: the device itself is the volume
block_volume() {
  mkdir -p "$staged/volumeDevices/$1/data" "$staged/volumeDevices/publish/$1"
  printf '{"driverName": "local.csi.example.com", "volumeHandle": "%s"}' "$1" >"$staged/volumeDevices/$1/data/vol_data.json"
  : >"$staged/volumeDevices/publish/$1/11111111-2222-4333-8444-555555555555"
  mount --bind "$2" "$staged/volumeDevices/publish/$1/11111111-2222-4333-8444-555555555555"
}

facts() {
  run "$tool" collect service-integrator -o "$scratch/facts"
  expect_status 0 "$1"
}
rest() { told "[v['rest'] for v in f['volumes']['items'] if v['name'] == '$1'][0]"; }
expect_rest() { expect_equal "$(rest "$1")" "$2" "$1: where its data lies"; }

# ---- volumes ----

disk=$(image disk) && ext4 "$disk" && volume on-the-disk "$disk"
memory=$(image memory "$scratch/memory") && ext4 "$memory" && volume in-memory "$memory"
block_volume raw "$(image raw)"
block_volume raw-in-memory "$(image raw "$scratch/memory")"

outer=$(image outer) && ext4 "$outer" && mount "$outer" "$scratch/mounts"
inner=$(image inner "$scratch/mounts") && ext4 "$inner" && volume in-an-image "$inner"

encrypting=false
if secret=$(image secret) && ext4 "$secret" encrypt && volume some-of-it "$secret" && at=$(pod_volume some-of-it) && mkdir "$at/private" &&
  python3 -B tests/cli/fscrypt.py "$at/private" 2>"$scratch/err"; then
  mount --bind "$at/private" "$(pod_volume by-fscrypt)"
  encrypting=true
else
  echo "left out: fscrypt, which this machine has not: $(tail -n 1 "$scratch/err")"
fi

joined=false
truncate -s 128M "$scratch/one" "$scratch/memory/two"
one=$(attach "$scratch/one") two=$(attach "$scratch/memory/two")
if mkfs.btrfs -q -m single -d single "$one" "$two" >/dev/null 2>"$scratch/err" && btrfs device scan "$one" "$two" >/dev/null 2>"$scratch/err" &&
  volume on-two-devices "$two" 2>"$scratch/err"; then
  joined=true
else
  echo "left out: btrfs, which this machine has not: $(tail -n 1 "$scratch/err")"
fi

truncate -s 48M "$scratch/parts"
printf 'label: gpt\nsize=20M\n' | sfdisk -q "$scratch/parts"
parts=$(attach "$scratch/parts" --partscan)
if [ -b "${parts}p1" ]; then
  ext4 "${parts}p1" && volume on-a-partition "${parts}p1"
else
  echo 'left out: partitions, which this kernel does not find in loop devices'
fi

mirrored=false
if grep -qw md /proc/devices && first=$(image first) && second=$(image second "$scratch/memory") &&
  mdadm --quiet --create "/dev/md/$mapped" --run --metadata=1.2 --level=1 --raid-devices=2 "$first" "$second" 2>"$scratch/err"; then
  readlink -f "/dev/md/$mapped" >"$scratch/md"
  ext4 "$(cat "$scratch/md")" && volume on-raid "$(cat "$scratch/md")" && mirrored=true
else
  echo 'left out: RAID, which this kernel has not'
fi

luks=false
head -c 32 /dev/urandom >"$scratch/key"
if dmsetup targets 2>/dev/null | grep -q '^crypt ' && crypt=$(image crypt) &&
  cryptsetup --batch-mode --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 luksFormat "$crypt" "$scratch/key" 2>"$scratch/err" &&
  cryptsetup --key-file "$scratch/key" open "$crypt" "$mapped" 2>"$scratch/err"; then
  ext4 "/dev/mapper/$mapped" && volume on-luks "/dev/mapper/$mapped" && luks=true
else
  echo 'left out: LUKS, as this kernel has no dm-crypt'
fi

mount --bind "$(pod_volume in-memory)" /var/lib/etcd
facts 'facts of real volumes'
run python3 -B tests/cli/devices.py "$scratch/facts"
expect_status 0 "volumes and etcd's data are where lsblk, losetup and findmnt say: $out"
expect_out 'volumes: ' 'the volumes were compared'
[ "$status" -ne 0 ] || echo "$out"
for name in in-memory raw-in-memory; do expect_rest $name memory; done
expect_equal "$(told "f['etcd_data']['rest']" 2>/dev/null)" memory "etcd's data"
! $encrypting || expect_rest by-fscrypt encrypted
! $luks || expect_rest on-luks encrypted
# Two branches, one of them in memory: the other decides.
base=$(rest on-the-disk)
for name in raw in-an-image; do expect_rest $name "$base"; done
! $encrypting || expect_rest some-of-it "$base"
! $joined || expect_rest on-two-devices "$base"
! $mirrored || expect_rest on-raid "$base"
case $base in plain | virtual | opaque | encrypted) ok ;; *) bad "the disk of this machine: $base" ;; esac

# ---- swap ----

# as_swapon WHAT: the areas, one a line, with their kind
as_swapon() {
  facts "$1"
  expect_equal "$(told "'\n'.join(sorted(a['path'] + ' ' + a['type'] for a in f['swap']['areas']))")" \
    "$(swapon --show=NAME,TYPE --noheadings --raw | sort)" "$1: areas of swap"
}
area() { told "[(a['rest'], a['devices'][0]) for a in f['swap']['areas'] if a['path'] == '$1'][0]"; }

as_swapon 'no swap of ours'
before=$(told "f['swap']['state']")
swapon --show=NAME --noheadings | grep -q . || expect_equal "$before" none 'no swap'
dd if=/dev/zero of="$scratch/swap" bs=64k count=16 status=none
chmod 600 "$scratch/swap"
mkswap "$scratch/swap" >/dev/null
if swapon "$scratch/swap" 2>"$scratch/err"; then
  as_swapon 'a swap file'
  expect_equal "$(area "$scratch/swap")" "('$base', '$(findmnt -n -o TARGET -T "$scratch/swap") ($(findmnt -n -o FSTYPE -T "$scratch/swap"))')" \
    'the swap file is where its file system is'
  case "$base $(told "f['swap']['state']")" in
  'plain plaintext' | 'virtual undecided' | 'encrypted protected' | 'opaque undecided') ok ;;
  *) bad "swap on $base: $(told "f['swap']['state']")" ;;
  esac
  swapoff "$scratch/swap"
else
  echo "left out: a swap file, which this machine refuses: $(cat "$scratch/err")"
fi
partition=$(image partition "$scratch/memory")
mkswap "$partition" >/dev/null
if swapon "$partition" 2>"$scratch/err"; then
  as_swapon 'swap on a device'
  expect_equal "$(area "$partition")" "('memory', '${partition#/dev/} (loop, $scratch/memory/partition)')" 'swap on a device is in its file'
  swapoff "$partition"
else
  echo "left out: swap on a device, which this machine refuses: $(cat "$scratch/err")"
fi
if [ "$(cat /sys/block/zram0/disksize 2>/dev/null)" = 0 ] && echo /dev/zram0 >"$scratch/zram" && echo 4M >/sys/block/zram0/disksize &&
  mkswap /dev/zram0 >/dev/null && swapon /dev/zram0 2>"$scratch/err"; then
  as_swapon 'swap on zram'
  expect_equal "$(area /dev/zram0)" "('memory', 'zram0 (zram)')" 'swap on zram is in memory'
  expect_equal "$(told "f['swap']['state']")" "$(if [ "$before" = none ]; then echo protected; else echo "$before"; fi)" 'swap on zram alone'
  swapoff /dev/zram0
else
  echo 'left out: swap on zram, which this machine has not or which is in use'
fi
as_swapon 'no swap of ours any more'

# ---- the verdict ----

# judged WHAT: of csi-encryption
judged() {
  "$tool" check service-integrator --only csi-encryption --report json="$scratch/report"
  verdicts "$scratch/report" | cut -d' ' -f3
}
for point in $(findmnt -rn -o TARGET | grep -E "^($pods|$staged)/.*(/kubernetes.io~csi/|/publish/)" | grep -vE '/by-fscrypt/|/on-luks/' | tac); do
  umount "$point"
done
rm -rf "$pods"/*/volumes/kubernetes.io~csi/{on-the-disk,in-an-image,some-of-it,on-two-devices,on-a-partition,on-raid}
if $encrypting || $luks; then expect_equal "$(judged)" pass 'only encrypted volumes'; fi
volume on-the-disk "$disk"
expect_equal "$(judged)" "$(case $base in plain) echo fail ;; encrypted) echo pass ;; *) echo manual ;; esac)" "and one on a disk that is $base"
finish
