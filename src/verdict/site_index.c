/* The site file by control key, so that each control finds its own at once. */
#include <fnmatch.h>

#include "private.h"

enum { SCOPE_MAX = 2000 }; /* bytes of a scope as it is told */

static bool in_scope(const pl_waiver *waiver, const char *node_name) {
  for (size_t i = 0; i < waiver->scope.count; i++)
    if (pl_equal(waiver->scope.items[i], "*") || (node_name && fnmatch(waiver->scope.items[i], node_name, 0) == 0))
      return true;
  return false;
}

static const char *scope_text(pl_arena *arena, const pl_waiver *waiver) {
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, SCOPE_MAX);
  for (size_t i = 0; i < waiver->scope.count && !text.overflow; i++)
    pl_buffer_printf(&text, "%s%s", i ? ", " : "", waiver->scope.items[i]);
  bool cut = text.overflow;
  const char *all = pl_buffer_take(&text, arena).data;
  return cut ? pl_printf(arena, "%s and more", all) : all;
}

static void add_waiver(pl_site_index *index, size_t i) {
  const pl_waiver *waiver = &index->run->site->waivers[i];
  index->waivers[i] = (pl_waiver_state){.waiver = waiver, .scope = scope_text(index->arena, waiver)};
  index->waivers[i].in_scope = in_scope(waiver, index->run->node_name);
  index->waivers[i].expired = index->run->judged_at >= waiver->expires;
  pl_node *list = pl_get(index->waivers_of, waiver->key);
  if (!list) {
    list = pl_node_list(index->arena);
    pl_object_set(index->arena, index->waivers_of, waiver->key, list);
  }
  pl_list_add(index->arena, list, pl_node_integer(index->arena, (int64_t)i));
}

static void add_known(pl_site_index *index, const char *key, bool judged) {
  if (judged || !pl_get(index->known, key))
    pl_object_set_boolean(index->arena, index->known, key, judged);
}

static void add_keys(pl_site_index *index, const pl_benchmark *benchmark) {
  for (size_t i = 0; i < benchmark->control_count + benchmark->deselected; i++)
    add_known(index, benchmark->controls[i].key, i < benchmark->control_count);
  for (size_t i = 0; i < benchmark->elsewhere.count; i++)
    add_known(index, benchmark->elsewhere.items[i], false);
}

pl_site_index *pl_site_index_new(pl_arena *arena, const pl_view_of_facts *run, const pl_benchmark *const *benchmarks,
                                 size_t count) {
  const pl_site *site = run->site;
  if (!site)
    return NULL;
  pl_site_index *ret = pl_new(arena, pl_site_index);
  *ret = (pl_site_index){arena,
                         run,
                         pl_node_object(arena),
                         pl_node_object(arena),
                         pl_node_object(arena),
                         pl_new_array(arena, pl_waiver_state, site->waiver_count + 1),
                         pl_new_array(arena, pl_statement_state, site->statement_count + 1)};
  for (size_t i = 0; i < count; i++)
    add_keys(ret, benchmarks[i]);
  for (size_t i = 0; i < site->waiver_count; i++)
    add_waiver(ret, i);
  for (size_t i = 0; i < site->statement_count; i++) {
    ret->statements[i] = (pl_statement_state){.statement = &site->statements[i]};
    pl_object_set_integer(arena, ret->statement_of, site->statements[i].about, (int64_t)i);
  }
  return ret;
}
