/* TOML 1.0. Expectations are written as JSON. */
#include <check.h>
#include <stdio.h>

#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/toml.h"

static pl_arena *arena;
static pl_error err;
static const pl_source source = {.where = "/etc/containerd/config.toml"};

static void setup(void) {
  arena = pl_arena_new();
  err = (pl_error){0};
}
static void teardown(void) { pl_arena_free(arena); }

static pl_node *read_bytes(pl_bytes text) {
  err = (pl_error){0};
  return pl_toml_read(arena, text, &source, &err);
}

static pl_node *read_text(const char *text) { return read_bytes((pl_bytes){text, strlen(text)}); }

static void reads(const char *text, const char *json) {
  const pl_node *node = read_text(text);
  ck_assert_msg(node != NULL, "<%s>: %u:%u %s", text, err.line, err.column, err.text);
  ck_assert_str_eq(pl_json_text(arena, node, false), json);
}

/* "v = TEXT" gives {"v": JSON}. */
static void value_reads(const char *text, const char *json) {
  reads(pl_printf(arena, "v = %s", text), pl_printf(arena, "{\"v\":%s}", json));
}

static void refused(const char *text, uint32_t line, uint32_t column, const char *message) {
  const pl_node *node = read_text(text);
  ck_assert_msg(!node, "<%s> was read as %s", text, node ? pl_json_text(arena, node, false) : "");
  ck_assert_str_eq(err.text, message);
  ck_assert_uint_eq(err.line, line);
  ck_assert_uint_eq(err.column, column);
}

static pl_bytes many(const char *head, size_t n, const char *piece, const char *tail) {
  size_t step = strlen(piece);
  char *text = pl_alloc(arena, strlen(head) + n * step + strlen(tail) + 1), *at = text;
  at = mempcpy(at, head, strlen(head));
  for (size_t i = 0; i < n; i++)
    at = mempcpy(at, piece, step);
  at = mempcpy(at, tail, strlen(tail));
  return (pl_bytes){text, (size_t)(at - text)};
}

START_TEST(a_containerd_configuration) {
  reads(
      "version = 2 # comment\nroot = \"/var/lib/containerd\"\n\n[plugins.\"io.containerd.grpc.v1.cri\"]\n"
      "  enable_selinux = false\n  [plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc]\n"
      "    runtime_type = 'io.containerd.runc.v2'\n    options = {SystemdCgroup = true, BinaryName.x = \"\"}\n"
      "[[stream]]\naccepts = [\n  \"a\", # one\n  \"b\",\n]\n[stream.inner]\nx = 1\n[[stream]]\n",
      "{\"version\":2,\"root\":\"/var/lib/containerd\",\"plugins\":{\"io.containerd.grpc.v1.cri\":{\"enable_selinux\":"
      "false,\"containerd\":{\"runtimes\":{\"runc\":{\"runtime_type\":\"io.containerd.runc.v2\",\"options\":{"
      "\"SystemdCgroup\":true,\"BinaryName\":{\"x\":\"\"}}}}}}},\"stream\":[{\"accepts\":[\"a\",\"b\"],\"inner\":"
      "{\"x\":1}},{}]}");
}
END_TEST

START_TEST(numbers_and_booleans) {
  static const char *const rows[][2] = {
      {"true", "true"},
      {"false", "false"},
      {"0", "0"},
      {"+7", "7"},
      {"-17", "-17"},
      {"1_000", "1000"},
      {"-0", "0"},
      {"0xDEAD_beef", "3735928559"},
      {"0o755", "493"},
      {"0b1101", "13"},
      {"0x00", "0"},
      {"9223372036854775807", "9223372036854775807"},
      {"1.5", "1.5"},
      {"+1.0", "1.0"},
      {"5e+22", "5e+22"},
      {"1e06", "1000000.0"},
      {"-2E-2", "-0.02"},
      {"6.626e-34", "6.626e-34"},
      {"224_617.445_991", "224617.445991"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"inf", "\"inf\""},
      {"-inf", "\"-inf\""},
      {"+nan", "\"nan\""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    value_reads(rows[i][0], rows[i][1]);
  int64_t value = 0;
  ck_assert(!pl_integral(pl_get(read_text("v = 1.0"), "v"), &value));
}
END_TEST

START_TEST(no_numbers) {
  static const char *const rows[] = {
      "01",
      "+01",
      "1_",
      "_1",
      "1__0",
      "1._0",
      "1_.0",
      "1.",
      ".5",
      "1.e5",
      "1e",
      "1e_5",
      "0x",
      "0xg",
      "+0x1",
      "0X1",
      "0b2",
      "0o8",
      "0b_1",
      "0x_1",
      "1e5.0",
      "--1",
      "True",
      "yes",
      "INF",
      "+true",
      "0_1",
      "00",
      "03.14",
      "1 2",
      "1,000",
      "1e999",
      "0x1.0",
      "9223372036854775808",
      "a",
      "+",
      "-",
      "1_e5",
      "1e5_",
      "0x1_",
      "0xFFFFFFFFFFFFFFFF",
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    ck_assert_msg(!read_text(pl_printf(arena, "v = %s", rows[i])), "%s was taken", rows[i]);
}
END_TEST

START_TEST(dates_and_times_become_strings) {
  static const char *const good[] = {
      "1979-05-27T07:32:00Z", "1979-05-27t07:32:00.999999-07:00",
      "1979-05-27 07:32:00z", "1979-05-27T07:32:00",
      "1979-05-27",           "07:32:00",
      "00:32:00.5",           "2024-02-29",
      "2000-02-29",           "1979-05-27T23:59:60+23:59",
  };
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    value_reads(good[i], pl_printf(arena, "\"%s\"", good[i]));
  static const char *const bad[] = {
      "1979-13-01",
      "1979-00-01",
      "1979-01-32",
      "2023-02-29",
      "1900-02-29",
      "1979-5-27",
      "79-05-27",
      "07:32",
      "24:00:00",
      "07:60:00",
      "07:32:61",
      "07:32:00.",
      "07:32:00Z",
      "1979-05-27T07:32",
      "1979-05-27T",
      "1979-05-27X07:32:00",
      "1979-05-27T07:32:00+24:00",
      "1979-05-27T07:32:00+0100",
      "1979-05-27T07:32:00ZZ",
      "1979-05-27  07:32:00",
      "1979-05-27 x",
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    ck_assert_msg(!read_text(pl_printf(arena, "v = %s", bad[i])), "%s was taken", bad[i]);
  reads("a = 1979-05-27 # c\nb = [1979-05-27 , 07:32:00]",
        "{\"a\":\"1979-05-27\",\"b\":[\"1979-05-27\",\"07:32:00\"]}");
}
END_TEST

START_TEST(strings) {
  value_reads("\"\"", "\"\"");
  value_reads("\"a\\tb\\\"\\\\\\b\\f\\r\\n\"", "\"a\\tb\\\"\\\\\\b\\f\\r\\n\"");
  value_reads("\"\\u00e9\\U0001F600\\u0000\"", "\"\xc3\xa9\xf0\x9f\x98\x80\\u0000\"");
  value_reads("'a\\b\"'", "\"a\\\\b\\\"\"");
  value_reads("''", "\"\"");
  value_reads("\"tab\there\"", "\"tab\\there\"");
  value_reads("\"\"\"\nRoses\r\nred\"\"\"", "\"Roses\\r\\nred\"");
  value_reads("\"\"\"a \\\n\n   \t b\\  \r\n c\"\"\"", "\"a bc\"");
  value_reads("\"\"\"\"\"\"", "\"\"");
  value_reads("\"\"\"\"two\"\" \"\"\"\"\"", "\"\\\"two\\\"\\\" \\\"\\\"\"");
  value_reads("''''it''s\\''''", "\"'it''s\\\\'\"");
  ck_assert(pl_get(read_text("v = 'x'"), "v")->quoted);
}
END_TEST

START_TEST(no_strings) {
  refused("v = \"a", 1, 7, "the string does not end");
  refused("v = \"a\nb\"", 1, 7, "the string does not end");
  refused("v = 'a\nb'", 1, 7, "the string does not end");
  refused("v = \"\"\"a\n\"\"", 2, 3, "the string does not end");
  refused("v = \"\\e\"", 1, 7, "unknown escape after a backslash");
  refused("v = \"\"\"a\\  b\"\"\"", 1, 10, "unknown escape after a backslash");
  refused("v = \"\\u12\"", 1, 10, "a \\u wants 4 hexadecimal digits");
  refused("v = \"\\U0011ffff\"", 1, 16, "no character has this number");
  refused("v = \"\\ud800\"", 1, 12, "no character has this number");
  refused("v = \"\x01\"", 1, 6, "a control character");
  refused("v = '\x7f'", 1, 6, "a control character");
  refused("v = \"\"\"\r\"\"\"", 1, 8, "a carriage return without a line feed");
  refused("v = \"\"\"\"\"\"\"\"\"", 1, 13, "the line should end here");
  refused("v = \"a\" 'b'", 1, 9, "the line should end here");
  refused("\n# \xff", 2, 3, "not UTF-8");
  refused("v = 1 # \x02", 1, 9, "a control character");
  refused("v = 1\r", 1, 6, "a control character");
}
END_TEST

START_TEST(keys) {
  reads("a = 1\n_-9 = 2\n\"b c\" = 3\n'd\\' = 4\n\"\" = 5\n1.2 = 6\n",
        "{\"a\":1,\"_-9\":2,\"b c\":3,\"d\\\\\":4,\"\":5,\"1\":{\"2\":6}}");
  reads("x . \"y.z\" .w=1\nx.v = 2", "{\"x\":{\"y.z\":{\"w\":1},\"v\":2}}");
  refused(" = 1", 1, 2, "a key is missing");
  refused("a. = 1", 1, 4, "a key is missing");
  refused("a b = 1", 1, 3, "'=' is missing");
  refused("a = ", 1, 5, "a value is missing");
  refused("a", 1, 2, "'=' is missing");
  refused("a = 1 b = 2", 1, 7, "the line should end here");
  refused("\"\"\"a\"\"\" = 1", 1, 3, "'=' is missing");
  refused("\"a\\u0000\" = 1", 1, 1, "a NUL in a key");
  refused("\xc3\xa9 = 1", 1, 1, "a key is missing");
}
END_TEST

START_TEST(tables_are_defined_once) {
  reads("[a.b]\nx=1\n[a]\ny=2\n[ a . c ]\n", "{\"a\":{\"b\":{\"x\":1},\"y\":2,\"c\":{}}}");
  reads("[f]\na.b.c=1\n[f.a.d]\n", "{\"f\":{\"a\":{\"b\":{\"c\":1},\"d\":{}}}}");
  refused("a=1\na=2", 2, 1, "a is defined already at line 1");
  refused("[a]\n[b]\n[a]", 3, 2, "a is defined already at line 1");
  refused("a=1\n[a]", 2, 2, "a is defined already at line 1");
  refused("a=1\n[a.b]", 2, 2, "a is defined already at line 1");
  refused("a={}\n[a.b]", 2, 2, "a is defined already at line 1");
  refused("a={b=1}\na.c=2", 2, 1, "a is defined already at line 1");
  refused("[a]\nb.c=1\n[a.b]", 3, 2, "b is defined already at line 2");
  refused("[a]\nb.c=1\n[a.b.c]", 3, 2, "c is defined already at line 2");
  refused("[a.b.c]\nz=9\n[a]\nb.c.t=1", 4, 1, "b is defined already at line 1");
  refused("a.b=1\na.b.c=2", 2, 1, "b is defined already at line 1");
  refused("a=[]\n[[a]]", 2, 3, "a is defined already at line 1");
  refused("a=[{}]\n[a.b]", 2, 2, "a is defined already at line 1");
  refused("[a]\n[[a]]", 2, 3, "a is defined already at line 1");
  refused("[[a]]\n[a]", 2, 2, "a is defined already at line 1");
  refused("[[a.b]]\n[[a]]", 2, 3, "a is defined already at line 1");
  refused("[a\n]", 1, 3, "']' is missing");
  refused("[[a]\n]", 1, 4, "']]' is missing");
  refused("[]", 1, 2, "a key is missing");
  refused("[a] b=1", 1, 5, "the line should end here");
}
END_TEST

START_TEST(lists_and_inline_tables) {
  reads("a = [ ]\nb = [1, [2.5, 'x'], {c = [{}]}, ]\nd = [ # c\n\n 1 # d\n , # e\n]\n",
        "{\"a\":[],\"b\":[1,[2.5,\"x\"],{\"c\":[{}]}],\"d\":[1]}");
  reads("a = { }\nb = { c.d = 1, c.e = 2 }\n", "{\"a\":{},\"b\":{\"c\":{\"d\":1,\"e\":2}}}");
  reads("[[x]]\n[[x.y]]\na=1\n[[x.y]]\n[x.z]\n[[x]]\n[[x.y]]",
        "{\"x\":[{\"y\":[{\"a\":1},{}],\"z\":{}},{\"y\":[{}]}]}");
  refused("a = [1 2]", 1, 8, "a list goes on with ',' or ends with ']'");
  refused("a = [,]", 1, 6, "a value is missing");
  refused("a = [1,,2]", 1, 8, "a value is missing");
  refused("a = [1", 1, 7, "a list goes on with ',' or ends with ']'");
  refused("a = [1,\n", 2, 1, "a value is missing");
  refused("a = {b=1,}", 1, 10, "a key is missing");
  refused("a = {b=1\n}", 1, 9, "an inline table goes on with ',' or ends with '}', on its line");
  refused("a = {\nb=1}", 1, 6, "a key is missing");
  refused("a = {b=1, b=2}", 1, 11, "b is defined already at line 1");
  refused("a = {b=1, b.c=2}", 1, 11, "b is defined already at line 1");
}
END_TEST

START_TEST(positions) {
  const pl_node *node = read_text("\xef\xbb\xbf"
                                  "a = 1\r\n[b]\n  c.d = [\n   'x']\n");
  ck_assert_uint_eq(pl_get(node, "a")->column, 5);
  ck_assert_uint_eq(pl_get(node, "b")->line, 2);
  const pl_node *x = pl_get_path(node, "b.c.d.[0]");
  ck_assert_uint_eq(x->line, 4);
  ck_assert_uint_eq(x->column, 4);
  ck_assert_ptr_eq(x->source, &source);
  ck_assert_uint_eq(pl_get_member(pl_get_path(node, "b.c"), "d")->column, 3);
  reads("", "{}");
  reads("\n# only a comment", "{}");
}
END_TEST

START_TEST(secrets_never_become_text) {
  reads("password = \"\"\"x.y\"\"\"\ntoken = 123\nsecret = true\n[a]\nidentitytoken = ['x.', {k = 'v'}]\n",
        "{\"password\":{\"secret\":true,\"length\":3,\"base64\":false},\"token\":{\"secret\":true,\"length\":3,"
        "\"base64\":false},"
        "\"secret\":true,\"a\":{\"identitytoken\":[{\"secret\":true,\"length\":2,\"base64\":false},{\"k\":\"v\"}]}}");
  refused("token = 'x'\n[token.a]", 2, 2, "token is defined already at line 1");
  refused("token = 'x'\ntoken.a = 1", 2, 1, "token is defined already at line 1");
  ck_assert_uint_eq(pl_get(read_text("\n token = 'x'"), "token")->column, 10);
}
END_TEST

static void at_limit(pl_bytes good, pl_bytes bad, const char *message) {
  ck_assert_msg(read_bytes(good) != NULL, "%s", err.text);
  ck_assert_ptr_null(read_bytes(bad));
  ck_assert_str_eq(err.text, message);
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
}

/* The root is the first of 64. */
START_TEST(depth_limit) {
  static const char deep[] = "nested deeper than 64";
  at_limit(many("a=", 63, "[", many("", 63, "]", "").data), many("a=", 64, "[", ""), deep);
  at_limit(many("a={", 62, "b={", many("", 63, "}", "").data), many("a={", 63, "b={", ""), deep);
  at_limit(many("a", 63, ".b", "=1"), many("a", 64, ".b", "=1"), deep);
  at_limit(many("[a", 62, ".b", "]"), many("[a", 63, ".b", "]"), deep);
  at_limit(many("[[a", 61, ".b", "]]"), many("[[a", 62, ".b", "]]"), deep);
  at_limit(many("[a", 61, ".b", "]\nc=[]\nd.e=1"), many("[a", 61, ".b", "]\nd=[[]]"), deep);
  ck_assert_ptr_null(read_bytes(many("a=", 1000000, "[", "")));
  ck_assert_ptr_null(read_bytes(many("a", 1000000, ".b", "=1")));
}
END_TEST

START_TEST(other_limits) {
  at_limit(many("a=[", PL_DOCUMENT_NODES_MAX - 2, "1,", "]"), many("a=[", PL_DOCUMENT_NODES_MAX - 1, "1,", "]"),
           "more than 200000 values");
  at_limit(many("[[a]]\n", PL_DOCUMENT_NODES_MAX - 3, "[[a]]\n", ""),
           many("[[a]]\n", PL_DOCUMENT_NODES_MAX - 2, "[[a]]\n", ""), "more than 200000 values");
  at_limit(many("a='", PL_SCALAR_BYTES_MAX, "x", "'"), many("a='", PL_SCALAR_BYTES_MAX + 1, "x", "'"),
           "a text longer than 65536 bytes");
  at_limit(many("#", PL_DOCUMENT_BYTES_MAX - 1, "x", ""), many("#", PL_DOCUMENT_BYTES_MAX, "x", ""),
           "larger than 4194304 bytes");
  ck_assert_ptr_nonnull(read_bytes(many("a=1.", 254, "0", "")));
  ck_assert_ptr_null(read_bytes(many("a=1.", 255, "0", "")));
  ck_assert_ptr_null(pl_toml_read(arena, (pl_bytes){"a", 1}, NULL, NULL));
}
END_TEST

Suite *suite_toml(void);
Suite *suite_toml(void) {
  const TTest *const tests[] = {
      a_containerd_configuration,
      numbers_and_booleans,
      no_numbers,
      dates_and_times_become_strings,
      strings,
      no_strings,
      keys,
      tables_are_defined_once,
      lists_and_inline_tables,
      positions,
      secrets_never_become_text,
      depth_limit,
      other_limits,
  };
  Suite *suite = suite_create("toml");
  TCase *tcase = tcase_create("toml");
  tcase_add_checked_fixture(tcase, setup, teardown);
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
    tcase_add_test(tcase, tests[i]);
  suite_add_tcase(suite, tcase);
  return suite;
}
