/* The closed lists of names in definitions. */
#include "plumbline/benchmark/names.h"

const char *const pl_component_names[] = {"kubelet",        "kube-apiserver", "kube-controller-manager",
                                          "kube-scheduler", "etcd",           "kube-proxy",
                                          "containerd",     "cri-o",          NULL};

const char *const pl_file_set_names[] = {"kube-apiserver.manifest",
                                         "kube-controller-manager.manifest",
                                         "kube-scheduler.manifest",
                                         "etcd.manifest",
                                         "cni.files",
                                         "etcd.data-dir",
                                         "admin.kubeconfigs",
                                         "kube-scheduler.kubeconfig",
                                         "kube-controller-manager.kubeconfig",
                                         "pki.all",
                                         "pki.certificates",
                                         "pki.keys",
                                         "kubelet.unit",
                                         "kube-proxy.kubeconfig",
                                         "kubelet.kubeconfig",
                                         "kubelet.client-ca",
                                         "kubelet.config",
                                         NULL};

bool pl_setting_split(pl_arena *arena, const char *text, const char **ret_component, const char **ret_key) {
  const char *dot = strchr(text, '.');
  if (!dot || !dot[1])
    return false;
  *ret_component = pl_strndup(arena, text, (size_t)(dot - text));
  *ret_key = pl_strdup(arena, dot + 1);
  return pl_in(*ret_component, pl_component_names);
}

bool pl_has_wildcard(const char *text) { return text[strcspn(text, "*?[")] != '\0'; }
