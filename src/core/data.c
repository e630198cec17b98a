/* Definitions and tables, by their names in the repository: compiled in, or from a directory that may be trusted. */
#include "plumbline/core/data.h"

#include <dirent.h>
#include <errno.h>

#include "plumbline/core/digest.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/root.h"
#include "plumbline/core/yaml.h"
#include "src/core/packed.h"

static const char top[] = "benchmarks/";
static const char *const shared_folders[] = {"benchmarks/platforms/", "benchmarks/kubernetes/", "benchmarks/cni/",
                                             "benchmarks/agents/", NULL};

typedef struct data_file {
  const char *name, *shown;
  const pl_packed *packed; /* compiled in; else its text */
  pl_bytes text;
} data_file;

struct pl_data {
  pl_arena *arena, *contents;
  data_file *files; /* sorted by name once opened */
  size_t count, capacity;
  char digest[PL_SHA256_HEX];
};

/* A directory that is being read. */
typedef struct reading {
  pl_data *data;
  pl_root *root;
  const char *shown;
  bool unsafe;
  pl_error *err;
} reading;

static int by_name(const void *a, const void *b) {
  return strcmp(((const data_file *)a)->name, ((const data_file *)b)->name);
}

static int add_file(pl_data *data, data_file file, pl_error *err) {
  if (data->count >= PL_DATA_FILES_MAX)
    return pl_fail(err, PL_ERR_LIMIT, "more than %d files", PL_DATA_FILES_MAX);
  pl_push(data->arena, data->files, data->count, data->capacity, file);
  return 0;
}

/* Whoever may change a definition decides every verdict. */
static int check_trust(const reading *in, const struct stat *st, const char *shown) {
  if (in->unsafe)
    return 0;
  if (st->st_uid != 0 && st->st_uid != geteuid())
    return pl_fail(in->err, PL_ERR_USAGE, "%s: owned by uid %u, neither root nor the caller", shown, st->st_uid);
  if (st->st_mode & 022)
    return pl_fail(in->err, PL_ERR_USAGE, "%s: writable by group or others (mode %04o)", shown, st->st_mode & 07777);
  return 0;
}

static const char *shown_path(const reading *in, const char *path) {
  return *path ? pl_printf(in->data->arena, "%s/%s", in->shown, path) : in->shown;
}

static int open_below(const reading *in, const char *path, pl_open_kind kind, struct stat *ret) {
  int fd = pl_root_open_stat(in->root, *path ? path : ".", kind, ret, in->err);
  if (fd < 0)
    pl_error_prefix(in->err, "%s", in->shown);
  return fd;
}

static int read_file(const reading *in, const char *path) {
  const char *shown = shown_path(in, path);
  struct stat st;
  pl_auto_close int fd = open_below(in, path, PL_OPEN_REGULAR, &st);
  if (fd < 0 || check_trust(in, &st, shown) != 0)
    return -1;
  data_file file = {.name = pl_printf(in->data->arena, "%s%s", top, path), .shown = shown};
  if (pl_read_known(in->data->contents, fd, &st, PL_DOCUMENT_BYTES_MAX, &file.text, in->err) != 0) {
    pl_error_prefix(in->err, "%s", shown);
    return -1;
  }
  return add_file(in->data, file, in->err);
}

typedef enum entry_kind { KIND_FAULT = -1, KIND_DIRECTORY, KIND_YAML, KIND_OTHER } entry_kind;

static entry_kind kind_of(const reading *in, const char *path) {
  struct stat st;
  pl_auto_close int fd = open_below(in, path, PL_OPEN_PATH, &st);
  return fd < 0 ? KIND_FAULT : S_ISDIR(st.st_mode) ? KIND_DIRECTORY : pl_ends(path, ".yaml") ? KIND_YAML : KIND_OTHER;
}

static int read_directory(const reading *in, const char *path, int depth);

static int read_entry(const reading *in, const char *directory, const char *name, int depth) {
  if (name[0] == '.')
    return 0;
  const char *path =
      *directory ? pl_printf(in->data->arena, "%s/%s", directory, name) : pl_strdup(in->data->arena, name);
  switch (kind_of(in, path)) {
  case KIND_DIRECTORY:
    return read_directory(in, path, depth + 1);
  case KIND_YAML:
    return read_file(in, path);
  case KIND_OTHER:
    return 0;
  case KIND_FAULT:
    break;
  }
  return -1;
}

static int read_entries(const reading *in, DIR *open, const char *path, int depth) {
  for (size_t seen = 0;; seen++) {
    errno = 0;
    const struct dirent *entry = readdir(open);
    if (!entry)
      return errno ? pl_fail_errno(in->err, errno, "%s", shown_path(in, path)) : 0;
    if (seen > PL_DATA_ENTRIES_MAX)
      return pl_fail(in->err, PL_ERR_LIMIT, "%s: more than %d entries", shown_path(in, path), PL_DATA_ENTRIES_MAX);
    if (read_entry(in, path, entry->d_name, depth) != 0)
      return -1;
  }
}

static int read_directory(const reading *in, const char *path, int depth) {
  struct stat st;
  const char *shown = shown_path(in, path);
  if (depth > PL_DATA_DEPTH_MAX)
    return pl_fail(in->err, PL_ERR_LIMIT, "%s: more than %d directories deep", shown, PL_DATA_DEPTH_MAX);
  pl_auto_close int fd = open_below(in, path, PL_OPEN_DIRECTORY, &st);
  if (fd < 0 || check_trust(in, &st, shown) != 0)
    return -1;
  DIR *open = fdopendir(fd);
  if (!open)
    return pl_fail_errno(in->err, errno, "%s", shown);
  fd = -1; /* the stream's now */
  int status = read_entries(in, open, path, depth);
  closedir(open);
  return status;
}

static bool has_below(const pl_data *data, const char *folder) {
  for (size_t i = 0; i < data->count; i++)
    if (pl_starts(data->files[i].name, folder))
      return true;
  return false;
}

static int add_embedded(pl_data *data, const char *folder, pl_error *err) {
  for (const pl_packed *file = pl_packed_files; file->name; file++)
    if (pl_starts(file->name, folder) &&
        add_file(data, (data_file){.name = file->name, .shown = file->name, .packed = file}, err) != 0)
      return -1;
  return 0;
}

static int fill_from(pl_data *data, const char *directory, bool unsafe, pl_error *err) {
  reading in = {.data = data, .shown = directory, .unsafe = unsafe, .err = err};
  in.root = pl_root_new(directory, err);
  if (!in.root)
    return -1;
  int status = read_directory(&in, "", 0);
  pl_root_free(in.root);
  for (const char *const *folder = shared_folders; status == 0 && *folder; folder++)
    if (!has_below(data, *folder))
      status = add_embedded(data, *folder, err);
  return status;
}

/* Of a list of names and digests, so that no content can pass for a name. */
static void set_digest(pl_data *data) {
  pl_auto_buffer pl_buffer lines;
  pl_buffer_init(&lines, (PL_DATA_FILES_MAX + 1u) * (PL_PATH_BYTES_MAX + PL_SHA256_HEX + 2u));
  for (size_t i = 0; i < data->count; i++) {
    const data_file *file = &data->files[i];
    char hex[PL_SHA256_HEX];
    if (!file->packed)
      pl_sha256(file->text.data, file->text.length, hex);
    pl_buffer_printf(&lines, "%s  %s\n", file->packed ? file->packed->digest : hex, file->name);
  }
  pl_sha256(lines.length ? lines.data : "", lines.length, data->digest);
}

pl_data *pl_data_open(pl_arena *arena, const char *directory, bool unsafe, pl_error *err) {
  pl_data *data = pl_new(arena, pl_data);
  data->arena = arena;
  data->contents = pl_arena_new();
  int status = directory ? fill_from(data, directory, unsafe, err) : add_embedded(data, top, err);
  if (status != 0) {
    pl_data_close(data);
    return NULL;
  }
  if (data->count)
    qsort(data->files, data->count, sizeof *data->files, by_name);
  set_digest(data);
  return data;
}

void pl_data_close(pl_data *data) {
  if (data)
    pl_arena_free(pl_steal(data->contents));
}

static const data_file *find(const pl_data *data, const char *name) {
  data_file key = {.name = name};
  return data->count ? bsearch(&key, data->files, data->count, sizeof key, by_name) : NULL;
}

bool pl_data_has(const pl_data *data, const char *name) { return find(data, name) != NULL; }

bool pl_data_is_compiled_in(const pl_data *data, const char *name) {
  const data_file *file = find(data, name);
  return file && file->packed;
}

pl_node *pl_data_document(pl_arena *arena, const pl_data *data, const char *name, pl_faults *faults) {
  const data_file *file = find(data, name);
  if (!file)
    pl_fault_add(faults, name, 0, 0, "%s: there is no such file", name);
  if (!file || !file->packed)
    return file ? pl_yaml_read_ours(arena, file->text, file->shown, faults) : NULL;
  pl_source *source = pl_new(data->arena, pl_source);
  source->where = file->shown;
  return pl_unpack(arena, file->packed->document, source);
}

const char *const *pl_data_names(pl_data *data, const char *prefix) {
  const char **names = NULL;
  size_t count = 0, capacity = 0;
  for (size_t i = 0; i < data->count; i++)
    if (pl_starts(data->files[i].name, prefix))
      pl_push(data->arena, names, count, capacity, data->files[i].name);
  pl_push(data->arena, names, count, capacity, NULL);
  return names;
}

const char *pl_data_shown(pl_data *data, const char *name) {
  const data_file *file = find(data, name);
  return file ? file->shown : name;
}

const char *pl_data_digest(pl_data *data) { return data->digest; }
