/* The table of components. */
#include "programs.h"

const pl_component_spec pl_component_specs[PL_COMPONENT_COUNT] = {
    {PL_KUBELET, "kubelet", "kubelet", PL_FLAGS_PFLAG, true, false, pl_kubelet_settings},
    {PL_APISERVER, "kube-apiserver", "kube-apiserver", PL_FLAGS_PFLAG, true, true, pl_apiserver_settings},
    {PL_CONTROLLER_MANAGER, "kube-controller-manager", "kube-controller-manager", PL_FLAGS_PFLAG, true, true,
     pl_controller_manager_settings},
    {PL_SCHEDULER, "kube-scheduler", "kube-scheduler", PL_FLAGS_PFLAG, true, true, pl_scheduler_settings},
    {PL_ETCD, "etcd", "etcd", PL_FLAGS_GO, false, false, pl_etcd_settings},
    {PL_PROXY, "kube-proxy", "kube-proxy", PL_FLAGS_PFLAG, true, false, pl_proxy_settings},
    {PL_CONTAINERD, "containerd", "containerd", PL_FLAGS_GO, false, false, NULL},
    {PL_CRIO, "cri-o", "crio", PL_FLAGS_GO, false, false, NULL},
};

const pl_component_spec *pl_component_find(const char *name) {
  for (size_t i = 0; i < PL_COMPONENT_COUNT; i++)
    if (strcmp(pl_component_specs[i].name, name) == 0)
      return &pl_component_specs[i];
  return NULL;
}

bool pl_program_is(const char *base, const char *program) {
  size_t length = strlen(program);
  if (strncmp(base, program, length) != 0)
    return false;
  const char *rest = base + length;
  if (!*rest)
    return true;
  rest += *rest == '-' || *rest == '_';
  rest += *rest == 'v';
  return *rest >= '0' && *rest <= '9';
}

const pl_component_spec *pl_program_find(const char *base) {
  if (!strchr("kec", base[0])) /* what all the names begin with: most processes end here */
    return NULL;
  for (size_t i = 0; i < PL_COMPONENT_COUNT; i++)
    if (pl_program_is(base, pl_component_specs[i].program))
      return &pl_component_specs[i];
  return NULL;
}
