/* Reads dpkg's status file, as far as the packages of Kubernetes components go. */
#include "package_version.h"

#include "plumbline/core/limits.h"
#include "quiet_read.h"

#define STATUS "/var/lib/dpkg/status"

/* Packages of a program, the most usual first. */
static const struct {
  const char *program, *package;
} packages[] = {
    {"kubelet", "kubelet"},
    {"kube-apiserver", "kubernetes-master"},
    {"kube-proxy", "kubernetes-node"},
    {"containerd", "containerd.io"},
    {"containerd", "containerd"},
    {"crio", "cri-o"},
    {"etcd", "etcd-server"},
    {"etcd", "etcd"},
};

static bool from_package(const char *exe) {
  static const char *const places[] = {"/usr/bin", "/usr/sbin", "/bin", "/sbin", NULL};
  for (size_t i = 0; places[i]; i++)
    if (pl_path_below(exe, places[i]))
      return true;
  return false;
}

/* Value of field NAME in the paragraph at TEXT, which ends with an empty line. */
static const char *field(pl_arena *arena, const char *text, const char *name) {
  size_t length = strlen(name);
  for (const char *line = text; *line && *line != '\n';) {
    size_t end = strcspn(line, "\n");
    if (end > length && strncmp(line, name, length) == 0 && line[length] == ':') {
      size_t blank = length + 1 + strspn(line + length + 1, " \t");
      return blank < end ? pl_strndup(arena, line + blank, end - blank) : NULL;
    }
    line += end;
    line += *line == '\n';
  }
  return NULL;
}

static const char *installed_version(pl_arena *arena, pl_bytes status, const char *package) {
  char *start = pl_printf(arena, "Package: %s\n", package);
  size_t length = strlen(start);
  for (const char *at = status.data, *end = status.data + status.length; at < end;) {
    const char *found = memmem(at, (size_t)(end - at), start, length);
    if (!found)
      return NULL;
    at = found + length;
    const char *state = found == status.data || found[-1] == '\n' ? field(arena, found, "Status") : NULL;
    if (state && pl_ends(state, " installed"))
      return field(arena, found, "Version");
  }
  return NULL;
}

const char *pl_package_version(pl_host *host, const char *exe, const pl_component_spec *spec,
                               const char **ret_package) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_bytes status;
  if (!from_package(exe) || pl_read_quietly(host, scratch, STATUS, PL_PACKAGES_BYTES_MAX, &status, NULL) < 0)
    return NULL;
  for (size_t i = 0; i < sizeof packages / sizeof *packages; i++) {
    const char *version = strcmp(packages[i].program, spec->program) == 0
                              ? installed_version(scratch, status, packages[i].package)
                              : NULL;
    if (!version)
      continue;
    const char *colon = strchr(version, ':');
    *ret_package = packages[i].package;
    return pl_strdup(host->arena, colon ? colon + 1 : version);
  }
  return NULL;
}
