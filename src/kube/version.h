/*
 * Which version of a component it is: --kubernetes, the image's tag, a versioned path of the executable, the package
 * database, and at last the program file itself. Private to this level.
 */
#pragma once

#include "bundles.h"
#include "package_version.h"
#include "static_pods.h"

typedef struct pl_version {
  const char *text; /* "1.34.9", "3.5.30-0"; NULL: unknown */
  const char *from; /* what says so, or why it is not known */
  int minor;        /* of Kubernetes 1.MINOR; etcd 3.5: 305; container runtimes 2.1: 201; 0: unknown */
} pl_version;

typedef struct pl_version_input {
  pl_host *host;
  pl_packages *packages;
  const pl_component_spec *spec;
  const char *kubernetes;  /* --kubernetes, or NULL */
  const char *image;       /* of the container, or NULL */
  const char *image_where; /* bundle or manifest that names it */
  const char *exe;         /* host path of the program file, NULL when it lies in a container */
  bool exe_deleted;        /* what is on disk now is not what runs */
} pl_version_input;

pl_version pl_version_find(const pl_version_input *input);
/* The first "vN.N.N" or "N.N.N" (with what is attached to it) of TEXT, without the v; NULL when there is none. */
const char *pl_version_in(pl_arena *arena, const char *text);
/* MAJOR * 100 + MINOR of "3.5.30", 0 when TEXT does not begin so. Kubernetes: see pl_kubernetes_minor. */
int pl_version_number(const char *text);
