/* For tests: the kernel's answers at moments that cannot be awaited, and trees that are thrown away. */
#pragma once

#include <linux/seccomp.h>
#include <stdbool.h>

/*
 * Run WORK(STATE) on a thread whose every system call NUMBER is put to DECIDE first: 0 lets it go on, a negative errno
 * is its result. Pointers among the arguments can be followed. False when the kernel does not do this for us (then
 * nothing was run, and a line says what is left out).
 */
bool supervised(int number, int (*decide)(const struct seccomp_data *call, void *state), void (*work)(void *state),
                void *state);

/* In this process from now on, system call NUMBER fails with ERRNUM. False when that is not to be had. */
bool refuse_call(int number, int errnum);

/* A new directory; remove_tree takes it away with all that is in it. */
char *make_tree(void);
void remove_tree(char *path);
