/* From a benchmark in all its editions to the controls of one. */
#include "private.h"

/* ---- which edition ---- */

static bool covers(const pl_edition *edition, int minor) {
  return edition->kubernetes_from && minor >= edition->kubernetes_from && minor <= edition->kubernetes_to;
}

/* An edition asked for: the version itself, or the last that begins with it. */
static size_t find_asked(const pl_definitions *set, const char *text) {
  size_t found = set->edition_count, length = strlen(text);
  for (size_t i = 0; i < set->edition_count; i++) {
    const char *version = set->editions[i].version;
    if (pl_equal(version, text))
      return i;
    if (length && strncmp(version, text, length) == 0 && version[length] == '.')
      found = i;
  }
  return found;
}

bool pl_definitions_have_edition(const pl_definitions *definitions, const char *text) {
  return find_asked(definitions, text) < definitions->edition_count;
}

static const char *minors(pl_arena *arena, const pl_edition *edition) {
  if (edition->kubernetes_from == edition->kubernetes_to)
    return pl_printf(arena, "Kubernetes 1.%d", edition->kubernetes_from);
  return pl_printf(arena, "Kubernetes 1.%d to 1.%d", edition->kubernetes_from, edition->kubernetes_to);
}

/* The edition whose range is nearest to MINOR; the newest of all when none has a range. */
static size_t find_by_minor(const pl_definitions *set, int minor) {
  size_t best = set->edition_count - 1;
  int best_distance = -1;
  for (size_t i = 0; i < set->edition_count; i++) {
    const pl_edition *edition = &set->editions[i];
    int distance = covers(edition, minor)             ? 0
                   : minor < edition->kubernetes_from ? edition->kubernetes_from - minor
                                                      : minor - edition->kubernetes_to;
    if (edition->kubernetes_from && (best_distance < 0 || distance < best_distance)) {
      best = i;
      best_distance = distance;
    }
  }
  return best;
}

static bool has_ranges(const pl_definitions *set) {
  for (size_t i = 0; i < set->edition_count; i++)
    if (set->editions[i].kubernetes_from)
      return true;
  return false;
}

static void say_why(pl_arena *arena, pl_benchmark *ret, bool ranges, bool asked, int minor) {
  const pl_edition *edition = ret->edition;
  const char *own = edition->kubernetes_from ? pl_printf(arena, ", which is for %s", minors(arena, edition)) : "";
  ret->edition_covers = !ranges || covers(edition, minor);
  if (asked)
    ret->edition_because =
        pl_printf(arena, "asked for by --edition%s%s", own,
                  ret->edition_covers || !minor ? "" : pl_printf(arena, "; the node has 1.%d", minor));
  else if (!ranges)
    ret->edition_because = ret->edition_count > 1 ? "the newest edition" : "the only edition";
  else if (!minor)
    ret->edition_because = "the newest edition, because the Kubernetes version of the node is not known";
  else if (ret->edition_covers)
    ret->edition_because = pl_printf(arena, "Kubernetes 1.%d; the edition is for %s", minor, minors(arena, edition));
  else
    ret->edition_because = pl_printf(arena, "no edition covers Kubernetes 1.%d; this one, for %s, is the nearest",
                                     minor, minors(arena, edition));
}

static int unknown_edition(pl_arena *arena, const pl_definitions *set, const char *text, pl_error *err) {
  const char *all = "";
  for (size_t i = 0; i < set->edition_count; i++)
    all = pl_printf(arena, "%s%s%s", all, i ? ", " : "", set->editions[i].version);
  return pl_fail(err, PL_ERR_USAGE, "%s has no edition %s; its editions are %s", set->id, text, all);
}

/* ---- its controls ---- */

static const void *value_of(const pl_variants *variants, size_t edition) {
  const pl_variant *variant = pl_variant_of(variants, edition);
  return variant ? variant->value : NULL;
}

static pl_control control_of(const pl_definitions *set, const pl_control_source *source, size_t edition,
                             const char *id) {
  const pl_letter *letter = value_of(&source->letter, edition);
  const pl_expression *manual = value_of(&source->manual, edition);
  pl_control ret = {.key = source->key,
                    .id = id,
                    .benchmark = set->id,
                    .file = source->file,
                    .line = source->line,
                    .stig = source->stig,
                    .nsa = source->nsa};
  ret.title = value_of(&source->title, edition);
  ret.section = value_of(&source->section->id, edition);
  ret.section_title = value_of(&source->section->title, edition);
  const int *level = value_of(&source->level, edition);
  const bool *automated = value_of(&source->automated, edition);
  ret.level = level ? *level : 0;
  ret.automated = automated && *automated;
  ret.applies = value_of(&source->applies, edition);
  ret.expect = manual ? manual : value_of(&source->expect, edition);
  ret.decide = value_of(&source->decide, edition);
  ret.letter = letter ? letter->expect : NULL;
  ret.letter_because = letter ? letter->because : NULL;
  ret.why = value_of(&source->why, edition);
  ret.fix = value_of(&source->fix, edition);
  return ret;
}

/* "1.1.9" stands before "1.1.10": numbers by value, the rest by bytes. */
static int compare_ids(const char *a, const char *b) {
  while (*a && *b) {
    size_t la = strspn(a, "0123456789"), lb = strspn(b, "0123456789");
    int order = la && lb && la != lb ? (la < lb ? -1 : 1)
                : la && lb           ? strncmp(a, b, la)
                                     : (unsigned char)*a - (unsigned char)*b;
    if (order)
      return order;
    a += la ? la : 1;
    b += lb ? lb : 1;
  }
  return (unsigned char)*a - (unsigned char)*b;
}

typedef struct placed {
  pl_control control;
  size_t section, position;
} placed;

static int by_place(const void *a, const void *b) {
  const placed *x = a, *y = b;
  if (x->section != y->section)
    return x->section < y->section ? -1 : 1;
  int order = compare_ids(x->control.id, y->control.id);
  return order ? order : x->position < y->position ? -1 : 1;
}

static void fill_controls(pl_arena *arena, const pl_definitions *set, size_t edition, pl_benchmark *ret) {
  const char **elsewhere = NULL;
  size_t count = 0, capacity = set->control_count, others = 0, others_capacity = 0, section = 0;
  placed *found = pl_new_array(arena, placed, capacity);
  for (size_t i = 0; i < set->control_count; i++) {
    const pl_control_source *source = set->controls[i];
    const pl_texts *ids = value_of(&source->id, edition);
    section += i > 0 && set->controls[i - 1]->section != source->section;
    for (size_t id = 0; ids && id < ids->count; id++) {
      placed one = {control_of(set, source, edition, ids->items[id]), section, count};
      pl_push(arena, found, count, capacity, one);
    }
    if (!ids)
      pl_push(arena, elsewhere, others, others_capacity, source->key);
  }
  if (count)
    qsort(found, count, sizeof *found, by_place);
  ret->controls = pl_new_array(arena, pl_control, count + 1);
  for (size_t i = 0; i < count; i++)
    ret->controls[i] = found[i].control;
  ret->control_count = count;
  ret->elsewhere = (pl_texts){elsewhere, others};
}

pl_benchmark *pl_benchmark_of(pl_arena *arena, const pl_definitions *definitions, const char *edition, int minor,
                              pl_error *err) {
  bool ranges = has_ranges(definitions);
  size_t index = edition           ? find_asked(definitions, edition)
                 : ranges && minor ? find_by_minor(definitions, minor)
                                   : definitions->edition_count - 1;
  if (index >= definitions->edition_count) {
    unknown_edition(arena, definitions, edition, err);
    return NULL;
  }
  pl_benchmark *ret = pl_new(arena, pl_benchmark);
  *ret = (pl_benchmark){.id = definitions->id,
                        .title = definitions->title,
                        .editions = definitions->editions,
                        .edition_count = definitions->edition_count,
                        .edition = &definitions->editions[index],
                        .parameters = definitions->parameters,
                        .parameter_count = definitions->parameter_count};
  say_why(arena, ret, ranges, edition != NULL, minor);
  fill_controls(arena, definitions, index, ret);
  return ret;
}
