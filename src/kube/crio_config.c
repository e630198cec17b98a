/*
 * CRI-O's configuration (crio.conf(5), crio.conf.d(5); pkg/config/config.go, internal/criocli/criocli.go): the main
 * file, then every file below the drop-in directory in the order of a walk, each value replacing what came before and
 * each runtime's table doing so as a whole, then flags, which have variables of the environment too.
 */
#include "plumbline/core/limits.h"
#include "runtime_config.h"
#include "version.h"

#define DEFAULT_DROP_INS "/etc/crio/crio.conf.d"
#define DEFAULT_ROOT     "/var/lib/containers/storage"
#define DEFAULT_RUNROOT  "/run/containers/storage"
#define DEFAULT_CNI      "/etc/cni/net.d"
#define CRUN_SINCE       131 /* CRI-O 1.31: its default runtime, before that runc */

typedef struct crio {
  const pl_runtime_input *input;
  pl_runtime *ret;
  pl_arena *arena;
  pl_node *merged; /* the table [crio] */
} crio;

/* A flag, or its variable: what was given, with the layer that it comes from; NULL when not given. */
static const char *given(const crio *c, const char *flag, const char *shorthand, const char *variable,
                         const char **ret_layer) {
  const char *value = pl_runtime_flag(c->input, flag, shorthand);
  *ret_layer = value ? "flag" : "environment";
  return value ? value : pl_environ(c->input->environ, c->input->environ_count, variable);
}

/* An empty root is none; a runtime's table is not merged with an older one of its name. */
static void merge_file(crio *c, const char *role, const char *path) {
  const pl_node *document = pl_runtime_document(c->input, c->ret, role, path);
  pl_node *table = pl_get(document, "crio"), *none = pl_node_null(c->arena),
          *runtimes = pl_get_path(c->merged, "runtime.runtimes");
  static const char *const roots[] = {"root", "runroot"};
  for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
    if (pl_equal(pl_get_text(table, roots[i], NULL), ""))
      pl_object_remove(table, roots[i]);
  pl_each_member (handler, pl_get_path(table, "runtime.runtimes"))
    if (pl_get(runtimes, handler->key))
      pl_object_put(c->arena, runtimes, handler->key, none);
  pl_runtime_merge(c->arena, c->merged, table);
}

static void merge_drop_ins(crio *c, const char *directory) {
  pl_paths paths = pl_host_walk(c->input->host, directory,
                                &(pl_walk){.max_depth = PL_WALK_DEPTH_MAX, .files = true, .hidden = true});
  if (!paths.complete && !c->ret->why)
    c->ret->why = paths.why;
  if (paths.count > PL_IMPORTS_MAX && !c->ret->why)
    c->ret->why = pl_printf(c->arena, "more than %d drop-ins in %s", PL_IMPORTS_MAX, directory);
  for (size_t i = 0; i < paths.count && i < PL_IMPORTS_MAX; i++)
    merge_file(c, "drop-in", paths.items[i]);
}

/* A main file that is not there is missed only where it was asked for; an empty name means none. */
static void read_files(crio *c) {
  const char *layer, *cwd = c->input->cwd ? c->input->cwd : "/";
  const char *named = given(c, "config", "c", "CONTAINER_CONFIG", &layer);
  const char *drop_ins = given(c, "config-dir", "d", "CONTAINER_CONFIG_DIR", &layer);
  const char *path = pl_path_join(c->arena, cwd, named ? named : c->input->config);
  if (named ? *named != '\0' : pl_host_stat(c->input->host, path)->state != PL_FILE_ABSENT)
    merge_file(c, "config", path);
  merge_drop_ins(c, pl_path_join(c->arena, cwd, drop_ins && *drop_ins ? drop_ins : DEFAULT_DROP_INS));
}

/* The setting NAME, from FLAG or VARIABLE if they are given. */
static const char *directory(crio *c, const char *name, const char *flag, const char *shorthand, const char *variable,
                             const char *fallback) {
  const char *layer, *found = given(c, flag, shorthand, variable, &layer);
  const char *value = pl_runtime_put(&c->ret->settings, name, pl_get_path(c->merged, name), fallback);
  if (!found || !*found)
    return value;
  pl_settings_put(&c->ret->settings, name, pl_node_string(c->arena, found), layer, c->input->argv_where, 0);
  return found;
}

/* The one network that pods get, by its name. */
static void put_default_network(crio *c) {
  const char *layer, *name = given(c, "cni-default-network", "", "CONTAINER_CNI_DEFAULT_NETWORK", &layer);
  if (name)
    pl_settings_put(&c->ret->settings, "network.cni_default_network", pl_node_string(c->arena, name), layer,
                    c->input->argv_where, 0);
}

static const char *usual_handler(const pl_runtime_input *input) {
  int version = pl_version_number(input->version ? input->version : "");
  return version == 0 ? NULL : version >= CRUN_SINCE ? "crun" : "runc";
}

/* Handlers that ask for it have the paths and type of the default one. */
static void inherit(const crio *c) {
  static const char *const names[] = {"runtime_path", "runtime_type", "runtime_config_path"};
  const pl_node *source = c->ret->default_handler ? pl_get(c->ret->handlers, c->ret->default_handler) : NULL;
  pl_each_member (handler, c->ret->handlers) {
    if (!pl_get_boolean(handler->value, "inherit_default_runtime", false))
      continue;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
      pl_object_set(c->arena, handler->value, names[i], pl_node_string(c->arena, pl_get_text(source, names[i], NULL)));
  }
}

/* The default one is there without a table too. */
static void find_handlers(crio *c) {
  const pl_node *named = pl_get_path(c->merged, "runtime.default_runtime");
  const char *layer, *flag = given(c, "default-runtime", "", "CONTAINER_DEFAULT_RUNTIME", &layer);
  const char *usual = usual_handler(c->input), *text = flag ? flag : pl_text(named);
  pl_runtime *ret = c->ret;
  ret->handlers = pl_node_object(c->arena);
  if (usual)
    pl_object_set(c->arena, ret->handlers, usual, pl_node_object(c->arena));
  pl_each_member (handler, pl_get_path(c->merged, "runtime.runtimes"))
    pl_object_set(c->arena, ret->handlers, handler->key, handler->value);
  ret->default_handler = text && *text ? text : usual;
  ret->default_from = flag ? NULL : named;
  ret->default_layer = flag ? layer : NULL;
  inherit(c);
}

void pl_crio_read(const pl_runtime_input *input, pl_runtime *ret) {
  pl_arena *arena = input->host->arena;
  *ret = (pl_runtime){0};
  pl_settings_init(&ret->settings, arena);
  crio c = {.input = input, .ret = ret, .arena = arena, .merged = pl_node_object(arena)};
  read_files(&c);
  const pl_node *network = pl_get_path(c.merged, "network.network_dir");
  pl_runtime_put_all(&ret->settings, "network", pl_get(c.merged, "network"));
  pl_runtime_put_all(&ret->settings, "runtime", pl_get(c.merged, "runtime"));
  ret->root = directory(&c, "root", "root", "r", "CONTAINER_ROOT", DEFAULT_ROOT);
  ret->state = directory(&c, "runroot", "runroot", "", "CONTAINER_RUNROOT", DEFAULT_RUNROOT);
  pl_runtime_add_cni(
      arena, ret, directory(&c, "network.network_dir", "cni-config-dir", "", "CONTAINER_CNI_CONFIG_DIR", DEFAULT_CNI));
  put_default_network(&c);
  ret->cni_from = pl_text(network) && network->source ? network->source->where : "default";
  find_handlers(&c);
}
