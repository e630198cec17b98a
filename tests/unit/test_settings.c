/* Settings as they are put down: provenance, what was overridden, refusals, notes, files. */
#include <check.h>

#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "plumbline/kube/settings.h"

static pl_arena *arena;
static pl_settings settings;

static void setup(void) {
  arena = pl_arena_new();
  pl_settings_init(&settings, arena);
}
static void teardown(void) { pl_arena_free(arena); }

static const char *shown(const char *name) { return pl_json_text(arena, pl_get(settings.values, name), false); }

START_TEST(put_keeps_origin) {
  pl_settings_put(&settings, "port", pl_node_integer(arena, 5), "file", "/etc/a", 7);
  ck_assert_str_eq(shown("port"), "{\"value\":5,\"from\":{\"layer\":\"file\",\"where\":\"/etc/a\",\"line\":7}}");
  ck_assert_int_eq(pl_settings_value(&settings, "port")->integer, 5);
}
END_TEST

START_TEST(put_moves_the_old_value) {
  pl_settings_put(&settings, "port", pl_node_integer(arena, 1), "default", NULL, 0);
  pl_settings_put(&settings, "port", pl_node_integer(arena, 2), "file", "/etc/a", 7);
  pl_settings_put(&settings, "port", pl_node_integer(arena, 3), "drop-in", "/etc/b", 2);
  pl_settings_put(&settings, "port", NULL, "flag", "pid 1 argv[2]", 0);
  ck_assert_str_eq(shown("port"), "{\"value\":null,\"from\":{\"layer\":\"flag\",\"where\":\"pid 1 argv[2]\"},\"overridden\":["
                                  "{\"value\":2,\"from\":{\"layer\":\"file\",\"where\":\"/etc/a\",\"line\":7}},"
                                  "{\"value\":3,\"from\":{\"layer\":\"drop-in\",\"where\":\"/etc/b\",\"line\":2}}]}");
}
END_TEST

START_TEST(put_tells_the_default) {
  settings.tells_defaults = true;
  pl_settings_put(&settings, "port", pl_node_integer(arena, 1), "default", NULL, 0);
  pl_settings_put(&settings, "port", pl_node_integer(arena, 2), "file", "/etc/a", 7);
  pl_settings_put(&settings, "port", pl_node_integer(arena, 3), "flag", "pid 1 argv[2]", 0);
  ck_assert_str_eq(shown("port"), "{\"value\":3,\"from\":{\"layer\":\"flag\",\"where\":\"pid 1 argv[2]\"},\"default\":1,"
                                  "\"overridden\":[{\"value\":2,\"from\":{\"layer\":\"file\",\"where\":\"/etc/a\",\"line\":7}}]}");
  pl_settings_put(&settings, "port", pl_node_integer(arena, 4), "default", NULL, 0);
  ck_assert_ptr_null(pl_get(pl_get(settings.values, "port"), "default"));
  pl_settings_put(&settings, "other", pl_node_integer(arena, 5), "file", "/etc/a", 8);
  ck_assert_ptr_null(pl_settings_default_of(&settings, "other"));
  pl_settings_default(&settings, "other", pl_node_integer(arena, 6));
  ck_assert_int_eq(pl_settings_default_of(&settings, "other")->integer, 6);
  pl_settings_default(&settings, "other", NULL);
  ck_assert_ptr_null(pl_settings_default_of(&settings, "other"));
}
END_TEST

START_TEST(put_escapes_once) {
  pl_node *list = pl_node_list(arena), *object = pl_node_object(arena);
  pl_list_add(arena, list, pl_node_bytes(arena, "a\x1b", 2));
  pl_object_set(arena, object, "k\x01", list);
  pl_settings_put(&settings, "x", object, "file", "/a\n", 0);
  ck_assert_str_eq(shown("x"), "{\"value\":{\"k\\\\x01\":[\"a\\\\x1b\"]},\"from\":{\"layer\":\"file\",\"where\":\"/a\\\\x0a\"}}");
}
END_TEST

START_TEST(refused_value) {
  pl_settings_put(&settings, "port", pl_node_integer(arena, -1), "flag", "pid 1 argv[1]", 0);
  pl_settings_refused_value(&settings, "port", "too small");
  pl_settings_refused_value(&settings, "port", "second reason");
  ck_assert_str_eq(pl_get_text(pl_get(settings.values, "port"), "refused", ""), "too small");
  pl_settings_refused_value(&settings, "other", "unknown");
  ck_assert_str_eq(shown("other"), "{\"value\":null,\"from\":{\"layer\":\"default\",\"where\":null},\"refused\":\"unknown\"}");
}
END_TEST

START_TEST(unreadable_replaces_all) {
  pl_settings_put(&settings, "port", pl_node_integer(arena, 1), "file", "/a", 1);
  pl_settings_unreadable(&settings, "port", "not allowed");
  ck_assert_str_eq(shown("port"), "{\"unreadable\":\"not allowed\"}");
  ck_assert_ptr_null(pl_settings_value(&settings, "port"));
  pl_settings_refused_value(&settings, "port", "too small");
  ck_assert_str_eq(shown("port"), "{\"unreadable\":\"not allowed\"}");
  pl_settings_put(&settings, "port", pl_node_integer(arena, 2), "flag", "x", 0);
  ck_assert_str_eq(shown("port"), "{\"value\":2,\"from\":{\"layer\":\"flag\",\"where\":\"x\"}}");
}
END_TEST

START_TEST(refusals_and_notes_are_capped) {
  for (int i = 0; i < PL_NOTES_MAX; i++) {
    pl_settings_refuse(&settings, "flags", "argv", "reason %d", i);
    pl_settings_note(&settings, "note %d", i);
  }
  ck_assert_uint_eq(pl_count(settings.refused), PL_NOTES_MAX);
  ck_assert_uint_eq(pl_count(settings.notes), PL_NOTES_MAX);
  ck_assert_str_eq(pl_json_text(arena, settings.refused->list.items[0], false),
                   "{\"reason\":\"reason 0\",\"stage\":\"flags\",\"where\":\"argv\"}");
  for (int i = 0; i < 2; i++) {
    pl_settings_refuse(&settings, "flags", "argv", "more");
    pl_settings_note(&settings, "more");
  }
  ck_assert_uint_eq(pl_count(settings.refused), PL_NOTES_MAX);
  ck_assert_uint_eq(pl_count(settings.notes), PL_NOTES_MAX + 1);
  ck_assert_str_eq(pl_text(settings.notes->list.items[PL_NOTES_MAX]), "further notes are left out");
}
END_TEST

START_TEST(files_and_host_paths) {
  pl_mapping mapping = {.inside = "/etc/kubernetes", .outside = "/host/kubernetes"};
  pl_host host = {.arena = arena};
  pl_view view = {.host = &host, .container = true, .mappings = &mapping, .count = 1};
  pl_settings_file(&settings, &view, "config", "/etc/kubernetes/a.yaml");
  pl_settings_file(&settings, &view, "key", "/inside.key");
  pl_settings_file(&settings, &view, "key", "");
  pl_settings_file(&settings, &view, "key", NULL);
  ck_assert_str_eq(pl_json_text(arena, settings.files, false),
                   "[{\"role\":\"config\",\"path\":\"/etc/kubernetes/a.yaml\",\"host_path\":\"/host/kubernetes/a.yaml\"},"
                   "{\"role\":\"key\",\"path\":\"/inside.key\",\"host_path\":null}]");
  pl_settings_put(&settings, "ca", pl_node_string(arena, "ca.crt"), "file", "/a", 1);
  pl_settings_host_path(&settings, &view, "ca", "/etc/kubernetes/ca.crt");
  pl_settings_host_path(&settings, &view, "absent", "/etc/kubernetes/ca.crt");
  ck_assert_str_eq(pl_get_text(pl_get(settings.values, "ca"), "host_path", ""), "/host/kubernetes/ca.crt");
  ck_assert_ptr_null(pl_get(settings.values, "absent"));
}
END_TEST

START_TEST(place_of_an_argument) {
  pl_component_input input = {.argv_where = "pid 812"};
  ck_assert_str_eq(pl_settings_argv(arena, &input, 3), "pid 812 argv[3]");
}
END_TEST

Suite *suite_settings(void);
Suite *suite_settings(void) {
  Suite *suite = suite_create("settings");
  TCase *tcase = tcase_create("settings");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, put_keeps_origin);
  tcase_add_test(tcase, put_moves_the_old_value);
  tcase_add_test(tcase, put_tells_the_default);
  tcase_add_test(tcase, put_escapes_once);
  tcase_add_test(tcase, refused_value);
  tcase_add_test(tcase, unreadable_replaces_all);
  tcase_add_test(tcase, refusals_and_notes_are_capped);
  tcase_add_test(tcase, files_and_host_paths);
  tcase_add_test(tcase, place_of_an_argument);
  suite_add_tcase(suite, tcase);
  return suite;
}
