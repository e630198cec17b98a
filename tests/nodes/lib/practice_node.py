"""
A control-plane node on which every practice of sections 4 and 5 of the benchmark service-integrator holds, and which can be changed.
Files below /proc and /sys are as the kernel's documentation has them, those of the distribution as kubeadm writes them.
"""
import json
import os
import re

import made_control_plane as kubeadm
from made_node import PRIVILEGED, MadeTree, Node

UNIT = "[Unit]\nDescription=kubelet\n[Service]\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf\n"
ADMISSION = """apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: PodSecurity
  path: pods.yaml
- name: EventRateLimit
  configuration:
    apiVersion: eventratelimit.admission.k8s.io/v1alpha1
    kind: Configuration
    limits:
    - {type: Namespace, qps: 50, burst: 100, cacheSize: 2000}
"""
PODS = """apiVersion: pod-security.admission.config.k8s.io/v1
kind: PodSecurityConfiguration
defaults:
  enforce: restricted
  enforce-version: latest
exemptions:
  namespaces: [kube-system]
"""
SYSCTLS = """fs/protected_hardlinks 1
fs/protected_symlinks 1
fs/suid_dumpable 2
kernel/dmesg_restrict 1
kernel/kexec_load_disabled 1
kernel/keys/root_maxbytes 25000000
kernel/keys/root_maxkeys 1000000
kernel/kptr_restrict 1
kernel/panic 10
kernel/panic_on_oops 1
kernel/perf_event_paranoid 3
kernel/randomize_va_space 2
kernel/sysrq 0
kernel/unprivileged_bpf_disabled 2
kernel/yama/ptrace_scope 1
net/core/bpf_jit_harden 2
net/ipv4/tcp_syncookies 1
vm/overcommit_memory 1
vm/panic_on_oom 0
"""
SANDBOXES = """[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.gvisor]
  runtime_type = "io.containerd.runsc.v1"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.kata-qemu-snp]
  runtime_type = "io.containerd.kata-qemu-snp.v2"
  runtime_path = "/opt/kata/containerd-shim-kata-v2"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.kata-qemu-snp.options]
    ConfigPath = "/opt/kata/configuration-qemu-snp.toml"
"""
FLAGS = """--enable-admission-plugins=EventRateLimit --admission-control-config-file=/etc/kubernetes/admission/config.yaml
--audit-policy-file=/etc/kubernetes/audit/policy.yaml --audit-log-path=/var/log/kubernetes/audit.log"""
AUDIT = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n"
LOG = "/var/log/kubernetes"
MOUNTED = ["/etc/kubernetes/admission", "/etc/kubernetes/audit", LOG]
BUNDLES = "/run/containerd/io.containerd.runtime.v2.task/k8s.io"
PROFILE = "cri-containerd.apparmor.d (enforce)"
CGROUP = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%s.slice/cri-containerd-%s.scope"


LIMITS = {"memory": {"limit": 134217728}, "cpu": {"quota": 50000, "period": 100000}}


def bundle(node, ident, namespace, name, uid, kind="container", mounts=None, resources=None):
    """What containerd keeps of a container. MOUNTS: place in the container -> on the host."""
    content = {
        "annotations": {
            "io.kubernetes.cri.container-type": kind, "io.kubernetes.cri.sandbox-namespace": namespace,
            "io.kubernetes.cri.sandbox-name": name + "-x1", "io.kubernetes.cri.sandbox-uid": uid,
        },
        "linux": {"resources": resources or {}},
        "mounts": [{"destination": inside, "source": outside, "type": "bind", "options": ["rbind"]} for inside, outside in (mounts or {}).items()],
    }
    if kind == "container":
        content["annotations"]["io.kubernetes.cri.container-name"] = name
    path = "%s/%s/config.json" % (BUNDLES, ident)
    node.tree("0600 0:0 " + path, {path: json.dumps(content)})


def pod(node, namespace, name, program, mounts=None, limits="134217728 50000", label=PROFILE, **process):
    """A pod of one container that runs PROGRAM, and of the one that holds its namespaces, as containerd and the kubelet leave them. LIMITS:
    bytes, and microseconds of each 100000."""
    number = 1 + sum("kubepods" in one["cgroup"] for one in node.processes)
    uid, ident, pause = "00000000-0000-4000-8000-%012x" % number, "%064x" % (0xabcd0000 + number), "%064x" % (0xffff0000 + number)
    cgroup = CGROUP % (uid.replace("-", "_"), ident)
    bundle(node, ident, namespace, name, uid, "container", mounts, LIMITS)
    bundle(node, pause, namespace, name, uid, "sandbox")
    memory, cpu = limits.split()
    controls = {"memory.max": memory, "cpu.max": cpu + " 100000", "../memory.max": "max", "../cpu.max": "max 100000"}
    controls = {os.path.normpath("/sys/fs/cgroup%s/%s" % (cgroup, name)): text + "\n" for name, text in controls.items()}
    node.tree("".join("0644 0:0 %s\n" % path for path in controls), controls)
    pid = process["pid"]
    for one in (pid, pid + 100):
        path = "/proc/%d/attr/current" % one
        node.tree("0644 0:0 " + path, {path: label + "\n"})
    node.process(program, cgroup=cgroup, **process)
    node.process("/pause", cgroup=CGROUP % (uid.replace("-", "_"), pause), pid=pid + 100)
    return uid, ident, pause


def make():
    node = Node("kubeadm")
    kubeadm.add(node, flags={"kube-apiserver": FLAGS}, paths=MOUNTED)
    node.options = ["--kubernetes", "1.34.1"]
    node.unit("/usr/lib/systemd/system/kubelet.service", UNIT)
    node.process(UNIT.partition("ExecStart=")[2].strip(), cgroup="/system.slice/kubelet.service")
    node.process("/usr/bin/containerd", cgroup="/system.slice/containerd.service")
    for process in node.processes:
        if "kubepods" in process["cgroup"]:
            ident = process["cgroup"][-70:-6]
            bundle(node, ident, "kube-system", process["argv"][0], re.search("pod([0-9a-f]{32})", process["cgroup"]).group(1),
                   mounts={path: path for path in ("/etc/kubernetes", LOG, "/var/lib/etcd")})
            path = "/proc/%d/attr/current" % process["pid"]
            node.tree("0644 0:0 " + path, {path: PROFILE + "\n"})
    pod(node, "kube-system", "falco", "/usr/bin/falco", pid=300, status=PRIVILEGED, limits="max max", label="unconfined")
    pod(node, "shop", "web", "/usr/bin/web", pid=303)
    pod(node, "monitoring", "node-exporter", "/bin/node_exporter --path.rootfs=/host/root", {"/host/root": "/"}, pid=301)
    pod(node, "logging", "fluent-bit", "/fluent-bit/bin/fluent-bit -c /etc/fb.conf", {"/logs": LOG}, pid=302, files=["/logs/audit.log"])
    files = {
        "/etc/kubernetes/audit/policy.yaml": AUDIT,
        LOG + "/audit.log": "",
        "/etc/kubernetes/admission/config.yaml": ADMISSION,
        "/etc/kubernetes/admission/pods.yaml": PODS,
        "/var/lib/kubelet/config.yaml": kubeadm.KUBELET_CONFIG % "/etc/kubernetes/pki"
                                        + "seccompDefault: true\nimageGCHighThresholdPercent: 80\nimageGCLowThresholdPercent: 70\n",
        "/etc/containerd/config.toml": kubeadm.CONTAINERD + SANDBOXES,
        "/opt/kata/configuration-qemu-snp.toml": "[hypervisor.qemu]\nconfidential_guest = true\nsev_snp_guest = true\n",
        "/sys/module/apparmor/parameters/enabled": "Y\n",
        "/sys/kernel/security/apparmor/profiles": "/usr/sbin/chronyd (complain)\n%s\n" % PROFILE,
        "/sys/module/kvm_amd/parameters/sev_snp": "Y\n",
        "/dev/null": "",
        "/etc/kubernetes/kubelet.conf": None,
    }
    files.update(("/proc/sys/" + line.split()[0], line.split()[1] + "\n") for line in SYSCTLS.splitlines())
    node.tree("".join("0600 0:0 %s\n" % path for path in files), files)
    node.tree("0755 0:0 /usr/local/bin/runsc\n0755 0:0 /usr/local/bin/containerd-shim-runsc-v1\n0755 0:0 /opt/kata/containerd-shim-kata-v2")
    node.process("/usr/local/bin/containerd-shim-runsc-v1 -namespace k8s.io", cgroup="/system.slice/containerd.service", pid=450)
    return node


class PracticeTree(MadeTree):
    """The same as a tree that can be changed, or another NODE."""

    def __init__(self, node=None):
        super().__init__(node or make())

    def _manifest(self, manifest, component, words):
        """The process alone shows what is in effect; the made manifest stays."""

    def no_pods(self):
        """Nothing runs in a pod."""
        for pid in os.listdir(self.path("/proc")):
            cgroup = self.path("/proc/%s/cgroup" % pid)
            if os.path.isfile(cgroup):
                with open(cgroup, encoding="utf-8") as file:
                    inside = "kubepods" in file.read()
                if inside:
                    self.take_away(self.path("/proc/" + pid))
