/* Names from the node's own files, line by line. */
#include <check.h>

#include "host_tree.h"
#include "plumbline/core/limits.h"
#include "plumbline/host/accounts.h"

static const char passwd[] = "root:x:0:0:root:/root:/bin/bash\n"
                             "etcd:x:501:502:etcd,,,:/var/lib/etcd:/sbin/nologin\n"
                             "second:x:501:1::/:/bin/sh\n"
                             "etcd:x:777:1::/:/bin/sh\n"
                             "big:x:4294967294:1::/:/bin/sh\n"
                             "# a:x:10:1::/:/bin/sh\n"
                             "+nis:x:11:1::/:/bin/sh\n"
                             "-out:x:12:1::/:/bin/sh\n"
                             ":x:13:1::/:/bin/sh\n"
                             "few:x:14:1::/\n"
                             "many:x:15:1::/:/bin/sh:more\n"
                             "word:x:16a:1::/:/bin/sh\n"
                             "minus:x:-17:1::/:/bin/sh\n"
                             "plus:x:+18:1::/:/bin/sh\n"
                             "blank:x: 19:1::/:/bin/sh\n"
                             "none16:x:65535:1::/:/bin/sh\n"
                             "none32:x:4294967295:1::/:/bin/sh\n"
                             "over:x:4294967296:1::/:/bin/sh\n"
                             "\n"
                             "toor:x:0:0::/:/bin/sh\n"
                             "nobody:x:65534:65534::/:/bin/sh"; /* no line end */

START_TEST(names_come_from_the_root_s_passwd) {
  tree_file("/etc/passwd", passwd);
  tree_file("/etc/group", "root:x:0:\nkube:x:42:a,b\nkube:x:43:\nlast:x:44:");
  pl_host *host = tree_host();
  ck_assert_str_eq(pl_user_name(host, 0), "root");
  ck_assert_str_eq(pl_user_name(host, 501), "etcd"); /* the first of two */
  ck_assert_str_eq(pl_user_name(host, 777), "etcd");
  ck_assert_str_eq(pl_user_name(host, 4294967294u), "big");
  ck_assert_str_eq(pl_user_name(host, 65534), "nobody");
  ck_assert_str_eq(pl_group_name(host, 0), "root");
  ck_assert_str_eq(pl_group_name(host, 42), "kube");
  ck_assert_str_eq(pl_group_name(host, 44), "last");
  ck_assert_ptr_null(pl_group_name(host, 501));
  ck_assert_ptr_null(pl_accounts_why(host));
}
END_TEST

START_TEST(a_line_that_is_no_account_gives_no_name) {
  static const uint32_t none[] = {10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 65535, 4294967295u};
  static const char *const names[] = {"nis",    "+nis", "out",    "few",   "many",  "word", "minus",
                                      "plus", "blank", "none16", "none32", "over", ""};
  tree_file("/etc/passwd", passwd);
  pl_host *host = tree_host();
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    ck_assert_msg(pl_user_name(host, none[i]) == NULL, "%u", none[i]);
  uint32_t id = 1;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    ck_assert_msg(!pl_user_id(host, names[i], &id), "%s", names[i]);
  ck_assert_uint_eq(id, 1);
}
END_TEST

START_TEST(ids_come_from_the_first_line_of_a_name) {
  tree_file("/etc/passwd", passwd);
  tree_file("/etc/group", "kube:x:43:\nkube:x:42:\n");
  pl_host *host = tree_host();
  uint32_t id = 0;
  ck_assert(pl_user_id(host, "etcd", &id));
  ck_assert_uint_eq(id, 501);
  ck_assert(pl_user_id(host, "second", &id));
  ck_assert_uint_eq(id, 501);
  ck_assert(pl_group_id(host, "kube", &id));
  ck_assert_uint_eq(id, 43);
  ck_assert(!pl_group_id(host, "etcd", &id));
}
END_TEST

START_TEST(zero_is_root_whatever_the_files_say) {
  tree_file("/etc/passwd", "evil:x:0:0::/:/bin/sh\nroot:x:1000:0::/:/bin/sh\n");
  pl_host *host = tree_host();
  uint32_t id = 1;
  ck_assert_str_eq(pl_user_name(host, 0), "root");
  ck_assert_str_eq(pl_group_name(host, 0), "root");
  ck_assert(pl_user_id(host, "root", &id));
  ck_assert_uint_eq(id, 0);
  ck_assert(pl_group_id(host, "root", &id));
  ck_assert_uint_eq(id, 0);
  ck_assert(pl_user_id(host, "evil", &id));
  ck_assert_uint_eq(id, 0);
}
END_TEST

START_TEST(image_based_systems_keep_more_below_usr_lib) {
  tree_file("/etc/passwd", "core:x:1000:1000::/:/bin/sh\n");
  tree_file("/usr/lib/passwd", "core:x:9:9::/:/bin/sh\netcd:x:1000:1::/:/bin/sh\nkube:x:994:1::/:/bin/sh\n");
  tree_file("/usr/lib/group", "kube:x:993:\n");
  pl_host *host = tree_host();
  uint32_t id = 0;
  ck_assert_str_eq(pl_user_name(host, 1000), "core");
  ck_assert_str_eq(pl_user_name(host, 994), "kube");
  ck_assert_str_eq(pl_group_name(host, 993), "kube");
  ck_assert(pl_user_id(host, "core", &id));
  ck_assert_uint_eq(id, 1000);
}
END_TEST

START_TEST(without_files_there_are_numbers) {
  pl_host *host = tree_host();
  ck_assert_ptr_null(pl_user_name(host, 1));
  ck_assert_str_eq(pl_user_name(host, 0), "root");
  ck_assert_ptr_null(pl_accounts_why(host)); /* absent is no failure */
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_said) {
  tree_directory("/etc/passwd", 0755);
  ck_assert_str_eq(pl_accounts_why(tree_host()), "/etc/passwd: a directory, not a regular file");
}
END_TEST

START_TEST(the_size_of_the_files_is_bounded) {
  static const char line[] = "etcd:x:501:1::/:/bin/sh\n";
  pl_auto_free char *text = pl_xmalloc(PL_SMALL_FILE_BYTES_MAX + 1);
  memset(text, '\n', PL_SMALL_FILE_BYTES_MAX + 1);
  memcpy(text + PL_SMALL_FILE_BYTES_MAX - (sizeof line - 1), line, sizeof line - 1);
  tree_bytes("/etc/passwd", text, PL_SMALL_FILE_BYTES_MAX);
  pl_host *host = tree_host();
  ck_assert_str_eq(pl_user_name(host, 501), "etcd");
  tree_bytes("/etc/passwd", text, PL_SMALL_FILE_BYTES_MAX + 1);
  host = tree_host();
  ck_assert_ptr_null(pl_user_name(host, 501));
  ck_assert_str_eq(pl_accounts_why(host), "/etc/passwd: larger than 1048576 bytes");
}
END_TEST

Suite *suite_accounts(void);
Suite *suite_accounts(void) {
  Suite *suite = suite_create("accounts");
  TCase *tests = tcase_create("accounts");
  tcase_add_checked_fixture(tests, tree_setup, tree_teardown);
  tcase_add_test(tests, names_come_from_the_root_s_passwd);
  tcase_add_test(tests, a_line_that_is_no_account_gives_no_name);
  tcase_add_test(tests, ids_come_from_the_first_line_of_a_name);
  tcase_add_test(tests, zero_is_root_whatever_the_files_say);
  tcase_add_test(tests, image_based_systems_keep_more_below_usr_lib);
  tcase_add_test(tests, without_files_there_are_numbers);
  tcase_add_test(tests, a_file_that_cannot_be_read_is_said);
  tcase_add_test(tests, the_size_of_the_files_is_bounded);
  suite_add_tcase(suite, tests);
  return suite;
}
