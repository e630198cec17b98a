/* Where a unit's fragment and drop-ins are. */
#pragma once

#include "plumbline/host/units.h"
#include "unit_text.h"

typedef struct pl_unit_place {
  const char *id;       /* the name it has after aliases */
  pl_words names;       /* that and the aliases it was found by */
  const char *fragment; /* NULL: not found */
  bool masked;
} pl_unit_place;

/* WHY is set to the first reason for which something could not be looked at; it is not changed otherwise. */
void pl_unit_find(pl_host *host, const char *name, pl_unit_place *ret, const char **why);
void pl_unit_find_drop_ins(pl_host *host, const pl_unit_place *place, pl_paths *ret_in_effect, pl_paths *ret_shadowed,
                           const char **why);
