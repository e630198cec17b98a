/* The serving flags that all components of the control plane share. Private to this level. */
#pragma once

#include "src/kube/flag_settings.h"

/* A cipher suite of Go's crypto/tls, or one of the two old spellings that Kubernetes and etcd take too. */
bool pl_is_cipher_suite(const char *name);
/* Versions, cipher suites and ports that are not what k8s.io/apiserver's secure serving takes are refused.
   PORT_REQUIRED: 0 does not turn the port off. */
void pl_flag_tls_check(pl_flag_run *run, bool port_required);
