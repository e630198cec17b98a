/* What the readers of containerd's and CRI-O's configuration share. */
#include "runtime_config.h"

#include "plumbline/core/limits.h"
#include "plumbline/core/toml.h"

const char *pl_runtime_flag(const pl_runtime_input *input, const char *name, const char *shorthand) {
  const pl_flag_spec specs[] = {
      {.name = name, .kind = PL_FLAG_STRING}, {.name = shorthand, .kind = PL_FLAG_STRING}, {.name = NULL}};
  pl_flags flags = {0};
  if (!input->argv ||
      pl_flags_parse(input->host->arena, input->argv, input->argc, specs, PL_FLAGS_GO, &flags, NULL) < 0)
    return NULL;
  const pl_flag *found = pl_flags_last(&flags, name);
  if (!found && *shorthand)
    found = pl_flags_last(&flags, shorthand);
  return found ? found->value : NULL;
}

pl_node *pl_runtime_document(const pl_runtime_input *input, pl_runtime *ret, const char *role, const char *path) {
  pl_arena *arena = input->host->arena;
  pl_bytes text;
  pl_error err;
  pl_settings_file(&ret->settings, &(pl_view){.host = input->host}, role, path);
  pl_source *source = pl_new(arena, pl_source);
  *source = (pl_source){.where = path, .layer = strcmp(role, "config") == 0 ? "file" : "drop-in"};
  pl_node *document = NULL;
  if (pl_host_read(input->host, path, PL_DOCUMENT_BYTES_MAX, &text, &err) == 0 &&
      !(document = pl_toml_read(arena, text, source, &err)))
    pl_error_prefix(&err, "%s:%u", path, err.line);
  if (!document && !ret->why)
    ret->why = pl_strdup(arena, err.text);
  return document;
}

void pl_runtime_merge(pl_arena *arena, pl_node *to, const pl_node *from) {
  pl_each_member (member, from) {
    pl_node *old = pl_get(to, member->key);
    if (pl_is(old, PL_OBJECT) && pl_is(member->value, PL_OBJECT))
      pl_runtime_merge(arena, old, member->value);
    else
      pl_object_set(arena, to, member->key, pl_node_copy(arena, member->value));
  }
}

static bool is_plain(const pl_node *node) {
  pl_each_item (item, node) {
    if (item->kind == PL_LIST || item->kind == PL_OBJECT)
      return false;
  }
  return node->kind != PL_OBJECT;
}

void pl_runtime_put_all(pl_settings *settings, const char *prefix, const pl_node *node) {
  pl_each_member (member, node) {
    char *name =
        *prefix ? pl_printf(settings->arena, "%s.%s", prefix, member->key) : pl_strdup(settings->arena, member->key);
    const pl_source *source = member->value->source;
    if (is_plain(member->value))
      pl_settings_put(settings, name, member->value, source ? source->layer : "file", source ? source->where : NULL,
                      member->value->line);
    else
      pl_runtime_put_all(settings, name, member->value);
  }
}

const char *pl_runtime_put(pl_settings *settings, const char *name, const pl_node *node, const char *fallback) {
  const char *text = pl_text(node);
  if (!text || !*text) {
    pl_settings_put(settings, name, pl_node_string(settings->arena, fallback), "default", NULL, 0);
    return fallback;
  }
  if (pl_settings_value(settings, name)) /* put with its table */
    return text;
  pl_settings_put(settings, name, pl_node_string(settings->arena, text), node->source ? node->source->layer : "file",
                  node->source ? node->source->where : NULL, node->line);
  return text;
}

void pl_runtime_add_cni(pl_arena *arena, pl_runtime *runtime, const char *directory) {
  for (size_t i = 0; i < runtime->cni_count; i++)
    if (strcmp(runtime->cni_directories[i], directory) == 0)
      return;
  pl_push(arena, runtime->cni_directories, runtime->cni_count, runtime->cni_capacity, directory);
}
