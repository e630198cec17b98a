/* The table of components. */
#include "programs.h"

/* etcd: server/etcdmain/main.go. OpenShift has such a proxy beside each etcd. */
static const char *const etcd_proxies[] = {"gateway", "grpc-proxy", NULL};

const pl_component_spec pl_component_specs[PL_COMPONENT_COUNT] = {
    {PL_KUBELET, "kubelet", "kubelet", PL_FLAGS_PFLAG, true, false, pl_kubelet_settings, NULL},
    {PL_APISERVER, "kube-apiserver", "kube-apiserver", PL_FLAGS_PFLAG, true, true, pl_apiserver_settings, NULL},
    {PL_CONTROLLER_MANAGER, "kube-controller-manager", "kube-controller-manager", PL_FLAGS_PFLAG, true, true,
     pl_controller_manager_settings, NULL},
    {PL_SCHEDULER, "kube-scheduler", "kube-scheduler", PL_FLAGS_PFLAG, true, true, pl_scheduler_settings, NULL},
    {PL_ETCD, "etcd", "etcd", PL_FLAGS_GO, false, false, pl_etcd_settings, etcd_proxies},
    {PL_PROXY, "kube-proxy", "kube-proxy", PL_FLAGS_PFLAG, true, false, pl_proxy_settings, NULL},
    {PL_CONTAINERD, "containerd", "containerd", PL_FLAGS_GO, false, false, NULL, NULL},
    {PL_CRIO, "cri-o", "crio", PL_FLAGS_GO, false, false, NULL, NULL},
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

bool pl_program_has_other_job(const pl_component_spec *spec, const char *argument) {
  return spec->other_jobs && pl_in(argument, spec->other_jobs);
}

const pl_component_spec *pl_program_find(const char *base) {
  if (!strchr("kec", base[0])) /* what all the names begin with: most processes end here */
    return NULL;
  for (size_t i = 0; i < PL_COMPONENT_COUNT; i++)
    if (pl_program_is(base, pl_component_specs[i].program))
      return &pl_component_specs[i];
  return NULL;
}
