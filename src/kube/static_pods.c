/* Reads static pod manifests and finds the components in them. */
#include "static_pods.h"

#include "manifest_arguments.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/yaml.h"

static void ignore(pl_host *host, pl_manifests *manifests, const char *path, pl_bytes text, const char *why) {
  pl_ignored_manifest entry = {.path = path, .why = why, .text = text};
  pl_push(host->arena, manifests->ignored, manifests->ignored_count, manifests->ignored_capacity, entry);
}

static void incomplete(pl_manifests *manifests, const char *why) {
  if (manifests->complete)
    manifests->why = why;
  manifests->complete = false;
}

/* "registry.k8s.io/kube-apiserver-amd64:v1.34.9" is of kube-apiserver. */
static const pl_component_spec *by_image(pl_arena *arena, const char *image) {
  const char *base = pl_basename(image ? image : "");
  char *name = pl_strndup(arena, base, strcspn(base, ":@"));
  static const char *const machines[] = {"-amd64", "-arm64", "-arm", "-ppc64le", "-s390x", NULL};
  for (size_t i = 0; machines[i]; i++)
    if (pl_ends(name, machines[i]))
      name[strlen(name) - strlen(machines[i])] = '\0';
  return pl_component_find(name);
}

/* A shell in a container that has a component's name, as OpenShift has them. */
static const pl_component_spec *by_shell(const pl_node *container) {
  static const char *const shells[] = {"sh", "bash", "dash", "ash", "busybox", NULL};
  const pl_node *command = pl_get(container, "command");
  const char *first = pl_count(command) ? pl_text(command->list.items[0]) : NULL;
  return first && pl_in(pl_basename(first), shells) ? pl_component_find(pl_get_text(container, "name", "")) : NULL;
}

static const pl_component_spec *component_of(pl_arena *arena, const pl_node *container) {
  if (pl_manifest_has_other_job(arena, container))
    return NULL;
  const pl_component_spec *spec = pl_manifest_program(arena, container, NULL);
  if (!spec)
    spec = by_image(arena, pl_get_text(container, "image", NULL));
  if (!spec)
    spec = by_shell(container);
  return spec && spec->settings ? spec : NULL;
}

static void add_pod(pl_host *host, pl_manifests *manifests, const char *path, const pl_node *document) {
  pl_arena *arena = host->arena;
  const pl_node *metadata = pl_get(document, "metadata"), *pod_spec = pl_get(document, "spec");
  pl_manifest manifest = {.path = path, .pod_spec = pod_spec};
  const char *namespace = pl_get_text(metadata, "namespace", "");
  manifest.namespace = *namespace ? namespace : "default";
  manifest.name = pl_get_text(metadata, "name", "");
  manifest.uid = pl_get_text(metadata, "uid", NULL);
  size_t before = manifests->count;
  pl_each_item (container, pl_get(pod_spec, "containers")) {
    manifest.spec = component_of(arena, container);
    manifest.container = container;
    if (manifest.spec)
      pl_push(arena, manifests->items, manifests->count, manifests->capacity, manifest);
  }
  manifest.spec = NULL;
  manifest.container = NULL;
  if (manifests->count == before)
    pl_push(arena, manifests->items, manifests->count, manifests->capacity, manifest);
}

static void read_file(pl_host *host, pl_manifests *manifests, const char *path) {
  pl_bytes text;
  pl_error err;
  if (pl_host_read(host, path, PL_DOCUMENT_BYTES_MAX, &text, &err) < 0) {
    incomplete(manifests, pl_strdup(host->arena, err.text));
    return;
  }
  pl_source *source = pl_new(host->arena, pl_source);
  *source = (pl_source){.where = path, .layer = "manifest"};
  const pl_node *document = pl_yaml_read(host->arena, text, PL_YAML_THEIRS, source, &err);
  if (!document && err.kind == PL_ERR_LIMIT)
    incomplete(manifests, pl_printf(host->arena, "%s: %s", path, err.text));
  else if (!document)
    ignore(host, manifests, path, text,
           err.line ? pl_printf(host->arena, "line %u: %s", err.line, err.text) : pl_strdup(host->arena, err.text));
  else if (!pl_equal(pl_get_text(document, "kind", NULL), "Pod"))
    ignore(host, manifests, path, text,
           pl_printf(host->arena, "its kind is %s, the kubelet takes a Pod only",
                     pl_get_text(document, "kind", "missing")));
  else
    add_pod(host, manifests, path, document);
}

static void read_entry(pl_host *host, pl_manifests *manifests, const char *path) {
  const pl_file *file = pl_host_stat(host, path);
  if (file->state == PL_FILE_UNREADABLE)
    incomplete(manifests, pl_printf(host->arena, "%s: %s", path, file->why));
  else if (file->state == PL_FILE_PRESENT && file->type == PL_TYPE_FILE)
    read_file(host, manifests, path);
  else if (file->state == PL_FILE_PRESENT)
    ignore(host, manifests, path, (pl_bytes){0},
           pl_printf(host->arena, "a %s is not read", pl_file_type_name(file->type)));
}

static int by_pod(const void *a, const void *b) {
  const pl_manifest *x = *(pl_manifest *const *)a, *y = *(pl_manifest *const *)b;
  int order = strcmp(x->namespace, y->namespace);
  order = order ? order : strcmp(x->name, y->name);
  return order ? order : strcmp(x->path, y->path);
}

static bool same_pod(const pl_manifest *a, const pl_manifest *b) {
  return strcmp(a->namespace, b->namespace) == 0 && strcmp(a->name, b->name) == 0;
}

/* The kubelet keeps its static pods by namespace and name: of two files that make one pod only one is run
 * (pkg/kubelet/config/file.go). */
static void find_rivals(pl_arena *arena, pl_manifests *manifests) {
  pl_manifest **sorted = pl_new_array(arena, pl_manifest *, manifests->count);
  for (size_t i = 0; i < manifests->count; i++)
    sorted[i] = &manifests->items[i];
  qsort(sorted, manifests->count, sizeof *sorted, by_pod);
  for (size_t first = 0, last; first < manifests->count; first = last + 1) {
    for (last = first; last + 1 < manifests->count && same_pod(sorted[first], sorted[last + 1]);)
      last++;
    for (size_t i = first; i <= last; i++) {
      const char *other = strcmp(sorted[i]->path, sorted[last]->path) ? sorted[last]->path : sorted[first]->path;
      sorted[i]->rival = strcmp(sorted[i]->path, other) ? other : NULL;
    }
  }
}

static void read_all(pl_host *host, pl_manifests *ret, const char *where) {
  const pl_file *file = pl_host_stat(host, where);
  if (file->state == PL_FILE_ABSENT)
    return;
  if (file->state == PL_FILE_UNREADABLE || file->type != PL_TYPE_DIRECTORY) {
    read_entry(host, ret, where);
    return;
  }
  pl_paths entries = pl_host_walk(host, where, &(pl_walk){.max_depth = 1, .files = true});
  if (!entries.complete)
    incomplete(ret, entries.why);
  for (size_t i = 0; i < entries.count; i++)
    read_entry(host, ret, entries.items[i]);
}

void pl_manifests_read(pl_host *host, const char *where, pl_manifests *ret) {
  ret->where = where;
  ret->complete = true;
  read_all(host, ret, where);
  if (ret->count > 1)
    find_rivals(host->arena, ret);
}

static bool is_one_of(char c, const char *characters) { return c == '\0' || strchr(characters, c); }

/* The word WORD, or an image of that name: "- kube-apiserver", "registry.k8s.io/kube-apiserver:v1.34.1". */
static bool has_word(pl_bytes text, const char *word) {
  const char *start = (const char *)text.data, *end = start + text.length, *at = start;
  for (size_t length = strlen(word); at && (at = memmem(at, (size_t)(end - at), word, length)); at++) {
    char before = at > start ? at[-1] : '\0', after = at + length < end ? at[length] : '\0';
    bool in_path = before == '/' && (at - start < 2 || at[-2] != '/'); /* and not the host of a URL */
    if (in_path ? after == ':' || after == '@' : is_one_of(before, " \t\r\n\"'[,") && is_one_of(after, " \t\r\n\"'],"))
      return true;
  }
  return false;
}

const pl_ignored_manifest *pl_manifests_meant_for(const pl_manifests *manifests, const pl_component_spec *spec) {
  size_t length = strlen(spec->program);
  for (size_t i = 0; i < manifests->ignored_count; i++) {
    const pl_ignored_manifest *ignored = &manifests->ignored[i];
    const char *base = pl_basename(ignored->path);
    if ((pl_starts(base, spec->program) && is_one_of(base[length], ".")) || has_word(ignored->text, spec->program))
      return ignored;
  }
  return NULL;
}

const pl_manifest *pl_manifests_next(const pl_manifests *manifests, const pl_component_spec *spec,
                                     const pl_manifest *before) {
  for (size_t i = before ? (size_t)(before - manifests->items) + 1 : 0; i < manifests->count; i++)
    if (manifests->items[i].spec == spec)
      return &manifests->items[i];
  return NULL;
}

const pl_manifest *pl_manifests_for_pod(const pl_manifests *manifests, const pl_component_spec *spec,
                                        const char *namespace, const char *name) {
  const pl_manifest *found = NULL;
  for (size_t i = 0, longest = 0; name && i < manifests->count; i++) {
    const pl_manifest *manifest = &manifests->items[i];
    size_t length = strlen(manifest->name);
    if ((spec && manifest->spec != spec) || !pl_equal(namespace, manifest->namespace) ||
        strncmp(name, manifest->name, length) != 0 || name[length] != '-' || (found && length <= longest))
      continue;
    found = manifest;
    longest = length;
  }
  return found;
}
