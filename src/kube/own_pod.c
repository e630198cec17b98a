/* The pod that we run in ourselves, which is no workload of the node's. */
#include "plumbline/core/limits.h"
#include "pods.h"

static const char *read_own(const pl_host *host, pl_arena *arena, const char *path, size_t maximum) {
  pl_bytes text;
  return pl_root_read_virtual(host->proc, arena, path, maximum, &text, NULL) == 0 ? text.data : NULL;
}

static const char *by_cgroup(const pl_host *host, pl_arena *scratch) {
  const char *text = read_own(host, scratch, "self/cgroup", PL_PROC_BYTES_MAX);
  const char *const *lines;
  size_t count = text ? pl_split(scratch, text, '\n', &lines) : 0;
  for (size_t i = 0; i < count; i++) {
    const char *path = strchr(lines[i], '/');
    const char *uid = path ? pl_cgroup_read(scratch, path).pod_uid : NULL;
    if (uid)
      return uid;
  }
  return NULL;
}

/* The kubelet mounts KUBELET_ROOT/pods/UID/etc-hosts over each pod's /etc/hosts. */
static const char *by_mounts(const pl_host *host, pl_arena *scratch) {
  const char *text = read_own(host, scratch, "self/mountinfo", PL_MOUNTINFO_BYTES_MAX);
  const char *end = text ? strstr(text, "/etc-hosts /etc/hosts ") : NULL, *start = end;
  while (start && start > text && start[-1] != '/')
    start--;
  return start ? pl_strndup(scratch, start, (size_t)(end - start)) : NULL;
}

/* A pod has mounts of its own. */
static bool has_mounts_of_the_node(const pl_host *host, const pl_pass *pass, pl_arena *scratch) {
  const char *own = pl_root_readlink(host->proc, scratch, "self/ns/mnt", NULL);
  return own && pl_equal(own, pass->init_mount_namespace);
}

void pl_pods_mark_own(const pl_host *host, const pl_pass *pass, pl_pods *pods) {
  if (!host->live || !host->proc || !pods->count)
    return;
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  if (has_mounts_of_the_node(host, pass, scratch))
    return;
  const char *uid = by_cgroup(host, scratch);
  if (!uid)
    uid = by_mounts(host, scratch);
  for (size_t i = 0; uid && i < pods->count; i++)
    pods->items[i].own = pods->items[i].own || pl_equal(pods->items[i].uid, uid);
}
