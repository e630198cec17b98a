/* plumbline: one command, then make sure that what it printed arrived. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>

#include "commands.h"
#include "session.h"

static int show_help(pl_arena *arena, const pl_options *options) {
  pl_command_id command = options->command;
  if (command == PL_COMMAND_HELP && options->operands.count) {
    const char *name = options->operands.items[0];
    char *argv[] = {NULL, pl_strdup(arena, name), pl_strdup(arena, "--help")};
    pl_options named;
    if (pl_options_read(arena, 3, argv, &named, NULL) < 0 || named.operands.count)
      return pl_tell(PL_EXIT_USAGE, "help: there is no command %s (plumbline --help)", name);
    command = named.command;
  }
  printf("%s", pl_options_help(arena, command));
  return 0;
}

static int (*const handlers[PL_COMMAND_COUNT])(pl_arena *, const pl_options *) = {
    [PL_COMMAND_CHECK] = pl_command_check,
    [PL_COMMAND_COLLECT] = pl_command_collect,
    [PL_COMMAND_EXPLAIN] = pl_command_explain,
    [PL_COMMAND_LIST] = pl_command_list,
    [PL_COMMAND_VALIDATE] = pl_command_validate,
    [PL_COMMAND_MANIFEST] = pl_command_manifest,
    [PL_COMMAND_COMPLETION] = pl_command_completion,
    [PL_COMMAND_VERSION] = pl_command_version,
    [PL_COMMAND_HELP] = show_help,
};

static int run(pl_arena *arena, int argc, char **argv) {
  pl_options options;
  pl_error err = {0};
  if (pl_options_read(arena, argc, argv, &options, &err) < 0)
    return pl_tell(PL_EXIT_USAGE, "%s (plumbline --help)", err.text);
  return options.help ? show_help(arena, &options) : handlers[options.command](arena, &options);
}

/* A standard stream that was closed stays one that fails: its number must not become that of a report. */
static void keep_standard_streams(void) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl(fd, F_GETFD) < 0)
      (void)!open("/", O_PATH); /* takes the lowest number that is free, and can be neither read nor written */
}

int main(int argc, char **argv) {
  keep_standard_streams();
  signal(SIGPIPE, SIG_IGN); /* a reader that went away is an output that failed: exit 4, not a signal */
  pl_auto_arena pl_arena *arena = pl_arena_new();
  int code = run(arena, argc, argv);
  if (fflush(stdout) != 0 || ferror(stdout))
    return code == PL_EXIT_INTERNAL ? code : pl_tell(PL_EXIT_INTERNAL, "standard output could not be written");
  return code;
}
