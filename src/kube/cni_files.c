/* Opens what a CNI agent reads, from the host's side wherever that is possible. */
#include "cni_files.h"

#include "mappings.h"
#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/yaml.h"
#include "quiet_read.h"

/* ---- where it is ---- */

static void use(pl_cni_document *ret, pl_root *root, bool own, const char *below, const char *shown) {
  ret->root = root;
  ret->own_root = own;
  ret->below = *below ? below : ".";
  ret->shown = shown;
}

/* DIRECTORY of the host becomes the root of all that follows: links in it lead no further. */
static bool use_directory(const pl_cni_settings_input *input, const char *directory, const char *below,
                          pl_cni_document *ret) {
  pl_error err = {0};
  int fd = pl_open_quietly(input->host, directory, PL_OPEN_DIRECTORY, &err);
  if (fd < 0 && err.kind != PL_ERR_ABSENT && err.kind != PL_ERR_TYPE)
    ret->why = pl_strdup(input->host->arena, err.text);
  if (fd < 0)
    return false;
  ret->why = NULL;
  use(ret, pl_root_from_fd(fd, pl_strdup(input->host->arena, directory)), true, below,
      *below ? pl_path_join(input->host->arena, directory, below) : directory);
  return true;
}

/* What the runtime has mounted at PATH of the container or above it. A single file is found in its directory. */
static bool use_bundle(const pl_cni_settings_input *input, const char *path, pl_cni_document *ret) {
  const pl_cgroup *cgroup = &input->agent->watched->cgroup;
  const pl_bundle *bundle = pl_bundles_with_mounts(input->bundles, cgroup->container_id);
  const pl_mapping *best = NULL;
  for (size_t i = 0; bundle && i < bundle->mount_count; i++) {
    const pl_mapping *mapping = &bundle->mounts[i];
    if (pl_path_below(path, mapping->inside) && (!best || strlen(mapping->inside) > strlen(best->inside)))
      best = mapping;
  }
  if (!best)
    return false;
  const char *rest = path + strlen(best->inside);
  rest += strspn(rest, "/");
  return use_directory(input, best->outside, rest, ret) ||
         (!*rest &&
          use_directory(input, pl_dirname(input->host->arena, best->outside), pl_basename(best->outside), ret));
}

/* "PLUGIN/VOLUME/PATH": the first two are the kubelet's, the rest the pod's. */
static bool use_volume(const pl_cni_settings_input *input, const char *volume, pl_cni_document *ret) {
  pl_arena *arena = input->host->arena;
  const char *slash = strchr(volume, '/'), *end = slash ? slash + 1 + strcspn(slash + 1, "/") : volume + strlen(volume);
  const char *directory = pl_printf(arena, "%s/pods/%s/volumes/%.*s", input->kubelet_root,
                                    input->agent->watched->cgroup.pod_uid, (int)(end - volume), volume);
  return use_directory(input, directory, *end ? end + 1 : "", ret);
}

static bool use_container(const pl_cni_settings_input *input, const char *path, pl_cni_document *ret) {
  const pl_watched *watched = input->agent->watched;
  const pl_view view = {
      .host = input->host, .container = true, .process_root = watched->root, .process = watched->process};
  pl_error err = {0};
  if (!watched->root)
    return false;
  if (pl_view_check_mounts(&view, path, &err) < 0) {
    ret->why = pl_strdup(input->host->arena, err.text);
    return false;
  }
  use(ret, watched->root, false, path,
      pl_printf(input->host->arena, "%s in the container of pid %d", path, watched->process->pid));
  return true;
}

static bool find(const pl_cni_settings_input *input, const char *path, pl_cni_document *ret) {
  pl_arena *arena = input->host->arena;
  if (!input->agent->watched->cgroup.pod_uid)
    return use_directory(input, pl_dirname(arena, path), pl_basename(path), ret);
  if (use_bundle(input, path, ret))
    return true;
  for (size_t i = 0; i < ret->file->volumes.count; i++)
    if (use_volume(input, ret->file->volumes.items[i], ret))
      return true;
  return use_container(input, path, ret);
}

/* ---- what is in it ---- */

/* "Key = value" lines, as INI files have them; sections and comments are passed over. */
static pl_node *read_lines(pl_arena *arena, pl_bytes text) {
  pl_node *object = pl_node_object(arena);
  const char *const *lines = NULL;
  pl_split(arena, text.data, '\n', &lines);
  for (; *lines; lines++) {
    const char *start = *lines + strspn(*lines, " \t"), *equals = strchr(start, '=');
    if (!equals || strchr("#;[", *start))
      continue;
    size_t length = (size_t)(equals - start);
    while (length > 0 && strchr(" \t", start[length - 1]))
      length--;
    const char *value = equals + 1 + strspn(equals + 1, " \t");
    size_t value_length = strcspn(value, "\r");
    while (value_length > 0 && strchr(" \t", value[value_length - 1]))
      value_length--;
    pl_object_set(arena, object, pl_strndup(arena, start, length),
                  pl_node_string(arena, pl_strndup(arena, value, value_length)));
  }
  return object;
}

static pl_node *parse(pl_arena *arena, int format, pl_bytes text, pl_error *err) {
  switch ((pl_cni_format)format) {
  case PL_CNI_JSON:
    return pl_json_read(arena, text, &pl_json_document_limits, NULL, err);
  case PL_CNI_YAML:
    return pl_yaml_read(arena, text, PL_YAML_THEIRS, NULL, err);
  case PL_CNI_LINES:
    return read_lines(arena, text);
  case PL_CNI_KEYS:
  default:
    return NULL;
  }
}

static void read_document(pl_host *host, pl_cni_document *ret) {
  pl_error err = {0};
  pl_bytes text;
  if (pl_root_read(ret->root, host->arena, ret->below, PL_SMALL_FILE_BYTES_MAX, &text, &err) < 0) {
    ret->why = err.kind == PL_ERR_ABSENT && ret->file->optional ? NULL : pl_strdup(host->arena, err.text);
    return;
  }
  ret->values = parse(host->arena, ret->file->format, text, &err);
  if (!ret->values)
    ret->why = pl_printf(host->arena, "%s: %s", ret->shown, err.text);
}

static void check_directory(pl_host *host, pl_cni_document *ret) {
  pl_error err = {0};
  pl_auto_close int fd = pl_root_open(ret->root, ret->below, PL_OPEN_DIRECTORY, &err);
  if (fd < 0)
    ret->why = pl_printf(host->arena, "%s: %s", ret->shown, err.text);
}

void pl_cni_document_open(const pl_cni_settings_input *input, const pl_cni_file *file, const char *given,
                          pl_cni_document *ret) {
  const char *path = given && *given == '/' ? given : file->path;
  *ret = (pl_cni_document){.file = file, .shown = path};
  if (!find(input, pl_path_join(input->host->arena, "/", path), ret)) {
    if (!ret->why && !file->optional)
      ret->why = pl_printf(input->host->arena, "%s was not found from here", path);
    return;
  }
  if (file->format == PL_CNI_KEYS)
    check_directory(input->host, ret);
  else
    read_document(input->host, ret);
}

void pl_cni_document_close(pl_cni_document *document) {
  if (document->own_root)
    pl_root_free(document->root);
  document->root = NULL;
}

static const char *read_key(const pl_cni_document *document, pl_arena *arena, const char *key, const char **ret_why) {
  pl_error err = {0};
  pl_bytes text;
  const char *path = pl_printf(arena, "%s/%s", document->below, key);
  if (pl_root_read(document->root, arena, path, PL_SCALAR_BYTES_MAX, &text, &err) == 0)
    return pl_strndup(arena, text.data, strcspn(text.data, "\r\n"));
  if (err.kind != PL_ERR_ABSENT)
    *ret_why = pl_printf(arena, "%s/%s", document->shown, err.text);
  return NULL;
}

static const pl_node *find_value(const pl_node *values, const pl_cni_setting *setting) {
  if (!setting->any_case)
    return pl_get_path(values, setting->key);
  pl_each_member (member, values)
    if (pl_equal_nocase(member->key, setting->key))
      return member->value;
  return NULL;
}

const char *pl_cni_document_value(const pl_cni_document *document, pl_arena *arena, const pl_cni_setting *setting,
                                  const char **ret_why) {
  *ret_why = document->why;
  if (document->why || !document->root)
    return NULL;
  if (document->file->format == PL_CNI_KEYS)
    return read_key(document, arena, setting->key, ret_why);
  const pl_node *value = find_value(document->values, setting);
  if (!value || value->kind == PL_NULL)
    return NULL;
  if (pl_text(value))
    return pl_text(value);
  if (value->kind == PL_BOOLEAN || value->kind == PL_INTEGER)
    return pl_node_show(arena, value, 64);
  *ret_why = pl_printf(arena, "%s: %s is no text", document->shown, setting->key);
  return NULL;
}
