/* Finds the version of a component. */
#include "version.h"

#include "binary_version.h"
#include "plumbline/core/number.h"
#include "plumbline/kube/collect.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Length of digits at TEXT, and their value; 0 when there are none or they are too many. */
static size_t number(const char *text, int *ret) {
  size_t length = 0;
  int value = 0;
  for (; length < 4 && is_digit(text[length]); length++)
    value = value * 10 + (text[length] - '0');
  *ret = value;
  return is_digit(text[length]) ? 0 : length;
}

/* "N.N" at TEXT: MAJOR, MINOR, and the length. */
static size_t two_numbers(const char *text, int *ret_major, int *ret_minor) {
  size_t first = number(text, ret_major);
  if (!first || text[first] != '.')
    return 0;
  size_t second = number(text + first + 1, ret_minor);
  return second ? first + 1 + second : 0;
}

int pl_kubernetes_minor(const char *text) {
  int major = 0, minor = 0;
  size_t length = text ? two_numbers(text + (*text == 'v'), &major, &minor) : 0;
  const char *rest = length ? text + (*text == 'v') + length : "";
  return length && major == 1 && minor > 0 && (!*rest || strchr(".+-", *rest)) ? minor : 0;
}

int pl_version_number(const char *text) {
  int major = 0, minor = 0;
  return text && two_numbers(text, &major, &minor) ? major * 100 + minor : 0;
}

/* "N.N.N" and what is attached to it. */
static size_t three_numbers(const char *text) {
  static const char attached[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-~_";
  int major, minor, patch;
  size_t length = two_numbers(text, &major, &minor);
  if (!length || text[length] != '.' || !number(text + length + 1, &patch))
    return 0;
  return strspn(text, attached);
}

const char *pl_version_in(pl_arena *arena, const char *text) {
  for (const char *c = text; *c; c++) {
    bool start = c == text || strchr("/-_@:", c[-1]) || (c[-1] == 'v' && (c - 1 == text || strchr("/-_@:", c[-2])));
    size_t length = start && is_digit(*c) ? three_numbers(c) : 0;
    if (length)
      return pl_strndup(arena, c, length);
  }
  return NULL;
}

/* The tag after the last ':' of the last component; a digest has none. */
static const char *by_tag(pl_arena *arena, const char *image) {
  const char *base = image ? pl_basename(image) : "", *tag = strchr(base, ':');
  return tag && !strchr(base, '@') ? pl_version_in(arena, tag + 1) : NULL;
}

/* An image is named by tag and digest, "kubelet:v1.34.9@sha256:...", or by the tag alone. */
static const char *by_image(pl_arena *arena, const char *image) {
  return image ? by_tag(arena, pl_strndup(arena, image, strcspn(image, "@"))) : NULL;
}

/*
 * Directories of the path, not the file's own name only: "/opt/k8s/v1.34.9/bin/kubelet". What is not of Kubernetes must
 * be named where the version is, or in the directory above, "/opt/containerd/1.7.24/bin/containerd": it may lie in a
 * directory of Kubernetes' version, as RKE2's containerd does.
 */
static const char *by_path(pl_arena *arena, const pl_component_spec *spec, const char *exe) {
  if (!exe || spec->kubernetes)
    return exe ? pl_version_in(arena, exe) : NULL;
  const char *const *parts, *version = NULL;
  size_t count = pl_split(arena, exe, '/', &parts);
  for (size_t i = 0; i < count && !version; i++)
    if (strstr(parts[i], spec->name) || (i > 0 && strstr(parts[i - 1], spec->name)))
      version = pl_version_in(arena, parts[i]);
  return version;
}

static bool accept(const pl_component_spec *spec, pl_version *version, const char *text, const char *from) {
  if (!text)
    return false;
  int minor = spec->kubernetes ? pl_kubernetes_minor(text) : pl_version_number(text);
  if (minor)
    *version = (pl_version){.text = text + (spec->kubernetes && *text == 'v'), .from = from, .minor = minor};
  return minor != 0;
}

pl_version pl_version_find(const pl_version_input *input) {
  pl_arena *arena = input->host->arena;
  const pl_component_spec *spec = input->spec;
  pl_version version = {.from = "nothing on the node tells its version"};
  if (spec->kubernetes && accept(spec, &version, input->kubernetes, "--kubernetes"))
    return version;
  if (accept(spec, &version, by_image(arena, input->image),
             pl_printf(arena, "image %s in %s", input->image ? input->image : "",
                       input->image_where ? input->image_where : "")))
    return version;
  if (accept(spec, &version, by_path(arena, spec, input->exe),
             pl_printf(arena, "path %s", input->exe ? input->exe : "")))
    return version;
  if (!input->exe)
    return version;
  if (input->exe_deleted) {
    version.from = pl_printf(arena, "%s was replaced since it was started", input->exe);
    return version;
  }
  const char *package = NULL, *text = pl_package_version(input->packages, input->host, input->exe, spec, &package);
  if (accept(spec, &version, text, pl_printf(arena, "package %s", package ? package : "")))
    return version;
  text = spec->kubernetes ? pl_binary_version(input->host, input->exe) : NULL;
  accept(spec, &version, text, pl_printf(arena, "program file %s", input->exe));
  return version;
}
