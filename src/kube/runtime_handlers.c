/* The runtimes that pods can ask for, as both container runtimes have them, in facts. */
#include "runtime_config.h"

/* "io.containerd.runsc.v1" -> "containerd-shim-runsc-v1"; a path is the shim itself (containerd pkg/shim/util.go). */
static const char *shim_of(pl_arena *arena, const char *type) {
  const char *const *parts;
  size_t count = *type == '/' ? 0 : pl_split(arena, type, '.', &parts);
  if (*type == '/')
    return type;
  return count < 2 ? NULL : pl_printf(arena, "containerd-shim-%s-%s", parts[count - 2], parts[count - 1]);
}

static const char *text_of(const pl_node *table, const char *path) {
  const char *text = pl_text(pl_get_path(table, path));
  return text && *text ? text : NULL;
}

static void put_containerd(pl_arena *arena, pl_node *fact, const pl_node *table) {
  const char *type = pl_get_text(table, "runtime_type", ""), *shim = text_of(table, "runtime_path");
  pl_object_set_text(arena, fact, "type", *type ? type : NULL);
  pl_object_set_text(arena, fact, "shim", shim ? shim : shim_of(arena, type));
  pl_object_set_text(arena, fact, "binary", text_of(table, "options.BinaryName"));
  pl_object_set_text(arena, fact, "config", text_of(table, "options.ConfigPath"));
}

/* Of type vm the path is that of a shim as containerd has them. */
static void put_crio(pl_arena *arena, pl_node *fact, const pl_node *table) {
  const char *type = pl_get_text(table, "runtime_type", ""), *path = text_of(table, "runtime_path");
  bool vm = strcmp(type, "vm") == 0;
  pl_object_set_text(arena, fact, "type", *type ? type : "oci");
  pl_object_set_text(arena, fact, "shim", vm ? path : NULL);
  pl_object_set_text(arena, fact, "binary", vm ? NULL : path);
  pl_object_set_text(arena, fact, "config", text_of(table, "runtime_config_path"));
}

static pl_node *origin(pl_arena *arena, const pl_node *node, const char *layer) {
  const pl_source *source = node ? node->source : NULL;
  pl_node *from = pl_node_object(arena);
  pl_object_set_text(arena, from, "layer", layer ? layer : source ? source->layer : "default");
  pl_object_set_text(arena, from, "where", source ? source->where : NULL);
  if (source)
    pl_object_set_integer(arena, from, "line", node->line);
  return from;
}

pl_node *pl_runtime_handler_facts(pl_arena *arena, const pl_runtime *runtime, bool crio) {
  pl_node *facts = pl_node_object(arena), *list = pl_node_list(arena);
  if (runtime->why) {
    pl_object_set_text(arena, facts, "unreadable", runtime->why);
    return facts;
  }
  pl_object_set_text(arena, facts, "default", runtime->default_handler);
  pl_object_set(arena, facts, "default_from", origin(arena, runtime->default_from, runtime->default_layer));
  pl_each_member (handler, runtime->handlers) {
    pl_node *fact = pl_node_object_for(arena, 6);
    pl_object_set_text(arena, fact, "name", handler->key);
    (crio ? put_crio : put_containerd)(arena, fact, handler->value);
    pl_object_set(arena, fact, "from", origin(arena, handler->value, NULL));
    pl_list_add(arena, list, fact);
  }
  pl_object_set(arena, facts, "handlers", list);
  return facts;
}
