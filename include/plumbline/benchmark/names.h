/* Names that definitions may use: components whose settings are computed, sets of files that collection works out. */
#pragma once

#include "plumbline/core/text.h"

extern const char *const pl_component_names[]; /* ends with NULL */
/* Sets of the facts' `file_sets`: the files that running components really use. Ends with NULL. */
extern const char *const pl_file_set_names[];
/* TEXT is "COMPONENT.KEY" with a known component: its parts, in ARENA. The key may hold more dots. */
bool pl_setting_split(pl_arena *arena, const char *text, const char **ret_component, const char **ret_key);
/* TEXT holds a wildcard of a glob: '*', '?' or '['. */
bool pl_has_wildcard(const char *text);
