/* Processes, captured ones and those that run here. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "host_tree.h"
#include "plumbline/core/limits.h"
#include "plumbline/host/mounts.h"
#include "plumbline/host/processes.h"
#include "src/host/host_private.h"

#define AFTER " S 7 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4242 999 0\n"

/* ---- captured ones ---- */

typedef struct seen {
  int pids[1024];
  size_t count;
  bool keep;
  bool (*check)(const pl_process *process);
} seen;

static bool note(const pl_process *process, void *context) {
  seen *s = context;
  ck_assert_ptr_null(process->directory);
  s->pids[s->count++ % 1024] = process->pid;
  return s->keep || (s->check && s->check(process));
}

static pl_processes processes; /* closed by the fixture */
static void setup(void) {
  tree_setup();
  processes = (pl_processes){.items = NULL};
}
static void teardown(void) {
  pl_processes_close(&processes);
  tree_teardown();
}

static void put_process(int pid, const char *cmdline, size_t length) {
  tree_bytes(pl_printf(tree_arena, "/proc/%d/cmdline", pid), cmdline, length);
}

static void put_kubelet(void) {
  static const char cmdline[] = "/usr/bin/kubelet\0--a=b c\0\0--last";
  put_process(12, cmdline, sizeof cmdline);
  tree_link("/usr/bin/kubelet (deleted)", "/proc/12/exe");
  tree_file("/proc/12/cgroup", "0::/system.slice/kubelet.service\n");
}

START_TEST(a_process_is_what_its_directory_says) {
  put_kubelet();
  pl_host *host = tree_host();
  seen s = {.keep = true};
  pl_processes_read(host, note, &s, &processes);
  ck_assert_uint_eq(processes.count, 1);
  ck_assert_uint_eq(processes.seen, 1);
  ck_assert_msg(processes.complete, "%s", processes.why);
  const pl_process *process = &processes.items[0];
  ck_assert_int_eq(process->pid, 12);
  ck_assert_uint_eq(process->argc, 4);
  ck_assert_str_eq(process->argv[0], "/usr/bin/kubelet");
  ck_assert_str_eq(process->argv[1], "--a=b c");
  ck_assert_str_eq(process->argv[2], "");
  ck_assert_str_eq(process->argv[3], "--last");
  ck_assert_ptr_null(process->argv[4]);
  ck_assert_str_eq(process->exe, "/usr/bin/kubelet");
  ck_assert(process->exe_deleted);
  ck_assert_str_eq(process->cgroup, "/system.slice/kubelet.service");
  ck_assert(!process->argv_denied && !process->exe_denied && !process->argv_cut);
  ck_assert_str_eq(pl_root_shown(process->directory), "/proc/12");
}
END_TEST

START_TEST(only_numbers_of_directories_are_processes) {
  static const char *const others[] = {"self", "012", "0", "12a", "-3", "+4", "99999999999", "1.5"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    tree_file(pl_printf(tree_arena, "/proc/%s/cmdline", others[i]), "x");
  tree_file("/proc/77", "a file");
  tree_link("5", "/proc/78");
  put_process(5, "a", 1);
  put_process(40, "a", 1);
  put_process(7, "a", 1);
  seen s = {.keep = true};
  pl_processes_read(tree_host(), note, &s, &processes);
  ck_assert_uint_eq(processes.seen, 3);
  ck_assert_uint_eq(s.count, 3);
  ck_assert_int_eq(processes.items[0].pid, 5); /* by number, whatever the directory's order */
  ck_assert_int_eq(processes.items[1].pid, 7);
  ck_assert_int_eq(processes.items[2].pid, 40);
}
END_TEST

static bool is_seven(const pl_process *process) { return process->pid == 7; }

START_TEST(only_what_the_visitor_wants_is_kept) {
  put_process(5, "a", 1);
  put_process(7, "b", 1);
  seen s = {.check = is_seven};
  pl_processes_read(tree_host(), note, &s, &processes);
  ck_assert_uint_eq(s.count, 2);
  ck_assert_uint_eq(processes.count, 1);
  ck_assert_int_eq(processes.items[0].pid, 7);
}
END_TEST

START_TEST(kernel_threads_have_nothing) {
  put_process(2, "", 0);
  seen s = {.keep = true};
  pl_processes_read(tree_host(), note, &s, &processes);
  ck_assert_uint_eq(processes.items[0].argc, 0);
  ck_assert_ptr_null(processes.items[0].argv[0]);
  ck_assert_ptr_null(processes.items[0].exe);
  ck_assert_ptr_null(processes.items[0].cgroup);
  ck_assert(processes.complete);
}
END_TEST

START_TEST(a_command_line_is_cut_at_whole_arguments) {
  pl_auto_free char *data = pl_xmalloc(PL_CMDLINE_BYTES_MAX + 1);
  memset(data, 'a', PL_CMDLINE_BYTES_MAX + 1);
  data[3] = data[7] = data[PL_CMDLINE_BYTES_MAX - 1] = '\0';
  put_process(5, data, PL_CMDLINE_BYTES_MAX);
  put_process(6, data, PL_CMDLINE_BYTES_MAX + 1);
  data[PL_CMDLINE_BYTES_MAX - 1] = 'a';
  put_process(7, data, PL_CMDLINE_BYTES_MAX + 1);
  data[3] = data[7] = 'a';
  put_process(8, data, PL_CMDLINE_BYTES_MAX + 1);
  static const struct {
    bool cut;
    size_t argc;
  } wanted[] = {{false, 3}, {true, 3}, {true, 2}, {true, 0}};
  seen s = {.keep = true};
  pl_processes_read(tree_host(), note, &s, &processes);
  ck_assert_uint_eq(processes.count, 4);
  for (size_t i = 0; i < 4; i++) {
    ck_assert_int_eq(processes.items[i].argv_cut, wanted[i].cut);
    ck_assert_uint_eq(processes.items[i].argc, wanted[i].argc);
  }
  ck_assert_str_eq(processes.items[2].argv[1], "aaa");
}
END_TEST

START_TEST(no_processes_are_no_list) {
  tree_directory("/proc", 0755);
  seen s = {.keep = true};
  pl_processes_read(tree_host(), note, &s, &processes);
  ck_assert(!processes.complete);
  ck_assert_str_eq(processes.why, "proc shows no process");
  pl_processes_read(tree_host_with(&(pl_host_options){.root = tree_path("/proc")}), note, &s, &processes);
  ck_assert(!processes.complete);
  ck_assert_str_eq(processes.why, "there is no proc directory");
}
END_TEST

START_TEST(a_gap_in_a_capture_is_incomplete) {
  put_process(5, "a", 1);
  tree_directory("/proc/6", 0755);
  seen s = {.keep = true};
  pl_processes_read(tree_host(), note, &s, &processes);
  ck_assert_uint_eq(processes.count, 1);
  ck_assert(!processes.complete);
  ck_assert_str_eq(processes.why, "/proc/6/cmdline: No such file or directory");
  ck_assert_uint_eq(processes.vanished, 0);
}
END_TEST

START_TEST(strange_files_in_a_capture_are_not_read) {
  tree_directory("/proc/6", 0755);
  ck_assert_int_eq(mkfifo(tree_path("/proc/6/cmdline"), 0600), 0);
  int fifo = open(tree_path("/proc/6/cmdline"), O_RDWR | O_CLOEXEC);
  ck_assert_int_eq(write(fifo, "kept", 4), 4);
  tree_file("/other", "secret");
  tree_link("/other", "/proc/7/cmdline");
  seen s = {.keep = true};
  pl_processes_read(tree_host(), note, &s, &processes);
  ck_assert_uint_eq(processes.count, 0);
  ck_assert(!processes.complete);
  char left[8];
  ck_assert_int_eq(read(fifo, left, sizeof left), 4); /* nobody else has read it */
  close(fifo);
}
END_TEST

static void read_denied(void) {
  seen s = {.keep = true};
  pl_host *host = tree_host();
  pl_processes list;
  pl_processes_read(host, note, &s, &list);
  ck_assert_uint_eq(list.count, 3);
  ck_assert_uint_eq(list.denied, 2);
  ck_assert(!list.complete);
  ck_assert_str_eq(list.why, "2 of 3 processes could not be looked at: permission denied");
  ck_assert(!list.items[0].argv_denied);
  ck_assert(list.items[1].argv_denied);
  ck_assert_uint_eq(list.items[1].argc, 0);
  ck_assert_str_eq(list.items[1].exe, "/x");
  ck_assert(list.items[2].argv_denied && list.items[2].exe_denied);
  pl_error err = {.kind = PL_ERR_NONE};
  const char *const *environ_ = NULL;
  size_t count = 0;
  ck_assert_int_eq(pl_process_environ(host, &list.items[0], &environ_, &count, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_DENIED);
  ck_assert_str_eq(err.text, "/proc/5: environ: Permission denied");
  pl_processes_close(&list);
}

START_TEST(what_may_not_be_seen_is_counted) {
  put_process(5, "a", 1);
  tree_file("/proc/5/environ", "A=b");
  put_process(6, "a", 1);
  tree_link("/x", "/proc/6/exe");
  put_process(7, "a", 1);
  ck_assert_int_eq(chmod(tree_path("/proc/5/environ"), 0400), 0);
  ck_assert_int_eq(chmod(tree_path("/proc/6/cmdline"), 0400), 0);
  ck_assert_int_eq(chmod(tree_path("/proc/7"), 0700), 0);
  as_nobody(read_denied);
}
END_TEST

START_TEST(the_number_of_processes_is_bounded) {
  for (int pid = 1; pid <= 4; pid++)
    put_process(pid, "a", 1);
  pl_host *host = tree_host();
  seen s = {.keep = false};
  pl_processes_read_some(host, 4, note, &s, &processes);
  ck_assert_uint_eq(s.count, 4);
  ck_assert(processes.complete);
  s.count = 0;
  pl_processes_read_some(host, 3, note, &s, &processes);
  ck_assert_uint_eq(s.count, 3);
  ck_assert_uint_eq(processes.seen, 3);
  ck_assert(!processes.complete);
  ck_assert_str_eq(processes.why, "more than 3 processes");
}
END_TEST

START_TEST(the_kept_directories_are_bounded) {
  for (int pid = 1; pid <= PL_KEPT_PROCESSES_MAX; pid++)
    put_process(pid, "a", 1);
  pl_host *host = tree_host();
  seen s = {.keep = true};
  pl_processes_read(host, note, &s, &processes);
  ck_assert_uint_eq(processes.count, PL_KEPT_PROCESSES_MAX);
  ck_assert(processes.complete);
  pl_processes_close(&processes);
  put_process(PL_KEPT_PROCESSES_MAX + 1, "a", 1);
  pl_processes_read(host, note, &s, &processes);
  ck_assert_uint_eq(processes.count, PL_KEPT_PROCESSES_MAX + 1);
  ck_assert(!processes.complete);
  ck_assert_str_eq(processes.why, "more than 512 processes to keep");
  pl_process bare = {.pid = 9};
  pl_error err = {.kind = PL_ERR_NONE};
  const char *cwd = NULL;
  ck_assert_int_eq(pl_process_cwd(host, &bare, &cwd, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
  ck_assert_str_eq(err.text, "/proc/9: more than 512 processes were kept");
}
END_TEST

/* ---- details ---- */

START_TEST(details_of_a_captured_process) {
  put_kubelet();
  tree_bytes("/proc/12/environ", "A=1\0EMPTY=\0B=x y", 16);
  tree_link("/var/lib", "/proc/12/cwd");
  tree_link("pid:[4026531836]", "/proc/12/ns/pid");
  tree_file("/proc/12/stat", "12 (kube let)" AFTER);
  tree_file("/proc/12/status", "Name:\tx\nUid:\t0\t5\t0\t0\nGid:\t0\t6\t0\t0\n");
  tree_file("/proc/12/mountinfo", "1 0 0:1 / / rw - tmpfs none rw\n");
  tree_file("/proc/stat", "btime 1000\n");
  pl_host *host = tree_host();
  seen s = {.keep = true};
  pl_processes_read(host, note, &s, &processes);
  const pl_process *process = &processes.items[0];
  const char *const *variables = NULL, *text = NULL;
  size_t count = 0;
  pl_error err = {.kind = PL_ERR_NONE};
  ck_assert_int_eq(pl_process_environ(host, process, &variables, &count, &err), 0);
  ck_assert_uint_eq(count, 3);
  ck_assert_str_eq(variables[1], "EMPTY=");
  ck_assert_str_eq(variables[2], "B=x y");
  ck_assert_ptr_null(variables[3]);
  ck_assert_int_eq(pl_process_cwd(host, process, &text, &err), 0);
  ck_assert_str_eq(text, "/var/lib");
  ck_assert_int_eq(pl_process_namespace(host, process, "pid", &text, &err), 0);
  ck_assert_str_eq(text, "pid:[4026531836]");
  pl_process_status status;
  ck_assert_int_eq(pl_process_status_read(host, process, &status, &err), 0);
  ck_assert_int_eq(status.started, 1042);
  ck_assert_uint_eq(status.uid, 5);
  ck_assert_uint_eq(status.gid, 6);
  ck_assert_int_eq(status.parent, 7);
  ck_assert_str_eq(status.name, "kube let");
  pl_mounts *mounts = NULL;
  ck_assert_int_eq(pl_process_mounts(host, process, &mounts, &err), 0);
  ck_assert_str_eq(mounts->items[0].type, "tmpfs");
  ck_assert_ptr_null(pl_process_root(host, process, &err));
  ck_assert_int_eq(err.kind, PL_ERR_UNSUPPORTED);
  ck_assert_str_eq(err.text, "/proc/12/root: not followed on a captured node");
}
END_TEST

START_TEST(details_that_are_missing_or_odd) {
  put_kubelet();
  tree_file("/proc/12/stat", "odd");
  tree_file("/proc/12/status", "");
  tree_file("/proc/12/mountinfo", "odd");
  pl_host *host = tree_host();
  seen s = {.keep = true};
  pl_processes_read(host, note, &s, &processes);
  const pl_process *process = &processes.items[0];
  pl_error err = {.kind = PL_ERR_NONE};
  const char *text = NULL;
  ck_assert_int_eq(pl_process_cwd(host, process, &text, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_ABSENT);
  ck_assert_str_eq(err.text, "/proc/12: cwd: No such file or directory");
  pl_process_status status;
  ck_assert_int_eq(pl_process_status_read(host, process, &status, &err), -1);
  ck_assert_str_eq(err.text, "/proc/12: stat: not the fields that the kernel writes");
  pl_mounts *mounts = NULL;
  ck_assert_int_eq(pl_process_mounts(host, process, &mounts, &err), -1);
  ck_assert_str_eq(err.text, "/proc/12: mountinfo line 1: fewer than six fields before the optional ones");
}
END_TEST

START_TEST(without_a_boot_time_the_start_is_unknown) {
  put_kubelet();
  tree_file("/proc/12/stat", "12 (kubelet)" AFTER);
  tree_file("/proc/12/status", "Name:\tx\nUid:\t0\t5\t0\t0\nGid:\t0\t6\t0\t0\n");
  pl_host *host = tree_host();
  seen s = {.keep = true};
  pl_processes_read(host, note, &s, &processes);
  pl_process_status status;
  ck_assert_int_eq(pl_process_status_read(host, &processes.items[0], &status, NULL), 0);
  ck_assert_int_eq(status.started, 0);
}
END_TEST

START_TEST(the_environment_is_bounded) {
  put_kubelet();
  tree_filled("/proc/12/environ", 'a', PL_PROC_BYTES_MAX);
  pl_host *host = tree_host();
  seen s = {.keep = true};
  pl_processes_read(host, note, &s, &processes);
  const char *const *variables = NULL;
  size_t count = 0;
  pl_error err = {.kind = PL_ERR_NONE};
  ck_assert_int_eq(pl_process_environ(host, &processes.items[0], &variables, &count, &err), 0);
  ck_assert_uint_eq(count, 1);
  tree_filled("/proc/12/environ", 'a', PL_PROC_BYTES_MAX + 1);
  ck_assert_int_eq(pl_process_environ(host, &processes.items[0], &variables, &count, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
  ck_assert_str_eq(err.text, "/proc/12: environ: larger than 1048576 bytes");
}
END_TEST

/* ---- those that run here ---- */

static pid_t wanted_pid;
static bool is_wanted(const pl_process *process) { return process->pid == wanted_pid; }

START_TEST(this_process_is_found_as_it_is) {
  pl_host *host = tree_host_with(NULL);
  wanted_pid = getpid();
  seen s = {.check = is_wanted};
  time_t now = time(NULL);
  pl_processes_read(host, note, &s, &processes);
  ck_assert_uint_eq(processes.count, 1);
  const pl_process *process = &processes.items[0];
  char exe[PL_PATH_BYTES_MAX] = "";
  ck_assert_int_gt(readlink("/proc/self/exe", exe, sizeof exe - 1), 0);
  const char *deleted = process->exe_deleted ? " (deleted)" : ""; /* when it was built anew meanwhile */
  ck_assert_str_eq(pl_printf(tree_arena, "%s%s", process->exe, deleted), exe);
  ck_assert_uint_gt(process->argc, 0);
  ck_assert_ptr_nonnull(process->cgroup);
  pl_process_status status;
  pl_error err = {.kind = PL_ERR_NONE};
  ck_assert_msg(pl_process_status_read(host, process, &status, &err) == 0, "%s", err.text);
  ck_assert_uint_eq(status.uid, geteuid());
  ck_assert_uint_eq(status.gid, getegid());
  ck_assert_int_eq(status.parent, getppid());
  ck_assert_msg(status.started >= now - 86400 * 365 && status.started <= now + 2, "%lld", (long long)status.started);
  const char *text = NULL;
  char cwd[PL_PATH_BYTES_MAX];
  ck_assert_int_eq(pl_process_cwd(host, process, &text, &err), 0);
  ck_assert_str_eq(text, getcwd(cwd, sizeof cwd));
  ck_assert_int_eq(pl_process_namespace(host, process, "mnt", &text, &err), 0);
  ck_assert_msg(pl_starts(text, "mnt:["), "%s", text);
  pl_mounts *mounts = NULL;
  ck_assert_msg(pl_process_mounts(host, process, &mounts, &err) == 0, "%s", err.text);
  pl_root *root = pl_process_root(host, process, &err);
  ck_assert_msg(root != NULL, "%s", err.text);
  struct stat a, b;
  ck_assert_int_eq(fstat(pl_root_fd(root), &a), 0);
  ck_assert_int_eq(stat("/", &b), 0);
  ck_assert(a.st_ino == b.st_ino && a.st_dev == b.st_dev);
  pl_root_free(root);
}
END_TEST

START_TEST(a_process_that_ends_has_vanished) {
  pl_host *host = tree_host_with(NULL);
  fflush(NULL);
  wanted_pid = fork();
  ck_assert_int_ge(wanted_pid, 0);
  if (wanted_pid == 0) {
    pause();
    _exit(0);
  }
  seen s = {.check = is_wanted};
  pl_processes_read(host, note, &s, &processes);
  kill(wanted_pid, SIGKILL);
  waitpid(wanted_pid, NULL, 0);
  ck_assert_uint_eq(processes.count, 1);
  pl_error err = {.kind = PL_ERR_NONE};
  const char *text = NULL;
  pl_process_status status;
  ck_assert_int_eq(pl_process_status_read(host, &processes.items[0], &status, &err), -1);
  ck_assert_msg(err.kind == PL_ERR_VANISHED, "%d %s", err.kind, err.text);
  ck_assert_int_eq(pl_process_cwd(host, &processes.items[0], &text, &err), -1);
  ck_assert_msg(err.kind == PL_ERR_VANISHED, "%d %s", err.kind, err.text);
  ck_assert_ptr_null(pl_process_root(host, &processes.items[0], &err));
  ck_assert_msg(err.kind == PL_ERR_VANISHED, "%d %s", err.kind, err.text);
}
END_TEST

static void look_as_nobody(void) {
  pl_host *host = tree_host_with(NULL);
  wanted_pid = getppid();
  seen s = {.check = is_wanted};
  pl_processes list;
  pl_processes_read(host, note, &s, &list);
  ck_assert(!list.complete);
  if (list.count == 1) { /* unless hidepid hides it */
    ck_assert(list.items[0].exe_denied);
    ck_assert_ptr_null(list.items[0].exe);
    ck_assert_uint_gt(list.denied, 0);
  }
  pl_processes_close(&list);
}

START_TEST(programs_of_others_are_denied) { as_nobody(look_as_nobody); }
END_TEST

static TCase *test_case(Suite *suite, const char *name) {
  TCase *tests = tcase_create(name);
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_set_timeout(tests, 60);
  suite_add_tcase(suite, tests);
  return tests;
}

Suite *suite_processes(void);
Suite *suite_processes(void) {
  Suite *suite = suite_create("processes");
  TCase *tests = test_case(suite, "captured");
  tcase_add_test(tests, a_process_is_what_its_directory_says);
  tcase_add_test(tests, only_numbers_of_directories_are_processes);
  tcase_add_test(tests, only_what_the_visitor_wants_is_kept);
  tcase_add_test(tests, kernel_threads_have_nothing);
  tcase_add_test(tests, a_command_line_is_cut_at_whole_arguments);
  tcase_add_test(tests, no_processes_are_no_list);
  tcase_add_test(tests, a_gap_in_a_capture_is_incomplete);
  tcase_add_test(tests, strange_files_in_a_capture_are_not_read);
  tcase_add_test(tests, what_may_not_be_seen_is_counted);
  tcase_add_test(tests, the_number_of_processes_is_bounded);
  tcase_add_test(tests, the_kept_directories_are_bounded);
  tests = test_case(suite, "details");
  tcase_add_test(tests, details_of_a_captured_process);
  tcase_add_test(tests, details_that_are_missing_or_odd);
  tcase_add_test(tests, without_a_boot_time_the_start_is_unknown);
  tcase_add_test(tests, the_environment_is_bounded);
  tests = test_case(suite, "live");
  tcase_add_test(tests, this_process_is_found_as_it_is);
  tcase_add_test(tests, a_process_that_ends_has_vanished);
  tcase_add_test(tests, programs_of_others_are_denied);
  return suite;
}
