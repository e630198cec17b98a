/*
 * TOML 1.0, strict, for containerd and CRI-O configuration, under the caps of limits.h.
 *
 * Dates and times become strings as written, inf and nan the strings "inf", "-inf", "nan". Positions are kept; columns
 * count bytes. A key defined twice is an error, as TOML has it. Secrets are treated as yaml.h says.
 */
#pragma once

#include "plumbline/core/node.h"

/* An empty document gives an empty object. ERR has line and column. SOURCE may be NULL. */
pl_node *pl_toml_read(pl_arena *arena, pl_bytes text, const pl_source *source, pl_error *err);
