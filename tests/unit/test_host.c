/* Opening a node, captured and live, and what is said to be out of reach. */
#include <check.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host_tree.h"
#include "plumbline/host/mounts.h"
#include "src/host/host_private.h"

static const char *why(const pl_host *host, const char *what) {
  for (size_t i = 0; i < host->out_of_reach_count; i++)
    if (pl_equal(host->out_of_reach[i].what, what))
      return host->out_of_reach[i].why;
  return NULL;
}

static void put_node(void) {
  tree_file("/proc/stat", "cpu 1 2 3\nbtime 1700000000\nprocesses 5\n");
  tree_file("/proc/1/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda rw\n");
}

START_TEST(a_captured_node_is_not_live) {
  put_node();
  tree_link("pid:[4026531836]", "/proc/1/ns/pid");
  pl_host *host = tree_host();
  ck_assert(!host->live);
  ck_assert(!host->host_pid_namespace);
  ck_assert(!host->own_network_namespace);
  ck_assert_int_eq(host->boot_time, 1700000000);
  ck_assert_uint_eq(host->mounts->count, 1);
  ck_assert_str_eq(host->mounts->items[0].type, "ext4");
  ck_assert_uint_eq(host->euid, geteuid());
  ck_assert_uint_eq(host->out_of_reach_count, host->owners_trustworthy ? 0 : 1);
}
END_TEST

START_TEST(what_a_capture_lacks_is_said) {
  pl_host *host = tree_host();
  ck_assert_ptr_null(host->proc);
  ck_assert_ptr_null(host->mounts);
  ck_assert_int_eq(host->boot_time, 0);
  ck_assert_str_eq(why(host, "processes"), "/proc: No such file or directory");
  ck_assert_str_eq(why(host, "mounts"), "there is no proc directory");
  tree_directory("/proc", 0755);
  host = tree_host();
  ck_assert_ptr_nonnull(host->proc);
  ck_assert_ptr_null(why(host, "processes"));
  ck_assert_str_eq(why(host, "mounts"), "1/mountinfo: No such file or directory");
}
END_TEST

START_TEST(mounts_that_cannot_be_understood_are_none) {
  tree_file("/proc/1/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda rw\nbad\n");
  pl_host *host = tree_host();
  ck_assert_ptr_null(host->mounts);
  ck_assert_str_eq(why(host, "mounts"), "mountinfo line 2: fewer than six fields before the optional ones");
}
END_TEST

START_TEST(the_boot_time_is_a_number_or_unknown) {
  static const char *const texts[] = {"btime x\n", "btime \n", "btime 0\n", "btime -5\n", "xbtime 5\n",
                                      "btime 9223372036854775808\n", "", "btime 1 2\n"};
  for (size_t i = 0; i < 8; i++) {
    tree_file("/proc/stat", texts[i]);
    ck_assert_msg(tree_host()->boot_time == 0, "%s", texts[i]);
  }
}
END_TEST

START_TEST(a_boot_time_on_a_fuse_mount_is_not_asked_for) {
  put_node();
  tree_file("/proc/1/mountinfo", "1 0 8:1 / / rw - ext4 a rw\n2 1 0:9 /proc/stat /proc/stat rw - fuse.lxcfs lxcfs rw\n");
  ck_assert_int_eq(tree_host()->boot_time, 0);
}
END_TEST

START_TEST(a_root_that_is_not_there_is_an_error) {
  pl_error err = {.kind = PL_ERR_NONE};
  const char *path = tree_path("/nope");
  ck_assert_ptr_null(pl_host_open(tree_arena, &(pl_host_options){.root = path}, &err));
  ck_assert_int_eq(err.kind, PL_ERR_ABSENT);
  ck_assert_str_eq(err.text, pl_printf(tree_arena, "%s: No such file or directory", path));
  pl_host_close(NULL);
}
END_TEST

START_TEST(the_running_machine_is_live) {
  pl_host *host = tree_host_with(NULL);
  ck_assert(host->live);
  ck_assert_int_gt(host->boot_time, 1000000000);
  ck_assert_ptr_nonnull(host->mounts);
  ck_assert_uint_gt(host->mounts->count, 0);
  ck_assert_uint_eq(host->euid, geteuid());
  char ours[64] = "", theirs[64] = "";
  bool both = readlink("/proc/self/ns/net", ours, sizeof ours - 1) > 0 &&
              readlink("/proc/1/ns/net", theirs, sizeof theirs - 1) > 0;
  ck_assert_int_eq(host->own_network_namespace, both && strcmp(ours, theirs) == 0);
  ck_assert_int_eq(why(host, "network links of the node") == NULL, host->own_network_namespace);
  ck_assert_int_eq(why(host, "processes of the node") == NULL, host->host_pid_namespace);
  bool first = readlink("/proc/self/ns/pid", ours, sizeof ours - 1) > 0 && strcmp(ours, "pid:[4026531836]") == 0;
  if (first)
    ck_assert(host->host_pid_namespace);
}
END_TEST

START_TEST(a_live_proc_may_lie_apart) {
  put_node();
  pl_host *host = tree_host_with(&(pl_host_options){.root = tree_path(""), .proc = "/proc"});
  ck_assert(host->live);
  ck_assert_str_eq(pl_root_shown(host->proc), "/proc");
  ck_assert_int_ne(host->boot_time, 1700000000);
  host = tree_host_with(&(pl_host_options){.root = "/", .proc = tree_path("/proc")});
  ck_assert(!host->live);
  ck_assert_int_eq(host->boot_time, 1700000000);
}
END_TEST

START_TEST(capabilities_are_those_of_this_process) {
  char line[256];
  unsigned long long wanted = 0;
  FILE *status = fopen("/proc/self/status", "re");
  ck_assert_ptr_nonnull(status);
  while (fgets(line, sizeof line, status))
    if (sscanf(line, "CapEff: %llx", &wanted) == 1)
      break;
  fclose(status);
  ck_assert_uint_eq(tree_host()->capabilities, wanted);
}
END_TEST

static void look_as_nobody(void) {
  pl_host *host = tree_host_with(NULL);
  ck_assert_uint_eq(host->euid, 65534);
  ck_assert_uint_eq(host->capabilities, 0);
  ck_assert_str_eq(why(host, "files of other users"), "we have neither CAP_DAC_READ_SEARCH nor CAP_DAC_OVERRIDE");
  ck_assert_str_eq(why(host, "programs and namespaces of other users' processes"), "we do not have CAP_SYS_PTRACE");
}

START_TEST(missing_rights_are_said) { as_nobody(look_as_nobody); }
END_TEST

/* In a user namespace without a map every owner is shown as nobody. */
START_TEST(owners_in_a_user_namespace_are_not_trusted) {
  fflush(NULL);
  pid_t child = fork();
  ck_assert_int_ge(child, 0);
  if (child == 0) {
    if (unshare(CLONE_NEWUSER) < 0)
      _exit(2);
    pl_host *host = tree_host();
    bool said = pl_equal(why(host, "owners of files"), "our user namespace shows other ids than the node's");
    _exit(!host->owners_trustworthy && said ? 0 : 1);
  }
  int status = 0;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
    fprintf(stderr, "left out: user namespaces cannot be made here\n");
  else
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", status);
}
END_TEST

static int in_namespaces(int flags, int (*work)(void)) {
  fflush(NULL);
  pid_t child = fork();
  ck_assert_int_ge(child, 0);
  if (child == 0) {
    if (unshare(flags) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
      _exit(2);
    pid_t first = fork(); /* pid 1 of a new PID namespace */
    if (first == 0)
      _exit(work());
    int status = 0;
    waitpid(first, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 3);
  }
  int status = 0;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

static void check_namespaced(int status) {
  if (status == 2)
    fprintf(stderr, "left out: namespaces and mounts cannot be made here\n");
  else
    ck_assert_int_eq(status, 0);
}

static int look_at_another_proc(void) {
  if (mount("proc", tree_path("/proc"), "proc", 0, NULL) < 0)
    return 2;
  pl_host *host = tree_host();
  bool said = pl_equal(why(host, "processes of the node"),
                       "proc shows another PID namespace than the node's first (in a pod, --root with the node's / "
                       "shows it, as does hostPID: true)");
  return host->live && !host->host_pid_namespace && said ? 0 : 1;
}

START_TEST(the_proc_of_a_container_is_not_the_node_s) {
  tree_directory("/proc", 0755);
  check_namespaced(in_namespaces(CLONE_NEWPID | CLONE_NEWNS, look_at_another_proc));
}
END_TEST

/* The mounts of our own namespace, with the root somewhere in it: their points are not those of the root. */
static int look_from_our_own_mounts(void) {
  if (mount("none", tree_path("/srv"), "tmpfs", 0, NULL) < 0 || mount("proc", tree_path("/proc"), "proc", 0, NULL) < 0)
    return 2;
  pl_host *host = tree_host();
  const pl_mount *srv = pl_mounts_find(host->mounts, "/srv/x"), *proc = pl_mounts_find(host->mounts, "/proc/1");
  return pl_equal(srv->point, "/srv") && pl_equal(srv->type, "tmpfs") && pl_equal(proc->point, "/proc") ? 0 : 1;
}

START_TEST(mounts_are_seen_from_the_root) {
  tree_directory("/proc", 0755);
  tree_directory("/srv", 0755);
  check_namespaced(in_namespaces(CLONE_NEWPID | CLONE_NEWNS, look_from_our_own_mounts));
}
END_TEST

static bool keep_none(const pl_process *process, void *context) {
  (void)process;
  (void)context;
  return false;
}

static int look_at_a_hiding_proc(void) {
  if (mount("proc", tree_path("/proc"), "proc", 0, "hidepid=2") < 0 || setresgid(65534, 65534, 65534) < 0 ||
      setresuid(65534, 65534, 65534) < 0)
    return 2;
  pl_processes processes;
  pl_processes_read(tree_host(), keep_none, NULL, &processes);
  return !processes.complete && pl_equal(processes.why, "proc does not show pid 1 (hidepid)") ? 0 : 1;
}

START_TEST(a_proc_that_hides_processes_is_no_list) {
  tree_directory("/proc", 0755);
  check_namespaced(in_namespaces(CLONE_NEWNS, look_at_a_hiding_proc));
}
END_TEST

START_TEST(each_thing_out_of_reach_is_said_once_and_clean) {
  put_node();
  pl_host *host = tree_host();
  size_t before = host->out_of_reach_count;
  pl_host_unreachable(host, "a\033b", "no\nway");
  pl_host_unreachable(host, "a\033b", "another reason");
  ck_assert_uint_eq(host->out_of_reach_count, before + 1);
  ck_assert_str_eq(host->out_of_reach[before].what, "a\\x1bb");
  ck_assert_str_eq(host->out_of_reach[before].why, "no\\x0away");
}
END_TEST

START_TEST(the_list_of_what_is_out_of_reach_is_bounded) {
  put_node();
  pl_host *host = tree_host();
  size_t wanted = 1000 - host->out_of_reach_count;
  for (size_t i = 0; i < wanted; i++)
    pl_host_unreachable(host, pl_printf(tree_arena, "thing %zu", i), "why");
  ck_assert_uint_eq(host->out_of_reach_count, 1000);
  ck_assert_ptr_null(why(host, "more"));
  pl_host_unreachable(host, "one", "why");
  pl_host_unreachable(host, "two", "why");
  ck_assert_uint_eq(host->out_of_reach_count, 1001);
  ck_assert_str_eq(why(host, "more"), "too much is out of reach to list it all");
}
END_TEST

START_TEST(capabilities_have_names) {
  ck_assert_str_eq(pl_capability_name(0), "CAP_CHOWN");
  ck_assert_str_eq(pl_capability_name(2), "CAP_DAC_READ_SEARCH");
  ck_assert_str_eq(pl_capability_name(19), "CAP_SYS_PTRACE");
  ck_assert_str_eq(pl_capability_name(21), "CAP_SYS_ADMIN");
  ck_assert_str_eq(pl_capability_name(40), "CAP_CHECKPOINT_RESTORE");
  ck_assert_ptr_null(pl_capability_name(41));
  ck_assert_ptr_null(pl_capability_name(63));
}
END_TEST

Suite *suite_host(void);
Suite *suite_host(void) {
  Suite *suite = suite_create("host");
  TCase *tests = tcase_create("host");
  tcase_add_checked_fixture(tests, tree_setup, tree_teardown);
  tcase_add_test(tests, a_captured_node_is_not_live);
  tcase_add_test(tests, what_a_capture_lacks_is_said);
  tcase_add_test(tests, mounts_that_cannot_be_understood_are_none);
  tcase_add_test(tests, the_boot_time_is_a_number_or_unknown);
  tcase_add_test(tests, a_boot_time_on_a_fuse_mount_is_not_asked_for);
  tcase_add_test(tests, a_root_that_is_not_there_is_an_error);
  tcase_add_test(tests, the_running_machine_is_live);
  tcase_add_test(tests, a_live_proc_may_lie_apart);
  tcase_add_test(tests, capabilities_are_those_of_this_process);
  tcase_add_test(tests, missing_rights_are_said);
  tcase_add_test(tests, owners_in_a_user_namespace_are_not_trusted);
  tcase_add_test(tests, the_proc_of_a_container_is_not_the_node_s);
  tcase_add_test(tests, mounts_are_seen_from_the_root);
  tcase_add_test(tests, a_proc_that_hides_processes_is_no_list);
  tcase_add_test(tests, each_thing_out_of_reach_is_said_once_and_clean);
  tcase_add_test(tests, the_list_of_what_is_out_of_reach_is_bounded);
  tcase_add_test(tests, capabilities_have_names);
  suite_add_tcase(suite, tests);
  return suite;
}
