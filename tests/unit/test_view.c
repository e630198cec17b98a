/* A component's files as it sees them: on the host, through mappings, below a process's root. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "plumbline/kube/view.h"

static pl_arena *arena;
static pl_host *host;
static char directory[64];

static void put(const char *path, const char *content) {
  char whole[256];
  snprintf(whole, sizeof whole, "%s/%s", directory, path);
  int fd = open(whole, O_CREAT | O_WRONLY | O_CLOEXEC, 0640);
  ck_assert_int_ge(fd, 0);
  ck_assert_int_eq(write(fd, content, strlen(content)), (ssize_t)strlen(content));
  close(fd);
}

static void make(const char *path) {
  char whole[256];
  snprintf(whole, sizeof whole, "%s/%s", directory, path);
  ck_assert_int_eq(mkdir(whole, 0755), 0);
}

static void setup(void) {
  arena = pl_arena_new();
  snprintf(directory, sizeof directory, "/tmp/plumbline-view-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(directory));
  make("host");
  make("host/d");
  put("host/a.yaml", "host");
  put("host/d/1.conf", "x");
  make("inside");
  put("inside/a.yaml", "inside");
  put("inside/b.crt", "-----BEGIN PRIVATE KEY-----\n");
  put("inside/b.key", "key");
  host = pl_host_open(arena, &(pl_host_options){.root = directory}, NULL);
  ck_assert_ptr_nonnull(host);
}

static void teardown(void) {
  static const char *const paths[] = {"host/d/1.conf", "host/a.yaml", "inside/a.yaml", "inside/b.crt", "inside/b.key", "host/d", "host", "inside", ""};
  char whole[256];
  pl_host_close(host);
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    snprintf(whole, sizeof whole, "%s/%s", directory, paths[i]);
    remove(whole);
  }
  pl_arena_free(arena);
}

static pl_mapping mappings[] = {{.inside = "/etc", .outside = "/nowhere"},
                                {.inside = "/etc/kube", .outside = "/host"},
                                {.inside = "/one.yaml", .outside = "/host/a.yaml"}};

START_TEST(host_paths) {
  static const struct {
    const char *path, *wanted; /* NULL: in the container's own file system */
  } rows[] = {
      {"/etc/kube/a.yaml", "/host/a.yaml"}, {"/etc/kube", "/host"},      {"/etc/kube/", "/host"},    {"/etc/kubelet", "/nowhere/kubelet"},
      {"/etc/kube//d/1.conf", "/host/d/1.conf"}, {"/one.yaml", "/host/a.yaml"}, {"/one.yaml.bak", NULL}, {"/usr/a", NULL},
  };
  pl_view view = {.host = host, .container = true, .mappings = mappings, .count = 3};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    pl_error err = {0};
    const char *got = pl_view_host_path(&view, rows[i].path, &err);
    ck_assert_msg(pl_equal(got, rows[i].wanted), "%s: %s", rows[i].path, got ? got : err.text);
    ck_assert_int_eq(err.kind, rows[i].wanted ? PL_ERR_NONE : PL_ERR_UNSUPPORTED);
  }
  pl_view on_host = {.host = host};
  ck_assert_str_eq(pl_view_host_path(&on_host, "/usr/a", NULL), "/usr/a");
}
END_TEST

START_TEST(reads_by_mapping) {
  pl_view view = {.host = host, .container = true, .mappings = mappings, .count = 3};
  pl_bytes bytes;
  const char *shown;
  pl_error err = {0};
  ck_assert_int_eq(pl_view_read(&view, "/etc/kube/a.yaml", 100, false, &bytes, &shown, &err), 0);
  ck_assert_str_eq(bytes.data, "host");
  ck_assert_str_eq(shown, "/host/a.yaml");
  ck_assert_int_eq(pl_view_stat(&view, "/etc/kube/a.yaml")->mode, 0640);
  ck_assert_int_eq(pl_view_read(&view, "/usr/a.yaml", 100, false, &bytes, &shown, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_UNSUPPORTED);
  ck_assert_str_eq(err.text, "/usr/a.yaml lies in the container's own file system");
  ck_assert_int_eq(pl_view_stat(&view, "/usr/a.yaml")->state, PL_FILE_UNREADABLE);
}
END_TEST

START_TEST(walks_by_mapping) {
  pl_view view = {.host = host, .container = true, .mappings = mappings, .count = 3};
  pl_paths paths = pl_view_walk(&view, "/etc/kube", &(pl_walk){.max_depth = 3, .files = true});
  ck_assert(paths.complete);
  ck_assert_uint_eq(paths.count, 2);
  ck_assert_str_eq(paths.items[0], "/etc/kube/a.yaml");
  ck_assert_str_eq(paths.items[1], "/etc/kube/d/1.conf");
  paths = pl_view_walk(&view, "/usr", &(pl_walk){.max_depth = 3, .files = true});
  ck_assert(!paths.complete);
  ck_assert_str_eq(paths.why, "/usr lies in the container's own file system");
}
END_TEST

START_TEST(reads_by_process_root) {
  pl_root *root = pl_root_new(pl_printf(arena, "%s/inside", directory), NULL);
  pl_view view = {.host = host, .container = true, .mappings = mappings, .count = 3, .process_root = root, .pid = 12};
  pl_bytes bytes;
  const char *shown;
  pl_error err = {0};
  ck_assert_int_eq(pl_view_read(&view, "/a.yaml", 100, false, &bytes, &shown, &err), 0);
  ck_assert_str_eq(bytes.data, "inside");
  ck_assert_str_eq(shown, "/a.yaml in the container of pid 12");
  ck_assert_int_eq(pl_view_read(&view, "/b.crt", 100, true, &bytes, &shown, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_UNSUPPORTED);
  ck_assert_int_eq(pl_view_read(&view, "/b.key", 100, true, &bytes, &shown, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_UNSUPPORTED);
  ck_assert_int_eq(pl_view_read(&view, "/b.key", 100, false, &bytes, &shown, &err), 0);
  ck_assert_int_eq(pl_view_read(&view, "/absent", 100, false, &bytes, &shown, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_ABSENT);
  const pl_file *file = pl_view_stat(&view, "/a.yaml");
  ck_assert_int_eq(file->state, PL_FILE_PRESENT);
  ck_assert_int_eq(file->type, PL_TYPE_FILE);
  ck_assert_int_eq(file->size, 6);
  ck_assert_int_eq(pl_view_stat(&view, "/absent")->state, PL_FILE_ABSENT);
  ck_assert_int_eq(pl_view_stat(&view, "/")->type, PL_TYPE_DIRECTORY);
  pl_root_free(root);
}
END_TEST

Suite *suite_view(void);
Suite *suite_view(void) {
  Suite *suite = suite_create("view");
  TCase *tcase = tcase_create("view");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, host_paths);
  tcase_add_test(tcase, reads_by_mapping);
  tcase_add_test(tcase, walks_by_mapping);
  tcase_add_test(tcase, reads_by_process_root);
  suite_add_tcase(suite, tcase);
  return suite;
}
