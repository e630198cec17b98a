/* Runs a program on a kernel that knows no openat2: refuse_openat2 PROGRAM ARGUMENT... */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <unistd.h>

static int refuse(void) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (!filter)
    return -1;
  int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0);
  if (rc == 0)
    rc = seccomp_load(filter);
  seccomp_release(filter);
  return rc;
}

int main(int argc, char **argv) {
  if (argc < 2 || refuse() < 0) {
    fputs("refuse_openat2: no program was given, or the filter could not be set\n", stderr);
    return 125;
  }
  execvp(argv[1], argv + 1);
  perror(argv[1]);
  return 127;
}
