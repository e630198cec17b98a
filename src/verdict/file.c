/* One file of the facts, and the tests on it. */
#include "plumbline/core/number.h"
#include "private.h"

/* A path that a definition names is enumerated like a glob: complete and empty says that it is not there. */
static bool enumerated_empty(const pl_judging *j, const char *path) {
  const pl_node *list = pl_get(j->run->globs, path), *paths = pl_get(list, "paths");
  return pl_get_boolean(list, "complete", false) && pl_is(paths, PL_LIST) && paths->list.count == 0;
}

pl_file_seen pl_find_file(const pl_judging *j, const char *path) {
  pl_file_seen ret = {.entry = pl_get(j->run->files, path)};
  if (pl_get(ret.entry, "unreadable"))
    ret.trouble = pl_get_text(ret.entry, "unreadable", "it could not be read");
  else
    ret.absent = pl_get_boolean(ret.entry, "absent", false) || (!ret.entry && enumerated_empty(j, path));
  if (!ret.trouble && !ret.absent && !pl_get_text(ret.entry, "type", NULL))
    ret.trouble = "it was not collected";
  return ret;
}

static pl_verdict of(bool holds) { return holds ? PL_PASS : PL_FAIL; }

static pl_verdict test_mode(pl_judging *j, const pl_node *operand, const pl_node *entry, const char **ret_found,
                            const char **ret_trouble) {
  const char *text = pl_get_text(entry, "mode", NULL);
  unsigned mode = 0;
  int64_t allowed = 0;
  if (!text || pl_parse_mode(text, &mode, NULL) != 0 || !operand ||
      pl_operand_number(operand, PL_AS_MODE, &allowed, NULL) != 0) {
    *ret_trouble = "its mode was not collected";
    return PL_ERROR;
  }
  *ret_found = pl_printf(j->arena, "has mode %04o", mode);
  return of((mode & ~(unsigned)allowed) == 0);
}

/* The id of an account that is known without asking: root, or a number. */
static bool known_id(const char *name, int64_t *ret) {
  *ret = 0;
  return pl_equal(name, "root") || pl_parse_int(name, 0, UINT32_MAX, ret, NULL) == 0;
}

/* One half of USER:GROUP. 1 same, 0 not, -1 not collected. */
static int same_account(const pl_node *entry, const char *id_key, const char *name_key, const char *wanted) {
  int64_t id = 0, number = pl_get_integer(entry, id_key, -1);
  const char *name = pl_get_text(entry, name_key, NULL);
  if (known_id(wanted, &id))
    return number < 0 ? -1 : number == id;
  return name ? pl_equal(name, wanted) : -1;
}

static const char *no_such_account(const pl_judging *j, const char *list, const char *what, const char *name) {
  int64_t id = 0;
  const pl_node *known = pl_get_path(j->run->facts, list);
  if (!pl_is(known, PL_OBJECT) || pl_get(known, "unreadable") || known_id(name, &id) ||
      !pl_is(pl_get(known, name), PL_NULL))
    return NULL;
  return pl_printf(j->arena, "the node has no %s %s", what, name);
}

static pl_verdict test_owner(pl_judging *j, const pl_node *operand, const pl_node *entry, const char **ret_found,
                             const char **ret_trouble) {
  const char *text = pl_text(operand), *colon = text ? strchr(text, ':') : NULL;
  if (!pl_get_boolean(pl_get(j->run->facts, "vantage"), "owners_trustworthy", false)) {
    *ret_trouble = "owners cannot be told from where the facts were collected";
    return PL_ERROR;
  }
  int64_t id = 0;
  const char *user = colon ? pl_strndup(j->arena, text, (size_t)(colon - text)) : "", *group = colon ? colon + 1 : "";
  const char *unread = pl_get_text(pl_get_path(j->run->facts, "host.accounts"), "unreadable", NULL);
  if (unread && (!known_id(user, &id) || !known_id(group, &id))) {
    *ret_trouble = pl_printf(j->arena, "the node's accounts could not be read: %s", unread);
    return PL_ERROR;
  }
  int same_user = same_account(entry, "uid", "owner", user), same_group = same_account(entry, "gid", "group", group);
  *ret_found =
      pl_printf(j->arena, "belongs to %s:%s", pl_get_text(entry, "owner", "?"), pl_get_text(entry, "group", "?"));
  if (same_user != 0 && same_group != 0 && (same_user < 0 || same_group < 0)) {
    *ret_trouble = "its owner was not collected";
    return PL_ERROR;
  }
  const char *gone = no_such_account(j, "host.accounts.users", "user", user);
  gone = gone ? gone : no_such_account(j, "host.accounts.groups", "group", group);
  if (gone)
    *ret_found = pl_printf(j->arena, "%s, and %s", *ret_found, gone);
  return of(same_user == 1 && same_group == 1);
}

pl_verdict pl_test_file(pl_judging *j, const pl_expression *leaf, const pl_file_seen *seen, const char **ret_found,
                        const char **ret_trouble) {
  const char *type = pl_get_text(seen->entry, "type", "");
  *ret_found = pl_printf(j->arena, "is there, a %s", type);
  if (leaf->test == PL_TEST_EXISTS)
    return of(!pl_equal(type, "link") && (!leaf->type || pl_equal(leaf->type, type)));
  if (leaf->test == PL_TEST_ABSENT)
    return of(leaf->type && !pl_equal(type, "link") && !pl_equal(leaf->type, type));
  if (pl_equal(type, "link")) {
    *ret_trouble = "it is a link that leads nowhere";
    return PL_ERROR;
  }
  const pl_node *operand = pl_operand_of(j, leaf);
  return leaf->test == PL_TEST_MODE ? test_mode(j, operand, seen->entry, ret_found, ret_trouble)
                                    : test_owner(j, operand, seen->entry, ret_found, ret_trouble);
}
