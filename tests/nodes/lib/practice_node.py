"""
A control-plane node on which every practice of sections 4 and 5 of the benchmark service-integrator holds, and which can be changed.
Files below /proc and /sys are as the kernel's documentation has them, those of the distribution as kubeadm writes them.
"""
import json
import os

import made_control_plane as kubeadm
from made_node import PRIVILEGED, Made, Node
from node_tree import Tree

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
FLAGS = """--enable-admission-plugins=EventRateLimit --admission-control-config-file=/etc/kubernetes/admission/config.yaml
--audit-policy-file=/etc/kubernetes/audit/policy.yaml --audit-log-path=/var/log/kubernetes/audit.log"""
AUDIT = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n"
LOG = "/var/log/kubernetes"
MOUNTED = ["/etc/kubernetes/admission", "/etc/kubernetes/audit", LOG]
BUNDLES = "/run/containerd/io.containerd.runtime.v2.task/k8s.io"
CGROUP = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%s.slice/cri-containerd-%s.scope"


def pod(node, namespace, name, program, mounts=None, **process):
    """A pod of one container that runs PROGRAM, as containerd and the kubelet leave it. MOUNTS: place in the container -> on the host."""
    number = 1 + sum("kubepods" in one["cgroup"] for one in node.processes)
    uid, ident = "00000000-0000-4000-8000-%012x" % number, "%064x" % (0xabcd0000 + number)
    bundle = {
        "annotations": {
            "io.kubernetes.cri.container-type": "container", "io.kubernetes.cri.container-name": name,
            "io.kubernetes.cri.sandbox-namespace": namespace, "io.kubernetes.cri.sandbox-name": name + "-x1",
            "io.kubernetes.cri.sandbox-uid": uid,
        },
        "mounts": [{"destination": inside, "source": outside, "type": "bind", "options": ["rbind"]} for inside, outside in (mounts or {}).items()],
    }
    path = "%s/%s/config.json" % (BUNDLES, ident)
    node.tree("0600 0:0 " + path, {path: json.dumps(bundle)})
    node.process(program, cgroup=CGROUP % (uid.replace("-", "_"), ident), **process)


def make():
    node = Node("kubeadm")
    kubeadm.add(node, flags=FLAGS, paths=MOUNTED)
    node.options = ["--kubernetes", "1.34.1"]
    node.unit("/usr/lib/systemd/system/kubelet.service", UNIT)
    node.process(UNIT.partition("ExecStart=")[2].strip(), cgroup="/system.slice/kubelet.service")
    node.process("/usr/bin/containerd", cgroup="/system.slice/containerd.service")
    pod(node, "falco", "falco", "/usr/bin/falco", pid=300, status=PRIVILEGED)
    pod(node, "monitoring", "node-exporter", "/bin/node_exporter --path.rootfs=/host/root", {"/host/root": "/"}, pid=301)
    pod(node, "logging", "fluent-bit", "/fluent-bit/bin/fluent-bit -c /etc/fb.conf", {"/logs": LOG}, pid=302, files=["/logs/audit.log"])
    files = {
        "/etc/kubernetes/audit/policy.yaml": AUDIT,
        LOG + "/audit.log": "",
        "/etc/kubernetes/admission/config.yaml": ADMISSION,
        "/etc/kubernetes/admission/pods.yaml": PODS,
        "/var/lib/kubelet/config.yaml": kubeadm.KUBELET_CONFIG % "/etc/kubernetes/pki"
                                        + "seccompDefault: true\nimageGCHighThresholdPercent: 80\nimageGCLowThresholdPercent: 70\n",
        "/etc/containerd/config.toml": kubeadm.CONTAINERD,
        "/etc/kubernetes/kubelet.conf": None,
    }
    files.update(("/proc/sys/" + line.split()[0], line.split()[1] + "\n") for line in SYSCTLS.splitlines())
    node.tree("".join("0600 0:0 %s\n" % path for path in files), files)
    return node


class PracticeTree(Tree):
    """The same as a tree that can be changed."""

    def __init__(self):
        self.node = make()
        super().__init__("")
        self.base = list(self.node.options)
        self.options = list(self.base)

    def _unpack(self, _):
        self.made = Made(self.node)
        self.made.__enter__()
        os.rmdir(self.root)
        self.root = self.made.root

    def close(self):
        self.made.__exit__()
        super().close()

    def undo(self):
        super().undo()
        self.options = list(self.base)

    def _manifest(self, manifest, component, words):
        """The process alone shows what is in effect; the made manifest stays."""
