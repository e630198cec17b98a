/*
 * The floor that a node checker cannot get below: a bare loop that reads the same files and judges nothing.
 * Per process: open its directory, cmdline to its end, cgroup to its end, readlink exe. Then lstat of etc/kubernetes
 * (depth 4), etc/cni (2) and var/lib/kubelet (1), the kubelet's configuration, and one mountinfo.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char buffer[1 << 16];

static void drain(int at, const char *name) {
  int fd = openat(at, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  while (read(fd, buffer, sizeof buffer) > 0)
    ;
  close(fd);
}

static void read_process(int proc, const char *pid) {
  int fd = openat(proc, pid, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  drain(fd, "cmdline");
  drain(fd, "cgroup");
  if (readlinkat(fd, "exe", buffer, sizeof buffer) < 0)
    buffer[0] = 0;
  close(fd);
}

static size_t read_processes(int root) {
  int proc = openat(root, "proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *list = proc < 0 ? NULL : fdopendir(proc);
  size_t count = 0;
  for (struct dirent *entry; list && (entry = readdir(list));)
    if (isdigit((unsigned char)entry->d_name[0])) {
      read_process(proc, entry->d_name);
      count++;
    }
  if (list)
    closedir(list);
  return count;
}

static size_t walk(int at, const char *name, int depth) {
  int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *list = fd < 0 ? NULL : fdopendir(fd);
  size_t count = 0;
  for (struct dirent *entry; list && (entry = readdir(list));) {
    struct stat facts;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    if (fstatat(fd, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) < 0)
      continue;
    count++;
    if (S_ISDIR(facts.st_mode) && depth > 1)
      count += walk(fd, entry->d_name, depth - 1);
  }
  if (list)
    closedir(list);
  return count;
}

int main(int argc, char **argv) {
  int root = open(argc > 1 ? argv[1] : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) {
    perror("floor");
    return 1;
  }
  size_t processes = read_processes(root);
  size_t files = walk(root, "etc/kubernetes", 4) + walk(root, "etc/cni", 2) + walk(root, "var/lib/kubelet", 1);
  drain(root, "var/lib/kubelet/config.yaml");
  drain(root, "proc/1/mountinfo");
  printf("%zu processes, %zu files\n", processes, files);
  return 0;
}
