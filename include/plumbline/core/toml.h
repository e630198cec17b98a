/* TOML 1.0, strict, for containerd and CRI-O configuration. Dates and times become strings. Positions are kept. */
#pragma once

#include "plumbline/core/node.h"

pl_node *pl_toml_read(pl_arena *arena, pl_bytes text, const pl_source *source, pl_error *err);
