/*
 * Snapshots of etcd: names and times of files in the directory that the site file names, else where the platform puts
 * them. Nothing is opened; a file that something else wrote there counts too.
 */
#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"
#include "src/kube/storage_facts.h"
#include "src/kube/unreadable.h"

#define SECOND INT64_C(1000000000)

typedef struct snapshots {
  pl_collection *collection;
  pl_node *directories, *schedules;
  int64_t count, newest;
  const char *newest_path, *unread;
} snapshots;

static void look_into(snapshots *s, const char *directory) {
  pl_arena *arena = s->collection->arena;
  pl_paths files = pl_host_walk(s->collection->host, directory, &(pl_walk){.max_depth = 1, .files = true});
  pl_list_add_text(arena, s->directories, directory);
  if (!files.complete || files.count > PL_SNAPSHOTS_MAX)
    s->unread =
        files.complete ? pl_printf(arena, "%s holds more than %d files", directory, PL_SNAPSHOTS_MAX) : files.why;
  for (size_t i = 0; i < files.count && i < PL_SNAPSHOTS_MAX; i++) {
    const pl_file *file = pl_host_stat(s->collection->host, files.items[i]);
    if (file->state == PL_FILE_UNREADABLE)
      s->unread = pl_printf(arena, "%s: %s", file->path, file->why);
    if (file->state != PL_FILE_PRESENT || file->type != PL_TYPE_FILE)
      continue;
    s->count++;
    if (file->mtime <= s->newest)
      continue;
    s->newest = file->mtime;
    s->newest_path = file->path;
  }
}

/* What somebody may have set up to make them, by name only. */
static void find_schedules(snapshots *s) {
  static const char *const patterns[] = {
      "/etc/cron.d/*etcd*",      "/etc/cron.hourly/*etcd*",          "/etc/cron.daily/*etcd*",
      "/etc/cron.weekly/*etcd*", "/etc/systemd/system/*etcd*.timer", NULL};
  for (const char *const *pattern = patterns; *pattern; pattern++) {
    pl_paths found = pl_host_glob(s->collection->host, *pattern);
    for (size_t i = 0; i < found.count; i++)
      pl_list_add_text(s->collection->arena, s->schedules, found.items[i]);
  }
}

static void find(snapshots *s) {
  const pl_platform *platform = s->collection->platform;
  const char *named = s->collection->options->snapshots;
  for (size_t i = 0; !named && platform && i < platform->layout.etcd_snapshots.count; i++)
    look_into(s, platform->layout.etcd_snapshots.items[i]);
  if (named)
    look_into(s, named);
  find_schedules(s);
}

static const char *state_of(const snapshots *s) {
  if (pl_count(s->directories) == 0)
    return "unsaid";
  return s->count ? "found" : s->unread ? "unreadable" : "empty";
}

pl_node *pl_snapshot_facts(pl_collection *collection) {
  pl_arena *arena = collection->arena;
  pl_node *fact = pl_node_object(arena);
  snapshots s = {.collection = collection, .directories = pl_node_list(arena), .schedules = pl_node_list(arena)};
  bool here = pl_component_at(collection, PL_ETCD)->state != PL_COMPONENT_ABSENT;
  if (here)
    find(&s);
  int64_t age = collection->options->now - s.newest;
  pl_object_set_text(arena, fact, "state", here ? state_of(&s) : "no-etcd");
  pl_object_set_text(arena, fact, "because", s.unread);
  pl_object_put(arena, fact, "unseen", s.unread ? pl_unreadable(arena, s.unread) : pl_node_string(arena, "none"));
  pl_object_set_boolean(arena, fact, "named_by_site", collection->options->snapshots != NULL);
  pl_object_set(arena, fact, "directories", s.directories);
  pl_object_set_integer(arena, fact, "count", s.count);
  pl_object_set_text(arena, fact, "newest", s.newest_path);
  pl_object_set_text(arena, fact, "newest_at", s.newest_path ? pl_format_time(arena, s.newest) : NULL);
  pl_object_set_text(arena, fact, "newest_age",
                     s.newest_path ? pl_format_duration(arena, (age < 0 ? 0 : age) * SECOND) : NULL);
  pl_object_set(arena, fact, "schedules", s.schedules);
  return fact;
}
