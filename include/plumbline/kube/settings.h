/*
 * The configuration that a component runs with, computed the way the component computes it, each value with
 * its provenance. One function a component; the rules and their Kubernetes sources stand at each.
 */
#pragma once

#include "plumbline/core/node.h"
#include "plumbline/kube/tables.h"
#include "plumbline/kube/view.h"

/* Where one argument was written, for a command line that is put together from several places. */
typedef struct pl_argument_place {
  const char *layer; /* "file", "drop-in", "flag", "default" */
  const char *where; /* NULL: nowhere */
  uint32_t line;     /* 0: none */
} pl_argument_place;

typedef struct pl_component_input {
  const char *const *argv; /* argv[0] is the program */
  size_t argc;
  const char *argv_where; /* what to call it: "pid 1234", "/etc/kubernetes/manifests/etcd.yaml", "kubelet.service" */
  const char *argv_layer; /* "flag" for a process, "manifest" for a manifest or unit */
  const pl_argument_place *argv_places; /* of each argument, NULL: all are of argv_where and argv_layer */
  const char *const *environ;           /* NAME=value */
  size_t environ_count;
  const char *environ_unread; /* the reason when the environment could not be read, else NULL */
  const char *cwd;            /* NULL: "/" */
  const pl_view *view;
  pl_tables *tables;                     /* version tables, loaded on first use */
  int minor;                             /* Kubernetes 1.MINOR; 0 unknown. etcd: 305 is 3.5 */
  const struct pl_platform_build *build; /* what a vendor's build has of its own (platform.h); NULL: nothing */
  size_t own_argc;          /* with arguments that such a build took from a file: how many are the process's; else 0 */
  const pl_node *admission; /* what stands there for --admission-control-config-file; NULL: nothing */
  const char *admission_where;
} pl_component_input;

typedef struct pl_settings {
  pl_arena *arena;
  pl_node *values;  /* name -> {value, from: {layer, where, line}, default?, overridden: [{value, from}], host_path?,
                       refused?, unreadable?} */
  pl_node *refused; /* list of {reason, stage, where, setting?}: why the component would not start with this; empty when
                       it would */
  pl_node *late;    /* list of {reason}: accepted, but stops a moment later */
  pl_node *notes; /* list of texts: inert keys, unknown flags of a newer version, duplicates; PL_NOTES_MAX are kept, of
                     refusals too */
  pl_node *files; /* list of {role, path, host_path?}: what the configuration reads or names; roles: config, drop-in,
                     kubeconfig, bootstrap-kubeconfig, client-ca, certificate, key, data-dir, wal-dir, policy, authn,
                     authz, admission, encryption, arguments */
  pl_node *derived;    /* kube-apiserver: {audit, secrets_at_rest}, for control_plane.h; else NULL */
  pl_node *by_default; /* `from` of all plain defaults; settings.c's */
  bool tells_defaults; /* the tables hold the component's own version: what was a default is told beside a value */
} pl_settings;

/* Layers a value can come from, weakest first: "default", "file", "drop-in", "environment", "flag", "manifest". */

void pl_settings_init(pl_settings *settings, pl_arena *arena);
/* A value that replaces what NAME had; the old one moves to `overridden`, or to `default` if it was one. LINE 0:
   unknown. VALUE NULL: null (unset). Texts (in VALUE, WHERE and in what the other functions take) are raw and escaped
   here. */
void pl_settings_put(pl_settings *settings, const char *name, pl_node *value, const char *layer, const char *where,
                     uint32_t line);
/* The value that NAME has (there is one) in another spelling. */
void pl_settings_respell(pl_settings *settings, const char *name, pl_node *value);
/* NAME, whose value is no default, would be VALUE (facts of the tree, not copied; NULL: not known) if nobody said
   anything. */
void pl_settings_default(pl_settings *settings, const char *name, pl_node *value);
/* The default that is told of NAME, its value where that is one; NULL: not known. */
pl_node *pl_settings_default_of(const pl_settings *settings, const char *name);
/* The place of argument INDEX for `where`: "pid 812 argv[3]", "/args/kubelet:3"; and its layer. */
const char *pl_settings_argv(pl_arena *arena, const pl_component_input *input, size_t index);
const char *pl_settings_argv_layer(const pl_component_input *input, size_t index);
/* The value that NAME has (null of layer "default" when it has none) would be refused; the first reason stays. */
void pl_settings_refused_value(pl_settings *settings, const char *name, const char *reason);
/* The value that NAME has hangs on SOURCE: where that would be refused, so would NAME's; the first reason stays. */
void pl_settings_refused_like(pl_settings *settings, const char *name, const char *source);
/* NAME cannot be told: {unreadable: REASON}. */
void pl_settings_unreadable(pl_settings *settings, const char *name, const char *reason);
pl_node *pl_settings_value(const pl_settings *settings,
                           const char *name); /* the value node, NULL when not there or unreadable */
void pl_settings_refuse(pl_settings *settings, const char *stage, const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same, where it concerns SETTING alone, or a flag of that name that is unknown. */
void pl_settings_refuse_one(pl_settings *settings, const char *stage, const char *where, const char *setting,
                            const char *reason);
/* NAME holds PATH (absolute by now): its host_path beside the value; null when it lies in the container's own file
 * system. */
void pl_settings_host_path(pl_settings *settings, const pl_view *view, const char *name, const char *path);
void pl_settings_note(pl_settings *settings, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* PATH as the component names it ("" and NULL: nothing is noted); host_path is null when it lies in the container's own
 * file system. */
void pl_settings_file(pl_settings *settings, const pl_view *view, const char *role, const char *path);
/* Which files of ROLE there are, if any, cannot be told: {role, unreadable: REASON}. */
void pl_settings_file_unknown(pl_settings *settings, const char *role, const char *reason);

void pl_kubelet_settings(pl_arena *arena, const pl_component_input *input, pl_settings *ret);
void pl_apiserver_settings(pl_arena *arena, const pl_component_input *input, pl_settings *ret);
void pl_controller_manager_settings(pl_arena *arena, const pl_component_input *input, pl_settings *ret);
void pl_scheduler_settings(pl_arena *arena, const pl_component_input *input, pl_settings *ret);
void pl_proxy_settings(pl_arena *arena, const pl_component_input *input, pl_settings *ret);
void pl_etcd_settings(pl_arena *arena, const pl_component_input *input, pl_settings *ret);
