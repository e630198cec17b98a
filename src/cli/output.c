/* Report targets: a temporary file beside the target, synced and renamed; pipes and devices directly. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

/* Canonical path of a target that may not exist yet: its directory resolved, its name kept. */
static char *canonical(pl_arena *arena, const char *target, pl_error *err) {
  pl_auto_free char *resolved = realpath(target, NULL);
  if (resolved)
    return pl_strdup(arena, resolved);
  pl_auto_free char *directory = realpath(pl_dirname(arena, target), NULL);
  if (!directory) {
    pl_fail_errno(err, errno, "%s", target);
    return NULL;
  }
  return pl_printf(arena, "%s/%s", pl_equal(directory, "/") ? "" : directory, pl_basename(target));
}

static int open_temporary(pl_arena *arena, pl_output *output, mode_t mode, pl_error *err) {
  char *name = pl_printf(arena, "%s.XXXXXX", output->final);
  int fd = mkostemp(name, O_CLOEXEC);
  if (fd < 0)
    return pl_fail_errno(err, errno, "%s", output->target);
  output->temporary = name;
  if (fchmod(fd, mode) < 0 || !(output->stream = fdopen(fd, "w"))) {
    int saved = errno;
    close(fd);
    unlink(name);
    output->temporary = NULL;
    return pl_fail_errno(err, saved, "%s", output->target);
  }
  return 0;
}

static mode_t usual_mode(void) {
  mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

int pl_output_open(pl_arena *arena, const char *target, pl_output *ret, pl_error *err) {
  *ret = (pl_output){.target = target};
  if (!target) {
    ret->stream = stdout;
    return 0;
  }
  struct stat facts;
  bool exists = stat(target, &facts) == 0;
  if (exists && S_ISDIR(facts.st_mode))
    return pl_fail(err, PL_ERR_USAGE, "%s is a directory", target);
  if (exists && !S_ISREG(facts.st_mode)) {
    ret->stream = fopen(target, "we");
    return ret->stream ? 0 : pl_fail_errno(err, errno, "%s", target);
  }
  ret->final = canonical(arena, target, err);
  if (!ret->final)
    return -1;
  return open_temporary(arena, ret, exists ? facts.st_mode & 0777 : usual_mode(), err);
}

void pl_output_abandon(pl_output *output) {
  if (output->stream && output->target)
    fclose(output->stream);
  output->stream = NULL;
  if (output->temporary)
    unlink(output->temporary);
  output->temporary = NULL;
}

/* The new name must survive a crash too: sync the directory, as far as its file system can. */
static void sync_directory(const char *path) {
  char directory[PATH_MAX];
  const char *slash = strrchr(path, '/');
  int length = slash && slash > path ? (int)(slash - path) : 1;
  snprintf(directory, sizeof directory, "%.*s", length, path);
  pl_auto_close int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    fsync(fd);
}

static int finish(pl_output *output) {
  FILE *stream = output->stream;
  if (fflush(stream) != 0 || ferror(stream))
    return -1;
  if (!output->target)
    return 0;
  if (output->temporary && fsync(fileno(stream)) != 0)
    return -1;
  output->stream = NULL;
  return fclose(stream);
}

int pl_output_commit(pl_output *output, pl_error *err) {
  const char *shown = output->target ? output->target : "standard output";
  errno = 0;
  if (finish(output) != 0 || (output->temporary && rename(output->temporary, output->final) != 0)) {
    int saved = errno;
    pl_output_abandon(output);
    return saved ? pl_fail_errno(err, saved, "%s", shown) : pl_fail(err, PL_ERR_IO, "%s: writing failed", shown);
  }
  if (output->temporary)
    sync_directory(output->final);
  output->temporary = NULL;
  return 0;
}

bool pl_output_same(const pl_output *a, const pl_output *b) {
  if (a->final && b->final)
    return pl_equal(a->final, b->final);
  if (!a->stream || !b->stream)
    return false;
  struct stat left, right;
  if (fstat(fileno(a->stream), &left) < 0 || fstat(fileno(b->stream), &right) < 0)
    return false;
  return left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}
