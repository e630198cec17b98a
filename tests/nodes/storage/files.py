"""Cases of etcd's snapshots and of the file with the keys: controls that are no tables."""
import os
import time

CASES = []
DIRECTORY = "/var/backups/etcd"
SITE = "parameters: {etcd-snapshot-directory: %s%s}\n"
ENCRYPTION = "/etc/kubernetes/enc/encryption.yaml"


def case(key, name, verdict, *evidence):
    def add(change):
        CASES.append((name, key, verdict, "", change, evidence))
        return change
    return add


def snapshot(node, hours, name="snapshot.db", directory=DIRECTORY):
    node.tree.write("%s/%s" % (directory, name), "x")
    then = time.time() - hours * 3600
    os.utime(node.tree.path("%s/%s" % (directory, name)), (then, then))


def told(node, more=""):
    """The site file says where snapshots are."""
    node.tree.site(SITE % (DIRECTORY, more))


# ---- snapshots of etcd ----

@case("etcd-snapshots", "a worker", "not-applicable", "o etcd runs on this node")
def _(node):
    node.tree.make_worker()


@case("etcd-snapshots", "nothing says where they are", "manual", "etcd-snapshot-directory", "etcd_snapshots.schedules")
def _(node):
    node.tree.write("/etc/cron.d/etcd-backup", "")


@case("etcd-snapshots", "a fresh one", "pass")
def _(node):
    snapshot(node, 2)
    snapshot(node, 200, "old.db")
    told(node)


@case("etcd-snapshots", "an old one", "fail", "26h", "the newest snapshot must not be older")
def _(node):
    snapshot(node, 26)
    told(node)


@case("etcd-snapshots", "an old one that the site finds new enough", "pass")
def _(node):
    snapshot(node, 26)
    told(node, ", etcd-snapshot-age-max: 48h")


@case("etcd-snapshots", "a fresh one that the site finds too old", "fail", "2h")
def _(node):
    snapshot(node, 2)
    told(node, ", etcd-snapshot-age-max: 1h")


@case("etcd-snapshots", "an empty directory", "fail", "etcd_snapshots.count")
def _(node):
    node.tree.directories(node.tree.path(DIRECTORY))
    told(node)


@case("etcd-snapshots", "a directory that is not there", "fail", "etcd_snapshots.count")
def _(node):
    told(node)


@case("etcd-snapshots", "a file in its place", "error", DIRECTORY)
def _(node):
    node.tree.write(DIRECTORY, "")
    told(node)


@case("etcd-snapshots", "only directories and links in it", "fail", "etcd_snapshots.count")
def _(node):
    node.tree.directories(node.tree.path(DIRECTORY + "/snapshot.db"))
    node.tree.link(DIRECTORY + "/latest.db", "gone")
    told(node)


def many(node, count, hours):
    directory = node.tree.path(DIRECTORY)
    node.tree.directories(directory)
    then = time.time() - hours * 3600
    first = os.path.join(directory, "0")
    with open(first, "w", encoding="utf-8"):
        pass
    os.utime(first, (then, then))
    node.tree.journal.append(lambda: os.unlink(first))
    for i in range(1, count):
        path = os.path.join(directory, str(i))
        os.link(first, path)
        node.tree.journal.append(lambda path=path: os.unlink(path))
    told(node)


@case("etcd-snapshots", "as many old ones as are looked at", "fail", "48h")
def _(node):
    many(node, 10000, 48)


@case("etcd-snapshots", "one old one more: a newer one may be among them", "error", "holds more than 10000 files")
def _(node):
    many(node, 10001, 48)


@case("etcd-snapshots", "one fresh one more", "pass")
def _(node):
    many(node, 10001, 2)


@case("etcd-snapshots", "on a network mount", "error", "nfs")
def _(node):
    snapshot(node, 2)
    node.mount(DIRECTORY, "0:88", "nfs4", "10.0.0.9:/backups")
    told(node)


# ---- the file with the keys ----

@case("encryption-config-mode", "as it is", "pass")
def _(node):
    pass


@case("encryption-config-mode", "readable by its group", "fail", "0640")
def _(node):
    node.tree.mode(ENCRYPTION, "0640")


@case("encryption-config-mode", "another user's", "fail", "secrets_at_rest.owner is other")
def _(node):
    os.chown(node.tree.path(ENCRYPTION), 1000, 0)
    node.tree.journal.append(lambda: os.chown(node.tree.path(ENCRYPTION), 0, 0))


@case("encryption-config-mode", "the user's that the API server runs as", "pass", "secrets_at_rest.owner is server")
def _(node):
    os.chown(node.tree.path(ENCRYPTION), 65530, 0)
    node.tree.journal.append(lambda: os.chown(node.tree.path(ENCRYPTION), 0, 0))
    for pid in node.tree.pids("kube-apiserver"):
        node.tree.text("/proc/%s/status" % pid, "Uid:\t0\t0\t0\t0", "Uid:\t65530\t65530\t65530\t65530")


@case("encryption-config-mode", "another user's, and nothing runs", "error", "no process shows as which user the API server runs")
def _(node):
    os.chown(node.tree.path(ENCRYPTION), 65530, 0)
    node.tree.journal.append(lambda: os.chown(node.tree.path(ENCRYPTION), 0, 0))
    for pid in node.tree.pids("kube-apiserver"):
        node.tree.remove("/proc/" + pid)


@case("encryption-config-mode", "less than that", "pass")
def _(node):
    node.tree.mode(ENCRYPTION, "0400")


@case("encryption-config-mode", "no encryption", "not-applicable", "here is no encryption configuration on this node")
def _(node):
    node.tree.unflag("kube-apiserver", "--encryption-provider-config")


@case("encryption-config-mode", "a worker", "not-applicable")
def _(node):
    node.tree.make_worker()


@case("encryption-config-mode", "no file", "error", "encryption.yaml")
def _(node):
    node.tree.remove(ENCRYPTION)


@case("encryption-config-mode", "a directory in its place", "error", "encryption.yaml")
def _(node):
    node.tree.replace_by_directory(ENCRYPTION)
