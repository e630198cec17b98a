/*
 * PKI of the control plane: the directories of the certificates and keys that its components are given, and those of
 * the platform. What a file is, its content says, except where its name says that it is a key: keys are not opened.
 */
#include "file_sets.h"

#include <inttypes.h>

#include "plumbline/core/limits.h"

typedef struct pki {
  pl_collection *collection;
  pl_node *directories; /* object of paths */
  pl_node *identities;  /* "DEVICE INODE" of these */
  pl_node *files;       /* single ones, in directories that are not for PKI alone */
  pl_node *named_keys;  /* paths that settings name as keys: not opened, whatever they are called */
  const char *missing;  /* a file that settings name and that is not there; NULL: none */
  pl_file_set *all, *certificates, *keys;
} pki;

/* Directories that hold other things too: of them only the named file is PKI. */
static bool is_shared(const char *directory) {
  static const char *const exact[] = {"/",    "/etc",     "/etc/kubernetes",  "/var",     "/var/lib", "/run",
                                      "/opt", "/var/run", "/etc/pki",         "/root",    "/home",    "/srv",
                                      "/tmp", "/usr",     "/var/lib/kubelet", "/etc/ssl", NULL};
  static const char *const below[] = {"/etc/ssl/certs",   "/etc/ca-certificates", "/usr/share",   "/usr/lib",
                                      "/usr/local/share", "/etc/pki/ca-trust",    "/etc/pki/tls", NULL};
  bool shared = pl_in(directory, exact);
  for (size_t i = 0; below[i] && !shared; i++)
    shared = pl_path_below(directory, below[i]);
  return shared;
}

/* DIRECTORY holds etcd's data, or is it: these are no PKI, and nobody looks into them. */
static bool holds_data(const pki *p, const char *directory) {
  static const char *const roles[] = {"data-dir", "wal-dir"};
  const pl_component *etcd = pl_component_at(p->collection, PL_ETCD);
  for (size_t i = 0; i < etcd->count; i++) {
    const pl_node *file;
    for (size_t j = 0; j < 2; j++)
      for (size_t k = 0; (file = pl_instance_file(etcd->instances[i], roles[j], k)); k++)
        if (pl_path_below(pl_get_text(file, "host_path", ""), directory))
          return true;
  }
  return false;
}

static bool lies_in_another(const pki *p, const char *directory) {
  for (const char *above = directory; strlen(above) > 1;) {
    above = pl_dirname(p->collection->arena, above);
    if (pl_get(p->directories, above))
      return true;
  }
  return false;
}

/* The same directory by another name (a link) is one. */
static void add_directory(pki *p, const char *path) {
  pl_arena *arena = p->collection->arena;
  const pl_file *directory = pl_host_stat(p->collection->host, path);
  if (directory->state == PL_FILE_UNREADABLE)
    pl_file_set_incomplete(p->all, pl_printf(arena, "%s: %s", path, directory->why));
  if (directory->state != PL_FILE_PRESENT || directory->type != PL_TYPE_DIRECTORY)
    return;
  const char *identity = pl_printf(arena, "%" PRIu64 " %" PRIu64, directory->device, directory->inode);
  if (pl_get(p->identities, identity) || lies_in_another(p, path))
    return;
  pl_object_put(arena, p->identities, identity, pl_node_null(arena));
  pl_object_set(arena, p->directories, path, pl_node_null(arena));
}

/* What tokens are verified with is usually a public key, and may be a private one: its content must tell. {PATH: ...}
 */
static const pl_node *find_verifiers(pl_arena *arena, const pl_instance *instance) {
  const pl_settings *settings = &instance->settings;
  const char *signing = pl_text(pl_settings_value(settings, "service-account-signing-key-file"));
  pl_node *found = pl_node_object(arena);
  pl_each_item (item, pl_settings_value(settings, "service-account-key-file"))
    if (pl_text(item) && !pl_equal(pl_text(item), signing))
      pl_object_put(arena, found, pl_text(item), item);
  return found;
}

static void note_key(pki *p, const pl_node *verifiers, const pl_node *file, const char *host_path) {
  if (pl_equal(pl_get_text(file, "role", NULL), "key") && !pl_get(verifiers, pl_get_text(file, "path", "")))
    pl_object_set(p->collection->arena, p->named_keys, host_path, pl_node_null(p->collection->arena));
}

/* Where it is instead, nobody can tell: what the running component has read, or will read, was not looked at. */
static void note_missing(pki *p, const pl_instance *instance, const pl_node *file, const char *path) {
  pl_arena *arena = p->collection->arena;
  const char *why = pl_printf(arena, "%s, which %s is given, does not exist", path, instance->spec->name);
  bool key = pl_equal(pl_get_text(file, "role", NULL), "key");
  p->missing = p->missing ? p->missing : why;
  pl_file_set_incomplete(key ? p->keys : p->certificates, why);
}

static void add_named(pki *p, const pl_instance *instance) {
  static const char *const roles[] = {"certificate", "key", "client-ca", NULL};
  pl_arena *arena = p->collection->arena;
  const pl_node *verifiers = find_verifiers(arena, instance);
  pl_each_item (file, instance->settings.files) {
    const char *path = pl_get_text(file, "host_path", NULL), *name;
    if (!pl_in(pl_get_text(file, "role", ""), roles))
      continue;
    const char *unknown = pl_get_text(file, "unreadable", NULL);
    if (unknown)
      pl_file_set_incomplete(p->all, pl_printf(arena, "%s: %s", instance->spec->name, unknown));
    if (!path || pl_api_volume(arena, path, &name))
      continue;
    note_key(p, verifiers, file, path);
    const char *directory = pl_dirname(arena, path);
    if (pl_host_stat(p->collection->host, directory)->state == PL_FILE_ABSENT)
      pl_file_set_incomplete(p->all, pl_printf(arena, "%s, where %s has its %s, does not exist", directory,
                                               instance->spec->name, pl_basename(path)));
    else if (pl_host_stat(p->collection->host, path)->state == PL_FILE_ABSENT)
      note_missing(p, instance, file, path);
    else if (is_shared(directory) || holds_data(p, directory))
      pl_object_set(arena, p->files, path, pl_node_null(arena));
    else
      add_directory(p, directory);
  }
}

static bool says_certificate(pl_bytes text) {
  static const char marker[] = "-----BEGIN CERTIFICATE-----";
  return memmem(text.data, text.length, marker, sizeof marker - 1) != NULL;
}

/* What a file is cannot be told. */
static void not_told(pki *p, const char *why) {
  pl_file_set_incomplete(p->certificates, why);
  pl_file_set_incomplete(p->keys, why);
}

static void classify(pki *p, const pl_file *file) {
  pl_bytes text;
  pl_error err = {0};
  bool lost = file->state == PL_FILE_PRESENT && file->type == PL_TYPE_LINK;
  if (file->state == PL_FILE_PRESENT && file->type != PL_TYPE_FILE && !lost)
    return;
  if (pl_name_says_key(file->path) || pl_get(p->named_keys, file->path)) {
    pl_file_set_add(p->keys, file->path);
    return;
  }
  if (lost) {
    not_told(p, pl_printf(p->collection->arena, "%s is a link that leads nowhere", file->path));
    return;
  }
  if (pl_host_read_public(p->collection->host, file->path, PL_CERTIFICATE_BYTES_MAX, &text, &err) == 0) {
    if (says_certificate(text))
      pl_file_set_add(p->certificates, file->path);
  } else if (err.kind == PL_ERR_UNSUPPORTED) {
    pl_file_set_add(p->keys, file->path);
  } else if (err.kind != PL_ERR_ABSENT) {
    not_told(p, pl_strdup(p->collection->arena, err.text));
  }
}

static void add_file(pki *p, const char *path) {
  pl_file_set_add(p->all, path);
  classify(p, pl_host_stat(p->collection->host, path));
}

static void walk_directory(pki *p, const char *directory) {
  const pl_walk walk = {.max_depth = PL_WALK_DEPTH_MAX, .directories = true, .files = true, .hidden = true};
  pl_paths paths = pl_host_walk(p->collection->host, directory, &walk);
  pl_file_set_add(p->all, directory);
  for (size_t i = 0; i < paths.count; i++)
    add_file(p, paths.items[i]);
  if (!paths.complete) {
    pl_file_set_incomplete(p->all, paths.why);
    not_told(p, paths.why);
  }
}

/* Instances whose settings name PKI; false when none is on this node. */
static bool find_directories(pki *p) {
  static const pl_component_id ids[] = {PL_APISERVER, PL_CONTROLLER_MANAGER, PL_SCHEDULER, PL_ETCD};
  bool here = false;
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    const pl_component *component = pl_component_at(p->collection, ids[i]);
    here = here || pl_component_is_here(component);
    for (size_t j = 0; pl_component_is_here(component) && j < component->count; j++) {
      const pl_instance *instance = component->instances[j];
      add_named(p, instance);
      if (instance->arguments_unknown)
        pl_file_set_incomplete(
            p->all, pl_printf(p->collection->arena, "%s: %s", component->spec->name, instance->arguments_unknown));
    }
    if (component->state == PL_COMPONENT_UNOBSERVABLE)
      pl_file_set_incomplete(p->all,
                             pl_printf(p->collection->arena, "%s: %s", component->spec->name, component->because));
  }
  const pl_platform *platform = p->collection->platform;
  for (size_t i = 0; here && platform && i < platform->layout.pki.count; i++)
    add_directory(p, platform->layout.pki.items[i]);
  return here;
}

void pl_pki_sets(pl_collection *collection, pl_node *facts) {
  pki p = {.collection = collection,
           .directories = pl_node_object(collection->arena),
           .identities = pl_node_object(collection->arena),
           .files = pl_node_object(collection->arena),
           .named_keys = pl_node_object(collection->arena)};
  p.all = pl_file_set_new(collection);
  p.certificates = pl_file_set_new(collection);
  p.keys = pl_file_set_new(collection);
  bool here = find_directories(&p);
  if (!p.all->complete) {
    pl_file_set_incomplete(p.certificates, p.all->because);
    pl_file_set_incomplete(p.keys, p.all->because);
    p.all->unobservable = p.certificates->unobservable = p.keys->unobservable = !here;
  }
  if (p.missing)
    pl_file_set_incomplete(p.all, p.missing);
  pl_each_member (directory, p.directories)
    if (!lies_in_another(&p, directory->key))
      walk_directory(&p, directory->key);
  pl_each_member (file, p.files)
    add_file(&p, file->key);
  const char *because = here ? "no PKI directory was found" : "neither the control plane nor etcd is on this node";
  pl_file_set_put(p.all, facts, "pki.all", because);
  pl_file_set_put(p.certificates, facts, "pki.certificates", because);
  pl_file_set_put(p.keys, facts, "pki.keys", because);
}
