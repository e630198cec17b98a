/*
 * Why something could not be done, as a value.
 *
 * Library code neither prints nor exits. A function that can fail takes a pl_error of the
 * caller's, fills it and returns -1 (or NULL); callers add context on the way up with
 * pl_error_prefix. A pl_error needs no freeing. Passing NULL means "the reason is not wanted".
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL_ERROR_TEXT 512

typedef enum pl_error_kind {
  PL_ERR_NONE = 0,
  PL_ERR_ABSENT,      /* the thing does not exist */
  PL_ERR_DENIED,      /* exists or may exist, we were not allowed to look */
  PL_ERR_LIMIT,       /* a cap of limits.h was hit */
  PL_ERR_SYNTAX,      /* content is not what its format allows */
  PL_ERR_TYPE,        /* a FIFO, device, directory ... where a regular file was wanted */
  PL_ERR_MOUNT,       /* on a network or fuse mount, not touched */
  PL_ERR_VANISHED,    /* a process or file went away, or changed, while it was read */
  PL_ERR_IO,          /* the kernel reported something else */
  PL_ERR_UNSUPPORTED, /* valid, but nothing we know how to judge */
  PL_ERR_USAGE        /* the caller's input is at fault (options, definitions) */
} pl_error_kind;

typedef struct pl_error {
  pl_error_kind kind;
  uint32_t line, column; /* 1-based position in the document at fault, 0 when none */
  char text[PL_ERROR_TEXT];
} pl_error;

/* Fill ERR (unless NULL) and return -1. */
int pl_fail(pl_error *err, pl_error_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* As pl_fail; the kind follows ERRNUM (ENOENT, ENOTDIR: ABSENT; EACCES, EPERM: DENIED; ESRCH: VANISHED;
   ELOOP, ENAMETOOLONG: LIMIT; else IO) and ": strerror" is appended. */
int pl_fail_errno(pl_error *err, int errnum, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Put context and ": " before the text. */
void pl_error_prefix(pl_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * All faults of a file that a person wrote for us (definitions, site file, options): readers go on
 * after a fault so that one run shows them all. Text is kept in the list's arena.
 */
struct pl_arena;

typedef struct pl_fault {
  const char *file;
  uint32_t line, column;
  const char *text;
} pl_fault;

typedef struct pl_faults {
  struct pl_arena *arena;
  pl_fault *items;
  size_t count, capacity; /* at most PL_FAULTS_MAX are kept, the rest only counted */
  size_t total;
} pl_faults;

void pl_faults_init(pl_faults *faults, struct pl_arena *arena);
void pl_fault_add(pl_faults *faults, const char *file, uint32_t line, uint32_t column, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
