"""Compare what the facts say of volumes and of etcd's data with what lsblk, losetup and findmnt say of the same places.
Usage: devices.py FACTS. A line a difference, then "volumes: N"; 1: something differs."""
import json
import re
import subprocess
import sys


def ask(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def mount_of(option, path):
    found = json.loads(ask("findmnt", "-J", "-o", "TARGET,FSTYPE,MAJ:MIN,SOURCE,OPTIONS", option, path))["filesystems"][-1]
    return found["target"], found["fstype"], found["maj:min"], re.sub(r"\[.*\]$", "", found["source"])


def of_device(path):
    """Names from the device down to its disks, in the order of lsblk; a loop device's file and what that lies on follow it."""
    tree = json.loads(ask("lsblk", "-J", "-s", "-o", "NAME,KNAME,TYPE", path))["blockdevices"][0]
    return of_tree(tree)


def of_tree(device):
    names = [device["kname"]]
    if device["type"] == "crypt":  # what lies below does not matter
        return names
    if device["type"] == "loop":
        return names + of_path(ask("losetup", "-n", "-O", "BACK-FILE", "/dev/" + device["kname"]))
    for child in device.get("children", []):
        names += of_tree(child)
    return names


def of_path(path):
    target, kind, _, source = mount_of("--target", path)
    return [target] + of_file_system(kind, source)


def of_file_system(kind, source):
    if kind == "btrfs":
        below = [of_device(line.split()[-1]) for line in ask("btrfs", "filesystem", "show", source).splitlines() if " path " in line]
        return ["btrfs"] + [name for names in below for name in names]
    if kind in ("tmpfs", "ramfs"):
        return [kind]
    return of_device(source) if source.startswith("/dev/") else [None]  # None: whatever comes


def names_of(devices):
    return [text.split(" (")[0] for text in devices]


def differs(what, devices, expected):
    seen = names_of(devices)
    if "fscrypt" in seen[:1]:
        return []
    if None in expected:
        expected = expected[:expected.index(None)]
        seen = seen[:len(expected)]
    return [] if seen == expected else ["%s: %s, not %s" % (what, seen, expected)]


def of_volume(volume):
    point = volume["mount_point"]
    if volume["mode"] == "block":
        return differs(volume["name"], volume["devices"], of_device(point))
    _, kind, _, source = mount_of("--mountpoint", point)
    faults = [] if kind == volume["file_system"] else ["%s: %s, not %s" % (volume["name"], volume["file_system"], kind)]
    return faults + differs(volume["name"], volume["devices"], of_file_system(kind, source))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        facts = json.load(file)
    faults = []
    for volume in facts["volumes"]["items"]:
        faults += of_volume(volume)
    for place in facts["etcd_data"]["directories"]:
        faults += differs(place["path"], place["devices"], of_path(place["path"]))
    print("\n".join(faults + ["volumes: %d" % len(facts["volumes"]["items"])]))
    sys.exit(1 if faults else 0)


main()
