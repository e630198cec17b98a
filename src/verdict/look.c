/* From the subject of a leaf to what the facts say of it. */
#include "private.h"

size_t pl_component_index(const char *name) {
  size_t index = 0;
  while (index + 1 < PL_COMPONENTS_MAX && pl_component_names[index] && !pl_equal(pl_component_names[index], name))
    index++;
  return index;
}

bool pl_is_unset(const pl_node *value) {
  if (!value || value->kind == PL_NULL)
    return true;
  return value->kind == PL_STRING ? value->string.length == 0
                                  : (value->kind == PL_LIST || value->kind == PL_OBJECT) && pl_count(value) == 0;
}

/* A text member that says something, or FALLBACK. */
static const char *said(const pl_node *node, const char *key, const char *fallback) {
  const char *text = pl_get_text(node, key, NULL);
  return text && *text ? text : fallback;
}

static const char *unreadable(const pl_node *node) {
  return pl_get(node, "unreadable") ? said(node, "unreadable", "it could not be read") : NULL;
}

/* "kubelet", or with its pid where several run. */
static const char *component_name(const pl_judging *j, const char *name, size_t index) {
  const pl_node *processes = pl_get(j->instances[index], "processes");
  if (!j->several[index])
    return name;
  if (pl_is(processes, PL_LIST) && processes->list.count > 0)
    return pl_printf(j->arena, "%s (pid %lld)", name, (long long)pl_get_integer(processes->list.items[0], "pid", 0));
  return pl_printf(j->arena, "%s (%s)", name, said(j->instances[index], "manifest", "another instance"));
}

static pl_looked in_trouble(pl_looked looked, const char *trouble, bool missing) {
  looked.trouble = trouble;
  looked.missing = missing;
  return looked;
}

/* ---- provenance ---- */

static const char *place_text(pl_arena *arena, const pl_node *from) {
  const char *where = said(from, "where", NULL);
  int64_t line = pl_get_integer(from, "line", 0);
  return where && line > 0 ? pl_printf(arena, "%s:%lld", where, (long long)line) : where;
}

/* Layers that said something else and were overruled; a default that was is no news. */
static const char *overrides_text(pl_arena *arena, const pl_node *entry) {
  const char *text = NULL;
  pl_each_item (item, pl_get(entry, "overridden")) {
    const pl_node *from = pl_get(item, "from");
    const char *layer = said(from, "layer", ""), *where = place_text(arena, from);
    if (pl_equal(layer, "default"))
      continue;
    const char *one = pl_printf(arena, "%s%s%s says %s", layer, *layer && where ? " " : "", where ? where : "",
                                pl_show(arena, pl_get(item, "value")));
    text = text ? pl_printf(arena, "%s; %s", text, one) : one;
    if (strlen(text) > PL_VALUE_SHOWN * 4)
      break;
  }
  return text;
}

const char *pl_default_text(pl_arena *arena, const pl_node *entry) {
  const pl_node *fallback = pl_get(entry, "default");
  bool empty = pl_is(fallback, PL_STRING) && fallback->string.length == 0;
  return fallback ? pl_show(arena, empty ? NULL : fallback) : NULL;
}

/* ---- settings ---- */

static const char *refused_text(const pl_judging *j, const pl_node *component, const pl_node *entry) {
  bool running = pl_equal(said(component, "state", ""), "running");
  return pl_printf(j->arena, "refused by the component: %s; %s", said(entry, "refused", "no reason was collected"),
                   running ? "it is running, so this changed since its start, or it is newer than our tables"
                           : "it would not start with it");
}

/* Why no setting of COMPONENT can be told, or NULL. */
static const char *component_trouble(pl_judging *j, const char *name, const pl_node *component, bool *ret_missing) {
  const char *state = said(component, "state", NULL), *why = said(component, "because", "no reason was collected");
  *ret_missing = false;
  if (unreadable(component))
    return unreadable(component);
  if (pl_equal(state, "running") || pl_equal(state, "configured"))
    return NULL;
  if (pl_equal(state, "unobservable"))
    return pl_printf(j->arena, "%s cannot be observed (%s)", name, why);
  if (pl_equal(state, "absent"))
    return pl_printf(j->arena, "%s is absent (%s)", name, why);
  *ret_missing = true;
  return pl_printf(j->arena, "the state of %s was not collected", name);
}

pl_looked pl_look_setting(pl_judging *j, const char *component, const char *key) {
  size_t index = pl_component_index(component);
  const pl_node *node = j->instances[index], *settings = pl_get(node, "settings"), *entry = pl_get(settings, key);
  const pl_node *from = pl_get(entry, "from");
  pl_looked looked = {.component = node, .entry = entry, .value = pl_get(entry, "value")};
  looked.what = pl_printf(j->arena, "%s %s", component_name(j, component, index), key);
  bool missing = false;
  const char *trouble = component_trouble(j, component, node, &missing);
  if (trouble)
    return in_trouble(looked, trouble, missing);
  if (unreadable(settings))
    return in_trouble(looked, unreadable(settings), false);
  looked.layer = said(from, "layer", NULL);
  looked.where = place_text(j->arena, from);
  looked.overrides = overrides_text(j->arena, entry);
  if (unreadable(entry))
    return in_trouble(looked, unreadable(entry), false);
  if (pl_get(entry, "refused"))
    return in_trouble(looked, refused_text(j, node, entry), false);
  const char *unknown = said(node, "arguments_unknown", NULL);
  if (pl_get(entry, "value"))
    return looked;
  return in_trouble(looked, unknown ? unknown : "it was not collected", !unknown);
}

/* ---- other facts ---- */

/* The member of NODE that PATH begins with, the longest name first, since names may hold dots themselves. */
static const pl_node *step(pl_arena *arena, const pl_node *node, const char **path) {
  for (size_t length = strlen(*path); length > 0; length--) {
    if ((*path)[length] != '\0' && (*path)[length] != '.')
      continue;
    const pl_node *found = pl_get(node, pl_strndup(arena, *path, length));
    if (found) {
      *path += length + ((*path)[length] == '.');
      return found;
    }
  }
  return NULL;
}

/* Facts that the `because` beside them is about; of others it is NAME_because. */
static const char *const explained[] = {"state", "writer", "place", NULL};

static pl_looked look_fact(pl_judging *j, const pl_expression *leaf) {
  size_t index = leaf->component ? pl_component_index(leaf->component) : 0;
  const pl_node *node = leaf->component ? j->instances[index] : j->run->facts;
  const char *rest = leaf->key;
  pl_looked looked = {.layer = "fact", .what = leaf->key};
  if (leaf->component)
    looked.what = pl_printf(j->arena, "%s %s", component_name(j, leaf->component, index), leaf->key);
  const pl_node *around = NULL;
  const char *why = NULL;
  while (node && node->kind != PL_NULL && !unreadable(node) && *rest) {
    around = pl_in(rest, explained) ? node : NULL;
    why = strchr(rest, '.') ? NULL : said(node, pl_printf(j->arena, "%s_because", rest), NULL);
    node = step(j->arena, node, &rest);
  }
  if (!node)
    return in_trouble(looked, "it was not collected", true);
  if (unreadable(node))
    return in_trouble(looked, unreadable(node), false);
  looked.value = node;
  looked.where = said(around, "because", why);
  if (leaf->component && pl_equal(leaf->key, "state") && pl_equal(pl_text(node), "unobservable"))
    return in_trouble(looked, looked.where ? looked.where : "it cannot be observed", false);
  return looked;
}

pl_looked pl_look(pl_judging *j, const pl_expression *leaf) {
  return leaf->kind == PL_EXPR_SETTING ? pl_look_setting(j, leaf->component, leaf->key) : look_fact(j, leaf);
}

/* ---- where to change it ---- */

static bool is_layer_of_file(const char *layer) {
  return pl_equal(layer, "file") || pl_equal(layer, "drop-in") || pl_equal(layer, "manifest");
}

/* The file that has the value, else the file that would get it: the manifest, the configuration file, the unit. */
pl_place pl_place_of(pl_judging *j, const pl_looked *looked) {
  const char *written = said(pl_get(looked->entry, "from"), "where", NULL);
  const pl_node *config = pl_get(pl_get(j->run->file_sets, "kubelet.config"), "paths");
  bool kubelet = looked->component && looked->component == j->instances[pl_component_index("kubelet")];
  const char *path = is_layer_of_file(looked->layer) && written && *written == '/'
                         ? written
                         : said(looked->component, "manifest", NULL);
  const char *arguments = said(looked->component, "arguments_from", NULL);
  if (!path && arguments && *arguments == '/')
    path = arguments;
  if (!path && kubelet && pl_is(config, PL_LIST) && config->list.count > 0)
    path = pl_text(config->list.items[0]);
  if (!path)
    path = said(looked->component, "unit", NULL);
  const char *where = looked->where ? looked->where : looked->layer;
  return (pl_place){path, where, pl_show(j->arena, looked->value), !pl_equal(looked->layer, "fact")};
}
