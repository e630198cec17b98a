/* Definitions by name: compiled in or from a directory, and which directories are refused. */
#include <check.h>
#include <stdio.h>
#include <sys/stat.h>

#include "plumbline/core/data.h"
#include "plumbline/core/limits.h"
#include "src/core/packed.h"

static pl_arena *arena;
static char directory[] = "/tmp/plumbline-data-XXXXXX";

static const char *at(const char *path) { return pl_printf(arena, "%s/%s", directory, path); }

static void put_in(const char *path, const char *text) {
  FILE *out = fopen(at(path), "w");
  ck_assert_ptr_nonnull(out);
  fputs(text, out);
  fclose(out);
  ck_assert_int_eq(chmod(at(path), 0644), 0);
}

static void setup(void) {
  arena = pl_arena_new();
  strcpy(directory + strlen(directory) - 6, "XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(directory));
  ck_assert_int_eq(mkdir(at("own"), 0755), 0);
  put_in("own/benchmark.yaml", "id: own\n");
  put_in("own/b.yaml", "b: 2\n");
  put_in("own/README.md", "not a definition\n");
  put_in("own/.hidden.yaml", "h: 1\n");
}

static void teardown(void) {
  ck_assert_int_eq(system(pl_printf(arena, "rm -rf '%s'", directory)), 0);
  pl_arena_free(arena);
}

static void assert_refused(const char *expected) {
  pl_error err = {0};
  ck_assert_ptr_null(pl_data_open(arena, directory, false, &err));
  ck_assert_int_eq(err.kind, PL_ERR_USAGE);
  ck_assert_str_eq(err.text, expected);
  pl_data *data = pl_data_open(arena, directory, true, &err);
  ck_assert_msg(data != NULL, "refused though unsafe: %s", err.text);
  pl_data_close(data);
}

/* Values, kinds, quotes, positions and the text as it was written. */
static void assert_same_node(const pl_node *a, const pl_node *b) {
  ck_assert_int_eq(a->kind, b->kind);
  ck_assert_int_eq(a->quoted, b->quoted);
  ck_assert_uint_eq(a->line, b->line);
  ck_assert_uint_eq(a->column, b->column);
  ck_assert_pstr_eq(pl_raw(a), pl_raw(b));
  ck_assert_uint_eq(pl_count(a), pl_count(b));
  for (size_t i = 0; i < pl_count(a); i++) {
    if (a->kind == PL_LIST) {
      assert_same_node(a->list.items[i], b->list.items[i]);
      continue;
    }
    const pl_member *x = &a->object.members[i], *y = &b->object.members[i];
    ck_assert_str_eq(x->key, y->key);
    ck_assert_uint_eq(x->line, y->line);
    ck_assert_uint_eq(x->column, y->column);
    assert_same_node(x->value, y->value);
  }
}

/* The tests run at the top of the repository. */
START_TEST(compiled_in_definitions_are_those_of_the_repository) {
  pl_error err = {0};
  pl_faults faults;
  pl_faults_init(&faults, arena);
  pl_data *data = pl_data_open(arena, NULL, false, &err), *read = pl_data_open(arena, "benchmarks", true, &err);
  ck_assert_msg(data && read, "%s", err.text);
  const char *const *names = pl_data_names(data, ""), *const *others = pl_data_names(read, "");
  size_t count = 0;
  for (; names[count] && others[count]; count++) {
    ck_assert_str_eq(names[count], others[count]);
    pl_node *packed = pl_data_document(arena, data, names[count], &faults);
    pl_node *yaml = pl_data_document(arena, read, names[count], &faults);
    ck_assert_uint_eq(faults.total, 0);
    ck_assert_str_eq(packed->source->where, names[count]);
    ck_assert_str_eq(pl_data_shown(data, names[count]), names[count]);
    ck_assert(pl_node_equal(packed, yaml));
    assert_same_node(packed, yaml);
  }
  ck_assert(!names[count] && !others[count]);
  ck_assert_uint_gt(count, 10);
  ck_assert_uint_eq(strlen(pl_data_digest(data)), 64);
  ck_assert_str_eq(pl_data_digest(data), pl_data_digest(read));
  pl_data_close(data);
  pl_data_close(read);
}
END_TEST

static const char *text_at(const pl_data *data, const char *name, const char *key) {
  pl_faults faults;
  pl_faults_init(&faults, arena);
  return pl_raw(pl_get(pl_data_document(arena, data, name, &faults), key));
}

START_TEST(a_directory_stands_for_benchmarks) {
  pl_error err = {0};
  pl_faults faults;
  pl_data *data = pl_data_open(arena, directory, false, &err);
  ck_assert_msg(data != NULL, "%s", err.text);
  const char *const *names = pl_data_names(data, "benchmarks/own/");
  ck_assert_str_eq(names[0], "benchmarks/own/b.yaml");
  ck_assert_str_eq(names[1], "benchmarks/own/benchmark.yaml");
  ck_assert_ptr_null(names[2]);
  ck_assert_str_eq(text_at(data, names[0], "b"), "2");
  ck_assert_str_eq(pl_data_shown(data, names[0]), at("own/b.yaml"));
  ck_assert(pl_data_has(data, names[0]));
  ck_assert(!pl_data_has(data, "benchmarks/own/README.md"));
  pl_faults_init(&faults, arena);
  ck_assert_ptr_null(pl_data_document(arena, data, "benchmarks/own/README.md", &faults));
  ck_assert_uint_eq(faults.total, 1);
  ck_assert_str_eq(faults.items[0].text, "benchmarks/own/README.md: there is no such file");
  pl_data_close(data);
}
END_TEST

START_TEST(shared_tables_come_from_the_directory_or_else_from_the_binary) {
  pl_error err = {0};
  pl_data *compiled = pl_data_open(arena, NULL, false, &err), *data = pl_data_open(arena, directory, false, &err);
  const char *const *ours = pl_data_names(compiled, "benchmarks/platforms/"), *const *theirs = pl_data_names(
                                                                                  data, "benchmarks/platforms/");
  for (; *ours && *theirs; ours++, theirs++)
    ck_assert_str_eq(*ours, *theirs);
  ck_assert(!*ours && !*theirs);
  ck_assert_ptr_null(pl_data_names(data, "benchmarks/cis-kubernetes/")[0]);
  pl_data_close(data);
  ck_assert_int_eq(mkdir(at("platforms"), 0755), 0);
  put_in("platforms/mine.yaml", "name: mine\n");
  data = pl_data_open(arena, directory, false, &err);
  theirs = pl_data_names(data, "benchmarks/platforms/");
  ck_assert_str_eq(theirs[0], "benchmarks/platforms/mine.yaml");
  ck_assert_ptr_null(theirs[1]);
  pl_data_close(data);
  pl_data_close(compiled);
}
END_TEST

START_TEST(the_digest_follows_names_and_contents) {
  pl_error err = {0};
  pl_data *data = pl_data_open(arena, directory, false, &err);
  const char *first = pl_strdup(arena, pl_data_digest(data));
  pl_data_close(data);
  data = pl_data_open(arena, directory, false, &err);
  ck_assert_str_eq(pl_data_digest(data), first);
  pl_data_close(data);
  put_in("own/b.yaml", "b: 3\n");
  data = pl_data_open(arena, directory, false, &err);
  ck_assert_str_ne(pl_data_digest(data), first);
  pl_data_close(data);
  ck_assert_int_eq(rename(at("own/b.yaml"), at("own/c.yaml")), 0);
  put_in("own/c.yaml", "b: 2\n");
  data = pl_data_open(arena, directory, false, &err);
  ck_assert_str_ne(pl_data_digest(data), first);
  pl_data_close(data);
}
END_TEST

START_TEST(what_others_may_write_is_refused) {
  ck_assert_int_eq(chmod(at("own/b.yaml"), 0666), 0);
  assert_refused(pl_printf(arena, "%s: writable by group or others (mode 0666)", at("own/b.yaml")));
  ck_assert_int_eq(chmod(at("own/b.yaml"), 0664), 0);
  assert_refused(pl_printf(arena, "%s: writable by group or others (mode 0664)", at("own/b.yaml")));
  ck_assert_int_eq(chmod(at("own/b.yaml"), 0644), 0);
  ck_assert_int_eq(chmod(at("own"), 0777), 0);
  assert_refused(pl_printf(arena, "%s: writable by group or others (mode 0777)", at("own")));
  ck_assert_int_eq(chmod(at("own"), 0755), 0);
  ck_assert_int_eq(chmod(directory, 0775), 0);
  assert_refused(pl_printf(arena, "%s: writable by group or others (mode 0775)", directory));
}
END_TEST

START_TEST(what_somebody_else_owns_is_refused) {
  if (geteuid() != 0)
    return; /* giving a file away needs root */
  ck_assert_int_eq(chown(at("own/b.yaml"), 12345, 0), 0);
  assert_refused(pl_printf(arena, "%s: owned by uid 12345, neither root nor the caller", at("own/b.yaml")));
  ck_assert_int_eq(chown(at("own/b.yaml"), 0, 0), 0);
  ck_assert_int_eq(chown(directory, 12345, 0), 0);
  assert_refused(pl_printf(arena, "%s: owned by uid 12345, neither root nor the caller", directory));
}
END_TEST

/* As a mounted ConfigMap has it: names are links into a hidden directory. A link does not lead out. */
START_TEST(links_are_followed_within_the_directory) {
  pl_error err = {0};
  ck_assert_int_eq(mkdir(at("own/..data"), 0755), 0);
  put_in("own/..data/linked.yaml", "l: 1\n");
  ck_assert_int_eq(symlink("..data/linked.yaml", at("own/linked.yaml")), 0);
  pl_data *data = pl_data_open(arena, directory, false, &err);
  ck_assert_msg(data != NULL, "%s", err.text);
  ck_assert_str_eq(text_at(data, "benchmarks/own/linked.yaml", "l"), "1");
  pl_data_close(data);
  ck_assert_int_eq(symlink("/etc/passwd", at("own/out.yaml")), 0);
  ck_assert_ptr_null(pl_data_open(arena, directory, false, &err));
  ck_assert_int_eq(err.kind, PL_ERR_ABSENT);
}
END_TEST

START_TEST(depth_is_capped) {
  pl_error err = {0};
  const char *path = "own";
  for (int i = 1; i < PL_DATA_DEPTH_MAX; i++) {
    path = pl_printf(arena, "%s/d", path);
    ck_assert_int_eq(mkdir(at(path), 0755), 0);
  }
  pl_data *data = pl_data_open(arena, directory, false, &err);
  ck_assert_msg(data != NULL, "%s", err.text);
  pl_data_close(data);
  ck_assert_int_eq(mkdir(at(pl_printf(arena, "%s/d", path)), 0755), 0);
  ck_assert_ptr_null(pl_data_open(arena, directory, false, &err));
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
}
END_TEST

START_TEST(the_number_of_files_is_capped) {
  pl_error err = {0};
  size_t shared = 0;
  for (const pl_packed *file = pl_packed_files; file->name; file++)
    shared += pl_starts(file->name, "benchmarks/platforms/") || pl_starts(file->name, "benchmarks/kubernetes/") ||
              pl_starts(file->name, "benchmarks/cni/") || pl_starts(file->name, "benchmarks/agents/");
  for (size_t i = 2 + shared; i < PL_DATA_FILES_MAX; i++)
    put_in(pl_printf(arena, "own/f%zu.yaml", i), "a: 1\n");
  pl_data *data = pl_data_open(arena, directory, false, &err);
  ck_assert_msg(data != NULL, "%s", err.text);
  pl_data_close(data);
  put_in("own/one-more.yaml", "a: 1\n");
  ck_assert_ptr_null(pl_data_open(arena, directory, false, &err));
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
}
END_TEST

START_TEST(what_is_no_directory_is_refused) {
  pl_error err = {0};
  ck_assert_ptr_null(pl_data_open(arena, at("own/b.yaml"), false, &err));
  ck_assert_ptr_null(pl_data_open(arena, at("nowhere"), false, &err));
  ck_assert_int_eq(err.kind, PL_ERR_ABSENT);
}
END_TEST

Suite *suite_data(void);
Suite *suite_data(void) {
  Suite *suite = suite_create("data");
  TCase *tests = tcase_create("data");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, compiled_in_definitions_are_those_of_the_repository);
  tcase_add_test(tests, a_directory_stands_for_benchmarks);
  tcase_add_test(tests, shared_tables_come_from_the_directory_or_else_from_the_binary);
  tcase_add_test(tests, the_digest_follows_names_and_contents);
  tcase_add_test(tests, what_others_may_write_is_refused);
  tcase_add_test(tests, what_somebody_else_owns_is_refused);
  tcase_add_test(tests, links_are_followed_within_the_directory);
  tcase_add_test(tests, depth_is_capped);
  tcase_add_test(tests, the_number_of_files_is_capped);
  tcase_add_test(tests, what_is_no_directory_is_refused);
  suite_add_tcase(suite, tests);
  return suite;
}
