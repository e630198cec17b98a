/* Landlock by its system calls: what each version of it can take away is taken away but for the directories given. */
#include <errno.h>
#include <linux/landlock.h>
#include <sys/syscall.h>

#include "plumbline/host/confine.h"

/* Of later versions than the headers may have. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif
#ifndef LANDLOCK_ACCESS_NET_BIND_TCP
#define LANDLOCK_ACCESS_NET_BIND_TCP    (1ULL << 0)
#define LANDLOCK_ACCESS_NET_CONNECT_TCP (1ULL << 1)
#endif
#ifndef LANDLOCK_SCOPE_SIGNAL
#define LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define LANDLOCK_SCOPE_SIGNAL               (1ULL << 1)
#endif

#define READING   (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define REPORTING (LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE)
#define FIRST_FILES                                                                                                    \
  (READING | REPORTING | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |  \
   LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK |                         \
   LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* As the kernel takes it: it accepts members that it does not know as long as they are 0. */
typedef struct rights {
  uint64_t files, network, scopes;
} rights;

/* What each version adds; a version is its place, from 1. */
static const rights added[] = {
    {FIRST_FILES, 0, 0},
    {LANDLOCK_ACCESS_FS_REFER, 0, 0},
    {LANDLOCK_ACCESS_FS_TRUNCATE, 0, 0},
    {0, LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP, 0},
    {LANDLOCK_ACCESS_FS_IOCTL_DEV, 0, 0},
    {0, 0, LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL},
};
enum { VERSIONS = sizeof added / sizeof *added };

static rights rights_of(long version) {
  rights all = {0};
  for (long i = 0; i < version && i < VERSIONS; i++) {
    all.files |= added[i].files;
    all.network |= added[i].network;
    all.scopes |= added[i].scopes;
  }
  return all;
}

static const char *why_not(pl_arena *arena, const char *what, int errnum) {
  if (errnum == ENOSYS)
    return "the kernel has no Landlock";
  if (errnum == EOPNOTSUPP)
    return "Landlock was not switched on when the machine was started (lsm=)";
  return pl_printf(arena, "%s: %s", what, strerror(errnum));
}

static int allow(int ruleset, uint64_t access, const int *directories, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = directories[i]};
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
      return -1;
  }
  return 0;
}

static const char *restrict_self(pl_arena *arena, const pl_confine_paths *paths, long version) {
  rights handled = rights_of(version);
  pl_auto_close int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
  if (ruleset < 0)
    return why_not(arena, "a set of rules", errno);
  if (allow(ruleset, READING, paths->readable, paths->readable_count) < 0)
    return why_not(arena, "a rule for a directory to read", errno);
  if (allow(ruleset, REPORTING, paths->reports, paths->report_count) < 0)
    return why_not(arena, "a rule for a directory of reports", errno);
  if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
    return why_not(arena, "putting the rules in force", errno);
  return NULL;
}

void pl_confine_files(pl_arena *arena, const pl_confine_paths *paths, pl_confinement *ret) {
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  ret->landlock_why = version > 0 ? restrict_self(arena, paths, version)
                                  : why_not(arena, "Landlock's version", version < 0 ? errno : 0);
  if (!ret->landlock_why)
    ret->landlock = version < VERSIONS ? (int)version : VERSIONS;
}
