/*
 * CRI-O's configuration (crio.conf(5), crio.conf.d(5)): the main file, then the files of the drop-in directory by name,
 * each value replacing what came before, then flags.
 */
#include "runtime_config.h"

#define DEFAULT_DROP_INS "/etc/crio/crio.conf.d"
#define DEFAULT_ROOT     "/var/lib/containers/storage"
#define DEFAULT_RUNROOT  "/run/containers/storage"
#define DEFAULT_CNI      "/etc/cni/net.d"

static void merge_file(const pl_runtime_input *input, pl_runtime *ret, pl_node *merged, const char *role,
                       const char *path) {
  const pl_node *document = pl_runtime_document(input, ret, role, path);
  if (document)
    pl_runtime_merge(input->host->arena, merged, pl_get(document, "crio"));
}

static void merge_drop_ins(const pl_runtime_input *input, pl_runtime *ret, pl_node *merged, const char *directory) {
  pl_paths paths = pl_host_walk(input->host, directory, &(pl_walk){.max_depth = 1, .files = true, .hidden = true});
  if (!paths.complete && !ret->why)
    ret->why = paths.why;
  for (size_t i = 0; i < paths.count; i++)
    merge_file(input, ret, merged, "drop-in", paths.items[i]);
}

/* A flag beats all files. */
static const char *flag_or(const pl_runtime_input *input, pl_runtime *ret, const char *flag, const char *shorthand,
                           const char *name, const char *fallback) {
  const char *given = pl_runtime_flag(input, flag, shorthand);
  if (!given || !*given)
    return fallback;
  pl_settings_put(&ret->settings, name, pl_node_string(input->host->arena, given), "flag", input->argv_where, 0);
  return given;
}

void pl_crio_read(const pl_runtime_input *input, pl_runtime *ret) {
  pl_arena *arena = input->host->arena;
  *ret = (pl_runtime){0};
  pl_settings_init(&ret->settings, arena);
  pl_node *merged = pl_node_object(arena);
  const char *cwd = input->cwd ? input->cwd : "/";
  const char *named = pl_runtime_flag(input, "config", "c"), *drop_ins = pl_runtime_flag(input, "config-dir", "d");
  const char *path = pl_path_join(arena, cwd, named && *named ? named : input->config);
  if (pl_host_stat(input->host, path)->state != PL_FILE_ABSENT)
    merge_file(input, ret, merged, "config", path);
  merge_drop_ins(input, ret, merged, pl_path_join(arena, cwd, drop_ins && *drop_ins ? drop_ins : DEFAULT_DROP_INS));
  pl_settings *settings = &ret->settings;
  const pl_node *network = pl_get_path(merged, "network.network_dir");
  pl_runtime_put_all(settings, "network", pl_get(merged, "network"));
  pl_runtime_put_all(settings, "runtime", pl_get(merged, "runtime"));
  ret->root =
      flag_or(input, ret, "root", "r", "root", pl_runtime_put(settings, "root", pl_get(merged, "root"), DEFAULT_ROOT));
  ret->state = flag_or(input, ret, "runroot", "", "runroot",
                       pl_runtime_put(settings, "runroot", pl_get(merged, "runroot"), DEFAULT_RUNROOT));
  const char *cni = pl_runtime_put(settings, "network.network_dir", network, DEFAULT_CNI);
  pl_runtime_add_cni(arena, ret, flag_or(input, ret, "cni-config-dir", "", "network.network_dir", cni));
  ret->cni_from = pl_text(network) && network->source ? network->source->where : "default";
}
