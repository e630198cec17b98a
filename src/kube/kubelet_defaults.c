/* Defaults of KubeletConfiguration: pkg/kubelet/apis/config/v1beta1/defaults.go, cmd/kubelet/app/options,
 * pkg/kubelet/eviction. */
#include "src/kube/kubelet.h"

typedef struct filling {
  pl_kubelet *k;
  pl_node *config;
} filling;

/* Pointers, lists and maps have a default when they are nil, everything else when it is zero. */
static void fill(const pl_schema *field, void *context) {
  filling *f = context;
  const pl_node *value = pl_config_get(f->config, field->path);
  bool nil_counts = field->pointer || field->kind >= PL_SCHEMA_STRINGS;
  if (nil_counts ? value != NULL : !pl_schema_is_zero(field, value))
    return;
  pl_node *fallback = pl_table_default_value(f->k->arena, field->entry, f->k->minor);
  if (fallback)
    pl_config_set(f->k->arena, f->config, field->path, fallback);
}

/* Defaults that follow another field. */
static void fill_dependent(pl_kubelet *k, pl_node *config) {
  const pl_node *pulls = pl_get(config, "maxParallelImagePulls");
  if (!pl_get(config, "serializeImagePulls") && pl_is(pulls, PL_INTEGER) && pulls->integer >= 2)
    pl_object_set(k->arena, config, "serializeImagePulls", pl_node_boolean(k->arena, false));
  const char *update = pl_get_text(config, "nodeStatusUpdateFrequency", "0s");
  if (pl_equal(pl_get_text(config, "nodeStatusReportFrequency", "0s"), "0s") && !pl_equal(update, "0s"))
    pl_object_set(k->arena, config, "nodeStatusReportFrequency", pl_node_string(k->arena, update));
  pl_node *limit = pl_get(config, "podPidsLimit");
  if (pl_is(limit, PL_INTEGER) && limit->integer < -1) {
    pl_node *none = pl_node_integer(k->arena, -1);
    none->source = limit->source;
    none->line = limit->line;
    pl_object_set(k->arena, config, "podPidsLimit", none);
  }
}

/* component-base/logs/api/v1: no time, as text or as a number, is five seconds. */
static void fill_flush_frequency(pl_kubelet *k, pl_node *config) {
  const pl_node *flush = pl_config_get(config, "logging.flushFrequency");
  if (!flush || (pl_is(flush, PL_INTEGER) && flush->integer == 0) || pl_equal(pl_text(flush), "0s"))
    pl_config_set(k->arena, config, "logging.flushFrequency", pl_node_string(k->arena, "5s"));
}

static void fill_gated(pl_kubelet *k, pl_node *config) {
  static const struct {
    const char *gate, *path, *value;
  } gated[] = {
      {"KubeletCrashLoopBackOffMax", "crashLoopBackOff.maxContainerRestartPeriod", "5m0s"},
      {"KubeletEnsureSecretPulledImages", "imagePullCredentialsVerificationPolicy", "NeverVerifyPreloadedImages"},
  };
  for (size_t i = 0; i < sizeof gated / sizeof *gated; i++) {
    const pl_node *value = pl_config_get(config, gated[i].path);
    if ((!value || value->string.length == 0) && pl_kubelet_gate(k, config, gated[i].gate, NULL))
      pl_config_set(k->arena, config, gated[i].path, pl_node_string(k->arena, gated[i].value));
  }
}

void pl_kubelet_defaults(pl_kubelet *k, pl_node *config) {
  filling f = {.k = k, .config = config};
  fill_dependent(k, config);
  fill_flush_frequency(k, config);
  pl_schema_each_leaf(k->schema, fill, &f);
  if (k->minor >= PL_KUBELET_GATED_DEFAULTS)
    fill_gated(k, config);
}

static pl_node *legacy_value(pl_kubelet *k, const pl_table_entry *field, const pl_table_entry *entry) {
  pl_table_entry legacy = *field;
  legacy.defaults = entry->defaults;
  legacy.default_count = entry->default_count;
  return pl_table_default_value(k->arena, &legacy, k->minor);
}

void pl_kubelet_legacy_defaults(pl_kubelet *k, pl_node *config) {
  const pl_table_entries *entries = pl_table_entries_of(k->table, "legacy-defaults");
  for (size_t i = 0; i < entries->count; i++) {
    const pl_table_entry *field = pl_table_find(&k->table->fields, entries->items[i].name);
    if (field)
      pl_config_set(k->arena, config, field->name, legacy_value(k, field, &entries->items[i]));
  }
}

/* Without a configuration file the defaults are those that flags start from; with drop-ins alone, mergo mixes both. */
pl_node *pl_kubelet_default_of(pl_kubelet *k, const pl_schema *field) {
  static const char *const dependent[] = {"serializeImagePulls",
                                          "nodeStatusReportFrequency",
                                          "evictionHard",
                                          "logging.flushFrequency",
                                          "crashLoopBackOff.maxContainerRestartPeriod",
                                          "imagePullCredentialsVerificationPolicy",
                                          NULL};
  if (!k->exact_version || pl_in(field->path, dependent))
    return NULL;
  const pl_table_entry *legacy = *pl_kubelet_flag_text(k, "config")
                                     ? NULL
                                     : pl_table_find(pl_table_entries_of(k->table, "legacy-defaults"), field->path);
  if (legacy && k->minor == PL_KUBELET_MERGO && *pl_kubelet_flag_text(k, "config-dir"))
    return NULL;
  pl_node *value =
      legacy ? legacy_value(k, field->entry, legacy) : pl_table_default_value(k->arena, field->entry, k->minor);
  return value ? value : field->kind == PL_SCHEMA_ANY ? NULL : pl_schema_zero(k->arena, field);
}

void pl_kubelet_eviction_defaults(pl_kubelet *k, pl_node *config) {
  const pl_table_entries *entries = pl_table_entries_of(k->table, "eviction-hard");
  const pl_node *old = pl_get(config, "evictionHard"), *merge = pl_get(config, "mergeDefaultEvictionSettings");
  if (old && !(pl_is(merge, PL_BOOLEAN) && merge->boolean))
    return;
  pl_node *map = old ? pl_node_copy(k->arena, old) : pl_node_object(k->arena);
  for (size_t i = 0; i < entries->count; i++) {
    const pl_table_entry *entry = &entries->items[i];
    if (pl_table_has(entry, k->minor) && !pl_get(map, entry->name))
      pl_object_set(k->arena, map, entry->name, pl_node_string(k->arena, pl_table_default_text(entry, k->minor)));
  }
  pl_object_set(k->arena, config, "evictionHard", map);
}
