/* plumbline list: the controls that would be judged. */
#include <stdio.h>

#include "commands.h"
#include "plumbline/kube/collect.h"
#include "plumbline/report/border.h"
#include "session.h"

static void put_benchmark(pl_arena *arena, const pl_benchmark *benchmark) {
  printf("%s %s: %zu control%s (%s)\n", benchmark->id, benchmark->edition->version, benchmark->control_count,
         benchmark->control_count == 1 ? "" : "s", benchmark->edition_because);
  for (size_t i = 0; i < benchmark->control_count; i++) {
    const pl_control *control = &benchmark->controls[i];
    printf("%-8s L%d %-9s %-48s %s\n", control->id, control->level, control->automated ? "automated" : "manual",
           control->key, pl_border(arena, control->title, false));
  }
}

int pl_command_list(pl_arena *arena, const pl_options *options) {
  pl_session session;
  int minor = options->kubernetes ? pl_kubernetes_minor(options->kubernetes) : 0;
  int code = pl_session_open(&session, arena, options);
  if (!code && options->kubernetes && !minor)
    code = pl_tell(PL_EXIT_USAGE, "--kubernetes %s: this is no version of Kubernetes, such as 1.34 or 1.34.9",
                   options->kubernetes);
  if (!code)
    code = pl_session_select(&session, minor);
  for (size_t i = 0; !code && i < session.count; i++)
    put_benchmark(arena, session.benchmarks[i]);
  pl_session_close(&session);
  return code;
}
