/* --config-dir: which files of the directory count (filepath.WalkDir), and how they change the configuration
 * (server.go). */
#include "plumbline/core/limits.h"
#include "src/kube/kubelet.h"

#define ALPHA_VARIABLE "KUBELET_CONFIG_DROPIN_DIR_ALPHA"

/* ---- the files ---- */

/* WalkDir's order: names sorted within a directory, what is below a directory at its place. So '/' sorts before every
 * other byte. */
static int compare_paths(const void *a, const void *b) {
  const unsigned char *left = *(const unsigned char *const *)a, *right = *(const unsigned char *const *)b;
  while (*left && *left == *right) {
    left++;
    right++;
  }
  if (*left == *right)
    return 0;
  int first = *left == '/' ? 1 : *left ? *left + 1 : 0, second = *right == '/' ? 1 : *right ? *right + 1 : 0;
  return first - second;
}

/* Keep the drop-ins of PATHS, note the rest. */
static size_t keep_dropins(pl_kubelet *k, const pl_paths *paths, const char **kept) {
  size_t count = 0;
  for (size_t i = 0; i < paths->count; i++) {
    if (pl_ends(paths->items[i], ".conf"))
      kept[count++] = paths->items[i];
    else
      pl_settings_note(k->ret, "%s is not read: drop-ins end in .conf", paths->items[i]);
  }
  qsort(kept, count, sizeof *kept, compare_paths);
  return count;
}

/* What the kubelet finds when it walks DIRECTORY. -1 when that cannot be told, or it would stop. */
static int walk(pl_kubelet *k, const char *directory, bool follow, pl_paths *ret, pl_error *err) {
  const pl_file *file = pl_view_stat(k->input->view, directory);
  if (file->state == PL_FILE_ABSENT)
    return pl_fail(err, PL_ERR_ABSENT, "%s does not exist", directory);
  if (file->state == PL_FILE_UNREADABLE)
    return pl_fail(err, file->why_kind, "%s: %s", directory, file->why);
  *ret = (pl_paths){.complete = true};
  if (file->target && !follow && file->type == PL_TYPE_DIRECTORY && !pl_ends(directory, ".conf"))
    pl_settings_note(k->ret,
                     "none of the drop-ins in %s is read: it is a link, which the kubelet follows only where "
                     "--config-dir ends with a slash",
                     directory);
  else if ((file->target && !follow) || file->type != PL_TYPE_DIRECTORY) /* stands for itself like any file */
    pl_push(k->arena, ret->items, ret->count, ret->capacity, directory);
  else
    *ret = pl_view_walk(k->input->view, directory,
                        &(pl_walk){.max_depth = PL_WALK_DEPTH_MAX, .files = true, .hidden = true});
  return ret->complete ? 0 : pl_fail(err, PL_ERR_IO, "%s", ret->why);
}

/* The drop-ins in the order in which they apply. False when that cannot be told, or the kubelet would stop. */
static bool list_dropins(pl_kubelet *k, const char *given, const char ***ret, size_t *ret_count) {
  const char *directory = pl_path_join(k->arena, k->cwd, given);
  pl_paths paths;
  pl_error err = {0};
  if (walk(k, directory, pl_ends(given, "/"), &paths, &err) == 0) {
    *ret = pl_new_array(k->arena, const char *, paths.count + 1);
    *ret_count = keep_dropins(k, &paths, *ret);
    if (*ret_count <= PL_DROPINS_MAX)
      return true;
    pl_fail(&err, PL_ERR_LIMIT, "%s holds more than %d drop-ins", directory, PL_DROPINS_MAX);
  }
  pl_kubelet_document_failed(k, "drop-in", directory, &err);
  return false;
}

/* ---- 1.28: mergo ---- */

/* The map has only its defaults. */
static bool has_default_eviction(const pl_node *config) {
  const pl_node *map = pl_get(config, "evictionHard");
  return map && !map->source;
}

/* All that have no evictionHard share one map of defaults in the program: a main file without it merges the drop-ins'
   into that very map, and drop-ins without it bring nothing back. */
static void merge_by_mergo(pl_kubelet *k, const char *const *files, size_t count) {
  bool shares = has_default_eviction(k->config);
  for (size_t i = 0; i < count; i++) {
    pl_error err = {0};
    pl_node *over = pl_kubelet_load(k, files[i], "drop-in", &err);
    if (!over) {
      pl_kubelet_document_failed(k, "drop-in", files[i], &err);
      return;
    }
    if (shares && has_default_eviction(over))
      pl_object_remove(over, "evictionHard");
    pl_mergo(k->arena, k->schema, k->config, over);
    pl_kubelet_record(k, k->config);
  }
}

/* ---- from 1.29: merge patches ---- */

static const pl_node *find_duplicate(const pl_node *node) {
  const pl_node *found = node->duplicate ? node : NULL;
  pl_each_item (item, node)
    if (!found)
      found = find_duplicate(item);
  pl_each_member (member, node)
    if (!found)
      found = find_duplicate(member->value);
  return found;
}

/* Drop-ins are read strictly but without a type: any key goes, none twice. */
static int check_dropin(const pl_kubelet *k, const pl_node *document, pl_error *err) {
  const char *kind = pl_get_text(document, "kind", ""), *version = pl_get_text(document, "apiVersion", "");
  if (document->kind != PL_OBJECT && document->kind != PL_NULL)
    return pl_fail(err, PL_ERR_SYNTAX, "an object is wanted, not %s", pl_kind_name(document->kind));
  const pl_node *twice = find_duplicate(document);
  if (!*kind)
    return pl_fail(err, PL_ERR_SYNTAX, "kind is missing");
  if (k->minor >= PL_KUBELET_VERSIONED &&
      (!pl_equal(kind, "KubeletConfiguration") || !pl_equal(version, "kubelet.config.k8s.io/v1beta1")))
    return pl_fail(err, PL_ERR_SYNTAX, "unknown apiVersion/kind: %s, Kind=%s", version, kind);
  if (!twice)
    return 0;
  pl_fail(err, PL_ERR_SYNTAX, "a key stands there twice, which is an error in a drop-in");
  err->line = twice->line;
  return -1;
}

typedef struct restoration {
  pl_arena *arena;
  const pl_node *before;
  pl_node *after;
} restoration;

/* Zero values are not written when a configuration becomes JSON. Scalars come out the same and keep their source; empty
 * lists become nil. */
static void restore_source(const pl_schema *field, void *context) {
  const restoration *r = context;
  pl_node *before = pl_config_get(r->before, field->path);
  const pl_node *after = pl_config_get(r->after, field->path);
  if (before && before->source && !field->pointer && field->kind < PL_SCHEMA_STRINGS &&
      pl_schema_is_zero(field, before) && !after)
    pl_config_set(r->arena, r->after, field->path, before);
}

/* What the merged document makes of the configuration that was there. */
static pl_node *decode_merged(pl_kubelet *k, const pl_node *merged, pl_settings *notes, pl_error *err) {
  bool versioned = k->minor >= PL_KUBELET_VERSIONED;
  pl_schema_reading reading = {.arena = k->arena, .names = versioned ? PL_NAMES_FOLDED : PL_NAMES_GO, .notes = notes};
  pl_node *config = versioned ? pl_node_object(k->arena) : pl_node_copy(k->arena, k->config);
  if (pl_schema_decode(&reading, k->schema, merged, config, err) < 0)
    return NULL;
  if (versioned)
    pl_kubelet_defaults(k, config);
  restoration r = {.arena = k->arena, .before = k->config, .after = config};
  pl_schema_each_leaf(k->schema, restore_source, &r);
  return config;
}

static void merge_by_patch(pl_kubelet *k, const char *const *files, size_t count) {
  const pl_node *merged = pl_schema_encode(k->arena, k->schema, k->config, k->minor < PL_KUBELET_VERSIONED);
  pl_node *config = k->config;
  for (size_t i = 0; i < count; i++) {
    pl_error err = {0};
    const pl_node *document = pl_kubelet_read_document(k, files[i], "drop-in", &err);
    if (!document || check_dropin(k, document, &err) < 0) {
      pl_kubelet_document_failed(k, "drop-in", files[i], &err);
      return;
    }
    bool last = i + 1 == count;
    merged = pl_merge_patch(k->arena, merged, document);
    config = decode_merged(k, merged, last ? k->ret : NULL, &err);
    if (config)
      pl_kubelet_record(k, config);
    else if (last) /* before that, a later file may put it right */
      pl_kubelet_document_failed(k, "drop-in", files[i], &err);
  }
  if (config)
    k->config = config;
}

/* ---- both ---- */

static bool has_variable(const pl_kubelet *k) {
  return pl_environ(k->input->environ, k->input->environ_count, ALPHA_VARIABLE) != NULL;
}

/* In 1.28 and 1.29 the directory was for the brave. */
static bool may_use_directory(pl_kubelet *k) {
  if (k->minor >= PL_KUBELET_OPEN_DIR || has_variable(k))
    return true;
  if (k->input->environ_unread) {
    pl_settings_note(k->ret, "whether %s is set could not be seen: %s", ALPHA_VARIABLE, k->input->environ_unread);
    return true;
  }
  k->failed_where = k->input->argv_where;
  k->refused = "--config-dir needs " ALPHA_VARIABLE " in the environment of this version";
  pl_settings_refuse(k->ret, "other", k->input->argv_where, "%s", k->refused);
  return false;
}

void pl_kubelet_dropins(pl_kubelet *k) {
  const char *given = pl_kubelet_flag_text(k, "config-dir"), **files;
  size_t count;
  if (!*given)
    return;
  if (k->unread || k->refused || !may_use_directory(k) || !list_dropins(k, given, &files, &count)) {
    pl_settings_file_unknown(k->ret, "drop-in", k->unread ? k->unread : k->refused);
    return;
  }
  for (size_t i = 0; i < count; i++)
    pl_settings_file(k->ret, k->input->view, "drop-in", files[i]);
  if (count > 0 && !k->exact_version)
    pl_settings_note(k->ret, "drop-ins are merged as 1.%d does it; 1.28 and 1.29 to 1.31 differ", k->minor);
  if (k->minor == PL_KUBELET_MERGO)
    merge_by_mergo(k, files, count);
  else
    merge_by_patch(k, files, count);
}
