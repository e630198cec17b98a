/* plumbline collect: the facts of a node as JSON. */
#include "commands.h"
#include "output.h"
#include "plumbline/core/json.h"
#include "session.h"

static int write_facts(const pl_session *session, pl_output *output) {
  pl_error err = {0};
  if (pl_json_write(output->stream, session->facts, &err) < 0 || pl_output_commit(output, &err) < 0)
    return pl_tell(PL_EXIT_INTERNAL, "%s", err.text);
  return 0;
}

int pl_command_collect(pl_arena *arena, const pl_options *options) {
  pl_session session;
  pl_output output = {0};
  pl_error err = {0};
  const char *target = pl_equal(options->output, "-") ? NULL : options->output;
  int code = pl_session_open(&session, arena, options);
  if (!code && pl_output_open(arena, target, &output, &err) < 0)
    code = pl_tell_error(&err);
  pl_session_writes(&session, &output);
  if (!code)
    code = pl_session_facts(&session);
  if (!code)
    code = write_facts(&session, &output);
  pl_output_abandon(&output);
  pl_session_close(&session);
  return code;
}
