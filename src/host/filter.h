/* System call filters as libseccomp made them while building (compile/filter.c), one an architecture. */
#pragma once

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pl_filter {
  uint32_t architecture; /* AUDIT_ARCH_*; 0 ends the table */
  const struct sock_filter *code;
  unsigned short count;
} pl_filter;

extern const pl_filter pl_filters[];
