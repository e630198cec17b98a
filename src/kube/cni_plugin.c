/* The first configuration by name, as containerd and CRI-O take it, and what a meta plugin in it leads to. */
#include "cni_plugin.h"

#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"

enum { LEADS_MAX = 3 }; /* from one configuration to another */

static const char *const mesh_types[] = {"istio-cni", "linkerd-cni", "kuma-cni", NULL};
static const char *const meta_types[] = {"multus", "multus-shim", NULL};

/* The runtime that says where CNI configuration is: CRI-O before containerd, which may be there for Docker. */
static const pl_runtime *active_runtime(const pl_collection *collection) {
  const pl_component *crio = pl_component_at(collection, PL_CRIO);
  const pl_component *component = crio->count ? crio : pl_component_at(collection, PL_CONTAINERD);
  return component->count ? component->instances[0]->runtime : NULL;
}

static void find_directory(const pl_collection *collection, pl_cni_plugin *ret) {
  const pl_runtime *runtime = active_runtime(collection);
  const pl_texts layout = collection->platform ? collection->platform->layout.cni : (pl_texts){NULL, 0};
  const char *usual = layout.count ? layout.items[0] : NULL;
  ret->directory = runtime && runtime->cni_count ? runtime->cni_directories[0] : usual;
  ret->directory_from = runtime ? runtime->cni_from : usual ? "platform record" : NULL;
  ret->files = (pl_paths){.complete = true};
  if (ret->directory)
    ret->files =
        pl_host_walk(collection->host, ret->directory, &(pl_walk){.max_depth = 1, .files = true, .hidden = true});
}

static bool is_configuration(const char *path) {
  return pl_ends(path, ".conf") || pl_ends(path, ".conflist") || pl_ends(path, ".json");
}

/* Its address management gives IPv4 unless told not to, and IPv6 where told to. */
static bool gives(const pl_node *plugin, const char *family, const char *usual) {
  const pl_node *ipam = pl_get(plugin, "ipam");
  return pl_equal_nocase(pl_get_text(ipam, family, usual), "true");
}

static void take_plugins(pl_arena *arena, const pl_node *configuration, pl_cni_plugin *ret) {
  const pl_node *plugins = pl_get(configuration, "plugins");
  pl_node *single = pl_node_list(arena);
  if (!pl_is(plugins, PL_LIST))
    pl_list_add(arena, single, pl_node_copy(arena, configuration));
  ret->types = pl_node_list(arena);
  pl_each_item (plugin, pl_is(plugins, PL_LIST) ? plugins : single) {
    const char *type = pl_get_text(plugin, "type", NULL);
    if (!type)
      continue;
    if (!pl_count(ret->types))
      ret->ipam = pl_get_text(pl_get(plugin, "ipam"), "type", NULL);
    pl_list_add_text(arena, ret->types, type);
    ret->mesh = ret->mesh || pl_in(type, mesh_types);
    bool calico = strcmp(type, "calico") == 0;
    ret->ipv4 = ret->ipv4 || (calico && gives(plugin, "assign_ipv4", "true"));
    ret->ipv6 = ret->ipv6 || (calico && gives(plugin, "assign_ipv6", "false"));
  }
}

/* The configuration that a meta plugin hands pods on to first; NULL when it does not say, or PLUGIN is none. */
static const pl_node *delegate_of(const pl_node *configuration, const char **ret_path) {
  const pl_node *plugins = pl_get(configuration, "plugins");
  const pl_node *plugin = pl_count(plugins) && pl_is(plugins, PL_LIST) ? plugins->list.items[0] : configuration;
  const pl_node *delegates = pl_get(plugin, "delegates");
  *ret_path = NULL;
  if (!pl_in(pl_get_text(plugin, "type", ""), meta_types))
    return NULL;
  *ret_path = pl_get_text(plugin, "clusterNetwork", NULL);
  return pl_is(delegates, PL_LIST) && pl_count(delegates) ? delegates->list.items[0] : NULL;
}

static const pl_node *read_configuration(const pl_collection *collection, const char *path, pl_cni_plugin *ret) {
  pl_bytes text;
  pl_error err = {0};
  pl_node *node = NULL;
  if (pl_host_read(collection->host, path, PL_DOCUMENT_BYTES_MAX, &text, &err) == 0 &&
      !(node = pl_json_read(collection->arena, text, &pl_json_document_limits, NULL, &err)))
    pl_error_prefix(&err, "%s", path);
  if (!node)
    ret->why = pl_strdup(collection->arena, err.text);
  return node;
}

/* The first configuration; the first one of a network called NAME unless that is NULL. One that cannot be read is
 * none (ocicni passes it over). */
static const char *first_of(const pl_collection *collection, const pl_cni_plugin *plugin, const char *name) {
  for (size_t i = 0; i < plugin->files.count; i++) {
    const char *path = plugin->files.items[i];
    pl_cni_plugin passed_over = {0};
    if (is_configuration(path) &&
        (!name || pl_equal(pl_get_text(read_configuration(collection, path, &passed_over), "name", NULL), name)))
      return path;
  }
  return NULL;
}

/* CRI-O takes the network of this name alone where it is told one (crio.conf(5)). */
static const char *wanted_network(const pl_collection *collection) {
  const pl_runtime *runtime = active_runtime(collection);
  const char *name = runtime ? pl_text(pl_settings_value(&runtime->settings, "network.cni_default_network")) : NULL;
  return name && *name ? name : NULL;
}

/* Multus names a file as its own pod sees it, with the node's root at /host, or a network by its name. */
static const char *path_of_network(const pl_collection *collection, const pl_cni_plugin *plugin, const char *network) {
  const char *path = pl_starts(network, "/host/") ? network + strlen("/host") : network;
  if (*path == '/' && pl_host_stat(collection->host, path)->state == PL_FILE_PRESENT)
    return path;
  const char *base = pl_basename(path);
  for (size_t i = 0; i < plugin->files.count; i++)
    if (strcmp(pl_basename(plugin->files.items[i]), base) == 0)
      return plugin->files.items[i];
  return strchr(network, '/') ? NULL : first_of(collection, plugin, network);
}

static void follow(const pl_collection *collection, pl_cni_plugin *ret) {
  const pl_node *configuration = read_configuration(collection, ret->path, ret);
  for (int i = 0; configuration && i < LEADS_MAX; i++) {
    const char *network = NULL;
    const pl_node *delegate = delegate_of(configuration, &network);
    const char *path = !delegate && network ? path_of_network(collection, ret, network) : NULL;
    if (!delegate && !path)
      break;
    ret->path = path ? path : ret->path;
    configuration = delegate ? delegate : read_configuration(collection, path, ret);
  }
  if (configuration)
    take_plugins(collection->arena, configuration, ret);
}

void pl_cni_plugin_read(const pl_collection *collection, pl_cni_plugin *ret) {
  *ret = (pl_cni_plugin){.types = pl_node_list(collection->arena)};
  find_directory(collection, ret);
  ret->path = first_of(collection, ret, wanted_network(collection));
  if (!ret->directory)
    ret->why = "nothing tells where CNI configuration is";
  else if (!ret->files.complete)
    ret->why = ret->files.why;
  else if (ret->path)
    follow(collection, ret);
}

static bool has_type(const pl_cni_plugin *plugin, const pl_cni *cni) {
  if (cni->ipam.count && !pl_texts_have(cni->ipam, plugin->ipam))
    return false;
  pl_each_item (type, plugin->types) {
    if (pl_texts_have(cni->plugins, pl_text(type)))
      return true;
    if (!cni->chained)
      return false; /* the first one alone */
  }
  return false;
}

const pl_cni *pl_cni_in_charge(const pl_cni_plugin *plugin, const pl_cnis *cnis, const pl_cni_agents *agents) {
  for (size_t i = 0; cnis && i < cnis->count; i++) {
    const pl_cni *cni = &cnis->items[i];
    bool fits = plugin->path ? has_type(plugin, cni) : pl_cni_agent_of(agents, cni) != NULL;
    if (fits && (!cni->needs_agent || pl_cni_agent_of(agents, cni)))
      return cni;
  }
  return NULL;
}
