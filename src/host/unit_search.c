/* Fragments and drop-ins over the unit directories, the first of a name before all later ones (systemd.unit(5)). */
#include "unit_search.h"

#include <errno.h>

#include "host_private.h"
#include "plumbline/core/node.h"

enum { ALIASES_MAX = 8, NAMES_MAX = 64, DROP_IN_NAMES_MAX = 64 };

static const char *const directories[] = {
    "/etc/systemd/system.control",   "/run/systemd/system.control",  "/run/systemd/transient",
    "/run/systemd/generator.early",  "/etc/systemd/system",          "/etc/systemd/system.attached",
    "/run/systemd/system",           "/run/systemd/system.attached", "/run/systemd/generator",
    "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",      "/lib/systemd/system",
    "/run/systemd/generator.late",
};

static void note(pl_host *host, const char **why, const char *path, const pl_error *err) {
  if (!*why)
    *why = pl_printf(host->arena, "%s: %s", path, pl_reason(host->arena, err, path));
}

/* ---- the directories ---- */

static bool seen_before(const struct stat *seen, size_t count, const struct stat *st) {
  for (size_t i = 0; i < count; i++)
    if (seen[i].st_dev == st->st_dev && seen[i].st_ino == st->st_ino)
      return true;
  return false;
}

/* A link in a unit directory that gives the unit TARGET another name. */
typedef struct alias {
  const char *name, *target;
} alias;

struct pl_unit_directories {
  pl_paths path;    /* those that exist, each once; WHY when one could not be looked at */
  pl_node *entries; /* paths of all that is in them */
  alias *aliases;
  size_t alias_count, alias_capacity;
};

static void find_directories(pl_host *host, struct pl_unit_directories *ret) {
  struct stat seen[sizeof directories / sizeof *directories];
  pl_paths *found = &ret->path;
  for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
    pl_error err = {.kind = PL_ERR_NONE};
    pl_auto_close int fd = pl_open_resolved(host, directories[i], PL_OPEN_PATH, &err);
    if (fd < 0 && err.kind != PL_ERR_ABSENT)
      note(host, &found->why, directories[i], &err);
    /* /lib is often a link to /usr/lib. */
    if (fd < 0 || fstat(fd, &seen[found->count]) < 0 || seen_before(seen, found->count, &seen[found->count]))
      continue;
    pl_push(host->arena, found->items, found->count, found->capacity, directories[i]);
  }
}

/* The name of the unit of the search path that TARGET, a link in DIRECTORY, leads to; NULL for any other place. */
static const char *unit_behind(pl_host *host, const pl_paths *path, const char *directory, const char *target) {
  const char *whole = pl_path_join(host->arena, directory, target), *above = pl_dirname(host->arena, whole);
  for (size_t i = 0; i < path->count; i++)
    if (pl_equal(path->items[i], above))
      return pl_basename(whole);
  return NULL;
}

/* ENTRY of DIRECTORY gives another unit of the search path its name: note that. */
static void note_alias(pl_host *host, const char *directory, DIR *stream, const struct dirent *entry,
                       struct pl_unit_directories *found) {
  char target[PL_PATH_BYTES_MAX];
  ssize_t length = entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN
                       ? pl_below_readlink(pl_at(dirfd(stream)), entry->d_name, target, sizeof target)
                       : -1;
  if (length <= 0)
    return;
  const char *name = unit_behind(host, &found->path, directory, target);
  alias one = {.name = name ? pl_strdup(host->arena, entry->d_name) : NULL, .target = name};
  if (name && !pl_equal(name, one.name))
    pl_push(host->arena, found->aliases, found->alias_count, found->alias_capacity, one);
}

static void read_directory(pl_host *host, const char *directory, struct pl_unit_directories *found) {
  pl_error err = {.kind = PL_ERR_NONE};
  int fd = pl_open_resolved(host, directory, PL_OPEN_DIRECTORY, &err);
  if (fd < 0) {
    note(host, &found->path.why, directory, &err);
    return;
  }
  pl_auto_closedir DIR *stream = pl_directory_stream(fd);
  pl_walker counter = {.host = host, .paths.complete = true};
  errno = 0;
  for (struct dirent *entry = NULL; (entry = readdir(stream)) && pl_walker_count(&counter, directory); errno = 0) {
    const char *path = pl_printf(host->arena, "%s/%s", directory, entry->d_name);
    pl_object_put(host->arena, found->entries, path, pl_node_null(host->arena));
    note_alias(host, directory, stream, entry, found);
  }
  if (errno != 0) /* what the list lacks is asked for then */
    pl_walker_incomplete(&counter, directory, strerror(errno));
  if (!found->path.why)
    found->path.why = counter.paths.why;
}

static const struct pl_unit_directories *search(pl_host *host, const char **why) {
  if (!host->files->unit_directories) {
    struct pl_unit_directories *found = pl_new(host->arena, struct pl_unit_directories);
    found->entries = pl_node_object(host->arena);
    find_directories(host, found);
    for (size_t i = 0; i < found->path.count; i++)
      read_directory(host, found->path.items[i], found);
    host->files->unit_directories = found;
  }
  if (!*why)
    *why = host->files->unit_directories->path.why;
  return host->files->unit_directories;
}

static const pl_paths *search_path(pl_host *host, const char **why) { return &search(host, why)->path; }

/* Asking for many names in many directories costs more than the list of what is there. */
static bool may_be_there(const pl_host *host, const char *path) {
  const struct pl_unit_directories *found = host->files->unit_directories;
  return found->path.why || pl_get(found->entries, path);
}

/* ---- the fragment ---- */

/* The first directory's file NAME, NULL when there is none. */
static const char *find_file(pl_host *host, const char *name, const char **why) {
  const pl_paths *path = search_path(host, why);
  for (size_t i = 0; i < path->count; i++) {
    const char *file = pl_printf(host->arena, "%s/%s", path->items[i], name);
    pl_error err = {.kind = PL_ERR_NONE};
    if (!may_be_there(host, file))
      continue;
    pl_auto_close int fd = pl_open_resolved(host, file, PL_OPEN_LINK, &err);
    if (fd >= 0)
      return file;
    if (err.kind != PL_ERR_ABSENT)
      note(host, why, file, &err);
  }
  return NULL;
}

/* Empty, or a link to /dev/null. */
static bool is_mask(const pl_file *file) {
  return (file->target && pl_equal(file->target, "/dev/null")) ||
         (file->state == PL_FILE_PRESENT && file->type == PL_TYPE_FILE && file->size == 0) ||
         (file->state == PL_FILE_PRESENT && file->type == PL_TYPE_CHARACTER);
}

/* "foo@.service" of "foo@bar.service", NULL when NAME is no instance. */
static const char *template_of(pl_arena *arena, const char *name) {
  const char *at = strchr(name, '@'), *dot = strrchr(name, '.');
  if (!at || !dot || dot <= at + 1)
    return NULL;
  return pl_printf(arena, "%.*s%s", (int)(at + 1 - name), name, dot);
}

/* "foo@bar.service" of the template NAME and an instance of another; NAME itself when either is something else. */
static const char *instantiate(pl_arena *arena, const char *name, const char *instance) {
  const char *at = strchr(name, '@'), *from = strchr(instance, '@');
  if (!at || at[1] != '.' || !template_of(arena, instance))
    return name;
  return pl_printf(arena, "%.*s%s", (int)(at - name), name, from);
}

static void add_name(pl_arena *arena, pl_words *names, const char *name) {
  if (names->count > NAMES_MAX)
    return;
  for (size_t i = 0; i < names->count; i++)
    if (pl_equal(names->items[i], name))
      return;
  pl_push(arena, names->items, names->count, names->capacity, name);
}

/* All names that links give to the unit, or to the template it comes from. */
static void add_aliases(pl_host *host, pl_unit_place *place, const char **why) {
  const struct pl_unit_directories *found = search(host, why);
  const char *template = template_of(host->arena, place->id);
  for (size_t i = 0; i < found->alias_count; i++) {
    const alias *one = &found->aliases[i];
    if (pl_equal(one->target, place->id) || (template && pl_equal(one->target, template)))
      add_name(host->arena, &place->names, instantiate(host->arena, one->name, place->id));
  }
  if (place->names.count > NAMES_MAX && !*why)
    *why = pl_printf(host->arena, "%s: more than %d names", place->id, NAMES_MAX);
}

void pl_unit_find(pl_host *host, const char *name, pl_unit_place *ret, const char **why) {
  *ret = (pl_unit_place){.id = name};
  pl_arena *arena = host->arena;
  pl_words passed = {.count = 0};
  for (int i = 0; i < ALIASES_MAX; i++) {
    const char *template = template_of(arena, ret->id), *found = find_file(host, ret->id, why);
    if (!found && template)
      found = find_file(host, template, why);
    if (!found)
      return;
    const pl_file *file = pl_host_stat(host, found);
    ret->masked = is_mask(file);
    const char *other = ret->masked || !file->target
                            ? NULL
                            : unit_behind(host, search_path(host, why), pl_dirname(arena, found), file->target);
    if (!other || pl_equal(other, pl_basename(found))) {
      ret->fragment = found;
      add_name(arena, &ret->names, ret->id);
      for (size_t k = 0; k < passed.count; k++)
        add_name(arena, &ret->names, passed.items[k]);
      add_aliases(host, ret, why);
      return;
    }
    add_name(arena, &passed, ret->id);
    ret->id = instantiate(arena, other, ret->id);
  }
  if (!*why)
    *why = pl_printf(arena, "%s: too many aliases", name);
}

/* ---- drop-ins ---- */

/* "foo-bar.service" gives "foo-.service", that nothing more; the last piece of the prefix is taken away. */
static const char *shorter_prefix(pl_arena *arena, const char *name) {
  const char *dot = strrchr(name, '.'), *at = strchr(name, '@');
  if (!dot)
    return NULL;
  const char *rest = at && at < dot ? at : dot;
  size_t length = (size_t)(rest - name);
  length -= length > 0 && name[length - 1] == '-';
  while (length > 0 && name[length - 1] != '-')
    length--;
  return length > 1 ? pl_printf(arena, "%.*s%s", (int)length, name, rest) : NULL;
}

/* NAME and the more general names whose drop-ins apply to it too, in systemd's order. */
static void add_names(pl_arena *arena, pl_words *names, const char *name) {
  if (names->count >= DROP_IN_NAMES_MAX)
    return;
  pl_push(arena, names->items, names->count, names->capacity, name);
  const char *template = template_of(arena, name), *prefix = shorter_prefix(arena, name);
  if (template)
    add_names(arena, names, template);
  if (prefix)
    add_names(arena, names, prefix);
}

typedef struct drop_in {
  const char *path;
  size_t order;
} drop_in;

typedef struct drop_ins {
  drop_in *items;
  size_t count, capacity;
} drop_ins;

static void list_directory(pl_host *host, const char *directory, drop_ins *found, const char **why) {
  static const pl_walk walk = {.max_depth = 1, .files = true};
  if (!may_be_there(host, directory))
    return;
  pl_paths paths = pl_host_walk(host, directory, &walk);
  if (!paths.complete && !*why)
    *why = paths.why;
  for (size_t i = 0; i < paths.count; i++) {
    drop_in one = {.path = paths.items[i], .order = found->count};
    if (pl_ends(paths.items[i], ".conf"))
      pl_push(host->arena, found->items, found->count, found->capacity, one);
  }
}

/* For NAME in each unit directory: its drop-ins, then those of the more general names. */
static void list_for(pl_host *host, const char *name, drop_ins *found, const char **why) {
  pl_words names = {.count = 0};
  add_names(host->arena, &names, name);
  const pl_paths *path = search_path(host, why);
  for (size_t i = 0; i < path->count; i++)
    for (size_t k = 0; k < names.count; k++)
      list_directory(host, pl_printf(host->arena, "%s/%s.d", path->items[i], names.items[k]), found, why);
}

static int compare_drop_ins(const void *a, const void *b) {
  const drop_in *x = a, *y = b;
  int order = strcmp(pl_basename(x->path), pl_basename(y->path));
  return order != 0 ? order : x->order < y->order ? -1 : x->order > y->order;
}

static bool same_file(const pl_file *a, const pl_file *b) {
  return a->state == PL_FILE_PRESENT && b->state == PL_FILE_PRESENT && a->device == b->device && a->inode == b->inode;
}

static void add_path(pl_arena *arena, pl_paths *paths, const char *path) {
  pl_push(arena, paths->items, paths->count, paths->capacity, path);
}

void pl_unit_find_drop_ins(pl_host *host, const pl_unit_place *place, pl_paths *ret_in_effect, pl_paths *ret_shadowed,
                           const char **why) {
  drop_ins found = {.count = 0};
  *ret_in_effect = *ret_shadowed = (pl_paths){.complete = true};
  for (size_t i = 0; i < place->names.count; i++)
    list_for(host, place->names.items[i], &found, why);
  const char *dot = strrchr(place->id, '.');
  if (dot)
    list_for(host, dot + 1, &found, why);
  if (found.count > 0)
    qsort(found.items, found.count, sizeof *found.items, compare_drop_ins);
  const pl_file *winner = NULL;
  for (size_t i = 0; i < found.count; i++) {
    const pl_file *file = pl_host_stat(host, found.items[i].path);
    if (!winner || !pl_equal(pl_basename(winner->path), pl_basename(file->path))) {
      winner = file;
      if (!is_mask(file))
        add_path(host->arena, ret_in_effect, file->path);
    } else if (!same_file(winner, file)) {
      add_path(host->arena, ret_shadowed, file->path);
    }
  }
}
