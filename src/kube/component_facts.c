/* Turns a component and its instances into facts. */
#include "component_facts.h"

#include "argument_facts.h"
#include "not_in_force.h"
#include "plumbline/core/number.h"
#include "supervised.h"

static pl_node *pod_fact(pl_arena *arena, const pl_pod *pod) {
  if (!pod)
    return pl_node_null(arena);
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "namespace", pod->namespace);
  pl_object_set_text(arena, fact, "name", pod->name);
  pl_object_set_text(arena, fact, "uid", pod->uid);
  return fact;
}

static void put_processes(pl_arena *arena, pl_node *fact, const pl_instance *instance) {
  pl_node *list = pl_node_list(arena);
  const pl_candidate *candidate = instance->candidate;
  if (candidate) {
    pl_node *process = pl_node_object(arena);
    pl_object_set_integer(arena, process, "pid", candidate->process->pid);
    pl_object_set_text(arena, process, "exe", candidate->process->exe);
    pl_object_set(arena, process, "argv", pl_argv_facts(arena, instance));
    if (candidate->status_known)
      pl_object_set_integer(arena, process, "uid", candidate->status.uid);
    if (candidate->status_known && candidate->status.started)
      pl_object_set_text(arena, process, "started", pl_format_time(arena, candidate->status.started));
    pl_object_set(arena, process, "pod", pod_fact(arena, instance->pod));
    pl_list_add(arena, list, process);
  }
  if (instance->program) {
    pl_node *process = pl_node_object(arena);
    pl_object_set_integer(arena, process, "pid", instance->program->pid);
    pl_object_set_text(arena, process, "exe", instance->program->exe);
    pl_list_add(arena, list, process);
  }
  pl_object_set(arena, fact, "processes", list);
}

/* WHERE was edited and what it feeds comes with a restart, or it is a leftover. */
static void note_drift(pl_arena *arena, const char *where, const char *names, pl_node *notes) {
  if (names)
    pl_list_add_text(arena, notes,
                     pl_printf(arena, "%s and the running process differ in %s; the process is judged", where, names));
}

static pl_drift manifest_drift(pl_arena *arena, const pl_instance *instance, pl_node *notes) {
  if (!instance->manifest)
    return (pl_drift){NULL, NULL};
  pl_manifest_arguments arguments;
  pl_manifest_arguments_read(arena, instance->manifest->container, instance->spec, &arguments);
  const char *where = instance->manifest->path;
  const char *names = arguments.unknown ? NULL : pl_flag_differences(arena, instance, arguments.argv, arguments.argc);
  note_drift(arena, where, names, notes);
  const char *unknown = names ? pl_unknown_flags(arena, instance, arguments.argv, arguments.argc) : NULL;
  if (unknown)
    pl_list_add_text(arena, notes,
                     pl_printf(arena,
                               "%s has flags that this version does not know, and it would not start with them: %s",
                               where, unknown));
  return (pl_drift){where, names};
}

/* The same of a unit: its environment file was changed, say. */
static pl_drift unit_drift(pl_arena *arena, const pl_instance *instance, pl_node *notes) {
  const pl_unit *unit = instance->unit;
  bool tells = unit && !unit->why && unit->argc > 0 && pl_program_find(pl_basename(unit->argv[0])) == instance->spec;
  const char *names = tells ? pl_flag_differences(arena, instance, unit->argv, unit->argc) : NULL;
  note_drift(arena, names ? unit->name : NULL, names, notes);
  return (pl_drift){names ? unit->fragment : NULL, names};
}

/* The flags in which what would start it differs from what runs; of a process there is a manifest or a unit. */
static pl_drift find_drift(pl_arena *arena, const pl_instance *instance, pl_node *notes) {
  if (!instance->candidate || instance->arguments_unknown)
    return (pl_drift){NULL, NULL};
  pl_drift drift = manifest_drift(arena, instance, notes);
  return drift.names ? drift : unit_drift(arena, instance, notes);
}

static pl_node *notes_of(pl_arena *arena, const pl_instance *instance, pl_drift *ret_drift) {
  pl_node *notes = pl_node_list(arena);
  pl_each_item (note, instance->settings.notes)
    pl_list_add(arena, notes, note);
  pl_each_item (late, instance->settings.late)
    pl_list_add(
        arena, notes,
        pl_node_string(arena, pl_printf(arena, "stops soon after its start: %s", pl_get_text(late, "reason", ""))));
  pl_each_item (note, instance->config_notes)
    pl_list_add(arena, notes, note);
  if (instance->program && instance->program->supervised)
    pl_each_item (note, instance->program->supervised->notes)
      pl_list_add(arena, notes, note);
  if (instance->candidate && instance->candidate->process->exe_deleted)
    pl_list_add_text(arena, notes, "its executable was replaced or removed since it was started");
  if (instance->candidate && instance->candidate->environ_unread && instance->spec->settings)
    pl_list_add_text(arena, notes,
                     pl_printf(arena, "its environment could not be read: %s", instance->candidate->environ_unread));
  *ret_drift = find_drift(arena, instance, notes);
  return notes;
}

static pl_node *instance_fact(pl_arena *arena, const pl_component *component, const pl_instance *instance) {
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "state", pl_component_state_name(component->state));
  pl_object_set_text(arena, fact, "because", component->because);
  if (!instance)
    return fact;
  pl_object_set_boolean(arena, fact, "static_pod", instance->manifest || (instance->pod && instance->pod->from_file));
  pl_object_set_text(arena, fact, "version", instance->version.text);
  pl_object_set_text(arena, fact, "version_from", instance->version.from);
  pl_object_set_integer(arena, fact, "minor", instance->version.minor);
  put_processes(arena, fact, instance);
  pl_object_set_text(arena, fact, "manifest", instance->manifest ? instance->manifest->path : NULL);
  pl_object_set_text(arena, fact, "unit", instance->unit ? instance->unit->name : NULL);
  pl_object_set_text(arena, fact, "arguments_from", instance->input.argv_where);
  if (instance->arguments_unknown)
    pl_object_set_text(arena, fact, "arguments_unknown", instance->arguments_unknown);
  pl_object_set(arena, fact, "flags", pl_flag_facts(arena, instance));
  pl_object_set(arena, fact, "settings", instance->settings.values);
  if (instance->runtime)
    pl_object_set(arena, fact, "runtimes",
                  pl_runtime_handler_facts(arena, instance->runtime, instance->spec->id == PL_CRIO));
  pl_object_set(arena, fact, "files", instance->settings.files);
  pl_object_set(arena, fact, "refused", instance->settings.refused);
  pl_drift drift;
  pl_object_set(arena, fact, "notes", notes_of(arena, instance, &drift));
  pl_object_set(arena, fact, "not_yet_in_force", pl_not_in_force(arena, instance, drift));
  return fact;
}

pl_node *pl_component_facts(pl_arena *arena, const pl_component *component) {
  pl_node *fact = instance_fact(arena, component, component->count ? component->instances[0] : NULL);
  pl_node *others = pl_node_list(arena);
  for (size_t i = 1; i < component->count; i++)
    pl_list_add(arena, others, instance_fact(arena, component, component->instances[i]));
  pl_object_set(arena, fact, "others", others);
  return fact;
}
