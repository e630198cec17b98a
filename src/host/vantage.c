/* Our own vantage point, from our own /proc: who we are, in which namespaces, and so what cannot be seen. */
#include "host_private.h"
#include "plumbline/core/number.h"

enum { KTHREAD_FLAG = 0x00200000, STAT_FLAGS_FIELD = 9 };

static const char *const capability_names[] = {
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
};

enum { DAC_OVERRIDE = 1, DAC_READ_SEARCH = 2, SYS_PTRACE = 19 };

const char *pl_capability_name(unsigned bit) {
  return bit < sizeof capability_names / sizeof *capability_names ? capability_names[bit] : NULL;
}

/* Text of the link PATH of PROC in ARENA, NULL when it cannot be read. */
static const char *link_text(const pl_root *proc, pl_arena *arena, const char *path) {
  return proc ? pl_root_readlink(proc, arena, path, NULL) : NULL;
}

bool pl_vantage_own_mounts(const pl_host *host) {
  pl_root *own = pl_root_new("/proc", NULL);
  const char *ours = link_text(own, host->arena, "self/ns/mnt");
  const char *theirs = link_text(host->proc, host->arena, "1/ns/mnt");
  pl_root_free(own);
  return ours && pl_equal(ours, theirs);
}

/* Kernel threads live in the first PID namespace only, and nobody else can have their flag. */
static bool shows_kernel_thread(const pl_host *host, pl_arena *scratch) {
  pl_bytes text;
  if (pl_root_read_virtual(host->proc, scratch, "2/stat", PL_PROC_BYTES_MAX, &text, NULL) < 0)
    return false;
  const char *name_end = strrchr(text.data, ')');
  const char *const *fields = NULL;
  int64_t flags = 0;
  /* After the name comes a blank, then field 3. */
  return name_end && pl_split(scratch, name_end, ' ', &fields) > STAT_FLAGS_FIELD - 2 &&
         pl_parse_int(fields[STAT_FLAGS_FIELD - 2], 0, UINT32_MAX, &flags, NULL) == 0 && (flags & KTHREAD_FLAG) != 0;
}

static void find_pid_namespace(pl_host *host, const pl_root *own, pl_arena *scratch) {
  const char *shown = link_text(host->proc, scratch, "1/ns/pid");
  const char *ours = link_text(own, scratch, "self/ns/pid");
  const char *seen = link_text(host->proc, scratch, "self/ns/pid");
  /* We are seen in that proc, and there is nothing above the first namespace that could see us. */
  bool same = ours && pl_equal(ours, PL_INITIAL_PID_NAMESPACE) && pl_equal(ours, seen);
  host->host_pid_namespace = pl_equal(shown, PL_INITIAL_PID_NAMESPACE) || same || shows_kernel_thread(host, scratch);
  if (!host->host_pid_namespace)
    pl_host_unreachable(
        host, "processes of the node",
        shown ? "proc shows another PID namespace than the node's first (in a pod, --root with the node's / "
                "shows it, as does hostPID: true)"
              : "the PID namespace of pid 1 cannot be read (CAP_SYS_PTRACE), so these may be a "
                "container's processes only");
}

static void find_network_namespace(pl_host *host, const pl_root *own, pl_arena *scratch) {
  const char *theirs = link_text(host->proc, scratch, "1/ns/net"), *ours = link_text(own, scratch, "self/ns/net");
  host->own_network_namespace = ours && pl_equal(ours, theirs);
  if (!host->own_network_namespace)
    pl_host_unreachable(host, "network links of the node",
                        theirs ? "we are in another network namespace (hostNetwork: true shares it)"
                               : "the network namespace of pid 1 cannot be read (CAP_SYS_PTRACE)");
}

/* The map of a user namespace maps all ids to themselves. Without user namespaces there is no map. */
static bool is_identity(const pl_root *own, pl_arena *scratch, const char *path) {
  pl_error err = {.kind = PL_ERR_NONE};
  pl_bytes text;
  if (!own)
    return false;
  if (pl_root_read_virtual(own, scratch, path, PL_PROC_BYTES_MAX, &text, &err) < 0)
    return err.kind == PL_ERR_ABSENT;
  const char *const *fields = NULL;
  const char *const wanted[] = {"0", "0", "4294967295\n"};
  size_t found = 0, count = pl_split(scratch, text.data, ' ', &fields);
  for (size_t i = 0; i < count; i++)
    if (*fields[i] && (found >= 3 || !pl_equal(fields[i], wanted[found++])))
      return false;
  return found == 3;
}

static void find_owners(pl_host *host, const pl_root *own, pl_arena *scratch) {
  host->owners_trustworthy = is_identity(own, scratch, "self/uid_map") && is_identity(own, scratch, "self/gid_map");
  if (!host->owners_trustworthy)
    pl_host_unreachable(host, "owners of files", "our user namespace shows other ids than the node's");
}

static int hex_digit(char c) {
  static const char digits[] = "0123456789abcdef";
  const char *found = c ? strchr(digits, c) : NULL;
  return found ? (int)(found - digits) : -1;
}

static void find_capabilities(pl_host *host, const pl_root *own, pl_arena *scratch) {
  static const char label[] = "\nCapEff:\t";
  pl_bytes text;
  host->euid = geteuid();
  if (!own || pl_root_read_virtual(own, scratch, "self/status", PL_PROC_BYTES_MAX, &text, NULL) < 0)
    return;
  const char *at = strstr(text.data, label);
  for (at = at ? at + sizeof label - 1 : ""; hex_digit(*at) >= 0; at++)
    host->capabilities = host->capabilities << 4 | (uint64_t)hex_digit(*at);
}

static bool may(const pl_host *host, unsigned capability) { return (host->capabilities >> capability & 1) != 0; }

const char *pl_host_links_denied(const pl_host *host) {
  bool ours = !host->live || may(host, SYS_PTRACE);
  return ours ? "permission denied"
              : "permission denied: without CAP_SYS_PTRACE the links of other processes cannot be read";
}

static void note_missing_rights(pl_host *host) {
  if (!may(host, DAC_OVERRIDE) && !may(host, DAC_READ_SEARCH))
    pl_host_unreachable(host, "files of other users", "we have neither CAP_DAC_READ_SEARCH nor CAP_DAC_OVERRIDE");
  if (!may(host, SYS_PTRACE))
    pl_host_unreachable(host, "programs and namespaces of other users' processes", "we do not have CAP_SYS_PTRACE");
}

void pl_vantage_read(pl_host *host) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_root *own = pl_root_new("/proc", NULL);
  find_capabilities(host, own, scratch);
  find_owners(host, own, scratch);
  if (host->live) {
    find_pid_namespace(host, own, scratch);
    find_network_namespace(host, own, scratch);
    note_missing_rights(host);
  }
  pl_root_free(own);
}
