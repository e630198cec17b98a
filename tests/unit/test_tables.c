/* Version tables: those that ship, and what a faulty one is told. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "plumbline/core/json.h"
#include "plumbline/kube/tables.h"

static pl_arena *arena;
static pl_faults faults;
static pl_data *shipped_data;

static void setup(void) {
  arena = pl_arena_new();
  pl_faults_init(&faults, arena);
  shipped_data = NULL;
}
static void teardown(void) {
  if (shipped_data)
    pl_data_close(shipped_data);
  pl_arena_free(arena);
}

static pl_tables *shipped(void) {
  pl_error err = {0};
  shipped_data = pl_data_open(arena, NULL, false, &err);
  ck_assert_msg(shipped_data != NULL, "%s", err.text);
  return pl_tables_load(arena, shipped_data, &faults);
}

/* The table of component "x" from TEXT, in a directory of its own. */
static const pl_table *table_of(const char *text) {
  char directory[] = "/tmp/plumbline-tables-XXXXXX";
  ck_assert_ptr_nonnull(mkdtemp(directory));
  int root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  ck_assert_int_eq(mkdirat(root, "kubernetes", 0755), 0);
  int fd = openat(root, "kubernetes/x.yaml", O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
  close(fd);
  pl_error err = {0};
  pl_data *data = pl_data_open(arena, directory, true, &err);
  ck_assert_msg(data != NULL, "%s", err.text);
  const pl_table *table = pl_tables_get(pl_tables_load(arena, data, &faults), "x");
  pl_data_close(data);
  unlinkat(root, "kubernetes/x.yaml", 0);
  unlinkat(root, "kubernetes", AT_REMOVEDIR);
  close(root);
  rmdir(directory);
  return table;
}

#define HEAD "component: x\nversions: 27..36\n"

START_TEST(entry_is_taken_apart) {
  const pl_table *table = table_of(HEAD "flags:\n  a-b: bool some.key since 28 until 35 = false | 31 = true | 33 = false\n"
                                        "  plain: string secret\nfields:\n  x.y: int32?! GoName = 5\nlists:\n  l:\n    i: one two = v\n    j:\n");
  ck_assert_msg(table != NULL, "%s", faults.total ? faults.items[0].text : "");
  const pl_table_entry *flag = pl_table_find(&table->flags, "a-b");
  ck_assert_str_eq(flag->kind, "bool");
  ck_assert_str_eq(pl_table_key(flag), "some.key");
  ck_assert(!pl_table_has(flag, 27) && pl_table_has(flag, 28) && pl_table_has(flag, 34) && !pl_table_has(flag, 35) && pl_table_has(flag, 0));
  ck_assert_str_eq(pl_table_default_text(flag, 30), "false");
  ck_assert_str_eq(pl_table_default_text(flag, 31), "true");
  ck_assert_str_eq(pl_table_default_text(flag, 36), "false");
  ck_assert(pl_table_varies(table, flag) && !flag->secret);
  ck_assert_int_eq(table->specs[0].kind, PL_FLAG_BOOLEAN);
  ck_assert_int_eq(table->specs[0].added, 28);
  ck_assert_int_eq(table->specs[0].removed, 35);
  ck_assert(table->specs[1].secret);
  ck_assert_str_eq(pl_table_key(&table->flags.items[1]), "plain");
  ck_assert_ptr_null(table->specs[2].name);
  const pl_table_entry *field = pl_table_find(&table->fields, "x.y");
  ck_assert(field->pointer && field->always && !pl_table_varies(table, field));
  ck_assert_str_eq(field->words[0], "GoName");
  const pl_table_entries *list = pl_table_entries_of(table, "l");
  ck_assert_uint_eq(list->count, 2);
  ck_assert_str_eq(list->items[0].words[1], "two");
  ck_assert_ptr_null(list->items[0].words[2]);
  ck_assert_str_eq(pl_table_default_text(&list->items[0], 30), "v");
  ck_assert_ptr_null(pl_table_default_text(&list->items[1], 30));
  ck_assert_uint_eq(pl_table_entries_of(table, "none")->count, 0);
  ck_assert_int_eq(pl_table_minor(table, 0), 0);
  ck_assert_int_eq(pl_table_minor(table, 20), 27);
  ck_assert_int_eq(pl_table_minor(table, 30), 30);
  ck_assert_int_eq(pl_table_minor(table, 40), 36);
}
END_TEST

static const struct {
  const char *line, *wanted;
} defaults[] = {
    {"a: bool = true", "true"},
    {"a: int32 = -1", "-1"},
    {"a: real = 0.5", "0.5"},
    {"a: string = \"\"", "\"\""},
    {"a: string = a b", "\"a b\""},
    {"a: duration = 4h0m0s", "\"4h0m0s\""},
    {"a: slice = a,b", "[\"a\",\"b\"]"},
    {"a: slice = []", "[]"},
    {"a: map = a=1,b=2", "{\"a\":\"1\",\"b\":\"2\"}"},
    {"a: map = {}", "{}"},
    {"a: slice = null", "null"},
};

START_TEST(default_values) {
  const pl_table *table = table_of(pl_printf(arena, HEAD "flags:\n  %s\n", defaults[_i].line));
  ck_assert_msg(table != NULL, "%s", faults.total ? faults.items[0].text : "");
  ck_assert_str_eq(pl_json_text(arena, pl_table_default_value(arena, &table->flags.items[0], 30), false), defaults[_i].wanted);
}
END_TEST

static const char *const faulty[] = {
    HEAD "flags:\n  a: strange\n",
    HEAD "flags:\n  a:\n",
    HEAD "flags:\n  a: bool since\n",
    HEAD "flags:\n  a: bool until x\n",
    HEAD "flags:\n  a: bool = true | false\n",
    HEAD "flags:\n  a: [bool]\n",
    HEAD "flags: [a]\n",
    HEAD "fields:\n  a: thresholds\n",
    HEAD "lists:\n  l: [a]\n",
    HEAD "other: 1\n",
    "component: x\n",
    "component: x\nversions: 27\n",
    "versions: 27..36\n",
};

START_TEST(faults_are_told) {
  ck_assert_ptr_null(table_of(faulty[_i]));
  ck_assert_uint_eq(faults.total, 1);
  ck_assert(pl_ends(faults.items[0].file, "/kubernetes/x.yaml"));
}
END_TEST

START_TEST(absent_table_is_no_fault) {
  pl_tables *tables = shipped();
  ck_assert_ptr_null(pl_tables_get(tables, "nobody"));
  ck_assert_ptr_null(pl_tables_get(tables, "nobody"));
  ck_assert_uint_eq(faults.total, 0);
}
END_TEST

START_TEST(every_component_has_a_sound_table) {
  static const char folder[] = "benchmarks/kubernetes/";
  pl_tables *tables = shipped();
  size_t count = 0;
  for (const char *const *name = pl_data_names(shipped_data, folder); *name; name++, count++) {
    const char *file = *name + strlen(folder);
    const char *component = pl_strndup(arena, file, strlen(file) - strlen(".yaml"));
    const pl_table *table = pl_tables_get(tables, component);
    ck_assert_msg(table && faults.total == 0, "%s: %s", component, faults.total ? faults.items[0].text : "no table");
    ck_assert_str_eq(table->component, component);
    ck_assert_ptr_eq(pl_tables_get(tables, component), table);
  }
  ck_assert_uint_ge(count, 2);
}
END_TEST

/* Every flag of the kubelet that feeds its file feeds a field that is there, of a kind that fits. */
START_TEST(keys_of_the_kubelet_exist) {
  const pl_table *table = pl_tables_get(shipped(), "kubelet");
  static const char *const flag_only[] = {"bootstrapKubeconfig", "certDir", "hostnameOverride", "kubeconfig", "nodeIP", "rootDir", NULL};
  for (size_t i = 0; i < table->flags.count; i++) {
    const char *key = table->flags.items[i].words[0];
    ck_assert_msg(!key || pl_in(key, flag_only) || pl_table_find(&table->fields, key), "--%s feeds %s", table->flags.items[i].name, key);
  }
  const pl_table_entries *legacy = pl_table_entries_of(table, "legacy-defaults");
  ck_assert_uint_eq(legacy->count, 4);
  for (size_t i = 0; i < legacy->count; i++)
    ck_assert_ptr_nonnull(pl_table_find(&table->fields, legacy->items[i].name));
}
END_TEST

Suite *suite_tables(void);
Suite *suite_tables(void) {
  Suite *suite = suite_create("tables");
  TCase *tcase = tcase_create("tables");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, entry_is_taken_apart);
  tcase_add_loop_test(tcase, default_values, 0, sizeof defaults / sizeof *defaults);
  tcase_add_loop_test(tcase, faults_are_told, 0, sizeof faulty / sizeof *faulty);
  tcase_add_test(tcase, absent_table_is_no_fault);
  tcase_add_test(tcase, every_component_has_a_sound_table);
  tcase_add_test(tcase, keys_of_the_kubelet_exist);
  suite_add_tcase(suite, tcase);
  return suite;
}
