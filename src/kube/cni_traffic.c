/* Judges links and associations by what the CNI would have. */
#include "cni_traffic.h"

#include "plumbline/core/number.h"

static pl_arena *arena_of(const pl_cni_look *look) { return look->collection->arena; }

static void say(pl_cni_traffic *ret, const char *state, const char *because) {
  ret->state = state;
  ret->because = because;
}

/* ---- links ---- */

static bool carried(const pl_link *link) { return link->received > 0 || link->sent > 0; }

/* A link of one of the records is known by its name where nothing tells its kind. */
static bool is_of_a_record(const pl_cni_look *look, const pl_link *link) {
  const pl_cnis *cnis = look->collection->options->cnis;
  for (size_t i = 0; cnis && i < cnis->count; i++)
    if (pl_texts_have(cnis->items[i].links, link->name))
      return true;
  return false;
}

static bool may_be_wireguard(const pl_cni_look *look, const pl_link *link) {
  return link->wireguard == PL_UNKNOWN ? is_of_a_record(look, link) : link->wireguard == PL_YES;
}

static bool is_own(const pl_cni_look *look, const pl_link *link) {
  return look->cni && pl_texts_have(look->cni->links, link->name);
}

static pl_node *known(pl_arena *arena, pl_known value) {
  return value == PL_UNKNOWN ? pl_node_null(arena) : pl_node_boolean(arena, value == PL_YES);
}

static pl_node *link_fact(const pl_cni_look *look, const pl_link *link, const pl_wireguard *peers) {
  pl_arena *arena = arena_of(look);
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "name", link->name);
  pl_object_set(arena, fact, "wireguard", known(arena, link->wireguard));
  pl_object_set(arena, fact, "up", known(arena, link->up));
  pl_object_set_integer(arena, fact, "received", (int64_t)link->received);
  pl_object_set_integer(arena, fact, "sent", (int64_t)link->sent);
  if (peers->why) {
    pl_object_set_text(arena, fact, "peers_unknown", peers->why);
    return fact;
  }
  pl_object_set_integer(arena, fact, "peers", (int64_t)peers->peers);
  pl_object_set_integer(arena, fact, "with_handshake", (int64_t)peers->with_handshake);
  char *time = peers->newest_handshake ? pl_format_time(arena, peers->newest_handshake) : NULL;
  pl_object_set_text(arena, fact, "newest_handshake", time);
  return fact;
}

static void add_link(const pl_cni_look *look, const pl_link *link, pl_cni_traffic *ret) {
  pl_wireguard peers = {.why = "the link is no WireGuard link"};
  if (link->wireguard != PL_NO)
    peers = pl_wireguard_read(look->collection->host, link->name);
  pl_list_add(arena_of(look), ret->links, link_fact(look, link, &peers));
  if (!is_own(look, link)) {
    if (link->up != PL_NO && look->collection)
      ret->other_because = ret->other_because
                               ? ret->other_because
                               : pl_printf(arena_of(look), "WireGuard link %s is none of this CNI", link->name);
    return;
  }
  if (!peers.why)
    ret->peer_count += peers.peers;
  if (!peers.why && strcmp(ret->peers, "some") != 0)
    ret->peers = peers.peers > 0 ? "some" : "none";
}

static void read_links(const pl_cni_look *look, pl_cni_traffic *ret) {
  const pl_network *network = look->network;
  for (size_t i = 0; i < network->count; i++)
    if (is_own(look, &network->links[i]) || may_be_wireguard(look, &network->links[i]))
      add_link(look, &network->links[i], ret);
}

static const pl_link *own_link(const pl_cni_look *look) {
  for (size_t i = 0; look->cni && i < look->cni->links.count; i++) {
    const pl_link *link = pl_network_find(look->network, look->cni->links.items[i]);
    if (link)
      return link;
  }
  return NULL;
}

/* A WireGuard link that nobody is known for, where the CNI's own may have any name. */
static const pl_link *nameless_link(const pl_cni_look *look) {
  const pl_network *network = look->network;
  for (size_t i = 0; look->names_unsure && i < network->count; i++)
    if (network->links[i].wireguard == PL_YES && network->links[i].up != PL_NO &&
        !is_of_a_record(look, &network->links[i]))
      return &network->links[i];
  return NULL;
}

static void by_wireguard(const pl_cni_look *look, pl_cni_traffic *ret) {
  pl_arena *arena = arena_of(look);
  const pl_link *link = own_link(look), *other = nameless_link(look);
  if (!link && other)
    say(ret, "idle",
        pl_printf(arena, "there is no link %s, and %s may be it by another name", look->cni->links.items[0],
                  other->name));
  else if (!link)
    say(ret, "absent", pl_printf(arena, "there is no link %s", look->cni->links.items[0]));
  else if (link->wireguard == PL_NO)
    say(ret, "idle", pl_printf(arena, "link %s is not of the kernel's WireGuard", link->name));
  else if (link->up == PL_NO)
    say(ret, "absent", pl_printf(arena, "link %s is down", link->name));
  else if (link->up == PL_YES || carried(link))
    say(ret, "present",
        pl_printf(arena, "WireGuard link %s is %s", link->name,
                  link->up == PL_YES ? "up" : "there and has carried data"));
  else
    say(ret, "unobservable", pl_printf(arena, "whether link %s is up cannot be told", link->name));
}

/* ---- IPsec ---- */

static const char *ike_text(const pl_cni_look *look) {
  return look->ike ? pl_printf(arena_of(look), "IKE daemon %s runs (pid %d)", look->ike->watched->name,
                               look->ike->watched->process->pid)
                   : "no IKE daemon runs";
}

/* Who negotiates for the CNI is on the node: without it there is nothing, with it the associations count. */
static void by_ike(const pl_cni_look *look, pl_cni_traffic *ret) {
  const pl_network *network = look->network;
  pl_arena *arena = arena_of(look);
  if (!look->ike && (network->ipsec_why || network->associations == 0))
    say(ret, "absent", ike_text(look));
  else if (network->ipsec_why)
    say(ret, "unobservable", pl_printf(arena, "%s; IPsec associations: %s", ike_text(look), network->ipsec_why));
  else
    say(ret, look->ike && network->associations ? "present" : "idle",
        pl_printf(arena, "%s, %u IPsec associations", ike_text(look), network->associations));
}

/* A cluster of one node has no associations, and nothing is wrong with that. */
static void by_ipsec(const pl_cni_look *look, pl_cni_traffic *ret) {
  const pl_network *network = look->network;
  pl_arena *arena = arena_of(look);
  bool sure = look->nodes > 1 && look->mode && !look->mode->unsure;
  if (look->config == PL_CNI_BY_LINK)
    by_ike(look, ret);
  else if (network->ipsec_why)
    say(ret, "unobservable", pl_printf(arena, "IPsec associations: %s", network->ipsec_why));
  else
    say(ret,
        network->associations ? "present"
        : sure                ? "absent"
                              : "idle",
        pl_printf(arena, "%u IPsec associations, %u policies", network->associations, network->policies));
}

/* ---- what else there is ---- */

/* Associations are the CNI's own where it uses IPsec. */
static void find_other(const pl_cni_look *look, pl_cni_traffic *ret) {
  const pl_network *network = look->network;
  bool own_ipsec = look->mode && look->mode->by == PL_CNI_BY_IPSEC;
  if (!own_ipsec && look->ike)
    ret->other_because = ike_text(look);
  else if (!own_ipsec && !network->ipsec_why && network->associations > 0)
    ret->other_because = pl_printf(arena_of(look), "%u IPsec associations", network->associations);
  ret->other = ret->other_because ? "tunnel" : look->plugin->mesh ? "mesh" : "none";
  if (!ret->other_because)
    ret->other_because = look->plugin->mesh
                             ? "the CNI configuration brings pods into a service mesh"
                             : "no IKE daemon, no other WireGuard link, and no IPsec association that can be seen";
}

void pl_cni_traffic_read(const pl_cni_look *look, pl_cni_traffic *ret) {
  *ret = (pl_cni_traffic){.peers = "unknown", .links = pl_node_list(arena_of(look))};
  int by = look->mode ? look->mode->by : PL_CNI_BY_NOTHING;
  const pl_link *link = own_link(look);
  read_links(look, ret);
  find_other(look, ret);
  if (look->network->why)
    say(ret, "unobservable", look->network->why);
  else if (by == PL_CNI_BY_WIREGUARD)
    by_wireguard(look, ret);
  else if (by == PL_CNI_BY_IPSEC)
    by_ipsec(look, ret);
  else if (look->config == PL_CNI_PARTIAL || look->config == PL_CNI_THIRD_PARTY)
    say(ret, "unobservable", "what it uses shows neither as a link nor as associations");
  else if (link)
    say(ret, "present", pl_printf(arena_of(look), "link %s is there", link->name));
  else
    say(ret, "absent", "there is no WireGuard link of this CNI");
}
