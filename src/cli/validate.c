/* plumbline validate: definition files and site files, every fault of each. */
#include <stdio.h>

#include "commands.h"
#include "plumbline/core/limits.h"
#include "session.h"

/* A whole directory goes the way every run goes. */
static int validate_directory(pl_arena *arena, const pl_options *options) {
  pl_session session;
  int code = pl_session_open(&session, arena, options);
  for (size_t i = 0; !code && i < session.count; i++)
    printf("%s: no fault found\n", pl_definitions_id(session.definitions[i]));
  pl_session_close(&session);
  return code;
}

static int validate_file(pl_arena *arena, pl_data *data, const char *path) {
  pl_bytes text;
  if (pl_read_user_file(arena, path, PL_DOCUMENT_BYTES_MAX, &text) < 0)
    return PL_EXIT_USAGE;
  pl_faults faults;
  pl_faults_init(&faults, arena);
  pl_definitions_check_text(arena, text, path, &faults);
  pl_check_site_parameters(arena, data, text, path, &faults);
  if (faults.total)
    return pl_tell_faults(&faults);
  printf("%s: no fault found\n", path);
  return 0;
}

int pl_command_validate(pl_arena *arena, const pl_options *options) {
  pl_error err = {0};
  int code = options->benchmarks ? validate_directory(arena, options) : 0;
  pl_data *data = code ? NULL : pl_data_open(arena, options->benchmarks, options->unsafe_benchmarks, &err);
  if (!data)
    return code ? code : pl_tell(PL_EXIT_USAGE, "%s", err.text);
  for (size_t i = 0; i < options->operands.count; i++) {
    int one = validate_file(arena, data, options->operands.items[i]);
    code = one ? one : code;
  }
  return code;
}
