/* Finds the instances of each component and its state. */
#include "components.h"

#include "embedded.h"

const char *pl_component_state_name(pl_component_state state) {
  static const char *const names[] = {"running", "configured", "absent", "unobservable"};
  return names[state];
}

/* Which processes these are is told by a link of pid 1, and by the program of a kubelet. */
static const char *why_not_of_the_node(const pl_host *host, const pl_pass *pass) {
  if (pass->exes_hidden)
    return pl_printf(host->arena, "that these are the processes of the node cannot be seen: %s",
                     pl_host_links_denied(host));
  return "proc shows neither the first PID namespace nor a kubelet: these may be the processes of a container "
         "(in a pod, --root with the node's / shows the node's, as does hostPID: true)";
}

pl_process_list pl_process_list_judge(const pl_host *host, const pl_pass *pass, bool kubelet) {
  pl_process_list list = {.complete = pass->processes.complete && !pass->exes_hidden, .because = pass->processes.why};
  bool first = host->live ? host->host_pid_namespace : pl_equal(pass->init_pid_namespace, PL_INITIAL_PID_NAMESPACE);
  list.of_the_node = pass->processes.seen > 0 && (first || kubelet);
  if (pass->processes.seen == 0)
    list.because = host->proc ? "proc shows no process" : "there is no proc directory";
  else if (!list.of_the_node)
    list.because = why_not_of_the_node(host, pass);
  else if (pass->exes_hidden && !list.because)
    list.because =
        pl_printf(host->arena, "the executables of some processes cannot be read: %s", pl_host_links_denied(host));
  return list;
}

static pl_surroundings around(const pl_components_input *input) {
  pl_surroundings result = {.host = input->host, .pass = input->pass, .pods = input->pods};
  if (input->platform)
    result.system_namespaces = input->platform->system_namespaces;
  return result;
}

static pl_instance_sources sources_of(const pl_components_input *input, const pl_component_spec *spec) {
  return (pl_instance_sources){.host = input->host,
                               .pass = input->pass,
                               .kubernetes = input->kubernetes,
                               .packages = input->packages,
                               .tables = input->tables,
                               .platform = input->platform,
                               .spec = spec};
}

static const pl_unit *read_unit(const pl_components_input *input, const char *name) {
  pl_unit *unit = pl_new(input->host->arena, pl_unit);
  pl_unit_read(input->host, name, unit);
  return unit->fragment || unit->why ? unit : NULL;
}

static bool unit_starts(const pl_unit *unit, const pl_component_spec *spec) {
  return unit && !unit->masked && unit->fragment && unit->argc > 0 &&
         pl_program_find(pl_basename(unit->argv[0])) == spec;
}

/* A shell, a script or a runtime that starts the component: what it gives it, the unit does not tell. */
static bool unit_may_start(const pl_unit *unit, const pl_component_spec *spec) {
  bool named = false;
  for (size_t i = 0; unit && !unit->masked && unit->fragment && i < unit->argc; i++)
    named = named || strstr(unit->argv[i], spec->program);
  return named;
}

/* The unit that a process says it is in, else the first of the platform's that is there. Where a supervisor starts the
 * component, the unit that the process is in is the supervisor's, unless it starts the component all the same. */
static const pl_unit *find_unit(const pl_components_input *input, const pl_component_spec *spec, const char *named) {
  pl_texts names = pl_platform_unit_names(input->host->arena, input->platform, spec->name);
  const pl_unit *own = named ? read_unit(input, named) : NULL;
  if (named)
    return names.count > 0 || unit_starts(own, spec) ? own : NULL;
  for (size_t i = 0; i < names.count; i++) {
    const pl_unit *unit = read_unit(input, names.items[i]);
    if (unit)
      return unit;
  }
  return NULL;
}

static void add_instance(const pl_components_input *input, pl_component *component,
                         const pl_instance_sources *sources) {
  pl_instance *instance = pl_instance_new(sources);
  pl_push(input->host->arena, component->instances, component->count, component->capacity, instance);
}

static void add_process(const pl_components_input *input, pl_component *component, const pl_candidate *candidate,
                        const pl_pod *pod) {
  pl_instance_sources sources = sources_of(input, component->spec);
  sources.candidate = candidate;
  sources.pod = pod;
  if (pod) {
    sources.bundle = pl_bundles_with_mounts(input->bundles, candidate->cgroup.container_id);
    sources.manifest =
        input->manifests ? pl_manifests_for_pod(input->manifests, component->spec, pod->namespace, pod->name) : NULL;
    if (!sources.manifest && pod->from_file && input->manifests && !pod->name)
      sources.manifest = pl_manifests_next(input->manifests, component->spec, NULL);
  } else {
    sources.unit = find_unit(input, component->spec, candidate->cgroup.unit);
  }
  add_instance(input, component, &sources);
}

/* Between fork and exec a child still looks like its parent. */
static bool is_child_of(const pl_component *component, const pl_candidate *candidate) {
  for (size_t i = 0; candidate->status_known && i < component->count; i++) {
    const pl_process *other = component->instances[i]->candidate->process;
    if (other->pid == candidate->status.parent && pl_equal(other->exe, candidate->process->exe))
      return true;
  }
  return false;
}

static void add_processes(const pl_components_input *input, pl_component *component) {
  pl_surroundings surroundings = around(input);
  for (size_t i = 0; i < input->pass->candidate_count; i++) {
    const pl_candidate *candidate = &input->pass->candidates[i];
    if (candidate->spec != component->spec)
      continue;
    pl_recognition found = pl_recognise(&surroundings, candidate);
    if (found.standing == PL_STANDING_REAL && !is_child_of(component, candidate))
      add_process(input, component, candidate, found.pod);
    if (found.standing == PL_STANDING_UNPROVEN && !component->unproven)
      component->unproven = pl_printf(input->host->arena, "pid %d: %s", candidate->process->pid, found.why);
    if (found.standing == PL_STANDING_LOOK_ALIKE && candidate->exe_matches && !component->rejected)
      component->rejected = pl_printf(input->host->arena, "pid %d: %s", candidate->process->pid, found.why);
  }
}

static void add_manifests(const pl_components_input *input, pl_component *component) {
  const pl_manifest *manifest = NULL;
  while (input->manifests && (manifest = pl_manifests_next(input->manifests, component->spec, manifest))) {
    pl_instance_sources sources = sources_of(input, component->spec);
    sources.manifest = manifest;
    add_instance(input, component, &sources);
  }
}

/* Units that would start it: two, where events have an etcd of their own. */
static void add_units(const pl_components_input *input, pl_component *component) {
  pl_texts names = pl_platform_unit_names(input->host->arena, input->platform, component->spec->name);
  for (size_t i = 0; i < names.count; i++) {
    pl_instance_sources sources = sources_of(input, component->spec);
    sources.unit = read_unit(input, names.items[i]);
    if (unit_starts(sources.unit, component->spec))
      add_instance(input, component, &sources);
    else if (sources.unit && sources.unit->why && !component->unproven)
      component->unproven = pl_printf(input->host->arena, "unit %s: %s", sources.unit->name, sources.unit->why);
    else if (unit_may_start(sources.unit, component->spec) && !component->unproven)
      component->unproven =
          pl_printf(input->host->arena, "no process was seen, but unit %s starts %s, which may start one",
                    sources.unit->name, sources.unit->argv[0]);
  }
}

static void conclude(pl_component *component, pl_component_state state, const char *because) {
  component->state = state;
  component->because = because;
}

/* A file that shows the component to be started by something that neither a unit nor a manifest shows; NULL: none. */
static const char *trace_of(const pl_components_input *input, const pl_component_spec *spec) {
  pl_texts traces = pl_platform_traces(input->platform, spec->name);
  for (size_t i = 0; i < traces.count; i++)
    if (pl_host_stat(input->host, traces.items[i])->state != PL_FILE_ABSENT)
      return traces.items[i];
  return NULL;
}

/* A pod of the cluster's kube-proxy is here, whatever its program does at this moment; NULL: none. */
static const char *pod_of(const pl_components_input *input, const pl_component_spec *spec) {
  pl_surroundings surroundings = around(input);
  for (size_t i = 0; spec->id == PL_PROXY && input->pods && i < input->pods->count; i++) {
    const pl_pod *pod = &input->pods->items[i];
    if (pod->name && pod->namespace && pl_starts(pod->name, "kube-proxy-") &&
        pl_is_system_namespace(&surroundings.system_namespaces, pod->namespace))
      return pl_printf(input->host->arena, "no process was seen, but pod %s/%s is here", pod->namespace, pod->name);
  }
  return NULL;
}

/* The kubelet can make nothing of a file that seems to be meant for the component; NULL: there is none. */
static const char *broken_manifest(const pl_components_input *input, const pl_component_spec *spec) {
  bool in_pods = spec->control_plane || spec->id == PL_ETCD;
  const pl_ignored_manifest *file = in_pods && input->manifests ? pl_manifests_meant_for(input->manifests, spec) : NULL;
  return file ? pl_printf(input->host->arena, "no process was seen, and %s makes no pod: %s", file->path, file->why)
              : NULL;
}

/* It may be started any moment, though neither a unit nor a manifest says so: the sentence, NULL where nothing does. */
static const char *between_starts(const pl_components_input *input, const pl_component_spec *spec) {
  const char *trace = trace_of(input, spec), *broken = broken_manifest(input, spec);
  if (broken)
    return broken;
  return trace ? pl_printf(input->host->arena, "no process was seen, but %s shows that %s starts one", trace,
                           input->platform->title)
               : pod_of(input, spec);
}

static const char *configured_by(pl_arena *arena, const pl_component *component) {
  const pl_instance *first = component->count ? component->instances[0] : NULL;
  return !first            ? NULL
         : first->manifest ? pl_printf(arena, "static pod manifest %s", first->manifest->path)
                           : pl_printf(arena, "unit %s", first->unit->name);
}

/* What is not seen running: why, and what that proves. */
static void conclude_unseen(const pl_components_input *input, pl_component *component) {
  pl_arena *arena = input->host->arena;
  pl_embedding embedding = pl_embedding_find(input->host->arena, input->pass, input->platform, component->spec->name);
  const char *program, *configured = configured_by(arena, component), *pending;
  if (!input->list.of_the_node)
    conclude(component, PL_COMPONENT_UNOBSERVABLE, input->list.because);
  else if (component->unproven)
    conclude(component, PL_COMPONENT_UNOBSERVABLE, component->unproven);
  else if (embedding.program)
    conclude(component, PL_COMPONENT_UNOBSERVABLE, pl_embedding_because(arena, &embedding));
  else if (!input->list.complete)
    conclude(component, PL_COMPONENT_UNOBSERVABLE, input->list.because);
  else if (!configured && (program = pl_embedding_missing(input->pass, input->platform, component->spec->name)))
    conclude(component, PL_COMPONENT_UNOBSERVABLE,
             pl_printf(arena, "%s would be part of %s, of which no process was seen", component->spec->name, program));
  else if (configured)
    conclude(component, PL_COMPONENT_CONFIGURED, pl_printf(arena, "no process, but %s", configured));
  else if (input->manifests && !input->manifests->complete)
    conclude(component, PL_COMPONENT_UNOBSERVABLE, input->manifests->why);
  else if ((pending = between_starts(input, component->spec)))
    conclude(component, PL_COMPONENT_UNOBSERVABLE, pending);
  else
    conclude(component, PL_COMPONENT_ABSENT,
             component->rejected
                 ? pl_printf(arena, "no process of this node's own (%s), no static pod manifest, no unit",
                             component->rejected)
                 : "no process, no static pod manifest, no unit");
}

/* No process of its own, but a program that has it in it for sure. */
static bool add_embedded(const pl_components_input *input, pl_component *component) {
  pl_embedding embedding = pl_embedding_find(input->host->arena, input->pass, input->platform, component->spec->name);
  if (!embedding.program || embedding.perhaps || !input->list.of_the_node || component->unproven)
    return false;
  pl_instance_sources sources = sources_of(input, component->spec);
  sources.program = embedding.program;
  sources.arguments = embedding.arguments;
  add_instance(input, component, &sources);
  component->embedded = true;
  conclude(component, PL_COMPONENT_RUNNING, pl_embedding_because(input->host->arena, &embedding));
  return true;
}

void pl_component_read(const pl_components_input *input, const pl_component_spec *spec, pl_component *ret) {
  *ret = (pl_component){.spec = spec};
  add_processes(input, ret);
  if (ret->count) {
    conclude(ret, PL_COMPONENT_RUNNING,
             pl_printf(input->host->arena, "pid %d", ret->instances[0]->candidate->process->pid));
    return;
  }
  if (add_embedded(input, ret))
    return;
  add_manifests(input, ret);
  if (!ret->count)
    add_units(input, ret);
  conclude_unseen(input, ret);
}

pl_node *pl_rejected_facts(pl_arena *arena, const pl_components_input *input) {
  pl_node *list = pl_node_list(arena);
  pl_surroundings surroundings = around(input);
  for (size_t i = 0; i < input->pass->candidate_count; i++) {
    const pl_candidate *candidate = &input->pass->candidates[i];
    pl_recognition found = pl_recognise(&surroundings, candidate);
    if (found.standing == PL_STANDING_REAL)
      continue;
    pl_node *fact = pl_node_object(arena);
    pl_object_set_integer(arena, fact, "pid", candidate->process->pid);
    pl_object_set_text(arena, fact, "exe", candidate->process->exe);
    pl_object_set_text(arena, fact, "argv0", pl_shown_argv0(arena, candidate->process->argv[0]));
    pl_object_set_text(arena, fact, "component", candidate->spec->name);
    pl_object_set_text(arena, fact, "why", found.why);
    pl_list_add(arena, list, fact);
  }
  return list;
}
