"""A captured node in a scratch folder: unpacked, judged by the built program, changed and put back."""
import glob
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
NODES = os.path.join(TOP, "tests", "nodes")
PROGRAM = os.environ.get("PLUMBLINE", os.path.join(TOP, "build", "plumbline"))
AS_ROOT = os.geteuid() == 0
CONTROL_PLANE = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"]
KUBELET_UNITS = ["/usr/lib/systemd/system/kubelet.service", "/usr/lib/systemd/system/kubelet.service.d"]


class RunFailed(Exception):
    """The program did not give results."""


def output(words, fine, runner=()):
    """What the program prints, when its exit is one of FINE."""
    try:
        run = subprocess.run(list(runner) + [PROGRAM] + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RunFailed(str(error)) from error
    if run.returncode not in fine:
        raise RunFailed("exit %d: %s" % (run.returncode, run.stderr.decode("utf-8", "replace").strip()[:500]))
    return run.stdout.decode("utf-8")


def collect(root, options=(), runner=()):
    """The facts of the node."""
    return json.loads(output(["collect", "--root", root] + list(options), (0,), runner))


def judge(root, edition, options=(), runner=(), benchmark="cis-kubernetes"):
    """Results of BENCHMARK by control id."""
    words = ["check", benchmark, "--root", root, "--edition", edition, "--report", "json"]
    document = json.loads(output(words + list(options), (0, 1, 3), runner))
    results = {}
    for section in document["benchmarks"]:
        if section["id"] == benchmark:
            for result in section["results"]:
                if result["id"] in results:
                    raise RunFailed("control %s is reported twice" % result["id"])
                results[result["id"]] = result
    if not results:
        raise RunFailed("no results of " + benchmark)
    return results


class Tree:
    """A node's tree that can be changed; undo() puts everything back as it was."""

    def __init__(self, archive):
        self.scratch = tempfile.mkdtemp(prefix="plumbline-node-")
        self.root = os.path.join(self.scratch, "node")
        self.aside = os.path.join(self.scratch, "aside")
        os.mkdir(self.aside)
        os.mkdir(self.root)
        self.journal = []
        self.own_options = []  # of the program, for the node as it is
        self.options = []  # and for this change
        self.runner = []   # what starts the program, for this change
        self.serial = 0
        self._unpack(archive)

    def _unpack(self, archive):
        archive = os.path.join(NODES, archive)
        owners = ["--same-owner", "--numeric-owner"] if AS_ROOT else ["--no-same-owner"]
        subprocess.run(["tar", "-xpzf", archive, "-C", self.root] + owners, check=True)
        if not AS_ROOT:  # folders of processes are 0555
            for folder, _, _ in os.walk(self.root):
                os.chmod(folder, stat.S_IMODE(os.lstat(folder).st_mode) | 0o700)

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def path(self, host_path):
        """Where HOST_PATH lies; with stars in it, the one place that fits."""
        if "*" not in host_path:
            return os.path.join(self.root, host_path.lstrip("/"))
        found = glob.glob(os.path.join(glob.escape(self.root), host_path.lstrip("/")))
        if len(found) != 1:
            raise ValueError("%d places fit %s" % (len(found), host_path))
        return found[0]

    # ---- what can be put back ----

    def undo(self):
        self.options = list(self.own_options)
        self.runner = []
        while self.journal:
            self.journal.pop()()

    def take_away(self, path):
        """Move PATH out of the tree."""
        self.serial += 1
        kept = os.path.join(self.aside, str(self.serial))
        os.rename(path, kept)
        self.journal.append(lambda: os.rename(kept, path))

    def put(self, path, content):
        """Give the file PATH other content, its mode and owner unchanged."""
        before = os.lstat(path)
        self.take_away(path)
        with open(path, "wb") as file:
            file.write(content)
        os.chmod(path, stat.S_IMODE(before.st_mode))
        if AS_ROOT:
            os.chown(path, before.st_uid, before.st_gid)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.journal.append(lambda: os.unlink(path))

    # ---- changes, as tables write them: see mutations/mutations.tsv ----

    def apply(self, edit):
        """Do the steps of EDIT, which " ; " separates."""
        for step in edit.split(" ; "):
            verb, _, rest = step.partition(" ")
            method = getattr(self, verb.replace("-", "_"))
            if verb == "text":
                path, _, change = rest.partition(" ")
                old, _, new = change.partition(" =>")
                method(path, with_breaks(old), with_breaks(new[1:]))
            elif verb in ("write", "site"):
                method(*(with_breaks(word) for word in rest.split(" ", 0 if verb == "site" else 1)))
            else:
                method(*rest.split())

    def mode(self, host_path, mode):
        path = self.path(host_path)
        before = stat.S_IMODE(os.lstat(path).st_mode)
        os.chmod(path, int(mode, 8))
        self.journal.append(lambda: os.chmod(path, before))

    def owner(self, host_path, owner):
        path = self.path(host_path)
        before = os.lstat(path)
        uid, gid = owner.split(":")
        os.lchown(path, int(uid), int(gid))
        self.journal.append(lambda: os.lchown(path, before.st_uid, before.st_gid))

    def remove(self, host_path):
        self.take_away(self.path(host_path))

    def replace_by_directory(self, host_path):
        path = self.path(host_path)
        self.take_away(path)
        os.mkdir(path, 0o700)
        self.journal.append(lambda: os.rmdir(path))

    def replace_by_loop(self, host_path):
        """A symbolic link to itself: nothing can be said of what should be there."""
        path = self.path(host_path)
        self.take_away(path)
        os.symlink(os.path.basename(path), path)
        self.journal.append(lambda: os.unlink(path))

    def text(self, host_path, old, new):
        """Replace the one occurrence of OLD."""
        path = self.path(host_path)
        with open(path, "rb") as file:
            content = file.read()
        if content.count(old.encode()) != 1:
            raise ValueError("%s holds %s %d times" % (host_path, old, content.count(old.encode())))
        self.put(path, content.replace(old.encode(), new.encode()))

    def write(self, host_path, content):
        """A new file, root's own, with the directories above it."""
        path = self.path(host_path)
        self.directories(os.path.dirname(path))
        with open(path, "x", encoding="utf-8") as file:
            file.write(content)
        os.chmod(path, 0o600)
        self.journal.append(lambda: os.unlink(path))

    def directories(self, path):
        """PATH and what is above it, as far as it is not there."""
        if not os.path.isdir(path):
            self.directories(os.path.dirname(path))
            os.mkdir(path, 0o755)
            self.journal.append(lambda: os.rmdir(path))

    def move(self, host_path, place):
        """HOST_PATH becomes PLACE."""
        path, place = self.path(host_path), self.path(place)
        self.directories(os.path.dirname(place))
        os.rename(path, place)
        self.journal.append(lambda: os.rename(place, path))

    def link(self, host_path, target):
        """A symbolic link, in place of what is there."""
        path = self.path(host_path)
        self.directories(os.path.dirname(path))
        if os.path.lexists(path):
            self.take_away(path)
        os.symlink(target, path)
        self.journal.append(lambda: os.unlink(path))

    def version(self, version):
        """Judge as if the components were of this version."""
        self.options += ["--kubernetes", version]

    def site(self, content):
        """Judge with this site file."""
        path = os.path.join(self.scratch, "site.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        self.options += ["--site", path]

    def flag(self, component, flag):
        """Give COMPONENT the flag --NAME=VALUE in place of what it has of that name."""
        self._arguments(component, flag.split("=", 1)[0], [flag])

    def unflag(self, component, name):
        self._arguments(component, name, [])

    def arguments(self, component, *words):
        """COMPONENT was started with these words and no others."""
        self._command(component, lambda _: [plain(w) for w in words])

    def append(self, component, *words):
        """These words stand behind what COMPONENT was started with."""
        self._command(component, lambda had: had + [plain(w) for w in words])

    def environment(self, component, *variables):
        """COMPONENT has these variables, and no others."""
        self.put(self.process(component, "environ"), b"".join(plain(v) + b"\0" for v in variables))

    def directory(self, component, host_path):
        """The working directory of COMPONENT."""
        self.take_away(self.process(component, "cwd"))
        self.link("/proc/%s/cwd" % self.pids(component)[0], host_path)

    def clone(self, component, pid, exe, *words):
        """One more process PID, like that of COMPONENT but for the program it runs and its words."""
        place = self.path("/proc/" + pid)
        shutil.copytree(os.path.dirname(self.process(component, "cmdline")), place, symlinks=True)
        self.journal.append(lambda: shutil.rmtree(place))
        os.chmod(place, 0o755)
        for name in ("exe", "cmdline"):
            os.unlink(os.path.join(place, name))
        os.symlink(exe, os.path.join(place, "exe"))
        with open(os.path.join(place, "cmdline"), "wb") as file:
            file.write(b"".join(plain(w) + b"\0" for w in words))

    def user(self, uid):
        """Judge as this user, who can reach the tree itself."""
        before = stat.S_IMODE(os.lstat(self.scratch).st_mode)
        os.chmod(self.scratch, 0o755)
        self.journal.append(lambda: os.chmod(self.scratch, before))
        self.runner = ["setpriv", "--reuid", uid, "--regid", uid, "--clear-groups"]

    def remove_component(self, component):
        """No COMPONENT, none of its pods, nothing that would start it."""
        pods = {pod for pid in self.pids(component) for pod in self.pods_of(pid)}
        for pid in self.pids(component) + [pid for pid in os.listdir(self.path("/proc")) if pods & set(self.pods_of(pid))]:
            if os.path.isdir(self.path("/proc/" + pid)):
                self.take_away(self.path("/proc/" + pid))
        places = KUBELET_UNITS if component == "kubelet" else ["/etc/kubernetes/manifests/%s.yaml" % component]
        for place in places:
            if os.path.lexists(self.path(place)):
                self.take_away(self.path(place))

    def stop(self, component):
        """COMPONENT does not run; what would start it is still there."""
        for pid in self.pids(component):
            self.take_away(os.path.join(self.root, "proc", pid))

    def make_worker(self):
        for component in CONTROL_PLANE:
            self.remove_component(component)

    def hide(self, component):
        """Nothing tells any longer whether COMPONENT runs: no process list, and none of its own files."""
        self.remove_component(component)
        self.take_away(os.path.join(self.root, "proc"))

    def pods_of(self, pid):
        """UIDs of pods in the cgroups of a process."""
        path = self.path("/proc/%s/cgroup" % pid)
        if not pid.isdigit() or not os.path.isfile(path):
            return []
        with open(path, encoding="utf-8") as file:
            return re.findall(r"pod([0-9a-f_-]{32,36})", file.read())

    def pids(self, component):
        """Processes whose program is COMPONENT."""
        found = []
        for pid in os.listdir(os.path.join(self.root, "proc")):
            cmdline = os.path.join(self.root, "proc", pid, "cmdline")
            if pid.isdigit() and os.path.isfile(cmdline):
                with open(cmdline, "rb") as file:
                    first = file.read().split(b"\0")[0].decode("utf-8", "replace")
                if os.path.basename(first) == component:
                    found.append(pid)
        return found

    def process(self, component, name):
        """The file NAME of the one process of COMPONENT."""
        pids = self.pids(component)
        if len(pids) != 1:
            raise ValueError("%d processes of %s" % (len(pids), component))
        return os.path.join(self.root, "proc", pids[0], name)

    def _arguments(self, component, name, new):
        def changed(words):
            had = [w for w in words if is_flag(w.decode(), name)]
            if not had and not new:
                raise ValueError("%s has no %s" % (component, name))
            return [w for w in words if w not in had] + [n.encode() for n in new]
        self._command(component, changed)

    def _command(self, component, changed):
        """Other words for COMPONENT: CHANGED makes them of what there was."""
        cmdline = self.process(component, "cmdline")
        with open(cmdline, "rb") as file:
            words = file.read().split(b"\0")[:-1]
        words = words[:1] + changed(words[1:])
        self.put(cmdline, b"".join(w + b"\0" for w in words))
        manifest = self.path("/etc/kubernetes/manifests/%s.yaml" % component)
        if os.path.exists(manifest):
            self._manifest(manifest, component, words[1:])

    def _manifest(self, manifest, component, words):
        """The same in the static pod's manifest, whose command has a line for each word."""
        with open(manifest, encoding="utf-8") as file:
            lines = file.read().split("\n")
        at = lines.index("    - " + component)
        end = at + 1
        while lines[end].startswith("    - "):
            end += 1
        lines[at + 1:end] = ["    - " + w.decode() for w in words]
        self.put(manifest, "\n".join(lines).encode())


def with_breaks(text):
    return text.replace("\\n", "\n").replace("\\t", "\t")


def plain(word):
    """The bytes of WORD, in which \\xNN stands for one of them: \\x20 is a blank."""
    return word.encode("latin-1").decode("unicode_escape").encode("latin-1")


def is_flag(word, name):
    return word == name or word.startswith(name + "=")


def verdict_of(result):
    """As truth files write it."""
    return "NA" if result["verdict"] == "not-applicable" else result["verdict"].upper()


def conclude(passed, failed):
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(0 if failed == 0 and passed > 0 else 1)


def archive_names():
    return sorted(name for name in os.listdir(NODES) if name.endswith(".tar.gz") and tarfile.is_tarfile(os.path.join(NODES, name)))
