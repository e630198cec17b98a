/*
 * Configuration of the container runtimes, as far as the node's own facts hang on it: where CNI configuration, data and
 * state are, and which runtimes pods can ask for. Private to this level.
 */
#pragma once

#include "plumbline/kube/settings.h"

typedef struct pl_runtime_input {
  pl_host *host;
  const char *const *argv; /* of the process or unit; NULL: nothing is known of it */
  size_t argc;
  const char *argv_where;
  const char *const *environ; /* NAME=value; CRI-O takes flags from it too */
  size_t environ_count;
  const char *cwd;     /* NULL: "/" */
  const char *config;  /* file that is read when argv names none */
  const char *state;   /* containerd: its default state directory on this platform */
  const char *version; /* the runtime's own, "1.6.20"; NULL: unknown */
  int major;           /* of it, 0: unknown */
} pl_runtime_input;

typedef struct pl_runtime {
  pl_settings
      settings; /* "root", "cni.conf_dir", "containerd.runtimes.runc.runtime_type"; CRI-O: "network.network_dir", ... */
  const char *root, *state; /* data, and what is there while it runs; for CRI-O its runroot */
  const char **cni_directories;
  size_t cni_count, cni_capacity;
  const char *cni_from; /* file that says so, or "default" */
  pl_node *handlers;    /* what pods can ask for by RuntimeClass, by name: {NAME: the handler's table}, with defaults */
  const char *default_handler; /* NULL: which one is the default is not known */
  const pl_node *default_from; /* node that names it; NULL: a default, or DEFAULT_LAYER says it */
  const char *default_layer;   /* "flag", "environment"; NULL: a file or a default */
  const char *why; /* a file could not be read or parsed: the first reason; what is above is then defaults */
} pl_runtime;

void pl_containerd_read(const pl_runtime_input *input, pl_runtime *ret);
void pl_crio_read(const pl_runtime_input *input, pl_runtime *ret);

/*
 * {default, default_from, handlers: [{name, type, shim, binary, config, from}]} as plumbline-facts(5) has it, or
 * {unreadable}: runtime_handlers.c. CRIO: the tables are CRI-O's.
 */
pl_node *pl_runtime_handler_facts(pl_arena *arena, const pl_runtime *runtime, bool crio);

/* ---- what both share: runtime_config.c ---- */

/* The value of flag NAME or SHORT in argv ("--config FILE", "-c=FILE"), NULL when not given. */
const char *pl_runtime_flag(const pl_runtime_input *input, const char *name, const char *shorthand);
/* The TOML file PATH, which becomes a file of RET's settings; NULL, and RET's WHY, when it cannot be used. */
pl_node *pl_runtime_document(const pl_runtime_input *input, pl_runtime *ret, const char *role, const char *path);
/* Members of FROM into TO: tables member by member, everything else replaces. */
void pl_runtime_merge(pl_arena *arena, pl_node *to, const pl_node *from);
/* Every scalar and list of scalars below NODE as a setting PREFIX.KEY..., with its file and line. */
void pl_runtime_put_all(pl_settings *settings, const char *prefix, const pl_node *node);
/* TEXT of NODE with its place as the setting NAME; FALLBACK as default when NODE is no text or empty. Returns the text
 * that counts. */
const char *pl_runtime_put(pl_settings *settings, const char *name, const pl_node *node, const char *fallback);
void pl_runtime_add_cni(pl_arena *arena, pl_runtime *runtime, const char *directory);
