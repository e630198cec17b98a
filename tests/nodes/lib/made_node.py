"""A node's tree made from a description: files with mode and owner, links, processes, static pods. See ../distributions/README.md."""
import functools
import json
import os
import shutil
import tarfile
import tempfile

from node_tree import AS_ROOT, NODES, Tree

KUBECONFIG = """apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://10.0.0.1:6443"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
users: [{name: u, user: {client-certificate: /dev/null, client-key: /dev/null}}]
"""
PID_NAMESPACE = "pid:[4026531836]"
STATUS = "Name:\tx\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nCapEff:\t%s\nCapBnd:\t%s\nSeccomp:\t%d\n"
PRIVILEGED = STATUS % ("000001ffffffffff", "000001ffffffffff", 0)
CONFINED = STATUS % ("00000000a80425fb", "00000000a80425fb", 2)  # what containerd gives without further words
MARKS = "SRCHDKMUN"  # where a verdict is from: ../distributions/README.md
MOUNTS = "20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n21 20 0:5 / /proc rw - proc proc rw\n22 20 0:6 / /run rw - tmpfs tmpfs rw\n"
IN_POD = "20 1 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w\n21 20 0:5 / /proc rw - proc proc rw\n"


@functools.lru_cache(maxsize=None)
def certificate(name):
    """One of the real, public ones of a captured node."""
    with tarfile.open(os.path.join(NODES, "kubeadm-stock.tar.gz")) as archive:
        return archive.extractfile("etc/kubernetes/pki/%s.crt" % name).read().decode()


def binary(version):
    """What a scan for the version finds in a program of Kubernetes."""
    return "\x7fELF\0k8s.io/kubernetes\0v%s\0" % version


def default_content(path):
    if path.endswith((".crt", ".pem")) and "key" not in os.path.basename(path):
        return certificate("etcd/ca" if "etcd" in path else "ca")
    if "kubeconfig" in os.path.basename(path) or path.endswith((".conf", ".config")):
        return KUBECONFIG
    return ""


class Node:
    """What a distribution's description fills in."""

    def __init__(self, platform):
        self.platform = platform
        self.files = []      # (mode, uid, gid, path, content); content None: a directory
        self.links = []      # (path, target)
        self.processes = []  # dicts
        self.options = []    # of the program
        self.truth = {}      # control -> (verdicts, why)
        self.embedded = ()   # components whose flags nothing shows
        self.rejected = {}   # pid -> why it is no component of this node
        self.roles = {}      # role -> whether the node has it
        self.next_pid = 100
        self.process("/sbin/init", exe="/usr/lib/systemd/systemd", pid=1)

    def tree(self, text, content=None):
        """Lines "MODE UID:GID PATH": a directory ends with a slash. "PATH -> TARGET" is a link."""
        for line in filter(None, map(str.strip, text.splitlines())):
            if " -> " in line:
                self.links.append(tuple(line.split(" -> ")))
                continue
            mode, owner, path = line.split()
            uid, gid = owner.split(":")
            given = (content or {}).get(path)
            self.files.append((int(mode, 8), int(uid), int(gid), path.rstrip("/"),
                               None if path.endswith("/") else default_content(path) if given is None else given))

    def unit(self, path, text, mode="0644"):
        self.tree("%s 0:0 %s" % (mode, path), {path: text})

    def process(self, command, exe=None, cgroup="/", environ=(), pid=None, files=(), status=None, pid_namespace=PID_NAMESPACE,
                mounts=()):
        """Its pid. COMMAND is split at white space, or a list. FILES are open; STATUS is what its status says of seccomp and capabilities,
        by default that of a program outside of pods, or of one in a pod that asks for nothing. MOUNTS, of one in a pod, are (inside, on
        the host)."""
        argv = command if isinstance(command, list) else command.split()
        pid = pid or self.next_pid
        self.next_pid = max(self.next_pid, pid + 1)
        self.processes.append({"pid": pid, "argv": argv, "exe": exe or argv[0], "cgroup": cgroup, "environ": environ, "files": files,
                               "status": status or (CONFINED if "kubepods" in cgroup else PRIVILEGED), "pid_namespace": pid_namespace,
                               "mounts": mounts})
        return pid

    def static_pod(self, directory, program, arguments, paths=(), uid=0, image=None, mode="0600", suffix=".yaml", name=None):
        """A manifest, and its process as containerd and the kubelet leave it. PATHS are mounted where they are on the host, or (inside, on
        the host)."""
        name = name or program
        arguments = arguments.split()
        hexed = "%032x" % (0xabc000 + len(self.processes))
        pairs = list(enumerate((path, path) if isinstance(path, str) else path for path in paths))
        mounts = "".join("    - {mountPath: %s, name: v%d}\n" % (inside, i) for i, (inside, _) in pairs)
        volumes = "".join("  - {name: v%d, hostPath: {path: %s}}\n" % (i, outside) for i, (_, outside) in pairs)
        manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: kube-system}\nspec:\n  hostNetwork: true\n" % name
        manifest += "  containers:\n  - name: %s\n    image: %s\n    command: [%s]\n    args:\n" % (name, image, program)
        manifest += "".join('    - "%s"\n' % argument for argument in arguments)
        manifest += ("    volumeMounts:\n%s  volumes:\n%s" % (mounts, volumes)) if pairs else ""
        self.unit("%s/%s%s" % (directory, name, suffix), manifest, mode)
        self.tree("0755 0:0 /var/log/pods/kube-system_%s-node1_%s/" % (name, hexed))
        self.process([program] + arguments, exe="/usr/local/bin/" + program,
                     cgroup="/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%s.slice/cri-containerd-%064x.scope"
                     % (hexed, 0xdef000 + len(self.processes)), mounts=[pair for _, pair in pairs])

    def container(self, program, arguments, image, pod=None, mounts=(), argv0=None, namespace=None, state="/run/containerd", environ=()):
        """The pid of a container that containerd's bundle describes: of a static pod without a manifest on the node, or with NAMESPACE of
        the pod POD that came from the API. MOUNTS are (inside, on the host)."""
        hexed, name = "%032x" % (0xabc000 + len(self.processes)), "%064x" % (0xdef000 + len(self.processes))
        if namespace:
            hexed = "-".join([hexed[-8:], "0000", "4000", "8000", hexed[:12]])
        else:
            pod = (pod or program) + "-node1"
        namespace = namespace or "kube-system"
        bundle = {"ociVersion": "1.1.0", "mounts": [{"destination": inside, "source": outside, "type": "bind"} for inside, outside in mounts],
                  "annotations": {"io.kubernetes.cri.sandbox-namespace": namespace, "io.kubernetes.cri.sandbox-name": pod,
                                  "io.kubernetes.cri.sandbox-uid": hexed, "io.kubernetes.cri.container-name": program,
                                  "io.kubernetes.cri.container-type": "container", "io.kubernetes.cri.image-name": image}}
        path = "%s/io.containerd.runtime.v2.task/k8s.io/%s/config.json" % (state, name)
        self.tree("0644 0:0 " + path, {path: json.dumps(bundle)})
        self.tree("0755 0:0 /var/log/pods/%s_%s_%s/" % (namespace, pod, hexed))
        exe = argv0 if argv0 and argv0[0] == "/" else "/usr/local/bin/" + program
        return self.process([argv0 or program] + arguments.split(), exe=exe, cgroup="/kubepods/burstable/pod%s/%s" % (hexed, name),
                            environ=environ, mounts=mounts)

    def proxy(self, command, files=(), version="1.34.1", **more):
        """kube-proxy as a DaemonSet has it, which reads FILES (inside, content) from ConfigMaps."""
        folders = {}
        for inside, content in files:
            place = "/var/lib/kubelet/pods/proxy/volumes/kubernetes.io~configmap/" + os.path.dirname(inside).strip("/").replace("/", "-")
            folders[os.path.dirname(inside)] = place
            path = "%s/%s" % (place, os.path.basename(inside))
            self.tree("0644 0:0 " + path, {path: content})
        self.container("kube-proxy", command, "registry.k8s.io/kube-proxy:v" + version, "kube-proxy-x7k2p", list(folders.items()),
                       "/usr/local/bin/kube-proxy", "kube-system", **more)

    def without(self, programs, places):
        """Neither processes of PROGRAMS nor what lies at or below PLACES."""
        self.processes = [one for one in self.processes if os.path.basename(one["argv"][0].split()[0]) not in programs]
        self.files = [one for one in self.files if not any((one[3] + "/").startswith(place + "/") for place in places)]
        return self

    def moved(self, old, new):
        """The same with everything below OLD below NEW, and named so in arguments and files."""
        self.files = [one[:3] + (one[3].replace(old, new), one[4] and one[4].replace(old, new)) for one in self.files]
        self.links = [tuple(path.replace(old, new) for path in link) for link in self.links]
        for process in self.processes:
            process["exe"] = process["exe"].replace(old, new)
            process["mounts"] = [tuple(path.replace(old, new) for path in pair) for pair in process["mounts"]]
            process["argv"], process["environ"] = ([word.replace(old, new) for word in process[key]] for key in ("argv", "environ"))
        return self

    def with_mode(self, path, mode):
        return self._changed(path, lambda one: (mode,) + one[1:])

    def with_content(self, path, more):
        """MORE at the end of a file."""
        return self._changed(path, lambda one: one[:4] + (one[4] + more,))

    def _changed(self, path, change):
        if path not in [one[3] for one in self.files]:
            raise ValueError(path)
        self.files = [change(one) if one[3] == path else one for one in self.files]
        return self

    def expect(self, *texts):
        """Lines "CONTROL VERDICT[|VERDICT] [MARK] WHY"; a range of controls as 1.1.1-1.1.8. A later line goes before an earlier one."""
        for line in filter(None, map(str.strip, "\n".join(texts).splitlines())):
            controls, verdict, why = line.split(None, 2)
            if not (len(why) > 4 and why[0] + why[2:4] == "[] " and why[1] in MARKS):
                raise ValueError("%s: where is it from?" % line)
            first, _, last = controls.partition("-")
            stem, number = first.rsplit(".", 1)
            for i in range(int(number), int((last or first).rsplit(".", 1)[1]) + 1):
                self.truth["%s.%d" % (stem, i)] = (verdict.split("|"), why)
        return self


class Made:
    """The tree of NODE in a temporary folder, while the block lasts."""

    def __init__(self, node):
        self.node = node
        self.root = None

    def __enter__(self):
        self.fill(tempfile.mkdtemp(prefix="plumbline-made-"))
        return self

    def fill(self, root):
        """Make the tree in the empty folder ROOT."""
        self.root = root
        os.chmod(self.root, 0o755)
        for mode, uid, gid, path, content in self.node.files:
            self._put(path, content, mode, uid, gid)
        for path, target in self.node.links:
            self._link(path, target)
        self._put("/proc/stat", "btime 1700000000\n")
        for process in self.node.processes:
            self._process(process)

    def __exit__(self, *_):
        shutil.rmtree(self.root, ignore_errors=True)

    def _parents(self, path):
        place = self.root + path
        os.makedirs(os.path.dirname(place), mode=0o755, exist_ok=True)
        return place

    def _put(self, path, content, mode=0o644, uid=0, gid=0):
        place = self._parents(path)
        if content is None:
            os.makedirs(place, exist_ok=True)
            mode |= 0 if AS_ROOT else 0o700  # who is not root changes it by its mode
        else:
            with open(place, "w", encoding="utf-8") as file:
                file.write(content)
            os.utime(place, (1700000000, 1700000000))
        os.chmod(place, mode)
        if AS_ROOT:
            os.chown(place, uid, gid)

    def _link(self, path, target):
        os.symlink(target, self._parents(path))

    def _process(self, process):
        folder = "/proc/%d/" % process["pid"]
        self._put(folder + "cmdline", "".join(word + "\0" for word in process["argv"]))
        self._put(folder + "environ", "".join(word + "\0" for word in process["environ"]))
        self._put(folder + "cgroup", "0::%s\n" % process["cgroup"])
        binds = "".join("%d 20 8:1 %s %s rw,relatime - ext4 /dev/sda1 rw\n" % (30 + i, outside, inside)
                        for i, (inside, outside) in enumerate(process["mounts"]))
        self._put(folder + "mountinfo", IN_POD + binds if "kubepods" in process["cgroup"] else MOUNTS)
        self._put(folder + "status", process["status"])
        self._put(folder + "stat", "%d (x) S %d 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n"
                  % (process["pid"], 0 if process["pid"] == 1 else 1))
        self._link(folder + "exe", process["exe"])
        self._link(folder + "cwd", "/")
        self._link(folder + "ns/pid", process["pid_namespace"])
        self._link(folder + "ns/user", "user:[4026531837]")
        if not os.path.lexists(self.root + folder + "ns/net"):  # a node may say otherwise
            self._link(folder + "ns/net", "net:[4026531840]")
        for number, path in enumerate(process["files"], 3):
            self._link(folder + "fd/%d" % number, path)
        self._put(folder + "fd", None, 0o500)
        self._link(folder + "ns/mnt", "mnt:[%d]" % (process["pid"] if "kubepods" in process["cgroup"] else 1))


class MadeTree(Tree):
    """The tree of NODE, for changes that can be undone."""

    def __init__(self, node):
        self.node = node
        super().__init__("")
        self.own_options = list(node.options)
        self.undo()

    def _unpack(self, _):
        Made(self.node).fill(self.root)
