/* Components that are part of a program of several, as "k3s server". Private to this level. */
#pragma once

#include "process_pass.h"

typedef struct pl_embedding {
  const pl_program *program; /* NULL: nothing that runs has the component in it */
  bool perhaps;              /* the program's configuration decides */
} pl_embedding;

/* What runs on the node and has COMPONENT in it, as PLATFORM (NULL: none) says; one that has it for sure goes first. */
pl_embedding pl_embedding_find(const pl_pass *pass, const pl_platform *platform, const char *component);
/* The program that COMPONENT would be part of on PLATFORM, when none of the platform's programs of several components
 * runs; else NULL. */
const char *pl_embedding_missing(const pl_pass *pass, const pl_platform *platform, const char *component);
/* For people: "part of k3s server (pid 20)". */
const char *pl_embedding_because(pl_arena *arena, const pl_embedding *embedding);
