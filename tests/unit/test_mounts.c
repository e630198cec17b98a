/* mountinfo: lines as kernels write them, lines as nobody should, and which mounts are waited for. */
#include <check.h>

#include "plumbline/host/mounts.h"
#include "src/host/host_private.h"

static pl_arena *arena;
static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

static pl_mounts *parsed(const char *text) {
  pl_mounts *mounts = NULL;
  pl_error err = {.kind = PL_ERR_NONE};
  ck_assert_msg(pl_mounts_parse(arena, (pl_bytes){text, strlen(text)}, &mounts, &err) == 0, "%s", err.text);
  return mounts;
}

static void check_mount(const pl_mount *mount, const pl_mount *wanted) {
  ck_assert_str_eq(mount->root, wanted->root);
  ck_assert_str_eq(mount->point, wanted->point);
  ck_assert_str_eq(mount->options, wanted->options);
  ck_assert_str_eq(mount->type, wanted->type);
  ck_assert_str_eq(mount->source, wanted->source);
  ck_assert_str_eq(mount->super_options, wanted->super_options);
  ck_assert_uint_eq(mount->major, wanted->major);
  ck_assert_uint_eq(mount->minor, wanted->minor);
}

static const struct {
  const char *line;
  pl_mount mount;
} good[] = {
    {"36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue",
     {"/mnt1", "/mnt2", "rw,noatime", "ext3", "/dev/root", "rw,errors=continue", 98, 0}},
    {"1 0 0:4294967295 / / rw - rootfs rootfs rw\n",
     {"/", "/", "rw", "rootfs", "rootfs", "rw", 0, UINT32_MAX}},
    {"1 0 0:1 / /a rw shared:7 master:3 propagate_from:2 unbindable - tmpfs tmpfs rw",
     {"/", "/a", "rw", "tmpfs", "tmpfs", "rw", 0, 1}},
    {"1 0 0:1 /x\\040y /a\\040b\\011c\\012d\\134e rw - cifs //srv/a\\040b rw",
     {"/x y", "/a b\tc\nd\\e", "rw", "cifs", "//srv/a b", "rw", 0, 1}},
    {"1 0 0:1 / /t rw - tmpfs  rw", {"/", "/t", "rw", "tmpfs", "", "rw", 0, 1}},             /* a source of no bytes */
    {"1 0 0:1 / /t rw - tmpfs none", {"/", "/t", "rw", "tmpfs", "none", "", 0, 1}},          /* no options */
    {"1 0 0:1 / /t rw - x none rw,a b", {"/", "/t", "rw", "x", "none", "rw,a b", 0, 1}},     /* the rest of the line */
    {"1 0 0:1 /gone//deleted /t rw - x - rw", {"/gone//deleted", "/t", "rw", "x", "-", "rw", 0, 1}},
    {"1 0 0:1 / /.a/...b/c. rw - x none rw", {"/", "/.a/...b/c.", "rw", "x", "none", "rw", 0, 1}},
    {"1 0 0:1 / /\\303\\251 rw - x none rw", {"/", "/\303\251", "rw", "x", "none", "rw", 0, 1}},
};

START_TEST(a_line_is_taken_apart) {
  pl_mounts *mounts = parsed(good[_i].line);
  ck_assert_uint_eq(mounts->count, 1);
  check_mount(&mounts->items[0], &good[_i].mount);
}
END_TEST

static const struct {
  const char *text, *error;
  uint32_t line;
} bad[] = {
    {"\n", "mountinfo line 1: fewer than six fields before the optional ones", 1},
    {"1 0 0:1 / /a rw - x y z\n\n1 0 0:1 / /a rw - x y z\n",
     "mountinfo line 2: fewer than six fields before the optional ones", 2},
    {"1 0 0:1 / /a", "mountinfo line 1: fewer than six fields before the optional ones", 1},
    {"1 0 0:1  /a rw - x y z", "mountinfo line 1: fewer than six fields before the optional ones", 1},
    {"1 0 0:1 / /a rw", "mountinfo line 1: no separator", 1},
    {"1 0 0:1 / /a rw shared:1", "mountinfo line 1: no separator", 1},
    {"1 0 0:1 / /a rw -", "mountinfo line 1: no type or source after the separator", 1},
    {"1 0 0:1 / /a rw - ext4", "mountinfo line 1: no type or source after the separator", 1},
    {"1 0 0:1 / /a rw -  y z", "mountinfo line 1: no type or source after the separator", 1},
    {"1 0 01 / /a rw - x y z", "mountinfo line 1: no device number", 1},
    {"1 0 a:1 / /a rw - x y z", "mountinfo line 1: no device number", 1},
    {"1 0 0: / /a rw - x y z", "mountinfo line 1: no device number", 1},
    {"1 0 0:-1 / /a rw - x y z", "mountinfo line 1: no device number", 1},
    {"1 0 0:4294967296 / /a rw - x y z", "mountinfo line 1: no device number", 1},
    {"1 0 0:1 / a rw - x y z", "mountinfo line 1: the mount point is no path as the kernel writes it", 1},
    {"1 0 0:1 / // rw - x y z", "mountinfo line 1: the mount point is no path as the kernel writes it", 1},
    {"1 0 0:1 / /a/ rw - x y z", "mountinfo line 1: the mount point is no path as the kernel writes it", 1},
    {"1 0 0:1 / /a//b rw - x y z", "mountinfo line 1: the mount point is no path as the kernel writes it", 1},
    {"1 0 0:1 / /. rw - x y z", "mountinfo line 1: the mount point is no path as the kernel writes it", 1},
    {"1 0 0:1 / /a/../b rw - x y z", "mountinfo line 1: the mount point is no path as the kernel writes it", 1},
    {"1 0 0:1 / /a/.. rw - x y z", "mountinfo line 1: the mount point is no path as the kernel writes it", 1},
    {"1 0 0:1 / /a\\04 rw - x y z", "mountinfo line 1: a bad escape", 1},
    {"1 0 0:1 / /a\\048 rw - x y z", "mountinfo line 1: a bad escape", 1},
    {"1 0 0:1 / /a\\ rw - x y z", "mountinfo line 1: a bad escape", 1},
    {"1 0 0:1 / /a\\000 rw - x y z", "mountinfo line 1: a bad escape", 1},
    {"1 0 0:1 / /a\\777 rw - x y z", "mountinfo line 1: a bad escape", 1},
    {"1 0 0:1 /\\q /a rw - x y z", "mountinfo line 1: a bad escape", 1},
    {"1 0 0:1 / /a rw - x\\q y z", "mountinfo line 1: a bad escape", 1},
    {"1 0 0:1 / /a rw - x y\\q z", "mountinfo line 1: a bad escape", 1},
};

START_TEST(a_malformed_line_is_an_error_with_its_number) {
  pl_mounts *mounts = NULL;
  pl_error err = {.kind = PL_ERR_NONE};
  ck_assert_int_eq(pl_mounts_parse(arena, (pl_bytes){bad[_i].text, strlen(bad[_i].text)}, &mounts, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_SYNTAX);
  ck_assert_str_eq(err.text, bad[_i].error);
  ck_assert_uint_eq(err.line, bad[_i].line);
}
END_TEST

START_TEST(a_nul_is_no_part_of_a_line) {
  static const char text[] = "1 0 0:1 / /a rw - x y z\0q\n";
  pl_mounts *mounts = NULL;
  pl_error err = {.kind = PL_ERR_NONE};
  ck_assert_int_eq(pl_mounts_parse(arena, (pl_bytes){text, sizeof text - 1}, &mounts, &err), -1);
  ck_assert_str_eq(err.text, "mountinfo line 1: a NUL byte");
  ck_assert_int_eq(pl_mounts_parse(arena, (pl_bytes){text, sizeof text - 1}, &mounts, NULL), -1);
}
END_TEST

START_TEST(no_text_is_no_mounts) { ck_assert_uint_eq(parsed("")->count, 0); }
END_TEST

static const char stacked[] = "1 0 8:1 / / rw - ext4 /dev/sda rw\n"
                              "2 1 0:2 / /srv rw - nfs4 host:/ rw\n"
                              "3 1 0:3 / /auto rw - autofs systemd-1 rw\n"
                              "4 3 0:4 / /auto rw - binfmt_misc binfmt_misc rw\n"
                              "5 1 0:5 / /var/lib/kubelet rw - xfs /dev/sdb rw\n"
                              "6 1 0:6 / /var rw - ext4 /dev/sdc rw\n";

START_TEST(the_longest_point_decides_and_then_the_last_line) {
  static const struct {
    const char *path, *type;
    uint32_t minor;
  } cases[] = {
      {"/", "ext4", 1},       {"/etc", "ext4", 1},          {"/srv", "nfs4", 2},        {"/srv/a/b", "nfs4", 2},
      {"/srv2", "ext4", 1},   {"/auto/x", "binfmt_misc", 4}, {"/var/lib/kubelet/x", "xfs", 5}, {"/var/lib", "ext4", 6},
      {"/var/lib/kubelet2", "ext4", 6},
  };
  pl_mounts *mounts = parsed(stacked);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const pl_mount *mount = pl_mounts_find(mounts, cases[i].path);
    ck_assert_str_eq(mount->type, cases[i].type);
    ck_assert_uint_eq(mount->minor, cases[i].minor);
  }
  ck_assert_ptr_null(pl_mounts_find(parsed("1 0 0:1 / /a rw - x y z"), "/b"));
}
END_TEST

START_TEST(what_waits_for_a_server_or_a_program_is_remote) {
  static const char *const remote[] = {"nfs",  "nfs4", "cifs",   "smb3",      "ceph",       "9p",       "autofs",
                                       "fuse", "fuseblk", "fuse.sshfs", "fuse.lxcfs", "glusterfs", "virtiofs", NULL};
  static const char *const local[] = {"ext4",  "xfs",   "overlay", "tmpfs", "proc", "sysfs", "fusectl",
                                      "nfsd", "btrfs", "cgroup2", "nsfs",  "zfs",  "",      NULL};
  for (size_t i = 0; remote[i]; i++)
    ck_assert_msg(pl_mount_is_remote(&(pl_mount){.type = remote[i]}), "%s", remote[i]);
  for (size_t i = 0; local[i]; i++)
    ck_assert_msg(!pl_mount_is_remote(&(pl_mount){.type = local[i]}), "%s", local[i]);
}
END_TEST

START_TEST(our_own_mounts_are_seen_from_where_the_root_lies) {
  pl_mounts *mounts = parsed("1 0 8:1 / / rw - overlay o rw\n2 1 8:2 / /host rw - ext4 d rw\n"
                             "3 2 8:3 / /host/srv rw - nfs s rw\n4 1 8:4 / /hosts rw - xfs e rw\n");
  pl_mounts *seen = pl_mounts_seen_from(arena, mounts, "/host");
  ck_assert_uint_eq(seen->count, 2);
  ck_assert_str_eq(seen->items[0].point, "/");
  ck_assert_str_eq(seen->items[0].type, "ext4");
  ck_assert_str_eq(seen->items[1].point, "/srv");
  seen = pl_mounts_seen_from(arena, mounts, "/host/var"); /* not a mount point itself */
  ck_assert_uint_eq(seen->count, 1);
  ck_assert_str_eq(seen->items[0].point, "/");
  ck_assert_str_eq(seen->items[0].type, "ext4");
}
END_TEST

Suite *suite_mounts(void);
Suite *suite_mounts(void) {
  Suite *suite = suite_create("mounts");
  TCase *tests = tcase_create("mounts");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_loop_test(tests, a_line_is_taken_apart, 0, sizeof good / sizeof *good);
  tcase_add_loop_test(tests, a_malformed_line_is_an_error_with_its_number, 0, sizeof bad / sizeof *bad);
  tcase_add_test(tests, a_nul_is_no_part_of_a_line);
  tcase_add_test(tests, no_text_is_no_mounts);
  tcase_add_test(tests, the_longest_point_decides_and_then_the_last_line);
  tcase_add_test(tests, what_waits_for_a_server_or_a_program_is_remote);
  tcase_add_test(tests, our_own_mounts_are_seen_from_where_the_root_lies);
  suite_add_tcase(suite, tests);
  return suite;
}
