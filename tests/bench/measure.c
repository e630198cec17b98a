/* measure TIMES COMMAND...: run it TIMES times, its output thrown away; print the best wall and CPU time in
 * microseconds and the peak memory in KiB. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static long long micro(struct timeval time) { return time.tv_sec * 1000000LL + time.tv_usec; }

static int run(char **command, long long *ret_wall, long long *ret_cpu, long *ret_peak) {
  long long start = now();
  pid_t child = fork();
  if (child == 0) {
    int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    execv(command[0], command);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (child < 0 || wait4(child, &status, 0, &usage) < 0)
    return -1;
  *ret_wall = now() - start;
  *ret_cpu = micro(usage.ru_utime) + micro(usage.ru_stime);
  *ret_peak = usage.ru_maxrss;
  return WIFEXITED(status) && WEXITSTATUS(status) <= 3 && WEXITSTATUS(status) != 2 ? 0 : -1;
}

int main(int argc, char **argv) {
  if (argc < 3)
    return 2;
  long long wall = -1, cpu = -1;
  long peak = 0;
  for (long i = strtol(argv[1], NULL, 10); i > 0; i--) {
    long long one_wall, one_cpu;
    long one_peak;
    if (run(argv + 2, &one_wall, &one_cpu, &one_peak) < 0) {
      fprintf(stderr, "measure: %s failed\n", argv[2]);
      return 1;
    }
    wall = wall < 0 || one_wall < wall ? one_wall : wall;
    cpu = cpu < 0 || one_cpu < cpu ? one_cpu : cpu;
    peak = one_peak > peak ? one_peak : peak;
  }
  printf("%lld %lld %ld\n", wall, cpu, peak);
  return 0;
}
