/* Command lines in facts: values are kept of flags that our tables know, of others the name alone. Private to this
 * level. */
#pragma once

#include "instance.h"

/* The argument vector with what may be secret taken out. */
pl_node *pl_argv_facts(pl_arena *arena, const pl_instance *instance);
/* [{name, value, where, known}]; VALUE null for unknown names. */
pl_node *pl_flag_facts(pl_arena *arena, const pl_instance *instance);
/* Names of flags in OTHER that the instance's version has not, as "--a, --b"; NULL when there are none, or the tables
 * do not hold that version. */
const char *pl_unknown_flags(pl_arena *arena, const pl_instance *instance, const char *const *other,
                             size_t other_count);
/* Names of flags whose occurrences in OTHER differ from those of the instance's own command line, as "--a, --b", cut
 * off where they are too many to read; NULL when there are none. */
const char *pl_flag_differences(pl_arena *arena, const pl_instance *instance, const char *const *other,
                                size_t other_count);
