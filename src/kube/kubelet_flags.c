/* The kubelet's command line. */
#include "src/kube/kubelet.h"
#include "src/kube/labels.h"

/* SETTING: what the flag at INDEX feeds, or its name where it feeds none. */
static void refuse_at(pl_kubelet *k, size_t index, const char *setting, const char *reason) {
  pl_settings_refuse_one(k->ret, "flags", pl_settings_argv(k->arena, k->input, index), setting, reason);
}

static void check_known(pl_kubelet *k, const pl_flag *flag) {
  if (flag->spec && (k->input->minor == 0 || pl_flag_known(flag->spec, k->minor)))
    return;
  if (k->exact_version)
    refuse_at(k, flag->index, flag->name, pl_printf(k->arena, "unknown flag: --%s", flag->name));
  else
    pl_settings_note(k->ret, "--%s is not in our tables, which end with 1.%d", flag->name, k->table->last);
}

/* A bad value of flag AT: what it feeds cannot be told. */
static void refuse_value(pl_kubelet *k, size_t at, size_t index, const char *reason) {
  const pl_table_entry *flag = &k->table->flags.items[at];
  const pl_table_entries *gates = pl_table_entries_of(k->table, "gates-shown");
  bool of_gates = k->table->specs[at].kind == PL_FLAG_GATES;
  const char *setting = of_gates ? "explicitFeatureGates" : flag->words[0];
  refuse_at(k, index, setting ? setting : flag->name, reason);
  if (setting)
    pl_object_set(k->arena, k->marks, setting, pl_node_string(k->arena, reason));
  for (size_t i = 0; of_gates && i < gates->count; i++)
    pl_object_set(k->arena, k->marks, pl_printf(k->arena, "featureGates.%s", gates->items[i].name),
                  pl_node_string(k->arena, reason));
}

static const pl_source *source_of(pl_kubelet *k, const pl_flag *flag) {
  pl_source *source = pl_new(k->arena, pl_source);
  *source = (pl_source){.where = pl_settings_argv(k->arena, k->input, flag->index),
                        .layer = pl_settings_argv_layer(k->input, flag->index)};
  return source;
}

static void read_value(pl_kubelet *k, size_t at) {
  const pl_flag_spec *spec = &k->table->specs[at];
  const pl_flag *last;
  pl_node *value = NULL;
  pl_error err = {0};
  if (!pl_flag_known(spec, k->minor))
    return;
  if (pl_flags_value(k->arena, &k->flags, spec, &value, &last, &err) < 0)
    refuse_value(k, at, last->index, err.text);
  if (!value)
    return;
  value->source = source_of(k, last);
  const pl_node *places = spec->kind == PL_FLAG_GATES ? pl_flags_gates(k->arena, &k->flags, spec->name) : NULL;
  pl_each_member (member, value) {
    int64_t at_flag = pl_get_integer(places, member->key, -1);
    const pl_flag *own = at_flag < 0 ? last : &k->flags.items[at_flag];
    member->value->source = own == last ? value->source : source_of(k, own);
  }
  k->flag_values[at] = value;
}

void pl_kubelet_flags_read(pl_kubelet *k) {
  pl_error err = {0};
  k->flag_values = pl_new_array(k->arena, pl_node *, k->table->flags.count + 1);
  int parsed =
      pl_flags_parse(k->arena, k->input->argv, k->input->argc, k->table->specs, PL_FLAGS_PFLAG, &k->flags, &err);
  for (size_t i = 0; i < k->flags.count; i++)
    check_known(k, &k->flags.items[i]);
  if (parsed < 0)
    pl_settings_refuse(k->ret, "flags", k->input->argv_where, "%s", err.text);
  if (k->flags.stray_count > 0)
    pl_settings_refuse(k->ret, "flags", k->input->argv_where, "takes no commands, but %zu of the words are no flags",
                       k->flags.stray_count);
  for (size_t i = 0; i < k->table->flags.count; i++)
    if (pl_flags_last(&k->flags, k->table->specs[i].name))
      read_value(k, i);
}

static void apply_gates(pl_kubelet *k, const pl_node *value) {
  const pl_node *old = pl_get(k->config, "featureGates");
  pl_node *map = pl_node_object(k->arena);
  map->source = value->source;
  pl_each_member (gate, old)
    pl_object_set(k->arena, map, gate->key, gate->value);
  pl_each_member (gate, value)
    pl_object_set(k->arena, map, gate->key, gate->value);
  pl_object_set(k->arena, k->config, "featureGates", map);
}

/* The field that flag AT feeds, NULL when there is none. */
static const pl_table_entry *fed_field(const pl_kubelet *k, size_t at) {
  const char *key = k->table->flags.items[at].words[0];
  return key ? pl_table_find(&k->table->fields, key) : NULL;
}

void pl_kubelet_flags_apply(pl_kubelet *k) {
  for (size_t i = 0; i < k->table->flags.count; i++) {
    const pl_table_entry *field = k->flag_values[i] ? fed_field(k, i) : NULL;
    if (!field)
      continue;
    if (k->table->specs[i].kind == PL_FLAG_GATES)
      apply_gates(k, k->flag_values[i]);
    else
      pl_config_set(k->arena, k->config, field->name, k->flag_values[i]);
  }
}

const pl_node *pl_kubelet_flag(const pl_kubelet *k, const char *name) {
  const pl_table_entry *flag = pl_table_find(&k->table->flags, name);
  return flag ? k->flag_values[flag - k->table->flags.items] : NULL;
}

const char *pl_kubelet_flag_text(const pl_kubelet *k, const char *name) {
  const char *text = pl_text(pl_kubelet_flag(k, name));
  return text ? text : "";
}

/* The first LENGTH bytes of LABEL are one of DOMAINS or below one. */
static bool in_domain(const char *label, size_t length, const char *const *domains) {
  for (; *domains; domains++) {
    size_t tail = strlen(*domains);
    if (length < tail || strncmp(label + length - tail, *domains, tail) != 0)
      continue;
    if (length == tail || label[length - tail - 1] == '.')
      return true;
  }
  return false;
}

/* The kubelet may give itself only some of the labels of the kubernetes.io and k8s.io domains
 * (pkg/kubelet/apis/well_known_labels.go). */
static bool is_label_of_others(const char *label) {
  static const char *const allowed[] = {"kubernetes.io/hostname",
                                        "kubernetes.io/arch",
                                        "kubernetes.io/os",
                                        "beta.kubernetes.io/arch",
                                        "beta.kubernetes.io/os",
                                        "beta.kubernetes.io/instance-type",
                                        "node.kubernetes.io/instance-type",
                                        "failure-domain.beta.kubernetes.io/region",
                                        "failure-domain.beta.kubernetes.io/zone",
                                        "topology.kubernetes.io/region",
                                        "topology.kubernetes.io/zone",
                                        NULL};
  static const char *const open_domains[] = {"kubelet.kubernetes.io", "node.kubernetes.io", NULL};
  static const char *const closed_domains[] = {"kubernetes.io", "k8s.io", NULL};
  const char *slash = strchr(label, '/');
  if (!slash || pl_in(label, allowed))
    return false;
  return in_domain(label, (size_t)(slash - label), closed_domains) &&
         !in_domain(label, (size_t)(slash - label), open_domains);
}

void pl_kubelet_flags_validate(pl_kubelet *k) {
  const pl_node *labels = pl_kubelet_flag(k, "node-labels");
  const pl_flag *flag = pl_flags_last(&k->flags, "node-labels");
  pl_each_member (label, labels) {
    const char *value = pl_text(label->value);
    if (is_label_of_others(label->key))
      refuse_at(k, flag->index, flag->name,
                pl_printf(k->arena, "--node-labels: %s is not a label that a kubelet may set", label->key));
    else if (!pl_is_qualified_name(label->key) || !pl_is_label_value(value ? value : ""))
      refuse_at(k, flag->index, flag->name, pl_printf(k->arena, "invalid node labels: %s", label->key));
  }
}

/* A flag with a KEY that is no field of the file: its value, or its default. */
void pl_kubelet_flags_only(pl_kubelet *k) {
  for (size_t i = 0; i < k->table->flags.count; i++) {
    const pl_table_entry *flag = &k->table->flags.items[i];
    const pl_node *value = k->flag_values[i];
    if (!flag->words[0] || fed_field(k, i))
      continue;
    pl_node *fallback = pl_table_default_value(k->arena, flag, k->minor);
    pl_settings_put(k->ret, flag->words[0], fallback ? fallback : pl_node_string(k->arena, ""), "default", NULL, 0);
    if (value)
      pl_settings_put(k->ret, flag->words[0], k->flag_values[i], value->source->layer, value->source->where, 0);
  }
}
