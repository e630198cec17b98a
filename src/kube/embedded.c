/* Finds components that are part of a program of several. */
#include "embedded.h"

static bool embeds(const pl_platform_embeds *entry, const char *component) {
  for (size_t i = 0; i < entry->components.count; i++)
    if (strcmp(entry->components.items[i], component) == 0)
      return true;
  return false;
}

static const pl_program *running(const pl_pass *pass, const char *name) {
  for (size_t i = 0; i < pass->program_count; i++)
    if (strcmp(pass->programs[i].name, name) == 0)
      return &pass->programs[i];
  return NULL;
}

pl_embedding pl_embedding_find(const pl_pass *pass, const pl_platform *platform, const char *component) {
  pl_embedding found = {0};
  for (size_t i = 0; platform && i < platform->embed_count; i++) {
    const pl_platform_embeds *entry = &platform->embeds[i];
    const pl_program *program = embeds(entry, component) ? running(pass, entry->process) : NULL;
    if (program && (!found.program || !entry->perhaps))
      found = (pl_embedding){.program = program, .perhaps = entry->perhaps};
    if (program && !entry->perhaps)
      break;
  }
  return found;
}

const char *pl_embedding_missing(const pl_pass *pass, const pl_platform *platform, const char *component) {
  const char *found = NULL;
  for (size_t i = 0; platform && i < platform->embed_count; i++) {
    if (running(pass, platform->embeds[i].process))
      return NULL;
    if (!found && embeds(&platform->embeds[i], component))
      found = platform->embeds[i].process;
  }
  return found;
}

const char *pl_embedding_because(pl_arena *arena, const pl_embedding *embedding) {
  const pl_program *program = embedding->program;
  return embedding->perhaps ? pl_printf(arena, "it may be part of %s (pid %d), whose configuration decides",
                                        program->name, program->pid)
                            : pl_printf(arena, "part of %s (pid %d)", program->name, program->pid);
}
