/* Attributes of devices in sysfs. */
#include <errno.h>

#include "plumbline/core/number.h"
#include "storage_private.h"

enum { ATTRIBUTE_BYTES_MAX = PL_PATH_BYTES_MAX };

static int open_below(const pl_blocks *blocks, const char *directory, const char *name, pl_open_kind kind) {
  char path[PL_PATH_BYTES_MAX];
  if (strlen(directory) + strlen(name) + 2 > sizeof path)
    return -1;
  char *end = stpncpy(path, directory, sizeof path - 1);
  *end = '/';
  memcpy(end + 1, name, strlen(name) + 1);
  return pl_root_open(blocks->host->root, path, kind, NULL);
}

const char *pl_sys_line(const pl_blocks *blocks, const char *directory, const char *name) {
  pl_bytes text;
  pl_auto_close int fd = open_below(blocks, directory, name, PL_OPEN_REGULAR);
  if (fd < 0 || pl_read_virtual(blocks->arena, fd, 0, ATTRIBUTE_BYTES_MAX, &text, NULL) < 0)
    return NULL;
  size_t length = strcspn(text.data, "\n");
  while (length > 0 && text.data[length - 1] == ' ')
    length--;
  return pl_strndup(blocks->arena, text.data, length);
}

bool pl_sys_exists(const pl_blocks *blocks, const char *directory, const char *name) {
  pl_auto_close int fd = open_below(blocks, directory, name, PL_OPEN_PATH);
  return fd >= 0;
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

pl_paths pl_sys_list(const pl_blocks *blocks, const char *directory, const char *name, size_t maximum) {
  pl_paths names = {.complete = true};
  int fd = open_below(blocks, directory, name, PL_OPEN_DIRECTORY);
  if (fd < 0)
    return (pl_paths){.complete = false};
  pl_auto_closedir DIR *stream = pl_directory_stream(fd);
  errno = 0;
  for (struct dirent *entry = NULL; names.complete && (entry = readdir(stream)); errno = 0) {
    if (*entry->d_name == '.')
      continue;
    names.complete = names.count < maximum;
    if (names.complete)
      pl_push(blocks->arena, names.items, names.count, names.capacity, pl_strdup(blocks->arena, entry->d_name));
  }
  names.complete = names.complete && errno == 0;
  if (names.count > 0)
    qsort(names.items, names.count, sizeof *names.items, compare_names);
  return names;
}

bool pl_parse_device(const char *text, uint32_t *ret_major, uint32_t *ret_minor) {
  char number[16];
  size_t length = text ? strcspn(text, ":") : 0;
  int64_t major = 0, minor = 0;
  if (length == 0 || length >= sizeof number || text[length] != ':')
    return false;
  memcpy(number, text, length);
  number[length] = '\0';
  if (pl_parse_int(number, 0, UINT32_MAX, &major, NULL) < 0 ||
      pl_parse_int(text + length + 1, 0, UINT32_MAX, &minor, NULL) < 0)
    return false;
  *ret_major = (uint32_t)major;
  *ret_minor = (uint32_t)minor;
  return true;
}
