/* A captured node in a temporary directory, for tests of the host level and of what stands on it. */
#pragma once

#include <stdbool.h>

#include "plumbline/host/host.h"

/* For checked fixtures: a new tree with an arena, and both taken away again (open hosts too). */
void tree_setup(void);
void tree_teardown(void);

extern pl_arena *tree_arena;

/* PATH is the node's; directories above it are made. Modes are exact, whatever the umask. */
const char *tree_path(const char *path);
void tree_directory(const char *path, unsigned mode);
void tree_bytes(const char *path, const char *data, size_t length);
void tree_file(const char *path, const char *content);
void tree_link(const char *target, const char *path);
/* COUNT bytes of FILL. */
void tree_filled(const char *path, char fill, size_t count);

/* The tree opened as a node; closed by tree_teardown. */
pl_host *tree_host(void);
pl_host *tree_host_with(const pl_host_options *options);

/* Root only: WORK as the user nobody, in a child, so that what it finds denied is so. Its asserts are reported. False, with a line
   that says so, when we are not root. */
bool as_nobody(void (*work)(void));
