/* Feature gates: component-base/featuregate. */
#include "plumbline/kube/platform.h"
#include "src/kube/flag_gates.h"
#include "src/kube/kubelet.h"

/* The kubelet's own list is short; the list of all gates is only read when somebody sets one that is not in it. */
static const pl_table_entry *find_gate(pl_kubelet *k, const char *name, bool all) {
  const pl_table_entry *entry = pl_table_find(pl_table_entries_of(k->table, "gates"), name);
  if (entry || !all)
    return entry;
  const pl_table *gates = pl_tables_get(k->input->tables, "feature-gates");
  return gates ? pl_table_find(pl_table_entries_of(gates, "gates"), name) : NULL;
}

static const pl_node *explicit_gate(const pl_kubelet *k, const pl_node *config, const char *name) {
  const pl_node *gate = k->flag_gates ? pl_get(pl_kubelet_flag(k, "feature-gates"), name) : NULL;
  return gate ? gate : pl_get(pl_get(config, "featureGates"), name);
}

bool pl_kubelet_gate(pl_kubelet *k, const pl_node *config, const char *name, const pl_node **ret_decided) {
  const pl_node *decided = explicit_gate(k, config, name);
  const pl_table_entry *entry = find_gate(k, name, decided == NULL);
  const char *state = entry && pl_table_has(entry, k->minor) ? pl_table_default_text(entry, k->minor) : NULL;
  if (!decided && state && pl_gate_says(state, "alpha"))
    decided = explicit_gate(k, config, "AllAlpha");
  else if (!decided && state && pl_gate_says(state, "beta"))
    decided = explicit_gate(k, config, "AllBeta");
  if (ret_decided)
    *ret_decided = decided;
  return decided ? decided->boolean : state && pl_gate_says(state, "on");
}

static void check_gate(pl_kubelet *k, const pl_member *gate, const char *locked_stage) {
  static const char *const special[] = {"AllAlpha", "AllBeta", NULL};
  if (pl_in(gate->key, special))
    return;
  const char *setting = pl_printf(k->arena, "featureGates.%s", gate->key);
  const pl_table_entry *entry = find_gate(k, gate->key, true);
  bool known = entry && pl_table_has(entry, k->minor);
  if (!known && k->input->build && k->input->build->any_gate)
    return;
  if (!known) {
    if (k->exact_version)
      pl_kubelet_refuse(k, "feature-gates", setting, "unrecognized feature gate: %s", gate->key);
    else
      pl_settings_note(k->ret, "feature gate %s is not in our tables, which end with 1.%d", gate->key, k->table->last);
    return;
  }
  const char *state = pl_table_default_text(entry, k->minor);
  bool on = pl_gate_says(state, "on");
  if (pl_gate_says(state, "locked") && gate->value->boolean != on)
    pl_kubelet_refuse(k, locked_stage, setting, "cannot set feature gate %s to %s, it is locked to %s", gate->key,
                      on ? "false" : "true", on ? "true" : "false");
}

void pl_kubelet_gates_check(pl_kubelet *k, const pl_node *map, const char *locked_stage) {
  pl_each_member (gate, map)
    check_gate(k, gate, locked_stage);
}

/* What gate NAME is if nobody sets it; NULL: this version has none of that name. */
static pl_node *default_of(pl_kubelet *k, const char *name) {
  const pl_table_entry *entry = find_gate(k, name, true);
  bool known = entry && pl_table_has(entry, k->minor);
  return known ? pl_node_boolean(k->arena, pl_gate_says(pl_table_default_text(entry, k->minor), "on")) : NULL;
}

static void put_gate(pl_kubelet *k, const char *name) {
  const pl_node *decided;
  const char *setting = pl_printf(k->arena, "featureGates.%s", name);
  pl_node *value = pl_node_boolean(k->arena, pl_kubelet_gate(k, k->config, name, &decided));
  const pl_source *source = decided ? decided->source : NULL;
  if (source)
    pl_settings_put(k->ret, setting, value, source->layer, source->where, decided->line);
  else
    pl_settings_put(k->ret, setting, value, "default", NULL, 0);
  pl_settings_refused_like(k->ret, setting, "featureGates"); /* it cannot be read, so it may speak of this gate */
}

void pl_kubelet_gates_put(pl_kubelet *k) {
  const pl_table_entries *shown = pl_table_entries_of(k->table, "gates-shown");
  pl_node *explicit = pl_get(k->config, "featureGates");
  const pl_source *source = explicit ? explicit->source : NULL;
  for (size_t i = 0; i < shown->count; i++)
    if (!pl_get(explicit, shown->items[i].name))
      put_gate(k, shown->items[i].name);
  pl_each_member (gate, k->exact_version ? explicit : NULL)
    pl_settings_default(k->ret, pl_printf(k->arena, "featureGates.%s", gate->key), default_of(k, gate->key));
  pl_settings_put(k->ret, "explicitFeatureGates", explicit ? explicit : pl_node_object(k->arena),
                  source ? source->layer : "default", source ? source->where : NULL, explicit ? explicit->line : 0);
}
