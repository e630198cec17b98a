/* Tests: which there are, what they may be put to, and what may stand as their operand. */
#include "plumbline/benchmark/names.h"
#include "private.h"

typedef enum operand_kind {
  OPERAND_VALUE,
  OPERAND_VALUES,
  OPERAND_ORDERED,
  OPERAND_COUNT,
  OPERAND_TRUE,
  OPERAND_BOOLEAN,
  OPERAND_PATTERN,
  OPERAND_SETTING,
  OPERAND_MODE,
  OPERAND_OWNER
} operand_kind;

enum { ON_VALUES = 1, ON_SETTINGS = 2, ON_FILES = 4 };
/* Of `when-unset`: what a test says of an unset value by itself, or must or may be told. */
typedef enum unset_rule { UNSET_KNOWN, UNSET_MUST_BE_SAID, UNSET_MAY_BE_SAID } unset_rule;

struct pl_test_rule {
  const char *key;
  pl_test test;
  operand_kind operand;
  unsigned subjects;
  unset_rule unset;
  bool takes_as, takes_each, takes_parameter;
};

static const pl_test_rule rules[] = {
    {"is", PL_TEST_IS, OPERAND_VALUE, ON_VALUES, UNSET_KNOWN, true, true, true},
    {"is-not", PL_TEST_IS_NOT, OPERAND_VALUE, ON_VALUES, UNSET_MUST_BE_SAID, true, true, true},
    {"one-of", PL_TEST_ONE_OF, OPERAND_VALUES, ON_VALUES, UNSET_KNOWN, true, true, true},
    {"none-of", PL_TEST_NONE_OF, OPERAND_VALUES, ON_VALUES, UNSET_MUST_BE_SAID, true, true, true},
    {"set", PL_TEST_SET, OPERAND_TRUE, ON_VALUES, UNSET_KNOWN, false, false, false},
    {"unset", PL_TEST_UNSET, OPERAND_TRUE, ON_VALUES, UNSET_KNOWN, false, false, false},
    {"at-least", PL_TEST_AT_LEAST, OPERAND_ORDERED, ON_VALUES, UNSET_KNOWN, true, true, true},
    {"at-most", PL_TEST_AT_MOST, OPERAND_ORDERED, ON_VALUES, UNSET_KNOWN, true, true, true},
    {"contains", PL_TEST_CONTAINS, OPERAND_VALUE, ON_VALUES, UNSET_KNOWN, true, false, true},
    {"contains-all", PL_TEST_CONTAINS_ALL, OPERAND_VALUES, ON_VALUES, UNSET_KNOWN, true, false, true},
    {"contains-none", PL_TEST_CONTAINS_NONE, OPERAND_VALUES, ON_VALUES, UNSET_MUST_BE_SAID, true, false, true},
    {"subset-of", PL_TEST_SUBSET_OF, OPERAND_VALUES, ON_VALUES, UNSET_MAY_BE_SAID, true, false, true},
    {"matches", PL_TEST_MATCHES, OPERAND_PATTERN, ON_VALUES, UNSET_KNOWN, true, true, false},
    {"loopback", PL_TEST_LOOPBACK, OPERAND_TRUE, ON_VALUES, UNSET_KNOWN, false, true, false},
    {"count-at-least", PL_TEST_COUNT_AT_LEAST, OPERAND_COUNT, ON_VALUES, UNSET_KNOWN, false, false, true},
    {"differs-from", PL_TEST_DIFFERS_FROM, OPERAND_SETTING, ON_VALUES, UNSET_KNOWN, false, false, false},
    {"disjoint-from", PL_TEST_DISJOINT_FROM, OPERAND_SETTING, ON_SETTINGS, UNSET_KNOWN, false, false, false},
    {"given", PL_TEST_GIVEN, OPERAND_BOOLEAN, ON_SETTINGS, UNSET_KNOWN, false, false, false},
    {"mode", PL_TEST_MODE, OPERAND_MODE, ON_FILES, UNSET_KNOWN, false, false, true},
    {"owner", PL_TEST_OWNER, OPERAND_OWNER, ON_FILES, UNSET_KNOWN, false, false, true},
    {"exists", PL_TEST_EXISTS, OPERAND_TRUE, ON_FILES, UNSET_KNOWN, false, false, false},
    {"absent", PL_TEST_ABSENT, OPERAND_TRUE, ON_FILES, UNSET_KNOWN, false, false, false},
};

const char *pl_test_key(size_t index) { return index < sizeof rules / sizeof *rules ? rules[index].key : NULL; }

const pl_test_rule *pl_test_find(const char *key) {
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if (pl_equal(rules[i].key, key))
      return &rules[i];
  return NULL;
}

bool pl_unset_must_be_said(const pl_test_rule *rule) { return rule->unset == UNSET_MUST_BE_SAID; }
bool pl_unset_may_be_said(const pl_test_rule *rule) { return rule->unset != UNSET_KNOWN; }

/* ---- what may stand as an operand ---- */

static bool is_scalar(const pl_node *node) {
  return node->kind == PL_BOOLEAN || node->kind == PL_INTEGER || node->kind == PL_STRING;
}

/* Also what may stand within a list: a null there would never be equal to anything. */
static bool is_value(const pl_node *node) {
  if (is_scalar(node))
    return true;
  pl_each_item (item, node)
    if (!is_scalar(item))
      return false;
  return node->kind == PL_LIST || node->kind == PL_OBJECT;
}

static int check_value(const pl_node *node, pl_compare_as as, pl_error *err) {
  if (!is_value(node))
    return pl_fail(err, PL_ERR_SYNTAX, "expected a value, found %s%s", pl_kind_phrase(node->kind),
                   node->kind == PL_NULL ? " (unset: true says that)" : "");
  return pl_operand_fits(node, as, err);
}

static int check_values(const pl_node *node, pl_compare_as as, pl_error *err) {
  if (node->kind != PL_LIST || node->list.count == 0)
    return pl_fail(err, PL_ERR_SYNTAX, "expected a list of at least one value, found %s",
                   node->kind == PL_LIST ? "an empty list" : pl_kind_phrase(node->kind));
  pl_each_item (item, node) {
    if (!is_scalar(item))
      return pl_fail(err, PL_ERR_SYNTAX, "a list of values holds %s", pl_kind_phrase(item->kind));
    if (item->kind != node->list.items[0]->kind)
      return pl_fail(err, PL_ERR_SYNTAX, "a list of values holds both %s and %s",
                     pl_kind_phrase(node->list.items[0]->kind), pl_kind_phrase(item->kind));
  }
  return pl_operand_fits(node, as, err);
}

static int check_ordered(const pl_node *node, pl_compare_as as, pl_error *err) {
  if (as == PL_AS_TEXT || as == PL_AS_GLOB)
    return pl_fail(err, PL_ERR_SYNTAX, "text has no order");
  int64_t number = 0;
  if (as == PL_AS_NATURAL && node->kind != PL_INTEGER)
    return pl_fail(err, PL_ERR_TYPE, "expected an integer, found %s", pl_kind_phrase(node->kind));
  return pl_operand_number(node, as == PL_AS_NATURAL ? PL_AS_INTEGER : as, &number, err);
}

static int check_count(const pl_node *node, pl_compare_as as, pl_error *err) {
  (void)as;
  if (node->kind != PL_INTEGER || node->integer < 1)
    return pl_fail(err, PL_ERR_SYNTAX, "expected an integer from 1 on");
  return 0;
}

static int check_true(const pl_node *node, pl_compare_as as, pl_error *err) {
  (void)as;
  return node->kind == PL_BOOLEAN && node->boolean ? 0 : pl_fail(err, PL_ERR_SYNTAX, "expected true");
}

static int check_boolean(const pl_node *node, pl_compare_as as, pl_error *err) {
  (void)as;
  return node->kind == PL_BOOLEAN ? 0 : pl_fail(err, PL_ERR_SYNTAX, "expected true or false");
}

static int check_text(const pl_node *node, pl_compare_as as, pl_error *err) {
  (void)as;
  if (node->kind != PL_STRING)
    return pl_fail(err, PL_ERR_SYNTAX, "expected text, found %s", pl_kind_phrase(node->kind));
  return 0;
}

static int check_mode(const pl_node *node, pl_compare_as as, pl_error *err) {
  (void)as;
  return pl_operand_fits(node, PL_AS_MODE, err);
}

static int check_owner(const pl_node *node, pl_compare_as as, pl_error *err) {
  (void)as;
  return pl_operand_fits(node, PL_AS_OWNER, err);
}

static int (*const checks[])(const pl_node *, pl_compare_as, pl_error *) = {
    [OPERAND_VALUE] = check_value,  [OPERAND_VALUES] = check_values, [OPERAND_ORDERED] = check_ordered,
    [OPERAND_COUNT] = check_count,  [OPERAND_TRUE] = check_true,     [OPERAND_BOOLEAN] = check_boolean,
    [OPERAND_PATTERN] = check_text, [OPERAND_SETTING] = check_text,  [OPERAND_MODE] = check_mode,
    [OPERAND_OWNER] = check_owner,
};

/* ---- operands that need more than a check ---- */

static bool read_pattern(pl_reader *r, const pl_node *node, pl_expression *ret) {
  pl_error err = {0};
  if (strlen(node->string.data) != node->string.length) {
    pl_node_fault(r->faults, node, "matches: a NUL in the pattern");
    return false;
  }
  pl_regex *regex = pl_regex_compile(node->string.data, &err);
  if (!regex) {
    pl_node_fault(r->faults, node, "matches: %s", err.text);
    return false;
  }
  pl_push(r->arena, r->set->regexes, r->set->regex_count, r->set->regex_capacity, regex);
  ret->regex = regex;
  return true;
}

static bool read_other(pl_reader *r, const pl_test_rule *rule, const pl_node *node, pl_expression *ret) {
  if (pl_setting_split(r->arena, node->string.data, &ret->other_component, &ret->other_key))
    return true;
  pl_node_fault(r->faults, node, "%s: %s is no setting (COMPONENT.KEY)", rule->key, node->string.data);
  return false;
}

/* What the site file has to give where no default shows it; of one value that is compared in a way of its own, text. */
static pl_kind kind_of(const pl_test_rule *rule, pl_compare_as as) {
  if (rule->operand == OPERAND_VALUES)
    return PL_LIST;
  if (as != PL_AS_NATURAL)
    return PL_STRING;
  return rule->operand == OPERAND_ORDERED || rule->operand == OPERAND_COUNT ? PL_INTEGER : PL_NULL;
}

/* How the parameter is compared follows from the first test that uses it, unless its declaration says. */
static bool agree(pl_parameter *parameter, const pl_test_rule *rule, pl_expression *leaf) {
  pl_compare_as as = rule->operand == OPERAND_MODE    ? PL_AS_MODE
                     : rule->operand == OPERAND_OWNER ? PL_AS_OWNER
                                                      : leaf->as;
  if (parameter->as == PL_AS_NATURAL)
    parameter->as = as;
  if (!parameter->default_value)
    parameter->kind = kind_of(rule, parameter->as);
  if (rule->takes_as && as == PL_AS_NATURAL && parameter->as != PL_AS_OWNER)
    leaf->as = parameter->as;
  return parameter->as == as || (rule->takes_as && leaf->as == parameter->as);
}

/* Nothing, until the site adds to it. */
static bool is_empty_list(const pl_node *node) { return node->kind == PL_LIST && node->list.count == 0; }

static bool read_parameter(pl_reader *r, const pl_test_rule *rule, const pl_node *node, pl_expression *ret) {
  const char *name = pl_text(node);
  ret->parameter = name;
  if (!name || !rule->takes_parameter) {
    pl_node_fault(r->faults, node, !name ? "param: expected the name of a parameter" : "%s takes no parameter",
                  rule->key);
    return false;
  }
  if (r->alone)
    return true;
  pl_parameter *parameter = pl_find_parameter(r->set, name);
  pl_error err = {0};
  if (!parameter)
    pl_node_fault(r->faults, node, "param: no parameter %s is declared in benchmark.yaml", name);
  else if (!agree(parameter, rule, ret))
    pl_node_fault(r->faults, node, "param: %s is compared as %s elsewhere", name, pl_as_phrase(parameter->as));
  else if (parameter->default_value && !is_empty_list(parameter->default_value) &&
           checks[rule->operand](parameter->default_value, ret->as, &err) != 0)
    pl_node_fault(r->faults, node, "%s: the default of parameter %s: %s", rule->key, name, err.text);
  ret->parameter_title = parameter ? parameter->title : NULL;
  ret->operand = parameter ? pl_operand_escaped(r->arena, parameter->default_value) : NULL;
  return parameter != NULL;
}

static bool suits(pl_reader *r, const pl_test_rule *rule, const pl_node *node, const pl_expression *leaf) {
  unsigned subject = leaf->kind == PL_EXPR_SETTING ? ON_VALUES | ON_SETTINGS
                     : leaf->kind == PL_EXPR_FACT  ? ON_VALUES
                                                   : ON_FILES;
  const char *fault = !(rule->subjects & subject)                    ? "is no test for this subject"
                      : leaf->every && !rule->takes_each             ? "cannot be said of every item"
                      : leaf->as != PL_AS_NATURAL && !rule->takes_as ? "takes no `as`"
                      : leaf->as != PL_AS_NATURAL && leaf->as != PL_AS_TEXT && rule->test == PL_TEST_MATCHES
                          ? "compares text only"
                          : NULL;
  if (fault)
    pl_node_fault(r->faults, node, "%s %s", rule->key, fault);
  return !fault;
}

bool pl_read_test(pl_reader *r, const pl_test_rule *rule, const pl_node *operand, pl_expression *ret) {
  pl_error err = {0};
  ret->test = rule->test;
  if (!suits(r, rule, operand, ret))
    return false;
  if (pl_is(operand, PL_OBJECT) && operand->object.count == 1 && pl_get(operand, "param"))
    return read_parameter(r, rule, pl_get(operand, "param"), ret);
  if (checks[rule->operand](operand, ret->as, &err) != 0) {
    pl_node_fault(r->faults, operand, "%s: %s", rule->key, err.text);
    return false;
  }
  ret->operand =
      rule->operand == OPERAND_PATTERN ? pl_node_copy(r->arena, operand) : pl_operand_escaped(r->arena, operand);
  if (rule->operand == OPERAND_PATTERN)
    return read_pattern(r, operand, ret);
  return rule->operand != OPERAND_SETTING || read_other(r, rule, operand, ret);
}
