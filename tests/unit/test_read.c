/* Reading whole files: caps, files that change, files of /proc, and what is left in memory. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "plumbline/core/root.h"
#include "supervise.h"

static pl_arena *arena;
static char *tree;
static void setup(void) {
  arena = pl_arena_new();
  tree = make_tree();
}
static void teardown(void) {
  remove_tree(tree);
  pl_arena_free(arena);
}

static int new_file(size_t size) {
  int fd = open(pl_printf(arena, "%s/file", tree), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ck_assert_int_ge(fd, 0);
  char *content = pl_alloc(arena, size + 1);
  for (size_t i = 0; i < size; i++)
    content[i] = (char)(i * 31 % 251);
  ck_assert_int_eq(write(fd, content, size), (ssize_t)size);
  ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
  return fd;
}

typedef int reader(pl_arena *arena, int fd, size_t maximum, pl_bytes *ret, pl_error *err);

static int read_virtual(pl_arena *to, int fd, size_t maximum, pl_bytes *ret, pl_error *err) {
  return pl_read_virtual(to, fd, 0, maximum, ret, err);
}

static int read_of_size(pl_arena *to, int fd, size_t maximum, pl_bytes *ret, pl_error *err) {
  struct stat st;
  ck_assert_int_eq(fstat(fd, &st), 0);
  return pl_read_virtual(to, fd, (size_t)st.st_size, maximum, ret, err);
}

static reader *const readers[] = {pl_read_regular, read_virtual, read_of_size};

START_TEST(a_file_at_the_cap_and_one_past_it) {
  static const size_t sizes[] = {0, 1, 100, 16384, 16385, 100000};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    pl_auto_close int fd = new_file(sizes[i]);
    pl_bytes got = {0};
    pl_error err = {0};
    ck_assert_int_eq(readers[_i](arena, fd, sizes[i], &got, &err), 0);
    ck_assert_uint_eq(got.length, sizes[i]);
    ck_assert_int_eq(got.data[got.length], '\0');
    for (size_t j = 0; j < sizes[i]; j++)
      if (got.data[j] != (char)(j * 31 % 251))
        ck_abort_msg("byte %zu of %zu", j, sizes[i]);
    if (sizes[i] == 0)
      continue;
    got = (pl_bytes){0};
    lseek(fd, 0, SEEK_SET);
    ck_assert_int_eq(readers[_i](arena, fd, sizes[i] - 1, &got, &err), -1);
    ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
    ck_assert_str_eq(err.text, pl_printf(arena, "larger than %zu bytes", sizes[i] - 1));
    ck_assert_ptr_null(got.data);
  }
}
END_TEST

START_TEST(a_file_of_a_gigabyte_is_not_begun) {
  pl_auto_close int fd = new_file(10);
  ck_assert_int_eq(ftruncate(fd, 1 << 30), 0);
  pl_bytes got;
  pl_error err = {0};
  ck_assert_int_eq(pl_read_regular(arena, fd, 4u << 20, &got, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
  ck_assert_str_eq(err.text, "larger than 4194304 bytes");
  ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 0);
}
END_TEST

START_TEST(files_of_proc_are_read_to_their_end) {
  pl_bytes got = {0};
  pl_error err = {0};
  pl_auto_close int status = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  ck_assert_int_eq(read_virtual(arena, status, 1u << 20, &got, &err), 0);
  ck_assert(pl_starts(got.data, "Name:\t"));
  ck_assert(pl_ends(got.data, "\n"));
  /* seq_file gives it out by the page: a short read is not the end */
  pl_auto_close int symbols = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
  if (symbols < 0 || read_virtual(arena, symbols, 64u << 20, &got, &err) < 0)
    fprintf(stderr, "left out: /proc/kallsyms cannot be read here\n");
  else
    ck_assert(got.length == 0 || (got.length > 65536 && got.data[got.length - 1] == '\n'));
  pl_auto_close int again = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  ck_assert_int_eq(read_virtual(arena, again, 100, &got, &err), -1);
  ck_assert_str_eq(err.text, "larger than 100 bytes");
}
END_TEST

START_TEST(a_size_that_was_told_wrong_hides_nothing) {
  static const size_t told[] = {1, 99, 100, 101, 16384, 16385, 1u << 20};
  for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
    pl_auto_close int fd = new_file(100);
    pl_bytes got = {0};
    ck_assert_int_eq(pl_read_virtual(arena, fd, told[i], 1u << 20, &got, NULL), 0);
    ck_assert_uint_eq(got.length, 100);
  }
}
END_TEST

START_TEST(a_regular_file_of_size_nought_may_have_content) {
  pl_auto_close int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  pl_bytes got = {0};
  ck_assert_int_eq(pl_read_regular(arena, fd, 1u << 20, &got, NULL), 0);
  ck_assert_uint_gt(got.length, 0);
}
END_TEST

START_TEST(only_regular_files_are_read_as_such) {
  pl_auto_close int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), directory = open(tree, O_RDONLY | O_CLOEXEC);
  pl_bytes got;
  pl_error err = {0};
  ck_assert_int_eq(pl_read_regular(arena, fd, 100, &got, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_TYPE);
  ck_assert_str_eq(err.text, "not a regular file");
  ck_assert_int_eq(read_virtual(arena, directory, 100, &got, &err), -1);
  ck_assert_str_eq(err.text, "could not be read: Is a directory");
  ck_assert_int_eq(pl_read_regular(arena, -1, 100, &got, &err), -1);
  ck_assert_str_eq(err.text, "could not be read: Bad file descriptor");
}
END_TEST

/* ---- what happens while a file is read ---- */

typedef struct reading {
  int fd, rc, calls;
  int at;             /* the read call before which ACT is done */
  int (*act)(int fd); /* its result is that of the call when below zero */
  pl_bytes got;
  pl_error err;
} reading;

/* A regular file is read in one call; what happens before a later one is seen by the other reader, which reads to the
 * end. */
static void read_it(void *state) {
  reading *r = state;
  r->rc = readers[r->at > 0](arena, r->fd, 1u << 20, &r->got, &r->err);
}

static int act_once(const struct seccomp_data *call, void *state) {
  reading *r = state;
  if ((int)call->args[0] != r->fd)
    return 0;
  return r->calls++ == r->at ? r->act(r->fd) : 0;
}

/* Each changes one thing only, so that none is noticed by another. */
static int stamp(int fd, time_t seconds, long nanoseconds) {
  const struct timespec times[] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = seconds, .tv_nsec = nanoseconds}};
  return futimens(fd, times) == 0 ? 0 : -EIO;
}
static int append(int fd) { return pwrite(fd, "more", 4, 100) == 4 ? stamp(fd, 1000, 500) : -EIO; }
static int shorten(int fd) { return ftruncate(fd, 50) == 0 ? stamp(fd, 1000, 500) : -EIO; }
static int another_second(int fd) { return stamp(fd, 1001, 500); }
static int another_nanosecond(int fd) { return stamp(fd, 1000, 501); }
static int interrupt(int fd) { return fd >= 0 ? -EINTR : 0; }
static int break_off(int fd) { return fd >= 0 ? -EIO : 0; }
static int vanish(int fd) { return fd >= 0 ? -ESRCH : 0; }

static const struct {
  int at;
  int (*act)(int fd);
  pl_error_kind error;
  const char *text;
} events[] = {
    {0, append, PL_ERR_VANISHED, "changed while it was read"},
    {0, shorten, PL_ERR_VANISHED, "changed while it was read"},
    {0, another_second, PL_ERR_VANISHED, "changed while it was read"},
    {0, another_nanosecond, PL_ERR_VANISHED, "changed while it was read"},
    {0, interrupt, PL_ERR_NONE, NULL},
    {1, interrupt, PL_ERR_NONE, NULL},
    {0, break_off, PL_ERR_IO, "could not be read: Input/output error"},
    {1, break_off, PL_ERR_IO, "could not be read: Input/output error"},
    {0, vanish, PL_ERR_VANISHED, "could not be read: No such process"},
};

START_TEST(what_happens_while_a_file_is_read_is_noticed) {
  pl_auto_close int fd = new_file(100);
  ck_assert_int_eq(stamp(fd, 1000, 500), 0);
  reading r = {.fd = fd, .at = events[_i].at, .act = events[_i].act};
  if (!supervised(SYS_read, act_once, read_it, &r))
    return;
  ck_assert_int_gt(r.calls, r.at);
  ck_assert_int_eq(r.rc, events[_i].text ? -1 : 0);
  ck_assert_int_eq(r.err.kind, events[_i].error);
  if (events[_i].text)
    ck_assert_str_eq(r.err.text, events[_i].text);
  else
    ck_assert_uint_eq(r.got.length, 100);
}
END_TEST

Suite *suite_read(void);
Suite *suite_read(void) {
  Suite *suite = suite_create("read");
  TCase *tests = tcase_create("read");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_set_timeout(tests, 60);
  tcase_add_loop_test(tests, a_file_at_the_cap_and_one_past_it, 0, (int)(sizeof readers / sizeof *readers));
  tcase_add_test(tests, a_file_of_a_gigabyte_is_not_begun);
  tcase_add_test(tests, files_of_proc_are_read_to_their_end);
  tcase_add_test(tests, a_size_that_was_told_wrong_hides_nothing);
  tcase_add_test(tests, a_regular_file_of_size_nought_may_have_content);
  tcase_add_test(tests, only_regular_files_are_read_as_such);
  tcase_add_loop_test(tests, what_happens_while_a_file_is_read_is_noticed, 0, (int)(sizeof events / sizeof *events));
  suite_add_tcase(suite, tests);
  return suite;
}
