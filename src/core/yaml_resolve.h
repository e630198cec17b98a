/* What a scalar of a YAML document stands for. */
#pragma once

#include "plumbline/core/node.h"

#define PL_YAML_TAG "tag:yaml.org,2002:"

/*
 * The scalar TEXT (terminated) into NODE, whose kind and value are set. TAG is the long form or NULL. PLAIN: neither
 * quotes nor a tag. A real may come out as inf or nan: JSON cannot say that, so the caller decides. -1 when TEXT is not
 * what TAG says.
 */
int pl_yaml_resolve_theirs(pl_arena *arena, pl_bytes text, const char *tag, bool plain, pl_node *node, pl_error *err);
/* TEXT is a word for null or a boolean: NODE gets it. Nothing of TEXT is copied, so secrets can be asked about. */
bool pl_yaml_resolve_word(const char *text, pl_node *node);
/* Our own files: true, false, null, ~, nothing, decimal integers without leading zeros; the rest are strings. */
void pl_yaml_resolve_ours(pl_arena *arena, pl_bytes text, bool plain, pl_node *node);
/* The key that a scalar node becomes in JSON; NULL when it becomes none (null, a text with a NUL, lists, objects). */
const char *pl_yaml_key_text(pl_arena *arena, const pl_node *node);
