/* For tests: a captured node of a few files and processes, made by hand in a directory of its own. */
#pragma once

#include "plumbline/core/data.h"
#include "plumbline/kube/collect.h"

#define NODE_PID_NAMESPACE "pid:[4026531836]"

typedef struct small_node {
  char *path; /* of the root */
  pl_arena *arena;
  pl_host *host; /* NULL until small_node_host */
  pl_data *data; /* the compiled-in records and tables, NULL until asked for */
  pl_platforms *platforms;
} small_node;

typedef struct small_process {
  int pid;
  const char *exe;            /* NULL: no such link */
  const char *cgroup;         /* path; NULL: "/" */
  const char *namespace;      /* of PIDs; NULL: the node's own */
  int64_t started;            /* seconds after the machine, which started at second 1000000000 */
  int parent;                 /* 0: 1 */
  const char *mountinfo;      /* NULL: that of the node */
  const char *const *environ; /* NAME=value ..., NULL; NULL: none */
  const char *argv[24];
} small_process;

#define SMALL_NODE_BOOT 1000000000

/* An empty node with pid 1 and no component. Free with small_node_free. */
small_node *small_node_new(void);
void small_node_free(small_node *node);
/* CONTENT under PATH ("/etc/hostname"), with its directories; mode 0600 (directories 0755). */
void small_node_file(small_node *node, const char *path, const char *content);
void small_node_bytes(small_node *node, const char *path, const char *data, size_t length);
void small_node_link(small_node *node, const char *path, const char *target);
void small_node_mode(small_node *node, const char *path, unsigned mode);
/* Seconds since the epoch. */
void small_node_mtime(small_node *node, const char *path, int64_t seconds);
void small_node_process(small_node *node, const small_process *process);
/* The bundle of container ID as containerd 1.5 and later write it; MOUNTS: JSON of mounts, NULL for none. */
void small_node_bundle(small_node *node, const char *id, const char *namespace, const char *pod, const char *uid,
                       const char *container, const char *image, const char *mounts);

/* Opened once. */
pl_host *small_node_host(small_node *node);
pl_platforms *small_node_platforms(small_node *node);
/* Everything of it, with the compiled-in records. */
pl_node *small_node_collect(small_node *node, const pl_collect_options *options);
