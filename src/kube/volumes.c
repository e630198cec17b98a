/* Judges what each volume lies on: one state a volume, and what the node's volumes have of each. */
#include "src/kube/volumes.h"

#include "src/kube/host_paths.h"
#include "src/kube/volume_drivers.h"
#include "src/kube/volume_list.h"

/* ENCRYPTED here; DECLARED to be where it cannot be seen from here; MISSING, declared and not there; PLAINTEXT; on a
   VIRTUAL disk or another machine's, undeclared; OPAQUE, a server's or a pool's; PASSING, not persistent or not here.
 */
typedef enum state { ENCRYPTED, DECLARED, MISSING, PLAINTEXT, VIRTUAL, OPAQUE, PASSING, UNREADABLE, STATES } state;

static const char *const state_names[STATES] = {"encrypted", "declared", "missing", "plaintext",
                                                "virtual",   "opaque",   "passing", "unreadable"};

typedef struct judged {
  const pl_volume *volume;
  const pl_volume_driver *driver;
  const pl_storage *storage; /* NULL: nothing of it is here, or it could not be told */
  pl_declared declared;
  bool known;    /* the snapshot has it */
  bool by_files; /* its driver is asked to encrypt files, not the device (ceph-csi's encryptionType) */
  state state;
  const char *because;
} judged;

static bool asks_for_files(const pl_node *parameters) {
  return pl_equal_nocase(pl_get_text(parameters, "encryptionType", NULL), "file");
}

/* An old snapshot decides nothing; nor does what a class that it lacks would have asked for. */
static void look_up(const pl_collection *collection, judged *j) {
  const pl_node *cluster = collection->cluster;
  const pl_node *volume = pl_cluster_fresh(cluster) ? pl_cluster_find_volume(cluster, j->volume->name) : NULL;
  if (!volume)
    return;
  const char *named = pl_get_text(volume, "storage_class", NULL);
  const pl_node *class = named && *named ? pl_cluster_find_storage_class(cluster, named) : NULL;
  j->declared =
      pl_volume_driver_declared(j->driver, pl_get(volume, "attributes"), class ? pl_get(class, "parameters") : NULL);
  j->by_files = asks_for_files(pl_get(volume, "attributes")) || asks_for_files(pl_get(class, "parameters"));
  j->known = class || !named || !*named;
  if (!j->known && j->declared == PL_DECLARED_OFF)
    j->declared = PL_DECLARED_UNSAID;
}

static state judge_declared(const judged *j, bool live, const char **ret_because) {
  bool here = pl_volume_driver_kind(j->driver) == PL_DRIVER_ON_NODE && j->declared != PL_DECLARED_AFAR;
  if (here && j->by_files && !live) {
    *ret_because = "its driver encrypts files (fscrypt), of which only the running kernel tells";
    return UNREADABLE;
  }
  if (here && j->storage->rest != PL_REST_OPAQUE) {
    *ret_because = "encryption is asked for, its driver does it on the node, and nothing encrypts here";
    return MISSING;
  }
  *ret_because = "encryption is asked for, where it cannot be seen from here";
  return DECLARED;
}

/* A driver that would encrypt here, on a device, and was not asked to. */
static bool is_left_plain(const judged *j) {
  return pl_volume_driver_kind(j->driver) == PL_DRIVER_ON_NODE && j->known && j->declared == PL_DECLARED_OFF &&
         (j->storage->rest == PL_REST_VIRTUAL || j->storage->rest == PL_REST_PLAIN);
}

static state judge_storage(const judged *j, bool live, const char **ret_because) {
  static const state by_rest[] = {
      [PL_REST_MEMORY] = PASSING,  [PL_REST_ENCRYPTED] = ENCRYPTED, [PL_REST_OPAQUE] = OPAQUE,
      [PL_REST_VIRTUAL] = VIRTUAL, [PL_REST_UNKNOWN] = UNREADABLE,  [PL_REST_PLAIN] = PLAINTEXT,
  };
  *ret_because = j->storage->because;
  if (j->storage->rest == PL_REST_MEMORY || j->storage->rest == PL_REST_ENCRYPTED ||
      j->storage->rest == PL_REST_UNKNOWN)
    return by_rest[j->storage->rest];
  if (j->declared == PL_DECLARED_ON || j->declared == PL_DECLARED_AFAR)
    return judge_declared(j, live, ret_because);
  if (!is_left_plain(j))
    return by_rest[j->storage->rest];
  *ret_because = "its driver would encrypt on the node, and was not asked to";
  return PLAINTEXT;
}

static const pl_storage *storage_of(pl_collection *collection, const pl_volume *volume) {
  if (volume->path)
    return pl_storage_of_path(collection->blocks, volume->path);
  if (!volume->mount)
    return NULL;
  return volume->block ? pl_storage_of_node(collection->blocks, volume->mount)
                       : pl_storage_of_mount(collection->blocks, volume->mount);
}

static judged judge(pl_collection *collection, const pl_volume *volume) {
  judged j = {.volume = volume, .driver = pl_volume_driver_find(volume->driver)};
  j.storage = storage_of(collection, volume);
  look_up(collection, &j);
  if (volume->ephemeral) {
    j.state = PASSING;
    j.because = "it lives as long as its pod";
  } else if (volume->unread && !(j.storage && j.storage->rest <= PL_REST_ENCRYPTED)) {
    j.state = UNREADABLE;
    j.because = volume->unread;
  } else if (!j.storage) {
    j.state = PASSING;
    j.because = "nothing is mounted where it should be";
  } else {
    j.state = judge_storage(&j, collection->host->live, &j.because);
  }
  return j;
}

/* ---- facts ---- */

void pl_put_storage(pl_arena *arena, pl_node *fact, const pl_storage *storage) {
  pl_node *chain = pl_node_list(arena);
  for (size_t i = 0; storage && i < storage->chain_count; i++)
    pl_list_add_text(arena, chain, storage->chain[i]);
  pl_object_set_text(arena, fact, "rest", storage ? pl_rest_name(storage->rest) : NULL);
  pl_object_set(arena, fact, "devices", chain);
}

static bool is_declared_off(const judged *j) { return j->state == VIRTUAL && j->declared == PL_DECLARED_OFF; }

static const char *standing_of(const judged *j) { return is_declared_off(j) ? "declared-off" : state_names[j->state]; }

static pl_node *volume_fact(pl_arena *arena, const judged *j) {
  const pl_volume *volume = j->volume;
  pl_node *fact = pl_node_object_for(arena, 16), *pods = pl_node_list(arena);
  for (size_t i = 0; i < volume->pod_count; i++)
    pl_list_add_text(arena, pods, volume->pods[i]);
  pl_object_set_text(arena, fact, "name", volume->name);
  pl_object_set_text(arena, fact, "type", volume->type);
  pl_object_set_text(arena, fact, "mode", volume->block ? "block" : "filesystem");
  pl_object_set_text(arena, fact, "driver", volume->driver);
  pl_object_set_text(arena, fact, "handle", volume->handle);
  pl_object_set(arena, fact, "pods", pods);
  pl_object_set_boolean(arena, fact, "pods_cut", volume->pods_cut);
  pl_object_set_text(arena, fact, "mount_point", volume->mount ? volume->mount->point : volume->path);
  pl_object_set_text(arena, fact, "file_system", volume->mount ? volume->mount->type : NULL);
  pl_put_storage(arena, fact, j->storage);
  pl_object_set_text(arena, fact, "declared", pl_declared_name(j->declared));
  pl_object_set_text(arena, fact, "state", state_names[j->state]);
  pl_object_set_text(arena, fact, "standing", standing_of(j));
  pl_object_set_text(arena, fact, "because", j->because);
  return fact;
}

/* What the table asks for: how many volumes of a kind there are, and the first of them. */
typedef enum kind {
  PERSISTENT,
  IN_CLEAR,
  UNREAD,
  ENCRYPTED_HERE,
  DECLARED_ELSEWHERE,
  BY_DEFAULT,
  UNDECLARED,
  DECLARED_OFF,
  KINDS
} kind;

static const char *const kind_names[KINDS] = {"persistent", "in_clear",   "unread",     "encrypted",
                                              "declared",   "by_default", "undeclared", "declared_off"};

typedef struct kinds {
  size_t count[KINDS];
  judged first[KINDS];
} kinds;

static void count(kinds *has, const judged *j) {
  bool by_default = j->state == VIRTUAL && pl_volume_driver_kind(j->driver) == PL_DRIVER_ALWAYS;
  const bool is[KINDS] = {
      [PERSISTENT] = j->state != PASSING,
      [IN_CLEAR] = j->state == PLAINTEXT || j->state == MISSING,
      [UNREAD] = j->state == UNREADABLE,
      [ENCRYPTED_HERE] = j->state == ENCRYPTED,
      [DECLARED_ELSEWHERE] = j->state == DECLARED,
      [BY_DEFAULT] = by_default,
      [UNDECLARED] = (j->state == VIRTUAL && !by_default) || j->state == OPAQUE,
      [DECLARED_OFF] = is_declared_off(j),
  };
  for (int i = 0; i < KINDS; i++)
    if (is[i] && has->count[i]++ == 0)
      has->first[i] = *j;
}

/* "pvc-1 of topolvm.io: sda is a disk ..., and 3 more" */
static const char *because_of(pl_arena *arena, const judged *j, size_t more) {
  const pl_volume *volume = j->volume;
  const char *text =
      pl_printf(arena, "%s of %s: %s", volume->name, volume->driver ? volume->driver : volume->type, j->because);
  return more ? pl_printf(arena, "%s; and %zu more", text, more) : text;
}

static void put_kinds(pl_arena *arena, pl_node *fact, const kinds *has) {
  for (int i = 0; i < KINDS; i++) {
    pl_object_set(arena, fact, kind_names[i], pl_node_string(arena, has->count[i] ? "some" : "none"));
    if (i != PERSISTENT && i != ENCRYPTED_HERE && has->count[i])
      pl_object_set_text(arena, fact, pl_printf(arena, "%s_because", kind_names[i]),
                         because_of(arena, &has->first[i], has->count[i] - 1));
  }
}

/* STANDINGS has each once. */
static void add_standing(pl_arena *arena, pl_node *standings, const char *standing) {
  if (!pl_list_has(standings, standing))
    pl_list_add_text(arena, standings, standing);
}

pl_node *pl_volume_facts(pl_collection *collection) {
  static const char *const list_states[] = {"complete", "partial", "unreadable"};
  pl_arena *arena = collection->arena;
  pl_node *fact = pl_node_object(arena), *items = pl_node_list(arena), *standings = pl_node_list(arena);
  pl_volumes volumes;
  kinds has = {.count = {0}};
  pl_volumes_read(collection, &volumes);
  for (size_t i = 0; i < volumes.count; i++) {
    judged j = judge(collection, &volumes.items[i]);
    count(&has, &j);
    add_standing(arena, standings, standing_of(&j));
    pl_list_add(arena, items, volume_fact(arena, &j));
  }
  pl_object_set_text(arena, fact, "state", list_states[volumes.state]);
  pl_object_set_text(arena, fact, "because", volumes.because);
  put_kinds(arena, fact, &has);
  pl_object_set(arena, fact, "standings", standings);
  pl_put_host_paths(collection, fact);
  pl_object_set(arena, fact, "items", items);
  return fact;
}
