/*
 * The named sets of files that definitions judge (facts `file_sets`). A set is complete when everything that belongs to
 * it was found: then an empty one is proof, and says why. Every path of a set is stat-ed, and so in facts `files`.
 * Private to this level.
 */
#pragma once

#include "collection.h"

typedef struct pl_file_set {
  pl_collection *collection;
  pl_node *paths; /* list, escaped */
  bool complete;
  bool unobservable;   /* nothing can be said because the component cannot be seen */
  const char *because; /* when empty or incomplete */
} pl_file_set;

pl_file_set *pl_file_set_new(pl_collection *collection);
/* PATH of the host, raw; stat-ed. Each only once. */
void pl_file_set_add(pl_file_set *set, const char *path);
/* All of PATHS, and their incompleteness. */
void pl_file_set_add_all(pl_file_set *set, const pl_paths *paths);
/* Something may be missing; the first reason stays. */
void pl_file_set_incomplete(pl_file_set *set, const char *because);
/* {paths, complete, because} under NAME. BECAUSE is for a set that is complete and empty. */
void pl_file_set_put(pl_file_set *set, pl_node *facts, const char *name, const char *because);

/* The object of all sets. */
pl_node *pl_file_sets(pl_collection *collection);
/* pki.all, pki.certificates, pki.keys into FACTS. */
void pl_pki_sets(pl_collection *collection, pl_node *facts);
/* {PATTERN: {paths, complete, because}} for the paths and globs of the options. */
pl_node *pl_globs(pl_collection *collection);
