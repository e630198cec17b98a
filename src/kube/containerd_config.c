/*
 * containerd's configuration, versions 1 to 4, with its imports (containerd cmd/containerd/server/config/config.go):
 * files are read breadth first, each once, paths relative to the importing file, globs with '*'. What a later file says
 * wins; a plugin's whole table does up to 1.7, single values from 2.0 on. From 2.0 on, what a file of an older version
 * says of the CRI plugin is moved to where version 3 has it, unless it stands there already (plugins/cri/runtime).
 */
#include "plumbline/core/limits.h"
#include "runtime_config.h"
#include "version.h"

#define DEFAULT_ROOT    "/var/lib/containerd"
#define DEFAULT_STATE   "/run/containerd"
#define DEFAULT_CNI     "/etc/cni/net.d"
#define DEFAULT_IMPORTS "/etc/containerd/conf.d/*.toml" /* read, from 2.2 on, where there is no main file */
#define OLD_CRI         "io.containerd.grpc.v1.cri"
#define NEW_CRI         "io.containerd.cri.v1.runtime"
#define VERSION_MAX     4
#define VERSION_4_SINCE 203 /* containerd 2.3 */
#define RUNC_TYPE       "io.containerd.runc.v2"

typedef struct load {
  const pl_runtime_input *input;
  pl_runtime *ret;
  pl_arena *arena;
  const char **files; /* read or still to be read, in order */
  size_t count, capacity;
  const pl_node *root, *state; /* last that a file gives */
  pl_node *cri;                /* the CRI plugin's table */
  int64_t version;             /* of the main file */
} load;

static const char *cwd_of(const pl_runtime_input *input) { return input->cwd ? input->cwd : "/"; }

/* The CRI plugin, by the configuration's version. containerd 1.6 takes any above 2 for a 2. */
static const pl_node *cri_of(const load *l, const pl_node *document, int64_t version) {
  static const char *const names[] = {"cri", OLD_CRI, NEW_CRI, NEW_CRI};
  const pl_node *plugins = pl_get(document, "plugins");
  if (l->input->major == 1 && version > 2)
    version = 2;
  return version >= 1 && version <= VERSION_MAX ? pl_get(plugins, names[version - 1]) : NULL;
}

static void add_file(load *l, const char *path) {
  for (size_t i = 0; i < l->count; i++)
    if (strcmp(l->files[i], path) == 0)
      return;
  if (l->count >= PL_IMPORTS_MAX && !l->ret->why)
    l->ret->why = pl_printf(l->arena, "more than %d imported files", PL_IMPORTS_MAX);
  if (l->count < PL_IMPORTS_MAX)
    pl_push(l->arena, l->files, l->count, l->capacity, path);
}

static void add_glob(load *l, const char *pattern) {
  pl_paths paths = pl_host_glob(l->input->host, pattern);
  if (!paths.complete && !l->ret->why)
    l->ret->why = paths.why;
  for (size_t i = 0; i < paths.count; i++)
    add_file(l, paths.items[i]);
}

/* The part of version 1 behind its first dot: 1.6.30: 630. 0: another version, or not known. */
static int first_minor(const pl_runtime_input *input) {
  const char *dot = input->major == 1 && input->version ? strchr(input->version, '.') : NULL;
  return dot ? pl_version_number(dot + 1) : 0;
}

/* Before 1.6.30 and 1.7.16 a relative pattern means the working directory, not that of the importing file. */
static bool patterns_from_cwd(const pl_runtime_input *input) {
  int number = first_minor(input);
  return number && (number < 630 || (number >= 700 && number < 716));
}

static void add_imports(load *l, const char *parent, const pl_node *document) {
  pl_each_item (item, pl_get(document, "imports")) {
    const char *text = pl_text(item);
    if (!text || !*text)
      continue;
    bool pattern = strchr(text, '*') != NULL;
    if (pattern && *text != '/' && l->input->major == 0 && l->version < 3 && !l->ret->why)
      l->ret->why = pl_printf(
          l->arena, "%s: what the import %s is relative to depends on containerd's version, which is not known", parent,
          text);
    const char *base = pattern && patterns_from_cwd(l->input) ? cwd_of(l->input) : pl_dirname(l->arena, parent);
    char *path = pl_path_join(l->arena, base, text);
    if (pattern)
      add_glob(l, path);
    else
      add_file(l, path);
  }
}

/* 1.7 refuses versions above 2, which 1.6 takes for a 2 (measured: 1.7.24, 1.6.20). */
static void check_version(load *l, const char *path, int64_t version) {
  if (version > 2 && first_minor(l->input) >= 700 && !l->ret->why)
    l->ret->why = pl_printf(l->arena, "%s: containerd %s has no version %lld of its configuration", path,
                            l->input->version, (long long)version);
}

/* Up to 1.7 version 2 refuses names of plugins that are version 1's. */
static void check_names(load *l, const char *path, const pl_node *document) {
  pl_each_member (member, pl_get(document, "plugins")) {
    if (l->input->major < 2 && l->version == 2 && !pl_starts(member->key, "io.containerd.") && !l->ret->why)
      l->ret->why = pl_printf(l->arena, "%s: plugins.%s is no plugin of version 2", path, member->key);
  }
}

/* containerd 2, or what looks like a file for it. */
static bool is_second(const load *l) { return l->input->major ? l->input->major >= 2 : l->version >= 3; }

static void take(load *l, const pl_node *document, int64_t version) {
  const pl_node *root = pl_get(document, "root"), *state = pl_get(document, "state"),
                *cri = cri_of(l, document, version);
  l->root = pl_text(root) && *pl_text(root) ? root : l->root;
  l->state = pl_text(state) && *pl_text(state) ? state : l->state;
  if (!is_second(l)) {
    l->cri = cri ? pl_node_copy(l->arena, cri) : l->cri;
    return;
  }
  if (version == 3 && pl_version_number(l->input->version) >= VERSION_4_SINCE)
    pl_runtime_merge(l->arena, l->cri, pl_get(pl_get(document, "plugins"), OLD_CRI));
  pl_runtime_merge(l->arena, l->cri, cri);
  if (version < 3 && l->input->major)
    pl_runtime_merge(l->arena, l->cri, pl_get(pl_get(document, "plugins"), NEW_CRI));
}

static void read_files(load *l) {
  for (size_t i = 0; i < l->count; i++) {
    pl_node *document = pl_runtime_document(l->input, l->ret, i == 0 ? "config" : "drop-in", l->files[i]);
    if (!document)
      continue;
    int64_t version = pl_get_integer(document, "version", 1);
    l->version = l->version ? l->version : version;
    check_version(l, l->files[i], version);
    check_names(l, l->files[i], document);
    take(l, document, version);
    add_imports(l, l->files[i], document);
  }
}

/* Directories of single runtimes, beside the common one. */
static void find_cni(load *l) {
  pl_settings *settings = &l->ret->settings;
  const pl_node *common = pl_get_path(l->cri, "cni.conf_dir");
  pl_runtime_add_cni(l->arena, l->ret, pl_runtime_put(settings, "cni.conf_dir", common, DEFAULT_CNI));
  const pl_source *source = pl_text(common) && *pl_text(common) ? common->source : NULL;
  l->ret->cni_from = source ? source->where : "default";
  pl_each_member (runtime, pl_get_path(l->cri, "containerd.runtimes")) {
    const char *own = pl_get_text(runtime->value, "cni_conf_dir", "");
    if (*own)
      pl_runtime_add_cni(l->arena, l->ret, own);
  }
}

/* Up to 1.7 two tables of their own are handlers too (pkg/cri/config/config.go: ValidatePluginConfig). */
static void add_old_handlers(load *l, const pl_node *table) {
  pl_node *named = pl_get(table, "default_runtime"), *untrusted = pl_get(table, "untrusted_workload_runtime");
  if (*pl_get_text(untrusted, "runtime_type", ""))
    pl_object_set(l->arena, l->ret->handlers, "untrusted", untrusted);
  if (*pl_get_text(named, "runtime_type", "")) {
    pl_object_set(l->arena, l->ret->handlers, "default", named);
    l->ret->default_handler = "default";
    l->ret->default_from = named;
  }
}

/* runc is there by default; up to 1.7 only where the files have no table of runtimes at all. */
static void find_handlers(load *l) {
  const pl_node *table = pl_get(l->cri, "containerd"), *given = pl_get(table, "runtimes");
  const pl_node *name = pl_get(table, "default_runtime_name");
  l->ret->handlers = pl_node_object(l->arena);
  if (is_second(l) || !given) {
    pl_node *runc = pl_node_object(l->arena);
    pl_object_set(l->arena, runc, "runtime_type", pl_node_string(l->arena, RUNC_TYPE));
    pl_object_set(l->arena, l->ret->handlers, "runc", runc);
  }
  pl_runtime_merge(l->arena, l->ret->handlers, given);
  l->ret->default_handler = pl_text(name) ? pl_text(name) : "runc";
  l->ret->default_from = name;
  if (!is_second(l))
    add_old_handlers(l, table);
}

static const char *directory(load *l, const char *name, const pl_node *node, const char *fallback) {
  const char *flag = pl_runtime_flag(l->input, name, "");
  const char *path = pl_runtime_put(&l->ret->settings, name, node, fallback);
  if (flag && *flag)
    pl_settings_put(&l->ret->settings, name, pl_node_string(l->arena, flag), "flag", l->input->argv_where, 0);
  return flag && *flag ? flag : path;
}

void pl_containerd_read(const pl_runtime_input *input, pl_runtime *ret) {
  pl_arena *arena = input->host->arena;
  *ret = (pl_runtime){0};
  pl_settings_init(&ret->settings, arena);
  load l = {.input = input, .ret = ret, .arena = arena, .cri = pl_node_object(arena)};
  const char *named = pl_runtime_flag(input, "config", "c");
  const char *path = pl_path_join(arena, cwd_of(input), named ? named : input->config);
  if (named || pl_host_stat(input->host, path)->state != PL_FILE_ABSENT)
    add_file(&l, path);
  else if (input->major == 0 || input->major >= 2)
    add_glob(&l, DEFAULT_IMPORTS);
  read_files(&l);
  pl_runtime_put_all(&ret->settings, "cni", pl_get(l.cri, "cni"));
  pl_runtime_put_all(&ret->settings, "containerd", pl_get(l.cri, "containerd"));
  ret->root = directory(&l, "root", l.root, DEFAULT_ROOT);
  ret->state = directory(&l, "state", l.state, input->state ? input->state : DEFAULT_STATE);
  find_cni(&l);
  find_handlers(&l);
}
