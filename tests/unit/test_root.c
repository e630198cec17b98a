/* Opening below a root: by openat2, by the walk that stands in for it, and with openat2 refused by the kernel. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "plumbline/core/limits.h"
#include "plumbline/core/root.h"
#include "src/core/root_private.h"
#include "supervise.h"

static pl_arena *arena;
static char *tree; /* holds inside, which is the root, and outside, which no link may reach */
static pl_root *root;

static const char *at(const char *path) { return pl_printf(arena, "%s/%s", tree, path); }
static const char *inside(const char *path) { return pl_printf(arena, "%s/inside/%s", tree, path); }

static void put_file(const char *path, const char *content) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
  ck_assert_int_eq(write(fd, content, strlen(content)), (ssize_t)strlen(content));
  close(fd);
}
static void put_link(const char *target, const char *name) { ck_assert_int_eq(symlink(target, inside(name)), 0); }
static void put_directory(const char *path) { ck_assert_int_eq(mkdir(path, 0755), 0); }

static void put_socket(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  ck_assert_uint_lt(strlen(path), sizeof address.sun_path);
  memcpy(address.sun_path, path, strlen(path));
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  close(fd);
}

enum { DEEP = 120 };

static void put_deep(void) {
  pl_auto_buffer pl_buffer path;
  pl_buffer_init(&path, 4096);
  pl_buffer_text(&path, inside("deep"));
  for (int i = 0; i < DEEP; i++) {
    put_directory(path.data);
    pl_buffer_text(&path, "/d");
  }
}

static void put_links(void) {
  put_link("file", "etc/link");
  put_link("/etc/file", "etc/absolute");
  put_link("../../../../../etc/file", "etc/up");
  put_link("../../outside/secret", "etc/escape");
  put_link(at("outside/secret"), "etc/absolute-escape");
  put_link("etc", "folder");
  put_link("/etc/", "absolute-folder");
  put_link("/", "top");
  put_link("/", "etc/top");
  put_link("..", "etc/parent");
  put_link("nowhere", "dangling");
  put_link("loop", "loop");
  put_link("pong", "ping");
  put_link("ping", "pong");
  put_link("etc/file/", "file-with-slash");
  put_link("./etc/.././etc//file", "dots");
  put_link("folder", "to-folder");
  put_link("etc/file", "chain1");
  for (int i = 2; i <= PL_LINKS_MAX + 1; i++)
    put_link(pl_printf(arena, "chain%d", i - 1), pl_printf(arena, "chain%d", i));
  char target[4096];
  for (size_t i = 0; i < 4096; i++)
    target[i] = i % 2 == 0 ? '.' : '/';
  memcpy(target + 4086, "/etc/file", 10);
  put_link(target, "long-link");
}

static void setup(void) {
  arena = pl_arena_new();
  tree = make_tree();
  put_directory(at("inside"));
  put_directory(at("outside"));
  put_file(at("outside/secret"), "outside");
  put_directory(inside("etc"));
  put_file(inside("etc/file"), "inside");
  put_file(inside("etc/other"), "other");
  put_links();
  put_deep();
  ck_assert_int_eq(mkfifo(inside("fifo"), 0644), 0);
  put_socket(inside("sock"));
  pl_error err;
  root = pl_root_new(at("inside"), &err);
  ck_assert_msg(root != NULL, "%s", err.text);
}

static void teardown(void) {
  pl_root_free(root);
  remove_tree(tree);
  pl_arena_free(arena);
}

/* ---- one table for all ways ---- */

#define LINKS " more than 40 links, or a link of /proc that only the kernel can follow"

static const struct {
  const char *path;
  pl_open_kind kind;
  const char *same; /* what must be opened, as lstat sees it; NULL: an error */
  pl_error_kind error;
  const char *text; /* after "PATH:" */
} cases[] = {
    {"etc/file", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"/etc/file", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"//etc///file", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"./etc/./file", PL_OPEN_PATH, "etc/file", 0, NULL},
    {"etc/../etc/file", PL_OPEN_PATH, "etc/file", 0, NULL},
    {"../../../../../../etc/file", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"/..", PL_OPEN_DIRECTORY, ".", 0, NULL},
    {"..", PL_OPEN_PATH, ".", 0, NULL},
    {"/", PL_OPEN_DIRECTORY, ".", 0, NULL},
    {".", PL_OPEN_LINK, ".", 0, NULL},
    {"../outside/secret", PL_OPEN_REGULAR, NULL, PL_ERR_ABSENT, " No such file or directory"},
    {"etc/link", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"etc/link", PL_OPEN_PATH, "etc/file", 0, NULL},
    {"etc/link", PL_OPEN_LINK, "etc/link", 0, NULL},
    {"etc/absolute", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"etc/up", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"etc/escape", PL_OPEN_REGULAR, NULL, PL_ERR_ABSENT, " No such file or directory"},
    {"etc/escape", PL_OPEN_LINK, "etc/escape", 0, NULL},
    {"etc/absolute-escape", PL_OPEN_PATH, NULL, PL_ERR_ABSENT, " No such file or directory"},
    {"folder/file", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"absolute-folder/file", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"absolute-folder", PL_OPEN_DIRECTORY, "etc", 0, NULL},
    {"top/top/top/etc/file", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"top/../top/..", PL_OPEN_PATH, ".", 0, NULL},
    {"etc/top/../etc/file", PL_OPEN_REGULAR, "etc/file", 0, NULL}, /* the way to the link is forgotten */
    {"etc/parent/etc/link", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"etc/parent/../outside/secret", PL_OPEN_PATH, NULL, PL_ERR_ABSENT, " No such file or directory"},
    {"folder/..", PL_OPEN_PATH, ".", 0, NULL}, /* of the folder the link leads to */
    {"dots", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"long-link", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"to-folder", PL_OPEN_LINK, "to-folder", 0, NULL},
    {"to-folder/", PL_OPEN_LINK, "etc", 0, NULL}, /* a slash asks for what is behind the link */
    {"to-folder/.", PL_OPEN_LINK, "etc", 0, NULL},
    {"to-folder/link", PL_OPEN_LINK, "etc/link", 0, NULL},
    {"etc/", PL_OPEN_DIRECTORY, "etc", 0, NULL},
    {"etc/.", PL_OPEN_DIRECTORY, "etc", 0, NULL},
    {"etc/file/", PL_OPEN_PATH, NULL, PL_ERR_ABSENT, " Not a directory"},
    {"etc/file/.", PL_OPEN_PATH, NULL, PL_ERR_ABSENT, " Not a directory"},
    {"etc/file/..", PL_OPEN_PATH, NULL, PL_ERR_ABSENT, " Not a directory"},
    {"etc/file/x", PL_OPEN_REGULAR, NULL, PL_ERR_ABSENT, " Not a directory"},
    {"etc/link/", PL_OPEN_LINK, NULL, PL_ERR_ABSENT, " Not a directory"},
    {"file-with-slash", PL_OPEN_PATH, NULL, PL_ERR_ABSENT, " Not a directory"},
    {"file-with-slash", PL_OPEN_LINK, "file-with-slash", 0, NULL},
    {"dangling", PL_OPEN_PATH, NULL, PL_ERR_ABSENT, " No such file or directory"},
    {"dangling", PL_OPEN_LINK, "dangling", 0, NULL},
    {"dangling/x", PL_OPEN_LINK, NULL, PL_ERR_ABSENT, " No such file or directory"},
    {"", PL_OPEN_PATH, NULL, PL_ERR_ABSENT, " No such file or directory"},
    {"missing", PL_OPEN_REGULAR, NULL, PL_ERR_ABSENT, " No such file or directory"},
    {"missing/", PL_OPEN_DIRECTORY, NULL, PL_ERR_ABSENT, " No such file or directory"},
    {"missing/..", PL_OPEN_PATH, NULL, PL_ERR_ABSENT, " No such file or directory"},
    {"loop", PL_OPEN_PATH, NULL, PL_ERR_LIMIT, LINKS},
    {"loop", PL_OPEN_LINK, "loop", 0, NULL},
    {"ping/x", PL_OPEN_REGULAR, NULL, PL_ERR_LIMIT, LINKS},
    {"chain40", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"chain41", PL_OPEN_REGULAR, NULL, PL_ERR_LIMIT, LINKS},
    {"chain41", PL_OPEN_LINK, "chain41", 0, NULL},
    {"folder/../chain39", PL_OPEN_REGULAR, "etc/file", 0, NULL},
    {"folder/../chain40", PL_OPEN_REGULAR, NULL, PL_ERR_LIMIT, LINKS},
    {"fifo", PL_OPEN_PATH, "fifo", 0, NULL},
    {"fifo", PL_OPEN_REGULAR, NULL, PL_ERR_TYPE, " a FIFO, not a regular file"},
    {"sock", PL_OPEN_PATH, "sock", 0, NULL},
    {"sock", PL_OPEN_REGULAR, NULL, PL_ERR_TYPE, " a socket, not a regular file"},
    {"etc", PL_OPEN_REGULAR, NULL, PL_ERR_TYPE, " a directory, not a regular file"},
    {"etc/", PL_OPEN_REGULAR, NULL, PL_ERR_TYPE, " a directory, not a regular file"},
    {"/", PL_OPEN_REGULAR, NULL, PL_ERR_TYPE, " a directory, not a regular file"},
    {"etc/file", PL_OPEN_DIRECTORY, NULL, PL_ERR_TYPE, " not a directory"},
    {"etc/link", PL_OPEN_DIRECTORY, NULL, PL_ERR_TYPE, " not a directory"},
    {"fifo", PL_OPEN_DIRECTORY, NULL, PL_ERR_TYPE, " not a directory"},
    {"etc/file/", PL_OPEN_DIRECTORY, NULL, PL_ERR_ABSENT, " Not a directory"},
    {"etc/file/x", PL_OPEN_DIRECTORY, NULL, PL_ERR_ABSENT, " Not a directory"},
};

static bool is_same(int fd, const char *path) {
  struct stat opened, wanted;
  return fstat(fd, &opened) == 0 && lstat(path, &wanted) == 0 && opened.st_ino == wanted.st_ino &&
         opened.st_dev == wanted.st_dev;
}

/* Closed at exec and of the right kind. */
static bool has_right_flags(int fd, pl_open_kind kind) {
  int flags = fcntl(fd, F_GETFL);
  bool path = kind == PL_OPEN_PATH || kind == PL_OPEN_LINK;
  return fcntl(fd, F_GETFD) == FD_CLOEXEC && ((flags & O_PATH) != 0) == path && (flags & O_ACCMODE) == O_RDONLY;
}

/* Asked by way of its directory, PATH is what it is when it is opened, and fails for the same reason. */
static bool is_looked_at_alike(const pl_root *of, const char *path) {
  struct stat opened, looked;
  pl_error open_err = {0}, look_err = {0};
  pl_auto_close int fd = pl_root_open_stat(of, path, PL_OPEN_LINK, &opened, &open_err);
  if (pl_root_stat(of, path, &looked, &look_err) < 0)
    return fd < 0 && open_err.kind == look_err.kind && pl_equal(open_err.text, look_err.text);
  return fd >= 0 && opened.st_dev == looked.st_dev && opened.st_ino == looked.st_ino &&
         opened.st_mode == looked.st_mode;
}

/* How many cases go wrong; each is told on stderr, since this runs in children too. */
static int failures(const pl_root *of) {
  int failed = 0;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    pl_error err = {0};
    pl_auto_close int fd = pl_root_open(of, cases[i].path, cases[i].kind, &err);
    bool right = cases[i].same ? fd >= 0 && is_same(fd, inside(cases[i].same)) && has_right_flags(fd, cases[i].kind)
                               : fd == -1 && err.kind == cases[i].error &&
                                     pl_equal(err.text, pl_printf(arena, "%s:%s", cases[i].path, cases[i].text));
    right = right && is_looked_at_alike(of, cases[i].path);
    if (!right)
      fprintf(stderr, "%s, kind %d: %d %s\n", cases[i].path, (int)cases[i].kind, fd, err.text);
    failed += !right;
  }
  return failed;
}

static bool kernel_has_openat2(void) { return syscall(SYS_openat2, -1, NULL, NULL, 0) < 0 && errno == EINVAL; }

START_TEST(with_openat2) {
  if (!kernel_has_openat2())
    fprintf(stderr, "left out: there is no openat2 here\n");
  ck_assert_int_eq(failures(root), 0);
  ck_assert_int_eq(pl_root_uses_openat2(root), kernel_has_openat2());
}
END_TEST

START_TEST(with_the_walk) {
  pl_root_force_walk(root);
  ck_assert_int_eq(failures(root), 0);
  ck_assert(!pl_root_uses_openat2(root));
}
END_TEST

/* The status of a child that runs ACTION(NUMBER). */
static int in_child(int (*action)(int number), int number) {
  fflush(NULL);
  pid_t child = fork();
  if (child == 0)
    _exit(action(number));
  int status = -1;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int refused_with(int errnum) {
  if (!refuse_call(SYS_openat2, errnum)) {
    fprintf(stderr, "left out: no seccomp filter may be set here\n");
    return 0;
  }
  if (!pl_root_uses_openat2(root))
    return 200; /* nothing was opened yet */
  int failed = failures(root);
  return failed > 0 ? failed : pl_root_uses_openat2(root) ? 201 : 0;
}

START_TEST(with_openat2_refused_by_the_kernel) {
  static const int refusals[] = {ENOSYS, EPERM, EINVAL};
  ck_assert_int_eq(in_child(refused_with, refusals[_i]), 0);
}
END_TEST

/* ---- both ways; _i says which ---- */

static void choose_way(pl_root *of, int way) {
  if (way == 1)
    pl_root_force_walk(of);
}

static void expect_fault(const pl_root *of, const char *path, pl_open_kind kind, pl_error_kind error,
                         const char *text) {
  pl_error err = {0};
  ck_assert_int_eq(pl_root_open(of, path, kind, &err), -1);
  ck_assert_str_eq(err.text, text);
  ck_assert_int_eq(err.kind, error);
  ck_assert_int_eq(pl_root_open(of, path, kind, NULL), -1);
}

START_TEST(deep_down_and_up_again) {
  choose_way(root, _i);
  pl_auto_buffer pl_buffer path;
  pl_buffer_init(&path, 4096);
  pl_buffer_text(&path, "deep");
  for (int i = 1; i < DEEP; i++)
    pl_buffer_text(&path, "/d");
  for (int i = 0; i < DEEP; i++)
    pl_buffer_text(&path, "/..");
  pl_buffer_text(&path, "/etc/link");
  pl_auto_close int fd = pl_root_open(root, path.data, PL_OPEN_REGULAR, NULL);
  ck_assert_int_ge(fd, 0);
  ck_assert(is_same(fd, inside("etc/file")));
}
END_TEST

START_TEST(a_path_at_the_cap_and_one_past_it) {
  choose_way(root, _i);
  char path[PL_PATH_BYTES_MAX + 1];
  for (size_t i = 0; i < sizeof path; i++)
    path[i] = i % 2 == 0 ? '.' : '/';
  memcpy(path + PL_PATH_BYTES_MAX - 10, "/etc/file", 10);
  ck_assert_uint_eq(strlen(path), PL_PATH_BYTES_MAX - 1);
  pl_auto_close int fd = pl_root_open(root, path, PL_OPEN_REGULAR, NULL);
  ck_assert_int_ge(fd, 0);
  memcpy(path + PL_PATH_BYTES_MAX - 10, "//etc/file", 11);
  expect_fault(root, path, PL_OPEN_REGULAR, PL_ERR_LIMIT, "path of 4096 bytes, more than 4095");
}
END_TEST

START_TEST(a_name_at_the_cap_and_one_past_it) {
  choose_way(root, _i);
  char name[257];
  memset(name, 'n', sizeof name);
  name[255] = '\0';
  expect_fault(root, name, PL_OPEN_PATH, PL_ERR_ABSENT, pl_printf(arena, "%s: No such file or directory", name));
  name[255] = 'n';
  name[256] = '\0';
  expect_fault(root, name, PL_OPEN_PATH, PL_ERR_LIMIT, pl_printf(arena, "%s: File name too long", name));
}
END_TEST

START_TEST(devices_are_not_read) {
  pl_root *devices = pl_root_new("/dev", NULL);
  choose_way(devices, _i);
  expect_fault(devices, "null", PL_OPEN_REGULAR, PL_ERR_TYPE, "null: a character device, not a regular file");
  pl_root_free(devices);
}
END_TEST

static const struct {
  const char *path;
  pl_open_kind kind;
  bool opened;
} processes[] = {
    {"self/status", PL_OPEN_REGULAR, true},
    {"self", PL_OPEN_DIRECTORY, true},
    {"thread-self/status", PL_OPEN_REGULAR, true},
    {"mounts", PL_OPEN_REGULAR, true},
    {"self/exe", PL_OPEN_LINK, true},
    {"self/root", PL_OPEN_LINK, true},
    {"self/exe", PL_OPEN_PATH, false},
    {"self/exe", PL_OPEN_REGULAR, false},
    {"self/root", PL_OPEN_DIRECTORY, false},
    {"self/root/", PL_OPEN_LINK, false},
    {"self/root/etc", PL_OPEN_PATH, false},
    {"self/cwd/.", PL_OPEN_PATH, false},
    {"self/fd/0", PL_OPEN_PATH, false},
    {"self/ns/pid", PL_OPEN_PATH, false},
    {"self/task/../exe", PL_OPEN_PATH, false},
};

/* What /proc/PID/exe, root, cwd, fd/N show as text is not where the kernel would go: they are never followed. */
START_TEST(links_of_processes_are_not_followed) {
  pl_root *proc = pl_root_new("/proc", NULL);
  ck_assert_ptr_nonnull(proc);
  choose_way(proc, _i);
  for (size_t i = 0; i < sizeof processes / sizeof *processes; i++) {
    pl_error err = {0};
    pl_auto_close int fd = pl_root_open(proc, processes[i].path, processes[i].kind, &err);
    ck_assert_msg((fd >= 0) == processes[i].opened, "%s: %s", processes[i].path, err.text);
    ck_assert_msg(fd >= 0 || err.kind == PL_ERR_LIMIT, "%s", err.text);
  }
  pl_root_free(proc);
}
END_TEST

START_TEST(nor_when_a_link_of_the_tree_leads_there) {
  ck_assert_int_eq(symlink("/proc/self/root", inside("trap")), 0);
  ck_assert_int_eq(symlink("/proc/self/status", inside("status")), 0);
  pl_root *all = pl_root_new("/", NULL);
  choose_way(all, _i);
  const char *trap = inside("trap/etc"), *status = inside("status");
  expect_fault(all, trap, PL_OPEN_PATH, PL_ERR_LIMIT, pl_printf(arena, "%s:%s", trap, LINKS));
  pl_auto_close int fd = pl_root_open(all, status, PL_OPEN_REGULAR, NULL);
  ck_assert_int_ge(fd, 0);
  pl_root_free(all);
}
END_TEST

static int denied(int way) {
  choose_way(root, way);
  if (geteuid() == 0 && (setresgid(65534, 65534, 65534) < 0 || setresuid(65534, 65534, 65534) < 0))
    return 100;
  static const struct {
    const char *path, *text;
    pl_open_kind kind;
  } locked[] = {
      {"locked/file", "locked/file: Permission denied", PL_OPEN_PATH},
      {"locked", "locked: Permission denied", PL_OPEN_DIRECTORY},
      {"private", "private: Permission denied", PL_OPEN_REGULAR},
      {"to-locked", "to-locked: Permission denied", PL_OPEN_PATH},
  };
  int failed = 0;
  for (size_t i = 0; i < sizeof locked / sizeof *locked; i++) {
    pl_error err = {0};
    int fd = pl_root_open(root, locked[i].path, locked[i].kind, &err);
    if (fd >= 0 || err.kind != PL_ERR_DENIED || !pl_equal(err.text, locked[i].text)) {
      fprintf(stderr, "%s: %d %s\n", locked[i].path, fd, err.text);
      failed++;
    }
  }
  pl_auto_close int seen = pl_root_open(root, "private", PL_OPEN_PATH, NULL);
  return failed + (seen < 0);
}

START_TEST(what_may_not_be_read_is_denied_not_absent) {
  put_directory(inside("locked"));
  put_file(inside("locked/file"), "x");
  put_file(inside("private"), "x");
  put_link("locked/file", "to-locked");
  ck_assert_int_eq(chmod(inside("locked"), 0), 0);
  ck_assert_int_eq(chmod(inside("private"), 0), 0);
  int status = in_child(denied, _i);
  chmod(inside("locked"), 0700);
  ck_assert_int_eq(status, 0);
}
END_TEST

static const struct {
  const char *path, *target;
  pl_error_kind error;
  const char *text;
} targets[] = {
    {"etc/link", "file", 0, NULL},
    {"etc/escape", "../../outside/secret", 0, NULL},
    {"dangling", "nowhere", 0, NULL},
    {"absolute-folder", "/etc/", 0, NULL},
    {"/loop", "loop", 0, NULL},
    {"folder/link", "file", 0, NULL},
    {"to-folder", "folder", 0, NULL},
    {"etc/file", NULL, PL_ERR_TYPE, "etc/file: not a link"},
    {"etc", NULL, PL_ERR_TYPE, "etc: not a link"},
    {"to-folder/", NULL, PL_ERR_TYPE, "to-folder/: not a link"},
    {"..", NULL, PL_ERR_TYPE, "..: not a link"},
    {"missing", NULL, PL_ERR_ABSENT, "missing: No such file or directory"},
    {"etc/missing", NULL, PL_ERR_ABSENT, "etc/missing: No such file or directory"},
    {"etc/escape/x", NULL, PL_ERR_ABSENT, "etc/escape/x: No such file or directory"},
    {"", NULL, PL_ERR_ABSENT, ": No such file or directory"},
};

START_TEST(targets_are_given_as_written) {
  choose_way(root, _i);
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
    pl_error err = {0};
    const char *got = pl_root_readlink(root, arena, targets[i].path, &err);
    ck_assert_msg(pl_equal(got, targets[i].target), "%s: %s %s", targets[i].path, got, err.text);
    ck_assert_int_eq(err.kind, targets[i].error);
    if (targets[i].text)
      ck_assert_str_eq(err.text, targets[i].text);
  }
  const char *whole = pl_root_readlink(root, arena, "long-link", NULL);
  ck_assert_uint_eq(strlen(whole), 4095);
  ck_assert(pl_ends(whole, ".//etc/file"));
}
END_TEST

START_TEST(targets_of_processes_can_be_read) {
  pl_root *proc = pl_root_new("/proc", NULL);
  choose_way(proc, _i);
  char want[4096] = "";
  ck_assert_int_gt(readlink("/proc/self/exe", want, sizeof want - 1), 0);
  ck_assert_str_eq(pl_root_readlink(proc, arena, "self/exe", NULL), want);
  int dir = pl_root_open(proc, "self", PL_OPEN_PATH, NULL);
  pl_root *self = pl_root_from_fd(dir, "/proc/self");
  choose_way(self, _i);
  ck_assert_str_eq(pl_root_readlink(self, arena, "exe", NULL), want);
  pl_root_free(self);
  pl_root_free(proc);
}
END_TEST

/* ---- moments ---- */

typedef struct moment {
  pl_open_kind kind;
  const char *path;
  int answers[40]; /* results of the first calls; after them 0 */
  int calls;
  int fd;
  pl_error err;
} moment;

static void open_it(void *state) {
  moment *m = state;
  m->fd = pl_root_open(root, m->path, m->kind, &m->err);
}

static int answer_in_turn(const struct seccomp_data *call, void *state) {
  (void)call;
  moment *m = state;
  int turn = m->calls++;
  return turn < 40 ? m->answers[turn] : 0;
}

START_TEST(a_rename_elsewhere_is_tried_again_so_often) {
  moment m = {.path = "etc/file", .kind = PL_OPEN_REGULAR};
  for (int i = 0; i < PL_OPEN_RETRIES - 1; i++)
    m.answers[i] = i % 5 == 0 ? -EINTR : -EAGAIN;
  if (!kernel_has_openat2() || !supervised(SYS_openat2, answer_in_turn, open_it, &m))
    return;
  ck_assert_int_ge(m.fd, 0);
  close(m.fd);
  ck_assert_int_eq(m.calls, PL_OPEN_RETRIES);
  m.answers[PL_OPEN_RETRIES - 1] = -EAGAIN;
  m.calls = 0;
  ck_assert(supervised(SYS_openat2, answer_in_turn, open_it, &m));
  ck_assert_int_eq(m.fd, -1);
  ck_assert_int_eq(m.calls, PL_OPEN_RETRIES);
  ck_assert_int_eq(m.err.kind, PL_ERR_VANISHED);
  ck_assert_str_eq(m.err.text, "etc/file: moved while it was opened");
  ck_assert(pl_root_uses_openat2(root));
}
END_TEST

/* The first refusal is remembered: openat2 is not tried a second time. */
START_TEST(a_refusal_is_remembered) {
  moment m = {.path = "etc/file", .kind = PL_OPEN_REGULAR, .answers = {0, -EPERM, 0}};
  if (!kernel_has_openat2() || !supervised(SYS_openat2, answer_in_turn, open_it, &m))
    return;
  close(m.fd);
  ck_assert(pl_root_uses_openat2(root));
  ck_assert(supervised(SYS_openat2, answer_in_turn, open_it, &m));
  close(m.fd);
  ck_assert(!pl_root_uses_openat2(root));
  ck_assert(supervised(SYS_openat2, answer_in_turn, open_it, &m));
  ck_assert_int_ge(m.fd, 0);
  close(m.fd);
  ck_assert_int_eq(m.calls, 2);
}
END_TEST

/* Whenever the walk goes up, the directory it stands in has just been moved out of the root; then it is moved back. */
static int move_about(const struct seccomp_data *call, void *state) {
  const char *name = (const char *)(uintptr_t)call->args[1];
  moment *m = state;
  if (pl_equal(name, "moving"))
    rename(at("outside/moving"), inside("etc/moving"));
  if (pl_equal(name, ".."))
    m->calls += rename(inside("etc/moving"), at("outside/moving")) == 0;
  return 0;
}

START_TEST(a_directory_that_is_moved_away_leads_nowhere) {
  pl_root_force_walk(root);
  put_directory(inside("etc/moving"));
  put_file(at("secret"), "outside");
  moment m = {.path = "etc/moving/../../secret", .kind = PL_OPEN_REGULAR};
  if (!supervised(SYS_openat, move_about, open_it, &m))
    return;
  ck_assert_int_eq(m.fd, -1);
  ck_assert_int_eq(m.calls, PL_OPEN_RETRIES);
  ck_assert_int_eq(m.err.kind, PL_ERR_VANISHED);
  ck_assert_str_eq(m.err.text, "etc/moving/../../secret: moved while it was opened");
}
END_TEST

/* Between the look at a file and its opening, a link out of the root takes its place. */
static int swap(const struct seccomp_data *call, void *state) {
  const char *name = (const char *)(uintptr_t)call->args[1];
  moment *m = state;
  if (pl_equal(name, "other") && !(call->args[2] & O_PATH))
    m->calls += rename(inside("etc/absolute-escape"), inside("etc/other")) == 0;
  return 0;
}

static void open_known(void *state) {
  moment *m = state;
  struct stat st;
  m->fd = pl_root_open_known(root, m->path, &st, &m->err);
}

START_TEST(a_link_put_in_place_of_a_file_is_seen) {
  pl_root_force_walk(root);
  moment m = {.path = "etc/other"};
  if (!supervised(SYS_openat, swap, open_known, &m))
    return;
  ck_assert_int_eq(m.calls, 1);
  ck_assert_int_eq(m.fd, -1);
  ck_assert_int_eq(m.err.kind, PL_ERR_ABSENT);
}
END_TEST

/* As it is looked at first, by our own proc: what stands at its path does not matter any more. */
static int swap_late(const struct seccomp_data *call, void *state) {
  moment *m = state;
  if (pl_starts((const char *)(uintptr_t)call->args[1], "/proc/self/fd/"))
    m->calls += rename(inside("fifo"), inside("etc/other")) == 0;
  return 0;
}

START_TEST(what_was_looked_at_is_what_is_opened) {
  struct stat before, after;
  pl_root_force_walk(root);
  ck_assert_int_eq(stat(inside("etc/other"), &before), 0);
  moment m = {.path = "etc/other", .kind = PL_OPEN_REGULAR};
  if (!supervised(SYS_openat, swap_late, open_it, &m))
    return;
  ck_assert_int_eq(m.calls, 1);
  ck_assert_int_eq(fstat(m.fd, &after), 0);
  ck_assert_uint_eq(before.st_ino, after.st_ino);
  close(m.fd);
}
END_TEST

/* Counts what is opened for more than looking at it. */
static int count_opened(const struct seccomp_data *call, void *state) {
  moment *m = state;
  m->calls += !(call->args[2] & O_PATH);
  return 0;
}

START_TEST(what_is_no_regular_file_is_not_opened) {
  static const char *const paths[] = {"etc/file", "fifo", "sock", "etc", "/etc/../fifo"};
  pl_root_force_walk(root);
  moment m = {.path = paths[_i], .kind = PL_OPEN_REGULAR};
  if (!supervised(SYS_openat, count_opened, open_it, &m))
    return;
  ck_assert_int_eq(m.calls, _i == 0);
  ck_assert_int_eq(m.err.kind, _i ? PL_ERR_TYPE : PL_ERR_NONE);
  if (m.fd >= 0)
    close(m.fd);
}
END_TEST

START_TEST(the_directory_last_asked_in_stays_open) {
  struct stat st;
  pl_error err = {0};
  choose_way(root, _i);
  ck_assert_int_eq(pl_root_stat(root, "/etc/file", &st, &err), 0);
  ck_assert_int_eq(rename(inside("etc"), inside("moved")), 0);
  ck_assert_int_eq(pl_root_stat(root, "/etc/other", &st, &err), 0);
  ck_assert_int_eq(pl_root_stat(root, "moved/other", &st, &err), 0);
  ck_assert_int_eq(pl_root_stat(root, "/etc/other", &st, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_ABSENT);
  ck_assert_str_eq(err.text, "/etc/other: No such file or directory");
  ck_assert_int_eq(pl_root_stat(root, "moved/file", &st, &err), 0); /* what was not found took nothing's place */
}
END_TEST

/* ---- one step below a place ---- */

static const struct {
  const char *folder, *name;
  int open, stat; /* 0, or the errors of opening it as a regular file and of looking at it */
  int open_before_openat2;
} steps[] = {
    {NULL, "dots", -ELOOP, 0, -ELOOP},
    {NULL, "missing", -ENOENT, -ENOENT, -ENOENT},
    {NULL, "etc/file", -EINVAL, -EINVAL, -EINVAL},
    {NULL, "..", -EINVAL, -EINVAL, -EINVAL},
    {NULL, "", -EINVAL, -EINVAL, -EINVAL},
    {"etc", "file", 0, 0, 0},
    {"etc", "link", -ELOOP, 0, -ELOOP},
    {"etc", "missing", -ENOENT, -ENOENT, -ENOENT},
    {"missing", "file", -ENOENT, -ENOENT, -ENOENT},
    {"fifo", "file", -ENOTDIR, -ENOTDIR, -ENOTDIR},
    {"folder", "file", -ELOOP, 0, -ENOTDIR}, /* a link: never opened through */
    {"folder", "missing", -ELOOP, -ENOENT, -ENOTDIR},
    {"etc", "..", -EINVAL, -EINVAL, -EINVAL},
    {"etc", "", -EINVAL, -EINVAL, -EINVAL},
    {"etc", "file/", -EINVAL, -EINVAL, -EINVAL},
    {"..", "etc", -EINVAL, -EINVAL, -EINVAL},
    {"", "etc", -EINVAL, -EINVAL, -EINVAL},
    {"etc/top", "etc", -EINVAL, -EINVAL, -EINVAL},
    {"/etc", "file", -EINVAL, -EINVAL, -EINVAL},
};

static int wrong_steps(bool before_openat2) {
  int failed = 0;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    struct stat st, wanted;
    pl_place place = {pl_root_fd(root), steps[i].folder};
    pl_auto_close int fd = pl_below_open(place, steps[i].name, PL_OPEN_REGULAR);
    int open = before_openat2 ? steps[i].open_before_openat2 : steps[i].open;
    int looked = pl_below_stat(place, steps[i].name, &st);
    bool right = (fd < 0 ? fd : 0) == open && looked == steps[i].stat && (fd < 0 || is_same(fd, inside("etc/file"))) &&
                 (fd < 0 || has_right_flags(fd, PL_OPEN_REGULAR));
    if (looked == 0 && steps[i].folder &&
        lstat(inside(pl_printf(arena, "%s/%s", steps[i].folder, steps[i].name)), &wanted) == 0)
      right = right && st.st_ino == wanted.st_ino;
    if (!right)
      fprintf(stderr, "%s below %s: %d, %d\n", steps[i].name, steps[i].folder ? steps[i].folder : ".", fd, looked);
    failed += !right;
  }
  return failed;
}

static int refused_steps(int errnum) {
  if (refuse_call(SYS_openat2, errnum))
    return wrong_steps(true);
  fprintf(stderr, "left out: no seccomp filter may be set here\n");
  return 0;
}

START_TEST(no_step_leads_through_a_link) {
  if (kernel_has_openat2())
    ck_assert_int_eq(wrong_steps(false), 0);
  ck_assert_int_eq(in_child(refused_steps, ENOSYS), 0);
  ck_assert_int_eq(in_child(refused_steps, EPERM), 0);
}
END_TEST

START_TEST(names_of_steps_are_as_long_as_names_may_be) {
  char name[NAME_MAX + 2], target[8];
  memset(name, 'n', sizeof name - 1);
  name[NAME_MAX + 1] = '\0';
  struct stat st;
  ck_assert_int_eq(pl_below_stat(pl_at(pl_root_fd(root)), name, &st), -EINVAL);
  ck_assert_int_eq(pl_below_stat((pl_place){pl_root_fd(root), name}, "x", &st), -EINVAL);
  name[NAME_MAX] = '\0';
  put_directory(inside(name));
  ck_assert_int_eq(symlink("target", inside(pl_printf(arena, "%s/%s", name, name))), 0);
  ck_assert_int_eq(pl_below_readlink((pl_place){pl_root_fd(root), name}, name, target, sizeof target), 6);
  ck_assert_str_eq(target, "target");
  ck_assert_int_eq(pl_below_readlink((pl_place){pl_root_fd(root), name}, name, target, 6), -ENAMETOOLONG);
  ck_assert_int_eq(pl_below_readlink((pl_place){pl_root_fd(root), name}, "..", target, sizeof target), -EINVAL);
}
END_TEST

/* ---- roots ---- */

START_TEST(a_root_must_be_a_directory) {
  pl_error err = {0};
  const char *missing = at("missing"), *file = at("outside/secret");
  ck_assert_ptr_null(pl_root_new(missing, &err));
  ck_assert_int_eq(err.kind, PL_ERR_ABSENT);
  ck_assert_str_eq(err.text, pl_printf(arena, "%s: No such file or directory", missing));
  ck_assert_ptr_null(pl_root_new(file, &err));
  ck_assert_str_eq(err.text, pl_printf(arena, "%s: Not a directory", file));
  ck_assert_ptr_null(pl_root_new(missing, NULL));
}
END_TEST

START_TEST(a_root_owns_its_descriptor) {
  int dir = pl_root_open(root, "etc", PL_OPEN_DIRECTORY, NULL);
  char shown[] = "shown";
  pl_root *etc = pl_root_from_fd(dir, shown);
  shown[0] = 'S';
  ck_assert_str_eq(pl_root_shown(etc), "shown");
  ck_assert_int_eq(pl_root_fd(etc), dir);
  pl_auto_close int fd = pl_root_open(etc, "../../../link", PL_OPEN_REGULAR, NULL);
  ck_assert(is_same(fd, inside("etc/file")));
  expect_fault(etc, "absolute", PL_OPEN_PATH, PL_ERR_ABSENT, "absolute: No such file or directory");
  pl_root_free(etc);
  ck_assert_int_eq(fcntl(dir, F_GETFD), -1);
  pl_root_free(NULL);
}
END_TEST

START_TEST(no_descriptor_is_lost) {
  choose_way(root, _i);
  int before = dup(pl_root_fd(root)), ignored = failures(root), after = dup(pl_root_fd(root));
  ck_assert_int_eq(ignored, 0);
  ck_assert_int_eq(before + 1, after);
  close(before);
  close(after);
}
END_TEST

Suite *suite_root(void);
Suite *suite_root(void) {
  Suite *suite = suite_create("root");
  TCase *tests = tcase_create("root");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, with_openat2);
  tcase_add_test(tests, with_the_walk);
  tcase_add_loop_test(tests, with_openat2_refused_by_the_kernel, 0, 3);
  tcase_add_loop_test(tests, deep_down_and_up_again, 0, 2);
  tcase_add_loop_test(tests, a_path_at_the_cap_and_one_past_it, 0, 2);
  tcase_add_loop_test(tests, a_name_at_the_cap_and_one_past_it, 0, 2);
  tcase_add_loop_test(tests, devices_are_not_read, 0, 2);
  tcase_add_loop_test(tests, links_of_processes_are_not_followed, 0, 2);
  tcase_add_loop_test(tests, nor_when_a_link_of_the_tree_leads_there, 0, 2);
  tcase_add_loop_test(tests, what_may_not_be_read_is_denied_not_absent, 0, 2);
  tcase_add_loop_test(tests, targets_are_given_as_written, 0, 2);
  tcase_add_loop_test(tests, targets_of_processes_can_be_read, 0, 2);
  tcase_add_test(tests, a_rename_elsewhere_is_tried_again_so_often);
  tcase_add_test(tests, a_refusal_is_remembered);
  tcase_add_test(tests, a_directory_that_is_moved_away_leads_nowhere);
  tcase_add_test(tests, a_link_put_in_place_of_a_file_is_seen);
  tcase_add_test(tests, what_was_looked_at_is_what_is_opened);
  tcase_add_loop_test(tests, what_is_no_regular_file_is_not_opened, 0, 5);
  tcase_add_loop_test(tests, the_directory_last_asked_in_stays_open, 0, 2);
  tcase_add_test(tests, no_step_leads_through_a_link);
  tcase_add_test(tests, names_of_steps_are_as_long_as_names_may_be);
  tcase_add_test(tests, a_root_must_be_a_directory);
  tcase_add_test(tests, a_root_owns_its_descriptor);
  tcase_add_loop_test(tests, no_descriptor_is_lost, 0, 2);
  suite_add_tcase(suite, tests);
  return suite;
}
