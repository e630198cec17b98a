/* JSON read and written. */
#include <check.h>
#include <stdio.h>

#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"

static pl_arena *arena;
static pl_error err;
static const pl_source source = {.where = "/etc/cni/net.d/10-x.conflist"};

static void setup(void) {
  arena = pl_arena_new();
  err = (pl_error){0};
}
static void teardown(void) { pl_arena_free(arena); }

static pl_node *read_bytes(const char *text, size_t length) {
  err = (pl_error){0};
  return pl_json_read(arena, (pl_bytes){text, length}, &pl_json_document_limits, &source, &err);
}

static pl_node *read_text(const char *text) { return read_bytes(text, strlen(text)); }

/* TEXT is read and written again as WANTED. */
static void gives(const char *text, const char *wanted) {
  const pl_node *node = read_text(text);
  ck_assert_msg(node != NULL, "%s: %s", text, err.text);
  ck_assert_str_eq(pl_json_text(arena, node, false), wanted);
}

static void refused(const char *text, uint32_t line, const char *message) {
  ck_assert_msg(!read_text(text), "%s was read", text);
  ck_assert_str_eq(err.text, message);
  ck_assert_uint_eq(err.line, line);
  ck_assert_int_eq(err.kind, PL_ERR_SYNTAX);
}

START_TEST(values_pass_through) {
  static const char *const same[] = {
      "null",
      "true",
      "false",
      "0",
      "-7",
      "9223372036854775807",
      "-9223372036854775808",
      "1.5",
      "10255.0",
      "1e+22",
      "\"\"",
      "[]",
      "{}",
      "[1,[2,{\"a\":[]}]]",
      "{\"z\":1,\"a\":2,\"m\":3}",
      "\"\\u0000\\u001f\\u007f\\u2028\\n\\\\\\\"/\"",
  };
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    gives(same[i], same[i]);
  gives("\"\xc2\x85\xd8\x9c\xe2\x80\xae\xef\xbb\xbf\"", "\"\\u0085\\u061c\\u202e\\ufeff\"");
  gives(" [ 1E2 , \"\\u00e9\\ud83d\\ude00\" ] ", "[100.0,\"\xc3\xa9\xf0\x9f\x98\x80\"]");
}
END_TEST

START_TEST(nodes_know_where_they_come_from) {
  const pl_node *node = read_text("{\"a\": [\"x\", 1]}");
  ck_assert_ptr_eq(pl_get_path(node, "a.[1]")->source, &source);
  ck_assert_uint_eq(pl_get(node, "a")->line, 0);
  ck_assert(pl_get_path(node, "a.[0]")->quoted);
}
END_TEST

START_TEST(faults_are_refused_without_quoting_the_text) {
  refused("", 1, "unexpected token");
  refused("{\"a\":1,\n\"a\":2}", 2, "duplicate object key");
  refused("{\"token\": hush}", 1, "invalid token");
  refused("[1] x", 1, "end of file expected");
  refused("[1,\n\n2", 3, "']' expected");
  refused("[\"\xff\"]", 1, "unable to decode byte 0xff");
  refused("[9223372036854775808]", 1, "too big integer");
  refused("[1e999]", 1, "real number overflow");
  refused("[01]", 1, "invalid token");
  refused("['a']", 1, "invalid token");
  refused("[\"a\nb\"]", 1, "unexpected newline");
  refused("{\"a\\u0000b\": 1}", 1, "NUL byte in object key not supported");
  refused("[NaN]", 1, "invalid token");
  refused("[1,]", 1, "unexpected token");
}
END_TEST

START_TEST(secrets_never_become_text) {
  gives("{\"token\":\"a.b\",\"password\":\"YWJj\",\"secret\":12345,\"client-key-data\":1.5}",
        "{\"token\":{\"secret\":true,\"length\":3,\"base64\":false},\"password\":{\"secret\":true,\"length\":3},"
        "\"secret\":{\"secret\":true,\"length\":5,\"base64\":false},\"client-key-data\":{\"secret\":true,\"length\":3,"
        "\"base64\":false}}");
  gives("{\"token\":[\"x.\",{\"k\":\"v\"}],\"password\":null,\"secret\":{\"token\":\"\"}}",
        "{\"token\":[{\"secret\":true,\"length\":2,\"base64\":false},{\"k\":\"v\"}],\"password\":null,"
        "\"secret\":{\"token\":{\"secret\":true,\"length\":0}}}");
}
END_TEST

/* Facts are written, read and written again: what stands for a secret must stay what it is. */
START_TEST(hidden_secrets_survive_a_round_trip) {
  static const char text[] = "{\"token\":{\"secret\":true,\"length\":9}}";
  gives(text, text);
}
END_TEST

static pl_bytes nested(size_t depth) {
  char *text = pl_alloc(arena, 2 * depth + 1);
  memset(text, '[', depth);
  memset(text + depth, ']', depth);
  return (pl_bytes){text, 2 * depth};
}

START_TEST(depth_limit) {
  const pl_json_limits *limits[] = {&pl_json_document_limits, &pl_json_facts_limits};
  for (size_t i = 0; i < 2; i++) {
    ck_assert_ptr_nonnull(pl_json_read(arena, nested(limits[i]->depth), limits[i], NULL, &err));
    ck_assert_ptr_null(pl_json_read(arena, nested(limits[i]->depth + 1), limits[i], NULL, &err));
    ck_assert_str_eq(err.text, i ? "nested deeper than 128" : "nested deeper than 64");
    ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
    ck_assert_uint_eq(err.column, limits[i]->depth + 1);
  }
  ck_assert_ptr_null(pl_json_read(arena, nested(1000000), &pl_json_document_limits, NULL, NULL));
}
END_TEST

START_TEST(node_limit_is_exact) {
  static const struct {
    const char *text;
    size_t nodes;
  } rows[] = {{"1", 1},
              {"[]", 1},
              {"[ \n]", 1},
              {"[1]", 2},
              {"{\"a\": {}, \"b\": [1, [], \"],[\\\",\"]}", 6},
              {"{\"a\": [[[]]]}", 4}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    pl_bytes text = {rows[i].text, strlen(rows[i].text)};
    pl_json_limits limits = {100, rows[i].nodes, 10};
    ck_assert_ptr_nonnull(pl_json_read(arena, text, &limits, NULL, NULL));
    limits.nodes--;
    if (limits.nodes > 0)
      ck_assert_ptr_null(pl_json_read(arena, text, &limits, NULL, &err));
  }
  ck_assert_str_eq(err.text, "more than 3 values");
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
}
END_TEST

START_TEST(named_limits_are_those_of_the_header) {
  ck_assert_uint_eq(pl_json_document_limits.nodes, PL_DOCUMENT_NODES_MAX);
  ck_assert_uint_eq(pl_json_document_limits.bytes, PL_DOCUMENT_BYTES_MAX);
  ck_assert_uint_eq(pl_json_facts_limits.nodes, PL_FACTS_NODES_MAX);
  ck_assert_uint_eq(pl_json_facts_limits.bytes, PL_FACTS_BYTES_MAX);
}
END_TEST

START_TEST(size_limit) {
  pl_json_limits limits = {6, 10, 10};
  ck_assert_ptr_nonnull(pl_json_read(arena, (pl_bytes){"[1, 2]", 6}, &limits, NULL, &err));
  ck_assert_ptr_null(pl_json_read(arena, (pl_bytes){"[1, 2] ", 7}, &limits, NULL, &err));
  ck_assert_str_eq(err.text, "larger than 6 bytes");
}
END_TEST

START_TEST(indented_text) {
  const pl_node *node = read_text("{\"a\":[1,{\"b\":null}],\"c\":{},\"d\":[]}");
  ck_assert_str_eq(pl_json_text(arena, node, true), "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n"
                                                    "  \"c\": {},\n  \"d\": []\n}");
}
END_TEST

/* Each byte and each edge of Unicode: what is written is JSON, and reads back as the text or as its escaped form. */
START_TEST(any_bytes_are_written_safely) {
  for (int byte = 0; byte < 256; byte++) {
    char text[2] = {(char)byte, 'x'};
    pl_node *node = pl_node_bytes(arena, text, sizeof text);
    const char *json = pl_json_text(arena, node, false);
    const pl_node *back = read_text(json);
    ck_assert_msg(back != NULL, "byte %02x: %s: %s", (unsigned)byte, json, err.text);
    if (byte < 0x80)
      ck_assert(pl_node_equal(node, back));
    else
      ck_assert_str_eq(pl_text(back), pl_printf(arena, "\\x%02xx", (unsigned)byte));
  }
  static const char *const kept[] = {"\xc2\x80",     "\xdf\xbf",     "\xe0\xa0\x80",     "\xed\x9f\xbf",
                                     "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
  static const char *const escaped[] = {"\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80", "\xe2\x82",
                                        "\xf8\x88\x80\x80\x80"};
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    ck_assert_str_eq(pl_text(read_text(pl_json_text(arena, pl_node_string(arena, kept[i]), false))), kept[i]);
  for (size_t i = 0; i < sizeof escaped / sizeof *escaped; i++)
    ck_assert(pl_starts(pl_text(read_text(pl_json_text(arena, pl_node_string(arena, escaped[i]), false))), "\\x"));
}
END_TEST

START_TEST(keys_are_written_safely) {
  pl_node *object = pl_node_object(arena);
  pl_object_set_integer(arena, object, "a\n\"\xff", 1);
  ck_assert_str_eq(pl_json_text(arena, object, false), "{\"a\\\\x0a\\\"\\\\xff\":1}");
}
END_TEST

START_TEST(the_writer_has_a_depth_limit) {
  pl_node *node = pl_node_list(arena);
  for (int i = 1; i < PL_FACTS_DEPTH_MAX; i++) {
    pl_node *outer = pl_node_list(arena);
    pl_list_add(arena, outer, node);
    node = outer;
  }
  ck_assert_ptr_nonnull(pl_json_text(arena, node, false));
  pl_node *outer = pl_node_list(arena);
  pl_list_add(arena, outer, node);
  ck_assert_ptr_null(pl_json_text(arena, outer, false));
  FILE *out = fopen("/dev/null", "w");
  ck_assert_int_eq(pl_json_write(out, node, &err), 0);
  ck_assert_int_eq(pl_json_write(out, outer, &err), -1);
  ck_assert_str_eq(err.text, "nested deeper than 128");
  fclose(out);
}
END_TEST

START_TEST(files_end_with_a_newline_and_say_when_they_fail) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  pl_node *list = pl_node_list(arena);
  for (int i = 0; i < 30000; i++)
    pl_list_add(arena, list, pl_node_integer(arena, i));
  ck_assert_int_eq(pl_json_write(out, list, &err), 0);
  fclose(out);
  ck_assert_int_eq(text[size - 1], '\n');
  ck_assert(pl_node_equal(list, read_bytes(text, size)));
  free(text);
  out = fopen("/dev/full", "w");
  ck_assert_int_eq(pl_json_write(out, list, &err), -1);
  ck_assert_str_eq(err.text, "cannot write: No space left on device");
  ck_assert_int_eq(err.kind, PL_ERR_IO);
  fclose(out);
}
END_TEST

START_TEST(what_is_written_piece_by_piece_is_what_the_tree_gives) {
  char *tree_text = NULL, *pieces_text = NULL;
  size_t tree_size = 0, pieces_size = 0;
  pl_node *tree = read_text("{\"a\": \"x\\n\", \"n\": null, \"i\": -7, \"b\": true, \"empty\": {}, \"list\": [[], "
                            "\"y\", {\"z\": [1, {\"k\": 2}]}], \"end\": false}");
  FILE *out = open_memstream(&tree_text, &tree_size);
  ck_assert_int_eq(pl_json_write(out, tree, &err), 0);
  fclose(out);
  out = open_memstream(&pieces_text, &pieces_size);
  pl_json_out *o = pl_json_out_new(out);
  pl_json_out_object(o, NULL);
  pl_json_out_text(o, "a", "x\n");
  pl_json_out_text(o, "n", NULL);
  pl_json_out_integer(o, "i", -7);
  pl_json_out_boolean(o, "b", true);
  pl_json_out_object(o, "empty");
  pl_json_out_close(o);
  pl_json_out_list(o, "list");
  pl_json_out_list(o, NULL);
  pl_json_out_close(o);
  pl_json_out_text(o, NULL, "y");
  pl_json_out_node(o, NULL, pl_get_path(tree, "list.[2]"));
  pl_json_out_close(o);
  pl_json_out_boolean(o, "end", false);
  pl_json_out_close(o);
  ck_assert_int_eq(pl_json_out_finish(o, &err), 0);
  fclose(out);
  ck_assert_str_eq(pieces_text, tree_text);
  free(tree_text);
  free(pieces_text);
}
END_TEST

static const char *members_of(const char *text) {
  static const char *const keys[] = {"a", "mounts", "linux/resources", NULL};
  err = (pl_error){0};
  const pl_node *node =
      pl_json_read_members(arena, (pl_bytes){text, strlen(text)}, keys, &pl_json_document_limits, NULL, &err);
  return node ? pl_json_text(arena, node, false) : NULL;
}

START_TEST(only_the_members_asked_for_are_read) {
  static const struct {
    const char *text, *wanted;
  } cases[] = {
      {"{}", "{}"},
      {"{\"a\": 1}", "{\"a\":1}"},
      {" \n{\"b\": [1, {\"a\": 2}], \"mounts\": [], \"c\": \"a\"}\n", "{\"mounts\":[]}"},
      {"{\"mounts\": [{\"a\": \"}\"}], \"a\": {\"b\": \"\\\"{[\"}, \"aa\": 3}",
       "{\"mounts\":[{\"a\":\"}\"}],\"a\":{\"b\":\"\\\"{[\"}}"},
      {"{\"b\": \"a\", \"a\": \"b\"}", "{\"a\":\"b\"}"},
      {"{\"b\": what is no JSON, \"a\": true}", "{\"a\":true}"}, /* not looked at */
      {"{\"linux\": {\"seccomp\": [\"resources\"], \"resources\" : {\"a\": {}}, \"b\": 1}, \"a\": 2}",
       "{\"linux\":{\"resources\":{\"a\":{}}},\"a\":2}"},
      {"{\"linux\" : {}, \"resources\": 1}", "{\"linux\":{}}"},
      {"{\"linux\": {\"linux\": {\"resources\": 1}}}", "{\"linux\":{}}"},
      {"{\"linux\": 7}", "{\"linux\":7}"},
      {"{\"linux\":[{\"resources\": 1, \"a\": 2}]}", "{\"linux\":[{\"resources\":1,\"a\":2}]}"},
      {"{\"linux/resources\": 7}", "{}"},
      {"[1, 2]", "[1,2]"},
      {"7", "7"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    ck_assert_pstr_eq(members_of(cases[i].text), cases[i].wanted);
}
END_TEST

START_TEST(members_asked_for_are_checked) {
  static const char *const bad[] = {"",
                                    "{",
                                    "{\"a\": 1",
                                    "{\"a\"",
                                    "{\"a",
                                    "{\"a\": 1 2}",
                                    "{\"a\": {]}",
                                    "{\"a\": 1, \"a\": 2}",
                                    "{\"a\": [1}}",
                                    "{\"linux\" {\"resources\": 1}}",
                                    "{\"linux\": {\"resources\": 1 2}}",
                                    "{\"linux\": {\"resources\": 1}",
                                    "{\"linux\":",
                                    "{\"linux\": {\"resources\": 1, \"resources\": 2}}"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    ck_assert_msg(!members_of(bad[i]), "%s was read", bad[i]);
    ck_assert_int_eq(err.kind, PL_ERR_SYNTAX);
  }
  pl_json_limits small = {8, 10, 10};
  static const char *const keys[] = {"a", NULL};
  ck_assert_ptr_nonnull(pl_json_read_members(arena, (pl_bytes){"{\"b\": 1}", 8}, keys, &small, NULL, &err));
  ck_assert_ptr_null(pl_json_read_members(arena, (pl_bytes){"{\"b\": 12}", 9}, keys, &small, NULL, &err));
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
}
END_TEST

Suite *suite_json(void);
Suite *suite_json(void) {
  const TTest *const tests[] = {
      values_pass_through,
      nodes_know_where_they_come_from,
      faults_are_refused_without_quoting_the_text,
      secrets_never_become_text,
      hidden_secrets_survive_a_round_trip,
      depth_limit,
      node_limit_is_exact,
      named_limits_are_those_of_the_header,
      size_limit,
      indented_text,
      any_bytes_are_written_safely,
      keys_are_written_safely,
      the_writer_has_a_depth_limit,
      files_end_with_a_newline_and_say_when_they_fail,
      what_is_written_piece_by_piece_is_what_the_tree_gives,
      only_the_members_asked_for_are_read,
      members_asked_for_are_checked,
  };
  Suite *suite = suite_create("json");
  TCase *tcase = tcase_create("json");
  tcase_add_checked_fixture(tcase, setup, teardown);
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
    tcase_add_test(tcase, tests[i]);
  suite_add_tcase(suite, tcase);
  return suite;
}
