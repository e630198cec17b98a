/* Flags that a vendor's build of a component takes from a configuration file of its own kind. Private to this level. */
#pragma once

#include "config_file.h"
#include "plumbline/kube/platform.h"

typedef struct pl_vendor_config {
  bool given;          /* the flag that names the file is */
  const char *path;    /* of the file, as the component sees it */
  const char *unknown; /* why what it says cannot be told, else NULL */
  pl_node *notes;      /* list of texts: what in it has no effect; NULL: nothing was read */
} pl_vendor_config;

/* Read the file that INPUT's arguments name, if they do, and put what it gives behind them, each with its place. The
   view of INPUT must be set; so is its build. Source: each build's own (platform.h). */
pl_vendor_config pl_vendor_config_read(pl_arena *arena, pl_component_input *input);
