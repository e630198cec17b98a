/* Keeps processes of known agents and reads what proves what they are. */
#include "agent_pass.h"

#include "plumbline/core/limits.h"

void pl_agent_pass_init(pl_agent_pass *pass, pl_arena *arena, const pl_agents *known) {
  *pass = (pl_agent_pass){.known = known, .seen = pl_node_object(arena)};
  if (known)
    pass->kept = pl_new_array(arena, size_t, known->count + 1);
}

static const pl_agent *find(const pl_agent_pass *pass, const pl_process *process) {
  return process->exe ? pl_agents_find(pass->known, pl_basename(process->exe), process->argv, process->argc) : NULL;
}

bool pl_agent_pass_visit(pl_agent_pass *pass, pl_arena *arena, const pl_process *process) {
  const pl_agent *agent = find(pass, process);
  if (!agent)
    return false;
  size_t number = (size_t)(agent - pass->known->items);
  const char *place = pl_printf(arena, "%zu %s", number, process->cgroup ? process->cgroup : "");
  if (pl_get(pass->seen, place))
    return false;
  if (pass->kept[number] >= PL_AGENT_PROCESSES_MAX) {
    pass->cut[agent->kind] = true;
    return false;
  }
  pass->kept[number]++;
  pl_object_set(arena, pass->seen, place, pl_node_null(arena));
  return true;
}

static const char *namespace_of(pl_host *host, const pl_process *process, const char *name) {
  const char *text = NULL;
  return pl_process_namespace(host, process, name, &text, NULL) < 0 ? NULL : text;
}

void pl_agent_pass_add(pl_agent_pass *pass, pl_host *host, const pl_process *process) {
  const pl_agent *agent = find(pass, process);
  if (!agent)
    return;
  pl_error err = {0};
  pl_agent_process found = {.agent = agent, .process = process};
  found.cgroup = pl_cgroup_read(host->arena, process->cgroup);
  found.pid_namespace = namespace_of(host, process, "pid");
  found.net_namespace = namespace_of(host, process, "net");
  found.user_namespace = namespace_of(host, process, "user");
  if (!process->directory)
    found.security_why = "too many processes to keep";
  else if (pl_process_security_read(host, pl_at(pl_root_fd(process->directory)), false, &found.security, &err) < 0)
    found.security_why = pl_printf(host->arena, "/proc/%d/%s", process->pid, err.text);
  if (agent->kind == PL_AGENT_SHIPPER && pl_process_open_files(host, process, &found.files, &err) < 0)
    found.files_why = pl_strdup(host->arena, err.text);
  pl_push(host->arena, pass->items, pass->count, pass->capacity, found);
}
