/*
 * Runs a program on a kernel that lacks system calls: refuse CALL[=ERRNO-NUMBER]... -- PROGRAM ARGUMENT...
 * Without a number a call is not there at all: ENOSYS.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int add(scmp_filter_ctx filter, char *word) {
  char *equals = strchr(word, '=');
  if (equals)
    *equals = '\0';
  int number = seccomp_syscall_resolve_name(word);
  unsigned answer = equals ? (unsigned)strtoul(equals + 1, NULL, 10) : ENOSYS;
  return number == __NR_SCMP_ERROR ? -1 : seccomp_rule_add(filter, SCMP_ACT_ERRNO(answer), number, 0);
}

/* The words up to "--"; returns where that stands, 0 on failure. */
static int refuse(int argc, char **argv) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  int rc = filter ? 0 : -1, at = 1;
  for (; rc == 0 && at < argc && strcmp(argv[at], "--") != 0; at++)
    rc = add(filter, argv[at]);
  if (rc == 0)
    rc = seccomp_load(filter);
  seccomp_release(filter);
  return rc == 0 ? at : 0;
}

int main(int argc, char **argv) {
  int at = refuse(argc, argv);
  if (at == 0 || at + 1 >= argc) {
    fputs("refuse: no program was given, or the filter could not be set\n", stderr);
    return 125;
  }
  execvp(argv[at + 1], argv + at + 1);
  perror(argv[at + 1]);
  return 127;
}
