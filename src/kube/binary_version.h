/* The version that is compiled into a program of Kubernetes. Private to this level. */
#pragma once

#include "plumbline/host/files.h"

/*
 * "v1.34.9" of the program file EXE, NULL when it does not say, or says several. Go's linker puts texts set by -X into
 * read-only data, each ended by a NUL (cmd/link, addstrdata), which texts of the source are not: so only "v1.N.N",
 * attached marks, NUL counts.
 */
const char *pl_binary_version(pl_host *host, const char *exe);
