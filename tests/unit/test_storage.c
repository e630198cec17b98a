/* From mounts and devices down to the disks, on trees of sysfs made by hand; and the lists of swap areas and of sockets. */
#include <check.h>
#include <stdio.h>

#include "host_tree.h"
#include "plumbline/core/limits.h"
#include "plumbline/host/sockets.h"
#include "plumbline/host/storage.h"

#define BARE "processor\t: 0\nflags\t\t: fpu vme\n"

/* Device NUMBER called NAME, with UUID when it is one of the device mapper. */
static void device(const char *name, const char *number, const char *uuid) {
  tree_file(pl_printf(tree_arena, "/sys/devices/x/%s/dev", name), pl_printf(tree_arena, "%s\n", number));
  if (uuid) {
    tree_file(pl_printf(tree_arena, "/sys/devices/x/%s/dm/uuid", name), pl_printf(tree_arena, "%s\n", uuid));
    tree_file(pl_printf(tree_arena, "/sys/devices/x/%s/dm/name", name), "label\n");
  }
  tree_link(pl_printf(tree_arena, "../../devices/x/%s", name), pl_printf(tree_arena, "/sys/dev/block/%s", number));
  tree_link(pl_printf(tree_arena, "../../devices/x/%s", name), pl_printf(tree_arena, "/sys/class/block/%s", name));
}

static void slave(const char *upper, const char *lower) {
  tree_link(pl_printf(tree_arena, "../../%s", lower), pl_printf(tree_arena, "/sys/devices/x/%s/slaves/%s", upper, lower));
}

static const pl_storage *look(const char *cpuinfo, const char *mountinfo, uint32_t major, uint32_t minor) {
  tree_file("/proc/cpuinfo", cpuinfo);
  tree_file("/proc/1/mountinfo", mountinfo ? mountinfo : "1 0 8:0 / / rw - ext4 /dev/sda rw\n");
  return pl_storage_of_device(pl_blocks_new(tree_host()), major, minor);
}

static const char *chain_of(const pl_storage *storage) {
  const char *text = "";
  for (size_t i = 0; i < storage->chain_count; i++)
    text = pl_printf(tree_arena, "%s%s%s", text, i ? " < " : "", storage->chain[i]);
  return text;
}

static const struct {
  const char *uuid;
  pl_rest rest;
} uuids[] = {
    {"CRYPT-LUKS1-0123-a", PL_REST_ENCRYPTED}, {"CRYPT-LUKS2-0123-a", PL_REST_ENCRYPTED},
    {"CRYPT-PLAIN-a", PL_REST_ENCRYPTED},      {"CRYPT-TCRYPT-0-a", PL_REST_ENCRYPTED},
    {"CRYPT-LOOPAES-a", PL_REST_ENCRYPTED},    {"CRYPT-BITLK-0-a", PL_REST_ENCRYPTED},
    {"CRYPT-FVAULT2-0-a", PL_REST_ENCRYPTED},  {"CRYPT-LUKS2", PL_REST_PLAIN},
    {"CRYPT-VERITY-0-a", PL_REST_PLAIN},       {"CRYPT-INTEGRITY-a", PL_REST_PLAIN},
    {"CRYPT-SUBDEV-0-a", PL_REST_PLAIN},       {"LVM-CRYPT-LUKS2-a", PL_REST_PLAIN},
    {"xCRYPT-LUKS2-a", PL_REST_PLAIN},         {"crypt-luks2-a", PL_REST_PLAIN},
    {"mpath-36001", PL_REST_PLAIN},            {"", PL_REST_UNKNOWN},
};

START_TEST(the_device_mapper_says_what_encrypts) {
  device("sda", "8:0", NULL);
  device("dm-0", "253:0", uuids[_i].uuid);
  slave("dm-0", "sda");
  ck_assert_int_eq(look(BARE, NULL, 253, 0)->rest, uuids[_i].rest);
}
END_TEST

static const struct {
  const char *cpuinfo;
  pl_machine machine;
} machines[] = {
    {BARE, PL_MACHINE_BARE},
    {"processor\t: 0\nflags\t\t: fpu hypervisor vme\n", PL_MACHINE_VIRTUAL},
    {"processor\t: 0\nflags\t\t: fpu hypervisor\n", PL_MACHINE_VIRTUAL},
    {"processor\t: 0\nflags\t\t: fpu nohypervisor hypervisors\n", PL_MACHINE_BARE},
    {"processor\t: 0\nmodel name\t: hypervisor\nflags\t\t: fpu\n", PL_MACHINE_BARE},
    {"processor\t: 0\nFeatures\t: fp asimd\n", PL_MACHINE_UNKNOWN}, /* ARM */
    {"processor\t: 0\nflags\t\t: fpu", PL_MACHINE_UNKNOWN},         /* cut off: what is missing may be it */
    {"", PL_MACHINE_UNKNOWN},
};

START_TEST(a_disk_counts_as_plain_on_bare_metal_only) {
  device("sda", "8:0", NULL);
  pl_rest wanted = machines[_i].machine == PL_MACHINE_BARE ? PL_REST_PLAIN : PL_REST_VIRTUAL;
  ck_assert_int_eq(look(machines[_i].cpuinfo, NULL, 8, 0)->rest, wanted);
  ck_assert_int_eq(pl_blocks_machine(pl_blocks_new(tree_host())), machines[_i].machine);
}
END_TEST

/* DEPTH mappers one upon the other, on a disk. */
static pl_rest tower(int depth) {
  device("sda", "8:0", NULL);
  for (int i = 0; i < depth; i++) {
    const char *name = pl_printf(tree_arena, "dm-%d", i);
    device(name, pl_printf(tree_arena, "253:%d", i), "LVM-a");
    slave(name, i ? pl_printf(tree_arena, "dm-%d", i - 1) : "sda");
  }
  return look(BARE, NULL, 253, (uint32_t)depth - 1)->rest;
}

START_TEST(towers_end) {
  ck_assert_int_eq(tower(PL_STORAGE_DEPTH_MAX - 1), PL_REST_PLAIN);
}
END_TEST

START_TEST(towers_past_the_cap_are_not_known) { ck_assert_int_eq(tower(PL_STORAGE_DEPTH_MAX), PL_REST_UNKNOWN); }
END_TEST

START_TEST(circles_are_not_known) {
  device("dm-0", "253:0", "LVM-a");
  device("dm-1", "253:1", "LVM-b");
  device("dm-2", "253:2", "LVM-c");
  slave("dm-0", "dm-1");
  slave("dm-1", "dm-0");
  slave("dm-2", "dm-2");
  const pl_storage *storage = look(BARE, NULL, 253, 0);
  ck_assert_int_eq(storage->rest, PL_REST_UNKNOWN);
  ck_assert_ptr_nonnull(strstr(storage->because, "lies on itself"));
  ck_assert_int_eq(pl_storage_of_device(pl_blocks_new(tree_host()), 253, 2)->rest, PL_REST_UNKNOWN);
}
END_TEST

/* A loop device whose file lies on a file system on that loop device, and a chain of them. */
START_TEST(loops_in_circles_are_not_known) {
  device("loop0", "7:0", NULL);
  tree_file("/sys/devices/x/loop0/loop/backing_file", "/mnt/image\n");
  const pl_storage *storage = look(BARE, "1 0 8:0 / / rw - ext4 /dev/sda rw\n2 1 7:0 / /mnt rw - ext4 /dev/loop0 rw\n", 7, 0);
  ck_assert_int_eq(storage->rest, PL_REST_UNKNOWN);
  ck_assert_str_eq(chain_of(storage), "loop0 (loop, /mnt/image) < /mnt (ext4) < 7:0");
}
END_TEST

/* COUNT slaves of a RAID, each of which encrypts. */
static pl_rest fan(int count) {
  device("md0", "9:0", NULL);
  for (int i = 0; i < count; i++) {
    const char *name = pl_printf(tree_arena, "dm-%d", i);
    device(name, pl_printf(tree_arena, "253:%d", i), "CRYPT-LUKS2-0-a");
    slave("md0", name);
  }
  const pl_storage *storage = look(BARE, NULL, 9, 0);
  ck_assert_uint_eq(storage->chain_count, count < PL_STORAGE_CHAIN_MAX ? count + 1 : PL_STORAGE_CHAIN_MAX);
  bool cut = pl_equal(storage->chain[storage->chain_count - 1], "more that are not listed");
  ck_assert_int_eq(cut, count >= PL_STORAGE_CHAIN_MAX);
  return storage->rest;
}

START_TEST(branches_are_all_looked_at) { ck_assert_int_eq(fan(PL_STORAGE_BRANCHES_MAX), PL_REST_ENCRYPTED); }
END_TEST

/* With the RAID itself as many as are listed, and one more. */
START_TEST(a_long_chain_says_that_it_is_longer) { ck_assert_int_eq(fan(PL_STORAGE_CHAIN_MAX - 1 + _i), PL_REST_ENCRYPTED); }
END_TEST

START_TEST(branches_past_the_cap_are_not_known) { ck_assert_int_eq(fan(PL_STORAGE_BRANCHES_MAX + 1), PL_REST_UNKNOWN); }
END_TEST

/* Every device has all before it below it: looked at once each, not once a way. */
START_TEST(many_ways_down_cost_no_more) {
  device("sda", "8:0", NULL);
  for (int i = 0; i < PL_STORAGE_DEPTH_MAX - 1; i++) {
    const char *name = pl_printf(tree_arena, "dm-%d", i);
    device(name, pl_printf(tree_arena, "253:%d", i), "LVM-a");
    slave(name, "sda");
    for (int j = 0; j < i; j++)
      slave(name, pl_printf(tree_arena, "dm-%d", j));
  }
  ck_assert_int_eq(look(BARE, NULL, 253, PL_STORAGE_DEPTH_MAX - 2)->rest, PL_REST_PLAIN);
}
END_TEST

START_TEST(devices_are_counted) {
  pl_blocks *blocks = NULL;
  tree_file("/proc/cpuinfo", BARE);
  blocks = pl_blocks_new(tree_host());
  for (uint32_t i = 0; i < PL_STORAGE_DEVICES_MAX; i++)
    ck_assert_ptr_nonnull(strstr(pl_storage_of_device(blocks, 8, i)->because, "is not in sysfs"));
  const pl_storage *past = pl_storage_of_device(blocks, 9, 0);
  ck_assert_int_eq(past->rest, PL_REST_UNKNOWN);
  ck_assert_str_eq(past->because, "9:0 is one device more than are looked at");
}
END_TEST

/* ---- file systems ---- */

static const struct {
  const char *line; /* what is mounted at /x */
  pl_rest rest;
  const char *because;
} mounts[] = {
    {"2 1 0:9 / /x rw - nfs4 h:/x rw", PL_REST_OPAQUE, "nfs4 mount has its data where only its server knows"},
    {"2 1 0:9 / /x rw - fuse.sshfs x rw", PL_REST_OPAQUE, "fuse.sshfs mount has its data where only its server knows"},
    {"2 1 0:9 / /x rw - fuse.gocryptfs x rw", PL_REST_ENCRYPTED, "fuse.gocryptfs is a file system that encrypts"},
    {"2 1 0:9 / /x rw - ecryptfs x rw", PL_REST_ENCRYPTED, "ecryptfs is a file system that encrypts"},
    {"2 1 0:9 / /x rw - tmpfs x rw", PL_REST_MEMORY, "tmpfs lies in memory"},
    {"2 1 0:9 / /x rw - zfs tank/a rw", PL_REST_OPAQUE, "zfs (tank/a) does not show here whether its dataset is encrypted"},
    {"2 1 0:9 / /x rw - newfs x rw", PL_REST_OPAQUE, "newfs is a file system that does not show its devices"},
    {"2 1 0:9 / /x rw - overlay o rw,lowerdir=/a,upperdir=/up,workdir=/w", PL_REST_PLAIN,
     "sda is a disk of this machine, and nothing above it encrypts"},
    {"2 1 0:9 / /x rw - overlay o rw,lowerdir=/a,upperdir=/up\\054b,workdir=/w", PL_REST_UNKNOWN,
     "overlay does not say where its files are"},
    {"2 1 0:9 / /x ro - overlay o ro,lowerdir=/a:/upperdir=/b", PL_REST_UNKNOWN, "overlay does not say where its files are"},
    {"2 1 0:9 / /x rw - overlay o rw,upperdir=/x/up", PL_REST_UNKNOWN, NULL}, /* itself, for ever */
    {"2 1 0:9 / /x rw - btrfs /dev/sda rw", PL_REST_UNKNOWN, "btrfs does not show in sysfs the devices it lies on"},
    {"2 1 8:0 / /x rw - ext4 /dev/sda rw", PL_REST_PLAIN, "sda is a disk of this machine, and nothing above it encrypts"},
    {"2 1 0:6 /sda /x rw - devtmpfs udev rw", PL_REST_PLAIN, "sda is a disk of this machine, and nothing above it encrypts"},
    {"2 1 0:6 /null /x rw - devtmpfs udev rw", PL_REST_UNKNOWN, "/x is no device node that can be looked at"},
    {"2 1 0:6 /../../etc /x rw - devtmpfs udev rw", PL_REST_UNKNOWN, "/x is no device node that can be looked at"},
};

START_TEST(file_systems_by_their_type) {
  device("sda", "8:0", NULL);
  tree_file("/proc/cpuinfo", BARE);
  tree_file("/proc/1/mountinfo", pl_printf(tree_arena, "1 0 8:0 / / rw - ext4 /dev/sda rw\n%s\n", mounts[_i].line));
  pl_host *host = tree_host();
  const pl_storage *storage = pl_storage_of_mount(pl_blocks_new(host), pl_mounts_find(host->mounts, "/x"));
  ck_assert_msg(storage->rest == mounts[_i].rest, "%s: %s", mounts[_i].line, storage->because);
  if (mounts[_i].because)
    ck_assert_str_eq(storage->because, mounts[_i].because);
}
END_TEST

START_TEST(without_mounts_nothing_is_known) {
  tree_link("/b", "/a");
  pl_host *host = tree_host();
  ck_assert_ptr_null(host->mounts);
  ck_assert_int_eq(pl_storage_of_path(pl_blocks_new(host), "/a/x")->rest, PL_REST_UNKNOWN);
}
END_TEST

START_TEST(links_are_followed_before_mounts_are_asked) {
  device("sda", "8:0", NULL);
  device("dm-0", "253:0", "CRYPT-LUKS2-0-a");
  tree_link("/data/etcd", "/var/lib/etcd");
  tree_directory("/data/etcd", 0700);
  tree_file("/proc/cpuinfo", BARE);
  tree_file("/proc/1/mountinfo", "1 0 8:0 / / rw - ext4 /dev/sda rw\n2 1 253:0 / /data rw - ext4 /dev/dm-0 rw\n");
  pl_blocks *blocks = pl_blocks_new(tree_host());
  ck_assert_str_eq(chain_of(pl_storage_of_path(blocks, "/var/lib/etcd")), "/data (ext4) < dm-0 (CRYPT-LUKS2, label)");
  ck_assert_str_eq(chain_of(pl_storage_of_path(blocks, "/var/lib")), "/ (ext4) < sda (disk)");
}
END_TEST

/* ---- swap ---- */

#define SWAP_HEAD "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

static const struct {
  const char *text, *found; /* NULL: refused */
} swaps[] = {
    {SWAP_HEAD, ""},
    {SWAP_HEAD "/dev/dm-1                               partition\t8388604\t\t0\t\t-2\n", "partition /dev/dm-1;"},
    {SWAP_HEAD "/a\\040b\t\tfile\t1\t0\t-2\n/dev/zram0 partition 1 0 100\n", "file /a b;partition /dev/zram0;"},
    {SWAP_HEAD "/swap\\040(deleted)\tfile\t1\t0\t-2\n", "file /swap;"},
    {SWAP_HEAD "relative file 1 0 -2\n", NULL},
    {SWAP_HEAD "/only-a-name\n", NULL},
    {SWAP_HEAD "/bad\\04 file 1 0 -2\n", NULL},
    {SWAP_HEAD " \n", NULL},
    {"", NULL},
    {"/dev/sda2 partition\n", NULL},
};

START_TEST(swap_areas) {
  pl_swaps found = {.items = NULL};
  pl_error err = {.kind = PL_ERR_NONE};
  const char *text = "";
  int rc = pl_swaps_parse(tree_arena, (pl_bytes){swaps[_i].text, strlen(swaps[_i].text)}, &found, &err);
  ck_assert_int_eq(rc, swaps[_i].found ? 0 : -1);
  ck_assert_int_eq(err.kind, swaps[_i].found ? PL_ERR_NONE : PL_ERR_SYNTAX);
  for (size_t i = 0; rc == 0 && i < found.count; i++)
    text = pl_printf(tree_arena, "%s%s %s;", text, found.items[i].file ? "file" : "partition", found.items[i].path);
  if (swaps[_i].found)
    ck_assert_str_eq(text, swaps[_i].found);
}
END_TEST

/* ---- sockets ---- */

#define LINE(flags, rest) "00000000deadbeef: 00000002 00000000 " flags " 0001 01 4711" rest "\n"
#define LISTENS           "00010000"

static const struct {
  const char *text, *path;
  bool by_name, found;
} sockets[] = {
    {LINE(LISTENS, " /run/kms.sock"), "/run/kms.sock", false, true},
    {LINE("00000000", " /run/kms.sock"), "/run/kms.sock", true, false}, /* it is connected, and does not listen */
    {LINE(LISTENS, " /run/kms.sock2"), "/run/kms.sock", true, false},
    {LINE(LISTENS, " /opt/kms.sock"), "/run/kms.sock", false, false},
    {LINE(LISTENS, " /opt/kms.sock"), "/run/kms.sock", true, true},
    {LINE(LISTENS, " /opt/xkms.sock"), "/run/kms.sock", true, false},
    {LINE(LISTENS, " @kms"), "@kms", true, true},
    {LINE(LISTENS, " @akms"), "@kms", true, false},
    {LINE(LISTENS, " /with blank.sock"), "/with blank.sock", false, true},
    {LINE(LISTENS, ""), "/run/kms.sock", true, false},
    {"Num       RefCount Protocol Flags    Type St Inode Path\n" LINE(LISTENS, " /a") LINE(LISTENS, " /b"), "/b", false, true},
    {LINE(LISTENS, " /a"), "/", true, false},
    {"", "/a", true, false},
    {"00010000\n\n:", "/a", true, false},
};

START_TEST(listening_sockets) {
  pl_bytes text = {sockets[_i].text, strlen(sockets[_i].text)};
  ck_assert_int_eq(pl_sockets_listen(text, sockets[_i].path, sockets[_i].by_name), sockets[_i].found);
}
END_TEST

/* The one that listens stands at the end of a list of as many bytes as are read, and of one more. */
START_TEST(a_list_of_sockets_that_is_too_long) {
  static const char last[] = LINE(LISTENS, " /run/kms.sock");
  size_t size = PL_SOCKETS_BYTES_MAX + (size_t)_i;
  char *text = pl_xmalloc(size + 1);
  memset(text, '\n', size);
  memcpy(text + size - (sizeof last - 1), last, sizeof last);
  tree_file("/proc/1/net/unix", text);
  free(text);
  pl_error err = {.kind = PL_ERR_NONE};
  ck_assert_int_eq(pl_sockets_find(tree_host(), 1, "/run/kms.sock", false, &err), _i ? -1 : 1);
  ck_assert_int_eq(err.kind, _i ? PL_ERR_LIMIT : PL_ERR_NONE);
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

Suite *suite_storage(void);
Suite *suite_storage(void) {
  Suite *suite = suite_create("storage");
  TCase *tcase = tcase_create("storage");
  tcase_set_timeout(tcase, 60); /* thousands of files */
  tcase_add_checked_fixture(tcase, tree_setup, tree_teardown);
  tcase_add_loop_test(tcase, the_device_mapper_says_what_encrypts, 0, COUNT(uuids));
  tcase_add_loop_test(tcase, a_disk_counts_as_plain_on_bare_metal_only, 0, COUNT(machines));
  tcase_add_test(tcase, towers_end);
  tcase_add_test(tcase, towers_past_the_cap_are_not_known);
  tcase_add_test(tcase, circles_are_not_known);
  tcase_add_test(tcase, loops_in_circles_are_not_known);
  tcase_add_test(tcase, branches_are_all_looked_at);
  tcase_add_loop_test(tcase, a_long_chain_says_that_it_is_longer, 0, 2);
  tcase_add_test(tcase, branches_past_the_cap_are_not_known);
  tcase_add_test(tcase, many_ways_down_cost_no_more);
  tcase_add_test(tcase, devices_are_counted);
  tcase_add_loop_test(tcase, file_systems_by_their_type, 0, COUNT(mounts));
  tcase_add_test(tcase, without_mounts_nothing_is_known);
  tcase_add_test(tcase, links_are_followed_before_mounts_are_asked);
  tcase_add_loop_test(tcase, swap_areas, 0, COUNT(swaps));
  tcase_add_loop_test(tcase, listening_sockets, 0, COUNT(sockets));
  tcase_add_loop_test(tcase, a_list_of_sockets_that_is_too_long, 0, 2);
  suite_add_tcase(suite, tcase);
  return suite;
}
