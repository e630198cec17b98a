/* Building the settings of a component: values with their provenance, refusals, notes, files. */
#include "plumbline/kube/settings.h"

#include "plumbline/core/escape.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/url.h"

void pl_settings_init(pl_settings *settings, pl_arena *arena) {
  *settings = (pl_settings){
      .arena = arena,
      .values = pl_node_object(arena),
      .refused = pl_node_list(arena),
      .late = pl_node_list(arena),
      .notes = pl_node_list(arena),
      .files = pl_node_list(arena),
  };
}

/* A copy for facts: texts escaped, the marks of the document it came from left behind. Documents are capped in depth,
 * so is this. */
static pl_node *clean_copy(pl_arena *arena, const pl_node *node) {
  switch (node->kind) {
  case PL_STRING: {
    const char *shown = pl_hide_url_secrets(arena, node->string.data);
    return shown == node->string.data ? pl_node_string(arena, pl_escape(arena, shown, node->string.length))
                                      : pl_node_clean(arena, shown);
  }
  case PL_LIST: {
    pl_node *list = pl_node_list(arena);
    pl_each_item (item, node)
      pl_list_add(arena, list, clean_copy(arena, item));
    return list;
  }
  case PL_OBJECT: {
    pl_node *object = pl_node_object(arena);
    pl_each_member (member, node)
      pl_object_set(arena, object, pl_escape_text(arena, member->key), clean_copy(arena, member->value));
    return object;
  }
  case PL_NULL:
  case PL_BOOLEAN:
  case PL_INTEGER:
  case PL_REAL:
    break;
  }
  pl_node *scalar = pl_new(arena, pl_node);
  *scalar = *node;
  scalar->raw = NULL;
  return scalar;
}

/* Most values are defaults: where these come from is said by one node for all. */
static pl_node *origin(pl_settings *settings, const char *layer, const char *where, uint32_t line) {
  pl_arena *arena = settings->arena;
  bool plain = !where && !line && pl_equal(layer, "default");
  if (plain && settings->by_default)
    return settings->by_default;
  pl_node *from = pl_node_object_for(arena, line ? 3 : 2);
  pl_object_set_text(arena, from, "layer", layer);
  pl_object_set_text(arena, from, "where", where);
  if (line)
    pl_object_set_integer(arena, from, "line", line);
  if (plain)
    settings->by_default = from;
  return from;
}

/* What OLD says was overridden, with what it told itself at the end if that was no default; NULL: nothing. */
static pl_node *overridden_by(pl_arena *arena, const pl_node *old) {
  pl_node *overridden = pl_get(old, "overridden"), *from = pl_get(old, "from");
  if (!from || pl_equal(pl_get_text(from, "layer", NULL), "default"))
    return overridden;
  if (!overridden)
    overridden = pl_node_list(arena);
  pl_node *past = pl_node_object(arena);
  pl_object_set(arena, past, "value", pl_get(old, "value"));
  pl_object_set(arena, past, "from", from);
  pl_list_add(arena, overridden, past);
  return overridden;
}

/* What would hold if ENTRY's value were not given; NULL: not known. */
static pl_node *default_of(const pl_settings *settings, const pl_node *entry) {
  if (!entry || !settings->tells_defaults)
    return NULL;
  return settings->by_default && pl_get(entry, "from") == settings->by_default ? pl_get(entry, "value")
                                                                               : pl_get(entry, "default");
}

void pl_settings_put(pl_settings *settings, const char *name, pl_node *value, const char *layer, const char *where,
                     uint32_t line) {
  pl_arena *arena = settings->arena;
  const pl_node *old = pl_get(settings->values, name);
  pl_node *fallback = default_of(settings, old), *overridden = overridden_by(arena, old);
  pl_node *entry = pl_node_object_for(arena, fallback ? 3 : 2), *from = origin(settings, layer, where, line);
  pl_node *refused = pl_get(old, "refused");
  pl_object_set(arena, entry, "value", value ? clean_copy(arena, value) : pl_node_null(arena));
  pl_object_set(arena, entry, "from", from);
  if (fallback && from != settings->by_default)
    pl_object_set(arena, entry, "default", fallback);
  if (overridden)
    pl_object_set(arena, entry, "overridden", overridden);
  if (refused) /* another layer's value does not undo that one of them would be refused */
    pl_object_set(arena, entry, "refused", refused);
  pl_object_put(arena, settings->values, pl_escape_text(arena, name), entry);
}

void pl_settings_respell(pl_settings *settings, const char *name, pl_node *value) {
  pl_object_set(settings->arena, pl_get(settings->values, name), "value", clean_copy(settings->arena, value));
}

void pl_settings_default(pl_settings *settings, const char *name, pl_node *value) {
  pl_node *entry = pl_get(settings->values, name);
  if (!settings->tells_defaults || !pl_get(entry, "from") || pl_get(entry, "from") == settings->by_default)
    return;
  if (value)
    pl_object_set(settings->arena, entry, "default", value);
  else
    pl_object_remove(entry, "default");
}

pl_node *pl_settings_default_of(const pl_settings *settings, const char *name) {
  return default_of(settings, pl_get(settings->values, name));
}

const char *pl_settings_argv(pl_arena *arena, const pl_component_input *input, size_t index) {
  const pl_argument_place *place = input->argv_places && index < input->argc ? &input->argv_places[index] : NULL;
  if (!place || !place->where)
    return pl_printf(arena, "%s argv[%zu]", input->argv_where, index);
  return place->line ? pl_printf(arena, "%s:%u", place->where, place->line) : place->where;
}

const char *pl_settings_argv_layer(const pl_component_input *input, size_t index) {
  return input->argv_places && index < input->argc ? input->argv_places[index].layer : input->argv_layer;
}

void pl_settings_refused_like(pl_settings *settings, const char *name, const char *source) {
  pl_node *entry = pl_get(settings->values, name), *refused = pl_get(pl_get(settings->values, source), "refused");
  if (entry && refused && !pl_get(entry, "unreadable") && !pl_get(entry, "refused"))
    pl_object_set(settings->arena, entry, "refused", refused);
}

void pl_settings_refused_value(pl_settings *settings, const char *name, const char *reason) {
  pl_node *entry = pl_get(settings->values, name);
  if (!entry) {
    pl_settings_put(settings, name, NULL, "default", NULL, 0);
    entry = pl_get(settings->values, name);
  }
  if (!pl_get(entry, "unreadable") && !pl_get(entry, "refused"))
    pl_object_set_text(settings->arena, entry, "refused", reason);
}

void pl_settings_unreadable(pl_settings *settings, const char *name, const char *reason) {
  pl_node *entry = pl_node_object(settings->arena);
  pl_object_set_text(settings->arena, entry, "unreadable", reason);
  pl_object_set(settings->arena, settings->values, pl_escape_text(settings->arena, name), entry);
}

pl_node *pl_settings_value(const pl_settings *settings, const char *name) {
  return pl_get(pl_get(settings->values, name), "value");
}

void pl_settings_refuse(pl_settings *settings, const char *stage, const char *where, const char *format, ...) {
  va_list args;
  va_start(args, format);
  pl_settings_refuse_one(settings, stage, where, NULL, pl_vprintf(settings->arena, format, args));
  va_end(args);
}

void pl_settings_refuse_one(pl_settings *settings, const char *stage, const char *where, const char *setting,
                            const char *reason) {
  if (pl_count(settings->refused) == PL_NOTES_MAX)
    return;
  pl_node *entry = pl_node_object(settings->arena);
  pl_object_set_text(settings->arena, entry, "reason", reason);
  pl_object_set_text(settings->arena, entry, "stage", stage);
  pl_object_set_text(settings->arena, entry, "where", where);
  if (setting)
    pl_object_set_text(settings->arena, entry, "setting", setting);
  pl_list_add(settings->arena, settings->refused, entry);
}

void pl_settings_note(pl_settings *settings, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *text = pl_vprintf(settings->arena, format, args);
  va_end(args);
  size_t count = pl_count(settings->notes);
  if (count < PL_NOTES_MAX)
    pl_list_add_text(settings->arena, settings->notes, text);
  else if (count == PL_NOTES_MAX)
    pl_list_add_text(settings->arena, settings->notes, "further notes are left out");
}

static void put_host_path(pl_settings *settings, const pl_view *view, pl_node *entry, const char *path) {
  pl_object_set_text(settings->arena, entry, "host_path", pl_view_host_path(view, path, NULL));
}

void pl_settings_host_path(pl_settings *settings, const pl_view *view, const char *name, const char *path) {
  pl_node *entry = pl_get(settings->values, name);
  if (entry && path && *path)
    put_host_path(settings, view, entry, path);
}

void pl_settings_file(pl_settings *settings, const pl_view *view, const char *role, const char *path) {
  if (!path || !*path)
    return;
  pl_node *entry = pl_node_object(settings->arena);
  pl_object_set_text(settings->arena, entry, "role", role);
  pl_object_set_text(settings->arena, entry, "path", path);
  put_host_path(settings, view, entry, path);
  pl_list_add(settings->arena, settings->files, entry);
}

void pl_settings_file_unknown(pl_settings *settings, const char *role, const char *reason) {
  pl_node *entry = pl_node_object(settings->arena);
  pl_object_set_text(settings->arena, entry, "role", role);
  pl_object_set_text(settings->arena, entry, "unreadable", reason);
  pl_list_add(settings->arena, settings->files, entry);
}
