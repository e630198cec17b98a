/*
 * etcd's configuration file, which replaces flags and environment. Keys are found whatever their case, as encoding/json
 * does; unknown ones say nothing. Source: server/embed/config.go configFromFile, pkg sigs.k8s.io/yaml.
 */
#include "plumbline/core/escape.h"
#include "src/kube/etcd.h"
#include "src/kube/shape.h"

static const pl_shape security_shape[] = {
    {"cert-file", PL_SHAPE_TEXT, NULL},           {"key-file", PL_SHAPE_TEXT, NULL},
    {"client-cert-file", PL_SHAPE_TEXT, NULL},    {"client-key-file", PL_SHAPE_TEXT, NULL},
    {"client-cert-auth", PL_SHAPE_BOOLEAN, NULL}, {"trusted-ca-file", PL_SHAPE_TEXT, NULL},
    {"auto-tls", PL_SHAPE_BOOLEAN, NULL},         {"allowed-cn", PL_SHAPE_TEXTS, NULL},
    {"allowed-hostname", PL_SHAPE_TEXTS, NULL},   {NULL, PL_SHAPE_ANY, NULL}};

static const pl_shape file_shape[] = {{"name", PL_SHAPE_TEXT, NULL},
                                      {"data-dir", PL_SHAPE_TEXT, NULL},
                                      {"wal-dir", PL_SHAPE_TEXT, NULL},
                                      {"snapshot-count", PL_SHAPE_COUNT, NULL},
                                      {"max-snapshots", PL_SHAPE_COUNT, NULL},
                                      {"max-wals", PL_SHAPE_COUNT, NULL},
                                      {"heartbeat-interval", PL_SHAPE_COUNT, NULL},
                                      {"election-timeout", PL_SHAPE_COUNT, NULL},
                                      {"quota-backend-bytes", PL_SHAPE_INTEGER, NULL},
                                      {"max-txn-ops", PL_SHAPE_COUNT, NULL},
                                      {"max-request-bytes", PL_SHAPE_COUNT, NULL},
                                      {"cipher-suites", PL_SHAPE_TEXTS, NULL},
                                      {"tls-min-version", PL_SHAPE_TEXT, NULL},
                                      {"tls-max-version", PL_SHAPE_TEXT, NULL},
                                      {"initial-cluster-state", PL_SHAPE_TEXT, NULL},
                                      {"discovery-srv", PL_SHAPE_TEXT, NULL},
                                      {"discovery", PL_SHAPE_TEXT, NULL},
                                      {"initial-cluster", PL_SHAPE_TEXT, NULL},
                                      {"initial-cluster-token", PL_SHAPE_TEXT, NULL},
                                      {"strict-reconfig-check", PL_SHAPE_BOOLEAN, NULL},
                                      {"enable-v2", PL_SHAPE_BOOLEAN, NULL},
                                      {"auto-compaction-mode", PL_SHAPE_TEXT, NULL},
                                      {"auto-compaction-retention", PL_SHAPE_TEXT, NULL},
                                      {"pre-vote", PL_SHAPE_BOOLEAN, NULL},
                                      {"auth-token", PL_SHAPE_TEXT, NULL},
                                      {"force-new-cluster", PL_SHAPE_BOOLEAN, NULL},
                                      {"enable-pprof", PL_SHAPE_BOOLEAN, NULL},
                                      {"metrics", PL_SHAPE_TEXT, NULL},
                                      {"listen-metrics-urls", PL_SHAPE_TEXT, NULL},
                                      {"logger", PL_SHAPE_TEXT, NULL},
                                      {"log-level", PL_SHAPE_TEXT, NULL},
                                      {"log-outputs", PL_SHAPE_TEXTS, NULL},
                                      {"unsafe-no-fsync", PL_SHAPE_BOOLEAN, NULL},
                                      {"listen-peer-urls", PL_SHAPE_TEXT, NULL},
                                      {"listen-client-urls", PL_SHAPE_TEXT, NULL},
                                      {"listen-client-http-urls", PL_SHAPE_TEXT, NULL},
                                      {"initial-advertise-peer-urls", PL_SHAPE_TEXT, NULL},
                                      {"advertise-client-urls", PL_SHAPE_TEXT, NULL},
                                      {"cors", PL_SHAPE_TEXT, NULL},
                                      {"host-whitelist", PL_SHAPE_TEXT, NULL},
                                      {"client-transport-security", PL_SHAPE_OBJECT, security_shape},
                                      {"peer-transport-security", PL_SHAPE_OBJECT, security_shape},
                                      {NULL, PL_SHAPE_ANY, NULL}};

/* Where the file's keys are found among the settings, when not under their own name. */
static const struct fed {
  const char *path, *name;
} fed[] = {
    {"client-transport-security.cert-file", "cert-file"},
    {"client-transport-security.key-file", "key-file"},
    {"client-transport-security.client-cert-file", "client-cert-file"},
    {"client-transport-security.client-key-file", "client-key-file"},
    {"client-transport-security.client-cert-auth", "client-cert-auth"},
    {"client-transport-security.trusted-ca-file", "trusted-ca-file"},
    {"client-transport-security.auto-tls", "auto-tls"},
    {"client-transport-security.allowed-hostname", "client-cert-allowed-hostname"},
    {"peer-transport-security.cert-file", "peer-cert-file"},
    {"peer-transport-security.key-file", "peer-key-file"},
    {"peer-transport-security.client-cert-file", "peer-client-cert-file"},
    {"peer-transport-security.client-key-file", "peer-client-key-file"},
    {"peer-transport-security.client-cert-auth", "peer-client-cert-auth"},
    {"peer-transport-security.trusted-ca-file", "peer-trusted-ca-file"},
    {"peer-transport-security.auto-tls", "peer-auto-tls"},
    {"peer-transport-security.allowed-cn", "peer-cert-allowed-cn"},
    {"peer-transport-security.allowed-hostname", "peer-cert-allowed-hostname"},
    {"name", NULL},
    {"data-dir", NULL},
    {"wal-dir", NULL},
    {"cipher-suites", NULL},
    {"tls-min-version", NULL},
    {"tls-max-version", NULL},
    {"initial-cluster-state", NULL},
    {"discovery", NULL},
    {"discovery-srv", NULL},
    {"initial-cluster", NULL},
    {"auto-compaction-mode", NULL},
    {"heartbeat-interval", NULL},
    {"election-timeout", NULL},
    {"enable-pprof", NULL},
    {"unsafe-no-fsync", NULL},
    {"logger", NULL},
    {"listen-metrics-urls", NULL},
    {"listen-peer-urls", NULL},
    {"listen-client-urls", NULL},
    {"listen-client-http-urls", NULL},
    {"initial-advertise-peer-urls", NULL},
    {"advertise-client-urls", NULL},
};
#define FED_COUNT (sizeof fed / sizeof *fed)

static const char *setting_of(const struct fed *item) { return item->name ? item->name : item->path; }

/* NODE with the keys of FIELDS spelt as they are there; of several spellings the last one counts. */
static pl_node *canonical(pl_arena *arena, pl_node *node, const pl_shape *fields) {
  if (!pl_is(node, PL_OBJECT))
    return node;
  pl_node *copy = pl_node_object(arena);
  copy->line = node->line;
  pl_each_member (member, node)
    for (const pl_shape *field = fields; field->name; field++)
      if (pl_equal_nocase(field->name, member->key))
        pl_object_set(arena, copy, field->name,
                      field->fields ? canonical(arena, member->value, field->fields) : member->value);
  return copy;
}

/* Its top-level names are those of the flags, but for the two groups of TLS. */
static bool is_known(const pl_flag_run *run, const char *key) {
  for (const pl_shape *field = file_shape; field->name; field++)
    if (pl_equal_nocase(field->name, key))
      return true;
  for (size_t i = 0; i < run->table->flags.count; i++)
    if (pl_equal_nocase(run->table->flags.items[i].name, key))
      return true;
  return false;
}

static void note_unknown(pl_flag_run *run, const pl_config_file *file, const pl_node *document) {
  pl_each_member (member, document)
    if (!is_known(run, member->key))
      pl_settings_note(run->settings, "%s:%u: %s is no key that is known here and has no effect", file->shown,
                       member->line, pl_escape_text(run->arena, member->key));
}

static int decode(pl_flag_run *run, pl_config_file *file, pl_error *err) {
  const pl_node *document = file->document;
  if (document->kind == PL_NULL)
    file->document = pl_node_object(run->arena);
  else if (document->kind != PL_OBJECT)
    return pl_fail(err, PL_ERR_SYNTAX, "the file is no object");
  note_unknown(run, file, document);
  if (document->kind == PL_OBJECT)
    file->document = canonical(run->arena, pl_node_copy(run->arena, document), file_shape);
  return pl_shape_check(run->arena, file->document, file_shape, false, err);
}

static bool is_list_of_urls(const char *name) { return pl_in(name, pl_etcd_url_settings); }

/* A text of URLs, a list of names, or what it is; NULL: nothing is said, or what is said is empty. */
static pl_node *value_of(pl_flag_run *run, const char *name, const pl_node *node, pl_error *err) {
  int64_t number;
  if (!node || node->kind == PL_NULL || (node->kind == PL_STRING && node->string.length == 0))
    return NULL;
  if (is_list_of_urls(name))
    return pl_etcd_urls(run->arena, node->string.data, err);
  return pl_integral(node, &number) ? pl_node_integer(run->arena, number) : pl_node_copy(run->arena, node);
}

pl_config_file pl_etcd_file(pl_flag_run *run, const char *path) {
  pl_config_file file = pl_config_read(run, path, false);
  pl_error err = {0};
  if (file.state == PL_CONFIG_READ && decode(run, &file, &err) < 0)
    pl_config_refuse(&file, run->arena, &err);
  for (size_t i = 0; file.state == PL_CONFIG_READ && i < FED_COUNT; i++) {
    const pl_node *node = pl_get_path(file.document, fed[i].path);
    pl_node *value = value_of(run, setting_of(&fed[i]), node, &err);
    if (value)
      pl_config_put(run, &file, setting_of(&fed[i]), value, node->line);
    if (err.kind != PL_ERR_NONE)
      pl_config_refuse(&file, run->arena, &err);
  }
  if (file.state == PL_CONFIG_REFUSED)
    pl_settings_refuse(run->settings, "config-file", file.shown, "%s", file.reason);
  return file;
}

void pl_etcd_file_taint(pl_flag_run *run, const pl_config_file *file) {
  for (size_t i = 0; i < FED_COUNT; i++)
    pl_config_taint(run, file, setting_of(&fed[i]));
}
