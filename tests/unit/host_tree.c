/* Trees of files that stand for a node. */
#include "host_tree.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>

#include "supervise.h"

enum { HOSTS = 8 };

pl_arena *tree_arena;
static char *tree;
static pl_host *hosts[HOSTS];
static size_t host_count;

void tree_setup(void) {
  tree_arena = pl_arena_new();
  tree = make_tree();
  ck_assert_int_eq(chmod(tree, 0755), 0);
  host_count = 0;
}

void tree_teardown(void) {
  while (host_count > 0)
    pl_host_close(hosts[--host_count]);
  remove_tree(tree);
  pl_arena_free(tree_arena);
}

const char *tree_path(const char *path) { return pl_printf(tree_arena, "%s%s", tree, path); }

static void make_parents(const char *path) {
  for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    const char *above = tree_path(pl_strndup(tree_arena, path, (size_t)(slash - path)));
    if (mkdir(above, 0755) == 0)
      ck_assert_int_eq(chmod(above, 0755), 0);
    else
      ck_assert_int_eq(errno, EEXIST);
  }
}

void tree_directory(const char *path, unsigned mode) {
  make_parents(path);
  ck_assert_int_eq(mkdir(tree_path(path), 0700), 0);
  ck_assert_int_eq(chmod(tree_path(path), mode), 0);
}

void tree_bytes(const char *path, const char *data, size_t length) {
  make_parents(path);
  int fd = open(tree_path(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
  ck_assert_int_eq(fchmod(fd, 0644), 0);
  for (size_t done = 0; done < length;) {
    ssize_t put = write(fd, data + done, length - done);
    ck_assert_int_gt(put, 0);
    done += (size_t)put;
  }
  close(fd);
}

void tree_file(const char *path, const char *content) { tree_bytes(path, content, strlen(content)); }

void tree_link(const char *target, const char *path) {
  make_parents(path);
  ck_assert_msg(symlink(target, tree_path(path)) == 0, "%s: %s", path, strerror(errno));
}

void tree_filled(const char *path, char fill, size_t count) {
  pl_auto_free char *data = pl_xmalloc(count);
  memset(data, fill, count);
  tree_bytes(path, data, count);
}

pl_host *tree_host_with(const pl_host_options *options) {
  pl_error err = {.kind = PL_ERR_NONE};
  pl_host *host = pl_host_open(tree_arena, options, &err);
  ck_assert_msg(host != NULL, "%s", err.text);
  ck_assert_uint_lt(host_count, HOSTS);
  hosts[host_count++] = host;
  return host;
}

pl_host *tree_host(void) { return tree_host_with(&(pl_host_options){.root = tree}); }

bool as_nobody(void (*work)(void)) {
  enum { NOBODY = 65534 };
  if (geteuid() != 0) {
    fprintf(stderr, "left out: what is denied to others is tried as root only\n");
    return false;
  }
  fflush(NULL);
  pid_t child = fork();
  ck_assert_int_ge(child, 0);
  if (child == 0) {
    if (setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0)
      _exit(3);
    work();
    _exit(0);
  }
  int status = 0;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "as nobody: status %d", status);
  return true;
}
