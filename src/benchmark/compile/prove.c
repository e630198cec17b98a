/*
 * A program of the build: reads every benchmark below benchmarks/ as --benchmarks would, with all that is checked then,
 * so that what is compiled in needs no proof when it is read. Runs on the machine that builds. A fault fails the build,
 * with file:line:column.
 */
#include <stdio.h>

#include "plumbline/benchmark/load.h"

static int tell(const pl_faults *faults) {
  for (size_t i = 0; i < faults->count; i++)
    fprintf(stderr, "%s:%u:%u: %s\n", faults->items[i].file, faults->items[i].line, faults->items[i].column,
            faults->items[i].text);
  return faults->total ? -1 : 0;
}

static int prove(pl_arena *arena, pl_data *data) {
  pl_faults faults;
  pl_faults_init(&faults, arena);
  pl_texts ids = pl_definitions_ids(arena, data);
  for (size_t i = 0; i < ids.count; i++)
    pl_definitions_free(pl_definitions_load(arena, data, ids.items[i], &faults));
  return tell(&faults);
}

int main(void) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_error err = {0};
  pl_data *data = pl_data_open(arena, "benchmarks", true, &err);
  if (!data)
    fprintf(stderr, "%s\n", err.text);
  int status = data ? prove(arena, data) : -1;
  pl_data_close(data);
  return status == 0 ? 0 : 1;
}
