/* Who looks, from where, and at what machine. */
#include "host_facts.h"

#include <sys/utsname.h>

#include "plumbline/core/digest.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"
#include "plumbline/host/accounts.h"
#include "quiet_read.h"

pl_node *pl_tool_facts(const pl_collection *collection) {
  pl_arena *arena = collection->arena;
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "name", "plumbline");
  pl_object_set_text(arena, fact, "version", collection->options->version);
  pl_object_set_text(arena, fact, "build", collection->options->build);
  pl_object_set_text(arena, fact, "collected_at", pl_format_time(arena, collection->options->now));
  return fact;
}

static pl_node *capability_names(pl_arena *arena, uint64_t capabilities) {
  pl_node *list = pl_node_list(arena);
  for (unsigned bit = 0; pl_capability_name(bit); bit++)
    if (capabilities >> bit & 1)
      pl_list_add_text(arena, list, pl_capability_name(bit));
  return list;
}

static pl_node *out_of_reach(pl_arena *arena, const pl_host *host) {
  pl_node *list = pl_node_list(arena);
  for (size_t i = 0; i < host->out_of_reach_count; i++) {
    pl_node *entry = pl_node_object(arena);
    pl_object_set(arena, entry, "what", pl_node_string(arena, host->out_of_reach[i].what)); /* escaped already */
    pl_object_set(arena, entry, "why", pl_node_string(arena, host->out_of_reach[i].why));
    pl_list_add(arena, list, entry);
  }
  return list;
}

pl_node *pl_vantage_facts(const pl_collection *collection) {
  pl_arena *arena = collection->arena;
  const pl_host *host = collection->host;
  const pl_process_list *list = &collection->list;
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "mode", host->live ? "live" : "captured");
  pl_object_set_text(arena, fact, "root", pl_root_shown(host->root));
  pl_object_set_text(arena, fact, "proc", host->proc ? pl_root_shown(host->proc) : NULL);
  pl_object_set_integer(arena, fact, "euid", host->euid);
  pl_object_set(arena, fact, "capabilities", capability_names(arena, host->capabilities));
  pl_object_set_text(arena, fact, "processes",
                     !list->of_the_node ? "unobservable"
                     : list->complete   ? "complete"
                                        : "incomplete");
  if (!list->of_the_node || !list->complete)
    pl_object_set_text(arena, fact, "processes_because", list->because);
  pl_object_set_boolean(arena, fact, "owners_trustworthy", host->owners_trustworthy);
  if (collection->options->confinement)
    pl_object_set(arena, fact, "confinement", pl_confinement_facts(arena, collection->options->confinement));
  pl_object_set_boolean(arena, fact, "openat2", pl_root_uses_openat2(host->root));
  pl_object_set_integer(arena, fact, "processes_seen", (int64_t)collection->pass.processes.seen);
  pl_object_set_integer(arena, fact, "processes_denied", (int64_t)collection->pass.processes.denied);
  pl_object_set(arena, fact, "out_of_reach", out_of_reach(arena, host));
  return fact;
}

/* A value with its quotes, if any, taken off (os-release(5): shell words without expansion). */
static const char *unquoted(pl_arena *arena, const char *text, size_t length) {
  bool quoted = length >= 2 && (text[0] == '"' || text[0] == '\'') && text[length - 1] == text[0];
  char *value = pl_strndup(arena, text + quoted, length - 2 * quoted), *to = value;
  for (const char *from = value; *from; from++) {
    from += quoted && *from == '\\' && from[1];
    *to++ = *from;
  }
  *to = '\0';
  return value;
}

pl_node *pl_os_release(pl_arena *arena, const pl_host *host) {
  pl_bytes text;
  if (pl_read_quietly(host, arena, "/etc/os-release", PL_SMALL_FILE_BYTES_MAX, &text, NULL) < 0 &&
      pl_read_quietly(host, arena, "/usr/lib/os-release", PL_SMALL_FILE_BYTES_MAX, &text, NULL) < 0)
    return NULL;
  pl_node *fact = pl_node_object(arena);
  const char *const *lines;
  size_t count = pl_split(arena, text.data, '\n', &lines);
  for (size_t i = 0; i < count; i++) {
    size_t key = strcspn(lines[i], "="), length = strlen(lines[i]);
    if (lines[i][0] == '#' || key == length)
      continue;
    char *name = pl_strndup(arena, lines[i], key);
    for (char *c = name; *c; c++)
      *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 'a' - 'A') : *c;
    pl_object_set(arena, fact, name, pl_node_string(arena, unquoted(arena, lines[i] + key + 1, length - key - 1)));
  }
  return fact;
}

static pl_node *os_fact(const pl_collection *collection) {
  static const char *const keys[] = {"id", "id_like", "version_id", "variant_id", "pretty_name", NULL};
  pl_arena *arena = collection->arena;
  pl_node *fact = pl_node_object(arena);
  for (size_t i = 0; keys[i]; i++)
    if (pl_get(collection->os_release, keys[i]))
      pl_object_set_text(arena, fact, keys[i], pl_get_text(collection->os_release, keys[i], NULL));
  return fact;
}

/* A line of the proc that is in use, which need not lie in the root. */
static const char *proc_line(pl_arena *arena, const pl_host *host, const char *path) {
  pl_bytes text;
  if (!host->proc || pl_root_read_virtual(host->proc, arena, path, PL_SMALL_FILE_BYTES_MAX, &text, NULL) < 0)
    return NULL;
  return pl_strndup(arena, text.data, strcspn(text.data, "\n"));
}

/* The file is the node's; what the kernel says is the name of whoever reads it, which in a container is another. */
const char *pl_host_name(pl_arena *arena, const pl_host *host) {
  const char *name = pl_read_line_quietly(host, arena, "/etc/hostname");
  return name && *name ? name : proc_line(arena, host, "sys/kernel/hostname");
}

const char *pl_lower(pl_arena *arena, const char *text) {
  char *copy = pl_strdup(arena, text);
  for (char *c = copy; c && *c; c++)
    *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 'a' - 'A') : *c;
  return copy;
}

/* The kubelet names a static pod "NAME-NODE". */
static const char *name_by_static_pods(const pl_collection *collection) {
  for (size_t i = 0; i < PL_COMPONENT_COUNT; i++) {
    const pl_component *component = &collection->components[i];
    for (size_t j = 0; j < component->count; j++) {
      const pl_instance *instance = component->instances[j];
      if (instance->pod && instance->pod->from_file && instance->pod->name && instance->manifest)
        return instance->pod->name + strlen(instance->manifest->name) + 1;
    }
  }
  return NULL;
}

const char *pl_node_name(const pl_collection *collection) {
  if (collection->options->node_name)
    return collection->options->node_name;
  const pl_component *kubelet = pl_component_at(collection, PL_KUBELET);
  const pl_node *given =
      kubelet->count ? pl_settings_value(&kubelet->instances[0]->settings, "hostnameOverride") : NULL;
  const char *override = pl_text(given);
  if (override && *override)
    return pl_lower(collection->arena, override);
  const char *name = name_by_static_pods(collection);
  return name ? name : pl_lower(collection->arena, pl_host_name(collection->arena, collection->host));
}

static const char *machine_id(const pl_collection *collection) {
  const char *id = pl_read_line_quietly(collection->host, collection->arena, "/etc/machine-id");
  if (!id || !*id)
    return NULL;
  char *hex = pl_alloc(collection->arena, PL_SHA256_HEX);
  pl_sha256(id, strlen(id), hex);
  return hex;
}

/* Of a captured node the machine that reads it says nothing. */
static const char *architecture(const pl_collection *collection) {
  struct utsname name;
  return collection->host->live && uname(&name) == 0 ? pl_strdup(collection->arena, name.machine) : NULL;
}

/* Accounts that owners of files are asked for by name: what a name stands for on this node, null when it has none. */
static pl_node *account_facts(const pl_collection *collection) {
  static const char *const names[] = {"etcd", NULL};
  pl_arena *arena = collection->arena;
  pl_node *fact = pl_node_object(arena), *users = pl_node_object(arena), *groups = pl_node_object(arena);
  if (pl_accounts_why(collection->host)) {
    pl_object_set_text(arena, fact, "unreadable", pl_accounts_why(collection->host));
    return fact;
  }
  for (const char *const *name = names; *name; name++) {
    uint32_t id = 0;
    pl_object_set(arena, users, *name,
                  pl_user_id(collection->host, *name, &id) ? pl_node_integer(arena, id) : pl_node_null(arena));
    pl_object_set(arena, groups, *name,
                  pl_group_id(collection->host, *name, &id) ? pl_node_integer(arena, id) : pl_node_null(arena));
  }
  pl_object_set(arena, fact, "users", users);
  pl_object_set(arena, fact, "groups", groups);
  return fact;
}

pl_node *pl_host_facts(const pl_collection *collection) {
  pl_arena *arena = collection->arena;
  int64_t booted = collection->host->boot_time;
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "hostname", pl_host_name(arena, collection->host));
  pl_object_set_text(arena, fact, "node_name", collection->node_name);
  pl_object_set_text(arena, fact, "machine_id", machine_id(collection));
  pl_object_set(arena, fact, "os", os_fact(collection));
  pl_object_set_text(arena, fact, "kernel", proc_line(collection->arena, collection->host, "sys/kernel/osrelease"));
  pl_object_set_text(arena, fact, "architecture", architecture(collection));
  pl_object_set(arena, fact, "accounts", account_facts(collection));
  pl_object_set_text(arena, fact, "boot_time", booted ? pl_format_time(arena, booted) : NULL);
  return fact;
}
