/* Components that are part of a program of several, as "k3s server". Private to this level. */
#pragma once

#include "plumbline/kube/flags.h"
#include "process_pass.h"

typedef struct pl_embedding {
  const pl_program *program;              /* NULL: nothing that runs has the component in it */
  bool perhaps;                           /* the program's configuration decides */
  const pl_platform_arguments *arguments; /* where its arguments are; NULL: nothing tells */
} pl_embedding;

/* What runs on the node and has COMPONENT in it, as PLATFORM (NULL: none) says; one that has it for sure goes first. */
pl_embedding pl_embedding_find(pl_arena *arena, const pl_pass *pass, const pl_platform *platform,
                               const char *component);
/* PROGRAM's command line was read whole. */
bool pl_program_options_known(const pl_program *program);
/* The last value of PROGRAM's option NAME of KIND; NULL: not given, or the line cannot be parsed. */
const char *pl_program_option(pl_arena *arena, const pl_program *program, const char *name, pl_flag_kind kind);
/* The program that COMPONENT would be part of on PLATFORM, when none of the platform's programs of several components
 * runs; else NULL. */
const char *pl_embedding_missing(const pl_pass *pass, const pl_platform *platform, const char *component);
/* For people: "part of k3s server (pid 20)". */
const char *pl_embedding_because(pl_arena *arena, const pl_embedding *embedding);
