/* YAML in both modes: types, positions, limits, anchors, secrets. Expectations are written as JSON. */
#include <check.h>
#include <stdio.h>

#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/yaml.h"
#include "src/core/yaml_resolve.h"

static pl_arena *arena;
static pl_error err;
static const pl_source source = {.where = "/etc/x.yaml", .layer = "file"};

static void setup(void) {
  arena = pl_arena_new();
  err = (pl_error){0};
}
static void teardown(void) { pl_arena_free(arena); }

static pl_bytes bytes(const char *text) { return (pl_bytes){text, strlen(text)}; }

static pl_node *theirs(const char *text) { return pl_yaml_read(arena, bytes(text), PL_YAML_THEIRS, &source, &err); }

static const char *as_json(const pl_node *node) { return node ? pl_json_text(arena, node, false) : "(error)"; }

/* TEXT reads as JSON. */
static void reads(const char *text, const char *json) {
  err = (pl_error){0};
  const pl_node *node = theirs(text);
  ck_assert_msg(node && strcmp(as_json(node), json) == 0, "<%s> gave %s %s, wanted %s", text, as_json(node), err.text,
                json);
}

/* TEXT is refused at LINE:COLUMN with MESSAGE. */
static void refused(const char *text, uint32_t line, uint32_t column, const char *message) {
  err = (pl_error){0};
  const pl_node *node = theirs(text);
  ck_assert_msg(!node, "<%s> was read as %s", text, as_json(node));
  ck_assert_str_eq(err.text, message);
  ck_assert_uint_eq(err.line, line);
  ck_assert_uint_eq(err.column, column);
}

/* N times PIECE between HEAD and TAIL. */
static pl_bytes many(const char *head, size_t n, const char *piece, const char *tail) {
  size_t step = strlen(piece);
  char *text = pl_alloc(arena, strlen(head) + n * step + strlen(tail) + 1), *at = text;
  at = mempcpy(at, head, strlen(head));
  for (size_t i = 0; i < n; i++)
    at = mempcpy(at, piece, step);
  at = mempcpy(at, tail, strlen(tail));
  return (pl_bytes){text, (size_t)(at - text)};
}

/* ---- types, as the real kubelet takes them ---- */

START_TEST(plain_scalars_of_theirs) {
  static const char *const rows[][2] = {
      {"true", "true"},
      {"True", "true"},
      {"TRUE", "true"},
      {"yes", "true"},
      {"Yes", "true"},
      {"YES", "true"},
      {"on", "true"},
      {"y", "true"},
      {"Y", "true"},
      {"false", "false"},
      {"no", "false"},
      {"NO", "false"},
      {"off", "false"},
      {"n", "false"},
      {"N", "false"},
      {"tRUE", "\"tRUE\""},
      {"yEs", "\"yEs\""},
      {"~", "null"},
      {"null", "null"},
      {"Null", "null"},
      {"", "null"},
      {"nULL", "\"nULL\""},
      {"0", "0"},
      {"10255", "10255"},
      {"+10255", "10255"},
      {"-1", "-1"},
      {"010255", "4269"},
      {"0o24017", "10255"},
      {"0O17", "15"},
      {"0x280F", "10255"},
      {"0X1f", "31"},
      {"0b101", "5"},
      {"-0b101", "-5"},
      {"10_255", "10255"},
      {"1_0_2_5_5", "10255"},
      {"_1", "\"_1\""},
      {"1__0_", "10"},
      {"00", "0"},
      {"08", "8.0"},
      {"1e4", "10000.0"},
      {"1E-2", "0.01"},
      {"10255.0", "10255.0"},
      {".5", "0.5"},
      {"5.", "5.0"},
      {"+.5", "0.5"},
      {"-1.5e+3", "-1500.0"},
      {"1_0.5", "10.5"},
      {"._5", "\"._5\""},
      {"1.2.3", "\"1.2.3\""},
      {"1.34.0", "\"1.34.0\""},
      {"10%", "\"10%\""},
      {"100Mi", "\"100Mi\""},
      {"4h", "\"4h\""},
      {"0x", "\"0x\""},
      {"0xg", "\"0xg\""},
      {"1e999", "\"1e999\""},
      {"0xffffffffffffffff", "1.8446744073709552e+19"},
      {"-", "[null]"},
      {"+", "\"+\""},
      {"..", "\"..\""},
      {"2026-01-31", "\"2026-01-31\""},
      {"12:30:45", "\"12:30:45\""},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775808", "9.223372036854776e+18"},
      {"0xFFFFFFFFFFFFFFFF", "1.8446744073709552e+19"},
      {"0xFFFFFFFFFFFFFFFFF", "\"0xFFFFFFFFFFFFFFFFF\""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    reads(rows[i][0], rows[i][1]);
}
END_TEST

START_TEST(quotes_blocks_and_tags_of_theirs) {
  reads("\"10255\"", "\"10255\"");
  reads("'0'", "\"0\"");
  reads("'yes'", "\"yes\"");
  reads("\"\"", "\"\"");
  reads("|\n  Webhook\n", "\"Webhook\\n\"");
  reads(">-\n  a\n  b\n", "\"a b\"");
  reads("!!bool \"true\"", "true");
  reads("!!int \"10255\"", "10255");
  reads("!!int 18446744073709551615", "1.8446744073709552e+19");
  reads("!!float 1", "1.0");
  reads("!!str 10", "\"10\"");
  reads("!!null ''", "null");
  reads("! '7'", "7");
  reads("!custom 7", "\"7\"");
  reads("!!binary aGVsbG8=", "\"hello\"");
  reads("!!set {a, b}", "{\"a\":null,\"b\":null}");
  refused("a: !!int x", 1, 4, "the tag says integer, the value is a string");
  refused("a: !!int 1e3", 1, 4, "the tag says integer, the value is a real");
  refused("a: !!binary '*'", 1, 4, "not base64");
  refused("- 1\n- .inf\n", 2, 3, "infinity and NaN are not numbers to Kubernetes");
}
END_TEST

START_TEST(keys_become_their_text) {
  reads("1: a\n0x10: b\ntrue: c\nno: d\n1.5: e\n'2': f\n",
        "{\"1\":\"a\",\"16\":\"b\",\"true\":\"c\",\"false\":\"d\",\"1.5\":\"e\",\"2\":\"f\"}");
  reads("1e5: a\n1e6: b\n1234567.5: c\n0.0001: d\n0.00001: e\n.inf: f\n-.Inf: g\n.nan: h\n1.10: i\n100.25: j\n",
        "{\"100000\":\"a\",\"1e+06\":\"b\",\"1.2345675e+06\":\"c\",\"0.0001\":\"d\",\"1e-05\":\"e\",\".inf\":\"f\","
        "\"-.inf\":\"g\",\".nan\":\"h\",\"1.1\":\"i\",\"100.25\":\"j\"}");
  reads("1e8: a\n2.5e9: b\n1.5e-8: c\n1e10: d\n",
        "{\"1e+08\":\"a\",\"2.5e+09\":\"b\",\"1.5e-08\":\"c\",\"1e+10\":\"d\"}");
  reads("444444444464444444444: a\n", "{\"4.4444445e+20\":\"a\"}");
  reads("4444444444444444444444444444444444444444: a\n", "{\".inf\":\"a\"}");
  reads("&k a: 1\n*k : 2\n", "{\"a\":2}");
  refused("x: 1\n~: 2", 2, 1, "this cannot be a key (null)");
  refused("x: 1\n\"a\\0b\": 1\n", 2, 1, "this cannot be a key (string)");
  refused("readOnlyPort: {{ port }}\n", 1, 16, "a key must be a scalar, not a mapping");
  refused("? [a, b]\n: 1\n", 1, 3, "a key must be a scalar, not a list");
  refused("a: &l [1]\n? *l\n: 1\n", 2, 3, "this cannot be a key (list)");
}
END_TEST

/* What an integer field of Go makes of numbers depends on whether the text was YAML or JSON. */
START_TEST(reals_count_as_integers_in_yaml_only) {
  int64_t value = 0;
  ck_assert(pl_integral(theirs("1e4"), &value) && value == 10000);
  ck_assert(pl_integral(theirs("08"), &value) && value == 8);
  ck_assert(pl_integral(pl_get(theirs("{\"a\": 7}"), "a"), &value) && value == 7);
  ck_assert(!pl_integral(pl_get(theirs("{\"a\": 1.0}"), "a"), &value));
  ck_assert(!pl_integral(theirs("9223372036854775808"), &value));
  ck_assert(!pl_integral(theirs("1.5"), &value));
  ck_assert_str_eq(pl_raw(theirs("010255")), "010255");
  ck_assert_str_eq(pl_raw(theirs("Yes")), "Yes");
  ck_assert_str_eq(pl_raw(theirs("~")), "~");
  ck_assert_str_eq(pl_raw(theirs("abc")), "abc");
}
END_TEST

/* ---- documents ---- */

START_TEST(only_the_first_document_is_read) {
  reads("a: 1\n---\na: 2\n", "{\"a\":1}");
  reads("a: 1\n---\n: [\n", "{\"a\":1}");
  reads("a: 1\n...\na: 2\n", "{\"a\":1}");
  reads("---\na: 1\n", "{\"a\":1}");
  reads("---\n---\na: 1\n", "null");
  reads("", "null");
  reads("   \n  \n", "null");
  reads("# nothing\n", "null");
  reads("hello\n", "\"hello\"");
  reads("- a\n", "[\"a\"]");
}
END_TEST

START_TEST(marks_and_line_ends) {
  reads("\xef\xbb\xbf"
        "a: 1\r\nb: 2\r\n",
        "{\"a\":1,\"b\":2}");
  reads("a: 7", "{\"a\":7}");
  reads("? a\n: 9\n", "{\"a\":9}");
  reads("%YAML 1.1\n---\na: 1\n", "{\"a\":1}");
  refused("%YAML 1.2\n---\na: 1\n", 1, 1, "found incompatible YAML document");
  refused("a:\n\tb: c\n", 2, 1, "found character that cannot start any token");
  refused("kind: K\nport:0\n", 3, 1, "could not find expected ':' (while scanning a simple key from line 2)");
  refused("\x01\x02", 1, 1, "control characters are not allowed");
  refused("a: b\nc: \xff\n", 2, 4, "invalid leading UTF-8 octet");
  refused("a: 1\n b: 2\n", 2, 3, "mapping values are not allowed in this context");
}
END_TEST

START_TEST(all_documents_of_a_stream) {
  const char *text = "a: 1\n---\n---\n- &x b\n--- \n*x\n";
  ck_assert_ptr_null(pl_yaml_read_all(arena, bytes(text), &source, &err));
  ck_assert_str_eq(err.text, "no anchor for this alias");
  text = "a: 1\n---\n---\n- b\n# end\n";
  ck_assert_str_eq(as_json(pl_yaml_read_all(arena, bytes(text), &source, &err)), "[{\"a\":1},null,[\"b\"]]");
  ck_assert_str_eq(as_json(pl_yaml_read_all(arena, bytes(""), &source, NULL)), "[]");
  ck_assert_str_eq(as_json(pl_yaml_read_all(arena, bytes(" {\"a\": 1}"), &source, NULL)), "[{\"a\":1}]");
  ck_assert_str_eq(as_json(pl_yaml_read_all(arena, bytes("{a: 1}\n--- {b: 2}"), &source, NULL)),
                   "[{\"a\":1},{\"b\":2}]");
  ck_assert_ptr_null(pl_yaml_read_all(arena, bytes("a: 1\n---\n: ["), &source, NULL));
}
END_TEST

START_TEST(a_brace_means_json) {
  reads("{\"a\":1,\"a\":2}", "{\"a\":2}");
  reads(" \n{\"a\": \"\\/\\ud83d\\ude00\", \"b\": [true, null, 1E2]}",
        "{\"a\":\"/\xf0\x9f\x98\x80\",\"b\":[true,null,100.0]}");
  refused("{\"a\":1}\n{\"b\":2}\n", 2, 1, "end of file expected");
  refused("{\"a\":1, # c\n\"b\":1}\n", 1, 9, "string or '}' expected");
  refused("{a: 1}", 1, 2, "string or '}' expected");
  pl_node *node = theirs("{\"a\": 1,\n \"b\": 2,\n \"b\": \"x\"}");
  ck_assert_uint_eq(pl_get(node, "b")->line, 3);
  ck_assert(pl_get(node, "b")->duplicate);
  ck_assert(!pl_get(node, "a")->duplicate);
  ck_assert_ptr_null(pl_get(node, "a")->raw);
  ck_assert_ptr_eq(pl_get(node, "a")->source, &source);
}
END_TEST

START_TEST(positions_styles_and_duplicates) {
  pl_node *node = theirs("a: x\nb:\n  - 'q'\n  - {c: 1}\na: z\n");
  ck_assert_str_eq(as_json(node), "{\"a\":\"z\",\"b\":[\"q\",{\"c\":1}]}");
  pl_node *a = pl_get(node, "a"), *q = pl_get_path(node, "b.[0]"), *c = pl_get_path(node, "b.[1].c");
  ck_assert(a->duplicate && !q->duplicate);
  ck_assert(q->quoted && !a->quoted && !c->quoted);
  ck_assert_uint_eq(a->line, 5);
  ck_assert_uint_eq(a->column, 4);
  ck_assert_uint_eq(pl_get_member(node, "a")->line, 5);
  ck_assert_uint_eq(pl_get_member(node, "b")->line, 2);
  ck_assert_uint_eq(q->line, 3);
  ck_assert_uint_eq(q->column, 5);
  ck_assert_uint_eq(c->column, 9);
  ck_assert_ptr_eq(c->source, &source);
  ck_assert_str_eq(as_json(theirs("a: {b: 1}\na: {c: 2}\n")), "{\"a\":{\"c\":2}}");
}
END_TEST

/* ---- anchors ---- */

START_TEST(aliases_copy) {
  reads("a: &d 2m\nb: *d\n", "{\"a\":\"2m\",\"b\":\"2m\"}");
  reads("a: &x 1\nb: *x\nc: &x [2]\nd: *x\n", "{\"a\":1,\"b\":1,\"c\":[2],\"d\":[2]}");
  pl_node *node = theirs("a: &m {k: v}\nb: *m\n");
  ck_assert(pl_get(node, "a") != pl_get(node, "b"));
  ck_assert_uint_eq(pl_get(node, "b")->line, 1);
  node = theirs("k: &k long\nl: [{*k : 1}, {*k : 2}]\n"); /* many short aliases of one long key cost no room */
  const pl_node *items = pl_get(node, "l");
  ck_assert_ptr_eq(items->list.items[0]->object.members->key, items->list.items[1]->object.members->key);
  refused("a: *x\nb: &x 1\n", 1, 4, "no anchor for this alias");
  refused("a: &x [1, *x]\n", 1, 11, "this alias stands inside what it names");
  refused("a: &x {b: {c: *x}}\n", 1, 15, "this alias stands inside what it names");
  refused("&x a: *x\nb: &y\n  *y : 1\n", 3, 3, "this alias stands inside what it names");
}
END_TEST

/* In the order of the document, as goyaml.v2 does it. */
START_TEST(merge_keys) {
  reads("x: &b\n  on: true\na:\n  z:\n    <<: *b\n", "{\"x\":{\"true\":true},\"a\":{\"z\":{\"true\":true}}}");
  reads("b: &b {k: 1, l: 2}\nc: {k: 5, <<: *b, l: 6}\n", "{\"b\":{\"k\":1,\"l\":2},\"c\":{\"k\":1,\"l\":6}}");
  reads("b: &b {k: 1}\nc: {<<: [{k: 9, m: 1}, *b], m: 3}\n", "{\"b\":{\"k\":1},\"c\":{\"k\":9,\"m\":3}}");
  reads("{}\n", "{}");
  reads("a: {'<<': 1}\n", "{\"a\":{\"<<\":1}}");
  reads("a: [<<]\n", "{\"a\":[\"<<\"]}");
  reads("a: {!!merge <<: {b: 1}}\n", "{\"a\":{\"b\":1}}");
  pl_node *merged = pl_get(theirs("c: {k: 5, <<: {k: 6}, l: 1}\n"), "c");
  ck_assert(pl_get(merged, "k")->duplicate && !pl_get(merged, "l")->duplicate);
  refused("a: {<<: 1}\n", 1, 9, "\"<<\" takes a mapping or a list of mappings");
  refused("a: {<<: [1]}\n", 1, 11, "\"<<\" takes a mapping or a list of mappings");
  refused("l: &l [{}]\na: {<<: *l}\n", 2, 9, "\"<<\" takes a mapping or a list of mappings");
}
END_TEST

/* ---- secrets ---- */

START_TEST(secrets_never_become_text) {
  reads("token: abcd\npassword: 'two-words'\nsecret: {a: b}\nclient-key-data: |\n  YWJj\n  ZGU=\n",
        "{\"token\":{\"secret\":true,\"length\":3},\"password\":{\"secret\":true,\"length\":9,\"base64\":false},"
        "\"secret\":{\"a\":\"b\"},"
        "\"client-key-data\":{\"secret\":true,\"length\":5}}");
  reads("a: [{b: {token: x.y}}]\nToken: shown\ntokens: shown\n",
        "{\"a\":[{\"b\":{\"token\":{\"secret\":true,\"length\":3,\"base64\":false}}}],\"Token\":\"shown\","
        "\"tokens\":\"shown\"}");
  reads(
      "token: 123456\npassword: [a.b, c]\nsecret: yes\nclient-key-data:\n",
      "{\"token\":{\"secret\":true,\"length\":6,\"base64\":false},"
      "\"password\":[{\"secret\":true,\"length\":3,\"base64\":false},{\"secret\":true,\"length\":1,\"base64\":false}],"
      "\"secret\":true,\"client-key-data\":null}");
  reads("{\"token\": \"a.b\", \"password\": 12, \"secret\": true}",
        "{\"token\":{\"secret\":true,\"length\":3,\"base64\":false},\"password\":{\"secret\":true,\"length\":2,"
        "\"base64\":false},"
        "\"secret\":true}");
  ck_assert_uint_eq(pl_get(theirs("a: 1\ntoken: abcd\n"), "token")->line, 2);
}
END_TEST

START_TEST(secrets_behind_anchors) {
  reads("token: &t a.b\nx: *t\n", "{\"token\":{\"secret\":true,\"length\":3,\"base64\":false},\"x\":{\"secret\":true,"
                                  "\"length\":3,\"base64\":false}}");
  reads("x: &t a.b\nz: *t\ntoken: *t\n",
        "{\"x\":\"***\",\"z\":\"***\",\"token\":{\"secret\":true,\"length\":3,\"base64\":false}}");
  reads("x: &t 12345\ntoken: *t\n", "{\"x\":12345,\"token\":{\"secret\":true,\"length\":5,\"base64\":false}}");
  reads("base: &b {token: a.b}\nx: {<<: *b}\n", "{\"base\":{\"token\":{\"secret\":true,\"length\":3,\"base64\":false}},"
                                                "\"x\":{\"token\":{\"secret\":true,\"length\":3,\"base64\":false}}}");
}
END_TEST

/* ---- limits ---- */

START_TEST(depth_limit) {
  ck_assert_ptr_nonnull(
      pl_yaml_read(arena, many("", 64, "[", "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"),
                   PL_YAML_THEIRS, &source, &err));
  ck_assert_ptr_null(pl_yaml_read(arena, many("", 200000, "[", ""), PL_YAML_THEIRS, &source, &err));
  ck_assert_str_eq(err.text, "nested deeper than 64");
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
  ck_assert_uint_eq(err.column, 65);
  ck_assert_ptr_null(pl_yaml_read(arena, many("", 65, "- ", "x"), PL_YAML_OURS, &source, &err));
  ck_assert_str_eq(err.text, "nested deeper than 64");
  ck_assert_ptr_nonnull(pl_yaml_read(arena, many("", 64, "- ", "x"), PL_YAML_OURS, &source, &err));
}
END_TEST

START_TEST(size_limit) {
  pl_bytes text = many("a: 1 #", PL_DOCUMENT_BYTES_MAX - 6, "x", "");
  ck_assert_ptr_nonnull(pl_yaml_read(arena, text, PL_YAML_THEIRS, &source, &err));
  text = many("a: 1 #", PL_DOCUMENT_BYTES_MAX - 5, "x", "");
  ck_assert_ptr_null(pl_yaml_read(arena, text, PL_YAML_THEIRS, &source, &err));
  ck_assert_str_eq(err.text, "larger than 4194304 bytes");
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
}
END_TEST

START_TEST(node_limit) {
  const pl_node *node =
      pl_yaml_read(arena, many("", PL_DOCUMENT_NODES_MAX - 1, "-\n", ""), PL_YAML_THEIRS, &source, &err);
  ck_assert_uint_eq(pl_count(node), PL_DOCUMENT_NODES_MAX - 1);
  ck_assert_ptr_null(pl_yaml_read(arena, many("", PL_DOCUMENT_NODES_MAX, "-\n", ""), PL_YAML_THEIRS, &source, &err));
  ck_assert_str_eq(err.text, "more than 200000 values");
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
}
END_TEST

START_TEST(scalar_limit) {
  ck_assert_ptr_nonnull(pl_yaml_read(arena, many("", PL_SCALAR_BYTES_MAX, "x", ""), PL_YAML_THEIRS, &source, &err));
  ck_assert_ptr_null(
      pl_yaml_read(arena, many("- 1\n- ", PL_SCALAR_BYTES_MAX + 1, "x", ""), PL_YAML_THEIRS, &source, &err));
  ck_assert_str_eq(err.text, "a text longer than 65536 bytes");
  ck_assert_uint_eq(err.line, 2);
  ck_assert_uint_eq(err.column, 3);
}
END_TEST

/* 7 levels of 9 aliases each would be five million values; the budget is exact to one. */
START_TEST(alias_budget) {
  static const char bomb[] = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                             "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                             "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
  refused(bomb, 6, 11, "more than 200000 values, aliases expanded");
  ck_assert_int_eq(err.kind, PL_ERR_LIMIT);
  /* The object, the list of 99, the list of aliases: 102. 1998 aliases of 100 and 98 more values make it 200 000. */
  const char *head = many("a: &a [", 98, "1,", "1]\nb:\n").data;
  pl_bytes full = many(head, 1998, "- *a\n", many("", 98, "- 1\n", "").data);
  ck_assert_ptr_nonnull(pl_yaml_read(arena, full, PL_YAML_THEIRS, &source, &err));
  ck_assert_ptr_null(pl_yaml_read(arena, many(full.data, 1, "- 1\n", ""), PL_YAML_THEIRS, &source, &err));
  ck_assert_str_eq(err.text, "more than 200000 values");
  ck_assert_ptr_null(pl_yaml_read(arena, many(head, 1999, "- *a\n", ""), PL_YAML_THEIRS, &source, &err));
  ck_assert_str_eq(err.text, "more than 200000 values, aliases expanded");
}
END_TEST

/* A long text that is repeated counts for its length: 64 000 bytes are 1000 values more. */
START_TEST(alias_texts_count) {
  const char *head = many("a: &a \"", 64000, "x", "\"\nb:\n").data;
  ck_assert_ptr_nonnull(pl_yaml_read(arena, many(head, 199, "- *a\n", ""), PL_YAML_THEIRS, &source, &err));
  ck_assert_ptr_null(pl_yaml_read(arena, many(head, 200, "- *a\n", ""), PL_YAML_THEIRS, &source, &err));
  ck_assert_str_eq(err.text, "more than 200000 values, aliases expanded");
  ck_assert_uint_eq(err.line, 202);
  ck_assert_ptr_nonnull(pl_yaml_read(arena, many(head, 199, "- {*a : 1}\n", ""), PL_YAML_THEIRS, &source, &err));
  ck_assert_ptr_null(pl_yaml_read(arena, many(head, 200, "- {*a : 1}\n", ""), PL_YAML_THEIRS, &source, &err));
  ck_assert_ptr_null(pl_yaml_read(arena, many(head, 200, "- token: *a\n", ""), PL_YAML_THEIRS, &source, &err));
  const char *keys = many("a: &a {? ", 64000, "x", "}\nb:\n").data;
  ck_assert_ptr_nonnull(pl_yaml_read(arena, many(keys, 199, "- *a\n", ""), PL_YAML_THEIRS, &source, &err));
  ck_assert_ptr_null(pl_yaml_read(arena, many(keys, 200, "- *a\n", ""), PL_YAML_THEIRS, &source, &err));
}
END_TEST

START_TEST(many_anchors_and_directives) {
  pl_buffer text;
  pl_buffer_init(&text, PL_DOCUMENT_BYTES_MAX);
  for (int i = 0; i < 100000; i++)
    pl_buffer_printf(&text, "- &a%d x\n", i);
  pl_buffer_printf(&text, "- *a99999\n");
  const pl_node *node = pl_yaml_read(arena, (pl_bytes){text.data, text.length}, PL_YAML_THEIRS, &source, &err);
  ck_assert_uint_eq(pl_count(node), 100001);
  pl_buffer_free(&text);
  pl_buffer_init(&text, PL_DOCUMENT_BYTES_MAX);
  for (int i = 0; i < 64; i++)
    pl_buffer_printf(&text, "%%TAG !a%d! b\n# c\n", i);
  size_t length = text.length;
  pl_buffer_text(&text, "---\na: 1\n");
  ck_assert_ptr_nonnull(pl_yaml_read(arena, (pl_bytes){text.data, text.length}, PL_YAML_THEIRS, &source, &err));
  text.length = length;
  pl_buffer_text(&text, "%TAG !z! b\n---\na: 1\n");
  ck_assert_ptr_null(pl_yaml_read(arena, (pl_bytes){text.data, text.length}, PL_YAML_THEIRS, &source, &err));
  ck_assert_str_eq(err.text, "more than 64 directives");
  ck_assert_uint_eq(err.line, 129);
  pl_buffer_free(&text);
  static const char *const breaks[] = {"\n", "\r", "\xc2\x85", "\n\xc2\x85", "\xe2\x80\xa8", "\n \xe2\x80\xa9"};
  for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
    ck_assert_ptr_null(pl_yaml_read(arena, many("%TAG ! !", 65, pl_printf(arena, "%s%%", breaks[i]), ""), PL_YAML_OURS,
                                    &source, &err));
    ck_assert_str_eq(err.text, "more than 64 directives");
  }
  ck_assert_ptr_nonnull(pl_yaml_read(arena, many("a: |\n", 100, " %\n", ""), PL_YAML_THEIRS, &source, &err));
}
END_TEST

/* ---- our own files ---- */

static pl_faults faults;

static const char *ours(const char *text) {
  pl_faults_init(&faults, arena);
  return as_json(pl_yaml_read_ours(arena, bytes(text), "mine.yaml", &faults));
}

static void fault_is(size_t at, uint32_t line, uint32_t column, const char *text) {
  ck_assert_uint_lt(at, faults.count);
  ck_assert_str_eq(faults.items[at].text, text);
  ck_assert_uint_eq(faults.items[at].line, line);
  ck_assert_uint_eq(faults.items[at].column, column);
  ck_assert_str_eq(faults.items[at].file, "mine.yaml");
}

START_TEST(types_of_ours) {
  ck_assert_str_eq(ours("[true, false, null, ~, 0, 12, -3]"), "[true,false,null,null,0,12,-3]");
  ck_assert_str_eq(
      ours("[True, yes, no, on, 1.10, 0600, 0x1f, 1e3, +5, -0, 1_0, 4.2.1, .5, 'true', \"7\"]"),
      "[\"True\",\"yes\",\"no\",\"on\",\"1.10\",\"0600\",\"0x1f\",\"1e3\",\"+5\",\"-0\",\"1_0\",\"4.2.1\",\".5\","
      "\"true\",\"7\"]");
  ck_assert_str_eq(ours("a:\n1.10: x\n7: y\ntrue: z\ntoken: kept\n"),
                   "{\"a\":null,\"1.10\":\"x\",\"7\":\"y\",\"true\":\"z\",\"token\":\"kept\"}");
  ck_assert_str_eq(ours("9223372036854775808"), "\"9223372036854775808\"");
  ck_assert_str_eq(ours(""), "null");
  ck_assert_uint_eq(faults.total, 0);
  pl_node *node = pl_yaml_read_ours(arena, bytes("a: b"), "mine.yaml", &faults);
  ck_assert_str_eq(pl_get(node, "a")->source->where, "mine.yaml");
}
END_TEST

START_TEST(all_faults_of_ours) {
  ck_assert_str_eq(ours("a: &x 1\nb: *x\na: !!str 2\n<<: {c: 1}\n? [k]\n: 4\n*x : 5\nd: \"n\\0l\"\ne: 6\n"),
                   "{\"a\":\"2\",\"b\":null,\"d\":\"n\\u0000l\",\"e\":6}");
  fault_is(0, 1, 4, "anchors are not allowed: &x");
  fault_is(1, 2, 4, "aliases are not allowed: *x");
  fault_is(2, 3, 4, "tags are not allowed: tag:yaml.org,2002:str");
  fault_is(3, 3, 1, "the key \"a\" stands already at line 1, column 1");
  fault_is(4, 4, 1, "merge keys (\"<<\") are not allowed");
  fault_is(5, 5, 3, "a key must be a scalar, not a list");
  fault_is(6, 7, 1, "aliases are not allowed: *x");
  fault_is(7, 8, 4, "a NUL in the text");
  ck_assert_uint_eq(faults.total, 8);
}
END_TEST

START_TEST(ours_is_one_document) {
  ck_assert_str_eq(ours("a: 1\n---\nb: 2\n"), "{\"a\":1}");
  fault_is(0, 2, 1, "a second document is not allowed");
  ck_assert_str_eq(ours("a: 1\n"), "{\"a\":1}");
  ck_assert_uint_eq(faults.total, 0);
}
END_TEST

START_TEST(a_syntax_error_ends_ours) {
  ck_assert_str_eq(ours("a: 1\na: 2\nb: [\nc: d\n"), "(error)");
  fault_is(0, 2, 1, "the key \"a\" stands already at line 1, column 1");
  ck_assert_uint_eq(faults.total, 2);
  ck_assert_uint_eq(faults.items[1].line, 5);
  ck_assert_str_eq(ours("\x02"), "(error)");
  fault_is(0, 1, 1, "control characters are not allowed");
  ck_assert_ptr_null(pl_yaml_read(arena, bytes("a: 1\na: 2\n"), PL_YAML_OURS, &source, &err));
  ck_assert_str_eq(err.text, "the key \"a\" stands already at line 1, column 1");
  ck_assert_uint_eq(err.line, 2);
  ck_assert_ptr_null(pl_yaml_read(arena, bytes("*x"), PL_YAML_OURS, NULL, NULL));
  ck_assert_ptr_eq(pl_yaml_read(arena, bytes("x"), PL_YAML_OURS, &source, NULL)->source, &source);
}
END_TEST

START_TEST(messages_are_clean_and_short) {
  pl_bytes text = many("\"\\e", 100, "k", "\": 1\n");
  pl_faults_init(&faults, arena);
  pl_yaml_read_ours(arena, many(text.data, 2, text.data, ""), "mine.yaml", &faults);
  ck_assert_ptr_nonnull(strstr(faults.items[0].text, "the key \"\\x1bkkk"));
  ck_assert_ptr_nonnull(strstr(faults.items[0].text, "kkk...\" stands"));
  ck_assert_uint_lt(strlen(faults.items[0].text), 130);
}
END_TEST

Suite *suite_yaml(void);
Suite *suite_yaml(void) {
  const TTest *const tests[] = {
      plain_scalars_of_theirs,
      quotes_blocks_and_tags_of_theirs,
      keys_become_their_text,
      reals_count_as_integers_in_yaml_only,
      only_the_first_document_is_read,
      marks_and_line_ends,
      all_documents_of_a_stream,
      a_brace_means_json,
      positions_styles_and_duplicates,
      aliases_copy,
      merge_keys,
      secrets_never_become_text,
      secrets_behind_anchors,
      depth_limit,
      size_limit,
      node_limit,
      scalar_limit,
      alias_budget,
      alias_texts_count,
      many_anchors_and_directives,
      types_of_ours,
      all_faults_of_ours,
      ours_is_one_document,
      a_syntax_error_ends_ours,
      messages_are_clean_and_short,
  };
  Suite *suite = suite_create("yaml");
  TCase *tcase = tcase_create("yaml");
  tcase_add_checked_fixture(tcase, setup, teardown);
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
    tcase_add_test(tcase, tests[i]);
  suite_add_tcase(suite, tcase);
  return suite;
}
