/* A leaf whose subject is files: one path, a glob, or a set that collection worked out. */
#include "private.h"

typedef struct files_leaf {
  pl_judging *judging;
  const pl_expression *leaf;
  const char *phrase; /* what must hold, already negated */
  bool negated;
  pl_outcome outcome[PL_VERDICT_COUNT]; /* sentences by verdict */
  size_t counts[PL_VERDICT_COUNT];
  pl_place place; /* of the first that fails; the paths of more */
} files_leaf;

/* "mode 0644, owner root:root" */
static const char *file_text(pl_arena *arena, const pl_node *entry) {
  const char *type = pl_get_text(entry, "type", "?");
  const char *text =
      pl_printf(arena, "%smode %s, owner %s:%s", pl_equal(type, "file") ? "" : pl_printf(arena, "%s, ", type),
                pl_get_text(entry, "mode", "?"), pl_get_text(entry, "owner", "?"), pl_get_text(entry, "group", "?"));
  const char *target = pl_get_text(entry, "target", NULL);
  return target ? pl_printf(arena, "%s, a link to %s", text, target) : text;
}

static void add(files_leaf *in, pl_verdict verdict, const char *path, const char *value, const char *sentence) {
  pl_outcome *outcome = &in->outcome[verdict];
  if (in->counts[verdict]++ < PL_SENTENCES_MAX)
    pl_outcome_add(outcome, sentence);
  else
    outcome->more++;
  if (verdict == PL_FAIL && in->counts[PL_FAIL] == 1)
    in->place = (pl_place){path, path, value, false};
  else if (verdict == PL_FAIL && in->counts[PL_FAIL] <= PL_FIX_PATHS_MAX)
    in->place.path = pl_printf(in->judging->arena, "%s\n%s", in->place.path, path);
  pl_observe(in->judging, (pl_observation){.what = path, .value = value, .layer = "stat", .verdict = verdict});
}

static pl_verdict final(const files_leaf *in, pl_verdict verdict) {
  return in->negated ? pl_verdict_not(verdict) : verdict;
}

/* A mode may be stricter than its limit, which is then told. */
static const char *pass_limit(const files_leaf *in) {
  static const char mode[] = "have mode ";
  bool tells = pl_starts(in->phrase, mode);
  return tells ? pl_printf(in->judging->arena, " (%s)", in->phrase + sizeof mode - 1) : "";
}

/* Mode and owner of what is not of the type that is meant are nobody's concern. */
static bool is_another_type(const pl_expression *leaf, const char *type) {
  return leaf->type && !pl_equal(leaf->type, type) && !pl_equal(type, "link") && leaf->test != PL_TEST_EXISTS &&
         leaf->test != PL_TEST_ABSENT;
}

static void judge_present(files_leaf *in, const char *path, const pl_file_seen *seen) {
  pl_arena *arena = in->judging->arena;
  const char *type = pl_get_text(seen->entry, "type", "");
  if (is_another_type(in->leaf, type)) {
    add(in, PL_NOT_APPLICABLE, path, file_text(arena, seen->entry),
        pl_printf(arena, "%s is a %s and no %s", path, type, in->leaf->type));
    return;
  }
  const char *found = NULL, *trouble = NULL;
  pl_verdict verdict = final(in, pl_test_file(in->judging, in->leaf, seen, &found, &trouble));
  const char *value = file_text(arena, seen->entry), *sentence = NULL;
  if (verdict == PL_ERROR)
    sentence = pl_printf(arena, "%s cannot be judged: %s", path, trouble);
  else if (in->judging->bare)
    sentence = pl_printf(arena, "%s %s", path, found);
  else if (verdict == PL_PASS)
    sentence = pl_printf(arena, "%s %s, as it must%s", path, found, pass_limit(in));
  else
    sentence = pl_printf(arena, "%s %s; it must %s", path, found, in->phrase);
  add(in, verdict, path, verdict == PL_ERROR ? pl_printf(arena, "%s (%s)", value, trouble) : value, sentence);
}

/* MEMBER: a set or a glob listed it, so that its absence is strange. */
static void judge_path(files_leaf *in, const char *path, bool member) {
  pl_arena *arena = in->judging->arena;
  pl_file_seen seen = pl_find_file(in->judging, path);
  const char *what = in->leaf->files;
  if (seen.trouble) {
    add(in, PL_ERROR, path, seen.trouble, pl_printf(arena, "%s cannot be judged: %s", path, seen.trouble));
  } else if (!seen.absent) {
    judge_present(in, path, &seen);
  } else if (member && in->leaf->test != PL_TEST_EXISTS && in->leaf->test != PL_TEST_ABSENT) {
    add(in, PL_ERROR, path, "absent", pl_printf(arena, "%s belongs to %s but is not there", path, what));
  } else if (in->leaf->test == PL_TEST_EXISTS || in->leaf->test == PL_TEST_ABSENT) {
    pl_verdict verdict = final(in, in->leaf->test == PL_TEST_ABSENT ? PL_PASS : PL_FAIL);
    const char *tail = verdict == PL_FAIL  ? pl_printf(arena, "; it must %s", in->phrase)
                       : in->judging->bare ? ""
                                           : ", as it must be";
    add(in, verdict, path, "absent", pl_printf(arena, "there is no %s%s", path, in->judging->bare ? "" : tail));
  } else {
    add(in, PL_NOT_APPLICABLE, path, "absent", pl_printf(arena, "there is no %s", path));
  }
}

/* ---- lists of paths ---- */

/* How many directories PATH lies below the directory that begins with the first LENGTH bytes. */
static unsigned depth_below(const char *path, size_t length) {
  unsigned depth = 0;
  for (const char *c = path + (strlen(path) < length ? strlen(path) : length); *c; c++)
    depth += *c == '/';
  return depth + 1;
}

/* Length of the directory, its slash included, that all PATHS or the fixed part of PATTERN share. */
static size_t shared_directory(const pl_expression *leaf, const pl_node *paths) {
  const char *first = leaf->named_set ? pl_text(paths->list.items[0]) : leaf->files;
  size_t length = !first ? 0 : leaf->named_set ? strlen(first) : strcspn(first, "*?[");
  pl_each_item (item, paths) {
    const char *path = pl_text(item);
    size_t same = 0;
    while (path && first && same < length && path[same] && path[same] == first[same])
      same++;
    length = path ? same : length;
  }
  while (length > 0 && first && first[length - 1] != '/')
    length--;
  return length;
}

static bool is_wanted(const files_leaf *in, const char *path, size_t shared) {
  const char *type = pl_get_text(pl_get(in->judging->run->files, path), "type", NULL);
  if (in->leaf->max_depth && depth_below(path, shared) > in->leaf->max_depth)
    return false;
  return !in->leaf->type || !type || pl_equal(in->leaf->type, type);
}

static size_t judge_paths(files_leaf *in, const pl_node *paths) {
  size_t judged = 0, shared = pl_count(paths) > 0 ? shared_directory(in->leaf, paths) : 0;
  pl_each_item (item, paths) {
    const char *path = pl_text(item);
    if (!path)
      add(in, PL_ERROR, in->leaf->files, "not a path",
          pl_printf(in->judging->arena, "%s holds what is no path", in->leaf->files));
    else if (is_wanted(in, path, shared))
      judge_path(in, path, true);
    judged += !path || is_wanted(in, path, shared);
  }
  return judged;
}

static pl_verdict when_empty(const pl_expression *leaf, bool negated) {
  static const pl_verdict said[] = {[PL_WHEN_PASS] = PL_PASS,
                                    [PL_WHEN_FAIL] = PL_FAIL,
                                    [PL_WHEN_ERROR] = PL_ERROR,
                                    [PL_WHEN_NOT_APPLICABLE] = PL_NOT_APPLICABLE};
  pl_verdict verdict = leaf->when_empty != PL_WHEN_UNSAID ? said[leaf->when_empty]
                       : leaf->test == PL_TEST_EXISTS     ? PL_FAIL
                       : leaf->test == PL_TEST_ABSENT     ? PL_PASS
                                                          : PL_NOT_APPLICABLE;
  return negated ? pl_verdict_not(verdict) : verdict;
}

/* What a set is called in a sentence. */
static const char *shown(const files_leaf *in) {
  return in->leaf->type ? pl_printf(in->judging->arena, "%s of type %s", in->leaf->files, in->leaf->type)
                        : in->leaf->files;
}

static void judge_list(files_leaf *in, const pl_node *list) {
  pl_arena *arena = in->judging->arena;
  const pl_node *paths = pl_get(list, "paths");
  const char *why = pl_get_text(list, "because", NULL);
  bool complete = pl_get_boolean(list, "complete", false) && !pl_get_boolean(list, "unobservable", false);
  if (!pl_is(paths, PL_LIST) || pl_get(list, "unreadable")) {
    const char *trouble = pl_get_text(list, "unreadable", "it was not collected");
    add(in, PL_ERROR, in->leaf->files, trouble, pl_printf(arena, "%s cannot be told: %s", in->leaf->files, trouble));
    return;
  }
  size_t judged = judge_paths(in, paths);
  if (!complete) {
    const char *trouble = why ? why : "not all of it could be enumerated";
    add(in, PL_ERROR, in->leaf->files, trouble,
        pl_printf(arena, "the list of %s is not complete: %s", in->leaf->files, trouble));
  } else if (judged == 0) {
    const char *reason = why && pl_count(paths) == 0 ? why : "nothing of the kind is there";
    pl_verdict verdict = when_empty(in->leaf, in->negated);
    add(in, verdict, in->leaf->files, pl_printf(arena, "none (%s)", reason),
        pl_printf(arena, "%s: %s", shown(in), reason));
  }
}

/* ---- the whole ---- */

/* Many files that are all right need one sentence. */
static void say_all_hold(files_leaf *in) {
  size_t count = in->counts[PL_PASS];
  pl_outcome *outcome = &in->outcome[PL_PASS];
  if (count < 2)
    return;
  *outcome = pl_outcome_of(PL_PASS, NULL);
  pl_outcome_add(outcome, in->judging->bare
                              ? pl_printf(in->judging->arena, "%zu paths of %s are there", count, shown(in))
                              : pl_printf(in->judging->arena, "all %zu paths of %s %s, as they must", count, shown(in),
                                          in->phrase));
}

static pl_outcome conclude(files_leaf *in) {
  pl_outcome parts[PL_VERDICT_COUNT];
  size_t count = 0;
  say_all_hold(in);
  for (int verdict = 0; verdict < PL_VERDICT_COUNT; verdict++)
    if (in->counts[verdict]) {
      in->outcome[verdict].verdict = (pl_verdict)verdict;
      parts[count++] = in->outcome[verdict];
    }
  pl_outcome ret = pl_outcome_join(in->judging->arena, in->negated, parts, count);
  ret.place = in->place;
  ret.unnamed = in->counts[PL_FAIL] > PL_FIX_PATHS_MAX ? in->counts[PL_FAIL] - PL_FIX_PATHS_MAX : 0;
  ret.because = in->leaf->because;
  ret.because_said = false;
  ret.joined = false;
  ret.expected =
      pl_printf(in->judging->arena, "%s%s must %s",
                in->leaf->named_set || pl_has_wildcard(in->leaf->files) ? "every path of " : "", shown(in), in->phrase);
  return ret;
}

static const pl_node *list_of(const pl_judging *j, const pl_expression *leaf) {
  return pl_get(leaf->named_set ? j->run->file_sets : j->run->globs, leaf->files);
}

static bool is_list(const pl_expression *leaf) { return leaf->named_set || pl_has_wildcard(leaf->files); }

pl_outcome pl_judge_files(pl_judging *j, const pl_expression *leaf, bool negated) {
  const pl_node *operand = pl_operand_of(j, leaf);
  files_leaf in = {.judging = j, .leaf = leaf, .negated = negated, .phrase = pl_phrase(j, leaf, operand, negated)};
  if (leaf->parameter && !operand) {
    pl_outcome ret = pl_outcome_of(PL_MANUAL, pl_missing_parameter(j, leaf));
    ret.question = pl_printf(j->arena, "What must %s be on %s?", leaf->parameter, leaf->files);
    pl_show_files(j, leaf);
    return ret;
  }
  if (is_list(leaf))
    judge_list(&in, list_of(j, leaf));
  else
    judge_path(&in, leaf->files, false);
  return conclude(&in);
}

static void show_path(pl_judging *j, const char *path) {
  pl_file_seen seen = pl_find_file(j, path);
  const char *value = seen.trouble ? seen.trouble : seen.absent ? "absent" : file_text(j->arena, seen.entry);
  pl_observe(j, (pl_observation){.what = path, .value = value, .layer = "stat", .verdict = PL_MANUAL});
}

void pl_show_files(pl_judging *j, const pl_expression *leaf) {
  const pl_node *list = is_list(leaf) ? list_of(j, leaf) : NULL, *paths = pl_get(list, "paths");
  if (!is_list(leaf))
    show_path(j, leaf->files);
  pl_each_item (item, paths)
    if (pl_text(item))
      show_path(j, pl_text(item));
  if (is_list(leaf) && pl_count(paths) == 0)
    pl_observe(j, (pl_observation){.what = leaf->files,
                                   .value = pl_get_text(list, "because", "nothing was collected"),
                                   .verdict = PL_MANUAL});
}
