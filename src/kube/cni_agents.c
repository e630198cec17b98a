/* Finds the agents of CNIs, and IKE daemons. */
#include "cni_agents.h"

#include "plumbline/core/digest.h"

/* strongSwan, Libreswan, OpenBSD's, racoon: who negotiates keys for IPsec. */
static const char *const ike_daemons[] = {"charon", "charon-systemd", "pluto", "iked", "racoon", NULL};

const char *const *pl_cni_programs(pl_arena *arena, const pl_cnis *cnis) {
  const char **programs = NULL;
  size_t count = 0, capacity = 0;
  for (size_t i = 0; cnis && i < cnis->count; i++)
    for (size_t j = 0; j < cnis->items[i].agents.count; j++)
      if (!pl_texts_have((pl_texts){programs, count}, cnis->items[i].agents.items[j]))
        pl_push(arena, programs, count, capacity, cnis->items[i].agents.items[j]);
  for (const char *const *daemon = ike_daemons; *daemon; daemon++)
    pl_push(arena, programs, count, capacity, *daemon);
  pl_push(arena, programs, count, capacity, NULL);
  return programs;
}

/* ---- environment ---- */

static bool is_variable_of(const pl_cni_setting *setting, const char *variable) {
  size_t length = strcspn(variable, "=");
  const char *name = setting->environment;
  if (!name || strlen(name) != length)
    return false;
  return setting->any_case ? strncasecmp(name, variable, length) == 0 : memcmp(name, variable, length) == 0;
}

static const pl_cni_setting *find_variable(const pl_cnis *cnis, const char *agent, const char *variable) {
  for (size_t i = 0; cnis && i < cnis->count; i++) {
    const pl_cni *cni = &cnis->items[i];
    for (size_t j = 0; j < cni->setting_count && pl_texts_have(cni->agents, agent); j++) {
      if (is_variable_of(&cni->settings[j], variable))
        return &cni->settings[j];
    }
  }
  return NULL;
}

/* What nobody asks for is wiped: passwords are among it. */
static void read_environment(pl_host *host, const pl_cnis *cnis, pl_cni_agent *agent) {
  const char *const *items = NULL;
  size_t count = 0;
  pl_error err = {0};
  agent->environ = pl_node_object(host->arena);
  if (pl_process_environ(host, agent->watched->process, &items, &count, &err) < 0) {
    agent->environ_unread = pl_strdup(host->arena, err.text);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    const pl_cni_setting *setting = find_variable(cnis, agent->watched->name, items[i]);
    const char *value = strchr(items[i], '=');
    if (setting && value)
      pl_object_set(host->arena, agent->environ, setting->environment,
                    pl_node_string(host->arena, setting->as != PL_CNI_PRESENCE ? value + 1
                                                : value[1]                     ? "set"
                                                                               : "unset"));
    pl_wipe((void *)(uintptr_t)items[i], strlen(items[i]));
  }
}

void pl_cni_agents_read(pl_host *host, const pl_pass *pass, const pl_cnis *cnis, pl_cni_agents *ret) {
  *ret = (pl_cni_agents){0};
  for (size_t i = 0; i < pass->watched_count; i++) {
    pl_cni_agent agent = {.watched = &pass->watched[i], .ike = pl_in(pass->watched[i].name, ike_daemons)};
    read_environment(host, cnis, &agent);
    pl_push(host->arena, ret->items, ret->count, ret->capacity, agent);
  }
}

/* ---- whose they are ---- */

static bool is_agent_namespace(const pl_surroundings *around, const pl_cnis *cnis, const pl_cni_agent *agent) {
  if (pl_is_system_namespace(&around->system_namespaces, agent->pod->namespace))
    return true;
  for (size_t i = 0; cnis && i < cnis->count; i++)
    if (pl_texts_have(cnis->items[i].agents, agent->watched->name) &&
        pl_texts_have(cnis->items[i].namespaces, agent->pod->namespace))
      return true;
  return false;
}

static bool differ(const char *a, const char *b) { return a && b && strcmp(a, b) != 0; }

/* Whatever moves the node's traffic is in its network, and what is in a pod runs where the CNI is installed. */
static const char *reject(const pl_surroundings *around, const pl_cnis *cnis, const pl_cni_agent *agent) {
  const pl_watched *watched = agent->watched;
  const pl_pass *pass = around->pass;
  const char *pod = watched->cgroup.pod_uid;
  if (!pl_equal(watched->cgroup.enclosing, pass->init_cgroup.enclosing))
    return "it runs in a container outside the pods of this node";
  if (differ(watched->network_namespace, pass->init_network_namespace))
    return "it runs in a network namespace of its own";
  if (around->host->live && (!watched->network_namespace || !pass->init_network_namespace))
    return "its network namespace cannot be told";
  if (!pod)
    return differ(watched->pid_namespace, pass->init_pid_namespace) ? "it runs in a PID namespace of its own" : NULL;
  if (!agent->pod || !agent->pod->namespace)
    return agent->pod && agent->pod->from_file ? NULL : "the namespace of its pod cannot be told";
  if (agent->pod->from_file || is_agent_namespace(around, cnis, agent))
    return NULL;
  return pl_printf(around->host->arena, "it is of pod %s/%s, and this CNI is not installed in that namespace",
                   agent->pod->namespace, agent->pod->name ? agent->pod->name : agent->pod->uid);
}

void pl_cni_agents_judge(const pl_surroundings *around, const pl_cnis *cnis, pl_cni_agents *agents) {
  for (size_t i = 0; i < agents->count; i++) {
    pl_cni_agent *agent = &agents->items[i];
    agent->pod = pl_pods_find(around->pods, agent->watched->cgroup.pod_uid);
    agent->rejected = reject(around, cnis, agent);
  }
}

const pl_cni_agent *pl_cni_agent_of(const pl_cni_agents *agents, const pl_cni *cni) {
  for (size_t i = 0; i < agents->count; i++)
    if (!agents->items[i].rejected && pl_texts_have(cni->agents, agents->items[i].watched->name))
      return &agents->items[i];
  return NULL;
}

const pl_cni_agent *pl_cni_ike(const pl_cni_agents *agents) {
  for (size_t i = 0; i < agents->count; i++)
    if (agents->items[i].ike && !agents->items[i].rejected)
      return &agents->items[i];
  return NULL;
}
