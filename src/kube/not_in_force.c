/* Compares the times of configuration files with the start of their process. */
#include "not_in_force.h"

#include "plumbline/core/escape.h"
#include "plumbline/core/number.h"

/* The kernel tells when the machine started in whole seconds: a file of the same second or the next may be older. */
#define CLOCK_SLACK 1
/* kubelite's process begins as a script that touches the files of arguments and waits for a route first. */
#define SCRIPT_SLACK 60
/* A supervisor writes some of the files that its components read, after it was started. */
#define SUPERVISOR_SLACK 600

/* Roles of files that are read once. */
static bool is_read_once(const pl_instance *instance, const char *role) {
  static const char *const roles[] = {"arguments", "config", "drop-in", "policy", "admission", NULL};
  if (strcmp(role, "encryption") == 0) {
    const pl_node *reload = pl_settings_value(&instance->settings, "encryption-provider-config-automatic-reload");
    return !pl_is(reload, PL_BOOLEAN) || !reload->boolean;
  }
  return pl_in(role, roles);
}

/* PATH is escaped already, as those of settings are. */
static void note(pl_arena *arena, pl_node *list, const char *path, const char *why) {
  pl_node *entry = pl_node_object(arena);
  pl_object_set(arena, entry, "path", pl_node_string(arena, path));
  pl_object_set_text(arena, entry, "why", why);
  pl_list_add(arena, list, entry);
}

static void note_newer_files(pl_arena *arena, const pl_instance *instance, pl_node *list) {
  const pl_candidate *candidate = instance->candidate;
  const pl_program *program = instance->program;
  int64_t started = candidate && candidate->status_known ? candidate->status.started : program ? program->started : 0;
  if (started == 0)
    return;
  int pid = candidate ? candidate->process->pid : program->pid;
  pl_each_item (file, instance->settings.files) {
    const char *path = pl_get_text(file, "path", NULL), *role = pl_get_text(file, "role", "");
    if (!path || !is_read_once(instance, role))
      continue;
    bool arguments = strcmp(role, "arguments") == 0, supervised = program && program->supervised;
    int64_t slack = supervised ? (arguments ? CLOCK_SLACK : SUPERVISOR_SLACK) : arguments ? SCRIPT_SLACK : CLOCK_SLACK;
    const pl_file *stat = pl_view_stat(instance->view, path);
    if (stat->state == PL_FILE_PRESENT && stat->mtime > started + slack)
      note(arena, list, pl_get_text(file, "host_path", path),
           pl_printf(arena, "changed at %s, after pid %d was started at %s", pl_format_time(arena, stat->mtime), pid,
                     pl_format_time(arena, started)));
  }
}

/* Another file in the directory of static pods makes the pod that runs: which of them did nobody can see. */
static void note_rival(pl_arena *arena, const pl_instance *instance, pl_node *list) {
  const pl_manifest *manifest = instance->candidate ? instance->manifest : NULL;
  if (manifest && manifest->rival)
    note(arena, list, pl_escape_text(arena, manifest->rival),
         pl_printf(arena, "makes the same pod as %s, and the kubelet may run either", manifest->path));
}

pl_node *pl_not_in_force(pl_arena *arena, const pl_instance *instance, pl_drift drift) {
  pl_node *list = pl_node_list(arena);
  note_newer_files(arena, instance, list);
  if (drift.names)
    note(arena, list, pl_escape_text(arena, drift.path),
         pl_printf(arena, "differs from the running process in %s", drift.names));
  note_rival(arena, instance, list);
  return list;
}
