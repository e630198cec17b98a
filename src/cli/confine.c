/* Confinement of a run, as --confine has it. */
#include "session.h"

static const char switched_off[] = "--confine off";

static int refuse(const char *what, const char *why) {
  return pl_tell(PL_EXIT_INTERNAL, "--confine require: %s is not in force: %s", what, why);
}

int pl_session_confine_calls(pl_session *session) {
  pl_confinement *confinement = &session->confinement;
  if (session->options->confine == PL_CONFINE_OFF) {
    pl_confine_privileges(confinement);
    confinement->seccomp_why = confinement->landlock_why = switched_off;
    return 0;
  }
  pl_confine_calls(session->arena, confinement);
  if (session->options->confine == PL_CONFINE_REQUIRE && !confinement->seccomp)
    return refuse("seccomp", confinement->seccomp_why);
  return 0;
}

int pl_session_confine_files(pl_session *session, const int *readable, size_t count) {
  pl_confinement *confinement = &session->confinement;
  if (session->options->confine == PL_CONFINE_OFF)
    return 0;
  pl_confine_paths paths = {readable, count, session->report_directories, session->report_count};
  pl_confine_files(session->arena, &paths, confinement);
  if (session->options->confine == PL_CONFINE_REQUIRE && !confinement->landlock)
    return refuse("Landlock", confinement->landlock_why);
  return 0;
}

void pl_session_writes(pl_session *session, const pl_output *output) {
  if (output->temporary)
    pl_push(session->arena, session->report_directories, session->report_count, session->report_capacity,
            output->directory);
}
