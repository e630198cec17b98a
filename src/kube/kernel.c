/*
 * Settings of the kernel, its security modules, and whether it can keep the memory of virtual machines confidential.
 * Source: Documentation/admin-guide/sysctl of Linux; security/apparmor/apparmorfs.c; security/selinux/selinuxfs.c;
 * arch/x86/kvm/{svm/sev.c,vmx/tdx.c}; arch/s390/kernel/uv.c.
 */
#include "kernel.h"

#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"
#include "plumbline/host/files.h"
#include "quiet_read.h"
#include "unreadable.h"

static const char *const sysctls[] = {"fs.protected_hardlinks",
                                      "fs.protected_symlinks",
                                      "fs.suid_dumpable",
                                      "kernel.dmesg_restrict",
                                      "kernel.kexec_load_disabled",
                                      "kernel.keys.root_maxbytes",
                                      "kernel.keys.root_maxkeys",
                                      "kernel.kptr_restrict",
                                      "kernel.panic",
                                      "kernel.panic_on_oops",
                                      "kernel.perf_event_paranoid",
                                      "kernel.randomize_va_space",
                                      "kernel.sysrq",
                                      "kernel.unprivileged_bpf_disabled",
                                      "kernel.yama.ptrace_scope",
                                      "net.core.bpf_jit_harden",
                                      "net.ipv4.tcp_syncookies",
                                      "vm.overcommit_memory",
                                      "vm.panic_on_oom",
                                      NULL};

/* ---- /proc/sys ---- */

/* "sys/net/ipv4/tcp_syncookies": the dots of a name are slashes. */
static const char *sysctl_path(pl_arena *arena, const char *name) {
  char *path = pl_printf(arena, "sys/%s", name);
  for (char *c = path; *c; c++)
    *c = *c == '.' ? '/' : *c;
  return path;
}

/* A number as one, anything else as its text without the end of the line. */
static pl_node *number_or_text(pl_arena *arena, pl_bytes text) {
  int64_t number = 0;
  const char *line = pl_strndup(arena, text.data, strcspn(text.data, "\n"));
  return pl_parse_int(line, INT64_MIN, INT64_MAX, &number, NULL) == 0 ? pl_node_integer(arena, number)
                                                                      : pl_node_clean(arena, line);
}

/* That a live kernel has no such file proves that it has no such setting; a captured tree may just lack it. */
static pl_node *sysctl_fact(pl_arena *arena, const pl_host *host, const char *name) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_error err = {0};
  pl_bytes text;
  if (!host->proc)
    return pl_unreadable(arena, "there is no proc directory");
  if (host->live && pl_starts(name, "net.") && !host->own_network_namespace)
    return pl_unreadable(arena,
                         "this process is not in the node's network namespace (in a pod, hostNetwork: true shows it)");
  const char *path = sysctl_path(scratch, name);
  if (pl_root_read_virtual(host->proc, scratch, path, PL_SMALL_FILE_BYTES_MAX, &text, &err) == 0)
    return number_or_text(arena, text);
  if (err.kind == PL_ERR_ABSENT && host->live)
    return pl_node_null(arena);
  return pl_unreadable(arena, pl_printf(scratch, "/proc/%s", err.text));
}

static pl_node *sysctl_facts(pl_arena *arena, const pl_host *host) {
  pl_node *facts = pl_node_object(arena);
  for (const char *const *name = sysctls; *name; name++)
    pl_object_put(arena, facts, *name, sysctl_fact(arena, host, *name));
  return facts;
}

/* ---- /sys ---- */

typedef struct kernel_file {
  pl_bytes text;
  bool read;
  const char *trouble; /* why nothing can be told; NULL with READ false: it is not there */
} kernel_file;

static kernel_file read_file(pl_arena *scratch, const pl_host *host, const char *path) {
  kernel_file file = {0};
  pl_error err = {0};
  file.read = pl_read_quietly(host, scratch, path, PL_SMALL_FILE_BYTES_MAX, &file.text, &err) == 0;
  if (!file.read && err.kind != PL_ERR_ABSENT)
    file.trouble = pl_strdup(scratch, err.text);
  return file;
}

/* Why the directory PATH, which every kernel has, cannot be seen: what lies below is then missing from what we see, not
 * from the node. */
static const char *missing_directory(const pl_host *host, const char *path) {
  pl_error err = {0};
  pl_auto_close int fd = pl_open_quietly(host, path, PL_OPEN_PATH, &err);
  return fd >= 0 ? NULL : pl_printf(host->arena, "%s cannot be seen: %s", path, err.text);
}

static bool says_yes(pl_bytes text) { return text.length > 0 && (text.data[0] == 'Y' || text.data[0] == '1'); }

/* true, false or unreadable: false where PATH is not there, unless UNSEEN says why it would not be seen. */
static pl_node *switch_fact(pl_arena *arena, const pl_host *host, const char *unseen, const char *path) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  kernel_file file = read_file(scratch, host, path);
  const char *trouble = file.read || file.trouble ? file.trouble : unseen;
  return trouble ? pl_unreadable(arena, trouble) : pl_node_boolean(arena, file.read && says_yes(file.text));
}

/* ---- security modules ---- */

/* Lines "NAME (MODE)": how many of each mode, and in which mode the profile is that runtimes give to containers. */
static void count_profiles(pl_arena *arena, pl_bytes text, pl_node *profiles, const char **ret_runtime) {
  static const char *const runtimes[] = {"cri-containerd.apparmor.d", "crio-default", "docker-default", NULL};
  const char *const *lines;
  size_t count = pl_split(arena, text.data, '\n', &lines);
  for (size_t i = 0; i < count; i++) {
    const char *open = strrchr(lines[i], '('), *close = open ? strchr(open, ')') : NULL;
    if (!close || open < lines[i] + 2)
      continue;
    const char *mode = pl_strndup(arena, open + 1, (size_t)(close - open - 1));
    const char *name = pl_strndup(arena, lines[i], (size_t)(open - lines[i] - 1));
    static const char *const modes[] = {"enforce", "complain", "kill", "unconfined", "prompt", NULL};
    const char *known = pl_in(mode, modes) ? mode : "other";
    pl_object_set_integer(arena, profiles, known, pl_get_integer(profiles, known, 0) + 1);
    bool enforced = *ret_runtime && (pl_equal(*ret_runtime, "enforce") || pl_equal(*ret_runtime, "kill"));
    if (pl_in(name, runtimes) && !enforced)
      *ret_runtime = known;
  }
}

/* {enabled, profiles: {MODE: number}, runtime_profile: its mode, null when there is none} */
static pl_node *apparmor_facts(pl_arena *arena, const pl_host *host, const char *unseen) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_node *fact = pl_node_object(arena), *profiles = pl_node_object(arena);
  pl_node *enabled = switch_fact(arena, host, unseen, "/sys/module/apparmor/parameters/enabled");
  const char *runtime = NULL;
  pl_object_set(arena, fact, "enabled", enabled);
  if (enabled->kind != PL_BOOLEAN || !enabled->boolean)
    return fact;
  kernel_file file = read_file(scratch, host, "/sys/kernel/security/apparmor/profiles");
  if (!file.read) {
    const char *why = file.trouble ? file.trouble : "securityfs is not mounted where it can be seen";
    pl_object_set(arena, fact, "profiles", pl_unreadable(arena, why));
    pl_object_set(arena, fact, "runtime_profile", pl_unreadable(arena, why));
    return fact;
  }
  count_profiles(scratch, file.text, profiles, &runtime);
  pl_object_set(arena, fact, "profiles", pl_node_copy(arena, profiles));
  pl_object_set_text(arena, fact, "runtime_profile", runtime);
  return fact;
}

/* enforcing, permissive, off, or unreadable. */
static pl_node *selinux_fact(pl_arena *arena, const pl_host *host, const char *unseen) {
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  kernel_file file = read_file(scratch, host, "/sys/fs/selinux/enforce");
  const char *trouble = file.read || file.trouble ? file.trouble : unseen;
  if (trouble)
    return pl_unreadable(arena, trouble);
  return pl_node_string(arena, !file.read ? "off" : says_yes(file.text) ? "enforcing" : "permissive");
}

/* One word for both, for decision tables; or why it cannot be told. */
static pl_node *confinement(pl_arena *arena, const pl_node *apparmor, const pl_node *selinux) {
  const pl_node *enabled = pl_get(apparmor, "enabled"), *profile = pl_get(apparmor, "runtime_profile");
  const char *mode = pl_text(profile);
  if (pl_equal(pl_text(selinux), "enforcing"))
    return pl_node_string(arena, "selinux");
  if (enabled->kind == PL_BOOLEAN && enabled->boolean && profile->kind != PL_OBJECT)
    return pl_node_string(arena, !mode                                                 ? "apparmor-without-profile"
                                 : pl_equal(mode, "enforce") || pl_equal(mode, "kill") ? "apparmor"
                                                                                       : "apparmor-complaining");
  if (enabled->kind == PL_OBJECT)
    return pl_node_copy(arena, enabled);
  if (pl_is(profile, PL_OBJECT))
    return pl_node_copy(arena, profile);
  if (selinux->kind == PL_OBJECT)
    return pl_node_copy(arena, selinux);
  return pl_node_string(arena, pl_equal(pl_text(selinux), "permissive") ? "selinux-permissive" : "none");
}

static pl_node *security_facts(pl_arena *arena, const pl_host *host, const char *unseen) {
  pl_node *fact = pl_node_object(arena);
  pl_node *apparmor = apparmor_facts(arena, host, unseen), *selinux = selinux_fact(arena, host, unseen);
  pl_object_set(arena, fact, "apparmor", apparmor);
  pl_object_set(arena, fact, "selinux", selinux);
  pl_object_set(arena, fact, "confinement", confinement(arena, apparmor, selinux));
  return fact;
}

/* ---- confidential computing ---- */

static const struct technique {
  const char *name, *path;
} techniques[] = {
    {"sev", "/sys/module/kvm_amd/parameters/sev"},
    {"sev_es", "/sys/module/kvm_amd/parameters/sev_es"},
    {"sev_snp", "/sys/module/kvm_amd/parameters/sev_snp"},
    {"tdx", "/sys/module/kvm_intel/parameters/tdx"},
    {"se", "/sys/firmware/uv/prot_virt_host"},
};

/* A guest that is itself confidential has a device, or on s390x a file, to prove it with. */
static pl_node *guest_fact(pl_arena *arena, const pl_host *host, const char *unseen) {
  static const char *const devices[][2] = {{"/dev/sev-guest", "sev"}, {"/dev/tdx_guest", "tdx"}};
  const char *trouble = missing_directory(host, "/dev");
  pl_node *se = switch_fact(arena, host, unseen, "/sys/firmware/uv/prot_virt_guest");
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
    pl_auto_close int fd = pl_open_quietly(host, devices[i][0], PL_OPEN_PATH, NULL);
    if (fd >= 0)
      return pl_node_string(arena, devices[i][1]);
  }
  if (se->kind == PL_BOOLEAN && se->boolean)
    return pl_node_string(arena, "se");
  return trouble ? pl_unreadable(arena, trouble) : se->kind == PL_OBJECT ? se : pl_node_string(arena, "none");
}

static pl_node *confidential_facts(pl_arena *arena, const pl_host *host, const char *unseen) {
  pl_node *fact = pl_node_object(arena), *hosts = pl_node_object(arena);
  for (size_t i = 0; i < sizeof techniques / sizeof *techniques; i++)
    pl_object_put(arena, hosts, techniques[i].name, switch_fact(arena, host, unseen, techniques[i].path));
  pl_object_set(arena, fact, "host", hosts);
  pl_object_set(arena, fact, "guest", guest_fact(arena, host, unseen));
  return fact;
}

pl_node *pl_kernel_facts(pl_arena *arena, const pl_host *host) {
  pl_node *facts = pl_node_object(arena);
  const char *unseen = missing_directory(host, "/sys/module");
  pl_object_set(arena, facts, "sysctls", sysctl_facts(arena, host));
  pl_object_set(arena, facts, "security", security_facts(arena, host, unseen));
  pl_object_set(arena, facts, "confidential", confidential_facts(arena, host, unseen));
  return facts;
}
