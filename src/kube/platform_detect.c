/* Tries the tests of platform records on the node. */
#include "platform_detect.h"

static bool exists(const pl_collection *collection, const char *path) {
  return pl_host_stat(collection->host, path)->state == PL_FILE_PRESENT;
}

static bool all_exist(const pl_collection *collection, const pl_texts *paths, bool wanted) {
  for (size_t i = 0; i < paths->count; i++)
    if (exists(collection, paths->items[i]) != wanted)
      return false;
  return true;
}

static bool os_release_fits(const pl_collection *collection, const pl_node *wanted) {
  pl_each_member (member, wanted) {
    if (!pl_equal(pl_get_text(collection->os_release, member->key, NULL), pl_text(member->value)))
      return false;
  }
  return collection->os_release != NULL;
}

static bool program_runs(const pl_collection *collection, const char *program) {
  for (size_t i = 0; i < collection->pass.program_count; i++)
    if (strcmp(collection->pass.programs[i].name, program) == 0)
      return true;
  return false;
}

static bool unit_exists(const pl_collection *collection, const char *name) {
  pl_unit unit;
  pl_unit_read(collection->host, name, &unit);
  return unit.fragment && !unit.masked;
}

static bool component_is_here(const pl_collection *collection, const char *name) {
  const pl_component_spec *spec = pl_component_find(name);
  return spec && pl_component_is_here(pl_component_at(collection, spec->id));
}

static bool holds(const pl_collection *collection, const pl_platform_test *test) {
  return all_exist(collection, &test->path, true) && all_exist(collection, &test->absent, false) &&
         (!test->glob || pl_host_glob(collection->host, test->glob).count > 0) &&
         (!test->os_release || os_release_fits(collection, test->os_release)) &&
         (!test->process || program_runs(collection, test->process)) &&
         (!test->unit || unit_exists(collection, test->unit)) &&
         (!test->component || component_is_here(collection, test->component));
}

/* A test for people: "/kind/version; process k3s server". */
static const char *evidence(pl_arena *arena, const pl_platform_test *test) {
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, PL_PATH_BYTES_MAX);
  for (size_t i = 0; i < test->path.count; i++)
    pl_buffer_printf(&text, "; %s", test->path.items[i]);
  for (size_t i = 0; i < test->absent.count; i++)
    pl_buffer_printf(&text, "; no %s", test->absent.items[i]);
  if (test->glob)
    pl_buffer_printf(&text, "; %s", test->glob);
  pl_each_member (member, test->os_release)
    pl_buffer_printf(&text, "; os-release %s=%s", member->key, pl_text(member->value));
  if (test->process)
    pl_buffer_printf(&text, "; process %s", test->process);
  if (test->unit)
    pl_buffer_printf(&text, "; unit %s", test->unit);
  if (test->component)
    pl_buffer_printf(&text, "; %s is here", test->component);
  return text.length ? pl_strdup(arena, text.data + 2) : "";
}

/* PROCESSES: of the tests that ask for a process, else of the others. */
static const pl_platform_test *find_test(const pl_collection *collection, const pl_platform *platform, bool processes,
                                         bool components_known) {
  for (size_t i = 0; i < platform->test_count; i++) {
    const pl_platform_test *test = &platform->tests[i];
    if ((test->process != NULL) == processes && (components_known || !test->component) && holds(collection, test))
      return test;
  }
  return NULL;
}

static bool find_platform(pl_collection *collection, bool processes, bool components_known) {
  const pl_platforms *platforms = collection->options->platforms;
  for (size_t i = 0; platforms && i < platforms->count; i++) {
    const pl_platform_test *test = find_test(collection, &platforms->items[i], processes, components_known);
    if (!test)
      continue;
    collection->platform = &platforms->items[i];
    collection->platform_evidence = evidence(collection->arena, test);
    return true;
  }
  return false;
}

static bool tests_components(const pl_platform *platform) {
  for (size_t i = 0; i < platform->test_count; i++)
    if (platform->tests[i].component)
      return true;
  return false;
}

void pl_platform_detect(pl_collection *collection, bool components_known) {
  const pl_platforms *platforms = collection->options->platforms;
  collection->platform = NULL;
  collection->platform_evidence = NULL;
  /* What runs now tells more than files, which another distribution may have left behind. */
  if (find_platform(collection, true, components_known) || find_platform(collection, false, components_known))
    return;
  for (size_t i = 0; platforms && !components_known && !collection->platform && i < platforms->count; i++)
    if (tests_components(&platforms->items[i]))
      collection->platform = &platforms->items[i];
}
