/*
 * measure TIMES COMMAND... [-- COMMAND...]: run each TIMES times, in turns, so that a busy moment hits all of them alike; their output is
 * thrown away. Prints a line for each: best wall and CPU time in microseconds, peak memory in KiB.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS_MAX = 8 };

typedef struct command {
  char **argv;
  long long wall, cpu; /* best so far, -1: none */
  long peak;
} command;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static long long micro(struct timeval time) { return time.tv_sec * 1000000LL + time.tv_usec; }

static long long least(long long best, long long one) { return best < 0 || one < best ? one : best; }

/* 0, 1 and 3 are answers of plumbline; so is 0 of the others. */
static int run(command *c) {
  long long start = now();
  pid_t child = fork();
  if (child == 0) {
    int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    execv(c->argv[0], c->argv);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (child < 0 || wait4(child, &status, 0, &usage) < 0)
    return -1;
  c->wall = least(c->wall, now() - start);
  c->cpu = least(c->cpu, micro(usage.ru_utime) + micro(usage.ru_stime));
  c->peak = usage.ru_maxrss > c->peak ? usage.ru_maxrss : c->peak;
  return WIFEXITED(status) && WEXITSTATUS(status) <= 3 && WEXITSTATUS(status) != 2 ? 0 : -1;
}

static size_t split(char **words, command *ret) {
  size_t count = 0;
  while (*words && count < COMMANDS_MAX) {
    ret[count++] = (command){.argv = words, .wall = -1, .cpu = -1};
    while (*words && strcmp(*words, "--") != 0)
      words++;
    if (*words)
      *words++ = NULL;
  }
  return count;
}

int main(int argc, char **argv) {
  command commands[COMMANDS_MAX];
  if (argc < 3)
    return 2;
  size_t count = split(argv + 2, commands);
  for (long i = strtol(argv[1], NULL, 10); i > 0; i--)
    for (size_t c = 0; c < count; c++)
      if (run(&commands[c]) < 0) {
        fprintf(stderr, "measure: %s failed\n", commands[c].argv[0]);
        return 1;
      }
  for (size_t c = 0; c < count; c++)
    printf("%lld %lld %ld\n", commands[c].wall, commands[c].cpu, commands[c].peak);
  return 0;
}
