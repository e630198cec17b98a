/*
 * Fill a captured node's proc with ordinary processes: crowd ROOT COUNT. They are what a busy node has: one in two in a
 * pod's cgroup, arguments of usual length. Numbers begin at 100000, past those of the captured ones.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int put(int at, const char *name, const char *data, size_t length) {
  int fd = openat(at, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0444);
  if (fd < 0 || write(fd, data, length) != (ssize_t)length)
    return -1;
  return close(fd);
}

static int add(int proc, long number) {
  char name[32], text[512];
  snprintf(name, sizeof name, "%ld", number);
  if (mkdirat(proc, name, 0755) < 0)
    return errno == EEXIST ? 0 : -1;
  int fd = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  int length =
      snprintf(text, sizeof text, "/usr/bin/worker%c--listen=127.0.0.1:%ld%c--config=/etc/worker/%ld.yaml%c--verbose",
               0, number % 60000, 0, number, 0);
  int bad = put(fd, "cmdline", text, (size_t)length + 1);
  length = number % 2
               ? snprintf(text, sizeof text, "0::/system.slice/worker-%ld.service\n", number)
               : snprintf(text, sizeof text, "0::/kubepods/besteffort/pod20021741-bf93-4636-884b-%012lx/%064lx\n",
                          number / 8, number);
  bad |= put(fd, "cgroup", text, (size_t)length);
  bad |= symlinkat("/usr/bin/worker", fd, "exe");
  close(fd);
  return bad;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: crowd ROOT COUNT\n");
    return 2;
  }
  char path[4096];
  snprintf(path, sizeof path, "%s/proc", argv[1]);
  int proc = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  long count = strtol(argv[2], NULL, 10);
  for (long i = 0; proc >= 0 && i < count; i++)
    if (add(proc, 100000 + i) < 0) {
      perror("crowd");
      return 1;
    }
  return proc < 0;
}
