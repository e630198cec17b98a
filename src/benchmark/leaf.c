/* Leaves of expressions: a subject, one test, and what is said beside them. */
#include "plumbline/benchmark/names.h"
#include "plumbline/core/limits.h"
#include "private.h"

const char *const pl_subject_keys[] = {"setting", "fact", "file", "files", NULL};
typedef enum modifier { BECAUSE, EVERY, AS, WHEN_UNSET, WHEN_EMPTY, TYPE, MAX_DEPTH, MODIFIERS } modifier;
static const char *const modifier_keys[] = {"because",    "every", "as",        "when-unset",
                                            "when-empty", "type",  "max-depth", NULL};

/* The members of a leaf by what they are. */
typedef struct leaf_parts {
  const pl_member *subject, *test;
  const pl_test_rule *rule;            /* of TEST */
  const pl_node *modifiers[MODIFIERS]; /* each may be NULL */
  bool odd;                            /* another test, or an unknown key */
} leaf_parts;

/* ---- subjects ---- */

static bool read_setting(pl_reader *r, const pl_node *value, const char *text, pl_expression *ret) {
  ret->kind = PL_EXPR_SETTING;
  if (pl_setting_split(r->arena, text, &ret->component, &ret->key))
    return true;
  if (!ret->key)
    pl_node_fault(r->faults, value, "setting: expected COMPONENT.KEY, found %s", text);
  else
    pl_node_fault(r->faults, value, "setting: no component is called %s%s", ret->component,
                  pl_nearest(r->arena, ret->component, pl_component_names));
  return false;
}

/* The component in "components.NAME.rest" is part of the subject: each instance of it is looked at. */
static bool read_fact(pl_reader *r, const pl_node *value, const char *path, pl_expression *ret) {
  ret->kind = PL_EXPR_FACT;
  ret->key = path;
  if (*path == '.' || pl_ends(path, ".") || strstr(path, "..")) {
    pl_node_fault(r->faults, value, "fact: %s is no path", path);
    return false;
  }
  if (!pl_starts(path, "components."))
    return true;
  if (pl_setting_split(r->arena, path + strlen("components."), &ret->component, &ret->key))
    return true;
  pl_node_fault(r->faults, value, "fact: expected components.NAME.KEY with a known component, found %s", path);
  return false;
}

static bool read_path(pl_reader *r, const pl_node *value, const char *path, bool one, pl_expression *ret) {
  ret->kind = PL_EXPR_FILES;
  ret->files = path;
  ret->named_set = *path != '/';
  const char *fault = NULL;
  if (ret->named_set && one)
    fault = "an absolute path is expected (a set is said by `files`)";
  else if (ret->named_set && !pl_in(path, pl_file_set_names))
    fault = pl_printf(r->arena, "no set of files is called that%s", pl_nearest(r->arena, path, pl_file_set_names));
  else if (one && pl_has_wildcard(path))
    fault = "one path is expected (a glob is said by `files`)";
  else if (!ret->named_set && (!path[1] || strcmp(pl_path_join(r->arena, "/", path), path) != 0))
    fault = "a path without \".\", \"..\", double or final slashes is expected";
  else if (strlen(path) >= PL_PATH_BYTES_MAX)
    fault = "too long";
  if (fault)
    pl_node_fault(r->faults, value, "%s: %s: %s", one ? "file" : "files", path, fault);
  return !fault;
}

bool pl_read_subject(pl_reader *r, const char *subject, const pl_node *value, pl_expression *ret) {
  const char *text = pl_read_text(r, value, subject);
  if (!text)
    return false;
  if (pl_equal(subject, "setting"))
    return read_setting(r, value, text, ret);
  if (pl_equal(subject, "fact"))
    return read_fact(r, value, text, ret);
  return read_path(r, value, text, pl_equal(subject, "file"), ret);
}

/* ---- what is said beside subject and test ---- */

static const char *const as_names[] = {"natural", "duration", "quantity", "integer", "mode", "text", "glob", NULL};
static const char *const when_unset_names[] = {"", "pass", "fail", NULL};
static const char *const when_empty_names[] = {"", "pass", "fail", "error", "not-applicable", NULL};
static const char *const type_names[] = {"any", "file", "directory", NULL};

/* Index of the text in NAMES, 0 with a fault when it is none of them. */
static int choose(pl_reader *r, const pl_node *node, const char *key, const char *const *names) {
  const char *text = pl_text(node);
  for (int i = 0; text && *text && names[i]; i++)
    if (pl_equal(names[i], text))
      return i;
  pl_node_fault(r->faults, node, "%s: %s is not known%s", key, text ? text : pl_kind_phrase(node->kind),
                text ? pl_nearest(r->arena, text, names) : "");
  return 0;
}

static void read_max_depth(pl_reader *r, const pl_node *node, pl_expression *ret) {
  if (node->kind != PL_INTEGER || node->integer < 1 || node->integer > PL_WALK_DEPTH_MAX)
    pl_node_fault(r->faults, node, "max-depth: expected an integer from 1 to %d", PL_WALK_DEPTH_MAX);
  else
    ret->max_depth = (unsigned)node->integer;
}

static void read_modifiers(pl_reader *r, const leaf_parts *parts, pl_expression *ret) {
  const pl_node *as = parts->modifiers[AS], *unset = parts->modifiers[WHEN_UNSET];
  const pl_node *empty = parts->modifiers[WHEN_EMPTY], *type = parts->modifiers[TYPE];
  ret->as = as ? (pl_compare_as)choose(r, as, "as", as_names) : PL_AS_NATURAL;
  ret->when_unset = unset ? (pl_when)choose(r, unset, "when-unset", when_unset_names) : PL_WHEN_UNSAID;
  ret->when_empty = empty ? (pl_when)choose(r, empty, "when-empty", when_empty_names) : PL_WHEN_UNSAID;
  ret->type = type ? type_names[choose(r, type, "type", type_names)] : NULL;
  if (pl_equal(ret->type, "any"))
    ret->type = NULL;
  if (parts->modifiers[MAX_DEPTH])
    read_max_depth(r, parts->modifiers[MAX_DEPTH], ret);
}

static void unknown_key(pl_reader *r, const pl_member *member) {
  const char **known = NULL;
  size_t count = 0, capacity = 0;
  for (const char *const *key = modifier_keys; *key; key++)
    pl_push(r->arena, known, count, capacity, *key);
  for (size_t i = 0; pl_test_key(i); i++)
    pl_push(r->arena, known, count, capacity, pl_test_key(i));
  pl_push(r->arena, known, count, capacity, NULL);
  pl_fault_add(r->faults, member->value->source ? member->value->source->where : "", member->line, member->column,
               "unknown key %s%s", member->key, pl_nearest(r->arena, member->key, known));
}

static bool check_modifiers(pl_reader *r, const pl_node *node, const leaf_parts *parts, const pl_test_rule *rule,
                            const pl_expression *leaf) {
  bool files = leaf->kind == PL_EXPR_FILES,
       glob = files && (!leaf->files || leaf->named_set || pl_has_wildcard(leaf->files));
  static const modifier of_files[] = {TYPE, MAX_DEPTH, WHEN_EMPTY};
  const pl_node *unset = parts->modifiers[WHEN_UNSET];
  size_t before = r->faults->total;
  for (size_t i = 0; !files && i < sizeof of_files / sizeof *of_files; i++)
    if (parts->modifiers[of_files[i]])
      pl_node_fault(r->faults, parts->modifiers[of_files[i]], "%s goes with file and files only",
                    modifier_keys[of_files[i]]);
  if (files && !glob && (parts->modifiers[WHEN_EMPTY] || parts->modifiers[MAX_DEPTH]))
    pl_node_fault(r->faults, node, "when-empty and max-depth go with a set or a glob only");
  if (rule && pl_unset_must_be_said(rule) && !unset)
    pl_node_fault(r->faults, node, "this test must say `when-unset: pass` or `when-unset: fail`");
  if (rule && !pl_unset_may_be_said(rule) && unset)
    pl_node_fault(r->faults, unset, "when-unset: what this test says of an unset value is fixed");
  return r->faults->total == before;
}

static modifier modifier_of(const char *key) {
  modifier found = BECAUSE;
  while (found < MODIFIERS && !pl_equal(modifier_keys[found], key))
    found++;
  return found;
}

static leaf_parts sort_out(const pl_node *node) {
  leaf_parts ret = {.test = NULL};
  pl_each_member (member, node) {
    modifier found = modifier_of(member->key);
    if (found < MODIFIERS) {
      ret.modifiers[found] = member->value;
    } else if (pl_in(member->key, pl_subject_keys)) {
      ret.subject = member;
    } else if (!ret.test && (ret.rule = pl_test_find(member->key))) {
      ret.test = member;
    } else {
      ret.odd = true;
    }
  }
  return ret;
}

static void tell_odd(pl_reader *r, const pl_node *node, const leaf_parts *parts) {
  pl_each_member (member, node) {
    if (modifier_of(member->key) < MODIFIERS || pl_in(member->key, pl_subject_keys) || member == parts->test)
      continue;
    if (pl_test_find(member->key))
      pl_node_fault(r->faults, node, "two tests, %s and %s: put them under `all`", parts->test->key, member->key);
    else
      unknown_key(r, member);
  }
}

/* The test inside EVERY, and the member of each record that it is put to. */
static const pl_member *every_test(pl_reader *r, const pl_node *every, pl_expression *ret) {
  const pl_node *of = pl_get(every, "of");
  const pl_member *test = NULL;
  ret->member = of ? pl_read_text(r, of, "of") : NULL;
  if (pl_count(every) != (of ? 2u : 1u))
    return NULL;
  pl_each_member (member, every)
    if (member->value != of)
      test = member;
  return test;
}

/* The test and its rule, NULL with a fault: of EVERY, if that is there. */
static const pl_member *test_of(pl_reader *r, const pl_node *node, leaf_parts *parts, pl_expression *ret) {
  const pl_node *every = parts->modifiers[EVERY];
  size_t before = r->faults->total;
  if (parts->odd)
    tell_odd(r, node, parts);
  ret->every = every != NULL;
  if (every && parts->test) {
    pl_node_fault(r->faults, node, "the test stands inside `every`, not beside it");
    return NULL;
  }
  if (every) {
    parts->test = every_test(r, every, ret);
    parts->rule = parts->test ? pl_test_find(parts->test->key) : NULL;
  }
  if (!parts->rule && r->faults->total == before)
    pl_node_fault(r->faults, every ? every : node,
                  every ? "every: expected one test" : "a test is missing (is, one-of, at-least, mode, ...)");
  return parts->rule ? parts->test : NULL;
}

bool pl_read_leaf(pl_reader *r, const pl_node *node, pl_expression *ret) {
  size_t before = r->faults->total;
  leaf_parts parts = sort_out(node);
  if (parts.subject)
    pl_read_subject(r, parts.subject->key, parts.subject->value, ret);
  read_modifiers(r, &parts, ret);
  if (parts.modifiers[BECAUSE])
    ret->because = pl_read_text(r, parts.modifiers[BECAUSE], "because");
  const pl_member *test = test_of(r, node, &parts, ret);
  const pl_test_rule *rule = test ? parts.rule : NULL;
  check_modifiers(r, node, &parts, rule, ret);
  if (rule && r->faults->total == before)
    pl_read_test(r, rule, test->value, ret);
  return r->faults->total == before;
}
