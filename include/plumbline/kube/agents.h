/*
 * Programs that watch a node or carry data off it, and those that pods in sandboxes run in:
 * benchmarks/agents/KIND.yaml. A file:
 *
 *   kind: monitoring | shippers | exporters | sandboxes
 *   agents:
 *     - name: NAME                  for people
 *       programs: [NAME...]         file names of its executable
 *       interpreter: NAME           its executable is this one ("ruby"), which is given a program of PROGRAMS
 *       only-reading: true          a shipper of other things: it counts only while it has the audit log open
 */
#pragma once

#include "plumbline/core/data.h"
#include "plumbline/core/record.h"

typedef enum pl_agent_kind { PL_AGENT_MONITORING, PL_AGENT_SHIPPER, PL_AGENT_EXPORTER, PL_AGENT_SANDBOX } pl_agent_kind;
#define PL_AGENT_KINDS 4

typedef struct pl_agent {
  const char *name, *interpreter; /* INTERPRETER may be NULL */
  pl_agent_kind kind;
  pl_texts programs;
  bool only_reading;
} pl_agent;

typedef struct pl_agents {
  pl_agent *items;
  size_t count, capacity;
  pl_node *index; /* program or interpreter -> position in ITEMS of the first that has it */
} pl_agents;

/* All records of DATA. A faulty file is left out and its faults go to FAULTS. */
pl_agents *pl_agents_load(pl_arena *arena, pl_data *data, pl_faults *faults);
/* The agent whose program a process is, by the file name EXE of its executable and its words; NULL: none. */
const pl_agent *pl_agents_find(const pl_agents *agents, const char *exe, const char *const *argv, size_t argc);
