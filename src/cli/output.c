/* Report targets: a temporary file beside the target, synced and renamed; pipes and devices directly. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/random.h>
#include <sys/stat.h>

enum { TEMPORARY_NAMES = 100, PENDING_MAX = 16 };

/* ---- a signal that ends us takes the temporary files along ---- */

static _Atomic(const char *) pending[PENDING_MAX]; /* more than formats and places to write to */

static void end_by(int number) {
  for (size_t i = 0; i < PENDING_MAX; i++) {
    const char *name = pending[i];
    if (name)
      unlink(name);
  }
  _exit(128 + number);
}

/* What whoever started us has ignored, such as nohup, stays ignored. */
static void watch(int number) {
  struct sigaction now;
  if (sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
    signal(number, end_by);
}

static void replace_pending(const char *from, const char *to) {
  for (size_t i = 0; i < PENDING_MAX; i++)
    if (pending[i] == from) {
      pending[i] = to;
      return;
    }
}

static void expect_signals(const char *temporary) {
  static const int signals[] = {SIGHUP, SIGINT, SIGTERM};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    watch(signals[i]);
  replace_pending(NULL, temporary);
}

/* ---- opening ---- */

/* Path of what FACTS are of: a link that took its place meanwhile leads nowhere. */
static char *existing(pl_arena *arena, const char *target, const struct stat *facts, pl_error *err) {
  pl_auto_free char *resolved = realpath(target, NULL);
  struct stat now;
  if (!resolved || lstat(resolved, &now) < 0) {
    pl_fail_errno(err, errno, "%s", target);
    return NULL;
  }
  if (now.st_dev == facts->st_dev && now.st_ino == facts->st_ino)
    return pl_strdup(arena, resolved);
  pl_fail(err, PL_ERR_IO, "%s was replaced while it was looked at", target);
  return NULL;
}

/* Of a target that is not there yet: its directory resolved, its name kept. */
static char *missing(pl_arena *arena, const char *target, pl_error *err) {
  pl_auto_free char *directory = realpath(pl_dirname(arena, target), NULL);
  if (!directory) {
    pl_fail_errno(err, errno, "%s", target);
    return NULL;
  }
  return pl_printf(arena, "%s/%s", pl_equal(directory, "/") ? "" : directory, pl_basename(target));
}

/* A new file with MODE, less what the umask takes from it; with EXACT all of it. Never by chmod, which confinement
 * refuses. */
static int create(const char *name, mode_t mode, bool exact) {
  mode_t before = exact ? umask(0) : 0;
  int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  int saved = errno;
  if (exact)
    umask(before);
  errno = saved;
  return fd;
}

static int create_beside(pl_arena *arena, pl_output *output, mode_t mode, bool exact) {
  int fd = -1;
  errno = EEXIST;
  for (int i = 0; i < TEMPORARY_NAMES && fd < 0 && errno == EEXIST; i++) {
    uint32_t number = 0;
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) < 0)
      number = (uint32_t)getpid() + (uint32_t)i;
    output->temporary = pl_printf(arena, "%s.%06x", output->final, number & 0xffffff);
    fd = create(output->temporary, mode, exact);
  }
  if (fd < 0)
    output->temporary = NULL;
  else
    expect_signals(output->temporary);
  return fd;
}

/* It is gone, or has its final name. */
static void forget_temporary(pl_output *output) {
  replace_pending(output->temporary, NULL);
  close(output->directory);
  output->temporary = NULL;
}

static void remove_temporary(pl_output *output) {
  unlink(output->temporary);
  forget_temporary(output);
}

/* Directories that may be written to and not listed exist: those are not synced. */
static int open_directory(pl_arena *arena, const char *path) {
  const char *directory = pl_dirname(arena, path);
  int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return fd < 0 ? open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC) : fd;
}

static int open_temporary(pl_arena *arena, pl_output *output, mode_t mode, bool exact, pl_error *err) {
  pl_auto_close int directory = open_directory(arena, output->final);
  pl_auto_close int fd = directory < 0 ? -1 : create_beside(arena, output, mode, exact);
  if (fd < 0)
    return pl_fail_errno(err, errno, "%s", output->target);
  output->directory = pl_steal_fd(&directory);
  output->stream = fdopen(fd, "w");
  if (!output->stream) {
    pl_fail_errno(err, errno, "%s", output->target);
    remove_temporary(output);
    return -1;
  }
  pl_steal_fd(&fd);
  return 0;
}

int pl_output_open(pl_arena *arena, const char *target, pl_output *ret, pl_error *err) {
  *ret = (pl_output){.target = target};
  if (!target) {
    ret->stream = stdout;
    return 0;
  }
  struct stat facts;
  bool exists = stat(target, &facts) == 0;
  if (!exists && errno != ENOENT) /* such as a link of somebody else's that the kernel does not follow */
    return pl_fail_errno(err, errno, "%s", target);
  if (exists && S_ISDIR(facts.st_mode))
    return pl_fail(err, PL_ERR_USAGE, "%s is a directory", target);
  if (exists && !S_ISREG(facts.st_mode)) {
    ret->stream = fopen(target, "we");
    return ret->stream ? 0 : pl_fail_errno(err, errno, "%s", target);
  }
  ret->final = exists ? existing(arena, target, &facts, err) : missing(arena, target, err);
  if (!ret->final)
    return -1;
  return open_temporary(arena, ret, exists ? facts.st_mode & 0777 : 0666, exists, err);
}

void pl_output_abandon(pl_output *output) {
  if (output->stream && output->target)
    fclose(output->stream);
  output->stream = NULL;
  if (output->temporary)
    remove_temporary(output);
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
  if (output->temporary) {
    fsync(output->directory); /* the new name must survive a crash too, as far as the file system can */
    forget_temporary(output);
  }
  return 0;
}

/* Of what is there now under the name that is written to, or that the stream writes to. */
static bool identify(const pl_output *output, struct stat *ret) {
  if (output->final)
    return stat(output->final, ret) == 0;
  return output->stream && fstat(fileno(output->stream), ret) == 0;
}

bool pl_output_same(const pl_output *a, const pl_output *b) {
  if (a->final && b->final)
    return pl_equal(a->final, b->final);
  struct stat left, right;
  return identify(a, &left) && identify(b, &right) && left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}
