/* The tests on values, one function each. */
#include <arpa/inet.h>

#include "private.h"

typedef pl_verdict test_function(const pl_tested *in, const pl_node *value, const char **ret_note);

static pl_verdict of(bool holds) { return holds ? PL_PASS : PL_FAIL; }

static pl_verdict cannot(const pl_tested *in, const pl_error *err, const char **ret_note) {
  *ret_note = pl_strdup(in->judging->arena, err->text);
  return PL_ERROR;
}

static pl_verdict expected(const pl_tested *in, const char *what, const pl_node *value, const char **ret_note) {
  *ret_note = pl_printf(in->judging->arena, "expected %s, found %s", what, pl_kind_phrase(value->kind));
  return PL_ERROR;
}

/* ---- one value ---- */

static pl_verdict test_is(const pl_tested *in, const pl_node *value, const char **ret_note) {
  pl_error err = {0};
  int same = pl_same(value, in->operand, in->leaf->as, &err);
  return same < 0 ? cannot(in, &err, ret_note) : of(same);
}

static pl_verdict test_is_not(const pl_tested *in, const pl_node *value, const char **ret_note) {
  return pl_verdict_not(test_is(in, value, ret_note));
}

/* PASS when VALUE is among the operands; a mismatch of kinds only matters when it is not. */
static pl_verdict test_one_of(const pl_tested *in, const pl_node *value, const char **ret_note) {
  pl_error err = {0};
  bool failed = false;
  pl_each_item (operand, in->operand) {
    int same = pl_same(value, operand, in->leaf->as, &err);
    if (same > 0)
      return PL_PASS;
    failed = failed || same < 0;
  }
  return failed ? cannot(in, &err, ret_note) : PL_FAIL;
}

static pl_verdict test_none_of(const pl_tested *in, const pl_node *value, const char **ret_note) {
  return pl_verdict_not(test_one_of(in, value, ret_note));
}

static pl_verdict test_set(const pl_tested *in, const pl_node *value, const char **ret_note) {
  (void)in, (void)value, (void)ret_note;
  return PL_PASS;
}

static pl_verdict test_unset(const pl_tested *in, const pl_node *value, const char **ret_note) {
  (void)in, (void)value, (void)ret_note;
  return PL_FAIL;
}

/* Modes are sets of bits: "at most 0644" is no bit beyond it. */
static pl_verdict compare_modes(const pl_tested *in, const pl_node *value, bool most, const char **ret_note) {
  pl_error err = {0};
  int64_t mode = 0, limit = 0;
  if (pl_operand_number(value, PL_AS_MODE, &mode, &err) != 0 ||
      pl_operand_number(in->operand, PL_AS_MODE, &limit, &err) != 0)
    return cannot(in, &err, ret_note);
  return of(most ? (mode & ~limit) == 0 : (limit & ~mode) == 0);
}

static pl_verdict test_ordered(const pl_tested *in, const pl_node *value, bool most, const char **ret_note) {
  pl_error err = {0};
  int order = 0;
  if (in->leaf->as == PL_AS_MODE)
    return compare_modes(in, value, most, ret_note);
  if (pl_order(value, in->operand, in->leaf->as, &order, &err) != 0)
    return cannot(in, &err, ret_note);
  return of(most ? order <= 0 : order >= 0);
}

static pl_verdict test_at_least(const pl_tested *in, const pl_node *value, const char **ret_note) {
  return test_ordered(in, value, false, ret_note);
}

static pl_verdict test_at_most(const pl_tested *in, const pl_node *value, const char **ret_note) {
  return test_ordered(in, value, true, ret_note);
}

static pl_verdict test_matches(const pl_tested *in, const pl_node *value, const char **ret_note) {
  pl_error err = {0};
  const char *text = value->kind == PL_STRING     ? pl_text(value)
                     : in->leaf->as != PL_AS_TEXT ? NULL
                     : value->kind == PL_LIST || value->kind == PL_OBJECT
                         ? NULL
                         : pl_node_show(in->judging->arena, value, PL_VALUE_SHOWN);
  if (!text)
    return expected(in, "text", value, ret_note);
  pl_match match = pl_regex_search(in->leaf->regex, text, strlen(text), &err);
  return match == PL_MATCH_ERROR ? cannot(in, &err, ret_note) : of(match == PL_MATCH);
}

/* Host of "127.0.0.1", "127.0.0.1:2379", "[::1]:10249", "::1", "http://localhost:2381/x". */
static const char *host_of(pl_arena *arena, const char *text) {
  size_t head = strcspn(text, "/?#");
  bool scheme = head > 0 && text[head - 1] == ':' && pl_starts(text + head, "//");
  const char *start = scheme ? text + head + 2 : text;
  size_t length = strcspn(start, "/?#");
  if (*start == '[')
    return pl_strndup(arena, start + 1, strcspn(start + 1, "]"));
  const char *colon = memchr(start, ':', length);
  bool port = colon && !memchr(colon + 1, ':', length - (size_t)(colon + 1 - start));
  return pl_strndup(arena, start, port ? (size_t)(colon - start) : length);
}

static bool is_loopback(const char *host) {
  struct in6_addr six = {0};
  struct in_addr four = {0};
  if (inet_pton(AF_INET, host, &four) == 1)
    return ntohl(four.s_addr) >> 24 == 127;
  if (inet_pton(AF_INET6, host, &six) == 1)
    return IN6_IS_ADDR_LOOPBACK(&six) || (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 127);
  return pl_equal_nocase(host, "localhost");
}

static pl_verdict test_loopback(const pl_tested *in, const pl_node *value, const char **ret_note) {
  const char *text = pl_text(value);
  if (!text)
    return expected(in, "an address", value, ret_note);
  if (pl_starts(text, "unix:"))
    return PL_PASS;
  return of(is_loopback(host_of(in->judging->arena, text)));
}

/* ---- lists ---- */

/* Whether LIST holds OPERAND: 1, 0, or -1 when an item cannot be compared and none is equal. */
static int holds(const pl_tested *in, const pl_node *list, const pl_node *operand, pl_error *err) {
  bool failed = false;
  if (list->kind == PL_OBJECT)
    return pl_text(operand) && pl_get_member(list, pl_text(operand)) != NULL;
  pl_each_item (item, list) {
    int same = pl_same(item, operand, in->leaf->as, err);
    if (same > 0)
      return 1;
    failed = failed || same < 0;
  }
  return failed ? -1 : 0;
}

static bool is_collection(const pl_node *value) { return value->kind == PL_LIST || value->kind == PL_OBJECT; }

static const char *add_name(pl_arena *arena, const char *names, const pl_node *item) {
  const char *one = pl_show(arena, item);
  if (names && strlen(names) > PL_VALUE_SHOWN)
    return pl_ends(names, " ...") ? names : pl_printf(arena, "%s ...", names);
  return names ? pl_printf(arena, "%s, %s", names, one) : one;
}

static pl_verdict test_contains(const pl_tested *in, const pl_node *value, const char **ret_note) {
  pl_error err = {0};
  if (!is_collection(value))
    return expected(in, "a list", value, ret_note);
  int found = holds(in, value, in->operand, &err);
  return found < 0 ? cannot(in, &err, ret_note) : of(found);
}

static pl_verdict test_contains_all(const pl_tested *in, const pl_node *value, const char **ret_note) {
  pl_error err = {0};
  const char *lacking = NULL;
  bool failed = false;
  if (!is_collection(value))
    return expected(in, "a list", value, ret_note);
  pl_each_item (operand, in->operand) {
    int found = holds(in, value, operand, &err);
    failed = failed || found < 0;
    if (found == 0)
      lacking = add_name(in->judging->arena, lacking, operand);
  }
  if (!lacking)
    return failed ? cannot(in, &err, ret_note) : PL_PASS;
  *ret_note = pl_printf(in->judging->arena, "it lacks %s", lacking);
  return PL_FAIL;
}

static pl_verdict test_contains_none(const pl_tested *in, const pl_node *value, const char **ret_note) {
  pl_error err = {0};
  const char *present = NULL;
  bool failed = false;
  if (!is_collection(value))
    return expected(in, "a list", value, ret_note);
  pl_each_item (operand, in->operand) {
    int found = holds(in, value, operand, &err);
    failed = failed || found < 0;
    if (found > 0)
      present = add_name(in->judging->arena, present, operand);
  }
  if (!present)
    return failed ? cannot(in, &err, ret_note) : PL_PASS;
  *ret_note = pl_printf(in->judging->arena, "it holds %s", present);
  return PL_FAIL;
}

static pl_verdict test_subset_of(const pl_tested *in, const pl_node *value, const char **ret_note) {
  pl_error err = {0};
  const char *strange = NULL;
  bool failed = false;
  if (value->kind != PL_LIST)
    return expected(in, "a list", value, ret_note);
  pl_each_item (item, value) {
    pl_tested one = *in;
    const char *note = NULL;
    pl_verdict verdict = test_one_of(&one, item, &note);
    if (verdict == PL_FAIL)
      strange = add_name(in->judging->arena, strange, item);
    else if (verdict == PL_ERROR && !failed) {
      failed = true;
      pl_fail(&err, PL_ERR_TYPE, "%s", note);
    }
  }
  if (!strange)
    return failed ? cannot(in, &err, ret_note) : PL_PASS;
  *ret_note = pl_printf(in->judging->arena, "beyond that it holds %s", strange);
  return PL_FAIL;
}

static pl_verdict test_count(const pl_tested *in, const pl_node *value, const char **ret_note) {
  if (!is_collection(value))
    return expected(in, "a list", value, ret_note);
  return of(in->operand->kind == PL_INTEGER && pl_count(value) >= (uint64_t)in->operand->integer);
}

/* ---- against another setting ---- */

static pl_verdict test_differs(const pl_tested *in, const pl_node *value, const char **ret_note) {
  pl_error err = {0};
  pl_looked other = pl_look_setting(in->judging, in->leaf->other_component, in->leaf->other_key);
  if (other.trouble) {
    *ret_note = pl_printf(in->judging->arena, "%s: %s", other.what, other.trouble);
    return PL_ERROR;
  }
  *ret_note = pl_printf(in->judging->arena, "which is %s", pl_show(in->judging->arena, other.value));
  if (pl_is_unset(other.value))
    return PL_PASS;
  int same = pl_same(value, other.value, PL_AS_NATURAL, &err);
  return same < 0 ? cannot(in, &err, ret_note) : of(!same);
}

static const char *host_path(const pl_looked *looked) {
  const char *path = pl_get_text(looked->entry, "host_path", NULL);
  return path ? path : pl_text(looked->value);
}

/* The certificates in the file of a setting, or NULL with a reason in *RET_NOTE. */
static const pl_node *certificates_of(const pl_tested *in, const char *path, const char **ret_note) {
  const pl_node *list = path ? pl_get(in->judging->run->certificates, path) : NULL;
  const char *trouble = !path                        ? "no path of a file"
                        : !list                      ? "its certificates were not collected"
                        : pl_get(list, "unreadable") ? pl_get_text(list, "unreadable", "it could not be read")
                        : !pl_is(list, PL_LIST) || pl_count(list) == 0 ? "no certificate was found in it"
                                                                       : NULL;
  if (!trouble)
    return list;
  *ret_note = pl_printf(in->judging->arena, "%s: %s", path ? path : "the value", trouble);
  return NULL;
}

/* Every certificate of A against those of B: PASS when no fingerprint is in both. */
static pl_verdict share_none(const pl_tested *in, const pl_node *a, const pl_node *b, const char **ret_note) {
  pl_node *known = pl_node_object(in->judging->arena);
  bool nameless = false;
  pl_each_item (item, a) {
    const char *print = pl_get_text(item, "fingerprint", NULL);
    nameless = nameless || !print;
    if (print)
      pl_object_set(in->judging->arena, known, print, item);
  }
  pl_each_item (item, b) {
    const char *print = pl_get_text(item, "fingerprint", NULL);
    nameless = nameless || !print;
    if (print && pl_get(known, print)) {
      *ret_note = pl_printf(in->judging->arena, "both hold %s", pl_get_text(item, "subject", print));
      return PL_FAIL;
    }
  }
  if (nameless)
    *ret_note = "a fingerprint was not collected";
  return nameless ? PL_ERROR : PL_PASS;
}

static pl_verdict test_disjoint(const pl_tested *in, const pl_node *value, const char **ret_note) {
  (void)value;
  pl_looked other = pl_look_setting(in->judging, in->leaf->other_component, in->leaf->other_key);
  if (other.trouble) {
    *ret_note = pl_printf(in->judging->arena, "%s: %s", other.what, other.trouble);
    return PL_ERROR;
  }
  if (pl_is_unset(other.value)) {
    *ret_note = "which is unset";
    return PL_PASS;
  }
  const char *mine = host_path(in->looked), *theirs = host_path(&other);
  if (mine && pl_equal(mine, theirs)) {
    *ret_note = pl_printf(in->judging->arena, "both are %s", mine);
    return PL_FAIL;
  }
  const pl_node *a = certificates_of(in, mine, ret_note), *b = a ? certificates_of(in, theirs, ret_note) : NULL;
  return b ? share_none(in, a, b, ret_note) : PL_ERROR;
}

/* ---- where a value comes from ---- */

static bool wants_given(const pl_tested *in) { return in->operand->kind == PL_BOOLEAN && in->operand->boolean; }

static pl_verdict test_given(const pl_tested *in, const pl_node *value, const char **ret_note) {
  (void)value;
  if (in->looked->layer)
    return of(!pl_equal(in->looked->layer, "default") == wants_given(in));
  *ret_note = "where it comes from was not collected";
  return PL_ERROR;
}

/* ---- the table ---- */

typedef struct test_row {
  test_function *run;
  pl_verdict unset; /* of an unset value, when the definition does not say */
} test_row;

static const test_row tests[] = {
    [PL_TEST_IS] = {test_is, PL_FAIL},
    [PL_TEST_IS_NOT] = {test_is_not, PL_ERROR},
    [PL_TEST_ONE_OF] = {test_one_of, PL_FAIL},
    [PL_TEST_NONE_OF] = {test_none_of, PL_ERROR},
    [PL_TEST_SET] = {test_set, PL_FAIL},
    [PL_TEST_UNSET] = {test_unset, PL_PASS},
    [PL_TEST_AT_LEAST] = {test_at_least, PL_FAIL},
    [PL_TEST_AT_MOST] = {test_at_most, PL_FAIL},
    [PL_TEST_CONTAINS] = {test_contains, PL_FAIL},
    [PL_TEST_CONTAINS_ALL] = {test_contains_all, PL_FAIL},
    [PL_TEST_CONTAINS_NONE] = {test_contains_none, PL_ERROR},
    [PL_TEST_SUBSET_OF] = {test_subset_of, PL_FAIL},
    [PL_TEST_MATCHES] = {test_matches, PL_FAIL},
    [PL_TEST_LOOPBACK] = {test_loopback, PL_FAIL},
    [PL_TEST_COUNT_AT_LEAST] = {test_count, PL_FAIL},
    [PL_TEST_DIFFERS_FROM] = {test_differs, PL_FAIL},
    [PL_TEST_DISJOINT_FROM] = {test_disjoint, PL_FAIL},
    [PL_TEST_GIVEN] = {test_given, PL_FAIL},
};

static const test_row *row_of(const pl_tested *in) {
  size_t index = (size_t)in->leaf->test;
  return index < sizeof tests / sizeof *tests && tests[index].run ? &tests[index] : NULL;
}

pl_verdict pl_test_value(const pl_tested *in, const pl_node *value, const char **ret_note) {
  const test_row *row = row_of(in);
  return row ? row->run(in, value, ret_note) : PL_ERROR;
}

pl_verdict pl_test_unset(const pl_tested *in) {
  const test_row *row = row_of(in);
  if (in->leaf->test == PL_TEST_GIVEN)
    return of(!wants_given(in));
  if (in->leaf->when_unset == PL_WHEN_PASS || in->leaf->when_unset == PL_WHEN_FAIL)
    return of(in->leaf->when_unset == PL_WHEN_PASS);
  return row ? row->unset : PL_ERROR;
}
