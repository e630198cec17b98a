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

static bool is_known(const char *package) {
  for (size_t i = 0; i < sizeof packages / sizeof *packages; i++)
    if (strcmp(packages[i].package, package) == 0)
      return true;
  return false;
}

/* Of each package the first paragraph that says it is installed. */
static pl_node *read_versions(pl_host *host) {
  static const char start[] = "Package: ";
  const size_t length = sizeof start - 1;
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_node *versions = pl_node_object(host->arena);
  pl_bytes status;
  if (pl_read_quietly(host, scratch, STATUS, PL_PACKAGES_BYTES_MAX, &status, NULL) < 0)
    return versions;
  const char *end = status.data + status.length;
  for (const char *at = status.data; (at = memmem(at, (size_t)(end - at), start, length)); at += length) {
    bool begins = at == status.data || at[-1] == '\n';
    const char *name = begins ? pl_strndup(scratch, at + length, strcspn(at + length, "\n")) : "";
    const char *state = is_known(name) && !pl_get(versions, name) ? field(scratch, at, "Status") : NULL;
    if (state && pl_ends(state, " installed"))
      pl_object_set_text(host->arena, versions, name, field(scratch, at, "Version"));
  }
  return versions;
}

const char *pl_package_version(pl_packages *known, pl_host *host, const char *exe, const pl_component_spec *spec,
                               const char **ret_package) {
  if (!from_package(exe))
    return NULL;
  if (!known->versions)
    known->versions = read_versions(host);
  for (size_t i = 0; i < sizeof packages / sizeof *packages; i++) {
    const char *package = packages[i].package, *version = pl_get_text(known->versions, package, NULL);
    if (!version || strcmp(packages[i].program, spec->program) != 0)
      continue;
    const char *colon = strchr(version, ':');
    *ret_package = package;
    return colon ? colon + 1 : version;
  }
  return NULL;
}
