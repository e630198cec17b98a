/* Structured configuration files that flags of control-plane components name. Private to this level. */
#pragma once

#include "src/kube/flag_settings.h"
#include "src/kube/shape.h"

typedef enum pl_config_state { PL_CONFIG_READ, PL_CONFIG_REFUSED, PL_CONFIG_UNREADABLE } pl_config_state;

typedef struct pl_config_file {
  pl_config_state state;
  const pl_node *document; /* when READ */
  const char *shown;       /* the path for people */
  const char *reason;      /* REFUSED: the component stops for this; UNREADABLE: why we cannot tell */
} pl_config_file;

/* Read PATH as the component does. SECRET: what is kept of the content is wiped after reading. No file at all and no
   YAML or JSON is REFUSED; what we may not or dare not read, or what a cap cuts off, is UNREADABLE. */
pl_config_file pl_config_read(const pl_flag_run *run, const char *path, bool secret);
/* FILE turns out to be refused for ERR. */
void pl_config_refuse(pl_config_file *file, pl_arena *arena, const pl_error *err);
/* Mark setting NAME by FILE's state, when that is not READ: true then. */
bool pl_config_taint(pl_flag_run *run, const pl_config_file *file, const char *name);
/* Note each key of FILE, which was READ, that FIELDS has not: a lenient component passes over it. */
void pl_config_note_unknown(pl_flag_run *run, const pl_config_file *file, const pl_shape *fields);
/* Put setting NAME from FILE. */
void pl_config_put(pl_flag_run *run, const pl_config_file *file, const char *name, pl_node *value, uint32_t line);
