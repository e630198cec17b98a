/*
 * A program of the build: makes the system call filters by libseccomp, one an architecture, and prints the C file that
 * holds them (filter.h). Made while building, they cost a run one system call; libseccomp needs 0.7 ms to make one.
 *
 * What is not allowed here fails with EPERM: a C library that tries something new then takes another way or says what
 * failed, where killing the process would leave a node without a report. Only a call by another architecture's rules,
 * which no code of ours makes, ends the process.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { CONDITIONS_MAX = 2 };
/* TCGETS and TCGETS2, by which C libraries find out whether something is a terminal. */
#define ASK_TERMINAL       0x5401u
#define ASK_TERMINAL_NEWER 0x802c542au

static const struct {
  const char *name;
  uint32_t token; /* as the kernel's AUDIT_ARCH_* */
} architectures[] = {{"x86_64", SCMP_ARCH_X86_64}, {"aarch64", SCMP_ARCH_AARCH64}};

/*
 * Reading files, memory, time, our own process; writing, renaming and removing, for reports (Landlock says where). A
 * file's mode, owner, times and attributes cannot be changed, which Landlock would not stop. What an architecture does
 * not have is left out there.
 */
static const char *const plain[] = {
    "read", "pread64", "readv", "write", "writev", "lseek", "close", "dup", "openat", "openat2", "getdents64", "fstat",
    "stat", "lstat", "newfstatat", "statx", "statfs", "fstatfs", "readlink", "readlinkat", "getcwd", "umask", "fsync",
    "rename", "renameat", "renameat2", "unlink", "unlinkat",
    /* memory; threads, which have the filter of who makes them */
    "brk", "munmap", "mremap", "madvise", "futex", "sched_yield", "rseq", "set_robust_list",
    /* signals that reach us or are waited for, the end */
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "restart_syscall", "exit", "exit_group",
    /* who and when */
    "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "uname", "sysinfo", "time", "gettimeofday",
    "clock_gettime", "getrandom",
    /* netlink: on the sockets below only, there are no others */
    "bind", "getsockname", "setsockopt", "sendto", "sendmsg", "recvfrom", "recvmsg", "poll", "ppoll",
    /* the second half of confinement */
    "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", NULL};

/* Allowed where all CONDITIONS hold; rows of one call stand beside each other. */
static const struct {
  const char *name;
  unsigned condition_count;
  struct scmp_arg_cmp conditions[CONDITIONS_MAX];
} conditional[] = {
    {"mmap", 1, {{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}}},
    {"mprotect", 1, {{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}}},
    {"fcntl", 1, {{1, SCMP_CMP_EQ, F_GETFD, 0}}},
    {"fcntl", 1, {{1, SCMP_CMP_EQ, F_SETFD, 0}}},
    {"fcntl", 1, {{1, SCMP_CMP_EQ, F_GETFL, 0}}},
    {"fcntl", 1, {{1, SCMP_CMP_EQ, F_DUPFD_CLOEXEC, 0}}},
    {"ioctl", 1, {{1, SCMP_CMP_EQ, ASK_TERMINAL, 0}}},
    {"ioctl", 1, {{1, SCMP_CMP_EQ, ASK_TERMINAL_NEWER, 0}}},
    {"clone", 1, {{0, SCMP_CMP_MASKED_EQ, CLONE_VM | CLONE_THREAD, CLONE_VM | CLONE_THREAD}}},
    {"socket", 2, {{0, SCMP_CMP_EQ, AF_NETLINK, 0}, {2, SCMP_CMP_EQ, NETLINK_ROUTE, 0}}},
    {"socket", 2, {{0, SCMP_CMP_EQ, AF_NETLINK, 0}, {2, SCMP_CMP_EQ, NETLINK_XFRM, 0}}},
    {"socket", 2, {{0, SCMP_CMP_EQ, AF_NETLINK, 0}, {2, SCMP_CMP_EQ, NETLINK_GENERIC, 0}}},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What clone3 is to make stands in memory, where no filter looks; told that there is none, C libraries use clone. */
static int add_rules(scmp_filter_ctx filter) {
  int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), seccomp_syscall_resolve_name("clone3"), 0);
  for (size_t i = 0; plain[i] && rc == 0; i++)
    rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, seccomp_syscall_resolve_name(plain[i]), 0);
  for (size_t i = 0; i < COUNT(conditional) && rc == 0; i++)
    rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, seccomp_syscall_resolve_name(conditional[i].name),
                                conditional[i].condition_count, conditional[i].conditions);
  return rc;
}

/* For TOKEN instead of the architecture that builds. A tree of comparisons (OPTIMIZE 2) is quicker than a list. */
static int set_up(scmp_filter_ctx filter, uint32_t token) {
  int rc = 0;
  if (token != seccomp_arch_native()) {
    rc = seccomp_arch_add(filter, token);
    rc = rc ? rc : seccomp_arch_remove(filter, SCMP_ARCH_NATIVE);
  }
  rc = rc ? rc : seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  return rc ? rc : seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
}

/* The instructions as the kernel takes them: operation, two jumps, operand. */
static size_t put_code(FILE *code, const char *name) {
  struct {
    uint16_t operation;
    uint8_t jump_true, jump_false;
    uint32_t operand;
  } one;
  size_t count = 0;
  fprintf(stdout, "static const struct sock_filter code_%s[] = {", name);
  for (rewind(code); fread(&one, sizeof one, 1, code) == 1; count++)
    fprintf(stdout, "%s{%u, %u, %u, %uu},", count % 8 ? " " : "\n  ", one.operation, one.jump_true, one.jump_false,
            one.operand);
  fprintf(stdout, "\n};\n\n");
  return count;
}

static size_t put_filter(size_t at) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  FILE *code = tmpfile();
  size_t count = 0;
  if (filter && code && set_up(filter, architectures[at].token) == 0 && add_rules(filter) == 0 &&
      seccomp_export_bpf(filter, fileno(code)) == 0)
    count = put_code(code, architectures[at].name);
  if (code)
    fclose(code);
  seccomp_release(filter);
  return count;
}

int main(void) {
  size_t counts[COUNT(architectures)];
  fprintf(stdout, "#include \"src/host/filter.h\"\n\n");
  for (size_t i = 0; i < COUNT(architectures); i++)
    if ((counts[i] = put_filter(i)) == 0) {
      fprintf(stderr, "filter: libseccomp could not make the filter for %s\n", architectures[i].name);
      return 1;
    }
  fprintf(stdout, "const pl_filter pl_filters[] = {\n");
  for (size_t i = 0; i < COUNT(architectures); i++)
    fprintf(stdout, "  {%#xu, code_%s, %zu},\n", architectures[i].token, architectures[i].name, counts[i]);
  fprintf(stdout, "  {0, NULL, 0},\n};\n");
  return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
