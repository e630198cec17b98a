#!/usr/bin/env python3
"""
What `collect` makes of containerd's configuration against what containerd itself makes of the same files: `containerd config dump`
of the installed program, which is never started as a daemon. The files lie in a scratch folder and, under the same path, in a
captured node's tree, so that absolute imports name the same place for both.
"""
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from node_tree import RunFailed, Tree, collect, conclude, judge  # noqa: E402

BASE = "kubeadm-hardened.tar.gz"
SHIPPED = "/etc/containerd/config.toml"
CRI = "io.containerd.grpc.v1.cri"
V3 = 'version = 3\n[plugins."io.containerd.cri.v1.runtime"'
V2 = 'version = 2\n[plugins."%s"' % CRI
ALWAYS = ["root", "state", "cni.conf_dir"]  # collect has a value for these whatever the files say

# The program in the archive is empty: its version is in the package database.
STATUS = "Package: containerd\nStatus: install ok installed\nVersion: %s\n"

# Name of the form -> its files; the first one is the main file. FOLDER stands for where they lie.
FORMS = {
    "an empty file": {"config.toml": ""},
    "version 2": {"config.toml": 'root = "/data"\nstate = "/run/other"\n' + V2 + '.cni]\nconf_dir = "/cni"\nbin_dir = "/cni/bin"\n'},
    "version 2, dotted keys": {"config.toml": 'version = 2\nplugins."%s".cni.conf_dir = \'/dotted\'\n' % CRI},
    "version 2, one inline table": {
        "config.toml": 'version = 2\n[plugins]\n"%s" = {cni = {conf_dir = "/inline"}, containerd = {default_runtime_name = "kata"}}\n' % CRI},
    "version 2, the plugin's name of version 1": {"config.toml": 'version = 2\n[plugins.cri.cni]\nconf_dir = "/cni"\n'},
    "version 1": {"config.toml": 'version = 1\n[plugins.cri.cni]\nconf_dir = "/one"\n'},
    "no version": {"config.toml": 'root = "/data"\n[plugins.cri.cni]\nconf_dir = "/one"\n'},
    "another default runtime": {
        "config.toml": V2 + '.containerd]\ndefault_runtime_name = "runsc"\n'
        '[plugins."%s".containerd.runtimes.runsc]\nruntime_type = "io.containerd.runsc.v1"\ncni_conf_dir = "/runsc"\n' % CRI},
    "version 3": {"config.toml": V3 + '.cni]\nconf_dir = "/three"\n' + V2.replace("version = 2\n", "") + '.cni]\nconf_dir = "/two"\n'},
    "version 4": {"config.toml": 'version = 4\nroot = "/four"\n' + V2.replace("version = 2\n", "") + '.cni]\nconf_dir = "/two"\n'},
    "a runtime by its options alone": {
        "config.toml": V2 + '.containerd.runtimes.runc.options]\nSystemdCgroup = true\nBinaryName = "/opt/runc"\n'},
    "several runtimes": {
        "config.toml": V2 + '.containerd.runtimes.kata]\nruntime_type = "io.containerd.kata.v2"\nruntime_path = "/opt/kata/bin/shim"\n'
        '[plugins."%s".containerd.runtimes.kata.options]\nConfigPath = "/opt/kata/configuration.toml"\n'
        '[plugins."%s".containerd.runtimes.runc]\nruntime_type = "io.containerd.runc.v2"\n' % (CRI, CRI)},
    "runtimes: a later file's table replaces them": {
        "config.toml": 'imports = ["x.toml"]\n' + V2 + '.containerd.runtimes.kata]\nruntime_type = "io.containerd.kata.v2"\n',
        "x.toml": V2 + '.containerd]\ndefault_runtime_name = "runsc"\n'
        '[plugins."%s".containerd.runtimes.runsc]\nruntime_type = "io.containerd.runsc.v1"\n' % CRI},
    "imports: globs relative to the file": {
        "config.toml": 'imports = ["conf.d/*.toml"]\n' + V2 + '.cni]\nconf_dir = "/main"\n',
        "conf.d/10-a.toml": 'root = "/a"\n' + V2 + '.cni]\nconf_dir = "/a"\n',
        "conf.d/20-b.toml": V2 + '.cni]\nconf_dir = "/b"\n',
        "conf.d/30-c.conf": 'root = "/c"\n' + V2 + '.cni]\nconf_dir = "/c"\n'},
    "imports: absolute, one file after another": {
        "config.toml": 'imports = ["FOLDER/z.toml", "FOLDER/a.toml"]\nversion = 2\nroot = "/main"\nstate = "/main/run"\n',
        "z.toml": 'version = 2\nroot = "/z"\n',
        "a.toml": 'version = 2\nroot = "/a"\n'},
    "imports: what an empty text says does not count": {
        "config.toml": 'imports = ["a.toml"]\nversion = 2\nroot = "/main"\n', "a.toml": 'version = 2\nroot = ""\nstate = ""\n'},
    "imports: of imports, and in a circle": {
        "config.toml": 'imports = ["a.toml"]\nversion = 2\nroot = "/main"\n',
        "a.toml": 'imports = ["b.toml", "config.toml"]\nversion = 2\nroot = "/a"\n',
        "b.toml": 'imports = ["a.toml"]\nversion = 2\nstate = "/b"\n'},
    "imports: the plugin's table is replaced as a whole": {
        "config.toml": 'imports = ["x.toml"]\n' + V2 + '.cni]\nconf_dir = "/main"\n',
        "x.toml": V2 + '.containerd.runtimes.runsc]\nruntime_type = "io.containerd.runsc.v1"\n'},
    "imports: of another version": {
        "config.toml": 'imports = ["x.toml"]\n' + V2 + '.cni]\nconf_dir = "/main"\n',
        "x.toml": '[plugins.cri.cni]\nconf_dir = "/one"\n'},
    "imports: a glob that fits nothing": {"config.toml": 'imports = ["none/*.toml"]\nversion = 2\nroot = "/main"\n'},
    "imports: a file that is not there": {"config.toml": 'imports = ["none.toml"]\nversion = 2\nroot = "/main"\n'},
    "no TOML": {"config.toml": "version = \n"},
    "a key twice": {"config.toml": 'version = 2\nroot = "/one"\nroot = "/two"\n'},
    "a file that is named but not there": {},
}


def version():
    """That of the installed program, which is "containerd github.com/containerd/containerd VERSION REVISION"."""
    return subprocess.run(["containerd", "--version"], stdout=subprocess.PIPE, check=True).stdout.decode().split()[2].lstrip("v")


def toml_of(words):
    """What containerd prints, None where it refuses."""
    import tomllib  # from Python 3.11 on
    run = subprocess.run(["containerd"] + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/", timeout=60, check=False)
    return tomllib.loads(run.stdout.decode("utf-8")) if run.returncode == 0 else None


def at(document, path):
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def wanted(dump, name):
    """containerd's value of the setting NAME."""
    return dump.get(name) if name in ("root", "state") else at(dump["plugins"][CRI], name.split("."))


def handlers(runtimes):
    """What `collect` says of them: the default one, and (type, binary, configuration) by name."""
    return runtimes["default"], {handler["name"]: (handler["type"], handler["binary"], handler["config"])
                                 for handler in runtimes["handlers"]}


def wanted_handlers(dump):
    def of(table):
        options = table.get("options") or {}
        return (table["runtime_type"] or None, options.get("BinaryName") or None, options.get("ConfigPath") or None)
    return (wanted(dump, "containerd.default_runtime_name"),
            {name: of(table) for name, table in wanted(dump, "containerd.runtimes").items()})


def differences(dump, containerd):
    settings = {name: setting.get("value") for name, setting in containerd["settings"].items()}
    for name in sorted(set(settings) | set(ALWAYS)):
        if settings.get(name) != wanted(dump, name):
            yield "%s is %r, containerd has %r" % (name, settings.get(name), wanted(dump, name))
    shown, there = handlers(containerd["runtimes"]), wanted_handlers(dump)
    if shown != there:
        yield "runtimes are %r, containerd has %r" % (shown, there)


def faults_of(tree, dump):
    """What is wrong, as texts. Where containerd refuses the files, the control that judges by them must be an ERROR."""
    if dump is not None:
        return list(differences(dump, collect(tree.root)["components"]["containerd"]))
    found = judge(tree.root, "1.12")["1.1.9"]
    return [] if found["verdict"] == "error" else ["containerd refuses it, 1.1.9 is %s: %s" % (found["verdict"], found["reason"])]


def write_files(folder, files):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def try_form(tree, files):
    folder = os.path.join(tree.scratch, "containerd")
    main = os.path.join(folder, "config.toml")
    files = {name: text.replace("FOLDER", folder) for name, text in files.items()}
    write_files(folder, files)
    write_files(tree.path(folder), files)
    try:
        tree.apply("flag containerd --config=" + main)
        tree.write("/var/lib/dpkg/status", STATUS % version())
        return faults_of(tree, toml_of(["--config", main, "config", "dump"]))
    finally:
        tree.undo()


def try_usual_file(tree, text):
    """The file that no argument names: with TEXT, or without the file when TEXT is None."""
    try:
        tree.apply("remove " + SHIPPED)
        if text is not None:
            tree.write(SHIPPED, text)
        dump = toml_of(["config", "default"] if text is None else ["--config", SHIPPED, "config", "dump"])
        return faults_of(tree, dump)
    finally:
        tree.undo()


def tests(tree):
    """(name, what is done)"""
    for name, files in FORMS.items():
        yield name, lambda files=files: try_form(tree, files)
    yield "no file at the usual place", lambda: try_usual_file(tree, None)
    if os.path.isfile(SHIPPED):
        with open(SHIPPED, encoding="utf-8") as file:
            shipped = file.read()
        yield "the distribution's own file", lambda: try_usual_file(tree, shipped)


def main():
    passed = failed = 0
    with Tree(BASE) as tree:
        for name, attempt in tests(tree):
            try:
                faults = attempt()
            except (RunFailed, OSError, ValueError, KeyError) as error:
                faults = ["%s: %s" % (type(error).__name__, error)]
            for fault in faults:
                print("%s: %s" % (name, fault))
            passed += not faults
            failed += bool(faults)
    conclude(passed, failed)


if __name__ == "__main__":
    if shutil.which("containerd") and sys.version_info >= (3, 11):
        main()
    print("left out: containerd's own reading of its configuration, needs containerd installed and Python 3.11")
    print("0 passed, 0 failed")
