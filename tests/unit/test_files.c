/* One stat a path, content with its digest, keys that are not read, and mounts that are not touched. */
#include <check.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "host_tree.h"
#include "plumbline/core/digest.h"
#include "plumbline/core/limits.h"
#include "plumbline/host/files.h"
#include "src/host/host_private.h"
#include "supervise.h"

#define MOUNTS "1 0 8:1 / / rw - ext4 /dev/sda rw\n2 1 0:2 / /mnt/nfs rw - nfs4 host:/ rw\n"

/* ---- stat ---- */

START_TEST(a_file_is_what_its_stat_says) {
  tree_file("/etc/f", "12345");
  ck_assert_int_eq(chmod(tree_path("/etc/f"), 06751), 0);
  struct stat st;
  ck_assert_int_eq(stat(tree_path("/etc/f"), &st), 0);
  const pl_file *file = pl_host_stat(tree_host(), "/etc/f");
  ck_assert_str_eq(file->path, "/etc/f");
  ck_assert_int_eq(file->state, PL_FILE_PRESENT);
  ck_assert_int_eq(file->type, PL_TYPE_FILE);
  ck_assert_uint_eq(file->mode, 06751);
  ck_assert_uint_eq(file->uid, st.st_uid);
  ck_assert_uint_eq(file->gid, st.st_gid);
  ck_assert_int_eq(file->size, 5);
  ck_assert_int_eq(file->mtime, st.st_mtime);
  ck_assert_uint_eq(file->device, st.st_dev);
  ck_assert_uint_eq(file->inode, st.st_ino);
  ck_assert_ptr_null(file->target);
  ck_assert_ptr_null(file->why);
  ck_assert_str_eq(file->digest, "");
}
END_TEST

START_TEST(owners_are_those_of_the_tree) {
  if (geteuid() != 0) {
    fprintf(stderr, "left out: only root can give files away\n");
    return;
  }
  tree_file("/etc/f", "");
  ck_assert_int_eq(chown(tree_path("/etc/f"), 4000000000u, 3000000000u), 0);
  const pl_file *file = pl_host_stat(tree_host(), "/etc/f");
  ck_assert_uint_eq(file->uid, 4000000000u);
  ck_assert_uint_eq(file->gid, 3000000000u);
}
END_TEST

static void put_socket(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  ck_assert_uint_lt(strlen(tree_path(path)), sizeof address.sun_path);
  memcpy(address.sun_path, tree_path(path), strlen(tree_path(path)));
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  close(fd);
}

START_TEST(every_type_has_its_name) {
  tree_file("/d/file", "");
  tree_link("nowhere", "/d/link");
  ck_assert_int_eq(mkfifo(tree_path("/d/fifo"), 0600), 0);
  put_socket("/d/socket");
  pl_host *host = tree_host();
  static const struct {
    const char *path, *name;
  } types[] = {{"/d", "directory"}, {"/d/file", "file"}, {"/d/link", "link"}, {"/d/fifo", "fifo"}, {"/d/socket", "socket"}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    ck_assert_int_eq(pl_host_stat(host, types[i].path)->state, PL_FILE_PRESENT);
    ck_assert_str_eq(pl_file_type_name(pl_host_stat(host, types[i].path)->type), types[i].name);
  }
  if (mknod(tree_path("/d/c"), S_IFCHR | 0600, makedev(1, 3)) == 0 &&
      mknod(tree_path("/d/b"), S_IFBLK | 0600, makedev(7, 0)) == 0) {
    ck_assert_str_eq(pl_file_type_name(pl_host_stat(host, "/d/c")->type), "character device");
    ck_assert_str_eq(pl_file_type_name(pl_host_stat(host, "/d/b")->type), "block device");
  } else {
    fprintf(stderr, "left out: devices cannot be made here\n");
  }
}
END_TEST

START_TEST(what_is_not_there_is_absent) {
  tree_file("/etc/f", "");
  pl_host *host = tree_host();
  static const char *const paths[] = {"/nope", "/nope/x", "/etc/f/x", "/etc/f/", ""};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    const pl_file *file = pl_host_stat(host, paths[i]);
    ck_assert_int_eq(file->state, PL_FILE_ABSENT);
    ck_assert_ptr_null(file->why);
    ck_assert_int_eq(file->why_kind, PL_ERR_ABSENT);
  }
}
END_TEST

START_TEST(a_link_shows_its_text_and_what_it_leads_to) {
  tree_file("/etc/real", "abc");
  tree_link("/etc/real", "/etc/absolute");
  tree_link("../../../../etc/real", "/etc/up");
  tree_link("gone", "/etc/dangling");
  tree_link("/etc", "/folder");
  pl_host *host = tree_host();
  const pl_file *file = pl_host_stat(host, "/etc/absolute");
  ck_assert_str_eq(file->target, "/etc/real");
  ck_assert_int_eq(file->type, PL_TYPE_FILE);
  ck_assert_int_eq(file->size, 3);
  file = pl_host_stat(host, "/etc/up");
  ck_assert_int_eq(file->size, 3);
  file = pl_host_stat(host, "/etc/dangling");
  ck_assert_int_eq(file->state, PL_FILE_PRESENT);
  ck_assert_int_eq(file->type, PL_TYPE_LINK);
  ck_assert_str_eq(file->target, "gone");
  file = pl_host_stat(host, "/folder/real");
  ck_assert_ptr_null(file->target);
  ck_assert_int_eq(file->size, 3);
  file = pl_host_stat(host, "/folder");
  ck_assert_int_eq(file->type, PL_TYPE_DIRECTORY);
  ck_assert_str_eq(file->target, "/etc");
}
END_TEST

START_TEST(a_link_out_of_the_tree_stays_in_it) {
  tree_link("/etc/hostname-of-nobody", "/a");
  tree_link("../../../../../../../../../../etc/passwd", "/b");
  tree_file("/etc/passwd", "node's");
  pl_host *host = tree_host();
  pl_bytes text;
  ck_assert_int_eq(pl_host_read(host, "/b", 100, &text, NULL), 0);
  ck_assert_str_eq(text.data, "node's");
  ck_assert_int_eq(pl_host_stat(host, "/a")->type, PL_TYPE_LINK);
}
END_TEST

static void put_chain(const char *prefix, int links) {
  for (int i = 0; i < links; i++)
    tree_link(i == 0 ? "/etc/end" : pl_printf(tree_arena, "/etc/%s%d", prefix, i - 1),
              pl_printf(tree_arena, "/etc/%s%d", prefix, i));
}

START_TEST(forty_links_and_no_more) {
  tree_file("/etc/end", "x");
  put_chain("l", PL_LINKS_MAX + 1);
  if (_i == 1)
    tree_file("/proc/1/mountinfo", MOUNTS); /* with one to keep away from, links are followed by hand */
  pl_host *host = tree_host();
  const pl_file *file = pl_host_stat(host, pl_printf(tree_arena, "/etc/l%d", PL_LINKS_MAX - 1));
  ck_assert_int_eq(file->state, PL_FILE_PRESENT);
  ck_assert_int_eq(file->size, 1);
  file = pl_host_stat(host, pl_printf(tree_arena, "/etc/l%d", PL_LINKS_MAX));
  ck_assert_int_eq(file->state, PL_FILE_UNREADABLE);
  ck_assert_int_eq(file->why_kind, PL_ERR_LIMIT);
  ck_assert_msg(pl_starts(file->why, "more than 40 links"), "%s", file->why);
}
END_TEST

START_TEST(paths_are_bounded) {
  char path[PL_PATH_BYTES_MAX + 1];
  memset(path, '/', sizeof path);
  memcpy(path + PL_PATH_BYTES_MAX - 6, "/etc/f", 7); /* 4096 bytes */
  tree_file("/etc/f", "x");
  if (_i == 1)
    tree_file("/proc/1/mountinfo", MOUNTS);
  pl_host *host = tree_host();
  ck_assert_int_eq(pl_host_stat(host, path + 1)->state, PL_FILE_PRESENT);
  const pl_file *file = pl_host_stat(host, path);
  ck_assert_int_eq(file->state, PL_FILE_UNREADABLE);
  ck_assert_int_eq(file->why_kind, PL_ERR_LIMIT);
}
END_TEST

/* Both ways to follow links give the same answers. */
START_TEST(keeping_away_from_a_mount_changes_nothing_elsewhere) {
  static const char *const paths[] = {
      "/",       "/.",           "/..",          "/etc/f",        "//etc//f",     "/etc/../etc/f", "/etc/f/",
      "/etc/f/.", "/etc/f/..",   "/etc/f/x",     "/etc/link",     "/etc/link/",   "/folder/",      "/folder/f",
      "/folder/.", "/folder/..", "/top/top/etc/f", "/top/../folder/link", "/slash", "/slash/",     "/dots",
      "/dangling", "/dangling/", "/dangling/x",  "/loop",         "/loop/x",      "/nope",         "/nope/..",
      "/nope/../etc/f", "etc/f", "/parent/etc/f", "/proc/self/x", "/proc/self/exe", "",
  };
  tree_file("/etc/f", "abc");
  tree_link("f", "/etc/link");
  tree_link("etc/", "/folder");
  tree_link("/", "/top");
  tree_link("etc/f/", "/slash");
  tree_link("./etc/.././etc//f", "/dots");
  tree_link("nowhere", "/dangling");
  tree_link("loop", "/loop");
  tree_link("..", "/parent");
  tree_file("/proc/1/x", "");
  tree_link("1", "/proc/self");
  tree_link("/etc/f", "/proc/1/exe");
  pl_host *plain = tree_host();
  tree_file("/proc/1/mountinfo", MOUNTS "3 1 0:3 / /proc rw - proc proc rw\n");
  pl_host *careful = tree_host();
  ck_assert_uint_eq(careful->files->remote_count, 1);
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    const pl_file *a = pl_host_stat(plain, paths[i]), *b = pl_host_stat(careful, paths[i]);
    ck_assert_msg(a->state == b->state && a->why_kind == b->why_kind && a->type == b->type && a->inode == b->inode &&
                      pl_equal(a->target, b->target),
                  "%s: %d/%d, %d/%d, %s/%s", paths[i], a->state, b->state, a->why_kind, b->why_kind,
                  pl_file_type_name(a->type), pl_file_type_name(b->type));
  }
}
END_TEST

static void stat_denied(void) {
  pl_host *host = tree_host();
  const pl_file *file = pl_host_stat(host, "/secret/f");
  ck_assert_int_eq(file->state, PL_FILE_UNREADABLE);
  ck_assert_int_eq(file->why_kind, PL_ERR_DENIED);
  ck_assert_str_eq(file->why, "permission denied");
  pl_error err = {.kind = PL_ERR_NONE};
  pl_bytes text;
  ck_assert_int_eq(pl_host_read(host, "/secret/f", 10, &text, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_DENIED);
  ck_assert_str_eq(err.text, "/secret/f: permission denied");
  /* Seen, but not to be read. */
  ck_assert_int_eq(pl_host_stat(host, "/closed")->state, PL_FILE_PRESENT);
  ck_assert_int_eq(pl_host_read(host, "/closed", 10, &text, &err), -1);
  ck_assert_str_eq(err.text, "/closed: permission denied");
  ck_assert_int_eq(pl_host_stat(host, "/closed")->state, PL_FILE_PRESENT);
}

START_TEST(what_we_may_not_see_is_unreadable) {
  tree_directory("/secret", 0700);
  tree_file("/secret/f", "x");
  tree_file("/closed", "x");
  ck_assert_int_eq(chmod(tree_path("/closed"), 0600), 0);
  as_nobody(stat_denied);
}
END_TEST

/* ---- content ---- */

START_TEST(content_comes_with_its_digest) {
  tree_bytes("/f", "a\0b", 3);
  pl_host *host = tree_host();
  pl_bytes text, again;
  char digest[PL_SHA256_HEX];
  ck_assert_int_eq(pl_host_read(host, "/f", 3, &text, NULL), 0);
  ck_assert_uint_eq(text.length, 3);
  ck_assert_mem_eq(text.data, "a\0b", 4);
  pl_sha256("a\0b", 3, digest);
  ck_assert_str_eq(pl_host_stat(host, "/f")->digest, digest);
  tree_file("/f", "other");
  ck_assert_int_eq(pl_host_read(host, "/f", 100, &again, NULL), 0);
  ck_assert_ptr_eq(again.data, text.data); /* from memory */
}
END_TEST

START_TEST(the_facts_are_those_of_what_was_read) {
  tree_file("/f", "1");
  pl_host *host = tree_host();
  ck_assert_int_eq(pl_host_stat(host, "/f")->size, 1);
  tree_file("/f", "123");
  ck_assert_int_eq(chmod(tree_path("/f"), 0640), 0);
  pl_bytes text;
  ck_assert_int_eq(pl_host_read(host, "/f", 100, &text, NULL), 0);
  ck_assert_int_eq(pl_host_stat(host, "/f")->size, 3);
  ck_assert_uint_eq(pl_host_stat(host, "/f")->mode, 0640);
}
END_TEST

START_TEST(content_is_bounded) {
  tree_file("/f", "1234");
  pl_host *host = tree_host();
  pl_error err = {.kind = PL_ERR_NONE};
  pl_bytes text;
  ck_assert_int_eq(pl_host_read(host, "/f", 3, &text, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
  ck_assert_str_eq(err.text, "/f: larger than 3 bytes");
  ck_assert_int_eq(pl_host_read(host, "/f", 4, &text, &err), 0);
  ck_assert_int_eq(pl_host_read(host, "/f", 3, &text, &err), -1); /* from memory, with another cap */
  ck_assert_str_eq(err.text, "/f: larger than 3 bytes");
}
END_TEST

/* All contents stay in memory to the end. */
START_TEST(contents_are_bounded_together) {
  enum { SIZE = PL_DOCUMENT_BYTES_MAX, FILES = PL_CONTENTS_BYTES_MAX / SIZE };
  pl_host *host = tree_host();
  pl_error err = {.kind = PL_ERR_NONE};
  pl_bytes content;
  for (int i = 0; i < FILES; i++) {
    const char *path = pl_printf(tree_arena, "/%d.crt", i);
    tree_file(path, "");
    ck_assert_int_eq(truncate(tree_path(path), SIZE), 0);
    int rc = i % 2 ? pl_host_read(host, path, SIZE, &content, &err) : pl_host_read_public(host, path, SIZE, &content, &err);
    ck_assert_msg(rc == 0, "%s", err.text);
  }
  tree_file("/empty", "");
  tree_file("/one", "1");
  ck_assert_int_eq(pl_host_read(host, "/empty", SIZE, &content, &err), 0);
  ck_assert_int_eq(pl_host_read(host, "/1.crt", SIZE, &content, &err), 0);
  ck_assert_int_eq(pl_host_read(host, "/one", SIZE, &content, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
  ck_assert_str_eq(err.text, "/one: more than 67108864 bytes of files in all");
  ck_assert_int_eq(pl_host_read_public(host, "/one", SIZE, &content, &err), -1);
}
END_TEST

START_TEST(only_regular_files_are_read) {
  tree_directory("/d", 0755);
  ck_assert_int_eq(mkfifo(tree_path("/fifo"), 0600), 0);
  tree_link("gone", "/dangling");
  pl_host *host = tree_host();
  static const struct {
    const char *path, *text;
    pl_error_kind kind;
  } cases[] = {
      {"/d", "/d: a directory, not a regular file", PL_ERR_TYPE},
      {"/fifo", "/fifo: a fifo, not a regular file", PL_ERR_TYPE},
      {"/dangling", "/dangling: a link, not a regular file", PL_ERR_TYPE},
      {"/nope", "/nope: does not exist", PL_ERR_ABSENT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    pl_error err = {.kind = PL_ERR_NONE};
    pl_bytes text;
    ck_assert_int_eq(pl_host_read(host, cases[i].path, 10, &text, &err), -1);
    ck_assert_str_eq(err.text, cases[i].text);
    ck_assert_int_eq(err.kind, cases[i].kind);
    ck_assert_int_eq(pl_host_read_public(host, cases[i].path, 10, &text, &err), -1);
    ck_assert_str_eq(err.text, cases[i].text);
  }
}
END_TEST

START_TEST(a_file_that_became_a_fifo_does_not_block) {
  tree_file("/f", "x");
  pl_host *host = tree_host();
  pl_host_stat(host, "/f");
  ck_assert_int_eq(unlink(tree_path("/f")), 0);
  ck_assert_int_eq(mkfifo(tree_path("/f"), 0600), 0);
  pl_error err = {.kind = PL_ERR_NONE};
  pl_bytes text;
  ck_assert_int_eq(pl_host_read(host, "/f", 10, &text, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_TYPE);
  ck_assert_str_eq(err.text, "/f: a FIFO, not a regular file");
}
END_TEST

START_TEST(what_is_forgotten_is_read_anew) {
  tree_file("/f", "secret");
  pl_host *host = tree_host();
  pl_bytes text;
  ck_assert_int_eq(pl_host_read(host, "/f", 10, &text, NULL), 0);
  pl_host_forget(host, "/f");
  ck_assert_mem_eq(text.data, "\0\0\0\0\0\0", 6);
  tree_file("/f", "new");
  ck_assert_int_eq(pl_host_read(host, "/f", 10, &text, NULL), 0);
  ck_assert_str_eq(text.data, "new");
}
END_TEST

START_TEST(files_of_proc_are_read_to_their_end) {
  pl_host *host = tree_host_with(NULL);
  pl_bytes text;
  pl_error err = {.kind = PL_ERR_NONE};
  ck_assert_msg(pl_host_read(host, "/proc/sys/kernel/osrelease", 100, &text, &err) == 0, "%s", err.text);
  ck_assert_uint_gt(text.length, 1);
}
END_TEST

/* ---- keys ---- */

START_TEST(some_names_say_key) {
  static const char *const yes[] = {"/a/ca.key", "sa.key", "/x/server-key.pem", "/p/kubelet-client-current.pem", ".key"};
  static const char *const no[] = {"/a.key/b", "/a/ca.crt", "key", "/a/key.pem", "/a/ca.key.bak", "/a/monkey", "x.keys"};
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
    ck_assert_msg(pl_name_says_key(yes[i]), "%s", yes[i]);
  for (size_t i = 0; i < sizeof no / sizeof *no; i++)
    ck_assert_msg(!pl_name_says_key(no[i]), "%s", no[i]);
}
END_TEST

static void check_refused(pl_host *host, const char *path) {
  pl_error err = {.kind = PL_ERR_NONE};
  pl_bytes text = {.data = NULL};
  ck_assert_msg(pl_host_read_public(host, path, 1 << 20, &text, &err) == -1, "%s was read", path);
  ck_assert_int_eq(err.kind, PL_ERR_UNSUPPORTED);
  ck_assert_str_eq(err.text, pl_printf(tree_arena, "%s: holds a private key", path));
  ck_assert_ptr_null(text.data);
  ck_assert_str_eq(pl_host_stat(host, path)->digest, "");
}

START_TEST(a_private_key_is_not_read) {
  static const char *const kinds[] = {"", "RSA ", "EC ", "ENCRYPTED ", "OPENSSH ", "PGP "};
  pl_host *host = tree_host();
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    const char *path = pl_printf(tree_arena, "/pki/%zu.pem", i);
    tree_file(path, pl_printf(tree_arena, "cert\n-----BEGIN %sPRIVATE KEY-----\nAAAA\n", kinds[i]));
    check_refused(host, path);
  }
  tree_file("/pki/ca.key", "anything");
  check_refused(host, "/pki/ca.key");
  ck_assert_int_eq(pl_host_stat(host, "/pki/ca.key")->size, 8); /* its facts are known all the same */
}
END_TEST

START_TEST(a_name_that_says_key_is_never_opened_for_reading) {
  ck_assert_int_eq(mkfifo(tree_path("/a.key"), 0600), 0); /* another answer would come of opening it */
  check_refused(tree_host(), "/a.key");
}
END_TEST

/* Wherever the mark lies, across the pieces in which the file is read too. */
START_TEST(a_key_is_seen_at_every_place) {
  static const char mark[] = "-----BEGIN RSA PRIVATE KEY-----";
  enum { CHUNK = 64 * 1024, LENGTH = sizeof mark - 1 };
  pl_host *host = tree_host();
  for (int before = 0; before <= LENGTH; before += 3) {
    const char *path = pl_printf(tree_arena, "/pki/%d.pem", before);
    pl_auto_free char *data = pl_xmalloc(CHUNK * 2);
    memset(data, '\n', CHUNK * 2);
    memcpy(data + CHUNK - before, mark, LENGTH);
    tree_bytes(path, data, CHUNK * 2);
    check_refused(host, path);
  }
}
END_TEST

START_TEST(what_only_speaks_of_keys_is_read) {
  static const char *const texts[] = {
      "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n",
      "# PRIVATE KEY is elsewhere\n-----BEGIN CERTIFICATE-----\n",
      "-----BEGIN PUBLIC KEY-----\nAAA\n",
      "-----BEGIN \nPRIVATE KEY-----\n",
      "",
  };
  pl_host *host = tree_host();
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const char *path = pl_printf(tree_arena, "/pki/%zu.crt", i);
    tree_file(path, texts[i]);
    pl_bytes text;
    pl_error err = {.kind = PL_ERR_NONE};
    ck_assert_msg(pl_host_read_public(host, path, 1000, &text, &err) == 0, "%s", err.text);
    ck_assert_str_eq(text.data, texts[i]);
    ck_assert_uint_eq(strlen(pl_host_stat(host, path)->digest), 64);
  }
}
END_TEST

START_TEST(public_content_is_bounded_too) {
  tree_file("/ca.crt", "1234");
  tree_file("/other.key.crt", "-----BEGIN PRIVATE KEY-----");
  pl_host *host = tree_host();
  pl_error err = {.kind = PL_ERR_NONE};
  pl_bytes text;
  ck_assert_int_eq(pl_host_read_public(host, "/ca.crt", 3, &text, &err), -1);
  ck_assert_str_eq(err.text, "/ca.crt: larger than 3 bytes");
  ck_assert_int_eq(pl_host_read_public(host, "/ca.crt", 4, &text, &err), 0);
  ck_assert_int_eq(pl_host_read_public(host, "/ca.crt", 3, &text, &err), -1);
  ck_assert_str_eq(err.text, "/ca.crt: larger than 3 bytes");
  /* Read for another reason before: still refused here. */
  ck_assert_int_eq(pl_host_read(host, "/other.key.crt", 100, &text, &err), 0);
  ck_assert_int_eq(pl_host_read_public(host, "/other.key.crt", 100, &text, &err), -1);
  ck_assert_int_eq(err.kind, PL_ERR_UNSUPPORTED);
}
END_TEST

/* ---- mounts ---- */

static void put_mounted_tree(const char *mountinfo) {
  tree_file("/mnt/nfs/dir/f", "x");
  tree_file("/mnt/nfs2/f", "x");
  tree_link("/mnt/nfs/dir/f", "/etc/absolute");
  tree_link("../mnt/nfs/dir", "/etc/relative");
  tree_link("/etc/relative", "/etc/chain");
  tree_file("/etc/f", "x");
  tree_file("/proc/1/mountinfo", mountinfo);
}

static const char *const untouchable[] = {
    "/mnt/nfs",         "/mnt/nfs/",         "/mnt/nfs/dir/f",         "/mnt/nfs/nope", "/mnt//nfs/x",
    "/mnt/./nfs",       "/etc/../mnt/nfs/x", "/mnt/nfs/../../etc/f",   "/etc/absolute", "/etc/relative/f",
    "/etc/chain/f",     "/etc/chain",        "/mnt/nfs2/../nfs/dir/f", "mnt/nfs",
};

START_TEST(a_remote_mount_is_said_and_not_looked_at) {
  put_mounted_tree(MOUNTS);
  pl_host *host = tree_host();
  for (size_t i = 0; i < sizeof untouchable / sizeof *untouchable; i++) {
    const pl_file *file = pl_host_stat(host, untouchable[i]);
    ck_assert_msg(file->state == PL_FILE_UNREADABLE, "%s", untouchable[i]);
    ck_assert_int_eq(file->why_kind, PL_ERR_MOUNT);
    ck_assert_str_eq(file->why, "on nfs4 mount");
    pl_error err = {.kind = PL_ERR_NONE};
    pl_bytes text;
    ck_assert_int_eq(pl_host_read(host, untouchable[i], 10, &text, &err), -1);
    ck_assert_int_eq(err.kind, PL_ERR_MOUNT);
    ck_assert_str_eq(err.text, pl_printf(tree_arena, "%s: on nfs4 mount", untouchable[i]));
  }
  ck_assert_str_eq(pl_host_stat(host, "/etc/absolute")->target, "/mnt/nfs/dir/f");
  ck_assert_int_eq(pl_host_stat(host, "/mnt/nfs2/f")->state, PL_FILE_PRESENT);
  ck_assert_int_eq(pl_host_stat(host, "/mnt")->state, PL_FILE_PRESENT);
}
END_TEST

typedef struct watch {
  pl_host *host;
  int calls, touched;
} watch;

static int see_path(const struct seccomp_data *call, void *state) {
  watch *w = state;
  const char *path = (const char *)(uintptr_t)call->args[1];
  w->calls++;
  w->touched += strstr(path, "nfs/") != NULL || pl_ends(path, "nfs") || strstr(path, "absolute/") != NULL;
  return 0;
}

static void stat_all(void *state) {
  watch *w = state;
  for (size_t i = 0; i < sizeof untouchable / sizeof *untouchable; i++)
    pl_host_stat(w->host, untouchable[i]);
}

START_TEST(no_call_names_a_remote_mount) {
  put_mounted_tree(MOUNTS);
  watch w = {.host = tree_host()};
  if (!pl_root_uses_openat2(w.host->root) || !supervised(SYS_openat2, see_path, stat_all, &w))
    return;
  ck_assert_int_gt(w.calls, 0);
  ck_assert_int_eq(w.touched, 0);
}
END_TEST

static const struct {
  const char *what, *mounts;
  bool reachable;
} over[] = {
    {"a local mount over an automount", MOUNTS "3 2 0:3 / /mnt/nfs rw - ext4 /dev/sdb rw\n", true},
    {"a remote mount over a local one",
     "1 0 8:1 / / rw - ext4 a rw\n3 1 0:3 / /mnt/nfs rw - ext4 b rw\n2 3 0:2 / /mnt/nfs rw - fuse.x c rw\n", false},
    {"a local mount below a remote one", MOUNTS "3 2 0:3 / /mnt/nfs/dir rw - ext4 /dev/sdb rw\n", false},
    {"a root that is remote itself has answered already", "1 0 0:1 / / rw - 9p root rw\n", true},
    {"another directory of nearly that name", "1 0 8:1 / / rw - ext4 a rw\n2 1 0:2 / /mnt/n rw - nfs h rw\n", true},
    {"no mounts known", "", true},
};

START_TEST(the_mount_that_can_be_seen_decides) {
  put_mounted_tree(over[_i].mounts);
  pl_host *host = tree_host();
  ck_assert_msg((pl_host_stat(host, "/mnt/nfs/dir/f")->state == PL_FILE_PRESENT) == over[_i].reachable, "%s",
                over[_i].what);
}
END_TEST

/* ---- all of them ---- */

static void collect(const pl_file *file, void *context) {
  pl_buffer_text(context, file->path);
  pl_buffer_text(context, "\n");
}

START_TEST(all_that_was_asked_is_visited_in_order) {
  pl_host *host = tree_host();
  static const char *const asked[] = {"/b", "/a/z", "/a", "/b", "/a-b", "/c"};
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
    pl_host_stat(host, asked[i]);
  ck_assert_ptr_eq(pl_host_stat(host, "/a"), pl_host_stat(host, "/a"));
  pl_auto_buffer pl_buffer seen;
  pl_buffer_init(&seen, 10000);
  pl_host_each_file(host, collect, &seen);
  ck_assert_str_eq(seen.data, "/a\n/a-b\n/a/z\n/b\n/c\n/etc/group\n/etc/passwd\n/usr/lib/group\n/usr/lib/passwd\n");
}
END_TEST

static TCase *test_case(Suite *suite, const char *name) {
  TCase *tests = tcase_create(name);
  tcase_add_checked_fixture(tests, tree_setup, tree_teardown);
  suite_add_tcase(suite, tests);
  return tests;
}

static void add_content(Suite *suite) {
  TCase *tests = test_case(suite, "content");
  tcase_add_test(tests, content_comes_with_its_digest);
  tcase_add_test(tests, the_facts_are_those_of_what_was_read);
  tcase_add_test(tests, content_is_bounded);
  tcase_add_test(tests, contents_are_bounded_together);
  tcase_add_test(tests, only_regular_files_are_read);
  tcase_add_test(tests, a_file_that_became_a_fifo_does_not_block);
  tcase_add_test(tests, what_is_forgotten_is_read_anew);
  tcase_add_test(tests, files_of_proc_are_read_to_their_end);
  tests = test_case(suite, "keys");
  tcase_add_test(tests, some_names_say_key);
  tcase_add_test(tests, a_private_key_is_not_read);
  tcase_add_test(tests, a_name_that_says_key_is_never_opened_for_reading);
  tcase_add_test(tests, a_key_is_seen_at_every_place);
  tcase_add_test(tests, what_only_speaks_of_keys_is_read);
  tcase_add_test(tests, public_content_is_bounded_too);
}

Suite *suite_files(void);
Suite *suite_files(void) {
  Suite *suite = suite_create("files");
  TCase *tests = test_case(suite, "stat");
  tcase_add_test(tests, a_file_is_what_its_stat_says);
  tcase_add_test(tests, owners_are_those_of_the_tree);
  tcase_add_test(tests, every_type_has_its_name);
  tcase_add_test(tests, what_is_not_there_is_absent);
  tcase_add_test(tests, a_link_shows_its_text_and_what_it_leads_to);
  tcase_add_test(tests, a_link_out_of_the_tree_stays_in_it);
  tcase_add_loop_test(tests, forty_links_and_no_more, 0, 2);
  tcase_add_loop_test(tests, paths_are_bounded, 0, 2);
  tcase_add_test(tests, keeping_away_from_a_mount_changes_nothing_elsewhere);
  tcase_add_test(tests, what_we_may_not_see_is_unreadable);
  tcase_add_test(tests, all_that_was_asked_is_visited_in_order);
  add_content(suite);
  tests = test_case(suite, "mounts");
  tcase_add_test(tests, a_remote_mount_is_said_and_not_looked_at);
  tcase_add_test(tests, no_call_names_a_remote_mount);
  tcase_add_loop_test(tests, the_mount_that_can_be_seen_decides, 0, sizeof over / sizeof *over);
  return suite;
}
