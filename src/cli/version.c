/* plumbline version: the tool, its definitions and their editions. */
#include <stdio.h>

#include "commands.h"
#include "session.h"

int pl_command_version(pl_arena *arena, const pl_options *options) {
  pl_session session;
  int code = pl_session_open(&session, arena, options);
  if (!code)
    printf("plumbline %s\ndefinitions sha256 %s\n", PL_VERSION, pl_data_digest(session.data));
  for (size_t i = 0; !code && i < session.count; i++) {
    size_t count = 0;
    const pl_edition *editions = pl_definitions_editions(session.definitions[i], &count);
    printf("%s", pl_definitions_id(session.definitions[i]));
    for (size_t j = 0; j < count; j++)
      printf(" %s", editions[j].version);
    putchar('\n');
  }
  pl_session_close(&session);
  return code;
}
