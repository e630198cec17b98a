#include "small_node.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "supervise.h"

enum { TICKS = 100 };

static char *below(const small_node *node, const char *path) {
  return pl_printf(node->arena, "%s%s", node->path, path);
}

static void make_parents(const small_node *node, const char *path) {
  for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
    mkdir(below(node, pl_strndup(node->arena, path, (size_t)(slash - path))), 0755);
}

void small_node_bytes(small_node *node, const char *path, const char *data, size_t length) {
  make_parents(node, path);
  int fd = open(below(node, path), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ck_assert_msg(fd >= 0, "%s cannot be written", path);
  ck_assert_int_eq(write(fd, data, length), (ssize_t)length);
  close(fd);
}

void small_node_file(small_node *node, const char *path, const char *content) {
  small_node_bytes(node, path, content, strlen(content));
}

void small_node_link(small_node *node, const char *path, const char *target) {
  make_parents(node, path);
  ck_assert_int_eq(symlink(target, below(node, path)), 0);
}

void small_node_mode(small_node *node, const char *path, unsigned mode) {
  ck_assert_int_eq(chmod(below(node, path), mode), 0);
}

void small_node_mtime(small_node *node, const char *path, int64_t seconds) {
  struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
  ck_assert_int_eq(utimensat(AT_FDCWD, below(node, path), times, 0), 0);
}

static void write_nul_separated(small_node *node, const char *path, const char *const *texts) {
  pl_auto_buffer pl_buffer data;
  pl_buffer_init(&data, 1 << 20);
  for (size_t i = 0; texts && texts[i]; i++)
    pl_buffer_add(&data, texts[i], strlen(texts[i]) + 1);
  small_node_bytes(node, path, data.data ? data.data : "", data.length);
}

static const char node_mounts[] = "20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
                                  "21 20 0:5 / /proc rw - proc proc rw\n"
                                  "22 20 0:6 / /run rw - tmpfs tmpfs rw\n";

void small_node_process(small_node *node, const small_process *process) {
  pl_arena *arena = node->arena;
  char *directory = pl_printf(arena, "/proc/%d/", process->pid);
  const char *cgroup = process->cgroup ? process->cgroup : "/";
  write_nul_separated(node, pl_printf(arena, "%scmdline", directory), process->argv);
  write_nul_separated(node, pl_printf(arena, "%senviron", directory), process->environ);
  small_node_file(node, pl_printf(arena, "%scgroup", directory), pl_printf(arena, "0::%s\n", cgroup));
  small_node_file(node, pl_printf(arena, "%smountinfo", directory),
                  process->mountinfo ? process->mountinfo : node_mounts);
  small_node_file(node, pl_printf(arena, "%sstatus", directory), "Name:\tx\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
  int parent = process->parent ? process->parent : 1;
  small_node_file(node, pl_printf(arena, "%sstat", directory),
                  pl_printf(arena, "%d (x) S %d 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %lld 0 0\n", process->pid, parent,
                            (long long)process->started * TICKS));
  if (process->exe)
    small_node_link(node, pl_printf(arena, "%sexe", directory), process->exe);
  small_node_link(node, pl_printf(arena, "%scwd", directory), "/");
  small_node_link(node, pl_printf(arena, "%sns/pid", directory),
                  process->namespace ? process->namespace : NODE_PID_NAMESPACE);
  small_node_link(node, pl_printf(arena, "%sns/mnt", directory),
                  process->mountinfo ? pl_printf(arena, "mnt:[%d]", process->pid) : "mnt:[1]");
}

void small_node_bundle(small_node *node, const char *id, const char *namespace, const char *pod, const char *uid,
                       const char *container, const char *image, const char *mounts) {
  pl_arena *arena = node->arena;
  small_node_file(
      node, pl_printf(arena, "/run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json", id),
      pl_printf(arena,
                "{\"ociVersion\": \"1.0.2\", \"process\": {\"env\": [\"PASSWORD=hidden\"]}, \"mounts\": [%s], "
                "\"annotations\": {"
                "\"io.kubernetes.cri.sandbox-namespace\": \"%s\", \"io.kubernetes.cri.sandbox-name\": \"%s\", "
                "\"io.kubernetes.cri.sandbox-uid\": \"%s\", \"io.kubernetes.cri.container-name\": \"%s\", "
                "\"io.kubernetes.cri.image-name\": \"%s\"}}",
                mounts ? mounts : "", namespace, pod, uid, container, image));
}

small_node *small_node_new(void) {
  pl_arena *arena = pl_arena_new();
  small_node *node = pl_new(arena, small_node);
  node->arena = arena;
  node->path = make_tree();
  small_node_file(node, "/proc/stat", pl_printf(arena, "btime %d\n", SMALL_NODE_BOOT));
  small_node_process(node, &(small_process){.pid = 1, .exe = "/usr/lib/systemd/systemd", .argv = {"/sbin/init"}});
  return node;
}

void small_node_free(small_node *node) {
  pl_host_close(node->host);
  if (node->data)
    pl_data_close(node->data);
  remove_tree(node->path);
  pl_arena_free(node->arena);
}

pl_host *small_node_host(small_node *node) {
  pl_error err = {0};
  if (!node->host)
    node->host = pl_host_open(node->arena, &(pl_host_options){.root = node->path}, &err);
  ck_assert_msg(node->host != NULL, "%s", err.text);
  return node->host;
}

static pl_data *compiled_in(small_node *node) {
  pl_error err = {0};
  if (!node->data)
    node->data = pl_data_open(node->arena, NULL, false, &err);
  ck_assert_msg(node->data != NULL, "%s", err.text);
  return node->data;
}

pl_platforms *small_node_platforms(small_node *node) {
  pl_faults faults;
  pl_faults_init(&faults, node->arena);
  if (!node->platforms)
    node->platforms = pl_platforms_load(node->arena, compiled_in(node), &faults);
  ck_assert_uint_eq(faults.total, 0);
  return node->platforms;
}

pl_node *small_node_collect(small_node *node, const pl_collect_options *options) {
  pl_faults faults;
  pl_faults_init(&faults, node->arena);
  pl_collect_options all = options ? *options : (pl_collect_options){0};
  all.platforms = all.platforms ? all.platforms : small_node_platforms(node);
  all.agents = pl_agents_load(node->arena, compiled_in(node), &faults);
  all.tables = pl_tables_load(node->arena, compiled_in(node), &faults);
  ck_assert_uint_eq(faults.total, 0);
  return pl_collect(node->arena, small_node_host(node), &all);
}
