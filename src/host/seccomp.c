/* no_new_privs and the system call filter. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "filter.h"
#include "plumbline/host/confine.h"

#if defined(__x86_64__) && !defined(__ILP32__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define OUR_ARCHITECTURE 0
#endif

static const pl_filter *find_filter(void) {
  for (const pl_filter *filter = pl_filters; filter->architecture; filter++)
    if (filter->architecture == OUR_ARCHITECTURE)
      return filter;
  return NULL;
}

/* Without SPEC_ALLOW older kernels slow a filtered process down for the sake of code in it that may spy; we run none.
 */
static int load(const pl_filter *filter) {
  struct sock_fprog program = {filter->count, (struct sock_filter *)(uintptr_t)filter->code};
  long rc = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program);
  if (rc < 0 && errno == EINVAL) /* before Linux 4.17 */
    rc = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
  return rc < 0 ? -errno : 0;
}

static const char *why_not(pl_arena *arena, int errnum) {
  if (errnum == ENOSYS)
    return "the kernel has no seccomp";
  return pl_printf(arena, "the kernel refuses the filter: %s", strerror(errnum));
}

void pl_confine_privileges(pl_confinement *ret) { ret->no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0; }

/* Set once: whoever asks again is a thread made since, which has both already, and the filter lets nobody add one. */
static bool in_force;

static const char *filter_calls(pl_arena *arena) {
  const pl_filter *filter = find_filter();
  int rc = filter ? load(filter) : 0;
  return !filter ? "there is no filter for this architecture" : rc < 0 ? why_not(arena, -rc) : NULL;
}

void pl_confine_calls(pl_arena *arena, pl_confinement *ret) {
  if (!in_force) {
    pl_confine_privileges(ret);
    ret->seccomp_why = filter_calls(arena);
    in_force = ret->no_new_privs && !ret->seccomp_why;
  }
  ret->no_new_privs = ret->no_new_privs || in_force;
  ret->seccomp = !ret->seccomp_why;
}
