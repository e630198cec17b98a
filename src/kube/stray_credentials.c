/* Keys and kubeconfigs of a control plane where none runs. Keys are never opened: that they are there is enough. */
#include "credentials.h"
#include "isolation.h"

/* kubeadm's names (cmd/kubeadm/app/constants), then those of K3s and RKE2 (pkg/daemons/control/deps). */
static const char *const keys[] = {"ca.key",
                                   "sa.key",
                                   "front-proxy-ca.key",
                                   "etcd/ca.key",
                                   "apiserver.key",
                                   "apiserver-etcd-client.key",
                                   "apiserver-kubelet-client.key",
                                   "front-proxy-client.key",
                                   "etcd/server.key",
                                   "etcd/peer.key",
                                   "etcd/healthcheck-client.key",
                                   "server-ca.key",
                                   "client-ca.key",
                                   "service.key",
                                   "etcd/server-ca.key",
                                   NULL};

static const char *const kubeconfigs[] = {"/etc/kubernetes/admin.conf",
                                          "/etc/kubernetes/super-admin.conf",
                                          "/etc/kubernetes/controller-manager.conf",
                                          "/etc/kubernetes/scheduler.conf",
                                          "/etc/rancher/k3s/k3s.yaml",
                                          "/etc/rancher/rke2/rke2.yaml",
                                          "/root/.kube/config",
                                          NULL};

static const char *const homes = "/home/*/.kube/config";

/* POWER NULL: it could not be looked at. */
static void add(pl_arena *arena, pl_node *list, const char *path, const char *kind, const char *power,
                const char *why) {
  pl_node *fact = pl_node_object(arena);
  pl_object_set_text(arena, fact, "name", path);
  pl_object_set_text(arena, fact, "kind", kind);
  pl_object_set_text(arena, fact, "power", power);
  pl_object_set_text(arena, fact, "why", why);
  pl_list_add(arena, list, fact);
}

static bool is_there(const pl_collection *collection, pl_node *list, const char *path, const char *kind) {
  const pl_file *file = pl_host_stat(collection->host, path);
  if (file->state == PL_FILE_UNREADABLE)
    add(collection->arena, list, path, kind, NULL, file->why);
  return file->state == PL_FILE_PRESENT;
}

static void add_key(const pl_collection *collection, pl_node *list, const char *directory, const char *name) {
  const char *path = pl_path_join(collection->arena, directory, name);
  if (is_there(collection, list, path, "key"))
    add(collection->arena, list, path, "key", "full", "a key of the control plane");
}

/* Groups that may do everything by their name (pkg/registry/rbac/rest, kubeadm's cluster-admins binding). */
static const char *powerful_group(const pl_node *certificate) {
  static const char *const groups[] = {"system:masters", "kubeadm:cluster-admins", NULL};
  pl_each_item (organization, pl_get(certificate, "organizations"))
    if (pl_text(organization) && pl_in(pl_text(organization), groups))
      return pl_text(organization);
  return NULL;
}

static void add_kubeconfig(const pl_collection *collection, pl_node *list, const char *path) {
  if (!is_there(collection, list, path, "kubeconfig"))
    return;
  pl_arena *arena = collection->arena;
  const pl_node *fact = pl_kubeconfig_fact(arena, collection->host, path);
  const pl_node *certificate = pl_get(fact, "certificate");
  const char *group = powerful_group(certificate), *unread = pl_get_text(fact, "unreadable", NULL);
  const char *name = pl_get_text(certificate, "common_name", "a user that it does not tell by a certificate");
  add(arena, list, path, "kubeconfig", group ? "full" : "unknown",
      group    ? pl_printf(arena, "a certificate of %s", group)
      : unread ? unread
               : pl_printf(arena, "for %s", name));
}

pl_node *pl_stray_credentials(const pl_collection *collection) {
  pl_node *list = pl_node_list(collection->arena);
  const pl_texts layout = collection->platform ? collection->platform->layout.pki : (pl_texts){NULL, 0};
  static const char *const usual[] = {"/etc/kubernetes/pki"};
  const pl_texts directories = layout.count ? layout : (pl_texts){usual, 1};
  for (size_t i = 0; i < directories.count; i++)
    for (const char *const *key = keys; *key; key++)
      add_key(collection, list, directories.items[i], *key);
  for (const char *const *path = kubeconfigs; *path; path++)
    add_kubeconfig(collection, list, *path);
  pl_paths found = pl_host_glob(collection->host, homes);
  for (size_t i = 0; i < found.count; i++)
    add_kubeconfig(collection, list, found.items[i]);
  if (!found.complete)
    add(collection->arena, list, homes, "kubeconfig", NULL, found.why);
  return list;
}
