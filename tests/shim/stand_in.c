/*
 * Stands in for a component of a live node: runs under its name with its arguments, and waits.
 *
 * stand_in ROOT PROGRAM ARGUMENT...: becomes PROGRAM of the file system ROOT, in a mount namespace of its own as a
 * container runtime makes one; the first argument is what it calls itself. Under any other name it waits for ever.
 */
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

static int enter(const char *root) {
  if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
      mount(root, root, NULL, MS_BIND | MS_REC, NULL) < 0 || chdir(root) < 0)
    return -1;
  if (syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0)
    return -1;
  return chdir("/");
}

int main(int argc, char **argv) {
  const char *slash = strrchr(argv[0], '/');
  if (argc < 4 || strcmp(slash ? slash + 1 : argv[0], "stand_in") != 0)
    for (;;)
      pause();
  if (enter(argv[1]) < 0) {
    perror(argv[1]);
    return 1;
  }
  execv(argv[2], argv + 3);
  perror(argv[2]);
  return 1;
}
