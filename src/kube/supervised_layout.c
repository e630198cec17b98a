/* Paths of a platform's layout that follow an option of its supervisor. */
#include "supervised.h"

/* Options of the first program that tells them, else what the record has for those that nobody gives. */
static pl_supervised options_of(pl_host *host, const pl_pass *pass, const pl_platform *platform) {
  for (size_t i = 0; i < pass->program_count; i++)
    if (pass->programs[i].supervised && !pass->programs[i].supervised->unknown)
      return *pass->programs[i].supervised;
  pl_supervised usual = {.record = &platform->supervisors[0], .host = host};
  pl_each_member (option, usual.record->defaults) {
    pl_supervised_option one = {.name = option->key, .value = pl_text(option->value)};
    pl_push(host->arena, usual.options, usual.count, usual.capacity, one);
  }
  return usual;
}

static void expand_all(const pl_supervised *supervised, pl_texts *list) {
  const char **items = pl_new_array(supervised->host->arena, const char *, list->count + 1);
  size_t count = 0;
  for (size_t i = 0; i < list->count; i++) {
    items[count] = pl_supervised_expand(supervised, list->items[i]);
    count += items[count] != NULL;
  }
  *list = (pl_texts){items, count};
}

static void expand_map(const pl_supervised *supervised, pl_platform_names_map *map) {
  pl_platform_names *items = pl_new_array(supervised->host->arena, pl_platform_names, map->count);
  for (size_t i = 0; i < map->count; i++) {
    items[i] = map->items[i];
    expand_all(supervised, &items[i].names);
  }
  map->items = items;
}

const pl_platform *pl_supervised_layout(pl_host *host, const pl_pass *pass, const pl_platform *platform) {
  if (!platform || platform->supervisor_count == 0)
    return platform;
  pl_platform *own = pl_new(host->arena, pl_platform);
  *own = *platform;
  pl_layout *layout = &own->layout;
  pl_texts *lists[] = {&layout->manifests, &layout->pki,        &layout->admin_kubeconfigs, &layout->cni,
                       &layout->cni_state, &layout->data_store, &layout->etcd_snapshots};
  const char **paths[] = {&layout->kubelet_root,      &layout->kubelet_config,   &layout->kubelet_kubeconfig,
                          &layout->containerd_config, &layout->containerd_state, &layout->crio_config};
  pl_supervised supervised = options_of(host, pass, platform);
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    expand_all(&supervised, lists[i]);
  expand_map(&supervised, &layout->traces);
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
    *paths[i] = *paths[i] ? pl_supervised_expand(&supervised, *paths[i]) : NULL;
  return own;
}
