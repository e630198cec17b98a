/* Which controls are judged: --level, --only, --skip. */
#include "plumbline/benchmark/select.h"

/* NAME is the control's key, its id or a section that holds it. */
static bool is_named(const pl_control *control, const char *name) {
  size_t length = strlen(name);
  if (pl_equal(control->key, name))
    return true;
  return strncmp(control->id, name, length) == 0 && (control->id[length] == '\0' || control->id[length] == '.');
}

static bool is_any(const pl_control *control, const pl_texts *names) {
  for (size_t i = 0; i < names->count; i++)
    if (is_named(control, names->items[i]))
      return true;
  return false;
}

static bool is_wanted(const pl_control *control, const pl_selection *selection) {
  return (!selection->level || control->level <= selection->level) &&
         (!selection->only.count || is_any(control, &selection->only)) && !is_any(control, &selection->skip);
}

static bool is_known(pl_benchmark *const *benchmarks, size_t count, const char *name) {
  for (size_t b = 0; b < count; b++)
    for (size_t i = 0; i < benchmarks[b]->control_count; i++)
      if (is_named(&benchmarks[b]->controls[i], name))
        return true;
  return false;
}

static const char *nearest(pl_arena *arena, pl_benchmark *const *benchmarks, size_t count, const char *name) {
  const char **known = NULL;
  size_t known_count = 0, capacity = 0;
  for (size_t b = 0; b < count; b++)
    for (size_t i = 0; i < benchmarks[b]->control_count; i++) {
      pl_push(arena, known, known_count, capacity, benchmarks[b]->controls[i].key);
      pl_push(arena, known, known_count, capacity, benchmarks[b]->controls[i].id);
    }
  pl_push(arena, known, known_count, capacity, NULL);
  return pl_nearest(arena, name, known);
}

static int unknown(pl_arena *arena, pl_benchmark *const *benchmarks, size_t count, const char *name, pl_error *err) {
  for (size_t b = 0; b < count; b++)
    for (size_t i = 0; i < benchmarks[b]->elsewhere.count; i++)
      if (pl_equal(benchmarks[b]->elsewhere.items[i], name))
        return pl_fail(err, PL_ERR_USAGE, "edition %s of %s does not hold %s, other editions do",
                       benchmarks[b]->edition->version, benchmarks[b]->id, name);
  return pl_fail(err, PL_ERR_USAGE, "no control or section is called %s%s", name,
                 nearest(arena, benchmarks, count, name));
}

static int check_names(pl_arena *arena, pl_benchmark *const *benchmarks, size_t count, const pl_texts *names,
                       pl_error *err) {
  for (size_t i = 0; i < names->count; i++)
    if (!is_known(benchmarks, count, names->items[i]))
      return unknown(arena, benchmarks, count, names->items[i], err);
  return 0;
}

static void keep(pl_arena *arena, pl_benchmark *benchmark, const pl_selection *selection) {
  pl_control *kept = pl_new_array(arena, pl_control, benchmark->control_count + 1);
  size_t count = 0, behind = benchmark->control_count;
  for (size_t i = 0; i < benchmark->control_count; i++)
    if (is_wanted(&benchmark->controls[i], selection))
      kept[count++] = benchmark->controls[i];
  for (size_t i = benchmark->control_count; i-- > 0;)
    if (!is_wanted(&benchmark->controls[i], selection))
      kept[--behind] = benchmark->controls[i];
  benchmark->deselected += benchmark->control_count - count;
  benchmark->controls = kept;
  benchmark->control_count = count;
}

int pl_select(pl_arena *arena, pl_benchmark *const *benchmarks, size_t count, const pl_selection *selection,
              pl_error *err) {
  if (check_names(arena, benchmarks, count, &selection->only, err) != 0 ||
      check_names(arena, benchmarks, count, &selection->skip, err) != 0)
    return -1;
  for (size_t i = 0; i < count; i++)
    keep(arena, benchmarks[i], selection);
  return 0;
}
