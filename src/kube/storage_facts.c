/* What swap areas and the API server's data lie on. No data is opened. */
#include "src/kube/storage_facts.h"

#include "src/kube/volumes.h"

/* Several of one kind: the worst holds, as branches of one device do. */
typedef struct worst {
  bool any;
  pl_rest rest;
  const char *because;
} worst;

static void add_worst(worst *w, const pl_storage *storage) {
  if (w->any && storage->rest <= w->rest)
    return;
  *w = (worst){.any = true, .rest = storage->rest, .because = storage->because};
}

static pl_node *place_fact(pl_arena *arena, const char *path, const pl_storage *storage) {
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "path", path);
  pl_put_storage(arena, fact, storage);
  pl_object_set_text(arena, fact, "because", storage->because);
  return fact;
}

/* ---- swap ---- */

/* What an area in memory is does not matter to a disk; one that cannot be looked behind is a question. */
static const char *swap_state(const worst *w) {
  static const char *const states[] = {
      [PL_REST_MEMORY] = "protected",  [PL_REST_ENCRYPTED] = "protected", [PL_REST_OPAQUE] = "undecided",
      [PL_REST_VIRTUAL] = "undecided", [PL_REST_UNKNOWN] = "unreadable",  [PL_REST_PLAIN] = "plaintext"};
  return w->any ? states[w->rest] : "none";
}

pl_node *pl_swap_facts(pl_collection *collection) {
  pl_arena *arena = collection->arena;
  pl_node *fact = pl_node_object(arena), *areas = pl_node_list(arena);
  pl_error err = {.kind = PL_ERR_NONE};
  pl_swaps swaps;
  worst w = {false};
  int rc = pl_swaps_read(collection->host, &swaps, &err);
  for (size_t i = 0; rc == 0 && i < swaps.count; i++) {
    const pl_storage *storage = pl_storage_of_swap(collection->blocks, &swaps.items[i]);
    pl_node *area = place_fact(arena, swaps.items[i].path, storage);
    pl_object_set_text(arena, area, "type", swaps.items[i].file ? "file" : "partition");
    pl_list_add(arena, areas, area);
    add_worst(&w, storage);
  }
  pl_object_set_text(arena, fact, "state", rc < 0 ? "unreadable" : swap_state(&w));
  pl_object_set_text(arena, fact, "because", rc < 0 ? err.text : w.any ? w.because : "there is no swap");
  pl_object_set(arena, fact, "areas", areas);
  return fact;
}

/* ---- the API server's data ---- */

typedef struct data {
  pl_collection *collection;
  const char *place, *because;
  pl_node *directories;
  worst w;
} data;

static void add_directory(data *d, const char *path) {
  const pl_storage *storage = pl_storage_of_path(d->collection->blocks, path);
  pl_list_add(d->collection->arena, d->directories, place_fact(d->collection->arena, path, storage));
  add_worst(&d->w, storage);
}

static void of_etcd(data *d, const pl_node *set) {
  d->place = "local";
  d->because = pl_component_at(d->collection, PL_ETCD)->because;
  pl_each_item (path, pl_get(set, "paths"))
    add_directory(d, pl_text(path));
  if (!pl_get_boolean(set, "complete", false) || pl_count(d->directories) == 0) {
    d->place = "unknown";
    d->because = pl_get_text(set, "because", "where its data is cannot be told");
  }
}

/* A data store that is part of the API server's own program, where the platform has it. */
static bool of_platform(data *d) {
  const pl_platform *platform = d->collection->platform;
  const pl_component *apiserver = pl_component_at(d->collection, PL_APISERVER);
  for (size_t i = 0; platform && pl_component_is_here(apiserver) && i < platform->layout.data_store.count; i++) {
    const pl_file *file = pl_host_stat(d->collection->host, platform->layout.data_store.items[i]);
    if (file->state != PL_FILE_PRESENT)
      continue;
    d->place = "local";
    d->because = pl_printf(d->collection->arena, "%s is there, part of %s", file->path, platform->title);
    add_directory(d, file->path);
    return true;
  }
  return false;
}

static void find_data(data *d, const pl_node *sets) {
  const pl_component *etcd = pl_component_at(d->collection, PL_ETCD),
                     *apiserver = pl_component_at(d->collection, PL_APISERVER);
  bool shown = pl_component_is_here(etcd) && !etcd->instances[0]->arguments_unknown;
  if (shown) {
    of_etcd(d, pl_get(sets, "etcd.data-dir"));
    return;
  }
  if (of_platform(d))
    return;
  const pl_component *unseen = etcd->state != PL_COMPONENT_ABSENT              ? etcd
                               : apiserver->state == PL_COMPONENT_UNOBSERVABLE ? apiserver
                                                                               : NULL;
  d->place = unseen ? "unknown" : pl_component_is_here(apiserver) ? "external" : "none";
  d->because = unseen ? pl_printf(d->collection->arena, "%s: %s", unseen->spec->name, unseen->because)
               : pl_component_is_here(apiserver) ? "the API server runs here, and no data store was seen"
                                                 : "neither etcd nor an API server is here";
}

pl_node *pl_etcd_data_facts(pl_collection *collection, const pl_node *sets) {
  pl_arena *arena = collection->arena;
  pl_node *fact = pl_node_object(arena);
  data d = {.collection = collection, .directories = pl_node_list(arena)};
  find_data(&d, sets);
  pl_object_set_text(arena, fact, "place", d.place);
  pl_object_set_text(arena, fact, "because", d.because);
  pl_object_set_text(arena, fact, "rest", d.w.any ? pl_rest_name(d.w.rest) : "none");
  pl_object_set_text(arena, fact, "rest_because", d.w.because);
  pl_object_set(arena, fact, "directories", d.directories);
  return fact;
}
