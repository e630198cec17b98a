/* Versions from the package database of the node. Private to this level. */
#pragma once

#include "plumbline/core/node.h"
#include "plumbline/host/files.h"
#include "programs.h"

/* What the database says, which is read once and only if it is asked. */
typedef struct pl_packages {
  pl_node *versions; /* by package, of those installed that components come in; NULL until it is asked */
} pl_packages;

/* Version of the dpkg package that EXE, a program file where packages put them, belongs to by its name; NULL when none
 *is installed. RET_PACKAGE: its name. An epoch is left out. */
const char *pl_package_version(pl_packages *known, pl_host *host, const char *exe, const pl_component_spec *spec,
                               const char **ret_package);
