/* mountinfo lines, and which file systems wait for a server or another process. */
#include "plumbline/host/mounts.h"

#include "host_private.h"
#include "plumbline/core/number.h"

enum { FIXED_FIELDS = 6 };
enum { FIELD_DEVICE = 2, FIELD_ROOT, FIELD_POINT, FIELD_OPTIONS };

/* Cut the next field (up to a blank, which may be its first byte) off *REST; NULL at the end of the line. */
static char *next_field(char **rest) {
  char *field = *rest;
  if (!field)
    return NULL;
  char *blank = strchr(field, ' ');
  *rest = blank ? blank + 1 : NULL;
  if (blank)
    *blank = '\0';
  return field;
}

static bool is_octal(const char *digits) {
  for (int i = 0; i < 3; i++)
    if (digits[i] < '0' || digits[i] > (i == 0 ? '3' : '7'))
      return false;
  return true;
}

bool pl_mounts_unescape(char *text) {
  char *out = text;
  for (const char *in = text; *in; in++, out++) {
    *out = *in;
    if (*in != '\\')
      continue;
    if (!is_octal(in + 1) || (in[1] == '0' && in[2] == '0' && in[3] == '0'))
      return false;
    *out = (char)((in[1] - '0') << 6 | (in[2] - '0') << 3 | (in[3] - '0'));
    in += 3;
  }
  *out = '\0';
  return true;
}

static bool parse_device(char *text, pl_mount *ret) {
  char *colon = strchr(text, ':');
  if (!colon)
    return false;
  *colon = '\0';
  int64_t major = 0, minor = 0;
  if (pl_parse_int(text, 0, UINT32_MAX, &major, NULL) < 0 || pl_parse_int(colon + 1, 0, UINT32_MAX, &minor, NULL) < 0)
    return false;
  ret->major = (uint32_t)major;
  ret->minor = (uint32_t)minor;
  return true;
}

/* After the separator: type, source (which may be empty) and the options of the file system. */
static const char *parse_tail(char *rest, pl_mount *ret) {
  char *type = next_field(&rest), *source = next_field(&rest);
  if (!source || !*type)
    return "no type or source after the separator";
  if (!pl_mounts_unescape(type) || !pl_mounts_unescape(source))
    return "a bad escape";
  ret->type = type;
  ret->source = source;
  ret->super_options = rest ? rest : "";
  return NULL;
}

/* Absolute, without empty components and dots, so that paths can be compared as they stand. */
static bool is_clean_path(const char *path) {
  if (*path != '/' || !path[1])
    return *path == '/';
  while (*path == '/') {
    size_t length = strcspn(++path, "/");
    bool dots = (length == 1 && *path == '.') || (length == 2 && path[0] == '.' && path[1] == '.');
    if (length == 0 || dots)
      return false;
    path += length;
  }
  return true;
}

/* Take LINE apart in place; returns what is wrong with it. */
static const char *parse_line(char *line, pl_mount *ret) {
  char *fields[FIXED_FIELDS], *rest = line;
  for (int i = 0; i < FIXED_FIELDS; i++) {
    fields[i] = next_field(&rest);
    if (!fields[i] || !*fields[i])
      return "fewer than six fields before the optional ones";
  }
  char *optional = next_field(&rest);
  while (optional && !pl_equal(optional, "-"))
    optional = next_field(&rest);
  if (!optional)
    return "no separator";
  if (!parse_device(fields[FIELD_DEVICE], ret))
    return "no device number";
  if (!pl_mounts_unescape(fields[FIELD_ROOT]) || !pl_mounts_unescape(fields[FIELD_POINT]))
    return "a bad escape";
  if (!is_clean_path(fields[FIELD_POINT]))
    return "the mount point is no path as the kernel writes it";
  ret->root = fields[FIELD_ROOT];
  ret->point = fields[FIELD_POINT];
  ret->options = fields[FIELD_OPTIONS];
  return parse_tail(rest, ret);
}

static int bad_line(pl_error *err, uint32_t number, const char *why) {
  pl_fail(err, PL_ERR_SYNTAX, "mountinfo line %u: %s", number, why);
  if (err)
    err->line = number;
  return -1;
}

int pl_mounts_parse(pl_arena *arena, pl_bytes text, pl_mounts **ret, pl_error *err) {
  pl_mounts *mounts = pl_new(arena, pl_mounts);
  char *line = pl_strndup(arena, text.data, text.length), *end = line + text.length;
  for (uint32_t number = 1; line < end; number++) {
    char *stop = memchr(line, '\n', (size_t)(end - line));
    stop = stop ? stop : end;
    *stop = '\0';
    pl_mount mount = {.root = NULL};
    const char *why = strlen(line) < (size_t)(stop - line) ? "a NUL byte" : parse_line(line, &mount);
    if (why)
      return bad_line(err, number, why);
    pl_push(arena, mounts->items, mounts->count, mounts->capacity, mount);
    line = stop + 1;
  }
  *ret = mounts;
  return 0;
}

const pl_mount *pl_mounts_find(const pl_mounts *mounts, const char *path) {
  const pl_mount *found = NULL;
  size_t longest = 0;
  for (size_t i = 0; i < mounts->count; i++) {
    size_t length = strlen(mounts->items[i].point);
    if (length >= longest && pl_path_below(path, mounts->items[i].point)) {
      longest = length;
      found = &mounts->items[i];
    }
  }
  return found;
}

bool pl_mount_is_remote(const pl_mount *mount) {
  static const char *const types[] = {
      "9p",    "acfs",      "afs",   "autofs", "beegfs", "ceph",  "cifs",   "coda",     "davfs",  "fuse",   "fuseblk",
      "gfs2",  "glusterfs", "gpfs",  "lustre", "mfs",    "ncp",   "ncpfs",  "nfs",      "nfs4",   "ocfs2",  "orangefs",
      "panfs", "prl_fs",    "pvfs2", "shfs",   "smb3",   "smbfs", "vboxsf", "virtiofs", "vmhgfs", "wekafs", NULL,
  };
  return pl_in(mount->type, types) || pl_starts(mount->type, "fuse.") || pl_starts(mount->type, "fuseblk.");
}

pl_mounts *pl_mounts_seen_from(pl_arena *arena, const pl_mounts *mounts, const char *place) {
  pl_mounts *seen = pl_new(arena, pl_mounts);
  const pl_mount *around = pl_mounts_find(mounts, place);
  size_t length = strlen(place);
  for (size_t i = 0; i < mounts->count; i++) {
    pl_mount mount = mounts->items[i];
    bool below = pl_path_below(mount.point, place);
    if (!below && &mounts->items[i] != around)
      continue;
    mount.point = below && mount.point[length] ? mount.point + length : "/";
    pl_push(arena, seen->items, seen->count, seen->capacity, mount);
  }
  return seen;
}
