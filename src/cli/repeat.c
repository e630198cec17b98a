/* Rounds of check --every. Each has an arena and a thread of its own, so that nothing of one is left for the next:
   memory goes, and so does Landlock, which binds the thread and would forbid the next round to read the links of
   processes. The thread that waits has the filter of system calls, which rounds inherit, and reads nothing. */
#include "repeat.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "plumbline/core/number.h"
#include "session.h"

enum { NANOSECONDS = 1000000000 };

typedef struct round {
  const pl_options *options;
  int (*once)(pl_arena *, const pl_options *);
  int code;
} round;

static void *run_round(void *data) {
  round *r = data;
  pl_auto_arena pl_arena *arena = pl_arena_new();
  r->code = r->once(arena, r->options);
  return NULL;
}

static int round_in_thread(round *r) {
  pthread_t thread;
  int failed = pthread_create(&thread, NULL, run_round, r);
  if (failed)
    return pl_tell(PL_EXIT_INTERNAL, "--every: %s", strerror(failed));
  pthread_join(thread, NULL);
  return r->code;
}

/* Until the time has passed (false), or one of SIGNALS came (true). 0: only a signal. */
static bool is_ended(const sigset_t *signals, int64_t every) {
  const struct timespec wait = {.tv_sec = every / NANOSECONDS, .tv_nsec = every % NANOSECONDS};
  int got = -1;
  do
    got = every ? sigtimedwait(signals, NULL, &wait) : sigwaitinfo(signals, NULL);
  while (got < 0 && errno == EINTR);
  return got > 0;
}

int pl_repeat(const pl_options *options, int (*once)(pl_arena *, const pl_options *)) {
  round r = {.options = options, .once = once};
  int64_t every = 0;
  sigset_t signals;
  pl_auto_arena pl_arena *arena = pl_arena_new();
  if (options->confine != PL_CONFINE_OFF)
    pl_confine_calls(arena, &(pl_confinement){0}); /* each round says what came of it */
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);
  mallopt(M_ARENA_MAX, 1); /* threads one after another need no heaps of their own */
  pl_parse_duration(options->every, &every, NULL);
  for (;;) {
    int code = round_in_thread(&r);
    if (code == PL_EXIT_USAGE || code == PL_EXIT_INTERNAL || is_ended(&signals, every))
      return code;
  }
}
