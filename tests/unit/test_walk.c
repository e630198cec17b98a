/* Walks and globs: what they return, where they stop, and that they say so. */
#include <check.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "host_tree.h"
#include "plumbline/core/limits.h"
#include "plumbline/host/files.h"
#include "src/host/host_private.h"

#define MOUNTS "1 0 8:1 / / rw - ext4 /dev/sda rw\n2 1 0:2 / /d/nfs rw - nfs host:/ rw\n"

static const pl_walk everything = {.max_depth = PL_WALK_DEPTH_MAX, .directories = true, .files = true, .hidden = true};

/* The paths in one line each. */
static const char *lines(const pl_paths *paths) {
  pl_buffer text;
  pl_buffer_init(&text, 100000);
  pl_buffer_text(&text, "");
  for (size_t i = 0; i < paths->count; i++)
    pl_buffer_printf(&text, "%s%s", i > 0 ? " " : "", paths->items[i]);
  const char *taken = pl_buffer_take(&text, tree_arena).data;
  pl_buffer_free(&text);
  return taken;
}

static void check_complete(const pl_paths *paths, const char *wanted) {
  ck_assert_str_eq(lines(paths), wanted);
  ck_assert_msg(paths->complete, "%s", paths->why);
}

static void check_incomplete(const pl_paths *paths, const char *why, const char *wanted) {
  ck_assert_str_eq(lines(paths), wanted);
  ck_assert_msg(!paths->complete, "complete, not: %s", why);
  ck_assert_str_eq(paths->why, why);
}

static void put_tree(void) {
  tree_file("/d/b", "");
  tree_file("/d/a/x", "");
  tree_file("/d/a/deep/y", "");
  tree_file("/d/a-b", "");
  tree_file("/d/.hidden", "");
  tree_file("/d/.dir/z", "");
  tree_link("a", "/d/link");
  tree_link("nowhere", "/d/dangling");
  ck_assert_int_eq(mkfifo(tree_path("/d/fifo"), 0600), 0);
}

/* ---- walks ---- */

static const struct {
  pl_walk walk;
  const char *wanted;
} walks[] = {
    {{.max_depth = 1, .files = true}, "/d/a-b /d/b /d/dangling /d/fifo /d/link"},
    {{.max_depth = 1, .directories = true}, "/d/a"},
    {{.max_depth = 1, .directories = true, .hidden = true}, "/d/.dir /d/a"},
    {{.max_depth = 2, .files = true}, "/d/a/x /d/a-b /d/b /d/dangling /d/fifo /d/link"},
    {{.max_depth = 2, .directories = true}, "/d/a /d/a/deep"},
    {{.max_depth = 16, .directories = true, .files = true, .hidden = true},
     "/d/.dir /d/.dir/z /d/.hidden /d/a /d/a/deep /d/a/deep/y /d/a/x /d/a-b /d/b /d/dangling /d/fifo /d/link"},
    {{.max_depth = 0, .directories = true, .files = true}, ""},
    {{.max_depth = 16}, ""},
};

START_TEST(a_walk_returns_what_is_asked_in_order) {
  put_tree();
  pl_paths paths = pl_host_walk(tree_host(), "/d", &walks[_i].walk);
  check_complete(&paths, walks[_i].wanted);
  ck_assert_ptr_null(paths.why);
}
END_TEST

START_TEST(an_absent_directory_is_empty_and_complete) {
  pl_paths paths = pl_host_walk(tree_host(), "/nope/x", &everything);
  check_complete(&paths, "");
  ck_assert_str_eq(paths.why, "/nope/x does not exist");
}
END_TEST

START_TEST(what_is_no_directory_cannot_be_walked) {
  tree_file("/f", "");
  pl_paths paths = pl_host_walk(tree_host(), "/f", &everything);
  check_incomplete(&paths, "/f: not a directory", "");
}
END_TEST

START_TEST(a_walk_may_begin_at_a_link) {
  put_tree();
  pl_paths paths = pl_host_walk(tree_host(), "/d/link", &everything);
  check_complete(&paths, "/d/link/deep /d/link/deep/y /d/link/x");
  paths = pl_host_walk(tree_host(), "/", &(pl_walk){.max_depth = 1, .directories = true});
  check_complete(&paths, "/d");
}
END_TEST

static void walk_denied(void) {
  pl_host *host = tree_host();
  pl_paths paths = pl_host_walk(host, "/d", &(pl_walk){.max_depth = 2, .directories = true});
  check_incomplete(&paths, "/d/a: permission denied", "/d/a");
  paths = pl_host_walk(host, "/d/a", &everything);
  check_incomplete(&paths, "/d/a: permission denied", "");
  paths = pl_host_glob(host, "/d/a/*");
  check_incomplete(&paths, "/d/a: permission denied", "");
  paths = pl_host_glob(host, "/d/a/x");
  check_incomplete(&paths, "/d/a/x: permission denied", "");
}

START_TEST(a_directory_we_may_not_read_makes_it_incomplete) {
  put_tree();
  ck_assert_int_eq(chmod(tree_path("/d/a"), 0700), 0);
  as_nobody(walk_denied);
}
END_TEST

START_TEST(a_remote_mount_is_named_and_not_entered) {
  put_tree();
  tree_file("/d/nfs/x", "");
  tree_link("d", "/way"); /* where it lies counts, not how it was reached */
  tree_file("/proc/1/mountinfo", MOUNTS);
  pl_host *host = tree_host();
  pl_paths paths = pl_host_walk(host, "/d", &(pl_walk){.max_depth = 3, .directories = true});
  check_incomplete(&paths, "/d/nfs: on nfs mount", "/d/a /d/a/deep /d/nfs");
  paths = pl_host_walk(host, "/way/", &(pl_walk){.max_depth = 3, .directories = true});
  check_incomplete(&paths, "/way/nfs: on nfs mount", "/way/a /way/a/deep /way/nfs");
  paths = pl_host_walk(host, "/", &(pl_walk){.max_depth = 3, .directories = true});
  check_incomplete(&paths, "/d/nfs: on nfs mount", "/d /d/a /d/a/deep /d/nfs /proc /proc/1");
  paths = pl_host_walk(host, "/d/nfs", &everything);
  check_incomplete(&paths, "/d/nfs: on nfs mount", "");
  paths = pl_host_glob(host, "/d/nfs/*");
  check_incomplete(&paths, "/d/nfs: on nfs mount", "");
  paths = pl_host_glob(host, "/d/*/x");
  check_incomplete(&paths, "/d/nfs/x: on nfs mount", "/d/a/x /d/link/x");
  paths = pl_host_glob(host, "/d/n*");
  check_complete(&paths, "/d/nfs"); /* its name is in the directory above */
}
END_TEST

static void walk_over_devices(void) {
  pl_host *host = tree_host();
  pl_paths paths = pl_host_walk(host, "/d", &(pl_walk){.max_depth = 3, .directories = true, .files = true});
  check_incomplete(&paths, "/d/other: on another device, not entered", "/d/f /d/other");
  paths = pl_host_walk(host, "/d/other", &everything);
  check_complete(&paths, "/d/other/in");
  paths = pl_host_glob(host, "/d/*/in"); /* each step is named: it may lead to another device */
  check_complete(&paths, "/d/other/in");
}

START_TEST(a_walk_stays_on_its_device) {
  tree_file("/d/f", "");
  tree_directory("/d/other", 0755);
  fflush(NULL);
  pid_t child = fork();
  ck_assert_int_ge(child, 0);
  if (child == 0) {
    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("none", tree_path("/d/other"), "tmpfs", 0, NULL) < 0)
      _exit(2);
    tree_file("/d/other/in", "");
    walk_over_devices();
    _exit(0);
  }
  int status = 0;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
    fprintf(stderr, "left out: nothing can be mounted here\n");
  else
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", status);
}
END_TEST

static void put_deep(int directories) {
  pl_auto_buffer pl_buffer path;
  pl_buffer_init(&path, 4096);
  pl_buffer_text(&path, "/deep");
  for (int i = 0; i < directories; i++)
    pl_buffer_text(&path, "/d");
  pl_buffer_text(&path, "/f");
  tree_file(path.data, "");
}

START_TEST(the_depth_is_bounded) {
  put_deep(PL_WALK_DEPTH_MAX - 1); /* the file is an entry of depth 16 */
  pl_walk walk = {.max_depth = 1000, .files = true};
  pl_paths paths = pl_host_walk(tree_host(), "/deep", &walk);
  ck_assert_uint_eq(paths.count, 1);
  ck_assert(paths.complete);
  put_deep(PL_WALK_DEPTH_MAX);
  paths = pl_host_walk(tree_host(), "/deep", &walk);
  ck_assert_uint_eq(paths.count, 1);
  ck_assert(!paths.complete);
  ck_assert_msg(pl_ends(paths.why, "/d/d: deeper than 16 directories"), "%s", paths.why);
  walk.max_depth = PL_WALK_DEPTH_MAX; /* no more was asked for */
  ck_assert(pl_host_walk(tree_host(), "/deep", &walk).complete);
}
END_TEST

/* As if so many had been seen before that only ROOM are left. */
static pl_walker nearly_full(pl_host *host, size_t room) {
  return (pl_walker){.host = host, .paths.complete = true, .entries = PL_WALK_ENTRIES_MAX - room};
}

START_TEST(the_entries_are_bounded) {
  for (int i = 0; i < 5; i++)
    tree_file(pl_printf(tree_arena, "/d/%d/f", i), "");
  pl_host *host = tree_host();
  pl_walker walker = nearly_full(host, 10);
  pl_walker_run(&walker, "/d", &everything);
  ck_assert_uint_eq(walker.paths.count, 10);
  ck_assert(walker.paths.complete);
  walker = nearly_full(host, 9);
  pl_walker_run(&walker, "/d", &everything);
  ck_assert_uint_eq(walker.paths.count, 9);
  ck_assert(!walker.paths.complete);
  ck_assert_msg(pl_ends(walker.paths.why, ": more than 100000 entries"), "%s", walker.paths.why);
}
END_TEST

START_TEST(the_entries_of_a_glob_are_bounded) {
  for (int i = 0; i < 5; i++)
    tree_file(pl_printf(tree_arena, "/d/%d/f", i), "");
  static const char *const patterns_[] = {"d/*/f", "d/*/*", "d/**"};
  static const size_t seen[] = {5, 10, 10};
  pl_host *host = tree_host();
  for (size_t i = 0; i < 3; i++) {
    pl_walker walker = nearly_full(host, seen[i]);
    pl_walker_match(&walker, patterns_[i]);
    ck_assert_msg(walker.paths.complete, "%s: %s", patterns_[i], walker.paths.why);
    walker = nearly_full(host, seen[i] - 1);
    pl_walker_match(&walker, patterns_[i]);
    ck_assert_msg(!walker.paths.complete, "%s", patterns_[i]);
    ck_assert_msg(pl_ends(walker.paths.why, ": more than 100000 entries"), "%s", walker.paths.why);
  }
}
END_TEST

/* ---- globs ---- */

static const struct {
  const char *pattern, *wanted;
} globs[] = {
    {"/d/b", "/d/b"},
    {"/d//b", "/d/b"},
    {"/", "/"},
    {"/nope", ""},
    {"/nope/*", ""},
    {"/d/b/*", ""},
    {"/d/dangling", "/d/dangling"},
    {"/d/dangling/*", ""},
    {"/d/*", "/d/a /d/a-b /d/b /d/dangling /d/fifo /d/link"},
    {"/d/.*", "/d/.dir /d/.hidden"},
    {"/d/a*", "/d/a /d/a-b"},
    {"/d/a?b", "/d/a-b"},
    {"/d/[ab]", "/d/a /d/b"},
    {"/d/[!a]", "/d/b"},
    {"/d/[a-c]", "/d/a /d/b"},
    {"/d/[b-a]", ""},
    {"/d/*/x", "/d/a/x /d/link/x"},
    {"/d/*/*/y", "/d/a/deep/y /d/link/deep/y"},
    {"/*/b", "/d/b"},
    {"/d/**/x", "/d/a/x"},
    {"/d/**/y", "/d/a/deep/y"},
    {"/d/**/*", "/d/a /d/a/deep /d/a/deep/y /d/a/x /d/a-b /d/b /d/dangling /d/fifo /d/link"},
    {"/d/**", "/d/a /d/a/deep /d/a/deep/y /d/a/x /d/a-b /d/b /d/dangling /d/fifo /d/link"},
    {"/d/**/**/y", "/d/a/deep/y"},
    {"/d/**/deep/**", "/d/a/deep/y"},
    {"/**/a/**/y", "/d/a/deep/y"},
    {"/d/a/*/", "/d/a/deep /d/a/x"},
    {"/nope/**", ""},
};

START_TEST(a_glob_matches_by_component) {
  put_tree();
  pl_paths paths = pl_host_glob(tree_host(), globs[_i].pattern);
  check_complete(&paths, globs[_i].wanted);
}
END_TEST

START_TEST(the_wildcards_of_a_pattern_are_bounded) {
  pl_auto_buffer pl_buffer pattern, path;
  pl_buffer_init(&pattern, 4096);
  pl_buffer_init(&path, 4096);
  for (int i = 0; i <= PL_WALK_DEPTH_MAX; i++) {
    pl_buffer_text(&pattern, "/*");
    pl_buffer_text(&path, "/d");
  }
  tree_directory(path.data, 0755);
  pl_host *host = tree_host();
  pl_paths paths = pl_host_glob(host, pattern.data + 2); /* sixteen */
  ck_assert_uint_eq(paths.count, 1);
  ck_assert(paths.complete);
  paths = pl_host_glob(host, pattern.data);
  ck_assert_uint_eq(paths.count, 0);
  ck_assert(!paths.complete);
  ck_assert_msg(pl_ends(paths.why, ": more than 16 wildcards in one pattern"), "%s", paths.why);
}
END_TEST

static const struct {
  const char *pattern, *name;
  bool matches;
} patterns[] = {
    {"", "", true},         {"", "a", false},       {"a", "a", true},        {"a", "b", false},      {"a", "", false},
    {"*", "", true},        {"*", "abc", true},     {"**", "abc", true},     {"a*", "a", true},      {"*a", "bba", true},
    {"*a", "ab", false},    {"a*b*c", "axbyc", true}, {"a*b*c", "axbyd", false}, {"?", "a", true},   {"?", "", false},
    {"??", "a", false},     {"[a]", "a", true},     {"[]]", "]", true},      {"[!]]", "a", true},    {"[!]]", "]", false},
    {"[^a]", "b", true},    {"[a-c]x", "bx", true}, {"[a-]", "-", true},     {"[-a]", "-", true},    {"[", "[", true},
    {"[a", "[a", true},     {"[a", "a", false},     {"a[", "a[", true},      {"*.conf", "x.conf", true},
    {"*.conf", ".conf", false}, {"*", ".a", false}, {"?a", ".a", false},     {"[.]a", ".a", false},  {".*", ".a", true},
    {".a", ".a", true},     {"*[0-9]", "a1b2", true}, {"[\200-\377]", "\303", true}, {"[a-z]", "\303", false},
};

START_TEST(a_component_matches_a_pattern) {
  ck_assert_msg(pl_pattern_matches(patterns[_i].pattern, strlen(patterns[_i].pattern), patterns[_i].name) ==
                    patterns[_i].matches,
                "%s against %s", patterns[_i].name, patterns[_i].pattern);
}
END_TEST

START_TEST(many_stars_take_no_long_time) {
  char pattern[512], name[4096];
  for (size_t i = 0; i + 2 < sizeof pattern; i += 2)
    memcpy(pattern + i, "a*", 2);
  memcpy(pattern + sizeof pattern - 2, "b", 2);
  memset(name, 'a', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  ck_assert(!pl_pattern_matches(pattern, strlen(pattern), name)); /* the time limit of the test is the assert */
}
END_TEST

Suite *suite_walk(void);
Suite *suite_walk(void) {
  Suite *suite = suite_create("walk");
  TCase *tests = tcase_create("walk");
  tcase_add_checked_fixture(tests, tree_setup, tree_teardown);
  tcase_add_loop_test(tests, a_walk_returns_what_is_asked_in_order, 0, sizeof walks / sizeof *walks);
  tcase_add_test(tests, an_absent_directory_is_empty_and_complete);
  tcase_add_test(tests, what_is_no_directory_cannot_be_walked);
  tcase_add_test(tests, a_walk_may_begin_at_a_link);
  tcase_add_test(tests, a_directory_we_may_not_read_makes_it_incomplete);
  tcase_add_test(tests, a_remote_mount_is_named_and_not_entered);
  tcase_add_test(tests, a_walk_stays_on_its_device);
  tcase_add_test(tests, the_depth_is_bounded);
  tcase_add_test(tests, the_entries_are_bounded);
  tcase_add_test(tests, the_entries_of_a_glob_are_bounded);
  tcase_add_loop_test(tests, a_glob_matches_by_component, 0, sizeof globs / sizeof *globs);
  tcase_add_test(tests, the_wildcards_of_a_pattern_are_bounded);
  tcase_add_loop_test(tests, a_component_matches_a_pattern, 0, sizeof patterns / sizeof *patterns);
  tcase_add_test(tests, many_stars_take_no_long_time);
  suite_add_tcase(suite, tests);
  return suite;
}
