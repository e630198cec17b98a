/* Paths that match a pattern, component by component. */
#include <errno.h>

#include "host_private.h"

static void match(pl_walker *walker, const char *base, const char *pattern, unsigned depth);

static char *beside(const pl_walker *walker, const char *base, const char *name) {
  return pl_printf(walker->host->arena, "%s%s%s", base, pl_ends(base, "/") ? "" : "/", name);
}

/* PATH if it is there; a link counts as such. */
static void add_existing(pl_walker *walker, const char *path) {
  pl_error err = {.kind = PL_ERR_NONE};
  pl_auto_close int fd = pl_open_resolved(walker->host, path, PL_OPEN_LINK, &err);
  if (fd >= 0)
    pl_walker_add(walker, path);
  else if (err.kind != PL_ERR_ABSENT)
    pl_walker_incomplete(walker, path, pl_reason(walker->host->arena, &err, path));
}

/* The entries of BASE that match the component at PATTERN, of LENGTH bytes; what follows it is matched below them. */
static void match_entries(pl_walker *walker, const char *base, const char *pattern, size_t length, unsigned depth) {
  pl_error err = {.kind = PL_ERR_NONE};
  int fd = pl_open_resolved(walker->host, base, PL_OPEN_DIRECTORY, &err);
  if (fd < 0) {
    /* Not a directory: nothing can match below it, and no more is to be known. */
    if (err.kind != PL_ERR_ABSENT && err.kind != PL_ERR_TYPE)
      pl_walker_incomplete(walker, base, pl_reason(walker->host->arena, &err, base));
    return;
  }
  pl_auto_closedir DIR *directory = pl_directory_stream(fd);
  const char *rest = pattern + length + strspn(pattern + length, "/");
  errno = 0;
  for (struct dirent *entry = NULL; (entry = readdir(directory)); errno = 0) {
    if (pl_equal(entry->d_name, ".") || pl_equal(entry->d_name, ".."))
      continue;
    if (!pl_walker_count(walker, base))
      return;
    if (!pl_pattern_matches(pattern, length, entry->d_name))
      continue;
    const char *path = beside(walker, base, entry->d_name);
    if (!*rest)
      pl_walker_add(walker, path);
    else if (entry->d_type == DT_DIR || entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN)
      match(walker, path, rest, depth + 1);
  }
  if (errno != 0)
    pl_walker_incomplete(walker, base, strerror(errno));
}

/* BASE and all directories below it, REST matched in each; with no REST, all that is below. */
static void match_any_depth(pl_walker *walker, const char *base, const char *rest, unsigned depth) {
  pl_walk walk = {.max_depth = PL_WALK_DEPTH_MAX + 1, .directories = true, .files = !*rest};
  if (!*rest) {
    pl_walker_run(walker, base, &walk);
    return;
  }
  pl_walker below = {.host = walker->host, .entries = walker->entries, .paths.complete = true};
  pl_walker_run(&below, base, &walk);
  walker->entries = below.entries;
  if (!below.paths.complete && walker->paths.complete)
    walker->paths.why = below.paths.why;
  walker->paths.complete = walker->paths.complete && below.paths.complete;
  match(walker, base, rest, depth + 1);
  for (size_t i = 0; i < below.paths.count; i++)
    match(walker, below.paths.items[i], rest, depth + 1);
}

/* Everything that PATTERN names below BASE. */
static void match(pl_walker *walker, const char *base, const char *pattern, unsigned depth) {
  size_t length = strcspn(pattern, "/");
  while (length > 0 && !pl_pattern_is_wild(pattern, length)) {
    base = beside(walker, base, pl_strndup(walker->host->arena, pattern, length));
    pattern += length;
    pattern += strspn(pattern, "/");
    length = strcspn(pattern, "/");
  }
  if (length == 0)
    add_existing(walker, base);
  else if (depth >= PL_WALK_DEPTH_MAX)
    pl_walker_incomplete(walker, base,
                         pl_printf(walker->host->arena, "more than %d wildcards in one pattern", PL_WALK_DEPTH_MAX));
  else if (length == 2 && memcmp(pattern, "**", 2) == 0) {
    while (pl_starts(pattern, "**/") || pl_equal(pattern, "**")) {
      pattern += 2;
      pattern += strspn(pattern, "/");
    }
    match_any_depth(walker, base, pattern, depth);
  } else
    match_entries(walker, base, pattern, length, depth);
}

void pl_walker_match(pl_walker *walker, const char *pattern) { match(walker, "/", pattern + strspn(pattern, "/"), 0); }

pl_paths pl_host_glob(pl_host *host, const char *pattern) {
  pl_walker walker = {.host = host, .paths.complete = true};
  pl_walker_match(&walker, pattern);
  return pl_walker_finish(&walker);
}
