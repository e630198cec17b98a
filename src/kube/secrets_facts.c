/* What the API server writes Secrets with, and whether the plug-in that holds the key is there at all. */
#include "src/kube/secrets_facts.h"

#include "plumbline/host/sockets.h"
#include "plumbline/kube/control_plane.h"
#include "src/kube/encryption.h"
#include "src/kube/mappings.h"
#include "src/kube/unreadable.h"

/* ---- the plug-in ---- */

/* "unix:///run/kms.sock" -> "/run/kms.sock", "unix:///@name" -> "@name" (k8s.io/apiserver, kms/util). */
static const char *socket_path(const char *endpoint) {
  const char *path = endpoint && pl_starts(endpoint, "unix:") ? endpoint + strlen("unix:") : NULL;
  path = path && pl_starts(path, "//") ? strchr(path + 2, '/') : path;
  return path && path[0] == '/' && path[1] == '@' ? path + 1 : path && *path == '/' ? path : NULL;
}

typedef struct socket_search {
  pl_collection *collection;
  const pl_view *view;
  const char *path;
  const char *because;
} socket_search;

/* The plug-in may run in a pod with a network of its own, whose sockets only its own list has. */
static const char *find_in_pods(socket_search *s) {
  const pl_pass *pass = &s->collection->pass;
  pl_node *seen = pl_node_object(s->collection->arena);
  const char *state = "silent";
  for (size_t i = 0; i < pass->container_count; i++) {
    pl_error err = {.kind = PL_ERR_NONE};
    if (pl_get(seen, pass->containers[i].uid))
      continue;
    pl_object_set_boolean(s->collection->arena, seen, pass->containers[i].uid, true);
    int found = pl_sockets_find(s->collection->host, pass->containers[i].pid, s->path, true, &err);
    if (found > 0)
      return "listening";
    /* What was not captured is no hint; a process that ended meanwhile is none either. */
    if (found < 0 && err.kind != PL_ERR_ABSENT && err.kind != PL_ERR_VANISHED) {
      state = "unknown";
      s->because = pl_strdup(s->collection->arena, err.text);
    }
  }
  return state;
}

static const char *find_listener(socket_search *s) {
  pl_error err = {.kind = PL_ERR_NONE};
  int found = pl_sockets_find(s->collection->host, 1, s->path, true, &err);
  if (found > 0)
    return "listening";
  s->because = found < 0 ? pl_strdup(s->collection->arena, err.text)
                         : pl_printf(s->collection->arena, "no process listens on %s", s->path);
  if (found < 0)
    return "unknown";
  if (s->collection->host->live && !s->collection->list.complete) {
    s->because = s->collection->list.because;
    return "unknown";
  }
  return find_in_pods(s);
}

/* Sockets do not survive an archive: of a captured node the list of listeners counts alone. */
static const char *socket_state(socket_search *s) {
  const pl_host *host = s->collection->host;
  const char *listener = find_listener(s);
  if (*s->path == '@' || (!host->live && pl_equal(listener, "listening")))
    return listener;
  const pl_file *file = pl_view_stat(s->view, s->path);
  if (file->state == PL_FILE_UNREADABLE) {
    s->because = pl_printf(s->collection->arena, "%s: %s", s->path, file->why);
    return "unknown";
  }
  if (file->state == PL_FILE_PRESENT && file->type == PL_TYPE_SOCKET)
    return listener;
  s->because = pl_printf(s->collection->arena, "%s %s", s->path,
                         file->state == PL_FILE_PRESENT ? "is no socket" : "does not exist");
  return "missing";
}

static void put_socket(pl_collection *collection, const pl_view *view, pl_node *fact) {
  pl_arena *arena = collection->arena;
  const char *endpoint = pl_get_text(fact, "endpoint", NULL);
  socket_search s = {.collection = collection, .view = view, .path = socket_path(endpoint)};
  const char *state = !endpoint ? "unused" : s.path ? socket_state(&s) : "unknown";
  pl_object_set_text(arena, fact, "socket", state);
  pl_object_set_text(arena, fact, "socket_because",
                     !endpoint || pl_equal(state, "listening") ? NULL
                     : s.path                                  ? s.because
                                                               : "its endpoint has no path");
}

/* ---- the fact ---- */

/* The file with the keys; NULL with *RET_WHY where it cannot be looked at. */
static const pl_file *look_at(pl_arena *arena, const pl_view *view, const char *path, const char **ret_why) {
  const pl_file *file = pl_view_stat(view, path);
  *ret_why = file->state == PL_FILE_UNREADABLE ? file->why
             : file->state != PL_FILE_PRESENT  ? pl_printf(arena, "%s does not exist", path)
             : file->type != PL_TYPE_FILE      ? pl_printf(arena, "%s is no regular file", file->path)
                                               : NULL;
  return *ret_why ? NULL : file;
}

/* Root, the user that the API server runs as, or another one, who may read the file whatever its mode. NULL: it cannot
 * be told, as no process shows that user. */
static const char *owner_of(const pl_file *file, const pl_instance *instance) {
  const pl_candidate *process = instance ? instance->candidate : NULL;
  if (file->uid == 0)
    return "root";
  if (!process || !process->status_known)
    return NULL;
  return process->status.uid == file->uid ? "server" : "other";
}

static pl_node *text_or_why(pl_arena *arena, const char *text, const char *why) {
  return text ? pl_node_string(arena, text) : why ? pl_unreadable(arena, why) : pl_node_null(arena);
}

/* Who may read the file with the keys; null where none is named. UNKNOWN: why that cannot be told, else NULL. */
static void put_readers(pl_arena *arena, pl_node *fact, const pl_file *file, const pl_instance *instance,
                        const char *unknown) {
  const char *owner = file ? owner_of(file, instance) : NULL;
  pl_object_put(arena, fact, "mode", text_or_why(arena, file ? pl_printf(arena, "%04o", file->mode) : NULL, unknown));
  pl_object_put(arena, fact, "owner",
                text_or_why(arena, owner, file ? "no process shows as which user the API server runs" : unknown));
}

/* By the table of the control secrets-at-rest: what it passes, and what it fails or leaves to a person. */
static const char *protected(const pl_node *fact) {
  static const char *const good[] = {"secretbox", "aescbc", NULL}, *const unknown[] = {"refused", "unreadable",
                                                                                       "absent", NULL};
  const char *writer = pl_get_text(fact, "writer", ""), *socket = pl_get_text(fact, "socket", "");
  if (pl_in(writer, good))
    return "yes";
  if (pl_in(writer, unknown) || (pl_equal(writer, "kms-v2") && pl_equal(socket, "unknown")))
    return "unknown";
  return pl_equal(writer, "kms-v2") && pl_equal(socket, "listening") ? "yes" : "no";
}

pl_node *pl_secrets_facts(pl_collection *collection) {
  const pl_component *component = pl_component_at(collection, PL_APISERVER);
  const pl_instance *instance = component->count ? component->instances[0] : NULL;
  const char *unknown = component->state == PL_COMPONENT_UNOBSERVABLE ? component->because
                        : instance                                    ? instance->arguments_unknown
                                                                      : NULL;
  pl_node *fact = unknown ? pl_encryption_facts_without(collection->arena, "unreadable", unknown, NULL)
                          : pl_secrets_at_rest_facts(collection->arena, instance ? &instance->settings : NULL);
  const pl_view *view = instance && !unknown ? instance->view : pl_view_of_host(collection->host);
  const pl_node *named = instance && !unknown ? pl_instance_file(instance, "encryption", 0) : NULL;
  const char *path = pl_get_text(named, "path", pl_get_text(fact, "file", NULL));
  const pl_file *file = path ? look_at(collection->arena, view, path, &unknown) : NULL;
  put_readers(collection->arena, fact, file, instance, unknown);
  put_socket(collection, view, fact);
  pl_object_set_text(collection->arena, fact, "protected", protected(fact));
  return fact;
}
