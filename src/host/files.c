/* Files of the node, each looked at once and remembered. */
#include "plumbline/host/files.h"

#include <errno.h>
#include <search.h>

#include "host_private.h"
#include "plumbline/core/digest.h"

static const struct {
  mode_t format;
  const char *name;
} types[] = {
    [PL_TYPE_FILE] = {S_IFREG, "file"},
    [PL_TYPE_DIRECTORY] = {S_IFDIR, "directory"},
    [PL_TYPE_LINK] = {S_IFLNK, "link"},
    [PL_TYPE_FIFO] = {S_IFIFO, "fifo"},
    [PL_TYPE_SOCKET] = {S_IFSOCK, "socket"},
    [PL_TYPE_BLOCK] = {S_IFBLK, "block device"},
    [PL_TYPE_CHARACTER] = {S_IFCHR, "character device"},
};

const char *pl_file_type_name(pl_file_type type) { return types[type].name; }

static pl_file_type type_of(mode_t mode) {
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if ((mode & S_IFMT) == types[i].format)
      return (pl_file_type)i;
  return PL_TYPE_FILE;
}

static int compare_entries(const void *a, const void *b) {
  return strcmp(((const pl_file_entry *)a)->file.path, ((const pl_file_entry *)b)->file.path);
}

static int compare_points(const void *a, const void *b) {
  return strcmp(((const pl_mount *)a)->point, ((const pl_mount *)b)->point);
}

/* The last mount at a point is the one that is seen; nothing below it can be reached but through it. */
static void find_remote(pl_host *host) {
  pl_file_cache *cache = host->files;
  for (size_t i = 0; host->mounts && i < host->mounts->count; i++) {
    pl_mount *mount = &host->mounts->items[i];
    if (pl_equal(mount->point, "/"))
      continue;
    if (!pl_mount_is_remote(mount)) {
      cache->remote_count -= tdelete(mount, &cache->remote, compare_points) != NULL;
      continue;
    }
    pl_mount **kept = tsearch(mount, &cache->remote, compare_points);
    if (!kept)
      abort();
    cache->remote_count += *kept == mount;
    *kept = mount;
  }
}

void pl_files_open(pl_host *host) {
  host->files = pl_new(host->arena, pl_file_cache);
  find_remote(host);
}

static void keep(void *entry) { (void)entry; /* it lives in the arena */ }

void pl_files_close(pl_host *host) {
  tdestroy(host->files->files, keep);
  tdestroy(host->files->links, keep);
  tdestroy(host->files->remote, keep);
  host->files->files = host->files->links = host->files->remote = NULL;
}

void pl_file_fill(pl_file *file, const struct stat *st) {
  file->state = PL_FILE_PRESENT;
  file->type = type_of(st->st_mode);
  file->mode = st->st_mode & 07777;
  file->uid = st->st_uid;
  file->gid = st->st_gid;
  file->size = st->st_size;
  file->mtime = st->st_mtim.tv_sec;
  file->device = st->st_dev;
  file->inode = st->st_ino;
}

const char *pl_reason(pl_arena *arena, const pl_error *err, const char *path) {
  if (err->kind == PL_ERR_DENIED)
    return "permission denied";
  size_t length = strlen(path);
  bool named = strncmp(err->text, path, length) == 0 && pl_starts(err->text + length, ": ");
  return pl_strdup(arena, named ? err->text + length + 2 : err->text);
}

static void set_unreadable(pl_host *host, pl_file *file, const pl_error *err, const char *path) {
  file->state = err->kind == PL_ERR_ABSENT ? PL_FILE_ABSENT : PL_FILE_UNREADABLE;
  file->why = file->state == PL_FILE_ABSENT ? NULL : pl_reason(host->arena, err, path);
  file->why_kind = err->kind;
}

/* FILE is a link: say where it points, and take the facts of what it leads to, if anything is there. */
static int follow(pl_host *host, const char *link, pl_file *file, pl_resolved *resolved, pl_error *err) {
  struct stat st;
  file->target = pl_root_readlink(host->root, host->arena, link, err);
  if (!file->target || pl_resolve(host, file->path, true, resolved, err) < 0)
    return -1;
  pl_auto_close int fd = pl_root_open_stat(host->root, resolved->path, PL_OPEN_PATH, &st, err);
  if (fd >= 0)
    pl_file_fill(file, &st);
  return fd >= 0 || err->kind == PL_ERR_ABSENT ? 0 : -1;
}

static void look(pl_host *host, pl_file *file) {
  pl_error err = {.kind = PL_ERR_NONE};
  pl_resolved resolved;
  struct stat st;
  int rc = pl_resolve(host, file->path, false, &resolved, &err);
  if (rc == 0)
    rc = pl_root_stat(host->root, resolved.path, &st, &err);
  if (rc == 0)
    pl_file_fill(file, &st);
  if (rc == 0 && file->type == PL_TYPE_LINK)
    rc = follow(host, pl_strdup(host->arena, resolved.path), file, &resolved, &err);
  if (rc < 0)
    set_unreadable(host, file, &err, resolved.path);
}

pl_file_entry *pl_files_entry(pl_host *host, const char *path) {
  pl_file_entry key = {.file.path = path};
  pl_file_entry **known = tfind(&key, &host->files->files, compare_entries);
  if (known)
    return *known;
  pl_file_entry *entry = pl_new(host->arena, pl_file_entry);
  entry->file.path = pl_strdup(host->arena, path);
  look(host, &entry->file);
  if (!tsearch(entry, &host->files->files, compare_entries))
    abort();
  return entry;
}

const pl_file *pl_host_stat(pl_host *host, const char *path) { return &pl_files_entry(host, path)->file; }

int pl_files_open_entry(pl_host *host, pl_file_entry *entry, struct stat *ret, pl_error *err) {
  pl_file *file = &entry->file;
  if (file->state == PL_FILE_ABSENT)
    return pl_fail(err, PL_ERR_ABSENT, "%s: does not exist", file->path);
  if (file->state == PL_FILE_UNREADABLE)
    return pl_fail(err, file->why_kind, "%s: %s", file->path, file->why);
  if (file->type != PL_TYPE_FILE)
    return pl_fail(err, PL_ERR_TYPE, "%s: a %s, not a regular file", file->path, pl_file_type_name(file->type));
  pl_resolved resolved;
  pl_error reason = {.kind = PL_ERR_NONE};
  int fd = pl_resolve(host, file->path, file->target != NULL, &resolved, &reason) < 0
               ? -1
               : pl_root_open_known(host->root, resolved.path, ret, &reason);
  if (fd < 0)
    return pl_fail(err, reason.kind, "%s: %s", file->path, pl_reason(host->arena, &reason, resolved.path));
  pl_file_fill(file, ret);
  return fd;
}

int pl_files_check_size(pl_host *host, const pl_file_entry *entry, size_t maximum, pl_error *err) {
  uint64_t size = (uint64_t)entry->file.size;
  if (size > maximum)
    return pl_fail(err, PL_ERR_LIMIT, "%s: larger than %zu bytes", entry->file.path, maximum);
  if (size > PL_CONTENTS_BYTES_MAX - host->files->bytes)
    return pl_fail(err, PL_ERR_LIMIT, "%s: more than %u bytes of files in all", entry->file.path,
                   PL_CONTENTS_BYTES_MAX);
  host->files->bytes += size;
  return 0;
}

static int read_entry(pl_host *host, pl_file_entry *entry, size_t maximum, pl_error *err) {
  struct stat st;
  pl_auto_close int fd = pl_files_open_entry(host, entry, &st, err);
  if (fd < 0 || pl_files_check_size(host, entry, maximum, err) < 0)
    return -1;
  if (pl_read_known(host->arena, fd, &st, maximum, &entry->content, err) < 0) {
    pl_error_prefix(err, "%s", entry->file.path);
    return -1;
  }
  pl_sha256(entry->content.data, entry->content.length, entry->file.digest);
  entry->has_content = true;
  return 0;
}

int pl_host_read(pl_host *host, const char *path, size_t maximum, pl_bytes *ret, pl_error *err) {
  pl_file_entry *entry = pl_files_entry(host, path);
  if (!entry->has_content && read_entry(host, entry, maximum, err) < 0)
    return -1;
  if (entry->content.length > maximum)
    return pl_fail(err, PL_ERR_LIMIT, "%s: larger than %zu bytes", path, maximum);
  *ret = entry->content;
  return 0;
}

void pl_host_forget(pl_host *host, const char *path) {
  pl_file_entry *entry = pl_files_entry(host, path);
  if (entry->has_content)
    pl_wipe((void *)(uintptr_t)entry->content.data, entry->content.length);
  entry->content = (pl_bytes){0};
  entry->has_content = false;
}

typedef struct visit {
  void (*function)(const pl_file *file, void *context);
  void *context;
} visit;

static void visit_one(const void *node, VISIT order, void *closure) {
  const visit *v = closure;
  if (order == postorder || order == leaf)
    v->function(&(*(pl_file_entry *const *)node)->file, v->context);
}

void pl_host_each_file(pl_host *host, void (*function)(const pl_file *file, void *context), void *context) {
  visit v = {.function = function, .context = context};
  twalk_r(host->files->files, visit_one, &v);
}
