/* Seccomp for tests: refusals, and a supervisor that sees each call before it happens. */
#include "supervise.h"

#include <errno.h>
#include <ftw.h>
#include <linux/filter.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct job {
  int number;
  void (*work)(void *state);
  void *state;
  int listener, finished; /* descriptors: of the filter, and of the news that the work is done */
  pthread_barrier_t ready;
} job;

/* Put a filter on this thread that does ACTION for one system call. */
static long install(int number, unsigned action, unsigned flags) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return -1;
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

bool refuse_call(int number, int errnum) { return install(number, SECCOMP_RET_ERRNO | (unsigned)errnum, 0) == 0; }

static void *run(void *data) {
  job *j = data;
  j->listener = (int)install(j->number, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
  pthread_barrier_wait(&j->ready);
  if (j->listener >= 0)
    j->work(j->state);
  eventfd_write(j->finished, 1);
  return NULL;
}

static void answer(const job *j, int (*decide)(const struct seccomp_data *call, void *state)) {
  struct seccomp_notif call;
  memset(&call, 0, sizeof call);
  if (ioctl(j->listener, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0)
    return;
  int error = decide(&call.data, j->state);
  struct seccomp_notif_resp response = {
      .id = call.id, .error = error, .flags = error == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0};
  ioctl(j->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

bool supervised(int number, int (*decide)(const struct seccomp_data *call, void *state), void (*work)(void *state),
                void *state) {
  job j = {.number = number, .work = work, .state = state, .listener = -1, .finished = eventfd(0, EFD_CLOEXEC)};
  pthread_t thread;
  pthread_barrier_init(&j.ready, NULL, 2);
  if (pthread_create(&thread, NULL, run, &j) != 0)
    abort();
  pthread_barrier_wait(&j.ready);
  bool able = j.listener >= 0;
  struct pollfd waiting[] = {{.fd = j.finished, .events = POLLIN}, {.fd = j.listener, .events = POLLIN}};
  while (able && poll(waiting, 2, -1) >= 0 && !(waiting[0].revents & POLLIN))
    answer(&j, decide);
  pthread_join(thread, NULL);
  pthread_barrier_destroy(&j.ready);
  close(j.finished);
  if (able)
    close(j.listener);
  else
    fprintf(stderr, "left out: the kernel lets no supervisor look at system calls here (%s)\n", strerror(errno));
  return able;
}

char *make_tree(void) {
  const char *folder = getenv("TMPDIR");
  char *path = NULL;
  if (asprintf(&path, "%s/plumbline-test-XXXXXX", folder ? folder : "/tmp") < 0 || !mkdtemp(path))
    abort();
  return path;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where) {
  (void)st;
  (void)type;
  (void)where;
  return remove(path);
}

void remove_tree(char *path) {
  nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  free(path);
}
