/* One pass over the processes of the node. */
#include "process_pass.h"

#include <limits.h>

#include "quiet_read.h"
#include "recognition.h"

enum { PROGRAM_NAME_MAX = 63 };

typedef struct pass_context {
  pl_host *host;
  const pl_platforms *platforms;
  const char *const *programs; /* watched; NULL: none */
  size_t in_pods;              /* kept that may be components, in pods that are not static */
  size_t watched, apart;       /* kept for that so far; those that their network rules out count apart */
  const char *network;         /* namespace of pid 1; NULL: not asked for yet, or not to be told */
  bool network_asked;
  pl_pass *pass;
  pl_node *seen_cgroups, *outside; /* path -> position among the containers; -1, OUTSIDE, where it is of none */
  size_t crowd;                    /* those of pods that were too many to keep */
  pl_node *seen_in_pods;           /* "POD PROGRAM" -> how many are kept */
  pl_node *seen_enclosing;         /* containers of docker and podman */
  pl_node *seen_names, *seen_agents, *seen; /* "POSITION PROGRAM", "PLACE PROGRAM", all with the same value */
  bool labels;                              /* a security module says something of each process */
} pass_context;

static const char *base_or_empty(const char *path) { return path ? pl_basename(path) : ""; }

/* An all-in-one program names its component in the next word. */
static bool is_multi_call(const char *base) { return strcmp(base, "hyperkube") == 0; }

/* What the process is by its executable, and by what it calls itself. */
static const pl_component_spec *by_exe(const pl_process *process) {
  const char *base = base_or_empty(process->exe);
  if (is_multi_call(base))
    return process->argc > 1 ? pl_program_find(process->argv[1]) : NULL;
  return pl_program_find(base);
}

static const pl_component_spec *by_argv0(const pl_process *process) {
  const char *base = process->argc > 0 ? pl_basename(process->argv[0]) : "";
  if (is_multi_call(base))
    return process->argc > 1 ? pl_program_find(process->argv[1]) : NULL;
  return pl_program_find(base);
}

/* An argument that is the name of a component, or a title in argv[0] that begins with one: what a search of command
   lines would take for it. */
static const pl_component_spec *by_word(const pl_process *process) {
  for (size_t i = 0; i < process->argc; i++) {
    char word[PROGRAM_NAME_MAX + 1];
    const char *base = pl_basename(process->argv[i]);
    size_t length = i == 0 ? strcspn(base, " ") : strlen(base);
    if (length > PROGRAM_NAME_MAX)
      continue;
    memcpy(word, base, length);
    word[length] = '\0';
    const pl_component_spec *spec = pl_program_find(word);
    if (spec && spec->settings)
      return spec;
  }
  return NULL;
}

/* "k3s server": program and first argument, also where the program wrote both into argv[0]. */
static bool runs_program(const pl_process *process, const char *exe, const char *wanted) {
  if (*exe != *wanted)
    return false;
  size_t length = strcspn(wanted, " ");
  if (process->argc == 0 || strlen(exe) != length || memcmp(exe, wanted, length) != 0)
    return false;
  const char *title = pl_basename(process->argv[0]);
  if (strncmp(title, wanted, length) != 0 || (title[length] && title[length] != ' '))
    return false;
  const char *word = wanted[length] ? wanted + length + 1 : NULL;
  const char *given = title[length] == ' ' ? title + length + 1 : process->argc > 1 ? process->argv[1] : "";
  size_t given_length = strcspn(given, " ");
  return !word || (strlen(word) == given_length && memcmp(word, given, given_length) == 0);
}

static const char *find_program(const pl_platforms *platforms, const pl_process *process) {
  const char *exe = base_or_empty(process->exe);
  for (size_t i = 0; platforms && i < platforms->count; i++) {
    const pl_platform *platform = &platforms->items[i];
    for (size_t j = 0; j < platform->test_count; j++)
      if (platform->tests[j].process && runs_program(process, exe, platform->tests[j].process))
        return platform->tests[j].process;
    for (size_t j = 0; j < platform->embed_count; j++)
      if (runs_program(process, exe, platform->embeds[j].process))
        return platform->embeds[j].process;
  }
  return NULL;
}

/* The watched program that PROCESS runs, NULL when none. */
static const char *find_watched(const char *const *programs, const pl_process *process) {
  const char *exe = base_or_empty(process->exe);
  for (; programs && *programs; programs++)
    if (runs_program(process, exe, *programs))
      return *programs;
  return NULL;
}

static void note_enclosing(pass_context *context, const char *enclosing) {
  pl_arena *arena = context->host->arena;
  pl_pass *pass = context->pass;
  if (!enclosing || pl_get(context->seen_enclosing, enclosing))
    return;
  pl_object_put(arena, context->seen_enclosing, enclosing, context->seen);
  pl_push(arena, pass->enclosing, pass->enclosing_count, pass->enclosing_capacity, enclosing);
}

static void add_container(pass_context *context, const pl_process *process, const pl_cgroup *cgroup) {
  pl_arena *arena = context->host->arena;
  pl_pass *pass = context->pass;
  pl_error err = {0};
  pl_pod_container container = {.uid = cgroup->pod_uid, .id = cgroup->container_id, .pid = process->pid};
  container.cgroup = pl_strdup(arena, process->cgroup);
  container.enclosing = cgroup->enclosing;
  if (pl_process_security_read(context->host, process->place, context->labels, &container.security, &err) < 0)
    container.why = pl_printf(arena, "/proc/%d/%s", process->pid, err.text);
  pl_push(arena, pass->containers, pass->container_count, pass->container_capacity, container);
}

/* Position of the container that PROCESS is in, -1 when it is in none. Processes of one container share its path: each
 * is read once. */
static int64_t note_container(pass_context *context, const pl_process *process) {
  const char *path = process->cgroup;
  if (!path || (!strstr(path, "pod") && !pl_cgroup_may_be_contained(path)))
    return -1;
  const pl_node *seen = pl_get(context->seen_cgroups, path);
  if (seen)
    return seen->integer;
  pl_arena *arena = context->host->arena;
  pl_cgroup cgroup = pl_cgroup_read(arena, path);
  int64_t position = cgroup.pod_uid ? (int64_t)context->pass->container_count : -1;
  pl_object_set(arena, context->seen_cgroups, path, position < 0 ? context->outside : pl_node_integer(arena, position));
  if (position >= 0)
    add_container(context, process, &cgroup);
  else
    note_enclosing(context, cgroup.enclosing);
  return position;
}

/* What a container of another runtime is known by; NULL in none. Most paths are too short to hold its ID. */
static const char *enclosing_of(const pass_context *context, const pl_process *process) {
  const char *path = process->cgroup;
  return pl_cgroup_may_be_contained(path) ? pl_cgroup_read(context->host->arena, path).enclosing : NULL;
}

enum { NAME_KEY_BYTES = 2 * NAME_MAX + 32 };

/* "POSITION PROGRAM PLACE" into RET, false when it does not fit; printf would be the dearest that most processes cost.
 */
static bool name_key(char ret[NAME_KEY_BYTES], int64_t position, const char *name, const char *place) {
  size_t name_length = strlen(name), place_length = strlen(place);
  char *at = ret;
  if (name_length + place_length > 2 * NAME_MAX)
    return false;
  for (uint64_t rest = (uint64_t)(position + 1); rest; rest >>= 4)
    *at++ = "0123456789abcdef"[rest & 15];
  *at++ = ' ';
  at = mempcpy(at, name, name_length);
  *at++ = ' ';
  memcpy(at, place, place_length + 1);
  return true;
}

/* CONTAINER: position of the one that the process is in. */
static void note_name(pass_context *context, const pl_process *process, int64_t container) {
  pl_pass *pass = context->pass;
  pl_arena *arena = context->host->arena;
  const char *name = base_or_empty(process->exe), *enclosing = container < 0 ? enclosing_of(context, process) : NULL;
  __attribute__((uninitialized)) char key[NAME_KEY_BYTES];
  if (!*name || !name_key(key, container, name, enclosing ? enclosing : "") || pl_get(context->seen_names, key))
    return;
  pass->names_cut = pass->names_cut || pass->name_count >= PL_PROGRAMS_MAX;
  if (pass->names_cut)
    return;
  pl_object_set(arena, context->seen_names, key, context->seen);
  pl_program_name program = {.name = pl_strdup(arena, name), .enclosing = enclosing};
  if (container >= 0)
    program.pod_uid = pass->containers[container].uid;
  pl_push(arena, pass->names, pass->name_count, pass->name_capacity, program);
}

/* Nothing more is ever asked of it, so it is not kept open. */
static void note_candidate(pass_context *context, const pl_process *process, pl_candidate candidate) {
  pl_arena *arena = context->host->arena;
  pl_pass *pass = context->pass;
  pl_process *copy = pl_new(arena, pl_process);
  const char **argv = pl_new_array(arena, const char *, 2);
  argv[0] = pl_shown_argv0(arena, process->argv[0]);
  *copy = (pl_process){.pid = process->pid, .argv = argv, .argc = process->argc > 0};
  copy->exe = pl_strdup(arena, process->exe);
  candidate.process = copy;
  candidate.cgroup = pl_cgroup_read(arena, process->cgroup);
  pl_push(arena, pass->candidates, pass->candidate_count, pass->candidate_capacity, candidate);
}

static void note_look_alike(pass_context *context, const pl_process *process, const pl_component_spec *spec,
                            bool argv0_matches) {
  if (context->pass->look_alikes++ < PL_LOOK_ALIKES_MAX)
    note_candidate(context, process, (pl_candidate){.spec = spec, .argv0_matches = argv0_matches});
}

/* Whoever runs a pod may start any number of programs with the name of a component. Static pods are root's. */
static bool is_one_too_many(pass_context *context, const pl_component_spec *spec, const char *pod) {
  pl_arena *arena = context->host->arena;
  if (!pod || pl_uid_is_static(pod))
    return false;
  const char *key = pl_printf(arena, "%s %s", pod, spec->program);
  int64_t kept = pl_get_integer(context->seen_in_pods, key, 0);
  if (kept >= PL_POD_CANDIDATES_MAX || context->in_pods >= PL_PODS_CANDIDATES_MAX)
    return true;
  pl_object_set_integer(arena, context->seen_in_pods, key, kept + 1);
  context->in_pods++;
  return false;
}

/* It is judged by its pod alone, and one stands for all there. Where not even that is noted the list of processes has a
 * hole. */
static void note_one_too_many(pass_context *context, const pl_process *process, pl_candidate candidate,
                              const char *pod) {
  pl_arena *arena = context->host->arena;
  pl_processes *processes = &context->pass->processes;
  const char *key = pl_printf(arena, "%s %s crowd", pod, candidate.spec->program);
  if (pl_get(context->seen_in_pods, key))
    return;
  if (context->crowd++ < PL_LOOK_ALIKES_MAX) {
    pl_object_set(arena, context->seen_in_pods, key, context->seen);
    note_candidate(context, process, candidate);
    return;
  }
  processes->why =
      processes->complete ? "pods run more programs with the names of components than are looked at" : processes->why;
  processes->complete = false;
}

/* In another network than pid 1: whoever runs a pod may start such processes, and none of them is an agent. */
static bool is_apart(pass_context *context, const pl_process *process) {
  char own[PROGRAM_NAME_MAX + 1];
  if (!context->network_asked && context->host->proc)
    context->network = pl_root_readlink(context->host->proc, context->host->arena, "1/ns/net", NULL);
  context->network_asked = true;
  pl_auto_close int ns = context->network ? pl_below_open(process->place, "ns", PL_OPEN_DIRECTORY) : -1;
  return ns >= 0 && pl_below_readlink(pl_at(ns), "net", own, sizeof own) > 0 && strcmp(own, context->network) != 0;
}

/* Where a process is the same as the others of its program: its pod, else its control group; NULL: it stands alone. */
static const char *place_of(pl_arena *arena, const pl_process *process) {
  const char *path = process->cgroup, *pod = path ? pl_cgroup_read(arena, path).pod_uid : NULL;
  return pod ? pod : path && path[strspn(path, "/")] ? path : NULL;
}

static bool keep_watched(pass_context *context, const pl_process *process, const char *program) {
  pl_arena *arena = context->host->arena;
  bool apart = is_apart(context, process);
  const char *place = place_of(arena, process);
  const char *key = place ? pl_printf(arena, "%s %s%s", place, program, apart ? " apart" : "") : NULL;
  size_t *kept = apart ? &context->apart : &context->watched;
  if (key && pl_get(context->seen_agents, key))
    return false;
  if (*kept >= (apart ? PL_WATCHED_APART_MAX : PL_WATCHED_MAX)) {
    context->pass->watched_cut = context->pass->watched_cut || !apart;
    return false;
  }
  ++*kept;
  if (key)
    pl_object_set(arena, context->seen_agents, key, context->seen);
  return true;
}

static bool visit(const pl_process *process, void *data) {
  pass_context *context = data;
  int64_t container = note_container(context, process);
  const char *pod = container < 0 ? NULL : context->pass->containers[container].uid;
  note_name(context, process, container);
  context->pass->exes_hidden = context->pass->exes_hidden || (process->exe_denied && process->pid != 1);
  const pl_component_spec *exe = by_exe(process), *argv0 = by_argv0(process);
  if (exe || (argv0 && !process->exe)) {
    pl_candidate crowd = {
        .spec = exe ? exe : argv0, .crowd = true, .exe_matches = exe, .argv0_matches = !exe || argv0 == exe};
    bool kept = !is_one_too_many(context, crowd.spec, pod);
    if (!kept)
      note_one_too_many(context, process, crowd, pod);
    return kept;
  }
  if (!pod && find_program(context->platforms, process))
    return true;
  const char *watched = find_watched(context->programs, process);
  if (watched && keep_watched(context, process, watched))
    return true;
  const pl_component_spec *spec = argv0 ? argv0 : by_word(process);
  if (spec)
    note_look_alike(context, process, spec, argv0 != NULL);
  return process->pid == 1 || pl_agent_pass_visit(&context->pass->agents, context->host->arena, process);
}

static const char *namespace_of(pl_host *host, const pl_process *process, const char *name) {
  const char *text = NULL;
  return process->directory && pl_process_namespace(host, process, name, &text, NULL) == 0 ? text : NULL;
}

/* Links and environment: what only the process itself shows. */
static void read_candidate(pl_host *host, const pl_pass *pass, pl_candidate *candidate) {
  const pl_process *process = candidate->process;
  pl_error err;
  if (!process->directory) {
    candidate->environ_unread = "too many processes to keep";
    return;
  }
  candidate->pid_namespace = namespace_of(host, process, "pid");
  candidate->mount_namespace = namespace_of(host, process, "mnt");
  if (!candidate->cgroup.pod_uid && !pl_equal(candidate->pid_namespace, pass->init_pid_namespace))
    candidate->network_namespace = namespace_of(host, process, "net");
  candidate->status_known = pl_process_status_read(host, process, &candidate->status, NULL) == 0;
  if (pl_process_cwd(host, process, &candidate->cwd, NULL) < 0)
    candidate->cwd = NULL;
  if (pl_process_environ(host, process, &candidate->environ, &candidate->environ_count, &err) < 0)
    candidate->environ_unread = pl_strdup(host->arena, err.text);
  bool own_mounts = candidate->mount_namespace && pass->init_mount_namespace &&
                    strcmp(candidate->mount_namespace, pass->init_mount_namespace) != 0;
  if (host->live && (candidate->cgroup.pod_uid || own_mounts))
    candidate->root = pl_process_root(host, process, NULL);
}

static void add_candidate(pl_host *host, pl_pass *pass, const pl_process *process) {
  const pl_component_spec *exe = by_exe(process), *argv0 = by_argv0(process);
  const pl_component_spec *spec = exe ? exe : process->exe ? NULL : argv0;
  if (!spec)
    return;
  pl_candidate candidate = {
      .process = process, .spec = spec, .exe_matches = exe == spec, .argv0_matches = argv0 == spec};
  candidate.cgroup = pl_cgroup_read(host->arena, process->cgroup);
  read_candidate(host, pass, &candidate);
  pl_push(host->arena, pass->candidates, pass->candidate_count, pass->candidate_capacity, candidate);
}

/* What only the process itself shows; the components in it have the same. */
static void read_program(pl_host *host, pl_program *program) {
  const pl_process *process = program->process;
  pl_process_status status;
  pl_error err;
  if (!process->directory) {
    program->environ_unread = "too many processes to keep";
    return;
  }
  if (pl_process_status_read(host, process, &status, NULL) == 0)
    program->started = status.started;
  if (pl_process_cwd(host, process, &program->cwd, NULL) < 0)
    program->cwd = NULL;
  if (pl_process_environ(host, process, &program->environ, &program->environ_count, &err) < 0)
    program->environ_unread = pl_strdup(host->arena, err.text);
}

/* A node that runs in a container here (k3d, kind) has a PID namespace, or a container, of its own. */
static void add_program(const pass_context *context, const pl_process *process) {
  pl_arena *arena = context->host->arena;
  pl_pass *pass = context->pass;
  pl_program program = {.name = find_program(context->platforms, process), .pid = process->pid};
  if (!program.name)
    return;
  const char *namespace = namespace_of(context->host, process, "pid");
  bool elsewhere = namespace && pass->init_pid_namespace && strcmp(namespace, pass->init_pid_namespace) != 0;
  pl_cgroup cgroup = pl_cgroup_read(arena, process->cgroup);
  if (elsewhere || cgroup.pod_uid || !pl_equal(cgroup.enclosing, pass->init_cgroup.enclosing))
    return;
  program.exe = process->exe;
  program.exe_deleted = process->exe_deleted;
  program.process = process;
  program.unit = cgroup.unit;
  read_program(context->host, &program);
  pl_push(arena, pass->programs, pass->program_count, pass->program_capacity, program);
}

static void add_watched(const pass_context *context, const pl_process *process) {
  pl_host *host = context->host;
  pl_pass *pass = context->pass;
  pl_watched watched = {.name = find_watched(context->programs, process), .process = process};
  pl_process_status status;
  if (!watched.name)
    return;
  watched.cgroup = pl_cgroup_read(host->arena, process->cgroup);
  watched.pid_namespace = namespace_of(host, process, "pid");
  watched.network_namespace = namespace_of(host, process, "net");
  if (process->directory && pl_process_status_read(host, process, &status, NULL) == 0)
    watched.started = status.started;
  if (host->live && watched.cgroup.pod_uid)
    watched.root = pl_process_root(host, process, NULL);
  pl_push(host->arena, pass->watched, pass->watched_count, pass->watched_capacity, watched);
}

static void note_init(pl_host *host, pl_pass *pass, const pl_process *process) {
  pass->init = process;
  pass->init_cgroup = pl_cgroup_read(host->arena, process->cgroup);
  pass->init_pid_namespace = namespace_of(host, process, "pid");
  pass->init_mount_namespace = namespace_of(host, process, "mnt");
  pass->init_network_namespace = namespace_of(host, process, "net");
  pass->init_user_namespace = namespace_of(host, process, "user");
}

/* A label is only read where a security module is there to write it. */
static bool has_labels(const pl_host *host) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  const char *apparmor = pl_read_line_quietly(host, scratch, "/sys/module/apparmor/parameters/enabled");
  return pl_equal(apparmor, "Y") || pl_read_line_quietly(host, scratch, "/sys/fs/selinux/enforce");
}

/* Pods of a node that itself runs in a container here (kind, k3d) are that container's, and none of this node's. */
static void drop_nested(pass_context *context) {
  pl_pass *pass = context->pass;
  size_t kept = 0;
  for (size_t i = 0; i < pass->container_count; i++) {
    const char *enclosing = pass->containers[i].enclosing;
    if (!enclosing || pl_equal(enclosing, pass->init_cgroup.enclosing))
      pass->containers[kept++] = pass->containers[i];
    else
      note_enclosing(context, enclosing);
  }
  pass->container_count = kept;
}

static int by_pid(const void *a, const void *b) {
  return ((const pl_candidate *)a)->process->pid - ((const pl_candidate *)b)->process->pid;
}

void pl_pass_read(pl_host *host, const pl_platforms *platforms, pl_pass *ret) {
  pl_pass_read_watching(host, platforms, NULL, NULL, ret);
}

void pl_pass_read_watching(pl_host *host, const pl_platforms *platforms, const char *const *programs,
                           const pl_agents *agents, pl_pass *ret) {
  *ret = (pl_pass){0};
  pass_context context = {
      .host = host, .platforms = platforms, .programs = programs, .pass = ret, .labels = has_labels(host)};
  context.seen_cgroups = pl_node_object(host->arena);
  context.outside = pl_node_integer(host->arena, -1);
  context.seen_names = pl_node_object(host->arena);
  context.seen_in_pods = pl_node_object(host->arena);
  context.seen_agents = pl_node_object(host->arena);
  context.seen_enclosing = pl_node_object(host->arena);
  context.seen = pl_node_null(host->arena);
  pl_agent_pass_init(&ret->agents, host->arena, agents);
  pl_processes_read(host, visit, &context, &ret->processes);
  for (size_t i = 0; i < ret->processes.count; i++)
    if (ret->processes.items[i].pid == 1)
      note_init(host, ret, &ret->processes.items[i]);
  drop_nested(&context);
  for (size_t i = 0; i < ret->enclosing_count && !ret->other_containers; i++)
    if (!pl_equal(ret->enclosing[i], ret->init_cgroup.enclosing))
      ret->other_containers = ret->enclosing[i];
  for (size_t i = 0; i < ret->processes.count; i++) {
    add_candidate(host, ret, &ret->processes.items[i]);
    add_program(&context, &ret->processes.items[i]);
    add_watched(&context, &ret->processes.items[i]);
    pl_agent_pass_add(&ret->agents, host, &ret->processes.items[i]);
  }
  if (ret->candidate_count)
    qsort(ret->candidates, ret->candidate_count, sizeof *ret->candidates, by_pid);
}

void pl_pass_close(pl_pass *pass) {
  for (size_t i = 0; i < pass->candidate_count; i++)
    pl_root_free(pass->candidates[i].root);
  pass->candidate_count = 0;
  for (size_t i = 0; i < pass->watched_count; i++)
    pl_root_free(pass->watched[i].root);
  pass->watched_count = 0;
  pl_processes_close(&pass->processes);
}
