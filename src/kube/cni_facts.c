/* The facts `cni`, with closed sets of values for decision tables. */
#include "cni.h"
#include "cni_traffic.h"
#include "plumbline/core/number.h"
#include "unreadable.h"

enum { SETTLED_SECONDS = 5 * 60, XFRM_ERRORS_MANY = 1000, NAMES_SHOWN = 400 };

static pl_arena *arena_of(const pl_cni_look *look) { return look->collection->arena; }

static void put_state(pl_arena *arena, pl_node *fact, const char *state, const char *because) {
  pl_object_set_text(arena, fact, "state", state);
  pl_object_set_text(arena, fact, "because", because);
}

/* ---- who is in charge ---- */

static bool kubelet_is_absent(const pl_collection *collection) {
  return pl_component_at(collection, PL_KUBELET)->state == PL_COMPONENT_ABSENT;
}

static bool nothing_is_set_up(const pl_cni_look *look) {
  const pl_collection *collection = look->collection;
  return !look->plugin->path && !look->plugin->why && !look->cni && collection->list.of_the_node &&
         collection->list.complete && !collection->pass.watched_cut;
}

static const char *feature_of(const pl_cni_look *look) {
  if (kubelet_is_absent(look->collection) || nothing_is_set_up(look))
    return "absent";
  if (!look->cni)
    return "unknown";
  return look->config == PL_CNI_NONE ? "no" : "yes";
}

static const char *in_charge_because(const pl_cni_look *look) {
  pl_arena *arena = arena_of(look);
  const pl_cni_plugin *plugin = look->plugin;
  if (kubelet_is_absent(look->collection))
    return "no kubelet is here";
  if (plugin->why)
    return plugin->why;
  if (plugin->path)
    return pl_printf(arena, "%s has the plugins %s", plugin->path, pl_node_show(arena, plugin->types, 200));
  return look->agent ? pl_printf(arena, "its agent %s runs (pid %d)", look->agent->watched->name,
                                 look->agent->watched->process->pid)
                     : pl_printf(arena, "there is no CNI configuration in %s", plugin->directory);
}

static pl_node *agent_fact(const pl_cni_look *look) {
  pl_arena *arena = arena_of(look);
  pl_node *fact = pl_node_object(arena);
  const pl_watched *watched = look->agent ? look->agent->watched : NULL;
  int64_t started = watched ? watched->started : 0, age = look->collection->options->now - started;
  pl_object_set_text(arena, fact, "program", watched ? watched->name : NULL);
  pl_object_set_text(arena, fact, "age", !started ? "unknown" : age >= SETTLED_SECONDS ? "settled" : "recent");
  if (!watched)
    return fact;
  const pl_pod *pod = look->agent->pod;
  pl_object_set_integer(arena, fact, "pid", watched->process->pid);
  pl_object_set_text(arena, fact, "exe", watched->process->exe);
  pl_object_set_text(
      arena, fact, "pod",
      pod ? pl_printf(arena, "%s/%s", pod->namespace ? pod->namespace : "", pod->name ? pod->name : pod->uid) : NULL);
  char *time = started ? pl_format_time(arena, started) : NULL;
  pl_object_set_text(arena, fact, "started", time);
  return fact;
}

static pl_node *rejected_facts(pl_arena *arena, const pl_cni_agents *agents) {
  pl_node *list = pl_node_list(arena);
  for (size_t i = 0; i < agents->count; i++) {
    const pl_cni_agent *agent = &agents->items[i];
    if (!agent->rejected)
      continue;
    pl_node *fact = pl_node_object(arena);
    pl_object_set_integer(arena, fact, "pid", agent->watched->process->pid);
    pl_object_set_text(arena, fact, "program", agent->watched->name);
    pl_object_set_text(arena, fact, "why", agent->rejected);
    pl_list_add(arena, list, fact);
  }
  return list;
}

/* ---- what can be seen ---- */

static const char *blind_because(const pl_cni_look *look) {
  const pl_collection *collection = look->collection;
  if (look->plugin->why && !look->plugin->path)
    return look->plugin->why;
  if (look->network->why)
    return pl_printf(collection->arena, "links of the node: %s", look->network->why);
  if (!collection->list.of_the_node || (!look->agent && !collection->list.complete))
    return collection->list.because;
  return collection->pass.watched_cut ? "there are more processes that call themselves agents than are looked at"
                                      : NULL;
}

/* ---- what is missing ---- */

/* Any of the record's annotations, on the node's object or on one of the CNI's own for it. */
static bool has_key(const pl_cni_look *look, const pl_node *annotations) {
  for (size_t i = 0; i < look->cni->annotations.count; i++)
    if (pl_get(annotations, look->cni->annotations.items[i]))
      return true;
  return false;
}

static bool takes_part(const pl_cni_look *look, const pl_node *node) {
  const char *name = pl_get_text(node, "name", NULL);
  if (has_key(look, pl_get(node, "annotations")))
    return true;
  pl_each_item (object, pl_get(look->collection->cluster, "custom_resources"))
    if (pl_equal(pl_get_text(object, "name", NULL), name) && has_key(look, pl_get(object, "annotations")))
      return true;
  return false;
}

/* Where no node has the annotation, this is not where the snapshot would show it. */
static void find_keyless_nodes(const pl_cni_look *look, pl_node *ret) {
  pl_arena *arena = arena_of(look);
  const char *without = NULL;
  size_t with = 0;
  if (!pl_cluster_usable(look->collection->cluster))
    return;
  pl_each_item (node, pl_get(look->collection->cluster, "nodes")) {
    const char *name = pl_get_text(node, "name", "");
    if (takes_part(look, node))
      with++;
    else
      without = without ? pl_printf(arena, "%s, %s", without, name) : name;
    if (without && strlen(without) > NAMES_SHOWN)
      break;
  }
  if (with && without)
    pl_list_add(arena, ret, pl_node_printf(arena, "nodes without a public key: %s", without));
}

/* An address family of pods whose link, the INDEX-th of the CNI, is not there. */
static void find_family(const pl_cni_look *look, bool given, const char *family, size_t index, pl_node *ret) {
  const pl_texts links = look->cni->links;
  if (given && links.count > 1 && !pl_network_find(look->network, links.items[index]))
    pl_list_add(
        arena_of(look), ret,
        pl_node_printf(arena_of(look), "pods have %s addresses, and there is no link %s", family, links.items[index]));
}

static bool names_plugin(const pl_cni_look *look, const pl_cni *cni) {
  pl_each_item (type, look->plugin->types)
    if (pl_texts_have(cni->plugins, pl_text(type)))
      return true;
  return false;
}

/* After a move from one CNI to another pods keep the network of the old one until they are made anew. What only follows
 * policies stands in the configuration beside the other, or needs more than its agent. */
static void find_second(const pl_cni_look *look, pl_node *ret) {
  const pl_cnis *cnis = look->collection->options->cnis;
  for (size_t i = 0; i < cnis->count; i++) {
    const pl_cni *cni = &cnis->items[i];
    const pl_cni_agent *agent = pl_cni_agent_of(&look->collection->cni_agents, cni);
    bool own = agent && pl_texts_have(look->cni->agents, agent->watched->name);
    if (agent && !own && cni->encryption && !cni->needs_agent && !names_plugin(look, cni))
      pl_list_add(arena_of(look), ret,
                  pl_node_printf(arena_of(look), "%s of %s runs too (pid %d), and may carry pods of its own",
                                 agent->watched->name, cni->title, agent->watched->process->pid));
  }
}

static void find_gaps(const pl_cni_look *look, const pl_cni_traffic *traffic, pl_node *ret) {
  pl_arena *arena = arena_of(look);
  bool wireguard = look->mode && look->mode->by == PL_CNI_BY_WIREGUARD;
  if (wireguard)
    find_keyless_nodes(look, ret);
  bool peers_known = strcmp(traffic->peers, "unknown") != 0;
  if (wireguard && peers_known && look->nodes > 0 && (int64_t)traffic->peer_count < look->nodes - 1)
    pl_list_add(
        arena, ret,
        pl_node_printf(arena, "%zu peers for %lld other nodes", traffic->peer_count, (long long)look->nodes - 1));
  if (wireguard) {
    find_family(look, look->plugin->ipv4, "IPv4", 0, ret);
    find_family(look, look->plugin->ipv6, "IPv6", 1, ret);
  }
  if (look->mode && look->mode->by != PL_CNI_BY_NOTHING)
    find_second(look, ret);
  if (!wireguard && look->mode && look->mode->by == PL_CNI_BY_IPSEC && look->network->errors >= XFRM_ERRORS_MANY)
    pl_list_add(arena, ret,
                pl_node_printf(arena, "IPsec has refused %llu packets", (unsigned long long)look->network->errors));
}

static pl_node *gaps_fact(const pl_cni_look *look, const pl_cni_traffic *traffic) {
  pl_arena *arena = arena_of(look);
  pl_node *fact = pl_node_object(arena), *list = pl_node_list(arena);
  find_gaps(look, traffic, list);
  pl_object_set_text(arena, fact, "state", pl_count(list) ? "found" : "none");
  pl_object_set(arena, fact, "found", list);
  return fact;
}

/* ---- all of it ---- */

static pl_node *encryption_fact(const pl_cni_look *look, const pl_cni_settings *settings) {
  pl_arena *arena = arena_of(look);
  pl_node *fact = pl_node_object(arena);
  const char *because = look->mode ? look->mode->because : settings->why;
  if (look->mode && !because)
    because = pl_printf(arena, "%s is set up with mode %s", look->cni->title, look->mode->mode);
  pl_object_set_text(arena, fact, "state", pl_cni_config_names[look->config]);
  pl_object_set_text(arena, fact, "mode", look->mode ? look->mode->mode : NULL);
  pl_object_set_text(arena, fact, "because", because);
  pl_object_set(arena, fact, "settings", settings->facts);
  return fact;
}

static pl_node *count_or_reason(pl_arena *arena, const char *why, int64_t count) {
  return why ? pl_unreadable(arena, why) : pl_node_integer(arena, count);
}

static pl_node *traffic_fact(const pl_cni_look *look, const pl_cni_traffic *traffic) {
  pl_arena *arena = arena_of(look);
  const pl_network *network = look->network;
  pl_node *fact = pl_node_object(arena);
  put_state(arena, fact, traffic->state, traffic->because);
  pl_object_set_text(arena, fact, "peers", traffic->peers);
  pl_object_set(arena, fact, "links", traffic->links);
  pl_object_set_text(arena, fact, "kinds_unknown", network->kinds_why);
  pl_object_set(arena, fact, "associations", count_or_reason(arena, network->ipsec_why, network->associations));
  pl_object_set(arena, fact, "policies", count_or_reason(arena, network->ipsec_why, network->policies));
  pl_object_set(arena, fact, "errors", count_or_reason(arena, network->errors_why, (int64_t)network->errors));
  return fact;
}

/* What the agent is told. Where nothing tells, and no agent is there to ask, it is unknown. */
static void read_config(pl_collection *collection, pl_cni_look *look, pl_cni_settings *settings) {
  *settings = (pl_cni_settings){.facts = pl_node_object(collection->arena)};
  look->config = PL_CNI_UNKNOWN;
  if (!look->cni) {
    settings->why = "which CNI is in charge cannot be told";
  } else if (!look->cni->encryption) {
    look->config = PL_CNI_NONE;
  } else if (!look->agent) {
    settings->why = pl_printf(collection->arena, "no agent of %s was found", look->cni->title);
  } else {
    const pl_cni_settings_input input = {.host = collection->host,
                                         .bundles = &collection->bundles,
                                         .kubelet_root = collection->kubelet_root,
                                         .cni = look->cni,
                                         .agent = look->agent,
                                         .cluster = collection->cluster,
                                         .node_name = collection->node_name};
    pl_cni_settings_read(&input, settings);
    look->mode = settings->mode;
    look->config = look->mode ? (pl_cni_config)look->mode->config : PL_CNI_UNKNOWN;
  }
}

static const char *layer_of(const pl_node *setting) { return pl_get_text(pl_get(setting, "from"), "layer", "default"); }

/* The record with its links as this node calls them. Where nothing here names them, an object of the cluster may. */
static void name_links(pl_cni_look *look, const pl_cni_settings *settings) {
  pl_arena *arena = look->collection->arena;
  const pl_texts wanted = look->cni ? look->cni->link_names : (pl_texts){NULL, 0};
  if (!wanted.count || !look->agent)
    return;
  pl_cni *cni = pl_new(arena, pl_cni);
  const char **links = pl_new_array(arena, const char *, look->cni->links.count);
  *cni = *look->cni;
  for (size_t i = 0; i < cni->links.count; i++) {
    const pl_node *setting = i < wanted.count ? pl_get(settings->facts, wanted.items[i]) : NULL;
    links[i] = pl_get_text(setting, "value", cni->links.items[i]);
    look->names_unsure = look->names_unsure || (i == 0 && pl_equal(layer_of(setting), "default"));
  }
  cni->links.items = links;
  look->cni = cni;
}

static void put_plugin(pl_arena *arena, const pl_cni_plugin *plugin, pl_node *fact) {
  pl_node *files = pl_node_list(arena);
  pl_object_set_text(arena, fact, "conf_dir", plugin->directory);
  pl_object_set_text(arena, fact, "conf_dir_from", plugin->directory_from);
  for (size_t i = 0; i < plugin->files.count; i++)
    pl_list_add_text(arena, files, plugin->files.items[i]);
  pl_object_set(arena, fact, "files", files);
  pl_object_set_text(arena, fact, "file", plugin->path);
  pl_object_set(arena, fact, "plugins", plugin->types);
}

static void put_look(const pl_cni_look *look, const pl_cni_settings *settings, pl_node *fact) {
  pl_arena *arena = arena_of(look);
  pl_cni_traffic traffic;
  pl_cni_traffic_read(look, &traffic);
  const char *blind = blind_because(look);
  pl_node *sight = pl_node_object(arena), *other = pl_node_object(arena), *feature = pl_node_object(arena);
  put_state(arena, sight, blind ? "blind" : "clear", blind);
  put_state(arena, other, traffic.other, traffic.other_because);
  pl_object_set_text(arena, fact, "name", look->cni ? look->cni->name : NULL);
  pl_object_set_text(arena, fact, "title", look->cni ? look->cni->title : NULL);
  put_state(arena, feature, feature_of(look), in_charge_because(look));
  pl_object_set(arena, fact, "feature", feature);
  pl_object_set_text(arena, fact, "policies", look->cni ? pl_cni_policies_names[look->cni->policies] : NULL);
  pl_object_set(arena, fact, "agent", agent_fact(look));
  pl_object_set(arena, fact, "encryption", encryption_fact(look, settings));
  pl_object_set(arena, fact, "data_plane", traffic_fact(look, &traffic));
  pl_object_set(arena, fact, "other", other);
  pl_object_set(arena, fact, "gaps", gaps_fact(look, &traffic));
  pl_object_set(arena, fact, "sight", sight);
  pl_object_set_text(arena, fact, "nodes", look->nodes == 0 ? "unknown" : look->nodes == 1 ? "one" : "several");
}

/* A snapshot that is out of date counts nothing. */
static int64_t count_nodes(const pl_collection *collection) {
  return pl_cluster_fresh(collection->cluster) && pl_cluster_holds(collection->cluster, "Node")
             ? (int64_t)pl_count(pl_get(collection->cluster, "nodes"))
             : 0;
}

pl_node *pl_cni_facts(pl_collection *collection) {
  pl_arena *arena = collection->arena;
  const pl_cnis *cnis = collection->options->cnis;
  pl_node *fact = pl_node_object(arena);
  pl_cni_plugin plugin;
  pl_cni_settings settings;
  pl_network network;
  const pl_surroundings around = {.host = collection->host,
                                  .pass = &collection->pass,
                                  .pods = &collection->pods,
                                  .system_namespaces = collection->platform ? collection->platform->system_namespaces
                                                                            : (pl_texts){NULL, 0}};
  pl_cni_agents_judge(&around, cnis, &collection->cni_agents);
  pl_cni_plugin_read(collection, &plugin);
  pl_network_read(collection->host, &network);
  pl_cni_look look = {.collection = collection, .plugin = &plugin, .network = &network};
  look.cni = pl_cni_in_charge(&plugin, cnis, &collection->cni_agents);
  look.agent = look.cni ? pl_cni_agent_of(&collection->cni_agents, look.cni) : NULL;
  look.ike = pl_cni_ike(&collection->cni_agents);
  look.nodes = count_nodes(collection);
  read_config(collection, &look, &settings);
  name_links(&look, &settings);
  put_plugin(arena, &plugin, fact);
  put_look(&look, &settings, fact);
  pl_object_set(arena, fact, "rejected", rejected_facts(arena, &collection->cni_agents));
  return fact;
}
