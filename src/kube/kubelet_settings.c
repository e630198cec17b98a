/* The kubelet's settings in effect: its start from the command line to the checks, and what is put down of it. */
#include "plumbline/core/escape.h"
#include "plumbline/core/number.h"
#include "src/kube/kubelet.h"

/* ---- reading the configuration ---- */

int64_t pl_kubelet_integer(const pl_kubelet *k, const char *path) {
  const pl_node *node = pl_config_get(k->config, path);
  return pl_is(node, PL_INTEGER) ? node->integer : 0;
}

int64_t pl_kubelet_duration(const pl_kubelet *k, const char *path) {
  int64_t ns = 0;
  const char *text = pl_text(pl_config_get(k->config, path));
  return text && pl_parse_duration(text, &ns, NULL) == 0 ? ns : 0;
}

const char *pl_kubelet_text(const pl_kubelet *k, const char *path) {
  const char *text = pl_text(pl_config_get(k->config, path));
  return text ? text : "";
}

bool pl_kubelet_true(const pl_kubelet *k, const char *path) {
  const pl_node *node = pl_config_get(k->config, path);
  return pl_is(node, PL_BOOLEAN) && node->boolean;
}

/* ---- putting it down ---- */

void pl_kubelet_refuse(pl_kubelet *k, const char *stage, const char *name, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *reason = pl_vprintf(k->arena, format, args);
  va_end(args);
  const pl_node *from = pl_get(name ? pl_get(k->ret->values, name) : NULL, "from");
  const char *where = pl_get_text(from, "where", k->input->argv_where);
  int64_t line = pl_get_integer(from, "line", 0);
  pl_settings_refuse(k->ret, stage, line ? pl_printf(k->arena, "%s:%lld", where, (long long)line) : where, "%s",
                     reason);
  if (name && !pl_get(k->marks, name))
    pl_object_set(k->arena, k->marks, name, pl_node_string(k->arena, reason));
}

typedef struct recording {
  pl_kubelet *k;
  const pl_node *config;
} recording;

/* NODE under NAME, unless that is what was put down last. */
static void record_node(pl_kubelet *k, const char *name, pl_node *node) {
  const pl_source *source = node ? node->source : NULL;
  const pl_node *from = pl_get(pl_get(k->ret->values, name), "from");
  if (!source)
    return;
  bool same = from && pl_equal(pl_get_text(from, "layer", NULL), source->layer) &&
              pl_get_integer(from, "line", 0) == node->line &&
              pl_equal(pl_get_text(from, "where", NULL), pl_escape_text(k->arena, source->where));
  if (!same)
    pl_settings_put(k->ret, name, node, source->layer, source->where, node->line);
}

/* Headers may carry passwords: their names are enough. */
static pl_node *masked_headers(pl_kubelet *k, const pl_node *headers) {
  pl_node *masked = pl_node_object(k->arena);
  masked->source = headers->source;
  masked->line = headers->line;
  pl_each_member (header, headers)
    pl_object_set(k->arena, masked, header->key, pl_node_string(k->arena, "(not kept)"));
  return masked;
}

static void record_field(const pl_schema *field, void *context) {
  const recording *r = context;
  pl_node *node = pl_config_get(r->config, field->path);
  if (field->kind == PL_SCHEMA_HEADERS && node)
    node = masked_headers(r->k, node);
  if (field->kind != PL_SCHEMA_GATES)
    record_node(r->k, field->path, node);
  else
    pl_each_member (gate, node)
      record_node(r->k, pl_printf(r->k->arena, "%s.%s", field->path, gate->key), gate->value);
}

void pl_kubelet_record(pl_kubelet *k, const pl_node *config) {
  recording r = {.k = k, .config = config};
  pl_schema_each_leaf(k->schema, record_field, &r);
}

/* A field that nothing but a default decides; of another its default. */
static void put_default(const pl_schema *field, void *context) {
  pl_kubelet *k = context;
  pl_node *node = pl_config_get(k->config, field->path);
  if (field->kind == PL_SCHEMA_GATES)
    return; /* kubelet_gates.c */
  if (node && node->source)
    pl_settings_default(k->ret, field->path, pl_kubelet_default_of(k, field));
  else if (k->input->minor == 0 && pl_table_varies(k->table, field->entry))
    pl_settings_unreadable(k->ret, field->path,
                           "the version is unknown, and the default is not the same in all versions");
  else
    pl_settings_put(k->ret, field->path, node ? node : pl_schema_zero(k->arena, field), "default", NULL, 0);
}

/* A document that could have told is refused or could not be read: only what a flag says is known. */
static void put_unknown_name(pl_kubelet *k, const char *name) {
  if (k->unread) {
    pl_settings_unreadable(k->ret, name, k->unread);
    return;
  }
  pl_settings_put(k->ret, name, NULL, "file", k->failed_where, 0);
  pl_settings_refused_value(k->ret, name, k->refused);
}

static void put_unknown(const pl_schema *field, void *context) {
  pl_kubelet *k = context;
  if (!pl_config_get(k->config, field->path) && field->kind != PL_SCHEMA_GATES)
    put_unknown_name(k, field->path);
}

/* ---- what follows from several ---- */

/* Key or flag: --seccomp-default=false takes nothing back. */
static void put_seccomp(pl_kubelet *k) {
  static const char key[] = "seccompDefault", name[] = "effective.seccompDefault";
  const pl_node *flag = pl_kubelet_flag(k, "seccomp-default"), *entry = pl_get(k->ret->values, key);
  const pl_node *from = pl_get(entry, "from");
  if (pl_is(flag, PL_BOOLEAN) && flag->boolean && !pl_kubelet_true(k, key))
    pl_settings_put(k->ret, name, pl_node_boolean(k->arena, true), flag->source->layer, flag->source->where, 0);
  else if (!k->unread && !k->refused)
    pl_settings_put(k->ret, name, pl_node_boolean(k->arena, pl_kubelet_true(k, key)),
                    pl_get_text(from, "layer", "default"), pl_get_text(from, "where", NULL),
                    (uint32_t)pl_get_integer(from, "line", 0));
  else
    put_unknown_name(k, name);
  pl_settings_default(k->ret, name, pl_node_boolean(k->arena, false));
}

/* The paths among the settings, where they lie on the host, and what they lead to. */
static void put_paths(pl_kubelet *k) {
  static const struct {
    const char *name, *role;
  } paths[] = {
      {"authentication.x509.clientCAFile", "client-ca"},
      {"effective.tlsCertFile", "certificate"},
      {"effective.tlsPrivateKeyFile", "key"},
      {"kubeconfig", "kubeconfig"},
      {"bootstrapKubeconfig", "bootstrap-kubeconfig"},
      {"tlsCertFile", NULL},
      {"tlsPrivateKeyFile", NULL},
      {"staticPodPath", NULL},
      {"certDir", NULL},
      {"rootDir", NULL},
  };
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    const pl_node *entry = pl_get(k->ret->values, paths[i].name);
    const char *text = pl_get_text(entry, "value", "");
    const char *unknown = pl_get_text(entry, "unreadable", pl_get_text(entry, "refused", NULL));
    if (!*text && unknown && paths[i].role)
      pl_settings_file_unknown(k->ret, paths[i].role, unknown);
    if (!*text)
      continue;
    const char *path = pl_path_join(k->arena, k->cwd, text);
    pl_settings_host_path(k->ret, k->input->view, paths[i].name, path);
    if (paths[i].role)
      pl_settings_file(k->ret, k->input->view, paths[i].role, path);
  }
}

/* ---- the start ---- */

static void finish_unknown(pl_kubelet *k) {
  static const char *const effective[] = {"effective.tlsCertFile", "effective.tlsPrivateKeyFile",
                                          "explicitFeatureGates", NULL};
  k->config = pl_node_object(k->arena);
  pl_kubelet_flags_apply(k);
  pl_kubelet_record(k, k->config);
  pl_schema_each_leaf(k->schema, put_unknown, k);
  for (const char *const *name = effective; *name; name++)
    put_unknown_name(k, *name);
  const pl_table_entries *gates = pl_table_entries_of(k->table, "gates-shown");
  for (size_t i = 0; i < gates->count; i++)
    if (!pl_get(pl_kubelet_flag(k, "feature-gates"), gates->items[i].name))
      put_unknown_name(k, pl_printf(k->arena, "featureGates.%s", gates->items[i].name));
}

static void check_logging(pl_kubelet *k) {
  static const char *const formats[] = {"text", "json", NULL};
  const char *format = pl_kubelet_text(k, "logging.format");
  if (!pl_in(format, formats))
    pl_kubelet_refuse(k, "other", "logging.format", "logging.format: \"%s\" is no log format", format);
}

/* Gates of files; those of flags have been looked at. */
static void check_file_gates(pl_kubelet *k) {
  pl_node *of_files = pl_node_object(k->arena);
  pl_each_member (gate, pl_get(k->config, "featureGates"))
    if (!pl_get(pl_kubelet_flag(k, "feature-gates"), gate->key))
      pl_object_set(k->arena, of_files, gate->key, gate->value);
  pl_kubelet_gates_check(k, of_files, "feature-gates");
}

static void finish_known(pl_kubelet *k) {
  pl_kubelet_flags_apply(k);
  pl_kubelet_record(k, k->config);
  pl_schema_each_leaf(k->schema, put_default, k);
  pl_kubelet_gates_put(k);
  check_file_gates(k);
  check_logging(k);
  pl_kubelet_validate(k);
  pl_kubelet_tls(k);
  pl_kubelet_authorization(k);
}

static void note_version(pl_kubelet *k) {
  if (k->input->minor == 0)
    pl_settings_note(k->ret, "the kubelet's version is unknown; the rules of 1.%d are followed", k->minor);
  else if (!k->exact_version)
    pl_settings_note(k->ret, "our tables hold 1.%d to 1.%d; the rules of 1.%d are followed", k->table->first,
                     k->table->last, k->minor);
}

static void start(pl_kubelet *k) {
  note_version(k);
  pl_kubelet_flags_read(k);
  k->config = pl_node_object(k->arena);
  pl_kubelet_defaults(k, k->config); /* before any gate is set */
  pl_kubelet_legacy_defaults(k, k->config);
  k->flag_gates = true;
  pl_kubelet_flags_apply(k);
  pl_kubelet_gates_check(k, pl_kubelet_flag(k, "feature-gates"), "flags");
  pl_kubelet_flags_validate(k);
  pl_kubelet_flags_only(k);
  pl_kubelet_config_file(k);
  pl_kubelet_dropins(k);
  if (k->unread || k->refused)
    finish_unknown(k);
  else
    finish_known(k);
  put_seccomp(k);
  put_paths(k);
  pl_each_member (mark, k->marks)
    pl_settings_refused_value(k->ret, mark->key, pl_text(mark->value));
}

void pl_kubelet_settings(pl_arena *arena, const pl_component_input *input, pl_settings *ret) {
  pl_settings_init(ret, arena);
  pl_kubelet k = {.arena = arena,
                  .input = input,
                  .ret = ret,
                  .table = pl_tables_get(input->tables, "kubelet"),
                  .cwd = input->cwd ? input->cwd : "/",
                  .marks = pl_node_object(arena)};
  if (!k.table) {
    pl_settings_note(ret, "there is no version table of the kubelet");
    return;
  }
  int minor = input->minor ? input->minor : k.table->last;
  k.minor = pl_table_minor(k.table, minor);
  k.exact_version = input->minor == k.minor;
  ret->tells_defaults = k.exact_version;
  k.schema = pl_schema_build(arena, k.table, k.minor);
  start(&k);
}
