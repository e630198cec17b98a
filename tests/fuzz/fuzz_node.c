/*
 * Files of a node, parted by lines "==", in this order: static pod manifest, OCI bundle, kubelet configuration,
 * containerd configuration, kubeconfig, os-release, package database, drop-in of a unit, cgroup of a process,
 * OpenShift's configuration of an API server. A whole collection is made of them, written and read back.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plumbline/core/json.h"
#include "plumbline/kube/collect.h"

#define ID  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD "c18980a4fd9d9bd751bb2418ac6debad"

static char root[] = "/tmp/plumbline-fuzz-XXXXXX";
static pl_arena *shared;
static pl_data *data;
static pl_platforms *platforms;
static pl_agents *agents;
static pl_tables *tables;

static const char *const places[] = {"/etc/kubernetes/manifests/kube-apiserver.yaml",
                                     "/run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
                                     "/etc/k.yaml",
                                     "/etc/containerd/config.toml",
                                     "/etc/kubernetes/admin.conf",
                                     "/etc/os-release",
                                     "/var/lib/dpkg/status",
                                     "/etc/systemd/system/kubelet.service",
                                     "/proc/31/cgroup",
                                     "/etc/o.yaml"};

static void put(const char *path, const char *text, size_t length) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
    mkdir(pl_printf(arena, "%s%.*s", root, (int)(slash - path), path), 0755);
  pl_auto_close int fd = open(pl_printf(arena, "%s%s", root, path), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd < 0 || write(fd, text, length) != (ssize_t)length)
    abort();
}

static void put_process(int pid, const char *exe, const char *cmdline, size_t length, const char *cgroup) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  char *directory = pl_printf(arena, "/proc/%d", pid);
  put(pl_printf(arena, "%s/cmdline", directory), cmdline, length);
  put(pl_printf(arena, "%s/cgroup", directory), cgroup, strlen(cgroup));
  put(pl_printf(arena, "%s/mountinfo", directory), "1 0 8:1 / / rw - ext4 /dev/a rw\n", 32);
  put(pl_printf(arena, "%s/ns/x", directory), "", 0);
  if (symlink(exe, pl_printf(arena, "%s%s/exe", root, directory)) < 0 ||
      symlink("pid:[4026531836]", pl_printf(arena, "%s%s/ns/pid", root, directory)) < 0)
    abort();
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where) {
  (void)st;
  (void)type;
  (void)where;
  return remove(path);
}

static void clean_up(void) { nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  static const char kubelet[] = "/usr/bin/kubelet\0--config=/etc/k.yaml\0--kubeconfig=/etc/kubernetes/"
                                "admin.conf\0--pod-manifest-path=/etc/kubernetes/manifests";
  static const char configured[] = "kube-apiserver\0--openshift-config=/etc/o.yaml";
  pl_faults faults;
  shared = pl_arena_new();
  pl_faults_init(&faults, shared);
  data = pl_data_open(shared, NULL, false, NULL);
  if (!data || !mkdtemp(root))
    abort();
  atexit(clean_up);
  platforms = pl_platforms_load(shared, data, &faults);
  agents = pl_agents_load(shared, data, &faults);
  tables = pl_tables_load(shared, data, &faults);
  put_process(1, "/sbin/init", "/sbin/init", 11, "0::/\n");
  put_process(9, "/usr/bin/kubelet", kubelet, sizeof kubelet, "0::/system.slice/kubelet.service\n");
  put_process(10, "/usr/bin/containerd", "containerd", 11, "0::/\n");
  put_process(30, "/kube-apiserver", "kube-apiserver\0--v=2", 21, "0::/kubepods/pod" POD "/" ID "\n");
  put_process(31, "/etcd", "etcd", 5, "");
  put_process(32, "/usr/bin/kube-apiserver", configured, sizeof configured, "0::/\n");
  return 0;
}

static void lay_out(const char *text, size_t length) {
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    const char *end = memmem(text, length, "==\n", 3);
    size_t part = end ? (size_t)(end - text) : length;
    put(places[i], text, part);
    text += end ? part + 3 : part;
    length -= end ? part + 3 : part;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  lay_out((const char *)input, size);
  pl_host *host = pl_host_open(arena, &(pl_host_options){.root = root}, NULL);
  if (!host)
    abort();
  pl_collect_options options = {.platforms = platforms, .agents = agents, .tables = tables};
  const pl_node *facts = pl_collect(arena, host, &options);
  const char *written = pl_json_text(arena, facts, false);
  const pl_node *read = pl_json_read(arena, (pl_bytes){written, strlen(written)}, &pl_json_facts_limits, NULL, NULL);
  if (!read || !pl_node_equal(facts, read))
    abort();
  pl_host_close(host);
  return 0;
}
