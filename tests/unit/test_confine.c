/* Confinement, from inside: what a process that has confined itself tries, and what the kernel says. */
#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../../src/host/filter.h"
#include "plumbline/host/confine.h"
#include "supervise.h"

enum { OUTCOMES_MAX = 128, LEFT_OUT = -1 };

/* What the confined child found, read by the test. */
typedef struct shared {
  pl_confinement confinement;
  char why[256];
  int outcomes[OUTCOMES_MAX]; /* errno of each attempt, 0 when it was let through */
} shared;

static shared *seen;
static char *tree;
static pl_arena *arena;

static const char *at(const char *name) { return pl_printf(arena, "%s/%s", tree, name); }

static void put(const char *name) {
  int fd = open(at(name), O_WRONLY | O_CREAT | O_EXCL, 0644);
  ck_assert_int_ge(fd, 0);
  ck_assert_int_eq(write(fd, "text", 4), 4);
  close(fd);
}

static void setup(void) {
  arena = pl_arena_new();
  tree = make_tree();
  seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ck_assert_ptr_ne(seen, MAP_FAILED);
  *seen = (shared){0};
  ck_assert_int_eq(mkdir(at("node"), 0755) | mkdir(at("reports"), 0755) | mkdir(at("elsewhere"), 0755), 0);
  put("node/file");
  put("elsewhere/file");
  put("reports/temporary");
  put("reports/old");
}

static void teardown(void) {
  munmap(seen, sizeof *seen);
  remove_tree(tree);
  pl_arena_free(arena);
}

/* Run WORK in a child, whose confinement ends with it. */
static void in_child(void (*work)(void)) {
  pid_t child = fork();
  ck_assert_int_ge(child, 0);
  if (child == 0) {
    work();
    syscall(SYS_exit_group, 0); /* before a sanitizer asks for what it may no longer have */
  }
  int status = -1;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ended with status %#x", status);
}

/* ---- system calls ---- */

#define TEXT(text) ((long)(uintptr_t)(text))

/* Arguments do no harm should a call be let through. */
static const struct {
  const char *what;
  long number, arguments[6];
} refused[] = {
    {"execve", SYS_execve, {TEXT("/bin/true"), 0, 0}},
    {"execveat", SYS_execveat, {AT_FDCWD, TEXT("/bin/true"), 0, 0, 0}},
    {"a process, as fork makes it", SYS_clone, {CLONE_SIGHAND, 0, 0, 0, 0}},
    {"a process with our memory, as vfork makes it", SYS_clone, {CLONE_SIGHAND | CLONE_VFORK, 0, 0, 0, 0}},
    {"a thread-like process without our memory", SYS_clone, {CLONE_THREAD, 0, 0, 0, 0}},
    {"a TCP socket", SYS_socket, {AF_INET, SOCK_STREAM, 0}},
    {"a UDP socket", SYS_socket, {AF_INET, SOCK_DGRAM, 0}},
    {"an IPv6 socket", SYS_socket, {AF_INET6, SOCK_STREAM, 0}},
    {"a UNIX socket", SYS_socket, {AF_UNIX, SOCK_STREAM, 0}},
    {"a packet socket", SYS_socket, {AF_PACKET, SOCK_RAW, 0}},
    {"a vsock", SYS_socket, {AF_VSOCK, SOCK_STREAM, 0}},
    {"netlink: audit", SYS_socket, {AF_NETLINK, SOCK_RAW, NETLINK_AUDIT}},
    {"netlink: netfilter", SYS_socket, {AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER}},
    {"socketpair", SYS_socketpair, {AF_UNIX, SOCK_STREAM, 0, 0}},
    {"connect", SYS_connect, {-1, 0, 0}},
    {"listen", SYS_listen, {-1, 0}},
    {"accept4", SYS_accept4, {-1, 0, 0, 0}},
    {"ptrace", SYS_ptrace, {PTRACE_PEEKDATA, -1, 0, 0}},
    {"process_vm_readv", SYS_process_vm_readv, {-1, 0, 0, 0, 0, 0}},
    {"process_vm_writev", SYS_process_vm_writev, {-1, 0, 0, 0, 0, 0}},
    {"pidfd_open", SYS_pidfd_open, {-1, 0}},
    {"pidfd_getfd", SYS_pidfd_getfd, {-1, 0, 0}},
    {"kill", SYS_kill, {1, 0}},
    {"tgkill", SYS_tgkill, {1, 1, 0}},
    {"mount", SYS_mount, {0, 0, 0, 0, 0}},
    {"umount2", SYS_umount2, {TEXT("/nowhere/at/all"), 0}},
    {"move_mount", SYS_move_mount, {-1, TEXT(""), -1, TEXT(""), 0}},
    {"open_tree", SYS_open_tree, {-1, TEXT(""), 0}},
    {"unshare", SYS_unshare, {0}},
    {"setns", SYS_setns, {-1, 0}},
    {"chroot", SYS_chroot, {TEXT("/nowhere/at/all")}},
    {"pivot_root", SYS_pivot_root, {TEXT("/nowhere/at/all"), TEXT("/nowhere/at/all")}},
    {"fchmod", SYS_fchmod, {-1, 0}},
    {"fchmodat", SYS_fchmodat, {-1, TEXT(""), 0}},
    {"fchown", SYS_fchown, {-1, 0, 0}},
    {"fchownat", SYS_fchownat, {-1, TEXT(""), 0, 0, 0}},
    {"utimensat", SYS_utimensat, {-1, 0, 0, 0}},
    {"setxattr", SYS_setxattr, {TEXT("/nowhere/at/all"), TEXT("user.x"), 0, 0, 0}},
    {"fsetxattr", SYS_fsetxattr, {-1, TEXT("user.x"), 0, 0, 0}},
    {"truncate", SYS_truncate, {TEXT("/nowhere/at/all"), 0}},
    {"ftruncate", SYS_ftruncate, {-1, 0}},
    {"fallocate", SYS_fallocate, {-1, 0, 0, 0}},
    {"mkdirat", SYS_mkdirat, {-1, TEXT("x"), 0}},
    {"mknodat", SYS_mknodat, {-1, TEXT("x"), S_IFIFO, 0}},
    {"symlinkat", SYS_symlinkat, {TEXT("x"), -1, TEXT("x")}},
    {"linkat", SYS_linkat, {-1, TEXT("x"), -1, TEXT("x"), 0}},
    {"open_by_handle_at", SYS_open_by_handle_at, {-1, 0, 0}},
    {"memfd_create", SYS_memfd_create, {0, 0}},
    {"bpf", SYS_bpf, {-1, 0, 0}},
    {"io_uring_setup", SYS_io_uring_setup, {0, 0}},
    {"userfaultfd", SYS_userfaultfd, {-1}},
    {"perf_event_open", SYS_perf_event_open, {0, 0, 0, 0, 0}},
    {"fanotify_init", SYS_fanotify_init, {-1, 0}},
    {"init_module", SYS_init_module, {0, 0, 0}},
    {"finit_module", SYS_finit_module, {-1, 0, 0}},
    {"kexec_load", SYS_kexec_load, {0, 0, 0, -1}},
    {"reboot", SYS_reboot, {0, 0, 0, 0}},
    {"swapon", SYS_swapon, {TEXT("/nowhere/at/all"), 0}},
    {"sethostname", SYS_sethostname, {0, -1}},
    {"clock_settime", SYS_clock_settime, {0, 0}},
    {"keyctl", SYS_keyctl, {-1, 0, 0, 0, 0}},
    {"add_key", SYS_add_key, {0, 0, 0, 0, 0}},
    {"syslog", SYS_syslog, {-1, 0, 0}},
    {"setuid", SYS_setuid, {-1}},
    {"capset", SYS_capset, {0, 0}},
    {"prctl", SYS_prctl, {PR_SET_DUMPABLE, 0, 0, 0, 0}},
    {"seccomp", SYS_seccomp, {-1, 0, 0}},
    {"personality", SYS_personality, {0xffffffff}},
    {"memory that can be executed", SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0}},
    {"memory made executable", SYS_mprotect, {0, 0, PROT_READ | PROT_EXEC}},
    {"keystrokes for a terminal", SYS_ioctl, {0, TIOCSTI, 0}},
    {"a lock on a file", SYS_fcntl, {0, F_SETLK, 0}},
    {"a lease on a file", SYS_fcntl, {0, F_SETLEASE, F_RDLCK}},
};
enum { REFUSED = sizeof refused / sizeof *refused };

static void try_calls(void) {
  pl_confine_calls(arena, &seen->confinement);
  for (size_t i = 0; i < REFUSED; i++) {
    const long *a = refused[i].arguments;
    errno = 0;
    seen->outcomes[i] = syscall(refused[i].number, a[0], a[1], a[2], a[3], a[4], a[5]) < 0 ? errno : 0;
  }
}

static bool in_force(bool it, const char *what) {
  if (!it)
    printf("left out: what %s stops, which is not in force here\n", what);
  return it;
}

START_TEST(calls_that_the_kernel_refuses) {
  in_child(try_calls);
  ck_assert(seen->confinement.no_new_privs);
  if (!in_force(seen->confinement.seccomp, "seccomp"))
    return;
  for (size_t i = 0; i < REFUSED; i++)
    ck_assert_msg(seen->outcomes[i] == EPERM, "%s: %s", refused[i].what, strerror(seen->outcomes[i]));
}
END_TEST

static const int queries[] = {NETLINK_ROUTE, NETLINK_XFRM, NETLINK_GENERIC};
enum { QUERIES = sizeof queries / sizeof *queries };

static void try_queries(void) {
  pl_confine_calls(arena, &seen->confinement);
  for (size_t i = 0; i < QUERIES; i++)
    seen->outcomes[i] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, queries[i]) < 0 ? errno : 0;
}

/* A kernel may lack one of them, which is another answer than a refusal. */
START_TEST(the_netlink_queries_stay) {
  in_child(try_queries);
  for (size_t i = 0; i < QUERIES; i++)
    ck_assert_msg(seen->outcomes[i] == 0 || seen->outcomes[i] == EPROTONOSUPPORT, "protocol %d: %s", queries[i],
                  strerror(seen->outcomes[i]));
}
END_TEST

/* ---- the filters of every architecture, by what their instructions decide ---- */

/* The instructions that libseccomp uses. */
static uint32_t decide(const pl_filter *filter, const struct seccomp_data *call) {
  uint32_t held = 0;
  for (unsigned at_ = 0; at_ < filter->count; at_++) {
    const struct sock_filter *one = &filter->code[at_];
    bool yes = false;
    switch (one->code) {
    case BPF_LD | BPF_W | BPF_ABS:
      ck_assert_uint_le(one->k + sizeof held, sizeof *call);
      memcpy(&held, (const char *)call + one->k, sizeof held);
      continue;
    case BPF_ALU | BPF_AND | BPF_K:
      held &= one->k;
      continue;
    case BPF_RET | BPF_K:
      return one->k;
    case BPF_JMP | BPF_JA:
      at_ += one->k;
      continue;
    case BPF_JMP | BPF_JEQ | BPF_K:
      yes = held == one->k;
      break;
    case BPF_JMP | BPF_JGT | BPF_K:
      yes = held > one->k;
      break;
    case BPF_JMP | BPF_JGE | BPF_K:
      yes = held >= one->k;
      break;
    default:
      ck_abort_msg("instruction %u is %#x", at_, one->code);
    }
    at_ += yes ? one->jt : one->jf;
  }
  ck_abort_msg("the filter has no end");
}

static const struct {
  const char *name;
  uint64_t arguments[3];
  bool allowed;
} decisions[] = {
    {"read", {0}, true},
    {"openat", {0}, true},
    {"openat2", {0}, true},
    {"close", {0}, true},
    {"getdents64", {0}, true},
    {"readlinkat", {0}, true},
    {"newfstatat", {0}, true},
    {"renameat", {0}, true},
    {"exit_group", {0}, true},
    {"rt_sigreturn", {0}, true},
    {"landlock_restrict_self", {0}, true},
    {"mmap", {0, 4096, PROT_READ | PROT_WRITE}, true},
    {"mmap", {0, 4096, PROT_READ | PROT_EXEC}, false},
    {"mprotect", {0, 4096, PROT_READ}, true},
    {"mprotect", {0, 4096, PROT_EXEC}, false},
    {"fcntl", {3, F_GETFL, 0}, true},
    {"fcntl", {3, F_SETLK, 0}, false},
    {"ioctl", {1, TCGETS, 0}, true},
    {"ioctl", {1, TIOCSTI, 0}, false},
    {"socket", {AF_NETLINK, SOCK_RAW, NETLINK_ROUTE}, true},
    {"socket", {AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_XFRM}, true},
    {"socket", {AF_NETLINK, SOCK_DGRAM, NETLINK_GENERIC}, true},
    {"socket", {AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT}, false},
    {"socket", {AF_INET, SOCK_STREAM, 0}, false},
    {"socket", {AF_UNIX, SOCK_STREAM, 0}, false},
    {"execve", {0}, false},
    {"clone", {SIGCHLD}, false},
    {"clone", {CLONE_VM | CLONE_VFORK | SIGCHLD}, false},
    {"clone", {CLONE_NEWUSER | SIGCHLD}, false},
    {"clone", {CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD}, true},
    {"ptrace", {0}, false},
    {"mount", {0}, false},
    {"connect", {0}, false},
    {"fchmodat", {0}, false},
    {"fchownat", {0}, false},
    {"bpf", {0}, false},
    {"prctl", {0}, false},
    {"seccomp", {0}, false},
};
enum { DECISIONS = sizeof decisions / sizeof *decisions };

START_TEST(each_filter_decides_alike) {
  for (const pl_filter *filter = pl_filters; filter->architecture; filter++) {
    struct seccomp_data call = {.nr = seccomp_syscall_resolve_name_arch(filter->architecture, decisions[_i].name),
                                .arch = filter->architecture};
    ck_assert_msg(call.nr >= 0, "%s is no call of architecture %#x", decisions[_i].name, filter->architecture);
    memcpy(call.args, decisions[_i].arguments, sizeof decisions[_i].arguments);
    uint32_t wanted = decisions[_i].allowed ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | EPERM;
    ck_assert_msg(decide(filter, &call) == wanted, "%s (%#lx, %#lx, %#lx) on %#x", decisions[_i].name,
                  (long)call.args[0], (long)call.args[1], (long)call.args[2], filter->architecture);
  }
}
END_TEST

/* Its flags stand in memory: as if there were no such call, so that C libraries make threads by clone. */
START_TEST(clone3_is_not_there) {
  for (const pl_filter *filter = pl_filters; filter->architecture; filter++) {
    struct seccomp_data call = {.nr = seccomp_syscall_resolve_name_arch(filter->architecture, "clone3"),
                                .arch = filter->architecture};
    ck_assert_uint_eq(decide(filter, &call), SECCOMP_RET_ERRNO | ENOSYS);
  }
}
END_TEST

static void *ask_again(void *data) {
  pl_confine_calls(arena, data);
  char *const none[] = {NULL};
  seen->outcomes[0] = execve("/bin/true", none, none) < 0 ? errno : 0;
  return NULL;
}

static void try_from_a_thread(void) {
  pl_confinement first = {0};
  pthread_t thread;
  pl_confine_calls(arena, &first);
  if (pthread_create(&thread, NULL, ask_again, &seen->confinement) == 0)
    pthread_join(thread, NULL);
  seen->outcomes[1] = first.seccomp;
}

START_TEST(threads_made_since_are_confined) {
#ifdef __SANITIZE_ADDRESS__
  printf("confine: left out: a sanitizer starts threads with calls that are refused\n");
  return;
#endif
  in_child(try_from_a_thread);
  if (!in_force(seen->outcomes[1] != 0, "seccomp"))
    return;
  ck_assert(seen->confinement.no_new_privs && seen->confinement.seccomp);
  ck_assert_int_eq(seen->outcomes[0], EPERM);
}
END_TEST

/* i386's call 3 is read, x86_64's number 0 with bit 30 is x32's. */
START_TEST(other_rules_for_calls_end_the_process) {
  for (const pl_filter *filter = pl_filters; filter->architecture; filter++) {
    struct seccomp_data other = {.nr = 3, .arch = SCMP_ARCH_X86};
    ck_assert_uint_eq(decide(filter, &other), SECCOMP_RET_KILL_PROCESS);
    struct seccomp_data x32 = {.nr = 0x40000000, .arch = filter->architecture};
    ck_assert_uint_ne(decide(filter, &x32), SECCOMP_RET_ALLOW);
  }
}
END_TEST

/* ---- files ---- */

static int outcome(int result) {
  if (result > 0)
    close(result);
  return result < 0 ? errno : 0;
}

static int to_read(const char *name) { return outcome(open(at(name), O_RDONLY)); }
static int to_write(const char *name) { return outcome(open(at(name), O_WRONLY)); }
static int to_make(const char *name) { return outcome(open(at(name), O_WRONLY | O_CREAT, 0644)); }
static int to_list(const char *name) { return outcome(open(at(name), O_RDONLY | O_DIRECTORY)); }
static int to_look_at(const char *name) { return outcome(open(at(name), O_PATH)); }
static int to_remove(const char *name) { return outcome(unlink(at(name))); }
static int to_make_directory(const char *name) { return outcome(mkdir(at(name), 0755)); }
static int to_link(const char *name) { return outcome(symlink("x", at(name))); }
static int to_make_fifo(const char *name) { return outcome(mkfifo(at(name), 0644)); }
static int to_name(const char *name) { return outcome(rename(at("reports/temporary"), at(name))); }
static int to_cut(const char *name) { return outcome(truncate(at(name), 0)); }

static int to_execute(const char *name) {
  char *const none[] = {NULL};
  return outcome(execve(name, none, none));
}

static int to_mount(const char *name) {
  int result = mount("none", at(name), "tmpfs", 0, NULL), ret = outcome(result);
  if (result == 0)
    umount(at(name));
  return ret;
}

static int to_spy(const char *name) {
  char text[64];
  return outcome((int)readlink(pl_printf(arena, "/proc/%d/%s", getppid(), name), text, sizeof text) < 0 ? -1 : 0);
}

static int to_read_environment(const char *name) {
  return outcome(open(pl_printf(arena, "/proc/%d/%s", getppid(), name), O_RDONLY));
}

static int to_connect(const char *name) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
  inet_pton(AF_INET, name, &to.sin_addr);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), result = connect(fd, (struct sockaddr *)&to, sizeof to);
  int ret = outcome(result);
  close(fd);
  return ret;
}

static int to_serve(const char *name) {
  struct sockaddr_in here = {.sin_family = AF_INET};
  inet_pton(AF_INET, name, &here.sin_addr);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  here.sin_port = htons(9);
  int ret = outcome(bind(fd, (struct sockaddr *)&here, sizeof here));
  close(fd);
  return ret;
}

static int to_signal(const char *name) {
  (void)name;
  return outcome(kill(getppid(), 0));
}

/* SINCE: the version of Landlock that stops it, 0 for what none does. ANSWER: what the kernel then says. */
static const struct {
  const char *what;
  int (*attempt)(const char *name);
  const char *name;
  int since, answer;
} attempts[] = {
    {"read in the root", to_read, "node/file", 0, 0},
    {"list the root", to_list, "node", 0, 0},
    {"look at a path outside", to_look_at, "elsewhere/file", 0, 0},
    {"read outside", to_read, "elsewhere/file", 1, EACCES},
    {"list outside", to_list, "elsewhere", 1, EACCES},
    {"read a report", to_read, "reports/old", 1, EACCES},
    {"write in the root", to_write, "node/file", 1, EACCES},
    {"write outside", to_write, "elsewhere/file", 1, EACCES},
    {"write another report", to_write, "reports/old", 1, EACCES},
    {"make a file in the root", to_make, "node/new", 1, EACCES},
    {"make a file to write to beside the report", to_make, "reports/new", 1, EACCES},
    {"remove in the root", to_remove, "node/file", 1, EACCES},
    {"remove outside", to_remove, "elsewhere/file", 1, EACCES},
    {"make a directory in the root", to_make_directory, "node/directory", 1, EACCES},
    {"make a directory beside the report", to_make_directory, "reports/directory", 1, EACCES},
    {"make a link in the root", to_link, "node/link", 1, EACCES},
    {"make a link beside the report", to_link, "reports/link", 1, EACCES},
    {"make a FIFO in the root", to_make_fifo, "node/fifo", 1, EACCES},
    {"execute", to_execute, "/bin/true", 1, EACCES},
    {"mount", to_mount, "node", 1, EPERM},
    {"read another process' exe", to_spy, "exe", 1, EACCES},
    {"read another process' root", to_spy, "root", 1, EACCES},
    {"read another process' environment", to_read_environment, "environ", 1, EACCES},
    {"name the report into the root", to_name, "node/new", 2, EACCES},
    {"cut a file in the root", to_cut, "node/file", 3, EACCES},
    {"connect by TCP", to_connect, "127.0.0.1", 4, EACCES},
    {"serve by TCP", to_serve, "127.0.0.1", 4, EACCES},
    {"signal another process", to_signal, "", 6, EPERM},
    {"name the report", to_name, "reports/old", 0, 0},
    {"remove beside the report", to_remove, "reports/old", 0, 0},
};
enum { ATTEMPTS = sizeof attempts / sizeof *attempts };

static void confine_files(void) {
  int node = open(at("node"), O_PATH | O_DIRECTORY), reports = open(at("reports"), O_PATH | O_DIRECTORY);
  pl_confine_paths paths = {&node, 1, &reports, 1};
  pl_confine_files(arena, &paths, &seen->confinement);
}

static void try_under_landlock(void) {
  confine_files();
  for (size_t i = 0; i < ATTEMPTS; i++)
    seen->outcomes[i] =
        attempts[i].since > seen->confinement.landlock ? LEFT_OUT : attempts[i].attempt(attempts[i].name);
}

static void try_files(void) {
  pl_confine_privileges(&seen->confinement);
  try_under_landlock();
}

START_TEST(files_that_the_kernel_keeps_from_us) {
  in_child(try_files);
  if (!in_force(seen->confinement.landlock > 0, "Landlock"))
    return;
  for (size_t i = 0; i < ATTEMPTS; i++)
    if (seen->outcomes[i] == LEFT_OUT)
      printf("left out: to %s, which Landlock stops from ABI %d on\n", attempts[i].what, attempts[i].since);
    else
      ck_assert_msg(seen->outcomes[i] == attempts[i].answer, "to %s: %s", attempts[i].what,
                    strerror(seen->outcomes[i]));
}
END_TEST

/* With both halves nothing is let through that one of them stops. */
static void try_all(void) {
  pl_confine_calls(arena, &seen->confinement);
  try_under_landlock();
}

START_TEST(both_halves_together) {
  in_child(try_all);
  if (!in_force(seen->confinement.seccomp && seen->confinement.landlock > 0, "both halves"))
    return;
  for (size_t i = 0; i < ATTEMPTS; i++)
    if (attempts[i].answer == 0)
      ck_assert_msg(seen->outcomes[i] == 0, "to %s: %s", attempts[i].what, strerror(seen->outcomes[i]));
    else
      ck_assert_msg(seen->outcomes[i] != 0, "to %s was let through", attempts[i].what);
}
END_TEST

/* ---- kernels that do not have it, and what cannot be allowed ---- */

static const struct {
  int call, answer;
  const char *why;
} lacks[] = {
    {SYS_seccomp, ENOSYS, "the kernel has no seccomp"},
    {SYS_seccomp, EPERM, "the kernel refuses the filter: Operation not permitted"},
    {SYS_seccomp, EINVAL, "the kernel refuses the filter: Invalid argument"},
    {SYS_landlock_create_ruleset, ENOSYS, "the kernel has no Landlock"},
    {SYS_landlock_create_ruleset, EOPNOTSUPP, "Landlock was not switched on when the machine was started (lsm=)"},
    {SYS_landlock_create_ruleset, EPERM, "Landlock's version: Operation not permitted"},
};
enum { LACKS = sizeof lacks / sizeof *lacks };
static int lack;

static void confine_where_it_is_lacking(void) {
  pl_confine_privileges(&seen->confinement);
  if (!refuse_call(lacks[lack].call, lacks[lack].answer))
    return;
  bool calls = lacks[lack].call == SYS_seccomp;
  if (calls)
    pl_confine_calls(arena, &seen->confinement);
  else
    confine_files();
  const char *why = calls ? seen->confinement.seccomp_why : seen->confinement.landlock_why;
  snprintf(seen->why, sizeof seen->why, "%s", why ? why : "no reason");
  seen->outcomes[0] = to_read("elsewhere/file");
}

START_TEST(what_a_kernel_lacks_is_said) {
  lack = _i;
  in_child(confine_where_it_is_lacking);
  ck_assert(!seen->confinement.seccomp && seen->confinement.landlock == 0);
  if (!*seen->why)
    printf("left out: kernels that lack a call, since filters cannot be set here\n");
  else
    ck_assert_str_eq(seen->why, lacks[_i].why);
  ck_assert_int_eq(seen->outcomes[0], 0);
}
END_TEST

static void confine_with_what_is_no_directory(void) {
  int readable[] = {open(at("node"), O_PATH | O_DIRECTORY), open(at("node/file"), O_RDONLY)};
  pl_confine_paths paths = {readable, 2, NULL, 0};
  pl_confine_privileges(&seen->confinement);
  pl_confine_files(arena, &paths, &seen->confinement);
  snprintf(seen->why, sizeof seen->why, "%s", seen->confinement.landlock_why ? seen->confinement.landlock_why : "");
  seen->outcomes[0] = to_read("elsewhere/file");
}

START_TEST(landlock_is_all_or_nothing) {
  in_child(confine_with_what_is_no_directory);
  ck_assert_int_eq(seen->confinement.landlock, 0);
  ck_assert_msg(*seen->why, "no reason is given");
  ck_assert_int_eq(seen->outcomes[0], 0);
}
END_TEST

START_TEST(facts_say_what_is_missing) {
  const pl_confinement half = {.no_new_privs = true, .seccomp = true, .landlock_why = "because"};
  const pl_node *fact = pl_confinement_facts(arena, &half);
  ck_assert(pl_get_boolean(fact, "no_new_privs", false) && pl_get_boolean(fact, "seccomp", false));
  ck_assert_int_eq(pl_get_integer(fact, "landlock", -1), 0);
  const pl_node *missing = pl_get(fact, "missing");
  ck_assert_uint_eq(pl_count(missing), 1);
  pl_each_item (item, missing) {
    ck_assert_str_eq(pl_get_text(item, "what", ""), "Landlock");
    ck_assert_str_eq(pl_get_text(item, "why", ""), "because");
  }
}
END_TEST

Suite *suite_confine(void);
Suite *suite_confine(void) {
  Suite *suite = suite_create("confine");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, calls_that_the_kernel_refuses);
  tcase_add_test(tcase, the_netlink_queries_stay);
  tcase_add_loop_test(tcase, each_filter_decides_alike, 0, DECISIONS);
  tcase_add_test(tcase, clone3_is_not_there);
  tcase_add_test(tcase, threads_made_since_are_confined);
  tcase_add_test(tcase, other_rules_for_calls_end_the_process);
  tcase_add_test(tcase, files_that_the_kernel_keeps_from_us);
  tcase_add_test(tcase, both_halves_together);
  tcase_add_loop_test(tcase, what_a_kernel_lacks_is_said, 0, LACKS);
  tcase_add_test(tcase, landlock_is_all_or_nothing);
  tcase_add_test(tcase, facts_say_what_is_missing);
  suite_add_tcase(suite, tcase);
  return suite;
}
