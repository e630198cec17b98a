/*
 * Whether what kube-apiserver records leaves the node: by its webhook, or by a program that reads the log file. That
 * one reads it is proved by its having it open; a program that could read it may do so, or not.
 */
#include "audit_stream.h"

#include "agent_facts.h"
#include "unreadable.h"

/* What a shipper has to do with the log file. */
typedef enum sight { SIGHT_HIDDEN, SIGHT_UNKNOWN, SIGHT_VISIBLE, SIGHT_OPEN } sight;

static const char *const sights[] = {"hidden", "unknown", "visible", "open"};

typedef struct stream {
  pl_collection *collection;
  const pl_instance *apiserver;
  pl_node *fact, *shippers;
  const char *path; /* of the log on the node */
} stream;

static pl_node *answer(stream *s, const char *state, const char *because) {
  pl_arena *arena = s->collection->arena;
  pl_object_set_text(arena, s->fact, "state", state);
  pl_object_set_text(arena, s->fact, "because", because);
  pl_object_set_text(arena, s->fact, "path", s->path);
  pl_object_set(arena, s->fact, "shippers", s->shippers);
  return s->fact;
}

static pl_node *cannot_tell(stream *s, const char *why) {
  answer(s, NULL, why);
  pl_object_set(s->collection->arena, s->fact, "state", pl_unreadable(s->collection->arena, why));
  return s->fact;
}

/* ---- shippers ---- */

/* FILE, as the process sees it, is the log. */
static bool is_log(const stream *s, const pl_view *view, const char *file) {
  const char *outside = view ? pl_view_host_path(view, file, NULL) : file;
  return pl_equal(outside, s->path);
}

static sight sight_of(const stream *s, const pl_agent_process *agent) {
  const pl_pass *pass = &s->collection->pass;
  const pl_view *view = NULL;
  if (pl_agent_in_container(pass, agent)) {
    const pl_candidate candidate = {.process = agent->process};
    const pl_bundle *bundle = pl_bundles_with_mounts(&s->collection->bundles, agent->cgroup.container_id);
    view = pl_view_of_container(s->collection->host, bundle, NULL, &candidate);
  }
  for (size_t i = 0; i < agent->files.count; i++)
    if (is_log(s, view, agent->files.items[i]))
      return SIGHT_OPEN;
  for (size_t i = 0; view && i < view->count; i++)
    if (pl_path_below(s->path, view->mappings[i].outside))
      return SIGHT_VISIBLE;
  return !view ? SIGHT_VISIBLE : view->count ? SIGHT_HIDDEN : SIGHT_UNKNOWN;
}

/* The most that any shipper has to do with the log, and which that is. */
static sight look_at_shippers(stream *s, const pl_agent_process **ret_agent) {
  const pl_agent_pass *pass = &s->collection->pass.agents;
  sight best = SIGHT_HIDDEN;
  for (size_t i = 0; i < pass->count; i++) {
    const pl_agent_process *agent = &pass->items[i];
    if (agent->agent->kind != PL_AGENT_SHIPPER)
      continue;
    sight found = sight_of(s, agent);
    pl_node *fact = pl_agent_fact(s->collection, agent);
    pl_object_set_text(s->collection->arena, fact, "audit_log", sights[found]);
    pl_list_add(s->collection->arena, s->shippers, fact);
    if (agent->agent->only_reading && found != SIGHT_OPEN)
      continue;
    if (found > best)
      *ret_agent = agent;
    best = found > best ? found : best;
  }
  return best;
}

static pl_node *by_shippers(stream *s) {
  pl_arena *arena = s->collection->arena;
  const char *unseen = pl_agents_unseen(s->collection, PL_AGENT_SHIPPER);
  const pl_agent_process *agent = NULL;
  sight best = look_at_shippers(s, &agent);
  if (best == SIGHT_OPEN)
    return answer(s, "shipped", pl_printf(arena, "%s has it open", agent->agent->name));
  if (best != SIGHT_HIDDEN && agent->files_why)
    return answer(s, "visible",
                  pl_printf(arena, "%s can see it, and what it has open cannot be read: %s", agent->agent->name,
                            agent->files_why));
  if (best != SIGHT_HIDDEN)
    return answer(s, "visible", pl_printf(arena, "%s can see it, but does not have it open", agent->agent->name));
  return unseen ? cannot_tell(s, unseen) : answer(s, "kept", "no program that is known to ship logs can see it");
}

/* ---- what the server does ---- */

static const char *setting(const stream *s, const char *name) {
  const char *text = pl_text(pl_settings_value(&s->apiserver->settings, name));
  return text ? text : "";
}

/* Why the setting cannot be relied on, NULL when it can. */
static const char *doubt(const stream *s, const char *name) {
  const pl_node *entry = pl_get(s->apiserver->settings.values, name);
  const char *why = pl_get_text(entry, "unreadable", pl_get_text(entry, "refused", NULL));
  return entry ? why : "the setting is not known";
}

static pl_node *by_log(stream *s) {
  pl_arena *arena = s->collection->arena;
  const char *cwd = s->apiserver->input.cwd ? s->apiserver->input.cwd : "/", *path = setting(s, "audit-log-path");
  if (strcmp(path, "-") == 0)
    return answer(s, "stdout", "it is written to the container's standard output");
  path = pl_path_join(arena, cwd, path);
  s->path = pl_view_host_path(s->apiserver->view, path, NULL);
  if (s->path)
    return by_shippers(s);
  return answer(s, "inside", pl_printf(arena, "%s lies in the container's own file system", path));
}

pl_node *pl_audit_stream_fact(pl_collection *collection) {
  static const char *const names[] = {"effective.audit.backend", "audit-webhook-config-file", "audit-log-path", NULL};
  const pl_component *component = pl_component_at(collection, PL_APISERVER);
  stream s = {.collection = collection,
              .apiserver = component->count ? component->instances[0] : NULL,
              .fact = pl_node_object(collection->arena),
              .shippers = pl_node_list(collection->arena)};
  if (component->state == PL_COMPONENT_UNOBSERVABLE)
    return cannot_tell(&s, component->because);
  if (!s.apiserver)
    return answer(&s, "none", "no kube-apiserver is known here");
  if (s.apiserver->arguments_unknown)
    return cannot_tell(&s, s.apiserver->arguments_unknown);
  for (const char *const *name = names; *name; name++)
    if (doubt(&s, *name))
      return cannot_tell(&s, doubt(&s, *name));
  const pl_node *backend = pl_settings_value(&s.apiserver->settings, "effective.audit.backend");
  if (!pl_is(backend, PL_BOOLEAN) || !backend->boolean)
    return answer(&s, "none", "nothing is recorded: there is no audit policy, or no place to write to");
  return *setting(&s, "audit-webhook-config-file") ? answer(&s, "webhook", "--audit-webhook-config-file is given")
                                                   : by_log(&s);
}
