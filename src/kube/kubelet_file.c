/* The kubelet's configuration file: pkg/kubelet/kubeletconfig/configfiles, util/codec. */
#include "plumbline/core/limits.h"
#include "plumbline/core/yaml.h"
#include "src/kube/kubelet.h"

#define API_VERSION "kubelet.config.k8s.io/v1beta1"
#define KIND        "KubeletConfiguration"

/* The kubelet would stop over it, as opposed to our not having been able to look. */
static bool is_refusal(const pl_error *err) {
  return err->kind == PL_ERR_SYNTAX || err->kind == PL_ERR_ABSENT || err->kind == PL_ERR_TYPE;
}

void pl_kubelet_document_failed(pl_kubelet *k, const char *stage, const char *path, const pl_error *err) {
  k->failed_where = path;
  const char *where = err->line ? pl_printf(k->arena, "%s:%u", path, err->line) : path;
  const char *reason =
      pl_starts(err->text, path) ? pl_strdup(k->arena, err->text) : pl_printf(k->arena, "%s: %s", where, err->text);
  if (is_refusal(err)) {
    pl_settings_refuse(k->ret, stage, where, "%s", err->text);
    k->refused = reason;
  } else {
    k->unread = reason;
  }
}

static size_t count_nodes(const pl_node *node) {
  size_t count = 1;
  pl_each_item (item, node)
    count += count_nodes(item);
  pl_each_member (member, node)
    count += count_nodes(member->value);
  return count;
}

/* Every drop-in is laid over all that came before, so they are bounded together, and with what they are laid over. */
static int count_dropin(pl_kubelet *k, const pl_node *document, pl_error *err) {
  k->dropin_nodes += count_nodes(document);
  k->merged_nodes += count_nodes(k->config) + k->dropin_nodes;
  if (k->dropin_nodes > PL_DROPIN_NODES_MAX)
    return pl_fail(err, PL_ERR_LIMIT, "the drop-ins hold more than %d values", PL_DROPIN_NODES_MAX);
  if (k->merged_nodes > PL_DROPIN_MERGED_MAX)
    return pl_fail(err, PL_ERR_LIMIT, "the drop-ins, and what they are laid over each time, are more than %d values",
                   PL_DROPIN_MERGED_MAX);
  return 0;
}

pl_node *pl_kubelet_read_document(pl_kubelet *k, const char *path, const char *layer, pl_error *err) {
  pl_bytes text;
  const char *shown;
  if (pl_view_read(k->input->view, path, PL_DOCUMENT_BYTES_MAX, false, &text, &shown, err) < 0)
    return NULL;
  if (text.length == 0) {
    pl_fail(err, PL_ERR_SYNTAX, "the file is empty");
    return NULL;
  }
  pl_source *source = pl_new(k->arena, pl_source);
  *source = (pl_source){.where = shown, .layer = layer};
  pl_node *document = pl_yaml_read(k->arena, text, PL_YAML_THEIRS, source, err);
  if (document && pl_equal(layer, "drop-in") && count_dropin(k, document, err) < 0)
    return NULL;
  return document;
}

static int check_header(const pl_node *document, pl_error *err) {
  if (document->kind != PL_OBJECT && document->kind != PL_NULL)
    return pl_fail(err, PL_ERR_SYNTAX, "an object is wanted, not %s", pl_kind_name(document->kind));
  const char *kind = pl_get_text(document, "kind", ""), *version = pl_get_text(document, "apiVersion", "");
  if (!*kind || !*version)
    return pl_fail(err, PL_ERR_SYNTAX, "%s is missing", *kind ? "apiVersion" : "kind");
  if (!pl_equal(kind, KIND) || !pl_equal(version, API_VERSION))
    return pl_fail(err, PL_ERR_SYNTAX, "%s of %s is not known, only " KIND " of " API_VERSION, kind, version);
  return 0;
}

static void note_duplicates(pl_kubelet *k, const pl_node *node) {
  pl_each_item (item, node)
    note_duplicates(k, item);
  pl_each_member (member, node) {
    if (member->value->duplicate)
      pl_settings_note(k->ret, "%s:%u: %s stands there more than once; the last one counts",
                       node->source ? node->source->where : "", member->line, member->key);
    note_duplicates(k, member->value);
  }
}

typedef struct resolution {
  pl_arena *arena;
  pl_node *config;
  const char *directory;
} resolution;

/* configfiles.go resolveRelativePaths */
static void resolve_path(const pl_schema *field, void *context) {
  const resolution *r = context;
  const pl_node *node = field->file_path ? pl_config_get(r->config, field->path) : NULL;
  const char *text = pl_text(node);
  if (!text || !*text || *text == '/')
    return;
  pl_node *resolved = pl_node_string(r->arena, pl_path_join(r->arena, r->directory, text));
  resolved->source = node->source;
  resolved->line = node->line;
  pl_config_set(r->arena, r->config, field->path, resolved);
}

pl_node *pl_kubelet_load(pl_kubelet *k, const char *path, const char *layer, pl_error *err) {
  const pl_node *document = pl_kubelet_read_document(k, path, layer, err);
  pl_node *config = pl_node_object(k->arena);
  pl_schema_reading reading = {.arena = k->arena, .names = PL_NAMES_EXACT, .notes = k->ret};
  if (!document || check_header(document, err) < 0 || pl_schema_decode(&reading, k->schema, document, config, err) < 0)
    return NULL;
  note_duplicates(k, document);
  pl_kubelet_defaults(k, config);
  resolution r = {.arena = k->arena, .config = config, .directory = pl_dirname(k->arena, path)};
  pl_schema_each_leaf(k->schema, resolve_path, &r);
  pl_kubelet_eviction_defaults(k, config);
  return config;
}

void pl_kubelet_config_file(pl_kubelet *k) {
  const char *given = pl_kubelet_flag_text(k, "config");
  if (!*given)
    return;
  pl_error err = {0};
  const char *path = pl_path_join(k->arena, k->cwd, given);
  pl_settings_file(k->ret, k->input->view, "config", path);
  pl_node *config = pl_kubelet_load(k, path, "file", &err);
  if (!config) {
    pl_kubelet_document_failed(k, "config-file", path, &err);
    return;
  }
  k->config = config;
  pl_kubelet_record(k, config);
}
