/* Compares the times of configuration files with the start of their process. */
#include "not_in_force.h"

#include "plumbline/core/number.h"

/* The kernel tells when the machine started in whole seconds: a file of the same second or the next may be older. */
#define CLOCK_SLACK 1

/* Roles of files that are read once. */
static bool is_read_once(const pl_instance *instance, const char *role) {
  static const char *const roles[] = {"config", "drop-in", "policy", "admission", NULL};
  if (strcmp(role, "encryption") == 0) {
    const pl_node *reload = pl_settings_value(&instance->settings, "encryption-provider-config-automatic-reload");
    return !pl_is(reload, PL_BOOLEAN) || !reload->boolean;
  }
  return pl_in(role, roles);
}

static void note(pl_arena *arena, pl_node *list, const char *path, const char *why) {
  pl_node *entry = pl_node_object(arena);
  pl_object_set(arena, entry, "path", pl_node_string(arena, path)); /* escaped already */
  pl_object_set_text(arena, entry, "why", why);
  pl_list_add(arena, list, entry);
}

pl_node *pl_not_in_force(pl_arena *arena, const pl_instance *instance) {
  pl_node *list = pl_node_list(arena);
  const pl_candidate *candidate = instance->candidate;
  if (!candidate || !candidate->status_known || candidate->status.started == 0)
    return list;
  int64_t started = candidate->status.started;
  pl_each_item (file, instance->settings.files) {
    const char *path = pl_get_text(file, "path", NULL);
    if (!path || !is_read_once(instance, pl_get_text(file, "role", "")))
      continue;
    const pl_file *stat = pl_view_stat(instance->view, path);
    if (stat->state == PL_FILE_PRESENT && stat->mtime > started + CLOCK_SLACK)
      note(arena, list, pl_get_text(file, "host_path", path),
           pl_printf(arena, "changed at %s, after pid %d was started at %s", pl_format_time(arena, stat->mtime),
                     candidate->process->pid, pl_format_time(arena, started)));
  }
  return list;
}
